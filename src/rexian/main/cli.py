"""The command line: thin doors to what stands in the modules beside it."""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from rexian import __version__
from rexian.core.errors import RexianError
from rexian.main import checks, ground, settings
from rexian.main import up as start
from rexian.main.callers import crowd

PROGRAM = "./rexian"
"""How people call it: what helps and errors of usage tell them to type."""

app = typer.Typer(
    name="rexian",
    help="Rexian (热线): a whole contact centre in one program.",
    no_args_is_help=True,
    add_completion=False,
)


@app.callback()
def about(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.", is_eager=True)] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def up(
    demo: Annotated[bool, typer.Option("--demo", help="Make the tenant `demo`: people, queues, customers.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder of everything that lasts.")] = None,
    web_port: Annotated[int | None, typer.Option(help="TCP port of the pages and the API.")] = None,
    sip_port: Annotated[int | None, typer.Option(help="UDP port of SIP.")] = None,
) -> None:
    """Install what is missing, start everything, watch it; Ctrl-C stops it."""
    start.up(settings.load(data=data, web__port=web_port, sip__port=sip_port), demo=demo)


@app.command()
def callers(
    rate: Annotated[float, typer.Option(min=0.001, max=20, help="Calls a second.")] = 0.2,
    duration: Annotated[str, typer.Option(help="How long, such as 90s, 10m or 1h.")] = "10m",
    agents: Annotated[int, typer.Option(min=0, max=10, help="Robot agents that answer.")] = 6,
    data: Annotated[Path | None, typer.Option(help="Data folder of the system that runs.")] = None,
    web_port: Annotated[int | None, typer.Option(help="Its port of the pages; else as it was started.")] = None,
    sip_port: Annotated[int | None, typer.Option(help="Its port of SIP; else as it was started.")] = None,
) -> None:
    """Robots phone the running demonstration, with real speech over real SIP; robots answer."""
    given = {name: port for name, port in (("web__port", web_port), ("sip__port", sip_port)) if port is not None}
    loaded = settings.load(data=data, **(ground.ports_in_use(settings.load(data=data).data) | given))
    wish = crowd.Wish(rate=rate, duration=crowd.duration(duration), agents=agents)
    with suppress(KeyboardInterrupt):
        asyncio.run(crowd.call_in(loaded, wish, Console()))


@app.command()
def speech(data: Annotated[Path | None, typer.Option(help="Folder of everything that lasts.")] = None) -> None:
    """Fetch what speaks naturally and understands callers (900 MB), and say what there is."""
    from rexian.main import speech as fetching  # here: no other start should wait for what sounds need

    fetching.install(settings.load(data=data), Console())


@app.command()
def check() -> None:
    """Format, lint, types, import contract, unit tests: under two minutes."""
    raise typer.Exit(checks.check())


@app.command()
def test() -> None:
    """Everything there is to test, on real PostgreSQL, Asterisk, SIPp and Chromium."""
    raise typer.Exit(checks.test())


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context, what: Annotated[str, typer.Argument(help="A module of bench/.")]) -> None:
    """Measure `calls` (real voice), `floor` (the pure floor), `twin` …; --json FILE writes the figures there."""
    raise typer.Exit(checks.bench(what, context.args))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)
def twin(context: typer.Context) -> None:
    """Simulated days of a centre, by the real routing or the whole floor: run, compare, schema, bank-log."""
    from rexian.main.twin import app as doors  # here: no other start should wait for a simulator

    doors(context.args, prog_name=f"{PROGRAM} twin")


def run() -> None:
    """The door of the program: a known problem is one sentence and an exit code, not a stack trace."""
    try:
        app(prog_name=PROGRAM)
    except RexianError as problem:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"rexian: {problem.message}", style="red", markup=False
        )
        sys.exit(1)


if __name__ == "__main__":
    run()
