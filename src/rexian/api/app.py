"""The HTTP face: `build` puts together all packages' routes."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.types import ASGIApp

from rexian import __version__
from rexian.agents import http as agents
from rexian.alerts import http as alerts
from rexian.api import demo, description, errors, static
from rexian.api.doors import doors
from rexian.api.middleware import Surround
from rexian.api.texts import require_keepable
from rexian.boards import http as boards
from rexian.crm import http as crm
from rexian.crm import lists_http as lists
from rexian.floor import callbacks_http, desk, dry_run_http, outcalls_http, socket, voicemails_http
from rexian.floor import http as floor
from rexian.flows import designer, ready_http
from rexian.flows import http as flows
from rexian.flows import outside_http as outside
from rexian.hours import http as hours
from rexian.infra.database import Database
from rexian.insight import http as insight
from rexian.interactions import callbacks_http as callbacks
from rexian.interactions import flow_http
from rexian.interactions import http as interactions
from rexian.interactions import outcalls_http as outcalls
from rexian.interactions import voicemails_http as voicemails
from rexian.library import fax_http
from rexian.library import http as library
from rexian.routing import http as routing
from rexian.telephony import http as telephony
from rexian.tenants import http as tenants
from rexian.tenants.service import ApiKeys, Tenants, Users
from rexian.tenants.sessions import Sessions
from rexian.twin import http as twin
from rexian.webhooks import http as webhooks

LARGEST_BODY = 2 * 1024 * 1024
"""For routes that do not say otherwise."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Services(Protocol):
    """What the routes find in `app.state.rexian`, each under its package's name; more than these may be there."""

    @property
    def database(self) -> Database: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def tenants(self) -> Tenants: ...
    @property
    def users(self) -> Users: ...
    @property
    def api_keys(self) -> ApiKeys: ...


ROUTERS: tuple[APIRouter, ...] = (
    tenants.router,
    designer.router,
    flows.router,
    outside.router,
    ready_http.router,
    hours.router,
    crm.router,
    lists.router,
    routing.router,
    agents.router,
    telephony.router,
    library.router,
    fax_http.router,
    floor.router,
    callbacks_http.router,
    outcalls_http.router,
    voicemails_http.router,
    desk.router,
    dry_run_http.router,
    socket.router,
    interactions.router,
    callbacks.router,
    outcalls.router,
    voicemails.router,
    flow_http.router,
    insight.router,
    alerts.router,
    boards.router,
    webhooks.router,
    twin.router,
    demo.router,
)


class _Application(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        """`Surround` around all of it: what FastAPI answers by itself is to be dressed and counted as well."""
        return Surround(super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = description.completed(super().openapi(), doors(self))
        return self.openapi_schema


def build(
    services: Services,
    *,
    routers: Sequence[APIRouter] = ROUTERS,
    web: Path | None = None,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The application over wired `services`. `web` is the folder of the built pages."""
    app = _Application(
        title="Rexian",
        version=__version__,
        description=description.WORDS,
        generate_unique_id_function=description.operation_id,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        max_body_size=LARGEST_BODY,
        responses={
            "4XX": {"description": "Refused, with the reason.", "model": errors.Refusal},
            503: {"description": "Something outside cannot be reached now.", "model": errors.Refusal},
        },
    )
    app.state.rexian = services
    errors.install(app)
    app.include_router(_house)
    for router in routers:
        app.include_router(router, dependencies=[Depends(require_keepable)])
    static.mount(app, web or Path(__file__).parent / "static")
    return app


_house = APIRouter(tags=["house"])


@_house.head("/health", include_in_schema=False)
@_house.get("/health", response_model=dict[str, str])
async def health(request: Request) -> Any:
    """Whether this process can do its work: 200, or 503 with what is missing."""
    database: Database = request.app.state.rexian.database
    try:
        async with database.outside() as db:
            await db.execute(text("select 1"))
    except Exception:
        return JSONResponse({"status": "failing", "database": "unavailable"}, 503)
    return {"status": "good", "version": __version__}


@_house.get("/metrics", response_class=Response)
async def metrics() -> Response:
    """Counters and timings for Prometheus. They name no tenant's people, numbers or words."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
