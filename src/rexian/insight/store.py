"""All SQL of the figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from rexian.core.ids import AgentId, QueueId
from rexian.infra.database import Work
from rexian.insight.figures import Sums
from rexian.interactions.model import NOTHING

_SUMS = """
  count(*) as offered,
  count(*) filter (where ended = 'answered') as answered,
  count(*) filter (where ended = 'answered' and left_at - enqueued_at <= sl_threshold) as answered_in_sl,
  count(*) filter (where ended = 'abandoned') as abandoned,
  count(*) filter (where ended = 'abandoned' and left_at - enqueued_at <= sl_threshold) as abandoned_in_sl,
  count(*) filter (where ended = 'abandoned' and left_at - enqueued_at <= short_abandon) as short_abandoned,
  count(*) filter (where ended = 'flow_out') as flow_out,
  sum(left_at - enqueued_at) filter (where ended = 'answered') as answered_wait,
  sum(left_at - enqueued_at) filter (where ended = 'abandoned') as abandoned_wait,
  sum(talk + hold + consult + wrap_up) as handling,
  max(left_at - enqueued_at) as longest_wait,
  count(foretold) filter (where ended = 'answered') as foretold,
  sum(left_at - enqueued_at - foretold) filter (where ended = 'answered') as foretold_miss,
  sum(greatest(left_at - enqueued_at - foretold, foretold - (left_at - enqueued_at))) filter (where ended = 'answered')
    as foretold_off,
  array_agg(distinct sl_threshold) as sl_thresholds,
  array_agg(distinct short_abandon) as short_abandons
from queue_visits
where tenant_id = :tenant and enqueued_at >= :start and enqueued_at < :end
"""

_BY_QUEUE = text(f"select queue_id as key, {_SUMS} group by queue_id")
_BY_HOUR = text(f"select date_trunc('hour', enqueued_at, :zone) as key, {_SUMS} group by 1 order by 1")
_CLOSED_BY_QUEUE = text(
    f"select queue_id as key, {_SUMS} and interaction_id <> all(cast(:without as uuid[])) group by queue_id"
)

_BY_MINUTE = text("""
select v.queue_id, m.at,
  count(*) filter (where v.enqueued_at >= m.at) as offered,
  count(*) filter (where v.ended = 'answered' and v.left_at < m.at + interval '1 minute') as answered,
  count(*) filter (where v.ended = 'abandoned' and v.left_at < m.at + interval '1 minute') as abandoned,
  count(*) filter (where v.left_at is null or v.left_at >= m.at + interval '1 minute') as waiting
from generate_series(cast(:start as timestamptz), :end - interval '1 minute', interval '1 minute') as m(at)
join queue_visits v on v.enqueued_at < m.at + interval '1 minute' and coalesce(v.left_at, :end) >= m.at
where v.tenant_id = :tenant and v.enqueued_at >= :start - interval '2 hours' and v.enqueued_at < :end
group by v.queue_id, m.at
""")

_BY_AGENT = text("""
with pieces as (
  select s.agent_id, interaction_id, kind, start_at, result, i.direction <> 'internal' as counts,
         tstzrange(greatest(start_at, :start), least(coalesce(end_at, greatest(:now, start_at)), :end)) as during
  from segments as s join interactions as i on i.tenant_id = s.tenant_id and i.id = s.interaction_id
  where s.tenant_id = :tenant and s.agent_id is not null
    and start_at < :end and start_at >= :start - interval '1 day' and coalesce(end_at, :now) > :start
),
worked as (
  select agent_id,
    count(distinct interaction_id) filter (where counts and kind in ('talk', 'conference') and start_at >= :start)
      as handled,
    count(*) filter (where counts and kind = 'ring' and result <> '' and start_at >= :start) as rung,
    count(*) filter (
      where counts and kind = 'ring' and result in ('missed', 'rejected', 'unreachable') and start_at >= :start
    ) as missed,
    sum(upper(during) - lower(during)) filter (where counts and kind in ('talk', 'conference')) as talk,
    sum(upper(during) - lower(during)) filter (where counts and kind = 'hold') as hold,
    sum(upper(during) - lower(during)) filter (where counts and kind = 'consult') as consult,
    sum(upper(during) - lower(during)) filter (where counts and kind = 'wrap_up') as wrap_up,
    range_agg(during) filter (where kind <> 'ring') as handling
  from pieces group by agent_id
),
turns as (
  select agent_id, at, state, lead(at) over (partition by agent_id order by seq) as until
  from agent_states
  where tenant_id = :tenant and at < :end and at >= :start - interval '1 day'
),
present as (
  select agent_id,
    range_agg(during) filter (where state = 'ready') as ready,
    sum(upper(during) - lower(during)) filter (where state = 'ready') as ready_time,
    sum(upper(during) - lower(during)) filter (where state = 'paused') as paused_time
  from (
    select agent_id, state, tstzrange(greatest(at, :start), least(coalesce(until, greatest(:now, at)), :end)) as during
    from turns where state <> 'off' and coalesce(until, :now) > :start and greatest(at, :start) < least(:now, :end)
  ) as t group by agent_id
)
select coalesce(w.agent_id, p.agent_id) as agent, coalesce(handled, 0) as handled, coalesce(rung, 0) as rung,
  coalesce(missed, 0) as missed, talk, hold, consult, wrap_up, ready_time, paused_time,
  (select sum(upper(r) - lower(r)) from unnest(handling) as r) as handling,
  (select sum(upper(r) - lower(r)) from unnest(coalesce(handling, '{}') + coalesce(ready, '{}')) as r) as on_duty
