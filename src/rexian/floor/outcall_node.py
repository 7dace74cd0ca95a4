"""The flow step that has somebody called, now or at a time, who is then led through a flow of his own."""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from rexian.flows.actions import OrderCall
from rexian.flows.expressions import ExpressionError, read, read_template
from rexian.flows.expressions.dates import moment
from rexian.flows.look import ExpressionText, Look, Template, VariableName, refers, unit
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Visit, Way, Written

MOST_AHEAD_S = 31 * 86400.0
EXITS = {
    "number.invalid": "invalid_number",
    "outcall.number_barred": "invalid_number",
    "outcall.caller_limit": "limit",
    "outcall.number_limit": "limit",
    "outcall.too_many": "limit",
}
"""By which exit what is in the way leads; all else: it is refused."""


class Outcall(Node, frozen=True, kw_only=True, tag="outcall"):
    """Have a number called; whoever answers is led through `flow` (empty: this very one, where `outcall` is true then).

    `inputs` become variables of that walk: the name of a recording, say. `when`: at once, after `delay_s`, or at the
    time that `at` holds: `1830` (the next half past six), `12241830` (with month and day), or a date and time. Within
    the tenant's hours and limits it is tried `attempts` times; it is not made any more when it is `valid_s` late.
    """

    look: ClassVar[Look] = Look(
        category="do",
        icon="phone-outgoing",
        order=60,
        advanced=("inputs", "attempts", "gap_s", "ring_s", "valid_s", "variable"),
    )

    number: Template
    flow: Annotated[str, refers("flow")] = ""
    inputs: dict[str, ExpressionText] = msgspec.field(default_factory=dict)
    when: Literal["now", "delay", "at"] = "now"
    delay_s: Annotated[float, msgspec.Meta(ge=0, le=MOST_AHEAD_S), unit("s")] = 3600.0
    at: ExpressionText = ""
    attempts: Annotated[int, msgspec.Meta(ge=1, le=5)] = 3
    gap_s: Annotated[float, msgspec.Meta(ge=60, le=86400), unit("s")] = 600.0
    ring_s: Annotated[float, msgspec.Meta(ge=15, le=60), unit("s")] = 30.0
    valid_s: Annotated[float, msgspec.Meta(ge=300, le=7 * 86400), unit("s")] = 86400.0
    variable: VariableName = ""

    def ways(self) -> tuple[Way, ...]:
        names = ("invalid_number", "invalid_time", "limit", "refused", "error", "default")
        return (Way("next", needed=True), *(Way(name) for name in names))

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("flow", self.flow, "flow"),) if self.flow else ()

    def written(self) -> tuple[Written, ...]:
        at = (Written("at", self.at),) if self.when == "at" else ()
        inputs = tuple(Written(f"inputs/{name}", text) for name, text in self.inputs.items())
        return (Written("number", self.number, template=True), *at, *inputs)

    def enter(self, visit: Visit) -> Outcome:
        number = read_template(self.number).fill(visit).strip()
        hindered = visit.ctx.hindrance(number, self.flow)
        if hindered:
            return Leave(EXITS.get(hindered, "refused"), hindered)
        due = self._due(visit)
        if due is None or not visit.now <= due <= visit.after(MOST_AHEAD_S):
            return Leave("invalid_time", "outcall.time")
        if self.variable:
            visit.set(self.variable, visit.ctx.local(due).isoformat(timespec="seconds"))
        visit.do(
            OrderCall(
                number=number,
                flow=self.flow,
                due=due.isoformat() if due > visit.now else None,
                variables={name: read(text).evaluate(visit) for name, text in self.inputs.items()},
                language=visit.language,
                attempts=self.attempts,
                gap_s=self.gap_s,
                ring_s=self.ring_s,
                valid_s=self.valid_s,
            )
        )
        return Leave()

    def _due(self, visit: Visit) -> datetime | None:
        if self.when == "now":
            return visit.now
        if self.when == "delay":
            return visit.after(self.delay_s)
        return moment_of(read(self.at).evaluate(visit), visit.ctx.local(visit.now))


def moment_of(value: Any, now: datetime) -> datetime | None:
    """The moment that was meant, by the house's wall clock (`now` is on it): as typed by keys, or ISO 8601.

    `1830` is the next time that it is half past six, `12241830` that on the next 24th of December. None: no time.
    """
    text = "" if value is None else str(value).strip()
    if not text.isascii() or not text.isdigit() or len(text) not in (4, 8):
        try:
            found = moment(text)
        except ExpressionError:
            return None
        return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
    numbers = [int(text[place : place + 2]) for place in range(0, len(text), 2)]
    month, day = numbers[:-2] or (now.month, now.day)
    try:
        meant = now.replace(month=month, day=day, hour=numbers[-2], minute=numbers[-1], second=0, microsecond=0)
        if meant > now:
            return meant
        return meant + timedelta(days=1) if len(text) == 4 else meant.replace(year=now.year + 1)
    except ValueError:
        return None


NODES = (Outcall,)
