"""From a selection to what moved: who counts, what filters and groups show, and what a reader who subtracts learns."""

from itertools import chain, combinations, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from sctrain import moved, views
from sctrain.analysis import moved as analysis
from sctrain.cards import Cards, Codes
from sctrain.selection import Selection
from sctrain.store.orderings import Orders
from sctrain.store.queries import PROFILE, Event
from sctrain.views import Room

OPTIONS = ("a", "b", "c")
WAYS = ["+".join(way) for way in permutations(OPTIONS)]
ROLES = ("head", "officer", "clerk")


def catalogue(small):
    role = small.dimension[0]
    third = role.option[0].model_copy(update={"code": "clerk", "label": "Clerk"})
    return small.model_copy(update={"dimension": (role.model_copy(update={"option": (*role.option, third)}),)})


def twice(small, rows, threshold=3):
    """Those who put a, b and c in order: rows of (role, before, after, people); all of them have answered."""
    people = [(role, before, after) for role, before, after, n in rows for _ in range(n)]
    frame = pd.DataFrame(people, columns=["role", "before", "after"]).reindex(
        columns=["before", "after", *PROFILE], fill_value=""
    )
    event = Event("room", "A room", None, "", "small", threshold, False, len(people))
    codes, names = pd.factorize(frame["role"], sort=True)
    profile = {name: Codes(("",), np.zeros(len(people), np.int32)) for name in PROFILE}
    profile["role"] = Codes(tuple(map(str, names)), codes.astype(np.int32))
    cards = Cards(OPTIONS, 1, 5, np.full((3, len(people)), 7, np.uint8), profile)
    return moved.twice_of(Orders(OPTIONS, frame), Room((event,), catalogue(small), cards, 1))


def joined(letters):
    return "+".join(letters)


def rows(*given):
    return [(role, joined(before), joined(after), n) for role, before, after, n in given]


def where(*roles):
    return Selection(filters=(("role", roles),)) if roles else Selection()


ROOM = (
    *(("head", "abc", "cab", 8), ("head", "abc", "abc", 6), ("head", "bac", "cba", 4)),
    *(("officer", "abc", "abc", 8), ("officer", "abc", "acb", 7), ("officer", "cba", "bca", 6)),
)


def test_what_is_shown_is_of_those_who_put_the_list_in_order_twice(small):
    found = twice(small, [*rows(*ROOM), ("officer", "", joined("abc"), 9), ("head", joined("abc"), "", 5)])
    told = moved.moved(found, Selection())
    assert (told.n, set(told.moved["n"])) == (39, {39})
    assert found.answers.cards.n == 53
    c = told.moved.set_index("option").loc["c"]
    assert c["up"] == pytest.approx(19 / 39)  # 8 and 4 heads, 7 officers
    assert "moved up by" in told.sentence


def test_a_filter_shows_its_people_and_a_comparison_its_groups(small):
    found = twice(small, rows(*ROOM))
    heads = moved.moved(found, where("head"))
    assert (heads.n, set(heads.moved["n"].dropna())) == (18, {18})
    # c: 8 people 2 up, 6 stay, 4 people 2 up: 24/18
    assert heads.moved.set_index("option").loc["c", "shift"] == pytest.approx(1.3)
    groups = moved.moved(found, Selection(by="role")).groups.set_index(["option", "group"])
    assert groups.loc[("c", "head"), "shift"] == pytest.approx(1.3)
    assert groups.loc[("c", "head"), "n"] == 18
    assert groups.loc[("c", "head"), "differs"]


@pytest.mark.parametrize("chosen", [("head",), ("officer",)])
def test_a_filter_with_few_people_in_it_or_outside_it_shows_nothing(small, chosen):
    found = twice(small, rows(*ROOM[:3], ("officer", "abc", "cab", 2)))
    told = moved.moved(found, where(*chosen))
    assert told.n is None
    assert told.moved["suppressed"].all()
    assert told.order["suppressed"].all()
    assert moved.moved(found, Selection()).n == 20


def test_fewer_people_than_the_threshold_show_nothing(small):
    told = moved.moved(twice(small, rows(("head", "abc", "cab", 2))), Selection(by="role"))
    assert told.n is None
    assert told.moved["suppressed"].all()
    assert told.groups["suppressed"].all()
    assert told.sentence.startswith("So few people")


