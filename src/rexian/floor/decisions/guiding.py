"""The flow of a call: its walk is told to the journal, what it asks for is done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rexian.core.errors import NotFound, RexianError
from rexian.core.ids import AgentId, FlowVersionId, QueueId
from rexian.core.numbers import number_or_none
from rexian.core.regions import region_of
from rexian.floor.asides import ASIDE, ASIDE_FLOW, PLAYS_ASIDE, WAITING
from rexian.floor.calls import CallState
from rexian.floor.conversations import RecordingPaused
from rexian.floor.decisions import detours, faxing, putting_through, taping, voicemails
from rexian.floor.decisions.asking import ask, slots
from rexian.floor.decisions.leaving import end_call, flow_awaits
from rexian.floor.decisions.offers import end_offers
from rexian.floor.decisions.outcall_calls import hindrance, order
from rexian.floor.decisions.queueing import answer, is_staffed, wait_in
from rexian.floor.decisions.resuming import take_up_place
from rexian.floor.decisions.telling import notify
from rexian.floor.errands import RunErrand
from rexian.floor.events import AsideStarted, Direction, FlowEnded, FlowMoved, FlowStarted, FlowStood, LeftQueue
from rexian.floor.exits import has_own_way
from rexian.floor.inputs import ErrandDone
from rexian.floor.model import Call
from rexian.floor.outlook import expected_wait_s
from rexian.floor.turn import Turn
from rexian.flows import actions, interpreter
from rexian.flows.model import Document
from rexian.flows.visit import QueueFigures, RoomFigures, Run, Step
from rexian.telephony.commands import Cause, PauseRecording, Play, StartMusic, StopMusic, StopPlaying

PLAYS_A_FLOW = 100_000
MOST_RETURNS = 20
"""So many queues may give a caller back at once (nobody is there); then it is a circle, and it is cut."""


class Look:
    """What a flow may look at while it decides (`flows.visit.Context`)."""

    __slots__ = ("_call", "_facts", "_turn", "now")

    def __init__(self, turn: Turn, call: Call) -> None:
        self.now = turn.now
        self._turn = turn
        self._call = call
        self._facts: dict[str, Any] | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        if self._facts is None:
            self._facts = self._gathered()
        return self._facts

    def _gathered(self) -> dict[str, Any]:
        call, directory = self._call, self._turn.state.directory
        customer = call.customer
        number = call.called if call.direction is Direction.OUTBOUND else call.caller
        return {
            **(customer.known if customer else {}),
            "call": call.id,
            "started": call.started.isoformat(timespec="seconds"),
            "caller": call.caller,
            "caller_name": call.caller_name,
            "region": region_of(number),
            "called": call.called,
            "country": directory.country,
            "zone": directory.zone,
            "hears": directory.hears,
            "lists": directory.listed.of(number, self._turn.now),
            "outcall": bool(call.outcall),
            "customer": {**customer.known, "id": customer.id, "name": customer.name} if customer else {},
        }

    def is_open(self, calendar: str) -> bool | None:
        found = self._turn.state.directory.calendars.get(calendar)
        return None if found is None else found.is_open(self._turn.now)

    def has_queue(self, queue: str) -> bool:
        return queue_of(self._turn, queue) is not None

    def queue(self, queue: str) -> QueueFigures | None:
        state = self._turn.state
        id = queue_of(self._turn, queue)
        if id is None:
            return None
        position = state.matching.position(self._call.id) or state.matching.waiting(id) + 1
        waiting = state.waiting.get(id, {})
        first = state.calls[next(iter(waiting))].waiting if waiting else None
        return QueueFigures(
            position,
            expected_wait_s(state, id, position, self._turn.now),
            state.matching.ready(id),
            waiting=len(waiting),
            staffed=state.staff.get(id, 0),
            longest_wait_s=(self._turn.now - first.since).total_seconds() if first else 0.0,
        )

    def room(self, name: str) -> RoomFigures:
        members = self._turn.state.rooms.get(name, {})
        others = [each for id, each in members.items() if id != self._call.id]
        return RoomFigures(len(others), sum(each.part == "moderator" for each in others))

    def callable(self, number: str) -> str | None:
        directory = self._turn.state.directory
        return number_or_none(number, directory.country) if directory.trunk else None

    def slots(self, queue: str) -> list[datetime]:
        state = self._turn.state
        waiting = self._call.waiting
        id = queue_of(self._turn, queue) if queue else waiting.queue if waiting else self._call.queue
        entry = state.directory.queues.get(id) if id else None
        return [] if entry is None else slots(state, entry, self._turn.now)

    def hindrance(self, number: str, flow: str) -> str:
        return hindrance(self._turn.state, self._call, number, flow, self._turn.now)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self._turn.state.directory.zone))


def queue_of(turn: Turn, name: str) -> QueueId | None:
    directory = turn.state.directory
    return QueueId(name) if name in directory.queues else directory.names.get(name)


def agent_of(turn: Turn, name: str) -> AgentId | None:
    """The agent of this extension or id; none where there is no such one."""
    directory = turn.state.directory
    return AgentId(name) if name in directory.agents else directory.extensions.get(name)


def start(turn: Turn, call: Call) -> None:
    """The flow of the number that was called takes the caller."""
    directory = turn.state.directory
    number = directory.numbers.get(call.called)
    document = directory.flows.get(number.flow) if number and number.flow else None
    if number is None or number.flow is None or document is None:
        end_call(turn, call, Cause.UNALLOCATED, "system")
    else:
        begin(turn, call, number.flow, document)


def begin(
    turn: Turn,
    call: Call,
    flow: FlowVersionId,
    document: Document,
    *,
    variables: dict[str, Any] | None = None,
    language: str = "",
) -> None:
    """Start a walk. Playbacks of a call's later flows are numbered from another thousand on."""
    plays = PLAYS_A_FLOW * call.flows
    turn.tell(FlowStarted(at=turn.now, call=call.id, flow=flow, variables=document.variables))
    proceed(turn, call, interpreter.begin(document, variables or {}, Look(turn, call), plays=plays, language=language))


