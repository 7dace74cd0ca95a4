"""Blobs: recordings and files, in a folder. Rows elsewhere hold the key, the size and the SHA-256."""

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from rexian.core.errors import Invalid, NotFound

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")
_CHUNK = 256 * 1024


class Blob(msgspec.Struct, frozen=True):
    """A stored file. `key` is `<tenant>/<area>/<name>`."""

    key: str
    size: int
    sha256: str


class Blobs:
    """Keeps blobs under `folder`. A blob appears whole or not at all, and is replaced in one step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, content: bytes | AsyncIterator[bytes]) -> Blob:
        """Store `content` under `key`."""
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        draft, digest, size = Path(name), hashlib.sha256(), 0
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in _chunks(content):
                    digest.update(chunk)
                    size += len(chunk)
                    await asyncio.to_thread(file.write, chunk)
                await asyncio.to_thread(_settle, file, draft, target)
        finally:
            await asyncio.to_thread(draft.unlink, missing_ok=True)
        return Blob(key, size, digest.hexdigest())

    async def put_file(self, key: str, source: Path) -> Blob:
        """Store a copy of a local file under `key`."""
        return await self.put(key, _read(source, 0))

    async def get(self, key: str) -> bytes:
        return await asyncio.to_thread(self._existing(key).read_bytes)

    def size(self, key: str) -> int:
        return self._existing(key).stat().st_size

    def range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in chunks."""
        return _read(self._existing(key), max(start, 0), end)

    async def delete(self, key: str) -> None:
        """Remove a blob; one that is gone already is no error."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise Invalid("blob.key", "A blob's key is made of names joined by '/', none of which begins with a dot.")
        return self._folder / key

    def _existing(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise NotFound("blob.not_found", "The file is no longer there.")
        return path


async def _chunks(content: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    async for chunk in content:
        yield chunk


async def _read(path: Path, start: int, end: int | None = None) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = (os.fstat(file.fileno()).st_size if end is None else end) - start
        while left > 0:
            chunk = await asyncio.to_thread(file.read, min(_CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk


def _settle(file: BinaryIO, draft: Path, target: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    draft.replace(target)
