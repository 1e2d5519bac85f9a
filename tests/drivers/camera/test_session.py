"""The camera's process on a real stream, through OpenCV."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
import trio

from drivers.camera.protocol import CameraState
from drivers.camera.session import Camera, open_camera

CHECKOUT = Path(__file__).parents[3]
SECRET = "ecard:CANARY-2f6d1c"


def workers() -> list[psutil.Process]:
    """The camera processes that this test has."""
    return [p for p in psutil.Process().children() if "drivers.camera.worker" in p.cmdline()]


async def become(camera: Camera, wanted: CameraState, seconds: float = 8) -> None:
    """Wait until `camera` is as `wanted`."""
    with trio.fail_after(seconds):
        while camera.state is not wanted:
            await camera.changed(camera.state)


async def test_codes_as_they_are_held_up(camera: Any) -> None:
    async with open_camera(camera.url) as seen:
        assert seen.state is CameraState.STARTING
        await become(seen, CameraState.ONLINE)
        camera.control("show", code=SECRET)
        with trio.fail_after(5):
            assert await seen.next_code() == SECRET
        with trio.move_on_after(0.3) as still:
            await seen.next_code()
        assert still.cancelled_caught, "a code that stays is told once"
        camera.control("show", code="another")
        with trio.fail_after(5):
            assert await seen.next_code() == "another"
    assert workers() == []


async def test_a_code_waits_for_whoever_asks_late(camera: Any) -> None:
    """While the server is asked about one code the citizen may show the next: the newest counts."""
    async with open_camera(camera.url) as seen:
        await become(seen, CameraState.ONLINE)
        for code in ("first", "second"):
            camera.control("show", code=code)
            await trio.sleep(0.2)
        with trio.fail_after(1):
            assert await seen.next_code() == "second"


@pytest.mark.parametrize("how", ["freeze", "drop", "garbage", "unplug"])
async def test_a_camera_that_fails_comes_back_by_itself(camera: Any, how: str) -> None:
    async with open_camera(camera.url) as seen:
        await become(seen, CameraState.ONLINE)
        camera.control("fail", how=how)
        await become(seen, CameraState.NO_DEVICE)
        camera.control("mend")
        await become(seen, CameraState.ONLINE)
        camera.control("show", code=how)
        with trio.fail_after(5):
            assert await seen.next_code() == how
        assert len(workers()) == 1


async def test_no_camera_at_all() -> None:
    async with open_camera("/dev/video-none") as seen:
        await become(seen, CameraState.NO_DEVICE)


async def test_a_process_that_dies_is_replaced(camera: Any) -> None:
    async with open_camera(camera.url) as seen:
        await become(seen, CameraState.ONLINE)
        (worker,) = workers()
        worker.send_signal(signal.SIGSEGV)
        await become(seen, CameraState.NO_DEVICE)
        await become(seen, CameraState.ONLINE)
        assert worker.pid not in [p.pid for p in workers()]


async def test_a_process_that_hangs_is_gone_all_the_same(camera: Any) -> None:
    async with open_camera(camera.url) as seen:
        await become(seen, CameraState.ONLINE)
        workers()[0].suspend()
    assert workers() == []


async def test_what_the_block_raises_leaves_as_it_is(camera: Any) -> None:
    with pytest.raises(LookupError):
        async with open_camera(camera.url):
            raise LookupError
    with trio.move_on_after(0.05) as scope:
        async with open_camera(camera.url) as seen:
            await seen.next_code()
    assert scope.cancelled_caught
    assert workers() == []


def test_it_ends_with_whoever_started_it(camera: Any) -> None:
    """However the kiosk dies: its end of the pipe closes."""
    program = (
        "import sys, trio\n"
        "from drivers.camera.session import open_camera\n"
        "async def main():\n"
        "    async with open_camera(sys.argv[1]) as camera:\n"
        "        await camera.changed(camera.state)\n"
        "        print(flush=True)\n"
        "        await trio.sleep_forever()\n"
        "trio.run(main)\n"
    )
    command = [sys.executable, "-c", program, camera.url]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        (worker,) = [p for p in psutil.Process(parent.pid).children() if "drivers.camera.worker" in p.cmdline()]
        parent.kill()
    worker.wait(5)


async def test_a_code_goes_nowhere_but_the_pipe(camera: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """Not to a log, the command line, the environment; and the process leaves no core dump."""
    async with open_camera(camera.url) as seen:
        await become(seen, CameraState.ONLINE)
        camera.control("show", code=SECRET)
        assert await seen.next_code() == SECRET
        assert SECRET not in repr(vars(seen))
        (worker,) = workers()
        assert worker.rlimit(psutil.RLIMIT_CORE) == (0, 0)
        for name in ("cmdline", "environ"):
            assert SECRET.encode() not in Path(f"/proc/{worker.pid}/{name}").read_bytes()
        files = [os.readlink(link) for link in Path(f"/proc/{worker.pid}/fd").iterdir()]
        kept = [f for f in files if f.startswith("/") and not f.startswith(("/dev/", "/proc/"))]
        assert [f for f in kept if not f.endswith("(deleted)")] == []  # Those that capture its output are.
    out, err = capfd.readouterr()
    assert SECRET not in out + err


async def test_nothing_runs_when_nobody_looks(camera: Any) -> None:
    async with open_camera(camera.url) as seen:
        await become(seen, CameraState.ONLINE)
    await trio.sleep(0.1)  # A picture more, and the camera notices.
    assert camera.control("state")["watchers"] == 0
