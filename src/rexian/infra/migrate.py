"""Bring a database up to this version's schema."""

import importlib.util
import pkgutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, text

import rexian
from rexian.core.errors import Conflict
from rexian.infra.database import sqlalchemy_url
from rexian.infra.tables import metadata

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('rexian.migrate', 0))")


def migrate(url: str) -> None:
    """Apply all steps that are missing, in one transaction, as the connecting user (who will own the tables).

    Raises `Conflict` when the database was made by a newer version of the program.
    """
    engine = create_engine(sqlalchemy_url(url))
    try:
        with engine.begin() as connection:
            connection.execute(_ONE_AT_A_TIME)
            config = _config(connection)
            _refuse_newer(connection, ScriptDirectory.from_config(config))
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def all_tables() -> MetaData:
    """The metadata with every package's tables in it."""
    for package in pkgutil.iter_modules(rexian.__path__):
        name = f"rexian.{package.name}.tables"
        if package.ispkg and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    return metadata


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection, steps: ScriptDirectory) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {step.revision for step in steps.walk_revisions()}
    if current is not None and current not in known:
        raise Conflict(
            "database.newer",
            f"The database is at step {current}, which this version does not know: "
            "it was made by a newer version. Install that version, or use another data folder.",
            step=current,
        )
