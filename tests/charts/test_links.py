"""The map of challenges, competencies, practices and disciplines."""

import json
from functools import cache

import pandas as pd
import pytest

from sctrain.analysis import ground
from sctrain.charts.links import WIDEST, parts_map
from sctrain.charts.theme import DARK, LIGHT
from sctrain.demo import demo_sheets
from sctrain.errors import FrameError
from sctrain.frames import CODED, LINKS, PARTS

from .made import KNOWN, check, everyone, svg, texts

LABELS = {
    "challenge": {c.code: c.label for c in KNOWN.challenge},
    "competency": KNOWN.labels,
    "practice": {p.code: p.label for p in KNOWN.practice},
    "discipline": {o.code: o.label for o in KNOWN.dimensions["discipline"].option},
}
WIDTHS = (358, 700, 980, 1180)


@cache
def room():
    """(PARTS, LINKS) of the made-up workshop's lines and of people whose needs differ."""
    notes = demo_sheets(KNOWN).notes
    coded = CODED.check(
        notes.assign(cleared=False, coded_by="person", linked_by="person", similarity=pd.NA).astype(
            {"similarity": "Float64"}
        )
    )
    return ground.parts(coded, everyone(), KNOWN), ground.links(coded, KNOWN)


def drawn(look=LIGHT, **options):
    return parts_map(*room(), LABELS, look, **options)


@cache
def picture(width):
    return svg(drawn(), width)


def nodes(**options):
    return {r["part"]: r for r in drawn(**options).to_dict()["data"]["values"]}


def lines(**options):
    """The lines' first points."""
    (found,) = [m for m in drawn(**options).to_dict()["layer"] if m["mark"]["type"] == "line"]
    return [r for r in found["data"]["values"] if r["step"] == 0]


def test_the_first_competencies_are_drawn_with_all_that_they_are_joined_with():
    parts, links = room()
    first = parts.dropna(subset="place").sort_values("place")["code"].tolist()[:11]
    assert {part for part in nodes() if part.startswith("competency:")} == {f"competency:{code}" for code in first}
    for row in links[links["competency"].isin(first)].itertuples():
        assert f"|competency:{row.competency}|" in nodes()[f"{row.kind}:{row.code}"]["near"]
    assert len(lines()) == links["competency"].isin(first).sum()


def test_a_line_is_as_thick_as_tables_name_both_and_thin_where_the_catalogue_joins():
    _, links = room()
    by = {(r.competency, r.kind, r.code): r.tables for r in links.itertuples()}
    weights = {}
    for line in lines():
        ends = dict(part.split(":") for part in (line["one"], line["other"]))
        (kind,) = set(ends) - {"competency"}
        weights.setdefault(by[ends["competency"], kind, ends[kind]], set()).add(line["weight"])
    assert all(len(found) == 1 for found in weights.values())
    ordered = [next(iter(weights[n])) for n in sorted(weights)]
    assert ordered == sorted(set(ordered))
    assert 0 in weights


def test_the_competency_of_the_link_is_drawn_though_it_is_not_among_the_first_and_the_rest_is_dim():
    parts, _ = room()
    last = parts.dropna(subset="place").sort_values("place")["code"].iloc[-1]
    assert f"competency:{last}" in nodes(marked=last)
    (focus,) = [p["expr"] for p in drawn(marked=last).to_dict()["params"] if p["name"] == "focus"]
    assert f"'competency:{last}'" in focus


def test_a_link_to_what_nobody_speaks_of_dims_nothing():
    parts = room()[0].assign(place=pd.array([pd.NA] * len(room()[0]), "Int64"))
    spec = parts_map(parts, room()[1], LABELS, marked="ppp").to_dict()
    assert spec["data"]["values"] == []
    assert next(p["expr"] for p in spec["params"] if p["name"] == "focus").endswith("''")
    assert spec["description"] == "Nothing is linked yet."


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overlaps_nothing_leaves_the_picture_and_every_name_is_whole(width):
    found = texts(picture(width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < -1 or text.right > width + 1]
    said = {text.whole for text in found}
    shown = [r["name"] for part, r in nodes().items() if width >= WIDEST or part.startswith("competency:")]
    assert set(shown) <= said


def test_four_columns_stand_side_by_side_from_a_width_on_and_below_it_each_competency_has_its_paragraph():
    headings = {"Challenges", "Work practices", "Disciplines"}
    wide, narrow = ({text.whole for text in texts(picture(width))} for width in (1180, 358))
    assert headings <= wide
    assert not headings & narrow
    assert any("Practices: " in text for text in narrow)


def test_the_map_fits_a_projected_screen():
    heights = next(p["expr"] for p in drawn().to_dict()["params"] if p["name"] == "height")
    assert int(heights.split("?")[1].split(":")[0]) <= 540


def test_a_gap_and_its_interval_stand_in_the_competency_and_a_hidden_one_nowhere():
    parts, links = room()
    first = parts.dropna(subset="place").sort_values("place")["code"].iloc[0]
    hidden = parts.assign(suppressed=parts["code"].eq(first) & parts["kind"].eq("competency"))
    found = {r["part"]: r for r in parts_map(hidden, links, LABELS).to_dict()["data"]["values"]}
    row = found[f"competency:{first}"]
    assert (row["value"], row["gap"], row["gap_low"]) == ("hidden", None, None)
    other = next(r for part, r in found.items() if part.startswith("competency:") and part != row["part"])
    of = parts.set_index(["kind", "code"]).loc[("competency", other["competency"])]
    assert other["gap"] == pytest.approx(of["gap"])
    assert other["gap_low"] == pytest.approx(of["gap_low"])


def test_a_click_on_a_competency_is_a_link_and_one_on_a_challenge_too():
    spec = drawn().to_dict()
    (pick,) = [p for p in spec["params"] if p["name"] == "pick"]
    assert {"competency", "challenge"} <= set(pick["select"]["fields"])
    assert [r["competency"] for part, r in nodes().items() if not part.startswith("competency:")] == [""] * sum(
        not part.startswith("competency:") for part in nodes()
    )


@pytest.mark.parametrize("look", [LIGHT, DARK, DARK.larger(1.7)])
def test_the_map_is_vega_lite_in_every_look(look):
    check(drawn(look))
    check(parts_map(PARTS.empty(), LINKS.empty(), LABELS, look))


def test_the_sentence_tells_every_competency_with_what_it_is_joined_with():
    says = drawn().to_dict()["description"]
    assert says.startswith("11 competencies and what they are joined with.")
    assert json.dumps(says).count("Discipline: ") == 11


def test_a_link_to_what_is_no_part_stops_the_map():
    parts, links = room()
    with pytest.raises(FrameError, match="LINKS: the practice 'dreaming' is in no row of PARTS"):
        parts_map(parts, pd.concat([links, links.tail(1).assign(kind="practice", code="dreaming")]), LABELS)
    with pytest.raises(FrameError, match="PARTS: column 'gap' is missing"):
        parts_map(parts.drop(columns="gap"), links, LABELS)
