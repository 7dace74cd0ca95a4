"""Alert rules, and the alerts that were raised."""

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, Float, Index, Text, UniqueConstraint, text

from rexian.alerts.model import Kind, Severity
from rexian.infra.tables import Id, Moment, tenant_table

_KINDS = ", ".join(f"'{kind}'" for kind in Kind)
_SEVERITIES = ", ".join(f"'{severity}'" for severity in Severity)

alert_rules = tenant_table(
    "alert_rules",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False, server_default="warning"),
    Column("enabled", Boolean, nullable=False, server_default="true"),
    Column("queues", ARRAY(Id), nullable=False, server_default="{}"),
    Column("teams", ARRAY(Id), nullable=False, server_default="{}"),
    Column("states", ARRAY(Text), nullable=False, server_default="{}"),
    Column("threshold", Float, nullable=False, server_default="1"),
    Column("clear_at", Float),
    Column("for_s", Float, nullable=False, server_default="0"),
    Column("rest_s", Float, nullable=False, server_default="60"),
    Column("window_s", Float, nullable=False, server_default="300"),
    Column("sound", Boolean, nullable=False, server_default="true"),
    Column("webhooks", ARRAY(Id), nullable=False, server_default="{}"),
    UniqueConstraint("tenant_id", "name"),
    CheckConstraint(f"kind in ({_KINDS})", name="kind"),
    CheckConstraint(f"severity in ({_SEVERITIES})", name="severity"),
)

# Rules may go while what they raised stays: no foreign key, and the rule's name is kept.
alerts = tenant_table(
    "alerts",
    Column("id", Id, primary_key=True),
    Column("rule_id", Id, nullable=False),
    Column("rule_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("about_name", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("sound", Boolean, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", Text, nullable=False, server_default=""),
    Column("cleared_at", Moment),
    Column("cleared_why", Text, nullable=False, server_default=""),
    CheckConstraint("(cleared_at is null) = (cleared_why = '')", name="cleared"),
    Index("alerts_raised_ix", "tenant_id", "raised_at"),
    Index("alerts_open_ix", "tenant_id", "rule_id", "about", unique=True, postgresql_where=text("cleared_at is null")),
)
