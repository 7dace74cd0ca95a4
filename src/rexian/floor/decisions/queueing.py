"""Waiting for an agent: coming in, coming back, being told how one stands."""

from datetime import datetime

from rexian.core.ids import AgentId, QueueId
from rexian.floor.calls import LegState
from rexian.floor.deadlines import next_announcement
from rexian.floor.decisions.preferring import beginning, patience_of, preferred
from rexian.floor.directory import Directory, QueueEntry
from rexian.floor.events import Announced, Queued
from rexian.floor.model import Call, Waiting
from rexian.floor.nodes import announcement, comforting
from rexian.floor.outlook import expected_wait_s, forecast
from rexian.floor.state import State
from rexian.floor.turn import Turn
from rexian.flows.visit import QueueFigures
from rexian.routing.calibration import Forecast
from rexian.telephony.commands import Answer, Play, StartMusic

COMING = frozenset({"flow", "transfer", "exit"})
"""Who comes so begins to wait anew; what is foretold him is kept with what his wait turns out to be."""


def _foretold(turn: Turn, queue: QueueId) -> Forecast | None:
    """The wait of one who comes now; nothing where somebody is ready for him."""
    state = turn.state
    if state.matching.ready(queue):
        return None
    return forecast(state, queue, state.matching.waiting(queue) + 1, turn.now)


def wait_in(
    turn: Turn,
    call: Call,
    queue: QueueId,
    *,
    via: str,
    since: datetime | None = None,
    priority: int | None = None,
    skills: dict[str, int] | None = None,
    limit_s: float | None = None,
    named: AgentId | None = None,
    patience_s: float | None = None,
    resumes: str = "",
) -> None:
    """Let the call wait in a queue. `since`: from when its place counts; `named`: who is to have it if he can.

    `patience_s`: so long it waits for him alone, whatever the queue's rules say; `resumes`: the call or callback whose
    place it takes.
    """
    settings = turn.state.directory.queues[queue]
    prefers = preferred(turn, call, settings.rules.preferred, named, patience_s) if via != "consult" else ()
    turn.tell(
        Queued(
            at=turn.now,
            call=call.id,
            queue=queue,
            priority=settings.priority if priority is None else priority,
            since=since or turn.now,
            skills={**settings.skills, **(skills or {})},
            via=via,
            limit_s=limit_s,
            sl_threshold_s=settings.sl_threshold_s,
            short_abandon_s=settings.short_abandon_s,
            ring=beginning(turn, prefers, patience_of(settings.rules.preferred, patience_s)),
            prefers=prefers,
            named=named,
            patience_s=patience_s,
            resumes=resumes,
            forecast=_foretold(turn, queue) if via in COMING else None,
        )
    )
    if via != "consult":
        answer(turn, call)
        play_music(turn, call)


def answer(turn: Turn, call: Call) -> None:
    """Take the call, if that has not been done."""
    leg = call.legs.get(call.customer_leg) if call.customer_leg else None
    if leg is not None and leg.state is not LegState.UP and call.begun_by is None:
        turn.do(Answer(call=call.id, leg=leg.id))


def play_music(turn: Turn, call: Call) -> None:
    """The customer hears the music of the queue he waits in or came from."""
    settings = turn.state.directory.queues.get(call.queue) if call.queue else None
    if call.customer_leg is not None:
        turn.do(StartMusic(call=call.id, leg=call.customer_leg, music=settings.music if settings else "default"))


def is_staffed(state: State, queue: QueueId) -> bool:
    """Somebody is signed in to it, whatever he is doing."""
    return state.staff.get(queue, 0) > 0


def announce(turn: Turn, call: Call) -> None:
    """Tell a waiting caller how he stands, when it is time."""
    waiting = call.waiting
    if waiting is None or call.offers or call.customer_leg is None or call.notice is not None:
        return
    settings = turn.state.directory.queues.get(waiting.queue)
    when = next_announcement(waiting, settings)
    if settings is None or when is None or when > turn.now:
        return
    position = turn.state.matching.position(call.id)
    wait_s = expected_wait_s(turn.state, waiting.queue, position, turn.now) if settings.announce_wait else None
    turn.tell(
        Announced(
            at=turn.now,
            call=call.id,
            queue=waiting.queue,
            playback=announcing(call, waiting, waiting.announced + 1),
            position=position,
            expected_wait_s=wait_s,
        )
    )
    language = call.run.language if call.run else "zh"
    figures = QueueFigures(position, wait_s)
    media = announcement(figures, language, position=settings.announce_position, wait=settings.announce_wait)
    media += _own_words(settings, waiting.announced) + comforting(offered(settings, turn.state.directory), language)
    if media:
        playback = announcing(call, waiting)
        turn.do(Play(call=call.id, playback=playback, media=media, leg=call.customer_leg, language=language))


def announcing(call: Call, waiting: Waiting, number: int | None = None) -> str:
    """The playback of an announcement to one who waits; without a number: of the last."""
    return f"{call.id}.a{waiting.entered.timestamp():.0f}.{waiting.announced if number is None else number}"


def offered(queue: QueueEntry, directory: Directory) -> dict[str, str]:
    """What callers may choose while they wait, by the key. Nobody is called back where no trunk leads outside."""
    choices = {str(key): choice for key, choice in enumerate(queue.comfort, 1)}
    return {key: choice for key, choice in choices.items() if choice != "callback" or directory.trunk}


def _own_words(queue: QueueEntry, number: int) -> tuple[str, ...]:
    """One of the queue's own prompts, in turn. `number` counts from 1."""
    prompts = queue.announce_prompts
    return (f"prompt:{prompts[(number - 1) % len(prompts)]}",) if prompts else ()
