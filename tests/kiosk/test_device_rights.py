"""A device that is there and may not be used is told apart from one that isn't there."""

import datetime
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import conditions, device_rights
from kiosk.conditions import ConditionBoard
from kiosk.device_rights import not_allowed
from kiosk.settings import Settings, load

SHIPPED = Path(__file__).parents[2] / "config" / "kiosk.toml"
_NOBODY = 65534


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A machine whose devices are files, each with the rights that udev gives a serial port."""
    tmp_path.chmod(0o755)
    read = load(SHIPPED)
    ports = {name: tmp_path / name for name in ("printer", "pad", "id-reader", "camera", "card-service", "pcmC0D0p")}
    for port in ports.values():
        port.touch(0o660)
        port.chmod(0o660)
    return read.model_copy(
        update={
            "receipt_printer": read.receipt_printer.model_copy(update={"port": ports["printer"]}),
            "pin_pad": read.pin_pad.model_copy(update={"port": ports["pad"]}),
            "id_reader": read.id_reader.model_copy(update={"port": ports["id-reader"]}),
            "camera": read.camera.model_copy(update={"source": str(ports["camera"])}),
            "voice": read.voice.model_copy(update={"devices": tmp_path}),
            "storage": read.storage.model_copy(update={"directory": tmp_path / "storage"}),
        }
    )


def as_nobody(ask: Callable[[], list[str]]) -> list[str]:
    """What a process without rights finds; root may do everything."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
            os.write(writing, "\n".join(ask()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        lines = told.read().splitlines()
    os.waitpid(child, 0)
    return lines


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_what_may_not_be_used_is_named_with_its_owner(settings: Settings, tmp_path: Path) -> None:
    service = {"PCSCLITE_CSOCK_NAME": str(tmp_path / "card-service")}
    for folder in tmp_path.parents[:3]:  # pytest's, which are its user's alone: one more for each of its workers.
        if not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    Path(settings.camera.source).chmod(0o666)

    found = as_nobody(lambda: [f"{each.what}: {each.why}" for each in not_allowed(settings, service)])

    whose = "belongs to root:root, mode 0660; this program runs as nobody, in nogroup"
    assert found == [
        f"{what}: {whose}"
        for what in ("receipt_printer.port", "pin_pad.port", "id_reader.port", "voice.devices", "card service")
    ]


def test_what_is_not_there_is_no_matter_of_rights(settings: Settings) -> None:
    settings.receipt_printer.port.unlink()
    assert [each.what for each in not_allowed(settings, {"PCSCLITE_CSOCK_NAME": "/nowhere"})] == []


def test_the_board_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """That there is something; the log says what."""
    board = ConditionBoard(lambda: datetime.datetime.now(datetime.UTC))
    found = [device_rights.NotAllowed("pin_pad.port", Path("/dev/kiosk/pin-pad"), "belongs to somebody else")]
    for what in (found, []):
        monkeypatch.setattr(device_rights, "not_allowed", lambda _, what=what: what)
        device_rights.tell(settings, board)
        assert board.stands(conditions.NOT_ALLOWED) is bool(what)
