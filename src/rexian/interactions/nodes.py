"""The flow step about earlier contacts: has he called before?"""

from typing import Annotated, Any, ClassVar

import msgspec

from rexian.flows.errands import Errand
from rexian.flows.look import Look, VariableName, unit
from rexian.flows.nodes import Leave, Outcome, Stay, Visit, Way


class RepeatCaller(Errand, frozen=True, kw_only=True, tag="repeat_caller"):
    """Ask whether the caller's number has called at least so many times in the last minutes, this call not counted.

    `variable` keeps how often. `unanswered` counts only calls that no agent answered.
    """

    look: ClassVar[Look] = Look(
        category="decide", icon="repeat", order=46, advanced=("unanswered", "variable", "timeout_s")
    )

    times: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    minutes: Annotated[int, msgspec.Meta(ge=1, le=60 * 24 * 31)] = 60 * 24
    unanswered: bool = False
    variable: VariableName = ""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60), unit("s")] = 2.0

    def ways(self) -> tuple[Way, ...]:
        return (Way("yes", needed=True), Way("no", needed=True), Way("timeout"), Way("error"), Way("default"))

    def begin(self, visit: Visit) -> Stay:
        wanted = {"caller": visit.value("caller"), "minutes": self.minutes, "unanswered": self.unanswered}
        return visit.ask("contacts.recent", wanted, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        if self.variable:
            visit.set(self.variable, value)
        return Leave("yes" if isinstance(value, int) and value >= self.times else "no")


NODES = (RepeatCaller,)
