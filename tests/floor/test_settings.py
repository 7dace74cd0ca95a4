"""The house changes its settings while people work."""

from rexian.core.ids import QueueId
from rexian.floor import inputs
from rexian.floor.directory import Directory
from rexian.floor.events import CallEnded, LeftQueue
from tests.floor.house import FLOW, HOTLINE, SALES, SERVICE, House, a_directory, agent, queue

COMPLAINTS = QueueId("complaints")


def change(house: House, directory: Directory) -> None:
    house.state.reconfigure(directory)
    house.tell(inputs.Reconfigured())


def test_an_agent_who_is_put_into_a_queue_works_in_it_at_once() -> None:
    house = House(agents=[agent("ann", queues=(SERVICE,))])
    house.staff("ann")
    call = house.arrive()
    assert call.state == "waiting"
    change(house, a_directory(agents=[agent("ann", queues=(SERVICE, SALES))]))
    assert call.state == "offering"


def test_an_agent_who_has_left_a_queue_on_his_desk_stays_out_of_it() -> None:
    house = House()
    house.staff("ann")
    house.say(inputs.ChooseQueues, "ann", queues=(SERVICE,))
    change(house, a_directory(queues=[queue(SALES, ring_timeout_s=30), queue(SERVICE)]))
    assert house.agent("ann").queues == (SERVICE,)


def test_an_agent_who_is_no_more_is_signed_out() -> None:
    house = House()
    house.staff("ann", "bob")
    change(house, a_directory(agents=[agent("bob")]))
    assert house.agent("ann").state == "off"
    assert house.agent("bob").state == "ready"


def test_who_waits_in_a_queue_that_is_no_more_is_given_back() -> None:
    house = House(flows={FLOW: HOTLINE})
    house.arrive()
    change(house, a_directory(flows={FLOW: HOTLINE}, queues=[queue(SERVICE)]))
    assert [fact.reason for fact in house.told(LeftQueue)] == ["closed"]
    assert len(house.told(CallEnded)) == 1
    assert house.legs == {}


def test_calls_go_on_as_they_are() -> None:
    house = House()
    call = house.connected()
    change(house, a_directory(agents=[agent("bob")]))
    assert call.state == "talking"
    house.end("in-1")
    house.wait(60)
    assert house.state.calls == {}
    assert house.replayed() == house.now_lasting()
