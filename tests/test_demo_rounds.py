"""The made-up rounds of ordering: the same again, of the people of the room, with one thing planted."""

import pandas as pd
import pytest

from sctrain.catalogue import read_catalogue
from sctrain.demo import demo, demo_orders, shortlist


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


def places(orders, option):
    """The place of an option by round and person."""
    found = orders.assign(place=orders["options"].map(lambda text: text.split("+").index(option) + 1))
    return found.pivot(index="person", columns="round", values="place").dropna()


def test_orders_are_the_same_again_and_each_names_the_whole_list(catalogue):
    orders = demo_orders(catalogue)
    pd.testing.assert_frame_equal(orders, demo_orders(catalogue))
    assert not orders["options"].equals(demo_orders(catalogue, seed=1)["options"])
    assert {tuple(sorted(text.split("+"))) for text in orders["options"]} == {tuple(sorted(shortlist(catalogue)))}
    assert not orders.duplicated(["person", "round"]).any()


def test_most_people_of_the_room_order_twice_and_some_only_once(catalogue):
    rounds = demo_orders(catalogue).groupby("person")["round"].nunique()
    assert set(rounds.index) <= set(demo(catalogue)["person"])
    assert 40 < (rounds == 2).sum() < 60
    assert (rounds == 1).any()


def test_one_option_moves_up_in_small_and_medium_cities_only(catalogue):
    orders, people = demo_orders(catalogue, 4_000), demo(catalogue, 4_000).set_index("person")
    moved = places(orders, "cross_department")
    shift = (moved["before"] - moved["after"]).groupby(people["city_size"].isin(["town", "s", "m"])).mean()
    assert shift[True] > 1
    assert abs(shift[False]) < 0.1


def test_a_catalogue_without_these_competencies_has_no_short_list_and_no_orders(small):
    assert shortlist(small) == ()
    assert demo_orders(small, 20).empty
    assert list(demo_orders(small, 20).columns) == ["person", "round", "options"]


def test_a_catalogue_without_city_sizes_has_orders_too(catalogue):
    others = tuple(dimension for dimension in catalogue.dimension if dimension.code != "city_size")
    plain = catalogue.model_copy(update={"dimension": others})
    assert len(demo_orders(plain, 30)) > 40
