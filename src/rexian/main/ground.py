"""The ground `up` stands on: ports, room on the disk, a data folder that is ours, free, and not of a newer version."""

import errno
import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rexian.core.errors import Conflict, Unavailable
from rexian.main.settings import Settings

FORMAT = 1
"""Raised when an older program could no longer use the data folder; the database has its own steps (migrations)."""
ROOM_NEEDED = 300 * 2**20
PRIVATE = ("asterisk", "blobs", "logs", "recordings")
"""Folders of what callers say, what programs log, and passwords."""


def require_ports(settings: Settings) -> None:
    """Raises `Conflict` when a port is taken, or its address is none of ours; SIP is where our switch is."""
    doors = [("web", settings.web.bind, settings.web.port, socket.SOCK_STREAM)]
    if not settings.asterisk.ari_url:
        doors.append(("sip", settings.sip.bind, settings.sip.port, socket.SOCK_DGRAM))
    for name, address, port, kind in doors:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as door:
            if kind == socket.SOCK_STREAM:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((address, port))
            except (OSError, UnicodeError) as error:
                raise Conflict("up.port_taken", _why_no_port(error, name, address, port), port=port) from error


def _why_no_port(error: OSError | UnicodeError, name: str, address: str, port: int) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return (
            f"Port {port} cannot be used ({os.strerror(errno.EADDRINUSE)}): stop the program that holds it, "
            f"or choose another one with --{name}-port."
        )
    if number in (errno.EACCES, errno.EPERM):
        return f"Port {port} is for root alone: choose one above 1023 with --{name}-port."
    reason = (error.strerror if isinstance(error, OSError) else None) or "no address"
    return (
        f"This machine cannot listen on {address} ({reason}): give an address of its own "
        f"with REXIAN_{name.upper()}__BIND, such as 127.0.0.1, or 0.0.0.0 for all."
    )


def require_room(folder: Path) -> None:
    """Raises `Unavailable` when the disk is as good as full."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < ROOM_NEEDED:
        raise Unavailable(
            "up.no_room",
            f"Only {free // 2**20} MB are free at {there}, and {ROOM_NEEDED // 2**20} MB are needed: "
            "make room, or choose another place with --data.",
        )


def keep_to_ourselves(settings: Settings) -> None:
    """Close the private folders to the machine's other users, but not where Asterisk itself may be one of them."""
    if settings.asterisk.ari_url:
        return
    for name in PRIVATE:
        folder = settings.data / name
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)


def tell_ports(settings: Settings) -> None:
    """Say in the claimed data folder at which ports it is served, for whoever wants to call in."""
    ports = {"web__port": settings.web.port, "sip__port": settings.sip.port}
    (settings.data / "ports.json").write_text(json.dumps(ports))


def ports_in_use(folder: Path) -> dict[str, int]:
    """The ports of the system that runs on this folder (`web__port`, `sip__port`); empty when none does."""
    try:
        with (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        with suppress(OSError, ValueError):
            return dict(json.loads((folder / "ports.json").read_text()))
    except OSError:
        pass
    return {}


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process alone; a folder that was made for nothing is taken away again.

    Raises `Conflict` when another `up` holds it or a newer version made it, `Unavailable` when it cannot be written.
    """
    fresh = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise Unavailable(
            "up.no_folder", f"The data folder {folder} cannot be used: {error.strerror}. Choose another with --data."
        ) from error
    try:
        _take(lock, folder)
        _require_known_format(folder)
        (folder / "logs").mkdir(exist_ok=True)
        yield
    finally:
        os.close(lock)
        if fresh and not (folder / "postgres").exists():
            _take_away(folder)


def _take(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode().strip() or "unknown"
        raise Conflict(
            "up.running_already",
            f"Rexian is running on the data folder {folder} already (process {holder}): "
            "stop that one first, or choose another folder with --data.",
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)


def _require_known_format(folder: Path) -> None:
    path = folder / "format"
    if not path.exists():
        path.write_text(f"{FORMAT}\n")
    made = path.read_bytes()[:40].decode(errors="replace").strip()
    if not (made.isascii() and made.isdecimal()):
        raise Conflict(
            "up.format_unreadable",
            f"The file {path} holds {made!r} and not the number of a format: it is damaged, or another program's. "
            f"If the data is Rexian's, write {FORMAT} into it (or take the file from a backup); "
            "if it is not, choose another folder with --data.",
        )
    if int(made) > FORMAT:
        raise Conflict(
            "up.newer_data",
            f"The data folder {folder} was made by a newer version of Rexian (format {made}; this one knows {FORMAT}): "
            "start that version, or choose another folder with --data.",
        )


def _take_away(folder: Path) -> None:
    """Only what this start made itself, so that a folder never goes with somebody's files in it."""
    for name in ("lock", "format", "ports.json"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "logs", ignore_errors=True)
    for name in PRIVATE:
        with suppress(OSError):  # not there, or something is in it
            (folder / name).rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()
