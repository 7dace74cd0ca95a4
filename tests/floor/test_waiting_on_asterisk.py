"""Waiting, on a real Asterisk: a callback keeps the place, messages are recorded, every exit leads where it says."""

import asyncio
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.adapters.asterisk.templates import CLASSES
from rexian.core.errors import Unavailable
from rexian.core.ids import AgentId, NumberId, QueueId, TenantId
from rexian.floor import inputs
from rexian.floor.conversations import Connected, RecordingClosed
from rexian.floor.directory import Directory
from rexian.floor.events import Abandoned, ExitTaken, LeftQueue, Offered, Queued
from rexian.floor.gatherings import GivenBack, RoomJoined, RoomLeft
from rexian.floor.model import Figures
from rexian.floor.owed import CallbackAsked, CallbackEnded, CallbackStarted, TapeStarted, VoicemailLeft, VoicemailTaken
from rexian.flows.documents import read
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from rexian.main.sounds import lay_out
from rexian.routing.exits import Exit
from rexian.telephony.ports import Trunk
from tests.asterisk import running_asterisk
from tests.floor.house import FLOW, REGISTRY, SALES, SERVICE, a_directory, agent, queue
from tests.floor.test_offers_on_asterisk import PATIENCE_S, Office
from tests.floor.voice import on_asterisk
from tests.sip import Line, SipPhone
from tests.sip.media import strength, tone

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres]

SPOKEN = 300
"""Louder than any silence."""


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Access, int]]:
    folder = tmp_path_factory.mktemp("asterisk")
    upload(folder / "prompts", "low", 620.0)
    classes = folder / "prompts" / CLASSES
    classes.write_text(f"[acme.zh.low]\nmode=playlist\nentry={folder.absolute()}/prompts/acme/zh/low\n")
    with running_asterisk(folder) as (access, settings):
        lay_out(Path(access.prompts))
        yield access, settings.sip_port


@asynccontextmanager
async def opened(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database, directory: Directory
) -> AsyncIterator[Office]:
    """An office with Ann's and Bob's phones, and a carrier outside that brings calls and takes them."""
    access, port = asterisk
    async with SipPhone() as carrier, SipPhone("demo-ann", "s3cret") as ann, SipPhone("demo-bob", "s3cret") as bob:
        trunk = Trunk(id="t1", host=f"127.0.0.1:{carrier.port}", hosts=("127.0.0.1",))
        way = on_asterisk(access, tenant, journal, database, directory, ("ann", "bob"), trunk)
        async with way as (floor, switch):
            office = Office(floor, ("127.0.0.1", port), {"ann": ann, "bob": bob}, carrier)
            for phone in (ann, bob):
                await office.register(phone)
            await office.until(lambda: sum(each.phone for each in floor.state.agents.values()) == 2)
            await reached(switch)
            yield office


