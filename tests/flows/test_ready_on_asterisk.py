"""Flows walked by callers on a real Asterisk: those of the product, one of them by speech too, and a sub-flow."""

import asyncio
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sqlalchemy import select

from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.adapters.speech import whisper
from rexian.core.errands import Wanted
from rexian.core.errors import Unavailable
from rexian.core.ids import CallId, FlowId, TenantId
from rexian.floor.actor import Floor
from rexian.floor.events import FlowMoved
from rexian.floor.model import Call
from rexian.floor.owed import OutcallEnded
from rexian.floor.utterances import CallerHeard
from rexian.flows import ready_made
from rexian.infra.database import Work
from rexian.infra.rows import Listing
from rexian.interactions.tables import faxes
from rexian.main.settings import Flows, Postgres, Settings, Speech
from rexian.main.sounds import lay_out
from rexian.main.wiring import Rexian, wired
from rexian.tenants import audit
from tests.adapters.test_web import Service
from tests.asterisk import running_asterisk
from tests.floor.voice import shows
from tests.sip import Line, SipPhone
from tests.sip.fax import FaxMachine
from tests.sip.pages import a_page, alike, look, looks_of_pdf, pages_of, write_tiff
from tests.voices import spoken

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.slow]

PATIENCE_S = 90.0
SPEAK, LISTEN, HEARS, STEP = "speak", "listen", "hears ", "step "
"""In the place of keys: he says something after the tone, hears what he has said, or a tone of so many hertz; or the
flow's step has come so far."""
DEDICATES = (("choose", "2"), ("keep", "1"), ("words", SPEAK + "#"), ("check", "2"))
RECEIVERS = ("+8613911112221", "+8613911112222")
WALKS: dict[str, tuple[tuple[str, str], ...]] = {
    "greeting-menu": (("menu", "1"),),
    "after-hours": (),
    "outage": (("tell", "1"),),
    "vip": (),
    "language": (("language", "2"), ("menu", "0")),
    "survey": (("ask", "5"), ("ask", "1")),
    "order-query": (("order", "1205#"), ("more", "0")),
    "balance-query": (("account", "88#"), ("pin", "735182"), ("more", "0")),
    "direct": (),
    "suggestion-box": (("record", SPEAK),),
    "record-prompt": (("pin", "735182"), ("record", SPEAK), ("check", "1"), ("listen", LISTEN), ("check", "2")),
    "voice-chat-room": (("room", "#"),),
    "voice-magazine": tuple(
        ("magazine", each)
        for each in (
            *("2", HEARS + "500", "6", HEARS + "600", "4", HEARS + "500"),
            *("*", "1", HEARS + "700", HEARS + "800", "5", STEP + "paused", "5", HEARS + "800"),
            *("*", STEP + "choosing", "*"),
        )
    ),
    "through a sub-flow": (("ask»number", "1205#"), ("more", "1")),
    "dedication": (*DEDICATES, ("number", "13911112221#"), ("confirm", "1"), ("when", "1")),
    "voice-card": (*DEDICATES, ("number", "13911112222#"), ("confirm", "1"), ("when", "1")),
    "say-what-you-need": (("language", "1"), ("ask", "2"), ("more", "0")),
    "fax-receive": (),
    "fax-back": (("number", "12#"), ("confirm", "1")),
    "callback": (("offer", "1"), ("offer", "1")),
}
"""At which node a caller presses which keys."""
BY_MACHINE = {"fax-receive", "fax-back"}
"""Where a fax machine calls in."""
SPOKEN_HZ = 440
LEAFLET = (a_page(), a_page(1, height=500))
"""The document that is faxed back."""
OTHERWISE = {"say-what-you-need": {"prompt": "closed"}}
"""Blanks that a flow has filled in another way than the others."""
HEARS_BY = Speech(recogniser="local" if whisper.available() else "beeps")
"""Who waits for what is said takes keys, too: there is always somebody who would understand."""
PIECES: dict[str, tuple[tuple[tuple[int, int], ...], ...]] = {
    "finance": (((700, 3),), ((800, 40), (900, 40))),
    "sport": (((500, 60),), ((600, 60),)),
}
"""What the magazine has: by category its pieces, each of tones of so many hertz and seconds."""
QUIET = {"survey", "voice-chat-room", "voice-magazine"}
"""Where nothing need sound when a key is pressed: one is alone in a room, or has just heard."""
ENDED = {"after-hours", "survey", "suggestion-box", "record-prompt", "voice-chat-room", "voice-magazine", "callback"}
ENDED |= {"dedication", "voice-card"}
"""Where the flow hangs up; the others end in the queue."""


