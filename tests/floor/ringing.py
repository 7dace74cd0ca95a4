"""A matching that rings everybody who is free."""

from rexian.routing.matching import Match, Matching


class RingsAll(Matching):
    """Whatever is matched is offered to all who are idle in its queue."""

    def match(self) -> list[Match]:
        found: list[Match] = []
        for first in super().match():
            found.append(first)
            idle = [each for each in self._agents.values() if each.since is not None and first.queue in each.queues]
            for agent in sorted(idle, key=lambda each: (each.since, each.id)):
                found.append(Match(first.item, agent.id, first.queue, {}))
                self.busy(agent.id)
        return found
