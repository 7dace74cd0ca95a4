"""A robot agent: signs in over the API as a person does, answers its telephone, talks, wraps up, takes a break."""

import asyncio
import random
from typing import Any

import aiohttp

from rexian.main.callers.door import Door
from rexian.main.callers.phone import Call
from rexian.main.callers.voices import seconds, sentences

NOTES = (
    "已为客户查询订单状态。",
    "已登记报修，安排工程师上门。",
    "客户咨询套餐价格，已解答。",
    "已记录客户意见并致歉。",
)
BREAKS = 0.06


class Agent:
    """`row` is its row of the API's list of agents; `door` its own session."""

    def __init__(self, row: dict[str, Any], door: Door, chance: random.Random) -> None:
        self.row = row
        self._door = door
        self._chance = chance
        self._wrapping = ""
        self._dispositions: list[str] = []
        self._reasons: list[str] = []

    async def work(self) -> None:
        """Until cancelled; signs out then."""
        setup = await self._door.get("/desk/setup")
        self._dispositions = [each["id"] for each in setup["dispositions"]]
        self._reasons = [each["id"] for each in setup["pause_reasons"]]
        await self._door.send("POST", "/desk/sign-in", {})
        await self._try("POST", "/desk/ready")
        try:
            async with asyncio.TaskGroup() as doing:
                async for view in self._door.live("desk"):
                    me = view.get("agents", {}).get(self.row["id"]) or view.get("me") or {}
                    if me.get("state") == "wrap_up" and me.get("call") not in (None, self._wrapping):
                        self._wrapping = me["call"]
                        doing.create_task(self._wrap_up(me["call"]))
        finally:
            await asyncio.shield(self._try("POST", "/desk/sign-out"))

    async def take(self, call: Call) -> None:
        """The telephone rings."""
        await self._until(call, self._chance.uniform(1, 4))
        await call.answer()
        call.sound.say(sentences("agent")["zh"][0])
        talk_s = seconds(self._chance, 17, longest=90)
        while not call.ended.is_set() and talk_s > 0:
            step = min(talk_s, self._chance.uniform(10, 16))
            await self._until(call, step)
            call.sound.say(self._chance.choice(sentences("agent")["zh"][1:]))
            talk_s -= step
        call.hang_up()

    async def _wrap_up(self, call: str) -> None:
        await asyncio.sleep(self._chance.uniform(3, 12))
        rest = bool(self._reasons) and self._chance.random() < BREAKS
        then = f"pause:{self._chance.choice(self._reasons)}" if rest else "ready"
        disposition = self._chance.choice(self._dispositions) if self._dispositions else ""
        notes = self._chance.choice(NOTES)
        await self._try(
            "POST", "/desk/wrap-up", {"call": call, "disposition": disposition, "notes": notes, "then": then}
        )
        if rest:
            await asyncio.sleep(self._chance.uniform(15, 45))
            await self._try("POST", "/desk/ready")

    async def _try(self, method: str, path: str, body: object = None) -> None:
        """What is refused, for things have moved on meanwhile, is left at that."""
        try:
            await self._door.send(method, path, body)
        except (aiohttp.ClientError, TimeoutError):
            return

    async def _until(self, call: Call, for_s: float) -> None:
        try:
            await asyncio.wait_for(call.ended.wait(), for_s)
        except TimeoutError:
            return
