"""The flow steps that listen to a caller's keys: menu, language, digits; and the ladder of prompts when he errs."""

from typing import Annotated, Any, ClassVar, Literal

import msgspec

from rexian.flows.actions import Digit, Input, MuteRecording, Played, TimeUp
from rexian.flows.expressions import Names, is_true, read
from rexian.flows.expressions.checks import id_card, luhn
from rexian.flows.look import ExpressionText, Look, VariableName, unit, widget
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Stay, Visit, Way, Written
from rexian.flows.visit import SECRET
from rexian.telephony.media import Media, heard, prompts, values

LONGEST_PLAYBACK_S = 600.0
"""A playback whose end is not heard of for so long is taken as over."""

Seconds = Annotated[float, msgspec.Meta(gt=0, le=120), unit("s")]
Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]$")]
Tries = Annotated[int, msgspec.Meta(ge=0, le=9)]
Ladder = Annotated[tuple[Media, ...], msgspec.Meta(max_length=10)]
"""What is heard after the first failed try, after the second …; the last one again for all that follow."""


class Menu(Node, frozen=True, kw_only=True, tag="menu"):
    """Ask for one key. `choices` names what each key means; its exit is named by the key.

    Silence or a wrong key is answered with its own prompt (by a ladder: another one each time) and the question again,
    `retries` times; then the exits `no_input` and `no_match`, or `default`. `variable` keeps the meaning of the key.
    """

    look: ClassVar[Look] = Look(
        category="listen",
        icon="list-ordered",
        order=10,
        fresh={"choices": {"1": ""}},
        advanced=(
            "no_input_media",
            "no_match_media",
            "no_input_ladder",
            "no_match_ladder",
            "timeout_s",
            "retries",
            "variable",
        ),
    )

    media: Media
    choices: Annotated[dict[Key, str], widget("keys")]
    no_input_media: Media = ("prompt:no-input",)
    no_match_media: Media = ("prompt:no-match",)
    no_input_ladder: Ladder = ()
    no_match_ladder: Ladder = ()
    timeout_s: Seconds = 5.0
    retries: Tries = 2
    variable: VariableName = ""

    def instant(self) -> tuple[str, ...]:
        return ()

    def ways(self) -> tuple[Way, ...]:
        keys = tuple(Way(key, needed=True) for key in self.choices)
        return (*keys, Way("no_input"), Way("no_match"), Way("default"), Way("error"))

    def refers(self) -> tuple[Reference, ...]:
        return tuple(found for path, media in self._all_media() for found in prompts(path, media))

    def written(self) -> tuple[Written, ...]:
        return tuple(found for path, media in self._all_media() for found in values(path, media))

    def _all_media(self) -> tuple[tuple[str, Media], ...]:
        plain = tuple((name, getattr(self, name)) for name in ("media", "no_input_media", "no_match_media"))
        return (*plain, *rungs(self, "no_input_ladder"), *rungs(self, "no_match_ladder"))

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
            return self._again(visit, "no_match", self.no_match_ladder, self.no_match_media)
        if asked(visit, input):
            return Stay(visit.after(self.timeout_s))
        if type(input) is TimeUp:
            return self._again(visit, "no_input", self.no_input_ladder, self.no_input_media)
        return Stay(visit.until)

    def _chosen(self, visit: Visit, key: str) -> Outcome:
        if self.variable:
            visit.set(self.variable, self.choices[key] or key)
        return Leave(key)

    def _again(self, visit: Visit, failing: str, ladder: Ladder, media: Media) -> Outcome:
        if spent(visit, self.retries):
            return Leave(failing, f"menu.{failing}")
        return ask(visit, (*rung(visit, failing, ladder, media), *self.media))


