"""Routes of webhooks."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from rexian.tenants.access import Door, Listed, Many, Ref, Working, access, given, service
from rexian.tenants.model import Principal
from rexian.webhooks.service import Webhooks

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])

WebhooksOf = Annotated[Webhooks, Depends(service("webhooks"))]
Manager = Annotated[Principal, Depends(access("webhooks.manage"))]
Viewer = Annotated[Principal, Depends(access("webhooks.manage", "alerts.manage"))]
Url = Annotated[str, Field(min_length=8, max_length=2000)]


class NewWebhook(Door):
    name: str = Field(min_length=1, max_length=100)
    url: Url
    enabled: bool = True


class WebhookChange(Door):
    name: str | None = Field(None, min_length=1, max_length=100)
    url: Url | None = None
    enabled: bool | None = None


class Webhook(BaseModel):
    id: str
    name: str
    url: str
    enabled: bool


class WithSecret(Webhook):
    secret: str


class Delivery(BaseModel):
    id: str
    webhook_id: str
    event: str
    body: dict[str, Any]
    state: str
    attempts: int
    status: int | None
    problem: str
    made_at: datetime
    tried_at: datetime | None


@router.get("")
async def list_webhooks(by: Viewer, work: Working, webhooks: WebhooksOf, listing: Listed) -> Many[Webhook]:
    """Who only manages alerts is told the names: an address may hold a secret of the other side."""
    page = await webhooks.list(work, listing)
    return Many(items=[_shown(by, row) for row in page.items], total=page.total)


@router.post("", status_code=201)
async def add_webhook(body: NewWebhook, by: Manager, work: Working, webhooks: WebhooksOf) -> WithSecret:
    """The answer holds the secret that requests are signed with; it is not shown again."""
    return WithSecret(**await webhooks.add(work, by, body.model_dump()))


@router.get("/{id}")
async def get_webhook(id: Ref, by: Viewer, work: Working, webhooks: WebhooksOf) -> Webhook:
    return _shown(by, await webhooks.get(work, id))


def _shown(by: Principal, row: dict[str, Any]) -> Webhook:
    return Webhook(**{**row, "url": row["url"] if by.may("webhooks.manage") else ""})


@router.patch("/{id}")
async def change_webhook(id: Ref, body: WebhookChange, by: Manager, work: Working, webhooks: WebhooksOf) -> Webhook:
    return Webhook(**await webhooks.change(work, by, id, given(body)))


@router.delete("/{id}", status_code=204)
async def remove_webhook(id: Ref, by: Manager, work: Working, webhooks: WebhooksOf) -> None:
    await webhooks.remove(work, by, id)


@router.post("/{id}/secret")
async def renew_webhook_secret(id: Ref, by: Manager, work: Working, webhooks: WebhooksOf) -> WithSecret:
    return WithSecret(**await webhooks.renew_secret(work, by, id))


@router.post("/{id}/test", status_code=204)
async def test_webhook(id: Ref, by: Manager, work: Working, webhooks: WebhooksOf) -> Response:
    await webhooks.test(work, id)
    return Response(status_code=204)


@router.get("/{id}/deliveries")
async def list_webhook_deliveries(
    id: Ref, by: Manager, work: Working, webhooks: WebhooksOf, listing: Listed
) -> Many[Delivery]:
    """What was sent to it, the newest first."""
    return Many[Delivery].model_validate(await webhooks.deliveries(work, id, listing), from_attributes=True)
