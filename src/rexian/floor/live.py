"""Live screens: a snapshot, then patches of what changed, then a beat each second.

Changes are gathered for a moment and sent as one patch. A client that cannot keep up is given a new snapshot instead
of a growing backlog.
"""

import asyncio
from collections.abc import Callable, Sequence
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

encode = msgspec.json.encode


class Client:
    """One screen: what it may see, and what is on its way to it."""

    def __init__(self, *, board: bool, agent: AgentId | None) -> None:
        self.board = board
        self.agent = agent
        self.outbox: asyncio.Queue[bytes] = asyncio.Queue(BACKLOG)
        self.behind = True
        """Wants a snapshot before anything else."""
        self.calls: set[str] = set()
        """Calls it has been shown (a desk sees only its own)."""

    def may_see(self, call: Row | None) -> bool:
        return call is not None and (self.board or any(party["id"] == self.agent for party in call["agents"]))

    def put(self, message: bytes) -> None:
        try:
            self.outbox.put_nowait(message)
        except asyncio.QueueFull:
            self.behind = True
            while not self.outbox.empty():
                self.outbox.get_nowait()


class Live:
    """All the screens of one floor."""

    def __init__(self, floor: Floor, clock: Clock, figures: Callable[[], Figures]) -> None:
        self._floor = floor
        self._clock = clock
        self._figures = figures
        self._clients: set[Client] = set()
        self._calls: set[CallId] = set()
        self._agents: set[AgentId] = set()
        self._queues: set[QueueId] = set()
        self._news = asyncio.Event()
        self._last_figures: Figures = {}
        self._last_rows: Rows = {"agents": {}, "queues": {}, "calls": {}}
        floor.watchers.append(self.note)

    def join(self, client: Client) -> None:
        self._clients.add(client)
        self._news.set()

    def leave(self, client: Client) -> None:
        self._clients.discard(client)

    def all_changed(self) -> None:
        """The directory is another: everybody gets a new snapshot."""
        for client in self._clients:
            client.behind = True
        self._news.set()

    def note(self, facts: Sequence[Fact]) -> None:
        """These have happened: remember which rows they change."""
        state = self._floor.state
        for fact in facts:
            self._touch(getattr(fact, "agent", None), getattr(fact, "call", None))
            queue = getattr(fact, "queue", None)
            if queue:
                self._queues.add(queue)
        for id in self._calls:
            call = state.calls.get(id)
            if call is not None:
                self._agents.update(call.parties)
                if call.queue:
                    self._queues.add(call.queue)
        for agent in self._agents:
            live = state.agents.get(agent)
            if live is not None:
                self._queues.update(live.queues)
        self._news.set()

    def _touch(self, agent: AgentId | None, call: CallId | None) -> None:
        if agent:
            self._agents.add(agent)
            row = self._last_rows["agents"].get(agent)
            if row:
                self._queues.update(row["queues"])
        if call:
            self._calls.add(call)
            row = self._last_rows["calls"].get(call)
            if row:
                self._agents.update(party["id"] for party in row["agents"])
                if row["queue"]:
                    self._queues.add(row["queue"])

    async def run(self) -> None:
        """Send what changes; until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat())
            while True:
                await self._news.wait()
                self._news.clear()
                self._flush()
                await asyncio.sleep(GATHER_S)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            figures = self._figures()
            if figures != self._last_figures:
                self._news.set()
            beat = self._message("beat", {})
            for client in self._clients:
                client.put(beat)

    def _flush(self) -> None:
        """One patch for all that changed since the last; a snapshot for those who have none."""
        patch = self._changes()
        figures, self._last_figures = self._last_figures, self._figures()
        changed = {id: row for id, row in self._last_figures.items() if figures.get(id) != row}
        if any(patch.values()) or changed:
            self._send(patch, changed)
        for client in self._clients:
            if client.behind:
                self._give_snapshot(client)

    def _changes(self) -> Rows:
        """The rows that differ from what was sent last."""
        fresh = views.rows(self._floor.state, agents=self._agents, queues=self._queues, calls=self._calls)
        self._agents, self._queues, self._calls = set(), set(), set()
        patch: Rows = {}
        for kind, rows in fresh.items():
            sent = self._last_rows[kind]
            patch[kind] = {id: row for id, row in rows.items() if sent.get(id) != row}
            for id, row in patch[kind].items():
                if row is None:
                    sent.pop(id, None)
                else:
                    sent[id] = row
        return patch

    def _send(self, patch: Rows, figures: Figures) -> None:
        whole: bytes | None = None
        for client in self._clients:
            if client.behind:
                continue
            if client.board:
                whole = whole or self._message("patch", {**patch, "figures": figures})
                client.put(whole)
            else:
                client.put(self._message("patch", {**self._for_desk(client, patch), "figures": {}}))

    def _for_desk(self, client: Client, patch: Rows) -> Rows:
        """A desk sees its own calls, the queues, and of colleagues who they are and how they stand."""
        calls: dict[str, Row | None] = {}
        for id, row in patch["calls"].items():
            if client.may_see(row):
                client.calls.add(id)
                calls[id] = row
            elif id in client.calls:
                client.calls.discard(id)
                calls[id] = None
        agents = {id: row if id == client.agent else colleague(row) for id, row in patch["agents"].items()}
        return {"agents": agents, "queues": patch["queues"], "calls": calls}

    def _give_snapshot(self, client: Client) -> None:
        rows = views.snapshot(self._floor.state)
        for kind, each in rows.items():
            self._last_rows[kind].update(each)
        shown: dict[str, Any] = dict(rows)
        shown["calls"] = {id: row for id, row in rows["calls"].items() if client.may_see(row)}
        client.calls = set(shown["calls"])
        if not client.board:
            shown["agents"] = {id: row if id == client.agent else colleague(row) for id, row in rows["agents"].items()}
        shown["figures"] = self._figures() if client.board else {}
        shown["me"] = rows["agents"].get(client.agent) if client.agent else None
        client.behind = False
        client.put(self._message("snapshot", shown))

    def _message(self, type: str, body: dict[str, Any]) -> bytes:
        now: datetime = self._clock.now()
        return encode({"type": type, "seq": self._floor.seq, "at": now, **body})


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
    }
