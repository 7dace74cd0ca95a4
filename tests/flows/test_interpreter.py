from rexian.flows.actions import Answer, Digit, EnterQueue, Failed, HangUp, Play, Played, QueueLeft, StopPlaying, TimeUp
from rexian.flows.interpreter import FAREWELL, MOST_MOVES_A_RUN, begin, recover
from rexian.flows.nodes import Leave, Node, Registry
from rexian.flows.visit import QueueFigures
from tests.flows.make import REGISTRY, Surroundings, Walk, document

GREET = {
    "start": {"type": "answer", "exits": {"next": "welcome"}},
    "welcome": {"type": "play", "media": ["prompt:welcome"], "exits": {"next": "menu"}},
    "menu": {
        "type": "menu",
        "media": ["prompt:menu"],
        "choices": {"1": "sales", "2": "service"},
        "variable": "topic",
        "timeout_s": 5,
        "retries": 1,
        "exits": {"1": "queue", "2": "queue", "no_input": "bye"},
    },
    "queue": {"type": "queue", "queue": "sales", "priority": 3, "exits": {"timeout": "bye"}},
    "bye": {"type": "hang_up"},
}


def test_a_flow_walks_until_it_has_to_wait() -> None:
    walk = Walk(GREET)
    assert walk.step.actions == (Answer(), Play(1, ("prompt:welcome",), "zh"))
    assert [move.node for move in walk.step.moves] == ["start", "welcome"]
    assert walk.run.until is not None


def test_a_key_chooses_and_cuts_the_question_short() -> None:
    walk = Walk(GREET)
    walk.tell(Played(1))
    actions = walk.tell(Digit("1"))
    assert actions == (StopPlaying(2), EnterQueue("sales", 3))
    assert walk.run.variables["topic"] == "sales"
    assert walk.step.moves[-1].variables == {"topic": "sales"}
    assert walk.run.until is None


def test_a_key_during_the_welcome_answers_the_menu_after_it() -> None:
    walk = Walk(GREET)
    assert walk.tell(Digit("2")) == (StopPlaying(1), EnterQueue("sales", 3))


def test_a_wrong_key_and_then_silence_end_the_menu() -> None:
    walk = Walk(GREET)
    walk.tell(Played(1))
    assert walk.tell(Digit("9")) == (StopPlaying(2), Play(3, ("prompt:no-match", "prompt:menu"), "zh"))
    walk.tell(Played(3))
    walk.pass_time(5)
    assert walk.tell(TimeUp()) == (HangUp("normal"),)
    assert walk.run.ended == "hangup"


def test_time_to_answer_counts_from_the_end_of_the_question() -> None:
    walk = Walk(GREET)
    walk.tell(Played(1))
    walk.pass_time(30)
    assert walk.tell(TimeUp()) == ()
    walk.tell(Played(2))
    assert walk.run.until is not None
    assert (walk.run.until - walk.ctx.now).total_seconds() == 5


def test_the_queue_gives_back_by_the_exit_of_its_result() -> None:
    walk = Walk(GREET)
    walk.tell(Digit("1"))
    assert walk.tell(QueueLeft("timeout")) == (HangUp("normal"),)


def test_what_is_not_connected_ends_with_a_polite_farewell() -> None:
    walk = Walk(GREET)
    walk.tell(Digit("1"))
    assert walk.tell(QueueLeft("no_agents")) == (Play(2, (FAREWELL,), "zh", interruptible=False),)
    assert walk.tell(Digit("1")) == ()
    assert walk.tell(Played(2)) == (HangUp("normal"),)
    assert walk.run.ended.startswith("error:")


def test_the_farewell_ends_even_if_it_is_never_heard_of() -> None:
    walk = Walk({"start": {"type": "hours", "calendar": "nowhere"}})
    assert walk.tell(TimeUp()) == ()
    walk.pass_time(30)
    assert walk.tell(TimeUp()) == (HangUp("normal"),)
    assert walk.run.ended == "error:hours.no_calendar"


