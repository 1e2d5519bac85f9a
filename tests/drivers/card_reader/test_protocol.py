import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.card_reader import protocol
from drivers.card_reader.protocol import Answer, Command, Instruction, ProtocolViolation
from drivers.pin import Pin


def pin(digits: str) -> Pin:
    return Pin(bytearray(digits.encode()))


VECTORS = [
    (protocol.select_application(), "00A404000F 7378312E73682EC9E7BBE1B1A3D5CF", "SELECT by name"),
    (protocol.select_file(0xEF05), "00A4020002EF05", "SELECT EF"),
    (protocol.select_file(0xEF06, p1=0), "00A4000002EF06", "SELECT EF, P1 00"),
    (protocol.read_record(0x09), "00B2090000", "READ RECORD by tag"),
    (protocol.read_record(0x09, length=0x20), "00B2090020", "READ RECORD by tag, its length known"),
    (protocol.read_whole_file(), "00B2010500", "READ RECORD, all"),
    (protocol.get_response(0x1F), "00C000001F", "GET RESPONSE"),
    (protocol.get_challenge(), "0084000008", "GET CHALLENGE"),
    (protocol.probe_tries(), "0020000000", "the probe"),
    (protocol.verify(pin("358269")), "0020000003358269", "VERIFY"),
    (protocol.verify(pin("12345")), "002000000312345F", "VERIFY, an odd number of digits"),
    (protocol.change_pin(pin("123456"), pin("358269")), "805E010007123456FF358269", "CHANGE PIN"),
    (
        protocol.authenticate_issuer(bytes(range(16))),
        "0082000610 000102030405060708090A0B0C0D0E0F",
        "EXTERNAL AUTHENTICATE, the PUK",
    ),
    (protocol.unblock(bytes.fromhex("AABBCCDD")), "8424000004AABBCCDD", "UNBLOCK"),
    (protocol.reset(bytes(12)), "842400010C" + "00" * 12, "RESET, 3DES"),
    (protocol.reset(bytes(20)), "8424000114" + "00" * 20, "RESET, SM4"),
]


@pytest.mark.parametrize(("command", "wire", "name"), VECTORS)
def test_commands_equal_the_specification(command: Command, wire: str, name: str) -> None:
    """Against the bytes that the social security card specification prints."""
    assert command.encode() == bytes.fromhex(wire.replace(" ", ""))
    assert command.encode()[:4] == command.header


BLOCKS_FOR_GOOD = {(0x84, 0x1E), (0x84, 0x16)}


@given(
    instruction=st.one_of(st.sampled_from(Instruction), st.tuples(st.integers(0, 255), st.integers(0, 255))),
    p1=st.integers(-1, 256),
    p2=st.integers(-1, 256),
    data=st.binary(max_size=260),
    le=st.none() | st.integers(-1, 257),
)
@example(instruction=(0x84, 0x1E), p1=0, p2=0, data=b"", le=None)
@example(instruction=(0x84, 0x16), p1=0, p2=0, data=b"", le=None)
def test_nothing_that_blocks_a_card_can_be_expressed(
    instruction: object, p1: int, p2: int, data: bytes, le: int | None
) -> None:
    """Whatever is asked for, what comes out is one of the closed set, or an error."""
    try:
        command = Command(instruction=instruction, p1=p1, p2=p2, data=data, le=le)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return
    assert tuple(command.encode()[:2]) not in BLOCKS_FOR_GOOD
    assert len(command.encode()) <= 4 + 1 + 255 + 1


def test_out_of_range() -> None:
    """Every field has its bounds."""
    for bad in ({"p1": 256}, {"p2": -1}, {"data": bytes(256)}, {"le": 0}, {"le": 257}):
        with pytest.raises(ValueError, match="out of range"):
            Command(instruction=Instruction.SELECT, **bad)  # type: ignore[arg-type]


def test_the_closed_set() -> None:
    """Eight instructions; adding one is a decision, so it changes this test."""
    assert {i.value for i in Instruction} == {
        (0x00, 0xA4),
        (0x00, 0xB2),
        (0x00, 0xC0),
        (0x00, 0x84),
        (0x00, 0x20),
        (0x80, 0x5E),
        (0x00, 0x82),
        (0x84, 0x24),
        (0x00, 0xCB),
        (0x00, 0x87),
        (0x10, 0x87),
    }


def test_what_counts_and_what_changes() -> None:
    """A probe is harmless, VERIFY and the issuer's proof count, CHANGE and the secured commands count and change."""
    flags = {
        c: (c.counted, c.mutating)
        for c in (protocol.read_whole_file(), protocol.probe_tries(), protocol.get_challenge())
    }
    assert set(flags.values()) == {(False, False)}
    assert protocol.verify(pin("358269")).counted
    assert not protocol.verify(pin("358269")).mutating
    assert protocol.authenticate_issuer(bytes(16)).counted
    assert not protocol.authenticate_issuer(bytes(16)).mutating
    changes = (protocol.change_pin(pin("358269"), pin("604173")), protocol.unblock(bytes(4)), protocol.reset(bytes(12)))
    assert all(command.mutating and command.counted for command in changes)


