"""How calls went through a flow: how many took each way, where they stayed how long, where they were lost."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from rexian.core.ids import CallId, FlowId, FlowVersionId
from rexian.flows.linking import FAILED, WITHIN
from rexian.flows.tables import flow_drafts, flow_versions
from rexian.infra.database import Work
from rexian.infra.journal import Row
from rexian.infra.tables import journal
from rexian.interactions.tables import flow_steps, interactions
from rexian.interactions.walks import CALLER_GONE, KINDS, Stand, Written, fold

_s = flow_steps.c
_drawn = func.split_part(_s.node, WITHIN, 1)
"""The step of the flow as it is drawn: what lies in a sub-flow counts for the step that calls it."""
_came_to = func.strpos(_s.node, WITHIN) == 0
"""The walk came to a step that is drawn, and did not only move on within a sub-flow."""

_farewell = and_(_s.node == "", _s.ended.like("error:%"))
"""A step failed that has no exit for it: the call came to the farewell, which knows why."""
_failed = or_(_farewell, and_(_s.error != "", func.split_part(_s.node, WITHIN, -1) != FAILED))
_failed_at = case((_farewell, func.split_part(_s.came_from, WITHIN, 1)), else_=_drawn)
_code = case((_farewell, func.substr(_s.ended, len("error:") + 1)), else_=_s.error)


class WalkRecorder:
    """The subscriber that keeps the steps of calls through their flows."""

    name = "flow_steps"

    async def handle(self, work: Work, rows: list[Row]) -> None:
        told = [row for row in rows if row.kind in KINDS and row.subject.startswith("call:")]
        if told:
            first: dict[str, str] = {}
            for row in told:
                if row.kind != "CallEnded":
                    first.setdefault(row.subject, row.kind)
            unknown = [subject for subject, kind in first.items() if kind != "FlowStarted"]
            await _write(work, fold(told, await _stands(work, unknown, before=told[0].seq)))


async def _stands(work: Work, names: Sequence[str], *, before: int) -> dict[CallId, Stand]:
    """How these calls stood before an entry of the journal: by the steps written, else by the flow they began."""
    if not names:
        return {}
    j = journal.c
    begun = (
        select(j.subject, j.data["flow"].astext.label("flow"))
        .where(j.tenant_id == work.tenant, j.subject.in_(names), j.kind == "FlowStarted", j.seq < before)
        .order_by(j.seq)
    )
    stands = {
        CallId(row.subject.removeprefix("call:")): Stand(FlowVersionId(row.flow))
        for row in await work.db.execute(begun)
    }
    calls = [name.removeprefix("call:") for name in names]
    stood = (
        select(_s.interaction_id, _s.version_id, _s.node, _s.seq)
        .where(_s.tenant_id == work.tenant, _s.interaction_id.in_(calls), _s.seq < before)
        .order_by(_s.seq)
    )
    for row in await work.db.execute(stood):
        stands[CallId(row.interaction_id)] = Stand(FlowVersionId(row.version_id), row.node, row.seq)
    return stands


async def _write(work: Work, written: Written) -> None:
    if written.steps:
        rows = [{"tenant_id": work.tenant, **step} for step in written.steps.values()]
        new = insert(flow_steps)
        fresh = {name: new.excluded[name] for name in ("left_at", "ended", "error")}
        key = ["tenant_id", "interaction_id", "seq"]
        await work.db.execute(new.on_conflict_do_update(index_elements=key, set_=fresh), rows)
    mine = _s.tenant_id == work.tenant
    of_call = and_(mine, _s.interaction_id == bindparam("call"))
    if written.left:
        left = update(flow_steps).where(of_call, _s.seq == bindparam("step"))
        left = left.values(left_at=bindparam("left"), ended=bindparam("end"), error=bindparam("failure"))
        await work.db.execute(left, written.left)
    if written.broken_off:
        gone = update(flow_steps).where(of_call, _s.left_at == bindparam("left"), _s.ended == "hangup")
        await work.db.execute(gone.values(ended=CALLER_GONE), written.broken_off)


async def forget(work: Work, before: datetime, most: int) -> int:
    """Remove at most so many steps that were come to before a moment; gives how many there were."""
    mine = and_(_s.tenant_id == work.tenant, _s.at < before)
    old = select(_s.interaction_id, _s.seq).where(mine).limit(most).cte("old")
    same = and_(_s.interaction_id == old.c.interaction_id, _s.seq == old.c.seq, _s.tenant_id == work.tenant)
    gone = await work.db.execute(delete(flow_steps).where(same).returning(_s.seq))
    return len(gone.all())


# --- reading


async def versions_of(work: Work, flow: FlowId, number: int | None) -> list[str]:
    """The ids of a flow's versions (of one, where `number` says so); drafts are calls for trying and left out."""
    v = flow_versions.c
    query = select(v.id).where(v.tenant_id == work.tenant, v.flow_id == flow)
    return list(await work.db.scalars(query.where(v.version == number) if number else query))


