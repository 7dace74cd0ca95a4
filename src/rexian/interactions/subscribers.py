"""Keeps the records: reads the journal, folds the calls it speaks of, writes what they are now."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from rexian.core.ids import CallId, TenantId
from rexian.infra.database import Work
from rexian.infra.journal import Row
from rexian.interactions import store
from rexian.interactions.events import InteractionClosed
from rexian.interactions.folding import FACTS, Folding
from rexian.interactions.model import Interaction

STORE_RECORDING = "recordings.store"
STORE_FAX = "faxes.store"
_KEPT = 5_000
BEGINNINGS = frozenset({"CallArrived", "CallbackStarted", "OutcallDialled"})
"""The facts that a call can begin with."""


@dataclass(slots=True)
class _Kept:
    """A call's fold as far as `seq`, so that its next facts need not read all the former ones."""

    folding: Folding = field(default_factory=Folding)
    seq: int = 0
    deferred: set[str] = field(default_factory=set)
    written: Interaction | None = None


class InteractionRecorder:
    """The subscriber of the records.

    A fold kept in memory is a pure function of the facts up to its `seq`: seeing a row again changes nothing, and
    after another process has read in between (the cursor is not where this one left it) all are read anew.
    """

    name = "interactions"

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[TenantId, CallId], _Kept] = OrderedDict()
        self._left_at: dict[TenantId, int] = {}

    async def handle(self, work: Work, rows: list[Row]) -> None:
        await self._trust(work)
        self._left_at[work.tenant] = rows[-1].seq
        told = [row for row in rows if row.subject.startswith("call:") and row.kind in FACTS]
        touched = list(dict.fromkeys(_call(row) for row in told))
        if not touched:
            return
        await self._fold(work, touched, told)
        contacts = [contact for call in touched if (contact := self._contact(work, call))]
        await store.write(work, contacts, self._written(work, touched))
        for contact in contacts:
            self._kept[work.tenant, contact.call].written = contact
        await self._announce(work, [contact for contact in contacts if contact.closed and not contact.announced])
        self._take_over(work, contacts)
        self._forget_some()

    async def _trust(self, work: Work) -> None:
        stands = await store.cursor(work, self.name)
        if stands != self._left_at.get(work.tenant):
            for key in [key for key in self._kept if key[0] == work.tenant]:
                del self._kept[key]

    async def _fold(self, work: Work, touched: Iterable[CallId], told: list[Row]) -> None:
        begun = {_call(row) for row in told if row.kind in BEGINNINGS}
        unknown = [call for call in touched if (work.tenant, call) not in self._kept and call not in begun]
        before = await store.facts_of(work, unknown) if unknown else []
        for row in sorted([*before, *told], key=lambda row: row.seq):
            kept = self._kept.setdefault((work.tenant, _call(row)), _Kept())
            if row.seq > kept.seq:
                kept.folding.apply(msgspec.convert(row.data, FACTS[row.kind]))
                kept.seq = row.seq

    def _written(self, work: Work, calls: Iterable[CallId]) -> dict[CallId, Interaction]:
        """What this process knows to stand in the tables: a batch that failed has taken the cursor, and this, away."""
        kept = ((call, self._kept[work.tenant, call].written) for call in calls)
        return {call: contact for call, contact in kept if contact is not None}

    def _contact(self, work: Work, call: CallId) -> Interaction | None:
        self._kept.move_to_end((work.tenant, call))
        return self._kept[work.tenant, call].folding.interaction()

    async def _announce(self, work: Work, closed: list[Interaction]) -> None:
        """Say once that a contact is closed; the journal knows what has been said before (also in a replay)."""
        said = await store.announced(work, [contact.call for contact in closed]) if closed else set()
        for contact in closed:
            now = self._kept[work.tenant, contact.call].folding.now
            if contact.call not in said and now:
                fact = InteractionClosed(at=now, call=contact.call, outcome=str(contact.outcome))
                work.record(f"call:{contact.call}", fact)

    def _take_over(self, work: Work, contacts: list[Interaction]) -> None:
        """Have closed recordings, and faxes, taken into the blob store; the jobs bear to be asked twice."""
        for contact in contacts:
            deferred = self._kept[work.tenant, contact.call].deferred
            for recording in contact.recordings:
                if recording.state == "closed" and recording.id not in deferred:
                    deferred.add(recording.id)
                    work.defer(STORE_RECORDING, recording=recording.id)
            for fax in contact.faxes:
                if fax.state == "closed" and fax.id not in deferred:
                    deferred.add(fax.id)
                    work.defer(STORE_FAX, fax=fax.id)

    def _forget_some(self) -> None:
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def _call(row: Row) -> CallId:
    return CallId(row.subject.removeprefix("call:"))
