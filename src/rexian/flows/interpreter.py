"""The pure engine: walks a document. `begin` and `resume` never raise on a document that was read, and always end.

An input leads at most through `MOST_MOVES` nodes; a document that would go on without ever waiting is cut off with a
polite farewell. Every stay outside a queue has a deadline, so no caller is left alone.
"""

from datetime import datetime
from typing import Any

from rexian.flows.actions import Answered, Digit, Failed, HangUp, Input, Played, QueueLeft, TimeUp
from rexian.flows.expressions import ExpressionError
from rexian.flows.linking import depth_of
from rexian.flows.model import Document
from rexian.flows.nodes import Leave, Node, Outcome, Stay
from rexian.flows.visit import ERRAND, Context, Run, Step, Visit, visiting

MOST_MOVES = 200
MOST_MOVES_A_RUN = 5000
"""Outside a queue: a caller who never does anything turns in a badly drawn flow for hours, but not for ever."""
LONGEST_STAY_S = 3600.0
FAREWELL = "prompt:sorry-goodbye"
FAREWELL_S = 30.0
FALLBACKS = ("default", "error")


def begin(document: Document, variables: dict[str, Any], ctx: Context, *, plays: int = 0, language: str = "") -> Step:
    """Start a walk. `plays` is how many playbacks the call has numbered already; `language`: else the flow's own."""
    run = Run(document.start, language or document.language, {**document.variables, **variables}, plays=plays)
    visit = visiting(run, ctx)
    _come_to(document, visit, document.start, "")
    return _finish(visit)


def resume(document: Document, run: Run, input: Input, ctx: Context) -> Step:
    """Take an input. One that does not concern the run as it stands changes nothing."""
    if run.ended or not _concerns(run, input):
        return Step(run)
    visit = visiting(run, ctx)
    if type(input) is Played:
        visit.playing = tuple([playback for playback in run.playing if playback != input.playback])
    if type(input) is QueueLeft:
        _leave_queue(document, visit, input)
    elif not run.node:
        _say_goodbye(visit, input)
    elif (node := document.nodes.get(run.node)) is None:
        _fail(document, visit, "flow.node_gone")
    else:
        _settle(document, visit, node, _told(node, visit, input))
    return _finish(visit)


def recover(document: Document, run: Run, ctx: Context) -> Step:
    """Come to the node it stood at anew: after a restart, when what was playing and typed is not known."""
    if run.ended:
        return Step(run)
    visit = visiting(run.open(), ctx)
    visit.playing = ()
    if run.queue and run.node == run.queue:
        return Step(visit.run())
    _come_to(document, visit, run.node, "")
    return _finish(visit)


def _concerns(run: Run, input: Input) -> bool:
    """An answer to what is no longer asked comes too late, as does the end of what no longer plays."""
    if type(input) is Digit or type(input) is TimeUp:
        return True
    if type(input) is Played:
        return input.playback in run.playing
    if type(input) is Answered or (type(input) is Failed and input.errand):
        return bool(run.memory.get(ERRAND) == input.errand)
    return True


def divert(
    document: Document, run: Run, node: str, ctx: Context, *, variables: dict[str, Any] | None = None, queue: str = ""
) -> Step:
    """Go to a node that no exit leads to. `queue`: the node in whose queue the call waits meanwhile; empty: in none."""
    visit = visiting(run, ctx)
    visit.stop_playing()
    visit.queue = queue
    visit.step_to(depth_of(node))
    for name, value in (variables or {}).items():
        visit.set(name, value)
    _come_to(document, visit, node, "")
    return _finish(visit)


# --- walking --------------------------------------------------------------------------------------------------------


def _come_to(document: Document, visit: Visit, node: str, exit: str, error: str = "") -> None:
    """Walk from `node` on until something has to be waited for. `error`: why it is come to, where something failed."""
    for _ in range(MOST_MOVES):
        found = document.nodes.get(node)
        if found is None:
            return _give_up(visit, "flow.node_gone")
        if visit.moved_in_all >= MOST_MOVES_A_RUN and not visit.queue:
            return _farewell(visit, "flow.endless")
        visit.come_to(node, exit, error)
        try:
            outcome = found.enter(visit)
        except Exception as raised:
            outcome = _raised(raised)
        if type(outcome) is Stay:
            visit.until = outcome.until or _last(visit)
            return None
        exit, error = outcome.exit, outcome.error
        node = found.exits.get(exit) or _without_exit(document, visit, found, outcome)
        if not node:
            return None
    return _give_up(visit, "flow.endless")


