"""The disk is full, the file is locked, read-only or damaged: each is said, and nothing acknowledged is lost."""

import asyncio
import os
import resource
import sqlite3
from datetime import UTC, datetime
from functools import partial

import pytest
from databases import of_sqlite
from live import answer, live_store
from sqlalchemy import event, text
from support import ROOT, submissions

from sctrain.errors import AccessError, InputError, StorageError
from sctrain.rehearsal import kills
from sctrain.room.writer import Busy, Writer
from sctrain.store import access, queries
from sctrain.store.engine import open_store, writing
from sctrain.store.health import examine
from sctrain.store.write import add_answers

pytestmark = of_sqlite("its file, its locks and its disk")

MANY = submissions(*((f"person{k}", "head", "543212") for k in range(20_000)))


def limited(engine, pragma):
    """The same store, whose connections begin with this pragma."""
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
    return engine


def full(engine):
    """The same store on a disk that has no page left."""
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    return limited(engine, f"max_page_count = {pages + 1}")


def people(engine, code="room"):
    with engine.connect() as connection:
        return queries.cards(connection, [code]).n


def is_whole(engine):
    with engine.connect() as connection:
        return connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_full_disk_is_said_and_what_was_stored_stays(store):
    add_answers(store, "room", submissions(("p1", "head", "543.21")))
    with pytest.raises(StorageError, match=r"the disk is full, so nothing of this was stored.*store\.db") as told:
        add_answers(full(store), "room", MANY)
    assert told.value.kind == "full"
    assert people(store) == 1
    assert is_whole(store)


def test_writing_goes_on_by_itself_once_there_is_space(store):
    with pytest.raises(StorageError, match="disk is full"):
        add_answers(full(store), "room", MANY)
    assert add_answers(limited(store, "max_page_count = 100000"), "room", MANY).added == len(MANY)


def in_a_fork(work):
    """What a copy of this process prints, which ends with the work."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writer, work().encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


def test_a_file_that_may_not_grow_is_said_by_a_real_limit_of_the_system(store):
    """The kernel refuses the write, as it does on a disk with an error."""

    def write_too_much():
        engine = open_store(str(store.url))
        add_answers(engine, "room", MANY[:5])
        size = os.path.getsize(store.url.database) + 300_000  # noqa: PTH202
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            add_answers(engine, "room", MANY)
        except StorageError as error:
            return f"{error.kind}: {error}"
        return "stored"

    assert "reports an error, or lets the file grow no further, so nothing of this was stored" in in_a_fork(
        write_too_much
    )
    assert people(store) == 5
    assert is_whole(store)


def test_a_database_that_another_program_holds_is_said_after_a_wait(store):
    holder = sqlite3.connect(store.url.database, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    quick = limited(store, "busy_timeout = 50")
    with pytest.raises(StorageError, match="another program has held") as told:
        add_answers(quick, "room", MANY[:5])
    assert told.value.kind == "busy"
    holder.execute("COMMIT")
    holder.close()
    assert add_answers(quick, "room", MANY[:5]).added == 5


def test_a_file_that_may_only_be_read_is_read_and_says_so_where_it_is_to_be_written(store):
    add_answers(store, "room", MANY[:5])
    store.dispose()
    only = open_store(f"sqlite:///file:{store.url.database}?mode=ro&uri=true")
    assert people(only) == 5
    with pytest.raises(StorageError, match="may only be read, so nothing of this was stored") as told:
        add_answers(only, "room", MANY[5:9])
    assert told.value.kind == "readonly"
    only.dispose()
    assert people(store) == 5
    assert not (ROOT / "file:").exists()


def spoil(file, start, length):
    """Overwrite a part of a file, as a failing disk may."""
    with open(file, "r+b") as held:  # noqa: PTH123 - the file is altered in place
        held.seek(start)
        held.write(b"\xa5" * length)


def test_a_damaged_file_is_said_wherever_it_is_read(store):
    add_answers(store, "room", MANY)
    store.dispose()
    spoil(store.url.database, 4096 * 30, os.path.getsize(store.url.database) - 4096 * 40)  # noqa: PTH202
    with pytest.raises(StorageError, match=r"is damaged, or is no database.*sctrain restore FILE") as told:
        people(store)
    assert told.value.kind == "damaged"


def test_a_file_that_is_no_database_is_said_as_it_is_opened(tmp_path):
    (tmp_path / "survey.db").write_text("role;country\nhead;PT\n" * 400)
    with pytest.raises(StorageError, match=r"survey\.db is damaged, or is no database"):
        open_store(f"sqlite:///{tmp_path / 'survey.db'}")


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path):
    with pytest.raises(StorageError, match=r"cannot be opened; see that its folder is there") as told:
        open_store(f"sqlite:///{tmp_path}")
    assert told.value.kind == "missing"


def test_what_the_database_undid_by_itself_is_not_called_stored(store):
    """SQLite may end the transaction on an error; the driver's commit then does nothing, without a word."""

    def write_on():
        with writing(store) as connection:
            connection.exec_driver_sql("INSERT INTO locked (event, table_number) VALUES ('room', 1)")
            connection.connection.driver_connection.execute("ROLLBACK")

    with pytest.raises(StorageError, match="nothing of it was stored"):
        write_on()
    with store.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM locked")) == 0


