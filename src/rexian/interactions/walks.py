"""The walks of calls through their flows: which step was reached by which exit, when it was left, and how it ended.

`fold` is pure; the rows it makes are keyed by the journal's own numbers, so that seeing a fact again changes nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from rexian.core.ids import CallId, FlowVersionId
from rexian.infra.journal import Row

KINDS = frozenset({"FlowStarted", "FlowMoved", "FlowEnded", "GivenBack", "CallEnded"})
CALLER_GONE = "caller_gone"
"""How a walk ended that the caller himself broke off; the other endings are the reasons of `FlowEnded`."""


class Stand(msgspec.Struct, frozen=True):
    """Where a call stood: the flow's version, its last step and that step's number. No step: just begun."""

    version: FlowVersionId
    node: str = ""
    seq: int = 0


class Written(msgspec.Struct):
    """What is to be written: new steps, and steps written before that have been left since."""

    steps: dict[tuple[CallId, int], dict[str, Any]] = {}
    left: list[dict[str, Any]] = []
    broken_off: list[dict[str, Any]] = []
    """Calls whose caller hung up: at which moment."""


def fold(rows: Iterable[Row], stands: Mapping[CallId, Stand]) -> Written:
    """The steps of these facts. `stands`: how the calls stood that began before them; the others begin in them."""
    written = Written(steps={}, left=[], broken_off=[])
    now = dict(stands)
    for row in rows:
        call = CallId(row.subject.removeprefix("call:"))
        if row.kind == "FlowStarted":
            now[call] = Stand(FlowVersionId(row.data["flow"]))
        elif row.kind == "FlowMoved" and call in now:
            _moved(written, now, call, row)
        elif row.kind == "GivenBack":
            now[call] = _again(now.get(call), row)
        elif row.kind == "FlowEnded" and call in now:
            _leave(written, call, now[call], row.at, row.data["reason"])
        elif row.kind == "CallEnded" and row.data["ended_by"] == "customer":
            _broken_off(written, call, row.at)
    return written


def steps_told(facts: Iterable[Mapping[str, Any]]) -> dict[FlowVersionId, set[str]]:
    """The steps that a call's facts (`kind`, `data`, in order) name, by the version of the flow they belong to."""
    told: dict[FlowVersionId, set[str]] = {}
    version: FlowVersionId | None = None
    for fact in facts:
        kind, data = fact["kind"], fact["data"]
        if kind in ("FlowStarted", "GivenBack"):
            version = FlowVersionId(data["flow"])
        elif kind == "AsideStarted":
            version = None
        if version is not None and kind in ("FlowMoved", "GivenBack") and data.get("node"):
            told.setdefault(version, set()).add(data["node"])
    return told


def _again(stand: Stand | None, row: Row) -> Stand:
    """The flow that put the caller through goes on; there may have been another one meanwhile."""
    version, node = FlowVersionId(row.data["flow"]), row.data["node"]
    same = stand is not None and (stand.version, stand.node) == (version, node)
    return stand if stand is not None and same else Stand(version, node)


def _moved(written: Written, now: dict[CallId, Stand], call: CallId, row: Row) -> None:
    """A move without an exit only tells of variables, unless it is the first, or the farewell (which has no name)."""
    stand, node, exit = now[call], row.data["node"], row.data.get("exit", "")
    if stand.seq and not exit and node == stand.node:
        return
    _leave(written, call, stand, row.at, "", _failure(row.data))
    written.steps[call, row.seq] = {
        "interaction_id": call,
        "seq": row.seq,
        "version_id": stand.version,
        "came_from": stand.node,
        "exit": exit,
        "node": node,
        "at": row.at,
        "left_at": None,
        "ended": "",
        "error": "",
    }
    now[call] = Stand(stand.version, node, row.seq)


def _leave(written: Written, call: CallId, stand: Stand, at: datetime, ended: str, error: str = "") -> None:
    if not stand.seq:
        return
    step = written.steps.get((call, stand.seq))
    if step is not None:
        step.update(left_at=at, ended=ended, error=error)
    else:
        written.left.append({"call": call, "step": stand.seq, "left": at, "end": ended, "failure": error})


def _failure(data: Mapping[str, Any]) -> str:
    """Why the step failed that was left; what its exit says (`no_input` of `menu.no_input`) is no failure."""
    error = str(data.get("error", ""))
    return "" if error.rpartition(".")[2] == data.get("exit", "") else error


def _broken_off(written: Written, call: CallId, at: datetime) -> None:
    """The flow ended in the same moment by hanging up: it was the caller who did."""
    for (of, _), step in written.steps.items():
        if of == call and step["ended"] == "hangup" and step["left_at"] == at:
            step["ended"] = CALLER_GONE
            return
    for left in written.left:
        if left["call"] == call and left["end"] == "hangup" and left["left"] == at:
            left["end"] = CALLER_GONE
            return
    written.broken_off.append({"call": call, "left": at})