def test_the_waiting_branch_turns_while_the_call_waits_and_the_queue_may_end_it_anywhere() -> None:
    nodes = {
        "start": {"type": "queue", "queue": "sales", "exits": {"waiting": "tell", "timeout": "bye"}},
        "tell": {"type": "announce", "queue": "sales", "exits": {"next": "pause"}},
        "pause": {"type": "wait", "seconds": 20, "exits": {"next": "tell"}},
        "bye": {"type": "hang_up", "cause": "no_answer"},
    }
    walk = Walk(nodes)
    queue, told = walk.step.actions
    assert queue == EnterQueue("sales")
    assert isinstance(told, Play)
    walk.tell(Played(1))
    walk.pass_time(20)
    assert isinstance(walk.tell(TimeUp())[0], Play)
    assert walk.tell(QueueLeft("timeout")) == (StopPlaying(2), HangUp("no_answer"))


def test_who_waits_in_a_queue_goes_on_waiting_when_its_branch_breaks() -> None:
    nodes = {
        "start": {"type": "queue", "queue": "sales", "exits": {"waiting": "tell", "timeout": "bye"}},
        "tell": {"type": "announce", "queue": "gone", "exits": {}},
        "bye": {"type": "hang_up"},
    }
    walk = Walk(nodes)
    assert walk.step.actions == (EnterQueue("sales"),)
    assert not walk.run.ended
    assert walk.tell(QueueLeft("timeout")) == (HangUp("normal"),)


def test_a_play_that_is_not_waited_for_goes_on_into_the_queue() -> None:
    nodes = {
        "start": {"type": "play", "media": ["prompt:welcome"], "wait": False, "exits": {"next": "queue"}},
        "queue": {"type": "queue", "queue": "sales"},
    }
    walk = Walk(nodes)
    assert walk.step.actions == (Play(1, ("prompt:welcome",), "zh"), EnterQueue("sales"))
    assert walk.run.playing == (1,)
    walk.tell(Played(1))
    assert walk.run.playing == ()


def test_collected_digits_end_at_the_terminator_or_at_the_most() -> None:
    nodes = {
        "start": {"type": "collect", "media": ["prompt:order"], "variable": "order", "most": 4, "least": 2},
    }
    walk = Walk(nodes)
    for digit in "12#":
        walk.tell(Digit(digit))
    assert walk.run.variables["order"] == "12"
    walk = Walk(nodes)
    for digit in "1234":
        walk.tell(Digit(digit))
    assert walk.run.variables["order"] == "1234"
    assert walk.run.ended == "done"


def test_masked_digits_are_in_nothing_that_is_written_down() -> None:
    nodes = {
        "start": {"type": "collect", "media": [], "variable": "pin", "most": 6, "masked": True, "exits": {"next": "q"}},
        "q": {"type": "queue", "queue": "sales"},
    }
    walk = Walk(nodes)
    for digit in "73518":
        walk.tell(Digit(digit))
        assert "7" not in repr(walk.run.open()).replace("17:", "")
        assert "73" not in repr(walk.step.moves) + repr(walk.step.actions)
    walk.tell(Digit("2"))
    assert walk.run.variables == {"pin": "masked"}
    assert walk.run.concealed["pin"] == "735182"
    assert "735182" not in repr(walk.run.open()) + repr(walk.step.moves)


def test_a_branch_reads_variables_and_what_is_known_of_the_caller() -> None:
    nodes = {
        "start": {
            "type": "branch",
            "cases": [
                {
                    "exit": "vip",
                    "when": [
                        {"variable": "customer.level", "operator": "at_least", "value": 3},
                        {"variable": "caller", "operator": "begins_with", "value": "138"},
                    ],
                }
            ],
            "exits": {"vip": "vip", "default": "bye"},
        },
        "vip": {"type": "set", "priority": 9, "skills": {"english": 4}, "language": "en", "exits": {"next": "queue"}},
        "queue": {"type": "queue", "queue": "sales", "skills": {"sales": 2}},
        "bye": {"type": "hang_up"},
    }
    known = Surroundings(facts={"caller": "13800001111", "customer": {"level": "3"}})
    assert Walk(nodes, ctx=known).step.actions == (EnterQueue("sales", 9, {"english": 4, "sales": 2}),)
    assert Walk(nodes).step.actions == (HangUp("normal"),)


