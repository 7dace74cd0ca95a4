"""What rules see of a centre: the real floor on a virtual clock."""

from datetime import timedelta
from typing import Any

from rexian.alerts.model import Kind, Reading, Rule
from rexian.alerts.readings import Abandons, Picture, read
from rexian.core.ids import TeamId
from rexian.floor import inputs
from tests.floor.house import SALES, SERVICE, House, agent


def values(
    house: House, kind: Kind, *, figures: Any = None, trunks: Any = None, **rule: Any
) -> dict[str, float | None]:
    """The readings of one rule now, by subject."""
    abandons = Abandons()
    abandons.note(house.facts)
    picture = Picture(
        state=house.state, figures=figures or {}, trunks=trunks or {}, abandons=abandons, now=house.clock.now()
    )
    given = Rule(id="r", name="r", kind=kind, **rule)
    found: list[Reading] = read([given], picture)["r"]
    return {reading.subject: reading.value for reading in found}


def test_who_waits_and_how_long() -> None:
    house = House()
    house.arrive()
    house.wait(12)
    house.arrive()
    assert values(house, Kind.WAITING) == {"queue:sales": 2.0, "queue:service": 0.0}
    assert values(house, Kind.LONGEST_WAIT) == {"queue:sales": 12.0, "queue:service": 0.0}
    assert values(house, Kind.WAITING, queues=(SERVICE,)) == {"queue:service": 0.0}


def test_those_who_gave_up_count_for_a_while() -> None:
    house = House()
    for _ in range(3):
        call = house.arrive()
        house.wait(5)
        house.end(str(call.customer_leg))
    assert values(house, Kind.ABANDON_BURST, window_s=60)["queue:sales"] == 3.0
    assert values(house, Kind.ABANDON_BURST, window_s=11)["queue:sales"] == 3.0
    assert values(house, Kind.ABANDON_BURST, window_s=10)["queue:sales"] == 2.0
    house.wait(120)
    assert values(house, Kind.ABANDON_BURST, window_s=60)["queue:sales"] == 0.0


def test_a_closed_queue_wants_nobody() -> None:
    house = House()
    assert values(house, Kind.NO_AGENT_READY)["queue:sales"] == 0.0
    house.arrive()
    assert values(house, Kind.NO_AGENT_READY)["queue:sales"] == 1.0
    house = House()
    house.staff("ann", ready=False)
    assert values(house, Kind.NO_AGENT_READY)["queue:sales"] == 1.0
    house.say(inputs.Ready, "ann")
    assert values(house, Kind.NO_AGENT_READY)["queue:sales"] == 0.0


def test_how_long_agents_have_been_in_a_state() -> None:
    team = TeamId("day")
    house = House(agents=[agent("ann", team=team), agent("bob")])
    house.staff("ann", "bob")
    house.say(inputs.Pause, "ann", reason="tea")
    house.wait(700)
    assert values(house, Kind.STATE_TOO_LONG, states=("paused",)) == {"agent:ann": 700.0, "agent:bob": None}
    assert values(house, Kind.STATE_TOO_LONG, states=("paused",), teams=("day",)) == {"agent:ann": 700.0}
    assert values(house, Kind.STATE_TOO_LONG, states=("paused",), queues=("other",)) == {}
    house.say(inputs.SignOut, "ann")
    assert values(house, Kind.STATE_TOO_LONG, states=("paused",)) == {"agent:bob": None}


def test_a_service_level_of_a_handful_says_nothing() -> None:
    house = House()
    few = {SALES: {"service_level": 0.5, "offered": 4}}
    many = {SALES: {"service_level": 0.5, "offered": 40}}
    assert values(house, Kind.SERVICE_LEVEL, figures=few)["queue:sales"] is None
    assert values(house, Kind.SERVICE_LEVEL, figures=many)["queue:sales"] == 50.0
    assert values(house, Kind.SERVICE_LEVEL, figures=many)["queue:service"] is None


def test_a_trunk_of_which_nothing_is_known_is_not_down() -> None:
    trunks = {state: {"id": state, "name": state, "state": state} for state in ("up", "down", "unknown")}
    assert values(House(), Kind.TRUNK_DOWN, trunks=trunks) == {
        "trunk:up": 0.0,
        "trunk:down": 1.0,
        "trunk:unknown": None,
    }


def test_old_abandons_are_forgotten() -> None:
    abandons, house = Abandons(), House()
    call = house.arrive()
    house.end(str(call.customer_leg))
    abandons.note(house.facts)
    assert abandons.within(SALES, timedelta(hours=1), house.clock.now()) == 1
    assert abandons.within(SALES, timedelta(hours=1), house.clock.now() + timedelta(hours=2)) == 0
    assert abandons.within(SALES, timedelta(hours=9), house.clock.now()) == 0
