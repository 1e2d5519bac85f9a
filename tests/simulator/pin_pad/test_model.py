"""The virtual pad by itself: what the manual says, byte by byte, and that it never breaks."""

import psec
import pydukpt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.pin_pad.faults import KINDS, PLACES, Fault
from simulator.pin_pad.model import KEYS, PROMPTS, WORDS, PinPadModel
from simulator.pin_pad.wire import ACK, EOT, NAK, frame

BDK = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
KSN = bytes.fromhex("FFFF9876543210E00000")
IPEK = pydukpt.derive_ipek(BDK, KSN)
CANCEL = bytes.fromhex("0237320306")
PROMPT = frame(b"Z2\x1e001\x1a")


@pytest.fixture
def pad() -> PinPadModel:
    return PinPadModel(IPEK, KSN)


def ask(pad: PinPadModel, now: float = 0, account: bytes = b"4012345678909", timeout: bytes = b"\x1c1") -> None:
    """Z2, its answer acknowledged, Z60."""
    assert pad.receive(PROMPT, now) == ACK + frame(b"Z20")
    assert pad.receive(ACK, now) == EOT
    assert pad.receive(frame(b"Z60." + account + timeout), now) == ACK
    assert pad.entering


def enter(pad: PinPadModel, digits: str, now: float = 1) -> bytes:
    for digit in digits:
        assert pad.press(digit, now) == b""
    return pad.press("enter", now)


def test_published_pin_blocks(pad: PinPadModel) -> None:
    """ANSI X9.24-1:2009, A.4: PIN 1234 for 4012345678909, the first keys; the wire drops the leading Fs."""
    for counter, block in (("1", "1B9C1845EB993A7A"), ("2", "10A01C8D02C69107"), ("3", "18DC07B94797B466")):
        ask(pad)
        assert enter(pad, "1234") == frame(f"7109876543210E0000{counter}{block}".encode())
        assert pad.receive(ACK, 1) == b""


def test_full_serial_number(pad: PinPadModel) -> None:
    assert pad.receive(frame(b"7A1"), 0) == ACK
    ask(pad)
    assert enter(pad, "1234") == frame(b"710FFFF9876543210E000011B9C1845EB993A7A")


# psec still takes triple DES from where cryptography had it before.
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_the_block_is_what_psec_makes(pad: PinPadModel) -> None:
    ask(pad, account=b"6222021234567890123")
    wire = enter(pad, "592706")
    clear = psec.pinblock.encode_pinblock_iso_0("592706", "6222021234567890123")
    key = pydukpt.pin_key(pydukpt.derive_key(IPEK, pad.ksn))
    assert bytes.fromhex(wire[-18:-2].decode()) == psec.des.encrypt_tdes_ecb(key, clear)


def test_cancel_while_entering_gets_eot_and_no_ack(pad: PinPadModel) -> None:
    ask(pad)
    assert pad.receive(CANCEL, 1) == EOT
    assert not pad.entering
    assert pad.receive(CANCEL, 1) == ACK


def test_only_cancel_is_heard_while_entering(pad: PinPadModel) -> None:
    ask(pad)
    for body in (b"Z1", b"Z60.12345678", b"7A1"):
        assert pad.receive(frame(body), 1) == b""
    assert pad.receive(frame(b"16", administrative=True), 1) == b""
    assert pad.entering


def test_cancel_key_and_timeout_are_the_same_byte(pad: PinPadModel) -> None:
    ask(pad)
    assert pad.press("cancel", 5) == EOT
    ask(pad, now=10, timeout=b"\x1c2")
    assert pad.deadline == 70
    assert pad.tick(69.9) == b""
    assert pad.tick(70) == EOT
    ask(pad, now=100, timeout=b"")
    assert pad.deadline == 370


def test_digits_clear_and_limits(pad: PinPadModel) -> None:
    ask(pad)
    for digit in "123":
        pad.press(digit, 1)
    assert (pad.digits_entered, pad.display) == (3, ("ENTER PIN", "***"))
    assert pad.press("enter", 1) == b""
    pad.press("clear", 1)
    assert pad.digits_entered == 0
    assert enter(pad, "1234567890123") != b""  # The thirteenth is not taken.


