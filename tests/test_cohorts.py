"""Cohort recipes from a room to what is said of them: planted mixes are found, and chance is not taken for one."""

import numpy as np
import pytest
from test_peers import room

from sctrain import cohorts, peers
from sctrain.analysis.cohorts import recipes, seats_of
from sctrain.cards import Cards, Codes
from sctrain.selection import Selection
from sctrain.views import Room

PLAIN = ("head",) * 14 + ("officer",) * 16 + ("mayor",) * 12


def planted(heads=60, clerks=30, items=8):
    """Heads can teach nothing, each clerk the half that other clerks lack: the more clerks a cohort has, the better."""
    n = heads + clerks
    level = np.ones((n, items), int)
    for i in range(heads, n):
        level[i, (i % 2) :: 2] = 5
    made = room(("head",) * heads + ("clerk",) * clerks, items)
    pairs = (5 * made.cards.width + level).T.astype(made.cards.pairs.dtype)
    return Room(made.events, made.catalogue, Cards(made.cards.competencies, 1, 5, pairs, made.cards.profile), 1)


@pytest.fixture(scope="module")
def found():
    return cohorts.propose(planted(), Selection(seats=4))


def test_a_planted_mix_is_proposed_and_told_to_be_better(found):
    row = found.recipes.iloc[0]
    assert (row["place"], row["by"], row["verdict"]) == (1, "role", "more")
    assert row["difference_low"] > 0
    assert seats_of(row["composition"])["clerk"] > 4 * 30 / 90  # more than the room has
    assert found.told[0].better
    assert found.sentence.startswith("A cohort of 4 mixed by role could teach itself")
    assert found.sentence.endswith("more than one mixed as the room is.")


def test_three_reasons_say_what_it_teaches_whom_it_mixes_and_what_takes_a_trainer_with_n(found):
    teaches, together, takes = found.told[0].reasons
    assert teaches.startswith("Teaches itself ")
    assert "as picking at random gives on average" in teaches
    assert teaches.endswith("(n = 90).")
    assert together.startswith("Brings together ")
    assert "Head would learn most from Clerk" in together
    assert "n = 90" in takes


def test_the_numbers_are_those_of_peer_teaching(found):
    met = peers.read(planted(), Selection(by="role", seats=4)).cohorts.set_index("cohort")
    row = found.recipes.iloc[0]
    for own, theirs, kind in (("taught", "taught", "best mix"), ("random", "taught", "mix of the room")):
        for end in ("", "_low", "_high"):
            assert row[f"{own}{end}"] == met.loc[kind, f"{theirs}{end}"]
    assert row["difference"] == met.loc["best mix", "difference"]


def test_in_rooms_where_groups_do_not_differ_nothing_is_told_to_be_better():
    better = 0
    for seed in range(5):
        met = cohorts.propose(room(PLAIN, items=6, seed=seed), Selection(seats=5))
        better += sum(recipe.better for recipe in met.told)
        assert better or met.sentence.startswith("No mix can be told")
    assert better <= 1


def test_the_same_people_in_another_order_get_the_same_recipes():
    made = room(PLAIN)
    turned = {name: Codes(codes.values, codes.code[::-1]) for name, codes in made.cards.profile.items()}
    cards = Cards(made.cards.competencies, 1, 5, made.cards.pairs[:, ::-1], turned)
    first, again = (cohorts.propose(r, Selection(seats=5)) for r in (made, Room(made.events, made.catalogue, cards, 1)))
    assert first.recipes.equals(again.recipes)
    assert first.told == again.told


def test_a_group_that_the_gate_hides_is_in_no_recipe_and_in_no_reason():
    met = cohorts.propose(room((*PLAIN[:30], *("mayor",) * 4, *("clerk",) * 9)), Selection(seats=5))
    assert len(met.told) == 1
    assert not met.recipes["composition"].str.contains("mayor|clerk").any()
    assert not met.recipes[["learners", "teachers"]].isin(["mayor", "clerk"]).any(axis=None)
    assert not [line for line in met.told[0].reasons if "Mayor" in line or "Clerk" in line]


def test_a_recipe_has_no_more_seats_than_asked_for_and_none_twice():
    met = cohorts.propose(room(PLAIN), Selection(seats=7))
    for recipe in met.told:
        assert sum(recipe.seats.values()) == 7
        assert all(0 < n <= 16 for n in recipe.seats.values())


def test_without_groups_to_mix_it_says_why():
    alone = cohorts.propose(room(("head",) * 20), Selection())
    assert alone.told == ()
    assert alone.sentence.startswith("No cohort can be proposed")
    assert "no two groups" in alone.why[0]
    silent = cohorts.propose(room(("",) * 20), Selection())
    assert (silent.told, silent.why) == ((), ())


def test_what_the_link_compares_is_mixed_first_and_at_most_three_ways_are():
    made = room(PLAIN)
    assert cohorts.ways(made, Selection()) == ("role",)
    assert cohorts.ways(made, Selection(by="role")) == ("role",)
    assert cohorts.ways(room(PLAIN, dimension="city_size"), Selection()) == ("city_size",)


def test_no_way_of_mixing_gives_no_row():
    assert recipes([]).empty
