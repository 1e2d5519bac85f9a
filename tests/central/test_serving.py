"""The real server: a process, a port, TLS."""

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings

from kiosk.uplink import contract

DESCRIPTION = Path(__file__).parent.parent.parent / "docs" / "central-openapi.json"


def test_the_published_description_is_current(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "central", "describe", tmp_path / "now.json"], check=True)
    assert json.loads((tmp_path / "now.json").read_text()) == json.loads(DESCRIPTION.read_text())


def test_plain_http_is_refused_on_loopback(server: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("POST", contract.CARD_STATUS_BY_CARD, b"{}", server.headers)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        connection.getresponse()
    connection.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_is_current(server: Any, version: ssl.TLSVersion) -> None:
    context = ssl.create_default_context(cafile=server.ca)
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(("127.0.0.1", server.port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        assert connection.version() in ("TLSv1.2", "TLSv1.3")


def test_the_certificate_is_for_this_machine_alone(server: Any) -> None:
    context = ssl.create_default_context(cafile=server.ca)
    with (
        socket.create_connection(("127.0.0.1", server.port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="central.example")


def test_what_is_private_is_its_owners_alone(server: Any) -> None:
    for name in ("secret", "server-key.pem", "central.sqlite"):
        assert (server.state / name).stat().st_mode & 0o077 == 0
    assert not list(server.state.glob("*ca*key*")), "the authority's key is forgotten"


def test_keys_that_are_good_stay(server: Any, tmp_path: Path) -> None:
    """A second set-up changes nothing, so a kiosk that runs keeps its access."""
    make = [sys.executable, "-m", "central", "make-keys", "--state", tmp_path, "--kiosk", "k"]
    make += ["--secret-file", tmp_path / "secret"]
    subprocess.run(make, check=True)
    first = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.suffix == ".pem"}
    secret = (tmp_path / "secret").read_bytes()
    subprocess.run(make, check=True)
    assert first == {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.suffix == ".pem"}
    assert secret == (tmp_path / "secret").read_bytes()
    (tmp_path / "secret").write_text("k.forged")
    subprocess.run(make, check=True)
    assert (tmp_path / "secret").read_bytes() not in (secret, b"k.forged")


def test_without_the_flag_there_is_no_hand_on_it(server: Any) -> None:
    unix = [c for c in psutil.Process(server.pid).net_connections("unix") if c.laddr]
    assert unix == []


def test_it_sleeps_when_nobody_asks(server: Any) -> None:
    """No polling: the count of its voluntary switches stands still."""
    process = psutil.Process(server.pid)
    requests.post(server.url + "/", headers=server.headers, verify=server.ca, timeout=5).close()
    psutil.wait_procs([process], timeout=0.3)
    before = process.num_ctx_switches().voluntary
    psutil.wait_procs([process], timeout=1.0)
    assert process.num_ctx_switches().voluntary - before <= 2


def test_it_stops_when_told(tmp_path: Path) -> None:
    secret, port = tmp_path / "secret", tmp_path / "port"
    central = [sys.executable, "-m", "central"]
    subprocess.run([*central, "make-keys", "--state", tmp_path, "--kiosk", "k", "--secret-file", secret], check=True)
    with subprocess.Popen([*central, "--state", tmp_path, "--port-file", port], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        started = json.loads(process.stderr.readline())
        assert (started["event"], started["bench"]) == ("central.serving", False)
        # A kiosk that keeps its connection open must not keep the server from going.
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        with (
            socket.create_connection(("127.0.0.1", started["port"])) as plain,
            context.wrap_socket(plain, server_hostname="localhost"),
        ):
            os.kill(process.pid, signal.SIGTERM)
            assert process.wait(10) in (0, -signal.SIGTERM)


def test_the_service_manager_hears_of_it(tmp_path: Path) -> None:
    """READY once it answers, the watchdog's food in time, STOPPING; its key is wherever the manager put it."""
    central = [sys.executable, "-m", "central"]
    state, apart, port = tmp_path / "state", tmp_path / "credential", tmp_path / "port"
    make = ["make-keys", "--state", state, "--kiosk", "k", "--secret-file", tmp_path / "secret"]
    subprocess.run([*central, *make], check=True)
    (state / "server-key.pem").rename(apart)
    told_by = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000"}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(told_by["NOTIFY_SOCKET"])
        manager.settimeout(60)
        serve = [*central, "--state", state, "--port-file", port, "--key", apart]
        with subprocess.Popen(serve, env=os.environ | told_by, stderr=subprocess.DEVNULL) as process:
            heard = [manager.recv(4096).decode() for _ in range(3)]
            with socket.create_connection(("127.0.0.1", int(port.read_text()))):
                process.terminate()
                while heard[-1] != "STOPPING=1":
                    heard.append(manager.recv(4096).decode())

    assert heard == ["READY=1\nSTATUS=Serving.", *["WATCHDOG=1"] * (len(heard) - 2), "STOPPING=1"]


def test_a_kiosk_is_admitted_beside_the_running_server(server: Any, tmp_path: Path) -> None:
    """Its secret works at once; a second one takes the first one's place when it is first used."""
    admit = [sys.executable, "-m", "central", "admit", "kiosk-9", "--state", server.state, "--secret-file"]

    def answers(secret: str) -> int:
        mine = {**server.headers, "Authorization": f"Bearer {secret}"}
        head = contract.JOURNAL_HEAD.format(kiosk="kiosk-9")
        with requests.get(server.url + head, headers=mine, verify=server.ca, timeout=5) as answer:
            return answer.status_code

    before = {name: (server.state / name).read_bytes() for name in ("server.pem", "server-key.pem")}
    subprocess.run([*admit, tmp_path / "one"], check=True)
    one = (tmp_path / "one").read_text()
    assert answers(one) == 200
    assert subprocess.run([*admit, tmp_path / "one"], capture_output=True).returncode == 2, "never over another"
    subprocess.run([*admit, tmp_path / "two"], check=True)
    assert (tmp_path / "two").stat().st_mode & 0o077 == 0
    assert answers((tmp_path / "two").read_text()) == 200
    assert answers(one) == 401
    assert before == {name: (server.state / name).read_bytes() for name in before}


def test_a_bureau_sets_what_it_sets(tmp_path: Path) -> None:
    """And a mistake is told at once."""
    make = [sys.executable, "-m", "central", "make-keys", "--state", tmp_path, "--kiosk", "k"]
    subprocess.run([*make, "--secret-file", tmp_path / "secret"], check=True)
    (tmp_path / "central.toml").write_text("late_days = 0\n")
    serve = [sys.executable, "-m", "central", "--state", tmp_path]
    told = subprocess.run([*serve, "--settings", tmp_path / "central.toml"], capture_output=True, text=True, timeout=60)
    assert told.returncode == 2
    assert "late_days" in told.stderr
    assert "Traceback" not in told.stderr
    wide = os.environ | {"COLUMNS": "500"}  # A path isn't broken over lines.
    keys = [*serve, "--issuer-keys", tmp_path / "none"]
    told = subprocess.run(keys, capture_output=True, text=True, timeout=60, env=wide)
    assert (told.returncode, "none" in told.stderr) == (2, True), "keys that were named are needed"
    assert settings_of_server(tmp_path, "late_days = 15").late_days == 15


def settings_of_server(folder: Path, text: str) -> Any:
    from central.settings import load

    (folder / "central.toml").write_text(text)
    return load(folder / "central.toml")


@pytest.fixture(scope="module")
def connection() -> Iterator[requests.Session]:
    """Kept open: most of the time would go into handshakes."""
    with requests.Session() as session:
        yield session


schema = schemathesis.openapi.from_path(DESCRIPTION)


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_it_keeps_to_its_description(case: schemathesis.Case, server: Any, connection: requests.Session) -> None:
    """Whatever is sent: no 5xx, no answer that the description doesn't know, nothing without the secret."""
    # A random id is that of another kiosk or differs between path and body: then a refusal is right.
    excluded = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
    case.call_and_validate(base_url=server.url, headers=server.headers, verify=server.ca, excluded_checks=excluded)