def test_a_phone_s_answer_that_was_acknowledged_outlives_the_fault_that_follows(tmp_path):
    with live_store(tmp_path) as live:
        assert answer(live, "first").state == "kept"
        engine = full(live.engine)
        with pytest.raises(StorageError, match="disk is full"):
            list(map(partial(answer, live), map(str, range(500))))
        kept = people(engine, "live")
        limited(engine, "max_page_count = 100000")
        assert people(engine, "live") == kept >= 1
        assert answer(live, "first").state == "same"


def filling(number):
    """Work for the writer: a row of its own, large enough to fill the disk soon."""

    def work(connection):
        connection.execute(text("INSERT INTO setting VALUES (:n, :v)"), {"n": f"row {number}", "v": "x" * 6000})
        return number

    return work


def test_the_writer_of_a_full_disk_tells_everyone_of_the_batch_and_nobody_wrongly(store):
    """SQLite undoes all of a transaction here, and the work after the one that failed would begin another."""
    writer = Writer(full(store))

    async def all_at_once():
        works = (writer.do(filling(number)) for number in range(40))
        return await asyncio.gather(*works, return_exceptions=True)

    told = asyncio.run(all_at_once())
    with store.connect() as connection:
        names = connection.scalars(text("SELECT name FROM setting WHERE name LIKE 'row %'"))
        held = {int(name.removeprefix("row ")) for name in names}
    assert {one for one in told if isinstance(one, int)} == held
    assert {type(one) for one in told} <= {int, Busy}
    assert Busy in {type(one) for one in told}
    assert "the disk is full" in writer.trouble


def test_a_process_that_is_killed_while_it_writes_loses_nothing_acknowledged_and_halves_no_import(tmp_path):
    """`python -m sctrain kill-test` does this 200 times."""
    found = kills.run(20, tmp_path, seed=20)
    assert (found.lost, found.halves, found.faults) == ([], [], [])
    assert found.times == 20
    assert found.acknowledged >= 15
    assert found.interrupted >= 5


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = kills._made(tmp_path_factory.mktemp("kills"))
    yield place
    place.engine.dispose()


DEED = {"me": "ann", "marks": "5" * 60, "edit": 1, "table": 1, "done": True}


@pytest.mark.parametrize(
    ("deed", "lost", "halves"),
    [
        ({"what": "answer"}, ["ann has none"], []),
        ({"what": "withdraw"}, ["ann has none"], []),
        ({"what": "sheet"}, ["the line ann of table 1"], []),
        ({"what": "import"}, [], ["import ann: 0 of 40 answers"]),
        ({"what": "import", "done": False}, [], []),
        ({"what": "answer", "done": False}, [], []),
    ],
)
def test_the_kill_test_finds_what_was_acknowledged_and_is_not_there(made, deed, lost, halves):
    with made.engine.connect() as connection:
        given = [DEED | deed]
        found = list(kills._lost(connection, given, {})), list(kills._halves(connection, given, {}))
    assert [said[: len(wanted)] for said, wanted in zip(found[0], lost, strict=True)] == lost
    assert found[1] == halves


def test_a_clock_that_jumps_neither_reorders_answers_nor_ends_a_link_for_good(tmp_path):
    """What came last stands, whatever the hour; a link that ended too early opens again when the clock is right."""
    with live_store(tmp_path) as live:
        answer(live, "ann")
        with live.engine.begin() as connection:
            connection.execute(text("UPDATE change SET at = '2040-01-01 00:00:00'"))
        answer(live, "ann", "11....", edit=2)
        with live.engine.connect() as connection:
            assert [queries.cards(connection, ["live"]).n, queries.cards(connection, ["live"], 3).n] == [1, 1]
            card = "SELECT ratings FROM answer WHERE replaced_in IS NULL"
            assert connection.scalar(text(card)) == "11...."
            with pytest.raises(AccessError, match="this link ended on"):
                access.read_link(connection, live.phone, datetime(2040, 1, 1, tzinfo=UTC))
            assert access.read_link(connection, live.phone).event == "live"
            clock = next(one for one in examine(live.engine) if one.what == "clock")
            assert clock.said.startswith("it went back 1 times")


def test_the_kill_test_finds_a_writer_that_acknowledges_before_it_commits(tmp_path, monkeypatch):
    """Each deed is done only when the next one is begun, and said to be done before that."""
    do, make, waiting = kills._do, kills._made, []

    def too_late(place, deed):
        waiting.append(deed)
        if len(waiting) > 1:
            do(place, waiting.pop(0))

    def made_then(folder):
        place = make(folder)
        monkeypatch.setattr(kills, "_do", too_late)
        return place

    monkeypatch.setattr(kills, "_made", made_then)
    found = kills.run(8, tmp_path, seed=5)
    assert len(found.lost) + len(found.halves) >= 3
    assert not found.is_well


def test_a_writer_that_ends_by_itself_is_a_fault_and_nobody_waits_for_it(tmp_path, monkeypatch):
    real = kills._do

    def failing(place, deed):
        if deed["me"] != "first":
            raise InputError("the table is full")
        real(place, deed)

    monkeypatch.setattr(kills, "_do", failing)
    found = kills.run(2, tmp_path, seed=1)
    assert not found.is_well
    told = "the writer ended with InputError('the table is full')"
    assert [told in fault for fault in found.faults] == [True, True]
