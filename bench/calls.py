"""Whole calls through the whole centre, and the same load through plain Asterisk with `app_queue`, in one run.

SIPp phones the number, a flow answers and begins to speak, the call queues, a SIP agent rings and answers (which cuts
the prompt short), both are bridged, the customer hangs up, the interaction stands closed in the database.
"""

import argparse
import json
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TypedDict

from bench import app_queue, cpu, whole
from bench.load import Load, Outcome, run
from bench.serving import NUMBER

SIGNALLING = Load(rate=40, calls=1600, stay_s=3)
MEDIA = Load(rate=10, calls=400, stay_s=20, media=True)
WARM_UP = Load(rate=10, calls=20, stay_s=0.5)
"""Before the measured calls, so that no program's start is counted as work for a call."""
SPARE_AGENTS = 1.5
CLOSED_WITHIN_S = 30.0

Row = dict[str, Any]


class Places(TypedDict):
    """Where the load goes."""

    sip_port: int
    number: str
    agent_port: int
    caller_port: int


def measure(load: Load) -> Row:
    """One row of figures: ours, the peer's, and how ours compares."""
    ours, theirs = _ours(load), _theirs(load)
    peer_cpu = theirs["cpu_ms_per_call"]["asterisk"]
    return {
        **ours,
        "vs_app_queue": {
            **{name: theirs[name] for name in ("failed", "ring_p50_ms", "ring_p95_ms")},
            "cpu_ms_per_call": peer_cpu,
            "cpu_ratio": round(sum(ours["cpu_ms_per_call"].values()) / peer_cpu, 2),
            "ring_p95_ratio": round(ours["ring_p95_ms"] / theirs["ring_p95_ms"], 2),
        },
    }


def _ours(load: Load) -> Row:
    ports = free_ports(5)
    with tempfile.TemporaryDirectory(prefix="rexian-bench-") as folder:
        Path(folder).chmod(0o755)
        with whole.running(
            Path(folder),
            sip_port=ports[0],
            http_port=ports[1],
            ami_port=ports[2],
            agents=_agents(load),
            agent_port=ports[3],
            record=load.media,
        ) as centre:
            places: Places = {"sip_port": ports[0], "number": NUMBER, "agent_port": ports[3], "caller_port": ports[4]}
            run(WARM_UP, **places)
            _all_closed(centre, WARM_UP.calls)
            before = centre.used_ms()
            outcome = run(load, **places)
            closed = _all_closed(centre, WARM_UP.calls + load.calls) - WARM_UP.calls
            used = {name: after - before[name] for name, after in centre.used_ms().items()}
    row = _row(load, outcome, used)
    row["failed"] += load.calls - closed
    return row


def _theirs(load: Load) -> Row:
    sip_port, agent_port, caller_port = free_ports(3)
    with (
        tempfile.TemporaryDirectory(prefix="rexian-bench-") as folder,
        app_queue.running(
            Path(folder), sip_port=sip_port, agent_port=agent_port, members=_agents(load), recorded=load.media
        ) as pid,
    ):
        places: Places = {"sip_port": sip_port, "number": NUMBER, "agent_port": agent_port, "caller_port": caller_port}
        run(WARM_UP, **places)
        before = cpu.used_ms(pid)
        outcome = run(load, **places)
        return _row(load, outcome, {"asterisk": cpu.used_ms(pid) - before})


def _row(load: Load, outcome: Outcome, used: dict[str, float]) -> Row:
    return {
        "calls_per_s": load.rate if outcome.good else round((load.calls - outcome.failed) / outcome.took_s, 1),
        "calls": load.calls,
        "failed": outcome.failed + outcome.unanswered,
        "concurrent": round(load.concurrent),
        "ring_p50_ms": outcome.ring_ms(50),
        "ring_p95_ms": outcome.ring_ms(95),
        "cpu_ms_per_call": {name: round(ms / load.calls, 2) for name, ms in used.items()},
    }


def _all_closed(centre: whole.Whole, calls: int) -> int:
    """Wait until `work` has closed them all; how many it has."""
    deadline = time.monotonic() + CLOSED_WITHIN_S
    while (closed := centre.closed()) < calls and time.monotonic() < deadline:
        time.sleep(0.5)
    return closed


def _agents(load: Load) -> int:
    return int(load.concurrent * SPARE_AGENTS) + 10


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./rexian bench calls", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--rows", nargs="+", choices=["signalling", "media"], default=["signalling", "media"])
    parser.add_argument("--rate", type=float, help="calls a second instead of the row's own")
    parser.add_argument("--calls", type=int, help="calls instead of the row's own")
    chosen = parser.parse_args(arguments)
    figures = {}
    for name in chosen.rows:
        own = {"signalling": SIGNALLING, "media": MEDIA}[name]
        rate, calls = chosen.rate or own.rate, chosen.calls or own.calls
        figures[name] = measure(Load(rate=rate, calls=calls, stay_s=own.stay_s, media=own.media))
        print(json.dumps({name: figures[name]}, indent=2), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0 if all(row["failed"] == 0 for row in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
