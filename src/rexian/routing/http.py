"""Routes of queues."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from rexian.core.ids import QueueId
from rexian.routing.callbacks import Order
from rexian.routing.exits import Condition, Goal
from rexian.routing.model import EXTENSION_S, EXTENSIONS, Comfort
from rexian.routing.rules import Rules
from rexian.routing.service import Queues
from rexian.tenants.access import Listed, Many, Ref, Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/queues", tags=["routing"])

QueuesOf = Annotated[Queues, Depends(service("queues"))]
Manager = Annotated[Principal, Depends(access("queues.manage"))]
Viewer = Annotated[
    Principal,
    Depends(access("queues.manage", "agents.manage", "floor.view", "flows.manage", "contacts.view", "report.view")),
]
Level = Annotated[int, Field(ge=0, le=10)]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
Prompt = Annotated[str, Field(min_length=1, max_length=100)]
Choices = Annotated[list[Comfort], Field(max_length=2)]
Document = dict[str, Any]
Number = Annotated[int, Field(ge=1, le=1_000_000)]
NULLABLE = {"wrap_up_s", "max_wait_s", "announce_every_s", "survey_flow"}


class _Door(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WayOut(_Door):
    when: Condition
    at: Literal["entry", "waiting", "both"] = "both"
    limit: float | None = Field(None, ge=0, le=86_400)
    calendar: str = Field("", max_length=100)
    to: Goal = "flow"
    target: str = Field("", max_length=100)
    after: Literal["hang_up", "go_on"] = "hang_up"


class CallingBack(_Door):
    order: Order = "agent"
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    gap_s: Annotated[float, Field(ge=30, le=86_400)] = 600.0
    expires_s: Annotated[float, Field(ge=300, le=14 * 86_400)] = 86_400.0
    calendar: Annotated[str, Field(max_length=100)] = ""
    slot_min: Annotated[int, Field(ge=5, le=240)] = 30
    per_slot: Annotated[int, Field(ge=0, le=1000)] = 0
    days: Annotated[int, Field(ge=1, le=14)] = 3


class NewQueue(_Door):
    name: str = Field(min_length=1, max_length=100)
    skills: dict[str, Level] = Field(default_factory=dict, max_length=50)
    priority: int = Field(0, ge=-1000, le=1000)
    rules: Document = Field(default_factory=dict, description="as `GET /queues/rules/schema` describes them")
    ring_timeout_s: float = Field(20.0, ge=3, le=300)
    wrap_up_s: Seconds | None = None
    wrap_up_extensions: int = Field(EXTENSIONS, ge=0, le=10, description="so often an agent may ask for more time")
    wrap_up_extension_s: int = Field(EXTENSION_S, ge=5, le=600, description="by so much each time")
    max_wait_s: float | None = Field(None, gt=0, le=86_400)
    music: str = Field("default", min_length=1, max_length=100)
    sl_threshold_s: Seconds = 20
    short_abandon_s: Seconds = 5
    max_misses: int = Field(3, ge=1, le=100)
    auto_answer: bool = False
    announce_every_s: int | None = Field(None, ge=10, le=3600)
    announce_position: bool = False
    announce_wait: bool = False
    announce_prompts: list[Prompt] = Field(default_factory=list, max_length=20)
    comfort: Choices = Field(default_factory=list)
    keep_place_s: Seconds = 0
    when_no_agents: Literal["wait", "exit"] = "wait"
    survey_flow: Ref | None = None
    callback: CallingBack = CallingBack()
    exits: list[WayOut] = Field(default_factory=list, max_length=20)


class QueueChange(_Door):
    name: str | None = Field(None, min_length=1, max_length=100)
    skills: dict[str, Level] | None = Field(None, max_length=50)
    priority: int | None = Field(None, ge=-1000, le=1000)
    rules: Document | None = None
    ring_timeout_s: float | None = Field(None, ge=3, le=300)
    wrap_up_s: Seconds | None = None
    wrap_up_extensions: int | None = Field(None, ge=0, le=10)
    wrap_up_extension_s: int | None = Field(None, ge=5, le=600)
    max_wait_s: float | None = Field(None, gt=0, le=86_400)
    music: str | None = Field(None, min_length=1, max_length=100)
    sl_threshold_s: Seconds | None = None
    short_abandon_s: Seconds | None = None
    max_misses: int | None = Field(None, ge=1, le=100)
    auto_answer: bool | None = None
    announce_every_s: int | None = Field(None, ge=10, le=3600)
    announce_position: bool | None = None
    announce_wait: bool | None = None
    announce_prompts: list[Prompt] | None = Field(None, max_length=20)
    comfort: Choices | None = None
    keep_place_s: Seconds | None = None
    when_no_agents: Literal["wait", "exit"] | None = None
    survey_flow: Ref | None = None
    callback: CallingBack | None = None
    exits: list[WayOut] | None = Field(None, max_length=20)


class Queue(NewQueue):
    model_config = ConfigDict(extra="ignore")

    id: str


class RulesDraft(_Door):
    rules: Document
    queue: Ref | None = Field(None, description="whose they are: they may not lead to it")


class VersionListed(BaseModel):
    id: str
    version: int
    note: str
    created_by: str | None
    created_at: datetime


class Version(VersionListed):
    document: Document = Field(description="the whole queue as it was")


@router.get("")
async def list_queues(by: Viewer, work: Working, queues: QueuesOf, listing: Listed) -> Many[Queue]:
    return Many[Queue].model_validate(await queues.list(work, listing), from_attributes=True)


@router.post("", status_code=201)
async def add_queue(body: NewQueue, by: Manager, work: Working, queues: QueuesOf) -> Queue:
    return Queue(**await queues.add(work, by, body.model_dump()))


@router.get("/rules/schema")
async def read_rules_schema(by: Viewer) -> Document:
    """The JSON Schema of a queue's rules."""
    return msgspec.json.schema(Rules)


