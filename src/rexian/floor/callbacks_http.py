"""Routes that act upon callbacks: asking for one, its slots, moving, giving to an agent, taking back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from rexian.core.errors import NotFound
from rexian.core.ids import AgentId, CallbackId, CallId, CustomerId, QueueId
from rexian.floor import inputs
from rexian.floor.decisions.asking import slots
from rexian.floor.service import Floors
from rexian.tenants.access import Ref, Working, access, service
from rexian.tenants.audit import note
from rexian.tenants.model import Principal

TheFloors = Annotated[Floors, Depends(service("floors"))]
MayAsk = Annotated[Principal, Depends(access("desk.use", "floor.set_state"))]
MayAct = Annotated[Principal, Depends(access("floor.set_state"))]

router = APIRouter(prefix="/api/v1/callbacks", tags=["waiting"])


class NewCallback(BaseModel):
    id: Ref = Field(description="A new UUIDv7, made by the one who asks: sent again, it asks once.")
    queue: Ref
    number: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,20}$")]
    due: AwareDatetime | None = None
    name: Annotated[str, StringConstraints(max_length=120)] = ""
    customer: Ref | None = None
    origin: Ref | None = None


class CallbackMove(BaseModel):
    queue: Ref | None = None
    priority: int | None = Field(None, ge=-1000, le=1000)
    due: AwareDatetime | None = None
    now: bool = False


class To(BaseModel):
    agent: Ref


class Slots(BaseModel):
    items: list[datetime]


@router.get("/slots")
async def list_slots(queue: Ref, by: MayAsk, floors: TheFloors) -> Slots:
    """When a callback of the queue can still be booked for."""
    floor = floors.floor(by.tenant)
    entry = floor.state.directory.queues.get(QueueId(queue))
    if entry is None:
        raise NotFound("queue.not_found", "There is no such queue; choose another.", queue=queue)
    return Slots(items=slots(floor.state, entry, floors.now()))


@router.post("", status_code=204)
async def ask_for_callback(body: NewCallback, by: MayAsk, floors: TheFloors, work: Working) -> Response:
    """Somebody is to be called back: at his turn, or at a time."""
    await floors.floor(by.tenant).ask(
        inputs.RequestCallback(
            callback=CallbackId(body.id.lower()),
            queue=QueueId(body.queue),
            number=body.number,
            by=by.user,
            due=body.due,
            name=body.name,
            customer=CustomerId(body.customer) if body.customer else None,
            origin=CallId(body.origin) if body.origin else None,
        )
    )
    await note(work, by, "callback.asked", f"callback:{body.id}", after={"queue": body.queue})
    return Response(status_code=204)


@router.post("/{id}/move", status_code=204)
async def move_callback(id: Ref, body: CallbackMove, by: MayAct, floors: TheFloors, work: Working) -> Response:
    """Another queue, priority or time; `now`: into line at once."""
    queue = QueueId(body.queue) if body.queue else None
    await floors.floor(by.tenant).ask(
        inputs.MoveCallback(
            callback=CallbackId(id), by=by.user, queue=queue, priority=body.priority, due=body.due, now=body.now
        )
    )
    await note(work, by, "callback.moved", f"callback:{id}", after=body.model_dump(mode="json", exclude_none=True))
    return Response(status_code=204)


@router.post("/{id}/give", status_code=204)
async def give_callback(id: Ref, body: To, by: MayAct, floors: TheFloors, work: Working) -> Response:
    """Let one certain agent call back at once."""
    floor = floors.floor(by.tenant)
    await floor.ask(inputs.CallNow(callback=CallbackId(id), agent=AgentId(body.agent), by=by.user))
    await note(work, by, "callback.given", f"callback:{id}", after={"agent": body.agent})
    return Response(status_code=204)


@router.post("/{id}/cancel", status_code=204)
async def cancel_callback(id: Ref, by: MayAct, floors: TheFloors, work: Working) -> Response:
    await floors.floor(by.tenant).ask(inputs.CancelCallback(callback=CallbackId(id), by=by.user))
    await note(work, by, "callback.cancelled", f"callback:{id}")
    return Response(status_code=204)
