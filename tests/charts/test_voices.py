"""The survey's rank of each competency beside the tables'."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
import vl_convert

from sctrain.charts.theme import DARK, LIGHT
from sctrain.charts.voices import voices_alt, voices_slope
from sctrain.errors import FrameError
from sctrain.frames import VOICES
from sctrain.frames.voices import VOICE_LISTS

from .made import KNOWN, LABELS, check, marks, svg, texts

ABC = {"a": "Across departments", "b": "Budgets", "c": "Citizen participation", "d": "Data", "e": "Energy"}
NUMBERS = [c.name for c in VOICES.columns if c.kind == "count"]
CORE, TOP = 5, 6
CODES = tuple(sorted(KNOWN.codes, key=lambda code: len(LABELS[code])))[::2]
"""Every other competency, from the shortest name to the longest."""


def voices(*rows):
    """VOICES of (competency, n, survey rank, low, high, tables, rank, low, high, voice); n "hidden" is suppressed."""
    hidden = [row[1] == "hidden" for row in rows]
    rows = [
        (*(None if value == "hidden" else value for value in row), hide) for row, hide in zip(rows, hidden, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=VOICES.names)
    return VOICES.check(frame.astype(dict.fromkeys(NUMBERS, "Int64")))


def five():
    """a and b are in one core each, c cannot be told, d hidden in the survey, e not ranked by tables."""
    return voices(
        ("c", 40, 3, 1, 5, 4, 2, 1, 4, "cannot tell"),
        ("a", 40, 1, 1, 2, 3, 4, 4, 4, "survey only"),
        ("d", "hidden", None, None, None, 4, 2, 1, 3, "cannot tell"),
        ("b", 41, 4, 4, 4, 4, 1, 1, 1, "tables only"),
        ("e", 39, 2, 1, 3, 0, None, None, None, "survey only"),
    )


def room(spread=4, seed=3, codes=CODES, core=CORE):
    """Made-up ranks of these competencies, with intervals that overlap."""
    rng, n = np.random.default_rng(seed), len(codes)
    survey = np.argsort(np.argsort(rng.normal(size=n))) + 1
    table = np.argsort(np.argsort(survey + rng.normal(0, spread, n))) + 1
    rows = []
    for code, s, t in zip(codes, survey, table, strict=True):
        ends = [
            (max(1, rank - wide), min(n, rank + wide)) for rank, wide in zip((s, t), rng.integers(0, 6, 2), strict=True)
        ]
        inside = ["in" if high <= core else "out" if low > core else "?" for low, high in ends]
        lists = {("in", "in"): 0, ("out", "in"): 1, ("in", "out"): 2, ("out", "out"): 3}
        rows.append((code, 57, s, *ends[0], 14, t, *ends[1], VOICE_LISTS[lists.get(tuple(inside), 4)]))
    return voices(*rows)


def holed():
    """The room, where three competencies have no rank on one side, and two tables' ranks are one."""
    frame = room()
    frame.loc[frame["survey_rank"] == 3, ["table_rank", "table_low", "table_high"]] = pd.NA
    frame.loc[frame["survey_rank"] == 3, "ranked_by"] = 0
    gone = ["survey_rank", "survey_low", "survey_high", "n"]
    frame.loc[frame["table_rank"] == 4, "suppressed"] = True
    frame.loc[frame["table_rank"] == 7, gone] = pd.NA
    frame.loc[frame["table_rank"] == 6, "table_rank"] = 5
    return VOICES.check(frame)


def tied():
    """All competencies share the first rank on both sides."""
    ends = {f"{side}_{name}": 1 for side in ("survey", "table") for name in ("rank", "low")}
    last = {f"{side}_high": len(CODES) for side in ("survey", "table")}
    return VOICES.check(room().assign(**ends, **last, voice="cannot tell"))


def silent():
    """No table ranked anything."""
    return VOICES.check(
        room().assign(ranked_by=0, table_rank=pd.NA, table_low=pd.NA, table_high=pd.NA, voice="cannot tell")
    )