def test_hours_choose_the_exit() -> None:
    nodes = {
        "start": {"type": "hours", "calendar": "office", "exits": {"open": "queue", "closed": "bye"}},
        "queue": {"type": "queue", "queue": "sales"},
        "bye": {"type": "hang_up"},
    }
    assert Walk(nodes).step.actions == (EnterQueue("sales"),)
    closed = Surroundings(calendars={"office": False})
    assert Walk(nodes, ctx=closed).step.actions == (HangUp("normal"),)


def test_a_circle_without_a_wait_is_cut_off() -> None:
    walk = Walk({"start": {"type": "set", "exits": {"next": "start"}}})
    assert walk.step.actions == (Play(1, (FAREWELL,), "zh", interruptible=False),)


def test_a_caller_who_never_does_anything_is_let_go_at_last() -> None:
    walk = Walk({"start": {"type": "wait", "seconds": 5, "exits": {"next": "start"}}})
    for _ in range(MOST_MOVES_A_RUN):
        walk.pass_time(5)
        walk.tell(TimeUp())
    assert walk.step.actions == (Play(1, (FAREWELL,), "zh", interruptible=False),)


def test_on_error_is_used_once() -> None:
    nodes = {
        "start": {"type": "hours", "calendar": "nowhere"},
        "sorry": {"type": "queue", "queue": "nowhere"},
    }
    walk = Walk(nodes, on_error="sorry")
    assert walk.step.actions == (Play(1, (FAREWELL,), "zh", interruptible=False),)
    told = [(move.node, move.exit, move.error) for move in walk.step.moves]
    assert told == [("start", "", ""), ("sorry", "error", "hours.no_calendar")]
    assert walk.run.memory["error"] == "queue.not_found"


def test_a_node_that_raises_harms_only_itself() -> None:
    class Broken(Node, frozen=True, kw_only=True, tag="broken"):
        def enter(self, visit: object) -> Leave:
            raise RuntimeError("a stranger's mistake")

    raw = document({"start": {"type": "hang_up"}})
    registry = Registry([Broken])
    assert list(registry) == ["broken"]
    broken = type(raw)(start="start", nodes={"start": Broken(exits={"error": "bye"}), **{"bye": raw.nodes["start"]}})
    assert begin(broken, {}, Surroundings()).actions == (HangUp("normal"),)


def test_a_failed_action_takes_the_error_exit() -> None:
    walk = Walk({**GREET, "welcome": {**GREET["welcome"], "exits": {"next": "menu", "error": "bye"}}})
    assert walk.tell(Failed("no such prompt")) == (HangUp("normal"),)


def test_after_a_restart_the_node_is_come_to_anew_but_a_queue_is_not_left() -> None:
    walk = Walk(GREET)
    walk.tell(Played(1))
    again = recover(walk.document, walk.run, walk.ctx)
    assert again.actions == (Play(3, ("prompt:menu",), "zh"),)
    walk.tell(Digit("1"))
    assert recover(walk.document, walk.run, walk.ctx).actions == ()


def test_nobody_before_the_caller_is_said_in_its_own_words() -> None:
    nodes = {"start": {"type": "announce", "queue": "sales"}}
    first = Surroundings(queues={"sales": QueueFigures(1, 20.0, 0)})
    told = Walk(nodes, ctx=first, language="en").step.actions
    assert told == (Play(1, ("prompt:queue-you-are-next", "prompt:queue-wait-less-than-a-minute"), "en"),)


def test_all_built_in_nodes_come_through_the_door() -> None:
    assert {"answer", "play", "menu", "collect", "branch", "hours", "set", "queue", "announce", "hang_up"} <= set(
        REGISTRY
    )
