"""Who is here, and which challenges people and tables name."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from sctrain.analysis import ground
from sctrain.charts.ground import challenge_voices, who_matrix
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames import CHALLENGE_VOICES, WHO_HERE

from .made import KNOWN, check, marks, svg, texts

ROLES = {o.code: o.label for o in KNOWN.dimensions["role"].option} | {"": "not said"}
DISCIPLINES = {o.code: o.label for o in KNOWN.dimensions["discipline"].option} | {"": "not said"}
CHALLENGES = {c.code: c.label for c in KNOWN.challenge}
WIDTHS = (358, 700, 1180)


def who(k=5):
    """Nine roles and six disciplines, one role nobody's, one with few, and every small number hidden."""
    rng = np.random.default_rng(4)
    n = rng.poisson(rng.choice([0, 2, 7], (len(ROLES), len(DISCIPLINES))))
    n[2], n[3] = 0, [0, 1, 0, 0, 1, 0, 0]
    whole = np.append(n, n.sum(0, keepdims=True), 0)
    whole = np.append(whole, whole.sum(1, keepdims=True), 1)
    return ground.who_here(whole, (whole > 0) & (whole < k), list(ROLES), list(DISCIPLINES))


def voices():
    """CHALLENGE_VOICES: one hidden, one that only people and one that only tables raise, one of nobody."""
    n = [30, 22, 17, 9, 8, 12, 0, 26, None, 14, 6]
    tables = [4, 0, 2, 1, 1, 0, 3, 5, 2, 0, 1]
    rows = []
    for code, people, wrote in zip(CHALLENGES, n, tables, strict=True):
        low, high = (float(x[0]) for x in ground.wilson(np.array([people or 0]), 47))
        told = {"n": people, "share": None, "share_low": None, "share_high": None, "asked": None}
        if people is not None:
            told |= {"share": people / 47, "share_low": low, "share_high": high, "asked": 47}
        ends = dict(
            zip(
                ("tables_share_low", "tables_share_high"),
                (x[0] for x in ground.wilson(np.array([wrote]), 8)),
                strict=True,
            )
        )
        both = "both" if people and wrote else "people only" if people else "tables only" if wrote else "neither"
        both = "cannot tell" if people is None else both
        told |= {"suppressed": people is None, "tables": wrote, "wrote": 8, "tables_share": wrote / 8}
        rows.append({"challenge": code, **told, **ends, "raised_by": both})
    return CHALLENGE_VOICES.check(pd.DataFrame(rows).astype({"n": "Int64", "asked": "Int64"}))


def matrix(frame=None, look=LIGHT):
    return who_matrix(who() if frame is None else frame, ROLES, DISCIPLINES, look)


def named(frame=None, look=LIGHT, **options):
    return challenge_voices(voices() if frame is None else frame, CHALLENGES, look, **options)


@cache
def picture(name, width):
    return svg({"who": matrix, "voices": named}[name](), width)


def cells(frame=None):
    drawn = matrix(frame).to_dict()["data"]["values"]
    return {(r["role"], r["column_name"]): r for r in drawn}


def test_a_cell_holds_its_number_and_a_hidden_one_does_not():
    frame, found = who(), cells()
    of = {(r["role"], r["discipline"]): r for r in frame.astype(object).where(frame.notna(), None).to_dict("records")}
    codes = {label: code for code, label in DISCIPLINES.items()}
    for (role, name), cell in found.items():
        row = of[role, codes.get(name)]
        assert cell["hidden"] == row["suppressed"]
        assert cell["value"] == ("" if row["suppressed"] or not row["n"] else str(row["n"]))


def test_roles_that_nobody_has_or_few_have_no_row_and_the_largest_comes_first():
    drawn = [r["role"] for r in matrix().to_dict()["data"]["values"] if r["column"] == 0]
    codes = list(ROLES)
    assert drawn[0] is None
    assert not {codes[2], codes[3]} & set(drawn)
    frame = who()
    totals = frame[frame["discipline"].isna()].set_index("role")["n"]
    spoken = [c for c in drawn[1:] if c]
    assert [totals[c] for c in spoken] == sorted((totals[c] for c in spoken), reverse=True)


