"""The store opens, migrates, and says what it cannot do."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from support import submissions

from sctrain.errors import StoreError
from sctrain.store import queries
from sctrain.store.engine import MIGRATIONS, open_store, revision, revisions, store_url
from sctrain.store.schema import metadata
from sctrain.store.write import add_answers


def test_the_migrations_make_the_schema_that_the_code_reads(store):
    with store.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_revisions_are_those_of_the_migrations_newest_first(store):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert revisions() == [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    with store.connect() as connection:
        assert revision(connection) == revisions()[0]


def test_a_store_of_a_later_program_is_left_alone(store):
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="later sctrain"):
        open_store(str(store.url))


def test_opening_twice_changes_nothing(store):
    with store.connect() as connection:
        before = queries.data_version(connection)
    with open_store(str(store.url)).connect() as connection:
        assert queries.data_version(connection) == before


def test_the_environment_names_the_store(monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", "postgresql+psycopg://somewhere/else")
    assert store_url() == "postgresql+psycopg://somewhere/else"


def test_writers_queue_and_none_is_lost(store):
    def write(k):
        add_answers(store, "room", submissions((f"p{k}", "head", "......")))

    threads = [threading.Thread(target=write, args=(k,)) for k in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.connect() as connection:
        assert queries.cards(connection, ["room"]).n == 16
        versions = list(connection.scalars(text("SELECT version FROM answer")))
    assert len(set(versions)) == 16
