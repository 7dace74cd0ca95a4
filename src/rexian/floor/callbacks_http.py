"""Routes that act upon callbacks: asking for one, its slots, moving, giving to an agent, taking back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from rexian.core.errors import NotFound
from rexian.core.ids import AgentId, CallbackId, CallId, CustomerId, QueueId
from rexian.core.numbers import number_or_none
from rexian.floor import inputs
from rexian.floor.actor import Floor
from rexian.floor.callbacks import Callback
from rexian.floor.decisions.asking import is_open, open_for, slots
from rexian.floor.service import Floors
from rexian.tenants.access import Ref, Working, access, service
from rexian.tenants.audit import note
from rexian.tenants.model import Principal

TheFloors = Annotated[Floors, Depends(service("floors"))]
MayAsk = Annotated[Principal, Depends(access("desk.use", "floor.set_state"))]
MayAct = Annotated[Principal, Depends(access("floor.set_state"))]

router = APIRouter(prefix="/api/v1/callbacks", tags=["waiting"])


Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,20}$")]


class NewCallback(BaseModel):
    id: Ref = Field(description="A new UUIDv7, made by the one who asks: sent again, it asks once.")
    queue: Ref
    number: Number = Field(examples=["13800138000"])
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
    bookable: bool = Field(description="false: the queue has no slots, a person may choose any time")


class Owed(BaseModel):
    """A callback that is still to come about. `due` none: it is in line, at its turn."""

    id: str
    queue: str
    number: str
    name: str
    due: datetime | None
    state: str
    attempts: int


class AllOwed(BaseModel):
    items: list[Owed]


class Booked(BaseModel):
    """What the customer is owed now."""

    callback: Owed | None = Field(description="none: he is being spoken with already")
    moved: bool = Field(description="one was open for this number in this queue, and has been moved")
    was_due: datetime | None = Field(description="when that one was to be, if at a time")


@router.get("/slots")
async def list_callback_slots(queue: Ref, by: MayAsk, floors: TheFloors) -> Slots:
    """When a callback of the queue can still be booked for."""
    floor = floors.floor(by.tenant)
    entry = floor.state.directory.queues.get(QueueId(queue))
    if entry is None:
        raise NotFound("queue.not_found", "There is no such queue; choose another.", queue=queue)
    return Slots(items=slots(floor.state, entry, floors.now()), bookable=entry.callback.per_slot > 0)


@router.get("/owed")
async def list_owed(
    by: MayAsk,
    floors: TheFloors,
    number: Annotated[list[Number] | None, Query(max_length=20)] = None,
    customer: Ref | None = None,
) -> AllOwed:
    """The callbacks that this customer, or whoever has one of these numbers, is owed just now, the next one first."""
    floor = floors.floor(by.tenant)
    numbers = {_normal(floor, each) for each in number or ()}
    found = [
        one
        for one in floor.state.callbacks.values()
        if (one.number in numbers or (customer is not None and one.customer == customer)) and is_open(floor.state, one)
    ]
    found.sort(key=lambda one: one.due or one.since)
    return AllOwed(items=[_owed(one) for one in found])


@router.post("")
async def ask_for_callback(body: NewCallback, by: MayAsk, floors: TheFloors, work: Working) -> Booked:
    """Somebody is to be called back: at his turn, or at a time. Asked again for the same number, it is moved."""
    floor = floors.floor(by.tenant)
    before = open_for(floor.state, QueueId(body.queue), _normal(floor, body.number))
    was_due = None if before is None else before.due
    await floor.ask(
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
    now = open_for(floor.state, QueueId(body.queue), _normal(floor, body.number))
    await note(work, by, "callback.asked", f"callback:{body.id}", after={"queue": body.queue})
    moved = before is not None and before.id != body.id.lower()
    return Booked(callback=None if now is None else _owed(now), moved=moved, was_due=was_due if moved else None)


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


def _normal(floor: Floor, number: str) -> str:
    """As the floor writes it; what is no number there is nobody's."""
    return number_or_none(number, floor.state.directory.country) or number


def _owed(callback: Callback) -> Owed:
    return Owed(
        id=callback.id,
        queue=callback.queue,
        number=callback.number,
        name=callback.name,
        due=callback.due,
        state=callback.state,
        attempts=callback.attempts,
    )
