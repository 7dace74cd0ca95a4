"""The telephone of the tests keeps to RFC 3261 where two messages cross."""

from tests.sip.phone import SipPhone


async def test_an_answer_that_crosses_a_cancel_is_hung_up() -> None:
    async with SipPhone() as calling, SipPhone("called") as called:
        placed = await calling.dial(called.uri)
        received = await called.incoming()
        await received.answer()
        placed.hang_up()
        await placed.wait(placed.ended)
        await received.wait(received.ended)
        assert received.status == 200
