"""What the store keeps, refuses and remembers."""

import pandas as pd
import pytest
from databases import everything, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from support import submissions

from sctrain import cards as card
from sctrain.catalogue import Catalogue
from sctrain.errors import StoreError
from sctrain.store import queries
from sctrain.store.write import NewEvent, add_answers, add_event, bring_in

TWO = submissions(("p1", "head", "543.21"), ("p2", "officer", "......"))


def version(store):
    with store.connect() as connection:
        return queries.data_version(connection)


def read(store, events=("room",), at=None):
    with store.connect() as connection:
        return queries.cards(connection, events, at)


def test_answers_come_back_as_they_were_given(store):
    written = add_answers(store, "room", TWO)
    assert (written.added, written.corrected, written.unchanged) == (2, 0, 0)
    cards = read(store)
    assert cards.n == 2
    assert cards.competencies == ("a", "b", "c")
    marked = {cards.profile["role"].values[c]: i for i, c in enumerate(cards.profile["role"].code)}
    assert cards.pairs[:, marked["head"]].tolist() == [5 * 6 + 4, 3 * 6 + 0, 2 * 6 + 1]
    assert not cards.pairs[:, marked["officer"]].any()


def test_the_same_answers_twice_add_nothing_and_raise_no_version(store):
    first = add_answers(store, "room", TWO)
    again = add_answers(store, "room", TWO)
    assert (again.added, again.corrected, again.unchanged) == (0, 0, 2)
    assert again.version == first.version == version(store)


def test_a_correction_replaces_and_the_old_version_still_shows_the_old_answer(store):
    first = add_answers(store, "room", TWO)
    changed = add_answers(store, "room", submissions(("p2", "officer", "555555")))
    assert (changed.added, changed.corrected) == (0, 1)
    assert changed.version == first.version + 1
    assert read(store).n == 2
    assert read(store, at=first.version).pairs.sum() < read(store).pairs.sum()
    with store.connect() as connection:
        assert queries.replaced(connection, ["room"]) == 1
        assert queries.replaced(connection, ["room"], first.version) == 0


def test_one_bad_card_in_a_batch_stores_nothing_of_it(store):
    bad = pd.concat([TWO, submissions(("p3", "head", "96...."))])
    before = version(store)
    with pytest.raises(StoreError, match="does not fit its questionnaire"):
        add_answers(store, "room", bad)
    assert read(store).n == 0
    assert version(store) == before


@pytest.mark.parametrize("ratings", ["5", "5555555", "6.....", "x....."])
def test_the_database_itself_refuses_a_card_that_does_not_fit(store, ratings):
    with pytest.raises(StoreError, match="does not fit"):
        add_answers(store, "room", submissions(("p", "head", ratings)))


@pytest.mark.parametrize(
    "change",
    ["ratings = '111111'", "role = 'head'", "person = '0123456789abcdef'", "version = 1", "id = 99"],
)
def test_the_database_itself_refuses_to_alter_an_answer(store, change):
    add_answers(store, "room", TWO)
    with pytest.raises(IntegrityError, match="never altered"), store.begin() as connection:
        connection.execute(text(f"UPDATE answer SET {change}"))


def test_the_database_itself_refuses_two_standing_answers_of_one_person(store):
    add_answers(store, "room", TWO)
    columns = "event, questionnaire_id, person, ratings, version"
    copy = f"INSERT INTO answer ({columns}) SELECT {columns} FROM answer"
    with pytest.raises(IntegrityError, match=r"(?i)unique"), store.begin() as connection:
        connection.execute(text(copy))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET threshold = 2",
        "UPDATE event SET threshold = 21",
        "UPDATE event SET catalogue = 'nowhere'",
        "INSERT INTO change (version, at, kind) VALUES (99, '2018-11-15', 'gossip')",
        "UPDATE questionnaire SET high = 36",
    ],
)
def test_the_database_itself_refuses_what_no_rule_allows(store, statement):
    with pytest.raises(IntegrityError), store.begin() as connection:
        connection.execute(text(statement))


def test_who_answered_is_kept_only_as_a_salted_hash(store):
    add_answers(store, "room", submissions(("mayor@example.org", "head", "......")))
    add_event(store, NewEvent("other", "Another room"), _catalogue(store))
    add_answers(store, "other", submissions(("mayor@example.org", "head", "......")))
    with store.connect() as connection:
        people = list(connection.scalars(text("SELECT person FROM answer")))
    assert len(set(people)) == 2  # the same person in two rooms cannot be joined
    assert "mayor" not in everything(store)


def _catalogue(store) -> Catalogue:
    with store.connect() as connection:
        return queries.catalogue_of(connection, "small")


def test_an_event_asks_one_catalogue(store, small):
    other = small.model_copy(update={"catalogue": small.catalogue.model_copy(update={"code": "other"})})
    with pytest.raises(StoreError, match=r"asks the competencies of 'small'.*--event"):
        add_event(store, NewEvent("room", "A room"), other)


