"""What the tables put first, and each table's own list."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
import vl_convert

from sctrain.analysis import consensus as analysis
from sctrain.analysis.ballots import ballots
from sctrain.charts.consensus import consensus_alt, consensus_ranks, rank_heat, rank_heat_alt
from sctrain.charts.theme import DARK, LIGHT, contrast
from sctrain.errors import FrameError
from sctrain.frames import CONSENSUS, RANKINGS

from .made import KNOWN, LABELS, check, svg, texts

ABC = {"a": "Across departments", "b": "Budgets", "c": "Citizen participation", "d": "Data", "e": "Energy"}
CODES = KNOWN.codes[:10]
TABLES = (1, 2, 3, 4, 6, 9, 11)


def agreed(*rows):
    """CONSENSUS of (option, ranked_by, borda, rank, low, high, kemeny, worth, band)."""
    names = ["option", "ranked_by", "borda", "borda_rank", "rank_low", "rank_high", "kemeny_rank", "worth_rank", "band"]
    frame = pd.DataFrame(rows, columns=names).reindex(columns=CONSENSUS.names)
    return CONSENSUS.check(frame.assign(first=0))


def small():
    """Four tables: d first, a and c cannot be told apart, b is ranked by one table, e by none."""
    return agreed(
        ("a", 4, 0.5, 2, 2, 3, 3, 2, 2),
        ("e", 0, None, None, None, None, None, None, None),
        ("b", 1, 0.25, 4, 4, 4, 4, None, 3),
        ("c", 3, 0.5, 2, 1, 3, 2, 3, 2),
        ("d", 4, 0.875, 1, 1, 1, 1, 1, 1),
    )


def lists(*tables, topic="contents"):
    """RANKINGS of one text a table: options from first to last, those joined by = share a place."""
    rows = []
    for table, text in enumerate(tables, 1):
        place = 1
        for tied in text.split():
            options = tied.split("=")
            rows += [(table, topic, option, place) for option in options]
            place += len(options)
    return RANKINGS.check(pd.DataFrame(rows, columns=["table_number", "topic", "option", "position"]))


def four():
    """The lists of four tables; the third leaves c out, only the fourth ranks b."""
    return lists("d a c", "d c=a", "a d", "d c a b")


def room():
    """Made-up lists of seven tables: ten competencies, the last ones ranked by few or none."""
    rng = np.random.default_rng(4)
    rows = []
    for table in TABLES:
        liked = np.arange(8) + rng.normal(0, 2.5, 8)
        first = np.argsort(liked)[: rng.integers(5, 8)]
        chosen = [c for c in first if c < 7 or table < 4]
        rows += [(table, "contents", CODES[c], place) for place, c in enumerate(chosen, 1)]
        if table % 4 == 2:
            rows[-1] = (*rows[-1][:3], rows[-2][3])
    return RANKINGS.check(pd.DataFrame(rows, columns=["table_number", "topic", "option", "position"]))


@cache
def consensus():
    """CONSENSUS of the room."""
    return analysis.consensus(ballots(room(), "contents", CODES, TABLES), draws=200)


def ranks(look=LIGHT, **options):
    return consensus_ranks(consensus(), LABELS, look, tables=len(TABLES), **{"top": None, **options})


def heat(look=LIGHT, **options):
    return rank_heat(room(), consensus(), LABELS, look, **{"tables": TABLES, **options})


DRAWN = {"ranks": ranks, "heat": heat}
EVERY = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
WIDTHS = pytest.mark.parametrize("width", [358, 900, 1200])


def picture(name, width, look=LIGHT):
    return svg(DRAWN[name](look), width)


def many():
    """Lists of thirty tables."""
    return lists(*["d a", "a d", "d=a"] * 10)


def of(chart):
    """The chart's records by option."""
    return {r["option"]: r for r in chart.to_dict()["data"]["values"]}


def cells(**options):
    chart = rank_heat(four(), small(), ABC, **{"tables": (1, 2, 3, 4), **options})
    return {(r["option"], r["table_number"]): r for r in chart.to_dict()["data"]["values"]}


