"""What the makers need to see of a machine, in one file that only the bureau's key opens (age-encryption.org/v1).

It holds what the console shows, and no more: no citizen's data are at the kiosk, no secret is taken along, and the PINs
that cards are issued with are left out of the region's rules.
"""

import io
import json
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk import log
from kiosk.console.action import Message
from kiosk.operations.errors import StorageError
from kiosk.operations.storage import Storage
from kiosk.settings import Settings

RECORDS = 2000
"""So many of the journal's newest are taken along."""

KEPT = 3
"""So many files stay in the machine, the newest."""
_FOLDER = "exports"


class BadKey(Exception):
    """The configured key is none of age's."""


def collect(board: Message, settings: Settings, storage: Storage) -> dict[str, Any]:
    """Everything, by the name of its file.

    Args:
        board: How the machine is.
        settings: With the rules that hold today.
        storage: Of the journal.
    """
    return {
        "board": board.model_dump(mode="json"),
        "settings": settings.written(),
        "policy": {
            "region": settings.policy_source.region,
            "since": settings.policy_since.isoformat(),
            "rules": settings.policy.model_dump(mode="json", exclude={"card": {"initial_pins"}}),
        },
        "log": list(log.RECENT),
        **_stored(storage),
    }


def _stored(storage: Storage) -> dict[str, Any]:
    try:
        rows = storage.read(lambda store: store.journal())[-RECORDS:]
        operations = storage.read(lambda store: store.operations())
        tests = storage.read(lambda store: store.memory.self_tests())
    except StorageError as error:  # A machine whose disk fails is the one to look into.
        return {"storage": {"unreadable": str(error)}}
    return {
        "records": [json.loads(row.record) | {"hash": row.hash.hex()} for row in rows],
        "operations": [
            {"id": row.operation_id, "kind": row.kind, "state": row.state, "acknowledged": row.acknowledged}
            for row in operations
        ],
        "self_tests": [
            {"device": row.device, "at": row.at, "result": row.result, "detail": row.detail} for row in tests
        ],
    }


def packed(files: Mapping[str, Any]) -> bytes:
    """The files as JSON in a tar archive, compressed."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in files.items():
            data = json.dumps(content, ensure_ascii=False, indent=1, default=str).encode()
            entry = tarfile.TarInfo(f"{name}.json")
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return archive.getvalue()


def enciphered(content: bytes, recipient: str) -> bytes:
    """`content` for whoever has the key to `recipient` (`age1...`), and for nobody else: not for this machine either.

    Raises:
        BadKey: That is no such key.
    """
    # Imported late: 2 MB that hardly any run needs.
    from pyrage import RecipientError, encrypt  # type: ignore[import-untyped]
    from pyrage.x25519 import Recipient  # type: ignore[import-untyped]

    try:
        return bytes(encrypt(content, [Recipient.from_str(recipient)]))
    except RecipientError:
        raise BadKey from None


def keep(folder: Path, name: str, content: bytes) -> None:
    """Put a file beside the journal, for whoever fetches it later; the oldest beyond `KEPT` go.

    Raises:
        OSError: It can't be written.
    """
    kept = folder / _FOLDER
    kept.mkdir(mode=0o700, exist_ok=True)
    fresh = kept / "new"
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(kept / name)
    for old in _kept(folder)[:-KEPT]:
        old.unlink()


def newest_kept(folder: Path) -> Path | None:
    """The newest file that was kept; None: there is none.

    Raises:
        OSError: The folder can't be read.
    """
    kept = _kept(folder)
    return kept[-1] if kept else None


def _kept(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted((folder / _FOLDER).glob("*.age"), key=lambda path: path.stat().st_mtime_ns)
