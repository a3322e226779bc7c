"""Shares against the target, and both orders of need."""

import numpy as np
import pandas as pd
import pytest

from sctrain.charts.missing import target_alt, target_mix, weighted_alt, weighted_ranks
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames import MISSING, WEIGHTED

from .made import KNOWN, LABELS, check, svg, texts

SIZES = KNOWN.dimensions["city_size"].labels
SENTINEL = 7713


def mix():
    rows = [
        ("town", "outside", 12, None, None, False),
        ("s", "in target", 17, 0.35, 0.5, False),
        ("m", "in target", 23, 0.48, 0.32, False),
        ("xl", "weighted together", None, None, 0.08, True),
        ("global", "nobody", 0, 0.0, 0.1, False),
    ]
    frame = pd.DataFrame(rows, columns=["option", "kind", "n", "share", "target", "suppressed"])
    ends = {"share_low": frame["share"] - 0.1, "share_high": frame["share"] + 0.1}
    frame = frame.assign(
        dimension="city_size", missing=[None, 7, 0, None, 5], weight=[None, 1.4, 0.7, None, None], **ends
    )
    return MISSING.check(frame.assign(share_low=frame["share_low"].clip(lower=0)).reindex(columns=MISSING.names))


def ranks(hidden=()):
    codes = list(KNOWN.codes[:9])
    rank, after = pd.Series(range(1, 10)), pd.Series([1, 2, 4, 3, 6, 5, 7, 8, 9])
    places = ["stays"] * 4 + ["goes out", "comes in"] + ["outside"] * 3
    ends = {"rank_low": (rank - 2).clip(lower=1), "rank_high": rank + 2}
    frame = pd.DataFrame({"competency": codes, "rank": rank, "rank_weighted": after, "place": places, **ends})
    frame = frame.assign(
        n=40, gap=2 - rank / 8, gap_weighted=2.1 - rank / 8, suppressed=frame["competency"].isin(hidden)
    )
    return WEIGHTED.check(frame.reindex(columns=WEIGHTED.names))


CHARTS = {
    "target": (target_mix, mix, {"labels": SIZES, "title": "City size"}),
    "weighted": (weighted_ranks, ranks, {"labels": LABELS}),
}
EVERY = pytest.mark.parametrize("name", CHARTS)


def drawn(name, look=LIGHT, frame=None, **options):
    draw, made, given = CHARTS[name]
    return draw(made() if frame is None else frame, look=look, **{**given, **options})


@EVERY
@pytest.mark.parametrize("look", [LIGHT, DARK.larger(1.7)], ids=lambda look: look.name)
def test_a_chart_is_valid_vega_lite(name, look):
    check(drawn(name, look))


@EVERY
@pytest.mark.parametrize("width", [350, 1200])
def test_no_words_overlap_and_none_leave_the_picture(name, width):
    found = texts(svg(drawn(name), width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < -1 or text.right > width + 1]


@EVERY
def test_the_description_is_the_alternative_text(name):
    alt = {"target": target_alt, "weighted": weighted_alt}[name]
    says = drawn(name).to_dict()["description"]
    assert alt(CHARTS[name][1](), **CHARTS[name][2]) == says
    assert says.endswith(".")


@EVERY
def test_a_hidden_number_never_reaches_the_browser(name):
    frame, contract = CHARTS[name][1](), {"target": MISSING, "weighted": WEIGHTED}[name]
    hidden = frame["suppressed"].astype(bool) | (np.arange(len(frame)) % 2 == 0)
    told = frame.assign(suppressed=hidden)
    # whom the answers should speak for is no secret
    for column in (c for c in contract.columns if c.kind in ("count", "number") and c.name != "target"):
        told[column.name] = told[column.name].mask(hidden, SENTINEL / 10_000 if column.high == 1 else SENTINEL)
    assert str(SENTINEL) not in drawn(name, frame=told).to_json()


@EVERY
def test_a_missing_column_stops_the_chart(name):
    frame = CHARTS[name][1]()
    for column in frame.columns:
        with pytest.raises(FrameError, match=column):
            drawn(name, frame=frame.drop(columns=column))


def test_each_answer_says_n_missing_and_weight_or_why_it_has_none():
    lines = {text.line for text in texts(svg(drawn("target"), 1200))}
    assert {"17", "7", "1.4", "hidden to protect fewer than 5", "outside the target: keeps its part"} <= lines
    assert "City size: share of 49 people within the target" in lines


def test_the_target_is_drawn_where_it_can_be_compared():
    rows = {r["option"]: r for r in drawn("target").to_dict()["data"]["values"]}
    assert rows["s"]["aim"] == 0.5
    assert rows["town"]["aim"] is None


def test_the_first_of_either_order_are_shown_and_what_moves_over_the_fifth_place_is_marked():
    rows = {r["competency"]: r for r in drawn("weighted", top=5).to_dict()["data"]["values"]}
    assert list(rows) == list(KNOWN.codes[:6])
    assert [code for code, row in rows.items() if row["moves"]] == list(KNOWN.codes[4:6])


def test_both_ranks_and_gaps_are_told():
    lines = {text.line for text in texts(svg(drawn("weighted"), 1200))}
    assert {"1.9 → 2.0", "40"} <= lines
