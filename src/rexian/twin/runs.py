"""Running a scenario for a number of days, and comparing two."""

from collections.abc import Callable, Sequence

from rexian.twin.by_floor import FloorDay
from rexian.twin.by_routing import RoutingDay
from rexian.twin.customers import crowd
from rexian.twin.estimates import Report, compared, report
from rexian.twin.orders import Depth
from rexian.twin.outcome import Outcome
from rexian.twin.scenario import Scenario

Progress = Callable[[int, int], None]
"""Is told how many days are done, of how many."""
MOST_DAYS = 1000


def day(scenario: Scenario, depth: Depth, replication: int) -> Outcome:
    """One day; the same replication has the same customers in any setting."""
    people = crowd(scenario, replication)
    return RoutingDay(people).run() if depth == "routing" else FloorDay(people).run()


def days(
    scenarios: Sequence[Scenario], depth: Depth, count: int, progress: Progress = lambda done, of: None
) -> list[list[Outcome]]:
    """So many days of each scenario, day by day, so that what is compared goes forward together."""
    found: list[list[Outcome]] = [[] for _ in scenarios]
    whole = count * len(scenarios)
    for replication in range(count):
        for place, scenario in enumerate(scenarios):
            found[place].append(day(scenario, depth, replication))
            progress(replication * len(scenarios) + place + 1, whole)
    return found


def run(scenario: Scenario, depth: Depth, count: int, progress: Progress = lambda done, of: None) -> Report:
    return report(days([scenario], depth, count, progress)[0], scenario.report_s)


def compare(
    before: Scenario, after: Scenario, depth: Depth, count: int, progress: Progress = lambda done, of: None
) -> tuple[Report, Report, Report]:
    """Figures of both, and what changes from the first to the second: paired, with common random numbers."""
    first, second = days([before, after], depth, count, progress)
    return (
        report(first, before.report_s),
        report(second, after.report_s),
        compared(first, second, before.report_s),
    )
