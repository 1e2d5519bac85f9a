"""The way to the central server, layer by layer: the first that fails says where to look."""

import datetime
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import trio
from cryptography import x509

from kiosk.console.action import Message
from kiosk.settings import CentralSettings
from kiosk.text import T, Text
from kiosk.uplink.client import Central
from kiosk.uplink.errors import Cause, CentralError

_NETWORK_DEVICES = Path("/sys/class/net")
_NO_CHECK_TIME = 0x200000  # As in `kiosk.uplink.transport`: a wrong clock must not hide what else is wrong.
CLOCK_SECONDS = 60.0

LAYERS = {
    "link": T("网线和网卡"),
    "name": T("服务器的名字"),
    "address": T("本机地址"),
    "connection": T("连到服务器"),
    "tls": T("服务器的证书"),
    "server": T("服务器的回答"),
    "clock": T("时钟"),
}
"""From the cable up."""

_NO_ANSWER = {
    Cause.UNREACHABLE: T("连不上了"),
    Cause.HUNG_UP: T("没有答完就断了"),
    Cause.SLOW: T("没有按时回答"),
    Cause.REFUSED: T("服务器不认本机：看看名字和密钥"),
    Cause.BROKEN: T("服务器出了毛病"),
}


class Layer(Message):
    """What came of one layer."""

    layer: str
    title: str
    result: str
    """`passed`, `failed`, or `not_done` where one below failed."""
    detail: str
    milliseconds: int


class Broken(Exception):
    """The layer doesn't work.

    Args:
        why: For a technician.
    """

    def __init__(self, why: Text) -> None:
        super().__init__(why.message)
        self.why = why


class NetworkTest:
    """One walk from the cable to the server.

    Args:
        settings: Where the server is.
        central: Asks it.
        machine: This machine's name in the fleet.
    """

    def __init__(self, settings: CentralSettings, central: Central, machine: str) -> None:
        self._settings = settings
        self._central = central
        self._machine = machine
        self._host = settings.url.host or ""
        self._port = settings.url.port or 443
        self._address = ""

    async def run(self, say: Callable[[Text], str]) -> tuple[Layer, ...]:
        """Try each layer that the ones below it carry."""
        steps: dict[str, Callable[[], Awaitable[Text]]] = {
            "link": self._link,
            "name": self._name,
            "address": self._own_address,
            "connection": self._connection,
            "tls": self._tls,
            "server": self._server,
            "clock": self._clock,
        }
        found: dict[str, Layer] = {}
        for layer, step in steps.items():
            if any(below.result == "failed" for below in found.values()):
                found[layer] = self._layer(layer, "not_done", "", 0.0, say)
                continue
            began = time.monotonic()
            try:
                detail, result = say(await step()), "passed"
            except Broken as broken:
                detail, result = say(broken.why), "failed"
            found[layer] = self._layer(layer, result, detail, time.monotonic() - began, say)
        return tuple(found.values())

    @staticmethod
    def _layer(layer: str, result: str, detail: str, seconds: float, say: Callable[[Text], str]) -> Layer:
        title = say(LAYERS[layer])
        return Layer(layer=layer, title=title, result=result, detail=detail, milliseconds=round(seconds * 1000))

    async def _link(self) -> Text:
        await trio.lowlevel.checkpoint()
        up = sorted(device.name for device in _NETWORK_DEVICES.iterdir() if device.name != "lo" and _carries(device))
        if not up and self._host not in ("localhost", "127.0.0.1", "::1"):
            raise Broken(T("没有一块网卡接通：看看网线和交换机"))
        return T("接通的网卡：{names}", names=", ".join(up) or "lo")

    async def _name(self) -> Text:
        try:
            with trio.fail_after(self._settings.connect_seconds):
                found = await trio.to_thread.run_sync(
                    lambda: socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM), abandon_on_cancel=True
                )
        except socket.gaierror:
            raise Broken(T("找不到 {host} 的地址：看看名字服务器", host=self._host)) from None
        except trio.TooSlowError:
            raise Broken(T("名字服务器没有回答")) from None
        self._address = str(found[0][4][0])
        return T("{host} 是 {address}", host=self._host, address=self._address)

    async def _own_address(self) -> Text:
        """The address that a packet to the server would leave from; none is sent."""
        await trio.lowlevel.checkpoint()
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((self._address, self._port))
            except OSError:
                raise Broken(T("没有到 {address} 的路：看看本机地址和网关", address=self._address)) from None
            return T("本机地址 {address}", address=str(probe.getsockname()[0]))

    async def _connection(self) -> Text:
        try:
            with trio.fail_after(self._settings.connect_seconds):
                stream = await trio.open_tcp_stream(self._address, self._port)
        except trio.TooSlowError:
            raise Broken(T("{address} 没有回答：防火墙，或者服务器没有开", address=self._address)) from None
        except OSError:
            raise Broken(T("{address} 拒绝连接：服务器没有运行", address=self._address)) from None
        await stream.aclose()
        return T("端口 {port} 接通", port=self._port)

    async def _tls(self) -> Text:
        try:
            with trio.fail_after(self._settings.connect_seconds + self._settings.read_seconds):
                der = await self._server_certificate()
        except (OSError, trio.BrokenResourceError) as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise Broken(T("服务器的证书不可信：{why}", why=error.__cause__.verify_message)) from None
            raise Broken(T("加密连接建不起来，或者信任的证书读不出")) from None
        except trio.TooSlowError:
            raise Broken(T("加密连接没有回答")) from None
        until = x509.load_der_x509_certificate(der).not_valid_after_utc
        return T("证书到 {day} 为止", day=datetime.date(until.year, until.month, until.day))

    async def _server_certificate(self) -> bytes:
        context = ssl.create_default_context(cafile=str(self._settings.ca_file))
        context.verify_flags |= _NO_CHECK_TIME
        tcp = await trio.open_tcp_stream(self._address, self._port)
        async with trio.SSLStream(tcp, context, server_hostname=self._host, https_compatible=True) as stream:
            await stream.do_handshake()
            return bytes(stream.getpeercert(binary_form=True))

    async def _server(self) -> Text:
        try:
            await self._central.journal_head(self._machine)
        except CentralError as error:
            raise Broken(_NO_ANSWER[error.cause]) from None
        return T("服务器认识本机")

    async def _clock(self) -> Text:
        await trio.lowlevel.checkpoint()
        offset = self._central.clock_offset_seconds
        if offset is None:
            raise Broken(T("服务器没有说时间"))
        if abs(offset) > CLOCK_SECONDS:
            raise Broken(T("和服务器差 {n} 秒：看看 timedatectl", n=round(offset)))
        return T("和服务器差 {n} 秒", n=round(offset))


def _carries(device: Path) -> bool:
    """Whether a network device is up and its cable carries something."""
    try:
        return (device / "carrier").read_text().strip() == "1"
    except OSError:  # It is down.
        return False
