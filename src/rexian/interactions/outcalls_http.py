"""Reading the calls that flows have ordered."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from rexian.interactions import outcall_store as store
from rexian.tenants.access import Working, access
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1", tags=["waiting"])

Viewer = Annotated[Principal, Depends(access("floor.view", "contacts.view"))]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


class Outcall(BaseModel):
    """`caller` has ordered it in the contact `origin`; `call` is the contact of the last attempt.

    `flow`: the flow for whoever answers; none: the very version (`version`) in which it was ordered.
    """

    id: str
    number: str
    caller: str
    origin: str
    flow: str | None
    version: str | None
    ordered_at: datetime
    due_at: datetime | None
    expires_at: datetime
    state: str
    attempts: int
    reason: str
    result: str
    call: str | None
    answered_at: datetime | None
    ended_at: datetime | None
    ended_by: str


class Outcalls(BaseModel):
    items: list[Outcall]
    total: int


@router.get("/outcalls")
async def list_outcalls(
    by: Viewer,
    work: Working,
    which: Annotated[Literal["open", "ended"], Query(alias="state")] = "open",
    limit: Limit = 100,
    offset: Offset = 0,
) -> Outcalls:
    """Calls that flows have ordered: those still to come about, or those that have ended."""
    rows, total = await store.listed(work, open_only=which == "open", limit=limit, offset=offset)
    return Outcalls(items=[Outcall(**_shown(row)) for row in rows], total=total)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_id"): value for name, value in row.items() if name != "tenant_id"}
