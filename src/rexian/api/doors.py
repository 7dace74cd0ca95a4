"""Every way in, and what it asks for: read off the routes themselves."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from starlette.routing import BaseRoute, Mount, WebSocketRoute

from rexian.tenants.access import Access, in_person, signed_in


class Door(NamedTuple):
    """`permissions`: one of these is needed; empty: whoever is signed in; `None`: anybody.

    `in_person`: by name and password; an API key is not enough.
    """

    method: str
    path: str
    permissions: tuple[str, ...] | None
    in_person: bool = False


def doors(app: FastAPI) -> list[Door]:
    """All routes, WebSockets (`WS`) and mounted folders of the application."""
    return sorted(_walk(app.routes), key=lambda door: (door.path, door.method))


def _walk(routes: Sequence[BaseRoute]) -> Iterator[Door]:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from _walk(included.routes)
        else:
            yield from _of(route)


def _of(route: Any) -> Iterator[Door]:
    if isinstance(route, Mount):
        yield Door("GET", route.path + "/…", None)
        return
    methods = ["WS"] if isinstance(route, WebSocketRoute) else sorted(set(route.methods) - {"HEAD"})
    dependant = getattr(route, "dependant", None)
    for method in methods:
        if dependant is None:
            yield Door(method, route.path, None)
        else:
            yield Door(method, route.path, _asked(dependant), in_person in list(_all(dependant)))


def _asked(dependant: Dependant) -> tuple[str, ...] | None:
    """What the dependencies ask for; several of them must all be content, which the narrowest one tells best."""
    asked = [each for each in _all(dependant) if isinstance(each, Access)]
    if not asked:
        return () if signed_in in list(_all(dependant)) else None
    return min((each.permissions for each in asked if each.permissions), key=len, default=())


def _all(dependant: Dependant) -> Iterator[Any]:
    for each in dependant.dependencies:
        yield each.call
        yield from _all(each)
