"""Telling a caller something of the house, before he goes on."""

from datetime import timedelta

from rexian.floor.interventions import Notified
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.telephony.commands import Play, StopPlaying

LONGEST = timedelta(seconds=120)
"""Then he has been told, whatever the switch says of it."""


def notify(turn: Turn, call: Call, media: tuple[str, ...], *, then: str, language: str = "zh") -> None:
    """Play it to him alone; when it is over, `notices.over` goes on."""
    run = call.run
    for playing in run.playing if run else ():
        turn.do(StopPlaying(call=call.id, playback=f"{call.id}.p{playing}"))
    playback = f"{call.id}.n{call.notices + 1}"
    turn.tell(Notified(at=turn.now, call=call.id, playback=playback, media=media, until=turn.now + LONGEST, then=then))
    spoken = run.language if run else language
    turn.do(Play(call=call.id, playback=playback, media=media, leg=call.customer_leg, language=spoken))
