"""Distributions are found again in what they made; the bank's log is read, fitted and laid beside its simulation."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rexian.core.errors import Invalid
from rexian.core.ids import CallId, QueueId
from rexian.twin import bank_log, fitting, replay
from rexian.twin.contacts import USUAL_CALLBACK, Callbacks, Contact, fitted
from rexian.twin.distributions import Empirical, Exponential, Gamma, Lognormal
from rexian.twin.fitting import Waits
from rexian.twin.scenario import CalledBack
from tests.floor.house import NUMBER, SALES, a_directory


def censored(patience: np.ndarray, answered_after: np.ndarray) -> Waits:  # type: ignore[type-arg]
    return Waits.of(
        [(min(one, other), one < other) for one, other in zip(patience.tolist(), answered_after.tolist(), strict=True)]
    )


def test_kaplan_meier_as_in_the_textbook() -> None:
    """Weeks of remission with 6-mercaptopurine (Freireich 1963; Cox and Oakes, 1984): S(6) = .857, S(13) = .690."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored_at = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    waits = Waits.of([(float(each), True) for each in ended] + [(float(each), False) for each in censored_at])

    times, beyond = fitting.survival(waits)

    known = dict(zip(times.tolist(), beyond.tolist(), strict=True))
    assert known[6.0] == pytest.approx(0.8571, abs=1e-4)
    assert known[13.0] == pytest.approx(0.6902, abs=1e-4)
    assert known[23.0] == pytest.approx(0.4482, abs=1e-4)


def test_patience_is_found_although_most_were_answered_before_it_ended() -> None:
    chance = np.random.default_rng(1)
    true = Lognormal(mean_s=240, cv=1.5)
    waits = censored(true.quantile(chance.random(20_000)), chance.exponential(90, 20_000))
    assert waits.abandons < 0.4 * len(waits.wait_s)

    found = fitting.patience(waits, "lognormal")
    assert isinstance(found, Lognormal)
    assert found.mean_s == pytest.approx(240, rel=0.06)
    assert found.cv == pytest.approx(1.5, rel=0.1)
    by_steps = fitting.patience(waits)
    assert isinstance(by_steps, Empirical)
    shares = np.array([0.1, 0.3, 0.5, 0.7])
    assert by_steps.quantile(shares) == pytest.approx(true.quantile(shares), rel=0.08)


def test_exponential_patience_is_waiting_by_abandons() -> None:
    waits = Waits.of([(100.0, False), (50.0, True), (0.0, False), (30.0, True)])
    assert fitting.patience(waits, "exponential") == Exponential(mean_s=90.0)
    assert fitting.patience(Waits.of([(9.0, False)])) is None


def test_lengths_keep_their_mean() -> None:
    values = Lognormal(mean_s=177, cv=1.23).quantile((np.arange(5000) + 0.5) / 5000)
    assert fitting.length(values.tolist()).mean == pytest.approx(values.mean(), rel=1e-3)
    log = fitting.length(values.tolist(), "lognormal")
    assert isinstance(log, Lognormal)
    assert (log.mean_s, log.cv) == (pytest.approx(177, rel=0.01), pytest.approx(1.23, rel=0.02))
    gamma = fitting.length(values.tolist(), "gamma")
    assert isinstance(gamma, Gamma)
    assert gamma.mean_s == pytest.approx(values.mean())
    assert fitting.length([7.0]).mean == 7.0


def test_days_that_differ_more_than_poisson_are_busy_and_quiet() -> None:
    chance = np.random.default_rng(2)
    factors = chance.gamma(1 / 0.2**2, 0.2**2, 400)
    assert fitting.busyness_cv(chance.poisson(500 * factors).tolist()) == pytest.approx(0.2, abs=0.03)
    assert fitting.busyness_cv(chance.poisson(500, 400).tolist()) < 0.02
    assert fitting.busyness_cv([5.0]) == 0.0


def test_a_curve_is_calls_per_interval() -> None:
    assert fitting.curve([0, 10, 3599, 3600, 86_399], interval_s=3600, days=2)[:2] == (1.5, 0.5)


# --- the bank log ----------------------------------------------------------------------------------------------------

HEAD = "\t".join(bank_log.COLUMNS)


def row(
    *, at: str, wait: int = 0, talk: int = 0, outcome: str = "AGENT", agent: str = "ANNA", day: str = "990201"
) -> str:
    """A call that came to the voice response unit at `at` and asked for an agent ten seconds later."""

    def clock(seconds: int) -> str:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    hours, minutes, seconds = (int(part) for part in at.split(":"))
    asked = hours * 3600 + minutes * 60 + seconds + 10
    queued = (clock(asked), clock(asked + wait), wait) if wait else ("0:00:00", "0:00:00", 0)
    served = (
        (clock(asked + wait), clock(asked + wait + talk), talk) if outcome == "AGENT" else ("0:00:00", "0:00:00", 0)
    )
    cells = ["AA0101", 1, 0, 2, "PS", day, at, clock(asked), 10, *queued, outcome, *served, agent]
    return "\t".join(map(str, cells))


