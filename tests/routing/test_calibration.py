"""Forecasts of the wait against what it turned out to be, and the way that is trusted."""

import heapq
import random
from math import pi, sin, sqrt

import pytest

from rexian.routing.calibration import ENOUGH, MEMORY, Calibration, Errors, Forecast
from rexian.routing.waits import expected_wait, head_of_line


def test_the_error_of_a_few_is_a_plain_mean_of_squares() -> None:
    errors = Errors()
    for foretold, waited in ((60.0, 90.0), (60.0, 50.0), (30.0, 40.0)):
        errors.learn(foretold, waited)
    assert (errors.seen, errors.squared) == (3, pytest.approx((900 + 100 + 100) / 3))


def test_later_callers_count_more_than_those_of_long_ago() -> None:
    errors = Errors()
    for _ in range(2 * MEMORY):
        errors.learn(0.0, 100.0)
    for _ in range(MEMORY):
        errors.learn(0.0, 10.0)
    assert errors.squared == pytest.approx(100 + 9900 * (1 - 1 / MEMORY) ** MEMORY)


def test_the_head_of_the_line_is_taken_with_what_it_was_short_of() -> None:
    assert head_of_line(60.0) == 60.0
    assert head_of_line(60.0, late_s=15.0) == 75.0
    assert head_of_line(20.0, late_s=-30.0) == 0.0


def both(length_s: float | None, head_s: float | None) -> Forecast:
    return Forecast(wait_s=0.0, way="length", length_s=length_s, head_s=head_s)


def test_the_length_is_taken_until_the_head_has_been_nearer_often_enough() -> None:
    calibration = Calibration()
    for seen in range(ENOUGH):
        found = calibration.forecast(200.0, 100.0)
        assert found is not None
        assert (found.way, found.wait_s) == ("length", 200.0), seen
        calibration.learn(both(200.0, 100.0), 110.0)
    found = calibration.forecast(200.0, 100.0)
    assert found is not None
    assert (found.way, found.wait_s) == ("head", 110.0), "and what it was short of"


def test_where_no_length_can_be_told_the_head_is_not_believed_at_once() -> None:
    calibration = Calibration()
    assert calibration.forecast(None, 50.0) is None
    for _ in range(ENOUGH):
        calibration.learn(both(None, 50.0), 50.0)
    found = calibration.forecast(None, 50.0)
    assert found is not None
    assert (found.way, found.wait_s) == ("head", 50.0)
    assert calibration.forecast(None, None) is None


def day(*, rate: float, swing: float, known_s: float, seed: int, handle_s: float = 180.0) -> dict[str, float]:
    """A queue with 20 servers, arrivals of `rate` a second that swing within an hour, exponential handling.

    Returns the root mean square error of each way and of what was chosen, over those who were served after a wait,
    for a floor that takes `known_s` for the handling time. Callers are patient for 300 s on average.
    """
    chance, patience_s = random.Random(seed), 300.0
    at, free, ends = 0.0, 20, list[float]()
    line: list[tuple[float, float, Forecast | None]] = []
    calibration = Calibration()
    misses: dict[str, list[float]] = {"length": [], "head": [], "chosen": []}

    def serve(now: float) -> None:
        nonlocal free
        while free and line:
            came, gives_up, forecast = line.pop(0)
            if gives_up < now:
                continue
            free -= 1
            heapq.heappush(ends, now + chance.expovariate(1 / handle_s))
            if forecast is not None:
                if forecast.length_s is not None and forecast.head_s is not None:
                    misses["length"].append(now - came - forecast.length_s)
                    misses["head"].append(now - came - forecast.head_s)
                    misses["chosen"].append(now - came - forecast.wait_s)
                calibration.learn(forecast, now - came)

    while at < 40 * 3600:
        at += chance.expovariate(rate * (1 + swing))
        while ends and ends[0] <= at:
            now = heapq.heappop(ends)
            free += 1
            serve(now)
        if chance.random() > (1 + swing * sin(2 * pi * at / 3600)) / (1 + swing):
            continue
        waiting = [each for each in line if each[1] >= at]
        forecast = None
        if not free:
            length = expected_wait(len(waiting), agents=20, handle_s=known_s, patience_s=patience_s)
            forecast = calibration.forecast(length, at - waiting[0][0] if waiting else None)
        line.append((at, at + chance.expovariate(1 / patience_s), forecast))
        serve(at)
    return {way: sqrt(sum(miss * miss for miss in each) / len(each)) for way, each in misses.items()}


def test_in_steady_traffic_that_is_known_the_length_is_nearer_and_is_chosen() -> None:
    errors = day(rate=0.14, swing=0.0, known_s=180, seed=1)
    assert errors["length"] < errors["head"]
    assert errors["head"] / errors["length"] == pytest.approx(sqrt(2), abs=0.2), "Ibrahim and Whitt: c² + 1 = 2"
    assert errors["chosen"] < 1.08 * errors["length"]


def test_where_the_handling_time_has_changed_the_head_is_nearer_and_is_chosen() -> None:
    errors = day(rate=0.12, swing=0.3, known_s=80, seed=2)
    assert errors["head"] < errors["length"]
    assert errors["chosen"] < 1.08 * errors["head"]
