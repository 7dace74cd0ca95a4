"""Drafts of flows: what is being drawn, kept as it is drawn, by one person at a time; and what is published of it."""

from typing import Any

import msgspec

from rexian.core.errors import Conflict, Invalid, NotFound
from rexian.core.ids import FlowId, uuid7
from rexian.flows import paths, store
from rexian.flows.events import FlowDrafted
from rexian.flows.rehearsal import Path
from rexian.flows.service import LARGEST_DOCUMENT, Flows
from rexian.flows.tables import flows
from rexian.infra import rows
from rexian.infra.database import Work
from rexian.tenants import audit
from rexian.tenants.model import Principal


class Drafts:
    """Keeps one draft per flow, and the paths that test it."""

    def __init__(self, flows: Flows) -> None:
        self._flows = flows

    async def get(self, work: Work, flow: FlowId) -> dict[str, Any]:
        """Raises `NotFound` when nothing is being drawn."""
        await self._flows.get(work, flow)
        found = await store.draft(work, flow)
        if found is None:
            raise NotFound("flow.no_draft", "This flow has no draft; begin one from a version.")
        return found

    async def save(
        self,
        work: Work,
        by: Principal | None,
        flow: FlowId,
        document: dict[str, Any],
        *,
        revision: int,
        based_on: int | None = None,
    ) -> dict[str, Any]:
        """Keep the draft as it is now. `revision` is the one that was drawn on (0: there was none).

        Raises `Conflict` when somebody else has saved another meanwhile.
        """
        if len(msgspec.json.encode(document)) > LARGEST_DOCUMENT:
            raise Invalid("flow.too_large", f"A flow has at most {LARGEST_DOCUMENT} bytes; split it.")
        await rows.one(work, flows, flow, noun="flow", lock=True)
        before = await store.draft(work, flow)
        stands = before["revision"] if before else 0
        if stands != revision:
            name = (before or {}).get("saved_by_name") or ""
            message = f"The draft was changed by {name or 'somebody else'} meanwhile; load it anew."
            raise Conflict("flow.draft_changed", message, name=name, revision=stands)
        values = {"document": document, "based_on": based_on, "revision": revision + 1}
        await store.keep_draft(work, flow, {**values, "saved_by": by.user if by else None})
        self._tell(work, flow)
        return await self.get(work, flow)

    async def discard(self, work: Work, by: Principal | None, flow: FlowId) -> None:
        await rows.one(work, flows, flow, noun="flow", lock=True)
        if await store.drop_draft(work, flow):
            await audit.note(work, by, "flow.draft_discarded", f"flow:{flow}")
            self._tell(work, flow)

    async def publish(
        self, work: Work, by: Principal | None, flow: FlowId, *, revision: int, note: str = ""
    ) -> dict[str, Any]:
        """Make the draft a version and let new calls take it, if nothing is wrong with it; else all stays as it is."""
        draft = await self.get(work, flow)
        if draft["revision"] != revision:
            name = draft["saved_by_name"] or ""
            message = f"The draft was changed by {name or 'somebody else'} meanwhile; look at it again."
            raise Conflict("flow.draft_changed", message, name=name, revision=draft["revision"])
        version = await self._flows.draft(work, by, flow, draft["document"], note=note)
        after = await self._flows.publish(work, by, flow, version["version"])
        await store.drop_draft(work, flow)
        return after

    def _tell(self, work: Work, flow: FlowId) -> None:
        work.record(f"flow:{flow}", FlowDrafted(flow=flow))

    # --- recorded paths

    async def paths(self, work: Work, flow: FlowId) -> list[dict[str, Any]]:
        await self._flows.get(work, flow)
        return await store.paths(work, flow)

    async def record(
        self,
        work: Work,
        by: Principal | None,
        flow: FlowId,
        *,
        name: str,
        document: dict[str, Any],
        stage: dict[str, Any],
        cues: list[dict[str, Any]],
    ) -> dict[str, Any]:
        """Keep a rehearsal of this document as a test: from now on it must go the same way to be published."""
        await rows.one(work, flows, flow, noun="flow", lock=True)
        if len(await store.paths(work, flow)) >= paths.MOST_PATHS:
            raise Invalid("flow.too_many_paths", f"A flow has at most {paths.MOST_PATHS} recorded paths; drop some.")
        play = await self._flows.player(work, document)
        went = play(paths.read_stage(stage), paths.read_cues(cues)).path
        values = {"name": name, "stage": stage, "cues": cues, "expected": _wire(went)}
        id = uuid7()
        await store.add_path(work, {"id": id, "flow_id": flow, "created_by": by.user if by else None, **values})
        await audit.note(work, by, "flow.path_recorded", f"flow:{flow}", after={"name": name})
        return await self._path(work, flow, id)

    async def accept(
        self, work: Work, by: Principal | None, flow: FlowId, id: str, document: dict[str, Any]
    ) -> dict[str, Any]:
        """Take the way that the path goes through this document as the right one."""
        row = await self._path(work, flow, id)
        play = await self._flows.player(work, document)
        went = _wire(play(paths.read_stage(row["stage"]), paths.read_cues(row["cues"])).path)
        await store.expect(work, id, went)
        before, after = {"expected": row["expected"]}, {"expected": went}
        await audit.note(work, by, "flow.path_accepted", f"flow:{flow}", before=before, after=after)
        return await self._path(work, flow, id)

    async def drop(self, work: Work, by: Principal | None, flow: FlowId, id: str) -> None:
        row = await self._path(work, flow, id)
        await store.drop_path(work, id)
        await audit.note(work, by, "flow.path_dropped", f"flow:{flow}", before={"name": row["name"]})

    async def _path(self, work: Work, flow: FlowId, id: str) -> dict[str, Any]:
        found = await store.path(work, flow, id)
        if found is None:
            raise NotFound("flow.path_not_found", "This flow has no such recorded path.")
        return found


def _wire(path: Path) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(path)
    return built
