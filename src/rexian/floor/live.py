"""Live screens: a snapshot, then patches of what changed, then a beat each second.

Changes are gathered for a moment and sent as one patch. A client that cannot keep up is given a new snapshot instead
of a growing backlog. Boards and those whom a change concerns are told at once; what the desks see of their colleagues
and of the queues waits for the next beat, so that a thousand desks cost a thousand messages a second and not more.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from rexian.core.clock import Clock
from rexian.core.ids import AgentId, CallId, QueueId
from rexian.floor import views
from rexian.floor.actor import Floor
from rexian.floor.events import Fact
from rexian.floor.views import Row, Rows

GATHER_S = 0.05
BEAT_S = 1.0
BACKLOG = 50
Figures = dict[str, Row]
Beside = Mapping[str, Callable[[], Figures]]
"""Kinds of rows that others keep, for boards only: figures of the queues, and what stands beside them."""

encode = msgspec.json.encode


class Client:
    """One screen: what it may see, and what is on its way to it."""

    def __init__(self, *, board: bool, agent: AgentId | None, wall: bool = False) -> None:
        """`wall`: a board that hangs where anybody may read it; it is shown no calls, for these name callers."""
        self.board = board
        self.wall = wall
        self.agent = agent
        self.outbox: asyncio.Queue[bytes] = asyncio.Queue(BACKLOG)
        self.behind = True
        """Wants a snapshot before anything else."""
        self.calls: set[str] = set()
        """Calls it has been shown (a desk sees only its own)."""

    def may_see(self, call: Row | None) -> bool:
        """A desk sees its own calls, and those that are parked: anybody may pick them up."""
        if call is None:
            return False
        own = any(party["id"] == self.agent for party in call["agents"])
        return self.board or own or call["parked"] is not None

    def is_concerned(self, patch: Rows, seen_by: frozenset[str] | None) -> bool:
        """Whether it is about its agent, or a call that it may see (`seen_by`: none: anybody may) or has been shown."""
        if seen_by is None or self.agent in seen_by or self.agent in patch["agents"]:
            return True
        return bool(self.calls) and not self.calls.isdisjoint(patch["calls"])

    def put(self, message: bytes) -> None:
        try:
            self.outbox.put_nowait(message)
        except asyncio.QueueFull:
            self.behind = True
            while not self.outbox.empty():
                self.outbox.get_nowait()


class Live:
    """All the screens of one floor."""

    def __init__(
        self, floor: Floor, clock: Clock, figures: Callable[[], Figures], beside: Beside | None = None
    ) -> None:
        self._floor = floor
        self._clock = clock
        self._beside: Beside = {"figures": figures, **(beside or {})}
        self._clients: set[Client] = set()
        self._calls: set[CallId] = set()
        self._agents: set[AgentId] = set()
        self._queues: set[QueueId] = set()
        self._news = asyncio.Event()
        self._last_beside: dict[str, Figures] = {kind: {} for kind in self._beside}
        self._last_rows: Rows = {"agents": {}, "queues": {}, "calls": {}}
        self._for_desks: Rows = {"agents": {}, "queues": {}}
        """What the desks have yet to be told of others."""
        floor.watchers.append(self.note)

    def join(self, client: Client) -> None:
        self._clients.add(client)
        self._news.set()

    def leave(self, client: Client) -> None:
        self._clients.discard(client)

    def all_changed(self) -> None:
        """The directory is another: every row is looked at again."""
        self._touch_all()
        self._news.set()

    def nudge(self) -> None:
        """Something beside the floor has changed."""
        self._news.set()

    def note(self, facts: Sequence[Fact]) -> None:
        """These have happened: remember which rows they change."""
        state = self._floor.state
        calls: set[CallId] = set()
        agents: set[AgentId] = set()
        for fact in facts:
            if agent := getattr(fact, "agent", None):
                agents.add(agent)
            agents.update(getattr(fact, "agents", ()))
            if call := getattr(fact, "call", None):
                calls.add(call)
            if queue := getattr(fact, "queue", None):
                self._queues.add(queue)
        for id in calls:
            self._touch_call(id, agents)
        for id_ in agents:
            row = self._last_rows["agents"].get(id_)
            live = state.agents.get(id_)
            self._queues.update(row["queues"] if row else ())
            self._queues.update(live.queues if live else ())
        self._calls |= calls
        self._agents |= agents
        self._news.set()

    def _touch_call(self, id: CallId, agents: set[AgentId]) -> None:
        """A call's row goes with those of its agents and its queue, as they were and as they are."""
        if row := self._last_rows["calls"].get(id):
            agents.update(party["id"] for party in row["agents"])
            if row["queue"]:
                self._queues.add(row["queue"])
        if call := self._floor.state.calls.get(id):
            agents.update(call.parties)
            if call.queue:
                self._queues.add(call.queue)

    def _touch_all(self) -> None:
        state = self._floor.state
        self._agents.update(state.directory.agents, map(AgentId, self._last_rows["agents"]))
        self._queues.update(state.directory.queues, map(QueueId, self._last_rows["queues"]))
        self._calls.update(state.calls, map(CallId, self._last_rows["calls"]))

    # --- running

    async def run(self) -> None:
        """Send what changes; until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat())
            while True:
                await self._news.wait()
                self._news.clear()
                self._flush(desks=False)
                await asyncio.sleep(GATHER_S)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._flush()
            beat = self._message("beat", {})
            for client in self._clients:
                client.put(beat)

    def _flush(self, *, desks: bool = True) -> None:
        """One patch for all that changed since the last; a snapshot for those who have none.

        Without `desks` only the boards are told, and the desks whom it concerns.
        """
        behind = [client for client in self._clients if client.behind]
        if behind:
            self._touch_all()
        patch, beside = self._changes(), self._changes_beside()
        self._for_desks["agents"] |= patch["agents"]
        self._for_desks["queues"] |= patch["queues"]
        if desks:
            self._tell_desks()
        if any(patch.values()) or any(beside.values()):
            self._send(patch, beside)
        if behind:
            self._give_snapshots(behind)

    # --- what changed

    def _changes(self) -> Rows:
        """The rows that differ from what was sent last."""
        fresh = views.rows(self._floor.state, agents=self._agents, queues=self._queues, calls=self._calls)
        self._agents, self._queues, self._calls = set(), set(), set()
        return {kind: _difference(self._last_rows[kind], rows) for kind, rows in fresh.items()}

    def _changes_beside(self) -> Rows:
        patch: Rows = {}
        for kind, rows_now in self._beside.items():
            sent, now = self._last_beside[kind], rows_now()
            patch[kind] = {id: row for id, row in now.items() if sent.get(id) != row}
            patch[kind] |= dict.fromkeys(sent.keys() - now.keys())
            self._last_beside[kind] = dict(now)
        return patch

    # --- what is sent

    def _send(self, patch: Rows, beside: Rows) -> None:
        whole: bytes | None = None
        without_calls: bytes | None = None
        seen_by = _agents_who_see(patch["calls"].values())
        for client in self._clients:
            if client.behind:
                continue
            if client.wall:
                without_calls = without_calls or self._message("patch", {**patch, "calls": {}, **beside})
                client.put(without_calls)
            elif client.board:
                whole = whole or self._message("patch", {**patch, **beside})
                client.put(whole)
            elif client.is_concerned(patch, seen_by):
                client.put(self._message("patch", self._own(client, patch)))

    def _own(self, client: Client, patch: Rows) -> Rows:
        """What concerns the desk itself: its agent and its calls."""
        calls: dict[str, Row | None] = {}
        for id, row in patch["calls"].items():
            if row is not None and client.may_see(row):
                client.calls.add(id)
                calls[id] = self._for_agents(row)
            elif id in client.calls:
                client.calls.discard(id)
                calls[id] = None
        agents = {id: row for id, row in patch["agents"].items() if id == client.agent}
        return {"agents": agents, "queues": {}, "calls": calls}

    def _tell_desks(self) -> None:
        """How the colleagues and the queues stand. Written once for all; a desk's own row goes in its place."""
        agents, queues = self._for_desks["agents"], self._for_desks["queues"]
        if not agents and not queues:
            return
        self._for_desks = {"agents": {}, "queues": {}}
        others = _colleagues(agents)
        body = {"queues": msgspec.Raw(encode(queues)), "calls": {}}
        same = self._message("patch", {"agents": others, **body})
        for client in self._clients:
            if client.board or client.behind:
                continue
            own = client.agent
            if own is None or own not in agents:
                client.put(same)
            else:
                client.put(self._message("patch", {"agents": {**others, own: agents[own]}, **body}))

    def _give_snapshots(self, clients: Iterable[Client]) -> None:
        """What was sent last is what there is: it has just been brought up to date."""
        rows = self._last_rows
        queues = msgspec.Raw(encode(rows["queues"]))
        for_boards: Mapping[str, Any] | None = None
        others: dict[str, Any] | None = None
        for client in clients:
            shown: dict[str, Any] = {"queues": queues, "figures": {}}
            me = rows["agents"].get(client.agent) if client.agent else None
            if client.board:
                for_boards = for_boards or self._for_boards()
                shown |= for_boards
                if client.wall:
                    shown["calls"] = {}
            else:
                others = others if others is not None else _colleagues(rows["agents"])
                seen = {id: row for id, row in rows["calls"].items() if row and client.may_see(row)}
                calls = {id: self._for_agents(row) for id, row in seen.items()}
                client.calls = set(calls)
                agents = {**others, me["id"]: me} if me is not None else others
                shown |= {"agents": agents, "calls": calls}
            client.behind = False
            client.put(self._message("snapshot", {**shown, "me": me}))

    def _for_boards(self) -> dict[str, Any]:
        rows = {"agents": self._last_rows["agents"], "calls": self._last_rows["calls"], **self._last_beside}
        return {kind: msgspec.Raw(encode(each)) for kind, each in rows.items()}

    def _for_agents(self, row: Row) -> Row:
        """Whether a supervisor attends is told to agents where the house says so."""
        return row if self._floor.state.directory.show_attendance else views.unattended(row)

    def _message(self, type: str, body: Mapping[str, Any]) -> bytes:
        now: datetime = self._clock.now()
        return encode({"type": type, "seq": self._floor.seq, "at": now, **body})


