"""Supervisors who listen, whisper or barge in: a spy on the leg attended, in a bridge with the listener."""

from rexian.adapters.asterisk.ari import Ari
from rexian.adapters.asterisk.book import SNOOP_PREFIX, Book
from rexian.core.errors import NotFound
from rexian.core.ids import LegId
from rexian.telephony.commands import Listen, ListenMode

LISTENING = ".listening"


class Listening:
    """Who attends whom. The spies are no party's lines and are seen by nobody else."""

    def __init__(self, ari: Ari, book: Book, app: str) -> None:
        self._ari = ari
        self._book = book
        self._app = app
        self._snoops = 0
        self.listeners: set[LegId] = set()

    async def attend(self, command: Listen) -> None:
        """A spy on the target, in a bridge with the listener: what it hears, and what may be said into it."""
        if command.leg in self.listeners:
            await self.end(command.leg)
        self.listeners.add(command.leg)
        self._snoops += 1
        snoop = f"{SNOOP_PREFIX}{command.leg}.{self._snoops}"
        bridge = listening_bridge(command.leg)
        whisper = {ListenMode.LISTEN: "none", ListenMode.WHISPER: "out", ListenMode.BARGE: "both"}[command.mode]
        params = {"spy": "both", "whisper": whisper, "app": self._app, "appArgs": "snoop"}
        await self._ari.call("POST", f"/channels/{command.target}/snoop/{snoop}", params)
        await self._ari.call("POST", f"/bridges/{bridge}", {"type": "mixing"})
        await self._ari.call("POST", f"/bridges/{bridge}/addChannel", {"channel": f"{command.leg},{snoop}"})

    def take_up(self) -> list[LegId]:
        """After a survey: who listens, and, as the answer, who did and is gone."""
        heard = [LegId(name.removesuffix(LISTENING)) for name in self._book.bridges if name.endswith(LISTENING)]
        self.listeners = set(heard)
        return [leg for leg in heard if leg not in self._book.legs]

    async def end(self, leg: LegId) -> None:
        """Take away the spies of `leg` and the bridge it heard them in."""
        self.listeners.discard(leg)
        bridge = listening_bridge(leg)
        try:
            found = await self._ari.bridge(bridge)
        except NotFound:
            return
        for channel in found.channels:
            if channel.startswith(SNOOP_PREFIX):
                await self._ari.gone_is_fine("DELETE", f"/channels/{channel}")
        await self._ari.gone_is_fine("DELETE", f"/bridges/{bridge}")


def listening_bridge(leg: LegId) -> str:
    return f"{leg}{LISTENING}"
