"""The tones are made, or the board says that they can't be."""

import datetime
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from drivers.sound_card import SoundCard
from kiosk import conditions
from kiosk.conditions import Condition, ConditionBoard
from kiosk.loudspeaker import Loudspeaker


class Tones:
    """A screen that has nothing but its sound."""

    def __init__(self) -> None:
        self.made: list[bool] = []
        """Each sound, and each look without one: whether aloud."""
        self.works = True
        self.seconds = 0.7

    async def sound(self, *, aloud: bool) -> bool:
        self.made.append(aloud)
        await trio.sleep(self.seconds)
        return self.works


class Kiosk:
    """What stands around a loudspeaker."""

    def __init__(self, folder: Path, *, expected: bool = True) -> None:
        self.device = folder / "pcmC0D0p"
        self.device.touch()
        self.tones = Tones()
        self.board = ConditionBoard(lambda: datetime.datetime.now(datetime.UTC))
        card = SoundCard(folder)
        self.loudspeaker = Loudspeaker(self.tones, card, self.board, expected=expected)  # type: ignore[arg-type]

    def standing(self) -> list[Condition]:
        return [condition for condition, _ in self.board.standing()]


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    """One with a loudspeaker."""
    return Kiosk(tmp_path)


async def test_a_reminder_is_heard(kiosk: Kiosk, nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    """And nothing is ever tried while all is well."""
    nursery.start_soon(kiosk.loudspeaker.run)
    kiosk.loudspeaker.attention()
    await trio.sleep(3600)
    assert (kiosk.tones.made, kiosk.standing()) == ([True], [])


async def test_a_card_that_fails_is_tried_without_a_sound(
    kiosk: Kiosk, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """Until it works: citizens aren't to hear tones that mean nothing."""
    nursery.start_soon(kiosk.loudspeaker.run)
    kiosk.tones.works = False
    kiosk.loudspeaker.attention()
    await trio.sleep(65)
    assert (kiosk.tones.made, kiosk.standing()) == ([True, False, False], [conditions.LOUDSPEAKER_FAULT])
    kiosk.tones.works = True
    await trio.sleep(30)
    assert (kiosk.tones.made, kiosk.standing()) == ([True, False, False, False], [])


async def test_a_fault_that_a_self_test_finds_goes_by_itself_too(
    kiosk: Kiosk, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """Though no reminder is due."""
    nursery.start_soon(kiosk.loudspeaker.run)
    await trio.sleep(1)
    kiosk.tones.works = False
    assert not await kiosk.loudspeaker.sound()
    kiosk.tones.works = True
    await trio.sleep(31)
    assert (kiosk.tones.made, kiosk.standing()) == ([True, False], [])
    await trio.sleep(3600)
    assert kiosk.tones.made == [True, False]


async def test_a_card_that_never_answers_fails(kiosk: Kiosk, autojump_clock: MockClock) -> None:
    """Nobody waits for it longer than 10 s."""
    kiosk.tones.seconds = 3600
    began = trio.current_time()
    assert not await kiosk.loudspeaker.sound()
    assert trio.current_time() - began == 10
    assert kiosk.standing() == [conditions.LOUDSPEAKER_FAULT]


async def test_a_card_that_is_gone_has_no_other_fault(kiosk: Kiosk, autojump_clock: MockClock) -> None:
    """Nothing is played, either."""
    kiosk.tones.works = False
    assert not await kiosk.loudspeaker.sound()
    kiosk.device.unlink()
    assert not await kiosk.loudspeaker.sound()
    assert (kiosk.tones.made, kiosk.standing()) == ([True], [conditions.LOUDSPEAKER_GONE])


async def test_a_machine_that_has_none_misses_none(tmp_path: Path, autojump_clock: MockClock) -> None:
    """By its settings: silence is no fault there."""
    kiosk = Kiosk(tmp_path, expected=False)
    kiosk.tones.works = False
    assert not await kiosk.loudspeaker.sound()
    kiosk.device.unlink()
    assert not await kiosk.loudspeaker.sound()
    assert kiosk.standing() == []


async def test_two_sounds_are_made_one_after_the_other(kiosk: Kiosk, autojump_clock: MockClock) -> None:
    """The sound card is opened once at a time."""
    began = trio.current_time()
    async with trio.open_nursery() as nursery:
        for _ in range(2):
            nursery.start_soon(kiosk.loudspeaker.sound)
    assert trio.current_time() - began == pytest.approx(1.4)
