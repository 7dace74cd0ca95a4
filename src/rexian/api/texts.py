"""What no text may hold, whatever route it is sent to."""

from typing import Any

from starlette.requests import HTTPConnection, Request

from rexian.core.errors import Invalid

_ESCAPED = rb"\u0000"


async def require_keepable(connection: HTTPConnection) -> None:
    """Raises `Invalid` for a body with the character NUL: PostgreSQL keeps none, in texts and in JSON.

    A floor whose facts cannot be written starts again from its journal, so none may come so far.
    """
    if not isinstance(connection, Request) or "json" not in connection.headers.get("content-type", ""):
        return
    if _ESCAPED in await connection.body() and _holds_nul(await _read(connection)):
        raise Invalid("input.nul", "A text holds the character NUL (U+0000), which cannot be kept; take it out.")


async def _read(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        return None  # the route says so, where it reads the body


def _holds_nul(value: Any) -> bool:
    match value:
        case str():
            return "\0" in value
        case list():
            return any(map(_holds_nul, value))
        case dict():
            return any(_holds_nul(name) or _holds_nul(each) for name, each in value.items())
    return False
