"""Legs that fax: they leave our app for the dialplan, which runs the fax machine, and come back with what came of it.

ARI itself cannot fax. A leg that is away is followed by a subscription of its own, so that its hanging up is known.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from rexian.adapters.asterisk.ari import Ari
from rexian.adapters.asterisk.book import Book, Leg
from rexian.adapters.asterisk.faxes import RECEIVE, RESULTS, SEND, Fax, fax_of, is_back, told
from rexian.adapters.asterisk.faxes import station as named
from rexian.adapters.asterisk.media import MediaFiles
from rexian.core.errors import Invalid, NotFound
from rexian.core.ids import LegId
from rexian.telephony.commands import (
    AnyCommand,
    HangUp,
    PauseRecording,
    ReceiveFax,
    SendFax,
    StartRecording,
    StopRecording,
)
from rexian.telephony.events import Faxed


class Faxing:
    """Sends legs away, and finds those again that were away when we came."""

    def __init__(self, ari: Ari, book: Book, *, recordings: Path, media: MediaFiles) -> None:
        self._ari = ari
        self._book = book
        self._recordings = recordings
        self._media = media

    async def receive(self, command: ReceiveFax) -> None:
        path = str(self._recordings / f"{command.fax}.tiff")
        await self._send_away(command.leg, RECEIVE, Fax(command.fax, path), path, command.station)

    async def send(self, command: SendFax) -> None:
        """Raises `NotFound` when the tenant has no such document."""
        path = await asyncio.to_thread(self._media.document, command.document, tenant=command.tenant)
        await self._send_away(command.leg, SEND, Fax(command.fax, ""), str(path), command.station)

    async def _send_away(self, id: LegId, context: str, fax: Fax, path: str, station: str) -> None:
        leg = self._book.legs.get(id)
        if leg is None:
            raise NotFound("voice.not_there", f"There is no leg {id} to fax on.")
        await self._ari.follow(id)
        await self._ari.set(id, REXIAN_FAX=path, REXIAN_STATION=named(station))
        leg.fax, leg.faxed = fax, None
        try:
            where = {"context": context, "extension": fax.name, "priority": "1"}
            await self._ari.call("POST", f"/channels/{id}/continue", where)
        except BaseException:
            leg.fax = None
            raise

    def require_none(self, command: AnyCommand) -> None:
        """Raises `Invalid` when a leg that faxes is told anything but to end, or how it is recorded."""
        if isinstance(command, HangUp | StartRecording | PauseRecording | StopRecording):
            return
        named = (getattr(command, "leg", None), getattr(command, "target", None), *getattr(command, "legs", ()))
        for id in filter(None, named):
            if (leg := self._book.legs.get(id)) is not None and leg.fax is not None:
                raise Invalid("voice.faxing", f"The leg {id} is faxing and can only be ended.")

    async def take_up(self) -> list[Faxed]:
        """After a survey: who is away for a fax, and, as the answer, what came of those that are back."""
        over: list[Faxed] = []
        for channel in await self._ari.channels():
            name, leg = fax_of(channel), self._book.legs.get(LegId(channel.id))
            if not name or leg is None:
                continue
            received = channel.dialplan.context == RECEIVE
            leg.fax = Fax(name, str(self._recordings / f"{name}.tiff") if received else "")
            if is_back(channel):
                over += await self._caught_up(leg)
        return over

    async def _caught_up(self, leg: Leg) -> list[Faxed]:
        now = datetime.now(UTC)
        try:
            results = {name: await self._ari.value(leg.id, name) for name in RESULTS}
        except NotFound:  # it has just ended, and that is told
            return []
        if leg.fax is not None:
            leg.faxed = told(leg.fax, leg.call, leg.id, results, now)
        return list(self._book.fax_over(leg, now))
