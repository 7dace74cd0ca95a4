"""Where Asterisk comes from: the machine's own when it is new enough, else a private copy unpacked from Debian.

The private copy needs no root and changes nothing on the machine: a private apt state downloads the packages (checked
by the host's Debian archive keyring), `dpkg-deb -x` unpacks them into one folder, and the copy's own loader runs them.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rexian.core.errors import Unavailable

OLDEST = 20
STAMP = "rexian-runtime.json"

Progress = Callable[[str, int, int], None]
"""Told (phase, done, total); phases are `index`, `download`, `unpack`."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """An Asterisk that can be started: the words that run it, and where its modules and shared data lie."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    version: str


def shared_folder() -> Path:
    """Where private copies are kept, so that several data folders share one."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "rexian"


def on_path() -> Runtime | None:
    """The machine's own Asterisk, when there is one that is new enough."""
    program = shutil.which("asterisk")
    if program is None:
        return None
    version = _version((program,))
    modules = _system_modules(Path(program))
    if version is None or modules is None or int(version.split(".")[0]) < OLDEST:
        return None
    data = next((p for p in (Path("/usr/share/asterisk"), Path("/var/lib/asterisk")) if p.is_dir()), modules.parent)
    return Runtime(command=(program,), modules=modules, data=data, version=version)


def unpacked(folder: Path) -> Runtime | None:
    """The private copy in `folder`, or None when there is none; raises `Unavailable` when it is damaged."""
    if not folder.exists():
        return None
    try:
        stamp = json.loads((folder / STAMP).read_text())
        runtime = assembled(folder)
    except (OSError, ValueError, StopIteration):
        raise _damaged(folder) from None
    if stamp.get("contents") != contents(folder) or runtime.version != stamp.get("version"):
        raise _damaged(folder)
    return runtime


def assembled(root: Path) -> Runtime:
    """The Asterisk unpacked under `root`, after it has told its version; raises `StopIteration` when a part lacks."""
    libraries = next(path for path in (root / "usr/lib").glob("*-linux-gnu*") if (path / "libc.so.6").exists())
    loader = next(path for path in sorted(libraries.glob("ld-linux*.so.*")))
    command = (str(loader), "--library-path", str(libraries), str(root / "usr/sbin/asterisk"))
    version = _version(command)
    if version is None:
        raise StopIteration
    return Runtime(
        command=command, modules=libraries / "asterisk/modules", data=root / "usr/share/asterisk", version=version
    )


def contents(root: Path) -> list[int]:
    """How many files lie under `root` and how many bytes they have: what a torn copy cannot keep."""
    sizes = [
        (Path(folder) / name).lstat().st_size for folder, _, names in os.walk(root) for name in names if name != STAMP
    ]
    return [len(sizes), sum(sizes)]


def _system_modules(program: Path) -> Path | None:
    prefix = program.resolve().parent.parent
    known = [prefix / "lib/asterisk/modules", *sorted((prefix / "lib").glob("*/asterisk/modules"))]
    return next((path for path in known if path.is_dir()), None)


def _version(command: tuple[str, ...]) -> str | None:
    try:
        told = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"Asterisk (\d+[^\s]*)", told.stdout)
    return found.group(1) if told.returncode == 0 and found else None


def _damaged(folder: Path) -> Unavailable:
    return Unavailable(
        "voice.runtime_damaged",
        f"The voice engine in {folder} is damaged. Delete that folder and start again; it will be fetched anew.",
        folder=str(folder),
    )
