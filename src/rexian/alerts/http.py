"""Routes of alert rules and alerts."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from rexian.alerts.model import Kind, Severity
from rexian.alerts.service import Alerts
from rexian.tenants.access import Door, Listed, Many, Ref, Working, access, given, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1", tags=["alerts"])

AlertsOf = Annotated[Alerts, Depends(service("alerts"))]
Manager = Annotated[Principal, Depends(access("alerts.manage"))]
Watcher = Annotated[Principal, Depends(access("floor.view"))]
Seer = Annotated[Principal, Depends(access("alerts.acknowledge"))]
State = Literal["ready", "offered", "busy", "wrap_up", "paused"]
Value = Annotated[float, Field(ge=0, le=1_000_000)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Refs = Annotated[list[Ref], Field(max_length=500)]


class NewRule(Door):
    name: str = Field(min_length=1, max_length=100)
    kind: Kind
    severity: Severity = Severity.WARNING
    enabled: bool = True
    queues: Refs = Field([], description="Empty: all.")
    teams: Refs = Field([], description="Empty: all. For `state_too_long`.")
    states: list[State] = Field([], max_length=5, description="For `state_too_long`.")
    threshold: Value = Field(1.0, description="Callers, seconds or percent, as the kind has it.")
    clear_at: Value | None = Field(None, description="Where it clears; none: at the threshold.")
    for_s: Seconds = Field(0.0, description="How long the threshold must be passed.")
    rest_s: Seconds = Field(60.0, description="How long it rests after it has cleared.")
    window_s: float = Field(300.0, ge=10, le=3600, description="For `abandon_burst`: how far back is counted.")
    sound: bool = True
    webhooks: Refs = Field([], description="Whom to tell.")


class RuleChange(Door):
    name: str | None = Field(None, min_length=1, max_length=100)
    kind: Kind | None = None
    severity: Severity | None = None
    enabled: bool | None = None
    queues: Refs | None = None
    teams: Refs | None = None
    states: list[State] | None = Field(None, max_length=5)
    threshold: Value | None = None
    clear_at: Value | None = None
    for_s: Seconds | None = None
    rest_s: Seconds | None = None
    window_s: float | None = Field(None, ge=10, le=3600)
    sound: bool | None = None
    webhooks: Refs | None = None


class Rule(BaseModel):
    id: str
    name: str
    kind: Kind
    severity: Severity
    enabled: bool
    queues: list[str]
    teams: list[str]
    states: list[str]
    threshold: float
    clear_at: float | None
    for_s: float
    rest_s: float
    window_s: float
    sound: bool
    webhooks: list[str]


class Alert(BaseModel):
    id: str
    rule_id: str
    rule_name: str
    kind: str
    severity: Severity
    about: str
    about_name: str
    value: float
    threshold: float
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    cleared_at: datetime | None
    cleared_why: str


@router.get("/alerts")
async def list_alerts(by: Watcher, work: Working, alerts: AlertsOf, listing: Listed) -> Many[Alert]:
    """What was raised, the newest first. What stands open now is on the live socket as well."""
    return Many[Alert].model_validate(await alerts.list(work, listing), from_attributes=True)


@router.post("/alerts/{id}/acknowledge", status_code=204)
async def acknowledge_alert(id: Ref, by: Seer, work: Working, alerts: AlertsOf) -> Response:
    await alerts.acknowledge(work, by, id)
    return Response(status_code=204)


@router.get("/alert-rules")
async def list_alert_rules(by: Manager, work: Working, alerts: AlertsOf, listing: Listed) -> Many[Rule]:
    return Many[Rule].model_validate(await alerts.rules.list(work, listing), from_attributes=True)


@router.post("/alert-rules", status_code=201)
async def add_alert_rule(body: NewRule, by: Manager, work: Working, alerts: AlertsOf) -> Rule:
    return Rule(**await alerts.add_rule(work, by, body.model_dump()))


@router.get("/alert-rules/{id}")
async def get_alert_rule(id: Ref, by: Manager, work: Working, alerts: AlertsOf) -> Rule:
    return Rule(**await alerts.rules.get(work, id))


@router.patch("/alert-rules/{id}")
async def change_alert_rule(id: Ref, body: RuleChange, by: Manager, work: Working, alerts: AlertsOf) -> Rule:
    return Rule(**await alerts.change_rule(work, by, id, given(body, "clear_at")))


@router.delete("/alert-rules/{id}", status_code=204)
async def remove_alert_rule(id: Ref, by: Manager, work: Working, alerts: AlertsOf) -> None:
    await alerts.rules.remove(work, by, id)
