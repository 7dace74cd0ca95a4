"""Routes of contacts and recordings."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rexian.core.ids import AgentId, CallId, CustomerId
from rexian.infra.database import Database
from rexian.interactions.reading import Filter
from rexian.interactions.service import Contacts, Faxes, Recordings, byte_range
from rexian.tenants.access import Many, Ref, Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1", tags=["contacts"])

ContactsOf = Annotated[Contacts, Depends(service("contacts"))]
FaxesOf = Annotated[Faxes, Depends(service("faxes"))]
RecordingsOf = Annotated[Recordings, Depends(service("recordings"))]
Viewer = Annotated[Principal, Depends(access("contacts.view", "desk.use"))]
CustomerViewer = Annotated[Principal, Depends(access("customers.view", "customers.edit"))]
Listener = Annotated[Principal, Depends(access("recordings.play"))]
RecordingId = Annotated[str, Field(max_length=100)]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]

EXPORTED = (
    "id", "at", "ended_at", "direction", "caller", "called", "customer", "queue", "agent", "outcome",
    "wait_s", "talk_s", "hold_s", "consult_s", "wrap_up_s", "recorded", "disposition",
)  # fmt: skip


class CustomerRef(BaseModel):
    id: str
    name: str
    sure: bool


class ContactRow(BaseModel):
    id: str
    at: datetime
    ended_at: datetime | None
    closed: bool
    direction: str
    caller: str
    called: str
    caller_name: str
    customer: CustomerRef | None
    queue: str | None
    agent: str | None
    outcome: str | None
    wait_s: float
    talk_s: float
    hold_s: float
    consult_s: float
    wrap_up_s: float
    recorded: bool
    disposition: str


class SegmentOut(BaseModel):
    kind: str
    start: datetime
    end: datetime | None
    leg: str
    agent: str | None
    queue: str | None
    result: str


class FactOut(BaseModel):
    seq: int
    at: datetime
    kind: str
    data: dict[str, Any]


class RecordingOut(BaseModel):
    """`state`: open | closed (being stored) | stored | missing (then `reason`)."""

    id: str
    started_at: datetime
    duration_s: float
    channels: int
    state: str
    reason: str
    size: int


class FaxOut(BaseModel):
    """`way`: received | sent. `state`: open | closed (being stored) | stored | missing (then `reason`) | sent | failed.

    `complete`: all pages went over. `document`: what was sent, and `document_name` how it was called then. `station`:
    what the other machine calls itself.
    """

    id: str
    way: str
    document: str
    document_name: str
    started_at: datetime
    ended_at: datetime | None
    state: str
    complete: bool
    pages: int
    station: str
    t38: bool
    error: str
    reason: str
    size: int


class StepOut(BaseModel):
    title: str = Field(description="as it was drawn; often empty")
    type: str
    kind: dict[str, str] = Field(description="what the type of step is called, by language")
    own_exits: list[str] = Field(description="those of its exits that were named in drawing: shown as they are")


class ContactOut(ContactRow):
    answered_at: datetime | None
    ended_by: str
    cause: str
    agents: list[str]
    follows: str | None
    outcall: str | None = Field(description="The outcall that this contact is an attempt of.")
    followed_by: list[str]
    notes: str
    survey: dict[str, Any] = Field(description="What the customer answered after the agent had hung up, by variable.")
    legs: list[dict[str, Any]]
    segments: list[SegmentOut]
    facts: list[FactOut]
    steps: dict[str, dict[str, StepOut]] = Field(
        description="What the steps are called that the facts name, by the flow's version (or draft) and the step's id."
    )
    recordings: list[RecordingOut]
    faxes: list[FaxOut]


class ContactChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    disposition: str | None = Field(None, max_length=200)
    notes: str | None = Field(None, max_length=20_000)


class PeaksOut(BaseModel):
    """Between 0 and 1, so many for each second; left the customer, right the agent."""

    per_s: int
    left: list[float]
    right: list[float]


def wanted(
    start: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    end: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    queue: Ref | None = None,
    agent: Ref | None = None,
    direction: Literal["inbound", "outbound", "internal"] | None = None,
    outcome: Annotated[
        Literal["answered", "abandoned", "short_abandon", "any_abandon", "flow_out", "ivr_only", "failed"] | None,
        Query(description="any_abandon: abandoned or short_abandon, as the figures count the abandoned"),
    ] = None,
    customer: Ref | None = None,
    q: Annotated[str, Query(max_length=100, description="part of a number, or of the customer's name")] = "",
    min_talk_s: Annotated[float | None, Query(ge=0, le=86_400)] = None,
    recorded: bool | None = None,
) -> Filter:
    return Filter(
        start=start,
        end=end,
        queue=queue,
        agent=AgentId(agent) if agent else None,
        direction=direction,
        outcome=outcome,
        customer=CustomerId(customer) if customer else None,
        q=q,
        min_talk=timedelta(seconds=min_talk_s) if min_talk_s else None,
        recorded=recorded,
    )


Wanted = Annotated[Filter, Depends(wanted)]


@router.get("/contacts")
async def list_contacts(
    by: Viewer, work: Working, contacts: ContactsOf, wanted: Wanted, limit: Limit = 50, offset: Offset = 0
) -> Many[ContactRow]:
    """The newest first. Without `contacts.view`: those one has had a part in. `total` counts to 100,000."""
    rows, total = await contacts.page(work, by, wanted, limit=limit, offset=offset)
    return Many(items=[ContactRow(**row) for row in rows], total=total)


@router.get("/contacts.csv", response_class=Response)
async def export_contacts(by: Viewer, contacts: ContactsOf, wanted: Wanted, request: Request) -> StreamingResponse:
    """The same contacts as the list shows, all of them, as CSV (UTF-8 with a mark, so that spreadsheets read it)."""
    lines = _lines(request.app.state.rexian.database, by, contacts, wanted)
    headers = {"Content-Disposition": 'attachment; filename="contacts.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/contacts/{id}")
async def get_contact(id: Ref, by: Viewer, work: Working, contacts: ContactsOf) -> ContactOut:
    return _contact(await contacts.get(work, by, CallId(id)))


@router.patch("/contacts/{id}")
async def edit_contact(id: Ref, body: ContactChange, by: Viewer, work: Working, contacts: ContactsOf) -> ContactOut:
    """Correct what was written at wrap-up; kept in the audit trail."""
    edited = await contacts.edit(work, by, CallId(id), disposition=body.disposition, notes=body.notes)
    return _contact(edited)


def _contact(found: dict[str, Any]) -> ContactOut:
    return ContactOut(**{**found, "steps": msgspec.to_builtins(found["steps"])})


@router.get("/customers/{id}/timeline", tags=["customers"])
async def list_customer_timeline(
    id: Ref, by: CustomerViewer, work: Working, contacts: ContactsOf, limit: Limit = 50, offset: Offset = 0
) -> Many[ContactRow]:
    """A customer's contacts, the newest first."""
    rows, total = await contacts.timeline(work, Filter(customer=CustomerId(id)), limit=limit, offset=offset)
    return Many(items=[ContactRow(**row) for row in rows], total=total)


