"""Libraries opened and browsed for flows, beside the call; and the bookmarks of those who call."""

from typing import Any

import msgspec

from rexian.core.clock import Clock
from rexian.core.errands import Wanted
from rexian.core.ids import LibraryId
from rexian.core.numbers import number_or_none
from rexian.infra.database import Database, Work
from rexian.library import store
from rexian.library.model import Category, Sounds, filled, heard, sound_of
from rexian.library.service import Libraries
from rexian.telephony.prompts import Prompts


class _Library(msgspec.Struct, frozen=True):
    """A library as one caller comes to it. `caller` empty: he has no bookmark."""

    id: LibraryId
    categories: tuple[Category, ...]
    caller: str


class LibraryErrands:
    """`library.open`, `library.turn` and `library.mark`. Who withholds his number has no bookmark."""

    def __init__(self, database: Database, clock: Clock, libraries: Libraries, prompts: Prompts) -> None:
        self._database = database
        self._clock = clock
        self._libraries = libraries
        self._prompts = prompts

    async def open(self, wanted: Wanted) -> dict[str, Any]:
        """The categories that have anything for this caller, and where he stopped when he called last."""
        given = wanted.parameters
        async with self._database.work(wanted.tenant) as work:
            library, sounds = await self._found(work, given)
            found = filled(library.categories, sounds)
            categories = [_offered(category, given["language"], sounds) for category in found]
            kept = await store.bookmark(work, library.id, library.caller) if library.caller else None
        return {"categories": categories, "bookmark": _place(kept, found, given["language"], sounds)}

    async def turn(self, wanted: Wanted) -> dict[str, Any]:
        """The piece at this place of a category; his bookmark lies there now. `over`: all of it has been heard."""
        given = wanted.parameters
        async with self._database.work(wanted.tenant) as work:
            library, sounds = await self._found(work, given)
            chosen = [category for category in library.categories if category.id == given["category"]]
            pieces = heard(chosen[0], given["language"], sounds) if chosen else []
            at = max(int(given["at"]), 0)
            if at >= len(pieces):
                if library.caller:
                    await store.drop_bookmark(work, library.id, library.caller)
                return {"over": True}
            piece = pieces[at]
            offset_s = float(given["offset_s"]) if float(given["offset_s"]) < piece.duration_s else 0.0
            await self._mark(work, library, str(given["category"]), piece.prompt, offset_s)
        about = {"prompt": piece.prompt, "language": piece.language, "duration_s": piece.duration_s}
        return {"at": at, "of": len(pieces), "offset_s": offset_s, **about}

    async def mark(self, wanted: Wanted) -> None:
        """He has come so far in a piece."""
        given = wanted.parameters
        async with self._database.work(wanted.tenant) as work:
            library, _ = await self._found(work, given)
            await self._mark(work, library, str(given["category"]), str(given["prompt"]), float(given["offset_s"]))

    async def _found(self, work: Work, given: Any) -> tuple[_Library, Sounds]:
        id, categories = await self._libraries.named(work, str(given["library"]))
        caller = number_or_none(str(given["caller"] or "")) if given["bookmarks"] else None
        return _Library(id, categories, caller or ""), await self._prompts.sounds(work)

    async def _mark(self, work: Work, library: _Library, category: str, prompt: str, offset_s: float) -> None:
        if library.caller:
            values = {"category": category, "prompt": prompt, "offset_s": offset_s, "at": self._clock.now()}
            await store.keep_bookmark(work, library.id, library.caller, values)


def _offered(category: Category, language: str, sounds: Sounds) -> dict[str, Any]:
    name = sound_of(category.prompt, language, sounds)
    said = {"prompt": name.prompt, "language": name.language} if name else {"prompt": "", "language": language}
    return {"id": category.id, **said}


def _place(
    kept: dict[str, Any] | None, categories: list[Category], language: str, sounds: Sounds
) -> dict[str, Any] | None:
    """Where a bookmark lies now; None where there is none, or what it marked is not there any more."""
    for category in categories if kept else ():
        for at, piece in enumerate(heard(category, language, sounds)):
            if kept and (category.id, piece.prompt) == (kept["category"], kept["prompt"]):
                return {"category": category.id, "at": at, "offset_s": kept["offset_s"]}
    return None
