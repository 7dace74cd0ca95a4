"""What can be done with agents, teams, skills, pause reasons and dispositions."""

import re
import secrets as randomness
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog

from rexian.agents import store
from rexian.agents.events import AgentChanged, DispositionChanged, PauseReasonChanged, SkillChanged, TeamChanged
from rexian.agents.model import Agent, Line, PhoneKind
from rexian.agents.tables import agents, dispositions, pause_reasons, skills, teams
from rexian.core.errors import Invalid, NotFound, Unavailable
from rexian.core.ids import AgentId, QueueId, TeamId, UserId, uuid7
from rexian.flows.model import Choice
from rexian.infra import rows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.infra.secrets import Secrets
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register
from rexian.tenants.service import Users

log = structlog.stdlib.get_logger()
_EXTENSION = re.compile(r"[1-9]\d{1,5}")
_EMERGENCY = frozenset({"110", "119", "120", "122", "112", "911", "999"})
_RELATED = ("skills", "queues")
_PLAIN = (
    "id", "user_id", "name", "extension", "team_id", "wrap_up_s", "auto_answer", "most_contacts", "most_talk_s",
    "callbacks", "most_voicemails", "interruptible",
)  # fmt: skip


class Agents:
    """Keeps agents, each with the secret of the phone that registers as `<tenant>-<extension>`.

    `skill_unused` raises `Conflict` while a queue asks for a skill by its name.
    """

    def __init__(
        self, secrets: Secrets, users: Users, *, skill_unused: Callable[[Work, str], Awaitable[None]] | None = None
    ) -> None:
        self._secrets = secrets
        self._users = users
        self._register = Register(agents, "agent", fact=lambda id: AgentChanged(agent=AgentId(id)))
        self.teams = Register(teams, "team", fact=lambda id: TeamChanged(team=id))
        self.skills = Register(skills, "skill", fact=lambda id: SkillChanged(skill=id), unused=skill_unused)
        self.pause_reasons = Register(pause_reasons, "pause_reason", fact=lambda id: PauseReasonChanged(reason=id))
        self.dispositions = Register(dispositions, "disposition", fact=lambda id: DispositionChanged(disposition=id))

    async def list(self, work: Work, listing: Listing) -> Page:
        search = [agents.c.name, agents.c.extension]
        sort = {"extension": agents.c.extension, "name": agents.c.name}
        found = await rows.page(work, store.whole(), listing, search=search, sort=sort)
        return Page([_shown(row) for row in found.items], found.total)

    async def get(self, work: Work, agent: AgentId) -> dict[str, Any]:
        """Raises `NotFound`."""
        row = await store.one(work, agent)
        if row is None:
            raise NotFound("agent.not_found", "There is no such agent.", id=agent)
        return _shown(row)

    async def every(self, work: Work) -> Sequence[Agent]:
        """All agents, for the floor."""
        slug = await store.slug(work)
        return [_agent(row, slug) for row in await store.every(work)]

    async def lines(self, work: Work) -> Sequence[Line]:
        """The phones that may register, for the switch. One whose secret is unreadable stays out, and is told of."""
        slug = await store.slug(work)
        found = []
        for row in await store.secrets(work):
            try:
                found.append(self._line(row, slug))
            except Unavailable:
                log.error("A phone's secret cannot be opened; the phone stays out.", agent=row["id"])
        return found

    async def line(self, work: Work, agent: AgentId) -> Line | None:
        """One agent's phone, for his desk; `None` when he is called at an outside address."""
        row = await rows.one(work, agents, agent, noun="agent")
        if row["phone_kind"] == PhoneKind.ADDRESS:
            return None
        return self._line(row, await store.slug(work))

    async def add(
        self, work: Work, by: Principal | None, values: Values, *, id: AgentId | None = None
    ) -> dict[str, Any]:
        """`values`: name, extension, phone_kind, and perhaps the rest; `skills` by name, `queues` by id."""
        agent = id or AgentId(uuid7())
        _check(values)
        row = {name: value for name, value in values.items() if name not in _RELATED}
        secret = self._secrets.seal(randomness.token_urlsafe(18), _context(agent))
        await rows.add(work, agents, {**row, "id": agent, "secret": secret}, noun="agent")
        await self._relate(work, agent, values)
        after = await self.get(work, agent)
        await self._register.tell(work, by, "added", agent, after=after)
        return after

    async def change(self, work: Work, by: Principal | None, agent: AgentId, values: Values) -> dict[str, Any]:
        """Set `values` and leave the rest; `skills` and `queues` are replaced as a whole."""
        _check(values)
        before = await self.get(work, agent)
        row = {name: value for name, value in values.items() if name not in _RELATED}
        if row:
            await rows.change(work, agents, agent, row, noun="agent")
        await self._relate(work, agent, values)
        after = await self.get(work, agent)
        if after != before:
            await self._register.tell(work, by, "changed", agent, before=before, after=after)
        return after

    async def remove(self, work: Work, by: Principal | None, agent: AgentId) -> None:
        before = await self.get(work, agent)
        await rows.remove(work, agents, agent, noun="agent")
        await self._users.become(work, None, agent)
        await self._register.tell(work, by, "removed", agent, before=before)

    async def _relate(self, work: Work, agent: AgentId, values: Values) -> None:
        if "user_id" in values:
            await self._users.become(work, values["user_id"], agent)
        if "queues" in values:
            await store.set_queues(work, agent, values["queues"])
        if "skills" in values:
            await store.set_skills(work, agent, await self._levels(work, values["skills"]))

    async def _levels(self, work: Work, levels: Mapping[str, int]) -> dict[str, int]:
        ids = await store.skill_ids(work, levels)
        unknown = sorted(levels.keys() - ids.keys())
        if unknown:
            raise Invalid("agent.unknown_skill", f"There is no skill {unknown[0]!r}; make it first.", skills=unknown)
        return {ids[name]: level for name, level in levels.items()}

    def _line(self, row: Mapping[str, Any], slug: str) -> Line:
        return Line(
            agent=AgentId(row["id"]),
            phone_id=phone_id(slug, row["extension"]),
            secret=self._secrets.open(row["secret"], _context(row["id"])),
            web=row["phone_kind"] == PhoneKind.WEB,
            name=row["name"],
        )


