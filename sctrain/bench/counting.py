"""The main query: joint counts by two dimensions, resident and from a new process, against DuckDB and pandas."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from sctrain.analysis.counts import cross, groups_by, joint_counts
from sctrain.bench.result import Clock, Result, Side
from sctrain.bench.room import BY, EVENT, MARKS, Bench, cells_of, named, rating_frame
from sctrain.bench.turns import compared, installed, must_equal
from sctrain.cards import Cards
from sctrain.frames import JointCounts
from sctrain.store import queries

ROOT = Path(__file__).parents[2]
SIZES = (100, 10_000, 1_000_000)
LARGE, FEW = 100_000, 3
"""From so many answers on each side takes at most FEW turns."""
FASTER = {10_000: 5.0, 1_000_000: 5.0}
"""By size: how many times faster than DuckDB over Parquet. A hundred answers are counted before DuckDB has begun."""
COLD_TARGETS = {"open to answer": (1, None), "imports included": (None, None)}
"""How many times faster than codes as text and as bytes. Our store holds text, and a server imports once:
the target is on the first request."""

OURS_COLD = f"""
import pickle, sys
from time import perf_counter, process_time
from sctrain.analysis.counts import cross, groups_by, joint_counts
from sctrain.store import queries
from sctrain.store.engine import open_store
start = perf_counter(), process_time()
with open_store(sys.argv[1]).connect() as connection:
    cards = queries.cards(connection, [{EVENT!r}], dimensions={BY})
answer = joint_counts(cards, cross(*(groups_by(c, {{v: (v,) for v in c.values}}) for c in cards.profile.values())))
"""
BASELINE_COLD = """
import pickle, sys
from time import perf_counter, process_time
import duckdb
start = perf_counter(), process_time()
connection = duckdb.connect()
connection.execute("SET enable_progress_bar = false")
answer = connection.execute(sys.argv[1]).fetchall()
"""
COLD_END = """
print(perf_counter() - start[0], process_time() - start[1])
if sys.argv[2:]:
    pickle.dump(answer, open(sys.argv[2], "wb"))
