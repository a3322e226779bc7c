"""Competencies by need, and from level to importance."""

import pytest

from sctrain.charts.gaps import dumbbell_alt, gaps_dumbbell, gaps_priority, priority_alt
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError

from .made import LABELS, SCALE, by_role, data_of, everyone, gap_frame, marks, svg, texts

ABC = {"a": "Across departments", "b": "Budgets", "c": "Citizen participation", "d": "Data"}


def ends(name, value, half=0.4):
    """A measure with its 95 % and 50 % interval."""
    return {
        name: value,
        f"{name}_low": value - half,
        f"{name}_high": value + half,
        f"{name}_low50": value - half / 3,
        f"{name}_high50": value + half / 3,
    }


def small(measure="gap"):
    """a and b tie, c is surest to be last, d is hidden."""
    return gap_frame(
        {"competency": "c", **ends(measure, 0.5), "rank": 3, "rank_low": 3, "rank_high": 3},
        {"competency": "a", **ends(measure, 1.25), "rank": 1, "rank_low": 1, "rank_high": 2},
        {"competency": "d", "n": None, "suppressed": True},
        {"competency": "b", **ends(measure, 1.25), "rank": 1, "rank_low": 1, "rank_high": 2, "n": 9},
    )


def order(chart):
    return list(data_of(chart))


def test_the_highest_need_is_on_top_and_hidden_rows_are_last():
    assert order(gaps_priority(small(), ABC, measure="gap")) == ["a", "b", "c", "d"]


def test_the_most_negative_ranked_discrepancy_is_the_highest_need():
    frame = gap_frame({"competency": "a", **ends("rds", -20)}, {"competency": "b", **ends("rds", -80)})
    assert order(gaps_priority(frame, ABC, measure="rds")) == ["b", "a"]


def test_the_questionnaire_keeps_its_order():
    assert order(gaps_priority(small(), ABC, measure="gap", sort="questionnaire")) == ["c", "a", "d", "b"]


def test_only_the_top_is_drawn_and_the_title_says_so():
    chart = gaps_priority(small(), ABC, measure="gap", top=2)
    assert order(chart) == ["a", "b"]
    assert "2 of 4" in chart.to_dict()["title"]["text"]["expr"]
    assert "of 4" not in gaps_priority(small(), ABC, measure="gap", top=None).to_dict()["title"]["text"]["expr"]


def test_the_sentence_ends_with_what_is_marked():
    says = {code: priority_alt(small(), ABC, measure="gap", marked=code).rpartition("; ")[2] for code in "abcd"}
    assert {code: said.replace("\u202f", " ") for code, said in says.items()} == {
        "a": "marked Across departments: 1.2 (95 %: 0.85 to 1.6), n 40.",
        "b": "marked Budgets: 1.2 (95 %: 0.85 to 1.6), n 9.",
        "c": "marked Citizen participation: 0.50 (95 %: 0.10 to 0.90), n 40.",
        "d": "marked Data: hidden to protect fewer than 5.",
    }
    chart = gaps_priority(small(), ABC, measure="gap", marked="d")
    assert chart.to_dict()["description"] == priority_alt(small(), ABC, measure="gap", marked="d")


def test_a_row_says_its_number_rank_range_and_people():
    rows = data_of(gaps_priority(small(), ABC, measure="gap"))
    said = [(r["value"], r["ranks"], r["n"], r["note"]) for r in rows.values()]
    assert said == [
        ("1.2", "1–2", "40", ""),
        ("1.2", "1–2", "9", ""),
        ("0.50", "3", "40", ""),
        ("", "", "", "hidden to protect fewer than 5"),
    ]
    assert rows["a"]["about"] == "1.2 (95\u202f%: 0.85 to 1.6)"


def test_rows_that_may_rank_first_are_shaded_and_small_groups_fade():
    rows = data_of(gaps_priority(small(), ABC, measure="gap"))
    assert [r["first"] for r in rows.values()] == [True, True, False, False]
    assert [r["faint"] for r in rows.values()] == [False, True, False, True]


def test_the_key_speaks_of_first_ranks_only_where_they_are_known():
    without = small().assign(rank_low=None, rank_high=None)
    assert "may rank first" in gaps_priority(small(), ABC, measure="gap").to_json()
    assert "may rank first" not in gaps_priority(without, ABC, measure="gap").to_json()


def test_a_competency_that_nobody_answered_says_so():
    rows = data_of(gaps_priority(gap_frame({"competency": "a", "n": 0}), ABC, measure="gap"))
    assert (rows["a"]["note"], rows["a"]["n"], rows["a"]["suppressed"]) == ("no answers", "0", False)


def test_a_thin_and_a_thick_line_show_95_and_50_percent():
    thin, thick = (m for m in marks(gaps_priority(small(), ABC, measure="gap"), "rule") if "opacity" in m["encoding"])
    assert [e["field"] for e in (thin["encoding"]["x"], thin["encoding"]["x2"])] == ["gap_low", "gap_high"]
    assert [e["field"] for e in (thick["encoding"]["x"], thick["encoding"]["x2"])] == ["gap_low50", "gap_high50"]
    assert thin["mark"]["strokeWidth"] < thick["mark"]["strokeWidth"]
    assert thin["mark"]["color"] == thick["mark"]["color"] == LIGHT.gap


