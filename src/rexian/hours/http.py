"""Routes of calendars."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from rexian.core.ids import CalendarId
from rexian.hours.model import Weekday
from rexian.hours.service import Calendars
from rexian.tenants.access import Listed, Many, Ref, Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/calendars", tags=["hours"])

CalendarsOf = Annotated[Calendars, Depends(service("calendars"))]
Manager = Annotated[Principal, Depends(access("flows.manage"))]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Windows = Annotated[list[tuple[Clock, Clock]], Field(max_length=24)]


class SpecialDay(BaseModel):
    date: date
    windows: Windows


class _Door(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewCalendar(_Door):
    name: str = Field(min_length=1, max_length=100)
    timezone: str = Field("Asia/Shanghai", max_length=64)
    weekly: dict[Weekday, Windows] = Field(default_factory=dict)
    holidays: str | None = Field(None, pattern="^[A-Z]{2}$")
    closed: list[date] = Field(default_factory=list, max_length=2000)
    open: list[SpecialDay] = Field(default_factory=list, max_length=2000)


class CalendarChange(_Door):
    name: str | None = Field(None, min_length=1, max_length=100)
    timezone: str | None = Field(None, max_length=64)
    weekly: dict[Weekday, Windows] | None = None
    holidays: str | None = Field(None, pattern="^[A-Z]{2}$")
    closed: list[date] | None = Field(None, max_length=2000)
    open: list[SpecialDay] | None = Field(None, max_length=2000)


class Calendar(BaseModel):
    id: str
    name: str
    timezone: str
    weekly: dict[Weekday, Windows]
    holidays: str | None
    closed: list[date]
    open: list[SpecialDay]


class Now(BaseModel):
    """How it stands at a moment."""

    at: datetime
    open: bool
    next_change: datetime | None


@router.get("")
async def list_calendars(by: Manager, work: Working, calendars: CalendarsOf, listing: Listed) -> Many[Calendar]:
    return Many[Calendar].model_validate(await calendars.list(work, listing), from_attributes=True)


@router.post("", status_code=201)
async def add_calendar(body: NewCalendar, by: Manager, work: Working, calendars: CalendarsOf) -> Calendar:
    return Calendar(**await calendars.add(work, by, body.model_dump(mode="json")))


@router.get("/{id}")
async def get_calendar(id: Ref, by: Manager, work: Working, calendars: CalendarsOf) -> Calendar:
    return Calendar(**await calendars.get(work, CalendarId(id)))


@router.get("/{id}/state")
async def get_calendar_state(
    id: Ref, by: Manager, work: Working, calendars: CalendarsOf, at: datetime | None = None
) -> Now:
    """Whether it is open at `at` (default: now), and when that changes next."""
    moment = at or datetime.now(UTC)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    calendar = await calendars.read(work, CalendarId(id))
    return Now(at=moment, open=calendar.is_open(moment), next_change=calendar.next_change(moment))


@router.patch("/{id}")
async def change_calendar(
    id: Ref, body: CalendarChange, by: Manager, work: Working, calendars: CalendarsOf
) -> Calendar:
    return Calendar(**await calendars.change(work, by, CalendarId(id), _given(body)))


@router.delete("/{id}", status_code=204)
async def remove_calendar(id: Ref, by: Manager, work: Working, calendars: CalendarsOf) -> None:
    await calendars.remove(work, by, CalendarId(id))


def _given(body: CalendarChange) -> dict[str, Any]:
    """What was sent; only `holidays` may be taken away by null."""
    sent = body.model_dump(mode="json", exclude_unset=True)
    return {name: value for name, value in sent.items() if value is not None or name == "holidays"}
