"""Plugins: what packages, ours and strangers', offer through entry points (`rexian.nodes`, `rexian.subscribers` …)."""

from importlib.metadata import entry_points
from typing import Any

from rexian.core.errors import Conflict


def load(group: str) -> dict[str, Any]:
    """Everything offered under `group`, by name, in order of name.

    Raises `Conflict` when two packages offer the same name.
    """
    found: dict[str, Any] = {}
    for offer in sorted(entry_points(group=group), key=lambda each: each.name):
        if offer.name in found:
            raise Conflict(
                "plugin.twice",
                f"Two packages offer {offer.name!r} in {group}: remove one of them.",
                name=offer.name,
                group=group,
            )
        found[offer.name] = offer.load()
    return found