def _settle(document: Document, visit: Visit, node: Node, outcome: Outcome) -> None:
    """Do what a node that was waiting has decided."""
    if type(outcome) is Stay:
        visit.until = outcome.until or _last(visit)
        return None
    following = node.exits.get(outcome.exit) or _without_exit(document, visit, node, outcome)
    return _come_to(document, visit, following, outcome.exit, outcome.error) if following else None


def _without_exit(document: Document, visit: Visit, node: Node, outcome: Leave) -> str:
    """Where to go when the exit leads nowhere; empty when the walk waits or is over (which is arranged here)."""
    if visit.ended:
        return ""
    if outcome.exit == "next" and not outcome.error:
        _run_out(visit)
        return ""
    for name in FALLBACKS:
        if name in node.exits:
            return node.exits[name]
    if document.on_error and not visit.failed:
        visit.failed = True
        visit.step_to(0)
        return document.on_error
    _give_up(visit, outcome.error or "flow.no_exit")
    return ""


def _run_out(visit: Visit) -> None:
    """Nothing follows: in a queue that is waiting, else the call is done."""
    if visit.queue:
        visit.node = visit.queue
        visit.step_to(depth_of(visit.node))
        visit.until = None
        visit.memory = {}
        return
    visit.do(HangUp())
    _end(visit, "done")


def _leave_queue(document: Document, visit: Visit, input: QueueLeft) -> None:
    """The queue's result is taken wherever the waiting branch stands."""
    node = document.nodes.get(visit.queue)
    if node is None:
        return
    visit.node, visit.queue = visit.queue, ""
    visit.step_to(depth_of(visit.node))
    visit.stop_playing()
    _settle(document, visit, node, Leave(input.result))


def _last(visit: Visit) -> datetime | None:
    """Until when a node stays that has no deadline of its own."""
    return None if visit.queue or visit.ended else visit.after(LONGEST_STAY_S)


# --- nodes are strangers: what they raise is an error of theirs, never of the call -----------------------------------


def _told(node: Node, visit: Visit, input: Input) -> Outcome:
    try:
        if type(input) is TimeUp and (visit.until is None or visit.now < visit.until):
            return Stay(visit.until)
        if type(input) is Failed:
            return Leave("error", input.reason or "flow.failed")
        return node.resume(visit, input)
    except Exception as error:
        return _raised(error)


def _raised(error: Exception) -> Leave:
    return Leave("error", error.code if isinstance(error, ExpressionError) else "flow.node_failed")


# --- ending ---------------------------------------------------------------------------------------------------------


def _fail(document: Document, visit: Visit, code: str) -> None:
    if document.on_error and not visit.failed:
        visit.failed = True
        visit.step_to(0)
        return _come_to(document, visit, document.on_error, "error", code)
    return _give_up(visit, code)


def _give_up(visit: Visit, code: str) -> None:
    """Whoever waits in a queue goes on waiting, whatever is wrong with what he hears meanwhile."""
    return _run_out(visit) if visit.queue else _farewell(visit, code)


def _farewell(visit: Visit, code: str) -> None:
    """Say sorry and goodbye; the hanging up follows when it has been said. Node "" stands for it."""
    visit.stop_playing()
    visit.node = ""
    visit.memory = {"error": code}
    visit.play((FAREWELL,), interruptible=False)
    visit.until = visit.after(FAREWELL_S)


def _say_goodbye(visit: Visit, input: Input) -> None:
    if type(input) is Digit or (type(input) is Played and visit.playing):
        return
    if type(input) is TimeUp and visit.until is not None and visit.now < visit.until:
        return
    visit.do(HangUp())
    _end(visit, f"error:{visit.memory.get('error', 'flow.failed')}")


def _end(visit: Visit, reason: str) -> None:
    visit.ended = reason
    visit.until = None
    visit.memory = {}


def _finish(visit: Visit) -> Step:
    """A run that hung up is over, whatever its node thought."""
    if visit.hung_up and not visit.ended:
        _end(visit, "hangup")
    if visit.changed:
        visit.note_changed()
    return Step(visit.run(), tuple(visit.actions), tuple(visit.moves))
