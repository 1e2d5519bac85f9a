"""What a clerk of the bureau does with applications, at the staff's desk of the central server."""

import json
import ssl
from base64 import b64encode
from typing import Any
from urllib.request import Request, urlopen

from simulator.scenarios.citizen import Citizen

_SECONDS = 10.0
_LINKS = ("://", "www.", ".cn", ".com")


def decides(citizen: Citizen, number: str, decision: str, note: str = "") -> None:
    """Do `decision` (`approve`, `refuse` with a `note` that says why, `made`, `post`, `hand_over`)."""
    _ask(citizen, f"applications/{number}", {"decision": decision, "note": note})
    citizen.report.act(f"the bureau decides: {decision}")


def newest(citizen: Citizen, kind: str) -> str:
    """The number of the newest application of this kind, as the desk lists it."""
    waiting = _ask(citizen, "applications")["applications"]
    return str([each["number"] for each in waiting if each["kind"] == kind][-1])


def confirms(citizen: Citizen, words: str, *, person: str | None = None, phone: str | None = None) -> None:
    """Wait until the newest text on the phone, a person's or the one with this number, says `words`, with no link.

    Raises:
        NotSeen: None came that says so, or it has a link.
    """

    def came() -> bool:
        newest = citizen.stand.central("texts", person=person, phone=phone)["texts"][-1:]
        return any(words in text and not any(link in text for link in _LINKS) for text in newest)

    citizen.waits_until(came, f"a text without a link says {words}")
    citizen.report.act(f"reads on the phone: {words}")


def _ask(citizen: Citizen, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    """One request of the desk's API, POST with a body."""
    stand = citizen.stand
    name, secret = stand.clerk
    known = b64encode(f"{name}:{secret.read_text().strip()}".encode()).decode()
    headers = {"authorization": f"Basic {known}"}
    data = None if body is None else json.dumps(body).encode()
    trusted = ssl.create_default_context(cafile=stand.authority)
    with urlopen(Request(f"{stand.desk}/api/{path}", data, headers), timeout=_SECONDS, context=trusted) as answer:
        said: dict[str, Any] = json.load(answer)
    return said
