"""Routes of figures."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from rexian.insight.formulas import DEFAULT_SERVICE_LEVEL
from rexian.insight.service import InsightService
from rexian.tenants.access import Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/figures", tags=["figures"])

InsightOf = Annotated[InsightService, Depends(service("insight"))]
Reader = Annotated[Principal, Depends(access("report.view", "floor.view"))]
Watcher = Annotated[Principal, Depends(access("report.view", "floor.view", "wall.view"))]


@router.get("/today")
async def read_figures_today(by: Reader, work: Working, insight: InsightOf) -> dict[str, Any]:
    """Per queue since midnight on the tenant's clock, with the formula of each figure in both languages."""
    return await insight.today(work)


@router.get("/hour")
async def read_figures_of_hour(by: Watcher, work: Working, insight: InsightOf) -> dict[str, Any]:
    """The last hour by minutes, per queue, for small curves on the board and the wall."""
    return await insight.trend(work)


@router.get("")
async def read_figures(
    by: Reader,
    work: Working,
    insight: InsightOf,
    start: Annotated[AwareDatetime, Query(alias="from")],
    end: Annotated[AwareDatetime, Query(alias="to")],
    grouping: Annotated[Literal["queue", "agent", "hour"], Query(alias="by")] = "queue",
    service_level: Annotated[str, Query(pattern="^SL[1-7]$")] = DEFAULT_SERVICE_LEVEL,
) -> dict[str, Any]:
    """Of a window: visits that were queued in it; agents' time is split at its edges."""
    return await insight.between(work, start, end, grouping, service_level)
