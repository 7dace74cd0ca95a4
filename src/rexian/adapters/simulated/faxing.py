"""Faxes in the simulation: where a machine stands at the far end its pages come, and ours come out of it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from rexian.adapters.simulated.agenda import Agenda
from rexian.adapters.simulated.parties import Line
from rexian.telephony.commands import ReceiveFax, SendFax
from rexian.telephony.events import Faxed

PAGE_S, HANDSHAKE_S, NOBODY_S = 10.0, 10.0, 35.0
"""About what a page and the words around them take at 14,400 bit/s; so long T.30 waits for a machine (its timer T1)."""
NOBODY = "timeout"


class Faxing:
    """Takes pages to and from machines. `tell` is given what has happened."""

    def __init__(self, agenda: Agenda, tell: Callable[[Faxed], None], folder: Path | None) -> None:
        self._agenda = agenda
        self._tell = tell
        self._folder = folder

    def begin(self, line: Line, command: ReceiveFax | SendFax, now: datetime) -> None:
        line.fax, line.faxing, line.faxed = command.fax, True, None
        pages = 1 if isinstance(command, SendFax) or line.machine is None else line.machine.pages
        lasts = NOBODY_S if line.machine is None else HANDSHAKE_S + PAGE_S * pages
        self._agenda.note(now, lasts, partial(self._over, line, command))

    def break_off(self, line: Line, now: datetime) -> None:
        """The line goes in the middle of it."""
        if line.faxing:
            self._end(line, Faxed(at=now, call=line.call, leg=line.id, fax=line.fax, complete=False, error="hung_up"))

    def _over(self, line: Line, command: ReceiveFax | SendFax, now: datetime) -> None:
        if not line.faxing or line.fax != command.fax:
            return
        machine = line.machine
        faxed = Faxed(
            at=now,
            call=line.call,
            leg=line.id,
            fax=command.fax,
            complete=False,
            error=NOBODY,
            machine=machine is not None,
        )
        if machine is not None and isinstance(command, SendFax):
            machine.taken.append(command.document)
            faxed = self._whole(faxed, line, pages=1, path="")
        elif machine is not None:
            faxed = self._whole(faxed, line, pages=machine.pages, path=self._kept(command.fax, machine.tiff))
        self._end(line, faxed)

    def _whole(self, faxed: Faxed, line: Line, *, pages: int, path: str) -> Faxed:
        machine = line.machine
        assert machine is not None
        return Faxed(
            at=faxed.at,
            call=faxed.call,
            leg=faxed.leg,
            fax=faxed.fax,
            complete=True,
            pages=pages,
            station=machine.station,
            t38=machine.t38,
            path=path,
        )

    def _kept(self, fax: str, tiff: bytes) -> str:
        if self._folder is None:
            return f"{fax}.tiff"
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{fax}.tiff"
        path.write_bytes(tiff)
        return str(path)

    def _end(self, line: Line, faxed: Faxed) -> None:
        line.faxing, line.faxed = False, faxed
        self._tell(faxed)
