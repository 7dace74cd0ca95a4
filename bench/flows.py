"""`rexian bench flows`: how many steps a second the flow interpreter takes, and how soon a key is answered.

A step is one input of a caller's walk (a key, the end of a prompt, an answer, time that is up), with all the nodes it
leads through. The walk: greeting, menu, order number by keys, a web service's answer, expressions, money and a date in
words, a queue. A second figure counts the nodes come to. On one core; the best of five, in processor time. Then callers
in menus on a real Asterisk: from key to prompt (`bench/menus.py`).
"""

import argparse
import cProfile
import json
import pstats
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import menus
from rexian.flows.actions import Answered, Digit, Input, Played, TimeUp
from rexian.flows.documents import read
from rexian.flows.interpreter import begin, resume
from rexian.flows.model import Document
from rexian.flows.nodes import load_registry
from rexian.flows.visit import QueueFigures

START = datetime(2026, 1, 5, tzinfo=UTC)
RUNS = 5
NODES: dict[str, dict[str, Any]] = {
    "answer": {"type": "answer", "exits": {"next": "hello"}},
    "hello": {"type": "play", "media": ["prompt:hello"], "exits": {"next": "menu"}},
    "menu": {
        "type": "menu",
        "media": ["prompt:main-menu"],
        "choices": {"1": "ask", "2": "order", "0": "agent"},
        "variable": "topic",
        "exits": {"1": "queue", "2": "order", "0": "queue", "default": "queue"},
    },
    "order": {
        "type": "collect",
        "media": ["prompt:ask-order"],
        "variable": "order",
        "most": 8,
        "valid": "length(digits) >= 6",
        "exits": {"next": "ask", "default": "queue"},
    },
    "ask": {
        "type": "http",
        "url": "https://shop.example/orders/{order}",
        "keep": {"state": "answer.state", "price": "answer.price", "day": "answer.day"},
        "exits": {"next": "known", "default": "queue"},
    },
    "known": {"type": "if", "condition": 'state == "sent" and price > 0', "exits": {"true": "mark", "false": "queue"}},
    "mark": {"type": "set", "expressions": {"gross": "round(price * 1.13, 2)"}, "exits": {"next": "tell"}},
    "tell": {
        "type": "play",
        "media": ["prompt:order-sent", "money:gross", "date:day"],
        "exits": {"next": "share"},
    },
    "share": {"type": "split", "shares": {"survey": 20}, "exits": {"survey": "queue", "default": "queue"}},
    "queue": {"type": "queue", "queue": "service", "priority": 3, "exits": {"timeout": "bye"}},
    "bye": {"type": "hang_up"},
}


class Surroundings:
    """A caller who is known, and an open house."""

    def __init__(self) -> None:
        self.now = START
        self.facts: Mapping[str, Any] = {"call": "c", "caller": "+8613800138000", "zone": "Asia/Shanghai"}

    def is_open(self, calendar: str) -> bool | None:
        return True

    def has_queue(self, queue: str) -> bool:
        return True

    def queue(self, queue: str) -> QueueFigures | None:
        return QueueFigures(1, 30.0, 2)


def tape() -> list[tuple[timedelta, Input]]:
    """What one caller does: after how long, what."""
    keys: list[tuple[float, Input]] = [(0.4, Digit(digit)) for digit in "20260105"]
    answer = {"status": 200, "values": {"state": "sent", "price": 88.5, "day": "2026-01-07"}}
    walk = [
        *((3.0, Played(1)), (2.0, Digit("9")), (4.0, Played(3)), (6.0, TimeUp()), (1.0, Digit("2"))),
        *keys,
        *((0.1, Answered(6, answer)), (9.0, Played(7))),
    ]
    return [(timedelta(seconds=seconds), input) for seconds, input in walk]


def walk(document: Document, said: list[tuple[timedelta, Input]]) -> tuple[int, int]:
    """One call; gives its steps and how many nodes it came to."""
    ctx = Surroundings()
    step = begin(document, {}, ctx)
    nodes = len(step.moves)
    for after, input in said:
        ctx.now += after
        step = resume(document, step.run, input, ctx)
        nodes += len(step.moves)
    assert step.run.queue == "queue", f"the caller has not come to the queue: he is at {step.run.node}"
    return len(said) + 1, nodes


def speed(calls: int) -> dict[str, Any]:
    document, said = read({"start": "answer", "nodes": NODES}, load_registry()), tape()
    best = nodes_best = 0.0
    for _ in range(RUNS):
        steps = nodes = 0
        started = time.process_time()
        for _ in range(calls):
            taken, came = walk(document, said)
            steps += taken
            nodes += came
        took = time.process_time() - started
        best, nodes_best = max(best, steps / took), max(nodes_best, nodes / took)
    return {"steps_per_s": round(best), "nodes_per_s": round(nodes_best), "steps_per_call": steps // calls}


def profile(calls: int) -> None:
    """Where the time goes."""
    profiler = cProfile.Profile()
    document, said = read({"start": "answer", "nodes": NODES}, load_registry()), tape()
    profiler.runcall(lambda: [walk(document, said) for _ in range(calls)])
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./rexian bench flows", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--calls", type=int, default=2_000, help="calls of each of the five runs")
    parser.add_argument("--callers", type=int, default=200, help="callers at once in menus on a real Asterisk; 0: none")
    parser.add_argument("--keys", type=int, default=15, help="keys that each of them presses")
    parser.add_argument("--profile", action="store_true", help="only show where the time goes")
    chosen = parser.parse_args(arguments)
    if chosen.profile:
        profile(chosen.calls)
        return 0
    figures = speed(chosen.calls)
    if chosen.callers:
        figures |= menus.measure(chosen.callers, chosen.keys)
    print(json.dumps(figures), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
