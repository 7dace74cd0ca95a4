"""The published JSON Schema of flow documents, made from the nodes' own fields."""

from typing import Any

import msgspec

from rexian.flows.documents import Frame
from rexian.flows.nodes import Registry

REFERENCES = "#/$defs/{name}"


def json_schema(registry: Registry) -> dict[str, Any]:
    """JSON Schema 2020-12 of a document with the nodes of this registry."""
    types = [registry[name] for name in sorted(registry)]
    (frame, *nodes), components = msgspec.json.schema_components((Frame, *types), ref_template=REFERENCES)
    document: dict[str, Any] = dict(components.pop(frame["$ref"].rsplit("/", 1)[1]))
    document["properties"]["nodes"]["additionalProperties"] = {"oneOf": nodes}
    for name, node in zip(sorted(registry), nodes, strict=True):
        component = components[node["$ref"].rsplit("/", 1)[1]]
        component["title"] = name
        component["properties"]["type"] = {"const": name}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rexian flow",
        **{key: value for key, value in document.items() if key != "title"},
        "$defs": components,
    }
