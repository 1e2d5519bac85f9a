"""The central server: persons and cards of the bureau, and what its kiosks report.

`registry` decides, free of HTTP and of clocks; `web` speaks the published contract over TLS; `database` keeps
it. `python -m central --help` tells how to run one. Of the kiosk it imports the wire contract alone.
"""
