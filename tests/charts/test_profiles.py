"""Profiles side by side: what each leans to, one profile's needs and people, the map, and why there are so many."""

import re

import pandas as pd
import pytest
import vl_convert

from sctrain.charts.profiles import accent, profile_choice, profile_gaps, profile_mix
from sctrain.charts.profiles_heat import profiles_heat
from sctrain.charts.profiles_map import profiles_map
from sctrain.charts.theme import DARK, LIGHT, channels, contrast
from sctrain.errors import FrameError
from sctrain.frames import LETTERS, PROFILE_CHOICE, PROFILE_MAP, PROFILE_MIX, PROFILE_NEEDS

from .made import KNOWN, LABELS, check, marks, svg, texts
from .made_profiles import NAMES, PEOPLE, choice, map_, mix, needs

BRIEF = {c.code: c.brief for c in KNOWN.competency}
ROLES = KNOWN.dimensions["role"].labels
SENTINEL = 7713


def needs_of_b():
    frame = needs()
    return frame[frame["profile"] == "B"].reset_index(drop=True)


def heat(look=LIGHT, frame=None, **options):
    given = needs() if frame is None else frame
    return profiles_heat(given, LABELS, look=look, **{"names": NAMES, "people": PEOPLE, **options})


def gaps(look=LIGHT, frame=None, **options):
    return profile_gaps(needs_of_b() if frame is None else frame, LABELS, look, **options)


def who(look=LIGHT, frame=None, **options):
    return profile_mix(mix() if frame is None else frame, ROLES, look, **{"title": "Role", **options})


def tried(look=LIGHT, frame=None, **options):
    return profile_choice(choice() if frame is None else frame, look, **options)


def plane(look=LIGHT, frame=None, **options):
    return profiles_map(map_() if frame is None else frame, BRIEF, look=look, **{"names": NAMES, **options})


DRAWN = {"heat": heat, "gaps": gaps, "mix": who, "choice": tried, "map": plane}
EVERY = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
FRAMES = {
    "heat": (heat, needs, PROFILE_NEEDS),
    "gaps": (gaps, needs_of_b, PROFILE_NEEDS),
    "mix": (who, mix, PROFILE_MIX),
    "map": (plane, map_, PROFILE_MAP),
}
HIDING = pytest.mark.parametrize(("draw", "frame", "contract"), FRAMES.values(), ids=FRAMES)
EACH = pytest.mark.parametrize(
    ("draw", "frame", "contract"), [*FRAMES.values(), (tried, choice, PROFILE_CHOICE)], ids=[*FRAMES, "choice"]
)
LOOKS = pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)


def values(chart):
    return chart.to_dict()["data"]["values"]


def seen(chart, width=1180):
    return {text.whole for text in texts(svg(chart, width))}


def says(chart):
    return chart.to_dict()["description"].replace("\u202f", " ")


@EVERY
def test_a_chart_is_valid_vega_lite_in_both_looks_and_a_picture(draw):
    for look in (LIGHT, DARK.larger(1.7)):
        check(draw(look))
    assert vl_convert.svg_to_png(svg(draw(), 358)).startswith(b"\x89PNG")


