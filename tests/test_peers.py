"""Peer teaching from the store to what may be shown: who is mixed with whom, and what the gate keeps."""

import numpy as np
import pytest

from sctrain import peers, views
from sctrain.analysis.gaps import gaps
from sctrain.cards import Cards, Codes, decode, encode
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.queries import Event
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.views import Room

ROLES = ("head", "officer", "mayor", "clerk")


def known(items=6, dimension="role", multiple=False):
    options = [{"code": code, "label": code.title()} for code in ROLES]
    asked = {"code": dimension, "label": dimension.title(), "multiple": multiple, "option": options}
    competencies = [{"code": f"c{i}", "label": f"Competency {i}"} for i in range(items)]
    return Catalogue.model_validate(
        {"catalogue": {"code": "made", "title": "Made"}, "competency": competencies, "dimension": [asked]}
    )


def room(values, items=6, seed=1, teachers=None, dimension="role", multiple=False, skip=()):
    """A room of people with these values of a dimension; `teachers` at level 5 of the first competency, else at 2."""
    rng, n = np.random.default_rng(seed), len(values)
    level, importance = rng.integers(1, 6, (n, items)), np.full((n, items), 5)
    if teachers is not None:
        level[:, 0] = np.where(np.arange(n) < teachers, 5, 2)
    for person in skip:
        importance[person, -1] = 0
    pairs = decode("".join(encode(importance, level)).encode(), items, 1, 5)
    distinct, code = np.unique(np.array(values, dtype=object).astype(str), return_inverse=True)
    profile = {dimension: Codes(tuple(map(str, distinct)), code.astype(np.int32))}
    catalogue = known(items, dimension, multiple)
    profile |= {name: Codes(("",), np.zeros(n, np.int32)) for name in ("table", "event")}
    event = Event("made", "Made", None, "", "made", 5, False, n)
    return Room((event,), catalogue, Cards(catalogue.codes, 1, 5, pairs, profile), 1)


@pytest.fixture(scope="module")
def demo_room(tmp_path_factory):
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('peers') / 'demo.db'}")
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), read_catalogue())
    for batch in demo_batches(read_catalogue()):
        add_answers(engine, "demo", batch)
    return views.read(engine, Selection())


THREE = ("head",) * 12 + ("officer",) * 14 + ("mayor",) * 10


def test_the_demo_is_mixed_by_discipline_and_by_what_the_link_compares(demo_room):
    usual, asked = (peers.read(demo_room, selection) for selection in (Selection(), Selection(by="city_size_band")))
    assert (usual.by, asked.by) == ("discipline", "city_size_band")
    assert usual.seats == peers.SEATS
    n, of = usual.people
    shown = f"In a cohort of 12, mixed like the {n} people who can be shown, people could teach each other "
    assert usual.sentence.startswith(shown)
    assert usual.hidden
    holds = [demo_room.cards.profile["discipline"].holds((code,)).sum() for code in usual.hidden]
    assert n + sum(holds) == of == 60
    assert min(holds) > 0
    assert usual.sentence.endswith(").")
    assert set(asked.pairs["learners"]) == {"small_medium", "large"}
    shown = usual.cohorts[~usual.cohorts["suppressed"] & (usual.cohorts["cohort"] == "one group")]
    counted = views.counts(demo_room, Selection(by="discipline"))
    n = dict(zip(counted.groups, counted.people.tolist(), strict=True))
    assert dict(zip(shown["group"], shown["n"], strict=True)) == {code: people for code, people in n.items() if people}


def test_a_catalogue_without_disciplines_is_mixed_by_role():
    assert peers.read(room(THREE), Selection()).by == "role"
    assert peers.read(room(THREE, dimension="city_size"), Selection()).by == "city_size"


def test_groups_that_the_gate_hides_have_rows_without_numbers_and_are_in_no_mix():
    met = peers.read(room((*THREE[:26], *("mayor",) * 4, *("clerk",) * 9)), Selection(seats=6))
    gone = met.cohorts[met.cohorts["suppressed"]]
    assert set(gone["group"]) == {"mayor", "clerk"}  # alone, the mayors would be told by subtraction
    assert gone[["n", "seats", "taught", "difference"]].isna().all(axis=None)
    assert not met.cohorts["composition"].str.contains("mayor").any()
    hidden = met.pairs[(met.pairs["learners"] == "mayor") | (met.pairs["teachers"] == "mayor")]
    assert hidden["suppressed"].all()
    assert hidden[["n_teachers", "taught"]].isna().any(axis=1).all()


