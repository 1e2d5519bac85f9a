"""The desk's routes: a page with forms for people, JSON with the secret in `Authorization` for programs."""

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
from central.staff.door import COOKIE, LONGEST, Door, Session
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
            return self._login(request, form)
        session = self._door.session(request.cookies.get(COOKIE, ""))
        if session is None:
            return page(_TITLE, login(), status=200 if request.method == "GET" else 401)
        if request.method == "GET" and not path:
            return self._page(session)
        if request.method == "POST" and form.get("token") == session.token:
            return self._do(request, session, path, form)
        return page(_TITLE, "<p>没有这个页面，或者页面过期了。</p>", status=404)

    def _login(self, request: Request, form: dict[str, str]) -> Response:
        wait = self._door.wait(_address(request))
        if wait > 0:
            headers = {"retry-after": str(math.ceil(wait))}
            return page(_TITLE, login("口令错得太多，请过一会儿再试。"), status=429, headers=headers)
        if not self._door.knows(form.get("secret", ""), _address(request)):
            return page(_TITLE, login("口令不对。"), status=403)
        response = RedirectResponse(PATH, 303, _NO_STORE)
        seconds = int(LONGEST.total_seconds())
        response.set_cookie(
            COOKIE, self._door.enter(), max_age=seconds, path="/", secure=True, httponly=True, samesite="strict"
        )
        return response

    def _page(self, session: Session, said: str = "", status: int = 200) -> Response:
        with self._registry.transaction() as transaction:
            waiting = applications.waiting(transaction)
            listed = cases.listing(transaction)
            kiosks = machines.listing(transaction)
        names = {each.id: each.name for each in self._registry.outlets.outlet}
        return page(_TITLE, desk(waiting, listed, kiosks, names, session.token, said), status=status)

    def _do(self, request: Request, session: Session, path: str, form: dict[str, str]) -> Response:
        match path.split("/"):
            case ["logout"]:
                self._door.leave(request.cookies[COOKIE])
                return RedirectResponse(PATH, 303, _NO_STORE)
            case ["applications", number]:
                said = self._decide(number, form.get("decision", ""), form.get("note", ""))
            case ["cases", id] if id.isascii() and id.isdigit():
                said = self._close(int(id[:9]), form.get("what", ""))
            case _:
                return page(_TITLE, "<p>没有这个页面。</p>", status=404)
        return RedirectResponse(PATH, 303, _NO_STORE) if said is None else self._page(session, said, 409)

    def _decide(self, number: str, decision: str, note: str) -> str | None:
        """None: it is decided; else what to tell the clerk."""
        try:
            with self._registry.transaction() as transaction:
                applications.decide(transaction, number, Decision(decision), note)
        except applications.NoSuchApplication:
            return "没有这个申请。"
        except ValueError:
            return "这一步现在不能办：申请的状态变了，或者不通过没有写原因。"
        return None

    def _close(self, case: int, what: str) -> str | None:
        what = "".join(each for each in what if each.isprintable()).strip()
        with self._registry.transaction() as transaction:
            closed = bool(what) and cases.close_case(transaction, case, what[:200])
        return None if closed else "没有这件业务，或者没有写处理结果。"

    async def _api(self, request: Request, path: str) -> Response:
        address = _address(request)
        wait = self._door.wait(address)
        if wait > 0:
            return _no(429, "too many wrong secrets", {"retry-after": str(math.ceil(wait))})
        method, _, secret = request.headers.get("authorization", "").partition(" ")
        if method.lower() != "bearer" or not self._door.knows(secret, address):
            return _no(401, "the staff's secret is needed", {"www-authenticate": "Bearer"})
        match [request.method, *path.split("/")]:
            case ["GET", "applications"]:
                with self._registry.transaction() as transaction:
                    waiting = [to_wire(applications.state_of(each)) for each in applications.waiting(transaction)]
                return JSONResponse({"applications": waiting}, headers=_NO_STORE)
            case ["GET", "machines"]:
                with self._registry.transaction() as transaction:
                    listed = machines.listing(transaction)
                return JSONResponse(jsonable_encoder({"machines": listed}), headers=_NO_STORE)
            case ["POST", "applications", number]:
                return await self._decide_by_api(request, number)
            case _:
                return _no(404, "no such path or method")

    async def _decide_by_api(self, request: Request, number: str) -> Response:
        body = await _body(request)
        try:
            said = json.loads(body)
            decision, note = Decision(said["decision"]), str(said.get("note", ""))
        except (AttributeError, KeyError, TypeError, ValueError):
            return _no(422, 'wanted: {"decision": "approve", "note": ""}')
        try:
            with self._registry.transaction() as transaction:
                decided = applications.decide(transaction, number, decision, note)
        except applications.NoSuchApplication as error:
            return _no(404, str(error))
        except applications.NotNow as error:
            return _no(409, str(error))
        return JSONResponse(to_wire(decided), headers=_NO_STORE)


def _no(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": why}, status, {**_NO_STORE, **(headers or {})})


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


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
