"""What can be done with the documents that callers can have faxed."""

import asyncio
import hashlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from rexian.core.errors import Invalid, NotFound
from rexian.core.ids import FaxDocumentId
from rexian.flows.model import Choice
from rexian.flows.service import Flows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.library import store
from rexian.library.events import FaxDocumentChanged
from rexian.library.tables import fax_documents
from rexian.telephony.fax_pages import DOCUMENTS, to_pdf
from rexian.telephony.prompts import Prompts
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register
from rexian.tenants.service import Tenants

MOST_PAGES = 30
LARGEST_FAX = 1_500_000
"""Bytes: about 14 minutes at 14,400 bit/s (V.17, T.38's usual pace); a flow lets a fax last 15 unless it says so."""
WITHIN_S = 90.0
NAME = 200


class Rendered(NamedTuple):
    pages: int
    tiff: bytes


class FaxDocuments:
    """Keeps fax documents: rows with what callers key, pages in `<folder>/<tenant>/_faxes/<id>.tiff` for the switch.

    `flows` tells whether one is still named by a published flow, `prompts` what can say its name.
    """

    def __init__(self, folder: Path, tenants: Tenants, flows: Flows, prompts: Prompts) -> None:
        self._folder = folder
        self._tenants = tenants
        self._flows = flows
        self._prompts = prompts
        self._turn = asyncio.Semaphore(1)  # one upload is rendered at a time: it may take a core and much memory
        self._register = Register(
            fax_documents,
            "fax_document",
            fact=lambda id: FaxDocumentChanged(document=FaxDocumentId(id)),
            search=("number", "name"),
            sort=("number", "name"),
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, document: FaxDocumentId) -> dict[str, Any]:
        return await self._register.get(work, document)

    async def add(
        self, work: Work, by: Principal | None, values: Values, *, id: FaxDocumentId | None = None
    ) -> dict[str, Any]:
        await self._require_prompt(work, values)
        return await self._register.add(work, by, values, id=id)

    async def change(self, work: Work, by: Principal | None, document: FaxDocumentId, values: Values) -> dict[str, Any]:
        await self._require_prompt(work, values)
        return await self._register.change(work, by, document, values)

    async def remove(self, work: Work, by: Principal | None, document: FaxDocumentId) -> None:
        row = await self._register.get(work, document)
        await self._flows.require_unused(work, "fax_document", (document, row["number"]))
        await self._register.remove(work, by, document)
        path = await self._path(work, document)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    async def keep_pages(
        self, work: Work, by: Principal | None, document: FaxDocumentId, upload: bytes, *, file_name: str
    ) -> dict[str, Any]:
        """Keep what was uploaded (PDF, or a picture) as the document's pages; raises `Invalid` with what is wrong."""
        await self._register.get(work, document)
        async with self._turn:
            rendered = await rendered_from(upload)
        about = {"pages": rendered.pages, "size": len(rendered.tiff), "file_name": file_name[:NAME]}
        values = {**about, "sha256": hashlib.sha256(rendered.tiff).hexdigest()}
        after = await self._register.change(work, by, document, values)
        await asyncio.to_thread(_write, await self._path(work, document), rendered.tiff)
        return after

    async def pages(self, work: Work, document: FaxDocumentId) -> bytes:
        """The pages as they are faxed, as a PDF; raises `NotFound` when it has none yet."""
        await self._register.get(work, document)
        path = await self._path(work, document)
        if not await asyncio.to_thread(path.is_file):
            raise NotFound("fax_document.no_pages", "This document has no pages yet; upload a PDF or a picture.")
        return await asyncio.to_thread(_as_pdf, path)

    async def _require_prompt(self, work: Work, values: Values) -> None:
        key = values.get("prompt")
        if key and key not in await self._prompts.keys(work):
            message = f"There is no prompt {key!r} of your own; make it first."
            raise Invalid("fax_document.unknown_prompt", message, key=key)

    async def _path(self, work: Work, document: FaxDocumentId) -> Path:
        slug = str((await self._tenants.describe(work))["slug"])
        return self._folder / slug / DOCUMENTS / f"{document}.tiff"


async def rendered_from(upload: bytes) -> Rendered:
    """The pages of an upload, as the switch sends them. Raises `Invalid` with what is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="rexian-document-") as folder:
        given, tiff = Path(folder) / "upload", Path(folder) / "pages.tiff"
        await asyncio.to_thread(given.write_bytes, upload)
        told = await _ask(str(given), str(tiff), str(MOST_PAGES))
        if "refused" in told:
            raise _refusal(told["refused"])
        content = await asyncio.to_thread(tiff.read_bytes)
    if len(content) > LARGEST_FAX:
        message = "Faxing this would take more than a quarter of an hour: use fewer pages, and no photographs."
        raise Invalid("fax_document.too_long", message, size=len(content), largest=LARGEST_FAX)
    return Rendered(told["pages"], content)


async def _ask(*arguments: str) -> dict[str, Any]:
    """What `rendering` says in a process of its own; raises `Invalid` when the file is too much for it."""
    command = (sys.executable, "-m", "rexian.library.rendering", *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(WITHIN_S):
            said, _ = await process.communicate()
    except TimeoutError:
        said = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    try:
        told: dict[str, Any] = msgspec.json.decode(said)
    except msgspec.DecodeError:
        message = "This file takes too much time or memory to be drawn; save it anew, as plain black and white pages."
        raise Invalid("fax_document.too_hard", message) from None
    return told


def _refusal(reason: str) -> Invalid:
    if reason == "kind":
        return Invalid("fax_document.kind", "This is no PDF, PNG, JPEG, TIFF, WebP or BMP file.")
    if reason == "encrypted":
        return Invalid("fax_document.encrypted", "This PDF is locked by a password; save it without one.")
    if reason == "pages":
        message = f"This has more than {MOST_PAGES} pages; a document that can be faxed has at most so many."
        return Invalid("fax_document.too_many_pages", message, most=MOST_PAGES)
    return Invalid("fax_document.unreadable", "This file is damaged and cannot be read; save or scan it anew.")


def _write(path: Path, content: bytes) -> None:
    """In one step: a fax that is being sent goes on with the pages that it began with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def _as_pdf(tiff: Path) -> bytes:
    with tempfile.TemporaryDirectory(prefix="rexian-document-") as folder:
        pdf = Path(folder) / "pages.pdf"
        to_pdf(tiff, pdf)
        return pdf.read_bytes()


async def names(work: Work) -> set[str]:
    """What flows may call fax documents: their ids and their numbers."""
    return {name for row in await store.documents(work) for name in (row["id"], row["number"])}


async def filled_names(work: Work) -> set[str]:
    """The same of those that have pages."""
    found = [row for row in await store.documents(work) if row["pages"]]
    return {name for row in found for name in (row["id"], row["number"])}


async def choices(work: Work) -> list[Choice]:
    """The fax documents, for people who draw flows. Flows name them by id, so that they may be renumbered."""
    return [
        Choice(name=row["id"], label=f"{row['number']} {row['name']}", aliases=(row["number"],))
        for row in await store.documents(work)
    ]
