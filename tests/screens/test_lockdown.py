"""There is no way out of the window: not by keys, not by corners, not by closing it."""

from typing import Any

from Xlib import XK, X, protocol
from Xlib.ext import xtest

_HELD = [
    ("Alt_L", "F4"),
    ("Alt_L", "Tab"),
    ("Control_L", "c"),
    ("Control_L", "q"),
    ("Control_L", "w"),
    ("Super_L", "d"),
    ("Control_L", "Alt_L", "BackSpace"),
    ("Control_L", "Alt_L", "Delete"),
    ("Control_L", "Alt_L", "F1"),
]


def code(window: Any, name: str) -> int:
    return int(window.x.keysym_to_keycode(XK.string_to_keysym(name)))


def test_no_key_ends_it(window: Any) -> None:
    for keys in (*_HELD, ("Escape",), ("F11",), ("Print",)):
        for name in keys:
            xtest.fake_input(window.x, X.KeyPress, code(window, name))
        for name in reversed(keys):
            xtest.fake_input(window.x, X.KeyRelease, code(window, name))
        window.x.sync()

        assert "shown" in window.tell(page="home"), f"it shows what it is told after {keys}"
        assert window.process.poll() is None, keys


def test_its_corners_do_nothing(window: Any) -> None:
    """A touch there means nothing to the kiosk, as one beside every button."""
    for x, y in ((1, 1), (1078, 1), (1, 1918), (1078, 1918)):
        window.press(x, y)
        window.release()
        assert window.tell(presses=1) == {"heard": [{"serial": 1, "answer": None}]}


def test_it_can_not_be_closed(window: Any) -> None:
    """A client that asks it to close, as window managers do, isn't obeyed; SIGTERM is."""
    x, root = window.x, window.x.screen().root
    own = next(each for each in root.query_tree().children if each.get_attributes().map_state == X.IsViewable)
    asked = protocol.event.ClientMessage(
        window=own,
        client_type=x.intern_atom("WM_PROTOCOLS"),
        data=(32, [x.intern_atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0]),
    )
    own.send_event(asked)
    x.sync()

    assert "shown" in window.tell(page="home")
    assert window.process.poll() is None
    assert window.close() == 0
