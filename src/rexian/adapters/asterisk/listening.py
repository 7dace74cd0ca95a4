"""Supervisors who listen, whisper or barge in: a spy on the leg attended, in a bridge with the listener."""

import asyncio
from secrets import token_hex

from rexian.adapters.asterisk.ari import REPLY_WITHIN_S, Ari
from rexian.adapters.asterisk.book import SNOOP_PREFIX, Book
from rexian.core.errors import NotFound
from rexian.core.ids import LegId
from rexian.telephony.commands import Listen, ListenMode

LISTENING = ".listening"
WHISPER = {ListenMode.LISTEN: "none", ListenMode.WHISPER: "out", ListenMode.BARGE: "both"}


class Listening:
    """Who attends whom. The spies are no party's lines and are seen by nobody else."""

    def __init__(self, ari: Ari, book: Book, app: str) -> None:
        self._ari = ari
        self._book = book
        self._app = app
        self.listeners: set[LegId] = set()

    async def attend(self, command: Listen) -> None:
        """A spy on the target, in a bridge with the listener: what it hears, and what may be said into it.

        Whoever attends already goes on hearing until the new spy has taken the old one's place: Asterisk takes its
        time to end a bridge, and would refuse a new one of that name meanwhile.
        """
        bridge = listening_bridge(command.leg)
        spy = await self._spy(command)
        try:
            await self._place(spy, command.leg, bridge)
        except BaseException:
            await self._dismiss([spy])
            raise

    async def _place(self, spy: str, leg: LegId, bridge: str) -> None:
        if leg in self.listeners:
            old = await self._spies(bridge)
            await self._ari.call("POST", f"/bridges/{bridge}/addChannel", {"channel": spy})
            await self._dismiss(old)
            return
        self.listeners.add(leg)
        await self._ari.call("POST", f"/bridges/{bridge}", {"type": "mixing"})
        await self._ari.call("POST", f"/bridges/{bridge}/addChannel", {"channel": f"{leg},{spy}"})

    async def _spy(self, command: Listen) -> str:
        """The reply may come before the spy has entered our app, and only then can it be put into a bridge."""
        spy = f"{SNOOP_PREFIX}{command.leg}.{token_hex(4)}"
        params = {"spy": "both", "whisper": WHISPER[command.mode], "app": self._app, "appArgs": "snoop"}
        entered = self._book.spies[spy] = asyncio.Event()
        try:
            await self._ari.call("POST", f"/channels/{command.target}/snoop/{spy}", params)
            await asyncio.wait_for(entered.wait(), REPLY_WITHIN_S)
        except TimeoutError:
            raise NotFound("voice.not_there", f"The leg {command.target} is no longer there to be heard.") from None
        finally:
            del self._book.spies[spy]
        return spy

    def take_up(self) -> list[LegId]:
        """After a survey: who listens, and, as the answer, who did and is gone."""
        heard = [LegId(name.removesuffix(LISTENING)) for name in self._book.bridges if name.endswith(LISTENING)]
        self.listeners = set(heard)
        return [leg for leg in heard if leg not in self._book.legs]

    async def end(self, leg: LegId) -> None:
        """Take away the spies of `leg` and the bridge it heard them in."""
        self.listeners.discard(leg)
        bridge = listening_bridge(leg)
        await self._dismiss(await self._spies(bridge))
        await self._ari.gone_is_fine("DELETE", f"/bridges/{bridge}")

    async def _spies(self, bridge: str) -> list[str]:
        try:
            found = await self._ari.bridge(bridge)
        except NotFound:
            return []
        return [channel for channel in found.channels if channel.startswith(SNOOP_PREFIX)]

    async def _dismiss(self, spies: list[str]) -> None:
        for spy in spies:
            await self._ari.gone_is_fine("DELETE", f"/channels/{spy}")


def listening_bridge(leg: LegId) -> str:
    return f"{leg}{LISTENING}"
