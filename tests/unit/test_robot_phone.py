import asyncio
from collections.abc import AsyncIterator

import pytest

from rexian.main.callers.messages import parsed
from rexian.main.callers.phone import Call, Phone
from rexian.main.callers.sound import Clockwork


class Pair:
    """A customer's and an agent's telephone that reach each other directly."""

    def __init__(self) -> None:
        clockwork = Clockwork()
        self.came: asyncio.Queue[Call] = asyncio.Queue()
        self.customer, self.agent = Phone(clockwork), Phone(clockwork, on_call=self.came.put_nowait)
        self.ticking = asyncio.create_task(clockwork.run())

    async def ring(self) -> tuple[Call, Call]:
        far = (self.agent.address, self.agent.port)
        call = await self.customer.call(f"sip:95001@{far[0]}", caller="13800138000", far=far)
        return call, await asyncio.wait_for(self.came.get(), 5)


@pytest.fixture
async def phones() -> AsyncIterator[Pair]:
    pair = Pair()
    await pair.customer.open()
    await pair.agent.open()
    yield pair
    pair.customer.close()
    pair.agent.close()
    pair.ticking.cancel()
    await asyncio.gather(pair.ticking, return_exceptions=True)


async def until(event: asyncio.Event) -> None:
    await asyncio.wait_for(event.wait(), 5)


async def test_they_talk_and_either_may_hang_up(phones: Pair) -> None:
    ours, theirs = await phones.ring()
    await theirs.answer()
    await until(ours.answered)

    assert theirs.caller == "13800138000"
    async with asyncio.timeout(5):
        while not (ours.sound.heard and theirs.sound.heard):
            await asyncio.sleep(0.01)
    theirs.hang_up()
    await until(ours.ended)


async def test_a_customer_who_gives_up_stops_the_ringing(phones: Pair) -> None:
    ours, theirs = await phones.ring()

    ours.hang_up()

    await until(theirs.ended)
    assert not theirs.answered.is_set()


async def test_a_busy_agent_ends_the_call(phones: Pair) -> None:
    ours, theirs = await phones.ring()

    theirs.hang_up()

    await until(ours.ended)


async def test_nobody_there_ends_the_call(phones: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rexian.main.callers.phone.RESEND_S", (0.01, 0.01))
    phones.agent.close()

    call = await phones.customer.call("sip:1@127.0.0.1", caller="1", far=(phones.agent.address, phones.agent.port))

    await until(call.ended)


def test_what_is_no_message_is_let_pass() -> None:
    assert parsed(b"\r\n\r\n") is None
