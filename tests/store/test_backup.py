"""A copy of the store while it is in use, and back: all of it or nothing, and nobody who has withdrawn comes back."""

import os
import re
import resource
import shutil
import signal
import sqlite3
import stat
import threading
import time
from datetime import UTC, datetime

import pytest
from databases import of_sqlite
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live import answer, live_store
from sqlalchemy import text
from support import submissions

from sctrain import views
from sctrain.errors import StorageError, StoreError
from sctrain.selection import Selection
from sctrain.store import phones, queries
from sctrain.store.backup import backup, look_into, restore
from sctrain.store.engine import connect, open_store, writing
from sctrain.store.health import counts, examine
from sctrain.store.write import add_answers

pytestmark = of_sqlite("copies of its file")

SIX = submissions(*((f"p{k}", "head", "543.21") for k in range(6)))
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def room(store):
    """The store with six answers."""
    add_answers(store, "room", SIX)
    return store


def url(engine):
    return str(engine.url)


def rows(engine):
    with engine.connect() as connection:
        return counts(connection)


def people(engine, code="room", version=None):
    with engine.connect() as connection:
        return queries.cards(connection, [code], version).n


def version(engine):
    with engine.connect() as connection:
        return queries.data_version(connection)


def faults(engine):
    return [one for one in examine(engine) if one.is_fault]


def opened(file):
    return open_store(f"sqlite:///{file}")


def test_a_backup_is_a_store_with_the_same_numbers_that_its_owner_alone_may_read(room, tmp_path):
    copy = backup(room, tmp_path / "kept.db")
    assert (copy.answers, copy.version, copy.rows) == (6, version(room), rows(room))
    assert stat.S_IMODE(copy.file.stat().st_mode) == 0o600
    shutil.copy(copy.file, tmp_path / "opened.db")
    other = opened(tmp_path / "opened.db")
    selection = Selection(("room",))
    assert views.gaps(views.read(other, selection), selection).equals(
        views.gaps(views.read(room, selection), selection)
    )
    assert faults(other) == []
    assert look_into(copy.file) == copy


def test_a_backup_is_one_state_of_the_store_while_others_go_on_writing(room, tmp_path):
    """Each writer's change adds one answer, so a copy in which both numbers fit was made of one state."""
    done, written = threading.Event(), []

    def write():
        while not done.is_set():
            written.append(add_answers(room, "room", submissions((f"more{len(written)}", "head", "......"))).version)

    writer = threading.Thread(target=write)
    writer.start()
    first = version(room) - 6
    copies = [backup(room, tmp_path / f"kept{k}.db") for k in range(6)]
    done.set()
    writer.join()
    assert len({copy.version for copy in copies}) > 1, "nothing was written meanwhile"
    start = written[0] - 1
    assert [copy.answers for copy in copies] == [6 + copy.version - start for copy in copies]
    assert first <= start
    assert people(room) == 6 + len(written)


def test_a_backup_into_a_folder_gets_a_name_of_its_own_however_the_clock_stands(room, tmp_path):
    (tmp_path / "kept").mkdir()
    names = [backup(room, tmp_path / "kept", NOON).file.name for _ in range(3)]
    v = version(room)
    assert names == [f"sctrain-20261130-120000-v{v}{extra}.db" for extra in ("", "-2", "-3")]


def test_a_backup_takes_the_place_of_an_older_one_and_of_nothing_else(room, tmp_path):
    backup(room, tmp_path / "kept.db")
    add_answers(room, "room", submissions(("late", "head", "......")))
    assert backup(room, tmp_path / "kept.db").answers == 7
    (tmp_path / "letter.txt").write_text("Dear mayor,")
    with pytest.raises(StoreError, match=r"letter\.txt is there, and is no backup: it is left alone"):
        backup(room, tmp_path / "letter.txt")
    assert (tmp_path / "letter.txt").read_text() == "Dear mayor,"
    with pytest.raises(StoreError, match="is the store itself"):
        backup(room, tmp_path / "store.db")
    assert people(room) == 7


