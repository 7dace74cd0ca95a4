"""The laws of the floor, under whatever happens in whatever order.

The switch is slow here: its commands and events wait, so that everything crosses everything.
"""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rexian.core.errors import RexianError
from rexian.core.ids import AgentId, CallId, CustomerId, LegId, NumberId
from rexian.floor import inputs
from rexian.floor.conversations import Connected
from rexian.floor.decide import decide
from rexian.floor.events import (
    Abandoned,
    CallArrived,
    CallEnded,
    LegDown,
    LegPlaced,
    LegUp,
    Offered,
    OfferEnded,
    WrappedUp,
    WrapUpStarted,
)
from rexian.floor.outcall_rules import OutcallRules
from rexian.floor.owed import OutcallDialled, OutcallEnded, OutcallOrdered
from rexian.floor.presence import Presence
from rexian.floor.state import State, decode, encode
from rexian.flows.documents import read
from rexian.flows.model import Document
from rexian.flows.visit import ROOM
from rexian.routing.rules import (
    FewestContacts,
    LeastTalkTime,
    LongestIdle,
    LowestOccupancy,
    Preferred,
    ProgressiveRing,
    Ring,
    RingAll,
    RoundRobin,
    Rules,
    Strategy,
)
from rexian.telephony import commands, events
from rexian.telephony.commands import Cause
from tests.floor.house import FLOW, HOTLINE, REGISTRY, SALES, SERVICE, STRAIGHT, House, queue
from tests.floor.test_parking import ASK_PIN, ASK_RATING, PIN, PIN_1, SURVEY, SURVEY_1
from tests.floor.test_recovery import forget, survey

NAMES = ("ann", "bob", "cid")
STRATEGIES = (
    LongestIdle(),
    LongestIdle(since="this_queue"),
    RoundRobin(),
    FewestContacts(),
    LeastTalkTime(),
    LowestOccupancy(),
    RingAll(),
    RingAll(at_most=2),
    ProgressiveRing(every_s=3),
)
TARGETS = ("agent:ann", "agent:bob", "agent:cid", "queue:sales", "queue:service", "number:13911112222")
CAUSES = (Cause.NORMAL, Cause.BUSY, Cause.LOST, Cause.UNREACHABLE, Cause.NO_ANSWER)
ACTS = (
    inputs.HangUpCall,
    inputs.HoldCall,
    inputs.ResumeCall,
    inputs.CompleteConsult,
    inputs.JoinConsult,
    inputs.CancelConsult,
    inputs.Rejoin,
    inputs.Reject,
    inputs.SignIn,
    inputs.SignOut,
    inputs.Ready,
)
REFUSABLE = (
    commands.Originate,
    commands.Bridge,
    commands.Answer,
    commands.HangUp,
    commands.Play,
    commands.StartRecording,
    commands.Listen,
    commands.StopListening,
    commands.Unbridge,
)
names = st.sampled_from(NAMES)


THROUGH = read(
    {
        "start": "ann",
        "nodes": {
            "ann": {
                "type": "agent",
                "agent": "ann",
                "ring_s": 10,
                "paused": True,
                "exits": {"next": "rate", "no_answer": "bob", "refused": "sales", "default": "outside"},
            },
            "bob": {"type": "agent", "agent": "bob", "exits": {"next": "rate", "default": "outside"}},
            "outside": {
                "type": "outside_number",
                "number": "13911112222",
                "exits": {"next": "ann", "default": "sales"},
            },
            "rate": {"type": "menu", "media": ["prompt:rate"], "choices": {"1": "x", "2": "x"},
                     "exits": {"1": "bob", "2": "sales"}},
            "sales": {"type": "queue", "queue": "sales", "exits": {"waiting": "wait", "default": "rate"}},
            "wait": {"type": "wait", "seconds": 20, "exits": {"next": "outside"}},
        },
    },
    REGISTRY,
)  # fmt: skip