from worked as w full join present as p using (agent_id)
""")


@dataclass(frozen=True, slots=True)
class AgentSums:
    """One agent's time inside a window, split at its edges."""

    handled: int = 0
    rung: int = 0
    missed: int = 0
    talk: timedelta = NOTHING
    hold: timedelta = NOTHING
    consult: timedelta = NOTHING
    wrap_up: timedelta = NOTHING
    ready: timedelta = NOTHING
    paused: timedelta = NOTHING
    handling: timedelta = NOTHING  # no instant counted twice
    on_duty: timedelta = NOTHING  # handling or ready


async def by_queue(work: Work, start: datetime, end: datetime) -> dict[QueueId, Sums]:
    rows = await work.db.execute(_BY_QUEUE, {"tenant": work.tenant, "start": start, "end": end})
    return {QueueId(str(row.key)): _sums(row) for row in rows}


async def by_queue_without(work: Work, start: datetime, end: datetime, calls: Iterable[str]) -> dict[QueueId, Sums]:
    """The same, leaving out the visits of some calls."""
    values = {"tenant": work.tenant, "start": start, "end": end, "without": list(calls)}
    return {QueueId(str(row.key)): _sums(row) for row in await work.db.execute(_CLOSED_BY_QUEUE, values)}


async def by_hour(work: Work, start: datetime, end: datetime, zone: str) -> dict[datetime, Sums]:
    """By the hour the visit began, on the clock of `zone`."""
    rows = await work.db.execute(_BY_HOUR, {"tenant": work.tenant, "start": start, "end": end, "zone": zone})
    return {row.key: _sums(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Minute:
    """What a queue saw within one minute; `waiting` at its end."""

    at: datetime
    offered: int
    answered: int
    abandoned: int
    waiting: int


async def by_minute(work: Work, start: datetime, end: datetime) -> dict[QueueId, list[Minute]]:
    """Minutes in which a queue saw anything, by queue; who waits for longer than two hours is not looked for."""
    found: dict[QueueId, list[Minute]] = {}
    for row in await work.db.execute(_BY_MINUTE, {"tenant": work.tenant, "start": start, "end": end}):
        minute = Minute(row.at, row.offered, row.answered, row.abandoned, row.waiting)
        found.setdefault(QueueId(str(row.queue_id)), []).append(minute)
    return found


async def by_agent(work: Work, start: datetime, end: datetime, now: datetime) -> dict[AgentId, AgentSums]:
    """What is still going on counts up to `now`."""
    values = {"tenant": work.tenant, "start": start, "end": end, "now": now}
    return {AgentId(str(row.agent)): _agent_sums(row) for row in await work.db.execute(_BY_AGENT, values)}


def _sums(row: Any) -> Sums:
    return Sums(
        offered=row.offered,
        answered=row.answered,
        answered_in_sl=row.answered_in_sl,
        abandoned=row.abandoned,
        abandoned_in_sl=row.abandoned_in_sl,
        short_abandoned=row.short_abandoned,
        flow_out=row.flow_out,
        answered_wait=row.answered_wait or NOTHING,
        abandoned_wait=row.abandoned_wait or NOTHING,
        handling=row.handling or NOTHING,
        longest_wait=row.longest_wait or NOTHING,
        foretold=row.foretold,
        foretold_miss=row.foretold_miss or NOTHING,
        foretold_off=row.foretold_off or NOTHING,
        sl_thresholds=frozenset(row.sl_thresholds),
        short_abandons=frozenset(row.short_abandons),
    )


def _agent_sums(row: Any) -> AgentSums:
    return AgentSums(
        handled=row.handled,
        rung=row.rung,
        missed=row.missed,
        talk=row.talk or NOTHING,
        hold=row.hold or NOTHING,
        consult=row.consult or NOTHING,
        wrap_up=row.wrap_up or NOTHING,
        ready=row.ready_time or NOTHING,
        paused=row.paused_time or NOTHING,
        handling=row.handling or NOTHING,
        on_duty=row.on_duty or NOTHING,
    )
