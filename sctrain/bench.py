"""How fast the product is, as ratios to named baselines timed in the same run.

A *side* is one way to an answer. The sides of a row must give equal answers, cell by cell, before
any is timed; then they take turns and their medians are compared.
"""

from __future__ import annotations

import importlib
import os
import pickle
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit
from sqlalchemy import Engine

from sctrain import tables, views, voices
from sctrain.analysis.agreement import agreement
from sctrain.analysis.ballots import Ballots, redrawn
from sctrain.analysis.consensus import consensus
from sctrain.analysis.counts import cross, groups_by, joint_counts
from sctrain.analysis.plackett_luce import ALPHA, worths
from sctrain.analysis.ranks import SEED, rank_intervals
from sctrain.cards import Cards, decode
from sctrain.catalogue import BUILT_IN, Catalogue, read_catalogue
from sctrain.demo import demo, demo_sheets
from sctrain.errors import SctrainError
from sctrain.frames import JointCounts
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.engine import open_store, writing
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event

ROOT = Path(__file__).parents[1]
EVENT = "bench"
BY = ("city_size", "role")
MARKS = ("importance", "level")
ROOM = 60
PAGE = 10_000
"""Answers behind the rows about a page."""
ROLES = ("head_of_department", "municipal_officer", "programme_manager")
"""Whom the page is filtered to: about half of the room."""
DRAWS, DRAWS_NAIVE = 1000, 5
TABLES, OPTIONS = 12, 12
CITY, CITY_OPTIONS = 100_000, 25
"""Ballots and options of a city that votes: each ballot ranks its first one to eight."""
SAMPLE = 50
"""One answer in so many is inserted one row a rating, and the time multiplied."""
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


class BenchError(SctrainError):
    """No comparison is possible: DuckDB is absent, or two sides answer differently."""


