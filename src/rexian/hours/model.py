"""A calendar: when we are open, by the wall clock of its time zone.

For each day the first of these counts: its own windows in `open`; `closed`; a public holiday; the windows of its
weekday. On a make-up workday (a weekend day worked for a longer holiday, China's 调休) the windows of a workday count.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

import msgspec

from rexian.core.ids import CalendarId

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
Clock = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Window = tuple[Clock, Clock]
"""From … to, `HH:MM`. One that does not end after it begins ends on the next day."""

MINUTES_A_DAY = 24 * 60
HORIZON_DAYS = 400
"""How far `next_change` looks: a year with all its holidays."""


class SpecialDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    date: date
    windows: tuple[Window, ...]


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: CalendarId
    name: str
    timezone: str = "Asia/Shanghai"
    weekly: dict[Weekday, tuple[Window, ...]] = {}
    holidays: str | None = None
    """A country (ISO 3166-1, as `CN`) whose public holidays are closed; none: no holidays."""
    closed: frozenset[date] = frozenset()
    open: tuple[SpecialDay, ...] = ()

    def is_open(self, at: datetime) -> bool:
        """Whether the wall clock of the calendar's zone stands in a window. `at` is aware."""
        local = at.astimezone(ZoneInfo(self.timezone))
        today, minute = local.date(), local.hour * 60 + local.minute
        if any(start <= minute < end for start, end in self.spans(today)):
            return True
        night = minute + MINUTES_A_DAY
        return any(start <= night < end for start, end in self.spans(today - timedelta(days=1)) if end > MINUTES_A_DAY)

    def next_change(self, at: datetime) -> datetime | None:
        """When it opens next (if closed at `at`) or closes next (if open), in UTC; None: not within `HORIZON_DAYS`."""
        now = self.is_open(at)
        zone = ZoneInfo(self.timezone)
        first = at.astimezone(zone).date() - timedelta(days=1)
        edges: list[datetime] = []
        for day in (first + timedelta(days=offset) for offset in range(HORIZON_DAYS)):
            edges += self._edges(day, zone)
            end = _midnight(day + timedelta(days=1), zone)
            for moment in sorted(edge for edge in edges if at < edge <= end):
                if self.is_open(moment) != now:
                    return moment
            edges = [edge for edge in edges if edge > end]
        return None

    def spans(self, day: date) -> list[tuple[int, int]]:
        """The windows that begin on this day, in minutes since its midnight; an end may lie on the next day."""
        return [_minutes(window) for window in self.windows(day)]

    def windows(self, day: date) -> tuple[Window, ...]:
        for special in self.open:
            if special.date == day:
                return special.windows
        if day in self.closed:
            return ()
        if self.holidays and is_make_up_workday(self.holidays, day):
            return self.weekly.get(WEEKDAYS[day.weekday()], ()) or self._workday()
        if self.holidays and is_holiday(self.holidays, day):
            return ()
        return self.weekly.get(WEEKDAYS[day.weekday()], ())

    def _workday(self) -> tuple[Window, ...]:
        """The windows of the first weekday that has any, Monday first."""
        return next((self.weekly[day] for day in WEEKDAYS[:5] if self.weekly.get(day)), ())

    def _edges(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        """All moments of a day at which open and closed may change: edges of windows, and a moved clock."""
        for span in self.spans(day):
            for minute in span:
                wall = datetime.combine(day, time()) + timedelta(minutes=minute)
                for fold in (0, 1):
                    yield wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        moved = _clock_moved(day, zone)
        if moved is not None:
            yield moved


def _minutes(window: Window) -> tuple[int, int]:
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in window)
    return start, end if end > start else end + MINUTES_A_DAY


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _clock_moved(day: date, zone: ZoneInfo) -> datetime | None:
    """The moment within a day at which the zone's offset changes (summer time begins or ends), if it does."""
    low, high = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    before = low.astimezone(zone).utcoffset()
    if high.astimezone(zone).utcoffset() == before:
        return None
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


# --- public holidays ------------------------------------------------------------------------------------------------


def is_holiday(country: str, day: date) -> bool:
    """A public holiday. In China the weekend days that touch one are part of it, as the State Council announces it."""
    known = _holidays(country, day.year).free
    if day in known:
        return True
    return country == "CN" and day.weekday() >= 5 and any(near in known for near in _around(day))


def is_make_up_workday(country: str, day: date) -> bool:
    return day in _holidays(country, day.year).worked


def knows_holidays(country: str) -> bool:
    import holidays  # here, as below: it takes a moment that every start would pay

    return country in holidays.list_supported_countries()


def _around(saturday_or_sunday: date) -> Iterator[date]:
    """The days that touch this day's weekend, and its other day unless that is worked."""
    saturday = saturday_or_sunday - timedelta(days=saturday_or_sunday.weekday() - 5)
    sunday = saturday + timedelta(days=1)
    yield saturday if saturday_or_sunday == sunday else sunday
    if saturday_or_sunday == saturday or not is_make_up_workday("CN", saturday):
        yield saturday - timedelta(days=1)
    if saturday_or_sunday == sunday or not is_make_up_workday("CN", sunday):
        yield sunday + timedelta(days=1)


class _Holidays(NamedTuple):
    """Public holidays, and the weekend days that are worked for them."""

    free: frozenset[date]
    worked: frozenset[date]


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> _Holidays:
    """Of this year and of the two beside it, whose holidays reach into it."""
    import holidays

    found = holidays.country_holidays(country, years=[year - 1, year, year + 1], expand=False)
    return _Holidays(frozenset(found), frozenset(found.weekend_workdays))