def test_a_competency_that_few_of_a_group_answered_is_in_no_sum():
    skipping = range(26, 34)  # of ten mayors two answered the last competency
    met = peers.read(room(THREE, skip=skipping), Selection(seats=6))
    assert met.skipped == ("c5",)
    assert set(met.cohorts["competencies"]) == set(met.pairs["competencies"]) == {5}


def test_sums_over_too_few_competencies_are_not_told():
    met = peers.read(room(THREE, items=4), Selection(seats=6))
    assert met.why == met.sentence
    assert "Fewer than 5 competencies" in met.why
    assert met.cohorts.empty
    assert met.pairs.empty
    assert len(met.taught) == 4


def test_people_in_several_groups_cannot_be_mixed():
    values = (*THREE, *("head+officer",) * 6)
    assert "in several groups at once" in peers.read(room(values, multiple=True), Selection()).why


def test_without_groups_there_is_a_reason_and_still_what_takes_a_trainer():
    alone = peers.read(room(("head",) * 20), Selection())
    assert "no two groups" in alone.why
    silent = peers.read(room(("",) * 20, teachers=0), Selection())
    assert silent.why.startswith("Nobody said what group they are in")
    assert "Nobody here can teach" in silent.untaught


@pytest.mark.parametrize(
    ("teachers", "hidden"), [(0, False), (1, True), (4, True), (5, False), (31, False), (32, True)]
)
def test_few_teachers_and_few_others_are_hidden_and_nobody_is_told(teachers, hidden):
    row = peers.read(room(THREE, teachers=teachers), Selection()).taught.iloc[0]
    assert row["suppressed"] == hidden
    assert row[["n", "teachers", "share", "untaught", "gap"]].isna().all() == hidden
    assert hidden or row["teachers"] == teachers


def test_teachers_whom_a_filter_leaves_out_alone_are_not_told_by_subtraction():
    made = room(THREE, teachers=14)  # twelve heads and two officers
    whole = peers.read(made, Selection()).taught.iloc[0]
    heads = peers.read(made, Selection(filters=(("role", ("head", "mayor")),))).taught.iloc[0]
    assert (whole["suppressed"], heads["suppressed"]) == (False, True)


def test_a_selection_that_is_refused_tells_nothing(demo_room):
    met = peers.read(demo_room, Selection(filters=(("discipline", ("law",)),)))
    assert met.why
    assert met.cohorts.empty
    assert met.taught["suppressed"].all()
    assert met.taught[["n", "teachers", "gap", "untaught"]].isna().all(axis=None)


def test_a_cohort_has_no_more_seats_than_there_are_people_to_fill_them():
    met = peers.read(room(THREE), Selection(seats=60))
    assert met.seats == 33  # one of each group stays out
    assert met.cohorts.loc[met.cohorts["cohort"] == "mix of the room", "seats"].tolist() == [33]


def test_shares_are_told_to_the_percent_so_that_many_sizes_do_not_add_up_to_marks():
    made = room(THREE)
    for seats in (4, 7, 12):
        met = peers.read(made, Selection(seats=seats))
        for frame in (met.cohorts["taught"], met.pairs["taught"], met.taught["untaught"]):
            told = frame.dropna().to_numpy()
            assert told == pytest.approx(told.round(2), abs=1e-12)


def test_the_same_answers_in_another_order_are_told_the_same():
    made = room(THREE)
    turned = Cards(
        made.cards.competencies,
        1,
        5,
        made.cards.pairs[:, ::-1],
        {name: Codes(codes.values, codes.code[::-1]) for name, codes in made.cards.profile.items()},
    )
    again = peers.read(Room(made.events, made.catalogue, turned, 1), Selection(seats=5))
    first = peers.read(made, Selection(seats=5))
    assert first.cohorts.equals(again.cohorts)
    assert first.pairs.equals(again.pairs)


def test_the_gap_is_that_of_the_gap_page(demo_room):
    frame, whole = peers.read(demo_room, Selection()).taught, gaps(views.counts(demo_room, Selection()))
    shown = ~frame["suppressed"]
    assert frame.loc[shown, "gap"].tolist() == whole.loc[shown, "gap"].tolist()
    assert frame.loc[shown, "n"].tolist() == whole.loc[shown, "n"].tolist()
