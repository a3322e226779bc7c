"""The importance-level map."""

import pytest

from sctrain.catalogue import Scale
from sctrain.charts.gaps_map import gaps_map, map_alt
from sctrain.charts.plane import CORNERS, TIERS, Plane
from sctrain.charts.theme import LIGHT
from sctrain.frames import QUADRANTS

from .made import CASES, LABELS, data_of, gap_frame, marks, picture, svg, texts

ABC = {"a": "Across departments", "b": "Budgets", "c": "Citizen participation", "d": "Data"}
SCALE = Scale(low=1, high=5, importance=("not important", "essential"), level=("no knowledge", "expert"))


def point(competency, importance, level, quadrant, sure=True, **more):
    around = {
        f"{role}{end}": mean + step
        for role, mean in (("importance", importance), ("level", level), ("gap", importance - level))
        for end, step in (("", 0), ("_low", -0.25), ("_high", 0.25))
    }
    return {"competency": competency, **around, "quadrant": quadrant, "quadrant_sure": sure, **more}


def four():
    return gap_frame(
        point("a", 4.5, 2.0, "concentrate here", rank=1),
        point("b", 4.5, 3.5, "keep up", rank=2, n=8),
        point("c", 3.25, 2.25, "low priority", sure=False, rank=3),
        {"competency": "d", "n": None, "suppressed": True},
    )


def drawn(look=LIGHT, crosshair=(4.0, 3.0), **options):
    aspects = {"a": "technology", "b": "human"}
    return gaps_map(four(), ABC, look, crosshair=crosshair, scale=SCALE, aspects=aspects, **options)


def test_level_runs_across_and_importance_up():
    (points,) = [layer for layer in marks(drawn(), "point") if layer.get("name") == "rows"]
    assert points["encoding"]["x"]["field"] == "level"
    assert points["encoding"]["y"]["field"] == "importance"


def test_the_axes_show_the_used_part_of_the_scale_and_say_its_ends_in_words():
    (points,) = [layer for layer in marks(drawn(), "point") if layer.get("name") == "rows"]
    assert points["encoding"]["x"]["scale"]["domain"] == [1.5, 4.0]
    assert points["encoding"]["y"]["scale"]["domain"] == [3.0, 5]
    seen = {text.whole for text in texts(svg(drawn(), 358))}
    assert {"importance, 1 not important … 5 essential", "present level, 1 no knowledge … 5 expert"} <= seen


def test_aspects_differ_by_shape_and_hue_and_unsure_points_are_hollow():
    found = data_of(drawn())
    assert [(r["shape"], r["colour"]) for r in found.values()] == [
        ("square", LIGHT.technology),
        ("triangle-up", LIGHT.human),
        ("circle", LIGHT.gap),
    ]
    assert [r["fill"] == LIGHT.background for r in found.values()] == [False, False, True]
    assert {"technology", "human", "quadrant not sure"} <= {text.whole for text in texts(svg(drawn(), 1200))}


def test_points_of_few_people_fade_and_hidden_ones_are_counted():
    found = data_of(drawn())
    assert [c for c, r in found.items() if r["faint"]] == ["b"]
    assert "d" not in found
    assert "1 hidden to protect fewer than 5" in {text.whole for text in texts(svg(drawn(), 1200))}


@pytest.mark.parametrize("width", [358, 1200])
def test_quadrants_are_named_in_their_corners(width):
    seen = {text.whole: text for text in texts(svg(drawn(), width))}
    left, right = seen["concentrate here"], seen["keep up"]
    assert set(CORNERS) == set(QUADRANTS)
    assert left.right < right.left
    assert seen["low priority"].top > left.bottom
    assert seen["possible overkill"].top > right.bottom
    assert right.right > seen["possible overkill"].left > width / 2


def test_the_crosshair_is_named_with_its_numbers():
    seen = {text.whole for text in texts(svg(drawn(cross="median"), 1200))}
    assert {"median importance 4.0", "median level 3.0"} <= seen


def test_diagonals_join_points_of_equal_gap():
    plane = Plane(LIGHT, [], (4.0, 3.0), SCALE, "mean")
    assert plane.level == plane.importance == (1.0, 5.0)
    assert plane.diagonals[0] == ((1.0, 1.0), (5.0, 5.0))
    assert plane.diagonals[2] == ((3.0, 1.0), (5.0, 3.0))
    assert plane.diagonals[-3] == ((1.0, 4.0), (2.0, 5.0))
    assert set(plane.diagonals) == {-3, -2, -1, 0, 1, 2, 3}
    for gap, ends in plane.diagonals.items():
        assert all(importance - level == gap for importance, level in ends)


def test_a_share_is_measured_from_the_left_and_from_the_top():
    plane = Plane(LIGHT, [], (4.0, 3.0), SCALE, "mean")
    assert plane.shares(5.0, 1.0) == (0, 0)
    assert plane.shares(3.0, 4.0) == (0.75, 0.5)


@pytest.mark.parametrize("width", [358, 700, 1200])
def test_a_point_is_called_by_its_whole_name_or_by_its_rank(width):
    seen = {text.whole for text in texts(picture("map", width))}
    names = seen & set(LABELS.values())
    assert len(names) >= {358: 5, 700: 10, 1200: 15}[width]
    assert len(names) + sum(text.isdigit() for text in seen) > 20


def test_the_highest_need_keeps_its_name_everywhere():
    chart = CASES["map"]()
    first = next(iter(data_of(chart).values()))
    assert [first[f"text{tier}"].replace("\n", " ") for tier in range(len(TIERS))] == [first["name"]] * len(TIERS)


def test_the_sentence_counts_the_quadrants():
    assert map_alt(four(), ABC, crosshair=(4.0, 3.0)) == (
        "Importance against present level of 3 competencies, divided at mean importance 4.0 and mean level 3.0: "
        "1 concentrate here, 1 keep up, 1 low priority; first among concentrate here: Across departments; "
        "1 hidden to protect fewer than 5 people."
    )
