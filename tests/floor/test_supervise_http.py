"""The supervisor's routes over HTTP: what each does to the floor, who may, and that the audit trail has it."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.adapters.simulated.switch import Simulated
from rexian.core.clock import VirtualClock
from rexian.core.errors import Unavailable
from rexian.core.ids import AgentId, CallId, LegId, PromptId, QueueId, TenantId, uuid7
from rexian.floor.directory import Directory
from rexian.floor.owed import OutcallOrdered
from rexian.floor.speaking import Announcer
from rexian.infra.database import Database, Work
from rexian.infra.rows import Listing
from rexian.main.settings import Postgres, Settings
from rexian.main.wiring import Rexian, wired
from rexian.telephony import events
from rexian.telephony.prompts import Prompts
from rexian.tenants.model import Principal
from rexian.tenants.passwords import Passwords
from tests.centre import CHEAP, PASSWORD, Browser, face

pytestmark = pytest.mark.postgres


class Desk:
    """A centre with its floor running, its administrator's browser, an agent and a queue."""

    def __init__(self, rexian: Rexian, tenant: TenantId, slug: str) -> None:
        self.rexian, self.tenant, self.slug = rexian, tenant, slug
        self.boss = Browser(face(rexian))
        self.agent = self.queue = self.number = ""

    async def set_up(self) -> None:
        await self.boss.sign_in(self.slug)
        self.queue = (await self.boss.post("/queues", {"name": "Sales"})).json()["id"]
        await self.boss.post("/skills", {"name": "billing"})
        self.agent = (await self.boss.post("/agents", {"name": "Ann", "extension": "1001"})).json()["id"]
        self.number = (await self.boss.post("/numbers", {"number": "4008001234"})).json()["id"]
        await self.until(lambda: AgentId(self.agent) in self.directory.agents and bool(self.directory.numbers))

    @property
    def directory(self) -> Directory:
        return self.rexian.floors.directory(self.tenant)

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not true():
                await asyncio.sleep(0.05)

    async def audited(self) -> list[str]:
        return [each["action"] for each in (await self.boss.get("/audit", params={"limit": 100})).json()["items"]]


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    settings = Settings(data=tmp_path, postgres=Postgres(url=database_url))
    async with wired(settings, Simulated(SimulatedSwitch(), VirtualClock())) as parts:
        rexian = replace(parts, passwords=Passwords(CHEAP))
        slug = f"t{uuid7()[-12:]}"
        tenant = await rexian.tenants.bootstrap(slug, "Centre", administrator="root", password=PASSWORD)
        floors = asyncio.create_task(rexian.floors.run())
        await rexian.floors.ready()
        desk = Desk(rexian, tenant, slug)
        await desk.set_up()
        yield desk
        await desk.boss.http.aclose()
        floors.cancel()
        await asyncio.gather(floors, return_exceptions=True)


async def test_what_a_supervisor_does_is_done_and_audited(desk: Desk) -> None:
    boss = desk.boss
    for method, path, body in (
        ("POST", "/floor/messages", {"id": uuid7(), "text": "Storm at noon", "agent": desk.agent}),
        ("POST", f"/floor/queues/{desk.queue}/close", {"prompt": "sorry-goodbye"}),
        ("PUT", f"/floor/numbers/{desk.number}/emergency", {"prompt": "sorry-goodbye", "instead": True}),
        ("PATCH", f"/floor/agents/{desk.agent}", {"skills": {"billing": 7}, "queues": [desk.queue]}),
        ("POST", f"/floor/agents/{desk.agent}/state", {"state": "pause", "reason": "training"}),
        ("POST", f"/floor/agents/{desk.agent}/state", {"state": "signed_out", "when": "force"}),
    ):
        answer = await boss.send(method, path, body)
        assert answer.status_code == 204, (path, answer.text)
    messages = (await boss.get("/floor/messages")).json()["items"]
    assert [(each["text"], each["unread"]) for each in messages] == [("Storm at noon", [desk.agent])]
    closures = (await boss.get("/floor/closures")).json()
    assert [each["queue"] for each in closures["queues"]] == [desk.queue]
    assert [(each["number"], each["instead"]) for each in closures["numbers"]] == [(desk.number, True)]
    await desk.until(lambda: desk.directory.agents[AgentId(desk.agent)].skills == {"billing": 7})

    assert (await boss.post(f"/floor/queues/{desk.queue}/open")).status_code == 204
    assert (await boss.delete(f"/floor/numbers/{desk.number}/emergency")).status_code == 204
    assert (await boss.get("/floor/closures")).json() == {"queues": [], "numbers": []}
    told = {"message.sent", "queue.closed", "queue.opened", "emergency.set", "emergency.lifted"}
    assert told | {"agent.changed", "agent.state_set"} <= set(await desk.audited())


