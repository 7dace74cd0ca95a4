"""The flow step that takes a message."""

from typing import Annotated, ClassVar, Literal

import msgspec

from rexian.flows.actions import Answer, Digit, Input, LeaveQueue, LeaveVoicemail, Played, StartTape, StopTape, TimeUp
from rexian.flows.look import Look, QueueName, unit
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Stay, Visit, Way
from rexian.telephony.nodes import LONGEST_PLAYBACK_S, Media, Seconds, prompts

GREETING, RECORDING, CHOICES, THANKS = "greeting", "recording", "choices", "thanks"
SEND, AGAIN = "1", "2"


class Voicemail(Node, frozen=True, kw_only=True, tag="voicemail"):
    """Take a message for a queue: greeting, tone, recording until the key, the limit or the caller's hanging up.

    `review` lets him send it or record it again. Who hangs up while he speaks has left his message all the same. The
    caller waits in no queue from here on. He is answered first: before that, many networks carry no voice of his.
    """

    look: ClassVar[Look] = Look(
        category="route",
        icon="voicemail",
        order=30,
        advanced=("queue", "thanks_media", "longest_s", "finish_key", "review", "timeout_s"),
    )

    queue: QueueName = ""
    media: Media = ("prompt:voicemail-greeting",)
    thanks_media: Media = ("prompt:voicemail-thanks",)
    longest_s: Annotated[float, msgspec.Meta(ge=5, le=600), unit("s")] = 120.0
    finish_key: Literal["#", "*", "0", "1"] = "#"
    review: bool = True
    timeout_s: Seconds = 6.0

    def instant(self) -> tuple[str, ...]:
        return ("error",)

    def ways(self) -> tuple[Way, ...]:
        return (Way("next"), Way("default"), Way("error"))

    def refers(self) -> tuple[Reference, ...]:
        queue = (Reference("queue", self.queue, "queue"),) if self.queue else ()
        return (*queue, *prompts("media", self.media), *prompts("thanks_media", self.thanks_media))

    def enter(self, visit: Visit) -> Outcome:
        if self.queue and not visit.ctx.has_queue(self.queue):
            return Leave("error", "queue.not_found")
        visit.do(Answer())
        visit.do(LeaveQueue("voicemail"))
        visit.queue = ""
        return self._play(visit, GREETING, (*self.media, "prompt:beep"))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        step = visit.memory["step"]
        over = type(input) is Played and input.playback == visit.memory.get("playback")
        if type(input) is Digit:
            return self._pressed(visit, step, input.digit)
        if step == GREETING and over:
            return self._record(visit)
        if step == RECORDING and type(input) is TimeUp:
            return self._recorded(visit)
        if step == CHOICES and over:
            return Stay(visit.after(self.timeout_s))
        if step == CHOICES and type(input) is TimeUp:
            return self._send(visit)
        if step == THANKS and (over or type(input) is TimeUp):
            return Leave()
        return Leave("error", "voicemail.failed") if type(input) is TimeUp else Stay(visit.until)

    def _pressed(self, visit: Visit, step: str, digit: str) -> Outcome:
        if step == GREETING:
            visit.stop_playing()
            return self._play(visit, GREETING, ("prompt:beep",))
        if step == RECORDING and digit == self.finish_key:
            return self._recorded(visit)
        if step == CHOICES and digit in (SEND, AGAIN):
            visit.stop_playing()
            return self._send(visit) if digit == SEND else self._play(visit, GREETING, ("prompt:beep",))
        return Stay(visit.until)

    def _record(self, visit: Visit) -> Outcome:
        visit.memory["step"] = RECORDING
        visit.do(StartTape(self.queue))
        return Stay(visit.after(self.longest_s))

    def _recorded(self, visit: Visit) -> Outcome:
        visit.do(StopTape())
        return self._play(visit, CHOICES, ("prompt:voicemail-choices",)) if self.review else self._send(visit)

    def _send(self, visit: Visit) -> Outcome:
        visit.do(LeaveVoicemail())
        return self._play(visit, THANKS, self.thanks_media)

    def _play(self, visit: Visit, step: str, media: Media) -> Outcome:
        visit.memory["step"] = step
        visit.memory["playback"] = visit.play(media, interruptible=False)
        return Stay(visit.after(LONGEST_PLAYBACK_S))
