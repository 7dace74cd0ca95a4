import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rexian.core.errors import Unavailable
from rexian.main import watch as watching
from rexian.main.place import CHECKOUT
from rexian.main.watch import Program, Watch

STAYS = "import pathlib, signal, sys, os; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); signal.pause()"


def program(sign: Path, *, script: str = STAYS, **changed: object) -> Program:
    async def ready() -> bool:
        return sign.exists()

    return Program(name="thing", command=(sys.executable, "-c", script, str(sign)), ready=ready, **changed)  # type: ignore[arg-type]


@pytest.fixture
async def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watch]:
    monkeypatch.setattr(watching, "PAUSES_S", (0,))
    watch = Watch(tmp_path, print)
    yield watch
    await watch.stop()


async def pid_in(sign: Path) -> int:
    async with asyncio.timeout(10):
        while not (sign.exists() and sign.read_text()):
            await asyncio.sleep(0.01)
    return int(sign.read_text())


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_a_program_that_falls_is_started_again(watch: Watch, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    await watch.start(program(sign))
    first = await pid_in(sign)

    sign.unlink()
    os.kill(first, signal.SIGKILL)

    assert await pid_in(sign) != first


async def test_stopping_leaves_nothing_running_even_what_does_not_listen(watch: Watch, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAYS}"
    await watch.start(program(sign, script=deaf, stop_within_s=0.2))
    pid = await pid_in(sign)

    await watch.stop()

    assert not alive(pid)


async def test_a_program_that_cannot_start_is_told_with_its_last_words(watch: Watch, tmp_path: Path) -> None:
    fails = program(tmp_path / "sign", script="import sys; sys.exit('no such thing as luck')")

    with pytest.raises(Unavailable, match=r"thing did not start\. Its last words: no such thing as luck"):
        await watch.start(fails)


async def test_a_program_that_never_gets_ready_is_told(watch: Watch, tmp_path: Path) -> None:
    slow = program(tmp_path / "sign", script="import signal; signal.pause()", start_within_s=0.3)

    with pytest.raises(Unavailable, match="was not ready"):
        await watch.start(slow)


FOLLOWS = f"""
from rexian.main import watch
watch.LEFT_ALONE_S = 0.1
watch.follow()
import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAYS}
"""
WATCHES = """
import asyncio, pathlib, sys
from tests.unit.test_watch import FOLLOWS, program
from rexian.main.watch import Watch

async def main():
    sign = pathlib.Path(sys.argv[1])
    await Watch(sign.parent, print).start(program(sign, script=FOLLOWS))
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_program_of_ours_ends_when_nobody_watches_over_it_even_if_it_misses_the_signal(tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    watcher = await asyncio.create_subprocess_exec(sys.executable, "-c", WATCHES, str(sign), cwd=CHECKOUT)
    async with asyncio.timeout(30):
        while not (sign.exists() and sign.read_text()):
            await asyncio.sleep(0.05)
    followed = int(sign.read_text())
    await asyncio.sleep(1.2)
    assert alive(followed), "While somebody watches, it stays."

    watcher.kill()
    await watcher.wait()

    async with asyncio.timeout(10):
        while alive(followed):
            await asyncio.sleep(0.05)
