"""`python -m simulator.camera --control SOCKET`: serve the camera until told to stop.

Verbs: `state`, `show` (code, variant), `stand` (face, way), `turn` (to), `hide`, `picture` (base64 JPEG), `fail` (how),
`mend`.
"""

import argparse
import asyncio
import base64
import signal
import time
from pathlib import Path
from typing import Any

from simulator import control
from simulator.camera import people, scene
from simulator.camera.camera import FAILURES, Camera
from simulator.camera.stream import Stream


async def run(socket: Path, port: int, port_file: Path | None) -> None:
    """Serve until SIGTERM or SIGINT."""
    camera = Camera()
    stream = Stream(camera, port)
    await stream.start()

    def state() -> dict[str, Any]:
        return {
            "url": stream.url,
            "watchers": stream.watchers,
            "held_up": camera.code is not None,
            "face": camera.face,
            "variant": camera.variant,
            "variants": scene.VARIANTS,
            "ways": people.WAYS,
            "failure": camera.failure,
            "failures": FAILURES,
        }

    # In threads: drawing takes longer than a picture lasts, and the stream must not stutter.

    async def show(code: str, variant: str = "plain") -> dict[str, Any]:
        camera.see([await asyncio.to_thread(scene.jpeg, code, variant)], code=code, variant=variant)
        # From this moment on (CLOCK_MONOTONIC, the same for every process) it can be seen.
        return {"at": time.monotonic()}

    async def stand(face: str, way: str = "plain") -> None:
        camera.see(await asyncio.to_thread(people.film, face, way), face=face, variant=way)

    async def turn(to: str) -> None:
        if camera.face is None:
            raise ValueError("nobody is there")
        camera.play(await asyncio.to_thread(people.turn, camera.face, to))

    async def fail(how: str) -> None:
        camera.fail(how)
        await stream.refresh()

    async def mend() -> None:
        camera.mend()
        await stream.refresh()

    verbs: dict[str, control.Verb] = {
        "state": state,
        "show": show,
        "stand": stand,
        "turn": turn,
        "hide": lambda: camera.see(people.nobody()),
        "picture": lambda: {"jpeg": base64.b64encode(camera.picture).decode()},
        "fail": fail,
        "mend": mend,
    }
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    listening = await control.serve(socket, verbs)
    if port_file is not None:
        part = port_file.with_name(port_file.name + ".part")
        part.write_text(str(stream.port))
        part.rename(port_file)
    await stop.wait()
    listening.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--control", type=Path, required=True, help="the control socket")
    parser.add_argument("--port", type=int, default=0, help="on loopback; 0 takes a free one")
    parser.add_argument("--port-file", type=Path, help="gets the port's number")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.control, arguments.port, arguments.port_file))


if __name__ == "__main__":
    main()