@pytest.mark.parametrize(
    ("measure", "values", "domain"),
    [
        ("gap", (1.5, 0.5), [0, 1.9]),
        ("gap", (1.5, -0.5), [-0.9, 1.9]),
        ("mwds", (9, 1), [0, 9.4]),
        ("rds", (-60, -20), [-100, 0]),
        ("rds", (-60, 30), [-100, 30.4]),
    ],
)
def test_the_axis_begins_where_the_scale_does(measure, values, domain):
    frame = gap_frame(*({"competency": c, **ends(measure, v)} for c, v in zip("ab", values, strict=True)))
    dot = marks(gaps_priority(frame, ABC, measure=measure), "point")[0]
    assert dot["encoding"]["x"]["scale"]["domain"] == pytest.approx(domain)


@pytest.mark.parametrize(
    ("measure", "heading", "unit"), [("gap", "gap", "scale"), ("mwds", "MWDS", "squared"), ("rds", "RDS", "%")]
)
def test_a_measure_is_called_by_its_name_and_unit(measure, heading, unit):
    chart = gaps_priority(everyone(measure), LABELS, measure=measure)
    assert heading in {text.whole for text in texts(svg(chart, 1200))}
    axis = marks(chart, "point")[0]["encoding"]["x"]["axis"]
    assert unit in axis["title"]


def test_ten_competencies_fit_a_projected_page():
    (height,) = [p["expr"] for p in gaps_priority(everyone(), LABELS).to_dict()["params"] if p["name"] == "height"]
    wide = int(height.split("?")[1].split(":")[0])
    assert wide < 460


def test_the_sentence_names_the_highest_and_the_lowest_need():
    assert priority_alt(small(), ABC, measure="gap") == (
        "Gap of 4 competencies; highest need Across departments: 1.2 (95\u202f%: 0.85 to 1.6), n 40; lowest need "
        "Citizen participation: 0.50 (95\u202f%: 0.10 to 0.90), n 40; 1 hidden to protect fewer than 5 people."
    )
    assert gaps_priority(small(), ABC, measure="gap").to_dict()["description"] == priority_alt(
        small(), ABC, measure="gap"
    )


@pytest.mark.parametrize(
    ("options", "said"), [({"measure": "gpa"}, "no measure called 'gpa'"), ({"sort": "name"}, "no sort called 'name'")]
)
def test_an_unknown_choice_names_the_choices(options, said):
    with pytest.raises(FrameError, match=said):
        gaps_priority(small(), ABC, **options)


@pytest.mark.parametrize("draw", [gaps_priority, lambda *given: gaps_dumbbell(*given, scale=SCALE)])
def test_one_group_is_drawn_at_a_time(draw):
    with pytest.raises(FrameError, match=r"GAPS.group: one is drawn at a time"):
        draw(by_role(), LABELS)


def dumbbell(look=LIGHT):
    frame = gap_frame(
        {"competency": "a", **ends("gap", 1.5), **ends("importance", 4.25), **ends("level", 2.75)},
        {"competency": "b", **ends("gap", -0.5), **ends("importance", 3.0), **ends("level", 3.5)},
        {"competency": "d", "n": None, "suppressed": True},
    )
    return gaps_dumbbell(frame, ABC, look, scale=SCALE)


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_level_and_importance_differ_by_colour_and_shape(look):
    level, importance = [m["mark"] for m in marks(dumbbell(look), "point") if "fill" in m["mark"]][:2]
    assert (level["shape"], level["fill"]) == ("diamond", look.level)
    assert (importance["shape"], importance["fill"]) == ("circle", look.importance)


def test_the_bar_of_a_dumbbell_is_the_gap():
    bar = next(m for m in marks(dumbbell(), "rule") if m["mark"]["color"] == LIGHT.gap)
    assert (bar["encoding"]["x"]["field"], bar["encoding"]["x2"]["field"]) == ("level", "importance")


def test_a_dumbbell_shows_the_whole_scale_with_its_ends_in_words():
    x = marks(dumbbell(), "point")[0]["encoding"]["x"]
    assert x["scale"]["domain"] == [1, 5]
    assert x["axis"]["values"] == [1, 2, 3, 4, 5]
    seen = {text.line for text in texts(svg(dumbbell(), 358))}
    assert {f"importance: {SCALE.importance[0]}", SCALE.importance[-1], SCALE.level[-1], "2", "3", "4"} <= seen


def test_dumbbells_are_sorted_by_the_gap_with_its_sign():
    assert [(c, r["value"]) for c, r in data_of(dumbbell()).items()] == [("a", "1.5"), ("b", "−0.50"), ("d", "")]


def test_the_sentence_tells_the_largest_and_the_smallest_gap():
    says = dumbbell().to_dict()["description"]
    assert "largest gap Across departments: 1.5" in says
    assert "from level 2.8 to importance 4.2" in says
    assert "smallest gap Budgets: −0.50" in says
    assert says == dumbbell_alt(
        gap_frame(
            {"competency": "a", **ends("gap", 1.5), "importance": 4.25, "level": 2.75},
            {"competency": "b", **ends("gap", -0.5), "importance": 3.0, "level": 3.5},
            {"competency": "d", "n": None, "suppressed": True},
        ),
        ABC,
    )
