"""Dates and times in expressions: texts in the form of ISO 8601 (`2026-01-05`, `2026-01-05T09:30:00+08:00`)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rexian.flows.expressions.values import ExpressionError, Names, number_of, text_of

ZONE = "Asia/Shanghai"
"""Where nothing else is known."""


def now(names: Names, zone: Any = None) -> str:
    """The moment of the call in the tenant's time zone, or in another."""
    return names.now.astimezone(_zone(zone or names.value("zone"))).isoformat(timespec="seconds")


def today(names: Names, zone: Any = None) -> str:
    return now(names, zone)[:10]


def moment(value: Any) -> datetime:
    """A date or a time as a moment; without a zone it is taken as it stands. `20260105` is a date too."""
    text = text_of(value).strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        shown = text[:40]
        raise ExpressionError("expression.not_a_date", f"A date as 2026-01-31 is wanted, not {shown!r}.") from error


def hours(value: Any) -> int:
    """The hour of a time, or of a date-time."""
    return _clock(value)[0]


def minutes(value: Any) -> int:
    return _clock(value)[1]


def _clock(value: Any) -> tuple[int, int]:
    text = text_of(value).strip()
    head, _, tail = text.partition(":")
    if head.isdigit() and len(head) <= 2 and tail[:2].isdigit() and int(head) < 24 and int(tail[:2]) < 60:
        return int(head), int(tail[:2])
    found = moment(value)
    return found.hour, found.minute


def weekday(value: Any) -> int:
    """From 1, Monday, to 7, Sunday (ISO 8601)."""
    return moment(value).isoweekday()


def plus_days(value: Any, days: Any) -> str:
    try:
        found = moment(value) + timedelta(days=number_of(days))
    except OverflowError as error:
        raise ExpressionError("expression.not_a_date", "That is no date of our calendar.") from error
    return found.date().isoformat() if _is_date(value) else found.isoformat(timespec="seconds")


def days_between(first: Any, second: Any) -> int:
    return (moment(second).date() - moment(first).date()).days


def seconds_between(first: Any, second: Any) -> float:
    """A moment without a zone is taken for UTC."""
    return (_aware(moment(second)) - _aware(moment(first))).total_seconds()


def age(names: Names, value: Any) -> int:
    """Full years since a date of birth."""
    birth, here = moment(value).date(), date.fromisoformat(today(names))
    return here.year - birth.year - ((here.month, here.day) < (birth.month, birth.day))


def _is_date(value: Any) -> bool:
    return "T" not in text_of(value) and ":" not in text_of(value)


def _aware(found: datetime) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(text_of(name) or ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ExpressionError("expression.zone", f"There is no time zone {text_of(name)[:40]!r}.") from error
