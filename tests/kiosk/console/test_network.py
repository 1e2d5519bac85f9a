"""The network test names the first layer that doesn't work."""

import ssl
from pathlib import Path

import pytest
import trio
from pydantic import HttpUrl

from central.keys import CA, CERTIFICATE, KEY, make_server_keys
from kiosk.console.network import NetworkTest
from kiosk.language import say
from kiosk.settings import CentralSettings, Settings
from kiosk.uplink.errors import Cause, CentralError


class Answers:
    """A server's side of the contract: knows this machine, or not, and the time."""

    clock_offset_seconds: float | None = 0.0
    refuses = False

    async def journal_head(self, kiosk: str) -> None:
        await trio.lowlevel.checkpoint()
        if self.refuses:
            raise CentralError(Cause.REFUSED, "who are you?", status=401)


@pytest.fixture
async def central(
    settings: Settings, tmp_path: Path, nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> CentralSettings:
    """A server with a certificate of its own authority, and a cable that is in."""
    (tmp_path / "net" / "eth0").mkdir(parents=True)
    (tmp_path / "net" / "eth0" / "carrier").write_text("1\n")
    monkeypatch.setattr("kiosk.console.network._NETWORK_DEVICES", tmp_path / "net")
    make_server_keys(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / CERTIFICATE, tmp_path / KEY)

    async def hang_up(stream: trio.SSLStream[trio.SocketStream]) -> None:
        try:
            await stream.do_handshake()
        except trio.BrokenResourceError:  # The client doesn't trust us.
            await trio.aclose_forcefully(stream)

    listeners = await nursery.start(trio.serve_ssl_over_tcp, hang_up, 0, context)
    port = listeners[0].transport_listener.socket.getsockname()[1]
    return settings.central.model_copy(
        update={"url": HttpUrl(f"https://localhost:{port}"), "ca_file": tmp_path / CA, "connect_seconds": 2.0}
    )


async def failing(central: CentralSettings, answers: Answers | None = None) -> list[str]:
    """The layers that failed, and that nothing above them was tried."""
    layers = await NetworkTest(central, answers or Answers(), "kiosk-3").run(lambda text: say(text, "en"))  # type: ignore[arg-type]
    assert [layer.layer for layer in layers] == ["link", "name", "address", "connection", "tls", "server", "clock"]
    results = [layer.result for layer in layers]
    if "failed" in results:
        assert set(results[results.index("failed") + 1 :]) <= {"not_done"}
    assert all(layer.detail for layer in layers if layer.result != "not_done")
    return [layer.layer for layer in layers if layer.result == "failed"]


async def test_a_network_in_order(central: CentralSettings) -> None:
    assert await failing(central) == []


async def test_no_cable(central: CentralSettings, tmp_path: Path) -> None:
    """Nothing above is tried."""
    (tmp_path / "net" / "eth0" / "carrier").write_text("0\n")
    assert await failing(central.model_copy(update={"url": HttpUrl("https://192.0.2.1:8443")})) == ["link"]


async def test_the_name_is_unknown(central: CentralSettings) -> None:
    """No name server is asked for a name that can't be one."""
    assert await failing(central.model_copy(update={"url": HttpUrl("https://nowhere.invalid:8443")})) == ["name"]


async def test_nobody_listens(central: CentralSettings) -> None:
    """The address is right, the server isn't running."""
    with trio.socket.socket() as free:
        await free.bind(("127.0.0.1", 0))
        url = HttpUrl(f"https://127.0.0.1:{free.getsockname()[1]}")
        assert await failing(central.model_copy(update={"url": url})) == ["connection"]


async def test_another_authority(central: CentralSettings, tmp_path: Path) -> None:
    """The certificate isn't one that this machine trusts."""
    other = tmp_path / "other"
    other.mkdir()
    make_server_keys(other)
    assert await failing(central.model_copy(update={"ca_file": other / CA})) == ["tls"]


async def test_a_stranger(central: CentralSettings) -> None:
    """The server doesn't know this machine's secret."""
    answers = Answers()
    answers.refuses = True
    assert await failing(central, answers) == ["server"]


@pytest.mark.parametrize("offset", [None, 61.0, -3600.0])
async def test_a_wrong_clock(central: CentralSettings, offset: float | None) -> None:
    """By the server's, or one that it doesn't tell."""
    answers = Answers()
    answers.clock_offset_seconds = offset
    assert await failing(central, answers) == ["clock"]