ROOMS = read(
    {
        "start": "which",
        "nodes": {
            "which": {
                "type": "menu",
                "media": ["prompt:which"],
                "choices": {"1": "x", "2": "x"},
                "exits": {"1": "talk", "2": "lead", "default": "talk"},
            },
            "talk": {
                "type": "room",
                "room": "team",
                "longest_s": 60,
                "exits": {"next": "ann", "over": "lead", "default": "sales"},
            },
            "lead": {
                "type": "room",
                "room": "team",
                "part": "moderator",
                "exits": {"next": "which", "default": "sales"},
            },
            "ann": {"type": "agent", "agent": "ann", "exits": {"default": "sales"}},
            "sales": {"type": "queue", "queue": "sales", "exits": {"default": "talk"}},
        },
    },
    REGISTRY,
)


ORDERS = read(
    {
        "start": "who",
        "nodes": {
            "who": {"type": "if", "condition": "outcall", "exits": {"true": "rate", "false": "order"}},
            "order": {
                "type": "outcall",
                "number": "13911112222",
                "inputs": {"from": "caller"},
                "attempts": 2,
                "gap_s": 60,
                "exits": {"next": "later", "default": "sales"},
            },
            "later": {
                "type": "outcall",
                "number": "13933334444",
                "when": "delay",
                "delay_s": 20,
                "valid_s": 300,
                "exits": {"next": "sales", "default": "sales"},
            },
            "rate": {"type": "menu", "media": ["prompt:rate"], "choices": {"1": "x", "2": "x"},
                     "exits": {"1": "sales", "2": "order"}},
            "sales": {"type": "queue", "queue": "sales"},
        },
    },
    REGISTRY,
)  # fmt: skip


class Watched(House):
    """Every decision is made twice, from a copy that only the lasting state went into: the two must agree."""

    def _decide(self, input: Any) -> None:
        before = encode(self.state.snapshot())
        twin = State(self.state.directory, decode(before))
        twin.concealed = dict(self.state.concealed)
        now = self.clock.now()
        told = len(self.facts)
        seen = len(self.effects)
        try:
            super()._decide(input)
        except RexianError:
            assert encode(self.state.snapshot()) == before, "a command that is not possible has changed something"
            raise
        again = decide(twin, input, now)
        assert list(again.facts) == self.facts[told:]
        assert list(again.effects) == self.effects[seen:]


