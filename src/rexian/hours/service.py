"""What can be done with calendars."""

from typing import Any
from zoneinfo import available_timezones

import msgspec

from rexian.core.errors import Invalid
from rexian.core.ids import CalendarId
from rexian.flows.model import Choice
from rexian.flows.service import Flows
from rexian.hours import store
from rexian.hours.events import CalendarChanged
from rexian.hours.model import Calendar, knows_holidays
from rexian.hours.tables import calendars
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register


class Calendars:
    """Keeps calendars. `flows` tells whether one is still asked by a published flow."""

    def __init__(self, flows: Flows) -> None:
        self._flows = flows
        self._register = Register(
            calendars, "calendar", fact=lambda id: CalendarChanged(calendar=CalendarId(id)), sort=("name", "timezone")
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, calendar: CalendarId) -> dict[str, Any]:
        return await self._register.get(work, calendar)

    async def add(
        self, work: Work, by: Principal | None, values: Values, *, id: CalendarId | None = None
    ) -> dict[str, Any]:
        return await self._register.add(work, by, checked(values), id=id)

    async def change(self, work: Work, by: Principal | None, calendar: CalendarId, values: Values) -> dict[str, Any]:
        return await self._register.change(work, by, calendar, checked(values))

    async def remove(self, work: Work, by: Principal | None, calendar: CalendarId) -> None:
        name = (await self.get(work, calendar))["name"]
        await self._flows.require_unused(work, "calendar", (calendar, name))
        await self._register.remove(work, by, calendar)

    async def read(self, work: Work, calendar: CalendarId) -> Calendar:
        return _calendar(await self.get(work, calendar))

    async def every(self, work: Work) -> dict[str, Calendar]:
        """All calendars, each by its id and by its name: what flows ask."""
        found = [_calendar(row) for row in await store.every(work)]
        return {calendar.name: calendar for calendar in found} | {calendar.id: calendar for calendar in found}


def _calendar(row: Values) -> Calendar:
    """Column names come as SQLAlchemy's own kind of `str`, which msgspec does not take for one."""
    return msgspec.convert({str(name): value for name, value in row.items()}, Calendar)


async def names(work: Work) -> set[str]:
    """What flows may call calendars: their ids and their names."""
    return {name for row in await store.every(work) for name in (row["id"], row["name"])}


async def choices(work: Work) -> list[Choice]:
    """The calendars, for people who draw flows. Documents name them by id, so that they may be renamed."""
    return [Choice(name=row["id"], label=row["name"], aliases=(row["name"],)) for row in await store.every(work)]


def checked(values: Values) -> dict[str, Any]:
    """Raises `Invalid` when they make no calendar."""
    try:
        msgspec.convert({"id": "", "name": "", **values}, Calendar)
    except msgspec.ValidationError as error:
        raise Invalid("calendar.invalid", f"The calendar cannot be read: {error}.") from error
    timezone, country = values.get("timezone"), values.get("holidays")
    if timezone is not None and timezone not in available_timezones():
        raise Invalid("calendar.timezone", f"{timezone!r} is no time zone of the IANA list.", timezone=timezone)
    if country and not knows_holidays(country):
        raise Invalid("calendar.holidays", f"The holidays of {country!r} are not known.", country=country)
    return dict(values)
