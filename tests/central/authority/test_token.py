"""A real PKCS#11 token (SoftHSM2)."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from issuer import keys_of, software_keys, somebody

from central.authority import AlgorithmUnavailable, Authority, AuthorityUnavailable, KeysRefused, SoftwareKeys
from central.authority.token import BASE_KEY, BASE_KEY_VARIANT, PUK, TokenKeys, _TokenKey, put_keys

ROOT = Path(__file__).parents[3]
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
CARD = keys_of(somebody("normal"))


def test_no_key_leaves_the_token(token: TokenKeys, full_token: Path) -> None:
    """Not the three in it, nor what is derived of them; and each does only what it is for."""
    session = pkcs11.lib(str(MODULE)).get_token(token_label="full").open()
    with session, token.card_session(CARD, bytes(8)) as derived:
        lasting = [session.get_key(label=label) for label in (PUK, BASE_KEY, BASE_KEY_VARIANT)]
        for key in (*lasting, derived._key):  # type: ignore[attr-defined]
            assert key[pkcs11.Attribute.SENSITIVE]
            assert not key[pkcs11.Attribute.EXTRACTABLE]
            with pytest.raises(pkcs11.AttributeSensitive):
                key[pkcs11.Attribute.VALUE]
        uses = [key[pkcs11.Attribute.ENCRYPT] for key in lasting], [key[pkcs11.Attribute.DERIVE] for key in lasting]
        assert uses == ([False, True, True], [True, False, False])
        for use in (pkcs11.Attribute.DECRYPT, pkcs11.Attribute.WRAP, pkcs11.Attribute.SIGN):
            assert not any(key[use] for key in (*lasting, derived._key))  # type: ignore[attr-defined]


def test_what_was_enciphered_is_wiped(token: TokenKeys) -> None:
    """It may have been a PIN; it goes into the token in two halves, each of which is random."""
    given: list[bytes] = []

    class Spy:
        def encrypt(self, data: bytes, **how: Any) -> Any:
            given.extend((data, how["mechanism_param"]))
            return derived._key.encrypt(data, **how)  # type: ignore[attr-defined]

    clear = bytes.fromhex("0360417380000000")
    with token.card_session(CARD, bytes(8)) as derived:
        blocks = bytearray(clear)
        enciphered = _TokenKey(Spy()).encipher(blocks)
        assert enciphered == derived.encipher(bytearray(clear))
    assert not any(blocks)
    assert clear not in given


def test_nothing_derived_is_left_behind(token: TokenKeys) -> None:
    """A card's keys are gone when it is answered, also when it went wrong."""
    authority = Authority(token)
    for _ in range(3):
        authority.unblock(CARD, bytes(8))
    with pytest.raises(ZeroDivisionError), token.card_session(CARD, bytes(8)):
        raise ZeroDivisionError
    with token._use() as session:
        assert len(list(session.get_objects())) == 3


def test_sm4_is_refused_by_a_token_alone(full_token: Path) -> None:
    """It has no such cipher; nothing is exported for it."""
    alone = TokenKeys(MODULE, "full", full_token)
    with pytest.raises(AlgorithmUnavailable, match="SM4"):
        Authority(alone).unblock(keys_of(somebody("sm4")), bytes(8))
    alone.close()


# The library's search finds its session closed when it is collected, too.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_token_that_fails_is_opened_anew(token: TokenKeys) -> None:
    """One request is refused; the next is answered."""
    authority = Authority(token)
    before = authority.unblock(CARD, bytes(8))
    with token._use() as session:
        session.close()
    with pytest.raises(AuthorityUnavailable, match="full"):
        authority.unblock(CARD, bytes(8))
    assert authority.unblock(CARD, bytes(8)) == before


def test_a_token_without_keys(user_pin_file: Path) -> None:
    """Told at the start."""
    with pytest.raises(KeysRefused, match=PUK):
        TokenKeys(MODULE, "empty", user_pin_file)


def test_a_token_that_goes(full_token: Path, tmp_path: Path) -> None:
    """While the server runs, that is no fault of its settings: asking again may help."""
    pin = tmp_path / "pin"
    pin.write_text(full_token.read_text())
    pin.chmod(0o600)
    keys = TokenKeys(MODULE, "full", pin)
    keys.close()
    pin.unlink()
    with pytest.raises(AuthorityUnavailable):
        Authority(keys).unblock(CARD, bytes(8))


@pytest.mark.parametrize("what", ["module", "label", "pin", "no file", "open to others"])
def test_tokens_that_cannot_be_opened(what: str, full_token: Path, tmp_path: Path) -> None:
    """At the start, in a line, and without the PIN."""
    module = tmp_path / "none.so" if what == "module" else MODULE
    pin = tmp_path / "pin"
    if what != "no file":
        pin.write_text("1111" if what == "pin" else full_token.read_text())
        pin.chmod(0o644 if what == "open to others" else 0o600)
    with pytest.raises(KeysRefused) as refused:
        TokenKeys(module, "other" if what == "label" else "full", pin)
    assert "1111" not in str(refused.value)


def test_a_token_is_filled_from_the_command_line(user_pin_file: Path, tmp_path: Path) -> None:
    """As a bureau without a ceremony does it, once."""
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "issuer", "--pin", "8273", "--so-pin", "9182"],
        check=True,
        capture_output=True,
    )
    software_keys().write(tmp_path / "keys")
    fill = [sys.executable, "-m", "central", "fill-token", "--issuer-keys", str(tmp_path / "keys")]
    fill += ["--token-module", str(MODULE), "--token-pin-file", str(user_pin_file)]
    assert subprocess.run(fill, cwd=ROOT, capture_output=True).returncode == 0
    again = subprocess.run(fill, cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 2
    assert "already" in again.stderr


def test_keys_are_put_once(full_token: Path) -> None:
    """A second time, or without a 3DES key, nothing is put."""
    with pytest.raises(KeysRefused, match="already"):
        put_keys(MODULE, "full", full_token, software_keys())
    with pytest.raises(KeysRefused, match="puk_3des"):
        put_keys(MODULE, "full", full_token, SoftwareKeys({"SM4": bytes(16)}, bytes(16)))
