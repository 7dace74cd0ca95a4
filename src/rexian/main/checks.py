"""`./rexian check` and `./rexian test`: one list of steps each, stopped by nothing, judged at the end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

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
SIDE_BY_SIDE = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile")
"""One worker a core, each with a PostgreSQL of its own. Not for what is `REAL`: there nobody else may take its time."""


def check() -> int:
    """Format, lint, types, imports, unit tests."""
    return _run([*_static(), _pytest("Unit tests", "tests", "-q", "-m", QUICK, *SIDE_BY_SIDE), *_web("check")])


def test() -> int:
    """Everything: what `check` does, then every test there is, on real parts."""
    console = Console(stderr=True)
    installed = tools.install_missing(tools.TEST_TOOLS)
    if installed:
        console.print(f"Installed {', '.join(installed)}.")
    web.build_if_changed(console)
    voices = Path(sys.prefix) / "voices"
    try:
        speech.fetch_voices(voices)
    except RexianError as problem:  # the tests that need them say that they are not there
        console.print(problem.message, style="yellow", markup=False)
    os.environ["REXIAN_KOKORO_VOICES"] = str(voices)
    parts = _pytest("Tests of parts", "tests", "-m", f"not ({REAL})", *SIDE_BY_SIDE)
    return _run(
        [*_static(), *_web("check", "test"), parts, _pytest("Tests on real voice and pages", "tests", "-m", REAL)]
    )


def bench(what: str, arguments: list[str]) -> int:
    """One of the measures in `bench/`, by the name of its module."""
    if not what.isidentifier() or not (CHECKOUT / "bench" / f"{what}.py").is_file():
        raise NotFound("bench.not_found", f"There is no measure {what!r}; the folder bench/ has them all.", what=what)
    return subprocess.run((*_module("bench." + what), *arguments), cwd=CHECKOUT, check=False).returncode


def _static() -> list[Step]:
    return [
        Step("Format", _module("ruff", "format", "--check", ".")),
        Step("Lint", _module("ruff", "check", ".")),
        Step("Types", _module("mypy")),
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


def _run(steps: Iterable[Step]) -> int:
    console = Console()
    environment = node.environment() if (WEB / "package.json").exists() else dict(os.environ)
    failed = [step.title for step in steps if not _passes(step, environment, console)]
    if failed:
        console.print(f"Failed: {', '.join(failed)}.", style="bold red")
        return 1
    console.print("All is well.", style="bold green")
    return 0


def _passes(step: Step, environment: dict[str, str], console: Console) -> bool:
    console.rule(f"[bold]{step.title}")
    began = time.monotonic()
    done = subprocess.run(step.command, cwd=step.folder, env=environment, stdin=subprocess.DEVNULL, check=False)
    console.print(f"{step.title}: {time.monotonic() - began:.0f} s", style="dim" if done.returncode == 0 else "red")
    return done.returncode == 0
