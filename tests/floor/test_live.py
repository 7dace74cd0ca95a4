"""What live screens are sent: a snapshot merged with the patches after it is a new snapshot."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rexian.core.errors import RexianError
from rexian.core.ids import AgentId, CallId
from rexian.floor import inputs
from rexian.floor.live import Client, Live, colleague
from tests.floor.house import SALES, House, a_directory, agent

ANN = AgentId("ann")


class Screens:
    """The live side of a house: what `actor.Floor` is to `Live`, without its loop."""

    def __init__(self, house: House, beside: Any = None) -> None:
        self.house = house
        self.watchers: list[Any] = []
        self.seq = 0
        self.live = Live(self, house.clock, dict, beside)  # type: ignore[arg-type]

    @property
    def state(self) -> Any:
        return self.house.state

    def client(self, **seen: Any) -> tuple[Client, dict[str, Any]]:
        """A new screen with its snapshot."""
        client = Client(**seen)
        self.live.join(client)
        self.flush()
        return client, self.messages(client)[0]

    def hear(self, *, desks: bool = True) -> None:
        """What has happened since is told; without `desks` as between two beats."""
        for watcher in self.watchers:
            watcher(self.house.facts[self.seq :])
        self.seq = len(self.house.facts)
        self.live._flush(desks=desks)

    def flush(self) -> None:
        self.hear()

    def messages(self, client: Client) -> list[dict[str, Any]]:
        said = []
        while not client.outbox.empty():
            said.append(msgspec.json.decode(client.outbox.get_nowait()))
        return said


def merged(snapshot: dict[str, Any], patches: list[dict[str, Any]]) -> dict[str, Any]:
    """What a page does with patches."""
    rows = {kind: dict(snapshot[kind]) for kind in ("agents", "queues", "calls")}
    for patch in patches:
        for kind, known in rows.items():
            for id, row in patch[kind].items():
                known.pop(id, None) if row is None else known.__setitem__(id, row)
    return rows


CALLS = ["arrive", "answer", "arrive", "answer", "hold", "resume", "caller_gone", "agent_gone", "wrap_up", "reject"]
APART = ["park", "pick_up", "message", "attend", "take_over", "close"]
STEPS = st.lists(st.sampled_from([*CALLS, *APART, "ready", "pause", "sign_out", "sign_in", "wait"]), max_size=40)


def attend(call: CallId, way: type[inputs.ListenTo]) -> inputs.ListenTo:
    """Bob attends Ann's call, or takes it over."""
    return way(call=call, agent=ANN, supervisor="u-bob", address="phone:demo-bob", own=AgentId("bob"))


def play(house: House, step: str) -> None:
    """One thing that may happen; what is not possible just now does not."""
    call = next(iter(house.state.calls.values()), None)
    try:
        match step:
            case "arrive":
                house.arrive_only()
            case "answer" if call and call.offers:
                house.pick_up(call)
            case "caller_gone" if call and call.customer_leg:
                house.end(call.customer_leg)
            case "agent_gone" if call and call.parties:
                house.end(next(iter(call.parties.values())).leg)
            case "wrap_up" if call:
                house.say(inputs.WrapUp, "ann", call=call.id)
            case "reject":
                house.say(inputs.Reject, "ann")
            case "hold":
                house.say(inputs.HoldCall, "ann")
            case "resume":
                house.say(inputs.ResumeCall, "ann")
            case "park":
                house.say(inputs.Park, "ann")
            case "pick_up":
                house.say(inputs.PickUp, "ann", slot=1)
            case "message":
                house.tell(inputs.SendMessage(message=f"m{len(house.facts)}", by="u", name="Sue", text="news"))
            case "attend" if call:
                house.tell(attend(call.id, inputs.ListenTo))
            case "take_over" if call:
                house.tell(attend(call.id, inputs.TakeOver))
            case "close":
                closed = SALES in house.state.closed
                house.tell(inputs.OpenQueue(queue=SALES, by="u") if closed else inputs.CloseQueue(queue=SALES, by="u"))
            case "ready":
                house.say(inputs.Ready, "ann")
            case "sign_out":
                house.say(inputs.SignOut, "ann")
            case "sign_in":
                house.say(inputs.SignIn, "ann")
            case "pause":
                house.say(inputs.Pause, "ann", reason="tea")
            case _:
                house.wait(7)
    except RexianError:
        pass


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_a_boards_snapshot_and_its_patches_are_a_new_snapshot(steps: list[str]) -> None:
    house = House()
    house.staff("ann", "bob")
    screens = Screens(house)
    board, first = screens.client(board=True, agent=None)
    for step in steps:
        play(house, step)
        screens.flush()
    _, fresh = screens.client(board=True, agent=None)
    assert merged(first, screens.messages(board)) == {kind: fresh[kind] for kind in ("agents", "queues", "calls")}


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_a_desks_snapshot_and_its_patches_are_a_new_snapshot(steps: list[str]) -> None:
    house = House()
    house.staff("ann", "bob")
    screens = Screens(house)
    desk, first = screens.client(board=False, agent=ANN)
    for step in steps:
        play(house, step)
        screens.flush()
    _, fresh = screens.client(board=False, agent=ANN)
    assert merged(first, screens.messages(desk)) == {kind: fresh[kind] for kind in ("agents", "queues", "calls")}


