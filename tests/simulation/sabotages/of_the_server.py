"""The server's own operations and evidence, broken on purpose."""

from sabotages.sabotage import Edit, Sabotage, one

_SERVER = "central/operations.py"
_WAYS = "    if not any(shown.issuperset(way) for way in ways):\n"

SABOTAGES: tuple[Sabotage, ...] = (
    # The server.
    one(
        "a repeat is handled as if it were new",
        6,
        "central/registry.py",
        "            if before is not None:\n",
        "            if before is not None:\n"
        "                from sqlalchemy import delete\n"
        "                transaction.connection.execute(delete(Taken).where(Taken.path == path))\n"
        "            if False:\n",
    ),
    one(
        "another payload under a known id is answered",
        6,
        "central/registry.py",
        "                if before.digest != digest:\n",
        "                if False:\n",
    ),
    one(
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
    one(
        "a loss waits for the operation on the chip",
        5,
        _SERVER,
        "    if intent.kind.on_chip and card.open_id not in (None, str(intent.supersedes)):\n",
        "    if card.open_id not in (None, str(intent.supersedes)):\n",
    ),
    one(
        "a loss leaves the operation on the chip open",
        5,
        _SERVER,
        "    if intent.kind.stops_card or intent.supersedes is not None:\n",
        "    if intent.supersedes is not None:\n",
    ),
    one(
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
    one(
        "what was not done changes the record",
        3,
        _SERVER,
        "        if after is OperationState.DONE:\n            kind = ",
        "        if after is not None:\n            kind = ",
    ),
    one(
        "what was seen of an older record counts",
        3,
        _SERVER,
        "    if card.version == observation.record_version:\n",
        "    if True:\n",
    ),
    one(
        "evidence of anybody is good for anybody",
        7,
        "central/evidence.py",
        "    if held.person_id != card.person_id or held.card_id not in (None, card.id):\n",
        "    if False:\n",
    ),
    one(
        "evidence is good for more than one operation",
        7,
        _SERVER,
        "    evidence.use_up(transaction, intent.evidence, intent.operation_id)\n",
        "",
    ),
    one(
        "an operation that is done gives its evidence back",
        7,
        _SERVER,
        "    if after is OperationState.NOT_DONE:\n        evidence.give_back",
        "    if after.terminal:\n        evidence.give_back",
    ),
    one(
        "no evidence is enough",
        7,
        "central/evidence.py",
        _WAYS,
        "    if False:\n",
    ),
    one(
        "one of two proofs is enough",
        7,
        "central/evidence.py",
        _WAYS,
        "    if not any(not way or shown.intersection(way) for way in ways):\n",
    ),
    one(
        "evidence is good for ever",
        7,
        "central/evidence.py",
        " or held.expires_at <= transaction.now:\n",
        ":\n",
    ),
)