def phone_id(slug: str, extension: str) -> str:
    """The name under which an extension's phone registers; unique over all tenants."""
    return f"{slug}-{extension}"


def _context(agent: str) -> str:
    return f"agent:{agent}"


def _check(values: Values) -> None:
    extension = values.get("extension")
    if extension is not None and (not _EXTENSION.fullmatch(extension) or extension in _EMERGENCY):
        raise Invalid(
            "agent.extension",
            "An extension has 2 to 6 digits, does not begin with 0 and is no emergency number.",
            extension=extension,
        )
    if values.get("phone_kind") == PhoneKind.ADDRESS and not values.get("phone_address"):
        raise Invalid("agent.address", "An agent called at an outside address needs that number or SIP address.")


async def names(work: Work) -> set[str]:
    """What flows may call agents: their ids and their extensions."""
    return {name for row in await store.every(work) for name in (row["id"], row["extension"])}


async def choices(work: Work) -> list[Choice]:
    """The agents, for people who draw flows. Documents name them by id, so that extensions may change hands."""
    return [
        Choice(name=row["id"], label=f"{row['name']} {row['extension']}", aliases=(row["extension"],))
        for row in await store.every(work)
    ]


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: row[name] for name in _PLAIN}
    phone = {"kind": row["phone_kind"], "address": row["phone_address"] or None}
    return {**plain, "phone": phone, "skills": row["skills"], "queues": row["queues"] or []}


def _agent(row: Mapping[str, Any], slug: str) -> Agent:
    kind = PhoneKind(row["phone_kind"])
    ours = kind != PhoneKind.ADDRESS
    return Agent(
        id=AgentId(row["id"]),
        name=row["name"],
        extension=row["extension"],
        phone_kind=kind,
        phone_id=phone_id(slug, row["extension"]) if ours else "",
        address="" if ours else row["phone_address"],
        user=None if row["user_id"] is None else UserId(row["user_id"]),
        team=None if row["team_id"] is None else TeamId(row["team_id"]),
        skills=row["skills"],
        queues=tuple(QueueId(queue) for queue in row["queues"] or ()),
        wrap_up_s=row["wrap_up_s"],
        auto_answer=row["auto_answer"],
        most_contacts=row["most_contacts"],
        most_talk_s=row["most_talk_s"],
        callbacks=row["callbacks"],
        most_voicemails=row["most_voicemails"],
        interruptible=row["interruptible"],
    )
