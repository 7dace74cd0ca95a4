"""The flow step that understands what a caller says, and listens to his keys at the same time."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from rexian.flows.actions import (
    Answer,
    Answered,
    Digit,
    Input,
    KeepRecording,
    NoteHeard,
    Recorded,
    Speaking,
    StartRecording,
    StopRecording,
    TimeUp,
)
from rexian.flows.look import LANGUAGES, Look, Template, VariableName, unit
from rexian.flows.nodes import Doubt, Leave, Node, Outcome, Reference, Stay, Visit, Way, Written
from rexian.flows.phrases import meant
from rexian.flows.visit import ERRAND
from rexian.telephony.listening import Ladder, Seconds, Tries, ask, asked, rung, rungs, spent
from rexian.telephony.media import Media, heard, prompts, values

CLOSED_WITHIN_S = 5.0
"""So long the switch may take until a recording's file is whole."""
UTTERANCE, FILE, SPOKE, RECOGNISING = "utterance", "file", "spoke", "recognising"

Phrase = Annotated[str, msgspec.Meta(max_length=100)]
Phrases = Annotated[tuple[Phrase, ...], msgspec.Meta(max_length=50)]


class SpokenChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exit, the phrases that mean it in each language, and the key that stands for it."""

    exit: Annotated[str, msgspec.Meta(max_length=64)]
    zh: Phrases = ()
    en: Phrases = ()
    key: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]?$")] = ""

    def phrases(self, language: str) -> tuple[str, ...]:
        return tuple(getattr(self, language)) if language in LANGUAGES else ()


class Listen(Node, frozen=True, kw_only=True, tag="listen"):
    """Ask, and understand what the caller says or the key he presses. Each choice is an exit.

    What is said belongs to the choice of whose phrases the longest occurs in it; anything else takes `heard`, where
    that leads somewhere. `variable` keeps what was said, or the key. Silence and what fits no choice are answered as by
    a menu. `unavailable`: nothing here understands the language, or it fails. What was recorded is thrown away when it
    has been understood, but for `keep`. `masked`: what was said is written down nowhere. He is answered first.
    """

    look: ClassVar[Look] = Look(
        category="listen",
        icon="ear",
        order=12,
        fresh={"choices": [{"exit": "agent", "zh": ["人工"], "en": ["agent"], "key": "0"}]},
        advanced=(
            "hint",
            "interruptible",
            "silence_s",
            "longest_s",
            "timeout_s",
            "patience_s",
            "retries",
            "no_input_media",
            "no_match_media",
            "no_input_ladder",
            "no_match_ladder",
            "masked",
            "keep",
        ),
    )

    media: Media
    choices: tuple[SpokenChoice, ...] = ()
    variable: VariableName = ""
    hint: Annotated[Template, msgspec.Meta(max_length=200)] = ""
    interruptible: bool = True
    silence_s: Annotated[float, msgspec.Meta(ge=0.3, le=5), unit("s")] = 0.7
    longest_s: Annotated[float, msgspec.Meta(ge=1, le=28), unit("s")] = 15.0
    timeout_s: Seconds = 5.0
    patience_s: Annotated[float, msgspec.Meta(ge=1, le=30), unit("s")] = 6.0
    retries: Tries = 2
    no_input_media: Media = ("prompt:no-input",)
    no_match_media: Media = ("prompt:no-match",)
    no_input_ladder: Ladder = ()
    no_match_ladder: Ladder = ()
    masked: bool = False
    keep: bool = False

    def instant(self) -> tuple[str, ...]:
        return ("unavailable",)

    def ways(self) -> tuple[Way, ...]:
        named = dict.fromkeys(choice.exit for choice in self.choices if choice.exit)
        rest = tuple(Way(name) for name in ("no_input", "no_match", "unavailable", "default", "error"))
        return (*(Way(name, needed=True) for name in named), Way("heard", needed=not named), *rest)

    def refers(self) -> tuple[Reference, ...]:
        return tuple(found for path, media in self._all_media() for found in prompts(path, media))

    def written(self) -> tuple[Written, ...]:
        return tuple(found for path, media in self._all_media() for found in values(path, media))

    def doubts(self) -> tuple[Doubt, ...]:
        """A choice that has phrases in one language only cannot be said in the other; a language that nobody knows."""
        used = [language for language in LANGUAGES if any(choice.phrases(language) for choice in self.choices)]
        unheard = tuple(
            Doubt(
                "media",
                "flow.not_understood",
                f"Nothing here understands {language}: callers who speak it take `unavailable`.",
                {"language": language},
                unless=("recogniser", language),
            )
            for language in used or LANGUAGES
        )
        return unheard + tuple(
            Doubt(
                f"choices/{place}/{language}",
                "flow.no_phrases",
                f"Exit {choice.exit!r} has no phrase in {language}; say by which words callers mean it.",
                {"exit": choice.exit, "language": language},
            )
            for place, choice in enumerate(self.choices)
            for language in used or LANGUAGES
            if not choice.phrases(language)
        )

    def _all_media(self) -> tuple[tuple[str, Media], ...]:
        plain = tuple((name, getattr(self, name)) for name in ("media", "no_input_media", "no_match_media"))
        return (*plain, *rungs(self, "no_input_ladder"), *rungs(self, "no_match_ladder"))

    # --- asking

    def enter(self, visit: Visit) -> Outcome:
        typed = visit.take_typed()
        if typed and (choice := self._of_key(typed[0])) is not None:
            return self._chosen(visit, choice.exit, typed[0])
        understood = visit.ctx.facts.get("hears")
        if understood is not None and visit.language not in understood:
            return Leave("unavailable", "speech.no_recogniser")
        visit.do(Answer())
        return self._ask(visit, self.media)

    def _ask(self, visit: Visit, media: Media) -> Outcome:
        """Who may interrupt is listened to before the question begins: who knows it speaks into its first word."""
        asks = heard(visit, media)
        if self.interruptible or not asks:
            self._record(visit)
        return ask(visit, media) if asks else Stay(visit.after(self.timeout_s))

    def _record(self, visit: Visit) -> None:
        """A kept one is named as all that flows record."""
        kind = "m" if self._keeps else "h"
        name = visit.memory[UTTERANCE] = f"{visit.value('call')}.{kind}{visit.numbered()}"
        visit.do(StartRecording(name, self.silence_s, self._keeps))

    @property
    def _keeps(self) -> bool:
        return self.keep and not self.masked

    # --- listening

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Digit:
            return self._pressed(visit, input.digit)
        if visit.memory.get(RECOGNISING):
            return self._recognising(visit, input)
        if type(input) is Speaking and visit.memory.get(UTTERANCE):
            return self._speaking(visit, on=input.on)
        if asked(visit, input):
            return self._asked(visit)
        if type(input) is Recorded or (type(input) is TimeUp and visit.memory.get(SPOKE)):
            return self._recognise(visit, input)
        if type(input) is TimeUp:
            return self._again(visit, "no_input")
        return Stay(visit.until)

    def _asked(self, visit: Visit) -> Outcome:
        if visit.memory.get(SPOKE):
            return Stay(visit.until)
        if not visit.memory.get(UTTERANCE):
            self._record(visit)
        return Stay(visit.after(self.timeout_s))

    def _speaking(self, visit: Visit, *, on: bool) -> Outcome:
        if on:
            visit.stop_playing()
            visit.memory[SPOKE] = True
            return Stay(visit.after(self.longest_s))
        return self._recognise(visit, Speaking(False)) if visit.memory.get(SPOKE) else Stay(visit.until)

    def _pressed(self, visit: Visit, key: str) -> Outcome:
        visit.stop_playing()
        choice = self._of_key(key)
        return self._again(visit, "no_match") if choice is None else self._chosen(visit, choice.exit, key)

    def _of_key(self, key: str) -> SpokenChoice | None:
        return next((choice for choice in self.choices if choice.key == key), None)

    # --- understanding

    def _recognise(self, visit: Visit, input: Input) -> Outcome:
        """Record no more; when the file is whole, have it understood."""
        visit.memory[RECOGNISING] = True
        if type(input) is Recorded:
            return self._recognising(visit, input)
        visit.do(StopRecording(visit.memory[UTTERANCE]))
        return Stay(visit.after(CLOSED_WITHIN_S))

    def _recognising(self, visit: Visit, input: Input) -> Outcome:
        if type(input) is Recorded and ERRAND not in visit.memory:
            if self._keeps:
                visit.memory[FILE] = {"path": input.path, "rate": input.rate}
            return visit.ask("speech.hear", self._wanted(visit, input), within_s=self.patience_s)
        if type(input) is Answered:
            return self._understood(visit, input.value if isinstance(input.value, Mapping) else {})
        if type(input) is TimeUp:
            self._finish(visit)
            return Leave("unavailable", "speech.late")
        return Stay(visit.until)

    def _wanted(self, visit: Visit, recorded: Recorded) -> dict[str, Any]:
        phrases = [phrase for choice in self.choices for phrase in choice.phrases(visit.language)]
        return {
            "path": recorded.path,
            "rate": recorded.rate,
            "language": visit.language,
            "hint": "、".join(filter(None, (self.hint, *phrases))),
            "choices": {choice.exit: list(choice.phrases(visit.language)) for choice in self.choices},
            "keep": self._keeps,
        }

    def _understood(self, visit: Visit, answer: Mapping[str, Any]) -> Outcome:
        """`text`, `confidence`, and `choice`: what it sounds like, where no phrase occurs in it."""
        self._finish(visit)
        if answer.get("unavailable"):
            return Leave("unavailable", str(answer["unavailable"]))
        text = str(answer.get("text", "")).strip()
        if not text:
            return self._again(visit, "no_input")
        exits = {choice.exit: (*choice.zh, *choice.en) for choice in self.choices}
        choice = meant(text, exits) or str(answer.get("choice", ""))
        choice = choice if choice in exits else ""
        visit.do(NoteHeard(visit.node, "" if self.masked else text, choice, answer.get("confidence")))
        if choice:
            return self._chosen(visit, choice, text)
        if self.exits.get("heard") or not self.choices:
            return self._chosen(visit, "heard", text)
        return self._again(visit, "no_match")

    def _chosen(self, visit: Visit, exit: str, said: str) -> Outcome:
        self._stop(visit)
        if self.variable:
            if self.masked:
                visit.conceal(self.variable, said)
            visit.set(self.variable, "masked" if self.masked else said)
        return Leave(exit)

    # --- and again

    def _again(self, visit: Visit, failing: str) -> Outcome:
        self._stop(visit)
        if spent(visit, self.retries):
            return Leave(failing, f"listen.{failing}")
        ladder, media = getattr(self, f"{failing}_ladder"), getattr(self, f"{failing}_media")
        return self._ask(visit, (*rung(visit, failing, ladder, media), *self.media))

    def _stop(self, visit: Visit) -> None:
        """Listen no more, and wait for no answer: one that comes is of no concern."""
        if visit.memory.get(UTTERANCE) and not visit.memory.get(RECOGNISING):
            visit.do(StopRecording(visit.memory[UTTERANCE]))
        self._finish(visit)

    def _finish(self, visit: Visit) -> None:
        kept = visit.memory.get(FILE)
        if kept:
            visit.do(KeepRecording(visit.memory[UTTERANCE], **kept))
        for name in (UTTERANCE, FILE, SPOKE, RECOGNISING, ERRAND):
            visit.memory.pop(name, None)


NODES = (Listen,)

__all__ = ["NODES", "Listen", "SpokenChoice"]
