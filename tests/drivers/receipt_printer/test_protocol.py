"""Bytes as Epson's ESC/POS command reference prints them, and streams as serial lines hand them over."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.receipt_printer import protocol
from drivers.receipt_printer.protocol import (
    Answer,
    AutomaticStatus,
    BufferCleared,
    Decoder,
    Device,
    Fault,
    Message,
    Paper,
    PaperSensor,
    PowerNotice,
    ProcessId,
    Status,
    Stray,
)

COMMANDS = [
    (protocol.INITIALIZE, "1B 40", "ESC @"),
    (protocol.AUTOMATIC_STATUS, "1D 61 FF", "GS a"),
    (protocol.ASK_PAPER_SENSOR, "1D 72 01", "GS r"),
    (protocol.FEED_AND_CUT, "1D 56 42 00", "GS V, function B"),
    (protocol.CLEAR, "10 05 02 10 14 08 01 03 14 01 06 02 08", "DLE ENQ 2, then DLE DC4 with fn = 8"),
    (protocol.ask(1), "10 04 01", "DLE EOT"),
    (protocol.process_id(b"0042"), "1D 28 48 06 00 30 30 30 30 34 32", "GS ( H, function 48"),
]


@pytest.mark.parametrize(("command", "wire", "source"), COMMANDS)
def test_commands_equal_the_published_bytes(command: bytes, wire: str, source: str) -> None:
    assert command == bytes.fromhex(wire)


def online(**known: object) -> Status:
    return Status(**({"device": Device.ONLINE, "paper": Paper.FULL, "cover_open": False} | known))


WELL = online()

AUTOMATIC = [  # GS a: the tables of its four bytes.
    ("10 00 00 00", WELL),
    ("14 00 00 0F", WELL),  # Drawer connector high; the last byte is reserved.
    ("18 00 00 00", online(device=Device.OFFLINE)),
    ("38 00 00 00", online(device=Device.OFFLINE, cover_open=True)),
    ("18 00 0C 00", online(device=Device.OFFLINE, paper=Paper.OUT)),
    ("18 00 0F 00", online(device=Device.OFFLINE, paper=Paper.OUT)),
    ("10 00 03 00", online(paper=Paper.LOW)),
    ("18 04 00 00", online(device=Device.HARDWARE_ERROR, fault=Fault.MECHANICAL)),
    ("18 08 00 00", online(device=Device.HARDWARE_ERROR, fault=Fault.CUTTER)),
    ("18 20 00 00", online(device=Device.HARDWARE_ERROR, fault=Fault.UNRECOVERABLE)),
    ("18 40 00 00", online(device=Device.OFFLINE, fault=Fault.AUTOMATIC)),
    ("18 2C 00 00", online(device=Device.HARDWARE_ERROR, fault=Fault.UNRECOVERABLE)),
]


@pytest.mark.parametrize(("wire", "status"), AUTOMATIC)
def test_automatic_status(wire: str, status: Status) -> None:
    assert Decoder().feed(bytes.fromhex(wire)) == [AutomaticStatus(status)]


ANSWERS = [  # DLE EOT 1, 2, 3, 4: the tables of each answer.
    ("12 12 12 12", WELL),
    ("1A 16 12 12", online(device=Device.OFFLINE, cover_open=True)),
    ("1A 32 12 72", online(device=Device.OFFLINE, paper=Paper.OUT)),
    ("1A 32 12 12", online(device=Device.OFFLINE, paper=Paper.OUT)),
    ("12 12 12 1E", online(paper=Paper.LOW)),
    ("1A 52 1A 12", online(device=Device.HARDWARE_ERROR, fault=Fault.CUTTER)),
    ("1A 52 16 12", online(device=Device.HARDWARE_ERROR, fault=Fault.MECHANICAL)),
    ("1A 52 12 12", online(device=Device.HARDWARE_ERROR, fault=Fault.MECHANICAL)),
    ("1A 52 32 12", online(device=Device.HARDWARE_ERROR, fault=Fault.UNRECOVERABLE)),
    ("1A 52 52 12", online(device=Device.OFFLINE, fault=Fault.AUTOMATIC)),
]


@pytest.mark.parametrize(("wire", "status"), ANSWERS)
def test_answers_to_questions(wire: str, status: Status) -> None:
    messages = Decoder().feed(bytes.fromhex(wire))
    assert Status.of_answers(*(m.value for m in messages if isinstance(m, Answer))) == status


@pytest.mark.parametrize(
    ("status", "ready", "stopped"),
    [
        (WELL, True, False),
        (online(paper=Paper.LOW), True, False),
        (online(device=Device.OFFLINE), False, False),
        (online(device=Device.OFFLINE, fault=Fault.AUTOMATIC), False, False),
        (online(device=Device.OFFLINE, cover_open=True), False, True),
        (online(device=Device.OFFLINE, paper=Paper.OUT), False, True),
        (online(device=Device.HARDWARE_ERROR, fault=Fault.CUTTER), False, True),
        (WELL.without_device(Device.POWER_OFF), False, False),
    ],
)
def test_what_a_status_means_for_a_job(status: Status, ready: bool, stopped: bool) -> None:
    """A hot head waits; an open cover, the end of the paper and a fault end the job."""
    assert (status.ready, status.stopped) == (ready, stopped)


def test_an_absent_printer_has_no_known_paper() -> None:
    gone = online(paper=Paper.LOW).without_device(Device.NO_DEVICE)
    assert gone == Status(device=Device.NO_DEVICE, paper=Paper.UNKNOWN, cover_open=None, fault=Fault.NONE)


STREAMS: list[tuple[str, list[Message]]] = [
    ("00", [PaperSensor(0)]),
    ("0C", [PaperSensor(0x0C)]),
    ("37 22 61 62 63 64 00", [ProcessId(b"abcd")]),
    ("37 25 00", [BufferCleared()]),
    ("3B 31 00", [PowerNotice(on=True)]),
    ("3B 30 00", [PowerNotice(on=False)]),
    ("12 10 00 03 00 12", [Answer(0x12), AutomaticStatus(online(paper=Paper.LOW)), Answer(0x12)]),
    ("10 13 00 11 00 00", [AutomaticStatus(WELL)]),  # XOFF and XON may stand between.
    ("37 13 22 61 62 63 64 00", [ProcessId(b"abcd")]),
    ("9C FF", [Stray(0x9C), Stray(0xFF)]),
    ("10 00 12", [Stray(0x10), PaperSensor(0), Answer(0x12)]),  # Bytes lost: the next head is not swallowed.
    ("10 00 37 25 00", [Stray(0x10), PaperSensor(0), BufferCleared()]),
    ("37 41 12", [Stray(0x37), PaperSensor(0x41), Answer(0x12)]),
    ("37 22 61 12", [Stray(0x37), PaperSensor(0x22), PaperSensor(0x61), Answer(0x12)]),
    ("37 25 12", [Stray(0x37), PaperSensor(0x25), Answer(0x12)]),
]


@pytest.mark.parametrize(("wire", "messages"), STREAMS)
def test_messages_in_one_stream_are_told_apart(wire: str, messages: list[Message]) -> None:
    """Epson's appendix on identifying transmitted data."""
    assert Decoder().feed(bytes.fromhex(wire)) == messages