class Clock(NamedTuple):
    """Seconds on the wall, and seconds of processor time over all threads."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Result:
    """One row of the report: the medians of both sides, and the target where there is one.

    A target is to be so many times `faster` than the baseline, or done `within` so many seconds,
    on the wall or `of_cpu`.
    """

    what: str
    ours: Clock
    against: str = ""
    baseline: Clock | None = None
    faster: float | None = None
    within: float | None = None
    of_cpu: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times as long the baseline takes; missing without one."""
        return self.baseline.wall / self.ours.wall if self.baseline else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; missing where there is none."""
        if self.within is not None:
            return (self.ours.cpu if self.of_cpu else self.ours.wall) < self.within
        return None if self.faster is None or self.ratio is None else self.ratio >= self.faster


def run(participants: int = 1_000_000, repeats: int = 5, say: Callable[[str], None] = print) -> list[Result]:
    """Every row of the report, for so many made-up answers to the built-in catalogue.

    `say` hears what is going on. Raises BenchError where DuckDB is not installed or the sides of
    a row give different answers.
    """
    duckdb = _duckdb()
    catalogue = read_catalogue(BUILT_IN)
    say("running a page again")  # first: a server holds no million answers beside it
    with TemporaryDirectory() as name:
        rerun = _rerun(catalogue, Path(name), repeats)
    say(f"making {participants:,} answers about {len(catalogue.codes)} competencies")
    answers = demo(catalogue, participants)
    with TemporaryDirectory() as name:
        folder = Path(name)
        say("counting them, in this process and in new ones")
        with _store(folder / "all.db", catalogue, answers) as engine:
            counted = _counting(duckdb, engine, answers, folder, repeats)
        say("storing them")
        stored = _storing(catalogue, answers, folder, repeats)
        say("making a page")
        with _store(folder / "page.db", catalogue, answers.iloc[:PAGE]) as engine:
            page = _page(engine, repeats)
        say("ranking")
        return [
            *counted,
            stored,
            *page,
            *consensus_rows(repeats, min(CITY, participants)),
            _both_voices(catalogue, folder, repeats),
            rerun,
        ]


def _duckdb() -> Any:
    return _installed("duckdb", "DuckDB")


def _installed(module: str, called: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise BenchError(f"{called} is not installed: `pip install -r tests/requirements.txt`") from None


def report(results: list[Result]) -> str:
    """The results as a table of text, with the machine they are true of."""
    head = ("what", "ours", "against", "baseline", "times faster", "by CPU time", "target", "met")
    rows = [head, *(_row(result) for result in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    numbers = {1, 3, 4, 5}
    lines = [
        "  ".join(c.rjust(w) if i in numbers else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join([*(line.rstrip() for line in lines), "", _machine()])


def _row(result: Result) -> tuple[str, ...]:
    baseline, ratio = result.baseline, result.ratio
    target = f">= {result.faster:g} x" if result.faster else f"< {_seconds(result.within)}" if result.within else ""
    target += " of CPU" * result.of_cpu
    return (
        result.what,
        _seconds(result.ours.wall),
        result.against,
        _seconds(baseline.wall) if baseline else "",
        f"{ratio:.3g} x" if ratio else "",
        f"{baseline.cpu / result.ours.cpu:.3g} x" if baseline and result.ours.cpu else "",
        target,
        {True: "yes", False: "no", None: ""}[result.met],
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _machine() -> str:
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"Medians by the wall. {platform.machine()}, {os.cpu_count()} cores{load}, Python {platform.python_version()}."
    )


# Timing


def timed(work: Callable[[], object]) -> Clock:
    """How long this takes, once."""
    wall, cpu = perf_counter(), process_time()
    work()
    return Clock(perf_counter() - wall, process_time() - cpu)


def take_turns(repeats: int, *sides: Callable[[], Sequence]) -> list[NDArray[np.float64]]:
    """Medians of the times each side gives; every second turn goes backwards, so that no side is always first."""
    times: list[list[Sequence]] = [[] for _ in sides]
    for turn in range(repeats):
        for i in range(len(sides))[:: -1 if turn % 2 else 1]:
            times[i].append(sides[i]())
    return [np.median(side, axis=0) for side in times]


def must_equal(what: str, keys: Sequence[str], ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """BenchError unless both hold the same keys and, to nine decimals, the same numbers."""
    one, other = (f.astype(dict.fromkeys(keys, str)).set_index(list(keys)).sort_index() for f in (ours, theirs))
    if not one.index.equals(other.index):
        raise BenchError(f"{what}: our {len(one)} rows are not the {len(other)} rows of the baseline")
    same = np.isclose(one.astype(float), other[one.columns].astype(float), rtol=0, atol=1e-9, equal_nan=True)
    if not same.all():
        raise BenchError(f"{what}: {(~same).sum()} of {same.size} numbers differ from the baseline's")


# Counting: joint counts by two dimensions


@contextmanager
def _store(path: Path, catalogue: Catalogue, answers: pd.DataFrame | None = None) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{path}")
    add_event(engine, NewEvent(EVENT, "Benchmark", is_demo=True), catalogue)
    if answers is not None:
        add_answers(engine, EVENT, answers)
    try:
        yield engine
    finally:
        engine.dispose()


def _counting(duckdb: Any, engine: Engine, answers: pd.DataFrame, folder: Path, repeats: int) -> list[Result]:
    with engine.connect() as connection:
        cards = queries.cards(connection, [EVENT], dimensions=BY)
    names = {**{d: cards.profile[d].values for d in BY}, "competency": cards.competencies}
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        files = _parquet(connection, names, answers, folder)
        warm = _warm(connection, cards, names, files, repeats)
    return [*warm, *_cold(str(engine.url), names, files, folder, repeats)]


def _parquet(
    connection: Any, names: Mapping[str, Sequence[str]], answers: pd.DataFrame, folder: Path
) -> dict[str, Path]:
    """The ratings one row each, 0 where not answered, in two files: codes as text, codes as one byte."""
    files = {f"Parquet, codes as {kind}": folder / f"{kind}.parquet" for kind in ("text", "bytes")}
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
    return files


def _query(file: Path) -> str:
    cell = ", ".join([*BY, "competency", *MARKS])
    return f"SELECT {cell}, count(*) AS n FROM '{file}' GROUP BY {cell}"


def _warm(
    connection: Any, cards: Cards, names: Mapping[str, Sequence[str]], files: Mapping[str, Path], repeats: int
) -> list[Result]:
    what = f"counts by {' and '.join(BY)} of {cards.n:,} answers, resident"

    def ours() -> JointCounts:
        return joint_counts(cards, cross(*(groups_by(cards.profile[d], {v: (v,) for v in names[d]}) for d in BY)))

    def query(file: Path) -> Any:
        return connection.sql(_query(file)).to_arrow_table()

    for file in files.values():
        must_equal(what, [*names, *MARKS], _cells(ours(), names), _named(query(file).to_pandas(), names))
    baselines = (partial(timed, partial(query, file)) for file in files.values())
    times = take_turns(repeats, partial(timed, ours), *baselines)
    mine, *theirs = (Clock(*time) for time in times)
    return [Result(what, mine, f"DuckDB, {kind}", clock, faster=5) for kind, clock in zip(files, theirs, strict=True)]


def _cells(counts: JointCounts, names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The cells in which somebody is, one row each; `names` label the axes before the marks."""
    axes = {**names, **dict.fromkeys(MARKS, range(counts.points + 1))}
    cells = counts.cells.reshape([len(labels) for labels in axes.values()])
    at = np.nonzero(cells)
    rows = {name: np.array(labels, object)[i] for (name, labels), i in zip(axes.items(), at, strict=True)}
    return pd.DataFrame({**rows, "n": cells[at]})


