"""What callers hear and press."""

from rexian.floor.decisions import comfort, notices
from rexian.floor.decisions.guiding import inform
from rexian.floor.decisions.queueing import play_music
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.flows import actions
from rexian.telephony.events import DigitPressed, Played, Talking


def played(turn: Turn, event: Played) -> None:
    call = turn.state.calls.get(event.call)
    if call is None or call.ended_at is not None:
        return
    if call.notice is not None:
        if event.playback == call.notice.playback:
            notices.over(turn, call)
        return
    number = event.playback.removeprefix(f"{call.id}.p")
    if number.isdigit():
        inform(turn, call, actions.Played(int(number), event.finished))
    if call.waiting is not None and call.consult is None and call.joining is None and not _hears(call):
        play_music(turn, call)


def _hears(call: Call) -> bool:
    return call.run is not None and bool(call.run.playing)


def pressed(turn: Turn, event: DigitPressed) -> None:
    """Only the caller's own keys, and only while a flow has him; not any more when an agent has answered."""
    call = turn.state.calls.get(event.call)
    if call is None or call.notice is not None:
        return
    if event.leg == call.customer_leg and call.joining is None and not comfort.choose(turn, call, event.digit):
        inform(turn, call, actions.Digit(event.digit))


def talking(turn: Turn, event: Talking) -> None:
    """The caller speaks, or has fallen silent, while a flow records him."""
    call = turn.state.calls.get(event.call)
    if call is not None and call.notice is None and event.leg == call.customer_leg and call.joining is None:
        inform(turn, call, actions.Speaking(event.on))