def test_an_unfinished_message_is_not_given_out() -> None:
    for wire in ("10 00 00", "37", "37 22 61 62 63 64", "3B 31"):
        assert Decoder().feed(bytes.fromhex(wire)) == []


@given(status=st.sampled_from([wire for wire, _ in AUTOMATIC]), cuts=st.lists(st.integers(0, 40), max_size=4))
@example(status="10 00 00 00", cuts=[1])
def test_a_cut_stream_gives_the_same_messages(status: str, cuts: list[int]) -> None:
    """A serial port hands over pieces: where they break must not matter."""
    wire = bytes.fromhex(f"12 {status} 37 22 30 31 32 33 00 {status} 00 37 25 00")
    whole = Decoder().feed(wire)

    decoder, pieces = Decoder(), []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(wire)], strict=True):
        pieces += decoder.feed(wire[start:end])

    assert pieces == whole
    assert len(whole) == 6


@given(noise=st.binary(max_size=300), cut=st.integers(0, 300))
def test_fuzz_decoder(noise: bytes, cut: int) -> None:
    """Whatever comes, nothing is raised, nothing is kept for long, and a real status after noise is understood."""
    decoder = Decoder()
    decoder.feed(noise[:cut])
    decoder.feed(noise[cut:])
    assert len(decoder._pending) <= 7

    messages = decoder.feed(bytes.fromhex("12 12 12 12 12 12 12") + bytes.fromhex("18 00 0C 00"))
    assert messages[-1] == AutomaticStatus(online(device=Device.OFFLINE, paper=Paper.OUT))


@given(st.tuples(*[st.integers(0, 255)] * 4))
def test_fuzz_status(four: tuple[int, int, int, int]) -> None:
    """Any four bytes are some status; bits of the standard that this driver doesn't know don't disturb."""
    assert Status.of_automatic(bytes(four)).device in Device
    assert Status.of_answers(*four).device in Device