def test_a_prompt_comes_first(pad: PinPadModel) -> None:
    assert pad.receive(frame(b"Z60.12345678"), 0) == ACK + EOT
    assert pad.receive(frame(b"Z2\x1e009\x1a"), 0) == ACK + frame(b"Z21")
    assert pad.receive(ACK, 0) == b""
    assert pad.receive(frame(b"Z60.12345678"), 0) == ACK + EOT
    assert pad.receive(frame(b"Z2\x1aHELLO"), 0) == ACK
    assert pad.display == ("HELLO", "")
    assert pad.receive(frame(b"Z60.12345678"), 0) == ACK + EOT


REFUSED = [
    (b"Z60.", b"0"),
    (b"Z60.1234567", b"2"),
    (b"Z60.12345678901234567890", b"3"),
    (b"Z60.1101051949123100X", b"4"),
    (b"Z60.12345678\x1c0", b"6"),
    (b"Z62.12345678\x1c0306NENTER PIN", b"8"),
    (b"Z62.12345678\x1c0613NENTER PIN", b"8"),
    (b"Z62.12345678", b"8"),
    (b"Z62.123\x1c0606NENTER PIN", b"2"),
    (b"Z62.12345678\x1c0606NENTER PIN\x1c\x1c\x1cX", b"6"),
]


@pytest.mark.parametrize(("body", "code"), REFUSED)
def test_error_codes(pad: PinPadModel, body: bytes, code: bytes) -> None:
    pad.receive(PROMPT, 0)
    pad.receive(ACK, 0)
    assert pad.receive(frame(body), 0) == ACK + frame(b"71" + code)


def test_own_prompts(pad: PinPadModel) -> None:
    body = "Z62.12345678\x1c0606N请输入密码\x1c按确认键\x1c请稍候\x1c2".encode("gb18030")
    assert pad.receive(frame(body), 0) == ACK
    assert pad.display == ("请输入密码", "按确认键")
    assert enter(pad, "12345") == b""
    assert enter(pad, "6").startswith(b"\x02710")
    assert pad.display == ("请稍候", "")
    pad.receive(ACK, 1)
    pad.press("clear", 2)
    assert pad.display == ("WELCOME", "")


def test_words_that_are_not_in_the_table(pad: PinPadModel) -> None:
    """Else a kiosk that was taken over could ask for a card's number in clear."""
    assert pad.receive(frame(b"Z62.12345678\x1c0606NCARD NUMBER?"), 0) == ACK + EOT
    assert not pad.entering
    assert all(len(word.encode("gb18030")) <= 16 for word in [*WORDS, *(w for p in PROMPTS.values() for w in p)])


def test_used_up(pad: PinPadModel) -> None:
    pad.ksn = bytes.fromhex("FFFF9876543210FFF800")
    ask(pad)
    assert enter(pad, "1234") == frame(b"71F")


def test_it_repeats_twice_and_then_gives_up(pad: PinPadModel) -> None:
    ask(pad)
    reply = enter(pad, "1234", now=1)
    assert pad.deadline == 6
    assert pad.tick(6) == reply
    assert pad.tick(11) == reply
    assert pad.tick(16) == EOT
    assert pad.tick(1000) == b""


def test_nak_gets_the_frame_again_and_eot_ends_it(pad: PinPadModel) -> None:
    ask(pad)
    reply = enter(pad, "1234")
    for _ in range(5):
        assert pad.receive(NAK, 1) == reply
    assert pad.receive(EOT, 1) == b""
    assert pad.tick(1000) == b""


def test_three_naks_then_eot(pad: PinPadModel) -> None:
    broken = CANCEL[:-1] + b"\x07"
    assert [pad.receive(broken, 0) for _ in range(4)] == [NAK, NAK, NAK, EOT]
    assert pad.receive(CANCEL, 0) == ACK


