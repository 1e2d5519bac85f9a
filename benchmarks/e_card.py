"""From an e-card code held up to the request for its card: through the camera, its process, the core and TLS.

The request is seen on its way, by a forwarder between kiosk and central server that reads nothing but the clock.
"""

import random
import socket
import subprocess
import sys
import threading
import time
from statistics import median

from benchmarks.glass import Glass
from benchmarks.programs import CHECKOUT, EXIT, SHOW_CODE, TITLE, kiosk, settle
from benchmarks.table import Figure
from simulator.stand import Stand


def measure(stand: Stand, glass: Glass, rounds: int) -> list[Figure]:
    """Hold up a fresh code again and again; beside it, OpenCV and the decoder alone on the same stream."""
    port = int((stand.state / "central.port").read_text())
    forwarder = Forwarder(port)
    configuration = stand.first.folder / "kiosk-forwarded.toml"
    text = (stand.first.folder / "kiosk.toml").read_text(encoding="utf-8")
    configuration.write_text(text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{forwarder.port}"), encoding="utf-8")
    times = []
    with kiosk(stand.first, configuration):
        settle(glass, 4)
        for _ in range(rounds):
            times.append(_ask(stand, glass, forwarder))
    glass.lose_window()
    bare = [_decode(stand) for _ in range(rounds)]
    p95 = sorted(times)[round(0.95 * (rounds - 1))]
    return [
        Figure("e-card held up to result asked for, p95", "ms", p95 * 1e3, limit=150)
        .beside("camera and decoder alone", sorted(bare)[round(0.95 * (rounds - 1))] * 1e3)
        .noting(f"{rounds} codes, p50 {median(times) * 1e3:.0f}, alone {median(bare) * 1e3:.0f}; a picture every 33 ms")
    ]


def _ask(stand: Stand, glass: Glass, forwarder: "Forwarder") -> float:
    camera = stand.first.control("camera")
    home = glass.pixels(*TITLE)
    glass.press(SHOW_CODE)
    glass.release()
    glass.wait_until(lambda: glass.pixels(*TITLE) != home, 5, "the page that asks for a code")
    while not camera("state")["watchers"]:
        time.sleep(0.05)
    time.sleep(random.uniform(1.0, 1.5))  # Somebody looks for the phone.
    code = stand.central("issue_code", person="normal")["code"]
    forwarder.sent.clear()
    camera("show", code=code)
    shown = time.monotonic()
    end = shown + 5
    while not forwarder.sent and time.monotonic() < end:
        time.sleep(0.05)
    glass.rest(0.8)
    camera("hide")
    # Of a connection that had to be made the last piece counts: the one that ended the request.
    asked = forwarder.sent[-1]
    glass.press(EXIT)
    glass.release()
    glass.wait_until(lambda: glass.pixels(*TITLE) == home, 10, "the home page")
    glass.rest(0.5)
    return asked - shown


def _decode(stand: Stand) -> float:
    camera = stand.first.control("camera")
    command = [sys.executable, "-m", "benchmarks.e_card", camera("state")["url"]]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()  # It has seen a first picture.
        time.sleep(random.uniform(0.5, 1.0))
        camera("show", code=stand.central("issue_code", person="normal")["code"])
        shown = time.monotonic()
        seen = float(process.stdout.readline())
    camera("hide")
    return seen - shown


class Forwarder:
    """Passes bytes between clients and `127.0.0.1:port`, and notes when a client sent some (monotonic clock)."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self.sent: list[float] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._server.accept()
            server = socket.create_connection(self._to)
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, from_client: bool) -> None:
        try:
            while data := source.recv(65536):
                if from_client:
                    self.sent.append(time.monotonic())
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()  # One side is gone: so is the other.
            target.close()


def main(url: str) -> None:
    """The baseline: print when a first picture was seen, and when a code was."""
    import cv2
    import zxingcpp

    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
    capture.read()
    print("ready", flush=True)
    while True:
        _, picture = capture.read()
        if zxingcpp.read_barcodes(
            cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        ):
            print(time.monotonic(), flush=True)
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
