"""Agents come, go, pause and are ready; their desks and phones come and go."""

from datetime import timedelta

from rexian.core.errors import Conflict, Invalid, NotFound
from rexian.core.ids import AgentId, QueueId
from rexian.floor.deadlines import due_of_agent
from rexian.floor.decisions.guiding import give_back
from rexian.floor.decisions.leaving import free, shift_is_full
from rexian.floor.decisions.queueing import is_staffed
from rexian.floor.decisions.voicemails import let_go
from rexian.floor.directory import AgentEntry
from rexian.floor.events import (
    DeskChanged,
    Paused,
    PauseRequested,
    PhoneChanged,
    QueuesChosen,
    Readied,
    SignedIn,
    SignedOut,
    WrappedUp,
    WrapUpExtended,
)
from rexian.floor.inputs import (
    ChooseQueues,
    DeskPresence,
    ExtendWrapUp,
    Pause,
    Ready,
    SignIn,
    SignOut,
    WrapUp,
)
from rexian.floor.model import Agent
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.floor.turn import Turn
from rexian.telephony.events import PhoneReachable

FREE = frozenset({Presence.PAUSED, Presence.READY})
DESK_LOST = "desk_lost"


def attending(state: State, id: AgentId) -> Agent:
    """The agent, who must have signed in."""
    agent = state.agents.get(id)
    if agent is None or agent.state is Presence.OFF:
        raise Conflict("agent.signed_out", "Sign in first.", agent=id)
    return agent


def entry_of(state: State, id: AgentId) -> AgentEntry:
    """What the house knows of an agent."""
    entry = state.directory.agents.get(id)
    if entry is None:
        raise NotFound("agent.not_found", "There is no such agent; ask an administrator.", agent=id)
    return entry


def sign_in(turn: Turn, input: SignIn) -> None:
    """He begins paused, so that no call comes before he says that he is ready."""
    entry_of(turn.state, input.agent)
    queues = _allowed(turn.state, input.agent, input.queues)
    agent = turn.state.agents.get(input.agent)
    if agent is None or agent.state is Presence.OFF:
        turn.tell(SignedIn(at=turn.now, agent=input.agent, queues=queues))
    elif input.queues is not None and agent.queues != queues:
        choose(turn, input.agent, queues)


def sign_out(turn: Turn, input: SignOut) -> None:
    """Being signed out already is no error."""
    agent = turn.state.agents.get(input.agent)
    if agent is None or agent.state is Presence.OFF:
        return
    if agent.state in (Presence.OFFERED, Presence.BUSY):
        raise Conflict("agent.in_call", "Finish the call before signing out.", agent=input.agent)
    end_wrap_up(turn, agent, "forced")
    queues = agent.queues
    let_go(turn, input.agent)
    turn.tell(SignedOut(at=turn.now, agent=input.agent, by=input.by))
    leave_unstaffed(turn, queues)


def choose_queues(turn: Turn, input: ChooseQueues) -> None:
    attending(turn.state, input.agent)
    choose(turn, input.agent, _allowed(turn.state, input.agent, input.queues))


def choose(turn: Turn, id: AgentId, queues: tuple[QueueId, ...]) -> None:
    left = tuple(queue for queue in turn.state.agents[id].queues if queue not in queues)
    turn.tell(QueuesChosen(at=turn.now, agent=id, queues=queues))
    leave_unstaffed(turn, left)


def _allowed(state: State, id: AgentId, queues: tuple[QueueId, ...] | None) -> tuple[QueueId, ...]:
    """The queues he may work in, of those asked for (none: all)."""
    entry = state.directory.agents.get(id)
    own = entry.queues if entry else ()
    if queues is None:
        return own
    for queue in queues:
        if queue not in own:
            raise Invalid("queue.not_yours", "You do not belong to this queue; ask a supervisor.", queue=queue)
    return tuple(queues)


def leave_unstaffed(turn: Turn, queues: tuple[QueueId, ...]) -> None:
    """Who waits where nobody is any more is given back to his flow, where the queue says so."""
    state = turn.state
    for queue in queues:
        settings = state.directory.queues.get(queue)
        if settings is None or settings.when_no_agents != "exit" or is_staffed(state, queue):
            continue
        for id in list(state.waiting.get(queue, ())):
            call = state.calls.get(id)
            if call is not None and call.waiting is not None and call.consult is None and call.frozen_until is None:
                give_back(turn, call, "no_agents")


def ready(turn: Turn, input: Ready) -> None:
    """In a call it takes a wish for a pause back; it ends wrap-up."""
    agent = attending(turn.state, input.agent)
    if agent.state in (Presence.BUSY, Presence.OFFERED):
        if agent.next_pause:
            turn.tell(PauseRequested(at=turn.now, agent=input.agent, reason="", by=input.by))
        return
    if input.by == "self" and shift_is_full(turn.state, input.agent):
        raise Conflict("agent.shift_full", "Your shift's share of calls is done; a supervisor can make you ready.")
    end_wrap_up(turn, agent, _how(input.by))
    if agent.state is not Presence.READY:
        turn.tell(Readied(at=turn.now, agent=input.agent, by=input.by))