def test_another_scale_under_the_same_code_is_refused_and_the_old_answers_stay_readable(store, small):
    add_answers(store, "room", TWO)
    wide = small.model_copy(update={"scale": small.scale.model_copy(update={"high": 7})})
    with pytest.raises(StoreError, match="another scale"):
        add_event(store, NewEvent("second", "Second room"), wide)
    assert read(store).n == 2


def test_a_refused_import_leaves_neither_event_nor_catalogue_nor_version(store, small):
    before = version(store)
    other = small.model_copy(update={"catalogue": small.catalogue.model_copy(update={"code": "other"})})
    bad = pd.concat([TWO, submissions(("p3", "head", "96...."))])
    with pytest.raises(StoreError, match="does not fit"):
        bring_in(store, NewEvent("new", "New room"), other, bad)
    assert version(store) == before
    with store.connect() as connection:
        assert [e.code for e in queries.events(connection)] == ["room"]


def test_real_answers_and_made_up_ones_are_not_mixed(store, small):
    with pytest.raises(StoreError, match="not mixed"):
        bring_in(store, NewEvent("room", "A room", is_demo=True), small, TWO)


@pytest.mark.parametrize("code", ["my.room", "a,b", "", "Tür"])
def test_an_event_code_must_be_able_to_stand_in_a_link(code):
    with pytest.raises(StoreError, match="letters, digits"):
        NewEvent(code, "A room")


@pytest.mark.parametrize("threshold", [2, 21])
def test_a_threshold_outside_its_range_is_refused(threshold):
    with pytest.raises(StoreError, match=r"3\.\.20"):
        NewEvent("room", "A room", threshold=threshold)


def test_answers_to_an_unknown_event_are_refused(store):
    with pytest.raises(StoreError, match="no event 'nowhere'"):
        add_answers(store, "nowhere", TWO)


def test_a_changed_label_keeps_the_questionnaire_and_a_new_competency_makes_a_new_one(store, small):
    add_answers(store, "room", TWO)
    renamed = _with(small, small.competency[0].model_copy(update={"label": "Renamed"}), *small.competency[1:])
    add_event(store, NewEvent("room", "A room"), renamed)
    assert _catalogue(store).labels["a"] == "Renamed"
    longer = _with(renamed, *renamed.competency, small.competency[0].model_copy(update={"code": "d"}))
    add_event(store, NewEvent("room", "A room"), longer)
    add_answers(store, "room", submissions(("p3", "head", "11223344")))
    cards = read(store)
    assert cards.competencies == ("a", "b", "c", "d")
    assert sorted(cards.pairs[3].tolist()) == [0, 0, 4 * 6 + 4]  # who was not asked did not answer


def _with(small, *competencies):
    return small.model_copy(update={"competency": tuple(competencies)}, deep=True).model_validate(
        small.model_dump() | {"competency": [c.model_dump() for c in competencies]}
    )


def test_events_of_one_catalogue_are_pooled_and_of_two_scales_refused(store, small):
    add_answers(store, "room", TWO)
    add_event(store, NewEvent("second", "Second room"), small)
    add_answers(store, "second", TWO)
    assert read(store, ("room", "second")).n == 4
    wide = {
        "catalogue": {"code": "wide", "title": "Wide"},
        "scale": {"high": 7},
        "competency": [{"code": "a", "label": "A"}],
    }
    add_event(store, NewEvent("third", "Third room"), Catalogue.model_validate(wide))
    with pytest.raises(StoreError, match="different competencies or scales"):
        read(store, ("room", "third"))


def test_the_rating_view_tells_what_the_cards_tell(store):
    add_answers(store, "room", submissions(("p1", "head", "543.21"), ("p2", "officer", "1.....")))
    query = "SELECT competency, importance, level FROM rating JOIN answer ON answer.id = answer WHERE role = 'head'"
    with store.connect() as connection:
        rows = {tuple(row) for row in connection.execute(text(query))}
        assert connection.scalar(text("SELECT count(*) FROM rating")) == 6
    assert rows == {("a", 5, 4), ("b", 3, None), ("c", 2, 1)}


marks = st.integers(0, 5)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=examples(25),
    deadline=None,
)
@given(st.lists(st.lists(marks, min_size=6, max_size=6), min_size=1, max_size=20), st.integers(0, 10**9))
def test_two_roads_meet_the_view_and_the_cards(store, rows, salt):
    code = f"e{salt}"
    add_event(store, NewEvent(code, "Room"), _catalogue(store))
    texts = ["".join(card.MISSING if m == 0 else str(m) for m in row) for row in rows]
    add_answers(store, code, submissions(*((f"p{i}", "head", t) for i, t in enumerate(texts))))
    query = text("SELECT competency, coalesce(importance, 0) i, coalesce(level, 0) l FROM rating WHERE event = :e")
    with store.connect() as connection:
        by_view = sorted(tuple(r) for r in connection.execute(query, {"e": code}))
        cards = queries.cards(connection, [code])
    by_cards = sorted(
        (c, int(p) // 6, int(p) % 6) for c, line in zip(cards.competencies, cards.pairs, strict=True) for p in line
    )
    assert by_view == by_cards


def test_progress_is_told_to_the_end(store):
    told = []
    add_answers(store, "room", TWO, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (2, 2)
