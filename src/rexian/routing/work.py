"""What an agent has done in his shift, as strategies weigh it. Changed by the floor's facts alone.

Occupancy is weighted towards the last hour: while he is with a contact, load → 1 - (1 - load) e^(-t/τ); while he is
ready, load → load e^(-t/τ), τ = one hour; a pause leaves it alone. All who are ready sink at the same rate, so who has
the lowest has it until something happens: the order need never be computed anew.
"""

from datetime import datetime, timedelta
from math import exp, inf, log

import msgspec

from rexian.core.ids import QueueId

MEMORY_S = 3600.0
SHIFT = timedelta(hours=4)
"""Who has been away for so long begins a new shift."""


class Work(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Counts of this shift, times of the last contacts, and the occupancy `load` as it was `load_at`."""

    contacts: dict[QueueId, int] = {}
    talk_s: float = 0.0
    ended: dict[QueueId, datetime] = {}
    """When his last contact from each queue ended."""
    last: datetime | None = None
    """When his last contact ended, of whatever kind."""
    left: datetime | None = None
    """When he signed out."""
    load: float = 0.0
    load_at: datetime | None = None

    def begin(self, at: datetime) -> None:
        """He signs in. After a long absence the counts begin anew; what they were stays true for a short one."""
        if self.left is not None and at - self.left >= SHIFT:
            self.contacts, self.talk_s, self.ended, self.last, self.load = {}, 0.0, {}, None, 0.0
        self.left = None
        self.load_at = at

    def go(self, at: datetime) -> None:
        """He signs out."""
        self.left = at

    def weigh(self, at: datetime, *, busy: bool, ready: bool) -> None:
        """Bring the load up to `at`; until then he was with a contact, or ready, or neither."""
        if self.load_at is not None and (busy or ready):
            faded = exp(-(at - self.load_at).total_seconds() / MEMORY_S)
            self.load = 1.0 - (1.0 - self.load) * faded if busy else self.load * faded
        self.load_at = at

    def finish(self, queue: QueueId | None, talk_s: float, at: datetime) -> None:
        """A contact ends for him; `queue`: the one it was answered from."""
        self.last = at
        if queue is not None:
            self.contacts[queue] = self.contacts.get(queue, 0) + 1
            self.ended[queue] = at
            self.talk_s += talk_s

    def wrap_up(self, queue: QueueId, at: datetime) -> None:
        """The wrap-up of a contact is over: only now has it ended."""
        self.last = self.ended[queue] = at

    def occupancy(self, at: datetime) -> float:
        """The load at this time, if he has been ready since."""
        if self.load_at is None:
            return 0.0
        return self.load * exp(-(at - self.load_at).total_seconds() / MEMORY_S)

    def load_order(self) -> float:
        """Who has less of this has the lower occupancy, as long as both are ready: log load + t/τ."""
        if self.load <= 0.0 or self.load_at is None:
            return -inf
        return log(self.load) + self.load_at.timestamp() / MEMORY_S
