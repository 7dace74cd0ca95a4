"""Reading and checking documents: from JSON to nodes, and what is wrong with them; one source of rules for all."""

import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from rexian.core.errors import Invalid
from rexian.flows.expressions import ExpressionError, read_template
from rexian.flows.expressions import read as read_expression
from rexian.flows.malformed import rule_of
from rexian.flows.model import Document, Problem
from rexian.flows.nodes import Node, Reference, Registry, Way, type_name

Known = Mapping[str, Collection[str]]
"""What exists outside, by kind of reference (`queue`, `prompt`, `calendar`). A kind that is missing is not checked."""

_PLACE = re.compile(r" - at (?:`key` in )?`\$(?P<place>[^`]*)`$")
_STEPS = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


class Remark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note that lies on the canvas, for people."""

    text: str
    place: tuple[float, float]
    size: tuple[float, float] = (220, 100)


class Frame(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document whose nodes have not been read yet."""

    start: str
    nodes: dict[str, dict[str, Any]]
    language: str = "zh"
    variables: dict[str, Any] = {}
    on_error: str = ""
    remarks: list[Remark] = []


def read(raw: object, registry: Registry) -> Document:
    """The document; raises `Invalid` with the first problem of form."""
    document, problems = parse(raw, registry)
    if document is None:
        first = problems[0]
        raise Invalid("flow.malformed", f"{first.path}: {first.message}", path=first.path, node=first.node)
    return document


def parse(raw: object, registry: Registry) -> tuple[Document | None, list[Problem]]:
    """The document, or all problems of its form."""
    document, problems = read_leniently(raw, registry)
    return (None, problems) if problems else (document, [])


def read_leniently(raw: object, registry: Registry) -> tuple[Document | None, list[Problem]]:
    """As much of the document as can be read, and the problems of its form.

    A node that cannot be read becomes `Unread`, so that the rest can be judged while it is still being drawn. None:
    not even the frame can be read.
    """
    try:
        frame = msgspec.convert(raw, Frame)
    except msgspec.ValidationError as error:
        message, place = _told(error)
        return None, [Problem(path=place, code="flow.malformed", message=str(error), params=_broken(message))]
    nodes: dict[str, Node] = {}
    problems: list[Problem] = []
    for name, node in frame.nodes.items():
        found = _node(name, node, registry)
        if isinstance(found, Problem):
            problems.append(found)
            found = Unread(exits=_drawn_exits(node))
        nodes[name] = found
    rest = {field: getattr(frame, field) for field in ("start", "language", "variables", "on_error")}
    return Document(nodes=nodes, **rest), problems


class Unread(Node, frozen=True, kw_only=True, tag="*unread*"):
    """Stands for a node that cannot be read: it has the exits it was drawn with, and nothing is said of it."""

    def ways(self) -> tuple[Way, ...]:
        return tuple(Way(name) for name in self.exits)

    def instant(self) -> tuple[str, ...]:
        return ()


def _drawn_exits(node: dict[str, Any]) -> dict[str, str]:
    exits = node.get("exits")
    if not isinstance(exits, dict):
        return {}
    return {str(name): target for name, target in exits.items() if isinstance(target, str)}


def _node(name: str, raw: dict[str, Any], registry: Registry) -> Node | Problem:
    path = f"/nodes/{pointer(name)}"
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in registry:
        message = f"There is no node type {kind!r}; known are {', '.join(sorted(registry))}."
        params = {"type": str(kind)}
        return Problem(path=f"{path}/type", node=name, code="flow.unknown_type", message=message, params=params)
    try:
        return msgspec.convert(raw, registry[kind])
    except msgspec.ValidationError as error:
        message, place = _told(error)
        params = _broken(message)
        return Problem(path=path + place, node=name, code="flow.malformed", message=str(error), params=params)


def _broken(detail: str) -> dict[str, Any]:
    return {"detail": detail, **rule_of(detail)}


def _told(error: msgspec.ValidationError) -> tuple[str, str]:
    """What msgspec says, and where, as a JSON pointer; a place within a map it does not name ends before it."""
    text = str(error)
    found = _PLACE.search(text)
    if found is None:
        return text, ""
    place = ""
    for name, index in _STEPS.findall(found["place"]):
        if index == "...":
            break
        place += f"/{pointer(name or index)}"
    return text[: found.start()], place


class Survey(msgspec.Struct, frozen=True):
    """What can be said of a document while it is drawn: problems, worst first; its nodes' exits; what it names."""

    problems: tuple[Problem, ...]
    ways: dict[str, tuple[Way, ...]] = {}
    references: tuple[Reference, ...] = ()
    """What it names outside; here `path` is the JSON pointer into the document."""


def survey(raw: object, registry: Registry, known: Known) -> Survey:
    """Judge a document that may be half drawn: what cannot be read does not hide what else is wrong."""
    document, problems = read_leniently(raw, registry)
    if document is None:
        return Survey(tuple(problems))
    found = (*problems, *problems_of(document, known))
    ways = {name: node.ways() for name, node in document.nodes.items() if type(node) is not Unread}
    references = tuple(
        Reference(reference.kind, reference.name, f"/nodes/{pointer(name)}/{reference.path}")
        for name, node in document.nodes.items()
        for reference in node.refers()
    )
    return Survey(tuple(sorted(found, key=lambda problem: problem.severity != "error")), ways, references)


def validate(raw: object, registry: Registry, known: Known) -> list[Problem]:
    """All that is wrong with a document, worst first. One with a problem of severity `error` cannot be published."""
    return list(survey(raw, registry, known).problems)