ASK: dict[str, Any] = {
    "start": "number",
    "variables": {"tries": 3},
    "nodes": {
        "number": {"type": "collect", "media": ["prompt:ask-order"], "variable": "typed", "exits": {"next": "is_long"}},
        "is_long": {"type": "if", "condition": "length(typed) >= least", "exits": {"true": "long", "false": "short"}},
        "long": {"type": "return", "result": "long"},
        "short": {"type": "return"},
    },
}
"""A flow that others go through: it is given how long a number is to be, and gives back the number."""
THROUGH: dict[str, Any] = {
    "start": "answer",
    "variables": {"typed": "ours", "by": 4},
    "nodes": {
        "answer": {"type": "answer", "exits": {"next": "ask"}},
        "ask": {
            "type": "subflow",
            "flow": "Ask",
            "inputs": {"least": "by"},
            "outputs": {"order": "typed"},
            "results": ["long"],
            "exits": {"long": "more", "next": "bye", "error": "bye"},
        },
        "more": {"type": "menu", "media": ["prompt:more-or-agent"], "choices": {"1": "x"}, "exits": {"1": "sales"}},
        "sales": {"type": "queue", "queue": "sales"},
        "bye": {"type": "hang_up"},
    },
}


async def until(condition: Callable[[], Any], what: str) -> Any:
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not (found := condition()):
                await asyncio.sleep(0.05)
            return found
    except TimeoutError:
        raise AssertionError(f"{what} did not come") from None


class Seen:
    """A call as it stands, or last stood, on the floor, which reads its state anew when a commit has failed."""

    def __init__(self, floor: Floor, call: Call) -> None:
        self._floor, self._call = floor, call

    def __getattr__(self, name: str) -> Any:
        self._call = self._floor.state.calls.get(self._call.id, self._call)
        return getattr(self._call, name)


def come(floor: Floor, of: Callable[[Call], str], number: str) -> Any:
    """The call with this number, once it is there."""
    found = next((call for call in floor.state.calls.values() if of(call).endswith(number[-9:])), None)
    return found and Seen(floor, found)


async def furnish(rexian: Rexian, service: Service, carrier: SipPhone) -> TenantId:
    """A tenant with every ready flow on a number of its own."""
    tenant = await rexian.tenants.bootstrap("ready", "Ready", administrator="root", password="correct horse")
    values = {
        **dict.fromkeys(("queue", "queue_1", "queue_2"), "sales"),
        "calendar": "never",
        "orders_url": f"http://127.0.0.1:{service.port}/orders",
        "balance_url": f"http://127.0.0.1:{service.port}/balance",
    }
    values |= {"prompt": "of-the-house", "pin": "735182"}
    values |= {"prompt_1": "hello", "prompt_2": "please-hold", "prompt_3": "goodbye"}
    async with rexian.database.work(tenant) as work:
        await rexian.prompts.add(work, None, {"key": "of-the-house", "name": "Of the house", "texts": {}})
        values["library"] = await magazine(rexian, work)
        leaflet = await rexian.fax_documents.add(work, None, {"number": "12", "name": "Leaflet"})
        pages = write_tiff(Path(rexian.settings.data) / "leaflet.tiff", *LEAFLET).read_bytes()
        await rexian.fax_documents.keep_pages(work, None, leaflet["id"], pages, file_name="leaflet.tiff")
        await rexian.queues.add(work, None, {"name": "sales"})
        await rexian.calendars.add(work, None, {"name": "never"})
        out = {"host": f"127.0.0.1:{carrier.port}", "codecs": ["alaw", "ulaw"], "default": True}
        await rexian.trunks.add(work, None, {"name": "loop", "hosts": ["127.0.0.1"], **out})
        await rexian.tenants.change_settings(work, None, {"outcall_from": "00:00", "outcall_until": "24:00"})
        for place, key in enumerate(WALKS):
            if key in ready_made.ready_flows():
                given = values | OTHERWISE.get(key, {})
                asked = {name: given[name] for name in ready_made.ready_flow(key).asks}
                flow = await ready_made.install(rexian.flows, work, None, key, name=key, values=asked)
                await rexian.flows.publish(work, None, flow["id"], 1)
            else:
                await drawn(rexian, work, "Ask", ASK)
                flow = await drawn(rexian, work, key, THROUGH)
            await rexian.numbers.add(work, None, {"number": number(place), "name": key, "flow_id": flow["id"]})
    return tenant


