"""Which phones can be reached, read from the manager's ContactStatus events and from surveys."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rexian.adapters.asterisk.ami import Message
from rexian.telephony.events import PhoneReachable

UNKNOWN = "?"
"""Stands for the contact of a phone that a survey found; the survey does not tell which."""

FRESH = timedelta(seconds=2)
"""A list asked for so soon after the manager told of a phone may be older than what it told."""

_HERE = {"Created", "Updated", "NonQualified", "Reachable"}
_GONE = {"Removed", "Unreachable"}


class Contacts:
    """A phone has one contact at most; a new registration replaces the old one, whose removal then means nothing."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._heard: dict[str, datetime] = {}

    def reachable(self) -> frozenset[str]:
        return frozenset(self._of)

    def unheard(self) -> None:
        """The manager's connection has broken: from now on only a survey knows."""
        self._heard = {}

    def read(self, message: Message, at: datetime) -> Iterator[PhoneReachable]:
        phone, contact, status = (message.get(key, "") for key in ("EndpointName", "URI", "ContactStatus"))
        if status in _HERE:
            if phone not in self._of:
                yield PhoneReachable(at=at, phone=phone, reachable=True)
            self._of[phone] = contact
            self._heard[phone] = at
        elif status in _GONE and self._of.get(phone) in (contact, UNKNOWN):
            del self._of[phone]
            self._heard[phone] = at
            yield PhoneReachable(at=at, phone=phone, reachable=False)

    def survey(self, online: set[str], at: datetime) -> list[PhoneReachable]:
        """Take over what is really registered; the differences to what we thought."""
        self._heard = {phone: heard for phone, heard in self._heard.items() if at - heard < FRESH}
        lost = [phone for phone in self._of if phone not in online | self._heard.keys()]
        found = [phone for phone in online if phone not in self._of.keys() | self._heard.keys()]
        for phone in lost:
            del self._of[phone]
        self._of |= dict.fromkeys(found, UNKNOWN)
        return [PhoneReachable(at=at, phone=phone, reachable=phone in self._of) for phone in (*lost, *found)]
