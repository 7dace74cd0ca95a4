"""The database as a part of the installation: embedded and run beside us, or an existing one by its URL."""

import signal
from urllib.parse import urlsplit

import psycopg

from rexian.core.errors import Invalid, Unavailable
from rexian.infra.postgres import EmbeddedPostgres
from rexian.main.settings import Settings
from rexian.main.watch import Program


def url(settings: Settings) -> str:
    return settings.postgres.url or EmbeddedPostgres(settings.data / "postgres").url()


def program(settings: Settings) -> Program | None:
    """Make the cluster when it is missing and say how to run it; None when the settings name a running one."""
    if settings.postgres.url:
        _require_answer(settings.postgres.url)
        return None
    server = EmbeddedPostgres(settings.data / "postgres")
    server.prepare()
    server.stop()  # one that outlived a killed `up`
    address = f"{server.url('postgres')}&connect_timeout=2"
    return Program(
        name="postgres",
        command=server.command,
        ready=lambda: _accepts(address),
        user=server.user,
        stop_signal=signal.SIGINT,
        stop_within_s=30,
    )


def make_database(settings: Settings) -> None:
    if not settings.postgres.url:
        EmbeddedPostgres(settings.data / "postgres").make_database()


def _require_answer(address: str) -> None:
    if not address.startswith(("postgresql://", "postgres://")):
        raise Invalid(
            "up.postgres_url",
            "The address of PostgreSQL in the settings begins with postgresql:// "
            "(postgresql://user:password@host/name): mend REXIAN_POSTGRES__URL.",
        )
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.Error as error:
        reason = f"{str(error).strip().splitlines()[0].rstrip('.')}."
        raise Unavailable(
            "up.postgres_unreachable",
            f"The PostgreSQL of the settings (at {urlsplit(address).hostname or 'a socket'}) "
            f"cannot be used: {reason} Mend REXIAN_POSTGRES__URL, or leave it out to use the embedded one.",
        ) from error


async def _accepts(address: str) -> bool:
    try:
        async with await psycopg.AsyncConnection.connect(address):
            return True
    except psycopg.OperationalError:
        return False
