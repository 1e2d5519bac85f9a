"""The tones, played through SDL into a file: what it hands to a sound card."""

import array
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.loudspeaker import Loudspeaker

_RATE = 22050


def sounds(loudspeaker: Loudspeaker, what: str) -> str:
    """Run one function of the tones' in a program of its own; what it returned."""
    code = f"from screens import tones; print('it says', tones.{what}())"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, **loudspeaker.environment}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return said.rpartition("it says ")[2].strip()


@pytest.fixture
def loudspeaker(tmp_path: Path) -> Loudspeaker:
    """A virtual one."""
    return Loudspeaker(tmp_path / "snd")


def test_three_tones_are_heard(loudspeaker: Loudspeaker) -> None:
    """Each 140 ms, with 90 ms of silence behind it."""
    assert sounds(loudspeaker, "play") == "True"
    samples = array.array("h", loudspeaker.folder.joinpath("pcmC0D0p").read_bytes())
    tenth = _RATE // 100
    loud = [max(map(abs, samples[at : at + tenth])) > 1000 for at in range(0, len(samples) - tenth, tenth)]
    assert sum(now and not before for before, now in zip([False, *loud], loud, strict=False)) == 3


def test_a_look_makes_no_sound(loudspeaker: Loudspeaker) -> None:
    """The card is opened and closed."""
    assert sounds(loudspeaker, "can_play") == "True"
    assert not any(loudspeaker.folder.joinpath("pcmC0D0p").read_bytes())


@pytest.mark.parametrize("what", ["play", "can_play"])
def test_a_card_that_cannot_be_opened_is_told(loudspeaker: Loudspeaker, what: str) -> None:
    """Nobody takes silence for a sound."""
    loudspeaker.fail()
    assert sounds(loudspeaker, what) == "False"
