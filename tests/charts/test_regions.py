"""The map, the panels of areas, and the change from event to event."""

import json
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
import vl_convert
from support import ROOT

from sctrain.catalogue import read_catalogue
from sctrain.charts.panels import PANELS, area_panels, panels_alt, trend_alt, trend_panels
from sctrain.charts.regions import GEOMETRY, map_alt, region_map
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames import AREAS, TREND

from .made import KNOWN, check, svg, texts

COUNTRIES = KNOWN.dimensions["country"].labels
SENTINEL = 7713
NAME = "Innovative public procurement"


def areas(*rows):
    """AREAS of (area, gap, n); "hidden" is suppressed, None has no answers."""
    frame = pd.DataFrame([{"area": area, **_numbers(gap, n)} for area, gap, n in rows])
    frame = frame.assign(level="country", within="", competency="ppp", gap_all=1.5, differs=False)
    return AREAS.check(frame.reindex(columns=AREAS.names))


def _numbers(gap, n):
    if gap == "hidden":
        return {"suppressed": True}
    known = {"n": n, "gap": gap, "suppressed": False}
    return known if gap is None else {**known, "gap_low": gap - 0.4, "gap_high": gap + 0.4}


def europe():
    return areas(
        ("ES", 1.7, 33), ("PT", 2.3, 8), ("IT", -0.4, 19), ("BE", "hidden", 0), ("US", 0.9, 12), ("FR", None, 0)
    )


@cache
def of_areas(*codes):
    """AREAS of all competencies in each of these regions; the third region has hidden ones."""
    rng, rows = np.random.default_rng(5), []
    for i, code in enumerate(codes):
        for c in KNOWN.codes:
            gap = "hidden" if i == 2 and rng.random() < 0.4 else float(rng.normal(0.8, 0.9))
            rows.append({"area": code, "competency": c, **_numbers(gap, 9 + 4 * i)})
    frame = pd.DataFrame(rows).assign(level="region", within="", gap_all=1.5, differs=False)
    return AREAS.check(frame.reindex(columns=AREAS.names))


def trend(events=2, hidden=()):
    """TREND of three competencies; the first grows, the second cannot be told."""
    rows = []
    for code, step in (("ppp", 0.8), ("law", 0.1), ("data_models", -0.5)):
        for place in range(1, events + 1):
            known = {"competency": code, "event": f"e{place}", "place": place, "suppressed": (code, place) in hidden}
            gap = {"n": 30, "gap": 0.5 + step * place, "gap_low": 0.2 + step * place, "gap_high": 0.8 + step * place}
            change = {"change": step, "change_low": step - 0.3, "change_high": step + 0.3}
            told = "cannot tell" if abs(step) < 0.3 else "larger" if step > 0 else "smaller"
            known |= {} if known["suppressed"] else gap | ({**change, "changed": told} if place > 1 else {})
            rows.append(known)
    return TREND.check(pd.DataFrame(rows).reindex(columns=TREND.names))


NAMES = {"ppp": "Public–private partnerships", "law": "Law", "data_models": "Business models for data"}
EVENTS = {f"e{i}": str(2010 + i) for i in range(1, 9)}
FIVE = ("ES51", "ES21", "PT11", "ITC4", "FRK2")
REGIONS = {code: f"{code}, Somewhere" for code in (*FIVE, *(f"DE{i}" for i in range(20)))}
CHARTS = {
    "map": (region_map, europe, {"labels": COUNTRIES, "competency": NAME, "own": "PT"}),
    "areas": (
        area_panels,
        lambda: of_areas(*FIVE),
        {"labels": {c.code: c.brief for c in KNOWN.competency}, "area_labels": REGIONS, "points": 5, "own": "ES21"},
    ),
    "trend": (trend_panels, trend, {"labels": NAMES, "event_labels": EVENTS, "points": 5}),
}
EVERY = pytest.mark.parametrize("name", CHARTS)


def drawn(name, look=LIGHT, frame=None, **options):
    draw, made, given = CHARTS[name]
    return draw(made() if frame is None else frame, look=look, **{**given, **options})


@EVERY
@pytest.mark.parametrize("look", [LIGHT, DARK.larger(1.7)], ids=lambda look: look.name)
def test_a_chart_is_valid_vega_lite(name, look):
    check(drawn(name, look))