async def reached(switch: AsteriskSwitch) -> None:
    """The way of events is open, too."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await switch.survey()
                return
            except Unavailable:
                await asyncio.sleep(0.05)


def house(nodes: dict[str, Any], *exits: Exit, **changes: Any) -> Directory:
    return a_directory(
        agents=[agent("ann", wrap_up_s=0, queues=(SALES,)), agent("bob", wrap_up_s=0, queues=(SERVICE,))],
        queues=[queue(SALES, ring_timeout_s=20, exits=exits), queue(SERVICE, ring_timeout_s=20)],
        flows={FLOW: read({"start": next(iter(nodes)), "nodes": nodes}, REGISTRY)},
        record=False,
        **changes,
    )


async def step(office: Office, name: str) -> None:
    """A caller is being asked this."""
    calls = office.floor.state.calls
    await office.until(lambda: any(call.run and call.run.memory.get("step") == name for call in calls.values()))


async def hear_each_other(office: Office, one: Line, other: Line) -> None:
    one.media.say(900.0)
    other.media.say(1300.0)
    await office.until(lambda: other.media.hears(900.0) and one.media.hears(1300.0))


async def test_who_is_called_back_keeps_his_place_before_those_who_came_later(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    nodes = {
        "sales": {"type": "queue", "queue": "sales", "exits": {"waiting": "offer"}},
        "offer": {"type": "callback", "exits": {}},
    }
    async with opened(asterisk, tenant, journal, database, house(nodes)) as office:
        first = await office.call("13800138001")
        await step(office, "offer")
        await office.until(lambda: first.media.loudness() > SPOKEN)
        second = await office.call("13800138002")
        await office.until(lambda: len(office.told(Queued)) == 2)
        first.media.press("1")
        await step(office, "confirm")
        first.media.press("1")
        await office.until(lambda: office.told(CallbackAsked))
        asked, queued = office.told(CallbackAsked)[0], office.told(Queued)[0]
        assert (asked.number, asked.since) == ("+8613800138001", queued.since)
        first.hang_up()

        await office.staff("ann")
        (line,) = await office.rung("ann")
        assert [fact.callback for fact in office.told(CallbackStarted)] == [asked.callback]
        await line.answer()
        customer = await office.outside.incoming(PATIENCE_S)
        assert customer.invite.uri.startswith("sip:+8613800138001@")
        customer.ring()
        await asyncio.sleep(0.5)
        await customer.answer()
        await office.until(lambda: office.told(Connected))
        await hear_each_other(office, line, customer)
        customer.hang_up()
        await line.wait(line.ended, PATIENCE_S)
        await office.until(lambda: office.told(CallbackEnded))
        assert office.told(CallbackEnded)[0].result == "connected"

        (line,) = await office.rung("ann")
        await line.answer()
        await hear_each_other(office, line, second)
        second.hang_up()
        await office.at_rest()


async def test_who_calls_again_has_his_place_and_who_would_wait_too_long_is_told_so(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    nodes = {"sales": {"type": "queue", "queue": "sales"}}
    directory = house(nodes)

    def with_rules(*exits: Exit) -> Directory:
        sales = queue(SALES, ring_timeout_s=20, keep_place_s=60, exits=exits)
        return a_directory(agents=list(directory.agents.values()), queues=[sales], flows=directory.flows, record=False)

    async with opened(asterisk, tenant, journal, database, with_rules()) as office:
        first = await office.call("13800138001")
        await office.until(lambda: len(office.told(Queued)) == 1)
        second = await office.call("13800138002")
        await office.until(lambda: len(office.told(Queued)) == 2)
        await hangs_up_one(first)
        await office.until(lambda: office.told(Abandoned))
        again = await office.call("13800138001")
        await office.until(lambda: len(office.told(Queued)) == 3)
        began, _, resumed = office.told(Queued)
        assert (resumed.resumes, resumed.since) == (began.call, began.since)
        await office.staff("ann")
        (line,) = await office.rung("ann")
        await line.answer()
        await hear_each_other(office, line, again)

        # As after many calls of a minute each: behind one who talks and one who waits it takes two.
        office.floor.state.figures[SALES] = Figures(handled=100, talk_s=60.0)
        too_long = Exit(when="expected_wait", at="entry", limit=90, to="message", target="all-agents-busy")
        office.floor.reconfigure(with_rules(too_long))
        third = await office.call("13800138003")
        await office.until(lambda: office.told(ExitTaken))
        (taken,) = office.told(ExitTaken)
        assert (taken.exit, taken.standing.expected_wait_s) == (too_long, 120.0)
        await office.until(lambda: third.media.loudness() > SPOKEN)
        await third.wait(third.ended, PATIENCE_S)
        assert not second.ended.is_set()
        await hangs_up(office, second, again)


async def hangs_up_one(line: Line) -> None:
    line.hang_up()
    await line.wait(line.ended, PATIENCE_S)


def recorded(office: Office, recording: str) -> np.ndarray[Any, np.dtype[np.int16]]:
    """What the switch has kept of the caller: the left of two tracks."""
    (path,) = [fact.path for fact in office.told(RecordingClosed) if fact.recording == recording]
    return np.frombuffer(Path(path).read_bytes(), dtype="<i2").reshape(-1, 2)[:, 0]


async def test_a_message_is_what_its_caller_said_and_is_given_to_an_agent(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    nodes = {"tape": {"type": "voicemail", "queue": "sales"}}
    async with opened(asterisk, tenant, journal, database, house(nodes)) as office:
        one, other = await office.call("13800138001"), await office.call("13800138002")
        await one.wait(one.answered, PATIENCE_S)
        await other.wait(other.answered, PATIENCE_S)
        await office.until(lambda: one.media.loudness() > SPOKEN)
        one.media.say(700.0)
        other.media.say(1100.0)
        await office.until(lambda: len(office.told(TapeStarted)) == 2)
        await asyncio.sleep(3)
        one.media.say(0)
        one.media.press("#")
        other.hang_up()
        await office.until(lambda: len(office.told(VoicemailLeft)) == 1)
        await step(office, "choices")
        one.media.press("1")
        await one.wait(one.ended, PATIENCE_S)
        await office.until(lambda: len(office.told(RecordingClosed)) == 2)
        left = {fact.number: fact for fact in office.told(VoicemailLeft)}
        for number, own, foreign in (("+8613800138001", 700.0, 1100.0), ("+8613800138002", 1100.0, 700.0)):
            said = recorded(office, left[number].recording)
            assert 2.5 * 8000 < len(said) < 6 * 8000
            middle = said[8000:16000]
            assert strength(middle, own) > 3000
            assert strength(middle, foreign) < 300

        await office.staff("ann")
        await office.until(lambda: office.told(VoicemailTaken))
        (taken,) = office.told(VoicemailTaken)
        assert (taken.voicemail, taken.agent) == (left["+8613800138002"].voicemail, "ann")
        await office.floor.ask(inputs.CloseVoicemail(voicemail=taken.voicemail, by="ann", agent=AgentId("ann")))
        await office.until(lambda: len(office.told(VoicemailTaken)) == 2)
        assert office.told(VoicemailTaken)[1].voicemail == left["+8613800138001"].voicemail


def upload(prompts: Path, key: str, pitch: float) -> None:
    """A prompt of the tenant's own, as the library keeps it."""
    folder = prompts / "acme" / "zh"
    folder.mkdir(parents=True, exist_ok=True)
    with wave.open(str(folder / f"{key}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(tone(pitch, 2.0).tobytes())


async def test_each_queue_plays_its_own_music_while_waiting_and_on_hold(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    """The one was known to Asterisk when it started; the other is made known while somebody hears the first."""
    access, _ = asterisk
    upload(Path(access.prompts), "high", 1480.0)
    classes = Path(access.prompts) / CLASSES
    before = classes.read_text()

    def with_music(music: str) -> Directory:
        first = house(IN_LINE)
        return a_directory(
            agents=list(first.agents.values()),
            queues=[queue(SALES, ring_timeout_s=20, music=music)],
            flows=first.flows,
            slug="acme",
            record=False,
        )

    async with opened(asterisk, tenant, journal, database, with_music("low")) as office:
        low = await office.call("13800138001")
        await office.until(lambda: low.media.hears(620.0))
        assert classes.read_text() == before
        office.floor.reconfigure(with_music("high"))
        high = await office.call("13800138002")
        await office.until(lambda: high.media.hears(1480.0))
        assert low.media.hears(620.0)
        assert "[acme.zh.high]" in classes.read_text()
        assert not high.media.hears(620.0)

        office.floor.reconfigure(with_music("gone"))
        default = await office.call("13800138003")
        await office.until(lambda: default.media.loudness() > SPOKEN)
        assert not default.media.hears(620.0)
        assert not default.media.hears(1480.0)

        office.floor.reconfigure(with_music("high"))
        await office.staff("ann")
        (line,) = await office.rung("ann")
        await line.answer()
        await hear_each_other(office, line, low)
        line.media.say(0)
        await office.floor.ask(inputs.HoldCall(agent=AgentId("ann")))
        await office.until(lambda: low.media.hears(1480.0))
        await hangs_up(office, low, high, default)


class OpenUntil:
    """Hours that end at a certain moment."""

    def __init__(self, end: datetime) -> None:
        self.end = end

    def is_open(self, at: datetime) -> bool:
        return at < self.end

    def next_change(self, at: datetime) -> datetime | None:
        return self.end if at < self.end else None


BACK = {
    name: {"type": "play", "media": ["prompt:sorry-goodbye"], "exits": {}}
    for name in ("full", "timeout", "no_agents", "closed")
}
IN_LINE = {"sales": {"type": "queue", "queue": "sales", "exits": {name: name for name in BACK}}, **BACK}


async def leaves(office: Office, *exits: Exit, **changes: Any) -> Line:
    """A caller comes to a queue that has these exits, and takes the first of them."""
    office.floor.reconfigure(house(IN_LINE, *exits, **changes))
    before = len(office.told(ExitTaken))
    line = await office.call()
    await office.until(lambda: len(office.told(ExitTaken)) == before + 1)
    assert office.told(ExitTaken)[-1].exit == exits[0]
    return line


async def hears_and_is_let_go(line: Line, office: Office) -> None:
    await office.until(lambda: line.media.loudness() > SPOKEN)
    await line.wait(line.ended, PATIENCE_S)
    await office.at_rest()


async def hangs_up(office: Office, *lines: Line) -> None:
    for line in lines:
        await hangs_up_one(line)
    await office.at_rest()


async def test_every_exit_leads_where_it_says(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    async with opened(asterisk, tenant, journal, database, house(IN_LINE)) as office:
        # Nobody is signed in: back to the flow, to voicemail, to another queue, to the offer of a callback.
        await hears_and_is_let_go(await leaves(office, Exit(when="no_agents")), office)
        line = await leaves(office, Exit(when="no_agents", to="voicemail"))
        await office.until(lambda: office.told(TapeStarted))
        await hangs_up(office, line)
        line = await leaves(office, Exit(when="no_agents", to="callback"))
        await step(office, "offer")
        await hangs_up(office, line)
        await office.staff("bob")
        line = await leaves(office, Exit(when="no_agents", to="queue", target=str(SERVICE)))
        (rung,) = await office.rung("bob")
        await hangs_up(office, line)
        await rung.wait(rung.ended, PATIENCE_S)

        # Somebody is, and pauses: the queue is full, is too busy, serves nobody; it closes soon.
        await office.staff("ann")
        await office.floor.ask(inputs.Pause(agent=AgentId("ann"), reason="tea"))
        await hears_and_is_let_go(await leaves(office, Exit(when="size", limit=0)), office)
        message = {"to": "message", "target": "all-agents-busy"}
        await hears_and_is_let_go(await leaves(office, Exit(when="none_serving", **message)), office)
        await hears_and_is_let_go(await leaves(office, Exit(when="per_staffed", limit=0.5, **message)), office)
        await hears_and_is_let_go(await leaves(office, Exit(when="per_serving", limit=0.5, **message)), office)
        soon = {"hours": OpenUntil(datetime.now(UTC) + timedelta(seconds=60))}
        line = await leaves(office, Exit(when="closing", calendar="hours", limit=120, **message), calendars=soon)
        await hears_and_is_let_go(line, office)

        # He has waited for too long: a number outside, whose voice he hears.
        line = await leaves(office, Exit(when="wait", at="waiting", limit=1, to="number", target="02161234567"))
        outside = await office.outside.incoming(PATIENCE_S)
        assert outside.invite.uri.startswith("sip:+862161234567@")
        await outside.answer()
        await hear_each_other(office, line, outside)
        await hangs_up(office, line)
        await outside.wait(outside.ended, PATIENCE_S)

        # A supervisor closes the queue with words for it: who waits hears them and leaves by the flow's exit.
        office.floor.reconfigure(house(IN_LINE))
        line = await office.call()
        await office.until(lambda: office.floor.state.waiting.get(SALES))
        await office.floor.ask(inputs.CloseQueue(queue=QueueId(SALES), by="sup", media=("prompt:closed",)))
        await hears_and_is_let_go(line, office)
        assert office.told(LeftQueue)[-1].reason == "closed"
        await office.floor.ask(inputs.OpenQueue(queue=QueueId(SALES), by="sup"))

        # An emergency: the words instead of the flow, then before it.
        words = ("prompt:closed",)
        queued = len(office.told(Queued))
        await office.floor.ask(inputs.SetEmergency(number=NumberId("n"), by="sup", media=words, instead=True))
        await hears_and_is_let_go(await office.call(), office)
        assert len(office.told(Queued)) == queued
        await office.floor.ask(inputs.SetEmergency(number=NumberId("n"), by="sup", media=words))
        line = await office.call()
        await office.until(lambda: line.media.loudness() > SPOKEN)
        assert len(office.told(Queued)) == queued
        await office.until(lambda: len(office.told(Queued)) == queued + 1)
        await hangs_up(office, line)
        assert not [fact for fact in office.told(Offered) if fact.agent == "ann"]


async def test_a_flow_puts_its_caller_through_and_has_him_again_each_time(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    """An agent, who hangs up first; a number that is busy; one that answers and hangs up; then the flow's question."""
    nodes = {
        "ann": {"type": "agent", "agent": "ann", "exits": {"next": "busy"}},
        "busy": {"type": "outside_number", "number": "021 6123 4567", "exits": {"busy": "reached"}},
        "reached": {"type": "outside_number", "number": "021 6123 4568", "sound": "music", "exits": {"next": "rate"}},
        "rate": {"type": "menu", "media": ["prompt:problem-solved"], "choices": {"1": "yes"}, "exits": {"1": "bye"}},
        "bye": {"type": "play", "media": ["prompt:sorry-goodbye"], "exits": {}},
    }
    async with opened(asterisk, tenant, journal, database, house(nodes)) as office:
        await office.staff("ann")
        customer = await office.call()
        (line,) = await office.rung("ann")
        await office.until(lambda: customer.media.loudness() > SPOKEN)
        await line.answer()
        await hear_each_other(office, line, customer)
        customer.media.say(0)
        line.hang_up()
        refused = await office.outside.incoming(PATIENCE_S)
        assert refused.invite.uri.startswith("sip:+862161234567@")
        refused.reject(486)
        outside = await office.outside.incoming(PATIENCE_S)
        assert outside.invite.uri.startswith("sip:+862161234568@")
        outside.ring()
        await outside.answer()
        await hear_each_other(office, outside, customer)
        customer.media.say(0)
        outside.hang_up()
        await office.until(lambda: len(office.told(GivenBack)) == 3)
        assert [fact.result for fact in office.told(GivenBack)] == ["next", "busy", "next"]
        assert office.state("ann") == ("ready", 0)
        await office.until(lambda: customer.media.loudness() > SPOKEN)
        customer.media.press("1")
        await customer.wait(customer.ended, PATIENCE_S)
        await office.at_rest()


async def test_callers_of_a_room_hear_each_other_until_they_leave_it(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    """Two who speak and one who listens; one leaves by the key and is asked again, the others talk on."""
    nodes = {
        "answer": {"type": "answer", "exits": {"next": "which"}},
        "which": {
            "type": "menu",
            "media": ["prompt:problem-solved"],
            "choices": {"1": "x", "2": "x"},
            "timeout_s": 30,
            "exits": {"1": "talk", "2": "listen"},
        },
        "talk": {"type": "room", "room": "team", "exits": {"next": "which"}},
        "listen": {"type": "room", "room": "team", "part": "listener", "exits": {"next": "which"}},
    }
    async with opened(asterisk, tenant, journal, database, house(nodes)) as office:
        one, other, silent = [await office.call(f"1380013800{last}") for last in "123"]
        for line, key in ((one, "1"), (other, "1"), (silent, "2")):
            await line.wait(line.answered, PATIENCE_S)
            line.media.press(key)
        await office.until(lambda: len(office.told(RoomJoined)) == 3)
        silent.media.say(2300.0)
        await hear_each_other(office, one, other)
        await office.until(lambda: silent.media.hears(900.0) and silent.media.hears(1300.0))
        assert not one.media.hears(2300.0)
        assert not other.media.hears(2300.0)

        one.media.press("#")
        await office.until(lambda: office.told(RoomLeft))
        await office.until(lambda: not one.media.hears(1300.0) and not other.media.hears(900.0))
        assert silent.media.hears(1300.0)
        one.media.press("1")
        await office.until(lambda: len(office.told(RoomJoined)) == 4)
        await hear_each_other(office, one, other)
        await hangs_up(office, one, other, silent)
        assert not office.floor.state.rooms
