"""The published contract over HTTP: the routes as FastAPI's, and their description.

Every endpoint is a coroutine that calls the server directly: one at a time, so the database has one writer.
Bodies are decoded by `central.routes`, not by FastAPI, so that every carrier refuses alike.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response, Security
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from pydantic.json_schema import models_json_schema
from starlette.types import ASGIApp, Receive, Scope, Send

from central import verification
from central.gate import Gate, respond
from central.registry import Registry
from central.routes import ROUTES, Route, no_route, problem
from central.staff import desk as staff
from central.staff.desk import Desk
from central.staff.door import Door
from central.verification import Verification
from kiosk.uplink import contract
from kiosk.uplink.contract import Problem, ProblemType

_REFERENCE = "#/components/schemas/{model}"


def build(registry: Registry) -> ASGIApp:
    """The server as an ASGI application: for kiosks the gate and the routes behind it; for people a few pages.

    Args:
        registry: What decides.
    """
    return _Front(Gate(routes(registry), registry), Verification(registry), Desk(registry, Door(registry)))


class _Front:
    """Sends people to their pages, and everybody else to the kiosks' gate."""

    def __init__(self, gate: ASGIApp, verification: Verification, desk: Desk) -> None:
        self._gate = gate
        self._verification = verification
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["scheme"] != "https":
            await self._gate(scope, receive, send)
            return
        request, path = Request(scope, receive), f"{scope['path']}/"
        response: ASGIApp = self._gate
        if path.startswith(f"{verification.PATH}/"):
            response = self._verification.answer(request)
        elif path.startswith(f"{staff.PATH}/"):
            response = await self._desk.answer(request)
        await response(scope, receive, send)


def routes(registry: Registry) -> FastAPI:
    """The routes alone. Only behind the gate do they know which kiosk asks."""
    app = FastAPI(
        title="Central server of the social security card kiosks",
        version="3",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # The description is published as a file.
        dependencies=[Security(HTTPBearer(auto_error=False, description="The kiosk's own secret."))],
        responses={status: {"model": Problem} for status in (400, 401, 403, 404, 413, 422)},
    )
    for route in ROUTES:
        app.add_api_route(
            route.path,
            _endpoint(registry, route),
            methods=[route.method],
            name=route.handle.__name__.strip("_"),
            description=(route.handle.__doc__ or "").partition("\n")[0],
            response_model=route.answer,
            responses={status: {"model": Problem} for status in route.refusals},
            openapi_extra=_described(route),
        )
    app.add_exception_handler(404, _no_route)
    app.add_exception_handler(405, _no_route)
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
    messages = [(route.message, "validation") for route in ROUTES if route.message is not None]
    _, definitions = models_json_schema(messages, ref_template=_REFERENCE)  # type: ignore[arg-type]
    description["components"]["schemas"].update(definitions["$defs"])
    return description


def _endpoint(registry: Registry, route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return respond(route(registry, request.state.kiosk, request.path_params, await request.body()))

    return endpoint


def _described(route: Route) -> dict[str, Any]:
    """What FastAPI can't see, since it doesn't decode: the parameters and the body."""
    told: dict[str, Any] = {}
    if route.parameters:
        text = {"type": "string"}
        told["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": text} for name in route.parameters
        ]
    if route.message is not None:
        reference = {"$ref": _REFERENCE.format(model=route.message.__name__)}
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
    return told


async def _no_route(request: Request, _error: Exception) -> Response:
    return respond(no_route(request.url.path))


async def _broken(_request: Request, _error: Exception) -> Response:
    return respond(problem(500, ProblemType.BROKEN, "the server failed"))
