"""How a queue has been set before: read backwards from how it is set now, by what the audit trail says has changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A queue's whole settings from `at` until the next version."""

    version: int
    """Counted from 1, the oldest."""
    at: datetime
    by: str
    changed: tuple[str, ...]
    """Which settings differ from the version before; of the first: all."""
    values: dict[str, Any]


def versions(now: Mapping[str, Any], trail: Iterable[Mapping[str, Any]]) -> list[Version]:
    """Every version, the newest first.

    `now` is the queue as it is set; `trail` its entries in the audit trail, the newest first, each with `at`,
    `user_name`, and in `before` and `after` what it changed. A setting that came into the product later has had its
    present value all the time, as far as the trail says nothing else.
    """
    entries = list(trail)
    values = dict(now)
    found = []
    for place, entry in enumerate(entries):
        before = entry["before"] or {}
        changed = tuple(sorted((entry["after"] or {}).keys() & now.keys() - {"id"}))
        found.append(
            Version(
                version=len(entries) - place,
                at=entry["at"],
                by=entry["user_name"],
                changed=changed,
                values=dict(values),
            )
        )
        values.update({name: value for name, value in before.items() if name in now})
    return found