def problems_of(document: Document, known: Known) -> list[Problem]:
    found = [
        *_beginning(document),
        *_exits(document),
        *_references(document, known),
        *_expressions(document),
        *_blanks(document),
        *_doubts(document, known),
        *_unreachable(document),
        *_endless(document),
    ]
    return sorted(found, key=lambda problem: problem.severity != "error")


def _beginning(document: Document) -> Iterator[Problem]:
    for field in ("start", "on_error"):
        target = getattr(document, field)
        if (target or field == "start") and target not in document.nodes:
            message = f"{field} names node {target!r}, which does not exist; name one that does."
            code = "flow.no_start" if not target else "flow.unknown_target"
            yield Problem(path=f"/{field}", code=code, message=message, params={"exit": field, "target": target})


def _exits(document: Document) -> Iterator[Problem]:
    for name, node in document.nodes.items():
        path = f"/nodes/{pointer(name)}/exits"
        ways = {way.name: way for way in node.ways()}
        for exit, target in node.exits.items():
            at = f"{path}/{pointer(exit)}"
            if target not in document.nodes:
                message = f"Exit {exit!r} leads to node {target!r}, which does not exist."
                params = {"exit": exit, "target": target}
                yield Problem(path=at, node=name, code="flow.unknown_target", message=message, params=params)
            if exit not in ways:
                message = f"A {type_name(type(node))} node has no exit {exit!r}; it has {', '.join(ways) or 'none'}."
                yield Problem(path=at, node=name, code="flow.unknown_exit", message=message, params={"exit": exit})
        for way in ways.values():
            if way.needed and way.name not in node.exits:
                message = f"Exit {way.name!r} leads nowhere; connect it."
                severity = "warning" if way.name == "next" else "error"
                params = {"exit": way.name}
                code = "flow.missing_exit"
                yield Problem(path=path, node=name, code=code, message=message, severity=severity, params=params)


def _references(document: Document, known: Known) -> Iterator[Problem]:
    for name, node in document.nodes.items():
        for reference in node.refers():
            if reference.kind in known and reference.name not in known[reference.kind]:
                message = f"There is no {reference.kind} {reference.name!r}; choose another or make it first."
                path = f"/nodes/{pointer(name)}/{reference.path}"
                severity = "warning" if reference.kind == "prompt" else "error"
                code = f"flow.unknown_{reference.kind}"
                params = {"kind": reference.kind, "name": reference.name}
                yield Problem(path=path, node=name, code=code, message=message, severity=severity, params=params)


def _blanks(document: Document) -> Iterator[Problem]:
    """Parameters that must be there and say nothing, but those of which `_references` and `_expressions` tell."""
    for name, node in document.nodes.items():
        told = {reference.path.partition("/")[0] for reference in node.refers()}
        told |= {written.path.partition("/")[0] for written in node.written() if not written.template}
        for field in _required(type(node)):
            if getattr(node, field) in ("", (), {}) and field not in told:
                message = f"{field} is empty; say what it should be."
                path = f"/nodes/{pointer(name)}/{field}"
                params = {"field": field}
                yield Problem(
                    path=path, node=name, code="flow.blank", message=message, severity="warning", params=params
                )


def _doubts(document: Document, known: Known) -> Iterator[Problem]:
    for name, node in document.nodes.items():
        for doubt in node.doubts():
            kind, wanted = doubt.unless or ("", "")
            if kind and wanted in known.get(kind, (wanted,)):
                continue
            path = f"/nodes/{pointer(name)}/{doubt.path}"
            yield Problem(
                path=path,
                node=name,
                code=doubt.code,
                message=doubt.message,
                severity="warning",
                params=doubt.params,
            )


def _required(node: type[Node]) -> list[str]:
    return [field.name for field in msgspec.structs.fields(node) if field.required]


def _expressions(document: Document) -> Iterator[Problem]:
    for name, node in document.nodes.items():
        for written in node.written():
            try:
                (read_template if written.template else read_expression)(written.text)
            except ExpressionError as error:
                path = f"/nodes/{pointer(name)}/{written.path}"
                yield Problem(path=path, node=name, code=error.code, message=error.message, params=dict(error.params))


def _unreachable(document: Document) -> Iterator[Problem]:
    seen = {document.start, document.on_error} & set(document.nodes)
    todo = deque(seen)
    while todo:
        for target in document.nodes[todo.popleft()].exits.values():
            if target in document.nodes and target not in seen:
                seen.add(target)
                todo.append(target)
    for name in document.nodes:
        if name not in seen:
            message = "No way leads to this node; connect it or take it away."
            path = f"/nodes/{pointer(name)}"
            yield Problem(path=path, node=name, code="flow.unreachable", message=message, severity="warning")


def _endless(document: Document) -> Iterator[Problem]:
    """A circle in which no time passes: a caller would turn in it for ever."""
    for name in document.nodes:
        if name in at_once(document, name):
            message = "This node lies on a circle without any wait; put a menu, a play or a wait into it."
            yield Problem(path=f"/nodes/{pointer(name)}", node=name, code="flow.endless", message=message)


def at_once(document: Document, start: str) -> set[str]:
    """The nodes that can be reached from `start` without any time passing."""
    seen: set[str] = set()
    todo = deque([start])
    while todo:
        node = document.nodes[todo.popleft()]
        targets = {node.exits[exit] for exit in node.instant() if exit in node.exits}
        fresh = (targets & document.nodes.keys()) - seen
        seen |= fresh
        todo.extend(fresh)
    return seen


def pointer(name: str) -> str:
    """A name as part of a JSON pointer (RFC 6901 §3)."""
    return name.replace("~", "~0").replace("/", "~1")
