"""What happened to calendars. Subject: `calendar:<id>`."""

import msgspec

from rexian.core.ids import CalendarId


class CalendarChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, changed or removed."""

    calendar: CalendarId
