"""The far end of every wire: virtual hardware in processes of its own, and the bench page that works it.

Shares no code with the drivers; never installed on a real kiosk.
"""
