"""The pure judge: (what is remembered, rules, readings, now) → what is raised and cleared. No I/O, no clock.

Each pair of a rule and a subject is calm, then perhaps rising (passed, but not for long enough), then raised, then
resting. A value that swings around the threshold raises one alert: `clear_at` keeps it up, `rest_s` keeps it down.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from rexian.alerts.model import Reading, Rule

Pair = tuple[str, str]
"""(rule, subject)."""


class Raise(msgspec.Struct, frozen=True, kw_only=True):
    rule: Rule
    reading: Reading
    value: float


class Clear(msgspec.Struct, frozen=True, kw_only=True):
    pair: Pair
    why: str
    value: float | None = None


Judgement = Raise | Clear


class Memory(msgspec.Struct):
    """What is remembered of the pairs that are not calm."""

    rising: dict[Pair, datetime] = {}
    """From when on the value has been beyond the threshold."""
    raised: dict[Pair, None] = {}
    resting: dict[Pair, datetime] = {}
    """Until when it may not be raised again."""


def judge(
    memory: Memory, rules: Iterable[Rule], readings: Mapping[str, Iterable[Reading]], now: datetime
) -> list[Judgement]:
    """What follows from `readings` (by rule id) now. Changes `memory`.

    A pair that is raised and has no reading any more (the rule was removed or switched off, the queue is gone) is
    cleared as `gone`.
    """
    judged: list[Judgement] = []
    seen: set[Pair] = set()
    for rule in rules:
        for reading in readings.get(rule.id, ()):
            pair = (rule.id, reading.subject)
            seen.add(pair)
            if (verdict := _judge_one(memory, rule, reading, now)) is not None:
                judged.append(verdict)
    for pair in [pair for pair in memory.raised if pair not in seen]:
        del memory.raised[pair]
        judged.append(Clear(pair=pair, why="gone"))
    memory.rising = {pair: since for pair, since in memory.rising.items() if pair in seen}
    memory.resting = {pair: until for pair, until in memory.resting.items() if until > now}
    return judged


def _judge_one(memory: Memory, rule: Rule, reading: Reading, now: datetime) -> Judgement | None:
    pair = (rule.id, reading.subject)
    if pair in memory.raised:
        if not rule.back(reading.value):
            return None
        del memory.raised[pair]
        memory.resting[pair] = now + rule.resting
        return Clear(pair=pair, why="well", value=reading.value)
    if not rule.passed(reading.value):
        memory.rising.pop(pair, None)
        return None
    since = memory.rising.setdefault(pair, now)
    if now - since < rule.lasting or now < memory.resting.get(pair, now):
        return None
    del memory.rising[pair]
    memory.raised[pair] = None
    assert reading.value is not None, "what has passed has a value"
    return Raise(rule=rule, reading=reading, value=reading.value)