async def test_what_cannot_be_is_refused_and_not_audited(desk: Desk) -> None:
    boss, gone = desk.boss, uuid7()
    for path, body, status in (
        (f"/floor/queues/{gone}/close", {}, 404),
        (f"/floor/queues/{desk.queue}/close", {"prompt": "no-such-prompt"}, 400),
        (f"/floor/calls/{gone}/hang-up", None, 404),
        (f"/floor/calls/{gone}/take-over", {"agent": desk.agent}, 409),
        (f"/floor/calls/{gone}/give", {"agent": desk.agent}, 404),
        ("/floor/messages", {"id": uuid7(), "text": "Hello", "team": gone}, 400),
    ):
        answer = await boss.post(path, body)
        assert answer.status_code == status, (path, answer.text)
    assert not {"queue.closed", "call.ended", "call.taken_over", "call.given", "message.sent"} & set(
        await desk.audited()
    )


async def test_a_callback_is_booked_into_a_slot_found_among_what_is_owed_and_moved(desk: Desk) -> None:
    boss = desk.boss
    await boss.post("/trunks", {"name": "out", "host": "192.0.2.9", "default": True})
    await boss.patch(f"/queues/{desk.queue}", {"callback": {"per_slot": 1, "slot_min": 30}})
    await desk.until(
        lambda: bool(desk.directory.trunk and desk.directory.queues[QueueId(desk.queue)].callback.per_slot)
    )
    offered = (await boss.get("/callbacks/slots", params={"queue": desk.queue})).json()
    assert offered["bookable"]
    first, second = offered["items"][:2]
    asked = {"queue": desk.queue, "number": "13800000000", "name": "Li", "due": first}
    booked = (await boss.post("/callbacks", {"id": uuid7(), **asked})).json()
    assert (booked["callback"]["due"], booked["callback"]["number"], booked["moved"]) == (
        first,
        "+8613800000000",
        False,
    )
    again = (await boss.post("/callbacks", {"id": uuid7(), **asked, "due": second})).json()
    assert (again["callback"]["due"], again["moved"], again["was_due"]) == (second, True, first)
    owed = (await boss.get("/callbacks/owed", params={"number": ["13900000000", "13800000000"]})).json()["items"]
    assert [(each["id"], each["due"], each["state"]) for each in owed] == [
        (booked["callback"]["id"], second, "scheduled")
    ]
    other = await boss.post("/callbacks", {"id": uuid7(), **asked, "number": "13900000000", "due": second})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "callback.slot_full")
    assert second not in (await boss.get("/callbacks/slots", params={"queue": desk.queue})).json()["items"]


async def test_words_are_spoken_only_for_what_is_there(desk: Desk) -> None:
    for method, path in (
        ("PUT", f"/floor/numbers/{uuid7()}/emergency"),
        ("POST", f"/floor/queues/{uuid7()}/close"),
    ):
        answer = await desk.boss.send(method, path, {"text": "We are closed today.", "language": "en"})
        assert answer.status_code == 404, answer.text
    assert (await desk.boss.get("/prompts")).json()["total"] == 0


class Patient:
    """An announcer that waits for the voice until it is told to go on."""

    def __init__(self) -> None:
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def spoken(self, by: Principal, text: str, language: str) -> str:
        self.asked.set()
        await self.go_on.wait()
        return "said-words"


async def test_nothing_is_held_while_the_voice_speaks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    announcer, open_now = Patient(), 0
    work = Database.work

    @asynccontextmanager
    async def counted(database: Database, tenant: TenantId) -> AsyncIterator[Work]:
        nonlocal open_now
        async with work(database, tenant) as begun:
            open_now += 1
            try:
                yield begun
            finally:
                open_now -= 1

    monkeypatch.setattr(Rexian, "announcer", announcer)
    monkeypatch.setattr(Database, "work", counted)
    body = {"text": "Storm: we are closed.", "language": "en"}
    for method, path in (
        ("PUT", f"/floor/numbers/{desk.number}/emergency"),
        ("POST", f"/floor/queues/{desk.queue}/close"),
    ):
        announcer.asked.clear(), announcer.go_on.clear()
        answer = asyncio.create_task(desk.boss.send(method, path, body))
        await announcer.asked.wait()
        await desk.until(lambda: open_now == 0)
        announcer.go_on.set()
        assert (await answer).status_code == 204


