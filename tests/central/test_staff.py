"""The staff's desk: who comes in, what they see, what they do."""

import json
import re
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from asgi import Answered, fetch
from fleet import Fleet

from central import cases
from central.staff import accounts
from central.staff.door import IDLE, LONGEST, MOST_SESSIONS, Door
from central.web import build

CLERK, OTHER = "wang.li", "zhao.min"
ORIGIN = {"host": "kiosk.example", "origin": "https://kiosk.example"}


class Bureau(Fleet):
    """A server at which two clerks have accounts."""

    def __init__(self) -> None:
        super().__init__()
        with self.registry.transaction() as transaction:
            self.secrets = {name: accounts.put(transaction, name) for name in (CLERK, OTHER)}

    def basic(self, name: str = CLERK, secret: str | None = None) -> dict[str, str]:
        """What a program shows with each request."""
        shown = b64encode(f"{name}:{self.secrets[name] if secret is None else secret}".encode()).decode()
        return {"authorization": f"Basic {shown}"}

    def account(self, name: str = CLERK) -> Any:
        """As it is held."""
        with self.registry.transaction() as transaction:
            return accounts.find(transaction, name)


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """With hashes that cost little; what they cost in service is another test's."""
    monkeypatch.setattr(accounts, "N", 2)
    return Bureau()


class Browser:
    """Somebody of the bureau's, at their own address."""

    def __init__(self, fleet: Bureau, app: Any = None, address: str = "192.0.2.1") -> None:
        self.app = app or build(fleet.registry)
        self.secrets = fleet.secrets
        self.address = address
        self.cookie = ""
        self.page = ""

    async def get(self, path: str = "/staff") -> Answered:
        """Look at a page."""
        return self._seen(await fetch(self.app, "GET", path, headers=self._headers(), address=self.address))

    async def post(self, path: str, headers: dict[str, str] | None = None, **form: str) -> Answered:
        """Send a form of the page that is shown, with its token."""
        token = re.search(r'name=token value="([^"]+)"', self.page)
        fields = ({"token": token[1]} if token else {}) | form
        sent = {**self._headers(), **ORIGIN, **(headers or {})}
        return self._seen(await fetch(self.app, "POST", path, headers=sent, form=fields, address=self.address))

    async def enter(self, secret: str | None = None, clerk: str = CLERK) -> Answered:
        """Come in, and look at the desk."""
        secret = self.secrets[clerk] if secret is None else secret
        answer = await self.post("/staff/login", clerk=clerk, secret=secret)
        return await self.get() if answer.status == 303 else answer

    def _headers(self) -> dict[str, str]:
        return {"cookie": self.cookie} if self.cookie else {}

    def _seen(self, answer: Answered) -> Answered:
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        if answer.body:
            self.page = answer.text
        return answer


def applicant(fleet: Bureau, name: str = "<i>张建国") -> Any:
    return fleet.add_card(person_id=fleet.add_person(name=name, phone="13800138000", photo=b"jpeg"))


async def test_the_secret_lets_in(fleet: Bureau) -> None:
    browser = Browser(fleet)
    answer = await browser.get()
    assert "账号" in answer.text
    answer = await browser.post("/staff/login", clerk=CLERK, secret=fleet.secrets[CLERK])
    cookie = answer.headers["set-cookie"]
    assert answer.status == 303
    assert cookie.startswith("__Host-staff=")
    for wanted in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert wanted in cookie
    assert "待发消息" in (await browser.get()).text
    answer = await browser.post("/staff/logout")
    assert answer.status == 303
    assert "账号" in (await browser.get()).text


async def test_an_address_that_guesses_waits(fleet: Bureau) -> None:
    """Five wrong ones, then not even the right one for a while; somebody elsewhere isn't held up."""
    browser = Browser(fleet)
    assert [(await browser.enter("wrong", "nobody")).status for _ in range(6)] == [403] * 5 + [429]
    assert (await browser.enter()).status == 429
    api = await fetch(browser.app, "GET", "/staff/api/applications", headers=fleet.basic())
    assert (api.status, api.headers["retry-after"]) == (429, "900")
    assert (await Browser(fleet, browser.app, "192.0.2.2").enter()).status == 200
    fleet.now += timedelta(minutes=15)
    assert (await browser.enter()).status == 200


