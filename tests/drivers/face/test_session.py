"""Whole checks: the real processes, the real model, pictures of real people through a real stream."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import faces
import psutil
import pytest
import trio

from drivers.face import session
from drivers.face.course import FaceScore
from drivers.face.frames import LensState
from drivers.face.guidance import Hint
from drivers.face.liveness import Challenge, LivenessHint
from drivers.face.protocol import PhotoTrouble
from drivers.face.session import (
    THRESHOLD,
    CameraFailed,
    FaceCheck,
    FaceCheckTimedOut,
    FaceWorkerFailed,
    PhotoRefused,
    open_face_check,
    open_face_worker,
)

ROOT = Path(__file__).parents[3]


def processes(parent: psutil.Process | None = None) -> dict[str, psutil.Process]:
    """The face check's processes of this test (or of `parent`), by their module."""
    children = (parent or psutil.Process()).children()
    lines = {child: child.cmdline() for child in children}
    return {line[2]: child for child, line in lines.items() if len(line) > 2 and line[2].startswith("drivers.face")}


async def run(check: FaceCheck) -> tuple[list[Hint], FaceScore]:
    """All hints, and the score."""
    hints: list[Hint] = []
    async for seen in check:
        if isinstance(seen, FaceScore):
            return hints, seen
        hints.append(seen)
    raise AssertionError("a check ended without a score")


@asynccontextmanager
async def checking(
    camera: faces.FaceCamera, record: str = "obama", *, challenge: Challenge | None = None, seconds: float = 60
) -> AsyncIterator[FaceCheck]:
    async with open_face_check(camera.url, faces.on_record(record), challenge=challenge, seconds=seconds) as check:
        yield check


async def test_a_check_from_nobody_to_the_score(camera: faces.FaceCamera, capfd: pytest.CaptureFixture[str]) -> None:
    """Guided, previewed, compared; and nothing of it is left, in any file, output or process."""
    record = faces.on_record("obama")
    async with open_face_worker() as worker:
        await worker.ready()
        assert processes().keys() == {"drivers.face.worker"}, "no camera before it is asked for"
        async with worker.check(camera.url, record, challenge=None) as check:
            assert await anext(check) is Hint.CENTRE
            camera.show(faces.before_camera("obama2"))
            for process in processes().values():
                assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
                assert process.rlimit(psutil.RLIMIT_AS)[1] < 2 << 30
                assert process.rlimit(psutil.RLIMIT_CPU)[1] < 1000
                assert open_files(process) == []
            hints, score = await run(check)
            preview = check.preview()
            assert preview is not None
            assert (preview.width * preview.height, len(preview.pixels)) == (739 * 415, 739 * 415 * 3)
            assert len(set(preview.pixels[::999])) > 50, "a picture"
            assert check.preview() is None, "no newer one"
            assert [answer async for answer in check] == []
            assert str(record[:4]) not in repr(vars(check)) + repr(vars(worker)) + repr(preview)
    assert hints[-1] is Hint.HOLD_STILL
    assert 0 < score.distance < THRESHOLD
    assert score.liveness_hint is LivenessHint.NOT_ASKED
    assert processes() == {}
    assert not any(preview.pixels[::999]), "overwritten"
    assert not any("memfd:pictures" in line for line in Path("/proc/self/maps").read_text().splitlines())
    out, err = capfd.readouterr()
    assert err == ""
    assert "face" not in out


def open_files(process: psutil.Process) -> list[str]:
    """Files with a name that a process has open for writing."""
    folder = Path(f"/proc/{process.pid}/fd")
    names = [os.readlink(link) for link in folder.iterdir()]
    kept = [name for name in names if name.startswith("/") and not name.startswith(("/dev/", "/proc/", "/memfd:"))]
    return [name for name in kept if not name.endswith("(deleted)")]


async def test_another_person_is_far(camera: faces.FaceCamera) -> None:
    camera.show(faces.before_camera("hopper"))
    async with checking(camera, "collins") as check:
        _, score = await run(check)
    assert score.distance > 0.6


async def test_a_photo_on_record_without_a_face(camera: faces.FaceCamera) -> None:
    with pytest.raises(PhotoRefused, match="bureau") as refused:
        async with open_face_check(camera.url, b"CANARY", challenge=None) as check:
            await anext(check)
    assert refused.value.trouble is PhotoTrouble.NO_PICTURE
    assert "CANARY" not in str(refused.value)
    assert processes() == {}