def test_what_is_hidden_in_the_frame_is_nowhere_in_the_chart():
    frame = who().assign(n=lambda f: f["n"].astype("Int64").where(~f["suppressed"], 987))
    assert "987" not in str(matrix(frame).to_dict())
    answers = voices().assign(n=lambda f: f["n"].where(~f["suppressed"], 987), share=lambda f: f["share"].fillna(0.987))
    assert "987" not in str(named(answers).to_dict())


@pytest.mark.parametrize("chart", ["who", "voices"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overlaps_and_nothing_leaves_the_picture(chart, width):
    found = texts(picture(chart, width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < -1 or text.right > width + 1]


@pytest.mark.parametrize("look", [LIGHT, DARK, LIGHT.larger(1.7)])
def test_the_charts_are_vega_lite_in_every_look(look):
    for chart in (
        matrix(look=look),
        named(look=look),
        matrix(WHO_HERE.empty(), look),
        named(CHALLENGE_VOICES.empty(), look),
    ):
        check(chart)


def test_both_voices_have_their_mark_and_interval_on_one_axis():
    spec = named()
    fields = {m["encoding"]["x"]["field"] for m in marks(spec, "point") if "field" in m["encoding"].get("x", {})}
    assert {"share", "tables_share"} <= fields
    scales = [
        m["encoding"]["x"]["scale"]
        for m in marks(spec, "rule") + marks(spec, "point")
        if "scale" in m["encoding"].get("x", {}) and m["encoding"]["x"]["scale"]
    ]
    assert len({str(s) for s in scales}) == 1


def test_what_only_one_voice_raises_is_on_a_band_and_the_key_says_so():
    drawn = named().to_dict()["data"]["values"]
    alone = {r["challenge"] for r in drawn if r["alone"]}
    assert alone == {"risk_aversion", "closed_learning", "unclear_models", "scarce_people"}
    assert "only one voice raises it" in {text.whole for text in texts(picture("voices", 1180))}
    assert next(r for r in drawn if r["challenge"] == "risk_aversion")["said"] == "none"
    assert next(r for r in drawn if r["challenge"] == "privacy")["value"] == "hidden"


def test_a_click_picks_the_challenge_and_the_one_of_the_link_is_outlined():
    spec = named(marked="silos").to_dict()
    (pick,) = [p for p in spec["params"] if p["name"] == "pick"]
    assert pick["select"]["fields"] == ["challenge"]
    assert [r["challenge"] for r in spec["data"]["values"] if r["marked"]] == ["silos"]


def test_the_sentences_tell_the_largest_and_what_only_one_voice_raises():
    assert "11 challenges, named by 47 people and 8 tables" in named().to_dict()["description"]
    assert f"people only: {CHALLENGES['risk_aversion']}" in named().to_dict()["description"]
    assert "1 hidden to protect fewer than 5 people" in named().to_dict()["description"]
    assert matrix().to_dict()["description"].startswith("Role and discipline of ")


def test_nobody_to_show_is_a_chart_that_says_so():
    assert matrix(WHO_HERE.empty()).to_dict()["data"]["values"] == []
    assert matrix(WHO_HERE.empty()).to_dict()["description"] == "Role and discipline: too few people to show."
    assert named(CHALLENGE_VOICES.empty()).to_dict()["data"]["values"] == []


def test_a_missing_column_or_label_stops_the_chart():
    with pytest.raises(FrameError, match="WHO_HERE: column 'n' is missing"):
        matrix(who().drop(columns="n"))
    with pytest.raises(FrameError, match="CHALLENGE_VOICES: column 'tables' is missing"):
        named(voices().drop(columns="tables"))
    with pytest.raises(FrameError, match="no label for"):
        challenge_voices(voices(), {"silos": "Silos"})
