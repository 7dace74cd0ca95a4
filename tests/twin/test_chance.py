"""Distributions, and chance that is the same in two settings."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rexian.twin.customers import crowd
from rexian.twin.distributions import Distribution, Empirical, Exponential, Fixed, Gamma, Lognormal, Mixture, Part
from rexian.twin.draws import Draws, uniforms, unit_arrivals
from rexian.twin.scenario import Retrials
from tests.twin import make

DISTRIBUTIONS: list[Distribution] = [
    Fixed(value_s=7),
    Exponential(mean_s=180),
    Lognormal(mean_s=177, cv=1.23),
    Gamma(mean_s=90, cv=0.5),
    Empirical(values_s=(1, 5, 5, 9)),
    Empirical(values_s=tuple(range(1, 101)), beyond=0.3, beyond_mean_s=400),
    Mixture(parts=(Part(share=0.1, of=Fixed(value_s=0)), Part(share=0.9, of=Exponential(mean_s=1000)))),
]


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda each: type(each).__name__)
def test_the_mean_is_what_is_said_and_more_chance_is_more_time(distribution: Distribution) -> None:
    chances = (np.arange(200_000) + 0.5) / 200_000
    times = distribution.quantile(chances)

    assert times.mean() == pytest.approx(distribution.mean, rel=0.01)
    assert (np.diff(times) >= 0).all()
    assert (times >= 0).all()


@given(st.integers(0, 2**62), st.text(max_size=20), st.integers(0, 300), st.integers(0, 300))
def test_a_longer_answer_begins_with_the_shorter_one(seed: int, purpose: str, one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert (uniforms(seed, purpose, many)[:few] == uniforms(seed, purpose, few)).all()


def test_substreams_do_not_know_each_other() -> None:
    draws = Draws(1)
    first, second = draws.many("patience/0/0", 20_000), draws.many("handling/0/0", 20_000)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 0.03


def test_arrivals_are_poisson() -> None:
    counts = np.array([len(unit_arrivals(Draws(seed), "arrivals", 50.0)) for seed in range(2000)])
    assert counts.mean() == pytest.approx(50, abs=0.6)
    assert counts.var() == pytest.approx(50, rel=0.15)


def test_a_gamma_factor_makes_days_differ_by_just_so_much() -> None:
    scenario = make.scenario(streams=(make.stream(calls=(300.0, 200.0), busyness_cv=0.3),))
    counts = np.array([len(crowd(scenario, day).customers) for day in range(600)])
    assert counts.mean() == pytest.approx(500, rel=0.04)
    assert counts.var() == pytest.approx(500 + (0.3 * 500) ** 2, rel=0.25)


def test_calls_come_where_the_curve_says() -> None:
    scenario = make.scenario(streams=(make.stream(begins="09:00", interval_s=1800, calls=(40.0, 0.0, 80.0)),))
    times = np.array([each.at_s for day in range(100) for each in crowd(scenario, day).customers]) / 1800
    counts, _ = np.histogram(times, bins=[18, 19, 20, 21])
    assert len(times) == counts.sum()
    assert counts[1] == 0
    assert counts[0] == pytest.approx(4000, rel=0.06)
    assert counts[2] == pytest.approx(8000, rel=0.06)


@pytest.mark.parametrize(
    "change",
    [
        {"crews": (make.crew(agents=9),)},
        {"queues": ({"name": "service", "max_wait_s": 10.0},)},
        {"retrials": Retrials(share=0.5)},
    ],
)
def test_two_settings_see_the_same_customers(change: dict[str, Any]) -> None:
    def seen(**changes: Any) -> list[tuple[float, float, float]]:
        return [(each.at_s, each.patience_s, each.handling_s) for each in crowd(make.scenario(**changes), 3).customers]

    assert seen() == seen(**change)
    assert seen() != [(each.at_s, each.patience_s, each.handling_s) for each in crowd(make.scenario(), 4).customers]


def test_with_more_calls_the_nth_customer_stays_who_he_is() -> None:
    few = crowd(make.scenario(), 1).customers
    many = crowd(make.scenario(streams=(make.stream(calls=(120.0, 120.0)),)), 1).customers

    assert len(many) > 1.6 * len(few)
    for one, other in zip(few, many, strict=False):
        assert (one.patience_s, one.handling_s) == (other.patience_s, other.handling_s)
        assert other.at_s == pytest.approx(one.at_s / 2)


def test_another_patience_leaves_the_order_of_the_patient_and_all_else_alone() -> None:
    longer = make.callers(patience=Lognormal(mean_s=300, cv=0.5))
    before = crowd(make.scenario()).customers
    after = crowd(make.scenario(streams=(make.stream(callers=(longer,)),))).customers

    assert [each.handling_s for each in before] == [each.handling_s for each in after]
    assert (
        np.argsort([each.patience_s for each in before]).tolist()
        == np.argsort([each.patience_s for each in after]).tolist()
    )