@EVERY
@pytest.mark.parametrize("width", [358, 760, 1180])
def test_nothing_overlaps_and_nothing_leaves_the_picture(draw, width):
    found = texts(svg(draw(), width))
    assert f'width="{width}"' in svg(draw(), width)[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


@pytest.mark.parametrize(("draw", "labels"), [(heat, LABELS), (gaps, LABELS), (who, dict(list(ROLES.items())[:6]))])
@pytest.mark.parametrize("width", [358, 1180])
def test_every_label_is_whole(draw, labels, width):
    chart = draw() if draw is who else draw(top=None)
    assert set(labels.values()) <= seen(chart, width)


@EACH
def test_a_missing_column_stops_the_chart_and_the_frame_is_left_as_it_was(draw, frame, contract):
    given = frame()
    before = given.copy(deep=True)
    draw(frame=given)
    pd.testing.assert_frame_equal(given, before)
    for column in contract.names:
        with pytest.raises(FrameError, match=f"{contract.name}: column '{column}' is missing"):
            draw(frame=given.drop(columns=column))


@EACH
def test_no_rows_are_a_chart_without_rows(draw, frame, contract):
    chart = draw(frame=contract.empty())
    assert values(chart) == []
    assert svg(chart, 358)


@HIDING
def test_hidden_numbers_never_reach_the_browser(draw, frame, contract):
    told = frame().copy()
    told.loc[told.index[:2], "suppressed"] = True
    empty = told.copy()
    for column in contract.columns:
        if column.kind in ("count", "number") and column.name not in contract.key:
            sentinel = SENTINEL / 10_000 if column.high == 1 else SENTINEL
            told[column.name] = told[column.name].mask(told["suppressed"].astype(bool), sentinel)
            empty[column.name] = empty[column.name].mask(empty["suppressed"].astype(bool))
    assert draw(frame=told).to_json() == draw(frame=empty).to_json()
    assert str(SENTINEL) not in draw(frame=told).to_json()


@pytest.mark.parametrize("draw", [heat, gaps, who])
def test_a_frame_that_is_hidden_whole_says_so(draw):
    frame = {heat: needs, gaps: needs_of_b, who: mix}[draw]().assign(suppressed=True)
    chart = draw(frame=frame, k=10)
    assert {"hidden to protect fewer than 10", "hidden"} & seen(chart, 358)
    assert "fewer than 10 people" in says(chart)


@pytest.mark.parametrize("draw", [heat, gaps])
def test_what_is_marked_is_outlined_and_shown_beyond_the_top(draw):
    last = values(draw(top=None))[-1]["competency"]
    chart = draw(top=1, marked=last)
    assert len({r["competency"] for r in values(chart)}) == 2
    assert {r["competency"] for r in values(chart) if r["marked"]} == {last}
    assert f"marked {LABELS[last]}" in says(chart)
    with pytest.raises(FrameError, match="'z' cannot be marked"):
        draw(marked="z")


@pytest.mark.parametrize(("draw", "field"), [(heat, "competency"), (gaps, "competency"), (plane, "profile")])
def test_a_click_picks(draw, field):
    spec = draw().to_dict()
    (pick,) = [param for param in spec["params"] if param["name"] == "pick"]
    assert field in pick["select"]["fields"]
    assert pick["views"] == ["rows"]
    assert "rows" in [layer.get("name") for layer in spec["layer"]]
    assert all(field in record for record in values(draw()))


# The heat map


def leaning(*cells):
    """PROFILE_NEEDS of (profile, competency, leaning); the interval reaches 0.5 to either side, None is hidden."""
    rows = [
        {"profile": p, "competency": c, "n": 12, "leaning": x, "suppressed": x is None}
        | ({} if x is None else {"leaning_low": x - 0.5, "leaning_high": x + 0.5})
        for p, c, x in cells
    ]
    return PROFILE_NEEDS.check(pd.DataFrame(rows).reindex(columns=PROFILE_NEEDS.names))


ITEMS = dict(list(LABELS.items())[:4])
ONE, TWO, THREE, FOUR = ITEMS


def small():
    """One and two set profiles apart, three may be chance, four is hidden in B."""
    return leaning(
        ("A", ONE, 1.0), ("B", ONE, -0.6), ("A", TWO, -0.7), ("B", TWO, 1.5),
        ("A", THREE, 0.4), ("B", THREE, -0.4), ("A", FOUR, 0.2), ("B", FOUR, None),
    )  # fmt: skip


def cells(chart):
    return {(r["competency"], r["profile"]): r for r in values(chart)}


@LOOKS
def test_a_cell_is_green_towards_purple_away_and_faint_where_it_may_be_chance(look):
    found = cells(heat(look, small()))
    away, nothing, to = look.differences
    red, green, _ = channels(found[TWO, "A"]["fill"])
    assert red > green
    assert found[TWO, "B"]["fill"] == to.upper()
    assert contrast(found[THREE, "A"]["fill"], nothing) < contrast(found[ONE, "A"]["fill"], nothing)
    assert (found[ONE, "A"]["value"], found[TWO, "A"]["value"]) == ("+1.0", "−0.70")
    assert channels(away)[0] > channels(away)[1]
    assert {cell for cell, r in found.items() if r["sure"]} == {(c, p) for c in (ONE, TWO) for p in "AB"}


@LOOKS
def test_every_number_can_be_read_on_its_cell(look):
    for record in values(heat(look, top=None)):
        if record["fill"] != "transparent":
            assert contrast(record["ink"], record["fill"]) >= 4.5


def test_a_hidden_cell_says_its_threshold():
    found = cells(heat(frame=small(), k=7))
    assert (found[FOUR, "B"]["value"], found[FOUR, "B"]["about"]) == ("hidden", "hidden to protect fewer than 7")


def test_the_top_are_those_that_surely_set_profiles_apart_and_rows_come_profile_by_profile():
    assert [r["competency"] for r in values(heat(frame=small(), top=2))] == [ONE, ONE, TWO, TWO]
    order = list(dict.fromkeys(r["competency"] for r in values(heat(frame=small(), top=None))))
    assert order == [ONE, THREE, FOUR, TWO]
    big_but_unsure = small().assign(leaning_low=lambda f: f["leaning_low"].mask(f["competency"] == TWO, -9.0))
    big_but_unsure["leaning_high"] = big_but_unsure["leaning_high"].mask(big_but_unsure["competency"] == TWO, 9.0)
    assert {r["competency"] for r in values(heat(frame=big_but_unsure, top=1))} == {ONE}


@pytest.mark.parametrize("width", [358, 1180])
def test_each_column_has_its_letter_its_people_and_its_name(width):
    found = seen(heat(people=PEOPLE | {"C": None}), width)
    assert {"A", "B", "C", "n 31", "n 22", "hidden"} <= found
    assert all(any(name in text for text in found) for name in ("Data governance", "Citizen participation"))


@pytest.mark.parametrize("width", [358, 1180])
def test_the_profile_of_a_link_s_holder_is_called_yours(width):
    assert "n 22 · yours" in seen(heat(own="B"), width)
    assert not [text for text in seen(heat(), width) if "yours" in text]
    assert "B (yours) leans to" in says(heat(own="B"))


def test_ten_rows_of_three_profiles_fit_a_projected_page():
    (height,) = re.findall(r'<svg[^>]* height="([\d.]+)"', svg(heat(), 1180))
    assert float(height) <= 500


def test_the_sentence_of_the_heat_map_names_what_each_profile_surely_leans_to():
    assert says(heat(frame=small())) == (
        f"Leaning of 2 profiles to 4 competencies; A leans to {ITEMS[ONE]} +1.0; B leans to {ITEMS[TWO]} +1.5; "
        "1 hidden to protect fewer than 5 people."
    )


def test_a_profile_without_a_name_stops_the_chart():
    with pytest.raises(FrameError, match="no label for 'B'"):
        heat(names={"A": "Only this"})


# One profile


def test_gaps_fall_from_the_largest_and_fade_where_few_answered():
    found = values(gaps(top=None, frame=needs_of_b().assign(n=9)))
    known = [r["gap"] for r in found if r["gap"] is not None]
    assert known == sorted(known, reverse=True)
    assert [r["note"] for r in found][-2:] == ["hidden to protect fewer than 5"] * 2
    assert all(r["faint"] for r in found)
    assert not any(r["faint"] for r in values(gaps()) if r["gap"] is not None)


@pytest.mark.parametrize("draw", [gaps, who])
def test_one_profile_is_drawn_at_a_time(draw):
    frame = needs() if draw is gaps else pd.concat([mix("A"), mix("B")])
    with pytest.raises(FrameError, match="profile: one is drawn at a time, and here are A, B"):
        draw(frame=frame)


@LOOKS
def test_profiles_have_four_colours_that_stand_out_and_grey_after_that(look):
    colours = [accent(look, letter) for letter in LETTERS]
    assert len(set(colours[:4])) == 4
    assert set(colours[4:]) == {look.quiet}
    assert min(contrast(colour, look.background) for colour in colours) >= 3


def test_shares_stand_beside_those_among_all_and_the_sentence_names_what_differs():
    found = {r["option"]: r for r in values(who())}
    first = next(iter(found.values()))
    assert [first[name].replace("\u202f", " ") for name in ("value", "all", "n")] == ["50 %", "28 %", "11"]
    assert says(who()) == (
        "Role of profile B: 22 people, 6 answers; Programme manager 50 %, among all 28 %; "
        "2 hidden to protect fewer than 5 people."
    )
    alike = mix().assign(share_all=lambda f: f["share"])
    assert "no share that is clearly another than among all" in says(who(frame=alike))


def test_ordered_options_keep_the_order_of_the_frame_and_not_said_is_last():
    frame = mix()
    frame.loc[0, "option"] = ""
    assert [r["option"] for r in values(who(frame=frame, ordered=True))] == [*frame["option"][1:], ""]
    assert "not said" in seen(who(frame=frame))


# Why so many


def test_each_number_tried_is_a_row_and_the_chosen_one_is_outlined():
    found = values(tried(chosen=3))
    assert [(r["k"], r["verdict"], r["people"]) for r in found] == [
        (2, "no", "33"), (3, "yes", "14"), (4, "no", "6"), (5, "no", "–"), (6, "no", "–"),
    ]  # fmt: skip
    assert [r["k"] for r in found if r["marked"]] == [3]
    assert says(tried(chosen=3)).startswith("5 numbers of profiles tried; 3 chosen; 2 profiles: found again 0.62,")


def test_where_no_number_is_reliable_the_sentence_says_so():
    chart = tried(frame=choice(reliable=False))
    assert "none is reliable" in says(chart)
    assert not any(r["marked"] for r in values(chart))
    assert "nan" not in chart.to_json().lower()


# The map


def test_the_map_shows_no_more_than_profiles_and_competencies():
    spec = plane().to_dict()
    assert [r["profile"] for r in spec["data"]["values"]] == ["A", "B", "C"]
    drawn = [layer["data"]["values"] for layer in spec["layer"] if "data" in layer]
    assert {len(found) for found in drawn} <= {1, 3 * 48, len(KNOWN.codes)}


def test_an_ellipse_has_its_centre_its_axes_and_its_turn():
    row = map_()[map_()["code"] == "A"].iloc[0]
    (outline,) = [layer for layer in plane().to_dict()["layer"] if layer["mark"]["type"] == "line"]
    points = [(r["across"], r["up"]) for r in outline["data"]["values"] if r["profile"] == "A"]
    across, up = zip(*points, strict=True)
    assert (sum(across) / 48, sum(up) / 48) == pytest.approx((row["x"], row["y"]))
    far = max(points, key=lambda p: (p[0] - row["x"]) ** 2 + (p[1] - row["y"]) ** 2)
    reach = ((far[0] - row["x"]) ** 2 + (far[1] - row["y"]) ** 2) ** 0.5
    assert reach == pytest.approx(row["long"])


@pytest.mark.parametrize(("width", "least"), [(358, 3), (760, 6), (1180, 10)])
def test_the_longest_arrows_are_named_and_every_profile_says_its_people(width, least):
    found = seen(plane(), width)
    assert len(found & set(BRIEF.values())) >= least
    assert all(any(f"n {PEOPLE[letter]}" in text for text in found) for letter in "ABC")
    assert {"A", "B", "C"} <= found


def test_both_directions_have_one_scale():
    spec = plane().to_dict()
    where = [t["calculate"] for layer in marks(plane(), "line") for t in layer["transform"]]
    assert where == ["middle + stretch * datum.across", "centre - stretch * datum.up"]
    assert [p["name"] for p in spec["params"]].count("stretch") == 1


def test_the_holder_s_profile_has_a_thick_line_and_is_called_yours():
    found = {r["profile"]: r["yours"] for r in values(plane(own="B"))}
    assert found == {"A": False, "B": True, "C": False}
    assert any("n 22 · yours" in text for text in seen(plane(own="B")))
    assert "B (yours) Public–private" in says(plane(own="B"))


def test_a_hidden_profile_has_no_place_on_the_map():
    frame = map_().assign(suppressed=lambda f: f["code"] == "C")
    assert [r["profile"] for r in values(plane(frame=frame))] == ["A", "B"]
    assert "1 hidden to protect fewer than 5 people" in says(plane(frame=frame))
