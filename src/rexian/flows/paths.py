"""Recorded paths: rehearsals that are kept as tests of their flow, and played again before it is published."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec

from rexian.core.errors import Invalid
from rexian.core.ids import FlowId
from rexian.flows import store
from rexian.flows.model import Document
from rexian.flows.rehearsal import AnyCue, Calendar, Path, Rehearsal, Stage, rehearse
from rexian.infra.database import Work

MOST_PATHS = 200
"""Of one flow: they are all played while somebody waits."""

Play = Callable[[Stage, Collection[AnyCue]], Rehearsal]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a recorded path went when it was played again."""

    id: str
    name: str
    passed: bool
    expected: Path
    got: Path
    problem: str = ""
    """Why it could not be played at all."""

    @property
    def parted_at(self) -> int:
        """The place in the path from which it goes another way."""
        for place, (left, right) in enumerate(zip(self.expected.steps, self.got.steps, strict=False)):
            if left != right:
                return place
        return min(len(self.expected.steps), len(self.got.steps))


def player(document: Document, calendars: Mapping[str, Calendar], queues: Collection[str]) -> Play:
    def play(stage: Stage, cues: Collection[AnyCue]) -> Rehearsal:
        return rehearse(document, stage, cues, calendars=calendars, queues=queues)

    return play


def read_stage(raw: object) -> Stage:
    try:
        return msgspec.convert(raw, Stage)
    except msgspec.ValidationError as error:
        raise Invalid("flow.rehearsal_stage", f"The stage of the rehearsal cannot be read: {error}.") from error


def read_cues(raw: object) -> tuple[AnyCue, ...]:
    try:
        return msgspec.convert(raw, tuple[AnyCue, ...])
    except msgspec.ValidationError as error:
        raise Invalid("flow.rehearsal_cue", f"A step of the rehearsal cannot be read: {error}.") from error


def played(row: Mapping[str, Any], play: Play) -> Outcome:
    """Play a recorded path; one that cannot be played has not passed."""
    expected = msgspec.convert(row["expected"], Path)
    try:
        got = play(read_stage(row["stage"]), read_cues(row["cues"])).path
    except Invalid as error:
        empty = Path(steps=())
        return Outcome(
            id=row["id"], name=row["name"], passed=False, expected=expected, got=empty, problem=error.message
        )
    return Outcome(id=row["id"], name=row["name"], passed=got == expected, expected=expected, got=got)


async def all_played(work: Work, flow: FlowId, play: Play) -> tuple[Outcome, ...]:
    return tuple([played(row, play) for row in await store.paths(work, flow)])
