import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rexian import main, telephony
from rexian.core.ids import AgentId, FlowVersionId, NumberId, QueueId
from rexian.floor import conversations
from rexian.floor import events as facts
from rexian.floor.apply import replay
from rexian.floor.directory import AgentEntry, NumberEntry, QueueEntry, directory
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.flows.documents import read, validate
from rexian.flows.nodes import load_registry
from rexian.main.callers.voices import sentences
from rexian.main.demo import centre, past
from rexian.main.demo.customers import COUNT, customers
from rexian.main.demo.people import AGENTS, QUEUES
from rexian.main.sounds import PACK, built_in_keys, lay_out

SOUNDS = (
    Path(telephony.__file__).parent / "sounds",
    Path(main.__file__).parent / "demo" / "sounds",
    Path(main.__file__).parent / "callers" / "voices",
)
GREETING = json.loads((centre.HERE / "greeting.json").read_text(encoding="utf-8"))


def sounds_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.suffix in (".opus", ".ulaw")]


@pytest.mark.parametrize("folder", SOUNDS, ids=lambda folder: folder.parent.name)
def test_every_prompt_has_its_sound_and_every_sound_its_prompt(folder: Path) -> None:
    prompts = json.loads((folder / "prompts.json").read_text(encoding="utf-8"))
    wanted = {f"{language}/{key}" for key, texts in prompts.items() for language in texts}

    assert {str(file.relative_to(folder).with_suffix("")) for file in sounds_in(folder)} == wanted


def test_all_sounds_together_are_small() -> None:
    assert sum(file.stat().st_size for folder in (*SOUNDS, PACK) for file in sounds_in(folder)) < 2 * 2**20


def test_prompts_are_laid_out_once(tmp_path: Path) -> None:
    lay_out(tmp_path)
    one = tmp_path / "_built-in" / "zh" / "goodbye.ulaw"
    made = one.stat().st_mtime_ns

    lay_out(tmp_path)

    assert one.stat().st_mtime_ns == made


def test_the_greeting_is_without_problems() -> None:
    own = json.loads((SOUNDS[1] / "prompts.json").read_text(encoding="utf-8"))
    known = {"queue": set(QUEUES), "calendar": {centre.CALENDAR}, "prompt": {*built_in_keys(), *own}}

    assert validate(GREETING, load_registry(), known) == []


def test_customers_are_always_the_same_and_nobody_shares_a_number() -> None:
    first, second = list(customers()), list(customers())

    assert [customer.name for customer in first] == [customer.name for customer in second]
    numbers = {identity.value for customer in first for identity in customer.identities}
    assert len(first) == COUNT
    assert len(numbers) == sum(len(customer.identities) for customer in first)


def test_robots_have_something_to_say_in_both_languages() -> None:
    assert all(sentences("customer").values())
    assert len(sentences("agent")["zh"]) > 1


def test_a_day_of_the_past_ends_with_everybody_gone_and_every_call_closed() -> None:
    flow = FlowVersionId("greeting")
    house = directory(
        agents=[
            AgentEntry(
                id=AgentId(person.username),
                name=person.name,
                extension=person.extension,
                address=f"phone:{person.username}",
                phone=person.username,
                skills=person.skills,
                queues=tuple(QueueId(queue) for queue in person.queues),
            )
            for person in AGENTS
        ],
        queues=[QueueEntry(id=QueueId(name), name=name) for name in QUEUES],
        numbers=[NumberEntry(id=NumberId("n"), number="+864008001234", flow=flow)],
        flows={flow: read(GREETING, load_registry())},
    )
    opens = datetime(2026, 11, 20, 9, tzinfo=past.ZONE)
    last_call = opens + timedelta(hours=9)
    known = list(customers())

    told = past.day_of(house, known, ["done", "later"], opens, last_call, seed=1)

    arrived = [fact.call for fact in told if isinstance(fact, facts.CallArrived)]
    ended = [fact.call for fact in told if isinstance(fact, facts.CallEnded)]
    came = [fact.agent for fact in told if isinstance(fact, facts.SignedIn)]
    went = [fact.agent for fact in told if isinstance(fact, facts.SignedOut)]
    assert 110 < len(set(arrived)) == len(arrived) < 220, "162 are expected"
    assert sorted(ended) == sorted(arrived)
    assert sorted(came) == sorted(went)
    assert len(came) == past.ON_DUTY
    wrapped = [fact for fact in told if isinstance(fact, facts.WrappedUp) and fact.how == "done"]
    assert {fact.disposition for fact in wrapped} == {"done", "later"}

    counted = Counter(type(fact) for fact in told)
    assert counted[conversations.Connected] > 0.7 * len(arrived)
    assert counted[facts.Abandoned] > 0
    assert not counted[conversations.RecordingStarted]
    assert {fact.queue for fact in told if isinstance(fact, facts.Queued)} == set(house.queues)
    numbers = {customer.identities[0].value for customer in known}
    assert {fact.caller for fact in told if isinstance(fact, facts.CallArrived)} <= numbers

    times = [fact.at for fact in told]
    assert times == sorted(times)
    assert opens - past.COME_BEFORE <= times[0]
    assert times[-1] < last_call + past.BEFORE_NOW
    left = replay(State(house), told)
    assert not left.calls
    assert {agent.state for agent in left.agents.values()} == {Presence.OFF}
    assert not any(agent.phone or agent.desk for agent in left.agents.values())