def inform(turn: Turn, call: Call, input: actions.Input, *, returns: int = 0) -> None:
    """Tell the flow; a call without one is not concerned."""
    run = call.run
    document = turn.state.directory.flows.get(call.flow) if call.flow else None
    if run is None:
        return
    if document is None:
        taping.listen_no_more(turn, call)
        turn.tell(FlowEnded(at=turn.now, call=call.id, reason="error:flow.gone"))
        if call.waiting is None:
            end_call(turn, call, Cause.FAILED, "system")
        return
    if call.id in turn.state.concealed:
        run = msgspec.structs.replace(run, concealed=turn.state.concealed[call.id])
    proceed(turn, call, interpreter.resume(document, run, input, Look(turn, call)), returns=returns)
    _take_up(turn, call, document, run)


def lead_aside(turn: Turn, call: Call, node: str, *, variables: dict[str, Any] | None = None) -> None:
    """Lead a caller to one of our own steps. One who waits keeps his place meanwhile, and waits on after it."""
    document = turn.state.directory.flows.get(call.flow) if call.flow else None
    run = call.run
    if run is None or document is None:
        turn.tell(AsideStarted(at=turn.now, call=call.id))
        document = turn.state.directory.flows[ASIDE_FLOW]
        run = Run(WAITING, document.language, queue=WAITING, plays=PLAYS_ASIDE * max(len(call.exits), 1))
    queue = run.queue if call.waiting is not None else ""
    proceed(turn, call, interpreter.divert(document, run, node, Look(turn, call), variables=variables, queue=queue))


def _take_up(turn: Turn, call: Call, document: Document, before: Run) -> None:
    """An aside is over, and he waits on: in a flow that fills the waiting, there where the filling begins."""
    run = call.run
    if run is None or not run.queue or run.node != run.queue or not before.node.startswith(ASIDE):
        return
    filling = document.nodes[run.queue].exits.get("waiting")
    if filling:
        proceed(turn, call, interpreter.divert(document, run, filling, Look(turn, call), queue=run.queue))


def errand_done(turn: Turn, done: ErrandDone) -> None:
    """What the flow asked for has come; a call that is over is no error."""
    call = turn.state.calls.get(done.call)
    if call is not None and call.ended_at is None and done.errand != taping.NOBODY_WAITS:
        answer_ = actions.Failed(done.error, done.errand) if done.error else actions.Answered(done.errand, done.value)
        inform(turn, call, answer_)


def recover(turn: Turn, call: Call) -> None:
    """Come to the flow's node anew: what was playing is not known."""
    document = turn.state.directory.flows.get(call.flow) if call.flow else None
    if call.run is not None and document is not None:
        taping.listen_no_more(turn, call)
        proceed(turn, call, interpreter.recover(document, call.run, Look(turn, call)))