async def draft_of(work: Work, flow: FlowId) -> list[str]:
    d = flow_drafts.c
    return list(await work.db.scalars(select(d.id).where(d.tenant_id == work.tenant, d.flow_id == flow)))


def _within(work: Work, versions: Collection[str], start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(_s.tenant_id == work.tenant, _s.version_id.in_(versions), _s.at >= start, _s.at < end)


async def ways(work: Work, versions: Collection[str], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """How often each link was taken: `came_from, exit, node, taken`. The arrival comes from nowhere."""
    came_from = func.split_part(_s.came_from, WITHIN, 1)
    query = (
        select(came_from.label("came_from"), _s.exit, _s.node, func.count().label("taken"))
        .where(_within(work, versions, start, end), _came_to)
        .group_by(came_from, _s.exit, _s.node)
    )
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


async def steps(work: Work, versions: Collection[str], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """What became of those who came to each step.

    `node, entered, calls, mean_s, longest_s` (seconds in the step, of those who have left it), `lost` (hung up there),
    `failed` (the flow broke there), `ended` (the call or the flow came to its end there, the lost and failed included).
    All that was in a sub-flow counts for the step that calls it; of its own steps the longest is told.
    """
    stay = func.extract("epoch", _s.left_at - _s.at)
    left = func.nullif(func.count().filter(_came_to, _s.left_at.is_not(None)), 0)
    query = (
        select(
            _drawn.label("node"),
            func.count().filter(_came_to).label("entered"),
            func.count(_s.interaction_id.distinct()).label("calls"),
            func.coalesce(func.sum(stay) / left, 0).label("mean_s"),
            func.coalesce(func.max(stay), 0).label("longest_s"),
            func.count().filter(_s.ended == CALLER_GONE).label("lost"),
            func.count().filter(_s.ended.like("error:%")).label("failed"),
            func.count().filter(_s.ended != "").label("ended"),
        )
        .where(_within(work, versions, start, end))
        .group_by(_drawn)
    )
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


async def failures(work: Work, versions: Collection[str], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """How often each step failed for which reason: `node, code, times`, the most frequent first.

    Of a sub-flow's step that fails without an exit only its own reason counts, for the step that calls it.
    """
    node, code, times = _failed_at.label("node"), _code.label("code"), func.count().label("times")
    query = (
        select(node, code, times)
        .where(_within(work, versions, start, end), _failed)
        .group_by(_failed_at, _code)
        .order_by(func.count().desc(), node, code)
    )
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


async def contacts(
    work: Work,
    versions: Collection[str],
    start: datetime,
    end: datetime,
    *,
    node: str,
    way: Sequence[str] = (),
    lost: bool = False,
    failure: str = "",
) -> list[dict[str, Any]]:
    """The newest fifty contacts that came to `node`, perhaps by one `way` (step and exit), perhaps lost there.

    `failure`: those for whom the step failed by this code.
    """
    c = interactions.c
    tests = [_within(work, versions, start, end)]
    tests += [_failed, _failed_at == node, _code == failure] if failure else [_drawn == node]
    if way:
        tests += [func.split_part(_s.came_from, WITHIN, 1) == way[0], _s.exit == way[1], _came_to]
    if lost:
        tests.append(_s.ended == CALLER_GONE)
    query = (
        select(c.id, c.started_at, c.caller, c.outcome, func.max(_s.at).label("at"))
        .join(flow_steps, and_(_s.interaction_id == c.id, _s.tenant_id == c.tenant_id))
        .where(*tests)
        .group_by(c.id, c.started_at, c.caller, c.outcome)
        .order_by(func.max(_s.at).desc())
        .limit(50)
    )
    return [dict(row) for row in (await work.db.execute(query)).mappings()]
