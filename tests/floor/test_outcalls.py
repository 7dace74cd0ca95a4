"""Outcalls: a flow has somebody called, within limits; it is dialled when due, tried again, and always ends."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rexian.core.errors import Conflict, NotFound
from rexian.core.ids import FlowId, FlowVersionId, OutcallId
from rexian.floor import inputs
from rexian.floor.events import Abandoned, CallEnded, FlowEnded, FlowMoved, FlowStarted, Queued
from rexian.floor.model import Call
from rexian.floor.outcall_node import moment_of
from rexian.floor.outcall_rules import OutcallRules, barred, next_opening
from rexian.floor.outcalls import OutcallState
from rexian.floor.owed import OutcallAnswered, OutcallDialled, OutcallEnded, OutcallOrdered, OutcallPutOff
from rexian.flows.documents import read
from rexian.telephony import events
from rexian.telephony.commands import Cause, Originate, Play
from tests.floor.house import FLOW, NUMBER, REGISTRY, House, a_directory
from tests.floor.test_recovery import survey

WHOM = "13911112222"
HERE = ZoneInfo("Asia/Shanghai")
DAYTIME = OutcallRules(opens="00:00", closes="24:00")
WORDS, WORDS_1 = FlowId("words"), FlowVersionId("01900000-0000-7000-8000-00000000000a")


def orders(**order: Any) -> Any:
    """A flow that orders a call and says how that went; who is called hears words."""
    node = {"type": "outcall", "number": WHOM, "inputs": {"words": '"hello-" + caller'}, **order}
    said = {
        name: {"type": "play", "media": [f"prompt:{name}"]} for name in ("next", "invalid_number", "limit", "refused")
    }
    said["invalid_time"] = {"type": "play", "media": ["prompt:invalid_time"]}
    return read(
        {
            "start": "who",
            "nodes": {
                "who": {"type": "if", "condition": "outcall", "exits": {"true": "words", "false": "order"}},
                "order": {**node, "exits": {name: name for name in said}},
                **said,
                "words": {"type": "menu", "media": ["prompt:words"], "choices": {"1": "x"}, "exits": {"1": "sales"}},
                "sales": {"type": "queue", "queue": "sales"},
            },
        },
        REGISTRY,
    )


def house(rules: OutcallRules = DAYTIME, *, flows: Any = None, **changes: Any) -> House:
    order = {name: changes.pop(name) for name in list(changes) if name in ("when", "at", "delay_s", "number", "flow",
             "attempts", "gap_s", "ring_s", "valid_s", "variable", "inputs")}  # fmt: skip
    return House(flows={FLOW: orders(**order), **(flows or {})}, outcalls=rules, **changes)


def ordered(small: House, caller: str = "13800000000") -> OutcallOrdered:
    small.arrive_only(caller)
    found: OutcallOrdered = small.told(OutcallOrdered)[-1]
    return found


def placed(small: House) -> list[Originate]:
    return [one for one in small.effects if isinstance(one, Originate)]


def heard(small: House) -> list[str]:
    return [media.removeprefix("prompt:") for one in small.effects if isinstance(one, Play) for media in one.media]


def called(small: House) -> Call:
    return small.state.calls[small.told(OutcallDialled)[-1].call]


def over(small: House) -> list[tuple[str, str, int]]:
    return [(fact.result, fact.reason, fact.attempts) for fact in small.told(OutcallEnded)]


# --- ordering and delivering


def test_a_number_is_called_at_once_and_whoever_answers_is_led_through_the_flow() -> None:
    small = house()
    fact = ordered(small)
    assert (fact.number, fact.caller, fact.version) == ("+8613911112222", "+8613800000000", FLOW)
    assert heard(small) == ["next"]
    (call,) = placed(small)
    assert (call.address, call.caller_number) == ("trunk:t1/+8613911112222", NUMBER)
    assert called(small).direction == "outbound"
    small.answer(call.leg)
    assert heard(small)[-1] == "words"
    run = called(small).run
    assert run is not None
    assert run.variables["words"] == "hello-13800000000"
    assert small.told(OutcallAnswered)[0].call == called(small).id
    small.end(call.leg)
    assert over(small) == [("delivered", "", 1)]
    assert small.state.outcalls == small.state.calls == {}
    assert not small.told(Abandoned), "who hears his words to no end has given nothing up"
    assert small.replayed() == small.now_lasting()


def test_who_is_called_may_come_to_an_agent_by_a_key() -> None:
    small = house()
    ordered(small)
    leg = placed(small)[0].leg
    small.answer(leg)
    small.tell(events.DigitPressed(at=small.clock.now(), call=called(small).id, leg=leg, digit="1"))
    assert [fact.queue for fact in small.told(Queued)] == ["sales"]
    assert called(small).waiting is not None


def test_another_flow_takes_whoever_answers_as_it_is_published_then() -> None:
    words = read({"start": "a", "nodes": {"a": {"type": "play", "media": ["prompt:for-you"]}}}, REGISTRY)
    names = {"flows": {WORDS_1: words}, "flow": "Words"}
    small = house(**names, published={WORDS: WORDS_1}, flow_ids={"Words": WORDS})
    assert (ordered(small).flow, ordered(small, "13800000001").version) == (WORDS, None)
    small.answer(placed(small)[0].leg)
    assert "for-you" in heard(small)
    assert [fact.flow for fact in small.told(FlowStarted)][-1] == WORDS_1
    assert over(small)[0] == ("delivered", "", 1), "the flow has run out, and hung up"
    unknown = house(**names)
    unknown.arrive_only()
    assert heard(unknown) == ["refused"]


def test_the_language_of_who_ordered_it_goes_along() -> None:
    nodes = {
        "who": {"type": "if", "condition": "outcall", "exits": {"true": "words", "false": "english"}},
        "english": {"type": "set", "language": "en", "exits": {"next": "order"}},
        "order": {"type": "outcall", "number": WHOM},
        "words": {"type": "play", "media": ["prompt:words"]},
    }
    small = House(flows={FLOW: read({"start": "who", "nodes": nodes}, REGISTRY)}, outcalls=DAYTIME)
    small.arrive_only()
    assert small.told(OutcallOrdered)[0].language == "en"
    small.answer(placed(small)[0].leg)
    assert [one.language for one in small.effects if isinstance(one, Play)][-1] == "en"


# --- when


def test_it_waits_for_its_time() -> None:
    small = house(when="delay", delay_s=7200, variable="at")
    call = small.arrive_only()
    at = small.clock.now() + timedelta(hours=2)
    told = [fact.variables["at"] for fact in small.told(FlowMoved) if "at" in fact.variables]
    assert told == [at.astimezone(HERE).isoformat(timespec="seconds")]
    assert call not in small.state.calls
    small.wait(7199)
    assert not placed(small)
    small.wait(1)
    assert len(placed(small)) == 1


def test_times_are_typed_by_keys_or_given_in_full() -> None:
    now = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)

    def meant(text: Any) -> str:
        found = moment_of(text, now)
        return f"{found:%y-%m-%d %H:%M}" if found else ""

    assert meant("1830") == meant(" 1830 ") == "26-12-24 18:30"
    assert meant("1800") == meant("12251800") == "26-12-25 18:00", "it is six already"
    assert meant("12240900") == "27-12-24 09:00"
    assert meant("2026-12-31T20:15:00") == "26-12-31 20:15"
    assert meant("2026-12-31T20:15:00+08:00") == "26-12-31 20:15"
    assert [meant(each) for each in ("2460", "02300900", "soon", "", None, "18", "１８３０")] == [""] * 7


def test_a_time_that_has_passed_or_is_far_off_is_none() -> None:
    for at in ('"2020-01-01T00:00:00+08:00"', '"2099-01-01T00:00:00+08:00"', '"2560"'):
        small = house(when="at", at=at)
        small.arrive_only()
        assert heard(small) == ["invalid_time"]
        assert not small.told(OutcallOrdered)


def test_nobody_is_called_outside_the_hours() -> None:
    opens = House().clock.now().astimezone(HERE) + timedelta(hours=3)
    small = house(OutcallRules(opens=f"{opens:%H:%M}", closes="24:00"), valid_s=86400)
    ordered(small)
    assert [fact.reason for fact in small.told(OutcallPutOff)] == ["hours"]
    small.wait(3 * 3600 - 60)
    assert not placed(small)
    small.wait(61)
    assert len(placed(small)) == 1


def test_hours_are_those_of_the_place_that_is_called() -> None:
    rules = OutcallRules(opens="08:00", closes="21:00", abroad=True)

    def opening(number: str, at: str) -> str:
        found = next_opening(number, datetime.fromisoformat(at), zone="Asia/Shanghai", rules=rules)
        return "" if found is None else found.astimezone(UTC).isoformat()[:16]

    assert opening("+8613911112222", "2026-01-05T12:59:00+00:00") == "2026-01-05T12:59"
    assert opening("+8613911112222", "2026-01-05T13:00:00+00:00") == "2026-01-06T00:00"
    assert opening("+8613911112222", "2026-01-05T23:00:00+00:00") == "2026-01-06T00:00"
    assert opening("+12125551234", "2026-01-05T12:59:00+00:00") == "2026-01-05T13:00", "eight in New York"
    assert opening("+79161234567", "2026-01-05T12:00:00+00:00") == "2026-01-06T06:00", "in all of Russia's zones"
    night = OutcallRules(opens="08:00", closes="09:00")
    assert next_opening("+79161234567", datetime(2026, 1, 5, tzinfo=UTC), zone="UTC", rules=night) is None


# --- trying again


def test_who_is_busy_or_does_not_answer_is_called_again_after_a_pause() -> None:
    small = house(attempts=3, gap_s=60, ring_s=20)
    ordered(small)
    small.end(placed(small)[-1].leg, Cause.BUSY)
    small.wait(59)
    assert len(placed(small)) == 1
    small.wait(1)
    assert len(placed(small)) == 2
    small.wait(80)
    assert [(fact.reason, fact.attempts) for fact in small.told(OutcallPutOff)] == [("busy", 1), ("no_answer", 2)]
    assert len(placed(small)) == 3
    small.wait(20)
    assert over(small) == [("unreachable", "no_answer", 3)]
    assert {fact.origin for fact in small.told(OutcallDialled)} == {small.told(OutcallOrdered)[0].origin}
    assert len(small.told(CallEnded)) == 4


@pytest.mark.parametrize(("cause", "result"), [(Cause.REJECTED, "refused"), (Cause.UNALLOCATED, "failed")])
def test_who_declines_is_not_called_again(cause: Cause, result: str) -> None:
    small = house()
    ordered(small)
    small.end(placed(small)[-1].leg, cause)
    small.wait(86400)
    assert over(small) == [(result, str(cause), 1)]
    assert len(placed(small)) == 1


def test_one_that_is_late_is_not_made_any_more() -> None:
    small = house(valid_s=300, gap_s=600)
    ordered(small)
    small.end(placed(small)[-1].leg, Cause.UNREACHABLE)
    small.wait(300)
    assert over(small) == [("expired", "", 1)]
    assert small.state.due.first() is None


def test_a_line_that_could_not_be_had_is_no_attempt_and_is_asked_for_again_soon() -> None:
    small = house(attempts=1, gap_s=3600)
    small.refuses = {Originate}
    ordered(small)
    assert [(fact.reason, fact.attempts) for fact in small.told(OutcallPutOff)] == [("congestion", 0)]
    small.wait(60)
    small.refuses = set()
    small.wait(60)
    small.end(placed(small)[-1].leg, Cause.CONGESTION)
    small.wait(60)
    assert len(placed(small)) == 4
    small.answer(placed(small)[-1].leg)
    small.end(placed(small)[-1].leg)
    assert over(small) == [("delivered", "", 1)]
    refused = house(valid_s=300)
    refused.refuses = {Originate}
    ordered(refused)
    refused.wait(300)
    assert over(refused) == [("expired", "", 0)]


def test_a_flow_that_is_gone_when_he_answers_ends_it_and_he_is_not_called_again() -> None:
    small = house()
    ordered(small)
    small.state.reconfigure(a_directory(flows={}, outcalls=DAYTIME))
    small.answer(placed(small)[0].leg)
    small.wait(86400)
    assert over(small) == [("failed", "flow.unpublished", 1)]
    assert len(placed(small)) == 1


# --- limits


def test_only_so_many_lines_are_taken_and_the_next_goes_when_one_is_free() -> None:
    small = house(OutcallRules(opens="00:00", closes="24:00", at_once=1, a_number=9))
    ordered(small)
    second = ordered(small, "13800000001")
    assert len(placed(small)) == 1
    assert small.state.outcalls[second.outcall].state is OutcallState.DUE
    leg = placed(small)[0].leg
    small.answer(leg)
    assert len(placed(small)) == 1, "who has answered is still on the line"
    small.end(leg)
    assert len(placed(small)) == 2
    assert small.replayed() == small.now_lasting()


def test_one_caller_and_one_number_have_so_many_a_day() -> None:
    small = house(OutcallRules(opens="00:00", closes="24:00", a_caller=2, a_number=3, at_once=9))
    for caller in ("13800000000", "13800000000", "13800000000", "13800000001", "13800000002"):
        small.arrive_only(caller)
    assert heard(small) == ["next", "next", "limit", "next", "limit"]
    small.wait(86400)
    small.arrive_only()
    assert heard(small)[-1] == "next"
    assert len(small.state.ordered) == 1


@pytest.mark.parametrize(
    "number",
    ["110", "12345", "95588", "4008001234", "+12125551234", "1", "", "hello", "+864008001234", "02112345678901"],
)
def test_none_but_the_house_s_own_country_s_subscribers_are_called(number: str) -> None:
    small = house(number=number)
    small.arrive_only()
    assert heard(small) == ["invalid_number"]
    assert not small.told(OutcallOrdered)


def test_other_countries_may_be_allowed_but_never_premium_numbers() -> None:
    abroad = OutcallRules(abroad=True)
    assert not barred("+12125551234", country="CN", rules=abroad)
    assert barred("+19005551234", country="CN", rules=abroad)
    assert barred("+12125551234", country="CN", rules=OutcallRules())


class Blacklist:
    def __init__(self, *numbers: str) -> None:
        self.numbers = set(numbers)

    def of(self, number: str, at: datetime) -> tuple[str, ...]:
        return ("blocked",) if number in self.numbers else ()


def test_who_is_on_the_blacklist_is_not_called_and_has_nobody_called() -> None:
    for blocked in ("+8613911112222", "+8613800000000"):
        small = house(listed=Blacklist(blocked))
        small.arrive_only()
        assert heard(small) == ["refused"]
    listed = Blacklist()
    small = house(listed=listed, when="delay", delay_s=60)
    ordered(small)
    listed.numbers.add("+8613911112222")
    small.wait(60)
    assert over(small) == [("failed", "outcall.blocked", 0)]


def test_nobody_is_called_without_a_trunk_or_for_one_without_a_number() -> None:
    for small, caller in ((house(trunk=""), "13800000000"), (house(OutcallRules(at_once=0)), "1380000000"),
                          (house(), "anonymous")):  # fmt: skip
        small.arrive_only(caller)
        assert heard(small) == ["refused"]


def test_a_flow_that_orders_again_and_again_comes_to_an_end() -> None:
    loop = read(
        {
            "start": "order",
            "nodes": {
                "order": {"type": "outcall", "number": WHOM, "exits": {"next": "rest", "limit": "bye"}},
                "rest": {"type": "wait", "seconds": 1, "exits": {"next": "order"}},
                "bye": {"type": "hang_up"},
            },
        },
        REGISTRY,
    )
    small = House(flows={FLOW: loop}, outcalls=DAYTIME)
    small.willing.add("trunk:t1/+8613911112222")
    small.arrive()
    small.wait(600)
    assert len(small.told(OutcallOrdered)) == DAYTIME.a_number
    assert small.state.calls == {}


# --- people, and the switch


def test_a_supervisor_may_cancel_it() -> None:
    small = house(when="delay", delay_s=600)
    outcall = ordered(small).outcall
    small.tell(inputs.CancelOutcall(outcall=outcall, by="sue"))
    assert [(fact.result, fact.by) for fact in small.told(OutcallEnded)] == [("cancelled", "sue")]
    with pytest.raises(NotFound):
        small.tell(inputs.CancelOutcall(outcall=outcall, by="sue"))
    now = house()
    calling = ordered(now).outcall
    with pytest.raises(Conflict):
        now.tell(inputs.CancelOutcall(outcall=calling, by="sue"))
    now.tell(inputs.EndCall(call=called(now).id, supervisor="sue"))
    assert over(now) == [("cancelled", "normal", 1)]
    with pytest.raises(NotFound):
        now.tell(inputs.CancelOutcall(outcall=OutcallId("none"), by="sue"))


def test_nobody_is_called_while_the_switch_is_away_and_what_it_lost_is_made_good() -> None:
    small = house(when="delay", delay_s=5, gap_s=60)
    ordered(small)
    small.tell(events.SwitchLost(at=small.clock.now()))
    small.wait(30)
    assert not placed(small)
    small.tell(survey(small))
    assert len(placed(small)) == 1
    small.legs.clear()
    small.tell(events.SwitchLost(at=small.clock.now()))
    small.tell(survey(small))
    assert [(fact.reason, fact.attempts) for fact in small.told(OutcallPutOff)] == [("switch_lost", 0)]
    small.wait(60)
    small.answer(placed(small)[-1].leg)
    assert heard(small)[-1] == "words"


def test_one_who_answered_unheard_is_led_through_his_flow_when_the_switch_is_back() -> None:
    small = house()
    ordered(small)
    small.tell(events.SwitchLost(at=small.clock.now()))
    small.up.add(placed(small)[0].leg)
    small.tell(survey(small))
    assert heard(small)[-1] == "words"
    assert len(small.told(OutcallAnswered)) == 1


def test_a_flow_that_is_gone_when_it_is_due_is_a_failure_with_its_reason() -> None:
    small = house(flow="Words", flow_ids={"Words": WORDS}, when="delay", delay_s=60)
    ordered(small)
    small.wait(60)
    assert over(small) == [("failed", "flow.unpublished", 0)]
    assert not [fact for fact in small.told(FlowEnded) if fact.reason.startswith("error")]
