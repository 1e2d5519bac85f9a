import os
import time
import wave
from pathlib import Path

from screens.voice import Voice


def wait_for(path: Path) -> str:
    for _ in range(500):
        if path.exists() and path.read_text(encoding="utf-8").endswith("\n"):
            break
        time.sleep(0.01)
    return path.read_text(encoding="utf-8")


def test_what_is_said_reaches_the_program_in_the_right_language(tmp_path: Path) -> None:
    """Line by line, and the voice's name as the last option."""
    said = tmp_path / "said"
    voice = Voice(["sh", "-c", f'printf "%s: " "$0" >{said}; cat >>{said}'])
    voice.say(["请插入社保卡", "芯片朝上"], "zh")
    assert wait_for(said) == "cmn: 请插入社保卡\n芯片朝上\n"
    voice.stop()


def test_a_new_page_breaks_off_the_old_one(tmp_path: Path) -> None:
    """Nobody hears what isn't on the screen any more, and no process is left behind."""
    voice = Voice(["sh", "-c", f"echo $$ >{tmp_path}/pid; exec sleep 60"])
    voice.say(["one"], "en")
    pid = int(wait_for(tmp_path / "pid"))
    voice.say([], "en")
    assert not Path(f"/proc/{pid}").exists()


def test_a_missing_program_is_no_fault() -> None:
    """The page is there to be read."""
    Voice(["/nowhere/espeak"]).say(["one"], "en")


def test_a_program_that_hangs_up_is_no_fault() -> None:
    """As without a sound card."""
    voice = Voice(["true"])
    for _ in range(20):
        voice.say(["one"] * 100, "en")
    voice.stop()


def test_real_speech(tmp_path: Path) -> None:
    """The real program makes more than a second of sound of one Chinese sentence."""
    sound = tmp_path / "said.wav"
    voice = Voice(["espeak-ng", "--stdin", "-s", "150", "-w", os.fspath(sound), "-v"])
    voice.say(["请插入社保卡，芯片朝上。"], "zh")
    assert voice._speaking is not None
    assert voice._speaking.wait(20) == 0
    with wave.open(os.fspath(sound)) as audio:
        assert audio.getnframes() > audio.getframerate()