def in_a_fork(work):
    """The exit code of a copy of this process that does the work, negative where it was killed."""
    if (child := os.fork()) == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_backup_that_finds_no_room_leaves_the_older_one_and_no_half_file(room, tmp_path):
    kept = backup(room, tmp_path / "kept.db")

    def without_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        try:
            backup(open_store(url(room)), tmp_path / "kept.db")
        except StoreError as error:
            os._exit(7 if "disk" in str(error) else 1)

    assert in_a_fork(without_room) == 7
    assert look_into(tmp_path / "kept.db") == kept
    assert sorted(file.name for file in tmp_path.iterdir() if "kept" in file.name) == ["kept.db"]


def killed_after(milliseconds, work):
    """Do the work in a copy of this process, which is killed after a moment."""
    if (child := os.fork()) == 0:
        work()
        os._exit(0)
    time.sleep(milliseconds / 1000)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_whoever_kills_a_backup_finds_a_whole_one_or_none(room, tmp_path):
    add_answers(room, "room", submissions(*((f"q{k}", "head", "543.21") for k in range(20_000))))
    ends = []
    for k in range(12):
        file = tmp_path / f"kept{k}.db"
        ends.append(killed_after(15 * k, lambda file=file: backup(open_store(url(room)), file)))
        if file.exists():
            assert look_into(file).answers == 20_006
    assert -signal.SIGKILL in ends
    assert faults(room) == []


def test_a_restore_brings_everything_back_and_keeps_what_was_there(room, tmp_path):
    copy = backup(room, tmp_path / "kept.db")
    before = rows(room)
    add_answers(room, "room", submissions(("late", "head", "555555"), ("p1", "head", "111111")))
    later = version(room)
    done = restore(url(room), copy.file, NOON)
    assert people(room) == 6
    after = rows(room)
    assert after.pop("trail") == before.pop("trail") + 2  # what was done since stays told: an import, the restore
    assert after == before | {"change": before["change"] + 1}
    assert done.kept.name == "store.before-restore-20261130-120000.db"
    assert look_into(done.kept).answers == 8
    assert done.version == version(room) == later + 1  # so nothing that a page remembers is taken for this
    assert faults(room) == []
    again = restore(url(room), done.kept, NOON)
    assert people(room) == 7
    assert again.version == later + 2


def test_a_frozen_link_to_a_version_that_was_lost_shows_what_came_back(room, tmp_path):
    copy = backup(room, tmp_path / "kept.db")
    lost = add_answers(room, "room", submissions(("late", "head", "555555"))).version
    restore(url(room), copy.file)
    assert people(room, version=lost) == 6
    assert "1 numbers are not used" in next(one.said for one in examine(room) if one.what == "versions")


def test_who_withdrew_since_the_backup_does_not_come_back_with_it(tmp_path):
    with live_store(tmp_path) as live:
        for me in ("ann", "bob", "eve"):
            answer(live, me)
        with writing(live.engine) as connection:
            phones.withdraw(connection, "live", "bob")
        copy = backup(live.engine, tmp_path / "kept.db")
        answer(live, "dan")
        with writing(live.engine) as connection:
            phones.withdraw(connection, "live", "eve")
        done = restore(url(live.engine), copy.file)
        assert done.withdrawn == 1
        assert people(live.engine, "live") == 1  # ann; dan came later, bob and eve have withdrawn
        assert [people(live.engine, "live", v) for v in range(done.version + 1)][-1] == 1
        assert max(people(live.engine, "live", v) for v in range(done.version)) == 1
        assert [answer(live, me, edit=2).state for me in ("bob", "eve")] == ["withdrawn", "withdrawn"]


