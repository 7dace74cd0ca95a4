"""What can be asked about figures."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rexian.core.clock import Clock
from rexian.core.errors import Invalid
from rexian.infra.database import Work
from rexian.insight import store
from rexian.insight.board import FiguresBoard, Zones, day_starts
from rexian.insight.figures import FORMULA_OF, Sums, figures, mean_s, total
from rexian.insight.formulas import DEFAULT_SERVICE_LEVEL, FORMULAS, SERVICE_LEVELS
from rexian.insight.store import AgentSums

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
AGENT_FORMULA_OF = {"handled": "H1", "aht_s": "AHT2", "occupancy": "OCC1"}


class InsightService:
    """Figures of today (live, where a board runs) and of any window."""

    def __init__(self, clock: Clock, zones: Zones, board: FiguresBoard | None = None) -> None:
        self._clock = clock
        self._zones = zones
        self._board = board

    async def today(self, work: Work) -> dict[str, Any]:
        """Per queue since midnight on the tenant's clock. What is live is at most a second old."""
        now = self._clock.now()
        live = self._board.of(work.tenant) if self._board else {}
        if not live:
            start = day_starts(await self._zones(work.tenant))(now)
            live = {queue: figures(sums) for queue, sums in (await store.by_queue(work, start, now + DAY)).items()}
        return {"at": now, "queues": live, "formulas": dictionary(DEFAULT_SERVICE_LEVEL)}

    async def trend(self, work: Work) -> dict[str, Any]:
        """The last hour by minutes, per queue: who came, was answered, gave up, and who waited at each one's end."""
        end = self._clock.now().replace(second=0, microsecond=0)
        start = end - HOUR
        minutes = [start + n * MINUTE for n in range(HOUR // MINUTE)]
        seen = await store.by_minute(work, start, end)
        names = ("offered", "answered", "abandoned", "waiting")
        queues = {}
        for queue, rows in seen.items():
            at = {row.at: row for row in rows}
            queues[queue] = {name: [getattr(at.get(minute), name, 0) for minute in minutes] for name in names}
        return {"from": start, "step_s": 60, "minutes": len(minutes), "queues": queues}

    async def between(
        self, work: Work, start: datetime, end: datetime, by: str, formula: str = DEFAULT_SERVICE_LEVEL
    ) -> dict[str, Any]:
        """Of a window, by queue, agent or hour. Raises `Invalid` for a window that ends before it begins."""
        if end <= start:
            raise Invalid("figures.window", "The window ends before it begins: choose a later end.")
        if formula not in SERVICE_LEVELS:
            raise Invalid(
                "figures.formula", f"There is no formula {formula}: choose one of {', '.join(SERVICE_LEVELS)}."
            )
        if by == "agent":
            rows = [
                _agent(agent, sums)
                for agent, sums in (await store.by_agent(work, start, end, self._clock.now())).items()
            ]
            return _answer(start, end, by, rows, agent_dictionary())
        sums = await self._sums(work, start, end, by)
        rows = [{by: key, **figures(each, formula)} for key, each in sums.items()]
        answer = _answer(start, end, by, rows, dictionary(formula))
        return {**answer, "total": figures(total(sums.values()), formula)}

    async def _sums(self, work: Work, start: datetime, end: datetime, by: str) -> dict[Any, Sums]:
        if by == "queue":
            return dict(await store.by_queue(work, start, end))
        if by == "hour":
            zone: ZoneInfo = await self._zones(work.tenant)
            return dict(await store.by_hour(work, start, end, zone.key))
        raise Invalid("figures.by", "Figures are given by queue, agent or hour.")


def dictionary(formula: str) -> dict[str, Any]:
    """Each figure's formula, with its text in both languages."""
    return {name: _said(id) for name, id in {**FORMULA_OF, "service_level": formula}.items()}


def agent_dictionary() -> dict[str, Any]:
    return {name: _said(id) for name, id in AGENT_FORMULA_OF.items()}


def _said(id: str) -> dict[str, str]:
    formula = FORMULAS[id]
    return {"id": formula.id, "expression": formula.expression, "en": formula.en, "zh": formula.zh}


def _answer(
    start: datetime, end: datetime, by: str, rows: list[dict[str, Any]], said: dict[str, Any]
) -> dict[str, Any]:
    return {"from": start, "to": end, "by": by, "items": rows, "formulas": said}


def _agent(agent: str, sums: AgentSums) -> dict[str, Any]:
    on_duty = sums.on_duty.total_seconds()
    return {
        "agent": agent,
        "handled": sums.handled,
        "offered": sums.rung,
        "missed": sums.missed,
        "talk_s": sums.talk.total_seconds(),
        "hold_s": sums.hold.total_seconds(),
        "consult_s": sums.consult.total_seconds(),
        "wrap_up_s": sums.wrap_up.total_seconds(),
        "ready_s": sums.ready.total_seconds(),
        "paused_s": sums.paused.total_seconds(),
        "aht_s": mean_s(sums.talk + sums.hold + sums.consult + sums.wrap_up, sums.handled),
        "occupancy": sums.handling.total_seconds() / on_duty if on_duty else None,
    }
