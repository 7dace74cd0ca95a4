"""The web pages, built by npm from `web/` into the Python package, and only when their sources have changed."""

import hashlib
from pathlib import Path

from rich.console import Console

from rexian.main import node
from rexian.main.place import BUILT_WEB, WEB

PACKAGES_STAMP = WEB / "node_modules" / ".rexian-stamp"
BUILD_STAMP = BUILT_WEB / ".rexian-stamp"
NOT_SOURCES = {"node_modules", "dist", "test-results", "coverage"}


def install_packages(console: Console) -> None:
    """Bring `node_modules` to what the lock file says."""
    want = _hash([WEB / "package.json", WEB / "package-lock.json"])
    if _read(PACKAGES_STAMP) == want:
        return
    with console.status("Installing the web's packages …"):
        node.npm(["install", "--no-save", "--no-audit", "--no-fund"], folder=WEB)  # as the lock says, on any platform
    PACKAGES_STAMP.write_text(want, encoding="utf-8")


def build_if_changed(console: Console) -> bool:
    """Build the pages when their sources differ from those of the last build; says whether it did."""
    if not (WEB / "package.json").exists():
        return False
    want = _hash(_sources())
    if _read(BUILD_STAMP) == want:
        return False
    install_packages(console)
    with console.status("Building the web pages …"):
        node.npm(["run", "build"], folder=WEB)
    BUILD_STAMP.parent.mkdir(parents=True, exist_ok=True)
    BUILD_STAMP.write_text(want, encoding="utf-8")
    return True


def _sources() -> list[Path]:
    folders = [path for path in WEB.iterdir() if path.name not in NOT_SOURCES]
    files = [file for path in folders for file in ([path] if path.is_file() else path.rglob("*"))]
    return sorted(file for file in files if file.is_file())


def _hash(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(WEB)).encode() + b"\0")
        digest.update(file.read_bytes() if file.exists() else b"-")
    return digest.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="utf-8") if stamp.exists() else ""
