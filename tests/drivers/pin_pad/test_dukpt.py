"""The pad's key against the published examples, and against two libraries that other people wrote."""

import os
import pickle
from pathlib import Path

import psec
import pydukpt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.pin_pad import EncryptedPin, ForeignBlock, KeyFileRefused, PadKey, dukpt, load_pad_key
from drivers.pin_pad.dukpt import _pin_of

# ANSI X9.24-1:2009, Annex A.4: initial key, then serial number, PIN key, block of PIN 1234 for 4012345678909.
IPEK = bytes.fromhex("6AC292FAA1315B4D858AB3A3D7D5933A")
ACCOUNT = "4012345678909"
VECTORS = [
    ("FFFF9876543210E00001", "042666B49184CF5C68DE9628D0397B36", "1B9C1845EB993A7A"),
    ("FFFF9876543210E00002", "C46551CEF9FD244FAA9AD834130D3B38", "10A01C8D02C69107"),
    ("FFFF9876543210E00003", "0DF3D9422ACA561A47676D07AD6BAD05", "18DC07B94797B466"),
    ("FFFF9876543210E00004", "279C0F6AEED0BE9A2B2C733E1383AE6E", "0BC79509D5645DF7"),
    ("FFFF9876543210E00005", "5F8DC6D2C845C1DA508DDC048093B8C0", "5BC0AF22AD87B327"),
    ("FFFF9876543210E00006", "5E415CB0BAF9F0C3D0C14B63FB62FFBC", "A16DF70AE36158D8"),
    ("FFFF9876543210E10000", "2F9A0C0B46ECCBA1F8287A7A071AF54B", "19776D96D73AF1E2"),
    ("FFFF9876543210EFF800", "F9CDFEBF4F5B1D61B3EC12454527E189", "33365F5CC6F23C35"),
    ("FFFF9876543210EFF801", "5BEE92627E9782A3911BF619DF72CAC4", "3A86BF003F835C9D"),
    ("FFFF9876543210EFF810", "D8007C833A1E3CB6C6889B97A68C5400", "2CF02BD9C309EEDA"),
]


def key(initial: bytes = IPEK, ksn: str = "FFFF9876543210E00000") -> PadKey:
    return PadKey(bytearray(initial), bytes.fromhex(ksn))


@pytest.mark.parametrize(("ksn", "pin_key", "block"), VECTORS)
def test_published_vectors(ksn: str, pin_key: str, block: str) -> None:
    assert key()._pin_key(bytes.fromhex(ksn)).hex().upper() == pin_key
    with key().open(EncryptedPin(bytes.fromhex(ksn), bytes.fromhex(block), ACCOUNT)) as pin:
        assert bytes(pin.digits) == b"1234"


@pytest.mark.parametrize("ksn", ["FFFF9876543211E00000", "FFFF9876543210C00000", "00009876543210E00000"])
def test_another_serial_number(ksn: str) -> None:
    """Only the 21 counter bits may differ from the key file's."""
    encrypted = EncryptedPin(bytes.fromhex(VECTORS[0][0]), bytes.fromhex(VECTORS[0][2]), ACCOUNT)
    with pytest.raises(ForeignBlock):
        key(ksn=ksn).open(encrypted)
    key(ksn="FFFF9876543210FFF800").open(encrypted)


PIN = st.text("0123456789", min_size=4, max_size=12)


@given(
    initial=st.binary(min_size=16, max_size=16),
    ksn=st.binary(min_size=10, max_size=10),
    account=st.text("0123456789", min_size=8, max_size=19),
    digits=PIN,
)
def test_agrees_with_pydukpt(initial: bytes, ksn: bytes, account: str, digits: str) -> None:
    """Any pad, any counter, any account and PIN."""
    block = pydukpt.encrypt_pin(pydukpt.derive_key(initial, ksn), digits, account)
    with PadKey(bytearray(initial), ksn).open(EncryptedPin(ksn, block, account)) as pin:
        assert bytes(pin.digits).decode() == digits


@given(account=st.text("0123456789", min_size=13, max_size=19), digits=PIN)
def test_format_0_agrees_with_psec(account: str, digits: str) -> None:
    clear = psec.pinblock.encode_pinblock_iso_0(digits, account)
    with _pin_of(bytearray(clear), account) as pin:
        assert bytes(pin.digits).decode() == digits


@given(block=st.binary(min_size=8, max_size=8), account=st.text("0123456789", min_size=8, max_size=19))
def test_fuzz_open(block: bytes, account: str) -> None:
    """Any block gives a PIN or `ForeignBlock`, as another reading of the same rules says."""
    ksn = bytes.fromhex("FFFF9876543210E00001")
    try:
        expected = pydukpt.decrypt_pin(pydukpt.derive_key(IPEK, ksn), block, account)
    except ValueError:
        with pytest.raises(ForeignBlock):
            key().open(EncryptedPin(ksn, block, account))
    else:
        assert bytes(key().open(EncryptedPin(ksn, block, account)).digits).decode() == expected


