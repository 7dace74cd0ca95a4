"""Makes the demonstration's centre through the services; safe to repeat."""

import asyncio
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import soundfile

from rexian.core.ids import AgentId, FlowId, PromptId, QueueId, TenantId, UserId, uuid7
from rexian.infra.database import Work
from rexian.infra.rows import Listing
from rexian.main.demo import past
from rexian.main.demo.customers import customers
from rexian.main.demo.people import ADMINISTRATOR, AGENTS, NAME, NUMBER, PASSWORD, QUEUES, STAFF, TENANT, Person
from rexian.main.wiring import Rexian
from rexian.tenants.passwords import Passwords

HERE = Path(__file__).parent
CALENDAR = "营业时间"
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
PAUSES = (
    {"name": "小休", "productive": False, "limit_s": 600},
    {"name": "午餐", "productive": False, "limit_s": 3600},
    {"name": "培训", "productive": True, "limit_s": None},
    {"name": "会议", "productive": True, "limit_s": None},
)
DISPOSITIONS: Mapping[str, tuple[str, ...]] = {
    "销售咨询": ("已成交", "有意向，需回访", "仅咨询价格"),
    "售后服务": ("已解决", "已派单", "需升级处理"),
    "投诉建议": ("投诉已受理", "当场平息", "建议已记录"),
    "": ("打错电话", "骚扰电话"),
}
ALERTS: tuple[dict[str, Any], ...] = (
    {"name": "等待超过一分钟", "kind": "longest_wait", "threshold": 60, "clear_at": 45},
    {"name": "五分钟内三人放弃", "kind": "abandon_burst", "severity": "critical", "threshold": 3, "window_s": 300},
    {"name": "小休超过一刻钟", "kind": "state_too_long", "states": ["paused"], "threshold": 900, "sound": False},
)


class OneForAll(Passwords):
    """All of them have the same password here: it is hashed once, for each hashing is slow on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}

    async def hash(self, password: str) -> str:
        if password not in self._known:
            self._known[password] = await super().hash(password)
        return self._known[password]


async def make(rexian: Rexian) -> TenantId:
    """The tenant `demo` with everything in it; what is there already stays as it is.

    Three transactions, each whole or not at all: the tenant, its centre, its customers with their past.
    """
    rexian = replace(rexian, passwords=OneForAll())
    tenant = await rexian.tenants.bootstrap(TENANT, NAME, administrator=ADMINISTRATOR.username, password=PASSWORD)
    async with rexian.database.work(tenant) as work:
        if not await rexian.numbers.every(work):
            await _centre(rexian, work)
    async with rexian.database.work(tenant) as work:
        _, known = await rexian.customers.search(work, limit=1)
        if not known:
            added = [await rexian.customers.add(work, None, customer) for customer in customers()]
            await past.tell(rexian, work, added)
    return tenant


async def _centre(rexian: Rexian, work: Work) -> None:
    queues = await _queues(rexian, work)
    await _people(rexian, work, queues)
    await _choices(rexian, work, queues)
    await _prompts(rexian, work)
    await _number(rexian, work)
    for rule in ALERTS:
        await rexian.alerts.add_rule(work, None, rule)


async def _queues(rexian: Rexian, work: Work) -> dict[str, QueueId]:
    made = {}
    for name, values in QUEUES.items():
        made[name] = QueueId((await rexian.queues.add(work, None, {"name": name, **values}))["id"])
    return made


async def _people(rexian: Rexian, work: Work, queues: Mapping[str, QueueId]) -> None:
    team = (await rexian.agents.teams.add(work, None, {"name": "白班"}))["id"]
    for skill in sorted({skill for person in AGENTS for skill in person.skills}):
        await rexian.agents.skills.add(work, None, {"name": skill})
    (administrator,) = (await rexian.users.list(work, Listing(q=ADMINISTRATOR.username))).items
    await rexian.users.change(work, None, administrator["id"], {"name": ADMINISTRATOR.name})
    for person in (*STAFF, *AGENTS):
        user = await _user(rexian, work, person)
        if not person.extension:
            continue
        values = {
            "name": person.name,
            "extension": person.extension,
            "phone_kind": "web",
            "team_id": team,
            "skills": person.skills,
            "queues": [queues[name] for name in person.queues],
            "user_id": user,
        }
        await rexian.agents.add(work, None, values, id=AgentId(uuid7()))


async def _user(rexian: Rexian, work: Work, person: Person) -> UserId:
    values = {"username": person.username, "name": person.name, "password": PASSWORD, "role": person.role}
    return UserId((await rexian.users.add(work, None, {**values, "locale": person.locale}))["id"])


async def _choices(rexian: Rexian, work: Work, queues: Mapping[str, QueueId]) -> None:
    for pause in PAUSES:
        await rexian.agents.pause_reasons.add(work, None, pause)
    for queue, names in DISPOSITIONS.items():
        for name in names:
            await rexian.agents.dispositions.add(work, None, {"name": name, "queue_id": queues.get(queue)})


async def _prompts(rexian: Rexian, work: Work) -> None:
    """The centre's own prompts, as an administrator would upload them."""
    texts = json.loads((HERE / "sounds" / "prompts.json").read_text(encoding="utf-8"))
    for key, words in texts.items():
        row = await rexian.prompts.add(work, None, {"key": key, "name": key, "texts": words})
        for language in words:
            wav = await asyncio.to_thread(_wav, HERE / "sounds" / language / f"{key}.opus")
            await rexian.prompts.keep_audio(work, None, PromptId(row["id"]), language, wav)


def _wav(sound: Path) -> bytes:
    samples, rate = soundfile.read(sound)
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="WAV", subtype="PCM_16")
    return out.getvalue()


async def _number(rexian: Rexian, work: Work) -> None:
    """The flow that greets, the hours it asks, the number that leads to it, the trunk that calls come by."""
    await rexian.calendars.add(work, None, {"name": CALENDAR, "timezone": "Asia/Shanghai", "weekly": ALWAYS})
    flow = FlowId((await rexian.flows.add(work, None, {"name": "欢迎与分流"}))["id"])
    document = json.loads((HERE / "greeting.json").read_text(encoding="utf-8"))
    version = await rexian.flows.draft(work, None, flow, document)
    await rexian.flows.publish(work, None, flow, version["version"])
    await rexian.numbers.add(work, None, {"number": NUMBER, "name": "客服热线", "flow_id": flow})
    loopback = {"name": "本机", "hosts": ["127.0.0.1"], "codecs": ["alaw", "ulaw"], "default": False}
    await rexian.trunks.add(work, None, loopback)
