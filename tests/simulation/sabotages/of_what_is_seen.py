"""A kiosk's history, slips, clock and silence, and its asking who somebody is, broken on purpose."""

from sabotages.sabotage import Sabotage, one

_OPERATION = "kiosk/operations/operation.py"
_IDENTITY = "kiosk/steps/identity"
_RECOVERY = "kiosk/operations/recovery.py"

SABOTAGES: tuple[Sabotage, ...] = (
    # The kiosk: history, receipts, clock, silence.
    one(
        "the journal's chain isn't followed",
        10,
        _RECOVERY,
        "            check.follow(row)\n",
        "            pass\n",
    ),
    one(
        "the journal isn't compared with the server's head",
        10,
        _RECOVERY,
        "    return row is None or row.hash.hex() != held.hash\n",
        "    return row is None\n",
    ),
    one(
        "receipts are numbered in memory",
        9,
        "kiosk/operations/receipts.py",
        "    store.append(Event.RECEIPT, at, operation=str(operation_id), number=number)\n",
        "",
    ),
    one(
        "a reprint doesn't say that it is a copy",
        9,
        "kiosk/slips.py",
        "    if slip.copy:\n",
        "    if False:\n",
    ),
    one(
        "a slip counts as printed when it is sent",
        9,
        "drivers/receipt_printer/session.py",
        "            error = await self._attempt(link, body)\n",
        "            await link.send(body)\n            error = None\n",
    ),
    one(
        "a card's expiry is judged by the kiosk's clock",
        11,
        "kiosk/steps/card.py",
        "< record.as_of",
        "< __import__('station').HERE.get().now().date()",
        compares_clocks=True,
    ),
    one(
        "a PIN is logged",
        8,
        "kiosk/steps/new_pin.py",
        "        if weak is not None:\n",
        "        __import__('structlog').get_logger().info('pin', it=bytes(first.digits).decode())\n"
        "        if weak is not None:\n",
    ),
    one(
        "the digest of a command with a PIN is recorded",
        8,
        _OPERATION,
        "                digest=mutation.digest,",
        "                digest=mutation.digest or b'\\1' * 32,",
    ),
    one("PINs aren't wiped", 8, "kiosk/visit.py", "        self._wiping.close()\n", "        self._wiping.pop_all()\n"),
    one(
        "a full name is shown",
        8,
        "kiosk/masking.py",
        '    return Masked(f"{name[:1]}*")',
        "    return Masked(name)",
    ),
    one(
        "a press on a page that has gone is taken",
        0,
        "kiosk/visit.py",
        "        if press.serial < self._page_serial and not isinstance(self._overlay, StillThere):",
        "        if False:",
    ),
    # The kiosk: who somebody is.
    one(
        "the name on the chip isn't looked at",
        7,
        f"{_IDENTITY}/id_card.py",
        "    if proof.holder is not None and not _agree(document, proof.holder):\n",
        "    if False:\n",
    ),
    one(
        "nobody is asked whether their face may be looked at",
        7,
        f"{_IDENTITY}/face.py",
        "                answer = await visit.ask(question)\n",
        "                answer = Answer.FACE\n",
    ),
    one(
        "that somebody agreed isn't written down",
        7,
        f"{_IDENTITY}/face.py",
        "                    visit.machine.operations.note_consent(",
        "                    (lambda *_, **__: None)(",
    ),
    one(
        "a code is logged",
        8,
        f"{_IDENTITY}/one_time_code.py",
        '            visit.show(_working(asking, T("正在核对")))\n',
        '            __import__("structlog").get_logger().info("one_time_code.typed", what=answer.digits)\n',
    ),
)
