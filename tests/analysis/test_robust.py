"""Which method puts what among the first five, and on what it depends."""

import numpy as np
import pandas as pd
import pytest

from sctrain.analysis.gaps import competition_rank, gaps
from sctrain.analysis.ranks import Rooms
from sctrain.analysis.robust import robust, sentence, top_five
from sctrain.frames import CONSENSUS, METHODS, TOP_FIVE, JointCounts

CODES = tuple("abcdefgh")


def counts(*pairs, low=1):
    """Joint counts of one group: for each competency a list of (importance, level, people)."""
    cells = np.zeros((1, len(pairs), 6, 6), int)
    for c, given in enumerate(pairs):
        for importance, level, people in given:
            cells[0, c, importance, level] += people
    return JointCounts((None,), CODES[: len(pairs)], low, cells, np.array([20]))


def rooms_of(frame, draws=4):
    """Rooms in which everyone answers as they did."""
    same = [np.tile(frame[name].to_numpy(float), (draws, 1)) for name in ("importance", "level")]
    return Rooms(*same, np.tile(frame["rds"].to_numpy(float) / 100, (draws, 1)))


def heard(*ranks):
    """CONSENSUS: the same rank by Borda and by worth; None is ranked by no table."""
    rows = [
        {"option": c, "ranked_by": 0 if r is None else 7, "first": 0, "borda_rank": r or 8, "worth_rank": r or 8}
        for c, r in zip(CODES, ranks, strict=False)
    ]
    frame = pd.DataFrame(rows).reindex(columns=CONSENSUS.names)
    return CONSENSUS.check(frame.astype({"borda_rank": "Int64", "worth_rank": "Int64"}))


EIGHT = counts(
    [(5, 1, 12)],  # a: the widest gap
    [(5, 2, 12)],
    [(5, 3, 12)],
    [(5, 4, 12)],  # d: small, and everyone has it
    [(4, 3, 12)],  # e: small, and everyone has it
    [(5, 1, 4), (4, 4, 8)],  # f: wide for few
    [(4, 4, 12)],
    [(3, 4, 12)],
)
TABLE_ROOMS = {"borda": np.tile(np.arange(8.0, 0, -1), (4, 1)), "worth": np.tile(np.arange(8.0, 0, -1), (4, 1))}


def found(of=EIGHT, consensus=None, rooms=None, tables=TABLE_ROOMS):
    frame = gaps(of)
    return top_five(
        frame, consensus if consensus is not None else heard(*range(1, 9)), rooms or rooms_of(frame), tables, 3.0
    )


def inside(frame, method):
    rows = frame[(frame["method"] == method) & frame["inside"].fillna(False)]
    return "".join(rows["competency"])


def test_each_method_has_its_own_first_five():
    frame = found()
    assert inside(frame, "gap") == "abcdef"  # d and e tie at the fifth place, and f is before them
    assert inside(frame, "rds") == "abcde"
    assert inside(frame, "borda") == "abcde"
    assert inside(frame, "quadrant") == "ab"  # the level of c is the mean level, which counts as high
    quadrant = frame[frame["method"] == "quadrant"]
    assert quadrant["rank"].isna().all()


def test_ranks_are_those_of_the_gaps():
    frame, measured = found(), gaps(EIGHT)
    for measure, sign in (("mwds", 1), ("gap", 1), ("rds", -1)):
        rank = frame.loc[frame["method"] == measure, "rank"].to_numpy(float)
        assert rank == pytest.approx(competition_rank(sign * measured[measure].to_numpy(float)))


def test_a_room_that_repeats_itself_is_sure_and_one_that_varies_is_not():
    frame = found()
    assert set(frame["p_inside"].dropna()) == {0.0, 1.0}
    same = rooms_of(gaps(EIGHT))
    level = same.level.copy()
    level[:2, 0] = 5  # in half of the rooms the widest gap is closed
    varied = found(rooms=Rooms(same.importance, level, same.exceeding))
    row = varied.set_index(["competency", "method"]).loc[("a", "gap")]
    assert row["inside"]
    assert row["p_inside"] == 0.5


def test_what_all_or_all_but_one_put_first_is_robust():
    frame = robust(found()).set_index("competency")
    assert frame.loc["a", ["inside", "methods"]].tolist() == [6, 6]
    assert frame.loc["a", "robust"]
    assert frame.loc["d", "inside"] == 5  # all but the quadrant
    assert frame.loc["d", "robust"]
    assert frame.loc[frame["robust"], "depends"].eq("").all()
    assert sentence(robust(found()), {}).startswith("a, b, c and d are among the first 5")


def test_what_depends_says_on_what():
    swapped = heard(8, 7, 6, 5, 4, 3, 2, 1)
    frame = robust(found(consensus=swapped)).set_index("competency")
    assert frame.loc["a", "depends"] == "on whether the survey or the tables are asked"
    assert frame.loc["h", "depends"] == "on whether the survey or the tables are asked"
    assert "how large gaps are" in frame.loc["f", "depends"]
    assert not frame["robust"]["a"]


def test_what_no_table_ranked_is_out_and_without_tables_nothing_is_known():
    frame = found(consensus=heard(None, 1, 2, 3, 4, 5, 6, 7))
    row = frame.set_index(["competency", "method"]).loc[("a", "borda")]
    assert pd.isna(row["rank"])
    assert not row["inside"]
    silent = found(consensus=heard(*[None] * 8), tables={})
    assert silent.loc[silent["method"] == "borda", "inside"].isna().all()
    assert robust(silent)["methods"].eq(4).all()


def test_hidden_and_unanswered_competencies_have_no_rank():
    hidden = EIGHT.hide(np.array([[True] + [False] * 7]))
    frame = found(of=hidden)
    row = frame.set_index(["competency", "method"]).loc[("a", "gap")]
    assert row["suppressed"]
    assert pd.isna(row["rank"])
    assert pd.isna(row["inside"])
    assert len(frame) == 8 * len(METHODS)
    assert TOP_FIVE.check(frame) is not None


def test_nobody_and_no_table_say_so():
    nobody = counts(*[[] for _ in range(3)])
    frame = top_five(gaps(nobody), heard(None, None, None), rooms_of(gaps(nobody)), {}, 3.0)
    assert robust(frame).empty
    assert sentence(robust(frame), {}) == "No method has numbers yet."
