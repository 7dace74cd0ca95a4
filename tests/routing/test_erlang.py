"""Published values and identities; sources stand in the rows."""

from math import exp, lgamma, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rexian.routing.erlang import (
    ErlangA,
    ErlangC,
    engset_call,
    engset_time,
    erlang_b,
    erlang_b_load,
    erlang_c,
    erlang_c_agents,
    extended_erlang_b,
    extended_erlang_b_load,
    staff_for,
)


@pytest.mark.parametrize(
    ("lines", "load", "blocked"),
    [
        (1, 0.5, 0.333333333333),
        (10, 8, 0.121661064253),
        (30, 25, 0.052603172228),  # Wolfram demonstration: about .05
        (132, 123, 0.031242821047),
        (1034, 1000, 0.008124672929),
    ],
)
def test_erlang_b(lines: int, load: float, blocked: float) -> None:
    assert erlang_b(lines, load) == pytest.approx(blocked, abs=5e-13)


@pytest.mark.parametrize(
    ("lines", "loads"),
    [
        (5, (0.762, 1.132, 1.361, 1.657, 2.218)),
        (10, (3.092, 3.961, 4.461, 5.084, 6.216)),
        (20, (9.411, 11.092, 12.031, 13.182, 15.249)),
        (100, (75.242, 80.910, 84.064, 87.972, 95.240)),
    ],
)
def test_erlang_b_table(lines: int, loads: tuple[float, ...]) -> None:
    """Carrier Grade Voice over IP, appendix A."""
    found = [erlang_b_load(lines, blocking) for blocking in (0.001, 0.005, 0.01, 0.02, 0.05)]
    assert found == pytest.approx(loads, abs=6e-4)


def test_erlang_b_load_of_the_calculators() -> None:
    assert erlang_b_load(15, 0.01) == pytest.approx(8.108043, abs=1e-6)  # erlang.com manual: 8.108
    assert extended_erlang_b_load(200, 0.03, 0.7) == pytest.approx(186.87729, abs=1e-5)  # voipcalculator.com: 186.877
    assert extended_erlang_b(200, 186.87729, 0.7) == pytest.approx(0.03, abs=1e-7)


def test_engset() -> None:
    assert engset_time(10, 100, 0.05) == pytest.approx(0.0129607626, abs=5e-11)
    assert engset_call(10, 100, 0.05) == pytest.approx(0.0122407814, abs=5e-11)


@pytest.mark.parametrize(
    ("agents", "load", "waiting"),
    [
        (5, 4, 0.554112554113),
        (12, 10, 0.449388224298),
        (14, 10, 0.174131933595),
        (132, 123, 0.321116179262),
        (15, 14, 0.722318581),
    ],
)
def test_erlang_c(agents: int, load: float, waiting: float) -> None:
    assert erlang_c(agents, load) == pytest.approx(waiting, abs=5e-10)


def test_fewest_servers() -> None:
    """H. Tijms, A First Course in Stochastic Models, table 5.3.2."""
    loads = (1, 5, 10, 50, 100, 250, 500, 1000)
    found = [[erlang_c_agents(load, waiting) for waiting in (0.5, 0.2, 0.1)] for load in loads]
    assert found == [
        [2, 3, 3],
        [7, 8, 9],
        [12, 14, 16],
        [54, 58, 61],
        [106, 111, 115],
        [259, 268, 274],
        [512, 525, 533],
        [1017, 1034, 1046],
    ]


def test_overload_gives_nothing_impossible() -> None:
    over = ErlangC(agents=5, arrivals=10, handle=1)
    assert (over.waiting, over.service_level(1), over.occupancy) == (1.0, 0.0, 1.0)
    assert over.wait == float("inf")
    full = ErlangC(agents=10, arrivals=10, handle=1)
    assert (full.waiting, full.service_level(1)) == (1.0, 0.0)


def test_garnett_mandelbaum_reiman_without_patience() -> None:
    """M&SOM 4 (2002), table 1: 48 calls a minute of one minute, 50 agents."""
    centre = ErlangC(agents=50, arrivals=48, handle=1)
    assert centre.wait * 60 == pytest.approx(20.8337, abs=5e-5)
    assert centre.wait_at(0.9) * 60 == pytest.approx(58.139, abs=5e-4)
    assert centre.queue == pytest.approx(16.667, abs=5e-4)
    assert centre.occupancy == pytest.approx(0.96)
    fewer = ErlangC(agents=50, arrivals=48 * (1 - 0.030912), handle=1)
    assert fewer.wait * 60 == pytest.approx(8.813, abs=2e-2)
    assert fewer.queue == pytest.approx(6.83, abs=2e-2)


