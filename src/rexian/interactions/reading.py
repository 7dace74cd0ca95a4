"""Reading the records: lists, one contact, its facts. Answers are dicts as they go over the wire."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select, tuple_, union_all, update

from rexian.agents.tables import agents, dispositions
from rexian.core.ids import AgentId, CallId, CustomerId
from rexian.crm.identify import Spoke
from rexian.crm.tables import customers
from rexian.infra.database import Work
from rexian.infra.tables import journal
from rexian.interactions import fax_store
from rexian.interactions.model import Outcome
from rexian.interactions.tables import interactions, recordings, segments
from rexian.routing.tables import queues

_c = interactions.c
_ROW = (
    _c.id, _c.started_at, _c.ended_at, _c.closed, _c.direction, _c.caller, _c.called, _c.caller_name, _c.customer_id,
    _c.customer_sure, _c.queue_id, _c.agent_id, _c.outcome, _c.wait, _c.talk, _c.hold, _c.consult, _c.wrap_up,
    _c.recorded, _c.disposition,
)  # fmt: skip
NOT_SHOWN = frozenset({"FlowStood"})
"""Kinds of facts that are for the machinery alone."""
OUTCOMES = {"any_abandon": (Outcome.ABANDONED, Outcome.SHORT_ABANDON)}
"""Outcomes asked for by one word: the figures count short abandons among the abandoned."""
_PAGE = 2_000
MOST_COUNTED = 100_000
"""Counting a million rows takes longer than anybody waits for a list, and nobody turns so many pages."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which contacts. Everything that is given must hold."""

    start: datetime | None = None
    end: datetime | None = None
    queue: str | None = None
    agent: AgentId | None = None
    direction: str | None = None
    outcome: str | None = None
    customer: CustomerId | None = None
    q: str = ""
    min_talk: timedelta | None = None
    recorded: bool | None = None
    only_of: AgentId | None = None  # what the one who asks may see, besides what he asks for


