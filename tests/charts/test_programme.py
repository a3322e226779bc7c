"""The modules of a programme, what more hours buy, and what falls off with fewer."""

from functools import cache

import pandas as pd
import pytest

from sctrain.charts.programme import programme_rows
from sctrain.charts.programme_curve import programme_curve, programme_falls
from sctrain.charts.programme_form import form_rows
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames import CURVE, FALLS, FORM, MODULES

from .made import KNOWN, check, svg, texts

NAMES = {module.code: module.label for module in KNOWN.modules}
GROUPS = {"small": "Small and medium cities, under 250 000 (or not said)", "large": "Large cities, 250 000 and more"}


def modules(rooms=True, tables=True):
    """The first three modules are chosen, the first of them locked in; the last one is left out."""
    rows, last = [], len(NAMES) - 1
    for i, module in enumerate(KNOWN.modules):
        share = (1.0, 0.97, 0.5, 0.2, 0.01)[min(i, 4)]
        word = ("core", "core", "likely", "contested", "out")[min(i, 4)]
        sure = (1000, share, word) if rooms else (None, None, None)
        need = (0.1, 0.12, 0.08 if tables else None, 0.1 - i / 300)
        place = (i < 3, i == 0, i == last, i + 1 if i < 3 else None)
        texts = ("+".join(module.competencies), "", "", "", "", "", 0.0, 1.0, 0)
        rows.append((module.code, module.hours, *texts, *need, *place, *sure))
    frame = pd.DataFrame(rows, columns=MODULES.names)
    whole = dict.fromkeys(("unknown", "order", "rooms"), "Int64") | {"share_chosen": "float64", "tables": "float64"}
    return MODULES.check(frame.astype(whole))


def curve(groups=tuple(GROUPS)):
    """Each two hours cover 2 % more of everybody's need, of each further group 1 % less; nothing fits in two hours."""
    rows = []
    for hours in range(2, 82, 2):
        for i, group in enumerate((None, *groups)):
            share = None if hours == 2 else max(0, hours / 100 - i / 100)
            rows.append((float(hours), group, share, share, None if group is None else 0.1, float(hours), ""))
    return CURVE.check(pd.DataFrame(rows, columns=CURVE.names))


def falls():
    rows = [(None, None, "together", -0.1), (None, "small", "together", -0.06), (None, "large", "together", 0.004)]
    rows += [("city_as_system", group, "falls off", -0.1) for group in (None, *GROUPS)]
    full = [(module, group, change, 40.0, 30.0, -6.0, effect) for module, group, change, effect in rows]
    return FALLS.check(pd.DataFrame(full, columns=FALLS.names))


OPTIONS = {
    "day": "One day",
    "week": "Up to one week",
    "month": "Up to one month, part time",
    "year": "One year or more",
}


def form(sentinel=None):
    """A week is drafted and suits all; a month is the most wished and shuts some out; of a day people are hidden."""
    n = {"n": sentinel, "share": None if sentinel is None else sentinel / 10_000}
    usual = {"topic": "duration", "ranked_by": 4, "tables": 5, "question": "how_long", "respondents": 40, "clashes": ""}
    usual |= dict.fromkeys(("share_low", "share_high", "reach")) | {"kinder": False, "suppressed": False}
    rows = [
        {"option": "day", **n, "score": 0.9, "table_rank": 2, "suppressed": True, "respondents": None},
        {"option": "week", "n": 20, "share": 0.5, "score": 0.6, "table_rank": 1, "chosen": True, "kinder": True},
        {"option": "month", "n": 18, "share": 0.45, "score": 0.5, "table_rank": 3, "clashes": "city_size.town"},
        {"option": "year", "n": 0, "share": 0.0, "score": 0.0, "ranked_by": 0, "table_rank": None},
    ]
    full = [{"chosen": False, **usual, "rank_low": r["table_rank"], "rank_high": r["table_rank"], **r} for r in rows]
    whole = dict.fromkeys(("n", "respondents", "table_rank", "rank_low", "rank_high", "ranked_by", "tables"), "Int64")
    fractions = dict.fromkeys(("share", "share_low", "share_high", "reach", "score"), "float64")
    return FORM.check(pd.DataFrame(full, columns=FORM.names).astype(whole | fractions))


CHARTS = {
    "form": (form_rows, form, {"labels": OPTIONS, "title": "Training duration"}),
    "rows": (programme_rows, modules, {"labels": NAMES, "rooms": 1000, "marked": "data_basics"}),
    "unsure": (programme_rows, lambda: modules(rooms=False), {"labels": NAMES, "top": None}),
    "one voice": (programme_rows, lambda: modules(tables=False), {"labels": NAMES, "rooms": 1000}),
    "curve": (programme_curve, curve, {"groups": GROUPS, "hours": 40, "instead": 30}),
    "at the end": (programme_curve, curve, {"groups": GROUPS, "hours": 80}),
    "falls": (programme_falls, falls, {"groups": GROUPS, "instead": 30}),
}


