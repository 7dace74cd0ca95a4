"""Reading and hearing the voicemails that callers have left."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from rexian.core.errors import Forbidden, NotFound
from rexian.interactions import voicemail_store as store
from rexian.interactions.service import Recordings, byte_range
from rexian.tenants.access import Ref, Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/voicemails", tags=["waiting"])

Viewer = Annotated[Principal, Depends(access("floor.view", "contacts.view"))]
AtDesk = Annotated[Principal, Depends(access("desk.use"))]
Hearer = Annotated[Principal, Depends(access("desk.use", "recordings.play"))]
RecordingsOf = Annotated[Recordings, Depends(service("recordings"))]


class Voicemail(BaseModel):
    """`length_s` and `audible`: whether its recording has been stored by now."""

    id: str
    queue: str
    contact: str
    number: str
    name: str
    customer: str | None
    left_at: datetime
    priority: int
    state: str
    agent: str | None
    closed_at: datetime | None
    disposition: str
    notes: str
    transcript: str | None
    audible: bool
    length_s: float


class Voicemails(BaseModel):
    items: list[Voicemail]
    total: int


@router.get("")
async def list_voicemails(
    by: Viewer,
    work: Working,
    which: Annotated[Literal["open", "closed"], Query(alias="state")] = "open",
    queue: Ref | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Voicemails:
    rows, total = await store.listed(
        work, open_only=which == "open", queue=queue, agent=None, limit=limit, offset=offset
    )
    return Voicemails(items=[_shown(row) for row in rows], total=total)


@router.get("/mine")
async def list_my_voicemails(by: AtDesk, work: Working) -> Voicemails:
    """Those that the agent who asks is dealing with."""
    if by.agent is None:
        return Voicemails(items=[], total=0)
    rows, total = await store.listed(work, open_only=True, queue=None, agent=by.agent, limit=50, offset=0)
    return Voicemails(items=[_shown(row) for row in rows], total=total)


@router.get("/{id}/audio", response_class=Response)
async def play_voicemail(
    id: Ref, by: Hearer, work: Working, recordings: RecordingsOf, range: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """FLAC; the caller's voice is the left track. The agent who deals with it may hear it, and who plays recordings."""
    voicemail = await store.one(work, id)
    if voicemail is None:
        raise NotFound("voicemail.not_found", "There is no such voicemail.", id=id)
    if not by.may("recordings.play") and (by.agent is None or voicemail["agent_id"] != by.agent):
        raise Forbidden("voicemail.not_yours", "Another agent deals with this voicemail; ask a supervisor.", id=id)
    row = await recordings.find(work, voicemail["recording_id"])
    part = byte_range(range, row["size"])
    start, end = part or (0, row["size"])
    await recordings.play(work, by, row["id"], from_start=start == 0)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start), "Cache-Control": "private, no-store"}
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{row['size']}"
    audio = recordings.audio(row, start, end)
    return StreamingResponse(audio, 206 if part else 200, headers=headers, media_type="audio/flac")


def _shown(row: dict[str, Any]) -> Voicemail:
    return Voicemail(
        id=row["id"],
        queue=row["queue_id"],
        contact=row["interaction_id"],
        number=row["number"],
        name=row["name"],
        customer=row["customer_id"],
        left_at=row["left_at"],
        priority=row["priority"],
        state=row["state"],
        agent=row["agent_id"],
        closed_at=row["closed_at"],
        disposition=row["disposition"],
        notes=row["notes"],
        transcript=row["transcript"],
        audible=row["recording_state"] == "stored",
        length_s=row["duration"].total_seconds() if row["duration"] is not None else 0.0,
    )
