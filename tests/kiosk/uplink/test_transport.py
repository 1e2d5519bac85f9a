"""The real transport on the real server, which fails as the bench tells it."""

import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import trio
from pydantic import SecretStr

from kiosk.uplink import contract
from kiosk.uplink.body import write_body
from kiosk.uplink.client import Central
from kiosk.uplink.contract import (
    CardReference,
    ECardEvidence,
    Heartbeat,
    OperationAcknowledged,
    OperationIntent,
    OperationKind,
    OperationOpened,
    OperationState,
    OutcomeReport,
)
from kiosk.uplink.errors import Cause, CentralError, CodeExpired
from kiosk.uplink.transport import HttpsTransport

ZHANG = CardReference(card_number=SecretStr("VR0000012"))


def beat(**changes: Any) -> Heartbeat:
    fields = {"kiosk": "kiosk-1", "version": "9.9", "boot": 2, "sequence": 5, "outbox_length": 0}
    return Heartbeat.model_validate(fields | changes)


async def begin(transport: HttpsTransport, operation_id: UUID) -> OperationOpened:
    message = OperationIntent(
        operation_id=operation_id,
        kind=OperationKind.PIN_CHANGE,
        kiosk="kiosk-1",
        boot=1,
        sequence=1,
        card=UUID("11111111-1111-4111-8111-111111111111"),
        at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    path = contract.OPERATION.format(operation_id=operation_id)
    return await Central(transport).deliver(path, message.model_dump_json().encode(), OperationOpened)


@pytest.fixture
async def operation_id(remote: Any) -> AsyncIterator[UUID]:
    """An id that holds the card for nobody else afterwards."""
    identity = uuid4()
    yield identity
    remote.bench("fault", mode="none")
    await _give_up(remote, identity)


async def _give_up(remote: Any, operation_id: UUID) -> None:
    report = OutcomeReport(
        operation_id=operation_id,
        kind=OperationKind.PIN_CHANGE,
        kiosk="kiosk-1",
        boot=1,
        sequence=2,
        card=UUID("11111111-1111-4111-8111-111111111111"),
        outcome=OperationState.NOT_DONE,
        at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    transport = remote.connect()
    path = contract.OUTCOME.format(operation_id=operation_id)
    await Central(transport).deliver(path, report.model_dump_json().encode(), OperationAcknowledged)
    await transport.aclose()


async def cause_of(transport: HttpsTransport) -> Cause:
    with pytest.raises(CentralError) as failed:
        await Central(transport).card_status(ZHANG)
    await transport.aclose()
    return failed.value.cause


async def test_a_question_and_an_operation(remote: Any, operation_id: UUID) -> None:
    transport = remote.connect()
    central = Central(transport)
    assert (await central.card_status(ZHANG)).region == "990100"
    code = remote.bench("issue_code", person="zhang")["code"]
    shown = ECardEvidence(kiosk="kiosk-1", e_card_code=SecretStr(code))
    assert (await central.e_card_evidence(shown)).record.card_number.get_secret_value() == "VR0000012"
    remote.bench("expire_codes")
    with pytest.raises(CodeExpired):
        await central.e_card_evidence(shown)
    assert await begin(transport, operation_id) == await begin(transport, operation_id)
    taken = [o for o in remote.bench("operations")["operations"] if o["operation_id"] == str(operation_id)]
    assert len(taken) == 1
    await transport.aclose()


@pytest.mark.parametrize("mode", ["none", "away"])
async def test_what_was_sent_is_overwritten(remote: Any, mode: str) -> None:
    """Answered or not: it may have held a code."""
    remote.bench("fault", mode=mode)
    transport, body = remote.connect(), write_body(ZHANG)
    assert b"VR0000012" in body
    with suppress(CentralError):
        await transport.request("POST", contract.CARD_STATUS_BY_CARD, body)
    assert set(body) == {0}
    remote.bench("fault", mode="none")
    await transport.aclose()


@pytest.mark.parametrize(
    ("mode", "cause"),
    [("away", Cause.HUNG_UP), ("500", Cause.BROKEN), ("nonsense", Cause.BROKEN), ("answer_lost", Cause.HUNG_UP)],
)
async def test_each_failure_has_a_cause_and_passes(remote: Any, mode: str, cause: Cause) -> None:
    remote.bench("fault", mode=mode)
    assert await cause_of(remote.connect()) is cause
    remote.bench("fault", mode="none")
    transport = remote.connect()
    await Central(transport).card_status(ZHANG)
    await transport.aclose()


async def test_a_kept_connection_that_breaks_is_no_end(remote: Any) -> None:
    transport = remote.connect()
    central = Central(transport)
    await central.card_status(ZHANG)
    remote.bench("fault", mode="away")
    with pytest.raises(CentralError):
        await central.card_status(ZHANG)
    remote.bench("fault", mode="none")
    await central.card_status(ZHANG)
    await transport.aclose()


@pytest.mark.parametrize(("mode", "cause"), [("slow", Cause.SLOW), ("answer_lost", Cause.HUNG_UP)])
async def test_a_message_whose_answer_is_lost_counts_once(
    remote: Any, operation_id: UUID, mode: str, cause: Cause
) -> None:
    """The server did it; the repeat learns so."""
    remote.bench("fault", mode=mode)
    transport = remote.connect(read_seconds=0.2)
    with pytest.raises(CentralError) as lost:
        await begin(transport, operation_id)
    assert lost.value.cause is cause
    assert lost.value.may_have_arrived
    remote.bench("fault", mode="none")
    await begin(transport, operation_id)
    await transport.aclose()
    ids = [o["operation_id"] for o in remote.bench("operations")["operations"]]
    assert ids.count(str(operation_id)) == 1


async def test_whoever_leaves_does_not_wait(remote: Any) -> None:
    remote.bench("fault", mode="slow")
    transport = remote.connect(read_seconds=1.0)
    with trio.move_on_after(0.1) as scope:
        await Central(transport).card_status(ZHANG)
    assert scope.cancelled_caught
    assert trio.current_time() - scope.deadline < 0.5
    remote.bench("fault", mode="none")
    await trio.sleep(0.1)  # The abandoned thread gets its answer and ends.
    await transport.aclose()


async def test_nobody_listens(remote: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert await cause_of(remote.connect(url=f"https://127.0.0.1:{port}")) is Cause.UNREACHABLE


@pytest.fixture
def deaf() -> Iterator[tuple[int, list[bytes]]]:
    """A port that takes connections and never answers; what it is sent is kept."""
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(2)
                    got.append(connection.recv(65536))

        thread = threading.Thread(target=accept)
        thread.start()
        yield listening.getsockname()[1], got
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


async def test_a_stranger_is_told_nothing(remote: Any, deaf: tuple[int, list[bytes]]) -> None:
    """Whoever has no trusted certificate gets the hello of TLS and no more."""
    port, got = deaf
    cause = await cause_of(remote.connect(url=f"https://127.0.0.1:{port}"))
    assert cause in (Cause.UNREACHABLE, Cause.HUNG_UP)
    assert got
    assert all(data[:1] == b"\x16" for data in got)  # A TLS handshake record.
    secret = (remote.state / "secret").read_bytes()
    assert not any(secret in data or b"VR0000012" in data for data in got)


async def test_a_certificate_of_someone_else_is_not_trusted(remote: Any, tmp_path: Path) -> None:
    from central import keys

    keys.make_server_keys(tmp_path)
    assert await cause_of(remote.connect(ca_file=tmp_path / "ca.pem")) is Cause.UNREACHABLE


class LongAgo(datetime):
    """When the certificate of this test was good."""

    @classmethod
    def now(cls, tz: Any = None) -> "LongAgo":
        """A day of 2001."""
        return cls(2001, 1, 1, tzinfo=tz)


@pytest.mark.parametrize(
    ("host", "cause"),
    [("127.0.0.1", Cause.BROKEN), ("127.0.0.2", Cause.UNREACHABLE)],
    ids=["the clock doesn't matter", "the name does"],
)
async def test_a_wrong_clock_locks_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, cause: Cause
) -> None:
    """A certificate of 2001 is as good to this machine as one of today is to a machine whose clock says 2051."""
    from central import keys

    monkeypatch.setattr(keys, "datetime", LongAgo)
    keys.make_server_keys(tmp_path)
    (tmp_path / "secret").write_text("secret")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / keys.CERTIFICATE, tmp_path / keys.KEY)
    with socket.create_server(("", 0)) as listening:

        def answer() -> None:
            with suppress(OSError):
                connection, _ = listening.accept()
                with context.wrap_socket(connection, server_side=True) as secured:
                    while (piece := secured.recv(65536)) and not piece.endswith(b"}"):
                        pass  # The body comes after the head; whoever hangs up on it takes back the answer.
                    secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"https://{host}:{listening.getsockname()[1]}"
        transport = HttpsTransport(url, ca_file=tmp_path / keys.CA, secret_file=tmp_path / "secret")
        assert await cause_of(transport) is cause  # An empty answer is none of the contract's.
        thread.join()


async def test_the_environment_changes_nothing(remote: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy or a .netrc would send the secret elsewhere; a bundle would trust others."""
    for name, value in {
        "https_proxy": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "REQUESTS_CA_BUNDLE": "/dev/null",
        "CURL_CA_BUNDLE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    transport = remote.connect()
    await Central(transport).card_status(ZHANG)
    await transport.aclose()


def test_plain_http_is_not_spoken() -> None:
    with pytest.raises(ValueError, match="https"):
        HttpsTransport("http://127.0.0.1:1", ca_file=Path("c"), secret_file=Path("s"))


@pytest.mark.parametrize(("method", "attempts"), [("PUT", 3), ("GET", 3), ("POST", 1)])
async def test_only_what_may_be_repeated_tries_to_connect_again(
    remote: Any, monkeypatch: pytest.MonkeyPatch, method: str, attempts: int
) -> None:
    from urllib3.connection import HTTPSConnection

    tried = []
    connect = HTTPSConnection._new_conn

    def count(self: HTTPSConnection) -> socket.socket:
        tried.append(1)
        return connect(self)

    monkeypatch.setattr(HTTPSConnection, "_new_conn", count)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    transport = remote.connect(url=f"https://127.0.0.1:{port}")
    with pytest.raises(CentralError) as failed:
        await transport.request(method, "/", b"")
    assert failed.value.cause is Cause.UNREACHABLE
    assert len(tried) == attempts
    await transport.aclose()


async def test_an_endless_answer_is_cut_off(remote: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.uplink.transport.ANSWER_BYTES", 20)
    assert await cause_of(remote.connect()) is Cause.BROKEN


async def test_a_heartbeat_is_kept(remote: Any) -> None:
    transport = remote.connect()
    await Central(transport).heartbeat(beat())
    assert remote.bench("kiosk", name="kiosk-1")["version"] == "9.9"
    await transport.aclose()


def test_the_paths_are_published() -> None:
    description = (Path(__file__).parents[3] / "docs" / "central-openapi.json").read_text()
    for name in ("CARD_STATUS_BY_CARD", "E_CARD_EVIDENCE", "OPERATION", "HEARTBEAT", "CONDITIONS", "STAFF_CALL"):
        assert f'"{getattr(contract, name)}"' in description


@pytest.mark.parametrize("missing", ["secret_file", "ca_file"])
async def test_a_file_that_is_missing(remote: Any, tmp_path: Path, missing: str) -> None:
    """Told like a server that is away: the machine goes on, and finds the file once it is there."""
    assert await cause_of(remote.connect(**{missing: tmp_path / "nowhere"})) is Cause.UNREACHABLE