async def test_an_account_whose_secret_is_guessed_waits(fleet: Bureau) -> None:
    """Wherever it is guessed from; longer each time, until it is right once. The others' don't."""
    app = build(fleet.registry)
    elsewhere = (Browser(fleet, app, f"192.0.2.{n}") for n in range(100))
    for wait in (0, 0, 0, 30, 60, 120):
        assert (await next(elsewhere).enter("wrong")).status == 403
        if wait:
            held_up = await next(elsewhere).enter()
            assert (held_up.status, held_up.headers["retry-after"]) == (429, str(wait))
        assert (await next(elsewhere).enter(clerk=OTHER)).status == 200
        fleet.now += timedelta(seconds=wait)
    assert (await next(elsewhere).enter()).status == 200
    assert (fleet.account().wrong, fleet.account().waits_until) == (0, None)


def test_no_account_waits_for_more_than_an_hour(fleet: Bureau) -> None:
    with fleet.registry.transaction() as transaction:
        for _ in range(60):
            accounts.tried(transaction, CLERK, right=False)
    assert fleet.account().waits_until == fleet.now + accounts.LONGEST_WAIT


async def test_who_has_left_is_out(fleet: Bureau) -> None:
    """At once, also where they are in; what they decided stays theirs. So is who has another secret."""
    number = fleet.apply(applicant(fleet), "sms_subscribe")["number"]
    browser = Browser(fleet)
    await browser.enter()
    assert (await browser.post(f"/staff/applications/{number}", decision="approve")).status == 303
    with fleet.registry.transaction() as transaction:
        assert accounts.close(transaction, CLERK)
        assert not accounts.close(transaction, CLERK)
        assert not accounts.close(transaction, "nobody")
    assert "账号" in (await browser.get()).text
    assert (await browser.enter()).status == 403
    other = Browser(fleet, browser.app, "192.0.2.2")
    assert "wang.li" in (await other.enter(clerk=OTHER)).text
    fleet.now += timedelta(minutes=1)
    with fleet.registry.transaction() as transaction:
        fleet.secrets = {name: accounts.put(transaction, name) for name in (CLERK, OTHER)}
    assert "账号" in (await other.get()).text
    assert (await Browser(fleet, browser.app, "192.0.2.3").enter()).status == 200


@pytest.mark.parametrize("name", ["", "w", "Wang", "王丽", "wang li", "1wang", "w" * 33, "wang\n"])
def test_no_name_of_an_account(fleet: Bureau, name: str) -> None:
    with fleet.registry.transaction() as transaction, pytest.raises(accounts.NameRefused):
        accounts.put(transaction, name)


def test_the_hash_is_scrypt_with_published_parameters() -> None:
    """Those of RFC 7914's third vector (section 12), of which the first half is kept."""
    vector = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
    assert accounts.hash_of("pleaseletmein", b"SodiumChloride").hex() == vector


def test_a_secret_is_kept_nowhere(fleet: Bureau) -> None:
    """Its hash is; two accounts with one secret would have different ones."""
    with fleet.registry.engine.connect() as connection:
        held = str(connection.exec_driver_sql("SELECT * FROM clerks").all())
    assert all(secret not in held for secret in fleet.secrets.values())
    account = fleet.account()
    assert account.hash == accounts.hash_of(fleet.secrets[CLERK], account.salt)
    assert account.salt != fleet.account(OTHER).salt


