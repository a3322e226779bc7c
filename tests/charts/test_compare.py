"""Groups side by side: how far their gaps differ, and for whom a competency is in the core."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
import vl_convert

from sctrain.charts.compare import differences_alt, differences_forest, lens_alt, lens_columns
from sctrain.charts.theme import DARK, LIGHT, contrast
from sctrain.errors import FrameError
from sctrain.frames import CITY_LENS, DIFFERENCES

from .made import KNOWN, LABELS, check, marks, svg, texts

ABC = {"a": "Across departments", "b": "Budgets", "c": "Citizen participation", "d": "Data"}
TOWNS = {"s": "Small", "m": "Medium", "l": "Large", "xl": "Very large"}
CITIES = KNOWN.dimensions["city_size"].labels
SENTINEL = 7713
MANY = "41 : 1\u202f212"


def differing(*rows, reference=""):
    """DIFFERENCES of (competency, group, difference, differs); "hidden" is suppressed, None has no answers."""
    frame = pd.DataFrame([_row(*row) for row in rows]).reindex(columns=DIFFERENCES.names)
    return DIFFERENCES.check(frame.assign(reference=reference))


def _row(competency, group, difference, differs=False):
    known = {"competency": competency, "group": group, "differs": differs, "suppressed": difference == "hidden"}
    if difference == "hidden":
        return known
    if difference is None:
        return {**known, "n": 0, "n_reference": 12}
    ends = {"difference_low": difference - 0.5, "difference_high": difference + 0.5, "pooled": difference / 2}
    return {**known, "n": 41, "n_reference": 1212, "difference": difference, **ends, "delta": 0.31, "effect": "small"}


def one_group():
    """Budgets are the largest difference, Across departments is hidden, nobody answered on Data."""
    return differing(("b", "s", 0.8, True), ("a", "s", "hidden"), ("d", "s", None), ("c", "s", -1.3, False))


def three_groups():
    return differing(
        ("b", "l", 0.1), ("b", "s", 0.8, True), ("b", "m", -0.2),
        ("c", "s", "hidden"), ("c", "m", -1.5, True), ("c", "l", 0.3),
        reference="xl",
    )  # fmt: skip


def standing(*rows):
    """CITY_LENS of (competency, lens, first rank, low, high, second rank, low, high); without ranks hidden."""
    ends = [f"{side}_{end}" for side in ("first", "second") for end in ("rank", "low", "high")]
    frame = pd.DataFrame([{"competency": c, "lens": lens, **dict(zip(ends, n, strict=False))} for c, lens, *n in rows])
    frame = frame.reindex(columns=CITY_LENS.names)
    hidden = frame["first_rank"].isna()
    n = {"first_n": frame["first_n"].mask(~hidden, 41), "second_n": frame["second_n"].mask(~hidden, 12)}
    return CITY_LENS.check(frame.assign(**n, suppressed=hidden))


def cities():
    """One competency of each section but hidden ones, out of order."""
    return standing(
        ("a", "neither", 4, 3, 4, 4, 3, 4),
        ("b", "cannot tell"),
        ("c", "second only", 3, 3, 4, 1, 1, 1),
        ("d", "common core", 1, 1, 2, 2, 2, 2),
    )


@cache
def many(*groups, reference=""):
    """Differences of all competencies; the fourth is hidden, the sixth in the last group."""
    rng = np.random.default_rng(1)
    rows = [(i, c, g) for i, c in enumerate(KNOWN.codes) for g in groups]
    hidden = [i == 3 or (i == 5 and g == groups[-1]) for i, _, g in rows]
    given = [
        (c, g, "hidden" if h else float(rng.normal(0, 0.6)), bool(rng.random() < 0.4) and not h)
        for (_, c, g), h in zip(rows, hidden, strict=True)
    ]
    return differing(*given, reference=reference)


@cache
def all_ranks():
    """Made-up ranks of all competencies in two groups; the fifth is hidden."""
    rng, rows = np.random.default_rng(2), []
    first, second = rng.permutation(29) + 1, rng.permutation(29) + 1
    for i, (code, one, other) in enumerate(zip(KNOWN.codes, first, second, strict=True)):
        ends = [end for rank in (one, other) for end in (rank, max(1, rank - 2), min(29, rank + 2))]
        inside, outside = (max(ends[2], ends[5]) <= 12, min(ends[1], ends[4]) > 12)
        lens = "common core" if inside else "neither" if outside else "cannot tell"
        lens = {1: "first only", 2: "second only"}.get(i, lens)
        rows.append((code, "cannot tell") if i == 4 else (code, lens, *map(int, ends)))
    return standing(*rows)


def forest(look=LIGHT, groups=("small_medium",), reference="", **options):
    frame = many(*groups, reference=reference)
    return differences_forest(frame, LABELS, CITIES, look, **{"points": 5, "top": 10, **options})


def forests(look=LIGHT, **options):
    return forest(look, ("s", "m", "l"), "xl", **options)


def columns(look=LIGHT, **options):
    named = {"first_label": CITIES["small_medium"], "second_label": CITIES["large"], "core": 12}
    return lens_columns(all_ranks(), LABELS, look, **{**named, **options})


def small_forest(frame=None, **options):
    given = one_group() if frame is None else frame
    return differences_forest(given, ABC, **{"group_labels": TOWNS, "points": 5, **options})


def small_lens(frame=None, **options):
    named = {"first_label": "Small", "second_label": "Large", "core": 2, "top": None}
    return lens_columns(cities() if frame is None else frame, ABC, **{**named, **options})


def values(chart):
    return chart.to_dict()["data"]["values"]


def lines(chart):
    """The records of a forest by competency and group."""
    return {(r["competency"], r["group"]): r for r in values(chart)}


def seen(chart, width):
    return {text.whole for text in texts(svg(chart, width))}


def title(chart):
    return chart.to_dict()["title"]["text"]["expr"]


DRAWN = {"forest": forest, "forests": forests, "lens": columns}
EVERY = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
SMALL = {
    "forest": (small_forest, one_group, DIFFERENCES),
    "forests": (small_forest, three_groups, DIFFERENCES),
    "lens": (small_lens, cities, CITY_LENS),
}
EACH = pytest.mark.parametrize(("draw", "frame", "contract"), SMALL.values(), ids=SMALL)
LOOKS = pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)


@EVERY
def test_a_chart_is_valid_vega_lite_in_both_looks(draw):
    for look in (LIGHT, DARK.larger(1.7)):
        check(draw(look))


@EVERY
@pytest.mark.parametrize(("look", "width"), [*((LIGHT, w) for w in (358, 1060, 1180)), (DARK.larger(1.7), 1280)])
def test_nothing_overlaps_nothing_leaves_the_picture_and_every_label_is_whole(draw, look, width):
    chart = draw(look, top=None)
    found = texts(svg(chart, width))
    assert f'width="{width}"' in svg(chart, width)[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]
    assert set(LABELS.values()) <= {text.whole for text in found}


@EVERY
def test_ten_rows_fit_a_projected_page(draw):
    (height,) = re.findall(r'<svg[^>]* height="([\d.]+)"', svg(draw(), 1180))
    assert float(height) <= 480


@EVERY
def test_a_chart_can_be_drawn_as_a_picture(draw):
    assert vl_convert.svg_to_png(svg(draw(), 1180)).startswith(b"\x89PNG")


@EVERY
def test_what_is_marked_is_outlined_and_bold_and_shown_beyond_the_top(draw):
    last = values(draw(top=None))[-1]["competency"]
    chart = draw(top=1, marked=last)
    shown = list(dict.fromkeys(r["competency"] for r in values(chart)))
    assert len(shown) == 2
    assert {r["competency"] for r in values(chart) if r["marked"]} == {last}
    (outline,) = [m for m in marks(chart, "rect") if m["mark"].get("filled") is False]
    assert outline["transform"][0]["filter"].startswith("datum.marked &&")
    bold = {text.whole for text in texts(svg(chart, 1180)) if text.bold} & set(LABELS.values())
    assert bold == {LABELS[last]}
    with pytest.raises(FrameError, match="'z' cannot be marked; there are: "):
        draw(marked="z")


@EVERY
def test_a_click_on_a_row_picks_its_competency(draw):
    spec = draw().to_dict()
    (pick,) = [param for param in spec["params"] if param["name"] == "pick"]
    assert (pick["select"]["fields"], pick["views"]) == (["competency"], ["rows"])
    assert "rows" in [layer.get("name") for layer in spec["layer"]]


@EACH
def test_hidden_numbers_never_reach_the_browser(draw, frame, contract):
    told = frame()
    for column in contract.columns:
        if column.kind in ("count", "number"):
            sentinel = SENTINEL / 10_000 if column.high == 1 else SENTINEL
            told[column.name] = told[column.name].mask(told["suppressed"].astype(bool), sentinel)
    assert draw(told).to_json() == draw(frame()).to_json()
    assert str(SENTINEL) not in draw(told).to_json()


@EACH
def test_a_frame_that_is_hidden_whole_says_so_wide_and_narrow(draw, frame, contract):
    hidden = draw(frame().assign(suppressed=True), k=10)
    assert "hidden to protect fewer than 10" in seen(hidden, 358) & seen(hidden, 1180)
    assert "fewer than 10 people" in hidden.to_dict()["description"]


@EACH
def test_a_frame_without_any_answers_says_so(draw, frame, contract):
    numbers = {c.name: None for c in contract.columns if c.missing and c.name != "lens"}
    blank = draw(frame().assign(**numbers, differs=False, suppressed=False))
    assert "no answers" in seen(blank, 358) & seen(blank, 1180)
    assert "nan" not in blank.to_json().lower()


@EACH
def test_a_single_row_is_a_chart(draw, frame, contract):
    chart = draw(frame().head(1))
    assert ABC[frame()["competency"].iloc[0]] in seen(chart, 358)


@EACH
def test_no_rows_are_a_chart_without_rows(draw, frame, contract):
    chart = draw(contract.empty())
    assert values(chart) == []
    assert svg(chart, 358)


@EACH
def test_a_missing_column_stops_the_chart(draw, frame, contract):
    for column in contract.names:
        with pytest.raises(FrameError, match=f"{contract.name}: column '{column}' is missing"):
            draw(frame().drop(columns=column))


@EACH
def test_the_frame_is_left_as_it_was(draw, frame, contract):
    given = frame()
    before = given.copy(deep=True)
    draw(given)
    pd.testing.assert_frame_equal(given, before)


def test_rows_keep_the_order_of_the_frame_and_those_without_a_number_are_last():
    assert [code for code, _ in lines(small_forest())] == ["b", "c", "d", "a"]


def test_the_top_are_those_farthest_from_zero_for_any_group_in_the_order_of_the_frame():
    frame = differing(
        ("a", "s", 0.9), ("a", "m", 0.8), ("b", "s", 0.7), ("b", "m", 0.1), ("c", "s", 0.2), ("c", "m", -1.5)
    )
    chart = small_forest(frame, top=2)
    assert list(lines(chart)) == [("a", "s"), ("a", "m"), ("c", "s"), ("c", "m")]
    assert title(chart).count("; 2 of 3") >= 1


def test_a_mark_is_full_where_groups_differ_and_open_where_not():
    found = lines(small_forest())
    fills = {code: found[code, "s"]["fill"] for code in "bc"}
    assert fills == {"b": LIGHT.groups[0], "c": LIGHT.background}
    assert {"differs", "may be the same"} <= seen(small_forest(), 358)


@LOOKS
def test_groups_differ_by_colour_and_by_shape_and_each_stands_out(look):
    found = [r for r in values(small_forest(three_groups(), look=look)) if r["competency"] == "b"]
    assert [(r["group"], r["shape"]) for r in found] == [("s", "circle"), ("m", "square"), ("l", "triangle-up")]
    assert len({r["stroke"] for r in found}) == 3
    assert min(contrast(r["stroke"], ground) for r in found for ground in (look.background, look.band)) >= 3


def test_the_numbers_are_the_difference_both_n_and_the_effect():
    found = lines(small_forest())["b", "s"]
    assert [found[name] for name in ("value", "asked", "effect")] == ["0.80", MANY, "small"]
    wide, narrow = seen(small_forest(), 1180), seen(small_forest(), 358)
    assert {"0.80", MANY, "small", "effect"} <= wide
    assert {"0.80", MANY} <= narrow
    assert not {"small", "effect"} & narrow
    assert {"0.80", MANY} <= seen(small_forest(three_groups()), 358) & seen(small_forest(three_groups()), 1180)


def test_zero_is_named_in_the_middle_and_the_ends_say_whose_gap_is_larger():
    chart = small_forest()
    low, high = next(
        m["encoding"]["x"]["scale"]["domain"] for m in marks(chart, "rule") if "scale" in m["encoding"].get("x", {})
    )
    assert (low, high) == (-1.8, 1.8)
    for width in (358, 1180):
        assert {"same gap", "← larger gap in the rest", "larger gap in Small →"} <= seen(chart, width)
    ends = {"← smaller gap than in Very large", "larger gap than in Very large →"}
    assert ends <= seen(small_forest(three_groups()), 358)


def test_a_long_name_is_cut_in_the_title_and_under_the_axis_and_whole_in_the_alternative_text():
    long = "Demonstration: what should a city learn before it buys anything?"
    chart = small_forest(group_labels={**TOWNS, "s": long})
    assert "Demonstration: what should a city… minus the rest" in title(chart)
    said = " ".join(seen(chart, 358) | seen(chart, 1180))
    assert "city…" in said
    assert "learn" not in said
    assert long in chart.to_dict()["description"]


def test_an_interval_reaches_no_farther_than_two_gaps_can_differ():
    frame = differing(("a", "s", 3.9))
    rules = marks(small_forest(frame, points=3), "rule")
    assert {tuple(m["encoding"]["x"]["scale"]["domain"]) for m in rules if "scale" in m["encoding"].get("x", {})} == {
        (-4, 4)
    }


def test_a_difference_without_an_interval_is_drawn_and_said_without():
    frame = differing(("a", "s", 0.8)).assign(
        difference_low=None, difference_high=None, pooled=None, delta=None, effect=None
    )
    (found,) = values(small_forest(frame))
    assert (found["about"], found["pooled_about"], found["delta_about"], found["effect"]) == ("0.80", "–", "–", "")


def test_a_group_without_a_row_has_no_answers():
    frame = differing(("a", "s", 0.8), ("a", "m", 0.5), ("b", "m", 0.2))
    found = lines(small_forest(frame))["b", "s"]
    assert (found["asked"], found["value"]) == ("no answers", "")


def test_the_title_says_what_is_taken_from_what():
    assert "Difference of gaps, Small minus the rest, of 4 points" in title(small_forest())
    assert "Difference of gaps, each group minus Very large, of 4 points" in title(small_forest(three_groups()))


def test_the_sentence_of_one_group_names_the_farthest_and_what_is_hidden():
    said = differences_alt(one_group(), ABC, TOWNS, points=5, marked="a").replace("\u202f", " ")
    assert said == (
        "Difference of gaps of 4 competencies, Small minus the rest, of 4 points; 1 of 2 differ; highest Budgets: 0.80 "
        "(95 %: 0.30 to 1.3), n 41 : 1 212; lowest Citizen participation: −1.3 (95 %: −1.8 to −0.80), n 41 : 1 212; "
        "1 hidden to protect fewer than 5 people; marked Across departments: hidden to protect fewer than 5."
    )
    assert small_forest(marked="a").to_dict()["description"].replace("\u202f", " ") == said


def test_the_sentence_of_several_groups_names_them():
    said = differences_alt(three_groups(), ABC, TOWNS, points=5)
    assert "each group minus Very large" in said
    assert "highest Budgets, Small: 0.80" in said
    assert "lowest Citizen participation, Medium: −1.5" in said


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (
            differing(*(("a", group, 0.1) for group in TOWNS)),
            "DIFFERENCES.group: 3 are drawn at most, and here are s, m, l, xl",
        ),
        (three_groups().assign(reference=["xl", *["s"] * 5]), "DIFFERENCES.reference: one is drawn at a time"),
        (differing(("z", "s", 0.1)), "no label for 'z'"),
        (differing(("a", "xs", 0.1)), "no label for 'xs'"),
        (differing(("a", "s", 0.1), reference="xs"), "no label for 'xs'"),
    ],
    ids=["four groups", "two references", "competency", "group", "reference"],
)
def test_what_cannot_be_drawn_stops_the_forest(frame, said):
    with pytest.raises(FrameError, match=said):
        small_forest(frame)


def test_sections_follow_one_another_from_the_common_core():
    found = values(small_lens())
    headings = [(r["competency"], r["heading"]) for r in found]
    assert headings == [("d", "common core"), ("c", "Large only"), ("b", "cannot tell"), ("a", "neither")]
    for width in (358, 1180):
        assert {"common core", "Large only", "cannot tell", "neither"} <= seen(small_lens(), width)


def test_a_heading_stands_once_over_the_rows_of_its_section_the_better_rank_first():
    frame = standing(
        ("a", "common core", 4, 3, 4, 3, 3, 4),
        ("b", "common core", 5, 5, 5, 2, 2, 2),
        ("c", "first only", 1, 1, 1, 9, 9, 9),
    )
    found = [(r["competency"], r["heading"]) for r in values(small_lens(frame))]
    assert found == [("b", "common core"), ("a", ""), ("c", "Small only")]


def test_what_is_in_neither_core_is_left_out_unless_all_are_shown_or_it_is_marked():
    chart = small_lens(top=10)
    assert [r["competency"] for r in values(chart)] == ["d", "c", "b"]
    assert "; 3 of 4" in title(chart)
    assert [r["competency"] for r in values(small_lens(top=1, marked="a"))] == ["d", "a"]


def test_the_core_is_shaded_and_ranks_run_over_all_competencies():
    (shade,) = [m for m in marks(small_lens(), "rect") if m["mark"].get("color") == LIGHT.band]
    assert [t["calculate"] for t in shade["transform"][:2]] == ["0.5", "2 + 0.5"]
    assert shade["encoding"]["x"]["scale"]["domain"] == [0.5, 4.5]
    assert "core: the first 2" in seen(small_lens(), 358)


def test_the_ranks_of_both_groups_are_told_with_their_intervals():
    found = {r["competency"]: r for r in values(small_lens())}
    assert found["c"]["first_about"].replace("\u202f", " ") == "3 (95 %: 3 to 4) in Small"
    assert (found["c"]["ranks"], found["c"]["people"], found["b"]["note"]) == (
        "3 : 1",
        "41 : 12",
        "hidden to protect fewer than 5",
    )


def test_a_rank_of_one_group_only_is_drawn_and_said():
    frame = standing(("a", "cannot tell", 1, 1, 1, None, None, None))
    (found,) = values(small_lens(frame))
    assert (found["ranks"], found["note"], found["second_about"]) == ("1 : –", "", "– in Large")


def test_two_groups_differ_by_colour_and_by_shape():
    dots = [m["mark"] for m in marks(small_lens(), "point") if m["mark"].get("yOffset")]
    assert [(m["shape"], m["fill"]) for m in dots] == [("circle", LIGHT.groups[0]), ("square", LIGHT.groups[1])]


def test_the_sentence_names_the_core_of_both_and_of_either():
    said = lens_alt(cities(), ABC, first_label="Small", second_label="Large", core=2, marked="d").replace("\u202f", " ")
    assert said == (
        "Rank of need of 4 competencies in two groups, Small and Large; the core are the first 2; common core: Data; "
        "Small only: none; Large only: Citizen participation; in neither core: 1; for 1 this cannot be told; 1 hidden "
        "to protect fewer than 5 people; marked Data: rank 1 (95 %: 1 to 2) in Small, 2 (95 %: 2 to 2) in Large."
    )
    assert small_lens(marked="d").to_dict()["description"].replace("\u202f", " ") == said


def test_a_competency_without_label_stops_the_columns():
    with pytest.raises(FrameError, match="no label for 'z'"):
        small_lens(standing(("z", "neither", 1, 1, 1, 1, 1, 1)))


def test_a_group_may_be_named_with_an_apostrophe():
    name = "Mayor's office"
    assert name in seen(small_lens(first_label=name), 358)
    frame = three_groups()
    assert name in seen(differences_forest(frame, ABC, {**TOWNS, "m": name}, points=5), 358)
