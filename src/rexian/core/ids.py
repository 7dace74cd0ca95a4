"""Typed ids. All are UUIDv7 (RFC 9562 §5.7) in text form, chosen by the caller so that a command can be retried."""

import os
import time
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
CustomerId = NewType("CustomerId", str)
CallId = NewType("CallId", str)
"""One contact by voice, from its arrival to its last wrap-up; also the key of its interaction."""
LegId = NewType("LegId", str)
"""One party's line in a call: the channel's id at the switch. Legs that we place are named `<call>.<n>`."""


def uuid7() -> str:
    """A new UUIDv7 as text: 48 bits of milliseconds, then random bits; sorts by time of making."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
