"""What the stand makes of its wishes, and what it does when something doesn't start."""

import fcntl
import random
import tempfile
import tomllib
from pathlib import Path

import pytest

from kiosk.settings import load
from simulator.child import ChildFailed
from simulator.control import ControlError
from simulator.machine import Wishes
from simulator.stand import Stand


def test_the_kiosk_gets_a_configuration_that_it_accepts(shared_stand: Stand) -> None:
    """And nothing in it says that the machine isn't real."""
    file = shared_stand.first.folder / "kiosk.toml"
    settings = load(file)

    assert settings.central.url.scheme == "https"
    assert (settings.screen.width, settings.screen.height) == (1080, 1920)
    assert "simulat" not in file.read_text()


def test_a_second_machine_shares_the_server_and_the_tray_alone(stand: Stand) -> None:
    """It is started once, when it is first asked for."""
    first, second = stand.first, stand.second()
    assert stand.second() is second
    ours, theirs = (load(machine.folder / "kiosk.toml") for machine in (first, second))

    assert ours.central.url == theirs.central.url
    for own in ("machine.name", "central.secret_file", "pin_pad.port", "receipt_printer.port", "storage.directory"):
        section, key = own.split(".")
        assert getattr(getattr(ours, section), key) != getattr(getattr(theirs, section), key)
    first.control("card_reader")("insert", card="normal")
    with pytest.raises(ControlError, match="another slot"):
        second.control("card_reader")("insert", card="normal")


def test_secrets_are_for_their_owner_alone(shared_stand: Stand) -> None:
    for name in ("secret", "pin-pad-key"):
        assert (shared_stand.first.folder / name).stat().st_mode & 0o077 == 0
    for socket in shared_stand.state.rglob("*.sock"):
        if socket.name != "reader.sock":
            assert socket.stat().st_mode & 0o077 == 0


def test_a_kiosk_that_refuses_its_configuration_says_which_key() -> None:
    with tempfile.TemporaryDirectory() as state:  # Short enough for the sockets in it.
        wishes = Wishes(state=Path(state), changes={"pin_pad": {"entry_seconds": 31}})
        with pytest.raises(ChildFailed, match=r"kiosk\.toml: pin_pad\.entry_seconds: .*multiple of 30"), Stand(wishes):
            pass
        assert tomllib.loads((Path(state) / "kiosk-3" / "kiosk.toml").read_text())["pin_pad"]["entry_seconds"] == 31


def test_a_folder_too_deep_for_sockets_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 80)

    with pytest.raises(ChildFailed, match="too long"), Stand(Wishes(state=deep)):
        pass


def test_a_folder_with_a_space_is_refused() -> None:
    """pcscd's configuration file has no way to write one."""
    with (
        tempfile.TemporaryDirectory() as state,
        pytest.raises(ChildFailed, match="space"),
        Stand(Wishes(state=Path(state) / "a b")),
    ):
        pass


def test_a_folder_serves_one_stand_at_a_time(shared_stand: Stand) -> None:
    (shared_stand.state / "lock").touch()
    with (shared_stand.state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ChildFailed, match="another stand"), Stand(Wishes(state=shared_stand.state)):
            pass


def test_a_display_number_that_is_taken_is_passed_over(shared_stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = int(shared_stand.first.display.removeprefix(":"))
    monkeypatch.setattr(random.SystemRandom, "sample", lambda _, numbers, k: [taken, *random.sample(numbers, k - 1)])

    with Stand(Wishes()) as stand:
        assert stand.first.display != shared_stand.first.display
        assert "already running" in (stand.first.logs / "xvfb.log").read_text()


def test_nothing_is_left_when_it_ends() -> None:
    with Stand(Wishes()) as stand:
        state, children = stand.state, dict(stand.children)
        pcscd = stand.first.pcscd.pid
        assert all(child.status is None for child in children.values())

    assert pcscd is not None
    assert not Path(f"/proc/{pcscd}").exists()
    assert not state.exists()
    assert all(child.status is not None for child in children.values())
    assert children["kiosk-3.kiosk"].status == 0
