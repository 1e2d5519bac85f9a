"""What must hold at rest: everything is mended, every card was seen once more, and a minute has passed."""

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from promises import ON_CHIP, UNENDED
from server import ServerOperation
from store_image import StoreImage, broken_chain
from truth import TruthfulCard

if TYPE_CHECKING:
    from station import Station
    from world import World


class AtRest:
    """The machines, the cards and the server agree, and what each has written down is whole.

    Args:
        world: At rest.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self._promises = world.promises
        self._violated = world.promises.violated

    def check(self) -> None:
        """Everything is mended, every card was seen once: the machines, the cards and the server agree."""
        self._promises.check_server()
        for station in self._world.stations:
            self._check_store(station)
        for row in self._world.server.operations():
            if row.kind in ON_CHIP and row.state in UNENDED and not self._world.unseen(row.card):
                self._violated(3, f"{row.kind} is still {row.state} after its card was seen")
            if row.state == "escalated" and not self._world.server.has_case(row.id):
                self._violated(3, f"{row.kind} is escalated, and no case is on the list")
        self._check_applications()
        self._check_benefits()
        for persona, card in self._world.cards.items():
            if persona in self._world.with_record and persona in self._world.touched:
                self._check_agreement(persona, card)

    def _check_applications(self) -> None:
        """One application for each operation that was done to apply, and none besides; of each draft one at most."""
        rows = self._world.server.operations()
        done = Counter(row.id for row in rows if row.kind == "application" and row.state == "done")
        applied = self._world.server.applications()
        if Counter(operation for operation, _ in applied) != done:
            self._violated(6, "the server's applications aren't those that were made, each once")
        if len({draft for _, draft in applied}) < len(applied):
            self._violated(6, "what was entered once is applied for twice")

    def _check_benefits(self) -> None:
        """Eligibility is good from the last check on, and nobody's who wasn't there."""
        months = self._world.policy.eligibility.every_months
        checked: dict[str, str] = {}
        for row in self._world.server.operations():
            if row.kind == "eligibility_check" and row.state == "done" and row.card is not None and row.ended_on:
                checked[row.card] = row.ended_on
        for persona in self._world.with_record:
            first = self._world.records[persona].get("benefit")
            if first is None:
                continue
            handle = self._world.server.record(persona).handle
            on = checked.get(handle)
            wanted = first["good_until"] if on is None else str(months_after(date.fromisoformat(on), months))
            if self._world.server.good_until(handle) != wanted:
                self._violated(3, f"{persona}: eligibility isn't good until {wanted}")

    def _check_agreement(self, persona: str, card: TruthfulCard) -> None:
        record = self._world.server.record(persona)
        mine = [row for row in self._world.server.operations() if row.card == record.handle]
        if any(row.state in ("escalated", *UNENDED) for row in mine):
            return  # A person looks.
        done = [row for row in mine if row.state == "done"]
        if record.pin_blocked != (card.tries_left == 0) and not self._world.unseen(record.handle):
            self._violated(
                3, f"{persona}: {card.tries_left} tries left, and the record's PIN is blocked: {record.pin_blocked}"
            )
        if any(self._promises.either_way(row.id) for row in mine):
            return
        new_pin = any(row.kind in ("pin_change", "enable", "pin_reset") for row in done)
        if record.initial_pin != (self._world.people[persona].initial_pin and not new_pin):
            self._violated(3, f"{persona}: the record's initial PIN is {record.initial_pin}")
        wanted = self._status(persona, done)
        if wanted != record.application_status:
            self._violated(3, f"{persona}: the record's status is {record.application_status}, should be {wanted}")

    def _status(self, persona: str, done: list[ServerOperation]) -> int:
        if self._world.server.handed_over(persona):
            return 9  # Whatever was done before.
        first, until = self._world.first_status(persona)
        by_bank = self._world.people[persona].server_record["loss_reason"] == "financial_not_activated"
        lost = first in (2, 4) and not by_bank  # That goes when the bank's side is active, and not at a kiosk.
        unlost = 1 if lost or any(row.kind == "enable" for row in done) else first
        status = first if lost else unlost
        for row in done:
            if row.kind == "temporary_loss" and row.ended_on is not None:
                lapses = timedelta(days=self._world.policy.loss.lapses_after_days)
                status, until = 4, date.fromisoformat(row.ended_on) + lapses
            elif row.kind == "formal_loss":
                status, until = 2, None
            elif row.kind == "loss_release":
                status, until = unlost, None
        return unlost if until is not None and until <= self._world.server.today() else status

    def _check_store(self, station: "Station") -> None:
        image = StoreImage(station.disk.certain())
        for row in image.operations:
            at_server = self._world.server.operation(row.id)
            if not row.acknowledged:
                self._violated(3, f"{station.name}: the server hasn't acknowledged {row.kind} ({row.state})")
            elif at_server is None and row.state != "not_done":
                self._violated(3, f"{station.name}: {row.kind} is {row.state}, and the server knows nothing of it")
            elif at_server is not None and {row.state, at_server.state} == {"done", "not_done"}:
                if self._promises.either_way(row.id) and self._world.server.has_case(row.id):
                    continue  # Settled elsewhere before this word came, and a person looks.
                self._violated(3, f"{station.name}: {row.kind} is {row.state}, at the server {at_server.state}")
        kept = {row.id for row in image.operations}
        for operation, every in self._promises.truth.sent.items():
            if operation not in kept and any(sent.station == station.name for sent in every):
                self._violated(12, f"{station.name}: a command was sent, and its operation is no longer on record")
        records = image.records()
        issued = {record.content["number"] for record in records if record.content["event"] == "receipt"}
        issued |= self._world.server.certificates()
        for number in station.watch.slip_numbers():
            if number and "Q" not in number and number not in issued:
                self._violated(9, f"{station.name}: receipt {number} is on paper and not in the journal")
        if (wrong := broken_chain(records)) is not None:
            self._violated(10, f"{station.name}: {wrong}")
        head = self._world.server.journal_head(station.name)
        held = {(record.boot, record.sequence): record.hash.hex() for record in records}
        if head is not None and held.get(head[:2], head[2]) != head[2]:
            self._violated(10, f"{station.name}: the server holds another head than the journal has")
        if station.watch.twice_without_a_word() is not None:
            self._violated(9, f"{station.name}: two slips have the same number, and neither says that it is a copy")
        self._search_disk(station)

    def _search_disk(self, station: "Station") -> None:
        canaries = self._world.canaries
        if canaries is None:
            return
        content = b"\n".join(station.disk.certain().values())
        suspect = any(form in content for form in canaries.forms)
        if suspect and (found := canaries.found_in(content)):  # Which leaves the digits of times of day out.
            self._violated(8, f"{station.name}: the disk holds {found}")
        codes = self._promises.identity.codes_in_text()
        if codes is not None and codes.search(content.decode("latin-1")):
            self._violated(8, f"{station.name}: the disk holds a code that was sent")
        if codes is not None and codes.search(self._world.server.content().decode("latin-1")):
            self._violated(8, "the server keeps a code that was sent")


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)