async def listed(work: Work, wanted: Filter, *, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
    """A page of contacts, the newest first, and how many there are (counted up to `MOST_COUNTED`)."""
    where = _where(work, wanted)
    found = select(_c.id).where(where).limit(MOST_COUNTED).subquery()
    total = await work.db.scalar(select(func.count()).select_from(found))
    page = select(*_ROW).where(where).order_by(_c.started_at.desc(), _c.id.desc()).limit(limit).offset(offset)
    return await _rows(work, page), int(total or 0)


async def last_agent(work: Work, customer: CustomerId) -> Spoke | None:
    """Who spoke with him last."""
    spoken = and_(_c.tenant_id == work.tenant, _c.customer_id == customer, _c.customer_sure, _c.agent_id.is_not(None))
    query = select(_c.agent_id, _c.started_at).where(spoken).order_by(_c.started_at.desc()).limit(1)
    row = (await work.db.execute(query)).first()
    return None if row is None else Spoke(AgentId(row.agent_id), row.started_at)


async def each(work: Work, wanted: Filter) -> AsyncIterator[dict[str, Any]]:
    """All of them, the newest first, read page by page behind the last one seen."""
    where = _where(work, wanted)
    last: dict[str, Any] | None = None
    while True:
        query = select(*_ROW).where(where).order_by(_c.started_at.desc(), _c.id.desc()).limit(_PAGE)
        if last is not None:
            query = query.where(tuple_(_c.started_at, _c.id) < tuple_(last["at"], last["id"]))
        rows = await _rows(work, query)
        for row in rows:
            yield row
        if len(rows) < _PAGE:
            return
        last = rows[-1]


async def one(work: Work, call: CallId) -> dict[str, Any] | None:
    """A contact with its segments, legs, facts, notes and recordings."""
    more = (
        _c.notes,
        _c.survey,
        _c.legs,
        _c.answered_at,
        _c.ended_by,
        _c.cause,
        _c.agents,
        _c.follows_id,
        _c.outcall_id,
    )
    query = select(*_ROW, *more).where(_c.id == call)
    rows = await _rows(work, query)
    if not rows:
        return None
    return {
        **rows[0],
        "followed_by": await _followed_by(work, call),
        "segments": await _segments(work, call),
        "facts": await _facts(work, call),
        "recordings": await _recordings(work, call),
        "faxes": await fax_store.of_contact(work, call),
    }


async def edit(work: Work, call: CallId, changes: dict[str, str]) -> None:
    """Show an edit at once; its fact brings the same values again."""
    await work.db.execute(update(interactions).where(_c.id == call).values(**changes))


def _where(work: Work, wanted: Filter) -> ColumnElement[bool]:
    tests: list[ColumnElement[bool] | None] = [
        _c.tenant_id == work.tenant,
        _c.started_at >= wanted.start if wanted.start else None,
        _c.started_at < wanted.end if wanted.end else None,
        _c.queues.contains([wanted.queue]) if wanted.queue else None,
        _c.agents.contains([wanted.agent]) if wanted.agent else None,
        _c.agents.contains([wanted.only_of]) if wanted.only_of else None,
        _c.direction == wanted.direction if wanted.direction else None,
        _c.outcome.in_(OUTCOMES.get(wanted.outcome, (wanted.outcome,))) if wanted.outcome else None,
        _c.customer_id == wanted.customer if wanted.customer else None,
        _c.talk >= wanted.min_talk if wanted.min_talk else None,
        _c.recorded.is_(wanted.recorded) if wanted.recorded is not None else None,
        _found(wanted.q.strip()) if wanted.q.strip() else None,
    ]
    return and_(*(test for test in tests if test is not None))


def _found(q: str) -> ColumnElement[bool]:
    """Part of a number, or of the customer's name."""
    number = q.translate(str.maketrans("", "", " -()"))
    if number.removeprefix("+").isdigit():
        return or_(_c.caller.contains(number, autoescape=True), _c.called.contains(number, autoescape=True))
    named = select(customers.c.id).where(customers.c.name_key.contains(q.lower(), autoescape=True)).limit(1_000)
    return or_(_c.customer_id.in_(named), _c.caller_name.icontains(q, autoescape=True))


async def _rows(work: Work, query: Select[Any]) -> list[dict[str, Any]]:
    rows = (await work.db.execute(query)).mappings().all()
    known = await _customers(work, {row["customer_id"] for row in rows if row["customer_id"]})
    return [_row(row, known) for row in rows]


async def _customers(work: Work, ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    query = select(customers.c.id, customers.c.name).where(customers.c.id.in_(ids))
    return {row.id: row.name for row in await work.db.execute(query)}


async def names(work: Work) -> dict[str, str]:
    """The names of all queues, agents and dispositions that still are."""
    query = union_all(*(select(table.c.id, table.c.name) for table in (queues, agents, dispositions)))
    return {row.id: row.name for row in await work.db.execute(query)}


def _row(row: RowMapping, names: dict[str, str]) -> dict[str, Any]:
    customer = row["customer_id"]
    known = {"id": customer, "name": names[customer], "sure": row["customer_sure"]} if customer in names else None
    return {
        "id": row["id"],
        "at": row["started_at"],
        "ended_at": row["ended_at"],
        "closed": row["closed"],
        "direction": row["direction"],
        "caller": row["caller"],
        "called": row["called"],
        "caller_name": row["caller_name"],
        "customer": known,
        "queue": row["queue_id"],
        "agent": row["agent_id"],
        "outcome": row["outcome"],
        **{f"{name}_s": row[name].total_seconds() for name in ("wait", "talk", "hold", "consult", "wrap_up")},
        "recorded": row["recorded"],
        "disposition": row["disposition"],
        **({"follows": row["follows_id"], "outcall": row["outcall_id"]} if "follows_id" in row else {}),
        **{
            name: row[name]
            for name in ("notes", "survey", "legs", "answered_at", "ended_by", "cause", "agents")
            if name in row
        },
    }


async def _followed_by(work: Work, call: CallId) -> list[str]:
    """The contacts that were asked for in this one, in the order they came."""
    rows = await work.db.execute(
        select(_c.id).where(_c.tenant_id == work.tenant, _c.follows_id == call).order_by(_c.started_at)
    )
    return [row.id for row in rows]


async def _segments(work: Work, call: CallId) -> list[dict[str, Any]]:
    c = segments.c
    rows = await work.db.execute(select(segments).where(c.interaction_id == call).order_by(c.start_at, c.n))
    return [
        {
            "kind": row.kind,
            "start": row.start_at,
            "end": row.end_at,
            "leg": row.leg,
            "agent": row.agent_id,
            "queue": row.queue_id,
            "result": row.result,
        }
        for row in rows
    ]


async def _facts(work: Work, call: CallId) -> list[dict[str, Any]]:
    c = journal.c
    query = (
        select(c.seq, c.at, c.kind, c.data)
        .where(c.tenant_id == work.tenant, c.subject == f"call:{call}", c.kind.not_in(NOT_SHOWN))
        .order_by(c.seq)
    )
    hidden = {"type", "at", "call"}
    return [
        {
            "seq": row.seq,
            "at": row.at,
            "kind": row.kind,
            "data": {name: value for name, value in row.data.items() if name not in hidden},
        }
        for row in await work.db.execute(query)
    ]


async def _recordings(work: Work, call: CallId) -> list[dict[str, Any]]:
    c = recordings.c
    rows = await work.db.execute(select(recordings).where(c.interaction_id == call).order_by(c.started_at, c.id))
    return [
        {
            "id": row.id,
            "started_at": row.started_at,
            "duration_s": row.duration.total_seconds(),
            "channels": row.channels,
            "state": row.state,
            "reason": row.reason,
            "size": row.size,
        }
        for row in rows
    ]


def seen_by(wanted: Filter, agent: AgentId | None) -> Filter:
    """The same, restricted to the contacts an agent has had a part in."""
    return replace(wanted, only_of=agent)
