"""What happened to webhooks. Subject: `webhook:<id>`."""

import msgspec


class WebhookChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, changed or removed."""

    webhook: str