async def magazine(rexian: Rexian, work: Work) -> str:
    """The library of the voice magazine; its categories have no names of their own. Gives its id."""
    categories = []
    for name, pieces in PIECES.items():
        keys = [f"{name}-{place}" for place in range(len(pieces))]
        for key, tones in zip(keys, pieces, strict=True):
            prompt = await rexian.prompts.add(work, None, {"key": key, "name": key, "texts": {}})
            await rexian.prompts.keep_audio(work, None, prompt["id"], "zh", sounding(tones))
        categories.append({"id": name, "name": name, "pieces": [{"prompt": key} for key in keys]})
    made = await rexian.libraries.add(work, None, {"name": "magazine", "categories": categories})
    return str(made["id"])


def sounding(tones: tuple[tuple[int, int], ...]) -> bytes:
    """A WAV file of these tones."""
    parts = [0.3 * np.sin(2 * np.pi * pitch * np.arange(8000 * seconds) / 8000) for pitch, seconds in tones]
    out = io.BytesIO()
    soundfile.write(out, np.concatenate(parts), 8000, format="WAV")
    return out.getvalue()


async def goes_on_listening(rexian: Rexian, tenant: TenantId, phone: SipPhone, sip_port: int) -> None:
    """Who has listened to the magazine before goes on where he stopped, within the piece."""
    place, listener = list(WALKS).index("voice-magazine"), caller(80)
    who = {"library": "magazine", "caller": listener, "bookmarks": True}
    mark = {**who, "category": "finance", "prompt": "finance-1", "offset_s": 40.0}
    await rexian.doers["library.mark"](Wanted(tenant, CallId(""), mark, 5.0))
    line = await phone.dial(f"sip:{number(place)}@127.0.0.1:{sip_port}", listener)
    floor = rexian.floors.floor(tenant)
    call = await until(lambda: come(floor, lambda each: each.caller, listener), "his call")
    await until(lambda: call.run and call.run.node == "hello" and line.media.loudness() > 300, "the greeting")
    line.media.press("1")
    async with asyncio.timeout(30):  # from its beginning he would hear this after 40 seconds
        await until(lambda: line.media.hears(900), "the second half of the piece")
    line.hang_up()


async def say_what_they_need(rexian: Rexian, tenant: TenantId, phone: SipPhone, sip_port: int, folder: Path) -> None:
    """In either language, into the question; and nothing stays of the sound in the folder of recordings."""
    heard: list[CallerHeard] = []
    floor = rexian.floors.floor(tenant)
    floor.watchers.append(lambda facts: heard.extend(fact for fact in facts if isinstance(fact, CallerHeard)))
    await rexian.recognisers.prepare()
    for key, language, word in (("1", "zh", "订单"), ("2", "en", "order")):
        await say_what_one_needs(phone, floor, sip_port, key, language)
        assert await shows(floor, lambda: heard[-1].choice) == "order"
        assert word in heard[-1].text
    await until(lambda: not any(folder.glob("*.h*")), "the end of what was recorded")


