"""Which methods put a competency into the top five."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
import vl_convert

from sctrain.charts.robust import agree_alt, methods_agree
from sctrain.charts.theme import DARK, LIGHT, contrast
from sctrain.errors import FrameError
from sctrain.frames import METHODS, ROBUST, TOP_FIVE

from .made import KNOWN, LABELS, check, svg, texts

ABC = {"a": "Across departments", "b": "Budgets", "c": "Citizen participation"}


def top_five(*rows):
    """TOP_FIVE of (competency, method, rank, inside, share); without `inside` no numbers, "hidden" is suppressed."""
    frame = pd.DataFrame(
        [
            (code, method, 40, rank, None if inside == "hidden" else inside, share, inside == "hidden")
            for code, method, rank, inside, share in rows
        ],
        columns=TOP_FIVE.names,
    )
    return TOP_FIVE.check(frame)


def small():
    """a is inside by two of three methods, b by one; one of b is hidden, one has no numbers."""
    return top_five(
        ("a", "mwds", 1, True, 0.97),
        ("a", "quadrant", None, True, 0.4),
        ("a", "borda", 7, False, 0.12),
        ("b", "mwds", None, "hidden", None),
        ("b", "borda", 5, True, 0.5),
        ("b", "worth", None, None, None),
    )


def agreed(*rows):
    return ROBUST.check(pd.DataFrame(rows, columns=ROBUST.names))


def two():
    return agreed(("b", 1, 1, False, "whether tables are heard"), ("a", 2, 3, True, ""))


@cache
def room():
    """Made-up ranks of all competencies by six methods; those in no top five are left out of ROBUST."""
    rng = np.random.default_rng(2)
    need, rows = rng.normal(size=29), []
    for method in METHODS:
        ranks = np.argsort(np.argsort(-need + rng.normal(0, 0.5, 29))) + 1
        for code, rank in zip(KNOWN.codes, ranks, strict=True):
            hidden = code == KNOWN.codes[3] and method in METHODS[:4]
            shown = None if hidden or method == "quadrant" else rank
            share = None if hidden else float(1 / (1 + np.exp(rank - 5.5)))
            rows.append((code, method, shown, "hidden" if hidden else bool(rank <= 5), share))
    frame = top_five(*rows)
    inside = frame[frame["inside"] == True].groupby("competency").size()  # noqa: E712
    codes = [*(code for code in KNOWN.codes if code in inside.index), KNOWN.codes[3]]
    counts = [(code, int(inside.get(code, 1))) for code in dict.fromkeys(codes)]
    return frame, agreed(*((code, n, 6, n >= 5, "" if n >= 5 else "the measure") for code, n in counts))


def chart(look=LIGHT, **options):
    return methods_agree(*room(), LABELS, look, **options)


def drawn(frame=None, robust=None, look=LIGHT, **options):
    given = small() if frame is None else frame, two() if robust is None else robust
    values = methods_agree(*given, ABC, look, **options).to_dict()["data"]["values"]
    return {(r["competency"], METHODS[r["column"]]): r for r in values}


def test_a_chart_is_valid_vega_lite_in_both_looks():
    for look in (LIGHT, DARK.larger(1.7)):
        check(chart(look))


@pytest.mark.parametrize(
    ("look", "width"), [(LIGHT, 358), (LIGHT, 800), (LIGHT, 1180), (DARK, 358), (DARK.larger(1.7), 1280)]
)
def test_nothing_overlaps_and_every_label_and_heading_is_whole(look, width):
    picture = svg(chart(look), width)
    found = texts(picture)
    assert f'width="{width}"' in picture[:200]
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]
    assert {LABELS[code] for code in room()[1]["competency"]} <= {text.whole for text in found}
    assert {"weighted gap", "quadrant", "Borda", "survey", "tables", "robust"} <= {text.whole for text in found}


def test_a_chart_can_be_drawn_as_a_picture():
    assert vl_convert.vegalite_to_png({**chart(DARK).to_dict(), "width": 358}, vl_version="6.4").startswith(b"\x89PNG")


def test_rows_fall_by_the_methods_that_agree_and_columns_keep_the_order_of_methods():
    assert list(drawn()) == [(code, method) for code in "ab" for method in METHODS]
    assert {code for code, _ in drawn(top=1)} == {"a"}
    assert "1 of 2" in methods_agree(small(), two(), ABC, top=1).to_dict()["title"]["text"]["expr"]


def test_a_mark_is_full_inside_open_outside_and_holds_the_rank():
    found = drawn()
    assert {cell: (r["mark"], r["text"]) for cell, r in found.items() if r["mark"]} == {
        ("a", "mwds"): ("in", "1"),
        ("a", "quadrant"): ("in", ""),
        ("a", "borda"): ("out", "7"),
        ("b", "borda"): ("in", "5"),
    }
    assert (found["a", "mwds"]["fill"], found["b", "borda"]["fill"]) == (LIGHT.survey, LIGHT.tables)
    assert found["a", "borda"]["fill"] == LIGHT.background


def test_a_full_mark_is_pale_where_under_half_of_the_rooms_agree():
    found = drawn()
    pale = [cell for cell, r in found.items() if r["mark"] == "in" and r["fill"] not in (LIGHT.survey, LIGHT.tables)]
    assert pale == [("a", "quadrant")]
    assert "pale: in under half of the rooms drawn anew" in {text.whole for text in texts(svg(chart(), 358))}


def test_a_share_stands_beside_the_mark_where_there_is_room_else_under_it():
    found = drawn()
    assert [found["a", method]["share"].replace("\u202f", " ") for method in ("mwds", "quadrant", "borda")] == [
        "97 %", "40 %", "12 %",
    ]  # fmt: skip
    for width, beside in ((358, False), (1180, True)):
        drawing = texts(svg(methods_agree(small(), two(), ABC), width))
        (share,) = [t for t in drawing if t.whole.replace("\u202f", " ") == "97 %"]
        row = [t for t in drawing if t.line == "1" and t.top < share.bottom]
        rank = min(row, key=lambda t: abs(t.left - share.left) + abs(t.top - share.top))
        assert (share.left > rank.right) == beside
        assert (share.top > rank.bottom) != beside


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_a_rank_reads_in_its_mark(look):
    found = [r for r in drawn(look=look).values() if r["mark"]]
    assert min(contrast(r["ink"], r["fill"]) for r in found) >= 4.5
    assert min(contrast(r["stroke"], look.background) for r in found) >= 3


def test_what_is_hidden_is_told_from_what_has_no_numbers():
    found = drawn()
    assert [found["b", method]["text"] for method in ("mwds", "worth", "gap")] == ["", "–", "–"]
    assert (found["b", "mwds"]["about"], found["b", "worth"]["about"]) == (
        "hidden to protect fewer than 5",
        "no numbers",
    )
    assert drawn(k=10)["b", "mwds"]["about"] == "hidden to protect fewer than 10"


def test_a_row_says_how_many_methods_agree_and_on_what_it_depends():
    found = drawn()
    told = {code: [found[code, "gap"][name] for name in ("agreed", "robust", "depends")] for code in "ab"}
    assert told == {"a": ["2 of 3", "robust", "nothing: robust"], "b": ["1 of 1", "", "whether tables are heard"]}


def test_hidden_numbers_never_reach_the_browser():
    frame = small()
    told = frame.assign(inside=frame["inside"].mask(frame["suppressed"], True))
    for column in ("n", "rank"):
        told[column] = told[column].mask(told["suppressed"], 7713)
    assert methods_agree(told, two(), ABC).to_json() == methods_agree(frame, two(), ABC).to_json()


def test_all_hidden_is_a_chart_that_says_so():
    frame, robust = room()
    picture = svg(methods_agree(frame.assign(suppressed=True), robust, LABELS), 358)
    assert {text.whole for text in texts(picture)} >= {"hidden to protect fewer than 5"}


def test_the_sentence_names_what_is_robust_or_what_most_methods_agree_on():
    assert agree_alt(small(), two(), ABC) == (
        "Competencies among the first by any of 6 methods: 2; robust: Across departments, 2 of 3 methods; 1 hidden to "
        "protect fewer than 5 people."
    )
    assert agree_alt(small(), two().assign(robust=False), ABC) == (
        "Competencies among the first by any of 6 methods: 2; most: Across departments, 2 of 3 methods; none is "
        "robust; 1 hidden to protect fewer than 5 people."
    )
    assert methods_agree(small(), two(), ABC, top=1).to_dict()["description"] == agree_alt(small(), two(), ABC)


def test_a_click_on_a_cell_picks_its_competency():
    spec = chart().to_dict()
    (pick,) = [param for param in spec["params"] if param["name"] == "pick"]
    assert (pick["select"]["fields"], pick["views"]) == (["competency"], ["rows"])
    assert "rows" in [layer.get("name") for layer in spec["layer"]]


def test_no_rows_are_a_chart_without_rows():
    empty = methods_agree(TOP_FIVE.empty(), ROBUST.empty(), ABC)
    assert empty.to_dict()["data"]["values"] == []
    assert svg(empty, 358)


@pytest.mark.parametrize("contract", [TOP_FIVE, ROBUST], ids=lambda contract: contract.name)
def test_a_missing_column_stops_the_chart(contract):
    for column in contract.names:
        given = [f.drop(columns=column) if c is contract else f for c, f in ((TOP_FIVE, small()), (ROBUST, two()))]
        with pytest.raises(FrameError, match=f"{contract.name}: column '{column}' is missing"):
            drawn(*given)


def test_what_does_not_belong_together_stops_the_chart():
    with pytest.raises(FrameError, match="no label for 'a'"):
        methods_agree(small(), two(), {"b": "B"})
    with pytest.raises(FrameError, match="ROBUST: 'c' is in no row of TOP_FIVE"):
        drawn(robust=agreed(("c", 1, 1, False, "")))


def test_the_frames_are_left_as_they_were():
    frame, robust = small(), two()
    before = frame.copy(deep=True), robust.copy(deep=True)
    drawn(frame, robust)
    pd.testing.assert_frame_equal(frame, before[0])
    pd.testing.assert_frame_equal(robust, before[1])
