"""The dry run's route: if this customer called now."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rexian.core.ids import QueueId
from rexian.crm.identify import Known
from rexian.floor.dry_run import Supposed, dry_run
from rexian.floor.service import Floors
from rexian.tenants.access import Ref, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/floor", tags=["supervise"])


class Supposition(BaseModel):
    """The customer who might call."""

    model_config = ConfigDict(extra="forbid")

    queue: Ref
    caller: Annotated[str, StringConstraints(max_length=32)] = Field("", examples=["13800138000"])
    priority: int | None = Field(None, ge=-1000, le=1000, description="None: as the queue says.")
    skills: dict[str, Annotated[int, Field(ge=0, le=10)]] = Field(default_factory=dict, max_length=50)


class SupposedStep(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    after_s: float
    what: Literal["offered", "ended", "widened", "left"]
    agent: str | None
    reason: str
    why: dict[str, Any] | None


class LeftOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    agent: str
    code: str
    text: str


class SupposedCustomer(BaseModel):
    id: str
    name: str


class SupposedOutcome(BaseModel):
    customer: SupposedCustomer | None
    position: int
    expected_wait_s: float | None
    preferred: list[str]
    steps: list[SupposedStep]
    excluded: list[LeftOut]


@router.post("/dry-run")
async def suppose(
    body: Supposition,
    by: Annotated[Principal, Depends(access("queues.manage", "floor.view"))],
    floors: Annotated[Floors, Depends(service("floors"))],
) -> SupposedOutcome:
    """If this customer called now: who would be rung and when, who would not and why. It changes nothing."""
    known = await floors.known(by.tenant, body.caller) if body.caller else None
    outcome = dry_run(floors.floor(by.tenant).state, _supposed(body, known), floors.now())
    return SupposedOutcome(
        customer=SupposedCustomer(id=known.customer, name=known.name) if known and known.customer else None,
        position=outcome.position,
        expected_wait_s=outcome.expected_wait_s,
        preferred=list(outcome.preferred),
        steps=[SupposedStep.model_validate(step) for step in outcome.steps],
        excluded=[LeftOut.model_validate(each) for each in outcome.excluded],
    )


def _supposed(body: Supposition, known: Known | None) -> Supposed:
    own = Supposed(queue=QueueId(body.queue), caller=body.caller, priority=body.priority, skills=body.skills)
    if known is None:
        return own
    return msgspec.structs.replace(
        own,
        customer=known.customer,
        name=known.name,
        manager=known.manager,
        last_agent=known.last.agent if known.last else None,
        last_at=known.last.at if known.last else None,
    )
