"""The window under test: shows sample pages as told on standard input, says each press on standard output.

Orders: {"page": name, "overlay": name?, "language": ..., ...} shows a page and waits until its motion is over;
{"presses": n} waits for n presses. Runs as the kiosk does: the display on the main thread, trio beside it.
"""

import json
import sys
import threading

import trio

from kiosk.pages import Answer, Chosen
from kiosk.screen import Preferences, View
from screens import samples
from screens.display import Display


def said(answer: Answer | Chosen | None) -> str | None:
    return answer.service if isinstance(answer, Chosen) else answer.name if answer else None


async def core(display: Display) -> None:
    send, receive = trio.open_memory_channel[dict[str, object]](100)
    serial = 1

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
            serial += 1
            overlay = samples.OVERLAYS[order.pop("overlay")][1] if "overlay" in order else None
            page = samples.PAGES[order.pop("page")]
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
