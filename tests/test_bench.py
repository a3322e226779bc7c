"""The benchmark compares equal answers, and says what it compared. Nothing here depends on speed."""

import os
import sys
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pandas as pd
import pytest
import uvicorn
from room.conftest import APP

from sctrain import bench
from sctrain.bench import counting, looking, posting, ranking, serving, viewing
from sctrain.bench.result import BenchError, Clock, Result, Side, markdown, report, write
from sctrain.bench.room import Bench
from sctrain.bench.turns import environment, must_equal, take_turns
from sctrain.rehearsal.server import free_port
from sctrain.room.office import _office

TABLE = pd.DataFrame({"role": ["head", "officer"], "n": [3, 4]})
COMPUTED = ("counts", "storing", "import", "page", "voices", "ranking")


def run(only, **how):
    return bench.run(only, say=[].append, **{"participants": 300, "imported": 200, "repeats": 1, **how})


@pytest.fixture(scope="module")
def results():
    pytest.importorskip("duckdb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "CITY_OPTIONS", 8)
        return run(COMPUTED)


def test_a_small_run_finds_equal_answers_and_fills_every_row(results):
    text, number = "DuckDB, Parquet, codes as text", "DuckDB, Parquet, codes as bytes"
    compared = [(r.what, r.baseline.name if r.baseline else "") for r in results]
    counted = [
        (f"counts by city_size and role of {n} answers, resident", against)
        for n in (100, 300)
        for against in (text, number, "pandas, groupby of long rows")
    ]
    assert compared == [
        *counted,
        ("the same counts, new process, open to answer", text),
        ("the same counts, new process, open to answer", number),
        ("the same counts, new process, imports included", text),
        ("the same counts, new process, imports included", number),
        ("storing 200 answers", "SQLite, one row a rating (200 answers, scaled)"),
        ("import of a survey file, 200 answers × 29 ratings", "pandas.read_csv of the file, as text"),
        ("the same, beyond reading it", ""),
        ("gaps by city size, 300 answers", "pandas, groupby of long rows"),
        ("gaps by city size, 300 answers, with rank intervals", ""),
        ("rank intervals of 300 answers, 1000 draws", "pandas, resample and groupby (5 draws, scaled)"),
        ("both voices and queue, 60 answers, 8 tables, 1000 draws", ""),
        ("consensus of 12 tables, 12 options, 1000 draws", ""),
        ("Plackett–Luce worths of 12 tables, 1000 draws", "choix.ilsr_rankings in a loop (5 draws, scaled)"),
        ("Copeland of 1,000 ballots, 12 options", "votelib, Copeland"),
        ("Kemeny of 13 tables, 7 options", "votelib, all orders tried"),
        ("consensus of 300 partial ballots, 8 options", ""),
    ]
    assert all(r.ours.wall > 0 and (r.baseline is None or r.baseline.wall > 0) for r in results)
    assert all(r.what in report(results) and r.what in markdown(results) for r in results)


def test_a_process_takes_longer_with_its_imports_than_without(results):
    inside, whole = results[6:8], results[8:10]
    for part, all_of_it in zip(inside, whole, strict=True):
        assert part.ours.wall < all_of_it.ours.wall
        assert part.baseline.wall < all_of_it.baseline.wall


def test_a_baseline_that_asks_something_else_is_not_timed(monkeypatch):
    pytest.importorskip("duckdb")
    asked = counting.query
    monkeypatch.setattr(counting, "query", lambda file: asked(file).replace("GROUP", "WHERE level <> 3 GROUP"))
    with pytest.raises(BenchError, match="resident"):
        run(["counts"])


def test_a_file_that_says_something_else_is_not_timed(monkeypatch):
    counted = bench.storing.counted
    monkeypatch.setattr(bench.storing, "counted", lambda *given: counted(*given)[1:])
    with pytest.raises(BenchError, match="import of a survey file"):
        run(["import"])


@contextmanager
def the_room_alone(scene, folder):
    """The routes of the room over real HTTP, without the pages, which take seconds to load."""
    server = uvicorn.Server(uvicorn.Config(APP, port=free_port(), log_level="error"))
    with environment("SCTRAIN_DB", str(scene.engine.url)):
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        process = SimpleNamespace(pid=os.getpid(), port=server.config.port)
        yield serving.Host(process, scene, time.perf_counter(), Clock(0))
        server.should_exit = True
        thread.join()
        _office.cache_clear()


def test_what_is_posted_over_many_connections_is_there_once_it_is_acknowledged(monkeypatch):
    for name, value in {"POSTS": 20, "ALONE": 2, "LINES": 3, "hosted": the_room_alone, "warm": str}.items():
        monkeypatch.setattr(posting, name, value)
    (row,) = run(["answers"])
    assert row.what == "20 answers posted and acknowledged"
    assert row.baseline.name == "one transaction an answer, without HTTP (2 answers, scaled)"
    assert row.within == 1


def test_viewers_of_a_page_look_again_and_click(tmp_path):
    """The empty page, which is the baseline: its text is looked at again every two seconds."""
    how = Bench(tmp_path, participants=100, viewers=(1, 3), watched=2.2, say=[].append)
    with how.scene(how.first(1)) as scene, serving.hosted(scene, tmp_path, empty=True) as host:
        assert serving.run(serving.first(host, ("",))).wall > host.healthy.wall
        resident, peak = looking.memory(host.server.pid)
        assert 20 < resident.wall <= peak.wall
        one, three = serving.run(viewing._watch(how, host, "empty", []))
        assert (one.viewers, three.viewers) == (1, 3)
        assert 1 <= len(one.ticks) < len(three.ticks)
        (clicks,) = serving.run(looking._clicking({"empty": host}, 1))
        assert len(clicks.clocks) == looking.CLICKS


def test_a_part_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(BenchError, match=r"'luck'.*viewers, answers, session, counts"):
        run(["luck"])


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
            return Clock(next(times[name]), 0)

        return go

    a, b = take_turns(3, {name: side(name) for name in "ab"})
    assert [(s.name, s.wall, s.spread) for s in (a, b)] == [("a", 2, (1, 9)), ("b", 5, (5, 50))]
    assert "".join(order) == "abbaab"


def side(*walls, name=""):
    return Side(name, tuple(Clock(wall, wall) for wall in walls))


def test_a_side_without_a_measurement_is_no_row():
    with pytest.raises(BenchError, match="ours: nothing was measured"):
        side()


@pytest.mark.parametrize(
    ("faster", "within", "ratio", "met"),
    [(4, None, 4, True), (4.1, None, 4, False), (None, 0.6, 4, True), (None, 0.5, 4, False), (None, None, 4, None)],
)
def test_a_target_is_met_by_the_wall(faster, within, ratio, met):
    result = Result("it", Side("", (Clock(0.5, 9),)), Side("other", (Clock(2, 1),)), faster, within)
    assert (result.ratio, result.met) == (ratio, met)


ROWS = [
    Result("counting", side(0.04, 0.05, 0.09), side(2, 2.5, 1, name="DuckDB"), faster=5, load=1),
    Result("a page", side(0.06), within=0.05, load=2.26),
    Result("memory", side(390), side(78, name="empty"), within=400, unit="MB", load=1),
]


def test_the_report_is_an_aligned_table_of_text():
    assert report(ROWS).splitlines()[:5] == [
        "what      n    ours       spread  against  baseline     spread  times faster  by CPU  target    met  load",
        "--------  -  ------  -----------  -------  --------  ---------  ------------  ------  --------  ---  ----",
        "counting  3   50 ms  40 ms–90 ms  DuckDB        2 s  1 s–2.5 s          40 x    40 x  >= 5 x    yes   1.0",
        "a page    1   60 ms                                                                   < 50 ms   no    2.3",
        "memory    1  390 MB               empty       78 MB                    0.2 x   0.2 x  < 400 MB  yes   1.0",
    ]


def test_a_page_gets_the_table_between_its_marks(tmp_path):
    page = tmp_path / "speed.md"
    page.write_text("# Speed\n\n<!-- bench: begin -->\nold\n<!-- bench: end -->\n\nThe rest.\n")
    write(page, ROWS[1:2])
    lines = page.read_text().splitlines()
    assert lines[:6] == [
        "# Speed",
        "",
        "<!-- bench: begin -->",
        "| what | n | ours | spread | against | baseline | spread | times faster | by CPU | target | met | load |",
        "| --- | --: | --: | --: | --- | --: | --: | --: | --: | --- | --- | --: |",
        "| a page | 1 | 60 ms |  |  |  |  |  |  | < 50 ms | no | 2.3 |",
    ]
    assert lines[6:7] == [""]
    assert "load average 2.3 to 2.3" in lines[7]
    assert lines[8:] == ["<!-- bench: end -->", "", "The rest."]


@pytest.mark.parametrize("text", ["# Speed\n", "<!-- bench: end -->\n<!-- bench: begin -->\n"])
def test_a_page_without_marks_is_left_alone(tmp_path, text):
    page = tmp_path / "speed.md"
    page.write_text(text)
    with pytest.raises(BenchError, match="must stand in it once"):
        write(page, ROWS)
    assert page.read_text() == text


def test_the_page_about_speed_has_room_for_the_table(tmp_path):
    page = tmp_path / "speed.md"
    page.write_text((counting.ROOT / "docs/performance.md").read_text(encoding="utf-8"), encoding="utf-8")
    write(page, ROWS)
    assert "| memory | 1 | 390 MB |" in page.read_text(encoding="utf-8")


def test_without_duckdb_the_reader_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(BenchError, match=r"pip install -r tests/requirements\.txt"):
        run(["counts"])
    assert "duckdb" in (counting.ROOT / "tests/requirements.txt").read_text()
