"""Reading what customers are owed: callbacks, and callers who gave up."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from rexian.core.clock import Clock
from rexian.interactions import callback_store as store
from rexian.tenants.access import Ref, Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1", tags=["waiting"])

Viewer = Annotated[Principal, Depends(access("floor.view", "contacts.view"))]
ClockOf = Annotated[Clock, Depends(service("clock"))]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


class Callback(BaseModel):
    id: str
    queue: str
    number: str
    name: str
    customer: str | None
    origin: str | None
    by: str
    asked_at: datetime
    since: datetime
    due_at: datetime | None
    expires_at: datetime
    priority: int
    state: str
    attempts: int
    reason: str
    result: str
    call: str | None
    agent: str | None
    ended_at: datetime | None


class Callbacks(BaseModel):
    items: list[Callback]
    total: int


class GaveUp(BaseModel):
    """`again_at`: he called again; `back_at`: we called him; `answered_at`: somebody spoke with him then."""

    id: str
    at: datetime
    caller: str
    caller_name: str
    customer: str | None
    queue: str | None
    wait_s: float
    again_at: datetime | None
    back_at: datetime | None
    answered_at: datetime | None


class GaveUps(BaseModel):
    items: list[GaveUp]
    total: int


@router.get("/callbacks")
async def list_callbacks(
    by: Viewer,
    work: Working,
    which: Annotated[Literal["open", "ended"], Query(alias="state")] = "open",
    queue: Ref | None = None,
    sort: Literal["since", "due", "priority", "asked", "ended"] = "since",
    limit: Limit = 100,
    offset: Offset = 0,
) -> Callbacks:
    """Callbacks that are still to come about, or that have ended."""
    rows, total = await store.listed(
        work, open_only=which == "open", queue=queue, sort=sort, limit=limit, offset=offset
    )
    return Callbacks(items=[Callback(**_shown(row)) for row in rows], total=total)


@router.get("/abandoned")
async def list_abandoned(
    by: Viewer,
    work: Working,
    clock: ClockOf,
    hours: Annotated[int, Query(ge=1, le=24 * 31)] = 24,
    missing: Annotated[bool, Query(alias="open")] = True,
    queue: Ref | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> GaveUps:
    """Callers who hung up while waiting. `open`: only those with whom nobody has spoken since."""
    start = clock.now() - timedelta(hours=hours)
    rows, total = await store.gave_up(work, start=start, open_only=missing, queue=queue, limit=limit, offset=offset)
    return GaveUps(items=[GaveUp(**_gave_up(row)) for row in rows], total=total)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_id"): value for name, value in row.items() if name != "tenant_id"}


def _gave_up(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "at": row["started_at"],
        "caller": row["caller"],
        "caller_name": row["caller_name"],
        "customer": str(row["customer_id"]) if row["customer_id"] else None,
        "queue": str(row["queue_id"]) if row["queue_id"] else None,
        "wait_s": row["wait"].total_seconds(),
        "again_at": row["again_at"],
        "back_at": row["back_at"],
        "answered_at": row["answered_at"],
    }
