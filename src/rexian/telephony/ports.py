"""What telephony needs from outside."""

from collections.abc import AsyncIterator, Iterable
from typing import Protocol

import msgspec

from rexian.telephony.commands import AnyCommand
from rexian.telephony.events import AnySwitchEvent, SwitchBack


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """A line of one of our people that may register with the switch. `id` is unique over all tenants."""

    id: str
    secret: str
    web: bool = True  # a browser (SIP over WebSocket, DTLS-SRTP) or a desk phone (SIP over UDP)
    name: str = ""
    number: str = ""  # what it shows when it calls a number of ours (a line that is no agent's)


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """A way to and from the public network. `hosts` are addresses whose calls are taken without registration."""

    id: str
    host: str = ""  # where calls go out to: `host[:port]`
    hosts: tuple[str, ...] = ()
    register: bool = False  # we register there with `username` and `secret`
    username: str = ""
    secret: str = ""
    codecs: tuple[str, ...] = ("alaw", "ulaw")


class Switch(Protocol):
    """One switch that carries voice.

    The contract that every adapter passes is `tests/contract/test_switch.py`.
    """

    async def perform(self, command: AnyCommand) -> None:
        """Carry out one command. Raises `core.errors.Unavailable` or `Invalid` when the switch refuses it."""

    def events(self) -> AsyncIterator[AnySwitchEvent]:
        """All events, from connecting on; starts with `SwitchBack`, and reconnects by itself for ever.

        After a reconnect it surveys the switch, takes up the legs found there and yields `SwitchBack` again.
        """

    async def survey(self) -> SwitchBack:
        """All that the switch holds of ours just now. Raises `core.errors.Unavailable` when it cannot be reached."""

    async def provide(self, phones: Iterable[Phone], trunks: Iterable[Trunk]) -> None:
        """Make exactly these phones and trunks known to the switch; safe to repeat."""

    async def close(self) -> None:
        """Let go of the switch; calls go on without us."""