def test_nobody_is_no_error(small):
    found = twice(small, [("head", joined("abc"), "", 9)])
    told = moved.moved(found, Selection(by="role"))
    assert told.n == 0
    assert told.moved["shift"].isna().all()


def test_a_room_without_any_order_has_no_options(small):
    empty = Orders((), pd.DataFrame({name: pd.Series(dtype="str") for name in ("before", "after", *PROFILE)}))
    answers = twice(small, rows(*ROOM)).answers
    found = moved.twice_of(empty, answers)
    assert found.options == ()
    assert moved.moved(found, Selection(by="role")).moved.empty


def test_few_who_left_a_question_open_are_counted_where_the_answers_count_them(small):
    found = twice(small, rows(*ROOM, ("", "abc", "cab", 2)))
    assert found.answers.opened["role"] == "officer"
    assert dict(found.room.opened)["role"] == "officer"
    assert found.room.group_labels("role")["officer"] == "Officer (or not said)"
    assert moved.moved(found, where("officer")).n == 23


def test_what_tells_of_two_people_is_hidden_and_so_is_the_group_that_would_give_it_away(small):
    # Ten officers: one moves c up, one down. The mean 0 and its interval would say so.
    still = (("officer", "abc", "abc", 8), ("officer", "abc", "acb", 1), ("officer", "acb", "abc", 1))
    found = twice(small, rows(*ROOM[:3], *still), threshold=5)
    groups = moved.moved(found, Selection(by="role")).groups.set_index(["option", "group"])
    assert groups.loc[("c", "officer"), "suppressed"]
    assert groups.loc[("c", "head"), "suppressed"]  # everyone minus heads are the officers
    assert groups.loc[("c", "head"), ["shift", "n", "difference"]].isna().all()
    assert moved.moved(found, where("officer")).moved.set_index("option").loc["c", "suppressed"]


# An attacker who adds and subtracts

MANY = settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PEOPLE = st.lists(
    st.tuples(st.sampled_from(ROLES), st.sampled_from(WAYS), st.sampled_from(WAYS)), min_size=8, max_size=45
)


def subsets(roles):
    return chain.from_iterable(combinations(roles, size) for size in range(1, len(roles)))


def known_sums(found, truth):
    """All numbers of people that any view tells, as weights of the unknown counts [roles, options, kinds]."""
    sums = []
    for chosen in [(), *subsets(ROLES)]:
        told = moved.moved(found, where(*chosen))
        inside = np.array([not chosen or role in chosen for role in ROLES], float)
        for option, row in enumerate(OPTIONS):
            shown = told.moved.set_index("option").loc[row]
            for kind, name in enumerate(analysis.KINDS):
                if told.n is None or (pd.isna(shown[name]) and told.n):
                    continue
                weights = np.zeros((len(ROLES), 3, 3))
                weights[:, option, kind] = inside
                assert shown[name] * told.n == pytest.approx((weights * truth).sum()) if told.n else True
                sums.append(weights.ravel())
            if told.n is not None:
                whole = np.zeros((len(ROLES), 3, 3))
                whole[:, option] = inside[:, None]
                sums.append(whole.ravel())
    return np.array(sums).reshape(-1, 9 * len(ROLES))


OVERLAPPING = [  # three views with filters, added and subtracted, told of two heads who left "b" where it was
    *(("clerk", "a+b+c", "c+a+b"), ("officer", "b+a+c", "a+c+b"), ("head", "c+a+b", "a+b+c")),
    *(("clerk", "a+b+c", "c+a+b"), ("officer", "b+a+c", "c+a+b"), ("head", "b+c+a", "a+b+c")),
    *(("clerk", "b+c+a", "a+c+b"), ("officer", "c+a+b", "a+b+c"), ("officer", "a+c+b", "c+b+a")),
    *(("officer", "a+c+b", "c+b+a"), ("officer", "a+b+c", "c+a+b"), ("clerk", "b+a+c", "b+a+c")),
    *(("officer", "a+c+b", "b+c+a"), ("officer", "a+c+b", "c+b+a"), ("head", "b+a+c", "b+a+c")),
    *(("officer", "b+c+a", "a+b+c"), ("head", "c+a+b", "c+a+b"), ("officer", "a+c+b", "b+a+c")),
    *(("head", "c+b+a", "b+c+a"), ("head", "c+b+a", "c+a+b"), ("clerk", "c+a+b", "c+a+b")),
    *(("officer", "b+c+a", "b+c+a"), ("officer", "c+b+a", "b+a+c"), ("clerk", "b+c+a", "b+c+a")),
    ("officer", "c+a+b", "a+c+b"),
]


