"""Sub-flows put in their place: one document that the interpreter walks like any other, whatever it is made of.

The steps of a sub-flow get the name of the step that calls it before their own (`ask»menu`), and each is of a certain
version: a linked document never changes, so a call keeps what it began with to its end.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping

import msgspec

from rexian.core.errors import Invalid
from rexian.core.ids import FlowVersionId
from rexian.flows.model import Document
from rexian.flows.nodes import Node
from rexian.flows.subflow import INTO, Entering, Failing, Leaving, Return, SubFlow

WITHIN = "»"
"""Stands between the name of a step that calls a sub-flow and the name of a step in it."""
MOST_DEEP = 8
"""So many sub-flows may be within each other."""
MOST_NODES = 5_000
"""So many steps a flow may have with all its sub-flows."""
OUT, FAILED = "*out", "*failed"

Links = Mapping[str, FlowVersionId]
"""The version that each step which calls a sub-flow goes through, by the step's name."""


class Part(msgspec.Struct, frozen=True):
    """A version as drawn, and the versions that its own sub-flows are of."""

    document: Document
    links: Links


Library = Callable[[FlowVersionId], Part | None]


def link(part: Part, library: Library) -> Document:
    """The document with its sub-flows in their place.

    A step whose sub-flow is not to be had, or lies too deep, stays as it is and takes its exit `error`. Raises
    `Invalid` when all of it together has too many steps.
    """
    if not part.links:
        return part.document
    return _linked(part, library, 0)


def step_of(node: str) -> str:
    """The step of the flow as it is drawn in which this one lies."""
    return node.partition(WITHIN)[0]


def depth_of(node: str) -> int:
    """How many sub-flows this step lies within."""
    return node.count(WITHIN)


def _linked(part: Part, library: Library, depth: int) -> Document:
    nodes: dict[str, Node] = {}
    for name, node in part.document.nodes.items():
        version = part.links.get(name)
        within = library(version) if version and depth < MOST_DEEP and type(node) is SubFlow else None
        if within is None:
            nodes[name] = node
        else:
            assert isinstance(node, SubFlow)
            nodes.update(_in_place(name, node, _linked(within, library, depth + 1)))
        if len(nodes) > MOST_NODES:
            message = f"With its sub-flows the flow has more than {MOST_NODES} steps; make it smaller."
            raise Invalid("flow.too_many_steps", message, most=MOST_NODES)
    return msgspec.structs.replace(part.document, nodes=nodes)


def _in_place(name: str, call: SubFlow, within: Document) -> Iterator[tuple[str, Node]]:
    """The steps that stand for one that calls a sub-flow."""

    def inner(node: str) -> str:
        return f"{name}{WITHIN}{node}"

    results = call.results
    leaving = Leaving(outputs=call.outputs, results=results, exits=call.exits)
    yield (
        name,
        Entering(
            inputs=call.inputs,
            variables=within.variables,
            results=results,
            exits={**call.exits, INTO: inner(within.start)},
            title=call.title,
            note=call.note,
            place=call.place,
        ),
    )
    yield inner(OUT), leaving
    yield inner(FAILED), Failing(results=results, exits=call.exits)
    handling = _reached(within, within.on_error)
    for id, node in within.nodes.items():
        if type(node) is Return:
            told = {"title": node.title, "note": node.note, "place": node.place}
            yield inner(id), msgspec.structs.replace(leaving, result=node.result, **told)
            continue
        exits = {exit: inner(target) for exit, target in node.exits.items()}
        ways = {way.name for way in node.ways()}
        if "next" in ways:
            exits.setdefault("next", inner(OUT))
        if not exits.keys() & {"error", "default"}:
            exits["error"] = inner(within.on_error if within.on_error and id not in handling else FAILED)
        yield inner(id), msgspec.structs.replace(node, exits=exits)


def _reached(document: Document, start: str) -> set[str]:
    """The steps to which ways lead from this one, and itself: what goes wrong in them is handled by nobody here."""
    seen = {start} & document.nodes.keys()
    todo = deque(seen)
    while todo:
        fresh = (set(document.nodes[todo.popleft()].exits.values()) & document.nodes.keys()) - seen
        seen |= fresh
        todo.extend(fresh)
    return seen


def calls_of(document: Document) -> dict[str, SubFlow]:
    """The steps that call sub-flows, by name."""
    return {name: node for name, node in document.nodes.items() if isinstance(node, SubFlow)}
