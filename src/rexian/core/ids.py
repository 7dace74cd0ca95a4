"""Typed ids. All are UUIDv7 (RFC 9562 §5.7) in text form, chosen by the caller so that a command can be retried."""

import hashlib
import os
import time
from datetime import datetime
from typing import NewType

TenantId = NewType("TenantId", str)
UserId = NewType("UserId", str)
AgentId = NewType("AgentId", str)
TeamId = NewType("TeamId", str)
SkillId = NewType("SkillId", str)
QueueId = NewType("QueueId", str)
FlowId = NewType("FlowId", str)
FlowVersionId = NewType("FlowVersionId", str)
NumberId = NewType("NumberId", str)
TrunkId = NewType("TrunkId", str)
PromptId = NewType("PromptId", str)
CalendarId = NewType("CalendarId", str)
LibraryId = NewType("LibraryId", str)
FaxDocumentId = NewType("FaxDocumentId", str)
CustomerId = NewType("CustomerId", str)
CallId = NewType("CallId", str)
"""One contact by voice, from its arrival to its last wrap-up; also the key of its interaction."""
LegId = NewType("LegId", str)
"""One party's line in a call: the channel's id at the switch. Legs that we place are named `<call>.<n>`."""


CallbackId = NewType("CallbackId", str)
VoicemailId = NewType("VoicemailId", str)
OutcallId = NewType("OutcallId", str)


def uuid7() -> str:
    """A new UUIDv7 as text: 48 bits of milliseconds, then random bits; sorts by time of making."""
    return _uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def uuid7_of(at: datetime, seed: str) -> str:
    """The UUIDv7 of a moment that is always the same for the same `seed`: for deciders, which may not throw dice."""
    return _uuid7(int(at.timestamp() * 1000), hashlib.sha256(seed.encode()).digest()[:10])


def _uuid7(ms: int, rest: bytes) -> str:
    value = ms << 80 | int.from_bytes(rest, "big")
    value = value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
