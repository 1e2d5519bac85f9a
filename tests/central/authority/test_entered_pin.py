import psec
import pydukpt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from issuer import IPEK, KSN, Pad

from central.authority import KeySerialNumber, PinBlockRefused
from central.authority.entered_pin import open_block, wipe
from kiosk.uplink.contract import EncipheredPin

pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")  # psec's affair.


def test_the_example_of_x9_24() -> None:
    """ANSI X9.24-1:2009, annex A.4: PIN 1234, account 4012345678909, counters 1 to 3."""
    blocks = {1: "1B9C1845EB993A7A", 2: "10A01C8D02C69107", 3: "18DC07B94797B466"}
    for counter, block in blocks.items():
        serial = pydukpt.ksn_with_counter(KSN, counter).hex().upper()
        entered = EncipheredPin(key_serial_number=serial, block=block, account="401234567890")
        # The contract's accounts have twelve digits, the standard's example thirteen.
        account = type(entered.account)("4012345678909")
        assert open_block(IPEK, entered.model_copy(update={"account": account})) == b"1234"


@given(digits=st.text("0123456789", min_size=4, max_size=12), account=st.text("0123456789", min_size=12, max_size=12))
def test_any_pin_of_a_pad(digits: str, account: str) -> None:
    """Opened, and gone when it is wiped."""
    opened = open_block(IPEK, Pad().enter(digits, account))
    assert opened == digits.encode()
    wipe(opened)
    assert not any(opened)


CLEAR = st.binary(min_size=8, max_size=8)


@given(clear=CLEAR)
@example(clear=bytes.fromhex("041234FFFFFFFFFF"))
@example(clear=bytes.fromhex("0412A4FFFFFFFFFF"))
@example(clear=bytes.fromhex("041234FFFFFFFFF0"))
@example(clear=bytes.fromhex("031234FFFFFFFFFF"))
@example(clear=bytes.fromhex("0D1234567890123F"))
@example(clear=bytes.fromhex("141234FFFFFFFFFF"))
@example(clear=bytes.fromhex("0C123456789012FF"))
def test_only_a_whole_pin_block_opens(clear: bytes) -> None:
    """Control 0, 4 to 12 decimal digits, F to the end; judged alike by another library."""
    account = "400000123456"
    serial = pydukpt.next_ksn(KSN)
    key = pydukpt.pin_key(pydukpt.derive_key(IPEK, serial))
    field = bytes.fromhex("0000" + account[:-1].rjust(12, "0"))
    block = psec.des.encrypt_tdes_ecb(key, bytes(a ^ b for a, b in zip(clear, field, strict=True)))
    entered = EncipheredPin(key_serial_number=serial.hex().upper(), block=block.hex().upper(), account=account)
    try:
        expected = pydukpt.decrypt_pin(pydukpt.derive_key(IPEK, serial), block, account)
    except ValueError:
        with pytest.raises(PinBlockRefused, match=r"^no PIN block for this account$"):
            open_block(IPEK, entered)
    else:
        assert open_block(IPEK, entered) == expected.encode()


@pytest.mark.parametrize(
    ("counter", "usable"), [(0, False), (1, True), (0x3FF, True), (0x7FF, False), (0x1FF800, True), (0x1FFFFF, False)]
)
def test_counters_that_a_pad_uses(counter: int, usable: bool) -> None:
    """From 1 on, with at most ten ones."""
    serial = KeySerialNumber.parse(pydukpt.ksn_with_counter(KSN, counter).hex())
    assert (serial.counter, serial.usable) == (counter, usable)
    assert serial.pad == KSN.hex().upper()
