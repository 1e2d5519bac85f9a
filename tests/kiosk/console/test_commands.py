"""The command line: what it prints, and what its exit status says."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import trio
from kiosk_under_test import KioskUnderTest

from kiosk import conditions
from kiosk.console.console import Console
from kiosk.console.roles import Role
from kiosk.console.server import open_socket, serve

KIOSK = Path(sys.executable).with_name("kiosk")
SHIPPED = Path(__file__).parents[3] / "config" / "kiosk.toml"


@pytest.fixture
async def config(kiosk: KioskUnderTest, tmp_path: Path, nursery: trio.Nursery) -> AsyncIterator[Path]:
    """The settings of a running kiosk at which this user is a technician."""
    import grp

    await kiosk.ready.wait()
    await kiosk.at_home()
    console = Console(machine=kiosk.machine, config=SHIPPED, stop=lambda: None)
    groups = {Role.TECHNICIAN: grp.getgrgid(os.getgid()).gr_name}
    path = tmp_path / "kiosk.toml"
    text = SHIPPED.read_text(encoding="utf-8").replace("/run/kiosk/console.socket", str(tmp_path / "console"))
    path.write_text(text, encoding="utf-8")
    with open_socket(tmp_path / "console", None) as listening:
        nursery.start_soon(partial(serve, console, listening, groups, own_uid=os.getuid() + 1))
        yield path


async def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(each) for each in (KIOSK, *arguments)]
    return await trio.to_thread.run_sync(
        lambda: subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    )


async def test_status_and_board(config: Path, kiosk: KioskUnderTest) -> None:
    """A line for people or a monitor, JSON for programs; what is denied is denied in both."""
    fine = await run("status", "--config", config)
    assert (fine.returncode, fine.stdout) == (0, "kiosk-3: in service, 0 now, 0 soon\n")
    kiosk.board.set(conditions.PIN_PAD_FOREIGN, stands=True)
    wrong = await run("status", "--config", config)
    assert wrong.returncode == 3
    assert "now   pin_pad.foreign_key  PIN pad has another key" in wrong.stdout
    board = await run("board", "--config", config, "--json", "--language", "zh")
    [standing] = json.loads(board.stdout)["conditions"]
    assert standing["title"] == "密码键盘的密钥对不上"
    denied = await run("settings-confirm", "--config", config, "--json")
    assert (denied.returncode, json.loads(denied.stdout)["refused"]) == (1, "denied")


async def test_nobody_there(tmp_path: Path) -> None:
    """A line that says which socket, and an exit status of its own."""
    text = SHIPPED.read_text(encoding="utf-8").replace("/run/kiosk/console.socket", str(tmp_path / "console"))
    (tmp_path / "kiosk.toml").write_text(text, encoding="utf-8")
    result = await run("board", "--config", tmp_path / "kiosk.toml")
    assert result.returncode == 2
    assert result.stderr == f"{tmp_path}/console: No such file or directory\n"
