"""The flow step in which a caller browses a content library by keys."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec

from rexian.flows.actions import Ask, Digit, Input, Played, TimeUp
from rexian.flows.errands import Errand
from rexian.flows.look import Look, refers, unit, widget
from rexian.flows.nodes import Doubt, Leave, Outcome, Reference, Stay, Visit, Way, Written
from rexian.library.asking import Said, names, say
from rexian.library.fax_nodes import FindDocument, ListDocuments, SendFaxNode
from rexian.telephony.listening import LONGEST_PLAYBACK_S, Key, Seconds, Tries, spent
from rexian.telephony.media import Media, heard, prompts, values

OPENING, GOING_ON, CHOOSING, TURNING, TOLD, HEARING, PAUSED = (
    "opening", "going_on", "choosing", "turning", "told", "hearing", "paused",
)  # fmt: skip
"""What he is doing. Between any two pieces, and at first, an errand is waited for: `opening`, `turning`."""
MARK_EVERY_S = 15.0
"""So often it is noted how far he has come: hanging up tells a flow nothing."""
MARGIN_S = 30.0
"""A piece whose end is not heard of for so long after it must have come is taken as over."""
GO_ON, ANEW = "1", "2"
"""What he presses when his bookmark is offered to him."""
LibraryName = Annotated[str, refers("library")]


class ContentLibrary(Errand, frozen=True, kw_only=True, tag="library"):
    """Let the caller browse a content library: categories by the keys from 1 on, then one piece after the other.

    Keys take him to the next piece and the one before, to its beginning, back to the categories, and let him pause.
    With `bookmarks` one whose number calls again may go on where he stopped, and does when he presses nothing.
    `choices` are keys that leave the library, each by the exit of its name. In a library of one category that is begun
    at once, and its end is the exit `next`; among several `next` is the key `back_key`.
    """

    look: ClassVar[Look] = Look(
        category="media",
        icon="book-open",
        order=40,
        advanced=(
            "keys_media",
            "go_on_media",
            "over_media",
            "paused_media",
            "next_key",
            "previous_key",
            "again_key",
            "pause_key",
            "back_key",
            "choice_s",
            "pause_s",
            "retries",
            "timeout_s",
        ),
    )

    library: LibraryName
    media: Media = ("prompt:library-choose",)
    bookmarks: bool = True
    choices: Annotated[dict[Key, str], widget("keys")] = msgspec.field(default_factory=dict)
    keys_media: Media = ("prompt:library-keys",)
    go_on_media: Media = ("prompt:library-go-on",)
    over_media: Media = ("prompt:library-over",)
    paused_media: Media = ("prompt:library-paused",)
    next_key: Key = "6"
    previous_key: Key = "4"
    again_key: Key = "8"
    pause_key: Key = "5"
    back_key: Key = "*"
    choice_s: Seconds = 6.0
    pause_s: Annotated[float, msgspec.Meta(ge=10, le=1800), unit("s")] = 300.0
    retries: Tries = 2

    def instant(self) -> tuple[str, ...]:
        return ("empty", "timeout", "error", "default")

    def ways(self) -> tuple[Way, ...]:
        keys = tuple(Way(key, needed=True) for key in self.choices)
        rest = (Way(name) for name in ("no_input", "timeout", "error", "default"))
        return (Way("next", needed=True), Way("empty", needed=True), *keys, *rest)

    def refers(self) -> tuple[Reference, ...]:
        named = tuple(found for path, media in self._all_media() for found in prompts(path, media))
        return (Reference("library", self.library, "library"), *named)

    def written(self) -> tuple[Written, ...]:
        return tuple(found for path, media in self._all_media() for found in values(path, media))

    def _all_media(self) -> tuple[tuple[str, Media], ...]:
        names = ("media", "keys_media", "go_on_media", "over_media", "paused_media")
        return tuple((name, getattr(self, name)) for name in names)

    def _keys(self) -> tuple[str, ...]:
        own = (self.next_key, self.previous_key, self.again_key, self.pause_key, self.back_key)
        return (*own, *self.choices)

    def doubts(self) -> Iterator[Doubt]:
        """Nothing to be heard in it; one key that means two things."""
        if self.library:
            message = "Nothing can be heard in this library yet: its callers take the exit `empty`."
            yield Doubt("library", "flow.library_empty", message, unless=("filled_library", self.library))
        taken = set(self.choices)
        for field in ("next_key", "previous_key", "again_key", "pause_key", "back_key"):
            key = getattr(self, field)
            if key in taken:
                message = f"The key {key} means something else, too; choose another one."
                yield Doubt(field, "flow.key_twice", message, {"key": key})
            taken.add(key)

    # --- what is asked for beside the call

    def begin(self, visit: Visit) -> Stay:
        visit.memory["step"] = OPENING
        return visit.ask("library.open", {"language": visit.language, **self._who(visit)}, within_s=self.timeout_s)

    def _who(self, visit: Visit) -> dict[str, Any]:
        return {"library": self.library, "caller": visit.value("caller"), "bookmarks": self.bookmarks}

    def answered(self, visit: Visit, value: Any) -> Outcome:
        if visit.memory["step"] == TURNING:
            return self._turned(visit, value)
        if not value["categories"]:
            return Leave("empty")
        visit.memory["categories"] = value["categories"]
        place = value["bookmark"]
        if place is None:
            return self._browse(visit)
        visit.memory["place"] = place
        return self._ask(visit, GOING_ON, [(visit.language, heard(visit, self.go_on_media))])

    def _turn(self, visit: Visit, at: int, offset_s: float = 0.0) -> Outcome:
        """To this place of the category."""
        visit.memory.update(step=TURNING, at=at)
        wanted = {"category": visit.memory["category"], "at": at, "offset_s": offset_s, "language": visit.language}
        return visit.ask("library.turn", {**self._who(visit), **wanted}, within_s=self.timeout_s)

    def _turned(self, visit: Visit, value: Any) -> Outcome:
        if value.get("over"):
            return self._over(visit)
        visit.memory["at"] = value["at"]
        visit.memory["piece"] = {name: value[name] for name in ("prompt", "language", "duration_s")}
        visit.memory["offset_s"] = value["offset_s"]
        typed = [key for key in visit.take_typed() if key in self._keys()]
        if typed:
            visit.type_ahead("".join(typed[1:]))
            return self._pressed(visit, typed[0])
        if visit.memory.get("knows") or not self.keys_media:
            return self._hear(visit)
        visit.memory.update(step=TOLD, knows=True, playback=visit.play(heard(visit, self.keys_media)))
        return Stay(visit.after(LONGEST_PLAYBACK_S))

    def _mark(self, visit: Visit) -> None:
        """Note how far he has come. Nothing waits for it, and its failing is nothing to him."""
        if self.bookmarks:
            place = {"category": visit.memory["category"], "prompt": visit.memory["piece"]["prompt"]}
            wanted = {**self._who(visit), **place, "offset_s": self._offset_s(visit)}
            visit.do(Ask(visit.numbered(), "library.mark", wanted, self.timeout_s))

    # --- what he presses and hears

    def resume(self, visit: Visit, input: Input) -> Outcome:
        step = visit.memory["step"]
        if step in (OPENING, TURNING):
            return super().resume(visit, input)
        if step in (GOING_ON, CHOOSING):
            return self._asked(visit, step, input)
        if type(input) is Digit:
            return self._pressed(visit, input.digit)
        if type(input) is Played and input.playback == visit.memory["playback"]:
            if step == PAUSED:
                return Stay(visit.until)
            return self._hear(visit) if step == TOLD else self._turn(visit, visit.memory["at"] + 1)
        return self._waited(visit, step) if type(input) is TimeUp else Stay(visit.until)

    def _waited(self, visit: Visit, step: str) -> Outcome:
        if step == PAUSED:
            return Leave("no_input", "library.paused_too_long")
        if step == TOLD:
            return self._hear(visit)
        if self._offset_s(visit) > visit.memory["piece"]["duration_s"] + MARGIN_S:
            visit.stop_playing()
            return self._turn(visit, visit.memory["at"] + 1)
        self._mark(visit)
        return Stay(visit.after(MARK_EVERY_S))

    def _hear(self, visit: Visit) -> Outcome:
        piece, own = visit.memory["piece"], visit.language
        visit.language = piece["language"]
        playback = visit.play((f"prompt:{piece['prompt']}",), skip_s=visit.memory["offset_s"])
        visit.language = own
        visit.memory.update(step=HEARING, playback=playback, since=visit.now.isoformat())
        return Stay(visit.after(MARK_EVERY_S))

    def _offset_s(self, visit: Visit) -> float:
        """How far he is in the piece."""
        before = float(visit.memory["offset_s"])
        if visit.memory["step"] != HEARING:
            return before
        return before + (visit.now - datetime.fromisoformat(visit.memory["since"])).total_seconds()

    def _pressed(self, visit: Visit, key: str) -> Outcome:
        """A key while a piece is heard, or between pieces. One that means nothing disturbs nothing."""
        at = visit.memory["at"]
        if key == self.next_key:
            return self._stopped(visit, at + 1)
        if key == self.previous_key:
            return self._stopped(visit, max(at - 1, 0))
        if key == self.again_key:
            return self._stopped(visit, at)
        if key == self.pause_key:
            return self._paused(visit)
        if key == self.back_key or key in self.choices:
            self._mark(visit)
            visit.stop_playing()
            if key in self.choices:
                return Leave(key)
            return self._browse(visit) if len(visit.memory["categories"]) > 1 else Leave()
        return Stay(visit.until)

    def _stopped(self, visit: Visit, at: int) -> Outcome:
        visit.stop_playing()
        return self._turn(visit, at)

    def _paused(self, visit: Visit) -> Outcome:
        if visit.memory["step"] != HEARING:
            visit.stop_playing()
            return self._hear(visit)
        self._mark(visit)
        visit.memory["offset_s"] = self._offset_s(visit)
        visit.stop_playing()
        visit.memory.update(step=PAUSED, playback=visit.play(heard(visit, self.paused_media)))
        return Stay(visit.after(self.pause_s))

    # --- what he is asked

    def _browse(self, visit: Visit, first: Media = ()) -> Outcome:
        """Which category? Where there is one only, that is no question."""
        categories = visit.memory["categories"]
        if len(categories) == 1:
            return self._begin_category(visit, 1)
        said = [(visit.language, heard(visit, self.media)), *names(categories, visit.language)]
        return self._ask(visit, CHOOSING, said, first)

    def _ask(self, visit: Visit, step: str, said: Said, first: Media = ()) -> Outcome:
        """Parts in turn, each in its language; the question is over when the last of them is. `first`: said once."""
        if typed := visit.take_typed():
            visit.type_ahead(typed[1:])
            visit.memory.update(step=step, said=said)
            return self._chosen(visit, step, typed[0])
        playback = say(visit, [(visit.language, first), *said])
        visit.memory.update(step=step, said=said, playback=playback)
        return Stay(visit.after(LONGEST_PLAYBACK_S if visit.playing else self.choice_s))

    def _asked(self, visit: Visit, step: str, input: Input) -> Outcome:
        if type(input) is Digit:
            visit.stop_playing()
            return self._chosen(visit, step, input.digit)
        if type(input) is Played and input.playback == visit.memory["playback"]:
            return Stay(visit.after(self.choice_s))
        if type(input) is not TimeUp:
            return Stay(visit.until)
        if step == GOING_ON:
            return self._go_on(visit)
        return self._again(visit, "prompt:no-input")

    def _chosen(self, visit: Visit, step: str, key: str) -> Outcome:
        if key in self.choices:
            return Leave(key)
        if step == GOING_ON and key == GO_ON:
            return self._go_on(visit)
        if key == self.back_key or (step == GOING_ON and key == ANEW):
            visit.memory.pop("tries", None)
            return self._browse(visit) if step == GOING_ON else Leave()
        if step == CHOOSING and key.isdigit() and 1 <= int(key) <= len(visit.memory["categories"]):
            return self._begin_category(visit, int(key))
        return self._again(visit, "prompt:no-match")

    def _again(self, visit: Visit, why: str) -> Outcome:
        if spent(visit, self.retries):
            return Leave("no_input", "library.no_input")
        return self._ask(visit, visit.memory["step"], visit.memory["said"], (why,))

    def _go_on(self, visit: Visit) -> Outcome:
        place = visit.memory["place"]
        visit.memory["category"] = place["category"]
        return self._turn(visit, place["at"], place["offset_s"])

    def _begin_category(self, visit: Visit, key: int) -> Outcome:
        visit.memory.pop("tries", None)
        visit.memory["category"] = visit.memory["categories"][key - 1]["id"]
        return self._turn(visit, 0)

    def _over(self, visit: Visit) -> Outcome:
        """He has heard all of the category."""
        if len(visit.memory["categories"]) == 1:
            return Leave()
        return self._browse(visit, heard(visit, self.over_media))


NODES = (ContentLibrary, FindDocument, ListDocuments, SendFaxNode)
