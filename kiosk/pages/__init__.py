"""What a citizen can be shown: frozen pages that say what is meant, never how it is drawn.

A service shows a page and gets an answer back; `screens` draws each class here in every theme, size and language.
A page can't leak what it never held: personal data comes in as `Masked`, and no page ever holds a PIN.
"""

from kiosk.pages.asking import Choose, Decide, FaceView, Instruct, LivePicture, OnPaper, Option, Point
from kiosk.pages.entry import NumberEntry, PinEntry, PinRound
from kiosk.pages.home import Elsewhere, Home, OutOfService, Tile, TileGroup
from kiosk.pages.menu import Menu, MenuGroup, MenuTile
from kiosk.pages.outcome import Done, ReceiptCode, Refusal, TakeItem, WayOut, Work, Working, WorkItem
from kiosk.pages.overlays import AccessSheet, Notice, Overlay, StillThere
from kiosk.pages.parts import Actions, Answer, Button, Chosen, Entered, Page, Panel, Picture, Progress, Sign, StaffPage
from kiosk.pages.reading import Article, Bar, Chart, Section, Status, StatusRow, Table, TableGroup, TableRow

__all__ = [
    "AccessSheet",
    "Actions",
    "Answer",
    "Article",
    "Bar",
    "Button",
    "Chart",
    "Choose",
    "Chosen",
    "Decide",
    "Done",
    "Elsewhere",
    "Entered",
    "FaceView",
    "Home",
    "Instruct",
    "LivePicture",
    "Menu",
    "MenuGroup",
    "MenuTile",
    "Notice",
    "NumberEntry",
    "OnPaper",
    "Option",
    "OutOfService",
    "Overlay",
    "Page",
    "Panel",
    "Picture",
    "PinEntry",
    "PinRound",
    "Point",
    "Progress",
    "ReceiptCode",
    "Refusal",
    "Section",
    "Sign",
    "StaffPage",
    "Status",
    "StatusRow",
    "StillThere",
    "Table",
    "TableGroup",
    "TableRow",
    "TakeItem",
    "Tile",
    "TileGroup",
    "WayOut",
    "Work",
    "WorkItem",
    "Working",
]
