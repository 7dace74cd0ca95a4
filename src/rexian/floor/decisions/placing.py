"""Calling an outside number: for an agent who calls it, or for a customer who is led to it."""

from datetime import datetime

from rexian.core.ids import LegId
from rexian.floor.decisions.offers import SPARE_S
from rexian.floor.events import LegPlaced, Role
from rexian.floor.model import PLACING, Call
from rexian.floor.turn import Turn, next_leg
from rexian.telephony.commands import Originate


def place_outside(
    turn: Turn, call: Call, number: str, *, role: Role, origin: LegId | None, until: datetime | None = None
) -> LegId:
    """Call an outside number through the house's trunk."""
    directory = turn.state.directory
    leg = next_leg(call)
    address = f"trunk:{directory.trunk}/{number}"
    ring_s = PLACING.total_seconds() if until is None else (until - turn.now).total_seconds() + SPARE_S
    turn.tell(LegPlaced(at=turn.now, call=call.id, leg=leg, role=role, address=address, until=until))
    turn.do(
        Originate(
            call=call.id,
            leg=leg,
            address=address,
            caller_number=call.caller if role is Role.CUSTOMER else directory.caller_number or call.called,
            origin=origin,
            ring_timeout_s=ring_s,
        )
    )
    return leg
