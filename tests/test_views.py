"""The views that pages and command line share, on the demo room."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text

from sctrain import views
from sctrain.catalogue import read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches
from sctrain.errors import SelectionError, StoreError
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

EVERYONE = Selection(("demo",))


@pytest.fixture(scope="module")
def demo_store(tmp_path_factory):
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}")
    catalogue = read_catalogue()
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), catalogue)
    for batch in demo_batches(catalogue):
        add_answers(engine, "demo", batch)
    return engine


@pytest.fixture(scope="module")
def room(demo_store):
    return views.read(demo_store, EVERYONE)


def long(store):
    """(person, role, city_size, competency, importance, level) by SQL alone."""
    query = "SELECT a.person, a.role, a.city_size, r.* FROM rating r JOIN answer a ON a.id = r.answer"
    with store.connect() as connection:
        return pd.read_sql(text(query), connection)


def test_the_page_s_gaps_are_the_gaps_of_plain_sql_and_pandas(demo_store, room):
    shown = views.gaps(room, replace(EVERYONE, by="role"))
    pairs = long(demo_store).dropna(subset=["importance", "level"]).assign(gap=lambda d: d.importance - d.level)
    by_hand = pairs.groupby(["competency", "role"])["gap"].agg(["mean", "size"])
    for row in shown[~shown["suppressed"].astype(bool)].itertuples():
        assert row.gap == pytest.approx(by_hand.loc[(row.competency, row.group), "mean"], abs=1e-9)
        assert row.n == by_hand.loc[(row.competency, row.group), "size"]


def test_an_sql_filter_and_a_selection_leave_the_same_people(demo_store, room):
    selection = EVERYONE.where("role", ["elected", "head_of_department"]).where("city_size", ["small_medium"])
    query = (
        "SELECT count(*) FROM answer WHERE replaced_in IS NULL "
        "AND role IN ('elected', 'head_of_department') AND city_size IN ('town', 's', 'm', '')"  # '': with 's'
    )
    with demo_store.connect() as connection:
        assert room.where(selection).sum() == connection.scalar(text(query))


def test_small_roles_have_no_numbers_and_are_not_offered_as_filters(room):
    people = {
        v: int((room.cards.profile["role"].code == i).sum()) for i, v in enumerate(room.cards.profile["role"].values)
    }
    small = {role for role, n in people.items() if n < 5}
    assert small
    shown = views.gaps(room, replace(EVERYONE, by="role")).set_index("group")
    for role in small & set(shown.index):
        assert shown.loc[role, "suppressed"].all()
        assert shown.loc[role, ["n", "gap", "mwds", "importance", "rank", "rank_low"]].isna().all(axis=None)
    assert not small & set(room.offered["role"])


def test_no_filter_is_offered_or_obeyed_whose_number_the_who_page_hides(room):
    mix = views.mix(room, EVERYONE)
    for row in mix[mix["suppressed"].astype(bool) & (mix["option"] != "")].itertuples():
        assert row.option not in room.offered[row.dimension]
        selection = EVERYONE.where(row.dimension, [row.option])
        assert views.people(room, selection) is None
        assert views.gaps(room, selection)["gap"].isna().all()


def test_an_event_of_too_few_is_not_pooled_with_others(room, tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'pool.db'}")
    everybody = demo_batches(room.catalogue)[0]
    for code, people in (("many", everybody), ("some", everybody.head(7)), ("few", everybody.head(3))):
        add_event(engine, NewEvent(code, code.title()), room.catalogue)
        add_answers(engine, code, people)
    pooled = views.read(engine, Selection(("many", "some", "few")))
    assert {event.code for event in pooled.events} == {"many", "some"}
    assert pooled.cards.n == 67


def test_a_selection_of_too_few_people_shows_nothing_at_all(room):
    selection = EVERYONE.where("role", ["elected"]).where("discipline", ["law"])
    assert room.where(selection).sum() < 5
    assert views.people(room, selection) in (None, 0)
    assert views.gaps(room, selection)["gap"].isna().all()
    assert views.mix(room, selection)["n"].fillna(0).eq(0).all()
    assert views.joint(room, selection, room.catalogue.codes[0])["n"].fillna(0).eq(0).all()


def test_the_joint_table_hides_single_cells_and_sums_to_n(room):
    code = room.catalogue.codes[0]
    joint = views.joint(room, EVERYONE, code)
    shown = joint[~joint["suppressed"].astype(bool)]
    assert ((shown["n"] == 0) | (shown["n"] >= 5)).all()
    n = views.gaps(room, EVERYONE).set_index("competency").loc[code, "n"]
    assert shown["n"].sum() < n  # the rest is in the hidden cells


def test_the_same_selection_gives_the_same_numbers_again(room):
    first, again = (views.gaps(room, replace(EVERYONE, by="city_size_band")) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_another_store_with_the_same_answers_tells_the_same_numbers(room, tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'other.db'}")  # another salt, so another order of the answers
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), room.catalogue)
    for batch in demo_batches(room.catalogue):
        add_answers(engine, "demo", batch)
    other = views.read(engine, EVERYONE)
    assert not np.array_equal(other.cards.pairs, room.cards.pairs)
    pd.testing.assert_frame_equal(views.gaps(other, EVERYONE), views.gaps(room, EVERYONE))


def test_the_room_of_an_older_data_version_lacks_what_came_later(demo_store, room):
    older = views.read(demo_store, replace(EVERYONE, version=room.version - 1))
    assert older.cards.n == room.cards.n  # the last change is a correction
    assert room.replaced == 1
    assert older.replaced == 0
    assert not np.array_equal(np.sort(older.cards.pairs.sum(axis=0)), np.sort(room.cards.pairs.sum(axis=0)))
    with pytest.raises(SelectionError, match="data version"):
        views.read(demo_store, replace(EVERYONE, version=room.version + 1))


def test_an_unknown_event_is_refused_with_the_choices_and_an_empty_store_says_what_to_do(demo_store, tmp_path):
    with pytest.raises(SelectionError, match="there are: demo"):
        views.read(demo_store, Selection(("nowhere",)))
    with pytest.raises(StoreError, match="sctrain demo"):
        views.read(open_store(f"sqlite:///{tmp_path / 'empty.db'}"), Selection())


def test_differences_have_a_number_only_where_gaps_show_both_sides(room):
    shown = 0
    for by in room.catalogue.comparisons:
        gaps = views.gaps(room, replace(EVERYONE, by=by), resampled=False).set_index(["group", "competency"])
        for group in gaps.index.unique("group"):
            found = views.compare(room, replace(EVERYONE, by=by, groups=(group,)))
            for row in found.itertuples():
                assert row.suppressed == gaps.loc[(row.group, row.competency), "suppressed"]
                assert row.suppressed or row.gap == pytest.approx(gaps.loc[(row.group, row.competency), "gap"])
                shown += not row.suppressed
            assert found.loc[found["suppressed"].astype(bool)].select_dtypes("number").isna().all(axis=None)
    assert shown > 500


def test_a_group_and_its_rest_are_the_people_of_plain_sql_and_pandas(demo_store, room):
    found = views.compare(room, replace(EVERYONE, by="role", groups=("municipal_officer",)))
    pairs = long(demo_store).dropna(subset=["importance", "level"]).assign(gap=lambda d: d.importance - d.level)
    means = pairs.groupby(["competency", pairs["role"] == "municipal_officer"])["gap"].agg(["mean", "size"])
    for row in found.itertuples():
        (mean, n), (rest, m) = means.loc[(row.competency, True)], means.loc[(row.competency, False)]
        assert (row.n, row.n_reference) == (n, m)
        assert row.difference == pytest.approx(mean - rest)


@pytest.mark.parametrize(
    ("by", "asked", "groups", "reference", "left_out"),
    [
        ("city_size_band", (), ("small_medium",), "large", ()),
        ("role", (), ("programme_manager",), None, ()),
        ("role", ("elected",), ("programme_manager",), None, ("elected",)),
        ("role", ("solution_provider", "municipal_officer"), ("municipal_officer",), "solution_provider", ()),
        ("city_size", ("l", "m", "s", "town"), ("town", "s", "m"), None, ("l",)),
        (None, ("large",), (), None, ("large",)),
    ],
)
def test_whom_a_selection_sets_side_by_side(room, by, asked, groups, reference, left_out):
    met = views.sides(room, replace(EVERYONE, by=by, groups=asked))
    assert (met.groups, met.reference, met.left_out) == (groups, reference, left_out)


def test_a_group_without_a_rest_is_set_beside_nobody(room):
    selection = replace(EVERYONE.where("city_size", ["large"]), by="city_size_band")
    assert views.sides(room, selection).able == ()
    assert views.compare(room, selection).empty
    with pytest.raises(SelectionError, match="two of"):
        views.lens(room, selection)


def test_the_lens_has_the_ranks_of_the_gaps_of_both_groups(room):
    selection = replace(EVERYONE, by="city_size_band", measure="gap")
    lens = views.lens(room, selection).set_index("competency")
    gaps = views.gaps(room, selection).set_index(["group", "competency"])
    for side, group in (("first", "small_medium"), ("second", "large")):
        ranks = gaps.loc[group].loc[lens.index]
        for end, name in (("rank", "rank"), ("low", "rank_low"), ("high", "rank_high"), ("n", "n")):
            assert lens[f"{side}_{end}"].tolist() == ranks[name].tolist()
