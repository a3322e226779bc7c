"""Replies in the store: refused, kept, never altered, and there after a migration."""

import pytest
from databases import EMPTY, address, at_revision, of_sqlite
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError
from support import submissions

from sctrain.errors import StoreError
from sctrain.store import queries
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

SAID = ["long=day;mix=a+b", "", "long=week"]
THREE = submissions(("p1", "head", "543.21"), ("p2", "officer", "......"), ("p3", "", "111111")).assign(replies=SAID)


def replies(store, version=None, events=("room",)):
    """How long and which mix of each answer, by its role."""
    with store.connect() as connection:
        roles = queries.cards(connection, events, version).profile["role"]
        read = queries.replies(connection, events, version, ["long", "mix"])
    columns = [[codes.values[i] for i in codes.code] for codes in (roles, read["long"], read["mix"])]
    return {role: said for role, *said in zip(*columns, strict=True)}


def test_replies_come_back_beside_the_answers_they_belong_to(store):
    add_answers(store, "room", THREE)
    assert replies(store) == {"head": ["day", "a+b"], "officer": ["", ""], "": ["week", ""]}


def test_a_changed_reply_is_a_correction(store):
    first = add_answers(store, "room", THREE)
    again = add_answers(store, "room", THREE.assign(replies=["long=day;mix=a", *SAID[1:]]))
    assert (again.added, again.corrected, again.unchanged) == (0, 1, 2)
    assert replies(store)["head"] == ["day", "a"]
    assert replies(store, first.version)["head"] == ["day", "a+b"]


def test_the_database_itself_refuses_a_comma_and_keeps_none(store):
    with pytest.raises(StoreError, match="ck_answer_replies"):
        add_answers(store, "room", THREE.assign(replies=["", "long=day,mix=a", ""]))
    assert replies(store) == {}


def test_the_database_itself_refuses_to_alter_replies(store):
    add_answers(store, "room", THREE)
    with pytest.raises(IntegrityError, match="never altered"), store.begin() as connection:
        connection.execute(text("UPDATE answer SET replies = 'long=year'"))
    assert replies(store)["head"] == ["day", "a+b"]


def test_no_event_has_no_replies(store):
    with store.connect() as connection:
        read = queries.replies(connection, [], None, ["long"])["long"]
    assert (read.values, read.code.size) == ((), 0)


@of_sqlite("its plan of the query")
@pytest.mark.parametrize("version", [None, 3])
def test_cards_and_replies_are_read_by_id(store, version):
    """Nothing sorts the rows in SQLite: that it walks the ids is what lets two reads meet row by row."""
    add_answers(store, "room", THREE)
    asked = []
    with store.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _k, sql, given, *_: asked.append((sql, given)))
        queries.cards(connection, ["room"], version)
        queries.replies(connection, ["room"], version, ["long"])
        joined = [(sql, given) for sql, given in asked if "group_concat" in sql]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all() for sql, given in joined]
    assert len(plans) == 2
    for (step,) in plans:
        assert step.detail == "SEARCH answer USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"


def test_a_store_from_before_there_were_replies_still_reads(tmp_path, small):
    url = address(tmp_path, "old", EMPTY)
    _make_older(url, small)
    with open_store(url).connect() as connection:
        assert queries.cards(connection, ["room"]).n == 1
        read = queries.replies(connection, ["room"], None, ["long"])["long"]
        assert [read.values[i] for i in read.code] == [""]
    store = open_store(url)
    with pytest.raises(IntegrityError, match="never altered"), store.begin() as connection:
        connection.execute(text("UPDATE answer SET replies = 'long=year'"))
    add_event(store, NewEvent("later", "Later"), small)
    add_answers(store, "later", THREE)
    assert replies(store, events=("later",))["head"] == ["day", "a+b"]


def _make_older(url, small):
    """A store of revision 0003 with one answer."""
    with at_revision(url, "0003") as connection:
        for statement in OLDER:
            connection.execute(text(statement), {"body": small.to_json()} if ":body" in statement else {})


OLDER = (
    "INSERT INTO change (version, at, kind) VALUES (1, '2018-11-15 00:00:00', 'answers')",
    "INSERT INTO catalogue VALUES ('small', :body)",
    "INSERT INTO questionnaire VALUES (1, 'small', 1, 1, 5, 3, '.12345')",
    "INSERT INTO item VALUES (1, 0, 'a'), (1, 1, 'b'), (1, 2, 'c')",
    "INSERT INTO event (code, title, catalogue) VALUES ('room', 'A room', 'small')",
    "INSERT INTO answer (event, questionnaire_id, person, ratings, version) "
    "VALUES ('room', 1, '0123456789abcdef', '53....', 1)",
)