def test_a_desk_sees_its_own_call_and_no_other() -> None:
    house = House()
    house.staff("ann")
    screens = Screens(house)
    anns, _ = screens.client(board=False, agent=ANN)
    bobs, _ = screens.client(board=False, agent=AgentId("bob"))
    call = house.arrive()
    screens.flush()
    assert screens.messages(anns)[-1]["calls"][call.id]["state"] == "offering"
    assert screens.messages(bobs)[-1]["calls"] == {}


def test_a_colleague_shows_how_he_stands_and_not_with_whom() -> None:
    house = House()
    call = house.connected("ann")
    screens = Screens(house)
    _, bobs = screens.client(board=False, agent=AgentId("bob"))
    assert bobs["agents"]["ann"]["state"] == "busy"
    assert bobs["agents"]["ann"]["call"] is None
    _, anns = screens.client(board=False, agent=ANN)
    assert anns["me"]["call"] == call.id


def test_a_screen_that_cannot_keep_up_is_given_a_new_snapshot() -> None:
    house = House()
    house.staff("ann")
    screens = Screens(house)
    board, _ = screens.client(board=True, agent=None)
    for n in range(60):
        house.say(inputs.Pause if n % 2 == 0 else inputs.Ready, "ann", **({"reason": "tea"} if n % 2 == 0 else {}))
        screens.flush()
    said = screens.messages(board)
    assert said[0]["type"] == "snapshot"
    assert said[-1]["agents"]["ann"]["state"] == "ready"


def test_nothing_is_sent_when_nothing_changed() -> None:
    house = House()
    house.staff("ann")
    screens = Screens(house)
    board, _ = screens.client(board=True, agent=None)
    screens.flush()
    assert screens.messages(board) == []


def test_a_colleague_who_is_gone_stays_gone() -> None:
    assert colleague(None) is None


def test_a_desk_hears_of_itself_at_once_and_of_others_with_the_beat() -> None:
    house = House()
    house.staff("ann", "bob")
    screens = Screens(house)
    anns, _ = screens.client(board=False, agent=ANN)
    board, _ = screens.client(board=True, agent=None)
    screens.messages(anns)
    screens.hear(desks=False)
    house.say(inputs.Pause, "bob", reason="tea")
    screens.hear(desks=False)
    assert screens.messages(anns) == []
    assert screens.messages(board)[-1]["agents"]["bob"]["state"] == "paused"

    house.say(inputs.Pause, "ann", reason="tea")
    screens.hear(desks=False)
    assert [said["agents"].keys() for said in screens.messages(anns)] == [{"ann"}]

    screens.hear()
    (beat,) = screens.messages(anns)
    assert (beat["agents"]["bob"]["state"], beat["agents"]["bob"]["reason"]) == ("paused", "")
    assert beat["agents"]["ann"]["reason"] == "tea"


def test_desks_that_are_concerned_by_nothing_share_one_message() -> None:
    house = House()
    house.staff("ann", "bob", "cid")
    screens = Screens(house)
    desks = [screens.client(board=False, agent=AgentId(name))[0] for name in ("ann", "bob")]
    house.say(inputs.Pause, "cid", reason="tea")
    screens.hear()
    first, second = (client.outbox.get_nowait() for client in desks)
    assert first is second