class Floor(RuleBasedStateMachine):
    @initialize(
        flow=st.sampled_from([HOTLINE, STRAIGHT, THROUGH, ROOMS, ORDERS]),
        exit=st.booleans(),
        strategy=st.sampled_from(STRATEGIES),
        ring=st.booleans(),
    )
    def open(self, flow: Document, exit: bool, strategy: Strategy, ring: bool) -> None:
        preferred = Preferred(agents=("last", "manager"), patience_s=5)
        rings = (Ring(after_s=9, priority=3), Ring(wait_above_s=30), Ring(after_s=40, queue=SERVICE)) if ring else ()
        rules = Rules(strategy=strategy, preferred=preferred, rings=rings)
        more: dict[str, Any] = {"flows": {FLOW: flow, PIN_1: ASK_PIN, SURVEY_1: ASK_RATING}}
        leave = "exit" if exit else "wait"
        self.house = Watched(
            queues=[
                queue(
                    SALES,
                    rules=rules,
                    survey_flow=SURVEY if exit else None,
                    max_wait_s=90,
                    when_no_agents=leave,
                    announce_every_s=20,
                    announce_position=True,
                ),
                queue(SERVICE, rules=rules, wrap_up_s=0, max_misses=2),
            ],
            published={PIN: PIN_1, SURVEY: SURVEY_1},
            outcalls=OutcallRules(opens="00:00", closes="24:00"),
            **more,
        )
        self.house.staff(*NAMES)
        self.house.lazy = True
        self.dialled = 0

    # --- what happens

    @rule()
    def a_customer_phones_in(self) -> None:
        self.house.arrive_only()

    @rule(times=st.integers(1, 6))
    def the_switch_works(self, times: int) -> None:
        for _ in range(times):
            self.house.step()

    @rule()
    def all_goes_well(self) -> None:
        """The switch catches up, whoever is rung answers, and they come to talk."""
        for _ in range(2):
            self._catch_up()
            for leg in sorted(self.house.legs):
                if leg not in self.house.up and not leg.startswith("in-"):
                    self.house.answer(leg)
        self._catch_up()

    def _catch_up(self) -> None:
        while self.house.pending or self.house.todo:
            self.house.step()

    @rule(pick=st.integers(0, 50))
    def somebody_answers(self, pick: int) -> None:
        ringing = sorted(leg for leg in self.house.legs if leg not in self.house.up and not leg.startswith("in-"))
        if ringing:
            self.house.answer(ringing[pick % len(ringing)])

    @rule(pick=st.integers(0, 50), cause=st.sampled_from(CAUSES))
    def somebody_is_gone(self, pick: int, cause: Cause) -> None:
        legs = sorted(self.house.legs)
        if legs:
            self.house.end(legs[pick % len(legs)], cause)

    @rule(pick=st.integers(0, 50), last=names, manager=st.none() | names, sure=st.booleans())
    def a_customer_is_recognised(self, pick: int, last: str, manager: str | None, sure: bool) -> None:
        calls = sorted(self.house.state.calls)
        if calls:
            known: Any = {"last_agent": AgentId(last), "last_at": self.house.clock.now(), "sure": sure}
            known["manager"] = AgentId(manager) if manager else None
            self.tell(inputs.Identified(call=calls[pick % len(calls)], customer=CustomerId("zhang"), **known))

    @rule(pick=st.integers(0, 50), digit=st.sampled_from("12#"))
    def a_key_is_pressed(self, pick: int, digit: str) -> None:
        legs = sorted(self.house.legs)
        if legs:
            leg = legs[pick % len(legs)]
            call = CallId(self.house.legs[leg])
            self.tell(events.DigitPressed(at=self.house.clock.now(), call=call, leg=LegId(leg), digit=digit))

    @rule(kind=st.sampled_from(REFUSABLE))
    def the_switch_begins_to_refuse(self, kind: type) -> None:
        self.house.refuses = {kind}

    @rule()
    def the_switch_is_well_again(self) -> None:
        self.house.refuses = set()

    @rule(seconds=st.sampled_from([1, 3, 8, 16, 30, 61]))
    def time_passes(self, seconds: int) -> None:
        self.house.wait(seconds)

    @rule(name=names, act=st.sampled_from(ACTS))
    def an_agent_acts(self, name: str, act: type) -> None:
        self.tell(act(agent=AgentId(name)))

    @rule(name=names, whom=st.sampled_from(TARGETS), kind=st.sampled_from([inputs.Transfer, inputs.Consult]))
    def an_agent_hands_over(self, name: str, whom: str, kind: type) -> None:
        self.tell(kind(agent=AgentId(name), target=whom))

    @rule(name=names, whom=st.sampled_from(TARGETS))
    def an_agent_dials(self, name: str, whom: str) -> None:
        self.dialled += 1
        self.tell(inputs.Dial(agent=AgentId(name), call=CallId(f"out-{self.dialled}"), target=whom))

    @rule(name=names, reason=st.sampled_from(["lunch", "mail"]))
    def an_agent_pauses(self, name: str, reason: str) -> None:
        self.tell(inputs.Pause(agent=AgentId(name), reason=reason))

    @rule(name=names, then=st.sampled_from(["", "ready", "pause:mail"]))
    def an_agent_wraps_up(self, name: str, then: str) -> None:
        call = self.house.agent(name).call
        if call is not None:
            self.tell(inputs.WrapUp(agent=AgentId(name), call=call, then=then))

    @rule(name=names)
    def an_agent_asks_for_more_time(self, name: str) -> None:
        agent = self.house.state.agents.get(AgentId(name))
        if agent is not None and agent.call is not None and agent.until is not None:
            self.tell(inputs.ExtendWrapUp(agent=agent.id, call=agent.call, until=agent.until))

    @rule(name=names, present=st.booleans())
    def a_desk_comes_or_goes(self, name: str, present: bool) -> None:
        self.tell(inputs.DeskPresence(agent=AgentId(name), present=present))

    @rule(name=names, reachable=st.booleans())
    def a_phone_comes_or_goes(self, name: str, reachable: bool) -> None:
        at = self.house.clock.now()
        self.tell(events.PhoneReachable(at=at, phone=f"demo-{name}", reachable=reachable))

    @rule(name=names, mode=st.sampled_from(["listen", "barge"]))
    def a_supervisor_listens(self, name: str, mode: str) -> None:
        call = self.house.agent(name).call
        if call is not None:
            self.tell(
                inputs.ListenTo(call=call, agent=AgentId(name), supervisor="sue", address="phone:demo-sue", mode=mode)
            )

    @rule(name=names, own=names, act=st.sampled_from([inputs.TakeOver, inputs.ListenTo]))
    def a_supervisor_who_is_an_agent_attends_or_takes_over(self, name: str, own: str, act: type) -> None:
        call = self.house.agent(name).call
        if call is not None:
            address = f"phone:demo-{own}"
            self.tell(act(call=call, agent=AgentId(name), supervisor=f"u-{own}", address=address, own=AgentId(own)))

    @rule(pick=st.integers(0, 20), name=names, own=st.booleans(), act=st.sampled_from(["end", "give", "move", "rank"]))
    def a_supervisor_steps_in(self, pick: int, name: str, own: bool, act: str) -> None:
        calls = sorted(self.house.state.calls)
        if not calls:
            return
        call = calls[pick % len(calls)]
        orders = {
            "end": inputs.EndCall(call=call, supervisor="u"),
            "give": inputs.GiveCall(call=call, supervisor="u", agent=AgentId(name), to_self=own),
            "move": inputs.MoveCall(call=call, queue=SERVICE if own else SALES, by="u"),
            "rank": inputs.Reprioritise(call=call, priority=pick, by="u"),
        }
        self.tell(orders[act])

    @rule(name=names, when=st.sampled_from(["after", "force"]))
    def a_supervisor_signs_somebody_out(self, name: str, when: str) -> None:
        self.tell(inputs.SignOut(agent=AgentId(name), by="u", when=when))

    @rule(close=st.booleans(), words=st.booleans())
    def a_queue_is_closed_or_opened(self, close: bool, words: bool) -> None:
        media = ("prompt:closed",) if words else ()
        self.tell(
            inputs.CloseQueue(queue=SALES, by="u", media=media) if close else inputs.OpenQueue(queue=SALES, by="u")
        )

    @rule(on=st.booleans(), instead=st.booleans())
    def a_number_has_an_emergency(self, on: bool, instead: bool) -> None:
        number = NumberId("n")
        self.tell(
            inputs.SetEmergency(number=number, by="u", media=("prompt:flood",), instead=instead)
            if on
            else inputs.LiftEmergency(number=number, by="u")
        )

    @rule(name=names, whom=st.sampled_from(TARGETS), part=st.sampled_from(["speaker", "listener", "moderator"]))
    def an_agent_calls_somebody_in(self, name: str, whom: str, part: str) -> None:
        self.tell(inputs.Invite(agent=AgentId(name), target=whom, part=part))

    @rule(name=names, pick=st.integers(0, 20), act=st.sampled_from(["mute", "part", "remove", "lock"]))
    def a_conference_is_led(self, name: str, pick: int, act: str) -> None:
        agent = self.house.agent(name)
        call = self.house.state.calls.get(agent.call) if agent.call else None
        legs = sorted(call.legs) if call else []
        if not legs:
            return
        leg = LegId(legs[pick % len(legs)])
        orders: dict[str, inputs.Input] = {
            "mute": inputs.MuteParty(agent=agent.id, leg=leg, on=pick % 2 == 0),
            "part": inputs.SetPart(agent=agent.id, leg=leg, part="listener" if pick % 2 else "moderator"),
            "remove": inputs.RemoveParty(agent=agent.id, leg=leg),
            "lock": inputs.LockConference(agent=agent.id, on=pick % 2 == 0),
        }
        self.tell(orders[act])

    @rule(name=names, act=st.sampled_from([inputs.Park, inputs.SwapConsult, inputs.TakeBack]))
    def an_agent_leaves_his_customer_for_a_while(self, name: str, act: type) -> None:
        self.tell(act(agent=AgentId(name)))

    @rule(name=names, slot=st.integers(1, 3))
    def an_agent_picks_up(self, name: str, slot: int) -> None:
        self.tell(inputs.PickUp(agent=AgentId(name), slot=slot))

    @rule(name=names, stays=st.booleans())
    def an_agent_sends_his_customer_through_a_flow(self, name: str, stays: bool) -> None:
        self.tell(inputs.SendToFlow(agent=AgentId(name), flow=PIN, stays=stays))

    @rule(pick=st.integers(0, 50))
    def a_leg_vanishes_unheard(self, pick: int) -> None:
        legs = sorted(self.house.legs)
        if legs:
            forget(self.house, legs[pick % len(legs)])

    @rule()
    def the_switch_is_lost(self) -> None:
        self.tell(events.SwitchLost(at=self.house.clock.now()))

    @rule()
    def the_switch_is_back(self) -> None:
        """What was under way to it or from it is lost; it tells what it holds."""
        self.house.pending.clear()
        self.house.todo.clear()
        self.tell(survey(self.house))

    def tell(self, input: Any) -> None:
        try:
            self.house.tell(input)
        except RexianError:
            return

    # --- what always holds

    @invariant()
    def an_agent_is_in_one_place(self) -> None:
        for agent in self.house.state.agents.values():
            parts = [
                (call.id, call.parties[agent.id].state)
                for call in self.house.state.calls.values()
                if agent.id in call.parties
            ]
            offers = [c.id for c in self.house.state.calls.values() if agent.id in c.offers]
            offers += [
                call.id
                for call in self.house.state.calls.values()
                for invited in call.invitations.values()
                if invited.agent == agent.id
            ]
            if agent.state is Presence.OFFERED:
                assert [call for call, _ in parts] == offers == [agent.call]
            elif agent.state is Presence.BUSY:
                assert len(parts) == 1
                assert parts[0][0] == agent.call
                assert parts[0][1] in ("dialling", "talking", "consulting", "apart")
                assert not offers
            elif agent.state is Presence.WRAP_UP:
                assert parts == [(agent.call, "wrap_up")]
            else:
                assert parts == []
                assert agent.call is None

    @invariant()
    def what_passes_has_a_deadline(self) -> None:
        for call in self.house.state.calls.values():
            settled = call.state in ("talking", "held", "consulting", "conference", "waiting")
            if not settled or any(leg.ending for leg in call.legs.values()):
                assert call.id in self.house.state.due._when, (call.state, call.legs)

    @invariant()
    def who_is_put_through_is_with_somebody_or_in_a_flow(self) -> None:
        """A flow that waits for its caller does not have him; and nobody stands at a step that has called nobody."""
        for call in self.house.state.calls.values():
            if call.run is not None and call.flow == FLOW:
                assert call.run.node not in ("ann", "bob", "outside")
            if call.through is not None and call.state == "ringing_out" and call.frozen_until is None:
                assert call.handover

    @invariant()
    def who_is_in_a_room_stands_at_its_step(self) -> None:
        state = self.house.state
        inside = {call.id: call.room for call in state.calls.values() if call.room is not None}
        assert inside == state.inside
        assert inside == {id: room for members in state.rooms.values() for id, room in members.items()}
        for id, room in inside.items():
            call = state.calls[id]
            assert call.state == "ivr"
            assert call.run is not None
            assert call.run.memory[ROOM] == {"name": room.name, "part": room.part}
        for members in state.rooms.values():
            assert len({room.bridge for room in members.values()}) == 1

    @invariant()
    def a_party_has_a_line_or_is_given_up_soon(self) -> None:
        for call in self.house.state.calls.values():
            for party in call.parties.values():
                assert party.state == "wrap_up" or party.leg in call.legs or party.until or party.returning

    @invariant()
    def who_talks_is_not_offered(self) -> None:
        """The first who answered has the call: nobody rings on once he talks, and nobody joins who has not answered."""
        for call in self.house.state.calls.values():
            assert call.state in ("offering", "consulting") or not call.offers
            if call.joining is not None:
                assert call.legs[call.joining].state == "up"
                assert call.offer_by(call.joining) is not None

    @invariant()
    def who_attends_has_a_line_for_it(self) -> None:
        attending = {
            each.own: call.id
            for call in self.house.state.calls.values()
            for each in call.listeners.values()
            if each.own is not None
        }
        for agent in self.house.state.agents.values():
            assert agent.attends == attending.get(agent.id)

    @invariant()
    def what_waits_is_indexed(self) -> None:
        state = self.house.state
        waiting = {(c.waiting.queue, c.id) for c in state.calls.values() if c.waiting is not None}
        assert waiting == {(queue, call) for queue, calls in state.waiting.items() for call in calls}

    @invariant()
    def no_more_lines_are_taken_for_outcalls_than_there_may_be(self) -> None:
        state = self.house.state
        calls = {call.outcall: call.id for call in state.calls.values() if call.outcall and call.state != "ended"}
        assert calls == {id: state.outcalls[id].call for id in state.lines}
        assert len(calls) <= state.directory.outcalls.at_once
        assert state.ripe.keys() == {each.id for each in state.outcalls.values() if each.state == "due"}
        assert not state.ripe or state.lost or len(calls) == state.directory.outcalls.at_once

    @precondition(lambda self: len(self.house.facts) % 7 == 0)
    @invariant()
    def the_journal_alone_gives_the_same_state(self) -> None:
        assert self.house.replayed() == self.house.now_lasting()

    def teardown(self) -> None:
        """Everybody goes home: nothing remains."""
        if hasattr(self, "house"):
            self._all_go_home()

    def _all_go_home(self) -> None:
        house = self.house
        house.refuses = set()
        house.pending.clear()
        house.todo.clear()
        house.lazy = False
        house.tell(survey(house))
        for leg in sorted(house.legs):
            house.end(leg)
        house.wait(600)
        assert house.state.outcalls == {}
        assert sorted(fact.outcall for fact in house.told(OutcallEnded)) == sorted(
            fact.outcall for fact in house.told(OutcallOrdered)
        )
        assert house.state.calls == {}
        assert house.legs == {}
        assert house.state.rooms == house.state.inside == {}
        assert all(agent.state in ("off", "paused", "ready") for agent in house.state.agents.values())
        self._books_balance()
        assert house.replayed() == house.now_lasting()

    def _books_balance(self) -> None:
        house = self.house
        arrived = [fact.call for fact in house.told(CallArrived, OutcallDialled)]
        assert sorted(fact.call for fact in house.told(CallEnded)) == sorted(arrived)
        placed = [fact.leg for fact in house.told(CallArrived)]
        placed += [fact.leg for fact in house.told(LegPlaced) if fact.leg not in placed]
        assert sorted(fact.leg for fact in house.told(LegDown)) == sorted(placed)
        ended = [(fact.call, fact.leg) for fact in house.told(OfferEnded)]
        offered = [(fact.call, fact.leg) for fact in house.told(Offered)]
        up = {(fact.call, fact.leg) for fact in house.told(LegUp)}
        assert set(ended) <= set(offered)
        assert len(set(offered)) == len(offered)
        assert all(offer in up for offer in set(offered) - set(ended))
        assert len(house.told(WrappedUp)) == len(house.told(WrapUpStarted))
        abandoned = [fact.call for fact in house.told(Abandoned)]
        assert len(set(abandoned)) == len(abandoned)
        agents = {(fact.call, fact.leg, fact.agent) for fact in house.told(Connected)}
        assert len(agents) == len(house.told(Connected))


TestFloor = Floor.TestCase
TestFloor.settings = settings(
    max_examples=50,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
