"""Which method puts what among the first five, and on what it depends."""

import numpy as np
import pandas as pd
import pytest

from sctrain.analysis.gaps import competition_rank, gaps
from sctrain.analysis.ranks import Rooms
from sctrain.analysis.robust import robust, sentence, top_five
from sctrain.frames import CONSENSUS, METHODS, TOP_FIVE, JointCounts

CODES = tuple("abcdefghij")
LAST = len(CODES)


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
        {"option": c, "ranked_by": 0 if r is None else 7, "first": 0}
        | {"borda_rank": r or LAST, "worth_rank": r or LAST, "borda": 1 - (r or LAST) / 20, "worth": 1 / (r or LAST)}
        for c, r in zip(CODES, ranks, strict=False)
    ]
    frame = pd.DataFrame(rows).reindex(columns=CONSENSUS.names)
    return CONSENSUS.check(frame.astype({"borda_rank": "Int64", "worth_rank": "Int64"}))


TEN = counts(
    [(5, 1, 12)],  # a: the widest gap
    [(5, 2, 12)],
    [(5, 3, 12)],
    [(5, 4, 12)],  # d: small, and everyone has it
    [(4, 3, 12)],  # e: small, and everyone has it
    [(5, 1, 4), (4, 4, 8)],  # f: wide for few
    [(4, 4, 12)],
    [(3, 4, 12)],
    [(3, 4, 12)],
    [(3, 5, 12)],
)
ORDER = range(1, LAST + 1)
TABLE_ROOMS = dict.fromkeys(("borda", "worth"), np.tile(np.arange(float(LAST), 0, -1), (4, 1)))


def found(of=TEN, consensus=None, rooms=None, table_rooms=TABLE_ROOMS, tables=7):
    frame = gaps(of)
    consensus = heard(*ORDER) if consensus is None else consensus
    return top_five(frame, consensus, rooms or rooms_of(frame), table_rooms, tables, 3.0)


def inside(frame, method):
    rows = frame[(frame["method"] == method) & frame["inside"].fillna(False)]
    return "".join(rows["competency"])


def test_each_method_has_its_own_first_five():
    frame = found()
    assert inside(frame, "gap") == "abcf"  # d and e share the fifth place with the sixth
    assert inside(frame, "mwds") == "abcdf"
    assert inside(frame, "rds") == "abcde"
    assert inside(frame, "borda") == "abcde"
    quadrant = frame[frame["method"] == "quadrant"]
    assert quadrant["rank"].isna().all()
    assert set("abc") <= set(inside(frame, "quadrant"))


def test_ranks_are_those_of_the_gaps():
    frame, measured = found(), gaps(TEN)
    for measure, sign in (("mwds", 1), ("gap", 1), ("rds", -1)):
        rank = frame.loc[frame["method"] == measure, "rank"].to_numpy(float)
        assert rank == pytest.approx(competition_rank(sign * measured[measure].to_numpy(float)))


def test_a_room_that_repeats_itself_is_sure_and_one_that_varies_is_not():
    frame = found()
    assert set(frame["p_inside"].dropna()) == {0.0, 1.0}
    same = rooms_of(gaps(TEN))
    level = same.level.copy()
    level[:2, 0] = 5  # in half of the rooms the widest gap is closed
    varied = found(rooms=Rooms(same.importance, level, same.exceeding))
    row = varied.set_index(["competency", "method"]).loc[("a", "gap")]
    assert row["inside"]
    assert row["p_inside"] == 0.5


def test_what_all_or_all_but_one_put_first_is_robust():
    frame = robust(found()).set_index("competency")
    assert frame.loc["a", ["inside", "methods"]].tolist() == [6, 6]
    assert frame.loc[["a", "b", "c"], "robust"].all()
    assert frame.loc[frame["robust"], "depends"].eq("").all()
    assert sentence(robust(found()), {}).startswith("a, b")


def test_what_depends_says_on_what():
    frame = robust(found(consensus=heard(*reversed(ORDER)))).set_index("competency")
    assert frame.loc["a", "depends"] == "on whether the survey or the tables are asked"
    assert frame.loc["j", "depends"] == "on whether the survey or the tables are asked"
    assert not frame["robust"]["a"]
    assert "how large gaps are" in robust(found()).set_index("competency").loc["f", "depends"]


def test_few_people_or_few_tables_do_not_speak():
    silent = found(tables=5)
    assert silent.loc[silent["method"].isin(["borda", "worth"]), "inside"].isna().all()
    few = found(of=counts(*[[(5, 1, 9)]] * LAST))
    assert few.loc[few["method"] == "gap", ["inside", "p_inside"]].isna().all(axis=None)
    assert sentence(robust(found(of=counts(*[[(5, 1, 9)]] * LAST), tables=5)), {}) == (
        "No method can tell yet what comes first."
    )


def test_of_few_competencies_the_first_five_say_nothing():
    small = counts(*[[(5, 1, 12)]] * 9)
    assert found(of=small, consensus=heard(*range(1, 10))).empty
    assert robust(found(of=small, consensus=heard(*range(1, 10)))).empty


def test_all_tied_are_none_of_the_first_five():
    frame = found(of=counts(*[[(5, 1, 12)]] * LAST))
    assert inside(frame, "gap") == ""
    assert frame.loc[frame["method"] == "gap", "p_inside"].eq(0).all()


def test_what_no_table_ranked_is_out_and_without_tables_nothing_is_known():
    frame = found(consensus=heard(None, *range(1, LAST)))
    row = frame.set_index(["competency", "method"]).loc[("a", "borda")]
    assert pd.isna(row["rank"])
    assert not row["inside"]
    silent = found(consensus=heard(*[None] * LAST), table_rooms={}, tables=0)
    assert silent.loc[silent["method"] == "borda", "inside"].isna().all()
    assert robust(silent)["methods"].eq(4).all()


def test_hidden_and_unanswered_competencies_have_no_rank():
    hidden = TEN.hide(np.array([[True] + [False] * (LAST - 1)]))
    frame = found(of=hidden)
    row = frame.set_index(["competency", "method"]).loc[("a", "gap")]
    assert row["suppressed"]
    assert pd.isna(row["rank"])
    assert pd.isna(row["inside"])
    assert len(frame) == LAST * len(METHODS)
    assert TOP_FIVE.check(frame) is not None


def test_nobody_and_no_table_say_so():
    nobody = counts(*[[] for _ in CODES])
    frame = top_five(gaps(nobody), heard(*[None] * LAST), rooms_of(gaps(nobody)), {}, 0, 3.0)
    assert robust(frame).empty
    assert sentence(robust(frame), {}) == "No method can tell yet what comes first."
