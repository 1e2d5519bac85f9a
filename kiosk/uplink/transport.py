"""How requests reach the central server: `requests` over TLS in a worker thread."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import trio

from kiosk.uplink.body import wipe_body
from kiosk.uplink.errors import Cause, CentralError

if TYPE_CHECKING:
    import requests
    from urllib3 import BaseHTTPResponse
    from urllib3.connectionpool import ConnectionPool

ANSWER_BYTES = 1024 * 1024
"""The longest answer that is read; the longest of the contract has about 1 kB."""

_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL's x509_vfy.h, which Python has no name for.

A kiosk whose clock is off by years must not be locked out, and it has no better clock to ask before it is connected.
What it costs: a certificate's dates mean nothing here, so that a stolen server key stays good until the authority's
file is replaced on every machine. The authority is the bureau's own, trusted for this one server.
"""
_CONNECT_RETRIES = 2
_RETRIED = ("GET", "PUT")


class Transport(Protocol):
    """Carries a request to the central server. Runs of the whole system in one process put their own here."""

    async def request(self, method: str, path: str, body: bytes | bytearray) -> tuple[int, Mapping[str, str], bytes]:
        """Send one request; return the answer's status, its headers by their names in lower case, and its body.

        What `write_body` wrote is of no use afterwards.

        Raises:
            CentralError: There was no answer.
        """
        ...


class HttpsTransport:
    """The real one. A connection is kept for the next request; nothing runs and nothing wakes between two.

    Args:
        url: Where the server is: `https://host:port`.
        ca_file: What its certificate must be signed by (PEM); its dates aren't looked at.
        secret_file: The kiosk's secret; read once, at the first request.
        connect_seconds: How long one attempt to connect may take; GET and PUT try three times.
        read_seconds: How long the server may be silent.

    Raises:
        ValueError: The address is not https.
    """

    def __init__(
        self,
        url: str,
        *,
        ca_file: Path,
        secret_file: Path,
        connect_seconds: float = 2.0,
        read_seconds: float = 5.0,
    ) -> None:
        if not url.startswith("https://"):
            raise ValueError("the central server's address must begin with https://")
        self._url = url.rstrip("/")
        self._ca_file = ca_file
        self._secret_file = secret_file
        self._timeout = (connect_seconds, read_seconds)
        self._session: requests.Session | None = None
        self._opening = trio.Lock()

    async def request(self, method: str, path: str, body: bytes | bytearray) -> tuple[int, Mapping[str, str], bytes]:
        """Send one request; return the answer's status, its headers by their names in lower case, and its body.

        Raises:
            CentralError: There was no answer.
        """
        async with self._opening:
            if self._session is None:
                try:
                    self._session = await trio.to_thread.run_sync(self._open)
                except OSError as error:  # A machine without its secret still serves what needs no server.
                    raise CentralError(Cause.UNREACHABLE, f"the secret file: {error.strerror}") from None
        send = partial(self._send, self._session, method, path, body)
        # A citizen who leaves doesn't wait for a socket: the thread ends by its own timeouts.
        return await trio.to_thread.run_sync(send, abandon_on_cancel=True)

    async def aclose(self) -> None:
        """Close the kept connection; the next request opens another."""
        session, self._session = self._session, None
        if session is not None:
            session.close()
        await trio.lowlevel.checkpoint()

    def _open(self) -> requests.Session:
        # Imported late: 70 ms and 4 MB that the home page doesn't need.
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3 import Retry
        from urllib3.exceptions import MaxRetryError
        from urllib3.util.ssl_ import create_urllib3_context

        class ConnectRetry(Retry):
            """Tries to connect again, and nothing else; and only where a repeat changes nothing."""

            def increment(
                self,
                method: str | None = None,
                url: str | None = None,
                response: BaseHTTPResponse | None = None,
                error: Exception | None = None,
                _pool: ConnectionPool | None = None,
                _stacktrace: TracebackType | None = None,
            ) -> Self:
                if method not in _RETRIED and error is not None and self._is_connection_error(error):
                    raise MaxRetryError(_pool, url or "", error)  # type: ignore[arg-type]
                return super().increment(method, url, response, error, _pool, _stacktrace)

        class ClocklessAdapter(HTTPAdapter):
            """Checks certificates against the bureau's own authority, but not against this machine's clock."""

            def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
                context = create_urllib3_context()
                context.verify_flags |= _NO_CHECK_TIME
                super().init_poolmanager(*arguments, ssl_context=context, **settings)

        retries = ConnectRetry(
            total=None, connect=_CONNECT_RETRIES, read=False, redirect=0, status=0, other=0, backoff_factor=0.1
        )
        session = requests.Session()
        session.trust_env = False  # No proxy, no .netrc: they would send the secret elsewhere.
        session.verify = str(self._ca_file)
        session.headers["Authorization"] = f"Bearer {self._secret_file.read_text().strip()}"
        session.headers["Content-Type"] = "application/json"
        session.mount("https://", ClocklessAdapter(max_retries=retries))
        session.adapters.pop("http://")
        return session

    def _send(
        self, session: requests.Session, method: str, path: str, body: bytes | bytearray
    ) -> tuple[int, Mapping[str, str], bytes]:
        import requests

        # Only the kind of an error is handed on: its text may hold addresses and headers.
        try:
            with session.request(
                method,
                self._url + path,
                data=body,  # type: ignore[arg-type]  # What has a buffer goes out as it is.
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                answer = bytearray()
                for piece in response.iter_content(64 * 1024):
                    answer += piece
                    if len(answer) > ANSWER_BYTES:
                        raise CentralError(Cause.BROKEN, "the answer is too long")
                headers = {name.lower(): value for name, value in response.headers.items()}
                return response.status_code, headers, bytes(answer)
        except requests.exceptions.ConnectTimeout:
            raise CentralError(Cause.UNREACHABLE, "no connection in time") from None
        except requests.exceptions.Timeout:
            raise CentralError(Cause.SLOW, "no answer in time") from None
        except requests.exceptions.ChunkedEncodingError:
            raise CentralError(Cause.HUNG_UP, "the server hung up half-way") from None
        except requests.exceptions.ConnectionError as error:  # Troubles of TLS are among them.
            raise _no_answer(error) from None
        except requests.exceptions.RequestException as error:
            raise CentralError(Cause.BROKEN, f"the answer can't be read ({type(error).__name__})") from None
        except OSError:  # What `requests` raises before it connects.
            raise CentralError(Cause.UNREACHABLE, "the file of trusted certificates can't be read") from None
        finally:  # Here and not where it was written: who gives up waiting leaves the thread to go on sending it.
            wipe_body(body)


def _no_answer(error: requests.exceptions.ConnectionError) -> CentralError:
    import ssl

    from urllib3.exceptions import MaxRetryError, NewConnectionError, ReadTimeoutError, SSLError

    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(reason, ReadTimeoutError):  # While the body was read.
        return CentralError(Cause.SLOW, "the answer stopped half-way")
    if isinstance(reason, NewConnectionError):
        return CentralError(Cause.UNREACHABLE, "nothing answers at the server's address")
    if isinstance(reason, SSLError) and isinstance(reason.args[0], ssl.SSLCertVerificationError):
        return CentralError(Cause.UNREACHABLE, "the server's certificate isn't trusted")
    return CentralError(Cause.HUNG_UP, "the server hung up")
