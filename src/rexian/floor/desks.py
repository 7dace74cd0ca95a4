"""Whether an agent's desk is there: it counts his pages, and gives one that is loaded anew the time to come back."""

import asyncio
from datetime import timedelta

from rexian.core.ids import AgentId
from rexian.floor.actor import Floor
from rexian.floor.inputs import DeskPresence

DESK_GRACE = timedelta(seconds=15)
"""How long a desk may be gone before its agent is paused: a page that is loaded anew is back in two seconds."""


class Desks:
    """Counts the desk pages of each agent of one floor, and tells the floor when the last has been gone too long."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._pages: dict[AgentId, int] = {}
        self._going: dict[AgentId, asyncio.TimerHandle] = {}

    def expect(self) -> None:
        """After a start: those whose desk was there have the grace time to come back."""
        for id, agent in self._floor.state.agents.items():
            if agent.desk and not self._pages.get(id):
                self._start_grace(id)

    def came(self, agent: AgentId) -> None:
        self._pages[agent] = self._pages.get(agent, 0) + 1
        if (timer := self._going.pop(agent, None)) is not None:
            timer.cancel()
        live = self._floor.state.agents.get(agent)
        if live is None or not live.desk:
            self._floor.tell(DeskPresence(agent=agent, present=True))

    def went(self, agent: AgentId) -> None:
        self._pages[agent] -= 1
        if not self._pages[agent]:
            self._start_grace(agent)

    def _start_grace(self, agent: AgentId) -> None:
        loop = asyncio.get_running_loop()
        self._going[agent] = loop.call_later(DESK_GRACE / timedelta(seconds=1), self._gone, agent)

    def _gone(self, agent: AgentId) -> None:
        self._going.pop(agent, None)
        self._floor.tell(DeskPresence(agent=agent, present=False))
