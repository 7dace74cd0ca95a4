"""Roles, and what each may do: one table."""

from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    QUALITY = "quality"
    ANALYST = "analyst"


PERMISSIONS = {
    "desk.use": "work at the desk: sign in as an agent, take and place calls",
    "floor.view": "watch the live board",
    "floor.listen": "listen to a call that is going on, whisper, join in",
    "floor.intervene": "take a call over, end it, give or move it, change its priority, pause its recording",
    "floor.set_state": "set another agent's state, queues and skills, sign him out",
    "floor.message": "send messages to agents and teams",
    "floor.close": "close and open queues, and switch emergency messages of numbers",
    "alerts.acknowledge": "acknowledge alerts on the board",
    "alerts.manage": "keep the rules of alerts",
    "wall.view": "show a wall screen: queues, agents' states and figures, and no callers",
    "walls.manage": "keep wall screens and their links",
    "webhooks.manage": "keep webhooks, by which other systems are told what happens",
    "contacts.view": "look through contacts and their details",
    "recordings.play": "play recordings",
    "customers.view": "look up customers",
    "customers.edit": "add and change customers",
    "users.manage": "add, change and remove users and API keys",
    "agents.manage": "manage agents, teams, skills, pause reasons and dispositions",
    "queues.manage": "manage queues",
    "numbers.manage": "manage numbers",
    "trunks.manage": "manage trunks",
    "flows.manage": "write and publish flows, and keep calendars",
    "prompts.manage": "manage prompts",
    "libraries.manage": "keep content libraries, which callers browse",
    "fax_documents.manage": "keep the documents that callers can have faxed",
    "settings.manage": "change the settings of the whole centre",
    "audit.view": "read the audit trail",
    "report.view": "read figures and reports",
    "twin.run": "simulate days of the centre, and compare settings",
}

_DESK = frozenset({"desk.use", "customers.view", "customers.edit"})
_READS = frozenset({"contacts.view", "customers.view", "report.view"})

ROLES: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(PERMISSIONS),
    Role.SUPERVISOR: _DESK
    | _READS
    | {"twin.run"}
    | {"floor.view", "floor.listen", "floor.intervene", "floor.set_state", "floor.message", "floor.close"}
    | {"recordings.play", "agents.manage", "queues.manage"}
    | {"alerts.acknowledge", "alerts.manage", "wall.view", "walls.manage"},
    Role.AGENT: _DESK,
    Role.QUALITY: _READS | {"recordings.play"},
    Role.ANALYST: _READS | {"twin.run"},
}
