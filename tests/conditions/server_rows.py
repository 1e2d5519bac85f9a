"""Proofs at the wire to the central server, and at what waits for it."""

import datetime
import json
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from brisk_citizen import BriskCitizen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from proof import Bench, row

from kiosk import conditions
from kiosk.operations.journal import Position
from kiosk.operations.storage import OUTBOX_LIMIT
from kiosk.operations.store import Store
from kiosk.settings import load
from kiosk.uplink.contract import Observation
from simulator.scenarios import pages

_CARD = "normal"
_BEAT = "the next heartbeat (10 s here) or question"
_HEARTBEAT_SECONDS = 12.0
_DRAINED_SECONDS = 300.0
_LOOK_SECONDS = 0.1


def changes_pin(bench: Bench) -> None:
    """A citizen changes a PIN: an operation whose outcome goes to the server."""
    bench.stand.renew(_CARD)
    with bench.citizen() as citizen:
        citizen.finds_it_ready()
        citizen.touches("修改密码")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts(_CARD)
        citizen.changes_pin(citizen.persona(_CARD).pin, citizen.thinks_of_a_pin())
        citizen.sees(pages.DONE, seconds=30)
        _leaves(citizen)


def _leaves(citizen: BriskCitizen) -> None:
    citizen.takes_card()
    citizen.sees(pages.HOME, seconds=60)


@row(
    conditions.CENTRAL_AWAY,
    "the server hangs up on everybody",
    told=_BEAT,
    mended="by itself: it answers",
    shown=_HEARTBEAT_SECONDS,
)
def central_away(bench: Bench) -> Iterator[None]:
    bench.stand.central("fault", mode="away")
    yield
    bench.stand.central("fault", mode="none")


@row(
    conditions.CLOCK_WRONG,
    "the machine's clock goes five minutes ahead",
    told=_BEAT,
    mended="by itself: the clock is right",
    shown=_HEARTBEAT_SECONDS + 2,
    gone=_HEARTBEAT_SECONDS + 2,
)
def clock_wrong(bench: Bench) -> Iterator[None]:
    bench.machine.set_clock("+0")
    bench.restart()
    bench.machine.set_clock("+300")
    yield
    bench.machine.set_clock("+0")


@row(
    conditions.RULES_DIFFER,
    "the kiosk is set to another region than the server judges it by",
    told=_BEAT,
    mended="by itself: it is set to the same",
    shown=_HEARTBEAT_SECONDS,
)
def rules_differ(bench: Bench) -> Iterator[None]:
    changes = bench.machine.wishes.changes
    bench.restart(changes={**(changes or {}), "policy": {"region": "330100"}})
    yield
    bench.restart(changes=changes)


@row(
    conditions.OUTBOX_FAILING,
    "the server fails ten times on the outcome of an operation",
    told="the outbox, when it has failed",
    mended="by itself: the server takes it",
    shown=240.0,
    gone=75.0,
)
def outbox_failing(bench: Bench) -> Iterator[None]:
    bench.stand.central("fault", mode="500", paths="outcome")
    changes_pin(bench)
    yield
    bench.stand.central("fault", mode="none")


@row(
    conditions.OPERATIONS_UNSETTLED,
    "the power goes while the server hasn't yet heard of an operation's outcome",
    told="the next start",
    mended="by itself: the server has heard of it",
    gone=75.0,
)
def operations_unsettled(bench: Bench) -> Iterator[None]:
    bench.stand.central("fault", mode="500", paths="outcome")
    changes_pin(bench)
    bench.machine.cut_power()
    bench.start()
    yield
    bench.stand.central("fault", mode="none")


@row(
    conditions.OUTBOX_STUCK,
    "the server knows nothing of an operation, as after an old backup was put back, and refuses its outcome five times",
    told="the outbox, when it is refused",
    mended="with the next start: the server takes it, after `kiosk recover`",
    shown=120.0,
)
def outbox_stuck(bench: Bench) -> Iterator[None]:
    bench.stand.central("fault", mode="refused", paths="outcome")
    changes_pin(bench)
    yield
    bench.stand.central("fault", mode="none")
    recovers(bench)


