"""Random documents and random inputs: nothing raises, every input is answered in bounded steps, every walk ends."""

import random
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from rexian.flows.actions import (
    Answered,
    Digit,
    Failed,
    GivenBack,
    HangUp,
    Input,
    Played,
    QueueLeft,
    Recognised,
    RoomOver,
    TimeUp,
)
from rexian.flows.documents import problems_of, read
from rexian.flows.interpreter import FAREWELL_S, LONGEST_STAY_S, MOST_MOVES, begin, resume
from rexian.flows.visit import QueueFigures, Run, Step
from tests.flows.make import REGISTRY, Surroundings
from tests.flows.random_nodes import VALUES, random_node

STEPS = 100_000
NAMES = [f"n{number}" for number in range(8)]
ANSWERS: list[Any] = [[], [{"id": "c1", "name": "Li"}], {"status": 200, "values": {"a": "7"}}, "prompt:said"]
MEDIA = ["prompt:welcome", "tone:ring", "silence:200"]


def media(chance: random.Random) -> list[str]:
    return chance.sample(MEDIA, chance.randint(0, 2))


def parameters(kind: str, chance: random.Random) -> dict[str, Any]:
    match kind:
        case "play":
            return {"media": media(chance), "interruptible": chance.random() < 0.5, "wait": chance.random() < 0.7}
        case "menu":
            keys = chance.sample("0123456789*#", chance.randint(0, 4))
            return {"media": media(chance), "choices": dict.fromkeys(keys, "x"), "retries": chance.randint(0, 2)}
        case "collect":
            least = chance.randint(1, 5)
            terminator = chance.choice(["#", "*", ""])
            masked = chance.random() < 0.3
            return {
                "media": media(chance),
                "variable": "number",
                "least": least,
                "most": chance.randint(1, 9),
                "terminator": terminator,
                "masked": masked,
            }
        case "branch":
            return {"cases": [case(chance) for _ in range(chance.randint(0, 3))]}
        case "set":
            return {"variables": {chance.choice("abc"): chance.choice(VALUES)}, "priority": chance.randint(-9, 9)}
        case "hours":
            return {"calendar": chance.choice(["office", "nowhere"])}
        case "queue" | "announce":
            return {"queue": chance.choice(["sales", "nowhere"])}
        case "wait":
            return {"seconds": chance.choice([-5, 0, 3.5, 1e12])}
        case _:
            return random_node(kind, REGISTRY, chance)


def case(chance: random.Random) -> dict[str, Any]:
    operators = ["equals", "differs", "less", "at_most", "more", "at_least", "one_of", "contains", "begins_with"]
    condition = {
        "variable": chance.choice(["a", "b", "number", "customer.level", "caller.x.y", ""]),
        "operator": chance.choice([*operators, "empty", "present"]),
        "value": chance.choice([value for value in VALUES if not isinstance(value, dict | list)]),
    }
    return {"exit": chance.choice("abc"), "when": [condition]}


def node(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(sorted(REGISTRY))
    raw = {"type": kind, **parameters(kind, chance)}
    ways = [way.name for way in msgspec.convert(raw, REGISTRY[kind]).ways()]
    connected = [way for way in ways if chance.random() < 0.7]
    raw["exits"] = {way: chance.choice([*NAMES, "nobody"]) for way in connected}
    return raw


def some_input(run: Run, chance: random.Random) -> Input:
    return chance.choice(
        [
            Digit(chance.choice("0123456789*#ABCD")),
            Played(chance.choice([*run.playing, run.plays, 99]), chance.random() < 0.9),
            Played(max(run.playing, default=0)),
            TimeUp(),
            TimeUp(),
            QueueLeft(chance.choice(["timeout", "no_agents", "closed", "strange"])),
            RoomOver(),
            GivenBack(chance.choice(["next", "busy", "strange"])),
            Failed("refused"),
            Answered(chance.choice([run.plays, 99]), chance.choice([*VALUES, *ANSWERS])),
            Answered(run.memory.get("errand", 0), chance.choice([*VALUES, *ANSWERS])),
            Failed("errand.failed", chance.choice([run.plays, 99])),
            Recognised(),
        ]
    )


def check(step: Step, ctx: Surroundings) -> None:
    run = step.run
    assert len(step.moves) <= MOST_MOVES + 2
    hang_ups = [action for action in step.actions if type(action) is HangUp]
    assert len(hang_ups) == (1 if run.ended else 0)
    assert not hang_ups or step.actions[-1] is hang_ups[0]
    if not run.ended:
        assert run.queue or run.until is not None, "nothing would ever wake this call"
    if run.until is not None:
        assert run.until <= ctx.now + timedelta(seconds=LONGEST_STAY_S)
    assert msgspec.json.decode(msgspec.json.encode(run), type=Run) == run


@pytest.mark.slow
def test_a_hundred_thousand_random_steps() -> None:
    chance = random.Random(2026)
    steps = walks = 0
    while steps < STEPS:
        raw = {"start": chance.choice(NAMES), "nodes": {name: node(chance) for name in NAMES}}
        document = read({**raw, "on_error": chance.choice(["", *NAMES])}, REGISTRY)
        assert isinstance(problems_of(document, {"queue": ["sales"]}), list)
        ctx = Surroundings(facts={"caller": "138", "customer": {"level": 3}, "lists": ("vip",)})
        if chance.random() < 0.5:
            ctx.queues["sales"] = QueueFigures(chance.randint(-1, 10**9), chance.choice([None, 0.0, 1e9, -1.0]))
        steps += walk(document, ctx, chance)
        walks += 1
    assert walks > 1000


def walk(document: Any, ctx: Surroundings, chance: random.Random) -> int:
    """Up to 60 inputs, then the caller says nothing more: time alone must end it."""
    step = begin(document, {}, ctx)
    check(step, ctx)
    for turn in range(60):
        if step.run.ended:
            assert resume(document, step.run, Digit("1"), ctx) == Step(step.run)
            return turn + 1
        ctx.now += timedelta(seconds=chance.choice([0, 1, 10, 700]))
        step = resume(document, step.run, some_input(step.run, chance), ctx)
        check(step, ctx)
    return 60 + silence(document, step, ctx)


def silence(document: Any, step: Step, ctx: Surroundings) -> int:
    """A caller who does nothing is told or led something each time the clock wakes him, until it ends."""
    for turn in range(40):
        run = step.run
        if run.ended:
            return turn
        ctx.now += timedelta(seconds=max(LONGEST_STAY_S, FAREWELL_S))
        step = resume(document, run, TimeUp() if run.until else QueueLeft("timeout"), ctx)
        check(step, ctx)
        assert step.run != run
    return 40
