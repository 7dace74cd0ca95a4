"""The figures' formulas, by published examples."""

from datetime import timedelta

import pytest
from hypothesis import given
from tests.calls import NINE, Story, answered
from tests.unit.test_folding import any_story

from rexian.core.ids import QueueId
from rexian.floor.conversations import RecordingFailed
from rexian.insight.figures import Sums, figures, total
from rexian.insight.formulas import FORMULAS, SERVICE_LEVELS, Counts, service_level
from rexian.insight.live import LiveFigures
from rexian.interactions.folding import fold
from rexian.interactions.model import Visit, VisitEnd

ICMI = Counts(answered=1000, answered_in_sl=860, abandoned=60, abandoned_in_sl=20, short_abandoned=10)


@pytest.mark.parametrize(
    ("formula", "percent"),
    [("SL1", 83.0), ("SL2", 86.0), ("SL3", 81.1), ("SL4", 82.7), ("SL5", 82.1), ("SL6", 81.9)],
)
def test_the_service_levels_agree_with_the_icmi_example(formula: str, percent: float) -> None:
    level = service_level(ICMI, formula)

    assert level is not None
    assert round(100 * level, 1) == percent


def test_flow_outs_count_only_where_the_formula_says_so() -> None:
    counts = Counts(answered=80, answered_in_sl=80, flow_out=20)

    assert service_level(counts, "SL7") == 0.8
    assert service_level(counts, "SL3") == 1.0


def test_nothing_offered_has_no_rates() -> None:
    empty = figures(Sums())

    assert empty["offered"] == 0
    assert empty["service_level"] is empty["asa_s"] is empty["aht_s"] is empty["abandon_rate"] is None


def test_every_formula_is_explained_in_both_languages() -> None:
    assert set(SERVICE_LEVELS) <= set(FORMULAS)
    for formula in FORMULAS.values():
        assert formula.en
        assert any("\u4e00" <= character <= "\u9fff" for character in formula.zh), formula.id


def visit(end: VisitEnd, wait: float, **values: float) -> Visit:
    return Visit(
        number=0,
        queue=QueueId("sales"),
        enqueued_at=NINE,
        via="flow",
        sl_threshold=timedelta(seconds=20),
        short_abandon=timedelta(seconds=5),
        end=end,
        left_at=NINE + timedelta(seconds=wait),
        **{name: timedelta(seconds=value) for name, value in values.items()},
    )


def test_a_days_figures() -> None:
    day = [
        visit(VisitEnd.ANSWERED, 20, talk=100, hold=10, wrap_up=30),
        visit(VisitEnd.ANSWERED, 40, talk=60),
        visit(VisitEnd.ABANDONED, 4),
        visit(VisitEnd.ABANDONED, 90),
        visit(VisitEnd.FLOW_OUT, 120),
    ]

    result = figures(total(map(Sums.of, day)))

    assert (result["offered"], result["answered"], result["abandoned"], result["flow_out"]) == (5, 2, 2, 1)
    assert (result["answered_in_sl"], result["short_abandoned"], result["waiting"]) == (1, 1, 0)
    assert result["service_level"] == 1 / 4
    assert (result["asa_s"], result["ata_s"], result["aht_s"]) == (30, 47, 100)
    assert result["longest_wait_s"] == 120
    assert result["sl_threshold_s"] == [20]


def live() -> LiveFigures:
    return LiveFigures(lambda now: now.replace(hour=0), NINE)


def expected(*stories: Story) -> dict[QueueId, Sums]:
    sums: dict[QueueId, Sums] = {}
    for story in stories:
        contact = fold(story.facts)
        for each in contact.visits if contact else ():
            sums[each.queue] = sums.get(each.queue, Sums()).plus(Sums.of(each))
    return sums


@given(any_story())
def test_moving_fact_by_fact_equals_counting_at_the_end(story: Story) -> None:
    figures = live()
    for fact in story.facts:
        figures.apply([fact])

    assert {queue: sums for queue, sums in figures.sums().items() if sums != Sums()} == expected(story)


def test_a_late_fact_among_many_other_calls_changes_nothing_that_was_counted() -> None:
    figures = live()
    early = answered("sales", "ann", at=NINE)
    others = [answered("sales", "bob", at=NINE + timedelta(seconds=second)) for second in range(1, 700)]
    late = RecordingFailed(at=NINE + timedelta(hours=1), call=early.call, recording="r")
    figures.apply(early.facts)

    figures.apply([fact for story in others for fact in story.facts] + [late])

    assert figures.sums() == expected(early, *others)


def test_a_new_day_begins_with_nothing_but_who_came_since_midnight() -> None:
    figures = live()
    evening = answered("sales", "ann", at=NINE + timedelta(hours=14, minutes=59, seconds=45), wait=30)
    figures.apply(evening.facts[:-3])

    assert figures.turn(NINE + timedelta(hours=15, minutes=1))

    assert figures.sums() == {}
    figures.apply(evening.facts[-3:])
    assert figures.sums() == {}


def test_forecasts_are_judged_by_those_who_were_answered() -> None:
    visits = [
        visit(VisitEnd.ANSWERED, 90, foretold=60),
        visit(VisitEnd.ANSWERED, 20, foretold=40),
        visit(VisitEnd.ANSWERED, 6),
        visit(VisitEnd.ABANDONED, 300, foretold=30),
    ]

    said = figures(total(Sums.of(each) for each in visits))

    assert (said["foretold"], said["wait_bias_s"], said["wait_error_s"]) == (2, 5.0, 25.0)
    assert figures(Sums())["wait_error_s"] is None