@given(clear=st.binary(min_size=8, max_size=8))
def test_fuzz_clear_block(clear: bytes) -> None:
    """Clear blocks hit the deep checks that random ciphertext rarely reaches."""
    clear = bytes([clear[0] & 0x0F]) + clear[1:]
    try:
        expected = pydukpt.decode_pin_block(clear, "00000000")
    except ValueError:
        with pytest.raises(ForeignBlock):
            _pin_of(bytearray(clear), "00000000")
    else:
        assert bytes(_pin_of(bytearray(clear), "00000000").digits).decode() == expected


@pytest.mark.parametrize("clear", ["041234FFFFFFFFFF", "0C123456789012FF", "0D1234567890123F", "03123FFFFFFFFFFF"])
def test_edges_of_a_clear_block(clear: str) -> None:
    """4 and 12 digits are a PIN, 3 and 13 are not."""
    length = int(clear[1], 16)
    if 4 <= length <= 12:
        assert bytes(_pin_of(bytearray.fromhex(clear), "00000000").digits).decode() == clear[2 : 2 + length]
    else:
        with pytest.raises(ForeignBlock):
            _pin_of(bytearray.fromhex(clear), "00000000")


def test_every_buffer_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key, register and block that went into a cipher or came out, the PIN, and the pad's own key."""
    used: list[bytearray] = []
    run, xor_into = dukpt._run, dukpt._xor_into

    def spy_run(triple: bytearray, block: bytearray, *, encrypt: bool) -> None:
        used.extend((triple, block))
        run(triple, block, encrypt=encrypt)
        assert any(block)

    def spy_xor(target: bytearray, mask: bytes) -> None:
        used.append(target)
        xor_into(target, mask)

    monkeypatch.setattr(dukpt, "_run", spy_run)
    monkeypatch.setattr(dukpt, "_xor_into", spy_xor)
    pad_key = key()
    pin = pad_key.open(EncryptedPin(bytes.fromhex(VECTORS[9][0]), bytes.fromhex(VECTORS[9][2]), ACCOUNT))
    digits = pin._digits
    assert digits == b"1234"
    pin.wipe()
    pad_key.wipe()
    assert len(used) > 40
    assert not any(any(buffer) for buffer in [*used, digits, pad_key._initial_key])


def test_a_key_is_never_shown_or_copied() -> None:
    assert repr(key()) == "PadKey(hidden)"
    with pytest.raises(TypeError):
        pickle.dumps(key())


def test_a_key_of_another_length_is_wiped() -> None:
    short = bytearray(b"\x55" * 8)
    with pytest.raises(ValueError, match="16 bytes"):
        PadKey(short, bytes(10))
    assert short == bytes(8)


def write(path: Path, content: str, mode: int = 0o600) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path


SOUND = "ipek=6AC292FAA1315B4D858AB3A3D7D5933A\nksn=FFFF9876543210E00000\n"


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (SOUND, 0o600),
        (SOUND, 0o400),
        (SOUND.lower(), 0o600),
        (SOUND.replace("\n", "\r\n"), 0o600),
        ("ksn=FFFF9876543210E00000\nipek=6AC292FAA1315B4D858AB3A3D7D5933A", 0o600),
    ],
)
def test_key_file(tmp_path: Path, content: str, mode: int) -> None:
    loaded = load_pad_key(write(tmp_path / "pad.key", content, mode))
    with loaded.open(EncryptedPin(bytes.fromhex(VECTORS[0][0]), bytes.fromhex(VECTORS[0][2]), ACCOUNT)) as pin:
        assert bytes(pin.digits) == b"1234"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o700, 0o4600])
def test_a_key_file_that_others_can_read(tmp_path: Path, mode: int) -> None:
    with pytest.raises(KeyFileRefused, match="expected 0600"):
        load_pad_key(write(tmp_path / "pad.key", SOUND, mode))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "ipek=\nksn=\n",
        "x" * 5000,
        SOUND[5:],
        SOUND[:20],
        SOUND.replace("3A\n", "3\n"),
        SOUND.replace("3A\n", "3AFF\n"),
        SOUND.replace("6A", "6X"),
        SOUND.replace("ksn", "ks"),
        SOUND.replace("E00000", "E0000G"),
    ],
)
def test_a_key_file_of_another_form(tmp_path: Path, content: str) -> None:
    """The message names the file and what was expected, never what it holds."""
    with pytest.raises(KeyFileRefused, match=r"pad\.key: expected the lines") as caught:
        load_pad_key(write(tmp_path / "pad.key", content))
    assert "6AC292" not in str(caught.value)


def test_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(KeyFileRefused, match="No such file"):
        load_pad_key(tmp_path / "pad.key")
    with pytest.raises(KeyFileRefused, match="not a file"):
        load_pad_key(tmp_path)


def test_a_key_file_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "pad.key", SOUND)
    if os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:  # Only root can give a file away; someone else can read it as another.
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(KeyFileRefused, match="another user"):
        load_pad_key(path)
