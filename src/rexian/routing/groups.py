"""What waits in one queue and asks for the same skills, in order."""

from collections.abc import Mapping
from datetime import datetime

from rexian.core.ids import QueueId

Place = tuple[int, datetime, str]
"""The order of what waits: minus priority, since when its place counts, then the item itself to break ties."""
Needs = tuple[tuple[str, int], ...]


class Group:
    """The items of one queue that ask for the same skills, in order."""

    __slots__ = ("able", "needs", "places", "queue", "skills_seen")

    def __init__(self, queue: QueueId, needs: Needs) -> None:
        self.queue = queue
        self.needs = needs
        self.places: list[Place] = []
        self.able = 0
        """Bits of the agents whose skills suffice, as of `skills_seen`."""
        self.skills_seen = -1


def first_skill(needs: Needs) -> str:
    """The first skill really needed; empty: anybody will do."""
    for skill, least in needs:
        if least > 0:
            return skill
    return ""


def suffices(skills: Mapping[str, int], needs: Needs) -> bool:
    """Whether an agent with these skills can serve. A plain loop: `all` over a generator takes three times as long."""
    for skill, least in needs:  # noqa: SIM110
        if skills.get(skill, 0) < least:
            return False
    return True