@EVERY
@pytest.mark.parametrize("width", [350, 1200])
def test_no_words_overlap_and_none_leave_the_picture(name, width):
    found = texts(svg(drawn(name), width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < -1 or text.right > width + 1]


@EVERY
def test_the_description_says_what_is_largest_in_one_sentence(name):
    says = drawn(name).to_dict()["description"]
    alt = {"map": map_alt, "areas": panels_alt, "trend": trend_alt}[name]
    options = {k: v for k, v in CHARTS[name][2].items() if k not in ("own", "points", "event_labels")}
    assert alt(CHARTS[name][1](), **options) == says
    assert says.endswith(".")
    assert "nan" not in says.lower()


@EVERY
def test_a_hidden_number_never_reaches_the_browser(name):
    _, made, _ = CHARTS[name]
    frame = made()
    numbers = [c.name for c in (TREND if name == "trend" else AREAS).columns if c.kind in ("count", "number")]
    hidden = frame["suppressed"].astype(bool) | (np.arange(len(frame)) % 3 == 0)
    told = frame.assign(suppressed=hidden)
    for column in (c for c in numbers if c not in ("place", "gap_all")):
        told[column] = told[column].mask(hidden, SENTINEL)
    assert str(SENTINEL) not in drawn(name, frame=told).to_json()


@EVERY
def test_a_missing_column_stops_the_chart(name):
    frame = CHARTS[name][1]()
    for column in frame.columns:
        with pytest.raises(FrameError, match=column):
            drawn(name, frame=frame.drop(columns=column))


@EVERY
def test_every_chart_says_how_many_people_it_rests_on(name):
    tips = [f["title"] for part in drawn(name).to_dict()["layer"] for f in part["encoding"].get("tooltip", ())]
    assert "people" in tips


# The map


def features(chart):
    (shapes,) = [part for part in chart.to_dict()["layer"] if part["mark"]["type"] == "geoshape"]
    return {
        g["properties"]["code"]: g["properties"] for g in shapes["data"]["values"]["objects"]["countries"]["geometries"]
    }


def test_countries_are_shaded_by_their_gap_hidden_ones_striped_and_the_others_plain():
    found = features(drawn("map"))
    shade = {code: int(found[code]["fill"][1:3], 16) for code in ("ES", "PT", "IT")}
    assert shade["PT"] < shade["ES"] < shade["IT"]  # darker is more
    assert found["BE"]["fill"]["gradient"] == "linear"
    assert found["BE"]["about"] == "hidden to protect fewer than 5"
    assert found["SE"] == {**found["SE"], "fill": LIGHT.background, "own": False}
    assert "name" not in found["SE"]
    assert [code for code, said in found.items() if said["own"]] == ["PT"]


def test_the_map_is_drawn_from_the_file_that_ships_and_from_nowhere_else():
    spec = drawn("map").to_dict()
    assert not re.search(r"https?://(?!vega\.github\.io/schema)", json.dumps(spec))
    assert json.dumps(spec).count('"arcs": [[[') == 1 or json.dumps(spec).count('"Topology"') == 1
    picture = vl_convert.vegalite_to_svg({**spec, "width": 900}, vl_version="6.4", allowed_base_urls=[])
    assert picture.count("<path") > 60


def test_numbers_and_intervals_stand_in_rows_from_the_largest_gap_down():
    found = texts(svg(drawn("map"), 1200))
    names = [t for t in found if t.line in ("Portugal", "Spain", "United States", "Italy", "Belgium", "France")]
    assert [t.line for t in sorted(names, key=lambda t: t.top)] == [
        "Portugal", "Spain", "United States", "Italy", "Belgium", "France",
    ]  # fmt: skip
    lines = [t.line for t in found]
    assert {"hidden", "no answers", "everyone 1.5", "0", "1", "2"} <= set(lines)
    assert lines.count("1.7") == 2  # on the map and in its row
    assert lines.count("0.90") == 1  # the United States are not on the map


def test_the_geometry_is_small_has_the_countries_of_the_catalogue_and_runs_clockwise():
    assert GEOMETRY.stat().st_size < 200_000
    topology = json.loads(GEOMETRY.read_text())
    arcs = [np.cumsum(np.array(arc), axis=0) * topology["transform"]["scale"] for arc in topology["arcs"]]
    known = {g["properties"]["code"] for g in topology["objects"]["countries"]["geometries"]}
    union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
    assert {*union.split(), "GB", "NO", "CH", "IS", "UA"} <= known
    assert known - {"XK"} <= set(read_catalogue().dimensions["country"].labels)
    for country in topology["objects"]["countries"]["geometries"]:
        for outline, *holes in country["arcs"]:
            for ring, way in ((outline, -1), *((hole, 1) for hole in holes)):
                x, y = np.vstack([arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]).T
                assert way * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() > 0, country["properties"]


def test_where_the_geometry_is_from_is_written_beside_it():
    assert "world-atlas 2.0.2" in (ROOT / "data" / "geometry" / "make_europe.py").read_text()


# The panels


def test_each_area_has_its_five_largest_gaps_and_says_its_n():
    found = drawn("areas").to_dict()
    rows = found["data"]["values"]
    assert [row["area"] for row in rows] == [code for code in FIVE for _ in range(5)]
    for code in FIVE:
        gaps = [row["gap"] for row in rows if row["area"] == code]
        assert gaps == sorted(gaps, reverse=True)
    whole = {text.whole for text in texts(svg(drawn("areas"), 1200))}
    assert {"ES51, Somewhere · n 9", "PT11, Somewhere · n 17"} <= whole


def test_only_so_many_panels_are_drawn_and_the_title_says_of_how_many():
    frame = of_areas(*(f"DE{i}" for i in range(14)))
    found = drawn("areas", frame=frame, own=None)
    assert {row["panel"] for row in found.to_dict()["data"]["values"]} == set(range(PANELS))
    assert "12 of 14" in found.to_json()


# From event to event


def test_a_change_is_said_to_differ_or_that_it_may_be_the_same():
    whole = {text.whole for text in texts(svg(drawn("trend"), 1200))}
    assert "1.3 → 2.1: differs" in whole
    assert "0.60 → 0.70: may be the same" in whole
    assert {"2011 n 30", "2012 n 30"} <= whole


def test_a_hidden_event_says_fewer_than_and_has_no_change():
    frame = trend(hidden={("ppp", 2)})
    frame.loc[frame["competency"] == "ppp", ["change", "changed"]] = None
    whole = {text.whole for text in texts(svg(drawn("trend", frame=frame), 1200))}
    assert "hidden to protect fewer than 5" in whole
    assert "2012 n hidden" in whole


@pytest.mark.parametrize("events", [2, 3, 6])
def test_lines_join_each_event_with_the_next(events):
    rows = [r for r in drawn("trend", frame=trend(events)).to_dict()["data"]["values"] if r["competency"] == "ppp"]
    assert [r["next"] for r in rows] == [*[r["gap"] for r in rows][1:], None]
    assert svg(drawn("trend", frame=trend(events)), 1200)