@cache
def chart(name, look=LIGHT):
    draw, frame, options = CHARTS[name]
    return draw(frame(), look=look, **options)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_valid_vega_lite_in_both_looks(name):
    for look in (LIGHT, DARK.larger(1.7)):
        check(chart(name, look))


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("width", [358, 690, 1180])
def test_nothing_overlaps_and_nothing_leaves_the_picture(name, width):
    found = texts(svg(chart(name), width))
    assert f'width="{width}"' in svg(chart(name), width)[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_overlaps_before_a_room_either(name):
    found = texts(svg(chart(name, LIGHT.larger(1.7)), 1220))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]


def rows_of(name):
    return chart(name).to_dict()["data"]["values"]


def test_the_programme_comes_first_numbered_then_what_would_add_most_and_what_is_left_out_last():
    names = [r["label"] for r in rows_of("unsure")]
    assert names[:4] == [
        "1  The city as one system",
        "2  From vision to road map",
        "3  Running the programme",
        "Agile delivery with mixed teams",
    ]
    assert (names[-1], rows_of("unsure")[-1]["word"]) == ("Plain words", "left out")


def test_ten_rows_are_shown_and_the_marked_one_and_never_less_than_the_programme():
    assert [r["line"] for r in rows_of("rows")] == list(NAMES)[:10]
    few = programme_rows(modules(), NAMES, top=1, marked="plain_words").to_dict()
    assert [r["line"] for r in few["data"]["values"]] == [*list(NAMES)[:3], "plain_words"]
    assert few["title"]["text"]["expr"].count("4 of 18") == 3


def test_certainty_is_a_word_a_shape_and_a_share_and_what_is_fixed_says_so_instead():
    told = [(r["word"], r["told"], r["shape"], r["is_sure"]) for r in rows_of("rows")[:5]]
    assert told == [
        ("locked in", "", "circle", False),
        ("core", "97\u202f%", "circle", True),
        ("likely", "50\u202f%", "square", True),
        ("contested", "20\u202f%", "circle", True),
        ("out", "1\u202f%", "stroke", True),
    ]
    assert {r["word"] for r in rows_of("unsure")} == {"locked in", "", "left out"}


def test_a_voice_that_is_missing_has_no_bar_and_a_dash():
    assert {(r["tables"], r["by_tables"]) for r in rows_of("one voice")} == {(None, "–")}
    assert {r["by_survey"] for r in rows_of("one voice")} == {"12\u202f%"}


def test_the_alternative_text_tells_what_is_chosen_and_what_would_be_next():
    says = chart("rows").to_dict()["description"]
    assert "chosen: The city as one system (6 hours, 10\u202f% of the need, core), From vision" in says
    assert "next would be Agile delivery with mixed teams" in says
    assert "1\u202f000 redrawn rooms" in says


def test_the_curve_says_what_everyone_and_each_group_has_at_the_budget_with_its_floor():
    says = chart("curve").to_dict()["description"]
    assert "Everyone 40\u202f%" in says
    assert f"{GROUPS['small']} 39\u202f% (floor 10\u202f%)" in says
    assert f"{GROUPS['large']} 38\u202f% (floor 10\u202f%) at 40 hours" in says


def test_no_more_than_four_groups_are_drawn_each_with_a_dash_of_its_own():
    many = {f"g{i}": f"Group {i}" for i in range(6)}
    layers = programme_curve(curve(tuple(many)), many, hours=40).to_dict()["layer"]
    lines = [layer["mark"] for layer in layers if layer["mark"]["type"] == "line"]
    assert len(lines) == 5
    assert len({(*line["strokeDash"], line["strokeWidth"]) for line in lines}) == 5


def test_a_budget_within_which_there_is_no_programme_has_no_point_on_the_curve():
    assert 2.0 not in {r["hours"] for r in rows_of("curve")}


def test_what_falls_off_is_told_of_everyone_first_then_of_whom_it_hurts_most():
    assert [(r["name"], r["value"]) for r in rows_of("falls")] == [
        ("Everyone", "−10 points"),
        (GROUPS["small"], "−6 points"),
        (GROUPS["large"], "+0.4 points"),
    ]


def test_what_is_drafted_comes_first_then_what_most_speaks_for_and_clash_and_alternative_are_words():
    assert [(r["option"], r["people"], r["ranked"], r["word"]) for r in rows_of("form")] == [
        ("week", "50\u202f% of 40", "rank 1 (1–1)", "hurts fewer"),
        ("day", "hidden", "rank 2 (2–2)", ""),
        ("month", "45\u202f% of 40", "rank 3 (3–3)", "shuts out some"),
        ("year", "0\u202f% of 40", "not ranked by 5", ""),
    ]
    assert "drafted: Up to one week (50\u202f% of 40; rank 1 (1–1))" in chart("form").to_dict()["description"]


def test_hidden_people_never_reach_the_browser():
    told = form_rows(form(sentinel=7713), OPTIONS, title="Training duration").to_json()
    assert "7713" not in told
    assert told == chart("form").to_json()


def test_a_module_or_group_without_a_name_is_refused():
    with pytest.raises(FrameError, match="plain_words"):
        programme_rows(modules(), {code: name for code, name in NAMES.items() if code != "plain_words"}, top=None)
    with pytest.raises(FrameError, match="large"):
        programme_falls(falls(), {"small": "Small"}, instead=30)
    with pytest.raises(FrameError, match="juggling"):
        programme_rows(modules(), NAMES, marked="juggling")
