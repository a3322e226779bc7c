"""Where survey and tables meet: the core both share, what one alone puts there, and how far their orders agree."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from sctrain.analysis.voices import accord, accord_words, core, membership, sentence, tau_b, voices
from sctrain.frames import CONSENSUS, GAPS

CODES = list("abcdefghi")
LABELS = {code: f"Competency {code.upper()}" for code in CODES}


def survey(*ranks, n=40):
    """GAPS of (rank, low, high) for a, b, c …; None is hidden."""
    rows = [
        {"competency": code, "n": None if r is None else n, "suppressed": r is None}
        | dict(zip(("rank", "rank_low", "rank_high"), r or (None,) * 3, strict=True))
        for code, r in zip(CODES, ranks, strict=False)
    ]
    frame = pd.DataFrame(rows).reindex(columns=GAPS.names)
    whole = dict.fromkeys(("n", "rank", "rank_low", "rank_high"), "Int64")
    return GAPS.check(frame.astype({**whole, "suppressed": bool}))


def heard(*ranks, by=8):
    """CONSENSUS of (rank, low, high) for a, b, c …; None is ranked by no table."""
    names = ("borda_rank", "rank_low", "rank_high")
    rows = [
        {"option": code, "ranked_by": by * (r is not None), "first": 0} | dict(zip(names, r or (9,) * 3, strict=True))
        for code, r in zip(CODES, ranks, strict=False)
    ]
    frame = pd.DataFrame(rows).reindex(columns=CONSENSUS.names)
    return CONSENSUS.check(frame.astype(dict.fromkeys(names, "Int64")))


RANKS = [(i, max(1, i - 1), min(9, i + 1)) for i in range(1, 10)]
NEED, POINTS = np.arange(9.0, 0, -1), np.array([8.0, 0, 9, 7, 6, 5, 4, 9.5, 0])
SURVEY = survey(*RANKS)
TABLES = heard((3, 1, 3), None, (2, 1, 2), (4, 4, 5), (5, 4, 6), (6, 5, 7), (7, 6, 8), (1, 1, 3), None)


def rooms(score, *swaps, draws=200):
    """The same in every room, but that two competencies swap their scores in a share of the rooms."""
    drawn = np.tile(score, (draws, 1))
    for one, other, share in swaps:
        some = slice(round(share * draws))
        drawn[some, one], drawn[some, other] = score[other], score[one]
    return drawn


def met(need_rooms=None, point_rooms=None, n=40, tables=8):
    given_ = survey(*RANKS, n=n), TABLES, tables, NEED, POINTS
    drawn = (rooms(NEED) if need_rooms is None else need_rooms, rooms(POINTS) if point_rooms is None else point_rooms)
    return voices(*given_, *drawn)


def test_the_core_is_the_first_third():
    assert [core(k) for k in (1, 3, 9, 29)] == [1, 1, 3, 10]


def test_a_competency_is_where_the_rooms_put_it():
    found = met(rooms(NEED, (2, 3, 0.03))).set_index("competency")["voice"]
    assert found.to_dict() == {
        "a": "both",
        "b": "survey only",  # ranked by no table
        "c": "cannot tell",  # in 3 % of the rooms it is fourth
        "d": "cannot tell",
        "e": "neither",
        "f": "neither",
        "g": "neither",
        "h": "tables only",
        "i": "neither",
    }


def test_what_changes_in_few_rooms_is_still_told():
    assert met(rooms(NEED, (2, 3, 0.02))).set_index("competency")["voice"]["c"] == "both"


def test_a_tie_that_reaches_beyond_the_core_is_not_in_it():
    tied = np.array([9.0, 8, 5, 5, 5, 1, 1, 1, 1])
    assert membership(tied, rooms(tied), 3).tolist() == [1, 1, 0, 0, 0, -1, -1, -1, -1]
    assert membership(np.ones(9), rooms(np.ones(9)), 3).tolist() == [0] * 9


def test_what_nobody_needs_is_out_however_it_ranks():
    none = np.array([2.0, 1, 0, -1])
    assert membership(none, rooms(none), 3).tolist() == [1, 1, -1, -1]


def test_what_a_third_of_the_rooms_do_not_list_cannot_be_told():
    points = np.array([9.0, 8, 7, 0, 0])
    assert membership(points, rooms(points, (2, 3, 1 / 3)), 3).tolist()[2] == 0


@pytest.mark.parametrize(("n", "tables"), [(9, 8), (40, 5)])
def test_few_people_or_few_tables_tell_nothing(n, tables):
    found = met(n=n, tables=tables)
    assert set(found["voice"]) == {"cannot tell"}
    assert "we cannot tell" in sentence(found, told(n=n, tables=tables), LABELS)


def test_hidden_people_and_silent_tables_are_missing_and_not_last():
    hidden, nothing = survey((1, 1, 2), None, (2, 1, 3)), np.full(3, np.nan)
    need = np.array([2, np.nan, 1])
    found = voices(hidden, heard(None, None, None, by=0), 0, need, nothing, rooms(need), rooms(nothing))
    rows = found.set_index("competency")
    assert rows.loc["b", ["survey_rank", "n"]].isna().all()
    assert rows["table_rank"].isna().all()
    assert set(rows["voice"]) == {"cannot tell"}
    assert sentence(found, told(tables=0), LABELS).startswith("No table")
    assert sentence(found, told(n=None), LABELS).startswith("Too few people")


def told(n=40, tables=8, need=(3, 2, 1), points=(3.0, 2.0, 1.0)):
    rng = np.random.default_rng(1)
    rooms = [np.array(x) + rng.normal(0, 0.1, (200, len(x))) for x in (need, points)]
    return accord(np.array(need, float), np.array(points), *rooms, n, tables)


def test_the_sentence_names_what_the_lists_hold():
    said = sentence(met(), told(), LABELS)
    assert said == (
        "Both voices put Competency A and Competency C first; only the tables raise Competency H; "
        "only the survey asks for Competency B (40 people and 8 tables)."
    )


def test_nothing_that_can_be_told_is_said_so():
    rng = np.random.default_rng(1)
    noise = rng.permuted(np.tile(NEED, (200, 1)), axis=1)
    assert "we cannot tell of any" in sentence(met(noise, noise), told(), LABELS)


# Agreement


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=9))
def test_tau_b_is_kendalls(pairs):
    one, other = np.array(pairs, float).T
    expected = kendalltau(one, other).statistic
    assert tau_b(one, other) == pytest.approx(expected, nan_ok=True)


def test_a_pair_with_a_missing_side_is_not_compared():
    one, other = np.array([1.0, 2, np.nan, 4]), np.array([1.0, 3, 2, 2])
    assert tau_b(one, other) == pytest.approx(tau_b(one[[0, 1, 3]], other[[0, 1, 3]]))


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_the_interval_holds_tau_and_stays_in_its_range(seed):
    rng = np.random.default_rng(seed)
    need, points = rng.normal(size=(2, 8))
    rooms = [x + rng.normal(0, rng.uniform(0, 2), (100, 8)) for x in (need, points)]
    row = accord(need, points, *rooms, 30, 7).iloc[0]
    assert -1 <= row["tau_low"] <= row["tau"] <= row["tau_high"] <= 1


def test_noise_in_the_rooms_widens_the_interval_upwards_first():
    """Noise makes two orders look more apart: of one order heard through noise, 1 is not excluded."""
    rng = np.random.default_rng(3)
    truth = np.arange(20.0)
    need, points = truth + rng.normal(0, 3, 20), truth + rng.normal(0, 3, 20)
    rooms = [x + rng.normal(0, 3, (1000, 20)) for x in (need, points)]
    row = accord(need, points, *rooms, 60, 8).iloc[0]
    assert row["tau"] < 0.75
    assert row["tau_high"] > 0.95
    assert "agree more than chance" in accord_words(accord(need, points, *rooms, 60, 8))


@pytest.mark.parametrize(("n", "tables"), [(9, 8), (40, 5), (None, 8)])
def test_too_few_for_an_interval_have_none(n, tables):
    found = told(n, tables)
    assert found[["tau_low", "tau_high"]].isna().all(axis=None)
    assert "too few" in accord_words(found)


def test_one_competency_or_a_silent_voice_has_no_tau():
    nothing = np.full((10, 3), np.nan)
    assert accord_words(accord(np.array([3.0, 2, 1]), nothing[0], nothing, nothing, 40, 0)) == ""
    assert accord(np.ones(1), np.ones(1), np.ones((5, 1)), np.ones((5, 1)), 40, 8)["tau"].isna().all()
