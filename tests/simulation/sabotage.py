"""Ways to break the product on purpose. Seeds that don't find each of these prove nothing.

Each is a change of the source, applied to a copy of the tree and never to the tree itself. `promise` names the one that
a seed finds broken; where several are possible the likeliest stands here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one file: `before` occurs there exactly once."""

    file: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sabotage:
    """One way to break the product.

    Attributes:
        compares_clocks: Each seed is run with and without jumping clocks, and both must come to the same.
    """

    name: str
    promise: int
    edits: tuple[Edit, ...]
    compares_clocks: bool = False


def _one(name: str, promise: int, file: str, before: str, after: str, *, compares_clocks: bool = False) -> Sabotage:
    return Sabotage(name, promise, (Edit(file, before, after),), compares_clocks)


_OPERATION = "kiosk/operations/operation.py"
_OPERATIONS = "kiosk/operations/operations.py"
_CODES = "central/one_time_codes.py"
_FACES = "central/face_checks.py"
_IDENTITY = "kiosk/steps/identity"
_OUTBOX = "kiosk/operations/outbox.py"
_RECOVERY = "kiosk/operations/recovery.py"
_RELAY = "central/relay.py"
_SESSION = "drivers/card_reader/session.py"
_SERVER = "central/operations.py"
_STEPS = "kiosk/operations/steps.py"
_STORAGE = "kiosk/operations/storage.py"
_STORE = "kiosk/operations/store.py"
_WAYS = "    if not any(shown.issuperset(way) for way in ways):\n"

