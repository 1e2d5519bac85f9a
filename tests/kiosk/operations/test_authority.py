"""The issuer's authority: relayed under an operation, good for a while, never kept."""

import json
from contextlib import nullcontext
from typing import Any

import pytest
import trio
from operation_traces import problem, states
from trio.testing import MockClock

from drivers.pin_pad.dukpt import EncryptedPin
from kiosk.operations.errors import OperationRefused
from kiosk.operations.operations import Operations
from kiosk.uplink.contract import OperationKind, ProblemType
from kiosk.uplink.errors import CentralError

PIN_CHANGE = OperationKind.PIN_CHANGE


async def relay(machine: Any, operations: Operations, answers: dict[str, Any]) -> None:
    """Have the server answer so to what is asked under an operation."""

    async def request(method: str, path: str, body: bytes) -> Any:
        machine.way.seen.append((method, path))
        machine.way.bodies.setdefault(path, []).append(body)
        await trio.sleep(1)
        name = path.split("/")[4]
        asked = json.loads(body)
        answer = {"operation_id": asked["operation_id"], "attempt": asked["attempt"], **answers[name]}
        return 200, {}, json.dumps(answer).encode()

    machine.central._transport = type("Relay", (), {"request": staticmethod(request)})()


AUTHENTICATION = {"data": "0123456789ABCDEF" * 2, "expires_in_seconds": 100}
COMMAND = {"data": "DEADBEEF", "expires_in_seconds": 100}
CHALLENGE = bytes.fromhex("A1A2A3A4A5A6A7A8")


async def test_the_issuer_s_answers_come_back_and_nothing_of_them_is_kept(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """Each authentication is an attempt of its own; the command belongs to it."""
    pin = EncryptedPin(bytes.fromhex("FFFF9876543210E00001"), b"\x12\x34\x56\x78" * 2, "123456789012")
    again = EncryptedPin(bytes.fromhex("FFFF9876543210E00002"), b"\x87" * 8, "210987654321")
    async with machine.boot() as operations:
        card = chip()
        async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
            way = machine.central._transport
            await relay(machine, operations, {"authentications": AUTHENTICATION, "commands": COMMAND})
            assert await operation.authentication(CHALLENGE) == bytes.fromhex("0123456789ABCDEF" * 2)
            assert await operation.secured_command(CHALLENGE) == bytes.fromhex("DEADBEEF")
            assert await operation.authentication(CHALLENGE) == bytes.fromhex("0123456789ABCDEF" * 2)
            assert await operation.secured_command(CHALLENGE[::-1], pin, again) == bytes.fromhex("DEADBEEF")
            await operation.transmit(card.mutation)
            machine.central._transport = way
        base = f"/v1/operations/{operation.id}"
        asked = {path: json.loads(bodies[0]) for path, bodies in machine.way.bodies.items() if path.count("/") > 4}
        common = {"operation_id": str(operation.id), "kiosk": "kiosk-3", "challenge": "A1A2A3A4A5A6A7A8"}
        nothing = {"pin": None, "pin_again": None}
        assert asked == {
            f"{base}/authentications/1": common | {"attempt": 1},
            f"{base}/commands/1": common | nothing | {"attempt": 1},
            f"{base}/authentications/2": common | {"attempt": 2},
            f"{base}/commands/2": common
            | {
                "attempt": 2,
                "challenge": "A8A7A6A5A4A3A2A1",
                "pin": {
                    "key_serial_number": "FFFF9876543210E00001",
                    "block": "1234567812345678",
                    "account": "123456789012",
                },
                "pin_again": {
                    "key_serial_number": "FFFF9876543210E00002",
                    "block": "87" * 8,
                    "account": "210987654321",
                },
            },
        }
        kept = b"".join(machine.image().values())
        for secret in ("DEADBEEF", "1234567812345678", "123456789012", "A1A2A3A4A5A6A7A8"):
            assert secret.encode() not in kept
            assert bytes.fromhex(secret) not in kept


@pytest.mark.parametrize(("seconds", "sends"), [(98.5, True), (99.0, False)])
async def test_the_issuer_s_authority_lapses(
    autojump_clock: MockClock, machine: Any, chip: Any, seconds: float, sends: bool
) -> None:
    """Counted from the question by the machine's own steady clock: 100 s, of which the answer took 1."""
    card = chip()
    async with machine.boot() as operations:
        with nullcontext() if sends else pytest.raises(CentralError, match="slow: the issuer's authority lapsed"):
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                way = machine.central._transport
                await relay(machine, operations, {"commands": COMMAND, "authentications": AUTHENTICATION})
                await operation.authentication(CHALLENGE)
                await operation.secured_command(CHALLENGE)
                machine.central._transport = way
                await trio.sleep(seconds)
                await operation.transmit(card.mutation)
        assert card.sent == sends
        assert states(operations)[0][0] == ("done" if sends else "not_done")


async def test_what_the_issuer_refuses_is_a_refusal(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        with pytest.raises(OperationRefused) as refused:  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                machine.way.fail("/authentications/1", problem(ProblemType.LIMIT_REACHED, 429))
                await operation.authentication(CHALLENGE)
        assert refused.value.problem is ProblemType.LIMIT_REACHED
        assert states(operations)[0][0] == "not_done"


async def test_a_lost_answer_of_the_issuer_is_asked_for_again(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        with pytest.raises(OperationRefused) as lost:  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                machine.way.fail("/authentications/1", "cut", times=2)
                machine.way.fail("/authentications/1", "lost", times=1)
                await operation.authentication(CHALLENGE)
        assert lost.value.problem is ProblemType.OPERATION_CLOSED
        assert machine.way.count("/authentications/1") == 4
        assert states(operations)[0][0] == "not_done"
