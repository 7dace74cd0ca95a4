"""The flow step that records what a caller says."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import msgspec

from rexian.flows.actions import Digit, Input, Played, Speaking, StartRecording, StopRecording, TimeUp
from rexian.flows.look import Look, VariableName, unit
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Stay, Visit, Way, Written
from rexian.telephony.media import Media, heard, prompts, values

LONGEST_PROMPT_S = 600.0
PROMPT, RECORDING, TOO_SHORT_S = "prompt", "recording", 1.0


class Record(Node, frozen=True, kw_only=True, tag="record"):
    """Record what the caller says: a prompt, a tone, then until a key, silence, the longest time or his hanging up.

    The recording lies with the contact. Its name is kept in `variable`. `silence_s` 0: silence ends nothing. Who says
    nothing for so long after the tone takes `empty`, as who ends it at once.
    """

    look: ClassVar[Look] = Look(
        category="media", icon="mic", order=10, advanced=("beep", "finish_key", "silence_s", "variable")
    )

    media: Media = ()
    beep: bool = True
    longest_s: Annotated[float, msgspec.Meta(ge=1, le=600), unit("s")] = 60.0
    silence_s: Annotated[float, msgspec.Meta(ge=0, le=60), unit("s")] = 4.0
    finish_key: Literal["#", "*", "0", "1"] = "#"
    variable: VariableName = "recording"

    def instant(self) -> tuple[str, ...]:
        return ("error",)

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("empty"), Way("error"), Way("default"))

    def refers(self) -> tuple[Reference, ...]:
        return prompts("media", self.media)

    def written(self) -> tuple[Written, ...]:
        return values("media", self.media)

    def enter(self, visit: Visit) -> Outcome:
        media = heard(visit, self.media) + (("prompt:beep",) if self.beep else ())
        if not media:
            return self._record(visit)
        visit.memory["step"] = PROMPT
        visit.memory["playback"] = visit.play(media)
        return Stay(visit.after(LONGEST_PROMPT_S))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if visit.memory["step"] == PROMPT:
            return self._prompting(visit, input)
        if type(input) is Digit:
            return self._over(visit) if input.digit == self.finish_key else Stay(visit.until)
        if type(input) is Speaking:
            visit.memory["spoke"] = True
            return Stay(_moment(visit, "ends")) if input.on else self._over(visit)
        return self._over(visit) if type(input) is TimeUp else Stay(visit.until)

    def _prompting(self, visit: Visit, input: Input) -> Outcome:
        """A key cuts the prompt short; the tone is heard all the same."""
        if type(input) is Digit:
            visit.stop_playing()
            if not self.beep:
                return self._record(visit)
            visit.memory["playback"] = visit.play(("prompt:beep",), interruptible=False)
            return Stay(visit.until)
        over = type(input) is TimeUp or (type(input) is Played and input.playback == visit.memory["playback"])
        return self._record(visit) if over else Stay(visit.until)

    def _record(self, visit: Visit) -> Outcome:
        """The name is the call's own, so that it can be told before the switch has begun."""
        name = f"{visit.value('call')}.m{visit.numbered()}"
        ends = visit.after(self.longest_s)
        visit.memory.update(step=RECORDING, recording=name, began=visit.now.isoformat(), ends=ends.isoformat())
        visit.do(StartRecording(name, self.silence_s))
        return Stay(min(ends, visit.after(self.silence_s)) if self.silence_s else ends)

    def _over(self, visit: Visit) -> Outcome:
        name = visit.memory["recording"]
        visit.do(StopRecording(name))
        lasted_s = (visit.now - _moment(visit, "began")).total_seconds()
        if lasted_s < TOO_SHORT_S or (self.silence_s and not visit.memory.get("spoke")):
            return Leave("empty")
        if self.variable:
            visit.set(self.variable, name)
        return Leave()


def _moment(visit: Visit, name: str) -> datetime:
    return datetime.fromisoformat(visit.memory[name])


NODES = (Record,)
