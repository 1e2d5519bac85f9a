"""A real PKCS#11 token (SoftHSM2)."""

from pathlib import Path

import pkcs11
import pytest
from issuer import keys_of, software_keys, somebody

from central.authority import AlgorithmUnavailable, Authority, AuthorityUnavailable, KeysRefused, SoftwareKeys
from central.authority.token import BASE_KEY, BASE_KEY_VARIANT, PUK, TokenKeys, put_keys

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
    """Told when the first key is wanted."""
    empty = TokenKeys(MODULE, "empty", user_pin_file)
    with pytest.raises(KeysRefused, match=PUK):
        Authority(empty).unblock(CARD, bytes(8))
    empty.close()


@pytest.mark.parametrize("what", ["module", "label", "pin", "no file"])
def test_tokens_that_cannot_be_opened(what: str, full_token: Path, tmp_path: Path) -> None:
    """At the start, in a line, and without the PIN."""
    module = tmp_path / "none.so" if what == "module" else MODULE
    pin = tmp_path / "pin"
    if what != "no file":
        pin.write_text("1111" if what == "pin" else full_token.read_text())
    with pytest.raises(KeysRefused) as refused:
        TokenKeys(module, "other" if what == "label" else "full", pin)
    assert "1111" not in str(refused.value)


def test_keys_are_put_once(full_token: Path) -> None:
    """A second time, or without a 3DES key, nothing is put."""
    with pytest.raises(KeysRefused, match="already"):
        put_keys(MODULE, "full", full_token, software_keys())
    with pytest.raises(KeysRefused, match="puk_3des"):
        put_keys(MODULE, "full", full_token, SoftwareKeys({"SM4": bytes(16)}, bytes(16)))
