from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rexian.core.ids import CalendarId
from rexian.hours.model import Calendar, SpecialDay, is_holiday, is_make_up_workday

OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "12:00"), ("13:30", "18:00")))
DAILY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), (("08:00", "20:00"),))


def calendar(weekly: Any = None, **rest: Any) -> Calendar:
    return Calendar(id=CalendarId("c"), name="office", weekly=OFFICE if weekly is None else weekly, **rest)


def shanghai(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Asia/Shanghai"))  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("at", "open"),
    [
        (shanghai(2026, 3, 2, 8, 59), False),
        (shanghai(2026, 3, 2, 9, 0), True),
        (shanghai(2026, 3, 2, 12, 0), False),
        (shanghai(2026, 3, 2, 17, 59), True),
        (shanghai(2026, 3, 2, 18, 0), False),
        (shanghai(2026, 3, 7, 10, 0), False),
        (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), True),
    ],
)
def test_weekly_windows_by_the_clock_of_the_zone(at: datetime, open: bool) -> None:
    assert calendar().is_open(at) is open


@pytest.mark.parametrize(
    ("day", "open"),
    [
        ((2026, 1, 1), False),  # New Year
        ((2026, 1, 3), False),  # its Saturday
        ((2026, 1, 4), True),  # Sunday worked for 2 January
        ((2026, 2, 14), True),  # Saturday worked for the Spring Festival
        ((2026, 2, 15), False),  # first day of it
        ((2026, 2, 21), False),  # a Saturday in the middle
        ((2026, 2, 23), False),  # its last day
        ((2026, 2, 24), True),
        ((2026, 4, 4), False),  # Tomb-Sweeping: Saturday to Monday
        ((2026, 4, 6), False),
        ((2026, 5, 3), False),  # Labour Day: Friday to Tuesday
        ((2026, 5, 9), True),  # Saturday worked for it
        ((2026, 6, 20), False),  # Dragon Boat: Friday to Sunday
        ((2026, 9, 20), True),  # Sunday worked for National Day
        ((2026, 9, 27), False),  # Mid-Autumn: Friday to Sunday
        ((2026, 10, 4), False),
        ((2026, 10, 8), True),
        ((2026, 10, 10), True),  # Saturday worked
        ((2026, 10, 11), True),  # an ordinary Sunday of a centre that is open daily
        ((2025, 1, 25), True),
        ((2025, 2, 1), False),
    ],
)
def test_a_daily_centre_keeps_the_holidays_of_china(day: tuple[int, int, int], open: bool) -> None:
    assert calendar(DAILY, holidays="CN").is_open(shanghai(*day, 10, 0)) is open


def test_an_office_works_on_make_up_workdays_and_rests_on_other_weekends() -> None:
    office = calendar(holidays="CN")
    assert office.is_open(shanghai(2026, 1, 4, 10, 0))
    assert not office.is_open(shanghai(2026, 1, 10, 10, 0))
    assert not office.is_open(shanghai(2026, 10, 1, 10, 0))
    assert is_make_up_workday("CN", date(2026, 2, 28))
    assert is_holiday("CN", date(2025, 10, 5))


def test_own_dates_count_more_than_everything() -> None:
    own = calendar(
        holidays="CN",
        closed=frozenset({date(2026, 3, 2)}),
        open=(SpecialDay(date=date(2026, 10, 1), windows=(("10:00", "16:00"),)),),
    )
    assert not own.is_open(shanghai(2026, 3, 2, 10, 0))
    assert own.is_open(shanghai(2026, 10, 1, 15, 0))
    assert not own.is_open(shanghai(2026, 10, 1, 16, 0))


def test_a_window_over_midnight_and_a_whole_day() -> None:
    night = calendar({"fri": (("22:00", "06:00"),), "sun": (("00:00", "24:00"),)})
    assert night.is_open(shanghai(2026, 3, 6, 23, 0))
    assert night.is_open(shanghai(2026, 3, 7, 5, 59))
    assert not night.is_open(shanghai(2026, 3, 7, 6, 0))
    assert night.is_open(shanghai(2026, 3, 8, 23, 59))
    assert not night.is_open(shanghai(2026, 3, 9, 0, 0))


def test_the_next_change_leaps_over_the_holidays() -> None:
    office = calendar(holidays="CN")
    assert office.next_change(shanghai(2026, 3, 2, 10, 0)) == shanghai(2026, 3, 2, 12, 0)
    assert office.next_change(shanghai(2026, 9, 30, 18, 0)) == shanghai(2026, 10, 8, 9, 0)
    assert calendar({}).next_change(shanghai(2026, 3, 2, 10, 0)) is None


def test_touching_windows_are_no_change() -> None:
    always = calendar(dict.fromkeys(DAILY, (("00:00", "24:00"),)))
    assert always.next_change(shanghai(2026, 3, 2, 10, 0)) is None


def new_york(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("America/New_York"), fold=fold)  # type: ignore[misc,arg-type]


def test_summer_time_begins_inside_a_window() -> None:
    early = calendar({"sun": (("02:30", "03:30"),)}, timezone="America/New_York")
    opens = early.next_change(new_york(2026, 3, 8, 1, 0))
    assert opens == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)  # 02:00 becomes 03:00, inside the window
    assert early.next_change(opens) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_summer_time_ends_and_the_hour_comes_twice() -> None:
    early = calendar({"sun": (("01:00", "01:30"),)}, timezone="America/New_York")
    edges = [new_york(2026, 11, 1, 0, 0)]
    for _ in range(4):
        following = early.next_change(edges[-1])
        assert following is not None
        edges.append(following)
    assert [edge.astimezone(UTC).strftime("%H:%M") for edge in edges[1:]] == ["05:00", "05:30", "06:00", "06:30"]


CLOCKS = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


@given(
    st.dictionaries(st.sampled_from(list(DAILY)), st.lists(st.tuples(CLOCKS, CLOCKS), max_size=2).map(tuple)),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"]),
    st.integers(0, 365 * 24 * 60),
)
@settings(max_examples=60, deadline=None)
def test_nothing_changes_before_the_next_change(weekly: Any, zone: str, minute: int) -> None:
    found = calendar(weekly, timezone=zone)
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    change = found.next_change(at)
    state = found.is_open(at)
    moment = at
    while moment < (change or at + timedelta(days=9)) and moment < at + timedelta(days=9):
        assert found.is_open(moment) is state
        moment += timedelta(minutes=11)
    if change is not None:
        assert found.is_open(change) is not state
        assert found.is_open(change - timedelta(minutes=1)) is state
