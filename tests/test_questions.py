"""From a selection to replies and clashes past the gate: numbers by hand, and what must not be told."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from session import KNOWN, drawn, room_of
from support import submissions

from sctrain import views
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.questions import asked, clash, contrasts, replied
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

EVERYONE = Selection()
SMALL = Catalogue.model_validate(
    {
        "catalogue": {"code": "small", "title": "Small"},
        "competency": [{"code": "c", "label": "C"}],
        "dimension": [
            {
                "code": "city_size",
                "label": "City size",
                "ordered": True,
                "option": [{"code": c, "label": c} for c in "stul"],
                "rollup": [
                    {"code": "stu", "label": "small", "members": list("stu")},
                    {"code": "ll", "label": "large", "members": ["l"]},
                ],
            },
            {"code": "role", "label": "Role", "multiple": True, "option": [{"code": c, "label": c} for c in "xyz"]},
        ],
        "question": [
            {"code": "one", "label": "One?", "option": [{"code": c, "label": c} for c in "abc"]},
            {"code": "many", "label": "Many?", "kind": "multiple", "option": [{"code": c, "label": c} for c in "abc"]},
            {
                "code": "order",
                "label": "Order?",
                "kind": "ordered",
                "option": [{"code": c, "label": c} for c in "abcd"],
            },
            {"code": "words", "label": "Words?", "kind": "text"},
        ],
    }
)


def of(people, threshold=5):
    """A room of (city size, role, one, many, order)."""
    size, role, one, many, order = map(list, zip(*people, strict=True))
    return room_of(SMALL, {"city_size": size, "role": role}, {"one": one, "many": many, "order": order}, threshold)


PEOPLE = [
    *[("s", "x", "a", "a+b", "a")] * 10,
    *[("s", "y", "b", "a", "b")] * 8,
    *[("t", "x", "a", "a+b+c", "c")] * 9,
    *[("l", "y", "b", "b+c", "d")] * 7,
    *[("l", "x+y", "a", "", "d")] * 6,
]


def table(frame, question, column="n"):
    rows = frame[frame["question"] == question]
    keys = zip(rows["option"] + rows["or_more"].map({True: "+", False: ""}), rows["group"], strict=True)
    return {key: None if pd.isna(n) else n for key, n in zip(keys, rows[column].astype(object), strict=True)}


def test_everyone_s_replies_are_counted_of_those_who_replied():
    frame = replied(*of(PEOPLE), EVERYONE)
    assert table(frame, "one") == {("a", None): 25, ("b", None): 15, ("c", None): 0}
    assert table(frame, "many") == {("a", None): 27, ("b", None): 26, ("c", None): 16}
    assert set(table(frame, "many", "respondents").values()) == {34}


def test_an_ordered_question_has_its_middle_and_by_groups_only_that():
    room, replies = of(PEOPLE)
    assert table(replied(room, replies, EVERYONE), "order") == {
        **{("a", None): 10, ("b", None): 8, ("c", None): 9, ("d", None): 13},
        ("c+", None): 22,  # 22 of 40 reach c, 30 reach b: c is nearer to half
    }
    grouped = table(replied(room, replies, Selection(by="city_size_band")), "order")
    assert grouped == {("c+", "stu"): 9, ("c+", "ll"): 13}


def test_a_single_question_answered_twice_is_no_reply():
    people = [*PEOPLE, *[("s", "x", "a+b", "", "")] * 6]
    assert table(replied(*of(people), EVERYONE), "one") == {("a", None): 25, ("b", None): 15, ("c", None): 0}


def test_replies_by_group_count_who_has_two_roles_in_both():
    frame = replied(*of(PEOPLE), Selection(by="role"))
    assert table(frame, "one")[("a", "x")] == 25
    assert table(frame, "one", "respondents")[("a", "x")] == 25


def test_only_questions_that_somebody_replied_to_are_asked():
    room, replies = of(PEOPLE)
    assert list(asked(room, replies)) == ["one", "many", "order"]
    silent = {code: of([("s", "x", "", "", "")] * 12)[1][code] for code in replies}
    room = of([("s", "x", "", "", "")] * 12)[0]
    assert asked(room, silent) == {}
    assert replied(room, silent, EVERYONE).empty
    assert clash(room, silent, EVERYONE).clashes.empty


def test_few_of_an_option_are_hidden_with_what_would_tell_them():
    people = [*PEOPLE, *[("s", "x", "c", "", "")] * 2]
    assert table(replied(*of(people), EVERYONE), "one") == {("a", None): 25, ("b", None): None, ("c", None): None}


def test_an_option_that_is_hidden_for_everyone_is_hidden_in_every_group():
    people = [*PEOPLE * 3, *[("s", "x", "c", "", "")] * 2]
    shown = table(replied(*of(people), Selection(by="city_size")), "one")
    assert {n for (option, _), n in shown.items() if option in "bc"} == {None}


def test_a_filter_that_leaves_few_of_an_option_outside_hides_it():
    people = [*PEOPLE, *[("u", "z", "a", "a", "a")] * 3, *[("u", "z", "b", "b", "b")] * 9]
    sizes = Selection(filters=(("city_size", ("l", "s", "t")),))
    shown = table(replied(*of(people), sizes), "one")
    assert shown[("a", None)] is None  # 25 here, 28 of everyone: the three of u would be told


def test_a_filter_shows_nothing_that_the_groups_hide():
    people = [*PEOPLE, *[("u", "z", "b", "b", "b")] * 3, *[("u", "z", "a", "a", "a")] * 9]
    room, replies = of(people)
    grouped = table(replied(room, replies, Selection(by="city_size")), "one")
    for size in "stul":
        alone = table(replied(room, replies, Selection(filters=(("city_size", (size,)),))), "one")
        for option in "abc":
            assert grouped[(option, size)] is not None or alone[(option, None)] is None


def test_too_few_people_have_no_number():
    frame = replied(*of(PEOPLE), Selection(filters=(("role", ("z",)),)))
    assert frame["n"].fillna(0).eq(0).all()
    few = replied(*of(PEOPLE[:3]), EVERYONE)
    assert few["n"].isna().all()


def test_a_planted_difference_is_found_and_a_comparison_that_is_none_has_no_row():
    people = [*[("s", "x", "a", "a", "a")] * 20, *[("s", "x", "b", "a", "a")] * 5]
    people += [*[("l", "y", "a", "a", "b")] * 5, *[("l", "y", "b", "a", "b")] * 20]
    frame = contrasts(*of(people), Selection(by="city_size"))
    assert set(frame.loc[frame["differs"], "question"]) == {"one", "order"}
    assert contrasts(*of(people), EVERYONE).empty


person = st.tuples(
    st.sampled_from(["s", "t", "u", "l", "l", ""]),
    st.sampled_from(["x", "y", "z", "x+y", ""]),
    st.sampled_from(["a", "a", "b", "c", ""]),
    st.sampled_from(["a", "a+b", "c", ""]),
    st.sampled_from(["a", "b", "c", "d"]),
)
BY = st.sampled_from([None, "city_size", "city_size_band", "role"])


@settings(deadline=None, max_examples=25)
@given(st.lists(person, min_size=1, max_size=50), BY)
def test_no_number_is_of_fewer_people_than_the_threshold(people, by):
    room, replies = of(people)
    frame = replied(room, replies, Selection(by=by if by in room.compared_by else None))
    shown = frame[~frame["suppressed"].astype(bool)]
    n, of_ = shown["n"].to_numpy(int), shown["respondents"].to_numpy(int)
    assert ((n == 0) | (n >= 5)).all()
    assert ((of_ - n == 0) | (of_ - n >= 5)).all()
    assert np.allclose(shown["share"].astype(float)[of_ > 0], (n / np.maximum(of_, 1))[of_ > 0])


@settings(deadline=None, max_examples=25)
@given(st.lists(person, min_size=10, max_size=50), st.sampled_from(["city_size", "role"]))
def test_no_group_s_reply_is_left_over_when_all_that_is_shown_is_taken_from_everyone(people, by):
    """The sets of people behind each option: what no shown group has is nobody, or enough."""
    room, replies = of(people)
    if by not in room.compared_by:
        return
    everyone, grouped = (replied(room, replies, Selection(by=b)) for b in (None, by))
    for option in "abc":
        chose = replies["one"].holds((option,))
        rows = grouped[(grouped["question"] == "one") & (grouped["option"] == option)]
        if table(everyone, "one").get((option, None)) is None:
            assert rows["n"].isna().all()
            continue
        inside = [room.cards.profile[by].holds(room.members(by)[g]) for g in rows.loc[rows["n"].notna(), "group"]]
        left = (chose & ~np.any(inside, axis=0)).sum() if inside else chose.sum()
        assert left == 0 or left >= 5


# Clashes


def test_a_planted_clash_is_found_told_and_mended():
    found = clash(*drawn(people=150, seed=3, shut_out=True), EVERYONE)
    out = found.clashes[found.clashes["shut_out"]]
    assert "town" in set(out["group"])
    row = out.set_index("group").loc["town"]
    assert (row["duration"], row["form"], row["n"], row["share_high"] < 0.2) == ("three_months", "yes", 0, True)
    assert found.sentences[0].startswith("“About three months, part time”, “Yes, mainly online")
    assert "but none of the" in found.sentences[0]
    town = found.kinder.set_index("group").loc["town"]
    assert town["share"] > row["share"]
    assert "would suit more groups" in found.told


def test_in_rooms_where_nobody_differs_no_clash_is_claimed():
    claimed = sum(clash(*drawn(people=60, seed=seed), EVERYONE).shuts_out for seed in range(100))
    assert claimed <= 5


def test_whom_a_format_would_suit_is_counted_by_hand():
    people = {"city_size": ["town"] * 12 + ["l"] * 18}
    durations = ["week"] * 6 + ["month"] * 6 + ["three_months"] * 12 + ["year"] * 6
    room, replies = room_of(KNOWN, people, {"how_long": durations, "mainly_elearning": ["yes"] * 24 + ["unsure"] * 6})
    found = clash(room, replies, EVERYONE)
    assert found.formats.loc[found.formats["chosen"], ["duration", "n"]].to_numpy().tolist() == [["three_months", 12]]
    rows = found.clashes.set_index(found.clashes["group"].fillna("all"))
    assert rows.loc["all", ["n", "respondents"]].tolist() == [18, 30]  # 12 of three months, 6 of a year and any form
    assert rows.loc["town", ["n", "respondents"]].tolist() == [0, 12]
    assert rows.loc["l", ["n", "respondents"]].tolist() == [18, 18]
    kinder = found.kinder[found.kinder["group"] == "town"].iloc[0]
    assert (kinder["duration"], kinder["n"]) == ("month", 6)


def asked_of(durations, forms, **profile):
    n = len(durations)
    everyone = {"city_size": ["l"] * n, **profile}
    return room_of(KNOWN, everyone, {"how_long": durations, "mainly_elearning": forms})


def test_a_format_beside_a_number_that_it_suits_does_not_tell_three_people():
    yes, no = {"three_months": 18, "year": 3, "week": 12, "day": 2}, {"three_months": 7, "year": 6, "week": 6, "day": 6}
    durations = [code for given in (yes, no) for code, n in given.items() for _ in range(n)]
    found = clash(*asked_of(durations, ["yes"] * 35 + ["no"] * 25), EVERYONE)
    assert found.clashes.loc[found.clashes["group"].isna(), "n"].tolist() == [21]
    cells = found.formats.set_index(["duration", "form"])
    assert cells.loc[("three_months", "yes"), ["chosen", "suppressed"]].tolist() == [True, True]
    assert pd.isna(cells.loc[("three_months", "yes"), "n"])


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.integers(20, 120), st.booleans())
def test_what_a_format_suits_less_what_is_shown_of_it_is_nobody_or_enough(seed, people, shut_out):
    found = clash(*drawn(people, seed, shut_out), EVERYONE)
    shown = found.formats.dropna(subset=["n"])
    order = {o.code: i for q in KNOWN.question if q.code == "how_long" for i, o in enumerate(q.option)}
    for row in pd.concat([found.clashes, found.kinder]).itertuples():
        if pd.isna(row.group) and pd.notna(row.n):
            inside = shown["form"].isin([row.form, "unsure"]) & (shown["duration"].map(order) >= order[row.duration])
            left = row.n - shown.loc[inside, "n"].sum(), row.respondents - row.n - shown.loc[~inside, "n"].sum()
            assert not {1, 2, 3, 4} & set(left)


def test_where_what_most_people_chose_is_hidden_no_format_is_named():
    # All but two of the room chose it: its number would tell the two.
    found = clash(*asked_of(["month"] * 30 + ["week"] * 2, ["yes"] * 32), EVERYONE)
    assert found.clashes.empty
    assert not found.formats["chosen"].any()
    assert found.why == "Which format is chosen most often cannot be shown."
    tied = clash(*asked_of(["month"] * 8 + ["week"] * 8 + ["day"] * 8, ["yes"] * 24), EVERYONE)
    assert tied.why.startswith("No format is chosen by so many more")


@pytest.mark.parametrize(
    ("answered", "kept"),
    [(("region", "cluster", "country"), "country"), (("region", "cluster"), "cluster"), (("region",), "region")],
)
def test_of_countries_partners_and_regions_one_stands_in_a_clash(answered, kept):
    durations = ["week"] * 12 + ["three_months"] * 28
    places = {name: ["AT"] * 20 + ["IT"] * 20 for name in answered}
    room, replies = asked_of(durations, ["yes"] * 40, **places)
    assert set(answered) <= set(room.compared_by)
    told = set(clash(room, replies, EVERYONE).clashes["dimension"].dropna())
    assert told & {"country", "cluster", "region"} == {kept}
    assert "city_size" in told


def test_a_question_of_forms_that_rule_none_out_has_no_kinder_format():
    known = KNOWN.model_dump()
    for question in known["question"]:
        if question["code"] == "mainly_elearning":
            question["option"] = [o for o in question["option"] if o["code"] == "unsure"]
    catalogue = Catalogue.model_validate(known)
    room, replies = room_of(
        catalogue, {"city_size": ["l"] * 20}, {"how_long": ["week"] * 20, "mainly_elearning": ["unsure"] * 20}
    )
    assert clash(room, replies, EVERYONE).clashes.empty


@pytest.mark.parametrize("options", [[], [{"code": "a", "label": "A"}]])
def test_an_ordered_question_of_fewer_than_two_options_is_refused(options):
    known = SMALL.model_dump() | {"question": [{"code": "o", "label": "O?", "kind": "ordered", "option": options}]}
    with pytest.raises(ValueError, match=r"question.o.option: an ordered question has 2 options or more, not [01]"):
        Catalogue.model_validate(known)


def test_a_room_without_both_questions_has_no_clash():
    room, replies = drawn()
    for code in ("how_long", "mainly_elearning"):
        without = {c: codes for c, codes in replies.items() if c != code}
        assert clash(room, without, EVERYONE).formats.empty


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10_000), st.integers(20, 90), st.booleans())
def test_no_clash_tells_a_number_of_few_people(seed, people, shut_out):
    found = clash(*drawn(people, seed, shut_out), EVERYONE)
    for frame in (found.clashes, found.kinder):
        shown = frame[frame["n"].notna()]
        n, of_ = shown["n"].to_numpy(int), shown["respondents"].to_numpy(int)
        assert ((n == 0) | (n >= 5)).all()
        assert ((of_ - n == 0) | (of_ - n >= 5)).all()
        bounded = frame[frame["n"].isna() & frame["n_high"].notna()]
        assert (bounded["n_high"] == 4).all()
    cells = found.formats.dropna(subset=["n"])["n"]
    assert ((cells == 0) | (cells >= 5)).all()


def test_the_store_s_replies_are_those_of_the_same_people(tmp_path):
    engine, catalogue = open_store(f"sqlite:///{tmp_path / 'one.db'}"), read_catalogue()
    add_event(engine, NewEvent("e", "E"), catalogue)
    card = "54" * len(catalogue.codes)
    frame = submissions(*((f"p{i}", ["elected", "academic"][i % 2], card) for i in range(40)))
    texts = [
        "training_needed=everyone" if i % 2 else "training_needed=some;mixing_kinds=cultures+domains" for i in range(40)
    ]
    add_answers(engine, "e", frame.assign(replies=texts))
    room = views.read(engine, EVERYONE)
    shown = replied(room, views.replies(engine, room), replace(EVERYONE, by="role"))
    rows = shown[(shown["question"] == "training_needed")].set_index(["group", "option"])
    assert rows.loc[("elected", "some"), "n"] == rows.loc[("academic", "everyone"), "n"] == 20
    assert rows.loc[("elected", "everyone"), "n"] == 0


@pytest.mark.parametrize("by", ["city_size", "city_size_band"])
def test_a_size_and_its_roll_up_never_contradict_each_other(by):
    room, replies = drawn(people=150, seed=8)
    frame = replied(room, replies, Selection(by=by))
    large = {"city_size": "l", "city_size_band": "large"}
    rows = frame[frame["group"] == large[by]].set_index(["question", "option"])["n"]
    other = replied(room, replies, Selection(by=next(b for b in large if b != by)))
    same = other[other["group"] == next(g for b, g in large.items() if b != by)].set_index(["question", "option"])["n"]
    assert rows.fillna(-1).tolist() == same.fillna(-1).tolist()
