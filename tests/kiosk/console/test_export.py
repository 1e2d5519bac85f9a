"""The diagnostic export: only the bureau's key opens it, and nothing in it may not be there."""

import base64
import io
import json
import tarfile
from typing import Any

import pyrage
import pytest
import trio
from kiosk_under_test import KioskUnderTest
from pyrage import x25519
from silent_dialogue import Silent
from trio.testing import MockClock

from kiosk.console.action import Failed
from kiosk.console.console import Console
from kiosk.console.diagnostics import KEPT, BadKey, enciphered
from kiosk.console.roles import Caller, Face, Role
from kiosk.uplink.contract.policy import CardRules

TECHNICIAN = Caller(who="li", roles=frozenset({Role.TECHNICIAN}), face=Face.SOCKET)


async def export(console: Console, key: str | None, *, keep: bool = False) -> dict[str, Any]:
    settings = console.machine.settings
    consoles = settings.console.model_copy(update={"export_key": key})
    object.__setattr__(console.machine, "settings", settings.model_copy(update={"console": consoles}))
    return (await console.perform(TECHNICIAN, "export", {"keep": keep}, dialogue=Silent())).model_dump()


async def test_what_is_taken_along(autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest) -> None:
    """Board, settings, rules but the initial PINs, log, journal, operations, tests; a broken disk doesn't hinder."""
    await kiosk.at_home()
    identity = x25519.Identity.generate()
    result = await export(console, str(identity.to_public()))
    assert result["name"].startswith("kiosk-3-")
    content = base64.b64decode(result["content"])
    assert content.startswith(b"age-encryption.org/v1\n")
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(content, [identity]))) as tar:
        files = {name: json.loads(tar.extractfile(name).read()) for name in tar.getnames()}  # type: ignore[union-attr]
    assert files.keys() == {
        f"{name}.json" for name in ("board", "settings", "policy", "log", "records", "operations", "self_tests")
    }
    assert files["board.json"]["machine"] == "kiosk-3"
    assert files["settings.json"]["policy"]["region"] == files["policy.json"]["region"] == "default"
    assert files["policy.json"]["rules"]["card"].keys() == CardRules.model_fields.keys() - {"initial_pins"}
    assert files["records.json"][-1]["action"] == "export"
    kiosk.operations.storage.close()
    await export(console, str(identity.to_public()))


async def test_without_a_key_there_is_none(autojump_clock: MockClock, console: Console) -> None:
    """Nothing leaves the machine in the clear."""
    with pytest.raises(Failed):
        await export(console, None)


async def test_what_was_kept_is_fetched_later(
    autojump_clock: MockClock, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest; older ones go, readable by the kiosk alone, and a full disk is said."""
    key = str(x25519.Identity.generate().to_public())
    with pytest.raises(Failed):
        await console.perform(TECHNICIAN, "kept_export", dialogue=Silent())
    names = []
    for _ in range(KEPT + 1):
        kept = await export(console, key, keep=True)
        assert kept["content"] is None
        names.append(kept["name"])
        await trio.sleep(1)  # Names go by seconds.
    folder = console.machine.settings.storage.directory / "exports"
    assert sorted(path.name for path in folder.iterdir()) == sorted(names[1:])
    assert folder.stat().st_mode & 0o077 == 0
    fetched = (await console.perform(TECHNICIAN, "kept_export", dialogue=Silent())).model_dump()
    assert fetched["name"] == names[-1]
    assert base64.b64decode(fetched["content"]).startswith(b"age-encryption.org/v1\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.console.diagnostics.keep", full)
    with pytest.raises(Failed):
        await export(console, key, keep=True)


def test_only_the_key_opens_it() -> None:
    """Another one doesn't; what is no key is refused."""
    content = enciphered(b"x", str(x25519.Identity.generate().to_public()))
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(content, [x25519.Identity.generate()])
    with pytest.raises(BadKey):
        enciphered(b"x", "age1" + "q" * 58)
