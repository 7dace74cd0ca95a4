"""Whatever a run of tests has started ends with it: when tests fail, when they hang, and when the run itself is killed.

A run marks its surroundings, and all that it starts inherits the mark: programs in sessions of their own and servers
that have let go of their parents, too. The guard is a small process that waits for the run's end, however that comes,
and then ends every process that bears the mark.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARK = "TESTED_BY"
GENTLY_S = 10.0
"""As long as a program has between being asked to stop and being killed."""


@contextmanager
def guarded() -> Iterator[str]:
    """The mark of this run. Whoever is killed within the block is guarded as well."""
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    former = os.environ.get(MARK)
    guard = subprocess.Popen(
        [sys.executable, "-S", __file__, mark], stdin=subprocess.PIPE, start_new_session=True, env={}
    )
    os.environ[MARK] = mark
    try:
        yield mark
    finally:
        if former is None:
            del os.environ[MARK]
        else:
            os.environ[MARK] = former
        guard.communicate()


def marked(mark: str) -> dict[int, str]:
    """Processes that bear the mark and are not ending, with their command lines."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    found[int(folder.name)] = command.strip()
    return found


def end(mark: str) -> None:
    """End all that bear the mark, gently first."""
    asked: set[int] = set()
    until = time.monotonic() + GENTLY_S
    while left := marked(mark):
        gently = time.monotonic() < until
        for process in left.keys() - asked if gently else left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM if gently else signal.SIGKILL)
        asked |= left.keys()
        time.sleep(0.1)


if __name__ == "__main__":
    sys.stdin.read()  # until the run has closed its end or is no more
    end(sys.argv[1])
