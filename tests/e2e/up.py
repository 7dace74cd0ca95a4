"""A run of `rexian up` on ports and in a folder of its own: what tests start, watch and stop."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_tcp_port, free_udp_port


class Up:
    """One run of `rexian up` on ports of its own."""

    def __init__(self, data: Path, words: tuple[str, ...], environment: dict[str, str]) -> None:
        self.data = data
        self.web, self.sip = free_tcp_port(), free_udp_port()
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

    def page(self, path: str = "/") -> int:
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


@contextmanager
def place() -> Iterator[Path]:
    """A folder that PostgreSQL's own user may pass through; pytest's are closed to others, again and again."""
    with tempfile.TemporaryDirectory(prefix="rexian-up-") as folder:
        yield Path(folder)
