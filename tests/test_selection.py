"""A selection and its URL say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sctrain.catalogue import DIMENSIONS, read_catalogue
from sctrain.frames import MEASURES
from sctrain.selection import CROSSHAIRS, SHOWN, SORTS, Selection, from_query

CATALOGUE = read_catalogue()
EVENTS = ("demo", "porto", "gent")


def codes(dimension):
    known = CATALOGUE.dimensions[dimension]
    return st.lists(st.sampled_from(["PT17", "BE2", "x_1"] if known.open else list(known.labels)), max_size=3)


selections = st.builds(
    Selection,
    events=st.lists(st.sampled_from(EVENTS), max_size=3).map(tuple),
    filters=st.tuples(*(st.tuples(st.just(d), codes(d).map(tuple)) for d in DIMENSIONS)),
    by=st.just("city_size"),
    groups=st.lists(st.sampled_from(sorted(CATALOGUE.comparisons["city_size"].groups)), max_size=4).map(tuple),
    measure=st.sampled_from(sorted(MEASURES)),
    sort=st.sampled_from(SORTS),
    competency=st.none() | st.sampled_from(CATALOGUE.codes),
    cross=st.sampled_from(CROSSHAIRS),
    show=st.sampled_from(SHOWN),
    topic=st.sampled_from([None, "contents"]),
    option=st.none() | st.sampled_from(CATALOGUE.codes),
    challenge=st.none() | st.sampled_from([c.code for c in CATALOGUE.challenge]),
    hours=st.none() | st.integers(1, 9999),
    weight=st.none() | st.integers(0, 100),
    floor=st.none() | st.integers(0, 100),
    balance=st.none() | st.integers(0, 100),
    lock=st.lists(st.sampled_from([m.code for m in CATALOGUE.modules]), max_size=3).map(tuple),
    left=st.lists(st.sampled_from([m.code for m in CATALOGUE.modules]), max_size=3).map(tuple),
    instead=st.none() | st.integers(1, 9999),
    line=st.sampled_from([None, "form_duration", *(m.code for m in CATALOGUE.modules)]),
    version=st.none() | st.integers(1, 10**6),
)


@given(selections)
def test_a_url_brings_back_the_selection_it_was_made_from(selection):
    assert from_query(selection.query(), CATALOGUE, EVENTS) == (selection, [])


@given(selections)
def test_the_order_of_choosing_does_not_matter(selection):
    turned = Selection(
        events=selection.events[::-1],
        filters=tuple((d, codes[::-1]) for d, codes in selection.filters[::-1]),
        by=selection.by,
        groups=selection.groups[::-1],
        measure=selection.measure,
        sort=selection.sort,
        competency=selection.competency,
        cross=selection.cross,
        show=selection.show,
        topic=selection.topic,
        option=selection.option,
        challenge=selection.challenge,
        hours=selection.hours,
        weight=selection.weight,
        floor=selection.floor,
        balance=selection.balance,
        lock=selection.lock[::-1],
        left=selection.left[::-1],
        instead=selection.instead,
        line=selection.line,
        version=selection.version,
    )
    assert turned == selection
    assert hash(turned) == hash(selection)


@pytest.mark.parametrize(
    ("query", "dropped"),
    [
        ({"role": "wizard.elected"}, "role “wizard”"),
        ({"event": "paris"}, "event “paris”"),
        ({"by": "shoe_size"}, "by “shoe_size”"),
        ({"competency": "juggling"}, "competency “juggling”"),
        ({"v": "now"}, "v “now”"),
        ({"measure": "luck"}, "measure “luck”"),
        ({"hours": "0"}, "hours “0”"),
        ({"weight": "101"}, "weight “101”"),
        ({"floor": "most"}, "floor “most”"),
        ({"balance": "-5"}, "balance “-5”"),
        ({"lock": "juggling"}, "lock “juggling”"),
        ({"left": "juggling"}, "left “juggling”"),
        ({"instead": "none"}, "instead “none”"),
        ({"line": "form_juggling"}, "line “form_juggling”"),
    ],
)
def test_what_a_url_asks_for_and_is_unknown_is_dropped_and_said(query, dropped):
    selection, said = from_query(query, CATALOGUE, EVENTS)
    assert said == [dropped]
    assert selection.by is None
    assert selection.filter("role") == (("elected",) if "role" in query else ())


def test_a_selection_speaks_in_labels():
    selection = Selection(filters=(("role", ("elected",)), ("country", ("PT", "ES"))))
    role = CATALOGUE.dimensions["role"].label_of("elected")
    assert selection.words(CATALOGUE) == f"country: Spain or Portugal; role: {role}"
    assert Selection().words(CATALOGUE) == "everyone"


@given(selections)
def test_a_file_name_has_no_sign_that_a_file_name_may_not_have(selection):
    assert set(selection.slug()) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def test_a_link_keeps_a_weight_and_a_floor_of_nothing():
    selection, said = from_query({"weight": "0", "floor": "0", "balance": "0"}, CATALOGUE, EVENTS)
    assert (selection.weight, selection.floor, selection.balance) == (0, 0, 0)
    assert said == []
    assert {key: selection.query()[key] for key in ("weight", "floor", "balance")} == dict.fromkeys(
        ("weight", "floor", "balance"), "0"
    )


def test_a_module_nobody_knows_is_dropped_and_the_other_kept():
    selection, said = from_query({"lock": "procurement.juggling"}, CATALOGUE, EVENTS)
    assert selection.lock == ("procurement",)
    assert said == ["lock “juggling”"]
