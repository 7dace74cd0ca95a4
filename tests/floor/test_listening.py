"""A flow listens to a caller: recorded for a moment, understood beside the floor, and nothing of it stays."""

from typing import Any

import pytest

from rexian.core.ids import AgentId
from rexian.floor.conversations import RecordingClosed, RecordingStarted
from rexian.floor.errands import RunErrand
from rexian.floor.events import CallEnded, FlowMoved
from rexian.floor.inputs import ErrandDone
from rexian.floor.model import Call
from rexian.floor.utterances import CallerHeard, ListeningBegan, ListeningEnded
from rexian.flows.documents import read
from rexian.telephony import commands, events
from tests.floor.house import FLOW, REGISTRY, House

CHOICES = [{"exit": "sales", "zh": ["买东西"], "key": "1"}, {"exit": "service", "zh": ["修东西"], "key": "2"}]


def listening(*, hears: tuple[str, ...] = ("en", "zh"), **fields: Any) -> House:
    asks = {"type": "listen", "media": ["tone:ring"], "choices": CHOICES, "variable": "said", "retries": 0, **fields}
    exits = {"sales": "sales", "service": "service", "default": "bye"}
    nodes = {
        "ask": {**asks, "exits": exits},
        "sales": {"type": "queue", "queue": "sales"},
        "service": {"type": "queue", "queue": "service"},
        "bye": {"type": "hang_up"},
    }
    return House(flows={FLOW: read({"start": "ask", "nodes": nodes}, REGISTRY)}, hears=hears)


def errands(house: House, kind: str) -> list[RunErrand]:
    return [effect for effect in house.effects if isinstance(effect, RunErrand) and effect.kind == kind]


def recordings(house: House) -> list[str]:
    """What the switch records just now, by the commands it was given."""
    running: list[str] = []
    for effect in house.effects:
        if isinstance(effect, commands.StartRecording):
            running.append(effect.recording)
        elif isinstance(effect, commands.StopRecording):
            running.remove(effect.recording)
    return running


def talks(house: House, call: Call, *, on: bool) -> None:
    assert call.customer_leg is not None
    house.tell(events.Talking(at=house.clock.now(), call=call.id, leg=call.customer_leg, on=on))


def closes(house: House, call: Call, recording: str) -> None:
    """The switch has written the file."""
    path = f"/left/{recording}.raw"
    house.tell(
        events.Recorded(
            at=house.clock.now(), call=call.id, leg=call.customer_leg or "in-1", recording=recording, path=path
        )
    )


def understood(house: House, call: Call, text: str) -> None:
    asked = errands(house, "speech.hear")[-1]
    value = {"text": text, "confidence": 0.9, "choice": ""}
    house.tell(ErrandDone(call=call.id, errand=asked.errand, value=value))


def speaks(house: House, call: Call) -> str:
    """He says something, and the file of it is whole."""
    name = call.listening
    talks(house, call, on=True)
    talks(house, call, on=False)
    closes(house, call, name)
    return name


def test_what_he_says_leads_him_on_and_is_told() -> None:
    house = listening()
    call = house.arrive()
    assert recordings(house) == [call.listening]
    assert len(errands(house, "speech.prepare")) == 1, "The recogniser is made ready while he is asked."
    speaks(house, call)
    assert recordings(house) == []
    understood(house, call, "我要修东西")

    assert call.queue == "service"
    (heard,) = house.told(CallerHeard)
    assert (heard.node, heard.text, heard.choice, heard.confidence) == ("ask", "我要修东西", "service", 0.9)
    assert {"said": "我要修东西"} in [fact.variables for fact in house.told(FlowMoved)]
    assert not house.told(RecordingStarted, RecordingClosed), "No recording of it is kept."
    assert house.replayed() == house.now_lasting()


def test_a_key_ends_the_listening_and_its_file_is_thrown_away() -> None:
    house = listening()
    call = house.arrive()
    name = call.listening
    talks(house, call, on=True)
    house.tell(events.DigitPressed(at=house.clock.now(), call=call.id, leg=call.customer_leg, digit="1"))
    assert call.queue == "sales"
    assert recordings(house) == []
    closes(house, call, name)
    assert [each.parameters for each in errands(house, "speech.forget")] == [{"path": f"/left/{name}.raw"}]
    house.tell(ErrandDone(call=call.id, errand=0, error="errand.failed"))
    assert call.waiting is not None, "It is of no concern whether that went well."