async def test_a_process_that_ends_with_status_0_has_not_worked(
    camera: faces.FaceCamera, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As it does where the models are missing; and as it does not where they are whole."""
    (tmp_path / "face_recognition_models.py").write_text("raise ImportError\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(FaceWorkerFailed, match="ended early, with status 0"):
        async with open_face_worker() as worker:
            await worker.ready()


@pytest.mark.deep
async def test_the_task(camera: faces.FaceCamera) -> None:
    """A head that turns is seen to; the same head on a photograph that is held up, tilted and shaken isn't."""
    plain = faces.before_camera("obama")
    there = [faces.turned(plain, 0.25 * n / 12) for n in range(13)]
    camera.show(plain)
    async with checking(camera, challenge=Challenge.TURN_LEFT) as check:
        while await anext(check) is not Hint.TURN_LEFT:
            pass
        camera.play([*there, *[there[-1]] * 15, *there[::-1]])
        _, score = await run(check)
    assert (score.liveness_hint, score.distance < THRESHOLD) == (LivenessHint.SEEN, True)
    held_up = [faces.noisy(faces.tilted(plain, 1 - 0.25 * abs(n % 20 - 10) / 10), n) for n in range(40)]
    for challenge in (Challenge.TURN_LEFT, Challenge.BLINK):
        camera.show(plain)
        async with checking(camera, challenge=challenge) as check:
            while (await anext(check)).value != challenge.value:  # type: ignore[union-attr]
                pass
            camera.play([*held_up, *held_up])
            _, score = await run(check)
        assert score.liveness_hint is LivenessHint.NOT_SEEN


@pytest.mark.deep
async def test_a_stream_that_is_frozen_is_told_apart(camera: faces.FaceCamera) -> None:
    """The same picture again and again: not the photograph of a good face, and not a camera that is silent."""
    picture = faces.before_camera("obama")
    camera.freeze(picture)
    with pytest.raises(CameraFailed, match="feeds it a picture") as failed:
        async with checking(camera) as check:
            await run(check)
    assert failed.value.state is LensState.FROZEN
    async with checking(camera, challenge=Challenge.TURN_LEFT) as check:
        camera.show(picture)
        assert await anext(check) is not None
        camera.fail()
        with pytest.raises(CameraFailed) as failed:
            await run(check)
    assert failed.value.state is LensState.NO_DEVICE


@pytest.mark.deep
async def test_no_camera_at_all() -> None:
    with pytest.raises(CameraFailed, match="cable") as failed:
        async with open_face_check("/dev/video-none", faces.on_record("hopper"), challenge=None) as check:
            await anext(check)
    assert failed.value.state is LensState.NO_DEVICE


@pytest.mark.deep
async def test_nobody_comes(camera: faces.FaceCamera) -> None:
    with pytest.raises(FaceCheckTimedOut, match="try once more") as late:
        async with checking(camera, seconds=2) as check:
            await run(check)
    assert late.value.hint is Hint.CENTRE


@pytest.mark.deep
@pytest.mark.parametrize("module", ["drivers.face.worker", "drivers.face.lens"])
@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGSTOP, signal.SIGXCPU])
async def test_a_process_that_dies_or_hangs(camera: faces.FaceCamera, module: str, how: signal.Signals) -> None:
    """The check ends with a typed error, in time, and nothing stays behind."""
    expected = FaceWorkerFailed if module.endswith("worker") else CameraFailed
    async with checking(camera, seconds=30) as check:
        assert await anext(check) is Hint.CENTRE
        processes()[module].send_signal(how)
        with pytest.raises(expected):
            await run(check)
    assert processes() == {}


@pytest.mark.deep
def test_a_wish_for_too_much_memory_ends_the_process() -> None:
    """The limit binds: with less than the models take, the process ends early."""
    code = "import drivers.face.worker as worker; worker.MEMORY_BYTES = 150 << 20; worker.main(0)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True)
    assert b"R" not in ran.stdout
    assert ran.returncode != 0


@pytest.mark.deep
def test_both_end_with_whoever_started_them(camera: faces.FaceCamera) -> None:
    """However the kiosk dies: its ends of the pipes close."""
    program = (
        "import sys, trio\n"
        "from drivers.face.session import open_face_check\n"
        "async def main():\n"
        "    photo = sys.stdin.buffer.read()\n"
        "    async with open_face_check(sys.argv[1], photo, challenge=None) as check:\n"
        "        print(await anext(check), flush=True)\n"
        "        await trio.sleep_forever()\n"
        "trio.run(main)\n"
    )
    command = [sys.executable, "-c", program, camera.url]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(faces.on_record("hopper"))
        parent.stdin.close()
        parent.stdout.readline()
        started = processes(psutil.Process(parent.pid))
        parent.kill()
    assert len(started) == 2
    for process in started.values():
        process.wait(5)


@pytest.mark.deep
async def test_a_preview_does_not_wait_for_the_comparison(camera: faces.FaceCamera) -> None:
    """While faces are found and vectors computed, the camera's pictures come at the camera's pace."""
    camera.show(faces.before_camera("obama"))
    async with checking(camera, challenge=Challenge.TURN_LEFT) as check:
        assert await anext(check) is not None
        numbers: list[int] = []
        with trio.move_on_after(3):
            while True:
                preview = check.preview()
                if preview is not None:
                    numbers.append(preview.number)
                await trio.sleep(0.01)
    assert len(numbers) > 3 * 12  # Of 30 a second; half of that on a machine with other work.


@pytest.mark.deep
@pytest.mark.timeout(600)
async def test_thirty_checks_leave_memory_where_it_was(camera: faces.FaceCamera) -> None:
    camera.show(faces.before_camera("obama"))
    own, sizes = psutil.Process(), []
    for _ in range(30):
        async with checking(camera) as check:
            await run(check)
        sizes.append((own.memory_info().rss, own.num_fds()))
    (start, files), (end, files_after) = sizes[4], sizes[-1]
    assert files == files_after
    assert end - start < 1 << 20, sizes
    assert processes() == {}


def test_the_limits_of_a_check_leave_room_for_the_longest() -> None:
    from drivers.face import lens, worker

    assert worker.CPU_SECONDS > session.MOST_SECONDS + 10
    assert lens.CPU_SECONDS >= session.MOST_SECONDS
