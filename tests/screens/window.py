"""The window under test: shows sample pages as told on standard input, says each press on standard output.

Orders: {"page": name, "overlay": name?, "language": ..., ...} shows a page and waits until its motion is over;
{"presses": n} waits for n presses; {"camera": [red, green, blue]} has the camera take a picture of that colour alone,
{"camera": null} has its memory overwritten; {"signal": n} has this signal come to another thread than the one that
waits for the window. Runs as the kiosk does: the display on the main thread, trio beside it.
"""

import json
import signal
import sys
import threading
from dataclasses import dataclass, replace

import trio

from kiosk.pages import Answer, Chosen, Entered, FaceView
from kiosk.screen import Preferences, View
from screens import samples
from screens.display import Display


@dataclass
class Camera:
    """The one place where its picture is kept: written over in place."""

    width: int = 640
    height: int = 480
    number: int = 0
    seen: int = 0

    def __post_init__(self) -> None:
        self._memory = bytearray(self.width * self.height * 3)
        self.pixels = memoryview(self._memory)

    def take(self, colour: list[int] | None) -> None:
        for channel, value in enumerate(colour or (0, 0, 0)):
            for row in range(self.height):
                start = row * self.width * 3
                self._memory[start + channel : start + self.width * 3 : 3] = bytes([value]) * self.width
        self.number += colour is not None

    def newest(self) -> "Camera | None":
        if self.number == self.seen:
            return None
        self.seen = self.number
        return self


def said(answer: Answer | Chosen | Entered | None) -> str | None:
    match answer:
        case Chosen(service):
            return service
        case Entered(digits):
            return digits
        case Answer():
            return answer.name
    return None


async def core(display: Display) -> None:
    send, receive = trio.open_memory_channel[dict[str, object]](100)
    serial, camera = 1, Camera()

    async def presses() -> None:
        while True:
            press = await display.next_press()
            await send.send({"serial": press.serial, "answer": said(press.answer)})

    async with trio.open_nursery() as nursery:
        nursery.start_soon(presses)
        await trio.testing.wait_all_tasks_blocked()
        print(json.dumps({"ready": True}), flush=True)
        while line := await trio.to_thread.run_sync(sys.stdin.readline, abandon_on_cancel=True):
            order = json.loads(line)
            if "presses" in order:
                heard = [await receive.receive() for _ in range(order["presses"])]
                print(json.dumps({"heard": heard}), flush=True)
                continue
            if "signal" in order:
                signal.pthread_kill(threading.get_ident(), order["signal"])
                continue
            if "camera" in order:
                camera.take(order["camera"])
                print(json.dumps({"taken": camera.number}), flush=True)
                continue
            serial += 1
            overlay = samples.OVERLAYS[order.pop("overlay")][1] if "overlay" in order else None
            page = samples.PAGES[order.pop("page")]
            if isinstance(page, FaceView):
                page = replace(page, live=camera.newest)
            display.show(View(serial=serial, page=page, preferences=Preferences(**order), overlay=overlay))
            await trio.sleep(0.4)
            print(json.dumps({"shown": serial}), flush=True)
        nursery.cancel_scope.cancel()


def main() -> None:
    display = Display((1080, 1920))
    display.show(View(serial=1, page=samples.PAGES["home"], preferences=Preferences()))
    display.open()
    thread = threading.Thread(target=trio.run, args=(core, display), daemon=True)
    thread.start()
    display.run()


if __name__ == "__main__":
    import trio.testing

    main()
