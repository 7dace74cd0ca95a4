"""Between one process's switch and the floors of its tenants: every event finds its floor, every command the switch."""

from collections.abc import Iterator

import msgspec
import structlog

from rexian.core.errors import RexianError
from rexian.core.ids import CallId, LegId, TenantId
from rexian.core.numbers import number_or_none
from rexian.floor.actor import Floor
from rexian.floor.errands import Errands, RunErrand
from rexian.telephony.commands import AnyCommand, Cause, HangUp, Play, SendFax, StartMusic
from rexian.telephony.events import (
    AnySwitchEvent,
    Arrived,
    LegSeen,
    PhoneReachable,
    SwitchBack,
    SwitchLost,
    TrunkReachable,
)
from rexian.telephony.ports import Switch

log = structlog.stdlib.get_logger()

SPARE_CALLS = 10_000
"""So many calls that are over are remembered before they are looked through."""


class Exchange:
    """Routes events by call, by number called or by phone. Calls for nobody are turned away."""

    def __init__(self, switch: Switch, errands: Errands | None = None) -> None:
        self._switch = switch
        self._errands = errands
        self._floors: dict[TenantId, Floor] = {}
        self._of_call: dict[CallId, Floor] = {}
        self.trunks: dict[str, TrunkReachable] = {}
        """What the switch told last of each trunk; nothing where it cannot tell."""

    def add(self, floor: Floor) -> None:
        self._floors[floor.tenant] = floor
        self._of_call.update(dict.fromkeys(floor.state.calls, floor))

    def floor(self, tenant: TenantId) -> Floor | None:
        return self._floors.get(tenant)

    def floors(self) -> list[Floor]:
        return list(self._floors.values())

    async def run(self) -> None:
        """Carry the switch's events to the floors; until cancelled."""
        async for event in self._switch.events():
            try:
                await self._carry(event)
            except Exception:
                log.exception("An event of the switch could not be carried.", kind=type(event).__name__)

    async def perform(self, tenant: TenantId, command: AnyCommand | RunErrand) -> None:
        """A floor's command; the events of its call will find their way back."""
        if isinstance(command, RunErrand):
            if self._errands is not None:
                self._errands.start(tenant, command)
            return
        floor = self._floors[tenant]
        self._of_call.setdefault(command.call, floor)
        if isinstance(command, Play | StartMusic | SendFax) and not command.tenant:
            command = msgspec.structs.replace(command, tenant=floor.state.directory.slug)
        await self._switch.perform(command)

    async def survey(self, floor: Floor) -> SwitchBack:
        """What the switch holds of one floor's calls now."""
        return self._share(floor, await self._switch.survey())

    async def _carry(self, event: AnySwitchEvent) -> None:
        if isinstance(event, Arrived):
            await self._arrived(event)
        elif isinstance(event, SwitchBack):
            await self._switch_back(event)
        elif isinstance(event, SwitchLost):
            self.trunks.clear()
            for floor in self._floors.values():
                floor.tell(event)
        elif isinstance(event, TrunkReachable):
            known = self.trunks.get(event.trunk)
            if known is None or known.reachable is not event.reachable:
                self.trunks[event.trunk] = event
        elif isinstance(event, PhoneReachable):
            for floor in self._having_phone(event.phone):
                floor.tell(event)
        elif (home := self._home(event.call)) is not None:
            home.tell(event)

    async def _arrived(self, event: Arrived) -> None:
        found = self._wanted(event)
        if found is None:
            log.warning("A call came for a number that nobody has.")
            await self._turn_away(event.call, event.leg, Cause.UNALLOCATED)
            return
        self._forget_old()
        floor, called = found
        self._of_call[event.call] = floor
        caller = number_or_none(event.caller, floor.state.directory.country) or event.caller
        floor.tell(msgspec.structs.replace(event, called=called, caller=caller))

    def _wanted(self, event: Arrived) -> tuple[Floor, str] | None:
        """An agent's phone calls within its tenant; else the number decides, in whichever form it comes."""
        if event.phone and (home := next(self._having_phone(event.phone), None)):
            return home, event.called
        for floor in self._floors.values():
            directory = floor.state.directory
            for called in (event.called, number_or_none(event.called, directory.country)):
                if called is not None and called in directory.numbers:
                    return floor, called
        return None

    def _having_phone(self, phone: str) -> Iterator[Floor]:
        return (floor for floor in self._floors.values() if phone in floor.state.directory.phones)

    def _home(self, call: CallId) -> Floor | None:
        known = self._of_call.get(call)
        if known is None:
            known = next((floor for floor in self._floors.values() if call in floor.state.calls), None)
        return known

    async def _switch_back(self, event: SwitchBack) -> None:
        """Each floor hears of its own; what belongs to nobody is ended."""
        for floor in self._floors.values():
            floor.tell(self._share(floor, event))
        for seen in event.legs:
            if self._home(seen.call) is None:
                await self._turn_away(seen.call, seen.leg, Cause.NORMAL)

    def _share(self, floor: Floor, event: SwitchBack) -> SwitchBack:
        phones = floor.state.directory.phones
        return msgspec.structs.replace(
            event,
            legs=tuple(seen for seen in event.legs if self._is_of(floor, seen)),
            reachable=frozenset(phone for phone in event.reachable if phone in phones),
        )

    def _is_of(self, floor: Floor, seen: LegSeen) -> bool:
        return self._home(seen.call) is floor

    async def _turn_away(self, call: CallId, leg: LegId, cause: Cause) -> None:
        try:
            await self._switch.perform(HangUp(call=call, leg=leg, cause=cause))
        except RexianError as error:
            log.warning("A leg could not be ended.", reason=error.message)

    def _forget_old(self) -> None:
        """Calls that are over are dropped from the map once there are many of them."""
        live = sum(len(floor.state.calls) for floor in self._floors.values())
        if len(self._of_call) > 2 * live + SPARE_CALLS:
            self._of_call = {call: floor for call, floor in self._of_call.items() if call in floor.state.calls}
