"""Which versions of its sub-flows a flow goes through: found by name while it is drawn, kept once it is published."""

from collections.abc import Collection, Mapping
from typing import Any

import structlog

from rexian.core.errors import Invalid
from rexian.core.ids import FlowId, FlowVersionId
from rexian.flows import store
from rexian.flows.documents import at_once, parse, pointer
from rexian.flows.linking import MOST_DEEP, Library, Links, Part, calls_of, depth_of, link, step_of
from rexian.flows.model import Choice, Document, Problem
from rexian.flows.nodes import Registry
from rexian.flows.subflow import Return
from rexian.infra.database import Work

log = structlog.get_logger()


async def names(work: Work) -> set[str]:
    """What documents may call flows that can be gone through: their ids and their names."""
    return set(await store.published_names(work))


async def choices(work: Work) -> list[Choice]:
    """The published flows, for people who draw. Documents name them by id, so that they may be renamed."""
    found = await store.published_names(work)
    return [
        Choice(name=one.flow, label=name, aliases=(name,)) for name, one in sorted(found.items()) if name != one.flow
    ]


class Composer:
    """Puts sub-flows in the place of the steps that call them."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def links(self, work: Work, document: Document) -> dict[str, FlowVersionId]:
        """The versions that these steps would go through now. A step whose flow is not published is left out."""
        calls = calls_of(document)
        if not calls:
            return {}
        published = await store.published_names(work)
        found = {}
        for name, call in calls.items():
            one = published.get(call.flow)
            if one is None:
                continue
            version = one.version if call.version is None else await store.version_id(work, one.flow, call.version)
            if version is not None:
                found[name] = version
        return found

    async def linked(self, work: Work, document: Document, links: Links | None = None) -> Document:
        """The document with its sub-flows in place. `links`: what was kept; else as they would be now."""
        if links is None:
            links = await self.links(work, document)
        return link(Part(document, links), await self._library(work, links.values())) if links else document

    async def every(self, work: Work, parts: Mapping[FlowVersionId, Part]) -> dict[FlowVersionId, Document]:
        """These versions, each with its sub-flows in place. One that is too large for that is left out and logged."""
        wanted = {version for part in parts.values() for version in part.links.values()}
        library = await self._library(work, wanted)
        documents = {}
        for id, part in parts.items():
            try:
                documents[id] = link(part, library)
            except Invalid as error:
                log.warning("flow cannot be put together", version=id, problem=error.message)
        return documents

    async def _library(self, work: Work, wanted: Collection[FlowVersionId]) -> Library:
        """These versions and all that they go through in their turn."""
        found: dict[FlowVersionId, Part] = {}
        missing = set(wanted)
        for _ in range(MOST_DEEP):
            rows = await store.versions_by_id(work, missing) if missing else []
            for row in rows:
                document, _ = parse(row["document"], self._registry)
                if document is not None:
                    found[FlowVersionId(row["id"])] = Part(document, row["links"] or {})
            missing = {version for part in found.values() for version in part.links.values()} - found.keys()
        return found.get

    async def problems(self, work: Work, document: Document, flow: FlowId | None) -> list[Problem]:
        """What is wrong with the sub-flows of a document that is drawn for `flow` (None: for none yet)."""
        calls = calls_of(document)
        if not calls:
            return []
        links = await self.links(work, document)
        library = await self._library(work, links.values())
        found = [
            _problem(name, "flow.unknown_version", f"There is no version {call.version} of it.", "version",
                     version=call.version)
            for name, call in calls.items()
            if name not in links and call.version is not None
        ]  # fmt: skip
        of = await store.flows_of(work, _closure(links, library))
        for name, version in links.items():
            if flow is not None and flow in {of.get(each) for each in _closure({name: version}, library)}:
                message = "This sub-flow leads back into this flow; choose one that does not."
                found.append(_problem(name, "flow.circle", message, "flow"))
        found += _disagreements(document, links, library)
        if not any(problem.code == "flow.circle" for problem in found):
            found += _together(Part(document, links), library)
        return found


def _closure(links: Links, library: Library) -> set[FlowVersionId]:
    """All versions that lie within these."""
    seen: set[FlowVersionId] = set()
    todo = list(links.values())
    while todo:
        version = todo.pop()
        if version in seen:
            continue
        seen.add(version)
        part = library(version)
        todo.extend(part.links.values() if part else ())
    return seen


def _disagreements(document: Document, links: Links, library: Library) -> list[Problem]:
    """Inputs that a sub-flow does not begin with, and results that it returns and nobody awaits."""
    found = []
    for name, call in calls_of(document).items():
        part = library(links[name]) if name in links else None
        if part is None:
            continue
        for given in call.inputs.keys() - part.document.variables.keys():
            message = f"The sub-flow does not begin with a variable {given!r}."
            path = f"inputs/{pointer(given)}"
            found.append(_problem(name, "flow.unknown_input", message, path, severity="warning", name=given))
        results = {node.result for node in part.document.nodes.values() if isinstance(node, Return)}
        for result in results - {way.name for way in call.ways()}:
            message = f"The sub-flow may return {result!r}, for which this step has no exit."
            found.append(_problem(name, "flow.unknown_result", message, "results", severity="warning", name=result))
    return found


def _together(part: Part, library: Library) -> list[Problem]:
    """What is wrong with the flow and its sub-flows as one."""
    try:
        whole = link(part, library)
    except Invalid as error:
        return [Problem(path="", code=error.code, message=error.message)]
    steps = {step_of(name) for name in whole.nodes if depth_of(name) and name in at_once(whole, name)}
    message = "Together with its sub-flow this step lies on a circle without any wait; put a wait into it."
    return [_problem(step, "flow.endless", message) for step in sorted(steps)]


def _problem(node: str, code: str, message: str, field: str = "", severity: str = "error", **params: Any) -> Problem:
    path = f"/nodes/{pointer(node)}" + (f"/{field}" if field else "")
    return Problem(path=path, node=node, code=code, message=message, severity=severity, params=params)
