import pytest

from rexian.routing.waits import expected_wait


def test_without_patience_it_is_the_work_ahead_over_the_speed() -> None:
    assert expected_wait(4, agents=10, handle_s=200) == pytest.approx(100)


def test_callers_who_give_up_shorten_the_wait() -> None:
    exact = 1 / 0.05 + 1 / (0.05 + 0.01) + 1 / (0.05 + 0.02)
    assert expected_wait(2, agents=10, handle_s=200, patience_s=100) == pytest.approx(exact)


def test_nobody_there_means_no_promise() -> None:
    assert expected_wait(0, agents=0, handle_s=200) is None


def test_a_very_long_queue_is_summed_as_exactly() -> None:
    plain = sum(1 / (0.25 + place * 0.01) for place in range(50_001))
    assert expected_wait(50_000, agents=50, handle_s=200, patience_s=100) == pytest.approx(plain, rel=1e-7)
