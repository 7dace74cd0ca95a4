"""Queues that ring everybody who is free."""

from typing import Any

from rexian.floor.directory import QueueEntry
from rexian.routing.rules import RingAll, Rules
from tests.floor.house import SALES, SERVICE, queue

ALL = Rules(strategy=RingAll())


def all_are_rung(**changes: Any) -> list[QueueEntry]:
    return [queue(SALES, rules=ALL, **changes), queue(SERVICE, rules=ALL)]
