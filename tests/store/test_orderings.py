"""In which order people put the short list: what is read of it, at which data version, and when nothing is."""

import pandas as pd
import pytest
from live import answer, live_store

from sctrain.errors import StoreError
from sctrain.store import orderings, phones, queries, setup
from sctrain.store.engine import writing
from sctrain.store.write import raise_version


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path) as found:
        yield found


def put(live, me, *rounds, shortlist=("u", "v", "w")):
    """Somebody's orders by round, as letters from the best on."""
    with writing(live.engine) as connection:
        for name, letters in rounds:
            setup.put(connection, "live", shortlist=shortlist, round=name)
            assert phones.put_in_order(connection, live.phone, "live", me, tuple(letters)).state == "kept"
            raised = queries.data_version(connection)
    return raised


def read(live, version=None):
    with live.engine.connect() as connection:
        return orderings.orders(connection, "live", version)


def told(found, *columns):
    return sorted(map(tuple, found.people[["before", "after", *columns]].to_numpy()))


def test_each_person_has_both_orders_and_the_profile_of_their_answer(live):
    answer(live, "ann", profile={"role": ("head",), "discipline": ("it", "law")}, table=2)
    put(live, "ann", ("before", "uvw"))
    put(live, "ann", ("after", "wuv"))
    put(live, "bob", ("before", "vuw"))
    found = read(live)
    assert found.options == ("u", "v", "w")
    assert told(found, "role", "discipline", "table", "event") == [
        ("u+v+w", "w+u+v", "head", "it+law", "2", "live"),
        ("v+u+w", "", "", "", "", "live"),
    ]
    assert list(found.twice["after"]) == ["w+u+v"]
    assert "person" not in found.people


def test_an_order_is_shown_as_it_stood_and_so_is_the_profile(live):
    answer(live, "ann", profile={"role": ("head",)})
    first = put(live, "ann", ("before", "uvw"))
    put(live, "ann", ("before", "vuw"))
    answer(live, "ann", edit=2, profile={"role": ("officer",)})
    assert told(read(live, first), "role") == [("u+v+w", "", "head")]
    assert told(read(live), "role") == [("v+u+w", "", "officer")]
    assert told(read(live, first - 1)) == []


def test_a_person_who_withdraws_takes_their_orders_out_of_every_version(live):
    then = put(live, "ann", ("before", "uvw"))
    with writing(live.engine) as connection:
        phones.withdraw(connection, "live", "ann")
    assert read(live).people.empty
    assert read(live, then).people.empty


def test_the_list_is_the_one_of_the_newest_order_then(live):
    old = put(live, "ann", ("before", "uvw"))
    put(live, "bob", ("before", "xu"), shortlist=("u", "x"))
    assert (read(live).options, told(read(live))) == (("u", "x"), [("x+u", "")])
    assert (read(live, old).options, told(read(live, old))) == (("u", "v", "w"), [("u+v+w", "")])


def test_another_list_that_is_set_up_changes_nothing_until_somebody_orders_it(live):
    put(live, "ann", ("before", "uvw"))
    with writing(live.engine) as connection:
        setup.put(connection, "live", shortlist=("a", "b"))
    assert read(live).options == ("u", "v", "w")


def test_while_the_survey_is_hidden_there_are_no_orders_at_any_version(live):
    then = put(live, "ann", ("before", "uvw"))
    with writing(live.engine) as connection:
        setup.set_hidden(connection, "live", "survey", True)
    assert read(live).people.empty
    assert (read(live, then).options, len(read(live, then).twice)) == ((), 0)
    with writing(live.engine) as connection:
        setup.set_hidden(connection, "live", "survey", False)
    assert told(read(live)) == [("u+v+w", "")]


def test_orders_that_came_in_together_are_of_one_version(live):
    rows = [("ann", "before", "u+v"), ("ann", "after", "v+u"), ("bob", "after", "u+v")]
    given = pd.DataFrame(rows, columns=["person", "round", "options"])
    with writing(live.engine) as connection:
        version = raise_version(connection, "answers", "rounds")
        orderings.add_orders(connection, "live", given, version)
    assert told(read(live, version)) == [("", "u+v"), ("u+v", "v+u")]
    assert told(read(live, version - 1)) == []
    with writing(live.engine) as connection, pytest.raises(StoreError, match="no round 'later'"):
        orderings.add_orders(connection, "live", given.assign(round="later"), version)
