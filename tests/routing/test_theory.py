"""What theory and others' measurements say of routing comes out of the matching core; the long version is a bench.

Published (see bench/theory.py for the sources) or exact; each figure lies inside the 95 % confidence interval over
independent days, or nearer than the last published digit allows.
"""

import pytest
from bench.floor import mean
from bench.theory import FASTEST_FIRST, Seen, chained, paced, predicted

from rexian.routing.erlang import erlang_c
from rexian.routing.rules import LongestIdle

MINUTES = 100.0


def agrees(values: list[float], published: float, *, slack: float = 0.0) -> bool:
    found = mean(values)
    return abs(found.mean - published) <= found.half + slack


@pytest.mark.slow
def test_a_little_flexibility_goes_a_long_way() -> None:
    """Six types of 14 erlangs and 90 agents. One skill: six times Erlang C; two in a chain: nearly as good as six."""
    days: dict[int, list[Seen]] = {
        skills: [chained(skills, seed=seed, until=MINUTES) for seed in range(5)] for skills in (1, 2, 3, 6)
    }
    waited = {skills: [day.waited for day in seen] for skills, seen in days.items()}
    assert agrees(waited[1], erlang_c(15, 14.0))
    assert agrees(waited[2], 0.480)
    assert agrees(waited[3], 0.443)
    assert agrees(waited[6], 0.425)
    wait = {skills: mean([day.wait for day in seen]).mean for skills, seen in days.items()}
    assert wait[1] > 4 * wait[2]
    assert wait[2] > wait[6]


def test_the_fastest_first_works_the_fast_harder_than_the_longest_idle_does() -> None:
    """25 agents at 1.25 a minute, 25 at 0.75, 46 calls a minute; occupancy of the fast and of the slow.

    Fastest first: .96272 and .84880, exactly (the stationary distribution of its Markov chain, solved). Longest idle:
    .91 and .94, published.
    """
    minutes = 200.0
    for strategy, fast, slow, slack in ((FASTEST_FIRST, 0.96272, 0.84880, 0.0), (LongestIdle(), 0.91, 0.94, 0.005)):
        days = [paced(strategy, seed=seed, until=minutes) for seed in range(10, 16)]
        for kind, share in (("f", fast), ("s", slow)):
            assert agrees([day.occupancy(kind, minutes * 0.9) for day in days], share, slack=slack)


@pytest.mark.parametrize(
    ("load", "patience", "errors"),
    [
        (140.0, 1.0, {"QL": 0.281, "QLm": 0.161, "LES": 0.229, "HOL": 0.226}),
        (120.0, 2.0, {"QL": 0.205, "QLm": 0.156, "LES": 0.226, "HOL": 0.224}),
    ],
)
def test_predictions_are_off_by_what_was_measured(load: float, patience: float, errors: dict[str, float]) -> None:
    """Relative root mean squared error in M/M/100+M in overload."""
    days = [predicted(load=load, patience=patience, seed=seed, until=MINUTES) for seed in range(4)]
    for predictor, published in errors.items():
        assert agrees([day.error(predictor) for day in days], published, slack=0.01), predictor
    markov, last = (mean([day.error(name) ** 2 for day in days]).mean for name in ("QLm", "LES"))
    assert 1.8 <= last / markov <= 2.3  # c_a² + 1 = 2
