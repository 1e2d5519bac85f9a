"""The camera as a visit uses it: codes that are held up, and a word when it shows nothing."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import structlog
import trio

from drivers.camera.protocol import CameraState
from drivers.errors import DeviceError, Outcome
from kiosk import conditions
from kiosk.conditions import ConditionBoard

log = structlog.get_logger()

_PATIENCE_SECONDS = 6.0
"""A camera that is plugged in has a picture before that, its process's start included; it reopens by itself."""
_RETRY_SECONDS = 60.0


class CameraGone(DeviceError):
    """The camera gives no picture."""


class Camera(Protocol):
    """What `drivers.camera` opens."""

    @property
    def state(self) -> CameraState:
        """How the camera is now."""
        ...

    async def changed(self, seen: CameraState) -> CameraState:
        """Wait until the state is another than `seen`."""
        ...

    async def next_code(self) -> str:
        """Wait for a code to be held up."""
        ...


class CodeReader:
    """Opens the camera for as long as a page needs it, and knows whether it works.

    Args:
        open_camera: Starts the camera's process; it is gone when the block ends.
        board: Learns here when the camera fails.
    """

    def __init__(self, open_camera: Callable[[], AbstractAsyncContextManager[Camera]], board: ConditionBoard) -> None:
        self._open_camera = open_camera
        self._board = board
        self._failed = trio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["OpenCodeReader"]:
        """Have the camera look until the block ends."""
        async with self._open_camera() as camera:
            yield OpenCodeReader(camera, self)

    def failed(self) -> None:
        """Whoever else looked through this camera saw nothing."""
        self._board.set(conditions.CAMERA_GONE, stands=True)
        self._failed.set()

    async def watch(self) -> None:
        """After a failure look again from time to time: a camera says nothing while it isn't open."""
        while True:
            await self._failed.wait()
            self._failed = trio.Event()
            while self._board.closes("e_card"):
                await trio.sleep(_RETRY_SECONDS)
                async with self._open_camera() as camera:
                    await self.wait_for_picture(camera)

    async def wait_for_picture(self, camera: Camera) -> bool:
        """Give the camera its time; what came of it stands on the board."""
        with trio.move_on_after(_PATIENCE_SECONDS):
            while (state := camera.state) is not CameraState.ONLINE:
                await camera.changed(state)
        online = camera.state is CameraState.ONLINE
        if online:
            self._board.set(conditions.CAMERA_GONE, stands=False)
        else:
            self.failed()
        return online


class OpenCodeReader:
    """A camera that looks."""

    def __init__(self, camera: Camera, reader: CodeReader) -> None:
        self._camera = camera
        self._reader = reader

    async def next_code(self) -> str:
        """Wait for a code to be held up.

        Raises:
            CameraGone: There is no picture, and it didn't come back by itself.
        """
        code = ""
        async with trio.open_nursery() as nursery:

            async def read() -> None:
                nonlocal code
                code = await self._camera.next_code()
                nursery.cancel_scope.cancel()

            async def mind() -> None:
                while await self._reader.wait_for_picture(self._camera):
                    await self._camera.changed(CameraState.ONLINE)
                nursery.cancel_scope.cancel()

            nursery.start_soon(read)
            nursery.start_soon(mind)
        if not code:
            raise CameraGone("the camera gives no picture", outcome=Outcome.NOT_DONE)
        return code
