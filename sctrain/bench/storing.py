"""Answers into the store: a ready frame against one row a rating, a survey file against reading it with pandas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from sctrain.analysis.counts import joint_counts
from sctrain.bench.result import Clock, Result, Side
from sctrain.bench.room import EVENT, MARKS, Bench, cells_of, named
from sctrain.bench.turns import must_equal, take_turns, timed
from sctrain.cards import decode
from sctrain.catalogue import Catalogue
from sctrain.load.mapping import Column, Mapping
from sctrain.load.survey import load
from sctrain.store import queries
from sctrain.store.engine import writing
from sctrain.store.write import NewEvent, add_answers, bring_in

SAMPLE = 50
"""One answer in so many is inserted one row a rating, and the time multiplied."""
IMPORT, STORE = 15e-6, 10e-6
"""Seconds an answer: to bring in a survey file beyond reading it, and to store a ready frame."""
PROFILE = ("role", "discipline", "city_size", "region")
"""Profile questions of the file that is imported, beside its ratings."""


def storing(bench: Bench) -> Iterator[Result]:
    """A ready frame of answers into the store, against one row a rating."""
    answers = bench.first(bench.imported)
    what = f"storing {len(answers):,} answers"
    bench.say(what)
    sample = answers.iloc[: max(1000, len(answers) // SAMPLE)]
    ratings = _ratings(bench.catalogue, sample)
    with bench.store(sample) as engine:
        _store_long(engine, ratings)
        must_equal(what, ["competency", *MARKS], *_both_layouts(engine))

    def ours() -> Clock:
        with bench.store() as engine:
            return timed(lambda: add_answers(engine, EVENT, answers))

    def long() -> Clock:
        with bench.store() as engine:
            return timed(lambda: _store_long(engine, ratings))

    against = f"SQLite, one row a rating ({len(sample):,} answers, scaled)"
    mine, theirs = take_turns(bench.repeats, {"": ours, against: long})
    yield Result(what, mine, theirs.times(len(answers) / len(sample)), within=STORE * len(answers))


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
        rows = connection.exec_driver_sql(query).all()
    ours, names = _stored(engine)
    return ours[ours[list(MARKS)].any(axis=1)], named(pd.DataFrame(rows), names)


def _stored(engine: Engine) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """How often each competency was given each pair of marks in the store."""
    with engine.connect() as connection:
        cards = queries.cards(connection, [EVENT])
    names = {"competency": cards.competencies}
    return cells_of(joint_counts(cards), names), names


def importing(bench: Bench) -> Iterator[Result]:
    """A survey file, as forms export it, through its mapping into the store, beyond reading it with pandas."""
    answers, catalogue = bench.first(bench.imported), bench.catalogue
    file, mapping = bench.folder / "survey.csv", mapping_of(catalogue)
    bench.say(f"writing a survey of {len(answers):,} answers, and importing it")
    survey(answers, catalogue).to_csv(file, index=False)
    what = f"import of a survey file, {len(answers):,} answers × {len(catalogue.codes)} ratings"

    def read() -> pd.DataFrame:
        return pd.read_csv(file, dtype=str, keep_default_na=False)

    def ours() -> Clock:
        with bench.store() as engine:
            taken = timed(lambda: bring(engine, file, mapping, catalogue))
            if not checked:
                checked.append(what)
                must_equal(what, ["competency", *MARKS], _stored(engine)[0], counted(read(), catalogue))
            return taken

    checked: list[str] = []
    reading = "pandas.read_csv of the file, as text"
    mine, theirs = take_turns(min(3, bench.repeats), {"": ours, reading: lambda: timed(read)})
    file.unlink()
    yield Result(what, mine, theirs)
    beyond = tuple(Clock(a.wall - b.wall, a.cpu - b.cpu) for a, b in zip(mine.clocks, theirs.clocks, strict=True))
    yield Result("the same, beyond reading it", Side("", beyond), within=IMPORT * len(answers))


def bring(engine: Engine, file: Path, mapping: Mapping, catalogue: Catalogue) -> None:
    """What `python -m sctrain import` does with a file."""
    loaded = load(file, mapping, catalogue)
    bring_in(engine, NewEvent(EVENT, "Benchmark", is_demo=True), catalogue, loaded.submissions, file.name)


def mapping_of(catalogue: Catalogue) -> Mapping:
    """How the file of `survey` is read."""
    rating = [{"competency": c, **{mark: f"{c} {mark}" for mark in MARKS}} for c in catalogue.codes]
    profile = {name: {"column": name} for name in PROFILE}
    return Mapping(respondent=Column(column="id"), profile=profile, rating=rating)


def survey(answers: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The answers as a form exports them: an id, profile, and two columns a competency, blank where not answered."""
    pairs = decode(
        "".join(answers["ratings"]).encode(), len(catalogue.codes), catalogue.scale.low, catalogue.scale.high
    )
    words = np.array(["", *map(str, range(catalogue.scale.low, catalogue.scale.high + 1))], object)
    marks = {
        f"{code} {mark}": words[given]
        for code, row in zip(catalogue.codes, pairs, strict=True)
        for mark, given in zip(MARKS, np.divmod(row, catalogue.scale.points + 1), strict=True)
    }
    profile = {name: answers[name].to_numpy(object) for name in PROFILE}
    return pd.DataFrame({"id": answers["person"].to_numpy(object), **profile, **marks})


def counted(read: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """How often each competency is given each pair of marks in a survey, by pandas alone."""
    low = catalogue.scale.low
    tables = []
    for code in catalogue.codes:
        marks = {mark: pd.to_numeric(read[f"{code} {mark}"]).sub(low - 1).fillna(0).astype(int) for mark in MARKS}
        tables.append(pd.DataFrame(marks).groupby(list(MARKS)).size().reset_index(name="n").assign(competency=code))
    return pd.concat(tables)
