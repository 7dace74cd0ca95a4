"""What happened to queues. Subject: `queue:<id>`."""

import msgspec

from rexian.core.ids import QueueId


class QueueChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, changed or removed."""

    queue: QueueId
