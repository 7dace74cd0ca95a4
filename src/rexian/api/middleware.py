"""What surrounds every request: its id, its log line, its metrics, its security headers."""

import time

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rexian.api import errors
from rexian.core.ids import uuid7

log = structlog.stdlib.get_logger()
REQUESTS = Counter("rexian_http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("rexian_http_seconds", "Time from request to answer.", ["method", "route"])

_PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "connect-src 'self' ws: wss:",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "frame-ancestors 'self'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=()",
    "Content-Security-Policy": _PAGE_POLICY,
}


class Surround:
    """Pure ASGI, so that streams and sockets pass untouched. Logs the route's pattern, never the path or a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, began, status = uuid7(), time.perf_counter(), 500

        async def in_form(message: Message) -> None:
            """FastAPI refuses a body that is too large in a few plain words, and past all handlers of errors."""
            if status == 413:
                return
            if message["type"] == "http.response.start" and message["status"] == 413:
                await errors.too_large(scope.get(MAX_BODY_SIZE_SCOPE_KEY, 0))(scope, receive, dressed)
            else:
                await dressed(message)

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(MutableHeaders(scope=message), request_id, api=scope["path"].startswith("/api/"))
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, in_form)
            except Exception:
                log.exception("A request failed.", method=scope["method"], route=_route(scope))
                raise
            finally:
                _count(scope, status, time.perf_counter() - began)


def _dress(headers: MutableHeaders, request_id: str, *, api: bool) -> None:
    headers["X-Request-Id"] = request_id
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if api:
        headers.setdefault("Cache-Control", "no-store")


def _count(scope: Scope, status: int, seconds: float) -> None:
    method, route = scope["method"], _route(scope)
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)
    log.debug("A request was answered.", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "") or "(no route)")
