"""`./rexian up` as a person meets it: its start, its stop, and every situation in which it cannot start."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rexian.adapters.asterisk.install import RECIPE, SUITE

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.slow]
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


class Up:
    """One run of `rexian up` on ports of its own."""

    def __init__(self, data: Path, words: tuple[str, ...], environment: dict[str, str]) -> None:
        self.data = data
        self.web, self.sip = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)
        self.began = time.monotonic()
        self._said = data.parent / f"said-{self.web}.txt"
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [*command(data, self.web, self.sip), *words],
                stdout=subprocess.DEVNULL,
                stderr=said,
                env={**os.environ, **environment},
            )

    @property
    def said(self) -> str:
        return self._said.read_text(errors="replace")

    def page(self, path: str = "/health") -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.web}{path}", timeout=2) as reply:
            return int(reply.status)

    def until_page(self, within_s: float = 120) -> float:
        """Seconds from its start to its first page."""
        while time.monotonic() < self.began + within_s:
            assert self.process.poll() is None, self.said
            try:
                self.page()
                return time.monotonic() - self.began
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"no page in time: {self.said}")

    def until_running(self, within_s: float = 120) -> None:
        """Until it says that everything stands."""
        wait_for(lambda: "is running" in self.said or self.process.poll() is not None, within_s)
        assert self.process.poll() is None, self.said

    def programs(self) -> dict[str, int]:
        """What it has running, by name."""
        return {name: pid for name, pid in running(str(self.data)).items() if pid != self.process.pid}

    def stopped(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        return self.process.returncode


def command(data: Path, web: int, sip: int) -> list[str]:
    return [
        *(sys.executable, "-m", "rexian.main.cli", "up"),
        *("--data", str(data), "--web-port", str(web), "--sip-port", str(sip)),
    ]


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def running(mark: str) -> dict[str, int]:
    """Processes that have `mark` in their command line or their environment, by the name that we give them."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
                surroundings = (folder / "environ").read_bytes().decode(errors="replace")
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if state != "Z" and (mark in words or f"REXIAN_DATA={mark}" in surroundings):
                named = re.search(r"rexian\.main\.(serve|work)|(asterisk) -C|bin/(postgres) -D", words)
                if named:
                    found[next(name for name in named.groups() if name)] = int(folder.name)
    return found


@contextmanager
def started(data: Path, *words: str, **environment: str) -> Iterator[Up]:
    up = Up(data, words, environment)
    try:
        yield up
    finally:
        if up.process.poll() is None:
            up.stopped(signal.SIGTERM)


def wait_for(condition: Callable[[], bool], within_s: float = 30) -> None:
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def refused(data: Path, web: int = 0, sip: int = 0, **environment: str) -> str:
    """What a start says that cannot succeed; it leaves nothing running."""
    done = subprocess.run(
        command(data, web or free_port(socket.SOCK_STREAM), sip or free_port(socket.SOCK_DGRAM)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert running(str(data)) == {}
    return done.stderr


@contextmanager
def place() -> Iterator[Path]:
    """A folder that PostgreSQL's own user may pass through; pytest's are closed to others, again and again."""
    with tempfile.TemporaryDirectory(prefix="rexian-up-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder that has been started once."""
    with place() as folder:
        with started(folder / "data") as up:
            up.until_running(within_s=600)
        yield folder / "data"


def test_a_second_start_needs_no_network(data: Path, record_property: Callable[[str, object], None]) -> None:
    with started(data, **NO_NETWORK) as up:
        record_property("seconds_to_first_page", round(up.until_page(), 1))
        assert up.page("/") == 200


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_leaves_nothing_running(data: Path, how: signal.Signals) -> None:
    with started(data) as up:
        up.until_page()
        wait_for(lambda: set(up.programs()) == {"postgres", "asterisk", "serve", "work"})

        assert up.stopped(how) == 0

    assert running(str(data)) == {}


def test_killed_it_leaves_nothing_running_and_starts_again(data: Path) -> None:
    with started(data) as up:
        up.until_page()
        up.stopped(signal.SIGKILL)
    wait_for(lambda: running(str(data)) == {})

    with started(data) as again:
        again.until_page()


@pytest.mark.parametrize("name", ["serve", "work", "postgres", "asterisk"])
def test_a_program_that_is_killed_comes_back(data: Path, name: str) -> None:
    with started(data) as up:
        up.until_page()
        wait_for(lambda: len(up.programs()) == 4)
        killed = up.programs()[name]

        os.kill(killed, signal.SIGKILL)

        wait_for(lambda: up.programs().get(name, killed) != killed)
        up.until_page()


def test_a_second_up_on_the_same_folder_is_refused_and_the_first_goes_on(data: Path) -> None:
    with started(data) as up:
        up.until_page()

        done = subprocess.run(
            command(data, free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode != 0
        assert f"running on the data folder {data} already (process {up.process.pid})" in done.stderr
        assert up.page() == 200


def test_a_taken_port_is_told_and_no_folder_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]

        said = refused(tmp_path / "data", web=port)

    assert f"Port {port} cannot be used" in said
    assert not (tmp_path / "data").exists()


def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "format").write_text("99\n")

    assert "newer version of Rexian" in refused(tmp_path)


def test_without_asterisk_and_apt_it_says_what_to_install(tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("node", "npm", "env", "sh"):
        (bare / name).symlink_to(shutil.which(name) or "/bin/false")

    said = refused(tmp_path / "data", PATH=str(bare), XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert "no Asterisk on this machine" in said
    assert not (tmp_path / "data").exists()


def test_a_damaged_runtime_is_told_with_the_folder_to_delete(tmp_path: Path) -> None:
    torn = tmp_path / "cache" / "rexian" / f"asterisk-{SUITE}-{os.uname().machine}-{RECIPE}"
    (torn / "usr").mkdir(parents=True)
    (torn / "rexian-runtime.json").write_text('{"version": "22"')

    said = refused(tmp_path / "data", XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert f"{torn} is damaged. Delete that folder" in said
    assert not (tmp_path / "data").exists()


def test_an_unreachable_database_is_told_without_its_password(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_STREAM)

    said = refused(tmp_path / "data", REXIAN_POSTGRES__URL=f"postgresql://me:geheim@127.0.0.1:{port}/rexian")

    assert "REXIAN_POSTGRES__URL" in said
    assert "geheim" not in said
