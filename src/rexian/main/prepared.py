"""Remembers what the database of a data folder has been prepared for, so that a usual start need not look."""

import hashlib
from pathlib import Path

from rexian import __version__, infra
from rexian.main import demo as demonstration
from rexian.main.settings import Settings

SOURCES = (Path(infra.__file__).parent / "migrations" / "versions", Path(demonstration.__file__).parent)


class Prepared:
    """Holds when the same version, with the same steps and the same wish for a demonstration, has prepared it before.

    A database that is not ours alone (given by its URL) may have changed meanwhile: it is always looked at.
    """

    def __init__(self, settings: Settings, *, demo: bool) -> None:
        self._known = settings.data / "prepared"
        self._ours = not settings.postgres.url
        self._want = f"{__version__} {'demo' if demo else 'plain'} {_sources()}\n"

    def holds(self) -> bool:
        return self._ours and self._known.exists() and self._known.read_text() == self._want

    def remember(self) -> None:
        self._known.write_text(self._want)


def _sources() -> str:
    digest = hashlib.sha256()
    for folder in SOURCES:
        for file in sorted(folder.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
