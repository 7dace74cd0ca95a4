"""What a queue says and offers to those who wait: its own words in turn, and choices by keys."""

from typing import Any

from rexian.core.ids import FlowVersionId
from rexian.floor.events import Announced, LeftQueue
from rexian.floor.model import Call
from rexian.floor.owed import CallbackAsked, TapeStarted
from rexian.telephony import events
from rexian.telephony.commands import Play, StartMusic, StopPlaying
from tests.floor.house import FLOW, SALES, SERVICE, House, queue
from tests.floor.test_callbacks import WAITING_MENU

BOTH = ("callback", "voicemail")


def house(**changes: Any) -> House:
    settings = {"announce_every_s": 30, "comfort": BOTH, **changes.pop("settings", {})}
    return House(queues=[queue(SALES, **settings), queue(SERVICE)], **changes)


def press(small: House, call: Call, *digits: str) -> None:
    for digit in digits:
        assert call.customer_leg is not None
        small.tell(events.DigitPressed(at=small.clock.now(), call=call.id, leg=call.customer_leg, digit=digit))


def heard(small: House) -> list[str]:
    return [media.removeprefix("prompt:") for one in small.effects if isinstance(one, Play) for media in one.media]


def test_the_choices_are_told_again_and_again_with_their_keys() -> None:
    small = house()
    small.arrive()
    small.wait(29)
    assert heard(small) == []
    small.wait(32)
    told = ["silence:300", "comfort-callback", "callback-press", "number-1"]
    told += ["silence:300", "comfort-voicemail", "callback-press", "number-two"]
    assert heard(small) == [*told, *told]


def test_the_queues_own_words_come_in_turn_after_the_place_in_line() -> None:
    settings = {"comfort": (), "announce_prompts": ("offer", "hours"), "announce_position": True}
    small = house(settings=settings)
    small.arrive()
    small.wait(91)
    assert heard(small) == ["queue-you-are-next", "offer", "queue-you-are-next", "hours", "queue-you-are-next", "offer"]
    assert len(small.told(Announced)) == 3


def test_the_key_for_a_callback_reads_the_number_back_and_keeps_the_place() -> None:
    small = house()
    call = small.arrive("13800000000")
    assert call.waiting is not None
    since = call.waiting.since
    small.wait(31)
    press(small, call, "1")
    assert any(isinstance(effect, StopPlaying) for effect in small.effects), "what was being said stops"
    assert "callback-offer" not in heard(small), "he has said that he wants it"
    assert heard(small)[-1] == "callback-confirm"
    press(small, call, "1")
    assert [(fact.number, fact.since) for fact in small.told(CallbackAsked)] == [("+8613800000000", since)]
    assert small.replayed() == small.now_lasting()


def test_the_key_for_a_message_leads_to_it() -> None:
    small = house()
    call = small.arrive()
    small.wait(31)
    press(small, call, "2")
    assert [fact.reason for fact in small.told(LeftQueue)] == ["voicemail"]
    assert [fact.queue for fact in small.told(TapeStarted)] == [SALES]


def test_who_thinks_better_of_it_waits_on_with_music_and_may_choose_again() -> None:
    small = house()
    call = small.arrive()
    small.wait(31)
    press(small, call, "1", "*")
    assert call.state == "waiting"
    small.tell(events.Played(at=small.clock.now(), call=call.id, playback=f"{call.id}.p1"))
    assert isinstance(small.effects[-1], StartMusic)
    small.wait(31)
    press(small, call, "1", "1")
    assert small.told(CallbackAsked)


def test_keys_that_nobody_has_offered_do_nothing() -> None:
    small = house()
    call = small.arrive()
    press(small, call, "1")
    small.wait(31)
    press(small, call, "3")
    assert call.state == "waiting"
    assert not small.told(CallbackAsked, TapeStarted)


def test_without_a_trunk_no_callback_is_offered_and_the_other_key_stays() -> None:
    small = house(trunk="")
    call = small.arrive()
    small.wait(31)
    assert "comfort-callback" not in heard(small)
    assert heard(small)[-1] == "number-two"
    press(small, call, "1")
    assert call.state == "waiting"
    press(small, call, "2")
    assert small.told(TapeStarted)


def test_a_flow_that_fills_the_waiting_keeps_its_own_keys() -> None:
    small = house(flows={FlowVersionId(FLOW): WAITING_MENU}, settings={"announce_every_s": 5})
    call = small.arrive()
    small.wait(5)
    press(small, call, "2")
    assert not small.told(TapeStarted), "two means waiting on in the flow's own offer"
