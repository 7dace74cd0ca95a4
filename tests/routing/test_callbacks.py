"""Slots for callbacks, and rules that would reach nobody."""

from datetime import UTC, datetime, timedelta

import pytest

from rexian.core.errors import Invalid
from rexian.routing.callbacks import CallbackRules, checked, free_slots, is_full

NOW = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)


class Mornings:
    def is_open(self, at: datetime) -> bool:
        return 9 <= at.hour < 12


def test_slots_lie_in_the_hours_from_the_next_on_and_as_far_as_is_allowed() -> None:
    found = free_slots(CallbackRules(per_slot=1, slot_min=60, days=1), [], NOW, hours=Mornings())
    assert [slot.hour for slot in found] == [10, 11, 9]
    assert found[0] == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_a_slot_that_is_booked_out_is_not_offered() -> None:
    ten = NOW.replace(hour=10, minute=0)
    rules = CallbackRules(per_slot=2, slot_min=60, days=1)
    booked = [ten, ten + timedelta(minutes=59), ten + timedelta(hours=1)]
    assert ten not in free_slots(rules, booked, NOW, hours=Mornings())
    assert ten in free_slots(rules, booked[1:], NOW, hours=Mornings())


def test_without_room_no_time_can_be_chosen() -> None:
    assert free_slots(CallbackRules(), [], NOW) == []


@pytest.mark.parametrize("rules", [CallbackRules(attempts=0), CallbackRules(gap_s=1), CallbackRules(expires_s=10)])
def test_rules_that_would_reach_nobody_are_refused(rules: CallbackRules) -> None:
    with pytest.raises(Invalid) as refused:
        checked(rules)
    assert refused.value.code == "queue.callback"


def test_a_slot_is_full_exactly_when_it_is_not_offered() -> None:
    rules = CallbackRules(per_slot=2, slot_min=60, days=1)
    booked = [NOW + timedelta(minutes=minutes) for minutes in (60, 70, 61, 200, 200, 301)]
    free = free_slots(rules, booked, NOW)
    hours = [NOW.replace(minute=0, second=0, microsecond=0) + timedelta(hours=n) for n in range(1, 24)]
    assert [at for at in hours if not is_full(rules, booked, at + timedelta(minutes=59))] == [
        at for at in free if at in hours
    ]
    assert 0 < len([at for at in hours if is_full(rules, booked, at)]) < 4
    assert not is_full(CallbackRules(), booked * 9, NOW), "without slots none is full"