def recovers(bench: Bench) -> None:
    """What a technician types while the kiosk is off."""
    kiosk, config = str(Path(sys.executable).with_name("kiosk")), str(bench.machine.folder / "kiosk.toml")
    subprocess.run([kiosk, "recover", "--config", config], check=True, capture_output=True)


@row(
    conditions.OUTBOX_FULL,
    "a thousand messages wait: put into the outbox by hand, since that many visits take days",
    told="the next start, here; else the message that is one too many",
    mended="by itself: the server takes them",
    gone=120.0,
)
def outbox_full(bench: Bench) -> Iterator[None]:
    changes_pin(bench)  # The server's name for the card is that operation's.
    bench.stand.central("fault", mode="500", paths="observations")
    bench.machine.stop_kiosk()
    _fills_outbox(bench)
    bench.start()
    yield
    bench.stand.central("fault", mode="none")
    yield
    _waits_for_empty_outbox(bench)


def _waits_for_empty_outbox(bench: Bench) -> None:
    """The next row's message would wait behind all of these."""
    end = time.monotonic() + _DRAINED_SECONDS
    while waiting := bench.asks("board")["outbox_length"]:
        assert time.monotonic() < end, f"{waiting} messages wait {_DRAINED_SECONDS:g} s after the server took them"
        time.sleep(_LOOK_SECONDS)


def _fills_outbox(bench: Bench) -> None:
    handle = bench.stand.central("operations", person=_CARD)["operations"][0]["card"]
    with closing(Store(load(bench.machine.folder / "kiosk.toml").storage.directory / "kiosk.db")) as store:
        head = store.head
        assert head is not None
        with store.transaction():
            for number in range(OUTBOX_LIMIT):
                message = Observation(
                    observation_id=uuid4(),
                    kiosk=bench.machine.name,
                    boot=head.position.boot,
                    sequence=head.position.sequence,
                    card=handle,
                    record_version=0,
                    tries_left=number % 6,
                    at=datetime.datetime.now(datetime.UTC),
                )
                store.enqueue(
                    "observation",
                    message.observation_id,
                    thread=message.observation_id,
                    body=message.model_dump_json().encode(),
                    position=Position(head.position.boot, head.position.sequence),
                )


@row(
    conditions.CERTIFICATE_ENDING,
    "the technicians' authority ends in ten days",
    told="the look at the files, 20 s after the start and every hour",
    mended="by itself: the look that finds a new file, here after a start",
    shown=25.0,
    gone=30.0,
)
def certificate_ending(bench: Bench) -> Iterator[None]:
    file = bench.machine.folder / "technicians_ca.pem"
    lasting = file.read_bytes()
    file.write_bytes(_authority(days=10))
    bench.restart()
    yield
    file.write_bytes(lasting)
    bench.machine.stop_kiosk()
    bench.start()


def _authority(days: int) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "virtual technicians")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


@row(
    conditions.REPORT_CONFLICT,
    "the server already holds another outcome under the same id, sent in this machine's name",
    told="the server, when it gets the machine's own",
    mended="with the next start",
    shown=60.0,
)
def report_conflict(bench: Bench) -> Iterator[None]:
    bench.stand.central("fault", mode="500", paths="outcome")
    changes_pin(bench)
    bench.machine.stop_kiosk()
    bench.stand.central("fault", mode="none")
    _sends_another(bench)
    bench.start()
    yield


def _sends_another(bench: Bench) -> None:
    """The outcome that waits, with another number of tries."""
    settings = load(bench.machine.folder / "kiosk.toml")
    with closing(sqlite3.connect(settings.storage.directory / "kiosk.db")) as database:
        query = "SELECT message_id, body FROM outbox WHERE message = 'outcome'"
        [(operation, body)] = database.execute(query).fetchall()
    other = json.loads(body) | {"tries_left": 1}
    request = urllib.request.Request(
        f"{settings.central.url}v1/operations/{operation}/outcome",
        data=json.dumps(other).encode(),
        method="PUT",
        headers={
            "Authorization": f"Bearer {settings.central.secret_file.read_text().strip()}",
            "Content-Type": "application/json",
        },
    )
    trusted = ssl.create_default_context(cafile=str(settings.central.ca_file))
    with urllib.request.urlopen(request, context=trusted) as answer:
        assert answer.status == 200
