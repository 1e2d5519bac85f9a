from kiosk.pages import Answer
from kiosk.screen import Press
from screens.display import Display


async def test_a_press_waits_for_the_kiosk() -> None:
    """The page stands there before the kiosk has loaded: what is pressed then is heard, in order."""
    display = Display((1080, 1920))
    presses = [Press(1, Answer.LANGUAGE), Press(1, Answer.EXIT)]
    for press in presses:
        display._deliver(press)

    assert [await display.next_press() for _ in presses] == presses
