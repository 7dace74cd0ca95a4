"""The supervisor's routes: each is told to the floor, and is written in the audit trail."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StringConstraints

from rexian.agents.service import Agents
from rexian.core.errors import Conflict
from rexian.core.ids import AgentId, CallId, QueueId
from rexian.floor import inputs
from rexian.floor.actor import Floor
from rexian.floor.inputs import Input
from rexian.floor.service import Floors
from rexian.tenants.access import Ref, Working, access, service
from rexian.tenants.audit import note
from rexian.tenants.model import Principal

TheFloors = Annotated[Floors, Depends(service("floors"))]
MaySet = Annotated[Principal, Depends(access("floor.set_state"))]
MayListen = Annotated[Principal, Depends(access("floor.listen"))]
MayIntervene = Annotated[Principal, Depends(access("floor.intervene"))]
Word = Annotated[str, StringConstraints(max_length=120)]
Level = Annotated[int, Field(ge=0, le=10)]
TheAgents = Annotated[Agents, Depends(service("agents"))]

router = APIRouter(prefix="/api/v1/floor", tags=["supervise"])


class Queues(BaseModel):
    queues: list[Ref] | None = None


class Wanted(BaseModel):
    state: Literal["ready", "pause", "signed_out"]
    reason: Word = ""
    when: Literal["refuse", "after", "force"] = Field(
        "refuse", description="Signing out one who is in a call: not possible, after the call, or at once."
    )


class Assignment(BaseModel):
    skills: dict[str, Level] | None = Field(None, max_length=200, description="All that he has from now on, by name.")
    queues: list[Ref] | None = Field(None, max_length=500, description="All that he belongs to from now on.")


class Listening(BaseModel):
    agent: Ref
    mode: Literal["listen", "whisper", "barge"] = "listen"


class OfAgent(BaseModel):
    agent: Ref = Field(description="Whose customer is taken over.")


class ToAgent(BaseModel):
    agent: Ref | None = Field(None, description="Who is to take the call; none: the supervisor himself.")


class ToQueue(BaseModel):
    queue: Ref


class Ranked(BaseModel):
    priority: int = Field(ge=-1000, le=1000)


class Switched(BaseModel):
    on: bool


# --- agents ---------------------------------------------------------------------------------------------------------


@router.post("/agents/{id}/state", status_code=204)
async def set_state(id: Ref, body: Wanted, by: MaySet, floors: TheFloors, work: Working) -> Response:
    """Make an agent ready (signing him in where needed), pause him, or sign him out."""
    floor = floors.floor(by.tenant)
    for said in _towards(floor, AgentId(id), body, by.user):
        await floor.ask(said)
    await note(work, by, "agent.state_set", f"agent:{id}", after=body.model_dump())
    return Response(status_code=204)


def _towards(floor: Floor, agent: AgentId, wanted: Wanted, by: str) -> list[Input]:
    if wanted.state == "signed_out":
        return [inputs.SignOut(agent=agent, by=by, when=wanted.when)]
    live = floor.state.agents.get(agent)
    steps: list[Input] = [] if live and live.state != "off" else [inputs.SignIn(agent=agent, by=by)]
    if wanted.state == "ready":
        return [*steps, inputs.Ready(agent=agent, by=by)]
    return [*steps, inputs.Pause(agent=agent, reason=wanted.reason or "supervisor", by=by)]


@router.post("/agents/{id}/queues", status_code=204)
async def set_queues(id: Ref, body: Queues, by: MaySet, floors: TheFloors, work: Working) -> Response:
    queues = tuple(QueueId(queue) for queue in body.queues or ())
    await floors.floor(by.tenant).ask(inputs.ChooseQueues(agent=AgentId(id), queues=queues, by=by.user))
    await note(work, by, "agent.queues_set", f"agent:{id}", after={"queues": list(queues)})
    return Response(status_code=204)


@router.patch("/agents/{id}", status_code=204)
async def assign(id: Ref, body: Assignment, by: MaySet, agents: TheAgents, work: Working) -> Response:
    """Change an agent's skills and queues at once: his settings are changed, and the floor works by them."""
    values = {name: value for name, value in body.model_dump().items() if value is not None}
    if values:
        await agents.change(work, by, AgentId(id), values)
    return Response(status_code=204)


# --- calls ----------------------------------------------------------------------------------------------------------


