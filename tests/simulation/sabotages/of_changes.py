"""What a kiosk writes down, sends and finds again about a change of a card, broken on purpose."""

from sabotages.sabotage import Sabotage, one

_OPERATION = "kiosk/operations/operation.py"
_OPERATIONS = "kiosk/operations/operations.py"
_OUTBOX = "kiosk/operations/outbox.py"
_RECOVERY = "kiosk/operations/recovery.py"
_SESSION = "drivers/card_reader/session.py"
_STEPS = "kiosk/operations/steps.py"
_STORAGE = "kiosk/operations/storage.py"
_STORE = "kiosk/operations/store.py"

SABOTAGES: tuple[Sabotage, ...] = (
    # The kiosk: intent and storage.
    one("commits aren't synced", 1, _STORE, 'db.pragma("synchronous", "full")', 'db.pragma("synchronous", "off")'),
    one(
        "commits are synced at checkpoints alone",
        1,
        _STORE,
        'db.pragma("synchronous", "full")',
        'db.pragma("synchronous", "normal")',
    ),
    one(
        "the command leaves before it is written down",
        1,
        _OPERATION,
        """        self._operations.write(
            lambda store: steps.sent(""",
        """        await mutation.send()
        self._operations.write(
            lambda store: steps.sent(""",
    ),
    one(
        "the record names no command",
        1,
        _STEPS,
        "        header=header.hex(),",
        '        header="",',
    ),
    one(
        "the intent isn't opened at the server",
        1,
        _OPERATIONS,
        "            await self._outbox.open(intent, expected=OperationState.OPEN, seconds=self._answer_seconds)\n",
        "            pass\n",
    ),
    one(
        "a missing answer to the intent counts as yes",
        1,
        _OPERATIONS,
        "            raise refusal(error) from None\n        except BaseException:",
        "        except BaseException:",
    ),
    # The kiosk: outcomes.
    one(
        "in doubt is recorded as done",
        2,
        _OPERATION,
        "        self.outcome = OperationState.IN_DOUBT\n",
        "        self.outcome = OperationState.DONE\n",
    ),
    one(
        "in doubt is recorded as not done",
        2,
        _OPERATION,
        "        self.outcome = OperationState.IN_DOUBT\n",
        "        self.outcome = OperationState.NOT_DONE\n",
    ),
    one(
        "a garbled answer counts as a refusal",
        2,
        _SESSION,
        "        raise CardAnsweredNonsense(str(error), outcome=outcome) from None",
        "        raise CardAnsweredNonsense(str(error), outcome=Outcome.NOT_DONE) from None",
    ),
    one(
        "6F00 counts as nothing changed",
        2,
        _SESSION,
        '"6A", "6B", "6C", "6D", "6E")',
        '"6A", "6B", "6C", "6D", "6E", "6F")',
    ),
    one(
        "an unknown outcome is shown as success",
        9,
        "kiosk/services/change_pin.py",
        "            raise refused_by_card(error, record, refusals.pin.CHANGE_UNKNOWN) from None",
        "            if error.outcome.value != 'unknown':\n"
        "                raise refused_by_card(error, record, refusals.pin.CHANGE_UNKNOWN) from None",
    ),
    one(
        "the outcome is sent and not stored",
        9,
        _OPERATIONS,
        "            written = self._end(",
        "            written = (lambda *_: True)(",
    ),
    one(
        "an outcome that can't be written counts as written",
        9,
        _OPERATIONS,
        "            if not written and operation.outcome is not OperationState.NOT_DONE:",
        "            if False:",
    ),
    # The kiosk: never twice.
    one(
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
    one(
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
    one(
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
    one(
        "recovery takes a command that was sent for not done",
        2,
        _RECOVERY,
        'OperationKind(row.kind).on_chip and row.state == "intent"',
        "OperationKind(row.kind).on_chip",
    ),
    one(
        "recovery takes a command that was sent for done",
        2,
        _RECOVERY,
        "OperationState.NOT_DONE if cut_before else OperationState.IN_DOUBT",
        "OperationState.NOT_DONE if cut_before else OperationState.DONE",
    ),
    one(
        "what a power cut left open is forgotten",
        3,
        _STORE,
        """self._operations("state IN ('intent', 'sent') AND boot < ?", self.boot)""",
        "[]",
    ),
    one(
        "changes are offered while the storage fails",
        12,
        _STORAGE,
        "            self._stands(conditions.STORAGE_FULL if full else conditions.STORAGE_FAILING)\n",
        "            self._stands(None if full else None)\n",
    ),
    one(
        "a message is deleted before the server has answered",
        3,
        _OUTBOX,
        "            answer = await self.send(row.message, row.message_id, row.body)\n",
        "            self._storage.write(lambda store: store.dequeue(row.message, row.message_id))\n"
        "            answer = await self.send(row.message, row.message_id, row.body)\n",
    ),
    one(
        "an outcome counts as reported when it is written",
        3,
        _STEPS,
        '    store.dequeue("intent", operation_id)\n    if not report:\n',
        '    store.dequeue("intent", operation_id)\n    if True:\n',
    ),
    one(
        "what fails is tried again at once",
        12,
        "kiosk/operations/asking.py",
        "    return max(own, asked * rng.uniform(1.0, 1.25))",
        "    return 0.01",
    ),
    one(
        "a settlement trusts the kiosk's memory",
        2,
        "kiosk/steps/settlement.py",
        "    new = await _entry(visit, card, record, page)\n",
        "    return _Finding(OperationState.DONE, Means.NEW_PIN_ACCEPTED)\n"
        "    new = await _entry(visit, card, record, page)\n",
    ),
    one(
        "a card that is blocked isn't told of",
        3,
        "kiosk/operations/observations.py",
        "        if tries_left is None or self._board.stands(conditions.OUTBOX_FULL):\n",
        "        if tries_left is not None:\n",
    ),
)