class ChooseLanguage(Node, frozen=True, kw_only=True, tag="choose_language"):
    """Let the caller choose his language by a key. Each language's own rendering of `media` is heard in turn.

    Who chooses nothing keeps the language he has, and goes on by `next` where `no_input` leads nowhere.
    """

    look: ClassVar[Look] = Look(
        category="listen",
        icon="languages",
        order=15,
        advanced=("timeout_s", "retries", "variable"),
        fresh={"choices": {"1": "zh", "2": "en"}},
    )

    choices: Annotated[dict[Key, Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")]], widget("keys")] = msgspec.field(
        default_factory=lambda: {"1": "zh", "2": "en"}
    )
    media: Media = ("prompt:choose-language",)
    timeout_s: Seconds = 5.0
    retries: Tries = 1
    variable: VariableName = ""

    def instant(self) -> tuple[str, ...]:
        return ()

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("no_input"), Way("error"), Way("default"))

    def refers(self) -> tuple[Reference, ...]:
        return prompts("media", self.media)

    def written(self) -> tuple[Written, ...]:
        return values("media", self.media)

    def enter(self, visit: Visit) -> Outcome:
        typed = visit.take_typed()
        if typed and typed[0] in self.choices:
            return self._chosen(visit, typed[0])
        return self._ask(visit)

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit:
            visit.stop_playing()
            return self._chosen(visit, input.digit) if input.digit in self.choices else self._again(visit)
        if asked(visit, input):
            return Stay(visit.after(self.timeout_s))
        return self._again(visit) if type(input) is TimeUp else Stay(visit.until)

    def _ask(self, visit: Visit) -> Outcome:
        own = visit.language
        for language in dict.fromkeys(self.choices.values()):
            visit.language = language
            visit.memory["playback"] = visit.play(heard(visit, self.media))
        visit.language = own
        return Stay(visit.after(LONGEST_PLAYBACK_S))

    def _again(self, visit: Visit) -> Outcome:
        if not spent(visit, self.retries):
            return self._ask(visit)
        return Leave("no_input" if "no_input" in self.exits else "next")

    def _chosen(self, visit: Visit, key: str) -> Outcome:
        visit.language = self.choices[key]
        if self.variable:
            visit.set(self.variable, visit.language)
        return Leave()