async def say_what_one_needs(phone: SipPhone, floor: Floor, sip_port: int, key: str, language: str) -> None:
    place, who = list(WALKS).index("say-what-you-need"), caller(80 + int(key))
    line = await phone.dial(f"sip:{number(place)}@127.0.0.1:{sip_port}", who)
    call = await until(lambda: come(floor, lambda each: each.caller, who), "his call")
    await until(lambda: call.run and call.run.node == "language", "the language")
    line.media.press(key)
    await until(lambda: call.run and call.run.node == "ask" and call.listening, "the question")
    await until(lambda: line.media.loudness() > 300, "its sound")
    line.media.speak((spoken("order", language) * 32767).astype(np.int16))
    await until(lambda: call.waiting is not None, f"the queue for what was said, {language}")
    line.hang_up()


async def drawn(rexian: Rexian, work: Work, name: str, document: dict[str, Any]) -> dict[str, Any]:
    """A flow of the house's own, published."""
    flow = await rexian.flows.add(work, None, {"name": name})
    await rexian.flows.draft(work, None, FlowId(flow["id"]), document)
    await rexian.flows.publish(work, None, FlowId(flow["id"]), 1)
    return flow


def number(place: int) -> str:
    return f"40080010{place:02}"


def caller(place: int) -> str:
    return f"138001380{place:02}"


