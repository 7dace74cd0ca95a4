"""Routes of flows and their versions."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from rexian.core.ids import FlowId
from rexian.flows.service import Flows
from rexian.tenants.access import Listed, Many, Ref, Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/flows", tags=["flows"])

FlowsOf = Annotated[Flows, Depends(service("flows"))]
Manager = Annotated[Principal, Depends(access("flows.manage"))]
Reader = Annotated[Principal, Depends(access("flows.manage", "queues.manage"))]
Number = Annotated[int, Field(ge=1, le=1_000_000)]


class _Door(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewFlow(_Door):
    name: str = Field(min_length=1, max_length=100)


class FlowChange(_Door):
    name: str | None = Field(None, min_length=1, max_length=100)


class Flow(BaseModel):
    id: str
    name: str
    published_version: int | None
    created_at: datetime


class NewVersion(_Door):
    document: dict[str, Any] = Field(description="a flow as `GET /flows/schema` describes it")
    note: str = Field("", max_length=500)


class VersionListed(BaseModel):
    id: str
    version: int
    note: str
    created_by: str | None
    created_at: datetime


class VersionOfMany(VersionListed):
    created_by_name: str | None
    published_at: datetime | None = Field(description="when it was last published")
    published_by_name: str | None


class Version(VersionListed):
    document: dict[str, Any]


class ToCheck(_Door):
    document: dict[str, Any]
    flow: Ref | None = Field(None, description="for which flow it is drawn: one whose sub-flows must not lead into it")


class Problem(BaseModel):
    path: str = Field(description="JSON pointer to the place in the document")
    node: str
    code: str
    message: str
    severity: str = Field(description="error: cannot be published; warning: can")
    params: dict[str, Any] = Field(description="what the message speaks of")


class Way(BaseModel):
    name: str
    needed: bool


class Reference(BaseModel):
    kind: str
    name: str
    path: str = Field(description="JSON pointer to where it is named")


class Checked(BaseModel):
    problems: list[Problem]
    ways: dict[str, list[Way]] = Field(description="the exits that each node has, by its id")
    references: list[Reference] = Field(description="the queues, prompts … that it names")


@router.get("")
async def list_flows(by: Reader, work: Working, flows: FlowsOf, listing: Listed) -> Many[Flow]:
    return Many[Flow].model_validate(await flows.list(work, listing), from_attributes=True)


@router.post("", status_code=201)
async def add_flow(body: NewFlow, by: Manager, work: Working, flows: FlowsOf) -> Flow:
    return Flow(**await flows.add(work, by, body.model_dump()))


@router.get("/schema")
async def read_flow_schema(by: Manager, flows: FlowsOf) -> dict[str, Any]:
    """The JSON Schema of flow documents, with all node types that are installed."""
    return flows.schema()


@router.post("/validate")
async def check_flow(body: ToCheck, by: Manager, work: Working, flows: FlowsOf) -> Checked:
    """All that is wrong with a document, worst first, and the exits of its nodes. It may be half drawn."""
    return Checked(
        **msgspec.to_builtins(await flows.survey(work, body.document, FlowId(body.flow) if body.flow else None))
    )


@router.get("/{id}")
async def get_flow(id: Ref, by: Manager, work: Working, flows: FlowsOf) -> Flow:
    return Flow(**await flows.get(work, FlowId(id)))


@router.patch("/{id}")
async def change_flow(id: Ref, body: FlowChange, by: Manager, work: Working, flows: FlowsOf) -> Flow:
    values = body.model_dump(exclude_unset=True, exclude_none=True)
    return Flow(**await flows.change(work, by, FlowId(id), values))


@router.delete("/{id}", status_code=204)
async def remove_flow(id: Ref, by: Manager, work: Working, flows: FlowsOf) -> None:
    await flows.remove(work, by, FlowId(id))


@router.get("/{id}/versions")
async def list_flow_versions(
    id: Ref, by: Manager, work: Working, flows: FlowsOf, listing: Listed
) -> Many[VersionOfMany]:
    """The newest first."""
    found = await flows.versions(work, FlowId(id), listing)
    return Many[VersionOfMany].model_validate(found, from_attributes=True)


@router.post("/{id}/versions", status_code=201)
async def add_flow_version(id: Ref, body: NewVersion, by: Manager, work: Working, flows: FlowsOf) -> Version:
    """Keep a new version. It takes no calls until it is published."""
    return Version(**await flows.draft(work, by, FlowId(id), body.document, note=body.note))


@router.get("/{id}/versions/{version}")
async def get_flow_version(id: Ref, version: Number, by: Manager, work: Working, flows: FlowsOf) -> Version:
    return Version(**await flows.version(work, FlowId(id), version))


@router.post("/{id}/versions/{version}/publish")
async def publish_flow_version(id: Ref, version: Number, by: Manager, work: Working, flows: FlowsOf) -> Flow:
    """Let new calls take this version; calls in progress keep the one they began with."""
    return Flow(**await flows.publish(work, by, FlowId(id), version))
