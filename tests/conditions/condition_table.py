"""All proofs, and the page that tells of them.

    PYTHONPATH=tests/support:. python tests/conditions/condition_table.py

writes docs/conditions.md. The registry comes first there, by `kiosk.conditions.document`.
"""

from pathlib import Path

import console_rows
import device_rows
import disk_rows
import proof
import server_rows
import visit_rows

from kiosk.conditions.document import document

DOCUMENT = Path(__file__).parents[2] / "docs" / "conditions.md"

_IN_ORDER = (console_rows, device_rows, visit_rows, server_rows, disk_rows)
"""The journal comes last: the disk is replaced there."""
ROWS = tuple(sorted(proof.ROWS, key=lambda row: [part.__name__ for part in _IN_ORDER].index(row.act.__module__)))
_HEAD = f"""
## How each was raised

On the real product: its display, pcscd and its reader, pad, printers, camera and ID card reader on real wires with
virtual far ends, the journal on a mounted disk, a central server behind TLS (`tests/conditions/`, run by
`./script/test --all`). Each condition was on the console's board within {proof.SHOWN_SECONDS:g} s after whoever notices
had told, or within the seconds named; in the server's list at the latest with the next heartbeat. Mended, it went
from both, and no sooner where a person or a start has to clear it.

| condition | raised by | noticed by | went |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    return document() + _HEAD + "".join(_line(row) for row in ROWS)


def _line(row: proof.Row) -> str:
    own_time = "" if row.shown_seconds == proof.SHOWN_SECONDS else f" (within {row.shown_seconds:g} s)"
    return f"| `{row.condition.id}` | {row.raised} | {row.told}{own_time} | {row.mended} |\n"


if __name__ == "__main__":
    DOCUMENT.write_text(page(), encoding="utf-8")
