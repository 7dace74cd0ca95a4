"""Routes of those who draw: what may be chosen, drafts, rehearsals, recorded paths."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from rexian.core.ids import FlowId
from rexian.flows import paths
from rexian.flows.drafts import Drafts
from rexian.flows.http import Flow, FlowsOf, Manager
from rexian.flows.rehearsal import Rehearsal
from rexian.tenants.access import Door, Ref, Working, service

router = APIRouter(prefix="/api/v1/flows", tags=["flows"])

DraftsOf = Annotated[Drafts, Depends(service("drafts"))]
Document = Annotated[dict[str, Any], Field(description="a flow as `GET /flows/schema` describes it")]
Revision = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Choice(BaseModel):
    name: str = Field(description="as documents say it")
    label: str
    texts: dict[str, str] = Field(description="what a prompt says, by language")
    aliases: list[str] = Field(description="other names that documents may use for it")


class Draft(BaseModel):
    document: dict[str, Any]
    based_on: int | None = Field(description="the version it was begun from")
    revision: int
    saved_by_name: str | None
    saved_at: datetime


class DraftToSave(Door):
    document: Document
    revision: Revision = Field(description="the revision that was drawn on; 0 when there was no draft")
    based_on: int | None = Field(None, ge=1, le=1_000_000)


class DraftToPublish(Door):
    revision: Revision
    note: str = Field("", max_length=500)


class ToRehearse(Door):
    document: Document
    stage: dict[str, Any] = Field(description="`at`, `caller`, `called`, `facts`, `calendars`, `queues`")
    cues: list[dict[str, Any]] = Field(max_length=300, description="what the player did, each with its `do`")


class ToRecord(ToRehearse):
    name: str = Field(min_length=1, max_length=100)


class ToWalk(Door):
    document: Document


class RecordedPath(BaseModel):
    id: str
    name: str
    stage: dict[str, Any]
    cues: list[dict[str, Any]]
    expected: dict[str, Any]
    created_at: datetime


class Walked(BaseModel):
    id: str
    name: str
    passed: bool
    expected: dict[str, Any]
    got: dict[str, Any]
    parted_at: int = Field(description="the place in the path from which it goes another way")
    problem: str


class Rehearsed(BaseModel):
    beats: list[dict[str, Any]] = Field(description="the arrival, then one for each cue: what was said, where it went")
    path: dict[str, Any]


@router.get("/choices")
async def list_flow_choices(by: Manager, work: Working, flows: FlowsOf) -> dict[str, list[Choice]]:
    """What nodes may name, by kind of reference: queues, calendars, prompts with their texts …"""
    found = await flows.choices(work)
    return {kind: [Choice(**msgspec.to_builtins(one)) for one in choices] for kind, choices in found.items()}


@router.post("/rehearse")
async def rehearse_flow(body: ToRehearse, by: Manager, work: Working, flows: FlowsOf) -> Rehearsed:
    """Play a call through a document, from its arrival, by the engine that runs real calls. Nothing is kept."""
    play = await flows.player(work, body.document)
    return _rehearsed(play(paths.read_stage(body.stage), paths.read_cues(body.cues)))


@router.get("/{id}/draft")
async def get_flow_draft(id: Ref, by: Manager, work: Working, drafts: DraftsOf) -> Draft:
    return Draft(**await drafts.get(work, FlowId(id)))


@router.put("/{id}/draft")
async def save_flow_draft(id: Ref, body: DraftToSave, by: Manager, work: Working, drafts: DraftsOf) -> Draft:
    """Keep what is being drawn. It takes no calls but those of numbers that run the draft."""
    kept = await drafts.save(work, by, FlowId(id), body.document, revision=body.revision, based_on=body.based_on)
    return Draft(**kept)


@router.delete("/{id}/draft", status_code=204)
async def discard_flow_draft(id: Ref, by: Manager, work: Working, drafts: DraftsOf) -> None:
    await drafts.discard(work, by, FlowId(id))


@router.post("/{id}/draft/publish")
async def publish_flow_draft(id: Ref, body: DraftToPublish, by: Manager, work: Working, drafts: DraftsOf) -> Flow:
    """Make the draft the next version, and let new calls take it."""
    return Flow(**await drafts.publish(work, by, FlowId(id), revision=body.revision, note=body.note))


@router.get("/{id}/paths")
async def list_flow_paths(id: Ref, by: Manager, work: Working, drafts: DraftsOf) -> list[RecordedPath]:
    """The rehearsals that are kept as tests of this flow."""
    return [RecordedPath(**row) for row in await drafts.paths(work, FlowId(id))]


@router.post("/{id}/paths", status_code=201)
async def record_flow_path(id: Ref, body: ToRecord, by: Manager, work: Working, drafts: DraftsOf) -> RecordedPath:
    """Keep a rehearsal: what is published from now on must go the same way."""
    return RecordedPath(**await drafts.record(work, by, FlowId(id), **body.model_dump()))


@router.post("/{id}/paths/walk")
async def walk_flow_paths(id: Ref, body: ToWalk, by: Manager, work: Working, flows: FlowsOf) -> list[Walked]:
    """Play every recorded path through this document, and say which go another way."""
    await flows.get(work, FlowId(id))
    return [_walked(one) for one in await flows.walked(work, FlowId(id), body.document)]


@router.post("/{id}/paths/{path}/accept")
async def accept_flow_path(
    id: Ref, path: Ref, body: ToWalk, by: Manager, work: Working, drafts: DraftsOf
) -> RecordedPath:
    """Take the way that the path goes through this document as the right one."""
    return RecordedPath(**await drafts.accept(work, by, FlowId(id), path, body.document))


@router.delete("/{id}/paths/{path}", status_code=204)
async def drop_flow_path(id: Ref, path: Ref, by: Manager, work: Working, drafts: DraftsOf) -> None:
    await drafts.drop(work, by, FlowId(id), path)


def _rehearsed(rehearsal: Rehearsal) -> Rehearsed:
    return Rehearsed(**msgspec.to_builtins(rehearsal), path=msgspec.to_builtins(rehearsal.path))


def _walked(outcome: paths.Outcome) -> Walked:
    return Walked(**msgspec.to_builtins(outcome), parted_at=outcome.parted_at)
