"""The floor's memory: its facts in the journal, and now and then a checkpoint so that a start is quick."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from rexian.core.ids import TenantId
from rexian.floor import events
from rexian.floor.apply import replay
from rexian.floor.directory import Directory
from rexian.floor.events import AnyFact, Fact
from rexian.floor.model import Snapshot
from rexian.floor.state import State, decode, encode
from rexian.floor.tables import floor_checkpoints
from rexian.floor.turn import subject
from rexian.infra.database import Database
from rexian.infra.journal import Entry, Journal, Row

log = structlog.stdlib.get_logger()

EVERY_FACTS = 5_000
EVERY = timedelta(seconds=60)
AT_ONCE = 5_000
KINDS = frozenset(name for name, thing in vars(events).items() if isinstance(thing, type) and issubclass(thing, Fact))


class Keeper:
    """Writes down one floor's facts and reads its state back."""

    def __init__(self, tenant: TenantId, journal: Journal, database: Database) -> None:
        self._tenant = tenant
        self._journal = journal
        self._database = database
        self._unsaved = 0
        self._saved_at: datetime | None = None

    async def append(self, facts: Sequence[Fact]) -> int:
        """Commit; returns the last `seq`."""
        return await self._journal.append(self._tenant, [Entry(subject(fact), fact) for fact in facts])

    async def restored(self, directory: Directory) -> tuple[State, int]:
        """The last checkpoint and all the facts after it."""
        snapshot, seq = await self._checkpoint()
        state = State(directory, snapshot)
        while rows := await self._journal.read(self._tenant, seq, AT_ONCE):
            replay(state, facts_of(rows))
            seq = rows[-1].seq
        return state, seq

    async def maybe_save(self, state: State, seq: int, facts: int, now: datetime) -> None:
        """Make a checkpoint when one is due. One that fails is tried again with the next facts."""
        self._unsaved += facts
        if self._saved_at is None:
            self._saved_at = now
        if self._unsaved < EVERY_FACTS and now - self._saved_at < EVERY:
            return
        try:
            await self.save(state, seq, now)
        except Exception as error:
            log.warning("A checkpoint could not be made.", error=type(error).__name__)

    async def save(self, state: State, seq: int, now: datetime) -> None:
        values = {"tenant_id": self._tenant, "seq": seq, "at": now, "state": encode(state.snapshot())}
        new = insert(floor_checkpoints).values(values)
        async with self._database.work(self._tenant) as work:
            await work.db.execute(new.on_conflict_do_update(index_elements=["tenant_id"], set_=values))
        self._unsaved, self._saved_at = 0, now

    async def _checkpoint(self) -> tuple[Snapshot | None, int]:
        """A checkpoint of an older form of the state is passed over: the facts are enough."""
        async with self._database.work(self._tenant) as work:
            row = (await work.db.execute(select(floor_checkpoints.c.seq, floor_checkpoints.c.state))).first()
        if row is None:
            return None, 0
        try:
            return decode(row.state), row.seq
        except msgspec.ValidationError:
            log.warning("A checkpoint could not be read; the whole journal is.", seq=row.seq)
            return None, 0


def facts_of(rows: Sequence[Row]) -> list[AnyFact]:
    """The floor's own facts among a journal's rows."""
    return [msgspec.convert(row.data, AnyFact) for row in rows if row.kind in KINDS]
