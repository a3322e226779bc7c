"""A programme from the store to what may be shown: both voices, groups, redrawn rooms, form, and the gate."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sctrain import programme, tables, views
from sctrain.analysis import consensus as lists
from sctrain.analysis.gaps import need
from sctrain.analysis.programme import priority, units
from sctrain.analysis.programme_choice import choose
from sctrain.analysis.programme_robust import redrawn
from sctrain.cards import Cards
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches, demo_sheets
from sctrain.frames import Sheets
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event

KNOWN = read_catalogue()
EVERYONE = Selection(("demo",))
BY_ROLE = replace(EVERYONE, by="role")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('programme') / 'demo.db'}")
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), KNOWN)
    for batch in demo_batches(KNOWN):
        add_answers(engine, "demo", batch)
    add_sheets(engine, "demo", demo_sheets(KNOWN))
    return engine


@pytest.fixture(scope="module")
def room(store):
    return views.read(store, EVERYONE)


@pytest.fixture(scope="module")
def table_room(store):
    return tables.read(store, EVERYONE)


@pytest.fixture(scope="module")
def found(room, table_room):
    return programme.evidence(room, table_room, EVERYONE)


def silent(table_room):
    """The same tables without a list."""
    empty = table_room.sheets.rankings.iloc[:0]
    return replace(table_room, sheets=Sheets(table_room.sheets.sheets, empty, table_room.sheets.notes))


def test_needs_are_those_of_the_gap_page_and_points_those_of_the_tables_page(room, table_room, found):
    gaps = views.gaps(room, EVERYONE, resampled=False)
    everyone = found.voices
    assert everyone.need == pytest.approx(need("mwds", gaps["mwds"].to_numpy(float)), nan_ok=True)
    agreed = tables.agreed(table_room, "contents").consensus.set_index("option").loc[list(KNOWN.codes)]
    ranked = (agreed["ranked_by"] > 0).to_numpy(bool)
    assert everyone.points[ranked] == pytest.approx(agreed["borda"].to_numpy(float)[ranked])
    assert (everyone.points[~ranked] == 0).all()
    split = views.gaps(room, replace(EVERYONE, by="city_size_band"), resampled=False)
    for name, given in zip(everyone.names, everyone.groups, strict=True):
        of_it = split.loc[split["group"] == name, "mwds"].to_numpy(float)
        assert given == pytest.approx(of_it, nan_ok=True)


def test_usual_rules_are_filled_in_and_those_asked_for_kept():
    assert programme.rules(EVERYONE) == programme.USUAL
    asked = replace(EVERYONE, hours=24, weight=0, floor=0, balance=30, lock=("procurement",), left=("investing",))
    told = programme.rules(asked)
    assert (told.hours, told.weight, told.floor, told.balance) == (24, 0, 0, 30)
    assert (told.locked, told.left) == (("procurement",), ("investing",))


def test_the_programme_keeps_hours_locks_requirements_and_floors(found):
    asked = replace(EVERYONE, hours=32, lock=("governing_with_data",), left=("business_models",))
    met = programme.read(found, asked)
    assert met.feasible
    assert met.spent == sum(m.hours for m in KNOWN.modules if m.code in met.chosen) <= 32
    assert {"governing_with_data", "data_basics"} <= set(met.chosen)
    assert met.chosen.index("data_basics") < met.chosen.index("governing_with_data")
    assert "business_models" not in met.chosen
    groups = met.covered[met.covered["group"].notna()]
    assert set(groups["group"]) == {"small_medium", "large"}
    assert (groups["covered"] >= groups["floor"]).all()
    assert met.modules.loc[met.modules["chosen"], "module"].isin(met.chosen).all()
    share = met.covered.loc[met.covered["group"].isna(), "covered"].iloc[0]
    assert f"{round(100 * share)}\u202f% of the need" in met.sentence


def test_the_curve_at_the_programmes_hours_is_the_programme(found):
    curve = programme.curve(found, replace(EVERYONE, hours=7))
    met = programme.read(found, EVERYONE)
    here = curve[curve["hours"] == 40].reset_index(drop=True)
    assert here.equals(met.covered)
    everyone = curve[curve["group"].isna()]
    assert everyone["hours"].iloc[-1] == sum(m.hours for m in KNOWN.modules)
    assert everyone["covered"].iloc[-1] == 1


def test_what_falls_off_is_what_one_programme_has_and_the_other_not(found):
    told = programme.falls(found, EVERYONE, 24)
    long, short = (set(programme.read(found, replace(EVERYONE, hours=h)).chosen) for h in (40, 24))
    frame = told.frame
    assert set(frame.loc[frame["change"] == "falls off", "module"]) == long - short
    assert set(frame.loc[frame["change"] == "comes in", "module"]) == short - long
    assert told.sentence.startswith("With 24 hours instead of 40 hours, ")


def test_bounds_that_collide_are_said_instead_of_a_programme(found):
    met = programme.read(found, replace(EVERYONE, hours=10, lock=("procurement", "investing")))
    assert not met.feasible
    assert (met.chosen, met.spent, met.sentence) == ((), 0, "")
    assert met.why == (
        "No programme keeps these bounds together: at most 10 hours; “Investing while technology moves” is locked in "
        "(8 hours); “Buying what is new” is locked in (8 hours). Without any one of them there would be one."
    )
    assert met.covered["spent"].isna().all()


def test_without_tables_the_survey_speaks_and_without_the_survey_the_tables(room, table_room):
    quiet = programme.read(programme.evidence(room, silent(table_room), EVERYONE), EVERYONE)
    heard = programme.read(programme.evidence(room, table_room, EVERYONE), replace(EVERYONE, weight=100))
    assert quiet.chosen == heard.chosen
    assert quiet.told == ("No table has ranked a competency: only the survey speaks.",)
    refused = replace(EVERYONE, filters=(("discipline", ("law",)),))  # too few people: all of it is hidden
    only = programme.evidence(room, table_room, refused)
    assert np.isnan(only.voices.need).all()
    assert only.heard == ()
    told = programme.read(only, refused)
    assert told.told[0] == "The survey’s needs may not be shown, or there are none: only the tables speak."
    by_tables = programme.read(programme.evidence(room, table_room, EVERYONE), replace(EVERYONE, weight=0, floor=0))
    assert told.chosen == by_tables.chosen


def scrambled(room, hidden):
    """The same room where the people of some roles marked something else; how many they are stays."""
    rng = np.random.default_rng(0)
    whose = np.flatnonzero(room.cards.profile["role"].holds(hidden))
    pairs = room.cards.pairs.copy()
    pairs[:, whose] = rng.permuted(pairs[:, whose], axis=1)
    assert (pairs != room.cards.pairs).any()
    cards = room.cards
    return replace(room, cards=Cards(cards.competencies, cards.low, cards.high, pairs, cards.profile))


def test_groups_that_the_gate_hides_change_nothing_but_are_said(room, table_room):
    """Hidden roles may swap their marks: everyone's mean stays, and so does every number of the programme."""
    found = programme.evidence(room, table_room, BY_ROLE)
    assert len(found.unheard) >= 2
    other = programme.evidence(scrambled(room, found.unheard), table_room, BY_ROLE)
    assert found.unheard == other.unheard
    one, two = programme.read(found, BY_ROLE), programme.read(other, BY_ROLE)
    assert one.modules.equals(two.modules)
    assert one.covered.equals(two.covered)
    assert not set(one.covered["group"].dropna()) & set(found.unheard)
    assert programme.curve(found, BY_ROLE).equals(programme.curve(other, BY_ROLE))
    assert any("have no floor" in note for note in one.told)
    hidden = one.priorities[one.priorities["group"].isin(found.unheard)]
    assert hidden[["n", "need", "priority"]].isna().all(axis=None)