async def connected(switch: AsteriskSwitch) -> None:
    """Until Asterisk is reached, and knows the trunk."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await switch.survey()
                return
            except Unavailable:
                await asyncio.sleep(0.1)


async def leave_words(line: Line, call: Call) -> None:
    """After the tone, until the flow has noticed that he is silent again."""
    line.media.say(0)
    await until(lambda: call.run and call.run.memory.get("step") == "recording", "the recording")
    line.media.say(SPOKEN_HZ)
    await until(lambda: call.run and call.run.memory.get("spoke"), "what he says")
    await asyncio.sleep(1)
    line.media.say(0)


async def walk(key: str, line: Line, floor: Floor, called: str) -> Call:
    """One caller, who presses his keys where he is asked for them, and hears something on the way."""
    call = await until(lambda: come(floor, lambda each: each.called, called), f"the call to {key}")
    await line.wait(line.answered, PATIENCE_S)
    for node, keys in WALKS[key]:
        await until(lambda node=node: call.run and call.run.node == node, f"{node} of {key}")  # type: ignore[misc]
        if keys.startswith(SPEAK):
            await leave_words(line, call)
            line.media.press(keys.removeprefix(SPEAK))
            continue
        if keys == LISTEN:
            await until(lambda: line.media.hears(SPOKEN_HZ), "his own voice")
            continue
        if keys.startswith(HEARS):
            pitch = float(keys.removeprefix(HEARS))
            await until(lambda pitch=pitch: line.media.hears(pitch), keys)  # type: ignore[misc]
            continue
        if keys.startswith(STEP):
            step = keys.removeprefix(STEP)
            await until(lambda step=step: call.run and call.run.memory.get("step") == step, keys)  # type: ignore[misc]
            continue
        if key not in QUIET:
            await until(lambda: line.media.loudness() > 300, f"a sound in {key}")
        if key == "callback":
            step = "offer" if "number" not in call.run.memory else "confirm"  # type: ignore[union-attr]
            await until(lambda step=step: call.run and call.run.memory.get("step") == step, step)  # type: ignore[misc]
        line.media.press(keys)
        if key == "callback" and step == "offer":
            await until(lambda: call.run and "number" in call.run.memory, "his number")
        if key == "survey":
            await until(
                lambda: call.ended_at or (call.run and call.run.memory.get("question") == 1), "the next question"
            )
    if key in ENDED:
        await line.wait(line.ended, PATIENCE_S)
    else:
        await until(lambda: call.waiting is not None, f"the queue after {key}")
    return call


async def receive(carrier: SipPhone, floor: Floor, calls: int) -> list[str]:
    """The other side of dedications: they hear the words and pass on their thanks, for which they who sent them hear.

    The numbers that were called.
    """
    lines = []
    async with asyncio.TaskGroup() as group:
        for _ in range(calls):
            line = await carrier.incoming(PATIENCE_S)
            number = line.invite.uri.removeprefix("sip:").partition("@")[0]
            group.create_task(hear_words(line, floor, number) if number in RECEIVERS else hear_thanks(line))
            lines.append(number)
    return lines


async def hear_words(line: Line, floor: Floor, number: str) -> None:
    line.ring()
    await line.answer()
    call = await until(lambda: come(floor, lambda each: each.called, number), number)
    await until(lambda: line.media.hears(SPOKEN_HZ), f"the words for {number}")
    await until(lambda: call.run and call.run.node == "again", f"the question of {number}")
    await until(lambda: line.media.loudness() > 300, f"a sound for {number}")
    line.media.press("2")
    await line.wait(line.ended, PATIENCE_S)


async def hear_thanks(line: Line) -> None:
    await line.answer()
    await until(lambda: line.media.loudness() > 300, "thanks")
    line.hang_up()


async def fax_in(rexian: Rexian, tenant: TenantId, access: Access, sip_port: int, *, t38: bool) -> None:
    """A machine sends a page, over IP or in its voice; it is the page that lies with the contact."""
    own = f"+86 21 {5550 + t38} 1000"
    sent = a_page(t38)
    caller = f"0215550{t38:d}000"
    async with FaxMachine(access, sip_port, t38=t38) as machine:
        await machine.dial(number(list(WALKS).index("fax-receive")), caller)
        await machine.send(write_tiff(Path(access.prompts).parent / f"{caller}.tiff", sent), own)
        said = await machine.result()
        assert (said["FAXSTATUS"], said["FAXMODE"]) == ("SUCCESS", "T38" if t38 else "audio"), said
    fax = await kept_fax(rexian, tenant, own)
    assert (fax["complete"], fax["pages"], fax["t38"]) == (True, 1, t38)
    [came] = looks_of_pdf(await rexian.blobs.get(fax["key"]))
    assert alike(came, look(sent))


async def fax_back(rexian: Rexian, tenant: TenantId, access: Access, sip_port: int, *, t38: bool) -> None:
    """A machine's owner keys a number and presses start: the pages are those of the document, dot by dot."""
    own = f"+86 21 {5560 + t38} 1000"
    caller = f"0215560{t38:d}000"
    floor = rexian.floors.floor(tenant)
    async with FaxMachine(access, sip_port, t38=t38) as machine:
        await machine.dial(number(list(WALKS).index("fax-back")), caller)
        call = await until(lambda: come(floor, lambda each: each.caller, caller), "the call for a fax")
        for node, keys in WALKS["fax-back"]:
            await until(lambda node=node: call.run and call.run.node == node, f"{node} of fax-back")  # type: ignore[misc]
            await machine.press(keys)
        await until(lambda: call.fax, "the fax")
        taken = Path(access.prompts).parent / f"{caller}-taken.tiff"
        await machine.receive(taken, own)
        said = await machine.result()
        assert (said["FAXSTATUS"], said["FAXMODE"]) == ("SUCCESS", "T38" if t38 else "audio"), said
    assert [(page.size, page.tobytes()) for page in pages_of(taken)] == [
        (page.size, page.tobytes()) for page in LEAFLET
    ]
    fax = await kept_fax(rexian, tenant, own, "sent")
    assert (fax["complete"], fax["pages"], fax["t38"]) == (True, len(LEAFLET), t38)
    assert (fax["way"], fax["document_name"]) == ("sent", "12 Leaflet")


