"""What a node is, and the door through which nodes come in."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.metadata import entry_points
from typing import Annotated, Any, ClassVar

import msgspec

from rexian.core.errors import Conflict
from rexian.flows.actions import Input
from rexian.flows.look import Look
from rexian.flows.visit import Leave, Outcome, Stay, Visit

ENTRY_POINTS = "rexian.flow_nodes"
LONGEST_TITLE = 60
"""Characters."""


class Way(msgspec.Struct, frozen=True):
    """An exit of a node. One that is not `needed` may be left unconnected: the flow then takes its fallback."""

    name: str
    needed: bool = False


class Reference(msgspec.Struct, frozen=True):
    """Something outside the document that a node names: a queue, a prompt, a calendar. `path` is the parameter."""

    kind: str
    name: str
    path: str


class Written(msgspec.Struct, frozen=True):
    """A text of a node in the language of expressions. `template`: they stand in braces. `path` is the parameter."""

    path: str
    text: str
    template: bool = False


class Doubt(msgspec.Struct, frozen=True):
    """Something of a node that may be meant so, and mostly is a mistake. `path` is the parameter."""

    path: str
    code: str
    message: str
    params: dict[str, Any] = {}
    unless: tuple[str, str] | None = None
    """Kind and name of what takes the doubt away where it exists outside: a recogniser of the language."""


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """One step of a flow: its parameters are its fields, its behaviour are `enter` and `resume`.

    `exits` maps the names of `ways` to the ids of the nodes that follow. `title`, `note` and `place` serve people: what
    the step is called wherever it is told of, what those who draw wrote beside it, and where it lies.
    A node is pure: it reads the visit, asks for actions through it, and returns where to go or until when to stay.
    """

    look: ClassVar[Look] = Look()

    exits: dict[str, str] = {}
    title: Annotated[str, msgspec.Meta(max_length=LONGEST_TITLE)] = ""
    note: str = ""
    place: tuple[float, float] | None = None

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True),)

    def instant(self) -> Collection[str]:
        """The exits that may be taken without any time passing: a circle of these would be endless."""
        return tuple(way.name for way in self.ways())

    def refers(self) -> Iterable[Reference]:
        return ()

    def written(self) -> Iterable[Written]:
        """What must be understood as expressions before the flow can be published."""
        return ()

    def doubts(self) -> Iterable[Doubt]:
        """What people who draw are warned of."""
        return ()

    def enter(self, visit: Visit) -> Outcome:
        raise NotImplementedError

    def resume(self, visit: Visit, input: Input) -> Outcome:
        """What to do with an input while staying here; by default the stay goes on."""
        return Stay(visit.until)


class Registry(Mapping[str, type[Node]]):
    """The node types that documents may use, by name."""

    def __init__(self, nodes: Iterable[type[Node]]) -> None:
        self._types: dict[str, type[Node]] = {}
        for node in nodes:
            name = type_name(node)
            if name in self._types:
                raise Conflict("flow.node_twice", f"Two flow nodes are named {name}; rename one of them.", node=name)
            self._types[name] = node

    def __getitem__(self, name: str) -> type[Node]:
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)


def type_name(node: type[Node]) -> str:
    tag: Any = node.__struct_config__.tag
    return str(tag)


def load_registry() -> Registry:
    """All nodes of the installed packages: ours come through the same door as a stranger's."""
    found = sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)
    return Registry(node for point in found for node in point.load())


__all__ = [
    "Doubt",
    "Leave",
    "Look",
    "Node",
    "Outcome",
    "Reference",
    "Registry",
    "Stay",
    "Visit",
    "Way",
    "Written",
    "load_registry",
    "type_name",
]
