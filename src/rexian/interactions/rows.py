"""Contacts as rows of the records' tables."""

from typing import Any

import msgspec

from rexian.core.ids import TenantId
from rexian.interactions.model import NOTHING, Fax, Interaction, Recording

Values = dict[str, Any]


def contact_row(tenant: TenantId, contact: Interaction) -> Values:
    agents = dict.fromkeys(segment.agent for segment in contact.segments if segment.agent)
    return {
        "tenant_id": tenant,
        "id": contact.call,
        "direction": str(contact.direction),
        "started_at": contact.started_at,
        "answered_at": contact.answered_at,
        "ended_at": contact.ended_at,
        "closed": contact.closed,
        "ended_by": contact.ended_by,
        "cause": contact.cause,
        "caller": contact.caller,
        "called": contact.called,
        "caller_name": contact.caller_name,
        "number_id": contact.number,
        "follows_id": contact.follows,
        "outcall_id": contact.outcall,
        "customer_id": contact.customer,
        "customer_sure": contact.customer_sure,
        "queue_id": contact.queue,
        "agent_id": contact.agent,
        "queues": list(dict.fromkeys([*(visit.queue for visit in contact.visits), *filter(None, [contact.queue])])),
        "agents": list(agents),
        "outcome": str(contact.outcome) if contact.outcome else None,
        "wait": contact.wait,
        "talk": contact.talk,
        "hold": contact.hold,
        "consult": contact.consult,
        "wrap_up": contact.wrap_up,
        "recorded": bool(contact.recordings),
        "disposition": contact.disposition,
        "notes": contact.notes,
        "survey": contact.survey,
        "legs": msgspec.to_builtins(list(contact.legs)),
    }


def contact_rows(tenant: TenantId, contact: Interaction) -> list[Values]:
    return [contact_row(tenant, contact)]


def segment_rows(tenant: TenantId, contact: Interaction) -> list[Values]:
    return [
        {
            "tenant_id": tenant,
            "interaction_id": contact.call,
            "n": n,
            "kind": str(segment.kind),
            "start_at": segment.start,
            "end_at": segment.end,
            "leg": segment.leg or "",
            "agent_id": segment.agent,
            "queue_id": segment.queue,
            "visit": segment.visit,
            "result": segment.result,
        }
        for n, segment in enumerate(contact.segments)
    ]


def visit_rows(tenant: TenantId, contact: Interaction) -> list[Values]:
    return [
        {
            "tenant_id": tenant,
            "interaction_id": contact.call,
            "n": visit.number,
            "queue_id": visit.queue,
            "enqueued_at": visit.enqueued_at,
            "left_at": visit.left_at,
            "ended": str(visit.end),
            "reason": visit.reason,
            "agent_id": visit.agent,
            "via": visit.via,
            "sl_threshold": visit.sl_threshold,
            "short_abandon": visit.short_abandon,
            "foretold": visit.foretold,
            "talk": visit.talk,
            "hold": visit.hold,
            "consult": visit.consult,
            "wrap_up": visit.wrap_up,
        }
        for visit in contact.visits
    ]


def recording_rows(tenant: TenantId, contact: Interaction) -> list[Values]:
    return [_recording_row(tenant, contact, recording) for recording in contact.recordings]


def _recording_row(tenant: TenantId, contact: Interaction, recording: Recording) -> Values:
    stored = recording.stored
    return {
        "tenant_id": tenant,
        "id": recording.id,
        "interaction_id": contact.call,
        "leg": recording.leg,
        "started_at": recording.started_at,
        "closed_at": recording.closed_at,
        "state": recording.state,
        "reason": recording.missing,
        "path": recording.path,
        "rate": recording.rate,
        "key": stored.key if stored else "",
        "size": stored.size if stored else 0,
        "sha256": stored.sha256 if stored else "",
        "duration": stored.duration if stored else NOTHING,
        "channels": stored.channels if stored else 0,
    }


def fax_rows(tenant: TenantId, contact: Interaction) -> list[Values]:
    return [_fax_row(tenant, contact, fax) for fax in contact.faxes]


def _fax_row(tenant: TenantId, contact: Interaction, fax: Fax) -> Values:
    stored = fax.stored
    return {
        "tenant_id": tenant,
        "id": fax.id,
        "interaction_id": contact.call,
        "way": str(fax.way),
        "document": fax.document,
        "document_name": fax.document_name,
        "started_at": fax.started_at,
        "ended_at": fax.ended_at,
        "state": fax.state,
        "complete": fax.complete,
        "pages": fax.pages,
        "station": fax.station,
        "t38": fax.t38,
        "error": fax.error,
        "reason": fax.missing,
        "path": fax.path,
        "key": stored.key if stored else "",
        "size": stored.size if stored else 0,
        "sha256": stored.sha256 if stored else "",
    }
