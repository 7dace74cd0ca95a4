"""The migrations make what the models say."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from rexian.infra.database import sqlalchemy_url
from rexian.infra.migrate import all_tables, migrate
from rexian.infra.tables import metadata

pytestmark = pytest.mark.postgres


def _ours(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
    return not (kind == "table" and reflected and str(name).startswith(("journal_2", "journal_default")))


def test_migrations_equal_the_models(database_url: str) -> None:
    all_tables()
    engine = create_engine(sqlalchemy_url(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False, "include_object": _ours}
        )
        differences = compare_metadata(context, metadata)
    engine.dispose()

    assert differences == []


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
