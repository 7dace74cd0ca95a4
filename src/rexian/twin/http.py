"""Routes of the twin."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from rexian.core.ids import QueueId
from rexian.tenants.access import Door, Listed, Many, Ref, Working, access, service
from rexian.tenants.model import Principal
from rexian.twin import scenario as scenarios
from rexian.twin.service import Twin

router = APIRouter(prefix="/api/v1/twin", tags=["twin"])

TwinOf = Annotated[Twin, Depends(service("twin"))]
Viewer = Annotated[Principal, Depends(access("report.view", "twin.run", "queues.manage"))]
Runner = Annotated[Principal, Depends(access("twin.run"))]
QueueManager = Annotated[Principal, Depends(access("queues.manage"))]
Days = Annotated[int, Field(ge=2, le=200)]


class NewRun(Door):
    name: str = Field("", max_length=100)
    day: date | None = Field(None, description="the day to fit; none: the last one with calls")
    scenario: dict[str, Any] | None = Field(
        None, description="a scenario as `GET /twin/schema` tells, in a day's place"
    )
    changes: dict[str, Any] | None = Field(None, description="what to change, and compare; none: only simulate")
    depth: Literal["routing", "floor"] | None = Field(None, description="none: `routing`, where the rules allow it")
    days: Days = 20


class Preview(Door):
    queue: Ref
    rules: dict[str, Any] = Field(max_length=50, description="the queue's changed fields")
    days: Days = 20


class RunListed(BaseModel):
    id: str
    name: str
    depth: str
    days: int
    changes: dict[str, Any] | None
    state: str
    done: int = Field(description="simulated days, of both settings together")
    problem: str
    created_by: str | None
    created_at: datetime


class Run(RunListed):
    result: dict[str, Any] | None


@router.get("/schema")
async def read_twin_schema(by: Viewer) -> dict[str, Any]:
    """The JSON Schema of scenarios."""
    return scenarios.schema()


@router.get("/day")
async def fit_twin_day(by: Viewer, work: Working, twin: TwinOf, day: date | None = None) -> dict[str, Any]:
    """A day as a scenario, fitted from the records; by itself the last one before today with calls."""
    found: dict[str, Any] = msgspec.to_builtins(await twin.day(work, day))
    return found


@router.get("/runs")
async def list_twin_runs(by: Viewer, work: Working, twin: TwinOf, listing: Listed) -> Many[RunListed]:
    return Many[RunListed].model_validate(await twin.list(work, listing), from_attributes=True)


@router.post("/runs", status_code=201)
async def begin_twin_run(body: NewRun, by: Runner, work: Working, twin: TwinOf) -> Run:
    """Queue a simulation; `work` does it, and the run tells how far it is."""
    if body.scenario is not None:
        scenario = scenarios.read(msgspec.json.encode(body.scenario))
    else:
        scenario = await twin.day(work, body.day)
    begun = await twin.begin(work, by, scenario, changes=body.changes, depth=body.depth, days=body.days, name=body.name)
    return Run(**begun)


@router.post("/previews", status_code=201)
async def preview_twin_rules(body: Preview, by: QueueManager, work: Working, twin: TwinOf) -> Run:
    """What a queue's changed rules would do, on the last day's traffic: a run to be followed."""
    return Run(**await twin.preview(work, by, QueueId(body.queue), body.rules, days=body.days))


@router.get("/runs/{id}")
async def get_twin_run(id: Ref, by: Viewer, work: Working, twin: TwinOf) -> Run:
    return Run(**await twin.get(work, id))


@router.post("/runs/{id}/cancel")
async def cancel_twin_run(id: Ref, by: Runner, work: Working, twin: TwinOf) -> Run:
    return Run(**await twin.cancel(work, id))


@router.delete("/runs/{id}", status_code=204)
async def remove_twin_run(id: Ref, by: Runner, work: Working, twin: TwinOf) -> None:
    await twin.remove(work, id)
