"""The common ground of a room: past the gate, and the same numbers as plain SQL and pandas."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text
from support import submissions

from sctrain import ground, notes, views
from sctrain.catalogue import read_catalogue
from sctrain.crosstab import told_cells, whole_table
from sctrain.demo import DEMO_EVENT, demo_batches, demo_sheets
from sctrain.replies import write
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event

EVERYONE = Selection(("demo",))
KNOWN = read_catalogue()
SELECTIONS = [
    EVERYONE,
    EVERYONE.where("city_size", ["small_medium"]),
    EVERYONE.where("role", ["programme_manager", "municipal_officer"]),
    EVERYONE.where("discipline", ["management", "planning"]),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('ground') / 'demo.db'}")
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), KNOWN)
    for batch in demo_batches(KNOWN):
        add_answers(engine, "demo", batch)
    add_sheets(engine, "demo", demo_sheets(KNOWN))
    return engine


@pytest.fixture(scope="module")
def room(store):
    return views.read(store, EVERYONE)


def met(store, selection=EVERYONE):
    whose = views.read(store, selection)
    return ground.common_ground(whose, views.replies(store, whose), notes.read(store, selection), selection)


def table(frame, column="n"):
    """A frame of cells as an array, roles by disciplines with totals."""
    roles, disciplines = (list(dict.fromkeys(frame[name].fillna("all"))) for name in ("role", "discipline"))
    wide = frame.fillna({"role": "all", "discipline": "all"}).pivot(index="role", columns="discipline", values=column)
    return wide.loc[roles, disciplines].to_numpy()


def counted(store, where="1 = 1"):
    with store.connect() as connection:
        query = (
            f"SELECT role, discipline, count(*) AS n FROM answer WHERE replaced_in IS NULL AND {where} GROUP BY 1, 2"
        )
        return {(r.role, r.discipline): r.n for r in connection.execute(text(query))}


def test_every_number_shown_is_the_number_of_plain_sql(store):
    found, plain = met(store).who, counted(store)
    shown = found[~found["suppressed"] & found["role"].notna() & found["discipline"].notna()]
    assert {(r.role, r.discipline): r.n for r in shown.itertuples() if r.n} == {
        pair: n for pair, n in plain.items() if pair in set(zip(shown["role"], shown["discipline"], strict=True))
    }
    assert found.loc[found["role"].isna() & found["discipline"].isna(), "n"].item() == sum(plain.values())


@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda s: str(s.filters))
def test_no_small_number_is_shown_and_none_is_told_by_totals(store, room, selection):
    found = ground.who_here(room, selection)
    n = found["n"].dropna()
    assert ((n == 0) | (n >= room.threshold)).all()
    people = room.where(selection)
    known = [
        sorted(set(found[name].dropna()), key=list(dict.fromkeys(found[name].dropna())).index)
        for name in ("role", "discipline")
    ]
    codes = [room.cards.profile[name] for name in ("role", "discipline")]
    places = [np.array([k.index(v) for v in c.values])[c.code] for k, c in zip(known, codes, strict=True)]
    real = np.zeros(tuple(map(len, known)), int)
    np.add.at(real, (places[0][people], places[1][people]), 1)
    hidden = table(found, "suppressed").astype(bool)
    shown = ~hidden
    assert (table(found)[shown].astype(int) == whole_table(real)[shown]).all()
    totals = hidden[:-1, -1], hidden[-1, :-1]
    alone = told_cells(real, room.threshold, totals, np.ones(real.shape, bool), knowing=False)
    told = told_cells(real, room.threshold, totals, hidden[:-1, :-1], knowing=False)
    assert not (told & ~alone & (whole_table(real) > 0))[:-1, :-1].any()


@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda s: str(s.filters))
def test_totals_are_hidden_where_the_page_who_answered_hides_them(room, selection):
    found, mix = ground.who_here(room, selection), views.mix(room, selection)
    for name, other in (("role", "discipline"), ("discipline", "role")):
        hidden = set(mix.loc[(mix["dimension"] == name) & mix["suppressed"].astype(bool), "option"])
        totals = found[found[other].isna() & found[name].notna()]
        assert hidden <= set(totals.loc[totals["suppressed"], name])


@pytest.mark.parametrize("selection", SELECTIONS[1:], ids=lambda s: str(s.filters))
def test_who_is_not_selected_is_not_told_by_taking_a_selection_from_the_whole(room, selection):
    some, everyone = (table(ground.who_here(room, s)).astype(object) for s in (selection, EVERYONE))
    both = ~(pd.isna(some) | pd.isna(everyone))
    rest = (everyone[both] - some[both]).astype(int)
    assert ((rest == 0) | (rest >= room.threshold)).all()


def test_a_selection_of_too_few_people_has_no_number_at_all(store):
    found = met(store, EVERYONE.where("discipline", ["law"]))
    assert found.who["n"].isna().all()
    assert found.voices["n"].isna().all()
    assert found.voices["tables"].sum() > 0
    assert found.sentence.startswith("The first answers are in")


def test_the_shares_of_challenges_are_those_of_who_replied(store):
    with store.connect() as connection:
        replies = pd.read_sql(text("SELECT replies FROM answer WHERE replaced_in IS NULL"), connection)["replies"]
    chosen = replies.str.extract(r"(?:^|;)main_challenges=([^;]+)")[0].dropna().str.split("+")
    voices = met(store).voices
    for row in voices[~voices["suppressed"]].itertuples():
        assert (row.n, row.asked) == (sum(row.challenge in of for of in chosen), len(chosen))
        assert row.share_low < row.share < row.share_high


def test_the_tables_that_wrote_a_challenge_down_are_those_of_the_challenges_page(store):
    room = notes.read(store, EVERYONE)
    raised = room.raised[room.raised["kind"] == "challenge"].set_index("code")["tables"]
    voices = met(store).voices
    assert voices["tables"].tolist() == raised[voices["challenge"]].tolist()
    assert (voices["wrote"] == 8).all()


def test_the_need_in_the_map_is_the_gap_of_the_gaps_page(store, room):
    parts = met(store).parts
    gaps = views.gaps(room, EVERYONE, resampled=False).set_index("competency")
    found = parts[parts["kind"] == "competency"].set_index("code")
    assert found["gap"].tolist() == pytest.approx(gaps.loc[found.index, "gap"].tolist(), nan_ok=True)
    assert found["gap_low"].tolist() == pytest.approx(gaps.loc[found.index, "gap_low"].tolist(), nan_ok=True)


def store_of(tmp_path, rows, catalogue=KNOWN):
    engine = open_store(f"sqlite:///{tmp_path / 'small.db'}")
    add_event(engine, NewEvent("demo", "Demo"), catalogue)
    if len(rows):
        add_answers(engine, "demo", rows)
    return engine


def test_with_three_answers_it_says_what_it_waits_for(tmp_path):
    rows = submissions(*((f"p{i}", "elected", "5" * 2 * len(KNOWN.codes)) for i in range(3)))
    found = met(store_of(tmp_path, rows))
    assert found.sentence == "The first answers are in: numbers appear from 5 people on."
    assert found.who["n"].isna().all()


def test_nobody_is_not_too_few(tmp_path):
    found = met(store_of(tmp_path, []))
    assert found.sentence == "Nobody has answered yet"
    assert (found.who["n"] == 0).all()


def test_people_of_several_roles_are_a_row_of_their_own(tmp_path):
    roles = ["elected"] * 9 + ["elected+academic"] * 6 + ["academic"] * 7
    rows = submissions(*((f"p{i}", role, "5" * 2 * len(KNOWN.codes)) for i, role in enumerate(roles)))
    dimensions = [d.model_copy(update={"multiple": True}) if d.code == "role" else d for d in KNOWN.dimension]
    found = met(
        store_of(tmp_path, rows.assign(discipline="ict"), KNOWN.model_copy(update={"dimension": tuple(dimensions)}))
    ).who
    totals = found[found["discipline"].isna() & found["role"].notna()].set_index("role")["n"]
    assert totals[["elected", "academic", ground.SEVERAL]].tolist() == [9, 7, 6]


@pytest.mark.parametrize(
    ("several", "shown"),
    [
        # Elected 12 and academic 10 there are 3 more than everyone without the others, so the smallest of these goes.
        ({"elected+academic": 3}, {"citizen": 12}),
        # Only elected would tell its three, and all the others tell elected: the smallest of them goes, too.
        ({"elected+citizen": 3, "academic+citizen": 5}, {"programme_manager": 8, "citizen": 12, ground.SEVERAL: 8}),
    ],
)
def test_who_names_several_roles_is_not_told_by_both_pages(tmp_path, several, shown):
    alone = {"elected": 9, "academic": 7, "programme_manager": 8, "citizen": 12}
    roles = [role for role, n in {**alone, **several}.items() for _ in range(n)]
    rows = submissions(*((f"p{i}", role, "5" * 2 * len(KNOWN.codes)) for i, role in enumerate(roles)))
    dimensions = [d.model_copy(update={"multiple": True}) if d.code == "role" else d for d in KNOWN.dimension]
    engine = store_of(
        tmp_path, rows.assign(discipline="ict"), KNOWN.model_copy(update={"dimension": tuple(dimensions)})
    )
    room = views.read(engine, EVERYONE)
    found, mix = ground.who_here(room, EVERYONE), views.mix(room, EVERYONE)
    totals = found[found["discipline"].isna() & found["role"].notna()].set_index("role")["n"].dropna()
    assert {role: n for role, n in totals.items() if n} == shown
    there = mix[mix["dimension"] == "role"].set_index("option")["n"].dropna()
    more = (there - totals).dropna()
    assert not more.between(1, room.threshold - 1).any()


def test_a_challenge_of_fewer_people_than_are_shown_that_tables_raise_is_the_tables_alone(tmp_path):
    challenges = [["silos"]] * 12 + [["silos", "privacy"]] * 3
    rows = submissions(*((f"p{i}", "elected", "5" * 2 * len(KNOWN.codes)) for i in range(15)))
    engine = store_of(tmp_path, rows.assign(replies=[write({"main_challenges": codes}) for codes in challenges]))
    add_sheets(engine, "demo", demo_sheets(KNOWN))
    voices = met(engine).voices.set_index("challenge")
    assert voices.loc["privacy", "suppressed"]
    assert voices.loc["privacy", "raised_by"] == "tables only"


def test_a_catalogue_without_disciplines_or_the_question_has_its_ground_too(tmp_path, small):
    rows = submissions(*((f"p{i}", "", "54321." if i % 2 else "5.3344") for i in range(12)))
    found = met(store_of(tmp_path, rows, small.model_copy(update={"dimension": ()})))
    assert found.who.empty
    assert found.voices.empty
    assert found.sentence == "Who is here so far: 12 people."


def test_the_same_room_gives_the_same_ground_again(store):
    one, two = met(store), met(store, replace(EVERYONE, competency="ppp"))
    for name in ("who", "voices", "parts", "links"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
