"""The flow steps that speak to a caller and listen to his keys: answer, play, menu, collect digits, hang up."""

from typing import Annotated, Literal

import msgspec

from rexian.flows.actions import Answer, Digit, HangUp, Input, Played, TimeUp
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Stay, Visit, Way
from rexian.telephony.commands import Cause

LONGEST_PLAYBACK_S = 600.0
"""A playback whose end is not heard of for so long is taken as over."""

Media = tuple[Annotated[str, msgspec.Meta(pattern=r"^(prompt:[\w./-]+|tone:[\w-]+|silence:\d{1,5})$")], ...]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=120)]
Tries = Annotated[int, msgspec.Meta(ge=0, le=9)]


class AnswerCall(Node, frozen=True, kw_only=True, tag="answer"):
    """Take the call: from here on it costs the caller."""

    def enter(self, visit: Visit) -> Outcome:
        visit.do(Answer())
        return Leave()


class PlayMedia(Node, frozen=True, kw_only=True, tag="play"):
    """Play prompts. A key cuts an interruptible one short and counts for the menu that follows.

    `wait` false: go on while it plays (a welcome that may be cut short by the agent).
    """

    media: Media
    interruptible: bool = True
    wait: bool = True

    def instant(self) -> tuple[str, ...]:
        return () if self.wait and self.media else ("next",)

    def refers(self) -> tuple[Reference, ...]:
        return prompts("media", self.media)

    def enter(self, visit: Visit) -> Outcome:
        playback = visit.play(self.media, interruptible=self.interruptible)
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


class Menu(Node, frozen=True, kw_only=True, tag="menu"):
    """Ask for one key. `choices` names what each key means; its exit is named by the key.

    Silence or a wrong key is answered with its own prompt and the question again, `retries` times; then the exits
    `no_input` and `no_match`, or `default`. `variable` keeps the meaning of the key chosen.
    """

    media: Media
    choices: dict[Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]$")], str]
    no_input_media: Media = ("prompt:no-input",)
    no_match_media: Media = ("prompt:no-match",)
    timeout_s: Seconds = 5.0
    retries: Tries = 2
    variable: str = ""

    def instant(self) -> tuple[str, ...]:
        return ()

    def ways(self) -> tuple[Way, ...]:
        keys = tuple(Way(key, needed=True) for key in self.choices)
        return (*keys, Way("no_input"), Way("no_match"), Way("default"), Way("error"))

    def refers(self) -> tuple[Reference, ...]:
        names = ("media", "no_input_media", "no_match_media")
        return tuple(found for name in names for found in prompts(name, getattr(self, name)))

    def enter(self, visit: Visit) -> Outcome:
        typed = visit.take_typed()
        if typed and typed[0] in self.choices:
            return self._chosen(visit, typed[0])
        return ask(visit, self.media)

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit:
            visit.stop_playing()
            if input.digit in self.choices:
                return self._chosen(visit, input.digit)
            return self._again(visit, "no_match", self.no_match_media)
        if asked(visit, input):
            return Stay(visit.after(self.timeout_s))
        if type(input) is TimeUp:
            return self._again(visit, "no_input", self.no_input_media)
        return Stay(visit.until)

    def _chosen(self, visit: Visit, key: str) -> Outcome:
        if self.variable:
            visit.set(self.variable, self.choices[key] or key)
        return Leave(key)

    def _again(self, visit: Visit, failing: str, media: Media) -> Outcome:
        if spent(visit, self.retries):
            return Leave(failing, f"menu.{failing}")
        return ask(visit, (*media, *self.media))


