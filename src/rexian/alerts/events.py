"""What happened to alerts. Subject: `alert:<id>`; of rules `alert_rule:<id>`."""

from datetime import datetime

import msgspec


class AlertFact(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    at: datetime
    alert: str


class AlertRaised(AlertFact, frozen=True):
    """A rule's value had passed its threshold for long enough. `about` is `queue:<id>`, `agent:<id>`, `trunk:<id>`."""

    rule: str
    rule_name: str
    kind: str
    severity: str
    about: str
    about_name: str
    value: float
    threshold: float


class AlertAcknowledged(AlertFact, frozen=True):
    """Somebody has seen it and takes care; it is silent from now on."""

    by: str


class AlertCleared(AlertFact, frozen=True):
    """The value is well again (`well`), or the rule or what it is about is gone (`gone`)."""

    why: str
    value: float | None = None


class AlertRuleChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Added, changed or removed."""

    rule: str
