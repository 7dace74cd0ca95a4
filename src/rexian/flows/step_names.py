"""What the steps of a version are called: for those who read which way a call went, and do not draw flows."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from rexian.core.ids import FlowVersionId
from rexian.flows import store
from rexian.flows.linking import WITHIN
from rexian.flows.look import words_of
from rexian.flows.nodes import Registry
from rexian.infra.database import Work


class StepName(msgspec.Struct, frozen=True):
    """`title` as it was drawn, often empty; `kind`: what the type of step is called, by language.

    `own_exits`: those that were named where it was drawn, such as the cases of a switch. They are called so in every
    language, even where a step of another type has an exit of that name and a word for it.
    """

    title: str
    type: str
    kind: dict[str, str]
    own_exits: list[str] = []


Named = dict[str, StepName]
"""The names of steps, by their ids; of one within a sub-flow those of the steps that it lies in as well."""


class StepNames:
    """Looks up what steps are called. Versions and steps that are gone are left out."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def of(self, work: Work, asked: Mapping[FlowVersionId, Collection[str]]) -> dict[FlowVersionId, Named]:
        """The names of these steps of these versions (a draft is one), as they are in those and no others."""
        parts = {row["id"]: row for row in await store.versions_by_id(work, asked.keys())}
        parts |= {row["id"]: {**row, "links": None} for row in await store.drafts(work, (), asked.keys())}
        found: dict[FlowVersionId, Named] = {}
        for version, nodes in asked.items():
            found[version] = {}
            for step in sorted({step for node in nodes for step in _steps_to(node)}):
                holder = await self._holder(work, parts, version, step)
                name = self._name(holder, step.rpartition(WITHIN)[2])
                if name is not None:
                    found[version][step] = name
        return found

    async def _holder(
        self, work: Work, parts: dict[str, dict[str, Any]], version: str, step: str
    ) -> dict[str, Any] | None:
        """The document in which a step was drawn: the version's own, or that of a sub-flow."""
        part = parts.get(version)
        for call in step.split(WITHIN)[:-1]:
            within = ((part or {}).get("links") or {}).get(call)
            if within is None:
                return None
            if within not in parts:
                parts |= {row["id"]: row for row in await store.versions_by_id(work, (within,))}
            part = parts.get(within)
        return part["document"] if part else None

    def _name(self, document: dict[str, Any] | None, step: str) -> StepName | None:
        node = ((document or {}).get("nodes") or {}).get(step)
        if not isinstance(node, dict):
            return None
        type, title = str(node.get("type", "")), node.get("title", "")
        known = self._registry.get(type)
        words = words_of(known.__module__, type) if known else {}
        kind = {language: own["title"] for language, own in words.items() if "title" in own}
        return StepName(title if isinstance(title, str) else "", type, kind, _own_exits(node))


def _own_exits(node: Mapping[str, Any]) -> list[str]:
    named: set[str] = set()
    for field, value in node.items():
        if field != "exits" and isinstance(value, dict):
            named |= {name for name, what in value.items() if isinstance(what, list | int | float)}
        elif isinstance(value, list):
            named |= {str(one["exit"]) for one in value if isinstance(one, dict) and "exit" in one}
    return sorted(named & set(node.get("exits") or {}))


def _steps_to(node: str) -> list[str]:
    """A step and those that it lies within: `a»b»c` gives `a`, `a»b`, `a»b»c`."""
    names = node.split(WITHIN)
    return [WITHIN.join(names[: end + 1]) for end in range(len(names))]
