"""A measure by competency and group."""

import pytest

from sctrain.charts.heat import gaps_heat, heat_alt
from sctrain.charts.theme import DARK, LIGHT, contrast
from sctrain.errors import FrameError

from .made import LABELS, ROLES, by_role, gap_frame, marks, svg, texts

ITEMS = {"a": "Across departments", "b": "Budgets", "c": "Citizen participation"}
TOWNS = {"s": "Small towns", "m": "Medium cities", "l": "Large cities"}


def cells(*given, measure="gap"):
    """GAPS of (competency, group, value, n); without n the cell is hidden."""
    return gap_frame(
        *({"competency": c, "group": g, measure: v, "n": n, "suppressed": n is None} for c, g, v, n in given)
    )


def towns():
    return cells(
        ("a", "s", 0.5, 20), ("a", "m", -0.75, 30), ("a", "l", None, None),
        ("b", "s", 2.0, 21), ("b", "m", 1.0, 6), ("b", "l", None, None),
    )  # fmt: skip


def drawn(frame=None, **options):
    chart = gaps_heat(towns() if frame is None else frame, ITEMS, TOWNS, **options)
    return {(r["competency"], r["group"]): r for r in chart.to_dict()["data"]["values"]}


def test_each_cell_says_its_value_and_a_hidden_one_its_threshold():
    assert {cell: record["value"] for cell, record in drawn().items()} == {
        ("b", "s"): "2.0", ("b", "m"): "1.0", ("b", "l"): "hidden",
        ("a", "s"): "0.50", ("a", "m"): "−0.75", ("a", "l"): "hidden",
    }  # fmt: skip


def test_rows_fall_by_need_and_columns_keep_the_order_of_the_groups():
    assert list(drawn()) == [("b", "s"), ("b", "m"), ("b", "l"), ("a", "s"), ("a", "m"), ("a", "l")]
    assert list(drawn(group_order=["l", "s"]))[:2] == [("b", "l"), ("b", "s")]


def test_rows_follow_everyone_where_the_frame_has_them():
    frame = cells(("a", None, 3.0, 50), ("b", None, 1.0, 50), ("a", "s", 0.5, 20), ("b", "s", 2.0, 20))
    found = drawn(frame, group_order=["s"])
    assert list(found) == [("a", "s"), ("b", "s")]


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_a_higher_need_is_farther_from_the_page_and_no_need_is_the_lightest(look):
    fills = {cell: record["fill"] for cell, record in drawn(look=look).items()}
    steps = [contrast(fills[cell], look.background) for cell in (("a", "m"), ("a", "s"), ("b", "m"), ("b", "s"))]
    assert steps == sorted(steps)
    assert fills["a", "m"] == look.shade(0)
    assert fills["b", "s"] == look.shade(1)


def test_the_most_negative_ranked_discrepancy_is_the_darkest():
    found = drawn(cells(("a", "s", -80, 20), ("b", "s", 10, 20), measure="rds"), measure="rds", group_order=["s"])
    assert (found["a", "s"]["fill"], found["b", "s"]["fill"]) == (LIGHT.shade(1), LIGHT.shade(0))


def test_a_cell_of_few_people_is_smaller_and_the_key_says_so():
    assert [cell for cell, record in drawn().items() if record["small"]] == [("b", "m")]
    assert "smaller: n below 10" in {text.whole for text in texts(svg(gaps_heat(towns(), ITEMS, TOWNS), 700))}


def test_headings_name_the_groups_with_their_people():
    seen = [text.whole for text in texts(svg(gaps_heat(towns(), ITEMS, TOWNS), 700))]
    assert {"Small towns", "Medium cities", "Large cities", "n 21", "n 30"} <= set(seen)


def test_a_group_without_people_is_told_from_a_hidden_one():
    frame = cells(("a", "s", None, 0), ("b", "s", None, 0), ("a", "m", None, None), ("b", "m", None, 0))
    seen = [text.whole for text in texts(svg(gaps_heat(frame, ITEMS, TOWNS, group_order=["s", "m"]), 700))]
    assert seen.count("n 0") == 1
    assert seen.count("hidden") == 2


def test_a_phone_gets_letters_with_a_key_where_words_do_not_fit():
    chart = gaps_heat(cells(*(("a", code, 1.0, 20) for code in ROLES)), ITEMS, ROLES)
    narrow, wide = ([text.whole for text in texts(svg(chart, width))] for width in (358, 1200))
    assert {"A", "B", "C", "D"} <= set(narrow)
    assert any("A\xa0Programme\xa0manager" in text for text in narrow)
    assert not {"A", "B"} & set(wide)
    assert "Programme manager" in wide


def test_a_cell_without_a_row_is_empty():
    found = drawn(cells(("a", "s", 1.0, 20)), group_order=["s", "m"])
    assert (found["a", "m"]["value"], found["a", "m"]["about"]) == ("", "no answers")


def test_the_top_of_the_rows_is_drawn():
    assert {competency for competency, _ in drawn(top=1)} == {"b"}


def test_the_sentence_names_the_extreme_cells():
    assert heat_alt(towns(), ITEMS, TOWNS) == (
        "Gap of 2 competencies in 3 groups; highest need Budgets, Small towns: 2.0, n 21; lowest need Across "
        "departments, Medium cities: −0.75, n 30; 2 hidden to protect fewer than 5 people."
    )


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("a", "marked Across departments: 0.50 in Small towns to −0.75 in Medium cities."),
        ("b", "marked Budgets: 2.0 in Small towns."),
        ("c", "marked Citizen participation: no number."),
    ],
)
def test_the_sentence_ends_with_what_is_marked(marked, said):
    frame = cells(("a", "s", 0.5, 20), ("a", "m", -0.75, 30), ("b", "s", 2.0, 21), ("c", "s", None, None))
    assert heat_alt(frame, ITEMS, TOWNS, marked=marked).endswith(f"; 1 hidden to protect fewer than 5 people; {said}")
    assert gaps_heat(frame, ITEMS, TOWNS, marked=marked).to_dict()["description"].endswith(said)


def test_a_group_without_label_stops_the_chart():
    with pytest.raises(FrameError, match="no label for 'xl'"):
        gaps_heat(towns(), ITEMS, TOWNS, group_order=["s", "xl"])


def test_hidden_cells_are_hatched():
    (hatched,) = [m for m in marks(gaps_heat(by_role(), LABELS, ROLES), "point") if "shape" in m["mark"]]
    assert {"filter": "datum.suppressed"} in hatched["transform"]
    assert hatched["mark"]["stroke"] == LIGHT.hatch
