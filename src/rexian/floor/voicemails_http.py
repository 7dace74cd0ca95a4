"""Routes that act upon voicemails: taking one, giving it to an agent, moving, returning and closing it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StringConstraints

from rexian.core.errors import Forbidden
from rexian.core.ids import AgentId, QueueId, VoicemailId
from rexian.floor import inputs
from rexian.floor.service import Floors
from rexian.tenants.access import Ref, Working, access, service
from rexian.tenants.audit import note
from rexian.tenants.model import Principal

TheFloors = Annotated[Floors, Depends(service("floors"))]
MayDeal = Annotated[Principal, Depends(access("desk.use", "floor.set_state"))]
MayAct = Annotated[Principal, Depends(access("floor.set_state"))]

router = APIRouter(prefix="/api/v1/voicemails", tags=["waiting"])


class ToAgent(BaseModel):
    agent: Ref | None = None
    """None: the one who asks."""


class VoicemailMove(BaseModel):
    queue: Ref | None = None
    priority: int | None = Field(None, ge=-2000, le=1000)


class VoicemailEnd(BaseModel):
    disposition: Annotated[str, StringConstraints(max_length=200)] = ""
    notes: Annotated[str, StringConstraints(max_length=20_000)] = ""


@router.post("/{id}/take", status_code=204)
async def take_voicemail(id: Ref, body: ToAgent, by: MayDeal, floors: TheFloors, work: Working) -> Response:
    """Deal with it oneself, or, as a supervisor, give it to an agent."""
    agent = AgentId(body.agent) if body.agent else by.agent
    if agent is None or (agent != by.agent and not by.may("floor.set_state")):
        raise Forbidden("voicemail.not_yours", "Only a supervisor gives voicemails to others.", id=id)
    await floors.floor(by.tenant).ask(inputs.TakeVoicemail(voicemail=VoicemailId(id), agent=agent, by=by.user))
    await note(work, by, "voicemail.taken", f"voicemail:{id}", after={"agent": agent})
    return Response(status_code=204)


@router.post("/{id}/return", status_code=204)
async def return_voicemail(id: Ref, by: MayDeal, floors: TheFloors, work: Working) -> Response:
    """Back into line at its old place."""
    agent = _own(by)
    await floors.floor(by.tenant).ask(inputs.ReturnVoicemail(voicemail=VoicemailId(id), by=by.user, agent=agent))
    await note(work, by, "voicemail.returned", f"voicemail:{id}")
    return Response(status_code=204)


@router.post("/{id}/close", status_code=204)
async def close_voicemail(id: Ref, body: VoicemailEnd, by: MayDeal, floors: TheFloors, work: Working) -> Response:
    """It is dealt with; disposition and notes go to the contact in which it was left."""
    await floors.floor(by.tenant).ask(
        inputs.CloseVoicemail(
            voicemail=VoicemailId(id), by=by.user, agent=_own(by), disposition=body.disposition, notes=body.notes
        )
    )
    await note(work, by, "voicemail.closed", f"voicemail:{id}", after={"disposition": body.disposition})
    return Response(status_code=204)


@router.post("/{id}/move", status_code=204)
async def move_voicemail(id: Ref, body: VoicemailMove, by: MayAct, floors: TheFloors, work: Working) -> Response:
    queue = QueueId(body.queue) if body.queue else None
    await floors.floor(by.tenant).ask(
        inputs.MoveVoicemail(voicemail=VoicemailId(id), by=by.user, queue=queue, priority=body.priority)
    )
    await note(work, by, "voicemail.moved", f"voicemail:{id}", after=body.model_dump(mode="json", exclude_none=True))
    return Response(status_code=204)


def _own(by: Principal) -> AgentId | None:
    """Who is no supervisor acts only upon what he deals with himself."""
    if by.may("floor.set_state"):
        return None
    if by.agent is None:
        raise Forbidden("desk.no_agent", "You are not set up as an agent. Ask an administrator to make you one.")
    return by.agent
