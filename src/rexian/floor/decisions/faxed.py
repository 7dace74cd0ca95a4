"""A fax is over, or could not be begun: it is written down, and the flow goes on."""

from rexian.floor.calls import CallState
from rexian.floor.decisions.guiding import inform
from rexian.floor.faxes import FaxEnded
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.flows import actions
from rexian.telephony.events import Faxed

REFUSED = "refused"


def over(turn: Turn, event: Faxed) -> None:
    """The switch may tell of a fax again that has been written down: that is passed over."""
    call = turn.state.calls.get(event.call)
    if call is None or call.fax is None or call.fax.id != event.fax:
        return
    turn.tell(
        FaxEnded(
            at=turn.now,
            call=call.id,
            fax=event.fax,
            complete=event.complete,
            pages=event.pages,
            station=event.station,
            t38=event.t38,
            error=event.error,
            path=event.path,
        )
    )
    if call.state is not CallState.ENDED:
        inform(turn, call, actions.FaxOver(event.complete, event.pages, event.station, event.machine))


def refused(turn: Turn, call: Call, fax: str) -> None:
    """The line has not been away."""
    if call.fax is not None and call.fax.id == fax:
        turn.tell(FaxEnded(at=turn.now, call=call.id, fax=fax, complete=False, error=REFUSED))
        inform(turn, call, actions.Failed("fax.failed"))
