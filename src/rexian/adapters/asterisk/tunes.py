"""A tenant's own music: prompts that are played over and over, as classes of Asterisk's music on hold."""

import asyncio
import re
from pathlib import Path

from rexian.adapters.asterisk.ari import Ari
from rexian.adapters.asterisk.media import MediaFiles
from rexian.adapters.asterisk.templates import CLASSES

DEFAULT = "default"
_CLASS = re.compile(r"^\[(.+)\]\nmode=playlist\nentry=(.+)$", re.MULTILINE)


class Tunes:
    """A class is made when it is asked for first: it is written where Asterisk finds it at every start, and
    Asterisk is told to read that anew, which it does without disturbing what anybody hears.
    """

    def __init__(self, folder: Path, media: MediaFiles, ari: Ari) -> None:
        self._file = folder / CLASSES
        self._media = media
        self._ari = ari
        self._known: dict[str, str] | None = None
        """By class its sound, as Asterisk has read it: at its start, or when it was told to."""
        self._turn = asyncio.Lock()

    async def class_of(self, name: str, *, tenant: str) -> str:
        """The class in which this prompt is played; the default one, where it has no sound (any more)."""
        found = None if name == DEFAULT else self._media.tune(name, tenant=tenant)
        if found is None:
            return DEFAULT
        wanted, path = f"{tenant}.{found.parent.name}.{name}", str(found.absolute())
        async with self._turn:
            if self._known is None:
                self._known = await asyncio.to_thread(_read, self._file)
            if self._known.get(wanted) != path:
                await self._make_known({**self._known, wanted: path})
        return wanted

    async def _make_known(self, classes: dict[str, str]) -> None:
        before = self._known or {}
        await asyncio.to_thread(_write, self._file, classes)
        try:
            await self._ari.call("PUT", "/asterisk/modules/res_musiconhold.so")
        except BaseException:
            await asyncio.to_thread(_write, self._file, before)
            raise
        self._known = classes


def _read(file: Path) -> dict[str, str]:
    """What was written earlier: by class, the sound without its ending."""
    try:
        return dict(_CLASS.findall(file.read_text(encoding="utf-8")))
    except OSError:
        return {}


def _write(file: Path, classes: dict[str, str]) -> None:
    making = file.with_suffix(".making")
    making.write_text("".join(f"[{name}]\nmode=playlist\nentry={path}\n" for name, path in classes.items()))
    making.rename(file)
