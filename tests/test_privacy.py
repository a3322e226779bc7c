"""What the gate hides, and that subtraction does not bring it back."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.cards import Cards, Codes
from sctrain.catalogue import Catalogue
from sctrain.privacy import enough, hide_groups, hide_small
from sctrain.selection import Selection
from sctrain.store.queries import Event
from sctrain.views import Room, counts


@pytest.mark.parametrize(
    ("n", "hidden"),
    [
        ([10, 20, 30], [0, 0, 0]),
        ([4, 20, 30], [1, 1, 0]),  # one alone could be had from the total: the next smallest goes with it
        ([4, 3, 30], [1, 1, 0]),  # two together are 7 people: enough cover
        ([1, 2, 30], [1, 1, 1]),  # together only 3, and the rest of all is small too
        ([0, 20, 30], [0, 0, 0]),
        ([0, 4, 30], [0, 1, 1]),
        ([5, 5], [0, 0]),
        ([2], [1]),
        ([], []),
    ],
)
def test_small_counts_and_what_would_tell_them_are_hidden(n, hidden):
    assert hide_small(np.array(n, int), 5).tolist() == [bool(h) for h in hidden]


@pytest.mark.parametrize(
    ("n", "total", "hidden"),
    [
        ([20, 30], 53, [1, 0]),  # 3 people did not say: the total without both groups would tell theirs
        ([20, 30], 55, [0, 0]),
        ([3, 20, 30], 55, [1, 0, 0]),  # what is left of the total is 3 people and 2 who did not say: enough
        ([3, 20, 30], 54, [1, 1, 0]),  # 3 and 1 are too few
        ([20, 28, 4, 4, 4], 60, [1, 0, 1, 1, 1]),  # three of fewer than 5 that make 12 can only be 4 each
    ],
)
def test_the_total_without_the_groups_shown_tells_nobody(n, total, hidden):
    assert hide_small(np.array(n), 5, total=total).tolist() == [bool(h) for h in hidden]


def test_groups_that_overlap_hide_people_once():
    # 27 heads, 24 officers, 3 who are x and y at once: two hidden groups, but 3 people outside.
    people = np.array([27, 24, 3])
    member = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], bool)
    assert hide_groups(people, member, 5).tolist() == [False, True, True, True]


numbers = st.lists(st.integers(0, 40), min_size=1, max_size=8)


@given(numbers, st.integers(3, 10), st.integers(0, 12))
def test_what_is_hidden_has_enough_people_together_or_nothing_is_shown(n, threshold, unlisted):
    n = np.array(n)
    hidden = hide_small(n, threshold, total=int(n.sum()) + unlisted)
    shown = n[~hidden & (n > 0)]
    assert (shown >= threshold).all()
    apart = int(n[hidden].sum()) + unlisted
    if shown.size:
        assert apart == 0 or apart >= threshold
        assert (hidden & (n > 0)).sum() != 1 or unlisted > 0


CATALOGUE = Catalogue.model_validate(
    {
        "catalogue": {"code": "attacked", "title": "Attacked"},
        "competency": [{"code": f"c{i}", "label": f"C{i}"} for i in range(2)],
        "dimension": [
            {
                "code": "city_size",
                "label": "City size",
                "ordered": True,
                "option": [{"code": c, "label": c} for c in "abcd"],
                "rollup": [
                    {"code": "ab", "label": "ab", "members": ["a", "b"]},
                    {"code": "cd", "label": "cd", "members": ["c", "d"]},
                ],
            },
            {"code": "role", "label": "Role", "multiple": True, "option": [{"code": c, "label": c} for c in "xyz"]},
        ],
    }
)


def codes(said):
    values, code = np.unique(np.array(said, object).astype(str), return_inverse=True)
    return Codes(tuple(map(str, values)), code.astype(np.int32))


def room(people):
    """A room of (city size, role, mark of c0, mark of c1)."""
    size, role, *marks = zip(*people, strict=True)
    cards = Cards(("c0", "c1"), 1, 5, np.array(marks, np.uint8), {"city_size": codes(size), "role": codes(role)})
    event = Event("e", "E", None, "", "attacked", 5, False, len(people))
    return Room((event,), CATALOGUE, cards, 1)


person = st.tuples(
    st.sampled_from(["a", "b", "c", "d", "c", "c", ""]),
    st.sampled_from(["x", "y", "z", "x+y", "y+z", "x", ""]),
    st.sampled_from([0, 8, 15, 35]),
    st.sampled_from([8, 22]),
)
rooms = st.lists(person, min_size=1, max_size=70).map(room)


def shown_sets(attacked, by):
    """Of each competency: the sets of people (who answered it) behind the numbers of one view."""
    selection = Selection(("e",), by=by)
    gated, groups = counts(attacked, selection), attacked.groups(by) if by else None
    answered = attacked.cards.pairs > 0
    for c in range(2):
        sets = []
        for g in range(len(gated.groups)):
            held = (
                groups.holds(g) if groups is not None and gated.groups != (None,) else np.ones(attacked.cards.n, bool)
            )
            if not gated.hidden[g, c] and (held & answered[c]).any():
                sets.append(held & answered[c])
        yield c, sets


@settings(deadline=None)
@given(rooms, st.sampled_from([None, "city_size", "city_size_band", "role"]))
def test_no_number_stands_on_fewer_people_than_the_threshold(attacked, by):
    for _, sets in shown_sets(attacked, by):
        assert all(people.sum() >= 5 for people in sets)


@settings(deadline=None)
@given(rooms, st.sampled_from(["city_size", "city_size_band", "role"]))
def test_the_total_without_all_groups_of_a_view_is_nobody_or_enough(attacked, by):
    totals = dict(shown_sets(attacked, None))
    for c, sets in shown_sets(attacked, by):
        if totals[c] and sets:
            rest = totals[c][0] & ~np.any(sets, axis=0)
            assert rest.sum() == 0 or rest.sum() >= 5


@settings(deadline=None)
@given(rooms)
def test_a_roll_up_without_its_classes_is_nobody_or_enough(attacked):
    classes, bands = dict(shown_sets(attacked, "city_size")), dict(shown_sets(attacked, "city_size_band"))
    for c, band_sets in bands.items():
        for band in band_sets:
            inside = [people for people in classes[c] if not (people & ~band).any()]
            if inside:
                rest = band & ~np.any(inside, axis=0)
                assert rest.sum() == 0 or rest.sum() >= 5


@settings(deadline=None)
@given(rooms, st.sampled_from(["a", "b", "c", "d"]))
def test_a_filter_differs_from_no_filter_by_nobody_or_enough(attacked, size):
    selection = Selection(("e",), (("city_size", (size,)),))
    gated, where = counts(attacked, selection), attacked.where(selection)
    for c in range(2):
        answered = attacked.cards.pairs[c] > 0
        if not gated.hidden[0, c] and where.any():
            other = (answered & ~where).sum()
            assert other == 0 or other >= 5


@given(rooms, st.sampled_from(["city_size", "role"]))
def test_a_hidden_cell_holds_no_number(attacked, by):
    gated = counts(attacked, Selection(("e",), by=by))
    assert not gated.cells[gated.hidden].any()
    assert not gated.people[gated.hidden.all(axis=1)].any()


def test_the_few_who_did_not_say_are_with_the_most_frequent_answer_and_so_is_its_label():
    people = [("a", "x", 8, 8)] * 9 + [("c", "x", 8, 8)] * 12 + [("", "x", 35, 8)]
    attacked = room(people)
    assert attacked.members("city_size")["c"] == ("c",)
    assert attacked.opened == {"city_size": "c"}
    assert attacked.group_labels("city_size_band")["cd"] == "cd (or not said)"
    assert attacked.label("city_size", "c").endswith(" (or not said)")
    assert attacked.where(Selection(("e",)).where("city_size", ["c"])).sum() == 13
    assert replace(attacked, version=2).opened == attacked.opened
    gated = counts(attacked, Selection(("e",), by="city_size_band"))
    assert gated.people.tolist() == [9, 13]


@given(rooms)
def test_a_filter_leaves_just_the_people_of_the_group_it_is_called_like(attacked):
    for by, name in (("city_size", "city_size"), ("city_size_band", "city_size"), ("role", "role")):
        groups = attacked.groups(by)
        for g, group in enumerate(groups.codes):
            assert (attacked.where(Selection(("e",)).where(name, [group])) == groups.holds(g)).all()


@pytest.mark.parametrize(("inside", "outside", "yes"), [(5, 0, True), (5, 5, True), (4, 50, False), (50, 4, False)])
def test_a_filter_is_offered_only_with_enough_people_in_it_and_outside_it(inside, outside, yes):
    assert enough(np.array([True] * inside + [False] * outside), 5) is yes
