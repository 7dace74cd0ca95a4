"""Every way in asks for a permission, but for a short list of those that anybody may use."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from rexian.api.app import build
from rexian.api.doors import Door, doors
from rexian.tenants.permissions import PERMISSIONS, ROLES, Role

FOR_ANYBODY = {
    ("POST", "/api/v1/session"),  # signing in
    ("GET", "/health"),
    ("GET", "/api/v1/health"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/assets/…"),
    ("GET", "/{path:path}"),  # the pages
    ("GET", "/api/v1/demo/phone"),  # the demonstration's public telephone; not there without the demonstration
    ("WS", "/sip"),  # the switch asks for the phone's own secret
}
FOR_WHOEVER_IS_SIGNED_IN = {
    ("GET", "/api/v1/session"),
    ("DELETE", "/api/v1/session"),
    ("PATCH", "/api/v1/session"),
    ("POST", "/api/v1/session/password"),
    ("GET", "/api/v1/settings"),
    ("WS", "/api/v1/live"),  # asks for the permission of each topic
}
DOORS = doors(build(cast(Any, SimpleNamespace())))


def test_the_doors_are_found() -> None:
    assert ("GET", "/api/v1/users") in {door[:2] for door in DOORS}
    assert len(DOORS) > 50


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path}")
def test_a_door_asks_for_a_permission_or_is_known_to_be_open(door: Door) -> None:
    if door.permissions is None:
        assert door[:2] in FOR_ANYBODY
    elif not door.permissions:
        assert door[:2] in FOR_WHOEVER_IS_SIGNED_IN
    else:
        assert set(door.permissions) <= PERMISSIONS.keys()


def test_every_permission_is_held_by_some_role_and_the_administrator_holds_all() -> None:
    assert ROLES[Role.ADMINISTRATOR] == PERMISSIONS.keys()
    assert set().union(*ROLES.values()) == PERMISSIONS.keys()


def test_one_who_reads_cannot_change() -> None:
    """What an agent, a quality reviewer or an analyst may call by itself never manages anything."""
    for role in (Role.AGENT, Role.QUALITY, Role.ANALYST):
        managing = {permission for permission in ROLES[role] if permission.endswith(".manage")}
        assert managing == set()
