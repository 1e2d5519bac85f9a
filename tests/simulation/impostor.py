"""Somebody with a kiosk's secret who wants to be taken for others: with codes, photos, faces, documents of theirs.

Everything goes to the server as a kiosk would send it; whether an answer is wrong says the `IdentityWatch`.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from documents import CHILD, NEW_NAME
from network import Letter
from proving import NEW_PHONES

if TYPE_CHECKING:
    from identity_watch import Code
    from rogue import Rogue
    from station import Station
    from world import World

CONSENT = "2026-1"
GUESSES = 7
"""Of one code; there are fewer tries."""
ALIKE, UNLIKE, SHARP, BLURRED = 0.2, 0.6, 120.0, 3.0


class Impostor:
    """Has every citizen's documents and phone, as long as the seed wants it.

    Args:
        world: Whose server.
        rogue: Who begins operations.
    """

    def __init__(self, world: "World", rogue: "Rogue") -> None:
        self._world = world
        self._rng = world.rng
        self._rogue = rogue
        self.acts: tuple[Callable[[Station], Awaitable[None]], ...] = (
            self._half_a_way,
            self._whole_way_of_two,
            self._false_document,
            self._guess,
            self._code_again,
            self._photo_for_nothing,
            self._face_of_another,
            self._judged_again,
            self._unproved_number,
            self._curious,
        )

    # Proofs as they should be.

    async def show_document(self, station: "Station", persona: str, **changes: object) -> str | None:
        """The ID card of somebody, read at a station; the server's id of it."""
        record = self._world.records[persona]
        told = {
            "document": "resident",
            "number": record["social_security_number"],
            "name": record["name"],
            "valid_from": "2023-05-20",
            "valid_until": "2043-05-20",
            **changes,
        }
        return await self._show(station, "id-card", told)

    async def show_e_card(self, station: "Station", persona: str) -> str | None:
        """The holder's phone, held up by somebody."""
        return await self._show(station, "e-card", {"e_card_code": station.boot_now.e_card_code(persona)})

    async def show_text(self, station: "Station", persona: str) -> str | None:
        """A code by text, and what the phone got."""
        code_id = await self.ask_for_text(station, persona)
        return await self.show_code(station, code_id) if code_id else None

    async def show_code(self, station: "Station", code_id: str) -> str | None:
        """What a phone got."""
        code = self._world.promises.identity.codes[code_id].code
        return await self._show(station, "one-time-code", {"code_id": code_id, "code": code})

    async def show_face(self, station: "Station", document: str) -> str | None:
        """A face like the one on record."""
        check = await self.ask_for_photo(station, document)
        return await self.judge(station, check) if check else None

    async def show_all(self, station: "Station", persona: str) -> list[str] | None:
        """A whole way; None: not to be had."""
        document = await self.show_document(station, persona)
        if document is None:
            return None
        second = await self.show_face(station, document) or await self.show_text(station, persona)
        return [document, second] if second else None

    async def ask_for_text(self, station: "Station", persona: str) -> str | None:
        """Have a code sent; its id."""
        code_id = str(self._world.new_id())
        told = {"kiosk": station.name, "code_id": code_id, "card": self._world.server.handle_of(persona)}
        status, _ = await self._send(station, "PUT", f"/v1/one-time-codes/{code_id}", told)
        return code_id if status == 200 else None

    async def ask_for_photo(self, station: "Station", evidence: str, *, guardian: bool = True) -> str | None:
        """Have a photo handed out; the id of the check."""
        check = str(self._world.new_id())
        told = {"check_id": check, "evidence": evidence, "consent_version": CONSENT, "guardian": guardian}
        status, _ = await self._send(station, "POST", "/v1/face-checks", {"kiosk": station.name, **told})
        return check if status == 200 else None

    # Attempts.

    async def _half_a_way(self, station: "Station") -> None:
        """One proof where two are needed."""
        persona = self._anybody()
        shown = await self._rng.choice((self.show_document, self.show_e_card, self.show_text))(station, persona)
        if shown is not None:
            await self.begin(station, persona, [shown])

    async def _whole_way_of_two(self, station: "Station") -> None:
        """One's own ID card and another's phone; or both of one person, for another's card."""
        mine, theirs = self._rng.sample(self._world.with_record, 2)
        document = await self.show_document(station, mine)
        text = await self.show_text(station, self._rng.choice((mine, theirs)))
        if document is not None and text is not None:
            await self.begin(station, theirs, [document, text])

    async def _false_document(self, station: "Station") -> None:
        """Another name, another's card, a number of nobody, a document of the past or of the future."""
        today, persona = self._world.server.today(), self._anybody()
        changes: tuple[dict[str, object], ...] = (
            {"name": self._rng.choice((NEW_NAME, "林国栋", "", "A"))},
            {"card": self._world.server.handle_of(self._anybody())},
            {"number": "990100199107079919"},
            {"valid_until": str(today - timedelta(days=1))},
            {"valid_from": str(today + timedelta(days=1)), "valid_until": str(date(2099, 1, 1))},
        )
        await self.show_document(station, persona, **self._rng.choice(changes))

    async def _guess(self, station: "Station") -> None:
        """A code, as often as it may be guessed and more often; and then what the phone got."""
        found = self._code_of(station)
        if found is None:
            await self.ask_for_text(station, self._anybody())
            found = self._code_of(station)
        if found is None:
            return
        code_id, code = found
        for guess in range(GUESSES):
            wrong = f"{(int(code.code) + 1 + guess) % 10**6:06}"
            await self._show(station, "one-time-code", {"code_id": code_id, "code": wrong})
        await self._show(station, "one-time-code", {"code_id": code_id, "code": code.code})

    async def _code_again(self, station: "Station") -> None:
        """A code that was used, or that was sent for another kiosk, or long ago."""
        codes, others = self._world.promises.identity.codes, [s for s in self._world.stations if s is not station]
        if others and self._rng.random() < 0.5:
            await self.ask_for_text(self._rng.choice(others), self._anybody())
            code_id = next(reversed(codes), None)
        else:
            code_id = self._rng.choice(list(codes)[-4:] or [None])
        if code_id is None:
            return
        for _ in range(2):
            await self.show_code(station, code_id)

    async def _photo_for_nothing(self, station: "Station") -> None:
        """A photo for evidence of anybody, of the past, of another kiosk, of a card alone, of nobody; of a child."""
        shown = list(self._world.promises.identity.shown) or [str(self._world.new_id())]
        evidence = self._rng.choice((self._rng.choice(shown), str(self._world.new_id())))
        if self._rng.random() < 0.3:
            told = {"card": self._world.server.handle_of(self._anybody())}
            evidence = await self._show(station, "card-pin", told) or evidence
        elif self._rng.random() < 0.3:
            evidence = await self.show_document(station, CHILD) or evidence
        await self.ask_for_photo(station, evidence, guardian=False)

    async def _face_of_another(self, station: "Station") -> None:
        """A face too far from the one on record, a blurred one, another consent; then the right one."""
        persona = self._anybody()
        document = await self.show_document(station, persona)
        check = document and await self.ask_for_photo(station, document)
        if not check:
            return
        tried = ((UNLIKE, SHARP, CONSENT), (ALIKE, BLURRED, CONSENT), (ALIKE, SHARP, "2019-1"))
        distance, sharpness, consent = self._rng.choice(tried)
        await self.judge(station, check, distance, sharpness, consent)
        await self.judge(station, check)

    async def _judged_again(self, station: "Station") -> None:
        """The score of a check that was judged, or is another kiosk's, or long ago."""
        checks = list(self._world.promises.identity.checks.items())
        if not checks:
            return
        check_id, _ = self._rng.choice(checks[-4:])
        await self.judge(station, check_id)

    async def _unproved_number(self, station: "Station") -> None:
        """To apply with a number that is somebody else's; and to be taken for its holder by a code sent there."""
        persona = self._anybody()
        evidence = await self.show_all(station, persona)
        if evidence is None:
            return
        told = {
            "kiosk": station.name,
            "evidence": evidence,
            "card": self._world.server.handle_of(persona),
            "kind": self._rng.choice(("phone_change", "sms_subscribe", "sms_change")),
            "phone": self._rng.choice(NEW_PHONES),
        }
        status, held = await self._send(station, "POST", "/v1/application-drafts", told)
        if status != 200:
            return
        await self._rogue.begin(station, "application", persona, evidence, draft=held["draft"])
        code_id = str(self._world.new_id())
        asked = {"kiosk": station.name, "draft": held["draft"], "code_id": code_id}
        path = f"/v1/application-drafts/{held['draft']}/codes/{code_id}"
        status, _ = await self._send(station, "PUT", path, asked)
        if status == 200:
            await self.show_code(station, code_id)

    async def _curious(self, station: "Station") -> None:
        """One proof, or none, for everything that somebody may ask of their own."""
        show = self._rng.choice((self.show_document, self.show_e_card, self.show_text))
        shown = await show(station, self._anybody())
        for what in ("records", "production-progress", "cards", "eligibility", "applications/mine", "sms-reminders"):
            evidence = [shown or str(self._world.new_id())]
            await self._send(station, "POST", f"/v1/{what}", {"kiosk": station.name, "evidence": evidence})

    # Within.

    def _anybody(self) -> str:
        return self._rng.choice(self._world.with_record)

    def _code_of(self, station: "Station") -> "tuple[str, Code] | None":
        codes = self._world.promises.identity.codes
        mine = [(code_id, code) for code_id, code in codes.items() if code.kiosk == station.name and not code.used]
        return mine[-1] if mine else None

    async def begin(self, station: "Station", persona: str, evidence: list[str]) -> None:
        """An operation, if the server lets them; it changes nothing."""
        kind = self._rng.choice(
            ("temporary_loss", "formal_loss", "eligibility_check", "unblock", "pin_reset", "enable")
        )
        if operation := await self._rogue.begin(station, kind, persona, evidence):
            await self._rogue.end(station, operation, kind, persona)

    async def judge(
        self,
        station: "Station",
        check: str,
        distance: float = ALIKE,
        sharpness: float = SHARP,
        consent: str = CONSENT,
    ) -> str | None:
        """Say what a comparison came to."""
        told = {"check_id": check, "distance": distance, "sharpness": sharpness, "liveness": "seen"}
        return await self._show(station, "face", {**told, "consent_version": consent})

    async def _show(self, station: "Station", kind: str, told: dict[str, Any]) -> str | None:
        status, answer = await self._send(station, "POST", f"/v1/evidence/{kind}", {"kiosk": station.name, **told})
        return str(answer["evidence"]) if status == 200 else None

    async def _send(self, station: "Station", method: str, path: str, told: dict[str, Any]) -> tuple[int, Any]:
        body = json.dumps(told, separators=(",", ":")).encode()
        status, _, answer = await self._world.deliver(station, Letter(method, path, body))
        return status, json.loads(answer)