def test_redrawn_rooms_are_each_solved_as_a_room_alone(room, table_room, found):
    """The other road: each room as a problem of its own, through choose."""
    draws, asked = 12, replace(BY_ROLE, hours=30)
    found = programme.evidence(room, table_room, asked)
    told = programme.robust(room, table_room, found, asked, draws=draws)
    groups = room.groups("role")
    member = np.array([groups.holds(groups.codes.index(g)) for g in found.heard])
    drawn = redrawn(room.cards, room.where(asked), member, np.random.default_rng([views.SEED]), draws)
    points = lists.rooms(table_room.ballots("contents"), draws, views.SEED)["borda"]
    problem, chosen = found.problem(asked), []
    for k in range(draws):
        worth = units(priority(drawn[0].need("mwds")[k], points[k], 0.5))
        needs = np.stack([np.maximum(one.need("mwds")[k], 0) for one in drawn[1:]])
        chosen.append(choose(replace(problem, worth=worth, groups=units(needs))))
    assert told.rooms == sum(c.feasible[0] for c in chosen)
    assert_array_equal(told.shares, np.mean([c.chosen[0] for c in chosen if c.feasible[0]], axis=0))


def test_redrawn_rooms_say_how_sure_each_module_is_and_tell_their_progress(room, table_room, found):
    steps = []
    told = programme.robust(room, table_room, found, EVERYONE, lambda done, of: steps.append((done, of)), draws=60)
    again = programme.robust(room, table_room, found, EVERYONE, draws=60)
    assert_array_equal(told.shares, again.shares)
    assert steps[-1] == (60, 60)
    met = programme.with_rooms(programme.read(found, EVERYONE), told)
    assert met.modules["rooms"].eq(60).all()
    assert met.modules["share_chosen"].between(0, 1).all()
    assert "over 60 redrawn rooms" in met.sentence
    low, high = told.covered
    assert low < high


