"""The desk's routes for more than two: conferences, parking, swapping, flows in the middle of a call."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, StringConstraints

from rexian.core.ids import FlowId, LegId
from rexian.floor import inputs
from rexian.floor.asking import Desk, Target
from rexian.tenants.access import Ref

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])

Line = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Part = Literal["moderator", "speaker", "listener"]


class Invited(BaseModel):
    target: Target
    part: Part = "speaker"


class OneLine(BaseModel):
    leg: Line


class MutedLine(OneLine):
    on: bool


class LinePart(OneLine):
    part: Part


class Locked(BaseModel):
    on: bool


class Slot(BaseModel):
    slot: int = Field(ge=1, le=99)


class ThroughFlow(BaseModel):
    flow: Ref
    stays: bool = Field(True, description="Wait for the customer; else be free, and get him back if you can.")


@router.post("/consult/swap", status_code=204)
async def swap_consult(desk: Desk) -> Response:
    """Talk with the other of the two: the customer, or the one consulted."""
    return await desk.tell(inputs.SwapConsult(agent=desk.agent))


@router.post("/conference/invite", status_code=204)
async def invite(body: Invited, desk: Desk) -> Response:
    """Call a colleague or a number straight into the conversation."""
    return await desk.tell(inputs.Invite(agent=desk.agent, target=body.target, part=body.part))


@router.post("/conference/part", status_code=204)
async def set_part(body: LinePart, desk: Desk) -> Response:
    return await desk.tell(inputs.SetPart(agent=desk.agent, leg=LegId(body.leg), part=body.part))


@router.post("/conference/mute", status_code=204)
async def mute_party(body: MutedLine, desk: Desk) -> Response:
    return await desk.tell(inputs.MuteParty(agent=desk.agent, leg=LegId(body.leg), on=body.on))


@router.post("/conference/remove", status_code=204)
async def remove_party(body: OneLine, desk: Desk) -> Response:
    """Put one out of the conversation, or call off one who is still being called."""
    return await desk.tell(inputs.RemoveParty(agent=desk.agent, leg=LegId(body.leg)))


@router.post("/conference/lock", status_code=204)
async def lock_conference(body: Locked, desk: Desk) -> Response:
    return await desk.tell(inputs.LockConference(agent=desk.agent, on=body.on))


@router.post("/park", status_code=204)
async def park(desk: Desk) -> Response:
    """Leave the customer with music in a slot; whoever is free picks him up from there."""
    return await desk.tell(inputs.Park(agent=desk.agent))


@router.post("/pick-up", status_code=204)
async def pick_up(body: Slot, desk: Desk) -> Response:
    return await desk.tell(inputs.PickUp(agent=desk.agent, slot=body.slot))


@router.post("/flow", status_code=204)
async def send_to_flow(body: ThroughFlow, desk: Desk) -> Response:
    """Let the customer go through a flow (check a PIN, say), and have him back with what it learned."""
    return await desk.tell(inputs.SendToFlow(agent=desk.agent, flow=FlowId(body.flow), stays=body.stays))


@router.post("/flow/take-back", status_code=204)
async def take_back(desk: Desk) -> Response:
    return await desk.tell(inputs.TakeBack(agent=desk.agent))
