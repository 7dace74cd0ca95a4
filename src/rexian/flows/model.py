"""What a flow document is."""

from typing import Any

import msgspec

from rexian.core.ids import FlowId, FlowVersionId, UserId
from rexian.flows.nodes import Node


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A flow as drawn: nodes, where to begin, and what to begin with. Made by `documents.read`."""

    start: str
    nodes: dict[str, Node]
    language: str = "zh"
    variables: dict[str, Any] = {}
    on_error: str = ""
    """Where to go when a node fails and has no exit for it; once per call, then comes a polite farewell."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong in a document. `path` is a JSON pointer (RFC 6901); no `node`: it is about the whole."""

    path: str
    code: str
    message: str
    node: str = ""
    severity: str = "error"  # error: cannot be published | warning
    params: dict[str, Any] = {}
    """What the message speaks of, for those who say it in another language."""


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    id: FlowId
    name: str
    published: FlowVersionId | None = None
    published_version: int | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable state of a flow's document."""

    id: FlowVersionId
    flow: FlowId
    version: int
    document: dict[str, Any]
    note: str = ""
    created_by: UserId | None = None


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Something outside that a node may name (a queue, a prompt …): `name` as documents say it, `label` for people."""

    name: str
    label: str
    texts: dict[str, str] = {}
    """What a prompt says, by language."""
    aliases: tuple[str, ...] = ()
    """Other names that documents may use for it."""
