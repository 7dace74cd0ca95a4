"""`rexian twin …`: scenarios run and compared from the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from rexian.twin import bank_log, replay, runs, scenario
from rexian.twin.estimates import Estimate, Figures, Report
from rexian.twin.fitting import Shape
from rexian.twin.orders import Depth

app = typer.Typer(
    help="The twin: simulated days of a centre, by the real routing or the whole floor.",
    no_args_is_help=True,
    add_completion=False,
)

Days = Annotated[int, typer.Option(min=1, max=runs.MOST_DAYS, help="So many independent days.")]
DepthOption = Annotated[Depth, typer.Option(help="routing: the routing core alone (quick); floor: the whole floor.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the figures there.")]
SHARES = frozenset({"service_level", "abandon_rate", "waited", "occupancy"})


@app.command()
def run(file: Path, days: Days = 20, depth: DepthOption = "routing", json: Json = None) -> None:
    """Simulate a scenario: its figures with 95 % confidence intervals."""
    chosen = scenario.read_file(file)
    with _progress("Simulating") as told:
        found = runs.run(chosen, depth, days, told)
    _show(f"{chosen.name or file.name}: {days} days, {found.calls:,.0f} calls a day", found)
    _write(json, {"scenario": chosen.name, "depth": depth, "report": found})


@app.command()
def compare(before: Path, after: Path, days: Days = 20, depth: DepthOption = "routing", json: Json = None) -> None:
    """Simulate two scenarios with the same customers, and show what changes from the first to the second."""
    first, second = scenario.read_file(before), scenario.read_file(after)
    with _progress("Simulating both") as told:
        one, two, change = runs.compare(first, second, depth, days, told)
    table = Table(
        "", before.name, after.name, "change", "95 % from", "to", "certain", title=f"{days} days, day for day"
    )
    for name in one.total:
        found = change.total.get(name)
        table.add_row(
            name,
            _number(name, one.total.get(name)),
            _number(name, two.total.get(name)),
            _number(name, found, signed=True),
            *_bounds(name, found, signed=True),
            _certain(found),
        )
    Console().print(table)
    _write(json, {"depth": depth, "before": one, "after": two, "change": change})


@app.command()
def schema() -> None:
    """The JSON Schema of scenarios."""
    print(msgspec.json.format(msgspec.json.encode(scenario.schema())).decode())


@app.command("bank-log")
def bank(
    file: Annotated[Path, typer.Argument(help="The anonymous bank's log, call by call; see docs/twin.md.")],
    months: Annotated[int, typer.Option(min=2, max=1000, help="So many simulated months.")] = 40,
    calls: Annotated[
        replay.Calls, typer.Option(help="The real calls, or Poisson calls by the mean curves.")
    ] = "fitted",
    shape: Annotated[Shape, typer.Option(help="Of patience and handling.")] = "empirical",
    gap_min: Annotated[float, typer.Option(min=1, help="Longer between two conversations: the agent was away.")] = 30.0,
    json: Json = None,
) -> None:
    """Fit a month from its log, simulate it, and lay waits and abandonment by hour beside what happened."""
    fitted = replay.fit(bank_log.read(file), shape=shape, gap_s=gap_min * 60)
    with _progress("Simulating months") as told:
        hours = replay.beside(fitted, calls, months=months, progress=told)
    table = Table("hour", "calls", "simulated", "wait s", "simulated", "95 %", "abandoned", "simulated", "95 %")
    for each in hours:
        table.add_row(
            "all" if each.hour < 0 else f"{each.hour:02}",
            f"{each.calls:,.0f}",
            f"{each.simulated_calls:,.0f}",
            f"{each.wait_s:.1f}",
            f"{each.simulated_wait_s:.1f}",
            f"{each.wait_range_s[0]:.1f}–{each.wait_range_s[1]:.1f}",
            f"{each.abandoned:.1%}",
            f"{each.simulated_abandoned:.1%}",
            f"{each.abandoned_range[0]:.1%}–{each.abandoned_range[1]:.1%}",
        )
    Console().print(table)
    _write(json, {"calls": calls, "shape": shape, "months": months, "gap_min": gap_min, "hours": hours})


# --- showing ----------------------------------------------------------------------------------------------------------


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title)
        yield lambda done, of: shown.update(task, completed=done, total=of)


def _show(title: str, found: Report) -> None:
    console = Console()
    console.print(_table(title, {"all": found.total, **found.queues}))
    console.print(_table("Agents", found.crews))


def _table(title: str, groups: dict[str, Figures]) -> Table:
    table = Table("", "figure", "value", "95 % from", "to", title=title)
    for group, figures in groups.items():
        for place, (name, found) in enumerate(figures.items()):
            last = place == len(figures) - 1
            table.add_row("" if place else group, name, _number(name, found), *_bounds(name, found), end_section=last)
    return table


def _number(name: str, found: Estimate | None, *, signed: bool = False) -> str:
    return "–" if found is None else _said(name, found.value, signed)


def _bounds(name: str, found: Estimate | None, *, signed: bool = False) -> tuple[str, str]:
    if found is None or found.low is None or found.high is None:
        return "–", "–"
    return _said(name, found.low, signed), _said(name, found.high, signed)


def _said(name: str, value: float, signed: bool) -> str:
    sign = "+" if signed else ""
    return f"{value:{sign}.2%}" if name in SHARES else f"{value:{sign},.2f}"


def _certain(found: Estimate | None) -> str:
    """Whether the interval leaves out zero."""
    if found is None or found.low is None or found.high is None:
        return ""
    return "" if found.low <= 0 <= found.high else "yes"


def _write(path: Path | None, found: Any) -> None:
    if path is not None:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