def test_a_changed_directory_is_a_patch_and_no_new_snapshot() -> None:
    house = House()
    house.staff("ann")
    screens = Screens(house)
    board, first = screens.client(board=True, agent=None)
    house.state.reconfigure(a_directory(agents=[agent("ann", extension="1999"), agent("dee")]))
    screens.live.all_changed()
    screens.hear()
    (patch,) = screens.messages(board)
    assert patch["type"] == "patch"
    assert patch["agents"]["ann"]["extension"] == "1999"
    assert patch["agents"]["bob"] is None
    _, fresh = screens.client(board=True, agent=None)
    assert merged(first, [patch]) == {kind: fresh[kind] for kind in ("agents", "queues", "calls")}


def test_a_wall_shows_no_calls() -> None:
    house = House()
    house.staff("ann")
    screens = Screens(house)
    wall, first = screens.client(board=True, agent=None, wall=True)
    call = house.arrive()
    house.pick_up(call)
    screens.flush()
    said = screens.messages(wall)
    assert said[-1]["agents"]["ann"]["state"] == "busy"
    assert first["calls"] == {}
    assert "13800000000" not in repr(said)
    _, fresh = screens.client(board=True, agent=None, wall=True)
    assert fresh["calls"] == {}


def test_what_stands_beside_the_floor_is_told_to_boards_and_taken_back() -> None:
    house = House()
    rows: dict[str, Any] = {}
    screens = Screens(house, {"alerts": lambda: rows})
    board, first = screens.client(board=True, agent=None)
    desk, _ = screens.client(board=False, agent=ANN)
    assert first["alerts"] == {}
    for rows_now in ({"a": {"id": "a"}}, {}):
        rows = rows_now
        screens.flush()
    assert [said["alerts"] for said in screens.messages(board)] == [{"a": {"id": "a"}}, {"a": None}]
    assert screens.messages(desk) == []


def test_a_parked_call_is_on_every_desk_until_somebody_has_it() -> None:
    house = House()
    call = house.connected("ann")
    screens = Screens(house)
    bobs, _ = screens.client(board=False, agent=AgentId("bob"))
    house.say(inputs.Park, "ann")
    screens.flush()
    parked = [said["calls"][call.id]["parked"] for said in screens.messages(bobs) if call.id in said["calls"]]
    assert [each["slot"] for each in parked] == [1]
    house.end("in-1")
    screens.flush()
    assert any(call.id in said["calls"] and said["calls"][call.id] is None for said in screens.messages(bobs))


@pytest.mark.parametrize("told", [False, True])
def test_agents_see_who_attends_only_where_the_house_says_so(told: bool) -> None:
    house = House(show_attendance=told)
    call = house.connected("ann")
    house.staff("bob", ready=False)
    screens = Screens(house)
    anns, _ = screens.client(board=False, agent=ANN)
    board, _ = screens.client(board=True, agent=None)
    house.tell(attend(call.id, inputs.ListenTo))
    screens.flush()
    seen = [said["calls"][call.id]["listeners"] for said in screens.messages(board) if call.id in said["calls"]]
    shown = [said["calls"][call.id]["listeners"] for said in screens.messages(anns) if call.id in said["calls"]]
    assert (seen[-1], shown[-1]) == (1, 1 if told else 0)
    _, fresh = screens.client(board=False, agent=ANN)
    assert [each["name"] for each in fresh["calls"][call.id]["attendants"]] == (["Bob"] if told else [])


def test_a_message_comes_to_the_desks_it_is_for() -> None:
    house = House()
    screens = Screens(house)
    anns, _ = screens.client(board=False, agent=ANN)
    bobs, _ = screens.client(board=False, agent=AgentId("bob"))
    house.tell(inputs.SendMessage(message="m", by="u", name="Sue", text="news", agent=ANN))
    screens.flush()
    mine = [said["agents"]["ann"]["messages"] for said in screens.messages(anns) if "ann" in said["agents"]]
    assert [each["text"] for each in mine[-1]] == ["news"]
    theirs = [said["agents"]["ann"]["messages"] for said in screens.messages(bobs) if "ann" in said["agents"]]
    assert all(messages == [] for messages in theirs)
