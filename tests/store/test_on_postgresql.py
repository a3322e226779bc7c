"""What PostgreSQL does its own way: bulk by COPY, snapshots, writers of several processes, a server that is away."""

import multiprocessing
import threading
from contextlib import ExitStack, closing

import pandas as pd
import pytest
from databases import Cluster, address, cluster, everything, fresh, of_postgresql, server
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, insert, select, text
from store.test_sheets import given as sheets_of
from support import submissions

from sctrain.errors import StorageError, StoreError
from sctrain.store import queries, trash, write
from sctrain.store.backup import backup
from sctrain.store.engine import TURN, connect, open_store, revision, writing
from sctrain.store.schema import answer, change, setting
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event

pytestmark = of_postgresql()


# Bulk by COPY


def by_core(connection, part, names):
    """The other road: rows bound one by one."""
    rows = [dict(zip(names, row, strict=True)) for row in zip(*(write._cells(part[n]) for n in names), strict=True)]
    connection.execute(insert(answer), rows)


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=6)
CARDS = st.text(".12345", min_size=6, max_size=6)
ODD = st.sampled_from(["\\N", "\\.", "\t", "\r\n", '"'])
ROWS = st.tuples(CARDS, st.none() | st.integers(1, 99), *[TEXTS | ODD] * 4)


def batch(rows):
    table = pd.array([number for _, number, *_ in rows], dtype="Int64")
    given = submissions(*((f"p{k}", "head", row[0]) for k, row in enumerate(rows)))
    for place, name in enumerate(("country", "region", "discipline", "submitted_at"), start=2):
        given[name] = [row[place] for row in rows]
    return given.assign(table_number=table)


@pytest.fixture
def roads(small):
    """Two stores that name people alike."""
    engines = [open_store(fresh()) for _ in range(2)]
    for engine in engines:
        with writing(engine) as connection:
            connection.execute(insert(setting).values(name="salt", value="00" * 16))
        add_event(engine, NewEvent("room", "A room"), small)
    yield engines
    for engine in engines:
        engine.dispose()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=8), st.lists(ROWS, min_size=1, max_size=8))
