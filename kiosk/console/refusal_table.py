"""The registry of refusals as a document: code, words in both languages, what to do instead."""

from collections.abc import Iterator

from kiosk import refusals
from kiosk.language import say
from kiosk.refusals import RefusalKind
from kiosk.text import Text

_HEAD = """\
# Refusals

Every way in which a visit can end without the thing done. The code is stable: it stands in the log (`visit.refused`).
Each is a page that says what happened, whether anything was changed, why, and what to do instead, and each can be
printed as a slip, or taken along as a QR code. Names in braces come from the settings, the card or the server.

Written by `kiosk refusals`, from `kiosk/refusals/`.
"""


def document() -> str:
    """All of them as Markdown, subject by subject."""
    return _HEAD + "".join(_subjects())


def _subjects() -> Iterator[str]:
    subjects: dict[str, list[RefusalKind]] = {}
    for kind in refusals.ALL:
        subjects.setdefault(kind.code.partition(".")[0], []).append(kind)
    for subject, kinds in subjects.items():
        yield f"\n## {subject}\n\n| code | what happened, and why | what to do instead |\n| --- | --- | --- |\n"
        yield from (_row(kind) for kind in kinds)


def _row(kind: RefusalKind) -> str:
    happened = "<br>".join((_both(kind.title, bold=True), _both(kind.reassurance), _both(kind.why)))
    here = () if kind.here is None else (kind.here,)
    ways = "<br>".join(f"{n}. {_both(way.title)}" for n, way in enumerate((*here, *kind.ways), 1))
    return f"| `{kind.code}` | {happened} | {ways} |\n"


def _both(text: Text, *, bold: bool = False) -> str:
    """In Chinese and in English, with the names in braces as they stand."""
    chinese, english = (say(Text(text.message), language).replace("|", "\\|") for language in ("zh", "en"))
    return f"**{chinese}** {english}" if bold else f"{chinese} {english}"