"""


def rows(bench: Bench) -> Iterator[Result]:
    """The counts at each size that is asked for, and at the largest from a new process."""
    duckdb = installed("duckdb", "DuckDB")
    sizes = dict.fromkeys(min(size, bench.participants) for size in SIZES)
    for size in sizes:
        answers = bench.first(size)
        bench.say(f"counting {size:,} answers")
        with bench.store(answers) as engine:
            yield from _counting(duckdb, bench, engine, answers, cold=size == max(sizes))


def _counting(duckdb: Any, bench: Bench, engine: Engine, answers: pd.DataFrame, cold: bool) -> Iterator[Result]:
    with engine.connect() as connection:
        cards = queries.cards(connection, [EVENT], dimensions=BY)
    repeats = min(FEW, bench.repeats) if cards.n >= LARGE else bench.repeats
    names = {**{d: cards.profile[d].values for d in BY}, "competency": cards.competencies}
    folder = Path(str(engine.url.database)).parent
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        files = _parquet(connection, names, answers, folder)
        yield from _warm(connection, cards, names, files, repeats)
    if cold:
        yield from _cold(str(engine.url), names, files, folder, repeats)


def _parquet(
    connection: Any, names: Mapping[str, Sequence[str]], answers: pd.DataFrame, folder: Path
) -> dict[str, Path]:
    """The ratings one row each, 0 where not answered, in two files: codes as text, codes as one byte."""
    files = {f"DuckDB, Parquet, codes as {kind}": folder / f"{kind}.parquet" for kind in ("text", "bytes")}
    text, number = files.values()
    known = {name: list(values) for name, values in names.items()}
    copy = "COPY ({}) TO '{}' (FORMAT parquet, COMPRESSION zstd)"
    each = f"SELECT *, unnest(range({len(known['competency'])})) AS p FROM answers"
    marks = (f"coalesce(try_cast(ratings[2 * p + {k}] AS UTINYINT), 0) AS {mark}" for k, mark in enumerate(MARKS, 1))
    ratings = f"SELECT {', '.join(BY)}, $competency[p + 1] AS competency, {', '.join(marks)} FROM ({each})"
    numbered = ", ".join(f"(list_position(${name}, {name}) - 1)::UTINYINT AS {name}" for name in names)
    connection.register("answers", answers[[*BY, "ratings"]])
    connection.execute(copy.format(ratings, text), {"competency": known["competency"]})
    connection.execute(copy.format(f"SELECT {numbered}, {', '.join(MARKS)} FROM '{text}'", number), known)
    connection.unregister("answers")
    return files


def query(file: Path) -> str:
    """What DuckDB is asked."""
    cell = ", ".join([*BY, "competency", *MARKS])
    return f"SELECT {cell}, count(*) AS n FROM '{file}' GROUP BY {cell}"


def _warm(
    connection: Any, cards: Cards, names: Mapping[str, Sequence[str]], files: Mapping[str, Path], repeats: int
) -> Iterator[Result]:
    what, keys = f"counts by {' and '.join(BY)} of {cards.n:,} answers, resident", [*names, *MARKS]
    long = rating_frame(cards, BY, complete=False)

    def ours() -> JointCounts:
        return joint_counts(cards, cross(*(groups_by(cards.profile[d], {v: (v,) for v in names[d]}) for d in BY)))

    def duckdb(file: Path) -> Any:
        return connection.sql(query(file)).to_arrow_table()

    def pandas() -> pd.DataFrame:
        return long.groupby([*BY, "competency", *MARKS], observed=True).size().reset_index(name="n")

    mine = cells_of(ours(), names)
    for file in files.values():
        must_equal(what, keys, mine, named(duckdb(file).to_pandas(), names))
    must_equal(what, keys, mine, pandas())
    theirs: dict[str, Callable[[], object]] = {
        **{kind: partial(duckdb, file) for kind, file in files.items()},
        "pandas, groupby of long rows": pandas,
    }
    side, *baselines = compared(repeats, ("", ours), *theirs.items())
    targets = [FASTER.get(cards.n)] * len(files) + [None]
    yield from (Result(what, side, one, faster) for one, faster in zip(baselines, targets, strict=True))


def _cold(
    url: str, names: Mapping[str, Sequence[str]], files: Mapping[str, Path], folder: Path, repeats: int
) -> Iterator[Result]:
    what, keys = "the same counts, new process", [*names, *MARKS]
    given = {"": (OURS_COLD, url), **{kind: (BASELINE_COLD, query(file)) for kind, file in files.items()}}
    ours, *theirs = (_answer(*side, folder) for side in given.values())
    for answer in theirs:
        must_equal(what, keys, cells_of(ours, names), named(pd.DataFrame(answer, columns=[*keys, "n"]), names))
    taken: dict[str, list[tuple[Clock, Clock]]] = {name: [] for name in given}
    for turn in range(repeats):
        for name in list(given)[:: -1 if turn % 2 else 1]:
            taken[name].append(_process(*given[name]))
    for part, (name, targets) in enumerate(COLD_TARGETS.items()):
        side, *baselines = (Side(kind, tuple(clocks[part] for clocks in taken[kind])) for kind in given)
        for baseline, faster in zip(baselines, targets, strict=True):
            yield Result(f"{what}, {name}", side, baseline, faster)


def _answer(script: str, given: str, folder: Path) -> Any:
    saved = folder / "answer.pickle"
    _process(script, given, str(saved))
    return pickle.loads(saved.read_bytes())


def _process(script: str, given: str, *save: str) -> tuple[Clock, Clock]:
    """From opening to answer inside a new process, and the whole process."""
    # All is compiled, as installed: by the process that gives the answer, which is not timed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", script + COLD_END, given, *save]
    before, start = os.times(), perf_counter()
    said = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    wall, after = perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Clock(*map(float, said.split())), Clock(wall, used)
