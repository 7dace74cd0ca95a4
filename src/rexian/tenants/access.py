"""The door of every route: who asks, whether they may, and the unit of work they get.

    @router.get("", dependencies=...)
    async def list_queues(by: Annotated[Principal, Depends(access("queues.manage"))], work: Working) -> …

`app.state.rexian` holds the wired services, each under its package's name.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlsplit

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, SecretStr, StringConstraints
from starlette.requests import HTTPConnection

from rexian.core.errors import Forbidden
from rexian.infra.database import Work
from rexian.infra.rows import Listing
from rexian.tenants.model import Principal
from rexian.tenants.sessions import same

COOKIE = "rexian_session"
CSRF_HEADER = "x-csrf-token"
SUBPROTOCOL = "rexian"
_KEY_OFFER = "key."
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
T = TypeVar("T")


class NotSignedIn(Forbidden):
    """Nobody asks: HTTP answers 401."""

    kind = "not_signed_in"


async def signed_in(connection: HTTPConnection) -> Principal:
    """The one who asks, by API key or by session cookie. Serves WebSockets too, and there minds the origin."""
    sessions = connection.app.state.rexian.sessions
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    offered = _offered_key(connection)
    if offered:
        scheme, key = "bearer", offered
    if scheme.lower() == "bearer":
        return _known(await sessions.by_key(key.strip()))
    principal = _known(await sessions.by_cookie(connection.cookies.get(COOKIE, "")))
    _refuse_forgery(connection, principal)
    return principal


def _offered_key(connection: HTTPConnection) -> str:
    """An API key that a page offers as a WebSocket's subprotocol; empty: none."""
    offers = connection.scope.get("subprotocols", ()) if connection.scope["type"] == "websocket" else ()
    return next((offer.removeprefix(_KEY_OFFER) for offer in offers if offer.startswith(_KEY_OFFER)), "")


class Access:
    """Lets through who holds one of `permissions` (with none named: whoever is signed in)."""

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    async def __call__(self, principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
        principal.require(*self.permissions)
        return principal


def access(*permissions: str) -> Access:
    """To be put into `Depends(…)`; gives the `Principal`."""
    return Access(*permissions)


async def in_person(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
    """Whoever has signed in by name and password. A key is for what it was given, not for being its user."""
    if principal.session is None:
        raise Forbidden(
            "access.in_person", "Only somebody who has signed in may do this, not a program with an API key."
        )
    return principal


async def _transaction(
    connection: HTTPConnection, principal: Annotated[Principal, Depends(signed_in)]
) -> AsyncIterator[Work]:
    async with connection.app.state.rexian.database.work(principal.tenant) as work:
        yield work


async def work(transaction: Annotated[Work, Depends(_transaction, scope="function")]) -> Work:
    """The request's one transaction. It commits before the answer leaves, so the answer is true when it arrives."""
    return transaction


Working = Annotated[Work, Depends(work)]
Ref = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
"""An id as it comes through a door: a UUID in its usual form."""


def listing(
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    q: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=64)] = "",
) -> Listing:
    """The parameters that every list takes."""
    return Listing(limit, offset, q, sort)


Listed = Annotated[Listing, Depends(listing)]


class Many(BaseModel, Generic[T]):
    """The answer of every list."""

    items: list[T]
    total: int


def _known(principal: Principal | None) -> Principal:
    if principal is None:
        raise NotSignedIn("session.missing", "Sign in first, or send an API key that is still valid.")
    return principal


def _refuse_forgery(connection: HTTPConnection, principal: Principal) -> None:
    """A cookie travels by itself; that the page is ours must be shown: by the CSRF token, or a socket's origin."""
    if connection.scope["type"] == "websocket":
        if not same_origin(connection):
            raise Forbidden("access.origin", "This page belongs to another site.")
    elif connection.scope["method"] not in _SAFE and not same(connection.headers.get(CSRF_HEADER), principal.csrf):
        raise Forbidden("access.csrf", "The page is out of date; reload it.")


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the page that connects is ours. Browsers always send `Origin` with a WebSocket."""
    origin = connection.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc.lower() == connection.headers.get("host", "").lower()


class Door(BaseModel):
    """What comes in: unknown fields are refused, for they are mistakes."""

    model_config = ConfigDict(extra="forbid")


def given(body: BaseModel, *may_be_empty: str) -> dict[str, Any]:
    """The fields that were sent, secrets opened. A null is meant only where a field `may_be_empty`."""
    sent = body.model_dump(exclude_unset=True, by_alias=True)
    return {name: _opened(value) for name, value in sent.items() if value is not None or name in may_be_empty}


def _opened(value: Any) -> Any:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def service(name: str) -> Any:
    """A dependency that gives a wired service by its name in `app.state.rexian`."""

    def find(connection: HTTPConnection) -> Any:
        return getattr(connection.app.state.rexian, name)

    return find
