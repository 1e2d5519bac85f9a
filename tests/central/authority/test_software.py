"""Ciphers against published vectors and other people's libraries; the file of keys."""

from pathlib import Path

import psec
import pydukpt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.authority import Keys, KeysRefused, SoftwareKeys
from central.authority.software import _Key

pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")  # psec's affair.

X9_24_BASE_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
X9_24_KSN = bytes.fromhex("FFFF9876543210E00000")


def test_sm4_of_gb_t_32907() -> None:
    """Annex A, example 1."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert _Key("SM4", key).encipher(bytearray(key)).hex() == "681edf34d206965e86b3e94f536e4246"


def test_cbc_mac_of_iso_9797_1() -> None:
    """Annex B, MAC algorithm 1 with DES: the first string under padding methods 1 and 2."""
    key, text = _Key("3DES", bytes.fromhex("0123456789ABCDEF")), b"Now is the time for all "
    assert key.chain(text).hex().upper() == "70A30640CC76DD8B"
    assert key.chain(text + b"\x80" + bytes(7)).hex().upper() == "10E1F0F108341B6D"


@given(
    key=st.binary(min_size=16, max_size=16),
    blocks=st.integers(1, 6).flatmap(lambda n: st.binary(min_size=8 * n, max_size=8 * n)),
)
def test_triple_des_agrees_with_another_library(key: bytes, blocks: bytes) -> None:
    """Enciphering and chaining."""
    ours = _Key("3DES", key)
    assert ours.encipher(bytearray(blocks)) == psec.des.encrypt_tdes_ecb(key, blocks)
    assert ours.chain(blocks) == psec.mac.generate_cbc_mac(key, blocks, 1)


def test_what_was_enciphered_is_wiped() -> None:
    """It may have been a PIN."""
    blocks = bytearray(b"\x03\x60\x41\x73\x80\x00\x00\x00")
    _Key("3DES", bytes(16)).encipher(blocks)
    assert not any(blocks)


def test_initial_key_of_x9_24() -> None:
    """The standard's own example."""
    assert SoftwareKeys({}, X9_24_BASE_KEY).pad_key(X9_24_KSN).hex().upper() == "6AC292FAA1315B4D858AB3A3D7D5933A"


@given(base_key=st.binary(min_size=16, max_size=16), number=st.binary(min_size=7, max_size=7))
def test_initial_keys_agree_with_another_library(base_key: bytes, number: bytes) -> None:
    serial = pydukpt.ksn_with_counter(number + bytes(3), 0)
    assert SoftwareKeys({}, base_key).pad_key(serial) == pydukpt.derive_ipek(base_key, serial)


def test_the_file(tmp_path: Path) -> None:
    """What is written is read; only its owner may."""
    path, keys = (
        tmp_path / "keys",
        SoftwareKeys({"3DES": b"3DES".ljust(16), "SM4": b"SM4".ljust(16)}, b"base".ljust(16)),
    )
    keys.write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    again = SoftwareKeys.load(path)
    assert (again.puk, again.base_key) == (keys.puk, keys.base_key)
    SoftwareKeys({"SM4": bytes(16)}, bytes(16)).write(path)
    assert SoftwareKeys.load(path).puk == {"SM4": bytes(16)}
    assert list(tmp_path.iterdir()) == [path]


KEY = "00" * 16
GOOD = f"puk_3des={KEY}\npuk_sm4={KEY}\nbdk={KEY}\n"


@pytest.mark.parametrize(
    "content",
    ["", f"puk_3des={KEY}", GOOD + "more", GOOD + f"puk_des={KEY}", GOOD.replace("00", "0", 1), "bdk=gg" + KEY, "\xe9"],
)
def test_files_of_another_form(content: str, tmp_path: Path) -> None:
    """Refused, without a word of what is in them."""
    path = tmp_path / "keys"
    path.write_text(content, encoding="latin-1")
    path.chmod(0o600)
    with pytest.raises(KeysRefused) as refused:
        SoftwareKeys.load(path)
    assert str(path) in str(refused.value)
    assert KEY not in str(refused.value)


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    """Open to others, or not there."""
    path = tmp_path / "keys"
    with pytest.raises(KeysRefused, match="FileNotFoundError"):
        SoftwareKeys.load(path)
    path.write_text(GOOD)
    path.chmod(0o640)
    with pytest.raises(KeysRefused, match="0600"):
        SoftwareKeys.load(path)
    path.chmod(0o400)
    SoftwareKeys.load(path)


def test_keys_of_another_length() -> None:
    for puk, base_key in (({"3DES": bytes(8)}, bytes(16)), ({}, bytes(24))):
        with pytest.raises(ValueError, match="sixteen"):
            SoftwareKeys(puk, base_key)  # type: ignore[arg-type]


def test_initial_keys_of_software_and_token(software: Keys, token: Keys) -> None:
    """The same, wherever the base key lies."""
    assert token.pad_key(X9_24_KSN) == software.pad_key(X9_24_KSN)
