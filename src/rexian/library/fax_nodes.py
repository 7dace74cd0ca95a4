"""The flow steps by which callers have documents faxed to them: finding one, hearing the list, sending."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec

from rexian.flows.actions import Answered, FaxOver, Input, SendFax
from rexian.flows.errands import Errand, Patience, unanswered
from rexian.flows.expressions import read, text_of
from rexian.flows.look import ExpressionText, Look, VariableName, refers, unit
from rexian.flows.nodes import Doubt, Leave, Outcome, Reference, Stay, Visit, Way, Written
from rexian.library.asking import Said, say
from rexian.telephony.faxing import FAX, Fax
from rexian.telephony.nodes import LONGEST_PLAYBACK_S, hear_out
from rexian.telephony.saying import said as spoken

FIND, LIST = "fax_document.find", "fax_document.list"
NUMBER = "prompt:fax-document"
DocumentName = Annotated[str, refers("fax_document")]


def keyed(visit: Visit, number: str) -> str:
    """The number that a caller has keyed, by the expression that holds it."""
    return text_of(read(number).evaluate(visit)).strip()


class FindDocument(Errand, frozen=True, kw_only=True, tag="find_document"):
    """Look up the fax document whose number the caller has keyed; one without pages is not there for him.

    `number` is an expression; `variable` gets `id`, `number`, `name` and `pages` of the one found.
    """

    look: ClassVar[Look] = Look(category="media", icon="search", order=62, advanced=("timeout_s",))

    number: ExpressionText = "number"
    variable: VariableName = "document"
    timeout_s: Annotated[Patience, unit("s")] = 3.0

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("none", needed=True), Way("timeout"), Way("error"), Way("default"))

    def written(self) -> tuple[Written, ...]:
        return (Written("number", self.number),)

    def begin(self, visit: Visit) -> Stay:
        return visit.ask(FIND, {"number": keyed(visit, self.number)}, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        if value is None:
            return Leave("none", "fax_document.not_found")
        visit.set(self.variable, value)
        return Leave()


class ListDocuments(Errand, frozen=True, kw_only=True, tag="list_documents"):
    """Tell the caller which documents he can have faxed: their numbers, and their names where a prompt says them.

    The first twenty, by their numbers. A key cuts the list short and counts for the step that follows.
    """

    look: ClassVar[Look] = Look(category="media", icon="list-ordered", order=63, advanced=("timeout_s",))

    timeout_s: Annotated[Patience, unit("s")] = 3.0

    def ways(self) -> tuple[Way, ...]:
        return (Way("next", needed=True), Way("none", needed=True), Way("timeout"), Way("error"), Way("default"))

    def instant(self) -> tuple[str, ...]:
        return ("none", "timeout", "error", "default")

    def begin(self, visit: Visit) -> Stay:
        return visit.ask(LIST, {"language": visit.language}, within_s=self.timeout_s)

    def answered(self, visit: Visit, value: Any) -> Outcome:
        if not value:
            return Leave("none")
        said: Said = []
        for document in value:
            said.append((visit.language, (NUMBER, *spoken("digits", document["number"], visit.language))))
            if document["prompt"]:
                said.append((document["language"], (f"prompt:{document['prompt']}",)))
            said.append((visit.language, ("silence:400",)))
        visit.memory["playback"] = say(visit, said)
        return Stay(visit.after(LONGEST_PLAYBACK_S))

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if "playback" in visit.memory:
            return hear_out(visit, input, interruptible=True)
        return super().resume(visit, input)


class SendFaxNode(Fax, frozen=True, kw_only=True, tag="send_fax"):
    """Send a document to the caller's fax machine, whose start key he presses (T.38, else in the voice).

    `number` is an expression that holds the number that he has keyed; empty: `document` is sent, always the same.
    `no_machine`: none answered within a minute; where that exit leads nowhere it is `failed`, as a broken fax is.
    """

    look: ClassVar[Look] = Look(
        category="media", icon="send", order=61, advanced=("longest_s", "pages", "station", "timeout_s")
    )

    document: DocumentName = ""
    number: ExpressionText = ""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60), unit("s")] = 3.0

    def ways(self) -> tuple[Way, ...]:
        rest = (Way(name) for name in ("failed", "no_machine", "none", "timeout", "error", "default"))
        return (Way("next", needed=True), *rest)

    def instant(self) -> tuple[str, ...]:
        return ("none", "timeout", "error")

    def refers(self) -> tuple[Reference, ...]:
        """Without a number one must be named."""
        needed = self.document or not self.number
        return (Reference("fax_document", self.document, "document"),) if needed else ()

    def written(self) -> tuple[Written, ...]:
        return (Written("number", self.number),) if self.number else ()

    def doubts(self) -> Iterator[Doubt]:
        if self.number and self.document:
            yield Doubt("document", "flow.fax_document_twice", "The number counts; take one of the two away.")
        elif self.document:
            message = "This document has no pages yet: its callers take the exit `none`."
            yield Doubt("document", "flow.fax_document_empty", message, unless=("filled_fax_document", self.document))

    def enter(self, visit: Visit) -> Outcome:
        wanted = {"number": keyed(visit, self.number)} if self.number else {"document": self.document}
        return visit.ask(FIND, wanted, within_s=self.timeout_s)

    def resume(self, visit: Visit, input: Input) -> Outcome:
        if FAX in visit.memory:
            return super().resume(visit, input)
        if type(input) is Answered:
            return self._send(visit, input.value)
        return unanswered(visit, input)

    def _send(self, visit: Visit, document: dict[str, Any] | None) -> Outcome:
        if document is None:
            return Leave("none", "fax_document.not_found")
        visit.do(SendFax(self.prepare(visit), document["id"], f"{document['number']} {document['name']}"))
        return Stay(visit.after(self.longest_s))

    def broken(self, over: FaxOver) -> str:
        return "failed" if over.machine or "no_machine" not in self.exits else "no_machine"
