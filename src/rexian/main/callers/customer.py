"""A robot customer: dials, chooses in the menus, waits as long as its patience lasts, talks, hangs up."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from rexian.main.callers.phone import Call, Phone
from rexian.main.callers.voices import seconds, sentences
from rexian.main.demo.people import NUMBER

SPEAKS_ENGLISH = 0.15
PATIENCE_S = 75.0
SHARES = {"1": 0.4, "2": 0.4, "3": 0.2}
"""Of the keys in the menu: sales, service, complaints."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One call's character."""

    number: str
    language: str
    department: str
    patience_s: float
    talk_s: float

    @classmethod
    def any(cls, chance: random.Random, known: list[str]) -> "Customer":
        """Most are known customers; some call for the first time."""
        stranger = f"139{chance.randrange(10**8):08d}"
        return cls(
            number=chance.choice(known) if known and chance.random() < 0.8 else stranger,
            language="en" if chance.random() < SPEAKS_ENGLISH else "zh",
            department=chance.choices(list(SHARES), weights=list(SHARES.values()))[0],
            patience_s=max(12.0, chance.expovariate(1 / PATIENCE_S)),
            talk_s=seconds(chance, 30),
        )


async def ring_up(
    customer: Customer, phone: Phone, far: tuple[str, int], *, talking: Callable[[str], bool], chance: random.Random
) -> str:
    """Make the call; returns how it went: refused, abandoned, or talked."""
    call = await phone.call(f"sip:{NUMBER}@{far[0]}:{far[1]}", caller=customer.number, far=far)
    try:
        if not await _within(call.answered, 30, call):
            return "refused"
        await _choose(customer, call, chance)
        if not await _reach(call, customer.patience_s, lambda: talking(customer.number)):
            return "talked" if call.ended.is_set() and talking(customer.number) else "abandoned"
        await _talk(customer, call, chance)
        return "talked"
    finally:
        call.hang_up()


async def _choose(customer: Customer, call: Call, chance: random.Random) -> None:
    """Listen a little, then press: the language, the department."""
    for key in ("2" if customer.language == "en" else "1", customer.department):
        await _pause(call, chance.uniform(2.5, 6))
        call.sound.press(key)


async def _reach(call: Call, patience_s: float, talking: Callable[[], bool]) -> bool:
    """Wait for a human being."""
    until = asyncio.get_running_loop().time() + patience_s
    while not call.ended.is_set() and asyncio.get_running_loop().time() < until:
        if talking():
            return True
        await _pause(call, 0.3)
    return False


async def _talk(customer: Customer, call: Call, chance: random.Random) -> None:
    until = asyncio.get_running_loop().time() + customer.talk_s
    await _pause(call, 2)
    while not call.ended.is_set() and asyncio.get_running_loop().time() < until:
        call.sound.say(chance.choice(sentences("customer")[customer.language]))
        await _pause(call, chance.uniform(9, 15))


async def _pause(call: Call, for_s: float) -> None:
    """Time passes, unless the call ends."""
    try:
        await asyncio.wait_for(call.ended.wait(), for_s)
    except TimeoutError:
        return


async def _within(event: asyncio.Event, limit_s: float, call: Call) -> bool:
    waits = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(call.ended.wait())]
    try:
        await asyncio.wait(waits, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return event.is_set()
