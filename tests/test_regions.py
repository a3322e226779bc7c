"""Regions, countries and events past the gate: what is shown tells nobody, and what is told is so."""

import json
from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain import regions, views
from sctrain.__main__ import main
from sctrain.analysis import compare
from sctrain.analysis import regions as analysis
from sctrain.analysis.counts import groups_by, joint_counts
from sctrain.cards import Cards, Codes, encode
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches
from sctrain.errors import SctrainError
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.queries import Event
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.views import Room

KNOWN = read_catalogue()
PLACES = Catalogue.model_validate(
    {
        "catalogue": {"code": "attacked", "title": "Attacked"},
        "competency": [{"code": c, "label": c} for c in ("c0", "c1")],
        "dimension": [
            {"code": "country", "label": "Country", "open": True},
            {"code": "region", "label": "Region", "open": True},
        ],
    }
)
E = Selection(("e",))


def codes(said):
    values, code = np.unique(np.array(said, object).astype(str), return_inverse=True)
    return Codes(tuple(map(str, values)), code.astype(np.int32))


def room(people):
    """A room of (country and region, mark of c0, mark of c1)."""
    places, *marks = zip(*people, strict=True)
    country, region = zip(*places, strict=True)
    profile = {"country": codes(country), "region": codes(region), "table": codes([""] * len(people))}
    profile |= {"event": codes(["e"] * len(people))}
    cards = Cards(("c0", "c1"), 1, 5, np.array(marks, np.uint8), profile)
    return Room((Event("e", "E", None, "", "attacked", 5, False, len(people)),), PLACES, cards, 1)


place = st.sampled_from(
    [*[("ES", "ES5")] * 2, ("ES", "ES2"), *[("PT", "PT1")] * 2, ("PT", "PT2"), ("FR", "FR1"), ("FR", ""), ("", "ES5")]
)
rooms = st.lists(st.tuples(place, st.sampled_from([0, 8, 15]), st.just(8)), min_size=5, max_size=70).map(room)


def known_sums(attacked, c):
    """[what is shown, kinds of people]: whose sums a reader knows, and how many of each kind marked competency c."""
    country, region = (attacked.cards.profile[name] for name in ("country", "region"))
    kind, of = np.unique(np.stack([country.code, region.code]), axis=1, return_inverse=True)
    n = np.bincount(of.ravel()[attacked.cards.pairs[c] > 0], minlength=kind.shape[1])
    shown = [] if views.counts(attacked, E).hidden[0, c] else [np.ones(kind.shape[1])]
    for by, at in zip(("country", "region"), kind, strict=True):
        found, groups = views.counts(attacked, replace(E, by=by)), attacked.groups(by)
        if found.groups != (None,):
            shown += [groups.member[g][at] for g in range(len(found.groups)) if not found.hidden[g, c]]
    return np.array(shown, float).reshape(-1, kind.shape[1])[:, n > 0], n[n > 0]


@settings(deadline=None, max_examples=100)
@given(rooms)
def test_no_sum_over_fewer_people_than_the_threshold_follows_from_countries_and_regions(attacked):
    for c in range(2):
        shown, n = known_sums(attacked, c)
        known = np.linalg.pinv(shown) @ shown
        kinds = range(len(n))
        for few in (set(s) for size in kinds for s in combinations(kinds, size + 1)):
            if 0 < n[list(few)].sum() < 5:
                asked = np.array([float(i in few) for i in kinds])
                assert not np.allclose(known @ asked, asked, atol=1e-6), (few, n.tolist(), shown.tolist())


def test_a_region_that_its_country_would_tell_is_hidden_with_the_next():
    shown = room([(("PT", "PT1"), 8, 8)] * 8 + [(("PT", "PT2"), 8, 8)] * 3 + [(("ES", "ES5"), 8, 8)] * 12)
    by_region, by_country = views.counts(shown, replace(E, by="region")), views.counts(shown, replace(E, by="country"))
    assert dict(zip(by_country.groups, by_country.people.tolist(), strict=True)) == {"ES": 12, "PT": 11}
    assert dict(zip(by_region.groups, by_region.people.tolist(), strict=True)) == {"ES5": 12, "PT1": 0, "PT2": 0}


def test_a_hidden_country_is_not_told_by_its_only_region():
    shown = room([(("PT", "PT1"), 8, 8)] * 11 + [(("DK", "DK1"), 8, 8)] * 3 + [(("ES", "ES5"), 8, 8)] * 12)
    by_region, by_country = views.counts(shown, replace(E, by="region")), views.counts(shown, replace(E, by="country"))
    told = dict(zip(by_country.groups, by_country.people.tolist(), strict=True))
    assert told["DK"] == 0
    assert sorted(told.values()) == [0, 0, 12]
    assert sorted(by_region.people.tolist()) == [0, 0, 12]