class RulesChecked(BaseModel):
    rules: Document = Field(description="as they are kept: what is as it always was is left out")


@router.post("/rules/check")
async def check_rules(body: RulesDraft, by: Manager, work: Working, queues: QueuesOf) -> RulesChecked:
    """Whether these rules can be kept; refused with what is wrong, and where. Nothing is changed."""
    return RulesChecked(rules=await queues.check(work, body.rules, QueueId(body.queue) if body.queue else None))


@router.get("/{id}")
async def get_queue(id: Ref, by: Viewer, work: Working, queues: QueuesOf) -> Queue:
    return Queue(**await queues.get(work, QueueId(id)))


@router.patch("/{id}")
async def change_queue(id: Ref, body: QueueChange, by: Manager, work: Working, queues: QueuesOf) -> Queue:
    return Queue(**await queues.change(work, by, QueueId(id), _given(body)))


@router.delete("/{id}", status_code=204)
async def remove_queue(id: Ref, by: Manager, work: Working, queues: QueuesOf) -> None:
    await queues.remove(work, by, QueueId(id))


@router.get("/{id}/versions")
async def list_queue_versions(
    id: Ref, by: Manager, work: Working, queues: QueuesOf, listing: Listed
) -> Many[VersionListed]:
    """How the queue was set, the newest first; who set it so, and when."""
    found = await queues.versions(work, QueueId(id), listing)
    return Many[VersionListed].model_validate(found, from_attributes=True)


@router.get("/{id}/versions/{version}")
async def get_queue_version(id: Ref, version: Number, by: Manager, work: Working, queues: QueuesOf) -> Version:
    return Version(**await queues.version(work, QueueId(id), version))


@router.post("/{id}/versions/{version}/restore")
async def restore_queue(id: Ref, version: Number, by: Manager, work: Working, queues: QueuesOf) -> Queue:
    """Set the queue as it was then; what it is now stays among the versions."""
    return Queue(**await queues.restore(work, by, QueueId(id), version))


def _given(body: QueueChange) -> dict[str, Any]:
    """What was sent; null takes away what may be absent, and is nothing elsewhere."""
    sent = body.model_dump(exclude_unset=True)
    return {name: value for name, value in sent.items() if value is not None or name in NULLABLE}
