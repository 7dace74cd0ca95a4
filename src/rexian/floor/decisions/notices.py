"""A caller has been told what he was to be told: now he goes on."""

from rexian.floor.decisions.guiding import give_back, start
from rexian.floor.decisions.leaving import end_call
from rexian.floor.interventions import NoticeOver
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.telephony.commands import Cause


def over(turn: Turn, call: Call) -> None:
    """He leaves the closed queue, comes to his number's flow, or has heard all there is."""
    notice = call.notice
    assert notice is not None
    turn.tell(NoticeOver(at=turn.now, call=call.id, playback=notice.playback))
    if notice.then == "flow":
        start(turn, call)
    elif notice.then == "end":
        end_call(turn, call, Cause.NORMAL, "system")
    elif call.waiting is not None:
        give_back(turn, call, "closed")
