"""The sound card comes and goes, and whoever waits is told at once, by the kernel."""

import errno
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from drivers import sound_card
from drivers.sound_card import SoundCard

_PATIENCE_SECONDS = 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the kernel will put the devices."""
    return tmp_path / "snd"


def plug(folder: Path) -> Path:
    folder.mkdir()
    for name in ("controlC0", "pcmC0D0c"):  # Its volume; its microphone.
        (folder / name).touch()
    device = folder / "pcmC0D0p"
    device.touch()
    return device


def pull(folder: Path) -> None:
    for device in folder.iterdir():
        device.unlink()
    folder.rmdir()


async def test_it_comes_and_goes(folder: Path) -> None:
    """The folder with it, as the kernel has it with the last card."""
    card = SoundCard(folder)
    assert not card.usable
    with trio.fail_after(_PATIENCE_SECONDS):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(card.changed_from, False)
            await trio.testing.wait_all_tasks_blocked()
            plug(folder)
        assert card.usable
        async with trio.open_nursery() as nursery:
            nursery.start_soon(card.changed_from, True)
            await trio.testing.wait_all_tasks_blocked()
            pull(folder)
    assert not card.usable


async def test_what_changed_before_somebody_waits(folder: Path) -> None:
    """Is told at once."""
    plug(folder)
    with trio.fail_after(_PATIENCE_SECONDS):
        assert await SoundCard(folder).changed_from(False)


def test_a_microphone_plays_nothing(folder: Path) -> None:
    """Nor does a volume knob."""
    plug(folder).unlink()
    assert not SoundCard(folder).usable


async def test_a_kernel_without_watches_is_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch, autojump_clock: MockClock
) -> None:
    """Every half minute: it has only so many for each user."""

    class NoWatches:
        @staticmethod
        def inotify_init1(flags: int) -> int:
            return -1

    monkeypatch.setattr(sound_card.ctypes, "CDLL", lambda *_, **__: NoWatches)
    monkeypatch.setattr(sound_card.ctypes, "get_errno", lambda: errno.EMFILE)
    card = SoundCard(folder)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(card.changed_from, False)
        await trio.sleep(1)
        plug(folder)
    assert trio.current_time() <= 31
