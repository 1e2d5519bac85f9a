"""The socket: who connects, what goes over it, and what happens to those who talk nonsense."""

import json
import os
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trio
from kiosk_under_test import KioskUnderTest

from kiosk import conditions
from kiosk.console.client import ActionRefused, ConsoleClient, NoConsole
from kiosk.console.console import Console
from kiosk.console.peer import Peer, caller_of, peer_of
from kiosk.console.roles import Role
from kiosk.console.server import MOST_CONNECTIONS, open_socket, serve
from kiosk.console.wire import LINE_BYTES

GROUPS = {Role.OPERATOR: "root", Role.AUDITOR: "daemon", Role.ENGINEER: "no-such-group"}
OTHERS = os.getuid() + 1


@pytest.fixture
async def path(kiosk: KioskUnderTest, tmp_path: Path, nursery: trio.Nursery) -> AsyncIterator[Path]:
    """The console of a running kiosk, whose own user is somebody else."""
    await kiosk.ready.wait()
    console = Console(machine=kiosk.machine, config=Path("kiosk.toml"), stop=lambda: None)
    with open_socket(tmp_path / "console", None) as listening:
        groups = {Role.OPERATOR: _own_group()}
        nursery.start_soon(lambda: serve(console, listening, groups, own_uid=OTHERS))
        yield tmp_path / "console"


def _own_group() -> str:
    import grp

    return grp.getgrgid(os.getgid()).gr_name


async def test_the_board_over_the_socket(kiosk: KioskUnderTest, path: Path) -> None:
    """In the language that was asked for; a condition is there as soon as it stands."""
    kiosk.board.set(conditions.CARD_IN_USE, stands=True)

    def ask() -> dict[str, object]:
        with ConsoleClient(path, language="en") as client:
            return client.perform("board")

    board = await trio.to_thread.run_sync(ask)
    assert board["machine"] == "kiosk-3"
    [shown] = [shown for shown in board["conditions"] if shown["id"] == "card_reader.in_use"]
    assert (shown["title"], shown["urgency"], shown["cleared_by"]) == (
        "Card held by another program",
        "soon",
        "console",
    )


async def test_out_of_service_and_back(kiosk: KioskUnderTest, path: Path) -> None:
    """By somebody whose group allows it, and not what it doesn't."""

    def work() -> None:
        with ConsoleClient(path) as client:
            client.perform("out_of_service")
            assert client.perform("board")["in_service"] is False
            client.perform("back_in_service")
            assert client.perform("board")["in_service"] is True
            with pytest.raises(ActionRefused) as refused:
                client.perform("restart", confirmed=True)
            assert refused.value.reason == "denied"

    await trio.to_thread.run_sync(work)


@pytest.mark.parametrize("nonsense", [b"hello\n", b"{}\n", b'{"kind":"answered","answer":"yes"}\n', b"\xff\n"])
async def test_nonsense_is_refused_and_the_connection_stays(path: Path, nonsense: bytes) -> None:
    """What isn't a request changes nothing."""
    said = await _talk(path, nonsense + b'{"kind":"request","action":"actions"}\n', lines=2)
    assert [line["kind"] for line in said] == ["refused", "done"]
    assert said[0]["reason"] == "malformed"


async def test_an_endless_line_ends_the_connection(path: Path) -> None:
    """Nobody fills the machine's memory with one."""
    [said] = await _talk(path, b"x" * (LINE_BYTES + 1), lines=1)
    assert said["reason"] == "malformed"


async def test_only_so_many_at_once(path: Path) -> None:
    """The one too many is hung up on; when somebody leaves there is room again."""

    def crowd() -> None:
        clients = [ConsoleClient(path) for _ in range(MOST_CONNECTIONS)]
        for client in clients:
            client.perform("actions")
        with ConsoleClient(path) as late, pytest.raises(NoConsole):
            late.perform("actions")
        for client in clients:
            client.close()

    await trio.to_thread.run_sync(crowd)


def test_only_owner_and_group_reach_the_socket(tmp_path: Path) -> None:
    """And what a kiosk left behind is replaced."""
    for _ in range(2):
        with open_socket(tmp_path / "console", None):
            assert stat.S_IMODE((tmp_path / "console").stat().st_mode) == 0o660
    with pytest.raises(LookupError):
        open_socket(tmp_path / "console", "no-such-group")
    with pytest.raises(NoConsole):
        ConsoleClient(tmp_path / "nowhere")


def test_the_kernel_says_who_it_is() -> None:
    """User and groups of the process at the other end."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        peer = peer_of(ours)
    assert peer.uid == os.getuid()
    assert {os.getgid(), *os.getgroups()} <= peer.groups


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_another_user_is_another_peer() -> None:
    """Its supplementary groups count, which it was given at its login."""
    name = f"kiosk-console-{os.urandom(8).hex()}"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("\0" + name)
        listening.listen()
        child = os.fork()
        if child == 0:
            os.setgroups([1])
            os.setgid(65534)
            os.setuid(65534)
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect("\0" + name)
                connection.recv(1)
            os._exit(0)
        connection, _ = listening.accept()
        with connection:
            peer = peer_of(connection)
        assert os.waitpid(child, 0)[1] == 0
    assert peer == Peer(65534, frozenset({1, 65534}))


@pytest.mark.parametrize(
    ("peer", "roles"),
    [
        (Peer(1000, frozenset({0})), {Role.OPERATOR}),
        (Peer(1000, frozenset({0, 1})), {Role.OPERATOR, Role.AUDITOR}),
        (Peer(1000, frozenset({100})), set()),
        (Peer(0, frozenset()), set()),
        (Peer(33, frozenset({0, 1})), set()),  # The kiosk's own user.
    ],
)
def test_roles_come_from_groups(peer: Peer, roles: set[Role]) -> None:
    """A group that this computer doesn't have gives its role to nobody; the kiosk's own user has none."""
    assert caller_of(peer, GROUPS, own_uid=33).roles == roles


async def _talk(path: Path, said: bytes, *, lines: int) -> list[dict[str, object]]:
    async with await trio.open_unix_socket(str(path)) as stream:
        await stream.send_all(said)
        heard = b""
        with trio.fail_after(10):
            while heard.count(b"\n") < lines:
                piece = await stream.receive_some()
                assert piece, "hung up"
                heard += piece
    return [json.loads(line) for line in heard.splitlines()]
