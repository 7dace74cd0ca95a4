"""What `/api/v1/openapi.json` says beyond the shapes: who may, by what, and how it is refused.

It is read off the routes (`doors.py`), so it cannot say otherwise than they do.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi.routing import APIRoute

from rexian.api.doors import Door
from rexian.tenants.access import COOKIE, CSRF_HEADER

WORDS = f"""热线: a whole contact centre in one program.

**Signing in.** A program sends an API key (`Authorization: Bearer rx_…`, made by `POST /api/v1/api-keys`). A page signs
in by `POST /api/v1/session` and gets the cookie `{COOKIE}` and a token; what changes something sends the token along as
`{CSRF_HEADER}`.

**Permissions.** `x-permissions` lists what an operation asks for: one of them is enough; an empty list stands for
whoever is signed in; where it is absent, anybody may. An API key has the permissions that it was made with.

**Refusals** are `{{"error": {{"code", "message", "params"}}}}`. The code is stable, the message says what to do.

**Lists** take `limit` and `offset` and answer `items` and `total`. **Ids** are UUIDs. **Times** are UTC with their zone
(`2026-03-02T01:30:00Z`); those that are sent in need a zone as well.

**The live stream** is the WebSocket `/api/v1/live?topics=board`: a snapshot, then the patches after it. A program sends
its API key as the header above; a page in a browser as the subprotocols `rexian` and `key.<the key>`.
"""
_SCHEMES: Mapping[str, Mapping[str, str]] = {
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "For programs: a key that may do what its permissions say.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "For pages: set by `POST /api/v1/session`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "Goes with the session's cookie in what changes something: `csrf` of `GET /api/v1/session`.",
    },
}
_REFUSALS: Mapping[str, tuple[str, str]] = {
    "400": ("Malformed", "The request breaks a rule of form; `params.fields` name what."),
    "401": ("NotSignedIn", "Nobody has signed in, or the key is not valid any more."),
    "403": ("Forbidden", "Whoever asks may not do this."),
    "404": ("NotFound", "What the address names is not there."),
    "409": ("Conflict", "It cannot be done as things stand now; the message says what to do first."),
    "413": ("TooLarge", "More was sent than is taken at once."),
}
_BY_ITS_PLACE = {"desk": "desk", "supervise": "floor"}
"""Tags whose functions are commands, named shortly for where they stand."""


def operation_id(route: APIRoute) -> str:
    """The name of the route's function: it stays when the address changes."""
    place = _BY_ITS_PLACE.get(str(route.tags[0]) if route.tags else "", "")
    return f"{place}_{route.name}" if place else route.name


def completed(schema: dict[str, Any], doors: Iterable[Door]) -> dict[str, Any]:
    """The schema as FastAPI makes it, with security, permissions and refusals put in."""
    parts = schema.setdefault("components", {})
    parts["securitySchemes"] = {name: dict(scheme) for name, scheme in _SCHEMES.items()}
    parts["responses"] = {name: _refused(words) for name, words in _REFUSALS.values()}
    for door in doors:
        operation = schema["paths"].get(door.path, {}).get(door.method.lower())
        if operation is not None:
            _complete(operation, door)
    return schema


def _refused(words: str) -> dict[str, Any]:
    return {
        "description": words,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
    }


def _complete(operation: dict[str, Any], door: Door) -> None:
    operation["security"] = _security(door)
    if door.permissions is not None:
        operation["x-permissions"] = list(door.permissions)
    told = (operation.get("description", ""), _who(door))
    operation["description"] = "\n\n".join(part for part in told if part)
    for status in _statuses(operation, door):
        operation["responses"][status] = {"$ref": f"#/components/responses/{_REFUSALS[status][0]}"}


def _security(door: Door) -> list[dict[str, list[str]]]:
    """Any one of the list is enough; what stands together in one is needed together."""
    if door.permissions is None:
        return []
    page: dict[str, list[str]] = {"session": []} if door.method == "GET" else {"session": [], "csrf": []}
    return [page] if door.in_person else [{"api_key": []}, page]


def _who(door: Door) -> str:
    if door.permissions is None:
        return "For anybody."
    if door.in_person:
        return "For whoever has signed in by name and password; an API key is not enough."
    if not door.permissions:
        return "For whoever is signed in."
    return f"Needs {' or '.join(f'`{each}`' for each in door.permissions)}."


def _statuses(operation: Mapping[str, Any], door: Door) -> Iterable[str]:
    if operation.get("parameters") or "requestBody" in operation:
        yield "400"
    if door.permissions is not None:
        yield from ("401", "403")
    if "{" in door.path:
        yield "404"
    if door.method != "GET":
        yield "409"
    if "requestBody" in operation:
        yield "413"
