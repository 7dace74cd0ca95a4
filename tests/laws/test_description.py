"""The description for programs is whole: who may do what and by what, how it is refused, what it is called."""

import re
from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rexian.api.app import build
from rexian.api.doors import Door, doors
from rexian.tenants.access import COOKIE, CSRF_HEADER

APP = build(cast(Any, SimpleNamespace()))
DESCRIBED = APP.openapi()
OPERATIONS = {
    (method.upper(), path): operation
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
}
DOORS = {door[:2]: door for door in doors(APP) if door[:2] in OPERATIONS}


def each_operation() -> Any:
    return pytest.mark.parametrize("door", DOORS.values(), ids=lambda door: f"{door.method} {door.path}")


def test_every_operation_is_a_door_that_was_looked_at() -> None:
    assert OPERATIONS.keys() == DOORS.keys()
    assert len(DOORS) > 150


def test_the_schemes_are_those_that_the_doors_ask_for() -> None:
    schemes = DESCRIBED["components"]["securitySchemes"]

    assert schemes["api_key"]["scheme"] == "bearer"
    assert (schemes["session"]["in"], schemes["session"]["name"]) == ("cookie", COOKIE)
    assert (schemes["csrf"]["in"], schemes["csrf"]["name"]) == ("header", CSRF_HEADER)


@each_operation()
def test_what_asks_for_a_sign_in_says_so(door: Door) -> None:
    operation = OPERATIONS[door[:2]]

    schemes = {name for way in operation["security"] for name in way}
    assert bool(schemes) is (door.permissions is not None)
    assert ("api_key" in schemes) is (door.permissions is not None and not door.in_person)
    assert ("csrf" in schemes) is ("session" in schemes and door.method != "GET")
    assert operation.get("x-permissions") == (None if door.permissions is None else list(door.permissions))
    for permission in door.permissions or ():
        assert f"`{permission}`" in operation["description"]


@each_operation()
def test_every_refusal_has_the_one_shape(door: Door) -> None:
    responses = OPERATIONS[door[:2]]["responses"]
    refused = {status: answer for status, answer in responses.items() if status[0] in "45"}

    assert {"401", "403"} <= refused.keys() or door.permissions is None
    assert "404" in refused or "{" not in door.path
    assert "409" in refused or door.method == "GET"
    for answer in refused.values():
        shape = resolved(answer)["content"]["application/json"]["schema"]
        assert shape == {"$ref": "#/components/schemas/Refusal"}


def test_operations_have_names_of_their_own_that_can_be_read() -> None:
    names = Counter(operation["operationId"] for operation in OPERATIONS.values())

    assert [name for name, times in names.items() if times > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+){0,5}", name)] == []
    assert {"list_contacts", "sign_in", "desk_sign_in", "desk_hang_up", "floor_hang_up", "add_team"} <= names.keys()


@pytest.mark.parametrize(
    ("shape", "field"),
    [
        ("IdentityIn", "value"),
        ("NewListedNumber", "number"),
        ("NewNumber", "number"),
        ("NewCallback", "number"),
        ("Supposition", "caller"),
        ("Outgoing", "target"),
    ],
)
def test_how_a_number_is_written_is_shown(shape: str, field: str) -> None:
    first = DESCRIBED["components"]["schemas"][shape]["properties"][field]["examples"][0]

    assert re.fullmatch(r"(number:)?(1\d{10}|400\d{7})", first)


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = DESCRIBED
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node