def _named(rows: pd.DataFrame, names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    numbered = {name for name in names if pd.api.types.is_integer_dtype(rows[name])}
    return rows.assign(**{name: np.array(names[name], object)[rows[name]] for name in numbered})


def _cold(
    url: str, names: Mapping[str, Sequence[str]], files: Mapping[str, Path], folder: Path, repeats: int
) -> list[Result]:
    what, keys = "the same counts, new process", [*names, *MARKS]
    given = [(OURS_COLD, url), *((BASELINE_COLD, _query(file)) for file in files.values())]
    ours, *theirs = (_answer(*side, folder) for side in given)
    for rows in theirs:
        must_equal(what, keys, _cells(ours, names), _named(pd.DataFrame(rows, columns=[*keys, "n"]), names))
    mine, *baselines = take_turns(repeats, *(partial(_process, *side, folder) for side in given))
    return [
        Result(f"{what}, {part}", Clock(*mine[k]), f"DuckDB, {kind}", Clock(*times[k]), faster)
        for k, (part, targets) in enumerate(COLD_TARGETS.items())
        for kind, times, faster in zip(files, baselines, targets, strict=True)
    ]


def _answer(script: str, given: str, folder: Path) -> Any:
    saved = folder / "answer.pickle"
    _process(script, given, folder, str(saved))
    return pickle.loads(saved.read_bytes())


def _process(script: str, given: str, folder: Path, *save: str) -> tuple[Clock, Clock]:
    """From opening to answer inside a new process, and the whole process."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}  # all is compiled, as installed
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", script + COLD_END, given, *save]
    before, start = os.times(), perf_counter()
    said = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    wall, after = perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Clock(*map(float, said.split())), Clock(wall, used)


# Storing


def _storing(catalogue: Catalogue, answers: pd.DataFrame, folder: Path, repeats: int) -> Result:
    what = f"storing {len(answers):,} answers"
    sample = answers.iloc[: max(1000, len(answers) // SAMPLE)]
    ratings = _ratings(catalogue, sample)
    with _store(folder / "sample.db", catalogue, sample) as engine:
        _store_long(engine, ratings)
        must_equal(what, ["competency", *MARKS], *_both_layouts(engine))

    def ours() -> Clock:
        with TemporaryDirectory(dir=folder) as fresh, _store(Path(fresh) / "cards.db", catalogue) as engine:
            return timed(lambda: add_answers(engine, EVENT, answers))

    def long() -> Clock:
        with TemporaryDirectory(dir=folder) as fresh, _store(Path(fresh) / "long.db", catalogue) as engine:
            return timed(lambda: _store_long(engine, ratings))

    mine, theirs = take_turns(repeats, ours, long)
    against = f"SQLite, one row a rating ({len(sample):,} answers, scaled)"
    return Result(what, Clock(*mine), against, Clock(*theirs * len(answers) / len(sample)), within=10)


def _ratings(catalogue: Catalogue, answers: pd.DataFrame) -> list[tuple[int, int, int, int]]:
    """Answer, competency, importance and level of each rating that has a mark, by position."""
    scale = catalogue.scale
    pairs = decode("".join(answers["ratings"]).encode(), len(catalogue.codes), scale.low, scale.high).T
    answer, competency = np.nonzero(pairs)
    importance, level = np.divmod(pairs[answer, competency], scale.points + 1)
    return list(zip(*(column.tolist() for column in (answer, competency, importance, level)), strict=True))


def _store_long(engine: Engine, ratings: list[tuple[int, int, int, int]]) -> None:
    columns = "answer INTEGER, competency INTEGER, importance INTEGER, level INTEGER"
    with writing(engine) as connection:
        connection.exec_driver_sql(f"CREATE TABLE mark ({columns}, PRIMARY KEY (answer, competency)) WITHOUT ROWID")
        connection.exec_driver_sql("INSERT INTO mark VALUES (?, ?, ?, ?)", ratings)


def _both_layouts(engine: Engine) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How often each competency was given each pair of marks, from the cards and from the long layout."""
    query = "SELECT competency, importance, level, count(*) AS n FROM mark GROUP BY competency, importance, level"
    with engine.connect() as connection:
        cards = queries.cards(connection, [EVENT])
        rows = connection.exec_driver_sql(query).all()
    names = {"competency": cards.competencies}
    ours = _cells(joint_counts(cards), names)
    return ours[ours[list(MARKS)].any(axis=1)], _named(pd.DataFrame(rows), names)


# A page


def _page(engine: Engine, repeats: int) -> list[Result]:
    selection = Selection((EVENT,), (("role", ROLES),), by="city_size")
    room = views.read(engine, selection)
    ratings = _rating_frame(room.cards, BY)
    what = f"gaps by city size, {room.cards.n:,} answers"

    def ours(resampled: bool) -> pd.DataFrame:
        with engine.connect() as connection:
            queries.data_version(connection)
        return views.gaps(room, selection, resampled)

    theirs = pandas_gaps(ratings)
    shown = ours(False).query("n > 0")
    must_equal(what, ["competency", "group"], shown[theirs.columns], theirs.merge(shown[["competency", "group"]]))
    sides = (partial(ours, False), partial(pandas_gaps, ratings), partial(ours, True))
    mine, grouped, ranked = (Clock(*t) for t in take_turns(repeats, *(partial(timed, side) for side in sides)))
    return [
        Result(what, mine, "pandas, groupby of long rows", grouped, within=0.05),
        Result(f"{what}, with rank intervals", ranked, within=0.3),
        _ranks(room.cards, repeats),
    ]


def _rerun(catalogue: Catalogue, folder: Path, repeats: int) -> Result:
    """The whole Gaps page for a visitor who clicks, at 60 answers, against drawing it for the first."""
    from sctrain.ui.rerun import forget, rerunning  # Streamlit: only here, and not in the cold processes

    url = f"sqlite:///{folder / 'room.db'}"
    with _store(folder / "room.db", catalogue, demo(catalogue, ROOM)), _environment("SCTRAIN_DB", url):
        once = rerunning("gaps")

        def anew() -> None:
            forget()
            once()

        first, again = (Clock(*t) for t in take_turns(repeats, partial(timed, anew), partial(timed, once)))
    what = f"rerun of the Gaps page, {ROOM} answers"
    return Result(what, again, "the same page, nothing cached", first, within=0.06, of_cpu=True)


def _both_voices(catalogue: Catalogue, folder: Path, repeats: int) -> Result:
    """All that the pages of the second voice compute for a room: consensus, two voices, methods and queue."""
    with _store(folder / "both.db", catalogue, demo(catalogue, ROOM)) as engine:
        add_sheets(engine, EVENT, demo_sheets(catalogue))
        asked = Selection((EVENT,))
        room, table_room = views.read(engine, asked), tables.read(engine, asked)

    def heard() -> None:
        agreed = tables.agreed(table_room, "contents")
        voices.meet(room, table_room, agreed, asked)
        voices.queue(room, table_room, agreed, asked, "contents", "city_size_band")

    (mine,) = take_turns(repeats, partial(timed, heard))
    what = f"both voices and queue, {ROOM} answers, {len(table_room.tables)} tables, {DRAWS} draws"
    return Result(what, Clock(*mine), within=2)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def _rating_frame(cards: Cards, dimensions: Sequence[str] = ()) -> pd.DataFrame:
    """The complete ratings, one row each, ready for pandas: person, dimensions, competency and marks."""
    person, competency = (at.ravel() for at in np.indices(cards.pairs.T.shape))
    importance, level = np.divmod(cards.pairs.T.ravel().astype(int), cards.width)
    said = {d: cards.profile[d] for d in dimensions}
    frame = pd.DataFrame(
        {
            "person": person,
            **{d: pd.Categorical.from_codes(c.code[person], pd.Index(c.values)) for d, c in said.items()},
            "competency": pd.Categorical.from_codes(competency, pd.Index(cards.competencies)),
            "importance": importance,
            "level": level,
        }
    )
    return frame[(importance > 0) & (level > 0)].reset_index(drop=True)


def pandas_gaps(ratings: pd.DataFrame) -> pd.DataFrame:
    """The gap table as one would write it in pandas: the columns of GAPS that a groupby gives."""
    kept = ratings[ratings["role"].isin(ROLES)]
    gap = kept["importance"] - kept["level"]
    terms = kept.assign(gap=gap, sign=-100 * np.sign(gap), lacking=gap > 0, exceeding=gap < 0)
    by = terms.groupby(["city_size", "competency"], observed=True)
    table = by[["importance", "level", "gap", "lacking", "exceeding"]].mean()
    table["n"], table["rds"] = by.size(), by["sign"].mean()
    table["mwds"] = table["importance"] * table["gap"]
    for name in (*MARKS, "gap"):
        reach = stdtrit(table["n"] - 1, 0.975) * by[name].sem()
        table[f"{name}_low"], table[f"{name}_high"] = table[name] - reach, table[name] + reach
    return table.reset_index().rename(columns={"city_size": "group"})


def _ranks(cards: Cards, repeats: int) -> Result:
    what = f"rank intervals of {cards.n:,} answers, {DRAWS} draws"
    in_order = replace(cards, pairs=cards.pairs[:, np.lexsort(cards.pairs)], profile={})
    counts = joint_counts(in_order)

    def ours(draws: int = DRAWS) -> pd.DataFrame:
        return rank_intervals(in_order, None, None, counts, draws=draws)

    naive = partial(pandas_ranks, _rating_frame(in_order), cards.n, DRAWS_NAIVE)
    few = ours(DRAWS_NAIVE)  # the same people in the same order, drawn by the same numbers: the same intervals
    must_equal(what, ["competency"], few[["competency", "rank_low", "rank_high"]], naive())
    mine, theirs = take_turns(repeats, partial(timed, ours), partial(timed, naive))
    against = f"pandas, resample and groupby ({DRAWS_NAIVE} draws, scaled)"
    return Result(what, Clock(*mine), against, Clock(*theirs * DRAWS / DRAWS_NAIVE), faster=100)


def pandas_ranks(ratings: pd.DataFrame, people: int, draws: int) -> pd.DataFrame:
    """Rank intervals as one would write them in pandas: draw people, join their ratings, group, rank."""
    rng, ranks = np.random.default_rng([SEED]), []
    for _ in range(draws):
        drawn = pd.DataFrame({"person": rng.integers(people, size=people)}).merge(ratings, on="person")
        mean = drawn.groupby("competency", observed=True)[list(MARKS)].mean()
        mwds = mean["importance"] * (mean["importance"] - mean["level"])
        ranks.append(mwds.round(9).rank(ascending=False, method="min"))
    rooms = pd.concat(ranks, axis=1)
    low, high = np.quantile(rooms, [0.025, 0.975], axis=1, method="inverted_cdf")
    return pd.DataFrame({"competency": rooms.index, "rank_low": low, "rank_high": high})


# Consensus of tables


def consensus_rows(repeats: int, city: int = CITY) -> list[Result]:
    """Every method with resampling for a room, worths alone against choix, and a city's partial ballots."""
    room, everyone = _lists(TABLES, OPTIONS), _lists(city, CITY_OPTIONS, most=8)

    def both(ballots: Ballots) -> None:
        consensus(ballots, DRAWS)
        agreement(ballots)

    (mine,) = take_turns(repeats, partial(timed, partial(both, room)))
    (large,) = take_turns(1, partial(timed, partial(both, everyone)))
    return [
        Result(f"consensus of {TABLES} tables, {OPTIONS} options, {DRAWS} draws", Clock(*mine), within=1),
        _worths(room.merged(), repeats),
        Result(f"consensus of {city:,} partial ballots, {CITY_OPTIONS} options", Clock(*large), within=10),
    ]


def _lists(tables: int, options: int, most: int | None = None) -> Ballots:
    """Made-up ballots of which each is a Plackett-Luce draw, cut after one to `most` options."""
    rng = np.random.default_rng([SEED, tables])
    utility = np.linspace(0, 2, options) + rng.gumbel(size=(tables, options))
    place = options - utility.argsort(axis=1).argsort(axis=1)
    ranked = place <= (rng.integers(1, most + 1, size=(tables, 1)) if most else options)
    return Ballots(tuple(f"option_{k:02}" for k in range(options)), np.where(ranked, place, 0))


def _worths(room: Ballots, repeats: int) -> Result:
    """Equal to choix.mm_rankings under the same prior; timed against ilsr_rankings, the fastest in choix."""
    choix = _installed("choix", "choix")
    rooms = redrawn(room, DRAWS, np.random.default_rng(SEED))
    lists = [np.argsort(row).tolist() for row in room.positions]
    what = f"Plackett–Luce worths of {TABLES} tables, {DRAWS} draws"

    def theirs(method: Callable, **options: float) -> NDArray[np.float64]:
        drawn = ([one for one, n in zip(lists, row, strict=True) for _ in range(n)] for row in rooms[:DRAWS_NAIVE])
        return np.array([method(OPTIONS, each, alpha=ALPHA, **options) for each in drawn])

    utility = np.log(worths(room, rooms)[:DRAWS_NAIVE])
    ours, same = (
        pd.DataFrame(u - u.mean(axis=1, keepdims=True)).reset_index(names="room")
        for u in (utility, theirs(choix.mm_rankings, tol=1e-11))
    )
    must_equal(what, ["room"], ours, same)
    naive = partial(theirs, choix.ilsr_rankings)
    mine, loop = take_turns(repeats, partial(timed, partial(worths, room, rooms)), partial(timed, naive))
    against = f"choix.ilsr_rankings in a loop ({DRAWS_NAIVE} draws, scaled)"
    return Result(what, Clock(*mine), against, Clock(*loop * DRAWS / DRAWS_NAIVE), faster=50)
