"""The flow step that offers a callback: whether, which number, and perhaps when."""

from typing import Any, ClassVar, Literal

from rexian.flows.actions import AskCallback, Digit, Input, TimeUp
from rexian.flows.look import Look, QueueName
from rexian.flows.nodes import Leave, Node, Outcome, Reference, Stay, Visit, Way
from rexian.telephony.nodes import Media, Seconds, Tries, ask, asked, prompts, spent
from rexian.telephony.spoken import digits, moment

OFFER, CONFIRM, TYPE, CHOOSE, THANKS = "offer", "confirm", "type", "choose", "thanks"
TYPED_NUMBER = "*number*"
"""Where the digits typed so far are kept."""
LEAST_DIGITS, MOST_DIGITS = 3, 20
ANY_NUMBER = "10086"
"""A number that can be called wherever any can."""
MOST_SLOTS = 3
YES, OTHER, BACK = "1", "2", "*"


class Callback(Node, frozen=True, kw_only=True, tag="callback"):
    """Offer to call back. In a queue the caller keeps his place, which goes on to age; outside of one he gets the next.

    He is asked whether he wants it (`offer` false: he has said so), his number is read back and can be corrected.
    `when`: at his turn, or in a slot that he chooses. After `next` he is in no queue; `declined`: he waits on.
    """

    look: ClassVar[Look] = Look(
        category="route",
        icon="phone-call",
        order=20,
        advanced=("queue", "offer", "media", "thanks_media", "timeout_s", "retries"),
    )

    queue: QueueName = ""
    offer: bool = True
    when: Literal["turn", "slot"] = "turn"
    media: Media = ("prompt:callback-offer",)
    thanks_media: Media = ("prompt:callback-thanks",)
    timeout_s: Seconds = 6.0
    retries: Tries = 2

    def instant(self) -> tuple[str, ...]:
        return ("error",)

    def ways(self) -> tuple[Way, ...]:
        return (Way("next"), Way("declined"), Way("default"), Way("error"))

    def refers(self) -> tuple[Reference, ...]:
        queue = (Reference("queue", self.queue, "queue"),) if self.queue else ()
        return (*queue, *prompts("media", self.media), *prompts("thanks_media", self.thanks_media))

    def enter(self, visit: Visit) -> Outcome:
        if self.queue and not visit.ctx.has_queue(self.queue):
            return Leave("error", "queue.not_found")
        if not visit.ctx.callable(ANY_NUMBER) or (self.when == "slot" and not visit.ctx.slots(self.queue)):
            return self._declined(visit)
        return self._step(visit, OFFER, self.media) if self.offer else self._confirm(visit, own_number(visit))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        step = visit.memory["step"]
        if asked(visit, input):
            return Leave() if step == THANKS else Stay(visit.after(self.timeout_s))
        if step == THANKS:
            return Leave() if type(input) is TimeUp else Stay(visit.until)
        if type(input) is Digit:
            visit.stop_playing()
            return self._pressed(visit, step, input.digit)
        if type(input) is TimeUp:
            return self._typed(visit) if step == TYPE and visit.reveal(TYPED_NUMBER) else self._again(visit, step)
        return Stay(visit.until)

    def _pressed(self, visit: Visit, step: str, digit: str) -> Outcome:
        if step == TYPE:
            return self._type(visit, digit)
        if digit == BACK or (step == OFFER and digit == OTHER):
            return self._declined(visit)
        if step == CHOOSE:
            return self._chosen(visit, digit)
        if step == OFFER and digit == YES:
            return self._confirm(visit, own_number(visit))
        if step == CONFIRM and digit == YES:
            return self._choose(visit) if self.when == "slot" else self._accept(visit, None)
        if step == CONFIRM and digit == OTHER:
            return self._step(visit, TYPE, ("prompt:callback-type-number",))
        return self._again(visit, step, "prompt:no-match")

    # --- the number

    def _confirm(self, visit: Visit, number: str) -> Outcome:
        if not number:
            return self._step(visit, TYPE, ("prompt:callback-type-number",))
        visit.memory["number"] = number
        said = digits(number, visit.language)
        return self._step(visit, CONFIRM, ("prompt:callback-your-number", *said, "prompt:callback-confirm"))

    def _type(self, visit: Visit, digit: str) -> Outcome:
        if digit == "#":
            return self._typed(visit)
        if digit == BACK:
            return self._declined(visit)
        visit.conceal(TYPED_NUMBER, visit.reveal(TYPED_NUMBER) + digit)
        if len(visit.reveal(TYPED_NUMBER)) >= MOST_DIGITS:
            return self._typed(visit)
        return Stay(visit.after(self.timeout_s))

    def _typed(self, visit: Visit) -> Outcome:
        typed = visit.reveal(TYPED_NUMBER)
        visit.conceal(TYPED_NUMBER, "")
        number = visit.ctx.callable(typed) if len(typed) >= LEAST_DIGITS else None
        return self._confirm(visit, number) if number else self._again(visit, TYPE, "prompt:invalid-number")

    # --- the time

    def _choose(self, visit: Visit) -> Outcome:
        slots = visit.ctx.slots(self.queue)[:MOST_SLOTS]
        if not slots:
            return self._accept(visit, None)
        visit.memory["slots"] = [slot.isoformat() for slot in slots]
        media: list[str] = []
        for key, slot in enumerate(slots, 1):
            said = moment(visit.ctx.local(slot), visit.ctx.local(visit.now), visit.language)
            media += [*said, "prompt:callback-press", *digits(str(key), visit.language), "silence:300"]
        return self._step(visit, CHOOSE, tuple(media))

    def _chosen(self, visit: Visit, digit: str) -> Outcome:
        slots = visit.memory.get("slots", [])
        if digit.isdigit() and 0 < int(digit) <= len(slots):
            return self._accept(visit, slots[int(digit) - 1])
        return self._again(visit, CHOOSE, "prompt:no-match")

    # --- the end

    def _accept(self, visit: Visit, due: str | None) -> Outcome:
        visit.do(AskCallback(self.queue, visit.memory["number"], due))
        visit.queue = ""
        return self._step(visit, THANKS, self.thanks_media)

    def _declined(self, visit: Visit) -> Outcome:
        """In a queue, with no exit for it, he waits on."""
        if visit.queue and "declined" not in self.exits:
            return Leave()
        return Leave("declined")

    def _again(self, visit: Visit, step: str, *before: str) -> Outcome:
        if spent(visit, self.retries):
            return self._declined(visit)
        return self._step(visit, step, (*before, *visit.memory["media"]), keep=visit.memory["media"])

    def _step(self, visit: Visit, step: str, media: tuple[str, ...], keep: Any = None) -> Outcome:
        visit.memory["step"] = step
        visit.memory["media"] = list(keep or media)
        return ask(visit, media)


def own_number(visit: Visit) -> str:
    """The caller's number, when it is one that can be called."""
    return visit.ctx.callable(str(visit.value("caller") or "")) or ""
