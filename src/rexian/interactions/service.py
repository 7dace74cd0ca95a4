"""What can be done with contacts and recordings."""

from collections.abc import AsyncIterator
from typing import Any

from rexian.core.clock import Clock
from rexian.core.errors import Forbidden, Invalid, NotFound
from rexian.core.ids import CallId
from rexian.flows.step_names import StepNames
from rexian.infra.blobs import Blobs
from rexian.infra.database import Work
from rexian.interactions import fax_store, reading, store
from rexian.interactions.audio import Peaks
from rexian.interactions.events import ContactEdited
from rexian.interactions.jobs import peaks_of
from rexian.interactions.reading import Filter, seen_by
from rexian.interactions.walks import steps_told
from rexian.tenants import audit
from rexian.tenants.model import Principal

Row = dict[str, Any]


class Contacts:
    """The contacts of a tenant. Without `contacts.view` one sees those one has had a part in."""

    def __init__(self, clock: Clock, step_names: StepNames) -> None:
        self._clock = clock
        self._step_names = step_names

    async def page(
        self, work: Work, by: Principal, wanted: Filter, *, limit: int, offset: int
    ) -> tuple[list[Row], int]:
        """A page, the newest first, and how many there are."""
        return await reading.listed(work, _allowed(by, wanted), limit=limit, offset=offset)

    async def each(self, work: Work, by: Principal, wanted: Filter) -> AsyncIterator[Row]:
        """All of them, for an export: customers, queues, agents and dispositions by name."""
        names = await reading.names(work)
        async for row in reading.each(work, _allowed(by, wanted)):
            named = {field: names.get(row[field] or "", row[field]) for field in ("queue", "agent", "disposition")}
            yield {**row, **named, "customer": row["customer"]["name"] if row["customer"] else ""}

    async def timeline(self, work: Work, wanted: Filter, *, limit: int, offset: int) -> tuple[list[Row], int]:
        """A customer's contacts: whoever may see the customer may see that he called."""
        return await reading.listed(work, wanted, limit=limit, offset=offset)

    async def get(self, work: Work, by: Principal, call: CallId) -> Row:
        """Raises `NotFound`, and `Forbidden` for an agent who had no part in it."""
        found = await reading.one(work, call)
        if found is None:
            raise NotFound("contact.not_found", "There is no such contact.", id=call)
        if not by.may("contacts.view") and (by.agent is None or by.agent not in found["agents"]):
            raise Forbidden("contact.not_yours", "You had no part in this contact; ask a supervisor.", id=call)
        return {**found, "steps": await self._step_names.of(work, steps_told(found["facts"]))}

    async def edit(
        self, work: Work, by: Principal, call: CallId, *, disposition: str | None = None, notes: str | None = None
    ) -> Row:
        """Correct what was written at wrap-up. A change that changes nothing leaves no trace."""
        before = await self.get(work, by, call)
        wanted = {"disposition": disposition, "notes": notes}
        changes = {name: value for name, value in wanted.items() if value is not None and value != before[name]}
        if not changes:
            return before
        await reading.edit(work, call, changes)
        was = {name: before[name] for name in changes}
        await audit.note(work, by, "contact.changed", f"contact:{call}", before=was, after=changes)
        work.record(f"call:{call}", ContactEdited(at=self._clock.now(), call=call, by=by.user, **changes))
        return {**before, **changes}


class Recordings:
    """Playing recordings. Every playing is in the audit trail."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    async def find(self, work: Work, id: str) -> Row:
        """Raises `NotFound`, with the reason when the audio is not there (yet)."""
        row = await store.recording(work, id)
        if row is None:
            raise NotFound("recording.not_found", "There is no such recording.", id=id)
        if row["state"] == "missing":
            raise NotFound(
                "recording.missing", f"The switch left no usable audio ({row['reason']}).", id=id, reason=row["reason"]
            )
        if row["state"] == "removed":
            raise NotFound("recording.removed", "The recording was kept as long as is set, and then removed.", id=id)
        if row["state"] != "stored":
            raise NotFound("recording.not_ready", "The recording is still being stored; try again in a moment.", id=id)
        return row

    async def play(self, work: Work, by: Principal, id: str, *, from_start: bool) -> Row:
        """The recording to be played; noted once, not for every part a player asks for."""
        row = await self.find(work, id)
        if from_start:
            await audit.note(work, by, "recording.played", f"recording:{id}", after={"contact": row["interaction_id"]})
        return row

    async def peaks(self, work: Work, id: str) -> Peaks:
        return await peaks_of(self._blobs, (await self.find(work, id))["key"])

    def audio(self, row: Row, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`."""
        return self._blobs.range(row["key"], start, end)


class Faxes:
    """Faxes with contacts: who may see the contact may read them. Every reading is in the audit trail."""

    def __init__(self, blobs: Blobs, contacts: Contacts) -> None:
        self._blobs = blobs
        self._contacts = contacts

    async def read(self, work: Work, by: Principal, id: str) -> tuple[Row, bytes]:
        """Its row, and its pages as a PDF. Raises `NotFound`, with the reason when there are none (yet)."""
        row = await fax_store.one(work, id)
        if row is None:
            raise NotFound("fax.not_found", "There is no such fax.", id=id)
        await self._contacts.get(work, by, CallId(row["interaction_id"]))
        if row["state"] in ("open", "closed"):
            raise NotFound("fax.not_ready", "The fax is still coming or being stored; try again in a moment.", id=id)
        if row["state"] != "stored":
            raise NotFound("fax.no_pages", "No page of this fax is kept.", id=id, state=row["state"])
        await audit.note(work, by, "fax.read", f"fax:{id}", after={"contact": row["interaction_id"]})
        return row, await self._blobs.get(row["key"])


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """A single `Range` of bytes (RFC 9110 §14.1.2) as start and end (not included); none for the whole.

    Raises `Invalid` when it cannot be satisfied. Several ranges at once are answered with the whole, as is allowed.
    """
    unit, _, spec = (header or "").partition("=")
    if unit.strip() != "bytes" or "," in spec:
        return None
    first, dash, last = spec.strip().partition("-")
    if not dash or not (first or last) or not (first + last).isdigit():
        return None
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if start >= end:
        raise Invalid("recording.range", "That part of the recording does not exist.", size=size)
    return start, end


def _allowed(by: Principal, wanted: Filter) -> Filter:
    if by.may("contacts.view"):
        return wanted
    if by.agent is None:
        raise Forbidden("contact.not_yours", "You take no calls here; ask an administrator for contacts.view.")
    return seen_by(wanted, by.agent)
