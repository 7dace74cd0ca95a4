"""The flow step that asks a caller for his opinion by keys."""

from typing import Annotated, Any, ClassVar

import msgspec

from rexian.flows.actions import Digit, Input, TimeUp
from rexian.flows.look import Look, VariableName, widget
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Stay, Visit, Way, Written
from rexian.telephony.listening import Key, Seconds, Tries, ask, asked
from rexian.telephony.media import Media, prompts, values


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`scale` are the keys that count, with what each means (a number, a word)."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[\w-]{1,64}$")]
    media: Media
    scale: Annotated[dict[Key, str | int], widget("keys")] = msgspec.field(
        default_factory=lambda: {str(key): key for key in range(1, 6)}
    )


class Survey(Node, frozen=True, kw_only=True, tag="survey"):
    """Ask questions one after the other, each answered by one key; the answers are kept in a variable by their names.

    Silence or a wrong key repeats the question, `retries` times; then it stays without an answer. Who answered nothing
    at all takes `no_input`. The answers go into the journal with the call.
    """

    look: ClassVar[Look] = Look(
        category="listen",
        icon="star",
        order=40,
        fresh={"questions": [{"name": "satisfaction", "media": []}]},
        advanced=("variable", "timeout_s", "retries"),
    )

    questions: Annotated[tuple[Question, ...], msgspec.Meta(min_length=1, max_length=20)]
    variable: VariableName = "survey"
    timeout_s: Seconds = 6.0
    retries: Tries = 1

    def instant(self) -> tuple[str, ...]:
        return ()

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("no_input"), Way("error"), Way("default"))

    def refers(self) -> tuple[Reference, ...]:
        return tuple(
            found
            for place, question in enumerate(self.questions)
            for found in prompts(f"questions/{place}/media", question.media)
        )

    def written(self) -> tuple[Written, ...]:
        return tuple(
            found
            for place, question in enumerate(self.questions)
            for found in values(f"questions/{place}/media", question.media)
        )

    def enter(self, visit: Visit) -> Outcome:
        visit.take_typed()
        return self._ask(visit, 0)

    def resume(self, visit: Visit, input: Input) -> Outcome:
        place = int(visit.memory.get("question", 0))
        question = self.questions[place]
        if type(input) is Digit:
            visit.stop_playing()
            if input.digit in question.scale:
                return self._answered(visit, place, question.scale[input.digit])
            return self._again(visit, place)
        if asked(visit, input):
            return Stay(visit.after(self.timeout_s))
        return self._again(visit, place) if type(input) is TimeUp else Stay(visit.until)

    def _ask(self, visit: Visit, place: int) -> Outcome:
        visit.memory["question"] = place
        return ask(visit, self.questions[place].media)

    def _answered(self, visit: Visit, place: int, answer: Any) -> Outcome:
        visit.memory["answers"] = {**visit.memory.get("answers", {}), self.questions[place].name: answer}
        return self._next(visit, place)

    def _again(self, visit: Visit, place: int) -> Outcome:
        tries = visit.memory["tries"] = visit.memory.get("tries", 0) + 1
        return self._ask(visit, place) if tries <= self.retries else self._next(visit, place)

    def _next(self, visit: Visit, place: int) -> Outcome:
        visit.memory["tries"] = 0
        if place + 1 < len(self.questions):
            return self._ask(visit, place + 1)
        answers = visit.memory.get("answers", {})
        visit.set(self.variable, answers)
        return Leave("next") if answers or "no_input" not in self.exits else Leave("no_input")


NODES = (Survey,)
