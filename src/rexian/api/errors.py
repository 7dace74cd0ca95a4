"""One table from the kinds of error to HTTP, and one shape for all of them."""

from typing import Any

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from rexian.core.errors import RexianError

log = structlog.stdlib.get_logger()

STATUS = {
    "invalid": 400,
    "not_signed_in": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "illegal_move": 409,
    "unavailable": 503,
}
OF_STATUS = {
    404: ("route.not_found", "There is nothing at this address."),
    405: ("route.method", "This address does not take that method."),
}


class Fault(BaseModel):
    """What was wrong and what to do. `code` is stable; `params` fill its translated message."""

    code: str = Field(examples=["customer.not_found"])
    message: str = Field(examples=["There is no such customer; he may have been removed."])
    params: dict[str, Any] = Field(examples=[{}])


class Refusal(BaseModel):
    error: Fault


def install(app: FastAPI) -> None:
    """Answer every error as `{"error": {"code", "message", "params"}}`."""
    app.add_exception_handler(RexianError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(ValidationError, _malformed)
    app.add_exception_handler(DataError, _unreadable)
    for outage in (OperationalError, InterfaceError, PoolTimeout, psycopg.OperationalError):
        app.add_exception_handler(outage, _outage)
    app.add_exception_handler(HTTPException, _of_starlette)
    app.add_exception_handler(Exception, _unforeseen)


def answer(status: int, code: str, message: str, **params: Any) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "params": jsonable_encoder(params)}}, status)


def too_large(most: int) -> JSONResponse:
    """The body has more than `most` bytes."""
    mb = max(1, most // 1024**2)
    return answer(
        413,
        "request.too_large",
        f"More was sent than is taken at once: {mb} MB at most. Make it smaller and try again.",
        largest=most,
        mb=mb,
    )


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RexianError)
    return answer(STATUS[error.kind], error.code, error.message, **error.params)


async def _malformed(request: Request, error: Exception) -> JSONResponse:
    """Names the fields and what is wrong with them; what was sent is not sent back."""
    assert isinstance(error, RequestValidationError | ValidationError)
    fields = [{"field": ".".join(map(str, each["loc"])), "message": each["msg"]} for each in error.errors()]
    named = "; ".join(f"{field['field']}: {field['message']}" for field in fields[:5])
    return answer(400, "input.invalid", f"The request is not well formed: {named}.", fields=fields)


async def _unreadable(request: Request, error: Exception) -> JSONResponse:
    return answer(400, "input.invalid", "The request holds a value that cannot be kept.", fields=[])


async def _outage(request: Request, error: Exception) -> JSONResponse:
    log.warning("The database cannot be reached.", error=type(error).__name__)
    return answer(503, "database.unavailable", "The database cannot be reached now; try again in a moment.")


async def _of_starlette(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, message = OF_STATUS.get(error.status_code, ("http.refused", str(error.detail)))
    return answer(error.status_code, code, message)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    """The log has the trace already, under the same request id."""
    return answer(500, "internal", "Something went wrong on our side. Tell support the request id in the headers.")
