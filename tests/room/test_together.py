"""What several ask for alike is done at once; who is refused harms nobody."""

import asyncio
from contextlib import ExitStack

from room.conftest import JSON, filled, standing
from sqlalchemy import text

from sctrain.errors import InputError
from sctrain.store.access import CODE_LETTERS, LETTERS
from sctrain.store.engine import writing


def code(n):
    return LETTERS[n] * CODE_LETTERS


def insert(connection, tables):
    """Lock tables; 13 is refused, and 99 breaks the call for all it is handed."""
    handed.append(list(tables))
    for table in tables:
        if table == 99:
            raise ValueError("a slip of ours")
        if table != 13:
            connection.execute(text("INSERT INTO locked (event, table_number) VALUES ('live', :n)"), {"n": table})
    return [InputError("not 13") if table == 13 else f"table {table}" for table in tables]


handed: list[list[int]] = []


def asked(room, *tables):
    """What each is told who asks for a table while another holds the store, and what stands then."""
    handed.clear()
    other = ExitStack()
    other.enter_context(writing(room.engine))

    async def all_at_once():
        writer = room.office.writer
        first = asyncio.ensure_future(writer.do(lambda _: "first"))  # it waits for the other, and the rest for it
        await asyncio.sleep(0.1)
        rest = [asyncio.ensure_future(writer.share(insert, table)) for table in tables]
        await asyncio.sleep(0.1)
        other.close()
        await first
        return await asyncio.gather(*rest, return_exceptions=True)

    told = asyncio.run(all_at_once())
    with room.engine.connect() as connection:
        return told, sorted(connection.scalars(text("SELECT table_number FROM locked")))


def test_all_that_wait_are_handed_over_together_in_their_order(room):
    assert asked(room, 3, 1, 2) == (["table 3", "table 1", "table 2"], [1, 2, 3])
    assert handed == [[3, 1, 2]]


def test_one_that_is_refused_is_told_so_and_the_others_stand(room):
    told, held = asked(room, 1, 13, 2)
    assert [told[0], str(told[1]), told[2]] == ["table 1", "not 13", "table 2"]
    assert held == [1, 2]


def test_where_all_fail_together_each_is_tried_alone(room):
    told, held = asked(room, 1, 99, 2)
    assert [told[0], str(told[1]), told[2]] == ["table 1", "a slip of ours", "table 2"]
    assert held == [1, 2]
    assert handed == [[1, 99, 2], [1], [99], [2]]


def test_phones_that_send_at_the_same_time_are_told_of_their_own(room):
    """Through the form's route: one as usual, one that is damaged, one with a mark that is none, one of a lost link."""
    other = ExitStack()
    other.enter_context(writing(room.engine))
    given = [
        (room.form, filled(code(1))),
        (room.form, filled(code(2)) | {"edit": "x"}),
        (room.form, filled(code(3), i0="9")),
        ("/j/lost", filled(code(4))),
        (room.form, filled(code(5), i0="4")),
    ]
    with room.browser() as client:

        async def all_at_once():
            posts = [asyncio.to_thread(client.post, path, data=data, headers=JSON) for path, data in given]
            sent = asyncio.gather(*posts)
            await asyncio.sleep(0.5)
            other.close()
            return await sent

        told = [answer.status_code for answer in asyncio.run(all_at_once())]
    assert told == [200, 422, 422, 403, 200]
    assert sorted(card for card, *_ in standing(room)) == ["4.....", "52...."]