def hidden():
    return VOICES.check(silent().assign(suppressed=True))


ROOMS = {"room": room, "holed": holed, "tied": tied, "silent": silent, "hidden": hidden}
MARKED = CODES[3]


@cache
def chart(name, look=LIGHT, top=TOP):
    return voices_slope(ROOMS[name](), LABELS, look, core=CORE, tables=14, top=top, marked=MARKED)


def picture(name, width, look=LIGHT, top=TOP):
    return svg(chart(name, look, top), width)


def drawn(frame=None, **options):
    slope = voices_slope(five() if frame is None else frame, ABC, **{"core": 2, "tables": 4, **options})
    return {r["competency"]: r for r in slope.to_dict()["data"]["values"]}


def down(found, side, layout="wide"):
    """The competencies of a side from the top."""
    return "".join(sorted(found, key=lambda code: found[code][f"{side}_{layout}"]))


@pytest.mark.parametrize("name", ["holed", "hidden"])
def test_a_chart_is_valid_vega_lite_in_both_looks(name):
    for look in (LIGHT, DARK.larger(1.7)):
        check(chart(name, look))


@pytest.mark.parametrize(
    ("name", "width", "look", "top"),
    [
        *((name, 1180, LIGHT, TOP) for name in ROOMS),
        *((name, 358, LIGHT, TOP) for name in ("tied", "hidden")),
        ("holed", 358, DARK, None),
        ("holed", 959, LIGHT, TOP),
        ("holed", 960, LIGHT, TOP),
        ("holed", 1280, LIGHT.larger(1.7), TOP),
    ],
)
def test_nothing_overlaps_and_nothing_leaves_the_picture(name, width, look, top):
    found = texts(picture(name, width, look, top))
    assert f'width="{width}"' in picture(name, width, look, top)[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


@pytest.mark.parametrize(("width", "times"), [(358, 1), (1180, 2)])
@pytest.mark.parametrize("top", [TOP, None])
def test_labels_stand_whole_on_the_left_and_on_a_wall_on_both_sides(width, times, top):
    seen = [text.whole for text in texts(picture("holed", width, LIGHT, top))]
    wholes = {r["name"] for r in chart("holed", LIGHT, top).to_dict()["data"]["values"]}
    assert wholes <= set(seen)
    short = [name for name in wholes if len(name) <= 20]
    assert {seen.count(name) for name in short} == {times}


def test_ten_of_each_side_fit_on_a_laptop():
    rooms = [room(12, seed, KNOWN.codes, 10) for seed in range(4)]
    slopes = [voices_slope(frame, LABELS, core=10, tables=14) for frame in rooms]
    rows = {len(slope.to_dict()["data"]["values"]): slope for slope in slopes}
    assert min(rows) >= 12
    assert int(re.search(r'height="(\d+)"', svg(rows[max(rows)], 1180))[1]) <= 520


def test_a_chart_can_be_drawn_as_a_picture():
    assert vl_convert.svg_to_png(picture("holed", 358, DARK, None)).startswith(b"\x89PNG")


def test_each_side_falls_by_its_own_rank_and_ties_follow_the_other_side():
    found = drawn()
    assert (down(found, "survey"), down(found, "table")) == ("aecbd", "bcdae")
    assert (down(found, "survey", "narrow"), down(found, "table", "narrow")) == ("aecbd", "bcdae")


def test_an_end_says_its_rank_with_a_sign_where_it_is_shared_or_why_there_is_none():
    found = drawn()
    assert {c: (r["survey_number"], r["table_number"]) for c, r in found.items()} == {
        "a": ("1", "4"), "e": ("2", ""), "c": ("3", "2="), "b": ("4", "1"), "d": ("", "2="),
    }  # fmt: skip
    assert (found["d"]["survey_note"], found["d"]["survey_about"]) == ("hidden", "hidden to protect fewer than 5")
    assert found["e"]["table_note"] == "not ranked"
    assert drawn(k=10)["d"]["survey_about"] == "hidden to protect fewer than 10"


@pytest.mark.parametrize(("n", "note"), [(None, "not asked"), (0, "no answers")])
def test_what_was_not_asked_is_told_from_what_nobody_answered(n, note):
    found = drawn(voices(("a", n, None, None, None, 4, 1, 1, 1, "cannot tell")))
    assert found["a"]["survey_note"] == note


def test_a_rank_that_the_analysis_gives_to_what_no_table_ranked_is_not_drawn():
    frame = five()
    frame.loc[frame["competency"] == "e", "table_rank"] = 5
    assert drawn(frame)["e"]["table_note"] == "not ranked"


def test_intervals_cover_their_ranks_as_shares_of_all_ranks():
    found = drawn()
    assert {c: (r.get("survey_from"), r["survey_at"], r.get("survey_to")) for c, r in found.items() if c != "d"} == {
        "a": (0, 0.1, 0.4), "e": (0, 0.3, 0.6), "c": (0, 0.5, 1), "b": (0.6, 0.7, 0.8),
    }  # fmt: skip
    assert "table_at" not in found["e"]
    (ground, _) = [m for m in marks(slope(), "rect") if m["mark"]["color"] == LIGHT.band]
    assert ground["mark"]["x2"]["expr"].endswith("strip * 0.4000")


def slope(**options):
    return voices_slope(five(), ABC, **{"core": 2, "tables": 4, **options})


def test_few_tables_have_ranks_without_intervals():
    found = drawn(voices(("a", 40, 1, 1, 2, 1, 1, None, None, "cannot tell")))
    assert "table_from" not in found["a"]
    assert found["a"]["table_about"] == "1"


@pytest.mark.parametrize(
    ("voice", "survey", "table"),
    [
        ("both", "in", "in"),
        ("tables only", "out", "in"),
        ("survey only", "in", "out"),
        ("neither", "out", "out"),
        ("cannot tell", "unsure", "unsure"),
    ],
)
def test_full_and_open_dots_a_weight_and_words_say_whose_core_it_is(voice, survey, table):
    frame = voices(*((code, 40, 1, 1, 1, 4, 1, 1, 1, told) for code, told in zip(ABC, VOICE_LISTS, strict=True)))
    (found,) = [r for r in drawn(frame).values() if r["voice"] == voice]
    assert (found["survey_dot"], found["table_dot"]) == (survey, table)
    assert found["said"] in {text.whole for text in texts(svg(voices_slope(frame, ABC, core=1, tables=4), 358))}


def test_the_lists_differ_by_weight_or_dashes_not_by_colour_alone():
    lines = {
        rule["transform"][0]["filter"]: (rule["mark"]["strokeWidth"], "strokeDash" in rule["mark"])
        for rule in marks(slope(), "rule")
        if "datum.voice" in str(rule.get("transform"))
    }
    width = {voice: lines[f"datum.voice === '{voice}'"] for voice in VOICE_LISTS}
    assert width["both"] > width["tables only"] == width["survey only"] > width["neither"]
    assert [voice for voice, (_, dashed) in width.items() if dashed] == ["cannot tell"]


def test_words_stand_where_the_core_ends_on_both_sides():
    for width, right in ((358, "↑ core"), (1180, "↑ core: the first 5")):
        said = [text.whole for text in texts(picture("room", width)) if "core:" in text.whole or text.whole == right]
        assert said == ["↑ core: the first 5", right]


def test_the_end_of_the_core_lies_between_its_last_rank_and_the_next():
    found = drawn(core=2)
    apart = found["c"]["survey_wide"] - found["e"]["survey_wide"]
    assert apart > found["b"]["survey_wide"] - found["c"]["survey_wide"]


def test_the_first_of_either_side_are_shown_and_the_title_says_how_many():
    assert down(drawn(top=1), "survey") == "ab"
    assert down(drawn(top=2), "survey") == "aecb"
    assert "4 of 5" in slope(top=2).to_dict()["title"]["text"]["expr"]
    assert set(drawn(top=None)) == set("abcde")


def test_without_any_rank_the_first_of_the_frame_are_shown_with_the_reason():
    found = chart("hidden").to_dict()["data"]["values"]
    assert [r["competency"] for r in found] == list(CODES[:TOP])
    assert {r["survey_note"] for r in found} == {"hidden"}
    assert "↑ core" not in chart("hidden").to_json()


def test_what_is_marked_is_outlined_bold_and_shown_even_beyond_the_top():
    found = drawn(top=1, marked="d")
    assert [c for c, r in found.items() if r["marked"]] == ["d"]
    (rows,) = [m for m in slope(marked="d").to_dict()["layer"] if m.get("name") == "rows"]
    assert rows["encoding"]["stroke"]["condition"][0] == {"test": "datum.marked", "value": LIGHT.text}
    assert {text.whole for text in texts(svg(slope(top=1, marked="d"), 1180)) if text.bold} >= {"Data"}
    with pytest.raises(FrameError, match="'z' cannot be marked; there are: c, a"):
        slope(marked="z")


def test_a_click_anywhere_on_a_competency_picks_it():
    spec = slope().to_dict()
    (pick,) = [param for param in spec["params"] if param["name"] == "pick"]
    assert (pick["select"]["fields"], pick["views"]) == (["competency"], ["rows"])
    (rows,) = [m for m in spec["layer"] if m.get("name") == "rows"]
    assert rows["encoding"]["shape"]["field"] == "ribbon"
    assert len(re.findall(r'aria-roledescription="point"', svg(slope(), 1180))) == 5


def test_hidden_numbers_never_reach_the_browser_and_the_tables_ranks_do():
    frame = five()
    told = frame.copy()
    told.loc[told["suppressed"], ["n", "survey_rank", "survey_low", "survey_high"]] = 7713
    told.loc[told["suppressed"], "voice"] = "both"
    given = voices_slope(told, ABC, core=2, tables=4).to_json()
    assert given == voices_slope(frame, ABC, core=2, tables=4).to_json()
    assert drawn(told)["d"]["table_number"] == "2="


def test_the_sentence_names_the_core_and_what_cannot_be_told():
    assert voices_alt(five(), ABC, core=2, tables=4, marked="a").replace("\u202f", " ") == (
        "Rank of 5 competencies in the survey and at 4 tables; the core are the first 2; core of the tables only: "
        "Budgets; core of the survey only: Across departments, Energy; core of neither: 0; for 2 this cannot be told; "
        "1 ranked by no table; 1 hidden to protect fewer than 5 people; marked Across departments: survey 1 (95 %: 1 "
        "to 2), tables 4 (95 %: 4 to 4)."
    )
    assert slope(marked="a").to_dict()["description"] == voices_alt(five(), ABC, core=2, tables=4, marked="a")


def test_one_competency_and_none_are_charts():
    one = voices(("a", 40, 1, 1, 1, 4, 1, 1, 1, "both"))
    assert "Across departments" in svg(voices_slope(one, ABC, core=1, tables=4), 358)
    empty = voices_slope(VOICES.empty(), ABC, core=0, tables=0)
    assert empty.to_dict()["data"]["values"] == []
    assert svg(empty, 358)


@pytest.mark.parametrize("column", VOICES.names)
def test_a_missing_column_stops_the_chart(column):
    with pytest.raises(FrameError, match=f"VOICES: column '{column}' is missing"):
        drawn(five().drop(columns=column))


def test_what_does_not_belong_together_stops_the_chart():
    with pytest.raises(FrameError, match="no label for"):
        voices_slope(five(), {"a": "A"}, core=2, tables=4)
    with pytest.raises(FrameError, match="'c' is ranked by 4 tables, and there are 3"):
        drawn(tables=3)


def test_the_frame_is_left_as_it_was():
    frame = five()
    before = frame.copy(deep=True)
    drawn(frame, marked="a")
    pd.testing.assert_frame_equal(frame, before)
