"""What a killed run of tests has started does not outlive it."""

import signal
import subprocess
import sys
import time

from tests.guard import MARK, guarded, marked

from rexian.main.place import CHECKOUT

LEAVES_A_PROGRAM = """
import subprocess, sys, time
from tests.guard import guarded
with guarded() as mark:
    subprocess.Popen(["sleep", "600"], start_new_session=True, stdout=subprocess.DEVNULL)
    print(mark, flush=True)
    time.sleep(600)
"""


def until_none(mark: str, within_s: float = 30) -> None:
    ends = time.monotonic() + within_s
    while left := marked(mark):
        assert time.monotonic() < ends, left
        time.sleep(0.05)


def test_what_a_killed_run_has_started_ends() -> None:
    run = subprocess.Popen([sys.executable, "-c", LEAVES_A_PROGRAM], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    assert run.stdout is not None
    mark = run.stdout.readline().strip()
    assert list(marked(mark).values()) == ["sleep 600"]

    run.send_signal(signal.SIGKILL)

    run.communicate()
    until_none(mark)


def test_what_a_finished_run_has_left_ends() -> None:
    with guarded() as mark:
        left = subprocess.Popen(["sh", "-c", "trap '' HUP; sleep 600 & while :; do wait; done"], start_new_session=True)
        while len(marked(mark)) < 2:
            time.sleep(0.01)

    assert left.wait(30) == -signal.SIGTERM
    until_none(mark)


def test_a_run_within_a_run_has_a_mark_of_its_own() -> None:
    with guarded() as outer, guarded() as inner:
        assert inner != outer
        told = subprocess.run(["printenv", MARK], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == inner
