"""Makes the private copy of Asterisk: a private apt state, a download, an unpacking, and only then the final name."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from rexian.adapters.asterisk.runtime import (
    STAMP,
    Progress,
    Runtime,
    assembled,
    contents,
    on_path,
    shared_folder,
    unpacked,
)
from rexian.core.errors import Unavailable

SUITE = "forky"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SPACE_NEEDED = 600 * 1024 * 1024
RECIPE = 1
"""Raised when the way a copy is made changes, so that an older copy is not taken for a new one."""


def quiet(phase: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def provided(folder: Path | None = None, progress: Progress = quiet) -> Runtime:
    """An Asterisk to run: the machine's, or the private copy, made now when it is missing.

    Raises `Unavailable` with what to do. A `folder` given is used before the machine's own.
    """
    runtime = on_path() if folder is None else None
    return runtime or private(folder, progress)


def private(folder: Path | None = None, progress: Progress = quiet) -> Runtime:
    """The private copy, made now when it is missing. Many may ask at once: one makes it and the others wait."""
    home = folder or shared_folder() / f"asterisk-{SUITE}-{os.uname().machine}-{RECIPE}"
    return unpacked(home) or _made(home, progress)


def _made(home: Path, progress: Progress) -> Runtime:
    _require_tools()
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with _alone(home):
            runtime = unpacked(home)
            if runtime is None:
                _make(home, progress)
                runtime = unpacked(home)
    except OSError as error:
        raise Unavailable(
            "voice.runtime_no_folder",
            f"The voice engine cannot be written to {home}: {error.strerror}. Make room there or name another folder.",
            folder=str(home),
        ) from None
    assert runtime is not None, "a copy just made is there"
    return runtime


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the lock of `home`, and sweep away what a killed maker left."""
    with (home.parent / f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in home.parent.glob(f".{home.name}.making-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _make(home: Path, progress: Progress) -> None:
    _require_space(home.parent)
    with tempfile.TemporaryDirectory(prefix=f".{home.name}.making-", dir=home.parent) as making:
        apt = PrivateApt(Path(making) / "apt", debian_mirror())
        apt.update(progress)
        packages = apt.download("asterisk", progress)
        root = Path(making) / "root"
        _unpack(packages, root, progress)
        try:
            version = assembled(root).version
        except StopIteration:
            _fail(
                "voice.runtime_does_not_run", f"Debian's Asterisk does not run on this machine ({os.uname().machine})."
            )
        (root / STAMP).write_text(json.dumps({"version": version, "suite": SUITE, "contents": contents(root)}))
        root.rename(home)


def _unpack(packages: list[Path], root: Path, progress: Progress) -> None:
    for done, package in enumerate(packages):
        progress("unpack", done, len(packages))
        unpacking = subprocess.run(["dpkg-deb", "-x", str(package), str(root)], capture_output=True, text=True)
        if unpacking.returncode != 0:
            _fail("voice.unpack_failed", f"{package.name} cannot be unpacked. {unpacking.stderr.strip()}")
    root.chmod(0o755)
    progress("unpack", len(packages), len(packages))


def debian_mirror() -> str:
    """The address of the Debian archive in the host's own apt configuration."""
    told = _output(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"])
    addresses = [line.split()[0] for line in told.splitlines() if line.strip()]
    archive = [address for address in addresses if re.search(r"/debian/?$", address)]
    if not archive:
        _fail(
            "voice.no_debian_mirror",
            "apt on this machine names no Debian archive, so Asterisk cannot be fetched. Install Asterisk 20 or newer "
            "yourself, or give the address of one in the settings.",
        )
    return archive[0]


class PrivateApt:
    """An apt of its own: own sources, lists, cache and an empty status file; the host's is not touched."""

    def __init__(self, folder: Path, mirror: str) -> None:
        self._folder = folder
        for part in ("state/lists/partial", "cache/archives/partial"):
            (folder / part).mkdir(parents=True)
        (folder / "status").touch()
        (folder / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n")
        (folder / "apt.conf").write_text(_APT_CONF.format(folder=folder))

    def update(self, progress: Progress) -> None:
        progress("index", 0, 100)
        self._run("update", phase="index", progress=progress)

    def download(self, package: str, progress: Progress) -> list[Path]:
        """Fetch `package` with all it needs; the packages' files."""
        self._run("install", "--yes", "--download-only", package, phase="download", progress=progress)
        progress("download", 100, 100)
        return sorted((self._folder / "cache/archives").glob("*.deb"))

    def _run(self, *words: str, phase: str, progress: Progress) -> None:
        reading, writing = os.pipe()
        log = self._folder / f"{phase}.log"
        command = ["apt-get", "-c", str(self._folder / "apt.conf"), "-o", f"APT::Status-Fd={writing}", "-q", *words]
        environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
        with log.open("w") as output, os.fdopen(reading) as status:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=(writing,), env=environment
            )
            os.close(writing)
            try:
                for line in status:
                    told = re.match(r"dlstatus:\d+:([\d.]+):", line)
                    if told:
                        progress(phase, int(float(told.group(1))), 100)
            finally:
                child.wait()
        if child.returncode != 0:
            _fail("voice.download_failed", f"Asterisk could not be fetched from Debian. {_reason(log.read_text())}")


_APT_CONF = """\
Dir::State "{folder}/state";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Log "{folder}";
APT::Install-Recommends "0";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
"""


def _reason(log: str) -> str:
    """The sentence of apt's log that says most."""
    if "Temporary failure resolving" in log or "Could not connect" in log or "Could not resolve" in log:
        return "There is no way to the network: connect this machine once and start again."
    if "not have enough free space" in log or "No space left" in log:
        return "The disk is full: make room (600 MB) and start again."
    errors = [line.strip() for line in log.splitlines() if line.startswith(("E:", "Err:"))]
    return f"apt says: {errors[0]}" if errors else "apt gave no reason."


def _require_tools() -> None:
    missing = [tool for tool in ("apt-get", "dpkg-deb") if shutil.which(tool) is None]
    if not KEYRING.exists():
        missing.append(str(KEYRING))
    if missing:
        _fail(
            "voice.no_apt",
            f"There is no Asterisk on this machine, and without {' and '.join(missing)} none can be fetched. Install "
            "Asterisk 20 or newer yourself, or give the address of one in the settings.",
        )


def _require_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < SPACE_NEEDED:
        _fail(
            "voice.no_space",
            f"The voice engine needs 600 MB in {folder}, and {free // 2**20} MB are free. Make room and start again.",
        )


def _output(command: list[str]) -> str:
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment).stdout


def _fail(code: str, message: str) -> NoReturn:
    raise Unavailable(code, message) from None
