"""The desk's and the supervisor's routes: each tells the floor one thing, and answers when it is written down."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StringConstraints

from rexian.core.errors import Conflict, Forbidden, Invalid
from rexian.core.ids import AgentId, CallId, CustomerId, QueueId
from rexian.floor import inputs
from rexian.floor.actor import Floor
from rexian.floor.directory import AgentEntry
from rexian.floor.inputs import Input
from rexian.floor.service import Floors
from rexian.tenants.access import Ref, Working, access, service
from rexian.tenants.audit import note
from rexian.tenants.model import Principal

TheFloors = Annotated[Floors, Depends(service("floors"))]
AtDesk = Annotated[Principal, Depends(access("desk.use"))]
MaySet = Annotated[Principal, Depends(access("floor.set_state"))]
MayListen = Annotated[Principal, Depends(access("floor.listen"))]

desk = APIRouter(prefix="/api/v1/desk", tags=["desk"])
supervise = APIRouter(prefix="/api/v1/floor", tags=["supervise"])
router = APIRouter()


class Ordered:
    """The floor of the one who asks, and as which agent he asks."""

    def __init__(self, floor: Floor, agent: AgentId) -> None:
        self._floor = floor
        self.agent = agent

    async def tell(self, said: Input) -> Response:
        await self._floor.ask(said)
        return Response(status_code=204)

    def has(self, call: CallId) -> bool:
        live = self._floor.state.agents.get(self.agent)
        return live is not None and live.call == call


async def _ordered(by: AtDesk, floors: TheFloors) -> Ordered:
    if by.agent is None:
        raise Forbidden("desk.no_agent", "You are not set up as an agent. Ask an administrator to make you one.")
    return Ordered(floors.floor(by.tenant), by.agent)


Desk = Annotated[Ordered, Depends(_ordered)]
Target = Annotated[
    str, StringConstraints(pattern=r"^(agent:[0-9a-fA-F-]{36}|queue:[0-9a-fA-F-]{36}|number:[0-9+*#]{1,32})$")
]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Word = Annotated[str, StringConstraints(max_length=120)]


class Queues(BaseModel):
    queues: list[Ref] | None = None


class Reason(BaseModel):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=120)]


class Switched(BaseModel):
    on: bool


class Keys(BaseModel):
    digits: Annotated[str, StringConstraints(pattern=r"^[0-9*#A-Da-d,]{1,64}$")]


class To(BaseModel):
    target: Target


class Outgoing(To):
    call: Ref = Field(description="A new UUIDv7, made by the one who dials: sent again, it does not dial twice.")
    queue: Ref | None = None


class Chosen(BaseModel):
    call: Ref
    customer: Ref
    name: Word = ""


class Finish(BaseModel):
    call: Ref
    disposition: Word = ""
    notes: Text = ""
    then: Annotated[str, StringConstraints(pattern=r"^(|ready|pause:.{1,120})$")] = ""


@desk.post("/sign-in", status_code=204)
async def sign_in(body: Queues, desk: Desk) -> Response:
    queues = None if body.queues is None else tuple(QueueId(queue) for queue in body.queues)
    return await desk.tell(inputs.SignIn(agent=desk.agent, queues=queues))


@desk.post("/sign-out", status_code=204)
async def sign_out(desk: Desk) -> Response:
    return await desk.tell(inputs.SignOut(agent=desk.agent))


@desk.post("/queues", status_code=204)
async def choose_queues(body: Queues, desk: Desk) -> Response:
    return await desk.tell(
        inputs.ChooseQueues(agent=desk.agent, queues=tuple(QueueId(queue) for queue in body.queues or ()))
    )


@desk.post("/ready", status_code=204)
async def ready(desk: Desk) -> Response:
    return await desk.tell(inputs.Ready(agent=desk.agent))


@desk.post("/pause", status_code=204)
async def pause(body: Reason, desk: Desk) -> Response:
    return await desk.tell(inputs.Pause(agent=desk.agent, reason=body.reason))


@desk.post("/reject", status_code=204)
async def reject(desk: Desk) -> Response:
    return await desk.tell(inputs.Reject(agent=desk.agent))


@desk.post("/dial", status_code=204)
async def dial(body: Outgoing, desk: Desk) -> Response:
    if body.target.startswith("queue:"):
        raise Invalid("desk.cannot_dial_queue", "A queue cannot be dialled. Choose a colleague or a number.")
    queue = QueueId(body.queue) if body.queue else None
    return await desk.tell(
        inputs.Dial(agent=desk.agent, call=CallId(body.call.lower()), target=body.target, queue=queue)
    )


@desk.post("/hang-up", status_code=204)
async def hang_up(desk: Desk) -> Response:
    return await desk.tell(inputs.HangUpCall(agent=desk.agent))


@desk.post("/hold", status_code=204)
async def hold(desk: Desk) -> Response:
    return await desk.tell(inputs.HoldCall(agent=desk.agent))


@desk.post("/resume", status_code=204)
async def resume(desk: Desk) -> Response:
    return await desk.tell(inputs.ResumeCall(agent=desk.agent))


@desk.post("/mute", status_code=204)
async def mute(body: Switched, desk: Desk) -> Response:
    return await desk.tell(inputs.MuteCall(agent=desk.agent, on=body.on))


@desk.post("/keys", status_code=204)
async def press_keys(body: Keys, desk: Desk) -> Response:
    return await desk.tell(inputs.PressKeys(agent=desk.agent, digits=body.digits))


@desk.post("/transfer", status_code=204)
async def transfer(body: To, desk: Desk) -> Response:
    return await desk.tell(inputs.Transfer(agent=desk.agent, target=body.target))


@desk.post("/consult", status_code=204)
async def consult(body: To, desk: Desk) -> Response:
    return await desk.tell(inputs.Consult(agent=desk.agent, target=body.target))


@desk.post("/consult/complete", status_code=204)
async def complete_consult(desk: Desk) -> Response:
    return await desk.tell(inputs.CompleteConsult(agent=desk.agent))


@desk.post("/consult/join", status_code=204)
async def join_consult(desk: Desk) -> Response:
    return await desk.tell(inputs.JoinConsult(agent=desk.agent))


@desk.post("/consult/cancel", status_code=204)
async def cancel_consult(desk: Desk) -> Response:
    return await desk.tell(inputs.CancelConsult(agent=desk.agent))


@desk.post("/customer", status_code=204)
async def choose_customer(body: Chosen, desk: Desk) -> Response:
    """The agent has found out who it is: chosen among several, or written down as new."""
    call = CallId(body.call.lower())
    if not desk.has(call):
        raise Conflict("desk.not_your_call", "This call is not yours any more.")
    return await desk.tell(inputs.Identified(call=call, customer=CustomerId(body.customer.lower()), name=body.name))


@desk.post("/rejoin", status_code=204)
async def rejoin(desk: Desk) -> Response:
    return await desk.tell(inputs.Rejoin(agent=desk.agent))


@desk.post("/recording/pause", status_code=204)
async def pause_recording(body: Switched, desk: Desk) -> Response:
    return await desk.tell(inputs.PauseRecordingOf(agent=desk.agent, on=body.on))


@desk.post("/wrap-up", status_code=204)
async def wrap_up(body: Finish, desk: Desk) -> Response:
    return await desk.tell(
        inputs.WrapUp(
            agent=desk.agent,
            call=CallId(body.call.lower()),
            disposition=body.disposition,
            notes=body.notes,
            then=body.then,
        )
    )


class Wanted(BaseModel):
    state: Literal["ready", "pause", "signed_out"]
    reason: Word = ""


class Listening(BaseModel):
    agent: Ref
    mode: Literal["listen", "whisper", "barge"] = "listen"


@supervise.post("/agents/{id}/state", status_code=204)
async def set_state(id: Ref, body: Wanted, by: MaySet, floors: TheFloors, work: Working) -> Response:
    """Make an agent ready (signing him in where needed), pause him, or sign him out."""
    floor = floors.floor(by.tenant)
    for said in _towards(floor, AgentId(id), body, by.user):
        await floor.ask(said)
    await note(work, by, "agent.state_set", f"agent:{id}", after={"state": body.state, "reason": body.reason})
    return Response(status_code=204)


def _towards(floor: Floor, agent: AgentId, wanted: Wanted, by: str) -> list[Input]:
    if wanted.state == "signed_out":
        return [inputs.SignOut(agent=agent, by=by)]
    live = floor.state.agents.get(agent)
    steps: list[Input] = [] if live and live.state != "off" else [inputs.SignIn(agent=agent, by=by)]
    if wanted.state == "ready":
        return [*steps, inputs.Ready(agent=agent, by=by)]
    return [*steps, inputs.Pause(agent=agent, reason=wanted.reason or "supervisor", by=by)]


@supervise.post("/agents/{id}/queues", status_code=204)
async def set_queues(id: Ref, body: Queues, by: MaySet, floors: TheFloors, work: Working) -> Response:
    queues = tuple(QueueId(queue) for queue in body.queues or ())
    await floors.floor(by.tenant).ask(inputs.ChooseQueues(agent=AgentId(id), queues=queues, by=by.user))
    await note(work, by, "agent.queues_set", f"agent:{id}", after={"queues": list(queues)})
    return Response(status_code=204)


@supervise.post("/calls/{id}/listen", status_code=204)
async def listen(id: Ref, body: Listening, by: MayListen, floors: TheFloors, work: Working) -> Response:
    """Ring the supervisor's own phone and let him attend the agent's call."""
    address = _own_phone(floors, by)
    await floors.floor(by.tenant).ask(
        inputs.ListenTo(call=CallId(id), agent=AgentId(body.agent), supervisor=by.user, address=address, mode=body.mode)
    )
    await note(work, by, "call.listened", f"call:{id}", after={"agent": body.agent, "mode": body.mode})
    return Response(status_code=204)


class Urgency(BaseModel):
    priority: Annotated[int, Field(ge=-1000, le=1000)]


class Elsewhere(BaseModel):
    queue: Ref


@supervise.post("/calls/{id}/priority", status_code=204)
async def set_priority(id: Ref, body: Urgency, by: MaySet, floors: TheFloors, work: Working) -> Response:
    """Let a waiting call be served sooner or later, at once; its age stays."""
    await floors.floor(by.tenant).ask(inputs.Reprioritise(call=CallId(id), priority=body.priority, by=by.user))
    await note(work, by, "call.priority_set", f"call:{id}", after={"priority": body.priority})
    return Response(status_code=204)


@supervise.post("/calls/{id}/queue", status_code=204)
async def move_call(id: Ref, body: Elsewhere, by: MaySet, floors: TheFloors, work: Working) -> Response:
    """Let a waiting call wait in another queue, at once, with the age it has."""
    await floors.floor(by.tenant).ask(inputs.MoveCall(call=CallId(id), queue=QueueId(body.queue), by=by.user))
    await note(work, by, "call.moved", f"call:{id}", after={"queue": body.queue})
    return Response(status_code=204)


def _own_phone(floors: Floors, by: Principal) -> str:
    entry: AgentEntry | None = floors.directory(by.tenant).agents.get(by.agent) if by.agent else None
    if entry is None:
        raise Conflict("floor.no_phone", "You have no phone to listen with. Ask an administrator to make you an agent.")
    return entry.address


@supervise.delete("/calls/{id}/listen", status_code=204)
async def stop_listening(id: Ref, by: MayListen, floors: TheFloors) -> Response:
    await floors.floor(by.tenant).ask(inputs.StopListening(call=CallId(id), supervisor=by.user))
    return Response(status_code=204)


router.include_router(desk)
router.include_router(supervise)
