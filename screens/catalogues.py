"""The message catalogues: `python -m screens.catalogues` compiles them, `... update` first takes in new messages.

Messages are the literal arguments of `T` and `Tn` in `kiosk/` and `screens/`, in Simplified Chinese. A translation
holds the same `{placeholders}`; `Tn` has a singular and a plural.
"""

import os
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kiosk.language import LOCALE

ROOT = Path(__file__).parent.parent
_KEYWORDS = {"T": None, "Tn": (1, 1)}


def sources() -> Catalog:
    """Every message of the program, without translations."""
    found = Catalog(project="kiosk", charset="utf-8")
    for folder in ("kiosk", "screens"):
        rows = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=_KEYWORDS, comment_tags=("Note:",))
        for file, line, message, comments, context in rows:
            found.add(message, locations=[(f"{folder}/{file}", line)], auto_comments=comments, context=context)
    return found


def catalogue_files() -> list[Path]:
    """The catalogue of each language but the source."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/kiosk.po"))


def read(path: Path) -> Catalog:
    """One catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def update(path: Path) -> int:
    """Take the program's messages into a catalogue; returns how many have no translation."""
    catalogue = read(path)
    catalogue.update(sources(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, no_location=True, sort_output=True, omit_header=False)
    return sum(1 for message in catalogue if message.id and not complete(message))


def complete(message: Message) -> bool:
    """Whether a message has all its translations; a fuzzy one is left out of what is compiled."""
    return not message.fuzzy and all(translations(message))


def translations(message: Message) -> tuple[str, ...]:
    """A message's translation, or its singular and plural."""
    words = message.string
    return (words or "",) if isinstance(words, str) or words is None else tuple(words)


def compile_one(path: Path) -> Path:
    """Make the form of a catalogue that gettext reads: whole at once, since somebody may be reading it."""
    compiled = path.with_suffix(".mo")
    fresh = compiled.with_suffix(f".{os.getpid()}.new")
    with fresh.open("wb") as file:
        write_mo(file, read(path))
    fresh.rename(compiled)
    return compiled


def placeholders(words: str) -> set[str]:
    """The names in braces in a message."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def faults(catalogue: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, against the program's messages."""
    for source in sources():
        if not source.id:
            continue
        key = source.id if isinstance(source.id, str) else source.id[0]
        message = catalogue.get(key)
        if message is None or not complete(message):
            yield f"untranslated: {key}"
            continue
        if isinstance(source.id, tuple) != isinstance(message.id, tuple):
            yield f"plural in one of the two only: {key}"
            continue
        for words in translations(message):
            if placeholders(words) != placeholders(key):
                yield f"placeholders differ: {key}"


def main(arguments: list[str]) -> None:
    """Compile, after taking in new messages if asked."""
    for path in catalogue_files():
        if arguments == ["update"]:
            missing = update(path)
            print(f"{path.parent.parent.name}: {missing} without translation")
        compile_one(path)


if __name__ == "__main__":
    main(sys.argv[1:])