def test_what_is_acknowledged_while_a_restore_runs_stands_after_it_or_is_kept(tmp_path):
    with live_store(tmp_path) as live:
        answer(live, "first")
        copy = backup(live.engine, tmp_path / "kept.db")
        acknowledged, done = [], threading.Event()

        def send():
            while not done.is_set():
                me = f"phone{len(acknowledged)}"
                assert answer(live, me).state == "kept"
                acknowledged.append(me)
                time.sleep(0.01)  # or nobody else gets the lock

        phone = threading.Thread(target=send)
        phone.start()
        while len(acknowledged) < 5:
            time.sleep(0.01)
        kept = restore(url(live.engine), copy.file).kept
        so_far = len(acknowledged)
        while len(acknowledged) < so_far + 5:
            time.sleep(0.01)
        done.set()
        phone.join()
        shutil.copy(kept, tmp_path / "opened.db")
        other = opened(tmp_path / "opened.db")

        def holds(engine, me):
            with engine.connect() as connection:
                return phones.own(connection, phones.form_of(connection, "live"), me).answer is not None

        where = [(holds(other, me), holds(live.engine, me)) for me in acknowledged]
        assert {sum(pair) for pair in where} == {1}
        assert where == sorted(where, reverse=True)  # first all that is kept, then all that stands


def test_a_restore_that_is_killed_leaves_all_of_the_old_or_all_of_the_new(room, tmp_path):
    copy = backup(room, tmp_path / "kept.db")
    add_answers(room, "room", submissions(*((f"q{k}", "head", "543.21") for k in range(3_000))))
    seen = set()
    for k in range(6):
        killed_after(40 + 70 * k, lambda: restore(url(room), copy.file))
        found = people(room)
        seen.add(found)
        assert found in (6, 3006)
        assert faults(room) == []
        if found == 6:
            add_answers(room, "room", submissions(*((f"q{k}", "head", "543.21") for k in range(3_000))))
    assert 3006 in seen
    restore(url(room), copy.file)
    assert people(room) == 6
    assert not list(tmp_path.glob("*.restoring*"))


def test_a_restore_where_there_is_no_store_makes_one(room, tmp_path):
    copy = backup(room, tmp_path / "kept.db")
    done = restore(f"sqlite:///{tmp_path / 'new' / 'sctrain.db'}", copy.file)
    assert done.kept is None
    other = opened(tmp_path / "new" / "sctrain.db")
    assert people(other) == 6
    assert faults(other) == []


def test_a_damaged_store_is_set_aside_as_it_is_and_the_backup_takes_its_place(room, tmp_path):
    copy = backup(room, tmp_path / "kept.db")
    room.dispose()
    file = tmp_path / "store.db"
    with file.open("r+b") as held:
        held.seek(4096)
        held.write(b"\xa5" * (file.stat().st_size - 4096))
    spoilt = file.read_bytes()
    with pytest.raises(StorageError, match="is damaged"):
        people(room)
    room.dispose()
    done = restore(url(room), copy.file, NOON)
    assert done.damaged
    assert done.kept.read_bytes() == spoilt
    assert done.kept.name == "store.damaged-20261130-120000.db"
    assert people(room) == 6
    assert faults(room) == []


def test_a_store_that_is_only_busy_is_not_taken_for_a_damaged_one(room, tmp_path, monkeypatch):
    copy = backup(room, tmp_path / "kept.db")
    room.dispose()
    monkeypatch.setattr("sctrain.store.engine.PRAGMAS", ("busy_timeout = 50",))
    holder = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    holder.execute("PRAGMA journal_mode = DELETE")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError, match="another program has held"):
        restore(url(room), copy.file)
    holder.execute("COMMIT")
    holder.close()
    assert people(room) == 6


def refused(room, file):
    """What is said of a file that cannot be restored; the store stays as it was."""
    before, stood = rows(room), version(room)
    with pytest.raises(StoreError) as told:
        restore(url(room), file)
    assert (rows(room), version(room)) == (before, stood)
    assert faults(room) == []
    return str(told.value)


