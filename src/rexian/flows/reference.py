"""The nodes in words: what `docs/reference/flows.md` says of them, read off their types."""

import inspect

import msgspec

from rexian.flows.nodes import Node, Registry

SHARED = frozenset(Node.__struct_fields__)


class Described(msgspec.Struct, frozen=True):
    """A node type: what it does, its parameters with their defaults, its exits as far as they are always there."""

    name: str
    words: str
    parameters: tuple[tuple[str, str], ...]


def described(registry: Registry) -> list[Described]:
    return [_node(name, registry[name]) for name in sorted(registry)]


def _node(name: str, node: type[Node]) -> Described:
    words = " ".join((inspect.getdoc(node) or "").split())
    return Described(name, words, tuple(_parameters(node)))


def _parameters(node: type[Node]) -> list[tuple[str, str]]:
    fields = [field for field in msgspec.structs.fields(node) if field.name not in SHARED]
    return [(field.encode_name, _default(field)) for field in fields]


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default_factory is not msgspec.NODEFAULT:
        return msgspec.json.encode(field.default_factory()).decode()
    return msgspec.json.encode(field.default).decode()
