"""A flow has its caller's line fax: it is away meanwhile, and hears nothing of us but that it is to end."""

from msgspec.structs import replace

from rexian.core.errors import Conflict
from rexian.floor.faxes import FaxStarted, FaxWay
from rexian.floor.model import Call, Fax
from rexian.floor.turn import Turn
from rexian.flows import actions
from rexian.telephony.commands import ReceiveFax, SendFax
from rexian.telephony.events import LegSeen


def start(turn: Turn, call: Call, action: actions.ReceiveFax | actions.SendFax) -> None:
    leg = call.customer_leg
    assert leg is not None
    started = FaxStarted(at=turn.now, call=call.id, leg=leg, fax=action.fax, way=FaxWay.RECEIVED)
    if isinstance(action, actions.SendFax):
        sent = {"document": action.document, "document_name": action.document_name}
        started = replace(started, way=FaxWay.SENT, **sent)
    turn.tell(started)
    assert call.fax is not None
    _begin(turn, call, call.fax)


def _begin(turn: Turn, call: Call, fax: Fax) -> None:
    if fax.way is FaxWay.SENT:
        turn.do(SendFax(call=call.id, leg=fax.leg, fax=fax.id, document=fax.document, station=call.called))
    else:
        turn.do(ReceiveFax(call=call.id, leg=fax.leg, fax=fax.id, station=call.called))


def recover(turn: Turn, call: Call, seen: LegSeen | None) -> None:
    """After the switch was away: what came of a fax is told by it. One that it has not heard of is begun now."""
    if call.fax is not None and seen is not None and seen.fax != call.fax.id:
        _begin(turn, call, call.fax)


def require_none(call: Call) -> None:
    """Raises `Conflict` while the customer's line faxes."""
    if call.fax is not None:
        raise Conflict("call.faxing", "The customer's line is faxing; wait until that is over.", call=call.id)
