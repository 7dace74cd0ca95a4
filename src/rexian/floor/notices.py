"""Routes for telling people something at once: messages to agents, closed queues, emergency messages of numbers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StringConstraints, model_validator

from rexian.core.errors import Invalid
from rexian.core.ids import AgentId, NumberId, QueueId, TeamId
from rexian.floor import inputs
from rexian.floor.decisions.closing import require_number, require_queue
from rexian.floor.service import Floors
from rexian.floor.speaking import Announcer
from rexian.infra.database import Database
from rexian.tenants.access import Ref, Working, access, service
from rexian.tenants.audit import note
from rexian.tenants.model import Principal

TheFloors = Annotated[Floors, Depends(service("floors"))]
TheDatabase = Annotated[Database, Depends(service("database"))]
TheAnnouncer = Annotated[Announcer, Depends(service("announcer"))]
MayMessage = Annotated[Principal, Depends(access("floor.message"))]
MayClose = Annotated[Principal, Depends(access("floor.close"))]
MayView = Annotated[Principal, Depends(access("floor.view", "floor.close"))]

router = APIRouter(prefix="/api/v1/floor", tags=["supervise"])


class NewMessage(BaseModel):
    id: Ref = Field(description="A new UUIDv7, made by the sender: sent again, it is not shown twice.")
    text: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
    agent: Ref | None = None
    team: Ref | None = Field(None, description="With neither agent nor team everybody gets it.")
    urgent: bool = False


class Message(BaseModel):
    id: str
    at: datetime
    by: str
    name: str
    text: str
    urgent: bool
    team: str | None
    unread: list[str]
    read: dict[str, datetime]


class Messages(BaseModel):
    items: list[Message]


class Words(BaseModel):
    """What is said: a prompt that there is, or a text that is spoken for it."""

    prompt: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")] | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=True)] | None = None
    language: Literal["zh", "en"] = "zh"

    @model_validator(mode="after")
    def _one(self) -> "Words":
        if self.prompt and self.text:
            raise ValueError("give a prompt or a text, not both")
        return self


class Warning(Words):
    instead: bool = Field(False, description="In place of the number's flow, not before it.")


class ClosedQueue(BaseModel):
    queue: str
    since: datetime
    by: str
    media: list[str]


class WarnedNumber(BaseModel):
    number: str
    since: datetime
    by: str
    media: list[str]
    instead: bool


class Closures(BaseModel):
    queues: list[ClosedQueue]
    numbers: list[WarnedNumber]


# --- messages -------------------------------------------------------------------------------------------------------


@router.get("/messages")
async def list_messages(by: MayMessage, floors: TheFloors) -> Messages:
    """The messages of this shift, the newest first, with who has read them."""
    found = sorted(floors.floor(by.tenant).state.messages.values(), key=lambda each: each.at, reverse=True)
    return Messages(
        items=[
            Message(
                id=each.id,
                at=each.at,
                by=each.by,
                name=each.name,
                text=each.text,
                urgent=each.urgent,
                team=each.team,
                unread=list(each.unread),
                read={str(agent): at for agent, at in each.read.items()},
            )
            for each in found
        ]
    )


@router.post("/messages", status_code=204)
async def send_message(body: NewMessage, by: MayMessage, floors: TheFloors, work: Working) -> Response:
    """Words that stand on the desks of an agent, a team or everybody until each has read them."""
    await floors.floor(by.tenant).ask(
        inputs.SendMessage(
            message=body.id.lower(),
            by=by.user,
            name=by.name,
            text=body.text,
            agent=AgentId(body.agent) if body.agent else None,
            team=TeamId(body.team) if body.team else None,
            urgent=body.urgent,
        )
    )
    sent = body.model_dump(exclude={"id"}, exclude_none=True)
    await note(work, by, "message.sent", f"message:{body.id}", after=sent)
    return Response(status_code=204)


# --- queues and numbers ---------------------------------------------------------------------------------------------


@router.get("/closures")
async def list_closures(by: MayView, floors: TheFloors) -> Closures:
    """Which queues are closed, and which numbers have an emergency message."""
    state = floors.floor(by.tenant).state
    queues = [
        ClosedQueue(queue=id, since=each.since, by=each.by, media=list(each.media)) for id, each in state.closed.items()
    ]
    numbers = [
        WarnedNumber(number=id, since=each.since, by=each.by, media=list(each.media), instead=each.instead)
        for id, each in state.emergencies.items()
    ]
    return Closures(queues=queues, numbers=numbers)


@router.post("/queues/{id}/close", status_code=204)
async def close_queue(
    id: Ref, body: Words, by: MayClose, floors: TheFloors, announcer: TheAnnouncer, database: TheDatabase
) -> Response:
    """Who waits and who comes is told so, if there are words, and leaves by the flow's exit `closed`.

    Words in writing are spoken first: it is answered when they can be heard.
    """
    floor = floors.floor(by.tenant)
    require_queue(floor.state, QueueId(id))
    media = await _said(announcer, by, body)
    async with database.work(by.tenant) as work:
        await floor.ask(inputs.CloseQueue(queue=QueueId(id), by=by.user, media=media))
        await note(work, by, "queue.closed", f"queue:{id}", after=_kept(body))
    return Response(status_code=204)


@router.post("/queues/{id}/open", status_code=204)
async def open_queue(id: Ref, by: MayClose, floors: TheFloors, work: Working) -> Response:
    await floors.floor(by.tenant).ask(inputs.OpenQueue(queue=QueueId(id), by=by.user))
    await note(work, by, "queue.opened", f"queue:{id}")
    return Response(status_code=204)


@router.put("/numbers/{id}/emergency", status_code=204)
async def set_emergency(
    id: Ref, body: Warning, by: MayClose, floors: TheFloors, announcer: TheAnnouncer, database: TheDatabase
) -> Response:
    """From the next caller on: this is heard before the number's flow, or instead of it.

    A text is spoken first: it is answered when it can be heard.
    """
    floor = floors.floor(by.tenant)
    require_number(floor.state, NumberId(id))
    media = await _said(announcer, by, body)
    if not media:
        raise Invalid("emergency.no_words", "Say what the callers are to hear: a prompt or a text.")
    async with database.work(by.tenant) as work:
        await floor.ask(inputs.SetEmergency(number=NumberId(id), by=by.user, media=media, instead=body.instead))
        await note(work, by, "emergency.set", f"number:{id}", after=_kept(body))
    return Response(status_code=204)


@router.delete("/numbers/{id}/emergency", status_code=204)
async def lift_emergency(id: Ref, by: MayClose, floors: TheFloors, work: Working) -> Response:
    await floors.floor(by.tenant).ask(inputs.LiftEmergency(number=NumberId(id), by=by.user))
    await note(work, by, "emergency.lifted", f"number:{id}")
    return Response(status_code=204)


async def _said(announcer: Announcer, by: Principal, words: Words) -> tuple[str, ...]:
    """May take as long as the voice does: no transaction is to be open meanwhile."""
    if words.prompt:
        await announcer.require(by, words.prompt)
        return (f"prompt:{words.prompt}",)
    return (f"prompt:{await announcer.spoken(by, words.text, words.language)}",) if words.text else ()


def _kept(words: Words) -> dict[str, Any]:
    return words.model_dump(exclude_none=True)
