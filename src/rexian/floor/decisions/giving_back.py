"""Callers who were put through and are alone again go on in their flows."""

from rexian.floor.decisions.guiding import inform
from rexian.floor.decisions.leaving import agent_leaves, flow_awaits, ringing_tone
from rexian.floor.gatherings import GivenBack
from rexian.floor.model import Call
from rexian.floor.turn import Turn, bridge_of
from rexian.flows import actions
from rexian.telephony.commands import HangUp, StopMusic, StopPlaying, Unbridge


def settle(turn: Turn) -> None:
    """At the end of a turn, when all that it brought is known: who hung up meanwhile goes nowhere."""
    while turn.given_back:
        id = next(iter(turn.given_back))
        result = turn.given_back.pop(id)
        call = turn.state.calls.get(id)
        if call is not None and flow_awaits(call):
            _go_on(turn, call, result)


def _go_on(turn: Turn, call: Call, result: str) -> None:
    through, customer = call.through, call.customer_leg
    assert through is not None
    assert customer is not None
    for party in [party for party in call.parties.values() if party.state != "wrap_up"]:
        agent_leaves(turn, call, party, "hung_up")
    others = [leg.id for leg in call.legs.values() if leg.id != customer and not leg.ending]
    turn.tell(GivenBack(at=turn.now, call=call.id, result=result, flow=through.flow, node=through.run.node))
    for leg in others:
        turn.do(HangUp(call=call.id, leg=leg))
    turn.do(StopPlaying(call=call.id, playback=ringing_tone(call)))
    turn.do(StopMusic(call=call.id, leg=customer))
    turn.do(Unbridge(call=call.id, bridge=bridge_of(call), legs=(customer,)))
    inform(turn, call, actions.GivenBack(result))
