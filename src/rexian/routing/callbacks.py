"""How a queue calls back: who is called first, how often, until when, and in which slots."""

from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec

from rexian.core.errors import Invalid

Order = Literal["agent", "customer"]


class CallbackRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    order: Order = "agent"
    """agent: the agent takes it first, then the customer is called; customer: the agent is kept free meanwhile."""
    attempts: int = 3
    """So often the customer is called."""
    gap_s: float = 600.0
    """Between two attempts."""
    expires_s: float = 86_400.0
    """So long after it was due a callback is given up."""
    calendar: str = ""
    """Whose opening hours are kept; empty: any time."""
    slot_min: int = 30
    """The length of a slot for a callback at a chosen time."""
    per_slot: int = 0
    """So many callbacks may be booked into one slot; 0: no time can be chosen."""
    days: int = 3
    """How far ahead a slot may lie."""


class Hours(Protocol):
    def is_open(self, at: datetime) -> bool: ...


def checked(rules: CallbackRules) -> CallbackRules:
    """The same; raises `Invalid` for rules by which nobody would be called back."""
    limits = {
        "attempts": (1, 20),
        "gap_s": (30, 86_400),
        "expires_s": (300, 14 * 86_400),
        "slot_min": (5, 240),
        "per_slot": (0, 1000),
        "days": (1, 14),
    }
    for name, (least, most) in limits.items():
        if not least <= getattr(rules, name) <= most:
            message = f"The callback's {name} lies between {least} and {most}."
            raise Invalid("queue.callback", message, missing=name, least=least, most=most)
    return rules


def is_full(rules: CallbackRules, booked: list[datetime], at: datetime) -> bool:
    """Whether the slot of `at` holds as many callbacks as may be booked into it. Times are aware UTC.

    A queue without slots is never full: there only people choose a time, and any.
    """
    if not rules.per_slot:
        return False
    length = timedelta(minutes=rules.slot_min)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + (at - midnight) // length * length
    return _taken(booked, start, length) >= rules.per_slot


def free_slots(
    rules: CallbackRules, booked: list[datetime], now: datetime, *, hours: Hours | None = None, most: int = 200
) -> list[datetime]:
    """The beginnings of slots that can still be booked, earliest first: whole slots of the hours, from the next on.

    `booked`: when the callbacks that are there are due. Times are aware UTC; slots begin at multiples of their length
    after midnight UTC.
    """
    if not rules.per_slot:
        return []
    length = timedelta(minutes=rules.slot_min)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + ((now - midnight) // length + 1) * length
    end = now + timedelta(days=rules.days)
    found: list[datetime] = []
    while start < end and len(found) < most:
        if _taken(booked, start, length) < rules.per_slot and (hours is None or hours.is_open(start)):
            found.append(start)
        start += length
    return found


def _taken(booked: list[datetime], start: datetime, length: timedelta) -> int:
    return sum(start <= due < start + length for due in booked)
