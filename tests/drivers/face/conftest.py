"""A camera of its own process that shows faces."""

from collections.abc import Iterator

import faces
import pytest


@pytest.fixture(scope="session")
def camera_process() -> Iterator[faces.FaceCamera]:
    with faces.face_camera() as camera:
        yield camera


@pytest.fixture
def camera(camera_process: faces.FaceCamera) -> faces.FaceCamera:
    """Nobody is before it."""
    camera_process.show_lobby()
    return camera_process
