"""What can be done with flows: keep them, write versions of them, check and publish."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

import msgspec
import structlog

from rexian.core.errors import Conflict, Invalid, NotFound
from rexian.core.ids import FlowId, FlowVersionId, uuid7
from rexian.flows import store
from rexian.flows.documents import Known, parse, validate
from rexian.flows.events import FlowChanged
from rexian.flows.model import Document, Problem
from rexian.flows.nodes import Registry
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


class Flows:
    """Keeps flows. A version never changes; publishing names the one that new calls take."""

    def __init__(self, registry: Registry, sources: Mapping[str, Source]) -> None:
        self.registry = registry
        self._sources = sources
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
        """Let new calls take this version; calls in progress keep theirs. An older one may be published again."""
        await rows.one(work, flows, flow, noun="flow", lock=True)
        before = await self.get(work, flow)
        version = await self.version(work, flow, number)
        problems = [
            problem for problem in await self.validate(work, version["document"]) if problem.severity == "error"
        ]
        if problems:
            raise Invalid(
                "flow.has_problems",
                f"Version {number} has {len(problems)} problems; mend them first. The first: {problems[0].message}",
                problems=msgspec.to_builtins(problems),
            )
        await store.publish(work, flow, number)
        after = {**before, "published_version": number}
        await self._register.tell(work, by, "published", flow, before=before, after=after)
        return after

    async def validate(self, work: Work, document: object) -> tuple[Problem, ...]:
        return tuple(validate(document, self.registry, await self._known(work)))

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
        documents: dict[FlowVersionId, Document] = {}
        for row in await store.documents(work, also):
            document, problems = parse(row["document"], self.registry)
            if document is None:
                log.warning("flow cannot be read", flow=row["flow_id"], problem=problems[0].message)
                continue
            documents[FlowVersionId(row["id"])] = document
            if row["published"]:
                versions[FlowId(row["flow_id"])] = FlowVersionId(row["id"])
        return versions, documents

    async def require_unused(self, work: Work, kind: str, names: Collection[str]) -> None:
        """Raises `Conflict` when a published flow names this thing (by any of its names)."""
        for row in await store.documents(work, ()):
            document, _ = parse(row["document"], self.registry)
            if document is not None and not names_of(document, kind).isdisjoint(names):
                message = f"The published flow {row['name']!r} uses this {kind}; change the flow first."
                raise Conflict(f"{kind}.in_use", message, flow=row["flow_id"], name=row["name"])

    async def _known(self, work: Work) -> Known:
        return {kind: await source(work) for kind, source in self._sources.items()}


def names_of(document: Document, kind: str) -> set[str]:
    """All things of one kind that a document names."""
    return {found.name for node in document.nodes.values() for found in node.refers() if found.kind == kind}
