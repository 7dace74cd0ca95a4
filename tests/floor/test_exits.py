"""Leaving a queue by its exits: at entry, while waiting, by the clock; wherever they lead, nobody is lost."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rexian.core.ids import QueueId
from rexian.floor import inputs
from rexian.floor.conversations import Connected, Transferred
from rexian.floor.events import Abandoned, CallEnded, ExitTaken, LeftQueue, Queued
from rexian.flows.documents import read
from rexian.routing.exits import Exit
from rexian.telephony import events
from rexian.telephony.commands import Cause, Originate, Play
from tests.floor.house import FLOW, REGISTRY, SALES, SERVICE, House, queue
from tests.floor.test_laws import Watched

MUSIC_ONLY = read(
    {
        "start": "sales",
        "nodes": {
            "sales": {
                "type": "queue",
                "queue": "sales",
                "exits": {"full": "full", "busy": "busy", "too_long": "long", "timeout": "late", "default": "other"},
            },
            **{
                name: {"type": "play", "media": [f"prompt:{name}"], "exits": {}}
                for name in ("full", "busy", "long", "late", "other")
            },
        },
    },
    REGISTRY,
)


def house(*exits: Exit, flow: bool = True, **changes: Any) -> House:
    flows = {"flows": {FLOW: MUSIC_ONLY}} if flow else {}
    return House(queues=[queue(SALES, exits=exits), queue(SERVICE)], **flows, **changes)


def heard(house: House) -> list[str]:
    return [media for effect in house.effects if isinstance(effect, Play) for media in effect.media]


def reasons(house: House) -> list[str]:
    return [fact.reason for fact in house.told(LeftQueue)]


# --- at entry


def test_who_comes_to_a_full_queue_is_given_back_by_the_exits_name() -> None:
    small = house(Exit(when="size", at="entry", limit=2))
    small.arrive()
    small.arrive()
    small.arrive_only()
    assert reasons(small) == ["full"]
    assert heard(small) == ["prompt:full"]
    assert len(small.state.waiting[SALES]) == 2


def test_who_finds_an_agent_free_meets_no_exit_of_the_load() -> None:
    small = house(Exit(when="size", at="entry", limit=0))
    small.staff("ann")
    assert small.arrive().state == "offering"


def test_so_many_may_wait_for_each_agent_who_serves() -> None:
    small = house(Exit(when="per_serving", at="entry", limit=1))
    small.staff("ann", "bob", ready=False)
    small.say(inputs.Ready, "ann")
    small.arrive()
    small.arrive()
    small.arrive_only()
    assert reasons(small) == ["busy"]
    assert small.told(ExitTaken)[0].standing.serving == 1


def test_the_expected_wait_is_looked_at_once_the_queue_has_learned_one() -> None:
    small = house(Exit(when="expected_wait", at="entry", limit=150))
    small.staff("ann")
    for number in range(1, 7):
        small.pick_up(small.arrive())
        small.wait(100)
        small.end(f"in-{number}")
        small.wait(21)
    small.arrive()
    small.arrive()
    assert len(small.state.waiting[SALES]) == 1 + 1
    small.arrive_only()
    assert reasons(small) == ["too_long"]


def test_nobody_is_let_into_a_queue_whose_longest_wait_is_too_long() -> None:
    small = house(Exit(when="wait", at="entry", limit=60))
    small.arrive()
    small.wait(61)
    small.arrive_only()
    assert reasons(small) == ["timeout"]


def test_a_closed_queue_leads_out_by_its_own_exit_who_comes_and_who_waits() -> None:
    small = house(Exit(when="closed", to="queue", target=SERVICE))
    waiting = small.arrive()
    small.tell(inputs.CloseQueue(queue=SALES, by="sue"))
    assert waiting.waiting is not None
    assert waiting.waiting.queue == SERVICE
    later = small.arrive()
    assert later.waiting is not None
    assert later.waiting.queue == SERVICE
    small.tell(inputs.OpenQueue(queue=SALES, by="sue"))
    third = small.arrive()
    assert third.waiting is not None
    assert third.waiting.queue == SALES


def test_an_agents_transfer_into_a_full_queue_is_led_out_by_exits_that_need_no_flow() -> None:
    small = house()
    small.state.reconfigure(
        House(
            queues=[queue(SALES), queue(SERVICE, exits=(Exit(when="size", limit=0, to="message", target="later"),))]
        ).state.directory
    )
    call = small.connected()
    small.say(inputs.Transfer, "ann", target="queue:service")
    assert "prompt:later" in heard(small)
    assert call.id not in small.state.waiting.get(SERVICE, {})


# --- while waiting


def test_the_clock_leads_to_another_queue_and_the_age_goes_along() -> None:
    small = house(Exit(when="wait", at="waiting", limit=60, to="queue", target=SERVICE))
    call = small.arrive()
    since = call.waiting.since if call.waiting else None
    small.wait(61)
    assert call.waiting is not None
    assert call.waiting.queue == SERVICE
    assert call.waiting.since == since
    assert reasons(small) == ["timeout"]


def test_a_message_is_told_once_and_he_waits_on() -> None:
    small = house(Exit(when="wait", at="waiting", limit=60, to="message", target="sorry", after="go_on"))
    call = small.arrive()
    small.wait(600)
    assert heard(small) == ["prompt:sorry"]
    assert call.state == "waiting"
    assert not small.told(LeftQueue)
    small.staff("ann")
    assert call.state == "offering"


def test_when_a_message_has_been_heard_the_other_ways_out_are_looked_at() -> None:
    full = {"when": "size", "at": "waiting", "limit": 1}
    message = Exit(**full, to="message", target="sorry", after="go_on")
    small = house(message, Exit(**full, to="number", target="13911112222"))
    small.arrive()
    small.arrive()
    assert heard(small) == ["prompt:sorry"]
    assert [fact.exit.to for fact in small.told(ExitTaken)] == ["message", "number"]


def test_in_a_flow_that_fills_the_waiting_the_filling_goes_on_after_a_message() -> None:
    filled = read(
        {
            "start": "sales",
            "nodes": {
                "sales": {"type": "queue", "queue": "sales", "exits": {"waiting": "say"}},
                "say": {"type": "play", "media": ["prompt:filling"], "exits": {"next": "rest"}},
                "rest": {"type": "wait", "seconds": 1000, "exits": {"next": "say"}},
            },
        },
        REGISTRY,
    )
    exit = Exit(when="wait", at="waiting", limit=60, to="message", target="sorry", after="go_on")
    small = House(queues=[queue(SALES, exits=(exit,)), queue(SERVICE)], flows={FLOW: filled})
    small.arrive()
    small.wait(70)
    assert heard(small) == ["prompt:filling", "prompt:sorry", "prompt:filling"]


def test_a_number_answers_instead_and_if_it_does_not_he_waits_again() -> None:
    small = house(Exit(when="wait", at="waiting", limit=60, to="number", target="13911112222"))
    call = small.arrive()
    small.wait(61)
    placed = [effect for effect in small.effects if isinstance(effect, Originate)]
    assert [effect.address for effect in placed] == ["trunk:t1/+8613911112222"]
    assert [fact.target for fact in small.told(Transferred)] == ["number:+8613911112222"]
    small.end(placed[0].leg, Cause.NO_ANSWER)
    assert call.state == "waiting"
    small.wait(600)
    assert call.state == "waiting", "the number is tried once only"
    small.staff("ann")
    assert call.state == "offering"


def test_when_all_who_serve_pause_the_line_is_led_out() -> None:
    small = house(Exit(when="none_serving", at="waiting", to="queue", target=SERVICE))
    small.staff("ann")
    talking = small.arrive()
    small.pick_up(talking)
    waiting = small.arrive()
    small.say(inputs.Pause, "ann", reason="lunch")
    assert waiting.waiting is not None
    assert waiting.waiting.queue == SALES
    small.end("in-1")
    small.say(inputs.WrapUp, "ann", call=talking.id)
    assert waiting.waiting.queue == SERVICE
    assert reasons(small) == ["none_serving"]


def test_when_an_agent_goes_the_last_in_line_leave_until_the_ratio_is_kept() -> None:
    small = house(Exit(when="per_staffed", at="waiting", limit=2, to="queue", target=SERVICE))
    small.staff("ann", "bob", ready=False)
    calls = [small.arrive() for _ in range(4)]
    assert len(small.state.waiting[SALES]) == 4
    small.say(inputs.SignOut, "bob")
    assert [call.waiting.queue for call in calls if call.waiting] == [SALES, SALES, SERVICE, SERVICE]


class Office:
    """Open until a moment."""

    def __init__(self, closes: datetime) -> None:
        self.closes = closes

    def is_open(self, at: datetime) -> bool:
        return at < self.closes

    def next_change(self, at: datetime) -> datetime | None:
        return self.closes if at < self.closes else None


def test_at_closing_time_those_who_wait_are_told_and_nobody_comes_in_any_more() -> None:
    begins = House().clock.now()
    office = Office(begins + timedelta(minutes=10))
    exit = Exit(when="closing", limit=120, calendar="office", to="message", target="closing")
    small = house(exit, calendars={"office": office})
    small.arrive()
    small.wait(479)
    assert not reasons(small)
    small.wait(2)
    assert reasons(small) == ["closing"]
    assert heard(small) == ["prompt:closing"]
    small.arrive_only()
    assert reasons(small) == ["closing", "closing"]
    assert small.state.calls == {}


def test_two_queues_that_lead_to_each_other_do_not_turn_a_caller_round_for_ever() -> None:
    there = Exit(when="none_serving", to="queue", target=SERVICE)
    back = Exit(when="none_serving", to="queue", target=SALES)
    small = House(queues=[queue(SALES, exits=(there,)), queue(SERVICE, exits=(back,))])
    call = small.arrive()
    assert [fact.queue for fact in small.told(LeftQueue)] == [SALES, SERVICE]
    assert call.waiting is not None
    assert call.waiting.queue == SALES


def test_a_flow_that_leads_back_into_the_same_queue_ends_the_call_and_not_the_floor() -> None:
    circle = read(
        {"start": "sales", "nodes": {"sales": {"type": "queue", "queue": "sales", "exits": {"default": "sales"}}}},
        REGISTRY,
    )
    small = House(queues=[queue(SALES, exits=(Exit(when="no_agents"),)), queue(SERVICE)], flows={FLOW: circle})
    small.arrive_only()
    assert small.state.calls == {}


# --- always

GOALS = st.sampled_from(
    [
        {"to": "flow"},
        {"to": "queue", "target": "service"},
        {"to": "queue", "target": "sales"},
        {"to": "message", "target": "sorry"},
        {"to": "message", "target": "sorry", "after": "go_on"},
        {"to": "number", "target": "13911112222"},
    ]
)
CONDITIONS = st.sampled_from(
    [
        {"when": "size", "limit": 1},
        {"when": "wait", "limit": 30},
        {"when": "expected_wait", "limit": 20},
        {"when": "per_serving", "limit": 1},
        {"when": "per_staffed", "limit": 2},
        {"when": "no_agents"},
        {"when": "none_serving"},
        {"when": "closing", "limit": 60, "calendar": "office"},
        {"when": "closed"},
    ]
)
EXITS = st.lists(
    st.builds(
        lambda condition, goal, at: Exit(**condition, **goal, at=at),
        CONDITIONS,
        GOALS,
        st.sampled_from(["entry", "waiting", "both"]),
    ),
    max_size=4,
)
NAMES = ("ann", "bob")


class Lines(RuleBasedStateMachine):
    """Whatever the exits are: every caller is somewhere, and in the end nobody is left."""

    @initialize(sales=EXITS, service=EXITS, closes=st.integers(1, 20))
    def open(self, sales: list[Exit], service: list[Exit], closes: int) -> None:
        office = Office(House().clock.now() + timedelta(minutes=closes))
        self.house = Watched(
            queues=[queue(SALES, exits=tuple(sales)), queue(SERVICE, exits=tuple(service))],
            flows={FLOW: MUSIC_ONLY},
            calendars={"office": office},
        )
        self.house.staff("ann")

    @rule()
    def somebody_comes(self) -> None:
        self.house.arrive_only()

    @rule(pick=st.integers(0, 9))
    def somebody_gives_up(self, pick: int) -> None:
        legs = [leg for leg in self.house.legs if leg.startswith("in-")]
        if legs:
            self.house.end(legs[pick % len(legs)])

    @rule(pick=st.integers(0, 9))
    def somebody_answers(self, pick: int) -> None:
        ringing = [leg for leg in self.house.legs if leg not in self.house.up]
        if ringing:
            self.house.answer(ringing[pick % len(ringing)])

    @rule(name=st.sampled_from(NAMES))
    def an_agent_comes(self, name: str) -> None:
        if self.house.state.agents.get(name) is None or self.house.agent(name).state in ("off", "paused"):
            self.house.staff(name)

    @rule(name=st.sampled_from(NAMES), sign_out=st.booleans())
    def an_agent_goes(self, name: str, sign_out: bool) -> None:
        agent = self.house.state.agents.get(name)
        if agent is not None and agent.state in ("ready", "paused", "wrap_up"):
            if sign_out:
                self.house.say(inputs.SignOut, name)
            else:
                self.house.say(inputs.Pause, name, reason="lunch")

    @rule(id=st.sampled_from([SALES, SERVICE]), shut=st.booleans())
    def a_supervisor_closes_or_opens(self, id: QueueId, shut: bool) -> None:
        kind = inputs.CloseQueue if shut else inputs.OpenQueue
        self.house.tell(kind(queue=id, by="sue"))

    @rule(pick=st.integers(0, 9))
    def a_number_does_not_answer(self, pick: int) -> None:
        outside = [leg for leg in self.house.legs if leg not in self.house.up and not leg.startswith("in-")]
        if outside:
            self.house.end(outside[pick % len(outside)], Cause.NO_ANSWER)

    @rule(seconds=st.sampled_from([1, 10, 31, 70]))
    def time_passes(self, seconds: int) -> None:
        self.house.wait(seconds)

    @invariant()
    def who_came_into_a_queue_was_answered_gave_up_left_or_waits(self) -> None:
        house = self.house
        entered = Counter(fact.call for fact in house.told(Queued))
        done = Counter(fact.call for fact in house.told(LeftQueue))
        done += Counter(fact.call for fact in house.told(Abandoned) if fact.queue is not None)
        done += Counter(fact.call for fact in house.told(Connected) if fact.queue is not None)
        waiting = Counter(call.id for call in house.state.calls.values() if call.waiting is not None)
        assert entered == done + waiting

    @invariant()
    def the_journal_alone_gives_the_same_state(self) -> None:
        assert self.house.replayed() == self.house.now_lasting()

    def teardown(self) -> None:
        if not hasattr(self, "house"):
            return
        house = self.house
        for leg in list(house.legs):
            house.end(leg)
        house.wait(600)
        assert house.state.calls == {}
        arrived = house.calls
        assert len({fact.call for fact in house.told(CallEnded)}) == arrived


TestLines = Lines.TestCase
TestLines.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_a_switch_that_comes_back_finds_who_waits_where_he_was() -> None:
    small = house(Exit(when="wait", at="waiting", limit=60, to="queue", target=SERVICE))
    call = small.arrive()
    small.tell(events.SwitchLost(at=small.clock.now()))
    small.wait(30)
    assert call.frozen_until is not None
    assert call.waiting is not None
    assert call.waiting.queue == SALES
