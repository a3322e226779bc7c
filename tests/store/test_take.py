"""What several phones send at once becomes what it would have become one after another, in one data version."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live import live_store, row, undone
from sqlalchemy import text

from sctrain.errors import InputError
from sctrain.forms import Filled
from sctrain.store import phones, queries, setup
from sctrain.store.engine import writing
from sctrain.store.phones import Sent

CARDS = {1: "54....", 2: "55....", 3: "55....", 4: "1.1.1.", 5: "54...."}
MESSAGE = st.tuples(st.sampled_from("xyz"), st.sampled_from(sorted(CARDS)), st.booleans())
FEW = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with live_store(tmp_path_factory.mktemp("take")) as found:
        with writing(found.engine) as connection:  # so that the store has its salt, and people one pseudonym each
            phones.take(connection, found.phone, phones.form_of(connection, "live"), [sent("w", 1, False)])
        yield found


def sent(me, edit, sends):
    return Sent(me, edit, Filled(marks=row(CARDS[edit]))) if sends else Sent(me, edit, draft=CARDS[edit])


def held(connection):
    answers = "SELECT person, ratings, replaced_in IS NULL FROM answer WHERE replaced_in IS NULL ORDER BY person"
    drafts = "SELECT person, edit, state, content FROM draft ORDER BY person"
    return [[tuple(one) for one in connection.execute(text(query))] for query in (answers, drafts)]


@FEW
@given(st.lists(MESSAGE, max_size=6), st.lists(MESSAGE, max_size=8), st.booleans())
def test_at_once_and_one_after_another_are_the_same(live, before, arriving, closes):
    def prepared(connection):
        form = phones.form_of(connection, "live")
        for one in before:
            phones.take(connection, live.phone, form, [sent(*one)])
        if closes:
            setup.put(connection, "live", closed=True)
        return form

    with undone(live.engine) as connection:
        form = prepared(connection)
        told = phones.take(connection, live.phone, form, [sent(*one) for one in arriving])
        together = told, held(connection)
    with undone(live.engine) as connection:
        form = prepared(connection)
        alone = [phones.take(connection, live.phone, form, [sent(*one)])[0] for one in arriving]
        assert together == (alone, held(connection))


def test_answers_of_many_people_are_one_data_version_and_each_of_one_person_another(live):
    with undone(live.engine) as connection:
        form, before = phones.form_of(connection, "live"), queries.data_version(connection)
        phones.take(connection, live.phone, form, [sent("x", 1, True), sent("y", 2, True), sent("z", 4, True)])
        assert queries.data_version(connection) == before + 1
        phones.take(connection, live.phone, form, [sent("x", 2, True), sent("x", 4, True), sent("y", 4, True)])
        assert queries.data_version(connection) == before + 3
        assert queries.cards(connection, ["live"]).n == 3


def test_what_is_refused_among_others_is_told_in_its_place(live):
    with undone(live.engine) as connection:
        form = phones.form_of(connection, "live")
        given = [sent("x", 1, True), Sent("y", 1, Filled()), Sent("", 1, draft="{}"), Sent("z", 0, draft="{}")]
        told = phones.take(connection, live.phone, form, given)
        assert told[0].state == "kept"
        assert [type(one) for one in told[1:]] == [InputError] * 3
        assert [str(one).split(":")[0] for one in told[1:]] == [
            "the form is empty",
            "the personal code is missing, or is none",
            f"an edit is a number from 1 to {2**53}, not 0",
        ]
        assert phones.take(connection, live.phone, form, []) == []