PALM = ErlangA(agents=50, arrivals=48, handle=1, patience=2)


def test_garnett_mandelbaum_reiman_with_patience() -> None:
    assert PALM.abandoned == pytest.approx(0.030912, abs=5e-7)
    assert PALM.wait * 60 == pytest.approx(3.7095, abs=5e-5)
    assert PALM.wait_at(0.9) * 60 == pytest.approx(12.44, abs=5e-3)
    assert PALM.queue == pytest.approx(2.968, abs=5e-4)
    assert PALM.occupancy == pytest.approx(0.9303, abs=5e-5)


def test_erlang_a_to_many_digits() -> None:
    assert PALM.waiting == pytest.approx(0.46777407, abs=5e-9)
    assert PALM.abandoned == pytest.approx(0.03091225, abs=5e-9)
    within = 1 / 3
    assert PALM.service_level(within, "offered") == pytest.approx(0.94301895, abs=5e-9)
    assert PALM.service_level(within, "answered") == pytest.approx(0.97309965, abs=5e-9)
    assert PALM.service_level(within, "excluding_short") == pytest.approx(0.97202960, abs=5e-9)
    assert PALM.service_level(within, "virtual") == pytest.approx(0.96794307, abs=5e-9)


def test_the_montreal_examples() -> None:
    """umontreal-simul/contactcenters doc/examples MMC and MMCAb: M/M/12, 4.2 calls a minute of two minutes."""
    patient = ErlangC(agents=12, arrivals=4.2, handle=2)
    assert patient.service_level(1 / 3) == pytest.approx(0.89908, abs=5e-6)
    assert patient.wait == pytest.approx(0.10216, abs=5e-6)
    assert patient.occupancy == pytest.approx(0.70)
    impatient = ErlangA(agents=12, arrivals=4.2, handle=2, patience=1)
    assert impatient.abandoned == pytest.approx(0.029679, abs=5e-7)
    assert impatient.service_level(1 / 3, "answered") == pytest.approx(0.97418, abs=5e-6)
    assert impatient.service_level(1 / 3, "excluding_short") == pytest.approx(0.96787, abs=5e-6)


def test_why_patience_matters() -> None:
    """500 and 1,000 calls in half an hour, AHT 240 s, 80/20: Erlang C asks for 74 and 142 agents."""
    assert staff_for(500 / 1800, 240, 180, share=0.8, within=20, definition="virtual") == 68
    assert staff_for(1000 / 1800, 240, 180, share=0.8, within=20, definition="virtual") == 131


AGENTS = st.integers(1, 200)
LOADS = st.floats(0.05, 250)


@given(AGENTS, LOADS)
def test_who_is_lost_without_a_queue_would_have_waited_in_one(agents: int, load: float) -> None:
    assert 0 <= erlang_b(agents, load) <= erlang_c(agents, load) <= 1


@given(AGENTS, LOADS, st.floats(0.05, 20))
@settings(max_examples=200)
def test_erlang_a_holds_together(agents: int, load: float, patience: float) -> None:
    centre = ErlangA(agents=agents, arrivals=load, handle=1, patience=patience)
    assert 0 <= centre.abandoned <= 1
    assert centre.beyond(0) == pytest.approx(centre.waiting, rel=1e-6, abs=1e-12)
    assert 1 - centre.abandoned == pytest.approx(1 - centre.waiting + centre.served_beyond(0), rel=1e-6)
    assert centre.occupancy * agents == pytest.approx(load * (1 - centre.abandoned), rel=1e-6)
    assert centre.abandoned == pytest.approx(centre.wait / patience, rel=1e-9)


@given(st.integers(1, 60), st.floats(0.5, 50))
@settings(max_examples=100)
def test_patience_as_long_as_the_calls_makes_it_poisson(agents: int, load: float) -> None:
    centre = ErlangA(agents=agents, arrivals=load, handle=1, patience=1)
    below = sum(exp(count * log(load) - load - lgamma(count + 1)) for count in range(agents))
    assert centre.waiting == pytest.approx(1 - below, abs=1e-9)


def test_between_b_and_c() -> None:
    hasty = ErlangA(agents=12, arrivals=10, handle=1, patience=1e-6)
    assert hasty.abandoned == pytest.approx(erlang_b(12, 10), rel=1e-4)
    patient = ErlangA(agents=12, arrivals=10, handle=1, patience=1e7)
    assert patient.waiting == pytest.approx(erlang_c(12, 10), rel=1e-4)
