"""Routes of sessions, users, roles, API keys, audit trail and settings."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field, SecretStr

from rexian.core.ids import UserId
from rexian.tenants import audit
from rexian.tenants.access import COOKIE, Door, Listed, Many, Ref, Working, access, given, in_person, service
from rexian.tenants.model import Principal
from rexian.tenants.permissions import Role
from rexian.tenants.service import CLOCK, ApiKeys, Settings, Tenants, Users, roles
from rexian.tenants.sessions import LONGEST, Sessions

router = APIRouter(prefix="/api/v1")

SessionsOf = Annotated[Sessions, Depends(service("sessions"))]
TenantsOf = Annotated[Tenants, Depends(service("tenants"))]
UsersOf = Annotated[Users, Depends(service("users"))]
KeysOf = Annotated[ApiKeys, Depends(service("api_keys"))]
SignedIn = Annotated[Principal, Depends(access())]
InPerson = Annotated[Principal, Depends(in_person)]
UserManager = Annotated[Principal, Depends(access("users.manage"))]
Language = Literal["zh", "en"]
Theme = Literal["system", "light", "dark"]


class SignIn(Door):
    tenant: str = Field(max_length=64)
    username: str = Field(max_length=64)
    password: SecretStr = Field(max_length=1000)


class Choice(Door):
    locale: Language | None = None
    theme: Theme | None = None


class NewPassword(Door):
    current: SecretStr = Field(max_length=1000)
    new: SecretStr = Field(max_length=1000)


class NewUser(Door):
    username: str = Field(max_length=64)
    name: str = Field(min_length=1, max_length=100)
    password: SecretStr = Field(max_length=1000)
    role: Role
    locale: Language = "zh"


class UserChange(Door):
    username: str | None = Field(None, max_length=64)
    name: str | None = Field(None, min_length=1, max_length=100)
    password: SecretStr | None = Field(None, max_length=1000)
    role: Role | None = None
    locale: Language | None = None
    disabled: bool | None = None


class User(BaseModel):
    id: str
    username: str
    name: str
    role: Role
    locale: str
    theme: str
    disabled: bool
    agent_id: str | None
    created_at: datetime


class Me(BaseModel):
    id: str
    name: str
    username: str
    role: Role
    locale: str
    theme: str
    permissions: list[str]


class TenantShown(BaseModel):
    id: str
    slug: str
    name: str
    timezone: str


class AgentShown(BaseModel):
    id: str
    extension: str
    name: str


class Session(BaseModel):
    user: Me
    tenant: TenantShown
    agent: AgentShown | None
    csrf: str | None


class NewSession(BaseModel):
    csrf: str


class RoleShown(BaseModel):
    name: Role
    permissions: list[str]


class NewApiKey(Door):
    name: str = Field(min_length=1, max_length=100)
    permissions: list[str] = Field(max_length=50)


class ApiKey(BaseModel):
    id: str
    name: str
    user_id: str
    hint: str
    permissions: list[str]
    created_at: datetime
    used_at: datetime | None


class ShownOnce(ApiKey):
    secret: str


class AuditEntry(BaseModel):
    id: str
    at: datetime
    user_id: str | None
    user_name: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class SettingsChange(Door):
    timezone: str | None = Field(None, max_length=64)
    language: Language | None = None
    country: str | None = Field(None, pattern="^[A-Z]{2}$")
    record_calls: bool | None = None
    recordings_days: int | None = Field(None, ge=0, le=36500)
    wrap_up_s: int | None = Field(None, ge=0, le=3600)
    accent: str | None = Field(None, pattern="^#[0-9a-f]{6}$")
    conference_ends: Literal["alone", "moderator", "agents"] | None = None
    park_s: int | None = Field(None, ge=10, le=3600)
    show_attendance: bool | None = None
    outcall_from: str | None = Field(None, pattern=CLOCK)
    outcall_until: str | None = Field(None, pattern=CLOCK)
    outcalls_at_once: int | None = Field(None, ge=0, le=500)
    outcalls_a_caller: int | None = Field(None, ge=0, le=1000)
    outcalls_a_number: int | None = Field(None, ge=0, le=1000)
    outcalls_abroad: bool | None = None


@router.post("/session", tags=["session"])
async def sign_in(body: SignIn, request: Request, response: Response, sessions: SessionsOf) -> NewSession:
    """Open a session; `GET /session` then tells who you are."""
    address = request.client.host if request.client else ""
    opened = await sessions.sign_in(body.tenant, body.username, body.password.get_secret_value(), address=address)
    response.set_cookie(
        COOKIE,
        opened.cookie,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure="https" in (request.url.scheme, request.headers.get("x-forwarded-proto")),
    )
    return NewSession(csrf=opened.principal.csrf or "")


@router.get("/session", tags=["session"])
async def who_am_i(by: SignedIn, work: Working, tenants: TenantsOf, users: UsersOf, request: Request) -> Session:
    user = await users.get(work, by.user)
    agent = None if by.agent is None else await request.app.state.rexian.agents.get(work, by.agent)
    return Session(
        user=Me(**{**user, "permissions": sorted(by.permissions)}),
        tenant=TenantShown(**await tenants.describe(work), timezone=(await tenants.settings(work)).timezone),
        agent=None if agent is None else AgentShown(**agent),
        csrf=by.csrf,
    )


@router.delete("/session", tags=["session"], status_code=204)
async def sign_out(by: InPerson, work: Working, sessions: SessionsOf) -> Response:
    await sessions.sign_out(work, by)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


@router.patch("/session", tags=["session"], status_code=204)
async def change_preferences(body: Choice, by: InPerson, work: Working, users: UsersOf) -> None:
    await users.choose(work, by, given(body))


@router.post("/session/password", tags=["session"], status_code=204)
async def change_password(body: NewPassword, by: InPerson, work: Working, users: UsersOf, sessions: SessionsOf) -> None:
    await sessions.confirm(by, body.current.get_secret_value())
    await users.change_password(work, by, body.new.get_secret_value())


@router.get("/users", tags=["users"])
async def list_users(by: UserManager, work: Working, users: UsersOf, listing: Listed) -> Many[User]:
    return Many[User].model_validate(await users.list(work, listing), from_attributes=True)


@router.post("/users", tags=["users"], status_code=201)
async def add_user(body: NewUser, by: UserManager, work: Working, users: UsersOf) -> User:
    return User(**await users.add(work, by, given(body)))


@router.get("/users/{id}", tags=["users"])
async def get_user(id: Ref, by: UserManager, work: Working, users: UsersOf) -> User:
    return User(**await users.get(work, UserId(id)))


@router.patch("/users/{id}", tags=["users"])
async def change_user(id: Ref, body: UserChange, by: UserManager, work: Working, users: UsersOf) -> User:
    return User(**await users.change(work, by, UserId(id), given(body)))


@router.delete("/users/{id}", tags=["users"], status_code=204)
async def remove_user(id: Ref, by: UserManager, work: Working, users: UsersOf) -> None:
    await users.remove(work, by, UserId(id))


@router.get("/roles", tags=["users"])
async def list_roles(by: UserManager) -> Many[RoleShown]:
    found = [RoleShown(**role) for role in roles()]
    return Many(items=found, total=len(found))


@router.get("/api-keys", tags=["users"])
async def list_api_keys(by: UserManager, work: Working, keys: KeysOf, listing: Listed) -> Many[ApiKey]:
    return Many[ApiKey].model_validate(await keys.list(work, listing), from_attributes=True)


@router.post("/api-keys", tags=["users"], status_code=201)
async def add_api_key(body: NewApiKey, by: UserManager, work: Working, keys: KeysOf) -> ShownOnce:
    return ShownOnce(**await keys.add(work, by, name=body.name, permissions=body.permissions))


@router.delete("/api-keys/{id}", tags=["users"], status_code=204)
async def remove_api_key(id: Ref, by: UserManager, work: Working, keys: KeysOf) -> None:
    await keys.remove(work, by, id)


@router.get("/audit", tags=["audit"])
async def read_audit(
    by: Annotated[Principal, Depends(access("audit.view"))],
    work: Working,
    listing: Listed,
    subject: str = "",
    action: str = "",
    user: str = "",
) -> Many[AuditEntry]:
    found = await audit.entries(work, listing, subject=subject, action=action, user=user)
    return Many[AuditEntry].model_validate(found, from_attributes=True)


@router.get("/settings", tags=["settings"])
async def read_settings(by: SignedIn, work: Working, tenants: TenantsOf) -> Settings:
    return await tenants.settings(work)


@router.patch("/settings", tags=["settings"])
async def change_settings(
    body: SettingsChange,
    by: Annotated[Principal, Depends(access("settings.manage"))],
    work: Working,
    tenants: TenantsOf,
) -> Settings:
    return await tenants.change_settings(work, by, given(body))
