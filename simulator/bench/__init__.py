"""The bench page: the whole machine in a browser, for somebody who has nothing else.

A local web page that shows the kiosk's screen, takes touches, and works the virtual hardware. It listens on loopback
alone, wants the random token of its printed address, and is never installed on a real kiosk.
"""