@pytest.mark.parametrize(("region", "country"), [("ES51", "ES"), ("EL30", "GR"), ("UKI3", "GB"), ("pt11", "PT")])
def test_a_region_tells_its_country(region, country):
    assert regions.country_of(region) == country


# Events


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two demo events of one questionnaire, one of too few, and one with another questionnaire."""
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('regions') / 'r.db'}")
    for code, held_on, people, seed in (("then", date(2017, 11, 1), 90, 1), ("now", date(2018, 11, 15), 70, 2)):
        add_event(engine, NewEvent(code, code.title(), held_on, is_demo=True), KNOWN)
        for batch in demo_batches(KNOWN, people, seed):
            add_answers(engine, code, batch)
    add_event(engine, NewEvent("few", "Few"), KNOWN)
    add_answers(engine, "few", demo_batches(KNOWN)[0].head(3))
    other = KNOWN.model_dump(mode="json") | {"catalogue": {"code": "other", "title": "Other"}}
    other["competency"] = other["competency"][:4]
    other["module"] = []
    add_event(engine, NewEvent("elsewhere", "Elsewhere", date(2016, 1, 1)), Catalogue.model_validate(other))
    return engine


@pytest.fixture(scope="module")
def both(store):
    return views.read(store, Selection(("then", "now")))


PAIR = Selection(("now", "then"))


def test_the_events_of_the_store_are_listed_with_why_they_cannot_be_pooled(store):
    held = regions.events(store, views.read(store, Selection(("now",)))).set_index("event")
    assert held["state"].to_dict() == {
        "now": "shown", "then": "can be added", "few": "too few people", "elsewhere": "other questionnaire",
    }  # fmt: skip
    assert held["common"].to_dict() == {"now": 29, "then": 29, "few": 29, "elsewhere": 4}
    assert held["n"].fillna(-1).to_dict() == {"now": 70, "then": 90, "few": -1, "elsewhere": 0}
    assert held["suppressed"].to_dict() == {"now": False, "then": False, "few": True, "elsewhere": False}


def test_the_change_is_the_difference_of_the_gaps_of_two_events(store, both):
    trend = regions.trend(both, PAIR).set_index(["competency", "event"])
    alone = {
        code: views.gaps(views.read(store, Selection((code,))), Selection((code,)), resampled=False)
        for code in ("then", "now")
    }
    gaps = {code: frame.set_index("competency")["gap"] for code, frame in alone.items()}
    for code in KNOWN.codes:
        assert trend.loc[(code, "then"), "gap"] == pytest.approx(gaps["then"][code])
        assert trend.loc[(code, "now"), "change"] == pytest.approx(gaps["now"][code] - gaps["then"][code])
    assert trend.loc[(slice(None), "then"), "place"].eq(1).all()


def test_the_largest_change_comes_first_and_an_interval_round_zero_cannot_tell(both):
    trend = regions.trend(both, PAIR)
    last = trend[trend["event"] == "now"]
    assert last["change"].abs().is_monotonic_decreasing
    unsure = (last["change_low"] <= 0) & (last["change_high"] >= 0)
    assert (last.loc[unsure, "changed"] == "cannot tell").all()
    differs = compare.differences(views.counts(both, replace(PAIR, by="event")), ["now"], "then")
    assert set(last.loc[last["changed"] != "cannot tell", "competency"]) == set(
        differs.loc[differs["differs"].astype(bool), "competency"]
    )


def test_halves_of_one_room_drawn_at_random_seldom_change(both):
    rng, told, unadjusted = np.random.default_rng(8), 0, 0
    for _ in range(100):
        half = codes(np.where(rng.permutation(both.cards.n) % 2, "a", "b"))
        found = analysis.trend(joint_counts(both.cards, groups_by(half, {"a": ("a",), "b": ("b",)})), ["a", "b"])
        told += analysis.changed(found) > 0
        unadjusted += ((found["change_low"] > 0) | (found["change_high"] < 0)).any()
    assert told <= 9  # 5 expected; more than 9 by chance in 3 of 100
    assert unadjusted > 50


def test_the_own_region_is_told_hidden_or_unknown(both):
    areas = regions.areas(both, PAIR)
    told = {own: regions.own_words(both, replace(PAIR, own=own), areas) for own in ("ES51", "PT15", "XX99", None)}
    assert told["ES51"].startswith("ES51, Spain")
    assert "its largest gaps" in told["ES51"]
    assert told["PT15"].startswith("PT15")
    assert "has too few people to show" in told["PT15"]
    assert told["XX99"] == "Nobody here is from XX99; choose your region here."
    assert told[None] == ""


def test_one_event_has_no_trend(store):
    assert regions.trend(views.read(store, Selection(("now",))), Selection(("now",))) is None


def test_the_own_area_is_a_region_with_enough_people_else_its_country_else_nobody(both):
    people = views.counts(both, replace(PAIR, by="region"))
    shown = {g for g, hidden in zip(people.groups, people.hidden.all(axis=1), strict=True) if not hidden}
    found = {code: regions.own_area(both, replace(PAIR, own=code)) for code in both.members("region")}
    assert {code for code, area in found.items() if area == ("region", code)} <= shown
    assert found["ES51"] == ("region", "ES51")
    assert found["PT15"] in (("country", "PT"), None)
    assert regions.own_area(both, replace(PAIR, own="XX99")) is None
    assert regions.own_area(both, PAIR) is None


def test_the_change_in_the_own_region_is_of_its_people_only(both):
    everyone, own = regions.trend(both, PAIR), regions.trend(both, replace(PAIR, own="ES51"))
    assert own["n"].max() < everyone["n"].max() / 2
    narrowed = PAIR.where("region", ["ES51"])
    counted = views.counts(both, replace(narrowed, by="event"))
    assert own["n"].max() <= counted.people.max()


# Areas


def test_countries_stand_in_for_regions_too_small_and_the_own_area_is_first(tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'demo.db'}")
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), KNOWN)
    add_answers(engine, "demo", demo_batches(KNOWN)[0])
    selection = Selection(("demo",))
    demo = views.read(engine, selection)
    areas = regions.areas(demo, selection)
    panels = analysis.panels(areas, "region", "PT")
    order = list(dict.fromkeys(zip(panels["level"], panels["area"], strict=True)))
    assert order[0] == ("country", "PT")
    assert {area for level, area in order if level == "region"} == {"ES51", "ES21"}
    assert {area for level, area in order if level == "country"} == {"PT", "IT", "FR", "BE", "DK"}
    assert len(analysis.hidden(areas, "region")) == 10
    hidden = areas[areas["suppressed"].astype(bool)]
    assert hidden[["n", "gap", "gap_low", "rank"]].isna().all(axis=None)


def test_areas_have_the_gaps_of_plain_pandas(both):
    areas = regions.areas(both, PAIR).set_index(["level", "area", "competency"])
    gap = (both.cards.pairs // 6).astype(float) - both.cards.pairs % 6
    answered = (both.cards.pairs // 6 > 0) & (both.cards.pairs % 6 > 0)
    for level, area in (("country", "ES"), ("cluster", "seaside")):
        held = both.cards.profile[level].holds((area,))
        for c, code in enumerate(KNOWN.codes):
            row = areas.loc[(level, area, code)]
            assert row["suppressed"] or row["gap"] == pytest.approx(gap[c, held & answered[c]].mean())


# The command


def test_the_command_prints_the_numbers_of_the_page(tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'cli.db'}")

    def run(*args):
        return CliRunner().invoke(main, args, catch_exceptions=False, standalone_mode=False).output

    run("demo", "--participants", "45")
    told = json.loads(run("regions", "--level", "country", "--format", "json"))
    assert "countries" in told["sentence"]
    assert {row["area"] for row in told["rows"]} == {"ES", "PT", "IT", "FR", "BE", "DK"}
    assert all(row["gap"] is None for row in told["rows"] if row["suppressed"])
    assert "can be added" not in run("regions")
    run("demo", "--event", "again", "--participants", "30", "--seed", "3")
    told = json.loads(run("regions", "--event", "demo", "--event", "again", "--own", "ES51", "--format", "json"))
    assert "Spain" in told["trend"]


def test_where_nobody_said_where_they_are_from_the_command_says_so(tmp_path, monkeypatch, small):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'cli.db'}")
    engine = open_store()
    add_event(engine, NewEvent("room", "A room"), small)
    given = pd.DataFrame({"person": [f"p{i}" for i in range(6)]}).assign(
        row=1, submitted_at="", seconds=None, table_number=None, replies="",
        ratings=encode(np.full((6, 3), 4), np.full((6, 3), 2)),
        **dict.fromkeys(("role", "discipline", "city_size", "country", "region", "cluster"), ""),
    )  # fmt: skip
    add_answers(engine, "room", given)
    with pytest.raises(SctrainError, match="level with answers"):
        CliRunner().invoke(main, ["regions"], catch_exceptions=False, standalone_mode=False)