@router.get("/recordings/{id}/audio", response_class=Response)
async def play_recording(
    id: RecordingId,
    by: Listener,
    work: Working,
    recordings: RecordingsOf,
    range: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """FLAC, two tracks: left the customer, right the agent. Parts by `Range`; every playing is in the audit trail."""
    row = await recordings.find(work, id)
    part = byte_range(range, row["size"])
    start, end = part or (0, row["size"])
    await recordings.play(work, by, id, from_start=start == 0)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start), "Cache-Control": "private, no-store"}
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{row['size']}"
    audio = recordings.audio(row, start, end)
    return StreamingResponse(audio, 206 if part else 200, headers=headers, media_type="audio/flac")


@router.get("/recordings/{id}/peaks", response_model=PeaksOut)
async def read_recording_peaks(id: RecordingId, by: Listener, work: Working, recordings: RecordingsOf) -> JSONResponse:
    peaks = await recordings.peaks(work, id)
    return JSONResponse({"per_s": peaks.per_s, "left": peaks.left, "right": peaks.right})


@router.get("/faxes/{id}/document", response_class=Response)
async def read_fax(id: RecordingId, by: Viewer, work: Working, faxes: FaxesOf) -> Response:
    """The pages of a received fax, as a PDF; every reading is in the audit trail."""
    row, pdf = await faxes.read(work, by, id)
    name = f"fax-{row['started_at']:%Y%m%d-%H%M%S}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def _lines(database: Database, by: Principal, contacts: Contacts, wanted: Filter) -> AsyncIterator[str]:
    yield "\ufeff" + _line(EXPORTED)
    async with database.work(by.tenant) as work:
        async for row in contacts.each(work, by, wanted):
            yield _line([_cell(row[name]) for name in EXPORTED])


def _line(cells: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula (numbers like +8613800138000 are none)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value)
    risky = text[:1] in ("=", "+", "-", "@", "\t") and not text[1:].replace(".", "").isdigit()
    return f"'{text}" if risky else text
