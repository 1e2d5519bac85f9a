"""What virtual people can show of themselves: documents, faces, phones; and what the server has of these on record.

Some things don't fit, as in life: a name on record that the card's chip doesn't know yet, a photo or a phone that is
missing, somebody for whom a guardian has to agree.
"""

import base64
import json
import random
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from simulator.card_reader.personas import as_json, personas
from simulator.id_reader.people import IdCard, cards, resident_text

RENAMED, NEW_NAME = "expiring", "黄海艳"
"""Has another name on record and on the ID card than on the social security card's chip."""
CHILD, BORN = "rare_name", "2014-11-11"
"""On record as so young that a guardian has to agree to a comparison of faces."""
WITHOUT_PHOTO = ("sm4", "initial_pin")
OTHERS = ("archived_id_expired", "archived_id_other_name", "stranger", "foreign_2023", "hong_kong", "other_card")
"""Cards that may be laid on a reader and prove nobody here."""
_ISSUED, _UNTIL = date(2023, 5, 20), date(2043, 5, 20)


@cache
def on_record(today: date) -> str:
    """The virtual people as JSON, as the server reads them; with handles, photos and keys."""
    people = json.loads(as_json(today))
    names = random.Random(0)
    chips = {card.id: card.profile for card in personas(today)}
    for person in people:
        if (record := person["server_record"]) is None:
            continue
        if (chip := chips.get(person["id"])) is not None:
            record |= {"algorithm": chip.algorithm, "key_factor": chip.historical[5:13].hex().upper()}
        record |= {
            "handle": str(UUID(bytes=names.randbytes(16), version=4)),
            "photo": None if person["id"] in WITHOUT_PHOTO else base64.b64encode(photo(person["id"])).decode(),
        }
        if person["id"] == RENAMED:
            record["name"] = NEW_NAME
        elif person["id"] == CHILD:
            record["birth_date"] = BORN
    return json.dumps(people)


@cache
def records(today: date) -> dict[str, dict[str, Any]]:
    """The server's record of each persona that has one."""
    return {person["id"]: person["server_record"] for person in json.loads(on_record(today)) if person["server_record"]}


def photo(persona: str) -> bytes:
    """What the server has of somebody's face: nothing here looks at it, and nobody else's is the same."""
    return b"\xff\xd8 the photo of " + persona.encode() + b" and nobody else's \xff\xd9"


def pictured(photo_on_record: bytes) -> str:
    """Whose photo it is."""
    return photo_on_record.split()[4].decode()


@cache
def deck(today: date) -> dict[str, IdCard]:
    """Every card that can be laid on a reader, by its id; everybody's own under their persona's."""
    found = {card.id: card for card in cards(today)}
    by_number: dict[str, IdCard] = {}
    for persona, record in records(today).items():
        number = record["social_security_number"]
        if persona == RENAMED:
            text = resident_text(NEW_NAME, number, _ISSUED, _UNTIL)
            found[persona] = IdCard(id=persona, title_zh="", title_en="", kind="resident", text=text)
        found[persona] = by_number.setdefault(number, found.get(persona, found["stranger"]))
    return found
