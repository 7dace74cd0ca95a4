"""Routes of what flows use to ask other systems: secrets and safe queries."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from rexian.flows.queries import SafeQueries
from rexian.flows.secrets import FlowSecrets
from rexian.tenants.access import Listed, Many, Ref, Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1", tags=["flows"])

SecretsOf = Annotated[FlowSecrets, Depends(service("flow_secrets"))]
QueriesOf = Annotated[SafeQueries, Depends(service("safe_queries"))]
Reader = Annotated[Principal, Depends(access("flows.manage", "settings.manage"))]
Keeper = Annotated[Principal, Depends(access("settings.manage"))]
Name = Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]
Sql = Annotated[str, Field(min_length=1, max_length=20_000, description="one SELECT; parameters as %(name)s")]
Dsn = Annotated[SecretStr, Field(min_length=1, max_length=1000, description="postgresql://user:password@host/database")]


class _Door(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewSecret(_Door):
    name: Name
    header: str = Field("Authorization", min_length=1, max_length=64)
    value: SecretStr = Field(min_length=1, max_length=4096, description="the header's whole value: Bearer …")
    hosts: list[str] = Field(min_length=1, max_length=20, description="the hosts that may get it")


class SecretChange(_Door):
    name: Name | None = None
    header: str | None = Field(None, min_length=1, max_length=64)
    value: SecretStr | None = Field(None, min_length=1, max_length=4096)
    hosts: list[str] | None = Field(None, min_length=1, max_length=20)


class Secret(BaseModel):
    """Without its value, which never comes out again."""

    id: str
    name: str
    header: str
    hosts: list[str]
    created_at: datetime


class NewQuery(_Door):
    name: Name
    sql: Sql
    dsn: Dsn
    timeout_s: float = Field(2.0, gt=0, le=30)
    most_rows: int = Field(20, ge=1, le=200)
    note: str = Field("", max_length=500)


class QueryChange(_Door):
    name: Name | None = None
    sql: Sql | None = None
    dsn: Dsn | None = None
    timeout_s: float | None = Field(None, gt=0, le=30)
    most_rows: int | None = Field(None, ge=1, le=200)
    note: str | None = Field(None, max_length=500)


class Query(BaseModel):
    """Without its way to the database, which never comes out again."""

    id: str
    name: str
    sql: str
    timeout_s: float
    most_rows: int
    note: str
    created_at: datetime


def _given(body: BaseModel) -> dict[str, object]:
    """What was sent, secrets as their texts."""
    sent = body.model_dump(exclude_unset=isinstance(body, SecretChange | QueryChange))
    plain = (
        (name, value.get_secret_value() if isinstance(value, SecretStr) else value) for name, value in sent.items()
    )
    return {name: value for name, value in plain if value is not None}


@router.get("/flow-secrets")
async def list_flow_secrets(by: Reader, work: Working, secrets: SecretsOf, listing: Listed) -> Many[Secret]:
    return Many[Secret].model_validate(await secrets.list(work, listing), from_attributes=True)


@router.post("/flow-secrets", status_code=201)
async def add_flow_secret(body: NewSecret, by: Keeper, work: Working, secrets: SecretsOf) -> Secret:
    return Secret(**await secrets.add(work, by, _given(body)))


@router.get("/flow-secrets/{id}")
async def get_flow_secret(id: Ref, by: Reader, work: Working, secrets: SecretsOf) -> Secret:
    return Secret(**await secrets.get(work, id))


@router.patch("/flow-secrets/{id}")
async def change_flow_secret(id: Ref, body: SecretChange, by: Keeper, work: Working, secrets: SecretsOf) -> Secret:
    return Secret(**await secrets.change(work, by, id, _given(body)))


@router.delete("/flow-secrets/{id}", status_code=204)
async def remove_flow_secret(id: Ref, by: Keeper, work: Working, secrets: SecretsOf) -> None:
    await secrets.remove(work, by, id)


@router.get("/safe-queries")
async def list_safe_queries(by: Reader, work: Working, queries: QueriesOf, listing: Listed) -> Many[Query]:
    return Many[Query].model_validate(await queries.list(work, listing), from_attributes=True)


@router.post("/safe-queries", status_code=201)
async def add_safe_query(body: NewQuery, by: Keeper, work: Working, queries: QueriesOf) -> Query:
    """Ready for flows by its name; what it may read is decided by the database's own rights of that user."""
    return Query(**await queries.add(work, by, _given(body)))


@router.get("/safe-queries/{id}")
async def get_safe_query(id: Ref, by: Reader, work: Working, queries: QueriesOf) -> Query:
    return Query(**await queries.get(work, id))


@router.patch("/safe-queries/{id}")
async def change_safe_query(id: Ref, body: QueryChange, by: Keeper, work: Working, queries: QueriesOf) -> Query:
    return Query(**await queries.change(work, by, id, _given(body)))


@router.delete("/safe-queries/{id}", status_code=204)
async def remove_safe_query(id: Ref, by: Keeper, work: Working, queries: QueriesOf) -> None:
    await queries.remove(work, by, id)