STEPS = ("asked", "speaking", "silent", "recorded", "understood")


@pytest.mark.parametrize("until", STEPS)
@pytest.mark.parametrize("masked", [False, True])
def test_who_hangs_up_at_any_moment_leaves_nothing_behind(until: str, masked: bool) -> None:
    house = listening(masked=masked)
    call = house.arrive()
    name = call.listening
    place = STEPS.index(until)
    if place >= 1:
        talks(house, call, on=True)
    if place >= 2:
        talks(house, call, on=False)
    if place >= 3:
        closes(house, call, name)
    if place >= 4:
        understood(house, call, "买东西")
    leg = call.customer_leg
    assert leg is not None
    house.end(leg)
    if place < 3:
        closes(house, call, name)
        assert [each.parameters for each in errands(house, "speech.forget")] == [{"path": f"/left/{name}.raw"}]
    elif place == 3:
        understood(house, call, "买东西")
    assert house.told(CallEnded)
    assert not house.told(RecordingClosed)
    house.wait(60)
    assert call.id not in house.state.calls
    assert not house.state.concealed
    assert house.replayed() == house.now_lasting()


def test_what_is_said_in_secret_stands_in_no_fact() -> None:
    house = listening(masked=True)
    call = house.arrive()
    speaks(house, call)
    understood(house, call, "买东西八八八")
    assert call.queue == "sales"
    assert house.told(CallerHeard)[0].text == ""
    assert "八八八" not in str(house.facts)


def test_a_recogniser_that_never_answers_strands_nobody() -> None:
    house = listening(patience_s=3)
    call = house.arrive()
    speaks(house, call)
    house.wait(4)
    assert house.told(CallEnded)


def test_a_switch_that_cannot_record_strands_nobody() -> None:
    house = listening()
    house.refuses.add(commands.StartRecording)
    house.arrive_only()
    assert house.told(ListeningBegan)
    assert house.told(ListeningEnded)
    assert house.told(CallEnded)
    assert house.replayed() == house.now_lasting()


def test_where_nothing_understands_him_nobody_listens() -> None:
    house = listening(hears=())
    house.arrive_only()
    assert not house.told(ListeningBegan)
    assert house.told(CallEnded)


def test_an_agent_who_answers_meanwhile_is_not_listened_to() -> None:
    """In the branch that fills the waiting."""
    nodes = {
        "sales": {"type": "queue", "queue": "sales", "exits": {"waiting": "ask"}},
        "ask": {"type": "listen", "media": ["tone:ring"], "exits": {"heard": "ask", "default": "ask"}},
    }
    house = House(flows={FLOW: read({"start": "sales", "nodes": nodes}, REGISTRY)})
    call = house.arrive()
    name = call.listening
    assert name
    house.staff("ann")
    house.pick_up(call)
    assert call.state == "talking"
    assert name not in recordings(house)
    assert call.listening == ""
    bridged = next(place for place, effect in enumerate(house.effects) if isinstance(effect, commands.Bridge))
    stopped = next(
        place
        for place, effect in enumerate(house.effects)
        if isinstance(effect, commands.StopRecording) and effect.recording == name
    )
    assert stopped < bridged, "Before they hear each other."
    closes(house, call, name)
    assert errands(house, "speech.forget")
    assert house.agent("ann").call == call.id


def test_after_the_switch_came_back_he_is_asked_anew_and_listened_to_once() -> None:
    house = listening()
    call = house.arrive()
    first = call.listening
    assert call.customer_leg is not None
    house.tell(events.SwitchLost(at=house.clock.now()))
    seen = events.LegSeen(leg=call.customer_leg, call=call.id, up=True)
    house.tell(events.SwitchBack(at=house.clock.now(), legs=(seen,)))
    assert recordings(house) == [call.listening]
    assert call.listening != first
    assert house.replayed() == house.now_lasting()


def test_what_the_flow_keeps_is_closed_when_it_has_been_understood() -> None:
    house = listening(keep=True)
    call = house.arrive()
    (started,) = house.told(RecordingStarted)
    talks(house, call, on=True)
    talks(house, call, on=False)
    closes(house, call, started.recording)
    assert not house.told(RecordingClosed), "Its file is still needed."
    understood(house, call, "买东西")
    assert house.told(RecordingClosed)[0].path == f"/left/{started.recording}.raw"
    assert call.recording is None
    assert AgentId("ann") not in call.offers
