"""What groups of tables put first."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
import vl_convert

from sctrain.charts.table_groups import group_ranks_alt, group_ranks_heat
from sctrain.charts.theme import DARK, LIGHT, contrast
from sctrain.errors import FrameError
from sctrain.frames import GROUP_RANKS

from .made import KNOWN, LABELS, check, svg, texts

ABC = {"a": "Across departments", "b": "Budgets", "c": "Citizen participation"}
TOWNS = {"s": "Small towns", "m": "Medium cities", "l": "Large cities", "x": "Regions and suburbs of large cities"}


def ranks(*rows):
    """GROUP_RANKS of (option, group, tables, ranked by, rank, low, high)."""
    names = ["option", "group", "tables", "ranked_by", "rank", "rank_low", "rank_high"]
    frame = pd.DataFrame(rows, columns=names).assign(borda=0.5)
    return GROUP_RANKS.check(frame)


def small():
    """Seven small towns agree on b; of three large cities none ranked c."""
    return ranks(
        ("a", "s", 7, 7, 2, 2, 3), ("b", "s", 7, 6, 1, 1, 1), ("c", "s", 7, 2, 3, 2, 3),
        ("a", "l", 3, 3, 1, None, None), ("b", "l", 3, 1, 1, None, None), ("c", "l", 3, 0, 3, None, None),
    )  # fmt: skip


@cache
def room():
    rng, rows = np.random.default_rng(2), []
    for group, n in zip(TOWNS, (9, 3, 7, 1), strict=True):
        order = np.argsort(np.argsort(np.arange(29) + rng.normal(0, 6, 29))) + 1
        for code, rank in zip(KNOWN.codes, order, strict=True):
            ends = (max(1, rank - 3), rank + 3) if n >= 6 else (None, None)
            rows.append((code, group, n, int(rank < 20), rank, *ends))
    return ranks(*rows)


def chart(look=LIGHT, **options):
    return group_ranks_heat(room(), LABELS, TOWNS, look, order=KNOWN.codes, **options)


def drawn(frame=None, **options):
    given = small() if frame is None else frame
    heat = group_ranks_heat(given, ABC, TOWNS, **{"order": "bac", **options})
    return {(r["option"], r["group"]): r for r in heat.to_dict()["data"]["values"]}


def said(width, **options):
    return {
        text.whole.replace("\u202f", " ")
        for text in texts(svg(group_ranks_heat(small(), ABC, TOWNS, order="bac", **options), width))
    }


def test_a_chart_is_valid_vega_lite_in_both_looks():
    for look in (LIGHT, DARK.larger(1.7)):
        check(chart(look))


@pytest.mark.parametrize(("look", "width"), [(LIGHT, 358), (LIGHT, 700), (LIGHT, 1180), (DARK.larger(1.7), 1280)])
def test_nothing_overlaps_and_every_label_is_whole(look, width):
    picture = svg(chart(look), width)
    found = texts(picture)
    assert f'width="{width}"' in picture[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]
    assert {LABELS[code] for code in KNOWN.codes[:10]} <= {text.whole for text in found}


def test_a_chart_can_be_drawn_as_a_picture():
    assert vl_convert.vegalite_to_png({**chart(DARK).to_dict(), "width": 358}, vl_version="6.4").startswith(b"\x89PNG")


def test_rows_keep_the_order_given_and_columns_that_of_the_groups_that_have_tables():
    assert list(drawn()) == [(option, group) for option in "bac" for group in "sl"]
    assert {option for option, _ in drawn(top=1)} == {"b"}
    assert "10 of 29" in chart().to_dict()["title"]["text"]["expr"]


def test_a_cell_says_its_rank_and_the_interval_where_there_is_one():
    told = {cell: (r["value"], r["about"].replace("\u202f", " ")) for cell, r in drawn().items()}
    few = "1; fewer than 6 tables: order cannot be told"
    assert told == {
        ("b", "s"): ("1", "1 (95 %: 1 to 1)"), ("b", "l"): ("1", few),
        ("a", "s"): ("2", "2 (95 %: 2 to 3)"), ("a", "l"): ("1", few),
        ("c", "s"): ("3", "3 (95 %: 2 to 3)"), ("c", "l"): ("", "not ranked"),
    }  # fmt: skip


def test_what_no_table_of_a_group_ranked_is_a_dot_whatever_rank_the_frame_gives_it():
    assert [cell for cell, r in drawn().items() if r["blank"]] == [("c", "l")]
    assert "not ranked" in said(358)
    assert "not ranked" not in said(358, top=2)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_the_first_rank_stands_out_most_and_every_number_reads(look):
    found = [r for cell, r in drawn(look=look).items() if cell[1] == "s"]
    steps = [contrast(r["fill"], look.background) for r in found]
    assert steps == sorted(steps, reverse=True)
    assert (found[0]["fill"], found[-1]["fill"]) == (look.tables, look.band)
    assert min(contrast(r["ink"], r["fill"]) for r in found) >= 4.5


@pytest.mark.parametrize(("low", "few"), [(None, True), (1, False)])
def test_groups_without_rank_intervals_are_smaller_and_lighter_and_the_key_says_why(low, few):
    frame = ranks(("a", "s", 6, 3, 1, low, low), ("b", "s", 6, 0, None, None, None))
    heat = group_ranks_heat(frame, ABC, TOWNS, order="ab")
    assert [r["few"] for r in heat.to_dict()["data"]["values"]] == [few, few]
    found = texts(svg(heat, 700))
    assert ("fewer than 6 tables: order cannot be told" in {text.whole for text in found}) == few
    assert [text.bold for text in found if text.whole == "1"] == [not few]


def test_how_many_tables_an_order_takes_is_said_as_it_is_given():
    assert "fewer than 9 tables: order cannot be told" in said(700, fewest=9)
    told = group_ranks_alt(small(), ABC, TOWNS, order="bac", fewest=9)
    assert told.endswith("; fewer than 9 tables, order cannot be told: Large cities.")


def test_headings_say_how_many_tables_a_group_has():
    assert {"Small towns n = 7 tables", "Large cities n = 3 tables"} <= said(700)
    one = group_ranks_heat(ranks(("a", "s", 1, 1, 1, None, None)), ABC, TOWNS, order="a")
    assert "Small towns n = 1 table" in {text.whole for text in texts(svg(one, 358))}


def test_a_phone_gets_letters_with_a_key_where_words_do_not_fit():
    narrow, wide = ({text.whole.replace("\xa0", " ") for text in texts(svg(chart(), width))} for width in (358, 1180))
    assert {"A", "B", "C", "D"} <= narrow
    assert any("D Regions and suburbs of large cities, n = 1 table" in text for text in narrow)
    assert not {"A", "B"} & wide


def test_an_option_without_a_row_is_not_ranked():
    assert drawn(ranks(("a", "s", 7, 1, 1, 1, 1)), order="ab")["b", "s"]["about"] == "not ranked"


def test_all_options_may_share_the_first_rank():
    found = drawn(ranks(*((option, "s", 7, 7, 1, 1, 3) for option in "abc")))
    assert {r["fill"] for r in found.values()} == {LIGHT.tables}


def test_the_sentence_names_each_groups_first_and_the_groups_of_few_tables():
    assert group_ranks_alt(small(), ABC, TOWNS, order="bac") == (
        "Rank of 3 options within 2 groups of tables; Small towns, 7 tables: first “Budgets”; Large "
        "cities, 3 tables: tied first “Budgets” and “Across departments”; fewer than 6 tables, order cannot be "
        "told: Large cities."
    )


def test_a_click_on_a_cell_picks_option_and_group():
    spec = chart().to_dict()
    (pick,) = [param for param in spec["params"] if param["name"] == "pick"]
    assert (pick["select"]["fields"], pick["views"]) == (["option", "group"], ["rows"])
    assert "rows" in [layer.get("name") for layer in spec["layer"]]


def test_no_rows_are_a_chart_without_rows():
    empty = group_ranks_heat(GROUP_RANKS.empty(), ABC, TOWNS, order=())
    assert empty.to_dict()["data"]["values"] == []
    assert svg(empty, 358)


@pytest.mark.parametrize("column", GROUP_RANKS.names)
def test_a_missing_column_stops_the_chart(column):
    with pytest.raises(FrameError, match=f"GROUP_RANKS: column '{column}' is missing"):
        drawn(small().drop(columns=column))


def test_what_does_not_belong_together_stops_the_chart():
    with pytest.raises(FrameError, match=r"GROUP_RANKS\.option: 'c' is not one of b, a"):
        drawn(order="ba")
    with pytest.raises(FrameError, match=r"GROUP_RANKS\.group: 's' is not one of l"):
        group_ranks_heat(small(), ABC, {"l": "Large"}, order="abc")
    with pytest.raises(FrameError, match="no label for 'b'"):
        group_ranks_heat(small(), {"a": "A"}, TOWNS, order="bac")


def test_the_frame_is_left_as_it_was():
    frame = small()
    before = frame.copy(deep=True)
    drawn(frame)
    pd.testing.assert_frame_equal(frame, before)
