"""The camera that reads codes which citizens hold up.

It works in a process of its own (`worker`), started when a page needs it and gone after: OpenCV costs memory
that the home page doesn't need. What it sees comes over a pipe (`protocol`) to `open_camera` (`session`).
"""

from drivers.camera.protocol import CameraState
from drivers.camera.session import Camera, open_camera

__all__ = ["Camera", "CameraState", "open_camera"]
