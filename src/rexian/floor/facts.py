"""What every fact of the floor has, and the words that facts share."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Role(StrEnum):
    """What a leg's party is to the call."""

    CUSTOMER = "customer"  # the one the contact is about (internal call: the one who is called)
    AGENT = "agent"
    OUTSIDE = "outside"  # a third party by outside number
    LISTENER = "listener"  # a supervisor who attends


class Fact(msgspec.Struct, frozen=True, tag=True, kw_only=True, gc=False):
    """The root. Plain data without circles: the garbage collector need not look at it."""

    at: datetime
