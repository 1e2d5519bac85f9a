"""The desk's routes: a page with forms for people, JSON for programs, which show name and secret with each request."""

import base64
import binascii
import json
import math
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi.encoders import jsonable_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from central import applications, cases, machines
from central.application_stages import Decision
from central.html import page
from central.registry import Registry
from central.staff.door import COOKIE, LONGEST, Door, MustWait, Session, WrongSecret
from central.staff.pages import desk, login
from kiosk.uplink.contract import to_wire

PATH = "/staff"
BODY_BYTES = 8 * 1024
_TITLE = "社保卡自助机 · 工作台"
_NO_STORE = {"cache-control": "no-store"}


class Desk:
    """Answers everything below `/staff`."""

    def __init__(self, registry: Registry, door: Door) -> None:
        self._registry = registry
        self._door = door

    async def answer(self, request: Request) -> Response:
        """One request."""
        path = request.url.path.removeprefix(PATH).strip("/")
        if path.startswith("api/"):
            return await self._api(request, path.removeprefix("api/"))
        if not _same_origin(request):
            return page(_TITLE, "<p>请从工作台里操作。</p>", status=403)
        form = await _form(request)
        if (request.method, path) == ("POST", "login"):
            return await self._login(request, form)
        session = self._door.session(request.cookies.get(COOKIE, ""))
        if session is None:
            return page(_TITLE, login(), status=200 if request.method == "GET" else 401)
        if request.method == "GET" and not path:
            return self._page(session)
        if request.method == "POST" and form.get("token") == session.token:
            return self._do(request, session, path, form)
        return page(_TITLE, "<p>没有这个页面，或者页面过期了。</p>", status=404)

    async def _login(self, request: Request, form: dict[str, str]) -> Response:
        clerk = form.get("clerk", "").strip()
        try:
            since = await self._door.check(clerk, form.get("secret", ""), _address(request))
        except MustWait as wait:
            headers = {"retry-after": str(math.ceil(wait.seconds))}
            return page(_TITLE, login("口令错得太多，请过一会儿再试。"), status=429, headers=headers)
        except WrongSecret:
            return page(_TITLE, login("账号或口令不对。"), status=403)
        response = RedirectResponse(PATH, 303, _NO_STORE)
        seconds, shown = int(LONGEST.total_seconds()), self._door.enter(clerk, since)
        response.set_cookie(COOKIE, shown, max_age=seconds, path="/", secure=True, httponly=True, samesite="strict")
        return response

    def _page(self, session: Session, said: str = "", status: int = 200) -> Response:
        with self._registry.transaction() as transaction:
            waiting = applications.waiting(transaction)
            decided = applications.lately_decided(transaction)
            listed = cases.listing(transaction)
            kiosks = machines.listing(transaction)
        names = {each.id: each.name for each in self._registry.outlets.outlet}
        body = desk(session.clerk, waiting, decided, listed, kiosks, names, session.token, said)
        return page(_TITLE, body, status=status)

    def _do(self, request: Request, session: Session, path: str, form: dict[str, str]) -> Response:
        match path.split("/"):
            case ["logout"]:
                self._door.leave(request.cookies[COOKIE])
                return RedirectResponse(PATH, 303, _NO_STORE)
            case ["applications", number]:
                said = self._decide(session.clerk, number, form.get("decision", ""), form.get("note", ""))
            case ["cases", id] if id.isascii() and id.isdigit():
                said = self._close(session.clerk, int(id[:9]), form.get("what", ""))
            case _:
                return page(_TITLE, "<p>没有这个页面。</p>", status=404)
        return RedirectResponse(PATH, 303, _NO_STORE) if said is None else self._page(session, said, 409)

    def _decide(self, clerk: str, number: str, decision: str, note: str) -> str | None:
        """None: it is decided; else what to tell the clerk."""
        try:
            with self._registry.transaction() as transaction:
                applications.decide(transaction, number, Decision(decision), note, by=clerk)
        except applications.NoSuchApplication:
            return "没有这个申请。"
        except ValueError:
            return "这一步现在不能办：申请的状态变了，或者不通过没有写原因。"
        return None

    def _close(self, clerk: str, case: int, what: str) -> str | None:
        what = "".join(each for each in what if each.isprintable()).strip()
        with self._registry.transaction() as transaction:
            closed = bool(what) and cases.close_case(transaction, case, what[:200], clerk)
        return None if closed else "没有这件业务，或者没有写处理结果。"

    async def _api(self, request: Request, path: str) -> Response:
        clerk, secret = _name_and_secret(request.headers.get("authorization", ""))
        try:
            if not clerk:
                raise WrongSecret  # Nothing was tried.
            await self._door.check(clerk, secret, _address(request))
        except MustWait as wait:
            return _no(429, "too many wrong secrets", {"retry-after": str(math.ceil(wait.seconds))})
        except WrongSecret:
            return _no(401, "an account's name and secret are needed", {"www-authenticate": 'Basic realm="staff"'})
        match [request.method, *path.split("/")]:
            case ["GET", "applications"]:
                with self._registry.transaction() as transaction:
                    waiting = [to_wire(applications.state_of(each)) for each in applications.waiting(transaction)]
                return JSONResponse({"applications": waiting}, headers=_NO_STORE)
            case ["GET", "applications", number]:
                return self._application(number)
            case ["GET", "machines"]:
                with self._registry.transaction() as transaction:
                    listed = machines.listing(transaction)
                return JSONResponse(jsonable_encoder({"machines": listed}), headers=_NO_STORE)
            case ["POST", "applications", number]:
                return await self._decide_by_api(request, clerk, number)
            case _:
                return _no(404, "no such path or method")

    def _application(self, number: str) -> Response:
        try:
            with self._registry.transaction() as transaction:
                state = to_wire(applications.state_of(applications.find(transaction, number)))
                decided = applications.decisions(transaction, number)
        except applications.NoSuchApplication as error:
            return _no(404, str(error))
        steps = [{"decision": each.decision, "by": each.by, "at": each.at.isoformat()} for each in decided]
        return JSONResponse({**state, "decisions": steps}, headers=_NO_STORE)

    async def _decide_by_api(self, request: Request, clerk: str, number: str) -> Response:
        body = await _body(request)
        try:
            said = json.loads(body)
            decision, note = Decision(said["decision"]), str(said.get("note", ""))
        except (AttributeError, KeyError, TypeError, ValueError):
            return _no(422, 'wanted: {"decision": "approve", "note": ""}')
        try:
            with self._registry.transaction() as transaction:
                decided = applications.decide(transaction, number, decision, note, by=clerk)
        except applications.NoSuchApplication as error:
            return _no(404, str(error))
        except applications.NotNow as error:
            return _no(409, str(error))
        return JSONResponse(to_wire(decided), headers=_NO_STORE)


def _no(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": why}, status, {**_NO_STORE, **(headers or {})})


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _name_and_secret(authorization: str) -> tuple[str, str]:
    """Of the `Basic` scheme (RFC 7617); both empty where it is none."""
    method, _, shown = authorization.partition(" ")
    try:
        told = base64.b64decode(shown.strip(), validate=True).decode() if method.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        told = ""
    name, _, secret = told.partition(":")
    return name, secret


def _same_origin(request: Request) -> bool:
    """Whether a form comes from a page of this server's own, as far as the browser says."""
    if request.method in ("GET", "HEAD"):
        return True
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def _form(request: Request) -> dict[str, str]:
    if request.method != "POST":
        return {}
    fields: dict[str, Any] = parse_qs((await _body(request)).decode("utf-8", "replace"), max_num_fields=10)
    return {name: values[0] for name, values in fields.items()}


async def _body(request: Request) -> bytes:
    """The body; nothing of one that is too long."""
    body, more = bytearray(), True
    while more and len(body) <= BODY_BYTES:
        message = await request.receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return b"" if len(body) > BODY_BYTES else bytes(body)
