"""What the records tell others; subject `call:<id>`."""

from datetime import datetime

import msgspec

from rexian.core.ids import CallId


class RecordFact(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    at: datetime
    call: CallId


class InteractionClosed(RecordFact, frozen=True):
    """The call is over and everybody has wrapped up. Late edits and recordings may still follow."""

    outcome: str


class ContactEdited(RecordFact, frozen=True):
    """Somebody has corrected what was written at wrap-up. None: left as it was."""

    by: str
    disposition: str | None = None
    notes: str | None = None


class RecordingStored(RecordFact, frozen=True):
    """The recording lies in the blob store and can be played."""

    recording: str
    key: str
    size: int
    sha256: str
    duration_s: float
    channels: int


class RecordingMissing(RecordFact, frozen=True):
    """The switch's file could not be taken over. `reason`: no_file | too_short."""

    recording: str
    reason: str


class RecordingRemoved(RecordFact, frozen=True):
    """The recording was older than recordings are kept: it can be played no more."""

    recording: str


class FaxStored(RecordFact, frozen=True):
    """The pages of a fax lie in the blob store, as a PDF."""

    fax: str
    key: str
    size: int
    sha256: str
    pages: int


class FaxMissing(RecordFact, frozen=True):
    """The pages that the switch left could not be taken over. `reason`: no_file | unreadable."""

    fax: str
    reason: str


class FaxRemoved(RecordFact, frozen=True):
    """The pages of the fax were older than they are kept: they can be read no more."""

    fax: str
