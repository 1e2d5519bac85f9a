"""The virtual camera as a process: its control socket and its stream."""

import base64
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.control import Control, ControlError


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    socket = tmp_path_factory.mktemp("camera") / "control.sock"
    command = [sys.executable, "-m", "simulator.camera", "--control", socket]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3])
    try:
        while not socket.exists():
            assert process.poll() is None
            time.sleep(0.01)
        control = Control(socket)
        yield control
        control.close()
    finally:
        process.terminate()
        status = process.wait(5)
    assert status == 0


def first_picture(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=2) as stream:
        assert stream.headers.get_content_type() == "multipart/x-mixed-replace"
        assert stream.readline() == b"--frame\r\n"
        head = [stream.readline(), stream.readline(), stream.readline()]
        length = int(head[1].split(b":")[1])
        return bytes(stream.read(length))


def test_what_is_shown_is_what_is_sent(control: Control) -> None:
    url = control("state")["url"]
    empty = first_picture(url)
    before = time.monotonic()
    shown_at = control("show", code="ecard:abc", variant="tilt")["at"]
    assert before <= shown_at <= time.monotonic()
    held_up = base64.b64decode(control("picture")["jpeg"])
    assert first_picture(url) == held_up != empty
    assert control("state")["held_up"] is True
    control("hide")
    assert first_picture(url) != held_up
    assert control("state")["held_up"] is False


def test_garbage_is_no_picture(control: Control) -> None:
    control("fail", how="garbage")
    assert first_picture(control("state")["url"])[:2] != b"\xff\xd8"
    control("mend")


def test_unplugged_and_plugged_in_again(control: Control) -> None:
    url = control("state")["url"]
    control("fail", how="unplug")
    with pytest.raises(OSError, match="refused"):
        first_picture(url)
    control("mend")
    assert control("state")["url"] == url
    first_picture(url)


def test_what_it_does_not_know_is_an_error(control: Control) -> None:
    for verb, arguments in (("show", {}), ("show", {"code": "x", "variant": "?"}), ("fail", {"how": "?"}), ("fly", {})):
        with pytest.raises(ControlError):
            control(verb, **arguments)
    assert control("state")["failure"] is None


def test_somebody_stands_there_turns_and_leaves(control: Control) -> None:
    with pytest.raises(ControlError, match="nobody"):
        control("turn", to="left")
    control("stand", face="collins")
    assert (control("state")["face"], control("state")["variant"]) == ("collins", "plain")
    control("turn", to="left")
    control("stand", face="hopper", way="two")
    assert (control("state")["face"], control("state")["variant"]) == ("hopper", "two")
    control("hide")
    assert control("state")["face"] is None
