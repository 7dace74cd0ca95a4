"""Facts of faxes: what callers' machines send us, and what we send them, in the middle of a call."""

from enum import StrEnum

from rexian.core.ids import CallId, LegId
from rexian.floor.facts import Fact


class FaxWay(StrEnum):
    RECEIVED = "received"
    SENT = "sent"


class FaxStarted(Fact, frozen=True):
    """A flow has the caller's line fax: until `FaxEnded` it can be told nothing else.

    `document` is what is sent, and `document_name` how it is called then.
    """

    call: CallId
    leg: LegId
    fax: str
    way: FaxWay
    document: str = ""
    document_name: str = ""


class FaxEnded(Fact, frozen=True):
    """A fax is over, whole or not; `path` is where its pages lie until they are taken into the blob store."""

    call: CallId
    fax: str
    complete: bool
    pages: int = 0
    station: str = ""  # what the other machine calls itself
    t38: bool = False
    error: str = ""
    path: str = ""