def drawn(frame=None, **options):
    return of(consensus_ranks(small() if frame is None else frame, ABC, **{"tables": 4, **options}))


@EVERY
def test_a_chart_is_valid_vega_lite_in_both_looks(draw):
    for look in (LIGHT, DARK.larger(1.7)):
        check(draw(look))


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize(("look", "width"), [*((LIGHT, w) for w in (358, 900, 1200)), (DARK.larger(1.7), 1280)])
def test_nothing_overlaps_and_nothing_leaves_the_picture(name, look, width):
    found = texts(picture(name, width, look))
    assert f'width="{width}"' in picture(name, width, look)[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


@pytest.mark.parametrize("name", DRAWN)
@WIDTHS
def test_every_label_is_there_whole(name, width):
    assert {LABELS[code] for code in CODES} <= {text.whole for text in texts(picture(name, width))}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_can_be_drawn_as_a_picture(name):
    assert vl_convert.svg_to_png(picture(name, 358)).startswith(b"\x89PNG")


@pytest.mark.parametrize(("draw", "fields"), [(ranks, ["option"]), (heat, ["option", "table_number"])])
def test_a_click_on_a_mark_picks(draw, fields):
    spec = draw().to_dict()
    (pick,) = [param for param in spec["params"] if param["name"] == "pick"]
    assert (pick["select"]["fields"], pick["views"]) == (fields, ["rows"])
    assert "rows" in [layer.get("name") for layer in spec["layer"]]
    assert all(field in record for record in spec["data"]["values"] for field in fields)


@pytest.mark.parametrize("column", CONSENSUS.names)
def test_a_missing_column_of_the_consensus_stops_both_charts(column):
    frame = small().drop(columns=column)
    with pytest.raises(FrameError, match=f"CONSENSUS: column '{column}' is missing"):
        consensus_ranks(frame, ABC, tables=4)
    with pytest.raises(FrameError, match=f"CONSENSUS: column '{column}' is missing"):
        rank_heat(four(), frame, ABC, tables=(1, 2))


@pytest.mark.parametrize("column", RANKINGS.names)
def test_a_missing_column_of_the_rankings_stops_the_chart(column):
    with pytest.raises(FrameError, match=f"RANKINGS: column '{column}' is missing"):
        rank_heat(four().drop(columns=column), small(), ABC, tables=(1, 2))


def test_what_does_not_belong_together_stops_the_chart():
    with pytest.raises(FrameError, match="no label for 'd'"):
        consensus_ranks(small(), {"a": "A"}, tables=4)
    with pytest.raises(FrameError, match="'d' is ranked by 4 tables, and there are 3"):
        consensus_ranks(small(), ABC, tables=3)
    with pytest.raises(FrameError, match=r"RANKINGS.topic: one is drawn at a time"):
        rank_heat(pd.concat([four(), lists("a", topic="target")]), small(), ABC, tables=(1, 2))
    with pytest.raises(FrameError, match="RANKINGS: 'z' is not an option of CONSENSUS"):
        rank_heat(lists("a z"), small(), ABC, tables=(1,))


def test_the_frames_are_left_as_they_were():
    agreed_on, given = small(), four()
    before = agreed_on.copy(deep=True), given.copy(deep=True)
    rank_heat(given, agreed_on, ABC, tables=(1, 2))
    consensus_ranks(agreed_on, ABC, tables=4)
    pd.testing.assert_frame_equal(agreed_on, before[0])
    pd.testing.assert_frame_equal(given, before[1])


def test_no_rows_are_a_chart_without_rows():
    for chart in (
        consensus_ranks(CONSENSUS.empty(), ABC, tables=0),
        rank_heat(RANKINGS.empty(), CONSENSUS.empty(), ABC, tables=()),
    ):
        assert chart.to_dict()["data"]["values"] == []
        assert svg(chart, 358)


def test_options_stand_in_borda_order_and_the_unranked_are_last_without_a_rank():
    found = drawn()
    assert list(found) == ["d", "a", "c", "b", "e"]
    assert [r["ranks"].replace("\u202f", " ") for r in found.values()] == [
        "1 (95 %: 1 to 1)",
        "2 (95 %: 2 to 3)",
        "2 (95 %: 1 to 3)",
        "4 (95 %: 4 to 4)",
        "not ranked",
    ]
    assert found["e"]["note"] == "not ranked"
    assert "borda_rank" not in found["e"]


def test_a_row_says_its_points_the_ranks_of_two_other_methods_and_its_tables():
    told = {o: [r["points"].replace("\u202f", " "), r["kemeny"], r["worth"], r["asked"]] for o, r in drawn().items()}
    assert told == {
        "d": ["88 %", "1", "1", "4 of 4"],
        "a": ["50 %", "3", "2", "4 of 4"],
        "c": ["50 %", "2", "3", "3 of 4"],
        "b": ["25 %", "4", "–", "1 of 4"],
        "e": ["", "", "", "0 of 4"],
    }


def test_every_other_band_is_shaded_and_the_key_says_what_a_band_is():
    chart = consensus_ranks(small(), ABC, tables=4)
    assert [r["shaded"] for r in of(chart).values()] == [True, False, False, True, False]
    assert "no sure line within a shaded band" in {text.whole for text in texts(svg(chart, 358))}


def test_what_is_not_ranked_does_not_look_like_a_part_of_the_last_band():
    found = of(consensus_ranks(small().assign(band=[2, None, 2, 2, 1]), ABC, tables=4))
    assert [found[o]["shaded"] for o in "dacbe"] == [False, True, True, True, False]


def test_a_full_order_has_no_bands():
    frame = small()
    chart = consensus_ranks(frame.assign(band=[2, None, 4, 3, 1]), ABC, tables=4)
    assert not any(r["shaded"] for r in of(chart).values())
    assert "within a band" not in chart.to_json()


@pytest.mark.parametrize(("tables", "faded"), [(4, ["b"]), (6, ["b"]), (7, ["c", "b"]), (9, ["d", "a", "c", "b"])])
def test_options_of_fewer_than_half_of_the_tables_are_faded(tables, faded):
    assert [option for option, r in drawn(tables=tables).items() if r["faint"]] == faded
    assert "faded: ranked by under half" in consensus_ranks(small(), ABC, tables=tables).to_json()


def test_nothing_is_said_of_faded_options_where_there_are_none():
    assert "faded" not in consensus_ranks(small().query("ranked_by != 1"), ABC, tables=4).to_json()


def test_the_first_rank_is_left_and_the_axis_ends_with_the_farthest_interval():
    spec = consensus_ranks(small(), ABC, tables=4).to_dict()
    (dot,) = [m for m in spec["layer"] if m["encoding"].get("x", {}).get("field") == "borda_rank"]
    (line,) = [m for m in spec["layer"] if m["encoding"].get("x", {}).get("field") == "rank_low"]
    assert dot["encoding"]["x"]["scale"]["domain"] == [1, 4]
    assert dot["encoding"]["x"]["axis"]["values"] == [1, 2, 3, 4]
    assert line["encoding"]["x2"] == {"field": "rank_high"}
    assert line["mark"]["color"] == dot["encoding"]["stroke"]["value"] == LIGHT.tables


def test_one_table_has_ranks_without_intervals():
    frame = agreed(("a", 1, 1, 1, None, None, 1, 1, 1), ("b", 1, 0, 2, None, None, 2, 2, 1))
    chart = consensus_ranks(frame, ABC, tables=1)
    assert [r["ranks"] for r in of(chart).values()] == ["1", "2"]
    assert "95 % interval" not in {text.whole for text in texts(svg(chart, 358))}
    assert all(r["shaded"] for r in of(chart).values())


def test_an_option_that_met_no_other_is_told_from_one_that_no_table_ranked():
    frame = agreed(("a", 0, *[None] * 7), ("b", 1, *[None] * 7), ("c", 2, 1, 1, 1, 1, 1, 1, 1))
    assert {o: r["note"] for o, r in drawn(frame).items()} == {"c": "", "b": "not compared", "a": "not ranked"}


def test_ranks_that_the_analysis_gives_to_what_no_table_ranked_are_not_drawn():
    last = consensus().query("ranked_by == 0")
    assert len(last) == 2
    found = of(ranks())
    assert list(found)[-2:] == list(last["option"])
    assert {found[o]["ranks"] for o in last["option"]} == {"not ranked"}


def test_only_the_top_is_drawn_and_the_title_says_so():
    chart = consensus_ranks(small(), ABC, tables=4, top=2)
    assert list(of(chart)) == ["d", "a"]
    assert "4 tables; 2 of 5" in chart.to_dict()["title"]["text"]["expr"]
    assert {option for option, _ in cells(top=2)} == {"d", "a"}


@pytest.mark.parametrize(("top", "cut"), [(1, False), (2, True), (3, False), (4, False), (None, False)])
def test_a_band_that_is_cut_off_says_so(top, cut):
    title = consensus_ranks(small(), ABC, tables=4, top=top).to_dict()["title"]["text"]["expr"]
    assert ("more in the last band" in title) == cut


def test_a_phone_shows_points_and_tables_and_a_wall_all_columns():
    narrow, wide = ({text.whole for text in texts(picture("ranks", width))} for width in (358, 1200))
    assert {"points", "tables", "7 of 7", "0 of 7"} <= narrow
    assert {"Borda points", "Kemeny rank", "Plackett–Luce", "tables", "7 of 7"} <= wide
    assert "Kemeny rank" not in narrow


def test_the_sentence_tells_first_and_last_the_bands_and_what_no_table_ranked():
    assert consensus_alt(small(), ABC, tables=4).replace("\u202f", " ") == (
        "Rank of 5 options by Borda points over 4 tables; highest Data: rank 1 (95 %: 1 to 1), 88 % of the most "
        "possible points, ranked by 4 of 4; lowest Budgets: rank 4 (95 %: 4 to 4), 25 % of the most possible points, "
        "ranked by 1 of 4; no sure line divides Across departments and Citizen participation; ranked by no "
        "table: Energy."
    )
    assert consensus_ranks(small(), ABC, tables=4, top=1).to_dict()["description"] == consensus_alt(
        small(), ABC, tables=4
    )


def test_a_cell_says_the_place_and_a_shared_one_has_a_sign():
    assert {cell: r["value"] for cell, r in cells().items() if r["value"]} == {
        ("d", 1): "1", ("a", 1): "2", ("c", 1): "3",
        ("d", 2): "1", ("a", 2): "2=", ("c", 2): "2=",
        ("a", 3): "1", ("d", 3): "2",
        ("d", 4): "1", ("c", 4): "2", ("a", 4): "3", ("b", 4): "4",
    }  # fmt: skip
    assert cells()["a", 2]["about"] == "2, shared"


def test_rows_stand_in_consensus_order_and_columns_by_the_number_of_the_table():
    assert list(dict.fromkeys(option for option, _ in cells())) == ["d", "a", "c", "b", "e"]
    assert list(dict.fromkeys(table for _, table in cells(tables=(4, 1, 3)))) == [1, 3, 4]


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_the_first_place_stands_out_most_and_the_last_least(look):
    fills = [cells(look=look)[option, 4]["fill"] for option in "dcab"]
    steps = [contrast(fill, look.background) for fill in fills]
    assert steps == sorted(steps, reverse=True)
    assert (fills[0], fills[-1]) == (look.tables, look.band)


def test_what_is_not_ranked_is_empty_and_the_key_says_that_it_is_not_last():
    empty = {cell: r for cell, r in cells().items() if r["blank"]}
    assert set(empty) == {("c", 3), *(("b", t) for t in (1, 2, 3)), *(("e", t) for t in (1, 2, 3, 4))}
    assert {r["fill"] for r in empty.values()} == {"transparent"}
    assert {r["about"] for r in empty.values()} == {"not ranked by this table"}
    said = {text.whole for text in texts(svg(rank_heat(four(), small(), ABC, tables=(1, 2, 3, 4)), 358))}
    assert {"not ranked, which is not last", "shared place", "first", "place 4"} <= said


def test_the_key_tells_only_what_there_is():
    said = rank_heat(lists("a b", "b a"), agreed(*small_pair()), ABC, tables=(1, 2)).to_json()
    assert "shared place" not in said
    assert "not ranked" not in said


def small_pair():
    return ("a", 2, 0.5, 1, 1, 2, 1, 1, 1), ("b", 2, 0.5, 1, 1, 2, 1, 1, 1)


def test_a_table_without_a_list_keeps_its_column():
    assert all(cells(tables=(1, 7))[option, 7]["blank"] for option in ABC)


@pytest.mark.parametrize(("width", "words"), [(1200, "Table 3"), (358, "3")])
def test_tables_are_named_where_there_is_room_and_numbered_where_not(width, words):
    said = {text.whole for text in texts(picture("heat", width))}
    assert words in said
    assert ("table" in said) == (words == "3")


@pytest.mark.parametrize("width", [358, 1200])
@pytest.mark.parametrize("draw", [ranks, heat], ids=["ranks", "heat"])
def test_what_is_marked_is_outlined_and_bold_and_the_last_row_beyond_the_top(draw, width):
    chart = draw(top=3, marked=CODES[9])
    shown = of(chart)
    assert [code for code, r in shown.items() if r["marked"]] == [CODES[9]]
    assert len(shown) == 4
    assert list(shown)[-1] == CODES[9]
    (outline,) = [m for m in chart.to_dict()["layer"] if m["mark"].get("filled") is False]
    assert outline["transform"][0]["filter"].startswith("datum.marked &&")
    found = texts(svg(chart, width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert {text.whole for text in found if text.bold} & set(LABELS.values()) == {LABELS[CODES[9]]}


def test_what_is_marked_within_the_top_adds_no_row_and_what_is_unknown_stops_the_chart():
    assert list(drawn(top=2, marked="a")) == ["d", "a"]
    assert not any(r["marked"] for r in drawn().values())
    with pytest.raises(FrameError, match="'z' cannot be marked; there are: d, a, c, b, e"):
        drawn(marked="z")
    with pytest.raises(FrameError, match="'z' cannot be marked; there are: d, a, c, b, e"):
        cells(marked="z")


def test_the_sentences_name_what_is_marked():
    said = consensus_alt(small(), ABC, tables=4, marked="b").replace("\u202f", " ")
    assert said.endswith("; marked Budgets: rank 4 (95 %: 4 to 4), ranked by 1 of 4.")
    assert consensus_alt(small(), ABC, tables=4, marked="e").endswith(
        "; marked Energy: without a rank, ranked by 0 of 4."
    )
    heat = rank_heat_alt(four(), small(), ABC, tables=(1, 2, 3, 4), marked="b")
    assert heat.endswith("; marked Budgets: ranked by 1 of 4.")


@pytest.mark.parametrize("width", [358, 1200])
def test_the_numbers_of_many_tables_do_not_touch(width):
    chart = rank_heat(many(), small().query("borda_rank <= 2"), ABC, tables=range(1, 31))
    found = [text for text in texts(svg(chart, width)) if text.line]
    assert {"1", "table"} <= {text.whole for text in found}
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b) and a.top == b.top]


def test_the_sentence_tells_what_was_most_often_first():
    assert rank_heat_alt(four(), small(), ABC, tables=(1, 2, 3, 4)) == (
        "Places that 4 tables gave 5 options; most often first Data: 3 tables; 8 places not given, which does not "
        "mean last."
    )
    assert "most often first Data and Across departments: 1 table each" in rank_heat_alt(
        four(), small(), ABC, tables=(1, 3)
    )
