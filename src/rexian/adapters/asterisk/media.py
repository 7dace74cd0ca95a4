"""Finds what is to be played (a prompt's file, a tone, silence of any length), and the documents that are faxed."""

import re
import wave
from pathlib import Path

from rexian.core.errors import Invalid, NotFound
from rexian.telephony.fax_pages import DOCUMENTS

BUILT_IN = "_built-in"
RATE = 8000
_NAME = re.compile(r"[\w.-]+")


class MediaFiles:
    """`<folder>/<tenant>/<language>/<key>`, else the built-in one; Asterisk chooses among the formats there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def media(self, name: str, *, tenant: str, language: str) -> str:
        """The name by which Asterisk knows it; raises `NotFound` when there is no such prompt."""
        kind, _, value = name.partition(":")
        if kind == "prompt":
            return f"sound:{self._prompt(value, tenant=tenant, language=language)}"
        if kind == "silence":
            return f"sound:{self._silence(int(value))}"
        if kind == "tone" and _NAME.fullmatch(value):
            return f"tone:{value}"
        raise Invalid("voice.unknown_media", f"{name} cannot be played: it is no prompt, tone or silence.", media=name)

    def tune(self, key: str, *, tenant: str) -> Path | None:
        """A prompt of the tenant's own in whatever language it has a sound in; None: in none."""
        if not _NAME.fullmatch(key) or not _NAME.fullmatch(tenant):
            return None
        here = (folder / key for folder in sorted((self._folder / tenant).glob("*")))
        return next((path for path in here if _exists(path)), None)

    def document(self, key: str, *, tenant: str) -> Path:
        """A document of the tenant's own that can be faxed; raises `NotFound` when there is none of this key."""
        path = self._folder / tenant / DOCUMENTS / f"{key}.tiff"
        if not (_NAME.fullmatch(key) and _NAME.fullmatch(tenant) and path.is_file()):
            raise NotFound("fax.no_document", f"There is no document {key} to be faxed.", document=key)
        return path

    def _prompt(self, key: str, *, tenant: str, language: str) -> Path:
        if not all(_NAME.fullmatch(part) for part in (key, language, tenant or BUILT_IN)):
            raise Invalid("voice.unknown_media", f"{key} is not the key of a prompt.", media=key)
        for owner in filter(None, (tenant, BUILT_IN)):
            path = self._folder / owner / language / key
            if _exists(path):
                return path
        raise NotFound("voice.no_prompt", f"The prompt {key} has no sound in {language}.", key=key, language=language)

    def _silence(self, ms: int) -> Path:
        path = self._folder / BUILT_IN / "silence" / str(ms)
        if not _exists(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            making = path.with_suffix(".making")
            with wave.open(str(making), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(bytes(2 * RATE * ms // 1000))
            making.rename(path.with_suffix(".wav"))
        return path


def _exists(path: Path) -> bool:
    return any(path.with_name(path.name + ending).exists() for ending in (".wav", ".ulaw", ".alaw"))
