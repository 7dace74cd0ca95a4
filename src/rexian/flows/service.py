"""What can be done with flows: keep them, write versions of them, check and publish."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from rexian.core.errors import Conflict, Invalid, NotFound
from rexian.core.ids import FlowId, FlowVersionId, uuid7
from rexian.flows import composing, paths, store
from rexian.flows.composing import Composer
from rexian.flows.documents import Known, Survey, parse, read, read_leniently, survey
from rexian.flows.events import FlowChanged
from rexian.flows.linking import Links, Part, calls_of
from rexian.flows.model import Choice, Document, Problem
from rexian.flows.nodes import Registry
from rexian.flows.rehearsal import Calendar
from rexian.flows.schema import json_schema
from rexian.flows.tables import flows
from rexian.infra import rows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register

LARGEST_DOCUMENT = 1_000_000
log = structlog.get_logger()

Source = Callable[[Work], Awaitable[Collection[str]]]
"""Tells which names of one kind (`queue`, `prompt`, `calendar`) a tenant has."""
Offer = Callable[[Work], Awaitable[Sequence[Choice]]]
"""Tells the same for people who choose among them."""
Calendars = Callable[[Work], Awaitable[Mapping[str, Calendar]]]


class Flows:
    """Keeps flows. A version never changes; publishing names the one that new calls take."""

    def __init__(
        self,
        registry: Registry,
        sources: Mapping[str, Source],
        *,
        offers: Mapping[str, Offer] | None = None,
        calendars: Calendars | None = None,
    ) -> None:
        """`offers`: what people choose among, by kind; a kind without one is offered by its plain names."""
        self.registry = registry
        self._sources = {"flow": composing.names, **sources}
        self._offers = {"flow": composing.choices, **(offers or {})}
        self._calendars = calendars
        self._composer = Composer(registry)
        self._register = Register(
            flows, "flow", fact=lambda id: FlowChanged(flow=FlowId(id)), sort=("name", "created_at")
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, flow: FlowId) -> dict[str, Any]:
        return await self._register.get(work, flow)

    async def add(
        self, work: Work, by: Principal | None, values: Values, *, id: FlowId | None = None
    ) -> dict[str, Any]:
        return await self._register.add(work, by, values, id=id)

    async def change(self, work: Work, by: Principal | None, flow: FlowId, values: Values) -> dict[str, Any]:
        return await self._register.change(work, by, flow, values)

    async def remove(self, work: Work, by: Principal | None, flow: FlowId) -> None:
        name = (await self.get(work, flow))["name"]
        await self.require_unused(work, "flow", (flow, name), but=flow)
        await self._register.remove(work, by, flow)

    # --- versions

    async def versions(self, work: Work, flow: FlowId, listing: Listing) -> Page:
        await self.get(work, flow)
        return await store.versions(work, flow, listing)

    async def version(self, work: Work, flow: FlowId, number: int) -> dict[str, Any]:
        found = await store.version(work, flow, number)
        if found is None:
            raise NotFound("flow.version_not_found", f"This flow has no version {number}.", version=number)
        return found

    async def draft(
        self, work: Work, by: Principal | None, flow: FlowId, document: dict[str, Any], *, note: str = ""
    ) -> dict[str, Any]:
        """Keep a new version. It may have problems; publishing it may not."""
        if len(msgspec.json.encode(document)) > LARGEST_DOCUMENT:
            raise Invalid("flow.too_large", f"A flow has at most {LARGEST_DOCUMENT} bytes; split it.")
        await rows.one(work, flows, flow, noun="flow", lock=True)
        values = {"id": uuid7(), "flow_id": flow, "document": document, "note": note}
        number = await store.add_version(work, {**values, "created_by": by.user if by else None})
        await self._register.tell(work, by, "drafted", flow, after={"version": number, "note": note})
        return await self.version(work, flow, number)

    async def publish(self, work: Work, by: Principal | None, flow: FlowId, number: int) -> dict[str, Any]:
        """Let new calls take this version; calls in progress keep theirs. An older one may be published again.

        The published flows that go through this one get a new version that goes through this version, if they still
        work then; else nothing is published.
        """
        await rows.one(work, flows, flow, noun="flow", lock=True)
        before = await self.get(work, flow)
        version = await self.version(work, flow, number)
        problems = [
            problem for problem in await self.validate(work, version["document"], flow) if problem.severity == "error"
        ]
        if problems:
            raise Invalid(
                "flow.has_problems",
                f"Version {number} has {len(problems)} problems; mend them first. The first: {problems[0].message}",
                problems=msgspec.to_builtins(problems),
            )
        links = version["links"]
        if links is None:
            links = await self._composer.links(work, read(version["document"], self.registry))
            await store.keep_links(work, version["id"], links)
        await self._walk_recorded_paths(work, flow, version["document"], links)
        await store.publish(work, flow, number, by.user if by else None)
        after = {**before, "published_version": number}
        await self._register.tell(work, by, "published", flow, before=before, after=after)
        for caller in await store.callers(work, flow):
            await self._renew(work, by, caller, after)
        return after

    async def _renew(self, work: Work, by: Principal | None, caller: dict[str, Any], within: dict[str, Any]) -> None:
        """Let a flow go through the version of its sub-flow that has been published just now."""
        number = within["published_version"]
        version = await store.version_id(work, within["id"], number)
        calls = calls_of(read(caller["document"], self.registry))
        moved = {step: version for step in caller["steps"] if step in calls and calls[step].version is None}
        links = {**caller["links"], **moved}
        if links == caller["links"]:
            return
        flow = FlowId(caller["flow_id"])
        note = f"↻ {within['name']} · {number}"
        values = {"id": uuid7(), "flow_id": flow, "document": caller["document"], "note": note}
        renewed = await store.add_version(work, {**values, "created_by": by.user if by else None})
        await store.keep_links(work, values["id"], links)
        try:
            await self.publish(work, by, flow, renewed)
        except Invalid as error:
            name = caller["name"]
            message = f"The flow {name!r} goes through this one and would not work any more: {error.message}"
            raise Invalid("flow.caller_refuses", message, name=name, problem=error.message) from error

    async def _walk_recorded_paths(self, work: Work, flow: FlowId, document: object, links: Links) -> None:
        """Raises `Invalid` when a recorded path goes another way than it did."""
        failed = [one for one in await self.walked(work, flow, document, links) if not one.passed]
        if failed:
            names = ", ".join(one.name for one in failed)
            raise Invalid(
                "flow.paths_failed",
                f"Recorded paths go another way now: {names}. Mend the flow, or accept their new way, then publish.",
                names=names,
                count=len(failed),
            )

    async def validate(self, work: Work, document: object, flow: FlowId | None = None) -> tuple[Problem, ...]:
        return (await self.survey(work, document, flow)).problems

    async def survey(self, work: Work, document: object, flow: FlowId | None = None) -> Survey:
        """What can be said of a document while it is being drawn. `flow`: for which; none: for none yet."""
        found = survey(document, self.registry, await self._known(work))
        drawn, _ = read_leniently(document, self.registry)
        more = await self._composer.problems(work, drawn, flow) if drawn else []
        problems = sorted((*found.problems, *more), key=lambda problem: problem.severity != "error")
        return msgspec.structs.replace(found, problems=tuple(problems))

    async def choices(self, work: Work) -> dict[str, Sequence[Choice]]:
        """All that nodes may name, by kind, for people who choose."""
        found: dict[str, Sequence[Choice]] = {kind: await offer(work) for kind, offer in self._offers.items()}
        for kind, source in self._sources.items():
            if kind not in found:
                found[kind] = [Choice(name=name, label=name) for name in sorted(await source(work))]
        return found

    async def player(self, work: Work, document: object, links: Links | None = None) -> paths.Play:
        """Plays rehearsals of this document among the tenant's own queues and calendars. Raises `Invalid`.

        `links`: the versions of its sub-flows; none: those of now.
        """
        calendars = await self._calendars(work) if self._calendars else {}
        known = await self._known(work)
        whole = await self._composer.linked(work, read(document, self.registry), links)
        return paths.player(whole, calendars, known.get("queue", ()))

    async def walked(
        self, work: Work, flow: FlowId, document: object, links: Links | None = None
    ) -> tuple[paths.Outcome, ...]:
        """Every recorded path of the flow, played through this document."""
        if not await store.paths(work, flow):
            return ()
        return await paths.all_played(work, flow, await self.player(work, document, links))

    def schema(self) -> dict[str, Any]:
        return json_schema(self.registry)

    # --- for others

    async def published(
        self, work: Work, also: Collection[FlowVersionId] = ()
    ) -> tuple[dict[FlowId, FlowVersionId], dict[FlowVersionId, Document]]:
        """Which version of each flow new calls take, and the documents of these and of the versions `also` named.

        A document that can no longer be read (its node's package is gone) is left out, and said so in the log.
        """
        versions: dict[FlowId, FlowVersionId] = {}
        parts: dict[FlowVersionId, Part] = {}
        for row in await store.documents(work, also):
            document, problems = parse(row["document"], self.registry)
            if document is None:
                log.warning("flow cannot be read", flow=row["flow_id"], problem=problems[0].message)
                continue
            parts[FlowVersionId(row["id"])] = Part(document, row["links"] or {})
            if row["published"]:
                versions[FlowId(row["flow_id"])] = FlowVersionId(row["id"])
        return versions, await self._composer.every(work, parts)

    async def ids(self, work: Work) -> dict[str, FlowId]:
        """The published flows by what others may call them: their names and their ids."""
        return {name: one.flow for name, one in (await store.published_names(work)).items()}

    async def drafts(
        self, work: Work, of: Collection[FlowId], also: Collection[FlowVersionId] = ()
    ) -> tuple[dict[FlowId, FlowVersionId], dict[FlowVersionId, Document]]:
        """The drafts of these flows, and those that `also` names by their own ids. What cannot be read is left out."""
        versions: dict[FlowId, FlowVersionId] = {}
        parts: dict[FlowVersionId, Part] = {}
        for row in await store.drafts(work, of, also):
            document, _ = parse(row["document"], self.registry)
            if document is not None:
                parts[FlowVersionId(row["id"])] = Part(document, await self._composer.links(work, document))
                versions[FlowId(row["flow_id"])] = FlowVersionId(row["id"])
        return versions, await self._composer.every(work, parts)

    async def require_unused(self, work: Work, kind: str, names: Collection[str], *, but: FlowId | None = None) -> None:
        """Raises `Conflict` when a published flow (`but` this one) names this thing (by any of its names)."""
        for row in await store.documents(work, ()):
            if row["flow_id"] == but:
                continue
            document, _ = parse(row["document"], self.registry)
            if document is not None and not names_of(document, kind).isdisjoint(names):
                message = f"The published flow {row['name']!r} uses this {kind}; change the flow first."
                raise Conflict(f"{kind}.in_use", message, flow=row["flow_id"], name=row["name"])

    async def knows(self, work: Work, kind: str, name: str) -> bool:
        """Whether there is something of this kind that flows may name so."""
        return name in await self._sources[kind](work)

    async def _known(self, work: Work) -> Known:
        return {kind: await source(work) for kind, source in self._sources.items()}


def names_of(document: Document, kind: str) -> set[str]:
    """All things of one kind that a document names."""
    return {found.name for node in document.nodes.values() for found in node.refers() if found.kind == kind}
