"""The flow steps about who calls: customer, VIP, lists of numbers, looking customers up and changing them."""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from rexian.crm.lists import BLOCKED, VIP
from rexian.flows.actions import Digit, Input, Recognised, TimeUp
from rexian.flows.errands import Errand
from rexian.flows.expressions import is_true, read, read_template
from rexian.flows.look import ExpressionText, Look, Template, VariableName, unit
from rexian.flows.nodes import Leave, Node, Outcome, Stay, Visit, Way, Written

RECOGNISED_WITHIN_S = 2.0
"""So long after the call came in a caller who is known has been found."""


class CustomerKnown(Node, frozen=True, kw_only=True, tag="customer"):
    """Ask whether we know the caller, waiting a moment for the look-up; `condition` may ask more of a known one.

    What is known of him then stands in `customer` (`customer.name`, `customer.id`, and his attributes).
    """

    look: ClassVar[Look] = Look(category="decide", icon="user-check", order=40, advanced=("condition", "patience_s"))

    condition: ExpressionText = ""
    patience_s: Annotated[float, msgspec.Meta(ge=0, le=10), unit("s")] = RECOGNISED_WITHIN_S

    def ways(self) -> tuple[Way, ...]:
        names = ("known", "other", "unknown") if self.condition else ("known", "unknown")
        return (*(Way(name, needed=True) for name in names), Way("error"), Way("default"))

    def written(self) -> tuple[Written, ...]:
        return (Written("condition", self.condition),) if self.condition else ()

    def enter(self, visit: Visit) -> Outcome:
        if visit.value("customer.id"):
            return self._judged(visit)
        until = _started(visit) + timedelta(seconds=self.patience_s)
        return Stay(until) if until > visit.now else Leave("unknown")

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Recognised:
            return self._judged(visit)
        if type(input) is TimeUp:
            return Leave("unknown")
        if type(input) is Digit:
            visit.type_ahead(input.digit)
        return Stay(visit.until)

    def _judged(self, visit: Visit) -> Outcome:
        if not visit.value("customer.id"):
            return Leave("unknown")
        if self.condition and not is_true(read(self.condition).evaluate(visit)):
            return Leave("other")
        return Leave("known")


class OnList(Node, frozen=True, kw_only=True, tag="on_list"):
    """Ask whether the caller's number stands on a list: `blocked` (the blacklist), `vip`, or one of your own."""

    look: ClassVar[Look] = Look(category="decide", icon="list-checks", order=44)

    list: Annotated[str, msgspec.Meta(pattern=r"^[\w-]{1,64}$")] = BLOCKED

    def ways(self) -> tuple[Way, ...]:
        return (Way("yes", needed=True), Way("no", needed=True), Way("error"))

    def enter(self, visit: Visit) -> Outcome:
        return Leave("yes" if self.list in (visit.value("lists") or ()) else "no")


class Vip(Node, frozen=True, kw_only=True, tag="vip"):
    """Ask whether the caller is a VIP: marked so as a customer, or his number stands on the list `vip`."""

    look: ClassVar[Look] = Look(category="decide", icon="star", order=42)

    def ways(self) -> tuple[Way, ...]:
        return (Way("yes", needed=True), Way("no", needed=True), Way("error"))

    def enter(self, visit: Visit) -> Outcome:
        known = visit.value("vip") is True or VIP in (visit.value("lists") or ())
        return Leave("yes" if known else "no")


class FindCustomer(Errand, frozen=True, kw_only=True, tag="find_customer"):
    """Look a customer up by a number or a mail address (by default the caller's), and keep him in a variable.

    `variable` gets `id`, `name`, `vip`, `tags` and `attributes` of the one found. Several: the exit `several`.
    """

    look: ClassVar[Look] = Look(category="do", icon="search", order=40, advanced=("variable", "timeout_s"))

    by: Literal["phone", "mail"] = "phone"
    value: ExpressionText = "caller"
    variable: VariableName = "found"
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60), unit("s")] = 3.0

    def ways(self) -> tuple[Way, ...]:
        names = ("none", "several", "timeout", "error", "default")
        return (Way("found", needed=True), *(Way(name) for name in names))

    def written(self) -> tuple[Written, ...]:
        return (Written("value", self.value),)

    def begin(self, visit: Visit) -> Stay:
        value = read(self.value).evaluate(visit)
        return visit.ask("customer.find", {"by": self.by, "value": value}, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        if not value:
            return Leave("none")
        if len(value) > 1:
            return Leave("several")
        visit.set(self.variable, value[0])
        return Leave("found")


class UpdateCustomer(Errand, frozen=True, kw_only=True, tag="update_customer"):
    """Change what we know of the caller: attributes by expressions, a name, tags to add. An unknown caller is added."""

    look: ClassVar[Look] = Look(category="do", icon="user-plus", order=42, advanced=("timeout_s",))

    attributes: dict[str, ExpressionText] = msgspec.field(default_factory=dict)
    name: Template = ""
    tags: tuple[str, ...] = ()
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60), unit("s")] = 3.0

    def written(self) -> tuple[Written, ...]:
        given = tuple(Written(f"attributes/{name}", text) for name, text in self.attributes.items())
        return (*given, Written("name", self.name, template=True))

    def begin(self, visit: Visit) -> Stay:
        wanted = {
            "customer": visit.value("customer.id"),
            "caller": visit.value("caller"),
            "name": read_template(self.name).fill(visit),
            "attributes": {name: read(text).evaluate(visit) for name, text in self.attributes.items()},
            "tags": list(self.tags),
        }
        return visit.ask("customer.update", wanted, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        return Leave()


def _started(visit: Visit) -> datetime:
    try:
        return datetime.fromisoformat(str(visit.value("started")))
    except ValueError:
        return visit.now


NODES = (CustomerKnown, OnList, Vip, FindCustomer, UpdateCustomer)
