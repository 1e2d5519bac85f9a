"""A camera at the end of an HTTP connection: it sees an empty lobby, or a phone that somebody holds up.

`python -m simulator.camera --control SOCKET` serves MJPEG on loopback; `scene` draws, `camera` keeps what is
shown and what is broken, `stream` sends.
"""
