"""A card that pcscd goes on reporting after it was taken out."""

import os
import socketserver
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import pytest

from simulator.card_reader.build import build
from simulator.card_reader.pcscd import Pcscd

WATCH = """
import sys
import structlog
import trio
from smartcard import scard
from drivers.card_reader import reader as module, pcsc
from drivers.card_reader.reader import open_card_reader
from drivers.card_reader.slot import MediaState

module._PRESENT_RECHECK_MS = 300
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

async def watch():
    context = pcsc.establish_context()
    async with open_card_reader() as reader:
        media = reader.media
        for state in (MediaState.NOT_PRESENT, MediaState.PRESENT, MediaState.NOT_PRESENT):
            while media.state is not state:
                media = await reader.changed_from(media)
            print(media.state.value, flush=True)
        code, handle, _ = scard.SCardConnect(context, reader.name, scard.SCARD_SHARE_DIRECT, 0)
        assert code == 0, hex(code)
        input()
        scard.SCardDisconnect(handle, int(sys.argv[1]))
        _, handle, _ = scard.SCardConnect(context, reader.name, scard.SCARD_SHARE_DIRECT, 0)
        print("in use", flush=True)
        media = await reader.changed_from(media)
        print(media.state.value, flush=True)
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        with trio.fail_after(20):
            media = await reader.changed_from(media)
        print(media.state.value, flush=True)

trio.run(watch)
"""


class Slot(socketserver.ThreadingUnixStreamServer):
    """A reader process. Its card goes while its power is switched, and nobody is told."""

    daemon_threads = True
    inside = False
    events: BinaryIO

    class RequestHandlerClass(socketserver.StreamRequestHandler):
        """One of the handler's two connections."""

        def handle(self) -> None:
            if self.rfile.read(1) == b"E":
                self.server.events = self.wfile  # type: ignore[attr-defined]
                self.rfile.read()
            while size := int.from_bytes(self.rfile.read(2)):
                answer = self.server.answer(self.rfile.read(size)[:1])  # type: ignore[attr-defined]
                self.wfile.write(len(answer).to_bytes(2) + answer)

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), self.RequestHandlerClass)

    def answer(self, request: bytes) -> bytes:
        """See `ifd.c`: OK, no card, or a mute one."""
        if not self.inside:
            return b"\x01"
        if request == b"P":
            return b"\x00"
        if request == b"U":
            return b"\x00\x3b\x00"
        self.inside = False
        return b"\x00" if request == b"D" else b"\x02"

    def change(self, *, inside: bool) -> None:
        """A card comes or goes, and pcscd is told."""
        self.inside = inside
        self.events.write(b"\x00")


@pytest.mark.parametrize(("disposition", "seen"), [("2", "present"), ("1", "hardwareError")])
def test_a_card_that_the_service_alone_still_sees_goes(tmp_path: Path, disposition: str, seen: str) -> None:
    """What pcscd writes when it powers a card down, or resets one in vain, isn't what its own thread sees."""
    slot = Slot(tmp_path / "ifd")
    threading.Thread(target=slot.serve_forever, daemon=True).start()
    pcscd = Pcscd(tmp_path / "pcscd", build(tmp_path), tmp_path / "ifd")
    pcscd.start()
    environment = os.environ | {"PCSCLITE_CSOCK_NAME": str(pcscd.socket)}
    command = [sys.executable, "-c", WATCH, disposition]
    try:
        with subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        ) as watcher:
            assert watcher.stdin is not None
            assert watcher.stdout is not None
            assert watcher.stdout.readline() == "notPresent\n"
            for inside in (True, False):
                slot.change(inside=inside)
                assert watcher.stdout.readline() == ("present\n" if inside else "notPresent\n")
            slot.inside = True
            print(file=watcher.stdin)
            assert watcher.stdout.readline() == "in use\n"
            slot.change(inside=False)  # pcscd tells everybody that somebody uses the reader, and what it has written.
            assert watcher.stdout.readline() == f"{seen}\n"
            assert watcher.stdout.readline() == "notPresent\n"
    finally:
        pcscd.stop()
        slot.shutdown()
        slot.server_close()