def test_a_pin_shows_nowhere() -> None:
    """Neither in a repr nor, once wiped, in the command."""
    command = protocol.change_pin(pin("358269"), pin("604173"))
    assert "358269" not in repr(command)
    assert b"\x35\x82\x69" not in repr(command).encode()
    assert repr(b"\x35\x82\x69") not in repr(command)
    command.wipe()
    assert not any(command.data)
    enciphered = protocol.reset(b"\xaa" * 12)
    enciphered.wipe()
    assert not any(enciphered.data)
    protocol.select_application().wipe()  # Nothing secret: nothing to do.


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("9000", {"ok": True}),
        ("63C5", {"tries_left": 5}),
        ("63C0", {"tries_left": 0}),
        ("6983", {"tries_left": 0}),
        ("9303", {"application_blocked": True}),
        ("6A82", {"not_found": True}),
        ("6A83", {"not_found": True}),
        ("6A88", {"not_found": True}),
        ("6982", {"closed": True, "secured_refused": True}),
        ("6984", {"secured_refused": True}),
        ("6985", {"secured_refused": True}),
        ("6988", {"secured_refused": True}),
        ("6A80", {"data_refused": True}),
        ("6700", {"data_refused": True}),
        ("6300", {}),
    ],
)
def test_status_words(status: str, expected: dict[str, object]) -> None:
    """Each means what the specification says, and nothing else."""
    answer = Answer.parse(b"\x01" + bytes.fromhex(status))
    plain = {
        "ok": False,
        "tries_left": None,
        "application_blocked": False,
        "not_found": False,
        "closed": False,
        "secured_refused": False,
        "data_refused": False,
    }
    assert {name: getattr(answer, name) for name in plain} == plain | expected
    assert answer.status_word == status
    assert answer.data == b"\x01"


def test_follow_ups_of_t0() -> None:
    """61xx fetches, 6Cxx repeats with the right length; never a command that counts."""
    read = protocol.read_whole_file()
    assert protocol.follow_up(read, Answer(b"", 0x611F)) == protocol.get_response(0x1F)
    assert protocol.follow_up(read, Answer(b"", 0x6100)) == protocol.get_response(256)
    repeated = protocol.follow_up(read, Answer(b"", 0x6C45))
    assert repeated is not None
    assert repeated.encode() == bytes.fromhex("00B2010545")
    assert protocol.follow_up(read, Answer(b"", 0x9000)) is None
    assert protocol.follow_up(protocol.select_file(0xEF05), Answer(b"", 0x6C45)) is None
    assert protocol.follow_up(protocol.verify(pin("358269")), Answer(b"", 0x6C45)) is None
    counted = Command(instruction=Instruction.VERIFY, data=b"\xff" * 3, le=256)
    assert protocol.follow_up(counted, Answer(b"", 0x6C45)) is None
    counting = (protocol.verify(pin("358269")), protocol.authenticate_issuer(bytes(16)), protocol.unblock(bytes(4)))
    for command in (*counting, protocol.change_pin(pin("358269"), pin("604173")), protocol.reset(bytes(12))):
        assert protocol.follow_up(command, Answer(b"", 0x6C08)) is None
        following = protocol.follow_up(command, Answer(b"", 0x6102))
        assert following is not None
        assert not following.counted


@given(st.binary(max_size=300))
def test_fuzz_answer(reply: bytes) -> None:
    """Any bytes are an answer, or a violation that doesn't repeat them."""
    if not 2 <= len(reply) <= 258:
        with pytest.raises(ProtocolViolation, match=f"^{len(reply)} bytes are no answer$"):
            Answer.parse(reply)
        return
    answer = Answer.parse(reply)
    assert answer.data + answer.status.to_bytes(2) == reply
    following = protocol.follow_up(protocol.read_whole_file(), answer)
    assert following is None or following.instruction in (Instruction.GET_RESPONSE, Instruction.READ_RECORD)


DIGITS = st.text("0123456789", min_size=4, max_size=12)


@given(old=DIGITS, new=DIGITS)
def test_change_pin_carries_both(old: str, new: str) -> None:
    """Old, FF, new, whatever their lengths."""
    wire = protocol.change_pin(pin(old), pin(new)).encode()

    def bcd(digits: str) -> bytes:
        return bytes.fromhex(digits + "F" * (len(digits) % 2))

    assert wire[4] == len(wire) - 5
    assert wire[5:] == bcd(old) + b"\xff" + bcd(new)