class CollectDigits(Node, frozen=True, kw_only=True, tag="collect"):
    """Ask for a number. It is complete at `most` digits, at the terminator, or when no key follows in time.

    `masked`: the digits are kept where nothing is written down, and `variable` only tells that they are there.
    """

    media: Media
    variable: str
    least: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    most: Annotated[int, msgspec.Meta(ge=1, le=64)] = 20
    terminator: Literal["#", "*", ""] = "#"
    timeout_s: Seconds = 6.0
    digit_timeout_s: Seconds = 4.0
    retries: Tries = 2
    masked: bool = False
    no_input_media: Media = ("prompt:no-input",)
    invalid_media: Media = ("prompt:invalid-number",)

    def instant(self) -> tuple[str, ...]:
        return ()

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("no_input"), Way("invalid"), Way("default"), Way("error"))

    def refers(self) -> tuple[Reference, ...]:
        names = ("media", "no_input_media", "invalid_media")
        return tuple(found for name in names for found in prompts(name, getattr(self, name)))

    def enter(self, visit: Visit) -> Outcome:
        self._keep(visit, "")
        for digit in visit.take_typed():
            outcome = self._press(visit, digit)
            if type(outcome) is Leave or visit.playing:
                return outcome
        return Stay(visit.after(self.digit_timeout_s)) if self._kept(visit) else ask(visit, self.media)

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit:
            visit.stop_playing()
            return self._press(visit, input.digit)
        if asked(visit, input) and not self._kept(visit):
            return Stay(visit.after(self.timeout_s))
        if type(input) is TimeUp:
            return self._complete(visit, self._kept(visit))
        return Stay(visit.until)

    def _press(self, visit: Visit, digit: str) -> Outcome:
        digits = self._kept(visit)
        if digit == self.terminator:
            return self._complete(visit, digits)
        digits += digit
        if len(digits) >= self.most:
            return self._complete(visit, digits)
        self._keep(visit, digits)
        return Stay(visit.after(self.digit_timeout_s))

    def _complete(self, visit: Visit, digits: str) -> Outcome:
        self._keep(visit, "")
        if not digits:
            return self._again(visit, "no_input", self.no_input_media)
        if len(digits) < self.least or not digits.isdigit():
            return self._again(visit, "invalid", self.invalid_media)
        if self.masked:
            visit.conceal(self.variable, digits)
        visit.set(self.variable, "masked" if self.masked else digits)
        return Leave()

    def _again(self, visit: Visit, failing: str, media: Media) -> Outcome:
        if spent(visit, self.retries):
            return Leave(failing, f"collect.{failing}")
        return ask(visit, (*media, *self.media))

    def _kept(self, visit: Visit) -> str:
        return visit.reveal(COLLECTED)

    def _keep(self, visit: Visit, digits: str) -> None:
        visit.conceal(COLLECTED, digits)


class HangUpCall(Node, frozen=True, kw_only=True, tag="hang_up"):
    """End the call."""

    cause: Cause = Cause.NORMAL

    def ways(self) -> tuple[Way, ...]:
        return ()

    def enter(self, visit: Visit) -> Outcome:
        visit.do(HangUp(self.cause.value))
        return Stay(None)


COLLECTED = "*collected*"
"""Where the digits typed so far are kept: never among what is written down, for they may be a PIN."""


def ask(visit: Visit, media: Media) -> Stay:
    """Play a question and listen; `asked` tells when it has been played."""
    visit.memory["playback"] = visit.play(media)
    return Stay(visit.after(LONGEST_PLAYBACK_S))


def asked(visit: Visit, input: Input) -> bool:
    """Whether this input is the end of the question, from which the time to answer counts."""
    return type(input) is Played and input.playback == visit.memory.get("playback")


def spent(visit: Visit, retries: int) -> bool:
    """Count one more failed try; whether there is none left."""
    tries = visit.memory["tries"] = visit.memory.get("tries", 0) + 1
    return bool(tries > retries)


def prompts(path: str, media: Media) -> tuple[Reference, ...]:
    return tuple(
        Reference("prompt", one.removeprefix("prompt:"), f"{path}/{place}")
        for place, one in enumerate(media)
        if one.startswith("prompt:")
    )


NODES = (AnswerCall, PlayMedia, Menu, CollectDigits, HangUpCall)
