"""Limits against nuisance calls and toll fraud: whom flows may have called, how often, and when."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from rexian.core.ids import CallId
from rexian.core.numbers import subscriber_country, zones_of

A_DAY = timedelta(days=1)
MOST_OWED = 10_000
"""So many calls may be ordered and not yet made."""
MOST_LOOKS = 30
"""So often the hours of all the zones of a number are looked at before they are taken to have none in common."""


class OutcallRules(msgspec.Struct, frozen=True, kw_only=True):
    """The tenant's own limits. The hours are those of the wall clock where the called one is at home."""

    opens: str = "08:00"
    closes: str = "21:00"
    at_once: int = 2
    """So many lines at most; 0: flows may have nobody called."""
    a_caller: int = 5
    """So many calls one caller may order in 24 hours."""
    a_number: int = 3
    """So many calls may be ordered to one number in 24 hours, by whomever."""
    abroad: bool = False


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was ordered within the last 24 hours."""

    at: datetime
    caller: str
    number: str
    origin: CallId


def barred(number: str, *, country: str, rules: OutcallRules) -> bool:
    """Whether it is none of the lines that flows may have called: a subscriber's, in the house's own country.

    `number` is E.164 or a short code. Emergency, service and premium-rate numbers are always barred.
    """
    home = subscriber_country(number)
    return not home or (home != country and not rules.abroad)


def next_opening(number: str, at: datetime, *, zone: str, rules: OutcallRules) -> datetime | None:
    """`at`, or the first moment after it that lies within the hours in every zone in which the number may be at home.

    `zone` (IANA) is the house's own, for numbers of which that is not known. None: the zones have no hour in common.
    """
    zones = [ZoneInfo(name) for name in zones_of(number) or (zone,)]
    for _ in range(MOST_LOOKS):
        later = max(_opening(at, each, rules) for each in zones)
        if later == at:
            return at
        at = later
    return None


def _opening(at: datetime, zone: ZoneInfo, rules: OutcallRules) -> datetime:
    """The same for one zone."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    if rules.opens <= clock < rules.closes:
        return at
    day = local.date() + timedelta(days=clock >= rules.opens)
    hour, minute = map(int, rules.opens.split(":"))
    opening = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    return opening.astimezone(at.tzinfo)
