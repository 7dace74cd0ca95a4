"""Import of the anonymous bank's call log (Technion, Haifa; call by call, tab-separated, one header line).

Columns: vru+line, call_id, customer_id, priority (0, 1: ordinary, 2: with a head start), type (PS ordinary, PE in
English, IN internet, NE stock exchange, NW a prospect, TT asked to be called back), date (yymmdd), vru_entry, vru_exit,
vru_time, q_start, q_exit, q_time, outcome (AGENT served, HANG hung up, PHANTOM to be left out), ser_start, ser_exit,
ser_time, server. Times are h:mm:ss, 0:00:00 where there was none; lengths are seconds. A call asks for an agent when it
was served or stood in the queue; who hung up in the voice response unit did not. Meaning of the columns: A. Mandelbaum,
A. Sakov, S. Zeltyn, "Empirical analysis of a call center", Technion (2001). The data is not part of this project.
"""

import csv
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from rexian.core.errors import Invalid
from rexian.twin.scenario import seconds

COLUMNS = (
    "vru+line", "call_id", "customer_id", "priority", "type", "date", "vru_entry", "vru_exit", "vru_time",
    "q_start", "q_exit", "q_time", "outcome", "ser_start", "ser_exit", "ser_time", "server",
)  # fmt: skip
NOBODY = "NO_SERVER"
"""An answered call whose agent is not named."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One call that asked for an agent. `at_s`: when it did, seconds after midnight."""

    day: date
    at_s: float
    kind: str
    priority: int
    wait_s: float
    answered: bool
    served_at_s: float = 0.0
    handling_s: float = 0.0
    agent: str = ""


def read(path: Path) -> list[Logged]:
    """All calls that asked for an agent, in order. Raises `Invalid` when it is not such a log."""
    try:
        with path.open(encoding="ascii", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise Invalid("twin.bank_log", f"{path} is no such log: its columns must be {', '.join(COLUMNS)}.")
            calls = [call for row in rows if (call := _call(row)) is not None]
    except OSError as error:
        raise Invalid("twin.unreadable", f"{path} cannot be read: {error.strerror}.", path=str(path)) from error
    return sorted(calls, key=lambda call: (call.day, call.at_s))


def _call(row: dict[str, str]) -> Logged | None:
    answered, waited = row["outcome"] == "AGENT", row["q_start"] != "0:00:00"
    if row["outcome"] == "PHANTOM" or not (answered or waited):
        return None
    written = row["date"]
    day = date(1900 + int(written[:2]), int(written[2:4]), int(written[4:6]))
    asked = seconds(row["q_start"].zfill(8)) if waited else seconds(row["vru_exit"].zfill(8))
    return Logged(
        day=day,
        at_s=asked,
        kind=row["type"].strip(),
        priority=int(row["priority"]),
        wait_s=float(row["q_time"]) if waited else 0.0,
        answered=answered,
        served_at_s=seconds(row["ser_start"].zfill(8)) if answered else 0.0,
        handling_s=float(row["ser_time"]) if answered else 0.0,
        agent=row["server"].strip() if answered else "",
    )


def presence(calls: Iterable[Logged], *, gap_s: float) -> dict[date, list[tuple[float, float]]]:
    """Who must have been there, by day: from the first conversation of an agent to his last.

    A pause between two of his conversations of more than `gap_s` counts as absence. Who was there and got no call in
    so long is not seen; nor is what kept an agent from the next call for less.
    """
    talks: dict[tuple[date, str], list[tuple[float, float]]] = defaultdict(list)
    for call in calls:
        if call.answered and call.agent != NOBODY:
            talks[call.day, call.agent].append((call.served_at_s, call.served_at_s + call.handling_s))
    spans: dict[date, list[tuple[float, float]]] = defaultdict(list)
    for (day, _), times in sorted(talks.items()):
        spans[day] += _joined(sorted(times), gap_s)
    return dict(spans)


def pauses(calls: Sequence[Logged], *, gap_s: float) -> list[float]:
    """How long agents were away between two conversations although somebody waited as the first one ended.

    Nobody who is ready lets customers wait: so long he was busy with what came after the call, or not at his desk.
    """
    talks: dict[tuple[date, str], list[tuple[float, float]]] = defaultdict(list)
    begun: dict[date, list[float]] = defaultdict(list)
    over: dict[date, list[float]] = defaultdict(list)
    for call in calls:
        if call.answered and call.agent != NOBODY:
            talks[call.day, call.agent].append((call.served_at_s, call.served_at_s + call.handling_s))
        if call.wait_s > 0:
            begun[call.day].append(call.at_s)
            over[call.day].append(call.at_s + call.wait_s)
    for times in (*begun.values(), *over.values()):
        times.sort()
    found = []
    for (day, _), spans in sorted(talks.items()):
        spans.sort()
        for (_, ends), (begins, _) in pairwise(spans):
            waiting = bisect_right(begun[day], ends) - bisect_right(over[day], ends)
            if waiting > 0 and begins - ends <= gap_s:
                found.append(max(begins - ends, 0.0))
    return found


def _joined(times: Sequence[tuple[float, float]], gap_s: float) -> list[tuple[float, float]]:
    found = [times[0]]
    for begins, ends in times[1:]:
        before = found[-1]
        if begins - before[1] <= gap_s:
            found[-1] = (before[0], max(before[1], ends))
        else:
            found.append((begins, ends))
    return found
