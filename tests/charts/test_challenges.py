"""Which solutions the tables offered for which challenge."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
import vl_convert

from sctrain.charts.challenges import challenge_alt, challenge_heat
from sctrain.charts.theme import DARK, LIGHT, contrast
from sctrain.demo import demo_sheets
from sctrain.errors import FrameError
from sctrain.frames import CODED

from .made import KNOWN, check, svg, texts

LABELS = {c.code: c.label for c in KNOWN.challenge}
SOLUTIONS = {s.code: s.label for s in KNOWN.solution}
AB = {"a": "Apathy", "b": "Bad roads", "c": "Costs"}
XY = {"x": "Exchange", "y": "Yearly talks", "z": "Zoning"}
WIDTHS = (358, 700, 900, 1180, 1200)


def written(*lines):
    """CODED of texts such as `1 challenge a`, `1 solution x >1`: table, kind, code, line answered; ? is suggested."""
    rows, last = [], {}
    for text in lines:
        table, kind, *more = text.split()
        last[table] = last.get(table, 0) + 1
        code = next((word.rstrip("?") for word in more if word[0] != ">"), "")
        answers = next((int(word[1:]) for word in more if word[0] == ">"), None)
        by = "machine" if f"{code}?" in more else "person" if code else ""
        rows.append((int(table), last[table], kind, text, code, "", "", answers, False, by, "", None))
    frame = pd.DataFrame(rows, columns=CODED.names)
    return CODED.check(frame.astype({"answers": "Int64", "similarity": "float64"}))


def few():
    """Three tables: a is raised at two, b at one and unanswered, c at one, only suggested."""
    return written(
        "1 challenge b", "1 challenge a", "1 solution x >2", "1 solution y >2", "1 solution x >2",
        "2 challenge a", "2 solution x >1", "2 challenge", "2 solution y >3",
        "3 challenge c?", "3 solution >1", "3 solution x?", "3 conclusion",
    )  # fmt: skip


@cache
def room():
    """The lines of the made-up workshop; those of two tables are only suggested."""
    notes = demo_sheets(KNOWN).notes
    by = np.where(notes["code"] == "", "", np.where(notes["table_number"].isin([6, 7]), "machine", "person"))
    return CODED.check(notes.assign(cleared=False, coded_by=by, linked_by="", similarity=np.nan))


def heat(look=LIGHT, **options):
    return challenge_heat(room(), look, labels=LABELS, solution_labels=SOLUTIONS, **options)


@cache
def picture(width, look=LIGHT):
    return svg(heat(look), width)


def drawn(frame=None, **options):
    chart = challenge_heat(few() if frame is None else frame, labels=AB, solution_labels=XY, **options)
    return chart.to_dict()["data"]["values"]


def values(frame=None, **options):
    return {(r["challenge"], r["solution"]): r["value"] for r in drawn(frame, **options) if r["value"]}


def test_a_cell_counts_the_lines_that_offer_a_solution_for_a_challenge():
    assert values() == {
        ("a", "Exchange"): "3",
        ("a", "Yearly talks"): "1",
        ("b", "no solution offered"): "no solution offered",
        ("c", "Solution not coded"): "1",
        ("", "Exchange"): "1",
        ("", "Yearly talks"): "1",
    }


def test_all_solution_lines_of_the_workshop_are_in_one_cell_each():
    cells = [r["value"] for r in heat().to_dict()["data"]["values"] if r["value"].isdigit()]
    assert sum(map(int, cells)) == (room()["kind"] == "solution").sum()


def test_a_line_that_names_two_competencies_is_one_line():
    frame = few()
    assert values(frame.assign(competencies="data_management+ppp")) == values(frame)


def test_rows_fall_by_tables_and_columns_by_lines_and_what_is_not_coded_is_last():
    found = drawn()
    assert list(dict.fromkeys(r["challenge"] for r in found)) == ["a", "b", "c", ""]
    columns = [r["solution"] for r in found if r["challenge"] == "a"]
    assert columns == ["Exchange", "Yearly talks", "Solution not coded"]


def test_challenges_of_as_many_tables_keep_the_order_of_the_catalogue():
    frame = written("1 challenge c", "1 challenge b", "2 challenge b", "2 challenge c", "2 challenge a")
    assert [r["challenge"] for r in drawn(frame)] == ["b", "c", "a"]


def test_a_challenge_without_a_solution_is_one_frame_over_all_columns():
    (row,) = [r for r in drawn() if r["challenge"] == "b"]
    assert (row["column"], row["span"], row["fill"]) == (0, 3, "transparent")
    assert "no solution offered" in {text.whole for text in texts(picture(358))}


def test_only_what_is_suggested_throughout_is_dashed_and_the_key_says_so():
    dashed = {(r["challenge"], r["solution"]) for r in drawn() if r["guess"]}
    assert dashed == {("c", "Solution not coded"), ("", "Exchange")}
    (layer,) = [m for m in heat().to_dict()["layer"] if "strokeDash" in m["mark"]]
    assert {"filter": "datum.guess"} in layer["transform"]
    assert "dashed: only suggested" in {text.whole for text in texts(picture(358))}


def test_a_cell_says_how_many_of_its_lines_are_only_suggested():
    frame = written("1 challenge a", "1 solution x >1", "1 solution x? >1", "1 solution y? >1")
    assert {r["solution"]: r["about"] for r in drawn(frame)} == {
        "Exchange": "2 lines, 1 of them only suggested",
        "Yearly talks": "1 line, only suggested",
    }


def test_nothing_is_said_of_suggestions_where_people_coded_all():
    frame = written("1 challenge a", "1 solution x >1")
    assert "suggested" not in challenge_heat(frame, labels=AB, solution_labels=XY).to_json()


def test_a_row_says_at_how_many_tables_it_was_raised():
    assert {r["challenge"]: r["raised"] for r in drawn()} == {
        "a": "2 tables", "b": "1 table", "c": "1 table, suggested", "": "1 table",
    }  # fmt: skip


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_more_lines_stand_out_more_and_every_number_can_be_read(look):
    found = {r["value"]: r for r in drawn(look=look) if r["challenge"] == "a" and r["value"]}
    steps = [contrast(found[value]["fill"], look.background) for value in ("1", "3")]
    assert steps == sorted(steps)
    assert found["3"]["fill"] == look.tables
    assert all(contrast(r["ink"], r["fill"]) >= 4.5 for r in found.values())


def test_a_chart_is_valid_vega_lite_in_both_looks():
    for look in (LIGHT, DARK.larger(1.7)):
        check(heat(look))


@pytest.mark.parametrize(("look", "width"), [*((LIGHT, w) for w in WIDTHS), (DARK.larger(1.7), 1280)])
def test_nothing_overlaps_and_nothing_leaves_the_picture(look, width):
    found = texts(picture(width, look))
    assert f'width="{width}"' in picture(width, look)[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_challenge_and_solution_is_named_whole(width):
    found = [text.whole.replace("\xa0", " ") for text in texts(picture(width))]
    codes = set(room()["code"])
    assert {label for code, label in LABELS.items() if code in codes} <= set(found)
    assert not [s for code, s in SOLUTIONS.items() if code in codes and not any(s in text for text in found)]


def test_columns_have_words_where_there_is_room_and_letters_with_a_key_where_not():
    narrow, wide = ({text.whole for text in texts(picture(width))} for width in (358, 1180))
    assert {"A", "B", "L"} <= narrow
    assert {"Lead together", "raised at"} <= wide
    assert not {"A", "B", "Lead together"} & (narrow & wide)


def test_a_dozen_challenges_and_their_headings_fit_under_the_finding_of_a_projected_page():
    lines = [f"1 challenge {code}" for code in LABELS]
    lines += [f"1 solution {code} >{1 + i % 11}" for i, code in enumerate(SOLUTIONS)] + ["2 solution"]
    chart = challenge_heat(written(*lines), labels=LABELS, solution_labels=SOLUTIONS)
    (height,) = [p["expr"] for p in chart.to_dict()["params"] if p["name"] == "height"]
    assert len(LABELS) + 1 == 12
    assert int(height.split()[2]) <= 470
    assert set(LABELS.values()) <= {text.line for text in texts(svg(chart, 1180))}


def test_few_columns_have_words_on_a_phone_too():
    frame = written("1 challenge a", "1 solution x >1", "1 solution y >1")
    found = {text.whole for text in texts(svg(challenge_heat(frame, labels=AB, solution_labels=XY), 358))}
    assert {"Exchange", "Yearly talks"} <= found


def test_a_click_picks_the_challenge():
    spec = heat().to_dict()
    (pick,) = [param for param in spec["params"] if param["name"] == "pick"]
    assert (pick["select"]["fields"], pick["views"]) == (["challenge"], ["rows"])
    assert "rows" in [layer.get("name") for layer in spec["layer"]]
    assert {r["challenge"] for r in spec["data"]["values"]} <= {*LABELS, ""}


def test_a_picture_can_be_made():
    spec = {**heat(DARK).to_dict(), "width": 358}
    assert vl_convert.vegalite_to_png(spec, vl_version="6.4").startswith(b"\x89PNG")


@pytest.mark.parametrize("column", CODED.names)
def test_a_missing_column_stops_the_chart(column):
    with pytest.raises(FrameError, match=f"CODED: column '{column}' is missing"):
        drawn(few().drop(columns=column))


def test_a_code_without_label_stops_the_chart():
    with pytest.raises(FrameError, match="no label for 'b'"):
        challenge_heat(few(), labels={"a": "A", "c": "C"}, solution_labels=XY)
    with pytest.raises(FrameError, match="no label for 'y'"):
        challenge_heat(few(), labels=AB, solution_labels={"x": "X"})


def test_the_frame_is_left_as_it_was():
    given = few()
    before = given.copy(deep=True)
    drawn(given)
    pd.testing.assert_frame_equal(given, before)


def test_nothing_written_is_a_chart_that_says_so():
    chart = challenge_heat(CODED.empty(), labels=AB, solution_labels=XY)
    assert chart.to_dict()["data"]["values"] == []
    assert "Solutions for each challenge: no line is written down yet" in svg(chart, 700)
    assert challenge_alt(CODED.empty(), labels=AB, solution_labels=XY).endswith("no line is written down yet.")


def test_one_challenge_without_any_solution_is_one_row():
    frame = written("1 challenge a")
    assert [(r["value"], r["span"]) for r in drawn(frame)] == [("no solution offered", 1)]
    assert "no solution offered" in svg(challenge_heat(frame, labels=AB, solution_labels=XY), 358)


def test_what_nobody_coded_is_one_row_and_one_column():
    frame = written("1 challenge", "1 solution >1", "2 solution")
    assert values(frame) == {("", "Solution not coded"): "2"}
    assert drawn(frame)[0]["name"] == "Challenge not named or not coded"


@pytest.mark.parametrize("width", WIDTHS)
def test_one_solution_for_all_challenges_is_one_column(width):
    lines = [f"1 challenge {code}" for code in LABELS] + [f"1 solution ppp >{i + 1}" for i in range(len(LABELS))]
    chart = challenge_heat(written(*lines), labels=LABELS, solution_labels=SOLUTIONS)
    found = texts(svg(chart, width))
    assert [text.line for text in found].count("1") == 11
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]


def test_an_answer_to_what_is_no_challenge_line_is_for_none():
    frame = written("1 conclusion", "1 challenge a", "1 solution x >1", "1 solution y >9")
    assert {code for code, value in values(frame).items() if value == "1"} == {("", "Exchange"), ("", "Yearly talks")}


def test_the_top_of_the_rows_is_drawn_and_the_title_says_so():
    assert {r["challenge"] for r in drawn(top=2)} == {"a", "b"}
    assert "2 of 4" in challenge_heat(few(), labels=AB, solution_labels=XY, top=2).to_dict()["title"]["text"]["expr"]


def test_the_sentence_tells_the_most_frequent_the_unanswered_and_what_is_not_coded():
    says = (
        "7 solution lines and 3 challenges; most often Exchange for Apathy: 3 lines; no solution offered for Bad "
        "roads; 2 lines for a challenge not named or not coded; 1 line not coded; 2 lines only suggested."
    )
    assert challenge_alt(few(), labels=AB, solution_labels=XY) == says
    assert challenge_heat(few(), labels=AB, solution_labels=XY).to_dict()["description"] == says
