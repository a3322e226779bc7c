"""The writer: nobody is told "stored" before the commit that holds theirs, and nobody harms the others."""

import asyncio
import sqlite3
import threading
import time
from contextlib import ExitStack

import httpx2
import pytest
from databases import POSTGRESQL, of_sqlite
from room.conftest import APP, JSON, drafts, filled, standing
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError

from sctrain.errors import InputError
from sctrain.room.writer import WAITING, Busy, Writer
from sctrain.store.access import code
from sctrain.store.engine import writing


def posting(room, **more):
    """A post in a thread of its own: the thread, and where its answer will be."""
    answer = []
    thread = threading.Thread(
        target=lambda: answer.append(room.browser().post(room.form, data=filled(**more), headers=JSON))
    )
    thread.start()
    return thread, answer


@of_sqlite("its settings")
def test_the_writer_s_own_connection_syncs_fully_and_keeps_a_log(room):
    def look(connection):
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "journal_mode")]

    assert asyncio.run(room.office.writer.do(look)) == [2, "wal"]  # 2 is FULL


def test_nobody_is_told_before_the_commit(room):
    with writing(room.engine):  # another writer holds the lock
        thread, answer = posting(room)
        time.sleep(0.4)
        assert answer == []
        assert standing(room) == []
    thread.join(20)
    assert answer[0].json()["state"] == "kept"
    assert len(standing(room)) == 1


def test_what_is_acknowledged_is_on_disk_for_another_process(room):
    room.browser().post(room.form, data=filled())
    other = create_engine(room.engine.url)
    with other.connect() as connection:
        assert connection.execute(text("SELECT ratings FROM answer")).all() == [("52....",)]
    other.dispose()


def test_a_commit_that_fails_is_said_and_nothing_of_it_is_stored(room):
    """A deferred foreign key that leads nowhere: SQLite finds it at the commit. PostgreSQL's server breaks off."""
    engine = room.office.engine

    def spoil(connection):
        if POSTGRESQL:
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.execute(text("INSERT INTO locked (event, table_number) VALUES ('nowhere', 1)"))

    event.listen(engine, "commit", spoil, once=True)
    answer = room.browser().post(room.form, data=filled(), headers=JSON)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "could not be stored" in answer.json()["error"]
    assert "INSERT" not in answer.text
    assert standing(room) == drafts(room) == []
    assert room.browser().post(room.form, data=filled(), headers=JSON).json()["state"] == "kept"


def insert(table):
    def work(connection):
        connection.execute(text("INSERT INTO locked (event, table_number) VALUES ('live', :n)"), {"n": table})
        return table

    return work


def failing(error):
    def work(connection):
        insert(50)(connection)
        raise error

    return work


def locked(room):
    with room.engine.connect() as connection:
        return set(connection.scalars(text("SELECT table_number FROM locked")))


@pytest.mark.parametrize("error", [InputError("no"), KeyError("a slip of ours"), sqlite3.OperationalError("odd")])
def test_one_that_fails_among_many_is_undone_alone(room, error):
    async def all_at_once():
        works = [insert(1), failing(error), insert(2), insert(1), insert(3)]  # 1 twice breaks a key
        return await asyncio.gather(*map(room.office.writer.do, works), return_exceptions=True)

    told = asyncio.run(all_at_once())
    assert [told[0], told[2], told[4]] == [1, 2, 3]
    assert told[1] is error
    assert isinstance(told[3], IntegrityError)
    assert locked(room) == {1, 2, 3}


def test_what_arrives_while_one_commits_is_written_in_one_transaction(room):
    commits = []
    event.listen(room.office.engine, "commit", lambda _: commits.append(1))

    async def all_at_once():
        return await asyncio.gather(*(room.office.writer.do(insert(n)) for n in range(1, 41)))

    assert asyncio.run(all_at_once()) == list(range(1, 41))
    assert len(commits) <= 5
    assert locked(room) == set(range(1, 41))


def test_who_gives_up_waiting_harms_nobody(room):
    other = ExitStack()
    other.enter_context(writing(room.engine))

    async def impatient():
        first = asyncio.ensure_future(room.office.writer.do(insert(1)))
        second = asyncio.ensure_future(room.office.writer.do(insert(2)))
        await asyncio.sleep(0.1)
        second.cancel()
        other.close()
        return await first

    assert asyncio.run(impatient()) == 1
    assert 1 in locked(room)


def test_when_too_much_waits_more_is_refused_at_once(room):
    writer = Writer(room.engine)
    for _ in range(WAITING + 1):
        writer._todo.put((insert(1), None))  # none of it is begun: the thread starts with the first `do`
    with pytest.raises(Busy, match="busy"):
        asyncio.run(writer.do(insert(1)))


def test_a_thousand_posts_at_once_are_all_there_exactly_once(room):
    """Each phone twice: what was acknowledged stands once."""
    phones = [code(12) for _ in range(500)]

    async def send(client, me):
        return me, (await client.post(room.form, data=filled(me, i0="4"), headers=JSON)).json()["state"]

    async def all_at_once():
        transport = httpx2.ASGITransport(app=APP)
        async with httpx2.AsyncClient(transport=transport, base_url="http://room") as client:
            return await asyncio.gather(*(send(client, me) for me in phones * 2))

    told = asyncio.run(all_at_once())
    assert sorted(me for me, state in told if state == "kept") == sorted(phones)
    assert sorted(me for me, state in told if state == "same") == sorted(phones)
    with room.engine.connect() as connection:
        stand = connection.execute(text("SELECT count(*), count(DISTINCT person) FROM answer")).one()
    assert tuple(stand) == (500, 500)