@pytest.mark.parametrize("text", ["Storm\0at noon", {"deep": ["\0"]}])
async def test_a_text_that_cannot_be_kept_does_not_come_to_the_floor(desk: Desk, text: object) -> None:
    told: list[object] = []
    desk.rexian.floors.floor(desk.tenant).watchers.append(told.extend)

    refused = await desk.boss.post("/floor/messages", {"id": uuid7(), "text": text})
    taken = await desk.boss.post("/floor/messages", {"id": uuid7(), "text": r"C:\u0000 is a path"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "input.nul")
    assert taken.status_code == 204, taken.text
    await desk.until(lambda: bool(told))
    assert [type(fact).__name__ for fact in told] == ["MessageSent"]


async def test_an_agent_may_do_none_of_it(desk: Desk) -> None:
    await desk.boss.post("/users", {"username": "ann", "name": "Ann", "password": PASSWORD, "role": "agent"})
    ann = Browser(desk.boss.http._transport.app)  # type: ignore[attr-defined]
    await ann.sign_in(desk.slug, "ann")
    for path in ("/floor/messages", f"/floor/queues/{desk.queue}/close", f"/floor/calls/{uuid7()}/hang-up"):
        assert (await ann.post(path, {"id": uuid7(), "text": "no"})).status_code == 403
    await ann.http.aclose()


async def test_a_written_announcement_is_kept_and_used_once_it_has_been_spoken(desk: Desk) -> None:
    async with desk.rexian.database.work(desk.tenant) as work:
        prompts = Prompts(
            desk.rexian.settings.data / "prompts", desk.rexian.tenants, voices={"zh": ["tones"], "en": ["tones"]}
        )
        by = (await desk.rexian.sessions.sign_in(desk.slug, "root", PASSWORD)).principal
    announcer = Announcer(desk.rexian.database, prompts, prompts.keys, wait_s=0.2)
    with pytest.raises(Unavailable):
        await announcer.spoken(by, "We are closed today.", "en")
    await _lose_the_voice(desk, prompts, by)
    await _speak(desk, prompts, by)
    key = await announcer.spoken(by, "We are closed today.", "en")
    await announcer.require(by, key)
    async with desk.rexian.database.work(desk.tenant) as work:
        assert await prompts.keys(work) == {key}


async def _lose_the_voice(desk: Desk, prompts: Prompts, by: Principal) -> None:
    """Whoever waits for a voice that has failed is told so at once."""
    patient = Announcer(desk.rexian.database, prompts, prompts.keys, wait_s=100)
    waiting = asyncio.create_task(patient.spoken(by, "We are closed today.", "en"))
    async with asyncio.timeout(20):
        while not waiting.done():
            async with desk.rexian.database.work(desk.tenant) as work:
                key = next(iter(await prompts.keys(work)))
                await prompts.not_spoken(work, await prompts.by_key(work, key), "en", "speech.failed")
            await asyncio.sleep(0.05)
    error = waiting.exception()
    assert isinstance(error, Unavailable)
    assert error.code == "prompt.voice_failed"


async def _speak(desk: Desk, prompts: Prompts, by: Principal) -> None:
    """What `work` does with the job that has been asked for: the sound is there."""
    async with desk.rexian.database.work(desk.tenant) as work:
        key = next(iter(await prompts.keys(work)))
        row = next(row for row in (await prompts.list(work, Listing(q=key))).items if row["key"] == key)
        assert row["texts"] == {"en": "We are closed today."}
        await prompts.keep_audio(work, by, PromptId(row["id"]), "en", _sound(), source="speech")


def _sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x10\x20" * 4000)
    return out.getvalue()


ORDERS = {
    "start": "order",
    "nodes": {"order": {"type": "outcall", "number": "13911112222", "when": "delay", "delay_s": 3600}},
}


async def test_a_call_that_a_flow_has_ordered_is_cancelled_once_and_that_is_audited(desk: Desk) -> None:
    trunk = {"name": "out", "host": "192.0.2.1", "codecs": ["alaw"], "default": True}
    assert (await desk.boss.post("/trunks", trunk)).status_code == 201
    flow = (await desk.boss.post("/flows", {"name": "Orders"})).json()["id"]
    assert (await desk.boss.post(f"/flows/{flow}/versions", {"document": ORDERS})).status_code == 201
    assert (await desk.boss.post(f"/flows/{flow}/versions/1/publish")).status_code == 200
    await desk.boss.patch(f"/numbers/{desk.number}", {"flow_id": flow})
    await desk.until(lambda: bool(desk.directory.trunk) and all(n.flow for n in desk.directory.numbers.values()))
    floor = desk.rexian.floors.floor(desk.tenant)
    ordered: list[OutcallOrdered] = []
    floor.watchers.append(lambda facts: ordered.extend(fact for fact in facts if isinstance(fact, OutcallOrdered)))
    called, at = next(iter(desk.directory.numbers)), desk.rexian.floors.now()
    floor.tell(events.Arrived(at=at, call=CallId(uuid7()), leg=LegId("in"), caller="13800138000", called=called))
    await desk.until(lambda: bool(ordered))
    path = f"/outcalls/{ordered[0].outcall}/cancel"
    assert (await desk.boss.post(path)).status_code == 204
    assert (await desk.boss.post(path)).json()["error"]["code"] == "outcall.not_found"
    assert (await desk.audited()).count("outcall.cancelled") == 1
