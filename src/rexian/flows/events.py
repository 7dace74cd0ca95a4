"""What happened to flows. Subject: `flow:<id>`."""

import msgspec

from rexian.core.ids import FlowId


class FlowChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, renamed, published, or removed: new calls may take another way."""

    flow: FlowId
