"""What Asterisk is asked for when several calls want the same at once."""

import asyncio
from collections.abc import Mapping
from typing import Any

from rexian.adapters.asterisk.ari import Ari
from rexian.adapters.asterisk.book import Book
from rexian.adapters.asterisk.contacts import Contacts
from rexian.adapters.asterisk.performer import Performer
from rexian.core.ids import CallId, LegId
from rexian.telephony.commands import Bridge
from tests.adapters.test_asterisk_provision import ACCESS


async def test_a_bridge_is_made_once_though_several_calls_come_into_it_in_the_same_moment() -> None:
    """Asterisk would make one for each, and they would not hear each other."""
    said: list[str] = []

    class Slow(Ari):
        async def call(
            self, method: str, path: str, params: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
        ) -> bytes:
            said.append(path)
            await asyncio.sleep(0)
            return b""

    def unused(*_: Any) -> Any:
        raise AssertionError("nothing is said, spawned or asked of the manager")

    performer = Performer(
        ACCESS,
        ari=Slow(ACCESS),
        ami=unused,
        book=Book("local"),
        contacts=Contacts(),
        emit=unused,
        spawn=unused,
        reachable=lambda: True,
    )
    joins = [Bridge(call=CallId(name), bridge="room", legs=(LegId(f"{name}.1"),)) for name in ("a", "b", "c")]
    await asyncio.gather(*(performer.perform(join) for join in joins))
    assert said.count("/bridges/room") == 1
    assert said.index("/bridges/room") < said.index("/bridges/room/addChannel")
    assert said.count("/bridges/room/addChannel") == 3
