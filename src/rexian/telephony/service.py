"""What can be done with numbers, trunks and prompts."""

import asyncio
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from rexian.core.errors import Invalid, NotFound, Unavailable
from rexian.core.ids import NumberId, PromptId, TrunkId, uuid7
from rexian.core.numbers import normal_number
from rexian.flows.model import Choice
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.infra.secrets import Secrets
from rexian.telephony import audio, store
from rexian.telephony.changes import NumberChanged, PromptChanged, TrunkChanged
from rexian.telephony.ports import Trunk
from rexian.telephony.tables import numbers, prompts, trunks
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register
from rexian.tenants.service import Tenants

log = structlog.stdlib.get_logger()
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?")
_NETWORK = re.compile(r"[0-9A-Fa-f.:]+(?:/\d{1,3})?")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PLAIN = re.compile(r"[\x21-\x7e]{0,128}")
CODECS = ("alaw", "ulaw")
"""G.711 only: `docs/decisions/0009-one-sampling-rate.md`."""
LANGUAGES = ("zh", "en")
SAID = "say-"
"""How the keys of texts begin that flows say; a tenant's own prompts may not."""
HEARD = "heard-"
"""The same of recordings that callers are let hear."""
HEARD_DAYS = 1


class Numbers:
    """Keeps the numbers that customers call."""

    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants
        self._register = Register(
            numbers,
            "number",
            fact=lambda id: NumberChanged(number=NumberId(id)),
            search=("number", "name"),
            sort=("number", "name"),
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def every(self, work: Work) -> Sequence[dict[str, Any]]:
        """All numbers, for the floor: `{id, number, name, flow_id, caller_name, runs_draft}`."""
        return await store.every(work, numbers)

    async def get(self, work: Work, number: NumberId) -> dict[str, Any]:
        return await self._register.get(work, number)

    async def add(self, work: Work, by: Principal | None, values: Values, *, id: str | None = None) -> dict[str, Any]:
        return await self._register.add(work, by, await self._normal(work, values), id=id)

    async def change(self, work: Work, by: Principal | None, number: NumberId, values: Values) -> dict[str, Any]:
        return await self._register.change(work, by, number, await self._normal(work, values))

    async def remove(self, work: Work, by: Principal | None, number: NumberId) -> None:
        await self._register.remove(work, by, number)

    async def _normal(self, work: Work, values: Values) -> dict[str, Any]:
        if "number" not in values:
            return dict(values)
        country = (await self._tenants.settings(work)).country
        return {**values, "number": normal_number(values["number"], country)}


class Trunks:
    """Keeps the ways to and from the public network. Their secrets go in, and come out for the switch only."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._register = Register(trunks, "trunk", fact=lambda id: TrunkChanged(trunk=TrunkId(id)))

    async def list(self, work: Work, listing: Listing) -> Page:
        found = await self._register.list(work, listing)
        return Page([_shown(row) for row in found.items], found.total)

    async def get(self, work: Work, trunk: TrunkId) -> dict[str, Any]:
        return _shown(await self._register.get(work, trunk))

    async def for_switch(self, work: Work) -> Sequence[Trunk]:
        """All trunks with their secrets. One whose secret is unreadable stays out, and is told of."""
        found = []
        for row in await store.every(work, trunks):
            try:
                found.append(self._trunk(row))
            except Unavailable:
                log.error("A trunk's secret cannot be opened; the trunk stays out.", trunk=row["id"])
        return found

    async def every(self, work: Work) -> Sequence[dict[str, Any]]:
        """`id`, `name` and `host` of all trunks, for the floor."""
        return [{name: row[name] for name in ("id", "name", "host")} for row in await store.every(work, trunks)]

    async def default(self, work: Work) -> TrunkId | None:
        """The trunk that outside calls leave by."""
        return await store.default_trunk(work)

    async def add(self, work: Work, by: Principal | None, values: Values, *, id: str | None = None) -> dict[str, Any]:
        trunk = id or uuid7()
        row = await self._row(work, trunk, values)
        return _shown(await self._register.add(work, by, row, id=trunk))

    async def change(self, work: Work, by: Principal | None, trunk: TrunkId, values: Values) -> dict[str, Any]:
        row = await self._row(work, trunk, values)
        return _shown(await self._register.change(work, by, trunk, row))

    async def remove(self, work: Work, by: Principal | None, trunk: TrunkId) -> None:
        await self._register.remove(work, by, trunk)

    async def _row(self, work: Work, trunk: str, values: Values) -> dict[str, Any]:
        _check_trunk(values)
        row = dict(values)
        if row.get("secret"):
            row["secret"] = self._secrets.seal(row["secret"], _context(trunk))
        if row.get("default"):
            await store.no_default_trunk(work)
        return row

    def _trunk(self, row: dict[str, Any]) -> Trunk:
        return Trunk(
            id=row["id"],
            host=row["host"],
            hosts=tuple(row["hosts"]),
            register=row["register"],
            username=row["username"],
            secret=self._secrets.open(row["secret"], _context(row["id"])) if row["secret"] else "",
            codecs=tuple(row["codecs"]),
        )


class Prompts:
    """Keeps what callers hear: texts in rows, sound in `<folder>/<tenant>/<language>/<key>.wav` for the switch."""

    def __init__(self, folder: Path, tenants: Tenants, *, can_speak: bool = False) -> None:
        self._folder = folder
        self._tenants = tenants
        self.can_speak = can_speak
        self._register = Register(
            prompts,
            "prompt",
            fact=lambda id: PromptChanged(prompt=PromptId(id)),
            search=("key", "name"),
            sort=("key", "name"),
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def keys(self, work: Work) -> set[str]:
        """What flows may call the tenant's own prompts."""
        return {row["key"] for row in await store.every(work, prompts)}

    async def sounds(self, work: Work) -> dict[str, dict[str, float]]:
        """The tenant's own prompts that have a sound: by key and language, how many seconds it lasts."""
        found = await store.renderings(work)
        return {key: {language: each["duration_s"] for language, each in files.items()} for key, files in found}

    async def choices(self, work: Work) -> Sequence[Choice]:
        """The tenant's own prompts, for people who draw flows."""
        found = await store.every(work, prompts)
        return [Choice(name=row["key"], label=row["name"], texts=row["texts"]) for row in found]

    async def by_key(self, work: Work, key: str) -> PromptId:
        """The tenant's own prompt of this key; raises `NotFound`."""
        for row in await store.every(work, prompts):
            if row["key"] == key:
                return PromptId(row["id"])
        raise NotFound("prompt.not_found", f"There is no prompt {key!r} of your own; make it first.", key=key)

    async def get(self, work: Work, prompt: PromptId) -> dict[str, Any]:
        return await self._register.get(work, prompt)

    async def add(self, work: Work, by: Principal | None, values: Values, *, id: str | None = None) -> dict[str, Any]:
        if not _KEY.fullmatch(values["key"]) or values["key"].startswith((SAID, HEARD)):
            message = "A prompt's key has 1 to 64 of a-z, 0-9, '-' and '_'; it begins neither say- nor heard-."
            raise Invalid("prompt.key", message, key=values["key"])
        return await self._register.add(work, by, values, id=id)

    async def change(self, work: Work, by: Principal | None, prompt: PromptId, values: Values) -> dict[str, Any]:
        """The key stays: flows name it."""
        return await self._register.change(work, by, prompt, values)

    async def remove(self, work: Work, by: Principal | None, prompt: PromptId) -> None:
        row = await self._register.get(work, prompt)
        await self._register.remove(work, by, prompt)
        for language in row["files"]:
            path = await self._path(work, row["key"], language)
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def keep_audio(
        self, work: Work, by: Principal | None, prompt: PromptId, language: str, sound: bytes, *, source: str = "upload"
    ) -> dict[str, Any]:
        """Keep `sound` (any common format) as the prompt's rendering in `language`; `source`: upload|speech|phone."""
        row = await self._register.get(work, prompt)
        path = await self._path(work, row["key"], language)
        wav = await asyncio.to_thread(audio.normalised, sound)
        about = {"duration_s": audio.duration_s(wav), "source": source}
        after = await self._register.change(work, by, prompt, {"files": {**row["files"], language: about}})
        await asyncio.to_thread(_write, path, wav)
        return after

    async def audio_file(self, work: Work, prompt: PromptId, language: str) -> Path:
        """Where the sound is; raises `NotFound` when the prompt has none in `language`."""
        row = await self._register.get(work, prompt)
        path = await self._path(work, row["key"], language)
        if language not in row["files"] or not await asyncio.to_thread(path.is_file):
            raise NotFound("prompt.no_audio", f"This prompt has no sound in {language} yet.", language=language)
        return path

    async def speak(self, work: Work, prompt: PromptId, language: str) -> None:
        """Have the prompt's text spoken by a voice; the job `prompts.speak` makes the sound."""
        row = await self._register.get(work, prompt)
        if not row["texts"].get(language, "").strip():
            raise Invalid("prompt.no_text", f"This prompt has no text in {language} yet.", language=language)
        work.defer("prompts.speak", prompt=prompt, language=language)

    # --- texts that flows say

    async def said_place(self, work: Work, key: str, language: str) -> Path:
        """Where a spoken text lies, or will."""
        return await self._path(work, key, language)

    async def keep_said(self, work: Work, key: str, language: str, sound: bytes) -> None:
        path = await self._path(work, key, language)
        wav = await asyncio.to_thread(audio.normalised, sound)
        await asyncio.to_thread(_write, path, wav)

    async def sweep_said(self, days: int) -> int:
        """Throw away spoken texts that were not used for so long, and what was heard of recordings before yesterday.

        How many there were.
        """
        now = time.time()
        said = await asyncio.to_thread(_sweep, self._folder, SAID, now - days * 86400)
        return said + await asyncio.to_thread(_sweep, self._folder, HEARD, now - HEARD_DAYS * 86400)

    async def _path(self, work: Work, key: str, language: str) -> Path:
        if language not in LANGUAGES:
            raise Invalid("prompt.language", f"Prompts speak {' and '.join(LANGUAGES)}.", language=language)
        slug = str((await self._tenants.describe(work))["slug"])
        return self._folder / slug / language / f"{key}.wav"


def _check_trunk(values: Values) -> None:
    for name, pattern in (("host", _HOST), ("username", _PLAIN), ("secret", _PLAIN)):
        if values.get(name) and not pattern.fullmatch(values[name]):
            raise Invalid("trunk.field", f"The trunk's {name} has characters that cannot stand there.", field=name)
    for host in values.get("hosts") or ():
        if not (_HOST.fullmatch(host) or _NETWORK.fullmatch(host)):
            raise Invalid("trunk.field", f"“{host}” is neither an address nor a network.", field="hosts")
    unknown = sorted(set(values.get("codecs") or ()) - set(CODECS))
    if unknown:
        raise Invalid("trunk.codec", f"There is no codec {unknown[0]!r}; choose among {', '.join(CODECS)}.")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Whether there is a secret may be known; the secret not."""
    return {**{name: value for name, value in row.items() if name != "secret"}, "has_secret": bool(row["secret"])}


def _context(trunk: str) -> str:
    return f"trunk:{trunk}"


def _sweep(folder: Path, kind: str, before: float) -> int:
    old = [path for path in folder.glob(f"*/*/{kind}*.wav") if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _write(path: Path, wav: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(wav)
    draft.replace(path)
