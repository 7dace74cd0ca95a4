"""Fax documents looked up for flows, beside the call."""

from typing import Any

from rexian.core.errands import Wanted
from rexian.infra.database import Database
from rexian.library import store
from rexian.library.model import sound_of
from rexian.telephony.prompts import Prompts

MOST_LISTED = 20
"""Nobody listens to more."""


class FaxDocumentErrands:
    """`fax_document.find` and `fax_document.list`. A document without pages is not there for callers."""

    def __init__(self, database: Database, prompts: Prompts) -> None:
        self._database = database
        self._prompts = prompts

    async def find(self, wanted: Wanted) -> dict[str, Any] | None:
        """The document of this number, or named so by a flow (`document`: its id or number); None: there is none."""
        number = str(wanted.parameters.get("number") or "").strip()
        named = str(wanted.parameters.get("document") or "")
        async with self._database.work(wanted.tenant) as work:
            for row in await store.documents(work):
                if row["pages"] and (named in (row["id"], row["number"]) or number == row["number"]):
                    return {name: row[name] for name in ("id", "number", "name", "pages")}
        return None

    async def list(self, wanted: Wanted) -> list[dict[str, str]]:
        """Numbers, the lowest first, and the prompt that says the name, where there is one that can be heard."""
        language = str(wanted.parameters["language"])
        async with self._database.work(wanted.tenant) as work:
            sounds = await self._prompts.sounds(work)
            found = [row for row in await store.documents(work) if row["pages"]][:MOST_LISTED]
        listed = []
        for row in found:
            name = sound_of(row["prompt"], language, sounds)
            said = {"prompt": name.prompt, "language": name.language} if name else {"prompt": "", "language": language}
            listed.append({"number": row["number"], **said})
        return listed
