"""Routes of agents, teams, skills, pause reasons and dispositions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from rexian.agents.model import PhoneKind
from rexian.agents.service import Agents
from rexian.core.ids import AgentId
from rexian.tenants.access import Door, Listed, Many, Ref, Working, access, given, service
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register

router = APIRouter(prefix="/api/v1", tags=["agents"])

AgentsOf = Annotated[Agents, Depends(service("agents"))]
Manager = Annotated[Principal, Depends(access("agents.manage"))]
_READS = ("agents.manage", "desk.use", "floor.view", "contacts.view", "report.view")
Reader = Annotated[Principal, Depends(access(*_READS))]
Level = Annotated[int, Field(ge=0, le=10)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
Count = Annotated[int, Field(ge=1, le=10_000, description="contacts of queues in one shift; then he is paused")]
Voicemails = Annotated[int, Field(ge=0, le=10, description="voicemails at the same time; 0: none are given to him")]
Talk = Annotated[int, Field(ge=60, le=86_400, description="seconds with customers in one shift; then he is paused")]


NULLABLE = ("user_id", "team_id", "wrap_up_s", "most_contacts", "most_talk_s")


class Phone(Door):
    kind: PhoneKind = PhoneKind.WEB
    address: str | None = Field(None, max_length=200)


class NewAgent(Door):
    name: Name
    extension: str = Field(max_length=6)
    phone: Phone = Phone(kind=PhoneKind.WEB, address=None)
    user_id: Ref | None = None
    team_id: Ref | None = None
    skills: dict[str, Level] = Field({}, max_length=200)
    queues: list[Ref] = Field([], max_length=500)
    wrap_up_s: Seconds | None = None
    auto_answer: bool = False
    most_contacts: Count | None = None
    most_talk_s: Talk | None = None
    callbacks: bool = True
    most_voicemails: Voicemails = 1
    interruptible: bool = Field(False, description="calls and callbacks ring while he deals with voicemails")


class AgentChange(Door):
    name: Name | None = None
    extension: str | None = Field(None, max_length=6)
    phone: Phone | None = None
    user_id: Ref | None = None
    team_id: Ref | None = None
    skills: dict[str, Level] | None = Field(None, max_length=200)
    queues: list[Ref] | None = Field(None, max_length=500)
    wrap_up_s: Seconds | None = None
    auto_answer: bool | None = None
    most_contacts: Count | None = None
    most_talk_s: Talk | None = None
    callbacks: bool | None = None
    most_voicemails: Voicemails | None = None
    interruptible: bool | None = None


class Agent(BaseModel):
    id: str
    user_id: str | None
    name: str
    extension: str
    phone: Phone
    team_id: str | None
    skills: dict[str, int]
    queues: list[str]
    wrap_up_s: int | None
    auto_answer: bool
    most_contacts: int | None
    most_talk_s: int | None
    callbacks: bool
    most_voicemails: int
    interruptible: bool


@router.get("/agents")
async def list_agents(by: Reader, work: Working, agents: AgentsOf, listing: Listed) -> Many[Agent]:
    return Many[Agent].model_validate(await agents.list(work, listing), from_attributes=True)


@router.post("/agents", status_code=201)
async def add_agent(body: NewAgent, by: Manager, work: Working, agents: AgentsOf) -> Agent:
    return Agent(**await agents.add(work, by, _row(body.model_dump())))


@router.get("/agents/{id}")
async def get_agent(id: Ref, by: Reader, work: Working, agents: AgentsOf) -> Agent:
    return Agent(**await agents.get(work, AgentId(id)))


@router.patch("/agents/{id}")
async def change_agent(id: Ref, body: AgentChange, by: Manager, work: Working, agents: AgentsOf) -> Agent:
    return Agent(**await agents.change(work, by, AgentId(id), _row(given(body, *NULLABLE))))


@router.delete("/agents/{id}", status_code=204)
async def remove_agent(id: Ref, by: Manager, work: Working, agents: AgentsOf) -> None:
    await agents.remove(work, by, AgentId(id))


def _row(values: dict[str, Any]) -> dict[str, Any]:
    """The form's fields as the table's."""
    row = dict(values)
    if phone := row.pop("phone", None):
        row |= {"phone_kind": phone["kind"], "phone_address": phone.get("address") or ""}
    return row


class Named(Door):
    name: Name


class NamedShown(BaseModel):
    id: str
    name: str


class NewPauseReason(Named):
    productive: bool = False
    limit_s: Seconds | None = None


class PauseReasonChange(Door):
    name: Name | None = None
    productive: bool | None = None
    limit_s: Seconds | None = None


class PauseReason(NamedShown):
    productive: bool
    limit_s: int | None


class NewDisposition(Named):
    queue_id: Ref | None = None
    parent_id: Ref | None = None


class DispositionChange(Door):
    name: Name | None = None
    queue_id: Ref | None = None
    parent_id: Ref | None = None


class Disposition(NamedShown):
    queue_id: str | None
    parent_id: str | None


def _keep(path: str, register: str, new: Any, change: Any, shown: Any, *, empty: tuple[str, ...] = ()) -> None:
    """The five routes of a register of `Agents`."""

    def of(agents: AgentsOf) -> Register:
        found: Register = getattr(agents, register)
        return found

    OfKind = Annotated[Register, Depends(of)]  # noqa: N806

    async def list_all(by: Reader, work: Working, kept: OfKind, listing: Listed) -> Any:
        return (await kept.list(work, listing))._asdict()

    async def add(body: new, by: Manager, work: Working, kept: OfKind) -> Any:
        return await kept.add(work, by, body.model_dump())

    async def get(id: Ref, by: Reader, work: Working, kept: OfKind) -> Any:
        return await kept.get(work, id)

    async def put(id: Ref, body: change, by: Manager, work: Working, kept: OfKind) -> Any:
        return await kept.change(work, by, id, given(body, *empty))

    async def remove(id: Ref, by: Manager, work: Working, kept: OfKind) -> None:
        await kept.remove(work, by, id)

    one, noun = path + "/{id}", register.removesuffix("s")
    router.add_api_route(path, list_all, methods=["GET"], response_model=Many[shown], name=f"list_{register}")
    router.add_api_route(path, add, methods=["POST"], response_model=shown, status_code=201, name=f"add_{noun}")
    router.add_api_route(one, get, methods=["GET"], response_model=shown, name=f"get_{noun}")
    router.add_api_route(one, put, methods=["PATCH"], response_model=shown, name=f"change_{noun}")
    router.add_api_route(one, remove, methods=["DELETE"], status_code=204, name=f"remove_{noun}")


_keep("/teams", "teams", Named, Named, NamedShown)
_keep("/skills", "skills", Named, Named, NamedShown)
_keep("/pause-reasons", "pause_reasons", NewPauseReason, PauseReasonChange, PauseReason, empty=("limit_s",))
_keep(
    "/dispositions",
    "dispositions",
    NewDisposition,
    DispositionChange,
    Disposition,
    empty=("queue_id", "parent_id"),
)
