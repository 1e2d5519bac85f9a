"""A camera at the end of an HTTP connection: it sees an empty lobby, a phone that somebody holds up, or a face.

`python -m simulator.camera --control SOCKET` serves MJPEG on loopback; `scene` and `people` draw, `camera` keeps what
is shown and what is broken, `stream` sends.
"""
