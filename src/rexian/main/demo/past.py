"""The demonstration's past: some days of its centre, decided by the real floor on a virtual clock.

The days are the twin's: it makes up the customers and the switch; who is offered to whom, what is counted and what
stands in the journal is the floor's own work. So the past looks in every report just as a real one would.
"""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from math import exp
from statistics import NormalDist
from zoneinfo import ZoneInfo

import msgspec

from rexian.core.ids import CallId, uuid7
from rexian.crm.model import Customer as Known
from rexian.floor import events as facts
from rexian.floor import inputs
from rexian.floor.directory import AgentEntry, Directory
from rexian.floor.turn import subject
from rexian.infra.database import Work
from rexian.infra.rows import Listing
from rexian.main.wiring import Rexian
from rexian.twin.by_floor import FloorDay
from rexian.twin.customers import Customer, crowd
from rexian.twin.distributions import Distribution, Empirical, Exponential
from rexian.twin.house import House
from rexian.twin.scenario import Callers, Crew, Scenario, Shift, Stream, clock

DAYS = 3
ON_DUTY = 5
CALLS_AN_HOUR = 18.0
OPENS, CLOSES = time(9), time(18)
COME_BEFORE = timedelta(minutes=10)
STAY_ON = timedelta(minutes=5)
ZONE = ZoneInfo("Asia/Shanghai")
BEFORE_NOW = timedelta(minutes=40)
"""So long before now the past ends, that all its calls are over."""
LANGUAGES = {"1": 0.9, "2": 0.1}
TOPICS = {"1": 0.4, "2": 0.4, "3": 0.2}
NOTES = ("", "", "已解答客户疑问。", "已登记，等待回访。", "客户满意。", "转后台处理。")


async def tell(rexian: Rexian, work: Work, customers: Sequence[Known]) -> None:
    """Record the past, for the journal to take with the transaction."""
    offered = await rexian.agents.dispositions.list(work, Listing(limit=100))
    directory = await rexian.house.directory(work.tenant)
    dispositions = [row["id"] for row in offered.items]
    now = rexian.clock.now()
    for day in range(DAYS, -1, -1):
        opens, last_call = _shift(now - timedelta(days=day), now)
        if last_call > opens:
            for fact in day_of(directory, customers, dispositions, opens, last_call, seed=DAYS - day):
                work.record(subject(fact), fact)


def _shift(day: datetime, now: datetime) -> tuple[datetime, datetime]:
    """When the day begins and when the last customer calls."""
    local = day.astimezone(ZONE).date()
    closes = datetime.combine(local, CLOSES, ZONE)
    return datetime.combine(local, OPENS, ZONE), min(closes, now - BEFORE_NOW).astimezone(ZONE)


def day_of(
    directory: Directory,
    customers: Sequence[Known],
    dispositions: Sequence[str],
    opens: datetime,
    last_call: datetime,
    *,
    seed: int,
) -> list[facts.Fact]:
    """The facts of one day, in the order in which they happened."""
    chance = random.Random(seed)
    serving = sorted((each for each in directory.agents.values() if each.queues), key=lambda each: each.extension)
    crews = {agent.id: _crew(agent, opens, last_call, chance) for agent in chance.sample(serving, ON_DUTY)}
    number = next(iter(directory.numbers))
    scenario = Scenario(
        day=opens.date(),
        zone=ZONE.key,
        seed=seed,
        streams=(_stream(number, opens, last_call),),
        crews=tuple(crews.values()),
        queues=tuple({"id": queue.id, "name": queue.name} for queue in directory.queues.values()),
    )
    told: list[facts.Fact] = []
    silent = msgspec.structs.replace(directory, record=False)  # there was no voice to be recorded
    people = Regulars(customers, dispositions, chance)
    house = House(silent, crews, {})
    FloorDay(crowd(scenario), house=house, people=people, names=lambda: CallId(uuid7()), listener=told.append).run()
    return told


def _crew(agent: AgentEntry, opens: datetime, last_call: datetime, chance: random.Random) -> Crew:
    """An agent comes some minutes before the first customer may call, and goes when the last one has been served."""
    comes = opens - COME_BEFORE + timedelta(seconds=round(chance.uniform(0, 500)))
    return Crew(
        name=agent.name,
        members=(agent.id,),
        queues=agent.queues,
        shifts=(Shift(begins=_moment(comes), ends=_moment(last_call + STAY_ON)),),
        ringing=_about(3.7, 0.4),
        misses=0.04,
        wrap_up=_about(11.0, 0.3),
    )


def _stream(number: str, opens: datetime, last_call: datetime) -> Stream:
    """Customers choose a language, then a topic; the greeting asks for them in this order."""
    open_s = (last_call - opens).total_seconds()
    return Stream(
        number=number,
        begins=_moment(opens),
        interval_s=open_s,
        calls=(CALLS_AN_HOUR * open_s / 3600,),
        callers=tuple(
            Callers(
                name=f"{language}{topic}",
                share=share * of_these,
                keys=(language, topic),
                patience=Exponential(mean_s=150.0),
                handling=_about(130.0, 0.7),
            )
            for language, share in LANGUAGES.items()
            for topic, of_these in TOPICS.items()
        ),
    )


def _about(median_s: float, spread: float) -> Distribution:
    """Lognormal by fifty of its quantiles, so that nothing lasts for ever; `spread`: the logarithm's deviation."""
    return Empirical(values_s=tuple(median_s * exp(spread * each) for each in NormalDist().quantiles(51)))


def _moment(at: datetime) -> str:
    return clock((at - datetime.combine(at.date(), time(), ZONE)).total_seconds())


class Regulars:
    """The demonstration's customers call again and again; agents leave notes."""

    def __init__(self, customers: Sequence[Known], dispositions: Sequence[str], chance: random.Random) -> None:
        self._dispositions = dispositions
        self._chance = chance
        self._customers = customers
        self._callers: dict[int, Known] = {}

    def number(self, customer: Customer) -> str:
        return self._who(customer).identities[0].value

    def identity(self, customer: Customer, call: CallId) -> inputs.Identified | None:
        who = self._who(customer)
        return inputs.Identified(call=call, customer=who.id, name=who.name)

    def notes(self, call: CallId) -> tuple[str, str]:
        return self._chance.choice(self._dispositions), self._chance.choice(NOTES)

    def _who(self, customer: Customer) -> Known:
        if customer.place not in self._callers:
            self._callers[customer.place] = self._chance.choice(self._customers)
        return self._callers[customer.place]