def pause(turn: Turn, input: Pause) -> None:
    """At once, or after the call."""
    agent = attending(turn.state, input.agent)
    if agent.state in (Presence.BUSY, Presence.OFFERED):
        turn.tell(PauseRequested(at=turn.now, agent=input.agent, reason=input.reason, by=input.by))
        return
    end_wrap_up(turn, agent, _how(input.by))
    turn.tell(Paused(at=turn.now, agent=input.agent, reason=input.reason, by=input.by))


def _how(by: str) -> str:
    return "done" if by == "self" else "forced"


def end_wrap_up(turn: Turn, agent: Agent, how: str, *, disposition: str = "", notes: str = "") -> None:
    """Say that it is done, if there is one; what the agent does next is for the caller to say."""
    if agent.state is Presence.WRAP_UP and agent.call is not None:
        turn.tell(
            WrappedUp(at=turn.now, call=agent.call, agent=agent.id, how=how, disposition=disposition, notes=notes)
        )


def wrap_up(turn: Turn, input: WrapUp) -> None:
    agent = _wrapping(turn.state, input)
    end_wrap_up(turn, agent, "done", disposition=input.disposition, notes=input.notes)
    kind, _, reason = input.then.partition(":")
    if kind == "pause" and reason:
        turn.tell(Paused(at=turn.now, agent=input.agent, reason=reason, by=input.by))
    elif kind == "ready" and not shift_is_full(turn.state, input.agent):
        turn.tell(Readied(at=turn.now, agent=input.agent, by=input.by))
    else:
        free(turn, input.agent, by=input.by)


def extend_wrap_up(turn: Turn, input: ExtendWrapUp) -> None:
    """More time, as often as the queue allowed when the wrap-up began: so it always ends.

    Raises `Conflict` when it is over, or when none is left; not when the deadline that he saw has been put off already.
    """
    _wrapping(turn.state, input)
    party = turn.state.calls[input.call].parties[input.agent]
    if party.until is None or input.until < party.until:
        return
    if party.extended >= party.extensions:
        raise Conflict(
            "wrap_up.no_more_time",
            "Your wrap-up cannot be extended any more; finish it, the contact can be completed later.",
            times=party.extensions,
        )
    until = party.until + timedelta(seconds=party.extension_s)
    nth = party.extended + 1
    turn.tell(WrapUpExtended(at=turn.now, call=input.call, agent=input.agent, until=until, nth=nth))


def _wrapping(state: State, input: WrapUp | ExtendWrapUp) -> Agent:
    """The agent, who must be wrapping up this call."""
    agent = attending(state, input.agent)
    if agent.state is not Presence.WRAP_UP or agent.call != input.call:
        raise Conflict(
            "wrap_up.not_open", "This wrap-up is over; change the contact's record instead.", call=input.call
        )
    return agent


def desk_presence(turn: Turn, input: DeskPresence) -> None:
    """Without his page an agent cannot work: he is paused, after his call if he is in one."""
    agent = turn.state.agents.get(input.agent)
    if (agent.desk if agent else False) == input.present:
        return
    turn.tell(DeskChanged(at=turn.now, agent=input.agent, present=input.present))
    agent = turn.state.agents[input.agent]
    if input.present:
        if agent.next_pause == DESK_LOST:
            turn.tell(PauseRequested(at=turn.now, agent=input.agent, reason="", by="system"))
    elif agent.state is Presence.READY:
        turn.tell(Paused(at=turn.now, agent=input.agent, reason=DESK_LOST, by="system"))
    elif agent.state not in (Presence.OFF, Presence.PAUSED) and not agent.next_pause:
        turn.tell(PauseRequested(at=turn.now, agent=input.agent, reason=DESK_LOST, by="system"))


def phone_reachable(turn: Turn, event: PhoneReachable) -> None:
    id = turn.state.directory.phones.get(event.phone)
    if id is not None:
        phone_changed(turn, id, event.reachable)


def phone_changed(turn: Turn, id: AgentId, reachable: bool) -> None:
    agent = turn.state.agents.get(id)
    if (agent.phone if agent else False) != reachable:
        turn.tell(PhoneChanged(at=turn.now, agent=id, reachable=reachable))


def expire(turn: Turn, agent: Agent) -> None:
    """A ready agent's phone has not been there for too long."""
    due = due_of_agent(agent, turn.state.directory.agents.get(agent.id))
    if due is not None and due <= turn.now:
        turn.tell(Paused(at=turn.now, agent=agent.id, reason="phone_lost", by="system"))
