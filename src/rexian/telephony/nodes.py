"""The flow steps that speak to a caller: answer, play, music, hang up. Those that listen are in `listening`."""

from typing import Annotated, Any, ClassVar

import msgspec

from rexian.flows.actions import Answer, Digit, HangUp, Input, Played, StartMusic, StopMusic, TimeUp
from rexian.flows.errands import Errand
from rexian.flows.expressions import read_template
from rexian.flows.look import Look, unit, widget
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Stay, Visit, Way, Written
from rexian.telephony import faxing
from rexian.telephony.commands import Cause
from rexian.telephony.hearing import Listen
from rexian.telephony.listening import (
    LONGEST_PLAYBACK_S,
    ChooseLanguage,
    CollectDigits,
    Menu,
    Seconds,
    Tries,
    ask,
    asked,
    spent,
)
from rexian.telephony.media import Media, heard, prompts, values
from rexian.telephony.recording import Record
from rexian.telephony.survey import Survey


class AnswerCall(Node, frozen=True, kw_only=True, tag="answer"):
    """Take the call: from here on it costs the caller."""

    look: ClassVar[Look] = Look(category="speak", icon="phone-incoming", order=5)

    def enter(self, visit: Visit) -> Outcome:
        visit.do(Answer())
        return Leave()


class PlayMedia(Node, frozen=True, kw_only=True, tag="play"):
    """Play prompts, and values in words (`money:balance`). A key cuts it short and counts for the menu that follows.

    `interruptible` false: keys are kept, and it plays to its end. `wait` false: go on while it plays.
    """

    look: ClassVar[Look] = Look(category="speak", icon="volume-2", order=10, advanced=("interruptible", "wait"))

    media: Media
    interruptible: bool = True
    wait: bool = True

    def instant(self) -> tuple[str, ...]:
        return () if self.wait and self.media else ("next",)

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("error"), Way("default"))

    def refers(self) -> tuple[Reference, ...]:
        return prompts("media", self.media)

    def written(self) -> tuple[Written, ...]:
        return values("media", self.media)

    def enter(self, visit: Visit) -> Outcome:
        playback = visit.play(heard(visit, self.media), interruptible=self.interruptible)
        if not self.wait:
            return Leave()
        visit.memory["playback"] = playback
        return Stay(visit.after(LONGEST_PLAYBACK_S))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit:
            if not self.interruptible:
                return Stay(visit.until)
            visit.stop_playing()
            visit.type_ahead(input.digit)
            return Leave()
        over = type(input) is TimeUp or (type(input) is Played and input.playback == visit.memory.get("playback"))
        return Leave() if over else Stay(visit.until)


class Say(Errand, frozen=True, kw_only=True, tag="say"):
    """Speak a text by a voice, in the caller's language. `texts` are templates, one for each language.

    What was said once is kept, so that only a new text makes the caller wait, at most `timeout_s`. Where no voice
    speaks the language the exit is `error`, and when it takes too long `timeout`.
    """

    look: ClassVar[Look] = Look(
        category="speak", icon="speech", order=15, fresh={"texts": {"zh": ""}}, advanced=("interruptible", "timeout_s")
    )

    texts: dict[
        Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")],
        Annotated[str, msgspec.Meta(max_length=2000), widget("area")],
    ]
    interruptible: bool = True
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60), unit("s")] = 8.0

    def written(self) -> tuple[Written, ...]:
        return tuple(Written(f"texts/{language}", text, template=True) for language, text in self.texts.items())

    def begin(self, visit: Visit) -> Stay:
        text = self.texts.get(visit.language) or next(iter(self.texts.values()), "")
        language = visit.language if visit.language in self.texts else next(iter(self.texts), visit.language)
        wanted = {"text": read_template(text).fill(visit), "language": language}
        visit.memory["language"] = language
        return visit.ask("speech.say", wanted, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        own, visit.language = visit.language, visit.memory["language"]
        visit.memory["playback"] = visit.play((str(value),), interruptible=self.interruptible)
        visit.language = own
        return Stay(visit.after(LONGEST_PLAYBACK_S))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if "playback" not in visit.memory:
            return super().resume(visit, input)
        return hear_out(visit, input, interruptible=self.interruptible)


def hear_out(visit: Visit, input: Input, *, interruptible: bool) -> Outcome:
    """Stay until what an errand has brought (`playback` in memory) is heard; a key may cut it short, and counts on."""
    if type(input) is Digit and interruptible:
        visit.stop_playing()
        visit.type_ahead(input.digit)
        return Leave()
    over = type(input) is TimeUp or (type(input) is Played and input.playback == visit.memory["playback"])
    return Leave() if over else Stay(visit.until)


class Music(Node, frozen=True, kw_only=True, tag="music"):
    """Let the caller hear music, over and over, for a while. A key ends it where `interruptible`, and counts on."""

    look: ClassVar[Look] = Look(category="speak", icon="music", order=20, advanced=("music", "interruptible"))

    seconds: Annotated[float, msgspec.Meta(ge=1, le=3600), unit("s")] = 60.0
    music: Annotated[str, msgspec.Meta(pattern=r"^[\w-]{1,64}$")] = "default"
    interruptible: bool = True

    def instant(self) -> tuple[str, ...]:
        return ()

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("error"), Way("default"))

    def enter(self, visit: Visit) -> Outcome:
        visit.do(StartMusic(self.music))
        return Stay(visit.after(self.seconds))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit and self.interruptible:
            visit.type_ahead(input.digit)
        elif type(input) is not TimeUp:
            return Stay(visit.until)
        visit.do(StopMusic())
        return Leave()


class HangUpCall(Node, frozen=True, kw_only=True, tag="hang_up"):
    """End the call. `reason` is kept with the call for reports, the cause is what the caller's line is told."""

    look: ClassVar[Look] = Look(category="route", icon="phone-off", order=90, advanced=("cause",))

    cause: Cause = Cause.NORMAL
    reason: str = ""

    def ways(self) -> tuple[Way, ...]:
        return ()

    def enter(self, visit: Visit) -> Outcome:
        if self.reason:
            visit.set("hang_up_reason", self.reason)
        visit.do(HangUp(self.cause.value))
        return Stay(None)


NODES = (
    Record,
    AnswerCall,
    PlayMedia,
    Say,
    Music,
    Menu,
    ChooseLanguage,
    CollectDigits,
    Listen,
    Survey,
    HangUpCall,
    *faxing.NODES,
)

__all__ = [
    "LONGEST_PLAYBACK_S",
    "NODES",
    "AnswerCall",
    "ChooseLanguage",
    "CollectDigits",
    "HangUpCall",
    "Media",
    "Menu",
    "Music",
    "PlayMedia",
    "Say",
    "Seconds",
    "Survey",
    "Tries",
    "ask",
    "asked",
    "prompts",
    "spent",
]