@pytest.mark.parametrize(
    ("seconds", "times", "still"),
    [
        (IDLE.total_seconds() - 1, 2, True),
        (IDLE.total_seconds(), 1, False),
        (IDLE.total_seconds() - 1, LONGEST // IDLE + 1, False),
    ],
)
async def test_a_session_ends(fleet: Bureau, seconds: float, times: int, still: bool) -> None:
    browser = Browser(fleet)
    await browser.enter()
    for _ in range(times):
        fleet.now += timedelta(seconds=seconds)
        answer = await browser.get()
    assert ("待发消息" in answer.text) is still


async def test_an_application_is_decided(fleet: Bureau) -> None:
    """From the page, whose table says what is possible; what is shown of a person is what tells them apart."""
    number = fleet.apply(applicant(fleet), "replacement", delivery="collect", outlet="centre", reason="damaged")[
        "number"
    ]
    browser = Browser(fleet)
    page = (await browser.enter()).text
    for shown in (number, "补领社保卡", "&lt;*", "待审核", "自取 · 中心 · 损坏", "value=approve", "value=refuse"):
        assert shown in page
    assert "建国" not in page
    assert "value=made" not in page
    answer = await browser.post(f"/staff/applications/{number}", decision="refuse", note="")
    assert answer.status == 409
    assert "没有写原因" in answer.text
    assert (await browser.post(f"/staff/applications/{number}", decision="approve")).status == 303
    page = (await browser.get()).text
    assert "制卡中" in page
    assert "value=made" in page
    assert f"<td>{number}</td><td>补领社保卡</td><td>通过</td><td>{CLERK}</td>" in page
    assert (await browser.post(f"/staff/applications/{number}", decision="approve")).status == 409
    assert (await browser.post(f"/staff/applications/{number}", decision="nonsense")).status == 409
    assert "没有这个申请" in (await browser.post("/staff/applications/1", decision="approve")).text


async def test_a_case_is_closed(fleet: Bureau) -> None:
    card = fleet.add_card()
    fleet.tell(fleet.outcome(fleet.intent("pin_change", card), "in_doubt"))
    browser = Browser(fleet)
    assert "never_opened" in (await browser.enter()).text
    assert (await browser.post("/staff/cases/1", what=" ")).status == 409
    assert (await browser.post("/staff/cases/1", what="问过本人，没有改\x00")).status == 303
    assert fleet.cases() == []
    with fleet.registry.transaction() as transaction:
        assert [each.closed_by for each in cases.listing(transaction, closed=True)] == [CLERK]
    assert (await browser.post("/staff/cases/1", what="x")).status == 409
    assert "never_opened" not in (await browser.get()).text


async def test_machines_are_listed(fleet: Bureau) -> None:
    beat = {"kiosk": "kiosk-2", "version": "9.9", "boot": 1, "sequence": 1, "outbox_length": 7}
    beat["conditions"] = [{"id": "receipt_printer.paper_out", "since": "2026-03-01T09:00:00Z"}]
    boot = {"boot": 4, "sequence": 2, "at": "2026-03-01T07:30:00Z", "reason": "power", "version": "9.9"}
    boot |= {"version_before": "9.8", "clock_jump_seconds": -60, "recovery": "whole", "not_done": 0, "in_doubt": 1}
    beat["boots"] = [boot]
    assert fleet.ask("kiosk-2", "PUT", "/v1/kiosks/kiosk-2/heartbeat", beat)[0] == 200
    page = (await Browser(fleet).enter()).text
    for shown in ("kiosk-1", "kiosk-2", "9.9", "2026-03-01 09:00 UTC", "receipt_printer.paper_out"):
        assert shown in page
    for shown in ("2026-03-01 07:30 UTC", "断电之后", "版本 9.8 → 9.9", "时钟拨动 -60 秒", "说不准 1 件"):
        assert shown in page
    answer = await fetch(Browser(fleet).app, "GET", "/staff/api/machines", headers=fleet.basic())
    machines = {each["name"]: each for each in json.loads(answer.body)["machines"]}
    assert machines["kiosk-1"]["boots"] == []
    [began] = machines["kiosk-2"]["boots"]
    assert (began["reason"], began["at"], began["in_doubt"]) == ("power", "2026-03-01T07:30:00+00:00", 1)


async def test_only_a_form_of_the_desk_itself_does_anything(fleet: Bureau) -> None:
    """Not without a session, not with another's token, not from another site's page."""
    number = fleet.apply(applicant(fleet), "sms_subscribe")["number"]
    path, browser = f"/staff/applications/{number}", Browser(fleet)
    assert (await browser.post(path, decision="approve")).status == 401
    await browser.enter()
    assert (await browser.post(path, token="another's", decision="approve")).status == 404
    assert (await browser.post(path, headers={"origin": "https://evil.example"}, decision="approve")).status == 403
    assert (
        await browser.post("/staff/login", headers={"origin": "null"}, clerk=CLERK, secret=fleet.secrets[CLERK])
    ).status == 403
    for nothing in ("/staff/nothing", "/staff/cases/x", "/staff/cases/１"):
        await browser.get()
        assert (await browser.post(nothing)).status == 404
    assert (await browser.get("/staff/nothing")).status == 404
    long = await fetch(browser.app, "POST", path, headers={"cookie": browser.cookie}, body=b"token=" + b"x" * 10_000)
    assert long.status == 404
    with fleet.registry.transaction() as transaction:
        assert transaction.connection.exec_driver_sql("SELECT stage FROM applications").scalar() == "under_review"


async def test_a_program_decides_by_the_api(fleet: Bureau) -> None:
    number = fleet.apply(applicant(fleet), "sms_subscribe")["number"]
    app = build(fleet.registry)

    async def post(body: bytes, path: str = f"/staff/api/applications/{number}") -> tuple[int, Any]:
        answer = await fetch(app, "POST", path, headers=fleet.basic(), body=body)
        return answer.status, json.loads(answer.body)

    listed = await fetch(app, "GET", "/staff/api/applications", headers=fleet.basic())
    (waiting,) = json.loads(listed.body)["applications"]
    assert (waiting["number"], waiting["state"], "name" in waiting) == (number, "under_review", False)
    for nonsense in (b"", b"[]", b"{}", b'{"decision": "x"}', b'"x"', b"\xff", b'{"decision": ["approve"]}'):
        assert (await post(nonsense))[0] == 422
    assert (await post(b'{"decision": "refuse"}'))[0] == 409
    status, told = await post(b'{"decision": "refuse", "note": "\\ud800\\u0000no"}')
    assert (status, told["state"], told["note"]) == (200, "refused", "no")
    assert (await post(b'{"decision": "approve"}'))[0] == 409
    seen = await fetch(app, "GET", f"/staff/api/applications/{number}", headers=fleet.basic(OTHER))
    assert [(each["decision"], each["by"]) for each in json.loads(seen.body)["decisions"]] == [("refuse", CLERK)]
    assert (await fetch(app, "GET", "/staff/api/applications/1", headers=fleet.basic())).status == 404
    assert (await post(b'{"decision": "approve"}', "/staff/api/applications/202600000009"))[0] == 404
    assert (await post(b"", "/staff/api/nothing"))[0] == 404
    none = [{}, {"authorization": "Bearer x"}, {"authorization": "Basic ?"}]
    for wrong in (*none, fleet.basic(secret="x"), fleet.basic("nobody", "x")):
        assert (await fetch(app, "GET", "/staff/api/applications", headers=wrong)).status == 401


async def test_the_desk_is_there_over_tls_alone(fleet: Bureau) -> None:
    assert (await fetch(build(fleet.registry), "GET", "/staff", scheme="http")).status == 403


def test_so_many_sessions_at_a_time(fleet: Bureau) -> None:
    door = Door(fleet.registry)
    since = fleet.account().opened_at
    first, *others = [door.enter(CLERK, since) for _ in range(MOST_SESSIONS + 1)]
    assert door.session(first) is None
    assert all(door.session(each) for each in others)
