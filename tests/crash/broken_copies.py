"""Ways to break durability on purpose, each in a copy of the tree: images that don't find them prove nothing.

`./script/crash --sabotages` breaks one copy after another and prints what found it, and when.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PROGRAM = ("kiosk", "drivers", "central", "simulator", "screens", "config")
_COPIED = (*_PROGRAM, "tests/crash", "tests/simulation", "tests/support")
SECONDS = 60
"""Each is found within a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sabotage:
    """A change of the program that a power cut or a kill must not forgive.

    Attributes:
        name: What is broken, as a sentence.
        file: Where.
        before: The text that stands there once.
        after: What stands there instead.
        finds: The arguments of `crash.py` that find it.
    """

    name: str
    file: str
    before: str
    after: str
    finds: tuple[str, ...] = ("--images", "20000")


_STORE, _STEPS = "kiosk/operations/store.py", "kiosk/operations/steps.py"
_RECOVERY, _OUTBOX = "kiosk/operations/recovery.py", "kiosk/operations/outbox.py"
_SYNCHRONOUS = 'db.pragma("synchronous", "full")'
_OF_SERVER = ("--server", "--images", "2000")
_BY_KILLS = ("--kills", "2000")
_SENT = re.compile(
    r"        self\._operations\.write\(\n            lambda store: steps\.sent\(.*?\n        \)\n", re.DOTALL
)
_STATE = '    store.set_state(operation_id, outcome)\n    store.dequeue("intent", operation_id)\n    if not report:\n'
_SPLIT = 'store._db.execute("COMMIT")\n    store._db.execute("BEGIN IMMEDIATE")\n    '


def _sent_late(finds: tuple[str, ...], how: str) -> Sabotage:
    file = "kiosk/operations/operation.py"
    found = _SENT.search((ROOT / file).read_text())
    assert found is not None, "the record of a command that leaves is written elsewhere now"
    sending = "            await mutation.send()\n"
    text = (ROOT / file).read_text()
    before = text[found.start() : text.index(sending) + len(sending)]
    indented = "".join(f"    {line}\n" for line in found[0].splitlines())
    return Sabotage(
        name=f"a command is recorded after it was sent ({how})",
        file=file,
        before=before,
        after=before.replace(found[0], "") + indented,
        finds=finds,
    )


def sabotages() -> list[Sabotage]:
    """All of them."""
    return [
        Sabotage(name="the store's synchronous is NORMAL", file=_STORE, before=_SYNCHRONOUS, after=_normal("normal")),
        Sabotage(name="the store's synchronous is OFF", file=_STORE, before=_SYNCHRONOUS, after=_normal("off")),
        Sabotage(
            name="the store's rollback journal is kept in memory",
            file=_STORE,
            before='db.pragma("journal_mode", "wal")',
            after='db.pragma("journal_mode", "memory")',
        ),
        Sabotage(
            name="the outcome and its report are two transactions",
            file=_STEPS,
            before='    store.enqueue("outcome", operation_id,',
            after=f'    {_SPLIT}store.enqueue("outcome", operation_id,',
        ),
        Sabotage(
            name="the journal's record and the operation are two transactions",
            file=_STEPS,
            before=_STATE,
            after=f"    {_SPLIT}{_STATE.lstrip()}",
        ),
        _sent_late(("--images", "20000"), "images"),
        _sent_late(_BY_KILLS, "kills"),
        Sabotage(
            name="recovery takes what was sent for not done",
            file=_RECOVERY,
            before='row.state == "intent"',
            after='row.state in ("intent", "sent")',
        ),
        Sabotage(
            name="recovery forgets what the last boot left open",
            file=_RECOVERY,
            before="storage.read(lambda store: store.unfinished())",
            after="[]",
        ),
        Sabotage(
            name="recovery ends again what is in doubt",
            file=_STORE,
            before="state IN ('intent', 'sent') AND boot < ?",
            after="state IN ('intent', 'sent', 'in_doubt') AND boot < ?",
        ),
        Sabotage(
            name="a message leaves the outbox before the server has it",
            file=_OUTBOX,
            before="            answer = await self.send(row.message, row.message_id, row.body)\n",
            after="            self._storage.write(lambda store: store.dequeue(row.message, row.message_id))\n"
            "            answer = await self.send(row.message, row.message_id, row.body)\n",
        ),
        Sabotage(
            name="the sequence counts on from the boot before",
            file=_STORE,
            before="last.sequence + 1 if last.boot == self.boot else 1",
            after="last.sequence + 1",
        ),
        *(
            Sabotage(
                name=f"the server's synchronous is {level}",
                file="central/database.py",
                before="PRAGMA synchronous=EXTRA",
                after=f"PRAGMA synchronous={level}",
                finds=_OF_SERVER,
            )
            for level in ("FULL", "NORMAL", "OFF")
        ),
        Sabotage(
            name="the server answers before the commit",
            file="central/database.py",
            before='        dbapi_connection.execute("BEGIN IMMEDIATE")\n',
            after="        if dbapi_connection.in_transaction:\n"
            '            dbapi_connection.execute("COMMIT")\n'
            '        dbapi_connection.execute("BEGIN IMMEDIATE")\n\n'
            "    def do_commit(self, dbapi_connection: Any) -> None:\n"
            "        pass\n\n"
            "    do_rollback = do_commit\n",
            finds=_OF_SERVER,
        ),
    ]


def _normal(level: str) -> str:
    return _SYNCHRONOUS.replace("full", level)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sabotage was found: the promises that were broken, and after how many seconds."""

    sabotage: Sabotage
    promises: tuple[str, ...]
    seconds: float
    output: str

    @property
    def found(self) -> bool:
        """Whether anything was."""
        return bool(self.promises)

    def row(self) -> str:
        """A row of the table."""
        by = self.sabotage.finds[0].removeprefix("--")
        by = {"server": "images of the server", "images": "images of the store"}.get(by, by)
        found = ", ".join(self.promises) if self.found else "nothing"
        return f"| {self.sabotage.name} | {by} | {found} | {self.seconds:.1f} s |"


def attempt(sabotage: Sabotage) -> Verdict:
    """Break a copy, and see whether it is found."""
    with tempfile.TemporaryDirectory(prefix="crash-broken-", dir="/dev/shm") as folder:
        copy = Path(folder)
        for name in _COPIED:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        file = copy / sabotage.file
        text = file.read_text()
        assert text.count(sabotage.before) == 1, f"{sabotage.name}: {sabotage.file} no longer says that once"
        file.write_text(text.replace(sabotage.before, sabotage.after))
        began = time.perf_counter()
        run = subprocess.run(
            [sys.executable, "tests/crash/crash.py", *sabotage.finds, "--until-found", "--jobs", "1"],
            cwd=copy,
            env={"PYTHONPATH": f"{copy}:{copy / 'tests/simulation'}:{copy / 'tests/support'}", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
    output = run.stdout + run.stderr
    promises = tuple(dict.fromkeys(re.findall(r"promise (\d+): \d", run.stdout)))
    return Verdict(sabotage, promises, seconds, output)


def verdicts(names: str = "") -> Iterator[Verdict]:
    """Of every sabotage whose name has `names` in it, one after another."""
    for sabotage in sabotages():
        if names not in sabotage.name:
            continue
        yield attempt(sabotage)