@MANY
@example(OVERLAPPING)
@given(PEOPLE)
def test_no_number_of_few_people_follows_from_what_all_views_show(small, people):
    found = twice(small, [(*person, 1) for person in people])
    truth = np.zeros((len(ROLES), 3, 3), int)
    for role, before, after in people:
        for option, letter in enumerate(OPTIONS):
            shift = before.split("+").index(letter) - after.split("+").index(letter)
            truth[ROLES.index(role), option, {1: 0, 0: 1, -1: 2}[int(np.sign(shift))]] += 1
    sums = known_sums(found, truth)
    nobody = sums[sums @ truth.ravel() == 0].any(axis=0)  # who adds up to nobody is nobody
    for chosen in [ROLES, *subsets(ROLES)]:
        inside = np.array([role in chosen for role in ROLES], float)
        for option, kind in np.ndindex(3, 3):
            wanted = np.zeros((len(ROLES), 3, 3))
            wanted[:, option, kind] = inside
            if 0 < (wanted * truth).sum() < 3:
                assert not follows(wanted.ravel()[~nobody], sums[:, ~nobody]), (chosen, option, kind)


def follows(wanted, sums):
    """Whether a sum is one of known sums, or can be put together from them."""
    if not len(sums):
        return False
    weights = np.linalg.lstsq(sums.T, wanted, rcond=None)[0]
    return np.abs(sums.T @ weights - wanted).max() < 1e-6


@MANY
@given(PEOPLE)
def test_no_shift_is_shown_of_a_group_or_of_the_others_that_tells_of_few(small, people):
    found = twice(small, [(*person, 1) for person in people])
    groups = moved.moved(found, Selection(by="role")).groups
    cells = {role: [p for p in people if p[0] == role] for role in ROLES}
    for row in groups[~groups["suppressed"].astype(bool) & (groups["n"] > 0)].itertuples():
        inside, outside = cells[row.group], [p for role in ROLES if role != row.group for p in cells[role]]
        for side in (inside, outside):
            steps = np.zeros(5, int)
            for _, before, after in side:
                steps[before.split("+").index(row.option) - after.split("+").index(row.option) + 2] += 1
            assert not 0 < len(side) < 3
            assert not analysis.tells_of_steps(steps, 3)


def test_a_filter_shows_how_far_its_people_moved_something_not_how_many_did(small):
    told = moved.moved(twice(small, rows(*ROOM)), where("head"))
    assert told.moved[["up", "same", "down"]].isna().all(axis=None)
    assert told.moved["shift"].notna().any()
    assert told.shares_sentence == moved.OF_ALL


def test_an_unknown_comparison_shows_no_groups(small):
    told = moved.moved(twice(small, rows(*ROOM)), Selection(by="city_size"))
    assert told.groups.empty
    assert told.group_sentence == ""


def test_labels_stand_beside_codes(small):
    found = twice(small, rows(*ROOM))
    frame = moved.labelled(found, moved.moved(found, Selection(by="role")).groups, "role")
    assert list(frame.columns[:4]) == ["option", "option_label", "group", "group_label"]
    assert set(frame["option_label"]) == {"Competency A", "Competency B", "Competency C"}
    assert set(frame["group_label"]) == {"Head", "Officer"}


def test_people_of_the_selection_are_hidden_where_the_answers_hide_them(small):
    found = twice(small, [*rows(*ROOM), ("clerk", "", "", 1)])
    assert views.people(found.answers, where("head", "officer")) is None
    assert moved.people(found, where("head", "officer")) is None
    assert moved.moved(found, where("head", "officer")).moved["suppressed"].all()