def test_the_form_is_drafted_from_tables_and_replies_and_names_who_is_shut_out(store, room, table_room):
    told = programme.form(room, table_room, views.replies(store, room), EVERYONE)
    frame = told.frame.set_index(["topic", "option"])
    assert {"duration", "methodology", "framework", "target", "mainly_elearning"} <= set(told.titles)
    assert "contents" not in told.titles
    consensus = tables.agreed(table_room, "duration").consensus.set_index("option")
    assert (
        frame.loc["duration", "table_rank"]
        .astype("Int64")
        .equals(consensus["borda_rank"].where(consensus["ranked_by"] > 0).astype("Int64").rename("table_rank"))
    )
    chosen = frame[frame["chosen"]].index.tolist()
    assert ("target", "programme_manager") in chosen
    assert sum(topic == "duration" for topic, _ in chosen) == 1
    shut = frame[frame["clashes"] != ""]
    assert set(shut.index.get_level_values("topic")) == {"duration", "mainly_elearning"}
    assert "would suit" in told.clash
    assert "would suit more groups" in told.alternative
    assert frame["kinder"].sum() == 2
    assert told.lines["target"].startswith("Target population: “Programme manager” (rank ")


def test_small_replies_are_in_no_number_of_the_form(store, room, table_room):
    told = programme.form(room, table_room, views.replies(store, room), EVERYONE).frame
    hidden = told[told["suppressed"]]
    assert len(hidden)
    assert hidden[["n", "respondents", "share", "share_low", "share_high", "reach"]].isna().all(axis=None)
    assert not told["n"].between(1, room.threshold - 1).any()


def test_a_catalogue_without_modules_has_a_programme_of_competencies(room, table_room):
    given = {name: part for name, part in json.loads(KNOWN.to_json()).items() if name != "module"}
    bare = replace(room, catalogue=Catalogue.model_validate(given))
    met = programme.read(programme.evidence(bare, table_room, EVERYONE), replace(EVERYONE, hours=12))
    assert len(met.chosen) == 3
    assert set(met.chosen) <= set(KNOWN.codes)
