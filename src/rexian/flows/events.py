"""What happened to flows. Subject: `flow:<id>`; of secrets and queries `flow_secret:<id>`, `safe_query:<id>`."""

import msgspec

from rexian.core.ids import FlowId


class FlowChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, renamed, published, or removed: new calls may take another way."""

    flow: FlowId


class SecretChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """A secret for web services was kept, changed or removed."""

    secret: str


class QueryChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """A safe query was kept, changed or removed."""

    query: str


class FlowDrafted(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The flow's draft has been saved or thrown away: calls to numbers that run the draft take another way."""

    flow: FlowId
