"""What a queue offers to those who wait, by keys: to be called back, or to leave a message."""

from rexian.floor.asides import VOICEMAIL, WANTED
from rexian.floor.decisions.guiding import lead_aside
from rexian.floor.decisions.queueing import announcing, offered
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.telephony.commands import StopPlaying

LEADS_TO = {"callback": WANTED, "voicemail": VOICEMAIL}


def choose(turn: Turn, call: Call, digit: str) -> bool:
    """Lead a waiting caller where the key leads that he has been told of; whether it was one."""
    waiting = call.waiting
    if waiting is None or not waiting.announced or call.consult is not None or _in_a_branch(call):
        return False
    entry = turn.state.directory.queues.get(waiting.queue)
    choice = offered(entry, turn.state.directory).get(digit) if entry is not None else None
    if choice is None:
        return False
    turn.do(StopPlaying(call=call.id, playback=announcing(call, waiting)))
    lead_aside(turn, call, LEADS_TO[choice])
    return True


def _in_a_branch(call: Call) -> bool:
    """Keys are for the flow where it fills the waiting, or has led him aside already."""
    return call.run is not None and call.run.node != call.run.queue