SABOTAGES = (
    # The kiosk: intent and storage.
    _one("commits aren't synced", 1, _STORE, 'db.pragma("synchronous", "full")', 'db.pragma("synchronous", "off")'),
    _one(
        "commits are synced at checkpoints alone",
        1,
        _STORE,
        'db.pragma("synchronous", "full")',
        'db.pragma("synchronous", "normal")',
    ),
    _one(
        "the command leaves before it is written down",
        1,
        _OPERATION,
        """        self._operations.write(
            lambda store: steps.sent(""",
        """        await mutation.send()
        self._operations.write(
            lambda store: steps.sent(""",
    ),
    _one(
        "the record names no command",
        1,
        _STEPS,
        "        header=header.hex(),",
        '        header="",',
    ),
    _one(
        "the intent isn't opened at the server",
        1,
        _OPERATIONS,
        "            await self._outbox.open(intent, expected=OperationState.OPEN, seconds=self._answer_seconds)\n",
        "            pass\n",
    ),
    _one(
        "a missing answer to the intent counts as yes",
        1,
        _OPERATIONS,
        "            raise refusal(error) from None\n        except BaseException:",
        "        except BaseException:",
    ),
    # The kiosk: outcomes.
    _one(
        "in doubt is recorded as done",
        2,
        _OPERATION,
        "        self.outcome = OperationState.IN_DOUBT\n",
        "        self.outcome = OperationState.DONE\n",
    ),
    _one(
        "in doubt is recorded as not done",
        2,
        _OPERATION,
        "        self.outcome = OperationState.IN_DOUBT\n",
        "        self.outcome = OperationState.NOT_DONE\n",
    ),
    _one(
        "a garbled answer counts as a refusal",
        2,
        _SESSION,
        "        raise CardAnsweredNonsense(str(error), outcome=outcome) from None",
        "        raise CardAnsweredNonsense(str(error), outcome=Outcome.NOT_DONE) from None",
    ),
    _one(
        "6F00 counts as nothing changed",
        2,
        _SESSION,
        '"6A", "6B", "6C", "6D", "6E")',
        '"6A", "6B", "6C", "6D", "6E", "6F")',
    ),
    _one(
        "an unknown outcome is shown as success",
        9,
        "kiosk/services/change_pin.py",
        "            raise refused_by_card(error, refusals.pin.CHANGE_UNKNOWN) from None",
        "            if error.outcome.value != 'unknown':\n"
        "                raise refused_by_card(error, refusals.pin.CHANGE_UNKNOWN) from None",
    ),
    _one(
        "the outcome is sent and not stored",
        9,
        _OPERATIONS,
        "            written = self._end(",
        "            written = (lambda *_: True)(",
    ),
    _one(
        "an outcome that can't be written counts as written",
        9,
        _OPERATIONS,
        "            if not written and operation.outcome is not OperationState.NOT_DONE:",
        "            if False:",
    ),
    # The kiosk: never twice.
    _one(
        "a changing command is sent again after a lost answer",
        4,
        _SESSION,
        """            answer = await self._exchange(command)
        finally:
            command.wipe()
        _require_pin_accepted(answer)""",
        """            try:
                answer = await self._exchange(command)
            except Exception:
                if command.instruction is not Instruction.CHANGE_PIN:
                    raise
                answer = await self._exchange(command)
        finally:
            command.wipe()
        _require_pin_accepted(answer)""",
    ),
    _one(
        "VERIFY is sent again after a lost answer",
        4,
        _SESSION,
        """            answer = await self._exchange(command)
        finally:
            command.wipe()
        _require_pin_accepted(answer)""",
        """            try:
                answer = await self._exchange(command)
            except Exception:
                if command.instruction is not Instruction.VERIFY:
                    raise
                answer = await self._exchange(command)
        finally:
            command.wipe()
        _require_pin_accepted(answer)""",
    ),
    _one(
        "the issuer's proof is sent again after a lost answer",
        4,
        _SESSION,
        "        answer = await self._exchange(protocol.authenticate_issuer(data))\n",
        """        try:
            answer = await self._exchange(protocol.authenticate_issuer(data))
        except Exception:
            answer = await self._exchange(protocol.authenticate_issuer(data))
""",
    ),
    # The kiosk: recovery, outbox, settlement.
    _one(
        "recovery takes a command that was sent for not done",
        2,
        _RECOVERY,
        'OperationKind(row.kind).on_chip and row.state == "intent"',
        "OperationKind(row.kind).on_chip",
    ),
    _one(
        "recovery takes a command that was sent for done",
        2,
        _RECOVERY,
        "OperationState.NOT_DONE if cut_before else OperationState.IN_DOUBT",
        "OperationState.NOT_DONE if cut_before else OperationState.DONE",
    ),
    _one(
        "what a power cut left open is forgotten",
        3,
        _STORE,
        """self._operations("state IN ('intent', 'sent') AND boot < ?", self.boot)""",
        "[]",
    ),
    _one(
        "changes are offered while the storage fails",
        12,
        _STORAGE,
        "            self._stands(conditions.STORAGE_FULL if full else conditions.STORAGE_FAILING)\n",
        "            self._stands(None if full else None)\n",
    ),
    _one(
        "a message is deleted before the server has answered",
        3,
        _OUTBOX,
        "            answer = await self.send(row.message, row.message_id, row.body)\n",
        "            self._storage.write(lambda store: store.dequeue(row.message, row.message_id))\n"
        "            answer = await self.send(row.message, row.message_id, row.body)\n",
    ),
    _one(
        "an outcome counts as reported when it is written",
        3,
        _STEPS,
        '    store.dequeue("intent", operation_id)\n    if not report:\n',
        '    store.dequeue("intent", operation_id)\n    if True:\n',
    ),
    _one(
        "what fails is tried again at once",
        12,
        "kiosk/operations/asking.py",
        "    return max(own, asked * rng.uniform(1.0, 1.25))",
        "    return 0.01",
    ),
    _one(
        "a settlement trusts the kiosk's memory",
        2,
        "kiosk/steps/settlement.py",
        "    new = await _entry(visit, card, record, page)\n",
        "    return _Finding(OperationState.DONE, Means.NEW_PIN_ACCEPTED)\n"
        "    new = await _entry(visit, card, record, page)\n",
    ),
    _one(
        "a card that is blocked isn't told of",
        3,
        "kiosk/operations/observations.py",
        "        if tries_left is None or self._board.stands(conditions.OUTBOX_FULL):\n",
        "        if tries_left is not None:\n",
    ),
    # The kiosk: history, receipts, clock, silence.
    _one(
        "the journal's chain isn't followed",
        10,
        _RECOVERY,
        "            check.follow(row)\n",
        "            pass\n",
    ),
    _one(
        "the journal isn't compared with the server's head",
        10,
        _RECOVERY,
        "    return row is None or row.hash.hex() != held.hash\n",
        "    return row is None\n",
    ),
    _one(
        "receipts are numbered in memory",
        9,
        "kiosk/operations/receipts.py",
        "    store.append(Event.RECEIPT, at, operation=str(operation_id), number=number)\n",
        "",
    ),
    _one(
        "a reprint doesn't say that it is a copy",
        9,
        "kiosk/slips.py",
        "    if slip.copy:\n",
        "    if False:\n",
    ),
    _one(
        "a slip counts as printed when it is sent",
        9,
        "drivers/receipt_printer/session.py",
        "            error = await self._attempt(link, body)\n",
        "            await link.send(body)\n            error = None\n",
    ),
    _one(
        "a card's expiry is judged by the kiosk's clock",
        11,
        "kiosk/steps/card.py",
        "< record.as_of",
        "< __import__('station').HERE.get().now().date()",
        compares_clocks=True,
    ),
    _one(
        "a PIN is logged",
        8,
        "kiosk/steps/new_pin.py",
        "        if weak is not None:\n",
        "        __import__('structlog').get_logger().info('pin', it=bytes(first.digits).decode())\n"
        "        if weak is not None:\n",
    ),
    _one(
        "the digest of a command with a PIN is recorded",
        8,
        _OPERATION,
        "                digest=mutation.digest,",
        "                digest=mutation.digest or b'\\1' * 32,",
    ),
    _one(
        "PINs aren't wiped", 8, "kiosk/visit.py", "        self._wiping.close()\n", "        self._wiping.pop_all()\n"
    ),
    _one(
        "a full name is shown",
        8,
        "kiosk/masking.py",
        '    return Masked(f"{name[:1]}*")',
        "    return Masked(name)",
    ),
    _one(
        "a press on a page that has gone is taken",
        0,
        "kiosk/visit.py",
        "        if press.serial < self._page_serial and not isinstance(self._overlay, StillThere):",
        "        if False:",
    ),
    # The kiosk: who somebody is.
    _one(
        "the name on the chip isn't looked at",
        7,
        f"{_IDENTITY}/id_card.py",
        "    if proof.holder is not None and not _agree(document, proof.holder):\n",
        "    if False:\n",
    ),
    _one(
        "nobody is asked whether their face may be looked at",
        7,
        f"{_IDENTITY}/face.py",
        "                answer = await visit.ask(question)\n",
        "                answer = Answer.FACE\n",
    ),
    _one(
        "that somebody agreed isn't written down",
        7,
        f"{_IDENTITY}/face.py",
        "                    visit.machine.operations.note_consent(",
        "                    (lambda *_, **__: None)(",
    ),
    _one(
        "a code is logged",
        8,
        f"{_IDENTITY}/one_time_code.py",
        '            visit.show(_working(asking, T("正在核对")))\n',
        '            __import__("structlog").get_logger().info("one_time_code.typed", what=answer.digits)\n',
    ),
    # The server.
    _one(
        "a repeat is handled as if it were new",
        6,
        "central/registry.py",
        "            if before is not None:\n",
        "            if before is not None:\n"
        "                from sqlalchemy import delete\n"
        "                transaction.connection.execute(delete(Taken).where(Taken.path == path))\n"
        "            if False:\n",
    ),
    _one(
        "another payload under a known id is answered",
        6,
        "central/registry.py",
        "                if before.digest != digest:\n",
        "                if False:\n",
    ),
    _one(
        "a kiosk may speak for another",
        6,
        "central/routes.py",
        '        if getattr(message, "kiosk", kiosk) != kiosk:\n',
        "        if False:\n",
    ),
    Sabotage(
        "a card may have two open operations",
        5,
        (
            Edit(
                _SERVER,
                "    if intent.kind.on_chip and card.open_id not in (None, str(intent.supersedes)):\n",
                "    if False:\n",
            ),
            Edit("central/tables.py", '            "card_id",\n            unique=True,\n', '            "card_id",\n'),
        ),
    ),
    _one(
        "a loss waits for the operation on the chip",
        5,
        _SERVER,
        "    if intent.kind.on_chip and card.open_id not in (None, str(intent.supersedes)):\n",
        "    if card.open_id not in (None, str(intent.supersedes)):\n",
    ),
    _one(
        "a loss leaves the operation on the chip open",
        5,
        _SERVER,
        "    if intent.kind.stops_card or intent.supersedes is not None:\n",
        "    if intent.supersedes is not None:\n",
    ),
    _one(
        "a late word changes a result",
        2,
        "central/transitions.py",
        "        (OPEN, Happening.SETTLED_DONE): DONE,\n",
        "        (OPEN, Happening.SETTLED_DONE): DONE,\n"
        "        (ESCALATED, Happening.REPORTED_DONE): DONE,\n"
        "        (NOT_DONE, Happening.REPORTED_IN_DOUBT): IN_DOUBT,\n"
        "        (DONE, Happening.REPORTED_IN_DOUBT): IN_DOUBT,\n"
        "        (ESCALATED, Happening.REPORTED_IN_DOUBT): IN_DOUBT,\n"
        "        (ESCALATED, Happening.REPORTED_NOT_DONE): NOT_DONE,\n",
    ),
    _one(
        "what was not done changes the record",
        3,
        _SERVER,
        "        if after is OperationState.DONE:\n            kind = ",
        "        if after is not None:\n            kind = ",
    ),
    _one(
        "what was seen of an older record counts",
        3,
        _SERVER,
        "    if card.version == observation.record_version:\n",
        "    if True:\n",
    ),
    _one(
        "evidence of anybody is good for anybody",
        7,
        "central/evidence.py",
        "    if held.person_id != card.person_id or held.card_id not in (None, card.id):\n",
        "    if False:\n",
    ),
    _one(
        "evidence is good for more than one operation",
        7,
        _SERVER,
        "    evidence.use_up(transaction, intent.evidence, intent.operation_id)\n",
        "",
    ),
    _one(
        "an operation that is done gives its evidence back",
        7,
        _SERVER,
        "    if after is OperationState.NOT_DONE:\n        evidence.give_back",
        "    if after.terminal:\n        evidence.give_back",
    ),
    _one(
        "no evidence is enough",
        7,
        "central/evidence.py",
        _WAYS,
        "    if False:\n",
    ),
    _one(
        "one of two proofs is enough",
        7,
        "central/evidence.py",
        _WAYS,
        "    if not any(not way or shown.intersection(way) for way in ways):\n",
    ),
    _one(
        "evidence is good for ever",
        7,
        "central/evidence.py",
        " or held.expires_at <= transaction.now:\n",
        ":\n",
    ),
    # The server: documents, faces, codes.
    _one(
        "names aren't compared",
        7,
        "central/id_card.py",
        "    if not names(shown.name.get_secret_value(), english, person.name):\n",
        "    if False:\n",
    ),
    _one(
        "a document that has expired counts",
        7,
        "central/id_card.py",
        " or (shown.valid_until and transaction.today > shown.valid_until):\n",
        ":\n",
    ),
    _one(
        "documents are tried without end",
        7,
        "central/id_card.py",
        "    _OF_KIOSK.require_one_more(transaction, shown.kiosk, most, HOUR)\n",
        "",
    ),
    _one(
        "a photo is handed out for a card's PIN",
        7,
        _FACES,
        "    if shown.kind not in OF_A_PERSON:\n",
        "    if False:\n",
    ),
    _one(
        "a child agrees alone",
        7,
        _FACES,
        "    if not request.guardian and person.birth_date and ",
        "    if False and ",
    ),
    _one(
        "photos are handed out without end",
        7,
        _FACES,
        "shown.person_id, settings.face_checks_per_person_and_day",
        "shown.person_id, 10**9",
    ),
    _one(
        "how far two faces are apart doesn't count",
        7,
        _FACES,
        "    alike = shown.distance <= settings.face_threshold and ",
        "    alike = ",
    ),
    _one(
        "a blurred face counts",
        7,
        _FACES,
        " and shown.sharpness >= settings.face_sharpness\n",
        "\n",
    ),
    _one(
        "a check is judged twice",
        7,
        _FACES,
        "        or check.judged_at is not None\n",
        "",
    ),
    _one(
        "tries of a code aren't counted",
        7,
        _CODES,
        '        transaction.connection.execute(_MISTYPED, {"id": held.code_id})\n',
        "",
    ),
    _one(
        "a code is good for two",
        7,
        _CODES,
        '    transaction.connection.execute(_SPEND, {"id": held.code_id, "now": transaction.now})\n    card_id',
        "    card_id",
    ),
    _one(
        "a code counts at any kiosk",
        7,
        _CODES,
        "        or held.kiosk != kiosk\n",
        "",
    ),
    _one(
        "a code to any phone proves who somebody is",
        7,
        _CODES,
        "        or held.draft != draft\n",
        "",
    ),
    _one(
        "a number that nobody proved is applied for",
        7,
        "central/applications.py",
        " or not draft.proved:\n",
        ":\n",
    ),
    _one(
        "somebody is told of their own for half of what proves it",
        7,
        "central/evidence.py",
        "    _require_enough(transaction, kiosk, {EvidenceKind(each.kind) for each in held}, service)\n",
        "",
    ),
    _one(
        "an application pushes those of before out",
        6,
        "central/applications.py",
        '    transaction.note(intent.kiosk, "application.taken", number)\n',
        "    transaction.connection.execute(delete(Application).where(Application.id < application.id))\n",
    ),
    _one(
        "a check is open for ever",
        7,
        _FACES,
        "        or check.expires_at <= transaction.now\n",
        "",
    ),
    _one(
        "a code counts for ever",
        7,
        _CODES,
        "        or held.expires_at <= transaction.now\n",
        "",
    ),
    _one(
        "texts are sent one right after another",
        7,
        _CODES,
        "        _ON_RECORD.require_one_more(transaction, card.person_id, 1, again)\n",
        "        pass\n",
    ),
    _one(
        "texts are sent without end",
        7,
        _CODES,
        "card.person_id, settings.one_time_codes_per_person_and_day",
        "card.person_id, 10**9",
    ),
    _one(
        "the issuer speaks as often as it is asked",
        7,
        _RELAY,
        "        _keep_to_the_limits(transaction, operation)\n",
        "",
    ),
    _one(
        "the issuer speaks to a card as often as it is asked",
        7,
        _RELAY,
        "    if of_card.made >= settings.authorisations_per_card_and_day:\n",
        "    if False:\n",
    ),
    _one(
        "the issuer speaks to a kiosk as often as it is asked",
        7,
        _RELAY,
        "    if of_kiosk.made >= settings.authorisations_per_kiosk_and_hour:\n",
        "    if False:\n",
    ),
    _one(
        "the issuer speaks when the operation is over",
        7,
        _RELAY,
        "    if not kind.authorised or operation.state not in (OperationState.OPEN, OperationState.AUTHORISED):\n",
        "    if not kind.authorised:\n",
    ),
    _one(
        "the issuer repeats itself after its two minutes",
        7,
        _RELAY,
        "    elif transaction.now - attempt.at >= timedelta(seconds=transaction.settings.authority_seconds):\n",
        "    elif False:\n",
    ),
    _one(
        "the issuer speaks to any kiosk",
        7,
        _RELAY,
        "    if operation.kiosk != request.kiosk:\n",
        "    if False:\n",
    ),
)
"""All of them, by where the product is broken."""
