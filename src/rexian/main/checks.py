"""`./rexian check` and `./rexian test`: one list of steps each, stopped by nothing, judged at the end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from rexian.adapters.asterisk import install
from rexian.core.errors import NotFound, RexianError
from rexian.main import node, speech, tools, web
from rexian.main.place import CHECKOUT, WEB


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    command: tuple[str, ...]
    folder: Path = CHECKOUT


REAL = "asterisk or browser"
"""Tests that hear real voice and see real pages, by the clock on the wall."""
QUICK = f"not postgres and not ({REAL}) and not slow"
"""Tests of pure parts: nothing is started for them."""
IN_ORDER = ("--dist", "loadscope", "--no-loadscope-reorder")
"""In the order of `tests/workers.py`; pytest-xdist's own would begin long modules of few tests last."""
SIDE_BY_SIDE = ("-n", "logical", "--maxprocesses", "4", *IN_ORDER)
"""One worker a core, each with a PostgreSQL of its own."""
TWO = ("-n", "2", *IN_ORDER)
"""What is `REAL` waits for most of its time, so that two workers get on twice as fast; more would take a core's time
from each other."""
AT_ONCE = 2
"""As many steps run side by side."""


def check() -> int:
    """Format, lint, types, imports, unit tests."""
    console = Console()
    unit = _pytest("Unit tests", "tests", "-q", "-m", QUICK, *SIDE_BY_SIDE)
    return _judged(_side_by_side([unit, *_static(), *_web("check")], console), console)


def test() -> int:
    """Everything: what `check` does, then every test there is, on real parts."""
    console = Console()
    voices = Path(sys.prefix) / "voices"
    os.environ["REXIAN_KOKORO_VOICES"] = str(voices)
    with ThreadPoolExecutor(1) as pool:
        prepared = pool.submit(_prepare, voices)
        failed = _side_by_side(_static(), console)
        console.print("Fetching and building what the tests need …", style="dim")
        for words in prepared.result():
            console.print(words, style="yellow", markup=False)
    failed += _side_by_side(_web("check", "test"), console)
    failed += _alone(_pytest("Tests of parts", "tests", "-m", f"not ({REAL})", *SIDE_BY_SIDE), console)
    failed += _alone(_pytest("Tests on real voice and pages", "tests", "-m", REAL, *TWO), console)
    return _judged(failed, console)


def bench(what: str, arguments: list[str]) -> int:
    """One of the measures in `bench/`, by the name of its module."""
    if not what.isidentifier() or not (CHECKOUT / "bench" / f"{what}.py").is_file():
        raise NotFound("bench.not_found", f"There is no measure {what!r}; the folder bench/ has them all.", what=what)
    return subprocess.run((*_module("bench." + what), *arguments), cwd=CHECKOUT, check=False).returncode


def _prepare(voices: Path) -> list[str]:
    """Fetch and build what the tests need, side by side; says what is worth knowing."""
    node.environment()  # Node.js first: the pages and the voices both come by npm
    quiet = Console(quiet=True)
    optional = (lambda: speech.fetch_voices(voices), install.private)
    with ThreadPoolExecutor() as pool:
        programs = pool.submit(tools.install_missing, tools.TEST_TOOLS)
        pages = pool.submit(web.build_if_changed, quiet)
        told = list(pool.map(_problem, optional))
        installed = programs.result()
        pages.result()
    return [*([f"Installed {', '.join(installed)}."] if installed else []), *filter(None, told)]


def _problem(fetch: Callable[[], object]) -> str:
    """Why it could not be had: the tests that need it say that it is not there."""
    try:
        fetch()
    except RexianError as problem:
        return problem.message
    return ""


def _static() -> list[Step]:
    return [
        Step("Types", _module("mypy")),
        Step("Format", _module("ruff", "format", "--check", ".")),
        Step("Lint", _module("ruff", "check", ".")),
        Step("Imports point down", (str(Path(sys.executable).parent / "lint-imports"), "--no-logo")),
    ]


def _web(*scripts: str) -> list[Step]:
    """The scripts of web/package.json that exist, by name."""
    package = WEB / "package.json"
    if not package.exists():
        return []
    web.install_packages(Console(stderr=True))
    known = json.loads(package.read_text(encoding="utf-8")).get("scripts", {})
    return [Step(f"Web: {name}", ("npm", "run", "--silent", name), WEB) for name in scripts if name in known]


def _pytest(title: str, *words: str) -> Step:
    return Step(title, _module("pytest", *words))


def _module(name: str, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *words)


def _side_by_side(steps: list[Step], console: Console) -> list[str]:
    """Each tells all it has to say when it is done; the titles of those that failed."""
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for step, done in [(step, pool.submit(_done, step, kept=True)) for step in steps]:
            failed += _told(step, *done.result(), console)
    return failed


def _alone(step: Step, console: Console) -> list[str]:
    """It speaks while it works; its title if it failed."""
    console.rule(f"[bold]{step.title}")
    return _told(step, *_done(step, kept=False), console)


def _done(step: Step, *, kept: bool) -> tuple[int, str, float]:
    """Its exit code, what it said where that is kept, and its seconds."""
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=step.folder,
        env=node.environment() if (WEB / "package.json").exists() else dict(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if kept else None,
        stderr=subprocess.STDOUT if kept else None,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout or "", time.monotonic() - began


def _told(step: Step, code: int, said: str, seconds: float, console: Console) -> list[str]:
    if said:
        console.rule(f"[bold]{step.title}")
        sys.stdout.write(said)
        sys.stdout.flush()
    console.print(f"{step.title}: {seconds:.0f} s", style="dim" if code == 0 else "red")
    return [step.title] if code else []


def _judged(failed: list[str], console: Console) -> int:
    if failed:
        console.print(f"Failed: {', '.join(failed)}.", style="bold red")
        return 1
    console.print("All is well.", style="bold green")
    return 0
