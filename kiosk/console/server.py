"""The console's socket: who connects is known by the kernel, and does one action after another."""

import os
import socket
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import structlog
import trio
from pydantic import ValidationError

from kiosk import conditions
from kiosk.conditions.faults import note_program_fault
from kiosk.console.action import Message, Refusal
from kiosk.console.console import Console
from kiosk.console.lines import Lines, TooLong
from kiosk.console.peer import Peer, caller_of, peer_of, peers_are_visible
from kiosk.console.roles import Caller, Role
from kiosk.console.wire import ASK, LINE_BYTES, Answered, Ask, Asked, Done, Refused, Request, Told, line
from kiosk.language import say
from kiosk.text import Text

log = structlog.get_logger()

M = TypeVar("M", bound=Message)

MOST_CONNECTIONS = 8
"""At once; a further one is closed at once."""
SESSION_SECONDS = 900.0
"""A client that says nothing for so long is hung up on."""

_ACCEPT_AGAIN_SECONDS = 1.0


async def serve(
    console: Console, listening: socket.socket, groups: Mapping[Role, str], *, own_uid: int | None = None
) -> None:
    """Take whoever connects, until cancelled.

    Args:
        console: What they work on.
        listening: The socket, see `open_socket`.
        groups: The group of each role.
        own_uid: The kiosk's user, who gets no role; None: that of this process.
    """
    if not peers_are_visible():
        log.error("console.peers_hidden")
        console.machine.board.set(conditions.CONSOLE_CLOSED, stands=True)
    listener = trio.SocketListener(trio.socket.from_stdlib_socket(listening))
    at_once = trio.CapacityLimiter(MOST_CONNECTIONS)
    async with trio.open_nursery() as nursery:
        while True:
            try:
                stream = await listener.accept()
            except OSError as error:  # No descriptor is free, or the client has gone already.
                log.warning("console.not_accepted", error=type(error).__name__)
                await trio.sleep(_ACCEPT_AGAIN_SECONDS)
                continue
            nursery.start_soon(_connection, console, stream, groups, own_uid, at_once)


def open_socket(path: Path, group: str | None) -> socket.socket:
    """A listening socket at `path`, of mode 0660.

    Args:
        path: Where; one that a kiosk has left behind is replaced.
        group: Who may connect at all; None: the group of this process.

    Raises:
        OSError: It can't be opened, or given to the group.
        LookupError: There is no such group.
    """
    own = Path(path)
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(own.stat().st_mode):
            own.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        mask = os.umask(0o777)  # Nobody connects before it has its group.
        try:
            listening.bind(str(path))
        finally:
            os.umask(mask)
        if group is not None:
            import grp

            wanted = grp.getgrnam(group).gr_gid
            if path.stat().st_gid != wanted:  # Else the folder gave it: the service may not change owners.
                os.chown(path, -1, wanted)
        path.chmod(0o660)
        listening.listen()
    except BaseException:
        listening.close()
        raise
    return listening


async def _connection(
    console: Console,
    stream: trio.SocketStream,
    groups: Mapping[Role, str],
    own_uid: int | None,
    at_once: trio.CapacityLimiter,
) -> None:
    async with stream:
        try:
            at_once.acquire_nowait()
        except trio.WouldBlock:
            log.warning("console.too_many")
            return
        try:
            caller = caller_of(_peer(stream), groups, own_uid=own_uid)
            log.info("console.connected", who=caller.who, roles=" ".join(sorted(caller.roles)))
            with suppress(_Left):
                await _Session(console, caller, stream).run()
            log.info("console.left", who=caller.who)
        finally:
            at_once.release()


def _peer(stream: trio.SocketStream) -> Peer:
    with socket.socket(fileno=os.dup(stream.socket.fileno())) as connection:
        return peer_of(connection)


class _Left(Exception):
    """The client hung up, or says nothing any more."""


class _Session:
    """One client's time: requests one after another."""

    def __init__(self, console: Console, caller: Caller, stream: trio.SocketStream) -> None:
        self._console = console
        self._caller = caller
        self._stream = stream
        self._lines = Lines(stream, LINE_BYTES)
        self._language = "zh"

    async def run(self) -> None:
        """Until the client leaves, or says nothing for too long."""
        while True:
            request = await self._next(Request)
            self._language = request.language
            await self._send(await self._do(request))

    async def _do(self, request: Request) -> Message:
        try:
            result = await self._console.perform(
                self._caller,
                request.action,
                request.arguments,
                language=request.language,
                confirmed=request.confirmed,
                dialogue=self,
            )
        except Refusal as refusal:
            return Refused(reason=refusal.kind, why=say(refusal.why, request.language))
        except _Left:
            raise
        except Exception as error:  # noqa: BLE001 -- A technician's mishap must not take the machine down.
            log.error("console.fault", action=request.action)
            note_program_fault(self._console.machine.board, error)
            return Refused(reason="fault", why=type(error).__name__)
        return Done(result=result.model_dump(mode="json"))

    # What an action says meanwhile.

    async def tell(self, words: Text) -> None:
        """See `Dialogue`."""
        await self._send(Told(words=say(words, self._language)))

    async def ask(self, question: Text, answers: tuple[str, ...]) -> str:
        """See `Dialogue`."""
        while True:
            await self._send(Asked(question=say(question, self._language), answers=answers))
            answered = await self._next(Answered)
            if answered.answer in answers:
                return answered.answer

    async def _next(self, kind: type[M]) -> M:
        """The next line, which must be a `kind`; what isn't is refused.

        Raises:
            _Left: There is none.
        """
        while True:
            try:
                with trio.fail_after(SESSION_SECONDS):
                    raw = await self._lines.next()
            except TooLong:
                await self._send(Refused(reason="malformed", why="a line is too long"))
                raise _Left from None
            except (trio.BrokenResourceError, trio.TooSlowError):
                raise _Left from None
            if raw is None:
                raise _Left
            try:
                message: Ask | None = ASK.validate_json(raw)
            except ValidationError:
                message = None
            if isinstance(message, kind):
                return message
            await self._send(Refused(reason="malformed", why="not a message that can be taken here"))

    async def _send(self, message: Message) -> None:
        try:
            with trio.fail_after(SESSION_SECONDS):
                await self._stream.send_all(line(message))
        except (trio.BrokenResourceError, trio.TooSlowError):
            raise _Left from None
