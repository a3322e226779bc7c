"""A store of every schema there ever was, as the program of that time wrote it, shows the same today.

`tests/known/schemas/make.py` says how they were made. Ten people, p1 to p10, answered `room`; p10 corrected.
"""

import shutil
import sqlite3
from types import SimpleNamespace

import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from databases import of_sqlite
from sqlalchemy import inspect, text
from support import ROOT, submissions

from sctrain import views
from sctrain.selection import Selection
from sctrain.store import access, coding, courses, desk, orderings, phones, queries, setup, stage
from sctrain.store import revisions as documents
from sctrain.store.backup import backup, restore
from sctrain.store.engine import connect, open_store, revisions, writing
from sctrain.store.health import examine
from sctrain.store.schema import metadata
from sctrain.store.sheets import sheets
from sctrain.store.write import add_answers

pytestmark = of_sqlite("dumps that it wrote")

DUMPS = {file.stem: file for file in sorted((ROOT / "tests" / "known" / "schemas").glob("0*.sql"))}
CORRECTED = 4
"""The data version in which p10 corrected the answer."""


@pytest.fixture(params=DUMPS, scope="module")
def schema(request):
    return request.param


def written(schema, file):
    """The file of a store as it was written then; its rows by table, in the columns of then."""
    with sqlite3.connect(file) as past:
        past.executescript(DUMPS[schema].read_text(encoding="utf-8"))
        names = [name for (name,) in past.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = {name: past.execute(f"SELECT * FROM {name}").fetchall() for name in names if name != "alembic_version"}
        columns = {name: [row[1] for row in past.execute(f"PRAGMA table_info({name})")] for name in held}
    past.close()
    return held, columns


@pytest.fixture(scope="module")
def past(schema, tmp_path_factory):
    """The store of a schema at today's, for tests that only read; its rows of then by table, and their columns."""
    file = tmp_path_factory.mktemp(schema) / "past.db"
    held, columns = written(schema, file)
    engine = open_store(f"sqlite:///{file}")
    yield SimpleNamespace(engine=engine, held=held, columns=columns)
    engine.dispose()


@pytest.fixture
def migrated(past):
    return past.engine


@pytest.fixture
def copied(migrated, tmp_path):
    """A copy of it, for tests that write."""
    with migrated.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(migrated.url.database, tmp_path / "copied.db")
    engine = connect(f"sqlite:///{tmp_path / 'copied.db'}")
    yield engine
    engine.dispose()


def test_there_is_a_store_of_every_schema_before_the_newest():
    assert set(revisions()[1:]) <= set(DUMPS), "make one: tests/known/schemas/make.py"


def test_every_row_is_there_as_it_was_and_the_schema_is_the_newest(past):
    with past.engine.connect() as connection:
        for name, rows in past.held.items():
            listed = ", ".join(past.columns[name])
            assert [tuple(r) for r in connection.execute(text(f"SELECT {listed} FROM {name}"))] == rows, name
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    assert [one for one in examine(past.engine) if one.is_fault] == []


def gaps(engine, by="", version=None):
    """Rounded gap and n by group and competency, as the page Gaps has them."""
    selection = Selection(("room",), by=by or None, version=version)
    frame = views.gaps(views.read(engine, selection), selection)
    shown = frame[~frame["suppressed"]]
    names = zip(shown["group"], shown["competency"], shown["gap"], shown["n"], strict=True)
    return {(group, code): (round(gap, 2), n) for group, code, gap, n in names}


def test_the_gaps_are_those_that_the_answers_give_by_hand(migrated):
    shown = gaps(migrated)
    assert {code: found for (_, code), found in shown.items()} == {"a": (1.6, 10), "b": (1.0, 10), "c": (-1.4, 5)}
    before = gaps(migrated, version=CORRECTED - 1)
    assert {code: found for (_, code), found in before.items()} == {"a": (1.6, 10), "b": (1.0, 9), "c": (-1.75, 4)}


def test_the_groups_are_those_that_the_answers_give_by_hand(migrated):
    shown = gaps(migrated, "role")
    assert {group: found for (group, code), found in shown.items() if code == "a"} == {
        "head": (3.4, 5),
        "officer": (-0.2, 5),
    }
    assert {group: found for (group, code), found in shown.items() if code == "b"} == {
        "head": (1.2, 5),
        "officer": (0.8, 5),
    }


def test_what_tables_gave_in_is_there_with_what_people_said_of_it(migrated, schema):
    with migrated.connect() as connection:
        given = sheets(connection, "room")
        lines = coding.noted(connection, "room")
    if schema == "0001":
        assert given.sheets.empty
        return
    assert given.sheets["members"].tolist() == [6, 5]
    ranked = given.rankings.set_index(["table_number", "option"])["position"]
    assert ranked.to_dict() == {(1, "u"): 1, (1, "v"): 2, (1, "w"): 3, (2, "u"): 2, (2, "v"): 1, (2, "w"): 2}
    assert lines["text"].tolist() == ["Silos everywhere", "Talk at lunch"]
    assert lines["code"].tolist() == ["silos", "ask"]
    assert lines["cleared"].tolist() == [schema >= "0003", False]
    assert lines["competencies"].tolist() == ["a", "a+b" if schema >= "0003" else "a"]


def test_replies_are_there_from_when_they_were_asked(migrated, schema):
    with migrated.connect() as connection:
        long = queries.replies(connection, ["room"], None, ["long"])["long"]
    chosen = pd.Series([long.values[code] for code in long.code]).value_counts().to_dict()
    assert chosen == ({"day": 5, "week": 5} if schema >= "0004" else {"": 10})


@pytest.mark.parametrize("schema", [name for name in DUMPS if name < "0005"], indirect=True)
def test_an_event_of_before_there_were_live_ones_can_be_run_live(copied):
    with writing(copied) as connection:
        assert setup.read(connection, "room") is None
        setup.put(connection, "room", tables=3)
        assert access.make_link(connection, "participant", "room")


@pytest.mark.parametrize("schema", [name for name in DUMPS if name >= "0005"], indirect=True)
def test_a_live_event_goes_on_where_it_was(migrated):
    with migrated.connect() as connection:
        form = phones.form_of(connection, "live")
        states = {me: phones.own(connection, form, me).state for me in ("phone0", "phone4", "slow", "nobody")}
        assert states == {"phone0": "sent", "phone4": "withdrawn", "slow": "open", "nobody": "none"}
        assert queries.cards(connection, ["live"]).n == 4
        assert orderings.orders(connection, "live").people["before"].tolist() == ["a+b+c"] * 4
        assert desk.read(connection, "live", 1)["contents"].content == [["u"], ["v", "w"]]
        assert queries.hidden_topics(connection, ["live"]) == {"notes"}
        assert [view.title for view in stage.deck(connection, "live")] == ["Gaps"]
        held = setup.read(connection, "live")
        assert (held.tables, held.shortlist, held.round) == (2, ("a", "b", "c"), "before")
        roles = [(link.role, link.table_number) for link in access.links(connection, "live")]
        assert roles == [("organiser", None), ("table", 1), ("participant", None)]


def test_what_organisers_made_and_the_courses_on_offer_are_there(migrated, schema):
    with migrated.connect() as connection:
        numbers = [head.number for head in documents.history(connection, "live", "strategy")]
        offered, origin = courses.courses(connection, "past")
    assert numbers == ([1] if schema >= "0006" else [])
    assert (offered["course"].tolist(), origin) == ((["x", "y"], "courses.csv") if schema >= "0007" else ([], ""))


def test_people_are_known_again_and_answers_go_on(copied):
    with copied.connect() as connection:
        before = queries.data_version(connection)
    again = add_answers(copied, "room", submissions(("p1", "head", "555555"), ("p11", "head", "......")))
    assert (again.added, again.corrected, again.version) == (1, 1, before + 1)
    assert gaps(copied, version=before) == gaps(copied, version=CORRECTED)


@pytest.mark.parametrize("schema", [*DUMPS][::3], indirect=True)
def test_a_backup_of_that_time_can_be_restored_into_a_store_of_today(schema, tmp_path, store):
    held, _ = written(schema, tmp_path / "past.db")
    done = restore(str(store.url), tmp_path / "past.db")
    assert done.copy.schema == schema
    assert gaps(store)
    with store.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM answer")) == len(held["answer"])
    assert [one for one in examine(store) if one.is_fault] == []


def test_a_backup_and_a_check_leave_the_schema_as_it_is(schema, tmp_path):
    """Who updates sctrain can still copy the store as the earlier one had it."""
    written(schema, tmp_path / "past.db")
    engine = connect(f"sqlite:///{tmp_path / 'past.db'}")
    assert backup(engine, tmp_path / "kept.db").schema == schema
    found = {one.what: one for one in examine(engine)}
    assert not [one for one in found.values() if one.is_fault]
    assert ("schema" in found) == (schema != revisions()[0])
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == schema
    engine.dispose()