@router.post("/calls/{id}/listen", status_code=204)
async def listen(id: Ref, body: Listening, by: MayListen, floors: TheFloors, work: Working) -> Response:
    """Ring the supervisor's own phone and let him attend the agent's call; asked again, in the other mode."""
    address, own = _own_phone(floors, by)
    await floors.floor(by.tenant).ask(
        inputs.ListenTo(
            call=CallId(id),
            agent=AgentId(body.agent),
            supervisor=by.user,
            address=address,
            mode=body.mode,
            own=own,
        )
    )
    await note(work, by, "call.listened", f"call:{id}", after={"agent": body.agent, "mode": body.mode})
    return Response(status_code=204)


def _own_phone(floors: Floors, by: Principal) -> tuple[str, AgentId]:
    entry = floors.directory(by.tenant).agents.get(by.agent) if by.agent else None
    if entry is None:
        raise Conflict("floor.no_phone", "You have no phone to listen with. Ask an administrator to make you an agent.")
    return entry.address, entry.id


@router.delete("/calls/{id}/listen", status_code=204)
async def stop_listening(id: Ref, by: MayListen, floors: TheFloors) -> Response:
    await floors.floor(by.tenant).ask(inputs.StopListening(call=CallId(id), supervisor=by.user))
    return Response(status_code=204)


@router.post("/calls/{id}/take-over", status_code=204)
async def take_over(id: Ref, body: OfAgent, by: MayIntervene, floors: TheFloors, work: Working) -> Response:
    """The supervisor gets the customer on his own phone; the agent is out of the call and wraps up."""
    address, own = _own_phone(floors, by)
    await floors.floor(by.tenant).ask(
        inputs.TakeOver(call=CallId(id), agent=AgentId(body.agent), supervisor=by.user, address=address, own=own)
    )
    await note(work, by, "call.taken_over", f"call:{id}", after={"agent": body.agent})
    return Response(status_code=204)


@router.post("/calls/{id}/hang-up", status_code=204)
async def hang_up(id: Ref, by: MayIntervene, floors: TheFloors, work: Working) -> Response:
    """End the call for everybody."""
    await floors.floor(by.tenant).ask(inputs.EndCall(call=CallId(id), supervisor=by.user))
    await note(work, by, "call.ended", f"call:{id}")
    return Response(status_code=204)


@router.post("/calls/{id}/give", status_code=204)
async def give(id: Ref, body: ToAgent, by: MayIntervene, floors: TheFloors, work: Working) -> Response:
    """Offer a waiting or ringing call to one agent, or to oneself, before all others."""
    agent = AgentId(body.agent) if body.agent else _own_phone(floors, by)[1]
    to_self = agent == by.agent
    await floors.floor(by.tenant).ask(
        inputs.GiveCall(call=CallId(id), supervisor=by.user, agent=agent, to_self=to_self)
    )
    await note(work, by, "call.given", f"call:{id}", after={"agent": agent})
    return Response(status_code=204)


@router.post("/calls/{id}/queue", status_code=204)
async def move_call(id: Ref, body: ToQueue, by: MayIntervene, floors: TheFloors, work: Working) -> Response:
    """Let a waiting call wait in another queue, at once, with the age it has."""
    await floors.floor(by.tenant).ask(inputs.MoveCall(call=CallId(id), queue=QueueId(body.queue), by=by.user))
    await note(work, by, "call.moved", f"call:{id}", after={"queue": body.queue})
    return Response(status_code=204)


@router.post("/calls/{id}/priority", status_code=204)
async def set_priority(id: Ref, body: Ranked, by: MayIntervene, floors: TheFloors, work: Working) -> Response:
    """Let a waiting call be served sooner or later, at once; its age stays."""
    await floors.floor(by.tenant).ask(inputs.Reprioritise(call=CallId(id), priority=body.priority, by=by.user))
    await note(work, by, "call.priority_set", f"call:{id}", after={"priority": body.priority})
    return Response(status_code=204)


@router.post("/calls/{id}/recording/pause", status_code=204)
async def suspend_recording(id: Ref, body: Switched, by: MayIntervene, floors: TheFloors, work: Working) -> Response:
    """`on`: write silence until it is switched off again."""
    await floors.floor(by.tenant).ask(inputs.SuspendRecording(call=CallId(id), supervisor=by.user, on=body.on))
    await note(work, by, "recording.suspended", f"call:{id}", after={"on": body.on})
    return Response(status_code=204)