def _agents_who_see(calls: Iterable[Row | None]) -> frozenset[str] | None:
    """Whose desks may see one of these calls: their agents; none: anybody's, for one is parked."""
    agents: set[str] = set()
    for row in calls:
        if row is not None and row["parked"] is not None:
            return None
        if row is not None:
            agents.update(party["id"] for party in row["agents"])
    return frozenset(agents)


def _difference(sent: dict[str, Row | None], fresh: Mapping[str, Row | None]) -> dict[str, Row | None]:
    """The rows of `fresh` that are not as they were sent; then they are."""
    changed = {id: row for id, row in fresh.items() if sent.get(id) != row}
    for id, row in changed.items():
        if row is None:
            sent.pop(id, None)
        else:
            sent[id] = row
    return changed


def _colleagues(agents: Mapping[str, Row | None]) -> dict[str, Any]:
    return {id: msgspec.Raw(encode(colleague(row))) for id, row in agents.items()}


def colleague(row: Row | None) -> Row | None:
    """What every agent may know of another."""
    if row is None:
        return None
    return {
        **row,
        "reason": "",
        "call": None,
        "next_pause": None,
        "until": None,
        "holding": False,
        "muted": False,
        "messages": [],
        "going": False,
        "attends": None,
        "failed": None,
    }