def test_both_roads_give_equal_tables(roads, first, then):
    """Also where a second batch corrects some of the first."""
    held = []
    for engine, road in zip(roads, (write._by_copy, by_core), strict=True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(write, "_by_copy", road)
            for rows in (first, then):
                add_answers(engine, "room", batch(rows))
        with engine.connect() as connection:
            held.append([tuple(row)[1:] for row in connection.execute(select(answer).order_by(answer.c.id))])
    assert held[0] == held[1]
    with roads[0].connect() as connection:
        stands = {row.person: row for row in connection.execute(select(answer).where(answer.c.replaced_in.is_(None)))}
        named = write.known_pseudonym(connection, "room", "p0")
    stored = stands[named]
    assert (stored.ratings, stored.table_number, stored.country) == then[0][:3]


def test_a_card_that_does_not_fit_ends_the_whole_copy(store):
    with pytest.raises(StoreError, match=r"keeps none of them.*does not fit its questionnaire"):
        add_answers(store, "room", submissions(("p1", "head", "543.21"), ("p2", "head", "9.....")))
    with store.connect() as connection:
        assert queries.cards(connection, ["room"]).n == 0


def test_a_text_that_postgresql_cannot_hold_is_refused_in_a_sentence(store):
    with pytest.raises(StoreError, match=r"keeps none of them.*NUL"):
        add_answers(store, "room", submissions(("p1", "he\x00ad", "543.21")))


def test_progress_counts_the_rows_of_each_part(store, monkeypatch):
    monkeypatch.setattr(write, "CHUNK", 2)
    seen = []
    rows = submissions(*((f"p{k}", "head", "543.21") for k in range(5)))
    add_answers(store, "room", rows, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_a_bulk_import_leaves_postgresql_knowing_how_many_answers_there_are(roads, monkeypatch):
    """Its own look comes a minute later, or never as here; the first readers are not to wait for that."""
    store = roads[0]
    monkeypatch.setattr(write, "MANY", 5)
    known = text("SELECT reltuples FROM pg_class WHERE relname = 'answer'")
    counted = []
    for few in (("a", "b"), "cdefghi"):
        add_answers(store, "room", submissions(*((name, "head", "543.21") for name in few)))
        with store.connect() as connection:
            counted.append(connection.scalar(known))
    assert counted == [-1, 9]


# One state for each reader, one order for all


def test_what_one_transaction_reads_is_one_state_however_much_is_written_meanwhile(store):
    with store.connect() as reader:
        before = queries.data_version(reader)
        written = add_answers(store, "room", submissions(("p1", "head", "543.21"))).version
        assert (queries.data_version(reader), queries.cards(reader, ["room"]).n) == (before, 0)
    with store.connect() as reader:
        assert (queries.data_version(reader), queries.cards(reader, ["room"]).n) == (written, 1)


def test_who_waited_for_a_writer_sees_what_that_one_wrote(store):
    seen = []

    def second():
        with writing(store) as connection:
            seen.append(queries.cards(connection, ["room"]).n)

    with ExitStack() as first:
        connection = first.enter_context(writing(store))
        thread = threading.Thread(target=second)
        thread.start()
        row = {"event": "room", "questionnaire_id": 1, "person": "0" * 16, "ratings": "......"}
        connection.execute(insert(answer).values(version=queries.data_version(connection), **row))
    thread.join()
    assert seen == [1]


def test_nobody_waits_without_end_for_a_writer_that_hangs(store, monkeypatch):
    monkeypatch.setitem(TURN, "wait", "200ms")
    with writing(store), pytest.raises(StorageError, match=r"held .* for too long") as told, writing(store):
        pass
    assert told.value.kind == "busy"
    assert add_answers(store, "room", submissions(("p1", "head", "543.21"))).added == 1


def test_a_writer_that_does_nothing_is_ended_and_the_next_one_writes(store, monkeypatch):
    monkeypatch.setitem(TURN, "idle", "200ms")

    def hang():
        with writing(store) as connection:
            row = {"event": "room", "questionnaire_id": 1, "person": "0" * 16, "ratings": "......"}
            connection.execute(insert(answer).values(version=queries.data_version(connection), **row))
            assert add_answers(store, "room", submissions(("p1", "head", "543.21"))).added == 1
            queries.data_version(connection)

    with pytest.raises(StorageError, match="cannot be reached"):
        hang()
    with store.connect() as connection:
        assert queries.cards(connection, ["room"]).n == 1


ROUNDS, WRITERS = 8, 3


def write_much(url, me, out):
    """One process: answers of its own, corrections of one person all write about, and its table's sheet."""
    engine = connect(url)
    versions = []
    for k in range(ROUNDS):
        mine = (f"p{me}-{k}", "head", "543.21")
        shared = ("everybody", f"role{me}", f"{k % 5 + 1}.....")
        versions.append(add_answers(engine, "room", submissions(mine, shared)).version)
        versions.append(add_sheets(engine, "room", sheets_of(me + 1, 50 + k, line=f"{me} {k}")).version)
    engine.dispose()
    out.put(versions)


def test_processes_that_write_at_once_lose_nothing_and_commit_in_the_order_of_their_versions(store, tmp_path):
    fork = multiprocessing.get_context("fork")
    with store.connect() as connection:
        began = queries.data_version(connection)
    store.dispose()  # no connection is shared with a child
    out = fork.Queue()
    children = [fork.Process(target=write_much, args=(address(tmp_path), me, out)) for me in range(WRITERS)]
    for child in children:
        child.start()
    seen = []
    while any(child.is_alive() for child in children) and len(seen) < 5_000:
        with store.connect() as connection:
            seen.append(connection.execute(select(func.count(), func.max(change.c.version)).select_from(change)).one())
    given_out = sorted(version for _ in children for version in out.get(timeout=60))
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * WRITERS
    assert all(n == newest for n, newest in seen)  # no reader ever saw a version before all that are lower
    assert [newest for _, newest in seen] == sorted(newest for _, newest in seen)
    assert given_out == list(range(began + 1, began + 2 * ROUNDS * WRITERS + 1))
    with store.connect() as connection:
        assert queries.data_version(connection) == given_out[-1]
        assert queries.cards(connection, ["room"]).n == ROUNDS * WRITERS + 1
        everybody = write.known_pseudonym(connection, "room", "everybody")
        theirs = select(answer.c.version, answer.c.replaced_in).where(answer.c.person == everybody)
        chain = connection.execute(theirs.order_by(answer.c.version)).all()
        assert [row.replaced_in for row in chain] == [*(row.version for row in chain[1:]), None]
        standing = "SELECT table_number, count(*) FROM sheet WHERE replaced_in IS NULL GROUP BY 1 ORDER BY 1"
        tables = [tuple(row) for row in connection.execute(text(standing))]
        assert tables == [(n, 1) for n in (*range(1, WRITERS + 1), *range(50, 50 + ROUNDS))]


def test_processes_that_open_a_new_store_at_once_make_it_once():
    url = fresh("template0")
    engines = []
    threads = [threading.Thread(target=lambda: engines.append(open_store(url))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(engines) == 3
    with engines[0].connect() as connection:
        assert revision(connection) is not None
        assert queries.data_version(connection) == 0
    for engine in engines:
        engine.dispose()


# A server that is away, and what outlives a crash


def test_a_server_that_is_away_is_said_and_all_goes_on_when_it_is_back(store):
    add_answers(store, "room", submissions(("p1", "head", "543.21")))
    server().stop()
    try:
        for _ in range(2):
            with pytest.raises(StorageError, match="cannot be reached") as told, store.connect():
                pass
            assert told.value.kind == "gone"
    finally:
        server().start()
    assert add_answers(store, "room", submissions(("p1", "head", "543.21"), ("p2", "head", "......"))).added == 1


def test_what_was_said_to_be_stored_outlives_a_crash_of_the_server(small):
    """With PostgreSQL's own settings, as a server has them."""
    with closing(Cluster(server().programs)) as own:
        own.make("crash", "template0")
        engine = open_store(own.url("crash"))
        add_event(engine, NewEvent("room", "A room"), small)
        for k in range(5):
            add_answers(engine, "room", submissions((f"p{k}", "head", "543.21")))
        own.stop(3)
        own.start()
        with engine.connect() as connection:
            assert queries.cards(connection, ["room"]).n == 5
        engine.dispose()


# What the commands say


def test_a_backup_names_the_programs_that_make_one(store, tmp_path):
    with pytest.raises(StoreError, match="`pg_dump --format=custom") as told:
        backup(store, tmp_path / "kept.db")
    assert "`pg_restore" in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_a_dump_brings_a_store_back_with_its_rules(store, tmp_path):
    add_answers(store, "room", submissions(("p1", "head", "543.21")))
    url = fresh("template0")
    cluster().dumped(store.url.database, create_engine(url).url.database)
    again = open_store(url)
    assert everything(again) == everything(store)
    with pytest.raises(StoreError, match="does not fit"):
        add_answers(again, "room", submissions(("p2", "head", "9.....")))
    again.dispose()


def test_what_was_erased_is_kept_in_the_folder_that_the_settings_name(store, tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_FILES", str(tmp_path / "files"))
    add_answers(store, "room", submissions(("p1", "head", "543.21")))
    file = trash.erase_event(store, "room")
    assert file.parent == tmp_path / "files"
    with store.connect() as connection:
        (thrown,) = trash.held(connection)
    trash.put_back(store, thrown.id)
    with store.connect() as connection:
        assert queries.cards(connection, ["room"]).n == 1
