"""Who withdraws is gone at every data version and does not come back; what is kept ends on its day."""

import pandas as pd
import pytest
from live import answer, live_store
from sqlalchemy import text
from support import submissions

from sctrain import views
from sctrain.errors import StoreError
from sctrain.selection import Selection
from sctrain.store import phones, queries
from sctrain.store.engine import writing
from sctrain.store.write import add_answers

PEOPLE = ("ann", "bob", "cyd", "dan", "eve")


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path) as found:
        yield found


def people(engine, code, version=None):
    with engine.connect() as connection:
        return queries.cards(connection, [code], version).n


def dump(engine):
    with engine.connect() as connection:
        return "\n".join(connection.connection.driver_connection.iterdump())


def withdraw(engine, code, *called):
    with writing(engine) as connection:
        return phones.withdraw_for(connection, code, called)


def rows(*names, role="head", ratings="543.21"):
    return submissions(*((name, role, ratings) for name in names))


def shown(engine, version=None, by="role"):
    """n of competency a, by group that is shown, at a data version, as the page Gaps has it."""
    selection = Selection(("room",), by=by, version=version)
    frame = views.gaps(views.read(engine, selection), selection)
    frame = frame[(frame["competency"] == "a") & ~frame["suppressed"]]
    return dict(zip(frame["group"], frame["n"], strict=True))


def test_a_frozen_link_hides_a_cell_that_falls_below_the_threshold_through_a_withdrawal(store):
    """Five heads and six officers, where five must be; a head withdraws later: no data version shows the heads now."""
    add_answers(store, "room", pd.concat([rows(*PEOPLE), rows(*"uvwxyz", role="officer")]))
    frozen = add_answers(store, "room", rows("ann", ratings="111111")).version
    add_answers(store, "room", rows(*"opqrst", role="officer"))
    assert shown(store, frozen) == {"head": 5, "officer": 6}
    assert withdraw(store, "room", "bob")
    with store.connect() as connection:
        last = queries.data_version(connection)
    for version in (None, *range(1, last + 1)):
        assert "head" not in shown(store, version), version
    assert [people(store, "room", v) for v in (frozen - 1, frozen, last)] == [10, 10, 16]


def test_who_is_withdrawn_by_the_id_of_the_import_is_erased_and_only_a_hash_is_left(store):
    add_answers(store, "room", rows("mayor@example.org", "bob"))
    add_answers(store, "room", rows("mayor@example.org", ratings="111111"))
    assert withdraw(store, "room", "", "mayor@example.org")
    assert not withdraw(store, "room", "mayor@example.org")
    assert people(store, "room") == 1
    said = dump(store)
    assert "mayor" not in said
    assert "111111" not in said
    with store.connect() as connection:
        left = connection.execute(text("SELECT edit, state, content FROM draft")).all()
        assert [tuple(row) for row in left] == [(0, "withdrawn", "")]


def test_an_import_that_brings_back_who_has_withdrawn_lists_the_row_and_stores_nothing_of_it(store):
    add_answers(store, "room", rows(*PEOPLE))
    withdraw(store, "room", "cyd")
    with store.connect() as connection:
        before = queries.data_version(connection)
    again = add_answers(store, "room", rows(*PEOPLE))
    assert (again.added, again.corrected, again.unchanged, again.withdrawn) == (0, 0, 4, (4,))  # row 1 is the heading
    assert again.version == before
    more = add_answers(store, "room", rows("new", *PEOPLE, ratings="555555"))
    assert (more.added, more.corrected, more.withdrawn) == (1, 4, (5,))
    assert people(store, "room") == 5
    assert max(people(store, "room", v) for v in range(more.version)) == 4


def test_somebody_who_withdraws_by_code_from_a_live_event_stays_in_no_version_and_others_do(live):
    for me in PEOPLE:
        answer(live, me)
    answer(live, "bob", "11....", edit=2)
    assert withdraw(live.engine, "live", "bob", "somebody else")
    with live.engine.connect() as connection:
        last = queries.data_version(connection)
    assert max(people(live.engine, "live", v) for v in range(last + 1)) == 4
    assert answer(live, "bob", edit=3).state == "withdrawn"
    assert answer(live, "ann", "55....", edit=2).state == "kept"


def test_a_withdrawal_from_an_event_that_is_not_there_is_refused(store):
    with pytest.raises(StoreError, match="no event 'nowhere'"):
        withdraw(store, "nowhere", "ann")


def test_a_withdrawal_is_of_one_event(store, small):
    from sctrain.store.write import NewEvent, add_event

    add_event(store, NewEvent("other", "Other"), small)
    for code in ("room", "other"):
        add_answers(store, code, rows(*PEOPLE))
    withdraw(store, "room", "ann")
    assert (people(store, "room"), people(store, "other")) == (4, 5)