def test_one_key(pad: PinPadModel) -> None:
    assert pad.receive(frame(b"Z4210"), 0) == ACK + EOT
    pad.receive(frame(b"Z2\x1aPRESS A KEY"), 0)
    assert pad.receive(frame(b"Z4210"), 0) == ACK
    assert pad.press("enter", 1) == frame(b"Z43#")
    pad.receive(ACK, 1)
    pad.receive(frame(b"Z2\x1aPRESS A KEY"), 1)
    assert pad.receive(frame(b"Z4210"), 1) == ACK
    assert pad.tick(11) == frame(b"Z43?")
    pad.receive(ACK, 11)
    pad.receive(frame(b"Z2\x1aPRESS A KEY"), 11)
    pad.receive(frame(b"Z4210"), 11)
    assert pad.receive(CANCEL, 12) == EOT


def test_self_test(pad: PinPadModel) -> None:
    assert pad.receive(frame(b"16", administrative=True), 0) == ACK + frame(b"160", administrative=True)
    assert pad.receive(ACK, 0) == EOT


def test_lost_ends_and_floods(pad: PinPadModel) -> None:
    assert pad.receive(b"\x02Z60.123" + CANCEL, 0) == ACK
    assert pad.receive(b"\x02" + b"A" * 400, 0) == b""
    assert pad.receive(CANCEL, 0) == ACK


def test_unknown_messages_are_ignored(pad: PinPadModel) -> None:
    assert pad.receive(frame(b"Q1"), 0) == b""
    assert pad.receive(frame(b"72", administrative=True), 0) == b""


def test_power_lost(pad: PinPadModel) -> None:
    """Two seconds dark; the entry is gone, the counter is not."""
    ask(pad)
    enter(pad, "1234")
    used = pad.ksn
    ask(pad, now=2)
    pad.fail(Fault("power_lost", at="now"), 3)
    assert not pad.entering
    assert pad.receive(CANCEL, 4) == b""
    assert pad.press("1", 4) == b""
    assert pad.receive(CANCEL, 5) == ACK
    assert pad.ksn == used


@pytest.mark.parametrize("wrong", [{"how": "fire"}, {"how": "nak", "at": "dawn"}, {"how": "nak", "at": "now"}])
def test_faults_that_do_not_exist(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^(at|how)\b"):
        Fault(**wrong)  # type: ignore[arg-type]


def test_keys_that_do_not_exist(pad: PinPadModel) -> None:
    with pytest.raises(ValueError, match="key"):
        pad.press("F13", 0)


SOME_FRAME = st.sampled_from(
    [
        *(CANCEL, PROMPT, ACK, NAK, EOT, frame(b"16", administrative=True)),
        *map(frame, (b"Z60.12345678\x1c1", b"Z62.12345678\x1c0406NENTER PIN", b"Z425", b"Z1", b"7A0")),
    ]
)
FAULT = st.builds(
    Fault,
    st.sampled_from(sorted(KINDS)),
    st.sampled_from([place for place in PLACES if place not in ("now", "digit")]),
    st.booleans(),
)
STEP = st.one_of(
    st.tuples(st.just("receive"), st.binary(max_size=40) | SOME_FRAME),
    st.tuples(st.just("press"), st.sampled_from(KEYS)),
    st.tuples(st.just("tick"), st.floats(0, 40)),
    st.tuples(st.just("fail"), FAULT),
)


@given(steps=st.lists(STEP, max_size=40))
def test_fuzz_model(steps: list[tuple[str, object]]) -> None:
    """Any bytes, keys, faults and times: no exception, time never stands still, digits stay within limits."""
    pad, now = PinPadModel(IPEK, KSN), 0.0
    for what, value in steps:
        if what == "receive":
            assert isinstance(value, bytes)
            pad.receive(value, now)
        elif what == "press":
            assert isinstance(value, str)
            pad.press(value, now)
        elif what == "fail":
            assert isinstance(value, Fault)
            pad.fail(Fault(value.how, value.at, value.once), now)
        else:
            assert isinstance(value, float)
            now += value
            pad.tick(now)
            assert pad.deadline > now
        if not pad.plugged:
            pad.plug(now)
        assert pad.digits_entered <= 12
