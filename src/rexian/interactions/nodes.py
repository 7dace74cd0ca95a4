"""The flow steps about what is kept of contacts: has he called before, and what he has just recorded."""

from typing import Annotated, Any, ClassVar

import msgspec

from rexian.flows.actions import Input
from rexian.flows.errands import Errand
from rexian.flows.look import Language, Look, VariableName, refers, unit
from rexian.flows.nodes import Leave, Outcome, Reference, Stay, Visit, Way
from rexian.telephony.nodes import LONGEST_PLAYBACK_S, hear_out


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


class OfRecording(Errand, frozen=True, kw_only=True):
    """The root of steps that do something with what a `record` step has recorded; `variable` holds its name."""

    variable: VariableName = "recording"
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60), unit("s")] = 15.0

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("missing"), Way("timeout"), Way("error"), Way("default"))

    def enter(self, visit: Visit) -> Outcome:
        """A recording that is not there, or that the switch has lost, takes `missing`."""
        return self.begin(visit) if self.recording(visit) else Leave("missing")

    def recording(self, visit: Visit) -> str:
        held = visit.value(self.variable)
        return held if isinstance(held, str) else ""


class PlayRecording(OfRecording, frozen=True, kw_only=True, tag="play_recording"):
    """Let the caller hear what he has recorded. A key cuts it short and counts for the menu that follows."""

    look: ClassVar[Look] = Look(
        category="media", icon="audio-lines", order=20, advanced=("variable", "interruptible", "timeout_s")
    )

    interruptible: bool = True

    def begin(self, visit: Visit) -> Stay:
        wanted = {"recording": self.recording(visit), "language": visit.language}
        return visit.ask("recordings.hear", wanted, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        visit.memory["playback"] = visit.play((str(value),), interruptible=self.interruptible)
        return Stay(visit.after(LONGEST_PLAYBACK_S))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if "playback" not in visit.memory:
            return super().resume(visit, input)
        return hear_out(visit, input, interruptible=self.interruptible)


class KeepPrompt(OfRecording, frozen=True, kw_only=True, tag="keep_prompt"):
    """Make what has been recorded a prompt of the library: without silence at its ends, as loud as the others.

    Ask for a PIN before. `language` empty: the caller's. Who called is in the audit trail.
    """

    look: ClassVar[Look] = Look(
        category="media", icon="library", order=30, advanced=("variable", "language", "timeout_s")
    )

    prompt: Annotated[str, refers("prompt")]
    language: Language | None = None

    def refers(self) -> tuple[Reference, ...]:
        return (Reference("prompt", self.prompt, "prompt"),)

    def begin(self, visit: Visit) -> Stay:
        wanted = {
            "recording": self.recording(visit),
            "prompt": self.prompt,
            "language": self.language or visit.language,
            "caller": visit.value("caller"),
        }
        return visit.ask("recordings.keep_prompt", wanted, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        return Leave()


NODES = (RepeatCaller, PlayRecording, KeepPrompt)
