"""The desk's routes: each tells the floor one thing, and answers when it is written down."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from rexian.core.errors import Conflict, Invalid
from rexian.core.ids import AgentId, CallId, CustomerId, QueueId
from rexian.floor import gathering, inputs, notices, supervise
from rexian.floor.asking import Desk, Target, Text, Word
from rexian.tenants.access import Ref

desk = APIRouter(prefix="/api/v1/desk", tags=["desk"])
router = APIRouter()


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


class Transferred(To):
    prefer: Ref | None = Field(None, description="in a queue: the agent who is to have the customer")
    patience_s: float = Field(60, ge=0, le=3600, description="so long he waits for that agent alone")


class Outgoing(To):
    call: Ref = Field(description="A new UUIDv7, made by the one who dials: sent again, it does not dial twice.")
    queue: Ref | None = None


class Chosen(BaseModel):
    call: Ref
    customer: Ref
    name: Word = ""


class Written(BaseModel):
    call: Ref
    text: Text


class OneMessage(BaseModel):
    message: Ref


class Finish(BaseModel):
    call: Ref
    disposition: Word = ""
    notes: Text = ""
    then: Annotated[str, StringConstraints(pattern=r"^(|ready|pause:.{1,120})$")] = ""


class More(BaseModel):
    call: Ref
    until: AwareDatetime = Field(description="The deadline that he sees: sent again, it is put off once.")


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
async def transfer(body: Transferred, desk: Desk) -> Response:
    prefer = AgentId(body.prefer) if body.prefer else None
    return await desk.tell(
        inputs.Transfer(agent=desk.agent, target=body.target, prefer=prefer, patience_s=body.patience_s)
    )


@desk.post("/consult", status_code=204)
async def consult(body: To, desk: Desk) -> Response:
    return await desk.tell(inputs.Consult(agent=desk.agent, target=body.target))


@desk.post("/messages/read", status_code=204)
async def read_message(body: OneMessage, desk: Desk) -> Response:
    """The agent has read a supervisor's words; they leave his desk."""
    return await desk.tell(inputs.ReadMessage(agent=desk.agent, message=body.message.lower()))


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


@desk.post("/notes", status_code=204)
async def take_notes(body: Written, desk: Desk) -> Response:
    """What has been written so far, for whoever talks with the customer next."""
    return await desk.tell(inputs.TakeNotes(agent=desk.agent, call=CallId(body.call.lower()), text=body.text))


@desk.post("/rejoin", status_code=204)
async def rejoin(desk: Desk) -> Response:
    return await desk.tell(inputs.Rejoin(agent=desk.agent))


@desk.post("/recording/pause", status_code=204)
async def pause_recording(body: Switched, desk: Desk) -> Response:
    return await desk.tell(inputs.PauseRecordingOf(agent=desk.agent, on=body.on))


@desk.post("/wrap-up/extend", status_code=204)
async def extend_wrap_up(body: More, desk: Desk) -> Response:
    """More time for the wrap-up, as often as its queue allows."""
    return await desk.tell(inputs.ExtendWrapUp(agent=desk.agent, call=CallId(body.call.lower()), until=body.until))


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


router.include_router(desk)
router.include_router(gathering.router)
router.include_router(supervise.router)
router.include_router(notices.router)