def proceed(turn: Turn, call: Call, step: Step, *, returns: int = 0) -> None:
    """Write down where the flow went, and do what it asks for."""
    now, id = turn.now, call.id
    if step.run is call.run and not step.actions:
        return
    for move in step.moves:
        turn.tell(
            FlowMoved(at=now, call=id, node=move.node, exit=move.exit, variables=move.variables, error=move.error)
        )
    run = step.run
    _conceal(turn, call, run)
    if run.ended:
        turn.tell(FlowEnded(at=now, call=id, reason=run.ended))
    elif (open := run.open()) != call.run:
        turn.tell(FlowStood(at=now, call=id, run=open))
    comes_back = detours.returns(call, run)
    for action in step.actions:
        if comes_back and type(action) is actions.HangUp:
            continue
        _do(turn, call, action, returns)
        if call.state is CallState.ENDED:
            return
    if call.listening and not taping.is_awaited(call, call.listening):
        taping.listen_no_more(turn, call)
    if comes_back and call.detour is not None:
        detours.back(turn, call, run.ended)
    elif run.ended and call.waiting is None and not call.offers:
        end_call(turn, call, Cause.NORMAL, "system")


def _conceal(turn: Turn, call: Call, run: Run) -> None:
    if run.concealed:
        turn.state.concealed[call.id] = run.concealed
    elif turn.state.concealed:
        turn.state.concealed.pop(call.id, None)


def _do(turn: Turn, call: Call, action: actions.Action, returns: int) -> None:
    if type(action) is actions.Play:
        _play(turn, call, action)
    elif type(action) is actions.Answer:
        answer(turn, call)
    elif type(action) is actions.StopPlaying:
        turn.do(StopPlaying(call=call.id, playback=f"{call.id}.p{action.playback}"))
    elif type(action) is actions.StartMusic and call.customer_leg is not None:
        turn.do(StartMusic(call=call.id, leg=call.customer_leg, music=action.music))
    elif type(action) is actions.StopMusic and call.customer_leg is not None:
        turn.do(StopMusic(call=call.id, leg=call.customer_leg))
    elif type(action) is actions.MuteRecording:
        mute_recording(turn, call, action.on)
    elif type(action) is actions.Ask:
        turn.do(
            RunErrand(
                call=call.id,
                errand=action.errand,
                kind=action.kind,
                parameters=action.parameters,
                within_s=action.within_s,
            )
        )
    elif type(action) is actions.EnterQueue:
        _enter(turn, call, action, returns)
    elif type(action) is actions.PutThrough:
        _put_through(turn, call, action, returns)
    elif type(action) is actions.AskCallback:
        _ask_callback(turn, call, action)
    elif type(action) is actions.OrderCall:
        if hindered := order(turn, call, action):
            inform(turn, call, actions.Failed(hindered))
    elif type(action) is actions.LeaveQueue:
        _leave_queue(turn, call, action.reason)
    elif type(action) is actions.StartTape:
        _start_tape(turn, call, action.queue)
    elif type(action) is actions.StopTape:
        voicemails.stop_tape(turn, call)
    elif type(action) is actions.LeaveVoicemail:
        voicemails.leave(turn, call)
    elif type(action) is actions.StartRecording:
        _start_recording(turn, call, action)
    elif type(action) is actions.StopRecording:
        taping.stop(turn, call, action.recording)
    elif type(action) is actions.KeepRecording:
        taping.keep_heard(turn, call, action)
    elif type(action) is actions.NoteHeard:
        taping.note_heard(turn, call, action)
    elif type(action) is actions.ReceiveFax or type(action) is actions.SendFax:
        _fax(turn, call, action)
    elif type(action) is actions.HangUp:
        end_call(turn, call, Cause(action.cause), "system")


def _fax(turn: Turn, call: Call, action: actions.ReceiveFax | actions.SendFax) -> None:
    if call.customer_leg is not None:
        faxing.start(turn, call, action)
    else:
        inform(turn, call, actions.Failed("fax.failed"))


def _leave_queue(turn: Turn, call: Call, reason: str) -> None:
    end_offers(turn, call, "withdrawn")
    if call.waiting is not None:
        turn.tell(LeftQueue(at=turn.now, call=call.id, queue=call.waiting.queue, reason=reason))


def _put_through(turn: Turn, call: Call, action: actions.PutThrough, returns: int) -> None:
    """Where nobody can be called the flow is told so at once."""
    target = action.target
    if target.startswith("agent:"):
        target = f"agent:{agent_of(turn, target.removeprefix('agent:')) or ''}"
    hindered = putting_through.begin(turn, call, action, target)
    if hindered and returns > MOST_RETURNS:
        end_call(turn, call, Cause.NO_ANSWER, "system")
    elif hindered:
        inform(turn, call, actions.GivenBack(hindered), returns=returns + 1)


