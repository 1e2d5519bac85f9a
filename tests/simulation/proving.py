"""How a citizen proves who they are: documents, face, phone; mostly their own, and mostly as the pages ask."""

import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from documents import OTHERS

from kiosk.pages import Answer, Choose, Chosen, Entered, FaceView, Instruct, NumberEntry, Page, Picture

if TYPE_CHECKING:
    from station import Station
    from truth import TruthfulCard

NEW_PHONES = ("18120004017", "17720006093", "19920008154", "15220002678")
"""What somebody types for a number of their own; nobody has them on record on the first day."""
NO_PHONES = ("00000000000", "28120004017")
PHONE_DIGITS = 11

Act = Callable[[], Awaitable[None] | None]


def lays(page: Page | None) -> bool:
    """Whether an ID card is to be laid on the reader: another page with that picture wants it away."""
    return isinstance(page, Instruct) and page.picture is Picture.ID_ON_PLATE and page.title.message == "请放身份证"


class Proving:
    """What somebody at a station has with them.

    Args:
        station: Where.
        nervous: How often they do something else than what would help them, 0 to 1.

    Attributes:
        goal: Which service they want.
        owner: Who they are, where that is settled.
    """

    def __init__(self, station: "Station", nervous: float) -> None:
        self.goal: str | None = None
        self.owner: str | None = None
        self._station = station
        self._world = station.world
        self._rng: random.Random = station.world.rng
        self._nervous = nervous
        self._who: str | None = None
        self._laid_for: Page | None = None
        self._typed: str | None = None
        """The number that was typed last in this visit: the next code goes there."""

    def leaves(self) -> None:
        """Somebody else comes next."""
        self._who = self._typed = None

    def choices(self, page: Page | None) -> list[tuple[float, Act]]:
        """What may be done with it now, and how likely."""
        station = self._station
        asked = lays(page)
        lies = station.plate.model.card is not None
        choices: list[tuple[float, Act]] = []
        if asked and not lies:
            choices.append((40, self.lay))
        if lies:  # Away with it when it was read, when it couldn't be, or too early.
            said = asked and page is not self._laid_for
            choices.append((0.5 * self._nervous if asked and not said else 20, self.lift))
        if station.mirror.looking and station.mirror.standing is None and isinstance(page, FaceView):
            choices.append((40, self.stand))
        if isinstance(page, NumberEntry):
            choices.append((60, self.type_phone if page.length == PHONE_DIGITS else self.type_code))
        return choices

    def who(self, goal: str | None, card: "TruthfulCard | None") -> str:
        """Whose documents these are: mostly those of whose card is in."""
        if self.owner is not None:
            return self.owner
        if card is not None and card.persona in self._world.with_record:
            return card.persona
        if self._who is None:
            self._who = self._world.goal_person(goal)
        return self._who

    def _me(self, others: float = 0.06) -> str:
        if self._rng.random() < others * self._nervous:
            return self._rng.choice(self._world.with_record)
        return self.who(self.goal, self._station.slot.card)

    def lay(self) -> None:
        """An ID card on the reader: mostly one's own."""
        foreign = self._rng.random() < 0.08 * self._nervous
        card = self._rng.choice(OTHERS) if foreign else self._me()
        self._station.note(f"lays the ID card {card}")
        self._laid_for = self._station.screen.view.page
        self._station.plate.place(card)

    def lift(self) -> None:
        """It comes away."""
        self._station.plate.lift()

    def stand(self) -> None:
        """Before the camera, mostly in the light; mostly oneself."""
        mirror, rng = self._station.mirror, self._rng
        mirror.standing = self._me()
        mirror.blurred = rng.random() < 0.1 * self._nervous
        self._station.note(f"{mirror.standing} stands before the camera")

    def type_phone(self) -> None:
        """A number of one's own: mostly another than the one on record."""
        screen, rng = self._station.screen, self._rng
        typed = rng.choice(NEW_PHONES)
        if rng.random() < 0.1 * self._nervous:
            typed = self._world.server.phone_of(self._me()) or rng.choice(NO_PHONES)
        self._typed = typed
        self._station.note("types a phone's number")
        screen.press_as_of(screen.view.serial, Entered(typed))

    def type_code(self) -> None:
        """The code of the newest text: mostly that, as it stands there; or none came."""
        screen, rng = self._station.screen, self._rng
        view = screen.view
        if not isinstance(view.page, NumberEntry):
            return
        if rng.random() < 0.06 * self._nervous:
            screen.press_as_of(view.serial, Answer.AGAIN)
            return
        code = self._world.phones.code(self._typed or self._phone())
        if code is None or rng.random() < 0.15 * self._nervous:
            code = f"{rng.randrange(10**6):06}"
        self._station.note("types a code")
        screen.press_as_of(view.serial, Entered(code))

    def _phone(self) -> str | None:
        person = self._me()
        if person in self._world.server.people:
            return self._world.server.phone_of(person)
        return None

    def way(self, page: Choose) -> Answer | Chosen | None:
        """One of the ways that a page offers; None: something else on it."""
        if self._rng.random() < 0.15 * self._nervous:
            return None
        ways: list[Answer | Chosen] = [option.answer for option in page.options]
        if self.owner is not None and Answer.FACE in ways and self._world.records[self.owner]["photo"] is None:
            ways.remove(Answer.FACE)
        return self._rng.choice(ways)
