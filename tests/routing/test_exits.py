"""The ways out of a queue: what each condition means, and which exits make no sense."""

import pytest

from rexian.core.errors import Invalid
from rexian.routing.exits import Exit, Standing, checked, holds


@pytest.mark.parametrize(
    ("exit", "met", "unmet"),
    [
        (Exit(when="size", limit=3), Standing(place=4), Standing(place=3)),
        (Exit(when="wait", limit=60), Standing(waited_s=60), Standing(waited_s=59.9)),
        (Exit(when="expected_wait", limit=60), Standing(expected_wait_s=61), Standing(expected_wait_s=60)),
        (Exit(when="expected_wait", limit=60), Standing(expected_wait_s=61), Standing(expected_wait_s=None)),
        (Exit(when="per_serving", limit=2), Standing(place=5, serving=2), Standing(place=4, serving=2)),
        (Exit(when="per_serving", limit=2), Standing(place=1, serving=0), Standing(place=1, serving=1)),
        (Exit(when="per_staffed", limit=2), Standing(place=5, staffed=2), Standing(place=4, staffed=2)),
        (Exit(when="no_agents"), Standing(staffed=0), Standing(staffed=1)),
        (Exit(when="none_serving"), Standing(staffed=1), Standing(staffed=1, serving=1)),
        (Exit(when="closing", limit=300), Standing(open_for_s=300), Standing(open_for_s=301)),
        (Exit(when="closing"), Standing(open_for_s=0), Standing(open_for_s=None)),
        (Exit(when="closed"), Standing(closed=True), Standing(closed=False)),
    ],
)
def test_a_condition_holds_at_its_limit_and_not_before(exit: Exit, met: Standing, unmet: Standing) -> None:
    assert holds(exit, met)
    assert not holds(exit, unmet)


@pytest.mark.parametrize(
    ("exit", "missing"),
    [
        (Exit(when="size"), "limit"),
        (Exit(when="wait", limit=-1), "limit"),
        (Exit(when="closing", limit=60), "calendar"),
        (Exit(when="no_agents", to="queue"), "target"),
        (Exit(when="no_agents", to="message"), "target"),
    ],
)
def test_an_exit_that_leads_nowhere_is_refused(exit: Exit, missing: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked((Exit(when="no_agents"), exit))
    assert refused.value.code == "queue.exit"
    assert refused.value.params == {"number": 2, "missing": missing}


def test_exits_that_make_sense_are_taken_as_they_are() -> None:
    exits = (Exit(when="size", limit=0), Exit(when="closing", calendar="office", to="message", target="closed"))
    assert checked(exits) == exits