def log(tmp_path: Path, *rows: str, head: str = HEAD) -> Path:
    path = tmp_path / "log.txt"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="ascii")
    return path


def test_the_log_is_read_call_by_call(tmp_path: Path) -> None:
    path = log(
        tmp_path,
        row(at="7:00:00", talk=60),
        row(at="6:59:00", wait=30, outcome="HANG", agent="NO_SERVER"),
        row(at="7:01:00", outcome="HANG", agent="NO_SERVER"),
        row(at="7:02:00", outcome="PHANTOM", wait=5),
        row(at="7:03:00", wait=20, talk=100, day="990202"),
    )

    calls = bank_log.read(path)

    assert [(call.day, call.at_s, call.wait_s, call.answered) for call in calls] == [
        (date(1999, 2, 1), 6 * 3600 + 59 * 60 + 10, 30.0, False),
        (date(1999, 2, 1), 7 * 3600 + 10, 0.0, True),
        (date(1999, 2, 2), 7 * 3600 + 190, 20.0, True),
    ]
    assert (calls[2].served_at_s, calls[2].handling_s, calls[2].agent) == (7 * 3600 + 210, 100.0, "ANNA")
    assert (calls[0].priority, calls[0].kind) == (2, "PS")


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no such log"):
        bank_log.read(log(tmp_path, head="a\tb"))
    with pytest.raises(Invalid, match="cannot be read"):
        bank_log.read(tmp_path / "nothing")


def test_who_was_there_is_seen_by_conversations(tmp_path: Path) -> None:
    path = log(
        tmp_path,
        row(at="8:00:00", talk=60),
        row(at="8:20:00", talk=60),
        row(at="10:00:00", talk=60),
        row(at="8:05:00", talk=30, agent="NO_SERVER"),
    )
    spans = bank_log.presence(bank_log.read(path), gap_s=1800)

    eight = 8 * 3600 + 10
    assert spans == {date(1999, 2, 1): [(eight, eight + 1260), (eight + 7200, eight + 7260)]}


def test_a_pause_counts_only_while_somebody_waits(tmp_path: Path) -> None:
    path = log(
        tmp_path,
        row(at="8:00:00", talk=60),
        row(at="8:00:30", wait=55, talk=60),
        row(at="8:05:00", talk=10),
    )
    assert bank_log.pauses(bank_log.read(path), gap_s=1800) == [25.0]


def test_a_simulated_month_lies_beside_what_was(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    rows = []
    for day in ("990201", "990202"):
        free = 0.0
        for at in np.cumsum(chance.exponential(60, 300)) + 8 * 3600:
            talk, wait = round(chance.exponential(50)) + 1, max(round(free - at), 0)
            if wait > 90:
                rows.append(
                    row(at=f"{int(at) // 3600}:{int(at) // 60 % 60:02}:{int(at) % 60:02}", wait=90, outcome="HANG")
                )
                continue
            rows.append(
                row(at=f"{int(at) // 3600}:{int(at) // 60 % 60:02}:{int(at) % 60:02}", wait=wait, talk=talk, day=day)
            )
            free = at + wait + talk
    calls = bank_log.read(log(tmp_path, *rows))

    for how in ("replayed", "fitted"):
        hours = replay.beside(replay.fit(calls), how, months=6)  # type: ignore[arg-type]
        assert hours[0].hour == -1
        assert hours[0].calls == len(calls)
        assert hours[0].simulated_calls == pytest.approx(len(calls), rel=0.1)
        assert hours[0].wait_range_s[0] <= hours[0].simulated_wait_s <= hours[0].wait_range_s[1]
        assert 0 < hours[0].simulated_abandoned < 0.5
        assert [each.hour for each in hours[1:]] == sorted({int(call.at_s // 3600) for call in calls})


def test_who_takes_a_callback_is_learned_from_those_who_were_offered_one() -> None:
    calls = [Contact(CallId(f"c{place}"), NUMBER, 60.0 * place, queue=QueueId(SALES)) for place in range(40)]
    seen = Callbacks(exits=40, asked=10, attempts=50, reached=20)
    few = Callbacks(exits=29, asked=29, attempts=29)
    for callbacks, takes in ((seen, CalledBack(share=0.25, reached=0.4)), (few, USUAL_CALLBACK)):
        day = fitted(date(2026, 3, 10), calls, [], a_directory(), zone="Asia/Shanghai", callbacks=callbacks)
        assert {callers.callback for stream in day.streams for callers in stream.callers} == {takes}