async def kept_fax(rexian: Rexian, tenant: TenantId, station: str, state: str = "stored") -> dict[str, Any]:
    """What has come from a machine of this name, or gone to it, when it has come so far."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            async with rexian.database.work(tenant) as work:
                query = select(faxes).where(faxes.c.station == station, faxes.c.state == state)
                found = (await work.db.execute(query)).mappings().one_or_none()
            if found is not None:
                return dict(found)
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Access, int]]:
    with running_asterisk(tmp_path_factory.mktemp("voice")) as (access, asterisk):
        lay_out(Path(access.prompts))
        yield access, asterisk.sip_port


async def test_every_ready_flow_is_walked_by_a_caller(voice: tuple[Access, int], database_url: str) -> None:
    service = Service()
    await service.start()
    await _walk_all(*voice, service, database_url)
    await service.stop()


async def _walk_all(access: Access, sip_port: int, service: Service, database_url: str) -> None:
    folder = Path(access.prompts).parent
    settings = Settings(
        data=folder, postgres=Postgres(url=database_url), flows=Flows(allow="127.0.0.0/8"), speech=HEARS_BY
    )
    moved: list[FlowMoved] = []
    over: list[OutcallEnded] = []
    switch = AsteriskSwitch(access)
    async with wired(settings, switch) as rexian, SipPhone() as phone:
        tenant = await furnish(rexian, service, phone)
        rexian.register_jobs()
        working = (rexian.floors.run(), rexian.subscribers().run(), rexian.jobs.run())
        running = [asyncio.create_task(each) for each in working]
        async with asyncio.timeout(PATIENCE_S):
            await rexian.floors.ready()
        await connected(switch)
        running_floor = rexian.floors.running(tenant)
        await until(lambda: {row["state"] for row in running_floor.trunks().values()} == {"up"}, "the carrier")
        floor = running_floor.floor
        floor.watchers.append(lambda facts: moved.extend(fact for fact in facts if isinstance(fact, FlowMoved)))
        floor.watchers.append(lambda facts: over.extend(fact for fact in facts if isinstance(fact, OutcallEnded)))
        received = asyncio.create_task(receive(phone, floor, calls=4))
        by_voice = {key: at for at, key in enumerate(WALKS) if key not in BY_MACHINE}
        lines = [await phone.dial(f"sip:{number(at)}@127.0.0.1:{sip_port}", caller(at)) for at in by_voice.values()]
        about = (rexian, tenant, access, sip_port)
        fax = asyncio.gather(*(each(*about, t38=t38) for each in (fax_in, fax_back) for t38 in (True, False)))
        walks = [walk(key, line, floor, number(at)) for (key, at), line in zip(by_voice.items(), lines, strict=True)]
        calls = dict(zip(by_voice, await asyncio.gather(*walks), strict=True))
        await fax
        assert calls["language"].run is not None
        assert calls["language"].run.language == "en"
        assert calls["survey"].answers["survey"] == {"satisfaction": 5, "solved": "yes"}
        assert calls["order-query"].answers["state"] == "sent"
        assert calls["balance-query"].answers["balance"] == 12.5
        assert "735182" not in repr(moved)
        assert calls["suggestion-box"].answers["recording"].startswith(calls["suggestion-box"].id)
        own = calls["through a sub-flow"]
        assert own.run is not None
        assert (own.run.node, own.run.scopes) == ("sales", ())
        assert own.run.variables == {"typed": "ours", "by": 4, "order": "1205"}
        async with rexian.database.work(tenant) as work:
            listing = Listing(limit=9, offset=0, q="", sort="")
            prompt = await rexian.prompts.get(work, await rexian.prompts.by_key(work, "of-the-house"))
            [noted] = (await audit.entries(work, listing, action="prompt.recorded")).items
        assert 1 <= prompt["files"]["zh"]["duration_s"] <= 4
        assert prompt["files"]["zh"]["source"] == "phone"
        assert noted["after"]["caller"].endswith(caller(list(WALKS).index("record-prompt")))
        [callback] = floor.state.callbacks.values()
        assert callback.number.endswith(caller(by_voice["callback"]))
        sent = [f"+86{caller(place)}" for place, key in enumerate(WALKS) if key in ("dedication", "voice-card")]
        assert sorted(await received) == sorted((*RECEIVERS, *sent))
        await until(lambda: len(over) == 4, "the end of the outcalls")
        assert {fact.result for fact in over} == {"delivered"}
        await goes_on_listening(rexian, tenant, phone, sip_port)
        if whisper.available():
            await say_what_they_need(rexian, tenant, phone, sip_port, Path(access.recordings))
        for line in lines:
            line.hang_up()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
