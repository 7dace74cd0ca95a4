"""Whether the other ends of trunks answer: as read from Asterisk's messages, and as a real Asterisk tells it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from rexian.adapters.asterisk.ari import Ari
from rexian.adapters.asterisk.process import AsteriskProcess
from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.adapters.asterisk.trunks import Trunks
from rexian.telephony.events import Arrived, SwitchBack, SwitchLost, TrunkReachable
from rexian.telephony.ports import Trunk
from tests.ports import free_udp_port
from tests.sip import SipPhone

AT = datetime(2026, 1, 5, tzinfo=UTC)
REGISTERED = {"sip:hotline@carrier": "b"}


def told(events: Iterator[TrunkReachable]) -> list[tuple[str, bool]]:
    return [(event.trunk, event.reachable) for event in events]


def contact(trunk: str, status: str) -> dict[str, str]:
    return {"Event": "ContactStatus", "EndpointName": f"trunk-{trunk}", "ContactStatus": status}


def registry(status: str) -> dict[str, str]:
    return {"Event": "Registry", "Username": "sip:hotline@carrier", "Status": status}


def test_a_trunk_is_told_of_when_it_changes() -> None:
    trunks = Trunks()
    said = [told(trunks.read(contact("a", status), {}, AT)) for status in ("Reachable", "Reachable", "Unreachable")]
    assert said == [[("a", True)], [], [("a", False)]]
    assert told(trunks.read(contact("a", "Updated"), {}, AT)) == []
    assert told(trunks.read({**contact("a", "Reachable"), "EndpointName": "demo-1001"}, {}, AT)) == []


def test_where_we_register_both_must_be_well() -> None:
    trunks = Trunks()
    assert told(trunks.survey({"trunk-b": "online"}, AT)) == [("b", True)]
    assert told(trunks.read(registry("Rejected"), REGISTERED, AT)) == [("b", False)]
    assert told(trunks.read(contact("b", "Reachable"), REGISTERED, AT)) == []
    assert told(trunks.read(registry("Registered"), REGISTERED, AT)) == [("b", True)]
    assert told(trunks.read(registry("Rejected"), {}, AT)) == []


def test_a_survey_tells_everything_again_and_forgets_what_is_gone() -> None:
    trunks = Trunks()
    trunks_seen = {"trunk-a": "online", "trunk-b": "offline", "trunk-c": "unknown", "demo-1001": "online"}
    assert told(trunks.survey(trunks_seen, AT)) == [("a", True), ("b", False)]
    assert told(trunks.survey({"trunk-b": "offline"}, AT)) == [("b", False)]


class Carrier(asyncio.DatagramProtocol):
    """The other end of a trunk: answers whatever it is asked with 200."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        lines = data.decode().split("\r\n")
        kept = [line for line in lines if line.lower().startswith(("via:", "from:", "to:", "call-id:", "cseq:"))]
        answer = "\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""])
        self._transport.sendto(answer.encode(), address)  # type: ignore[attr-defined]


@pytest.mark.asterisk
async def test_asterisk_tells_which_trunks_answer(process: AsteriskProcess) -> None:
    here, nowhere = free_udp_port(), free_udp_port()
    carrier, _ = await asyncio.get_running_loop().create_datagram_endpoint(Carrier, local_addr=("127.0.0.1", here))
    switch = AsteriskSwitch(await process.start())
    trunks = {"good": here, "bad": nowhere}
    called = [Trunk(id=id, host=f"127.0.0.1:{port}") for id, port in trunks.items()]
    await switch.provide([], [Trunk(id="inwards", hosts=("127.0.0.2",)), *called])
    said: dict[str, bool] = {}
    async with asyncio.timeout(60):
        async for event in switch.events():
            if isinstance(event, TrunkReachable):
                said[event.trunk] = event.reachable
            if said == {"good": True, "bad": False}:
                break
    await switch.close()
    carrier.close()


@pytest.mark.asterisk
async def test_callers_show_their_number_after_we_have_started_anew_and_after_a_trunk_was_changed(
    process: AsteriskProcess,
) -> None:
    access = await process.start()
    trunk = Trunk(id="t", hosts=("127.0.0.1",))
    async with SipPhone() as outside, asyncio.timeout(60):
        for given in (trunk, trunk, replace(trunk, codecs=("alaw",))):
            switch = AsteriskSwitch(access)
            await switch.provide([], [trunk])
            events = switch.events()
            while not isinstance(await anext(events), SwitchBack):
                pass
            await switch.provide([], [given])
            line = await outside.dial(f"sip:4008001234@127.0.0.1:{process.sip_port}", "13800138000")
            while not isinstance(event := await anext(events), Arrived):
                pass
            assert (event.caller, event.trunk) == ("13800138000", "t")
            line.hang_up()
            await switch.close()


@pytest.mark.asterisk
async def test_where_asterisk_has_forgotten_us_we_come_anew(
    process: AsteriskProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = AsteriskSwitch(await process.start())
    heard = Ari.is_heard
    async with asyncio.timeout(60):
        events = switch.events()
        assert isinstance(await anext(events), SwitchBack)
        monkeypatch.setattr(Ari, "is_heard", forgotten)
        assert isinstance(await anext(events), SwitchLost)
        monkeypatch.setattr(Ari, "is_heard", heard)
        assert isinstance(await anext(events), SwitchBack)
    await switch.close()


async def forgotten(ari: Ari) -> bool:
    return False
