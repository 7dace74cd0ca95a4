"""Routes of flows' traffic."""

from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from rexian.core.errors import Invalid
from rexian.core.ids import FlowId
from rexian.interactions import traffic
from rexian.tenants.access import Ref, Working, access
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/flows", tags=["flows"])

Reader = Annotated[Principal, Depends(access("flows.manage", "report.view"))]
ContactReader = Annotated[Principal, Depends(access("contacts.view"))]
Name = Annotated[str, Query(max_length=200)]
LONGEST = timedelta(days=31)


class Taken(BaseModel):
    came_from: str = Field(description="the step before; empty: the call arrived")
    exit: str
    node: str = Field(description="the step it led to; empty: the flow's farewell")
    taken: int


class Reached(BaseModel):
    node: str
    entered: int = Field(description="how often it was come to")
    calls: int
    mean_s: float = Field(description="seconds in the step, of those who have left it")
    longest_s: float
    lost: int = Field(description="callers who hung up there")
    failed: int = Field(description="where the flow itself broke off")
    ended: int = Field(description="for whom the flow ended there, the lost and failed included")


class Failed(BaseModel):
    node: str
    code: str = Field(description="why the step failed: `web.unreachable`")
    times: int


class Traffic(BaseModel):
    ways: list[Taken]
    steps: list[Reached]
    failures: list[Failed]


class Passed(BaseModel):
    id: str
    started_at: datetime
    caller: str
    outcome: str | None
    at: datetime = Field(description="when it came to the step, the last time")


class Asked(NamedTuple):
    start: datetime
    end: datetime
    version: int | None
    draft: bool


def asked(
    start: Annotated[AwareDatetime, Query(alias="from")],
    end: Annotated[AwareDatetime, Query(alias="to")],
    version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    draft: Annotated[bool, Query(description="calls for trying instead, through the draft")] = False,
) -> Asked:
    if not timedelta(0) < end - start <= LONGEST:
        raise Invalid("flow.period", "Ask for at most 31 days, from earlier to later.")
    return Asked(start, end, version, draft)


Period = Annotated[Asked, Depends(asked)]


async def _versions(work: Working, flow: str, asked: Asked) -> list[str]:
    if asked.draft:
        return await traffic.draft_of(work, FlowId(flow))
    return await traffic.versions_of(work, FlowId(flow), asked.version)


@router.get("/{id}/traffic")
async def read_flow_traffic(id: Ref, by: Reader, work: Working, period: Period) -> Traffic:
    """How calls of a period went through the flow: by link, and by step."""
    versions = await _versions(work, id, period)
    ways = await traffic.ways(work, versions, period.start, period.end)
    steps = await traffic.steps(work, versions, period.start, period.end)
    failed = await traffic.failures(work, versions, period.start, period.end)
    return Traffic(
        ways=[Taken(**row) for row in ways],
        steps=[Reached(**row) for row in steps],
        failures=[Failed(**row) for row in failed],
    )


@router.get("/{id}/traffic/contacts")
async def list_flow_contacts(
    id: Ref,
    by: ContactReader,
    work: Working,
    period: Period,
    node: Name,
    came_from: Annotated[str | None, Query(max_length=200)] = None,
    exit: Name = "",
    lost: bool = False,
    failure: Name = "",
) -> list[Passed]:
    """The newest contacts that came to a step, by one link, lost there, or for whom it failed by a code; at most 50."""
    versions = await _versions(work, id, period)
    way = () if came_from is None else (came_from, exit)
    found = await traffic.contacts(
        work, versions, period.start, period.end, node=node, way=way, lost=lost, failure=failure
    )
    return [Passed(**row) for row in found]
