"""The benchmark compares equal answers, and says what it compared. Nothing here depends on speed."""

import sys

import pandas as pd
import pytest

from sctrain import bench
from sctrain.bench import BenchError, Clock, Result, must_equal, report, run, take_turns

TABLE = pd.DataFrame({"role": ["head", "officer"], "n": [3, 4]})


@pytest.fixture(scope="module")
def results():
    pytest.importorskip("duckdb")
    return run(5000, 1, say=[].append)


def test_a_small_run_finds_equal_answers_and_fills_every_row(results):
    compared = [(r.what, r.against) for r in results]
    text, number = "DuckDB, Parquet, codes as text", "DuckDB, Parquet, codes as bytes"
    assert compared == [
        ("counts by city_size and role of 5,000 answers, resident", text),
        ("counts by city_size and role of 5,000 answers, resident", number),
        ("the same counts, new process, open to answer", text),
        ("the same counts, new process, open to answer", number),
        ("the same counts, new process, imports included", text),
        ("the same counts, new process, imports included", number),
        ("storing 5,000 answers", "SQLite, one row a rating (1,000 answers, scaled)"),
        ("gaps by city size, 5,000 answers", "pandas, groupby of long rows"),
        ("gaps by city size, 5,000 answers, with rank intervals", ""),
        ("rank intervals of 5,000 answers, 1000 draws", "pandas, resample and groupby (5 draws, scaled)"),
        ("consensus of 12 tables, 12 options, 1000 draws", ""),
        ("Plackett–Luce worths of 12 tables, 1000 draws", "choix.ilsr_rankings in a loop (5 draws, scaled)"),
        ("consensus of 5,000 partial ballots, 25 options", ""),
        ("both voices and queue, 60 answers, 8 tables, 1000 draws", ""),
        ("rerun of the Gaps page, 60 answers", "the same page, nothing cached"),
    ]
    assert all(r.ours.wall > 0 and (r.baseline is None or r.baseline.wall > 0) for r in results)
    assert [r.met is None for r in results].count(True) == 3
    assert all(r.what in report(results) for r in results)


def test_a_process_takes_longer_with_its_imports_than_without(results):
    inside, whole = results[2:4], results[4:6]
    for part, all_of_it in zip(inside, whole, strict=True):
        assert part.ours.wall < all_of_it.ours.wall
        assert part.baseline.wall < all_of_it.baseline.wall


def test_a_baseline_that_asks_something_else_is_not_timed(monkeypatch):
    pytest.importorskip("duckdb")
    asked = bench._query
    monkeypatch.setattr(bench, "_query", lambda file: asked(file).replace("GROUP", "WHERE level <> 3 GROUP"))
    with pytest.raises(BenchError, match="resident"):
        run(300, 1, say=[].append)


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        (TABLE.assign(n=[3, 5]), "1 of 2 numbers"),
        (TABLE[:1], "our 2 rows are not the 1 rows"),
        (TABLE.assign(role=["head", "mayor"]), "our 2 rows are not the 2 rows"),
    ],
)
def test_answers_that_differ_are_refused(theirs, says):
    with pytest.raises(BenchError, match=f"people: {says}"):
        must_equal("people", ["role"], TABLE, theirs)


def test_equal_answers_may_come_in_another_order_with_other_types():
    must_equal("people", ["role"], TABLE, TABLE[::-1].astype({"role": "category", "n": float})[["n", "role"]])


def test_sides_take_turns_and_the_median_counts():
    order, times = [], {"a": iter([1, 9, 2]), "b": iter([5, 5, 50])}

    def side(name):
        def go():
            order.append(name)
            return (next(times[name]), 0)

        return go

    assert [m.tolist() for m in take_turns(3, side("a"), side("b"))] == [[2, 0], [5, 0]]
    assert "".join(order) == "abbaab"


@pytest.mark.parametrize(
    ("faster", "within", "ratio", "met"),
    [(4, None, 4, True), (4.1, None, 4, False), (None, 0.6, 4, True), (None, 0.5, 4, False), (None, None, 4, None)],
)
def test_a_target_is_met_by_the_wall(faster, within, ratio, met):
    result = Result("it", Clock(0.5, 9), "other", Clock(2, 1), faster, within)
    assert (result.ratio, result.met) == (ratio, met)


def test_the_report_is_an_aligned_table_of_text():
    table = report(
        [
            Result("counting", Clock(0.05, 0.05), "DuckDB", Clock(2, 2.5), faster=5),
            Result("a page", Clock(0.06, 0.06), within=0.05),
        ]
    )
    assert table.splitlines()[:4] == [
        "what       ours  against  baseline  times faster  by CPU time  target   met",
        "--------  -----  -------  --------  ------------  -----------  -------  ---",
        "counting  50 ms  DuckDB        2 s          40 x         50 x  >= 5 x   yes",
        "a page    60 ms                                                < 50 ms  no",
    ]


def test_without_duckdb_the_reader_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(BenchError, match=r"pip install -r tests/requirements\.txt"):
        run(100, 1)
    assert "duckdb" in (bench.ROOT / "tests/requirements.txt").read_text()
