"""All SQL of the twin: its runs, and the days that scenarios are fitted from."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update

from rexian.core.ids import AgentId, CallId, QueueId
from rexian.infra import rows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page
from rexian.twin.contacts import Callbacks, Contact, Presence
from rexian.twin.lifecycle import RUN, Move, RunState
from rexian.twin.tables import twin_runs

_r = twin_runs.c
_LISTED = (_r.id, _r.name, _r.depth, _r.days, _r.changes, _r.state, _r.done, _r.problem, _r.created_by, _r.created_at)


# --- runs -------------------------------------------------------------------------------------------------------------


async def page(work: Work, listing: Listing) -> Page:
    newest_first = listing if listing.sort else listing._replace(sort="-created_at")
    sort = {"created_at": _r.created_at, "name": _r.name}
    return await rows.page(work, select(*_LISTED), newest_first, search=[_r.name], sort=sort)


async def one(work: Work, run: str) -> dict[str, Any]:
    return await rows.one(work, twin_runs, run, noun="twin_run")


async def add(work: Work, values: dict[str, Any]) -> None:
    await work.db.execute(insert(twin_runs).values(tenant_id=work.tenant, **values))


async def move(work: Work, run: str, move: Move, **values: Any) -> None:
    """Raises `IllegalMove` when the run's life does not allow it, `NotFound` when there is none."""
    before = await rows.one(work, twin_runs, run, noun="twin_run", lock=True)
    state = RUN.after(RunState(before["state"]), move)
    await work.db.execute(
        update(twin_runs).where(_r.id == run).values(state=state, moved_at=func.clock_timestamp(), **values)
    )


async def progress(work: Work, run: str, done: int) -> str:
    """Note how far it is; gives the state it is in, for it may have been cancelled."""
    values = {"done": done, "moved_at": func.clock_timestamp()}
    query = update(twin_runs).where(_r.id == run).values(**values).returning(_r.state)
    return str(await work.db.scalar(query) or RunState.CANCELLED)


async def remove(work: Work, run: str) -> None:
    await rows.remove(work, twin_runs, run, noun="twin_run")


async def silent(work: Work, before: datetime) -> list[str]:
    """Runs that should be going on and have given no sign of life since then."""
    query = select(_r.id).where(_r.state == RunState.RUNNING, _r.moved_at < before)
    return [str(row.id) for row in await work.db.execute(query)]


# --- days that have been ----------------------------------------------------------------------------------------------

_LAST = text("""
select max(started_at) from interactions
where tenant_id = :tenant and direction = 'inbound' and started_at >= :start and started_at < :end
""")

_CALLS = text("""
select i.id, i.called, i.started_at, i.ended_at, i.ended_by, v.queue_id, v.enqueued_at, v.left_at, v.ended,
  v.talk + v.hold + v.consult as handling, v.wrap_up,
  (select array_agg(jsonb_build_array(s.result, extract(epoch from s.end_at - s.start_at)) order by s.n)
   from segments as s
   where s.tenant_id = i.tenant_id and s.interaction_id = i.id and s.kind = 'ring' and s.result <> '') as rings
from interactions as i
left join lateral (
  select * from queue_visits as q
  where q.tenant_id = i.tenant_id and q.interaction_id = i.id and q.via = 'flow' order by q.n limit 1
) as v on true
where i.tenant_id = :tenant and i.direction = 'inbound' and i.closed
  and i.started_at >= :start and i.started_at < :end
order by i.started_at, i.id
""")

_MOVES = text("""
select subject, data ->> 'node' as node, coalesce(data ->> 'exit', '') as exit from journal
where tenant_id = :tenant and kind = 'FlowMoved' and at >= :start and at < :end
order by seq
""")

_CALLBACKS = text("""
select
  count(*) filter (where kind = 'ExitTaken' and data -> 'exit' ->> 'to' = 'callback') as exits,
  count(*) filter (where kind = 'CallbackAsked' and data ->> 'origin' is not null) as asked,
  coalesce(sum((data ->> 'attempts')::int) filter (where kind = 'CallbackEnded'), 0) as attempts,
  count(*) filter (where kind = 'CallbackEnded' and data ->> 'result' = 'connected') as reached
from journal
where tenant_id = :tenant and kind in ('ExitTaken', 'CallbackAsked', 'CallbackEnded') and at >= :start and at < :end
""")

_PRESENT = text("""
select agent_id, at, until from (
  select agent_id, at, state, lead(at) over (partition by agent_id order by seq) as until
  from agent_states
  where tenant_id = :tenant and at >= :start - interval '1 day' and at < :end
) as turns
where state = 'ready' and coalesce(until, :now) > :start and at < :end
order by agent_id, at
""")


async def last_call(work: Work, start: datetime, end: datetime) -> datetime | None:
    """When the last call of a stretch of time came in."""
    values = {"tenant": work.tenant, "start": start, "end": end}
    found: datetime | None = await work.db.scalar(_LAST, values)
    return found


async def contacts(work: Work, start: datetime, end: datetime) -> list[Contact]:
    """The inbound calls of a day that begins at `start`."""
    values = {"tenant": work.tenant, "start": start, "end": end}
    moves: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in await work.db.execute(_MOVES, values):
        moves[row.subject].append((row.node, row.exit))
    return [
        _contact(row, tuple(moves.get(f"call:{row.id}", ())), start) for row in await work.db.execute(_CALLS, values)
    ]


def _contact(row: Any, moves: tuple[tuple[str, str], ...], start: datetime) -> Contact:
    answered = row.ended == "answered"
    left_in_flow = row.queue_id is None and row.ended_by == "customer" and row.ended_at is not None
    return Contact(
        call=CallId(str(row.id)),
        number=row.called,
        at_s=(row.started_at - start).total_seconds(),
        moves=moves,
        queue=None if row.queue_id is None else QueueId(str(row.queue_id)),
        wait_s=(row.left_at - row.enqueued_at).total_seconds() if row.left_at else 0.0,
        answered=answered,
        handling_s=row.handling.total_seconds() if answered else 0.0,
        wrap_up_s=row.wrap_up.total_seconds() if answered and row.wrap_up else None,
        rings=tuple((result, float(length_s or 0)) for result, length_s in row.rings or ()),
        stayed_s=(row.ended_at - row.started_at).total_seconds() if left_in_flow else None,
    )


async def callbacks(work: Work, start: datetime, end: datetime) -> Callbacks:
    row = (await work.db.execute(_CALLBACKS, {"tenant": work.tenant, "start": start, "end": end})).one()
    return Callbacks(row.exits, row.asked, row.attempts, row.reached)


async def presence(work: Work, start: datetime, end: datetime, now: datetime) -> list[Presence]:
    """When each agent was ready or handling (a call does not end it; a pause does), in order."""
    values = {"tenant": work.tenant, "start": start, "end": end, "now": now}
    found: list[Presence] = []
    for row in await work.db.execute(_PRESENT, values):
        agent, begins_s = AgentId(str(row.agent_id)), max((row.at - start).total_seconds(), 0.0)
        ends_s = (min(row.until or now, end) - start).total_seconds()
        if found and found[-1].agent == agent and found[-1].ends_s >= begins_s:
            begins_s = found.pop().begins_s  # ready again after a call
        found.append(Presence(agent, begins_s, ends_s))
    return found
