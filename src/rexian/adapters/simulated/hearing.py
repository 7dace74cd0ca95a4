"""Who hears whom: bridges, mute, and supervisors who listen, whisper or barge in."""

from collections.abc import Iterable, Mapping, Set

from rexian.adapters.simulated.parties import Line, Sound, Sounds
from rexian.core.ids import LegId
from rexian.telephony.commands import ListenMode

SILENT = 0.0

Lines = Mapping[LegId, Line]
Conversations = Iterable[Iterable[LegId]]


def heard_by(leg: LegId, lines: Lines, bridges: Conversations, played: Set[str]) -> Sounds:
    """All that reaches the far end of `leg`, when it is up: what is played to it, music and voices."""
    line = lines.get(leg)
    if line is None or not line.up:
        return frozenset()
    sounds: set[Sound] = {*played, *(("music",) if line.music else ()), *_voices(line, lines, bridges)}
    target = lines.get(line.listens_to) if line.listens_to is not None else None
    if target is not None:
        sounds |= (_voices(target, lines, bridges) - {line.voice}) | {target.voice}
    return frozenset(sounds - {SILENT})


def _voices(line: Line, lines: Lines, bridges: Conversations) -> set[Sound]:
    voices: set[Sound] = _said_into(line, lines, ListenMode.WHISPER, ListenMode.BARGE)
    for other in _partners(line, lines, bridges):
        voices |= {SILENT if other.muted else other.voice} | _said_into(other, lines, ListenMode.BARGE)
    return voices


def _partners(line: Line, lines: Lines, bridges: Conversations) -> list[Line]:
    together = [set(members) for members in bridges]
    return [lines[leg] for legs in together if line.id in legs for leg in legs if leg != line.id and leg in lines]


def _said_into(line: Line, lines: Lines, *modes: ListenMode) -> set[Sound]:
    return {each.voice for each in lines.values() if each.listens_to == line.id and each.mode in modes}
