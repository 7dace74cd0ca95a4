"""Whether the other ends of trunks answer, read from the manager's events and from surveys."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from rexian.adapters.asterisk.ami import Message
from rexian.adapters.asterisk.book import TRUNK_PREFIX
from rexian.telephony.events import TrunkReachable

_CONTACT = {"Reachable": True, "Unreachable": False}
_REGISTRATION = {"Registered": True, "Rejected": False, "Unregistered": False}
_ENDPOINT = {"online": True, "offline": False}


class Trunks:
    """A trunk is well when its other end answers our OPTIONS and, where we register, has taken our registration.

    What is not known (a trunk that only brings calls in) says nothing.
    """

    def __init__(self) -> None:
        self._answers: dict[str, bool] = {}
        self._registered: dict[str, bool] = {}
        self._told: dict[str, bool] = {}

    def read(self, message: Message, registrations: Mapping[str, str], at: datetime) -> Iterator[TrunkReachable]:
        """`registrations`: the trunk of each SIP address that we register as."""
        kind = message.get("Event")
        if kind == "ContactStatus" and (name := message.get("EndpointName", "")).startswith(TRUNK_PREFIX):
            trunk, well = name.removeprefix(TRUNK_PREFIX), _CONTACT.get(message.get("ContactStatus", ""))
            yield from self._note(self._answers, trunk, well, at)
        elif kind == "Registry" and (trunk := registrations.get(message.get("Username", ""), "")):
            yield from self._note(self._registered, trunk, _REGISTRATION.get(message.get("Status", "")), at)

    def survey(self, endpoints: Mapping[str, str], at: datetime) -> Iterator[TrunkReachable]:
        """Take over what Asterisk says of its endpoints (name → online, offline, unknown)."""
        states = {
            name.removeprefix(TRUNK_PREFIX): state for name, state in endpoints.items() if name.startswith(TRUNK_PREFIX)
        }
        self._told.clear()
        for known in (self._answers, self._registered):
            for trunk in known.keys() - states.keys():
                del known[trunk]
        for trunk, state in states.items():
            yield from self._note(self._answers, trunk, _ENDPOINT.get(state), at)

    def _note(self, known: dict[str, bool], trunk: str, well: bool | None, at: datetime) -> Iterator[TrunkReachable]:
        if well is None:
            return
        known[trunk] = well
        now = self._answers.get(trunk, True) and self._registered.get(trunk, True)
        if self._told.get(trunk) is not now:
            self._told[trunk] = now
            yield TrunkReachable(at=at, trunk=trunk, reachable=now)