class CollectDigits(Node, frozen=True, kw_only=True, tag="collect"):
    """Ask for a number. It is complete at `most` digits, at the terminator, or when no key follows in time.

    It must have `least` digits and pass `rule` (`luhn`: bank cards; `id_card`: GB 11643, * for X) and the expression
    `valid`, in which it is called `digits`. `masked`: the digits are kept where nothing is written down, for `http`
    and `valid` alone, and `variable` only tells that they are there.
    """

    look: ClassVar[Look] = Look(
        category="listen",
        icon="hash",
        order=20,
        advanced=(
            "rule",
            "valid",
            "timeout_s",
            "digit_timeout_s",
            "retries",
            "no_input_media",
            "invalid_media",
            "no_input_ladder",
            "invalid_ladder",
        ),
    )

    media: Media
    variable: VariableName
    least: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    most: Annotated[int, msgspec.Meta(ge=1, le=64)] = 20
    terminator: Literal["#", "*", ""] = "#"
    rule: Literal["", "luhn", "id_card"] = ""
    valid: ExpressionText = ""
    timeout_s: Seconds = 6.0
    digit_timeout_s: Seconds = 4.0
    retries: Tries = 2
    masked: bool = False
    no_input_media: Media = ("prompt:no-input",)
    invalid_media: Media = ("prompt:invalid-number",)
    no_input_ladder: Ladder = ()
    invalid_ladder: Ladder = ()

    def instant(self) -> tuple[str, ...]:
        return ()

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("no_input"), Way("invalid"), Way("default"), Way("error"))

    def refers(self) -> tuple[Reference, ...]:
        return tuple(found for path, media in self._all_media() for found in prompts(path, media))

    def written(self) -> tuple[Written, ...]:
        spoken = tuple(found for path, media in self._all_media() for found in values(path, media))
        return (*spoken, *((Written("valid", self.valid),) if self.valid else ()))

    def _all_media(self) -> tuple[tuple[str, Media], ...]:
        plain = tuple((name, getattr(self, name)) for name in ("media", "no_input_media", "invalid_media"))
        return (*plain, *rungs(self, "no_input_ladder"), *rungs(self, "invalid_ladder"))

    def enter(self, visit: Visit) -> Outcome:
        if self.masked:
            visit.memory[SECRET] = True
            visit.do(MuteRecording(True))
        outcome = self._begin(visit)
        return self._passed(visit, outcome) if self.masked else outcome

    def _begin(self, visit: Visit) -> Outcome:
        visit.conceal(COLLECTED, "")
        for digit in visit.take_typed():
            outcome = self._press(visit, digit)
            if type(outcome) is Leave or visit.playing:
                return outcome
        return Stay(visit.after(self.digit_timeout_s)) if visit.reveal(COLLECTED) else ask(visit, self.media)

    def resume(self, visit: Visit, input: Input) -> Outcome:
        outcome = self._told(visit, input)
        return self._passed(visit, outcome) if self.masked else outcome

    def _passed(self, visit: Visit, outcome: Outcome) -> Outcome:
        """What is said after the secret is recorded again."""
        if type(outcome) is Leave:
            visit.do(MuteRecording(False))
        return outcome

    def _told(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit:
            visit.stop_playing()
            return self._press(visit, input.digit)
        if asked(visit, input) and not visit.reveal(COLLECTED):
            return Stay(visit.after(self.timeout_s))
        if type(input) is TimeUp:
            return self._complete(visit, visit.reveal(COLLECTED))
        return Stay(visit.until)

    def _press(self, visit: Visit, digit: str) -> Outcome:
        digits = visit.reveal(COLLECTED)
        if digit == self.terminator:
            return self._complete(visit, digits)
        digits += digit
        if len(digits) >= self.most:
            return self._complete(visit, digits)
        visit.conceal(COLLECTED, digits)
        return Stay(visit.after(self.digit_timeout_s))

    def _complete(self, visit: Visit, digits: str) -> Outcome:
        visit.conceal(COLLECTED, "")
        if not digits:
            return self._again(visit, "no_input", self.no_input_ladder, self.no_input_media)
        if not self._is_valid(visit, digits):
            return self._again(visit, "invalid", self.invalid_ladder, self.invalid_media)
        if self.masked:
            visit.conceal(self.variable, digits)
        visit.set(self.variable, "masked" if self.masked else digits)
        return Leave()

    def _is_valid(self, visit: Visit, digits: str) -> bool:
        if len(digits) < self.least:
            return False
        if self.rule == "id_card":
            if not id_card(digits):
                return False
        elif not digits.isdigit() or (self.rule == "luhn" and not luhn(digits)):
            return False
        return not self.valid or is_true(read(self.valid).evaluate(Typed(visit, digits)))

    def _again(self, visit: Visit, failing: str, ladder: Ladder, media: Media) -> Outcome:
        if spent(visit, self.retries):
            return Leave(failing, f"collect.{failing}")
        return ask(visit, (*rung(visit, failing, ladder, media), *self.media))


COLLECTED = "*collected*"
"""Where the digits typed so far are kept: never among what is written down, for they may be a PIN."""


class Typed:
    """Names of a visit, and `digits` for what has just been typed."""

    def __init__(self, names: Names, digits: str) -> None:
        self._names = names
        self._digits = digits
        self.now = names.now

    def value(self, path: str) -> Any:
        return self._digits if path == "digits" else self._names.value(path)


def ask(visit: Visit, media: Media) -> Stay:
    """Play a question and listen; `asked` tells when it has been played."""
    visit.memory["playback"] = visit.play(heard(visit, media))
    return Stay(visit.after(LONGEST_PLAYBACK_S))


def asked(visit: Visit, input: Input) -> bool:
    """Whether this input is the end of the question, from which the time to answer counts."""
    return type(input) is Played and input.playback == visit.memory.get("playback")


def spent(visit: Visit, retries: int) -> bool:
    """Count one more failed try; whether there is none left."""
    tries = visit.memory["tries"] = visit.memory.get("tries", 0) + 1
    return bool(tries > retries)


def rung(visit: Visit, failing: str, ladder: Ladder, media: Media) -> Media:
    """What is heard after a failed try: the ladder's next rung for this failure, or the same each time."""
    place = visit.memory[failing] = visit.memory.get(failing, 0) + 1
    return ladder[min(place, len(ladder)) - 1] if ladder else media


def rungs(node: Node, name: str) -> tuple[tuple[str, Media], ...]:
    """The rungs of a ladder with their paths."""
    return tuple((f"{name}/{place}", media) for place, media in enumerate(getattr(node, name)))
