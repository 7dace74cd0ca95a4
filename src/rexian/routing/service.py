"""What can be done with queues."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Table

from rexian.agents import leaving
from rexian.agents.tables import agents, teams
from rexian.core.errors import Conflict, Invalid, NotFound
from rexian.core.ids import FlowId, QueueId, uuid7
from rexian.flows.model import Choice
from rexian.flows.service import Flows
from rexian.hours.tables import calendars
from rexian.infra import rows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.routing import callbacks, custom, store
from rexian.routing.events import QueueChanged
from rexian.routing.exits import Exit, checked, incomplete
from rexian.routing.model import Queue
from rexian.routing.rules import Custom, Rules, Strategy, named_skills, read, write
from rexian.routing.tables import queues
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register

_DIALLED = re.compile(r"\+?[0-9*#][0-9*# .()-]{0,38}")
BUILT_IN = "default"
"""The music of a queue that has chosen none."""


class Queues:
    """Keeps queues, and how each was set before. `flows` tells whether one is still named by a published flow."""

    def __init__(self, flows: Flows) -> None:
        self._flows = flows
        self._register = Register(
            queues, "queue", fact=lambda id: QueueChanged(queue=QueueId(id)), sort=("name", "priority")
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, queue: QueueId) -> dict[str, Any]:
        return await self._register.get(work, queue)

    async def add(
        self, work: Work, by: Principal | None, values: Values, *, id: QueueId | None = None
    ) -> dict[str, Any]:
        id = id or QueueId(uuid7())
        made = await self._register.add(work, by, await self._read(work, values, id), id=id)
        await self._keep(work, by, made, number=1)
        return made

    async def change(
        self, work: Work, by: Principal | None, queue: QueueId, values: Values, *, note: str = ""
    ) -> dict[str, Any]:
        """Set `values` and leave the rest; how it was is kept."""
        await rows.one(work, queues, queue, noun="queue", lock=True)
        before = await self.get(work, queue)
        after = await self._register.change(work, by, queue, await self._read(work, values, queue))
        if after != before:
            last = await store.last_version(work, queue)
            if last == 0:
                await self._keep(work, None, before, number=1)
            await self._keep(work, by, after, number=max(last, 1) + 1, note=note)
        return after

    async def remove(self, work: Work, by: Principal | None, queue: QueueId) -> None:
        name = (await self.get(work, queue))["name"]
        await self._flows.require_unused(work, "queue", (queue, name))
        for other in await self.every(work):
            if other.id != queue and queue in other.leads_to():
                raise Conflict(
                    "queue.led_to", f"The queue {other.name!r} leads to this one; change it first.", name=other.name
                )
        await leaving.leave(work, by, queue, name)
        await self._register.remove(work, by, queue)

    async def require_skill_unused(self, work: Work, skill: str) -> None:
        """Raises `Conflict` when a queue asks for the skill of this name: nobody would have it any more."""
        for queue in await self.every(work):
            if skill in queue.skills or skill in named_skills(queue.rules):
                raise Conflict(
                    "skill.asked_for",
                    f"The queue {queue.name!r} asks for this skill; change it first.",
                    name=queue.name,
                )

    async def every(self, work: Work) -> tuple[Queue, ...]:
        return tuple(_queue(row) for row in await store.every(work))

    # --- how it was

    async def versions(self, work: Work, queue: QueueId, listing: Listing) -> Page:
        await self.get(work, queue)
        return await store.versions(work, queue, listing)

    async def version(self, work: Work, queue: QueueId, number: int) -> dict[str, Any]:
        found = await store.version(work, queue, number)
        if found is None:
            raise NotFound("queue.version_not_found", f"This queue has no version {number}.", version=number)
        return found

    async def restore(self, work: Work, by: Principal | None, queue: QueueId, number: int) -> dict[str, Any]:
        """Set the queue as it was in this version. That makes another version; nothing is lost."""
        document = (await self.version(work, queue, number))["document"]
        return await self.change(work, by, queue, document, note=f"= {number}")

    # --- inside

    async def _keep(
        self, work: Work, by: Principal | None, row: Mapping[str, Any], *, number: int, note: str = ""
    ) -> None:
        document = {name: value for name, value in row.items() if name != "id"}
        values = {"id": uuid7(), "queue_id": row["id"], "version": number, "document": document, "note": note}
        await store.add_version(work, {**values, "created_by": by.user if by else None})

    async def _read(self, work: Work, values: Values, queue: QueueId) -> Values:
        """The values, with rules that can be read; nothing in them names what is not there."""
        _sound(values)
        await self._require_ways(work, values)
        await _require_skills(work, values.get("skills") or ())
        music = values.get("music") or BUILT_IN
        if music != BUILT_IN and not await self._flows.knows(work, "prompt", music):
            raise Invalid(
                "queue.music_unknown", f"There is no prompt {music!r} to be played as music; choose another.", key=music
            )
        survey = values.get("survey_flow")
        if survey and (await self._flows.get(work, FlowId(survey)))["published_version"] is None:
            raise Invalid(
                "queue.survey_unpublished",
                "The survey's flow is not published: nobody would be asked; publish it first.",
            )
        if "rules" not in values:
            return values
        return {**values, "rules": await self.check(work, values["rules"], queue)}

    async def _require_ways(self, work: Work, values: Values) -> None:
        """Exits and callbacks name queues, prompts and opening hours that are there, and numbers that can be called."""
        exits = msgspec.convert(values.get("exits", ()), tuple[Exit, ...])
        hours = {exit.calendar for exit in exits if exit.calendar} | {values.get("callback", {}).get("calendar", "")}
        no_hours = await store.missing(work, calendars, hours - {""})
        no_queues = await store.missing(work, queues, {exit.target for exit in exits if exit.to == "queue"})
        for number, exit in enumerate(exits, 1):
            if exit.calendar in no_hours:
                raise incomplete(number, "calendar")
            if exit.to == "queue" and exit.target in no_queues:
                raise incomplete(number, "target")
            if exit.to == "message" and not await self._flows.knows(work, "prompt", exit.target):
                raise incomplete(number, "target")
            if exit.to == "number" and not _DIALLED.fullmatch(exit.target):
                raise incomplete(number, "target")
        if no_hours:
            raise Invalid("queue.callback", "The callback's opening hours are not there.", missing="calendar")

    async def check(self, work: Work, document: object, queue: QueueId | None = None) -> dict[str, Any]:
        """The rules as they are kept; of `queue`, when it is known.

        Raises `Invalid` for what cannot be read, names what is not there, or leads from the queue to itself.
        """
        rules = read(document)
        _require_others(rules, queue)
        _require_installed(rules.strategy)
        await _require_known(work, rules)
        await _require_skills(work, named_skills(rules))
        return write(rules)


def _require_others(rules: Rules, queue: QueueId | None) -> None:
    """Its own agents serve a queue anyway, and a caller who waits in it cannot be moved to it."""
    for number, loan in enumerate(rules.lending, 1):
        if loan.to == queue:
            raise Invalid(
                "rules.lends_itself", f"The loan {number} is to the queue itself; choose another.", loan=number
            )
    for number, ring in enumerate(rules.rings, 1):
        if ring.queue is not None and ring.queue == queue:
            raise Invalid(
                "rules.ring_to_itself", f"The ring {number} leads to the queue itself; choose another.", ring=number
            )


def _require_installed(strategy: Strategy) -> None:
    """A strategy that nobody offers would silently be replaced by the longest idle."""
    if isinstance(strategy, Custom) and strategy.name not in custom.installed():
        raise Invalid(
            "rules.strategy_unknown",
            f"No installed package offers the strategy {strategy.name!r}; install it first, or choose another.",
            name=strategy.name,
        )


async def _require_known(work: Work, rules: Rules) -> None:
    named: dict[str, tuple[Table, Collection[str]]] = {
        "queue": (queues, {ring.queue for ring in rules.rings if ring.queue} | {loan.to for loan in rules.lending}),
        "team": (teams, {team for ring in rules.rings for team in ring.teams}),
        "agent": (agents, rules.ranks.keys() | rules.grades.keys() | set(rules.reserve.agents)),
    }
    for noun, (table, ids) in named.items():
        missing = await store.missing(work, table, ids)
        if missing:
            raise Invalid(
                "queue.rules_unknown",
                f"The rules of the queue name a {noun} that is not there: {min(missing)}; choose another.",
                noun=noun,
                id=min(missing),
            )


async def _require_skills(work: Work, names: Iterable[str]) -> None:
    """A misspelt skill would ask for what nobody has: its callers would wait for ever."""
    unknown = await store.unknown_skills(work, set(names))
    if unknown:
        raise Invalid(
            "queue.unknown_skill", f"There is no skill {min(unknown)!r}; make it first, or mend it.", skill=min(unknown)
        )


def _queue(row: Values) -> Queue:
    """Column names come as SQLAlchemy's own kind of `str`, which msgspec does not take for one."""
    return msgspec.convert({str(name): value for name, value in row.items()}, Queue)


def _sound(values: Values) -> None:
    """Raises `Invalid` for exits that lead nowhere, and for callbacks that would reach nobody."""
    if "callback" in values:
        callbacks.checked(msgspec.convert(values["callback"], callbacks.CallbackRules))
    if "exits" in values:
        checked(msgspec.convert(values["exits"], tuple[Exit, ...]))


async def names(work: Work) -> set[str]:
    """What flows may call queues: their ids and their names."""
    return {name for row in await store.every(work) for name in (row["id"], row["name"])}


async def choices(work: Work) -> list[Choice]:
    """The queues, for people who draw flows. Documents name them by id, so that they may be renamed."""
    return [Choice(name=row["id"], label=row["name"], aliases=(row["name"],)) for row in await store.every(work)]
