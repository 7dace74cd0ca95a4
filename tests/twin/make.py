"""Small centres, for tests of the twin."""

from typing import Any

from rexian.twin.distributions import Exponential, Fixed
from rexian.twin.scenario import Callers, Crew, Replay, Scenario, Shift, Stream

DAY = (Shift(ends="47:00"),)


def scenario(**changes: Any) -> Scenario:
    """Three agents, a call a minute for two hours; talks of two minutes, patience of one."""
    return Scenario(
        **{
            "streams": (stream(),),
            "crews": (crew(),),
            "queues": ({"name": "service"},),
            **changes,
        }
    )


def stream(**changes: Any) -> Stream:
    return Stream(**{"interval_s": 3600.0, "calls": (60.0, 60.0), "callers": (callers(),), **changes})


def callers(**changes: Any) -> Callers:
    given = {"queue": "service", "patience": Exponential(mean_s=60.0), "handling": Exponential(mean_s=120.0)}
    return Callers(**{**given, **changes})


def crew(**changes: Any) -> Crew:
    return Crew(**{"name": "all", "agents": 3, "queues": ("service",), "shifts": DAY, **changes})


def at(*times: float, **changes: Any) -> Replay:
    """Calls at known times, everything fixed: talks of a minute, endless patience."""
    given = {"patience": None, "handling": Fixed(value_s=60.0)}
    return Replay(at_s=times, callers=(callers(**{**given, **changes}),))