def _start_tape(turn: Turn, call: Call, name: str) -> None:
    queue = queue_of(turn, name) if name else call.queue
    if queue is None:
        inform(turn, call, actions.Failed("queue.not_found"))
    else:
        voicemails.start_tape(turn, call, queue)


def _start_recording(turn: Turn, call: Call, action: actions.StartRecording) -> None:
    if taping.may_record(call):
        taping.start(turn, call, action)
    else:
        inform(turn, call, actions.Failed("recording.busy"))


def _ask_callback(turn: Turn, call: Call, action: actions.AskCallback) -> None:
    """He leaves his place in line to the callback. Where nobody can be called back, the flow is told so."""
    queue = queue_of(turn, action.queue) if action.queue else call.waiting.queue if call.waiting else call.queue
    due = datetime.fromisoformat(action.due) if action.due else None
    try:
        if queue is None:
            raise NotFound("queue.not_found", "There is no such queue; choose another.")
        end_offers(turn, call, "withdrawn")
        ask(turn, call, queue, action.number, due)
    except RexianError as error:
        inform(turn, call, actions.Failed(error.code))


def _play(turn: Turn, call: Call, action: actions.Play) -> None:
    if call.customer_leg is not None:
        playback = f"{call.id}.p{action.playback}"
        turn.do(
            Play(
                call=call.id,
                playback=playback,
                media=action.media,
                leg=call.customer_leg,
                language=action.language,
                skip_s=action.skip_s,
            )
        )


def mute_recording(turn: Turn, call: Call, on: bool) -> None:
    """Where a call is recorded while a flow has its customer, silence stands for what he types in secret."""
    recording = call.recording
    if recording is not None and recording.paused != on:
        turn.tell(RecordingPaused(at=turn.now, call=call.id, recording=recording.id, on=on))
        turn.do(PauseRecording(call=call.id, leg=recording.leg, recording=recording.id, on=on))


def _enter(turn: Turn, call: Call, action: actions.EnterQueue, returns: int) -> None:
    """Wait in a queue; where nobody is signed in and the queue says so, be given back at once."""
    queue = queue_of(turn, action.queue)
    if queue is None:
        return inform(turn, call, actions.Failed("queue.not_found"), returns=returns + 1)
    if call.detour is not None:
        detours.lead_on(turn, call, "queued")
    end_offers(turn, call, "withdrawn")
    if call.waiting is not None:
        turn.tell(LeftQueue(at=turn.now, call=call.id, queue=call.waiting.queue, reason="moved"))
    since, resumes = take_up_place(turn, call, queue)
    wait_in(
        turn,
        call,
        queue,
        via="flow",
        since=since,
        resumes=resumes,
        priority=action.priority,
        skills=action.skills,
        limit_s=action.max_wait_s,
        named=agent_of(turn, action.agent),
    )
    turn_back(turn, call, returns=returns + 1)
    return None


def turn_back(turn: Turn, call: Call, *, returns: int = 0) -> None:
    """Who has come to a queue that is closed, or where nobody is and the queue says so, is given back at once.

    One without a flow to go back to, who was sent by an agent, is still served.
    """
    if call.waiting is None or call.run is None:
        return
    queue = call.waiting.queue
    if queue in turn.state.closed:
        leave_closed(turn, call, returns=returns)
    elif turn.state.directory.queues[queue].when_no_agents == "exit" and not is_staffed(turn.state, queue):
        give_back(turn, call, "no_agents", returns=returns)


def leave_closed(turn: Turn, call: Call, *, returns: int = 0) -> None:
    """The queue is closed: the caller is told so, if there are words for it, and is given back to his flow.

    Where the queue's exits speak of that and there are no words, they lead him out at the end of the turn.
    """
    assert call.waiting is not None
    end_offers(turn, call, "withdrawn")
    media = turn.state.closed[call.waiting.queue].media
    if media:
        notify(turn, call, media, then="closed")
    elif not has_own_way(turn.state.directory.queues[call.waiting.queue]):
        give_back(turn, call, "closed", returns=returns)


def give_back(turn: Turn, call: Call, reason: str, *, returns: int = 0) -> None:
    """The queue gives the caller back to the flow he came from; without one the call is over."""
    end_offers(turn, call, "withdrawn")
    assert call.waiting is not None
    turn.tell(LeftQueue(at=turn.now, call=call.id, queue=call.waiting.queue, reason=reason))
    if call.run is None and flow_awaits(call):
        turn.given_back.setdefault(call.id, "no_answer")
    elif call.run is None or returns > MOST_RETURNS:
        end_call(turn, call, Cause.NO_ANSWER, "system")
    else:
        inform(turn, call, actions.QueueLeft(reason), returns=returns)
