"""The published contract over HTTP: the routes, and the gate that every request passes first.

Every endpoint is a coroutine that calls the registry directly: one at a time, so the database has one writer,
and a run in one process needs no threads.
"""

from typing import Any

from fastapi import FastAPI, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from central.gate import Gate, problem
from central.registry import Refused, Registry
from kiosk.uplink import contract
from kiosk.uplink.contract import (
    Acknowledged,
    CardRecord,
    CardReference,
    ConditionReport,
    ECardQuery,
    FormerAcknowledged,
    Heartbeat,
    PinChangeReport,
    Problem,
    ProblemType,
    StaffCall,
)

STATUS = {
    ProblemType.CARD_UNKNOWN: 404,
    ProblemType.CODE_FOREIGN: 404,
    ProblemType.CODE_EXPIRED: 410,
    ProblemType.MEDICAL_CODE: 422,
    ProblemType.OPERATION_CONFLICT: 422,
    ProblemType.NOT_THIS_KIOSK: 403,
    ProblemType.INVALID: 422,
}
"""The HTTP status of each refusal."""


def build(registry: Registry) -> ASGIApp:
    """The server as an ASGI application: the gate, and the routes behind it."""
    return Gate(routes(registry), registry)


def routes(registry: Registry) -> FastAPI:
    """The routes alone. Only behind the gate do they know which kiosk asks."""
    app = FastAPI(
        title="Central server of the social security card kiosks",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # The description is published as a file.
        dependencies=[Security(HTTPBearer(auto_error=False, description="The kiosk's own secret."))],
        responses={code: {"model": Problem} for code in (400, 401, 403, 404, 413, 422)},
    )

    @app.post(contract.CARD_STATUS_BY_CARD, response_model=CardRecord)
    async def card_status_by_card(reference: CardReference) -> Response:
        """The record of a card that someone holds."""
        return _answer(registry.card_by_reference(reference))

    @app.post(contract.CARD_STATUS_BY_E_CARD, response_model=CardRecord, responses={410: {"model": Problem}})
    async def card_status_by_e_card(query: ECardQuery) -> Response:
        """The record of the card in use of whoever holds up an e-card code."""
        return _answer(registry.card_by_e_card(query))

    @app.put(contract.FORMER_OPERATION, response_model=FormerAcknowledged)
    async def report_operation(operation_id: str, report: PinChangeReport, request: Request) -> Response:
        """Store what became of an operation. A repeat gets the same bytes; another payload is refused."""
        _require_kiosk(request, report.kiosk)
        _require_same(operation_id, str(report.operation_id), "operation_id")
        return _json(registry.take_pin_change(report))

    @app.put(contract.HEARTBEAT, response_model=Acknowledged)
    async def heartbeat(kiosk: str, beat: Heartbeat, request: Request) -> Response:
        """Note that a kiosk lives."""
        _require_kiosk(request, kiosk)
        _require_kiosk(request, beat.kiosk)
        return _answer(registry.take_heartbeat(beat))

    @app.put(contract.CONDITIONS, response_model=Acknowledged)
    async def conditions(kiosk: str, report: ConditionReport, request: Request) -> Response:
        """Note every condition that stands at a kiosk."""
        _require_kiosk(request, kiosk)
        _require_kiosk(request, report.kiosk)
        return _answer(registry.take_conditions(report))

    @app.put(contract.STAFF_CALL, response_model=Acknowledged)
    async def staff_call(call_id: str, call: StaffCall, request: Request) -> Response:
        """Call the staff to a kiosk, once for each id."""
        _require_kiosk(request, call.kiosk)
        _require_same(call_id, str(call.call_id), "call_id")
        return _answer(registry.take_staff_call(call))

    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _broken)
    return app


def describe() -> dict[str, Any]:
    """The OpenAPI description, as published in `docs/central-openapi.json`."""
    from central.database import open_in_memory

    app = routes(Registry(open_in_memory()))
    description = get_openapi(title=app.title, version=app.version, routes=app.routes)
    for path in description["paths"].values():
        for operation in path.values():
            for code, response in operation["responses"].items():
                if int(code) >= 400:
                    response["content"] = {contract.PROBLEM_MEDIA_TYPE: response["content"]["application/json"]}
    return description


def _answer(message: BaseModel) -> Response:
    return _json(message.model_dump_json().encode())


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _require_kiosk(request: Request, named: str) -> None:
    if named != request.state.kiosk:
        raise Refused(ProblemType.NOT_THIS_KIOSK, "the secret belongs to another kiosk")


def _require_same(in_path: str, in_body: str, field: str) -> None:
    if in_path != in_body:
        raise Refused(ProblemType.INVALID, f"{field} differs between path and body")


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return problem(STATUS[error.type], error.type, error.title)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Rules, and places up to where a name may be the sender's own: never values.
    found = [f"{'.'.join(str(part) for part in e['loc'][:2])}: {e['type']}" for e in error.errors()[:10]]
    return problem(422, ProblemType.INVALID, "not a request of this contract", "; ".join(found)[:1000])


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = ProblemType.NOT_FOUND if error.status_code == 404 else ProblemType.INVALID
    answer = problem(error.status_code, kind, error.detail)
    answer.headers.update(error.headers or {})
    return answer


async def _broken(_request: Request, _error: Exception) -> Response:
    return problem(500, ProblemType.BROKEN, "the server failed")
