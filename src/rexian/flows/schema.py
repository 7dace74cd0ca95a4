"""The published JSON Schema of flow documents, made from the nodes' own fields, and how the nodes look.

`x-nodes` says for each type what people who draw need: category, icon, exits, words, and the parameters of a new one.
"""

import inspect
from typing import Any

import msgspec

from rexian.flows.documents import Frame
from rexian.flows.look import CATEGORIES, shared_words, words_of
from rexian.flows.nodes import Node, Registry

REFERENCES = "#/$defs/{name}"
_EMPTY: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}
_OF_ALL = ("type", *Node.__struct_fields__)


def json_schema(registry: Registry) -> dict[str, Any]:
    """JSON Schema 2020-12 of a document with the nodes of this registry."""
    types = [registry[name] for name in sorted(registry)]
    (frame, *nodes), components = msgspec.json.schema_components((Frame, *types), ref_template=REFERENCES)
    document: dict[str, Any] = dict(components.pop(frame["$ref"].rsplit("/", 1)[1]))
    document["properties"]["nodes"]["additionalProperties"] = {"oneOf": nodes}
    looks = {}
    for name, node in zip(sorted(registry), nodes, strict=True):
        component = components[node["$ref"].rsplit("/", 1)[1]]
        component["title"] = name
        component["properties"]["type"] = {"const": name}
        looks[name] = _look(name, registry[name], component)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rexian flow",
        **{key: value for key, value in document.items() if key != "title"},
        "$defs": components,
        "x-nodes": looks,
        "x-words": shared_words(sorted({node.__module__ for node in types})),
    }


def _look(name: str, node: type[Node], schema: dict[str, Any]) -> dict[str, Any]:
    look = node.look
    fresh = fresh_parameters(node, schema)
    return {
        "category": look.category if look.category in CATEGORIES else "other",
        "icon": look.icon,
        "order": look.order,
        "advanced": list(look.advanced),
        "fields": [field for field in schema["properties"] if field not in _OF_ALL],
        "fresh": fresh,
        "ways": ways_of_fresh(node, fresh),
        "help": " ".join((inspect.getdoc(node) or "").split()),
        "words": words_of(node.__module__, name),
    }


def fresh_parameters(node: type[Node], schema: dict[str, Any]) -> dict[str, Any]:
    """What a new node must say from the start: its required fields, empty, and what its look says."""
    required = [field for field in schema.get("required", ()) if field not in _OF_ALL]
    empty = {field: _EMPTY.get(schema["properties"][field].get("type", "string"), "") for field in required}
    return {**empty, **node.look.fresh}


def ways_of_fresh(node: type[Node], fresh: dict[str, Any]) -> list[dict[str, Any]]:
    """The exits of a new node; of one that cannot be read while it is so empty, only `next`."""
    try:
        made = msgspec.convert({"type": node.__struct_config__.tag, **fresh}, node)
    except msgspec.ValidationError:
        return [{"name": "next", "needed": True}]
    return [msgspec.to_builtins(way) for way in made.ways()]