def test_what_is_no_backup_is_refused_with_the_reason(room, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear mayor,")
    (tmp_path / "empty.db").touch()
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE fish (name)")
    other.close()
    assert "no backup of a store" in refused(room, tmp_path / "letter.txt")
    assert "no backup of a store" in refused(room, tmp_path / "empty.db")
    assert "a database, but not one of sctrain" in refused(room, tmp_path / "other.db")
    assert "there is no file" in refused(room, tmp_path / "nowhere.db")


def test_a_backup_of_a_later_program_is_refused_and_said(room, tmp_path):
    shutil.copy(backup(room, tmp_path / "kept.db").file, tmp_path / "later.db")
    with sqlite3.connect(tmp_path / "later.db") as later:
        later.execute("PRAGMA user_version = 0")
        later.execute("PRAGMA application_id = 0")
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.close()
    said = refused(room, tmp_path / "later.db")
    assert "made by a later sctrain (schema 9999" in said
    assert "update sctrain" in said


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed")
    with live_store(folder) as live:
        answer(live, "ann")
        yield backup(live.engine, folder / "kept.db").file


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_one_byte_that_is_another_is_found_wherever_it_is(sealed, data):
    whole = sealed.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    spoilt = sealed.with_name("spoilt.db")
    spoilt.write_bytes(whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :])
    with pytest.raises(StoreError, match=r"altered or damaged|no backup|damaged"):
        look_into(spoilt)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(length=st.integers(0, 200_000))
def test_a_backup_that_was_cut_off_is_refused(sealed, length):
    cut = sealed.with_name("cut.db")
    cut.write_bytes(sealed.read_bytes()[:length])
    with pytest.raises(StoreError, match=r"altered or damaged|no backup|damaged"):
        look_into(cut)


def test_a_store_that_was_copied_by_hand_can_be_restored_if_it_is_whole(room, tmp_path):
    with room.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    room.dispose()
    shutil.copy(tmp_path / "store.db", tmp_path / "by_hand.db")
    add_answers(room, "room", submissions(("late", "head", "......")))
    assert restore(url(room), tmp_path / "by_hand.db").copy.answers == 6
    assert people(room) == 6


def test_where_there_is_no_store_none_is_made_by_looking_for_it(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'nowhere.db'}")
    for look in (lambda: backup(engine, tmp_path / "kept.db"), lambda: examine(engine)):
        with pytest.raises(StoreError, match=r"there is no store at .*nowhere\.db yet"):
            look()
    assert list(tmp_path.iterdir()) == []


def test_of_postgresql_its_own_programs_are_named(room, tmp_path):
    copy = backup(room, tmp_path / "kept.db")
    with pytest.raises(StoreError, match=re.escape("`pg_dump --format=custom --file=FILE DATABASE` copies it")):
        restore("postgresql+psycopg://somewhere/else", copy.file)


def test_a_table_emptied_and_a_card_that_does_not_fit_are_found(room):
    with sqlite3.connect(room.url.database) as other:  # its own rules are off unless it asks for them
        other.execute("DROP TRIGGER answer_is_immutable")
        other.execute("UPDATE answer SET ratings = '9' WHERE id = 1")
        other.execute("UPDATE answer SET replaced_in = version + 1 WHERE id = 2")
        other.execute("DELETE FROM item WHERE position = 1")
    other.close()
    found = {one.what: one.said for one in faults(room)}
    assert found["cards"] == "5 of 6 answers fit their questionnaire"
    assert "with other items than they say: [1]" in found["questionnaires"]
    assert "1 rows name a version" in found["versions"]
    assert found["corrections"] == "1 answers were replaced by one that is not there"
    assert found["links"] == "rows that name what is not there: answer: 1"


def test_a_clock_that_went_back_is_told_and_is_no_fault(room):
    with room.begin() as connection:
        connection.execute(
            text("UPDATE change SET at = '2001-01-01 00:00:00' WHERE version = (SELECT max(version) FROM change)")
        )
    (clock,) = [one for one in examine(room) if one.what == "clock"]
    assert (clock.holds, clock.is_fault) == (False, False)
    assert "the order is that of the versions" in clock.said
    assert people(room) == 6
