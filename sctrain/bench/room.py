"""What all rows measure: made-up answers to the built-in catalogue, and stores of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from sctrain.cards import Cards
from sctrain.catalogue import BUILT_IN, Catalogue, read_catalogue
from sctrain.demo import demo
from sctrain.frames import JointCounts
from sctrain.rehearsal.plan import EVENT, Plan
from sctrain.rehearsal.scene import Scene, prepare
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

BY = ("city_size", "role")
MARKS = ("importance", "level")


@dataclass(frozen=True, eq=False)
class Bench:
    """One run: the largest room, how many are imported, how often each side takes its turn, where files may lie.

    `say` hears what is going on.
    """

    folder: Path
    participants: int = 1_000_000
    imported: int = 100_000
    repeats: int = 3
    viewers: tuple[int, ...] = (50, 150, 300)
    watched: float = 15.0
    say: Callable[[str], None] = print
    catalogue: Catalogue = field(default_factory=lambda: read_catalogue(BUILT_IN))

    @cached_property
    def answers(self) -> pd.DataFrame:
        """SUBMISSIONS of the largest room; smaller rooms are its first rows."""
        self.say(f"making {self.participants:,} answers about {len(self.catalogue.codes)} competencies")
        return demo(self.catalogue, self.participants)

    def first(self, n: int) -> pd.DataFrame:
        """The answers of a room of at most so many; a small room does not wait for the largest to be made."""
        if "answers" in self.__dict__ or n >= self.participants:
            return self.answers.iloc[:n]
        return demo(self.catalogue, n)

    @contextmanager
    def store(self, answers: pd.DataFrame | None = None) -> Iterator[Engine]:
        """A new store of one event, thrown away after."""
        with TemporaryDirectory(dir=self.folder) as fresh:
            engine = open_store(f"sqlite:///{fresh}/bench.db")
            add_event(engine, NewEvent(EVENT, "Benchmark", is_demo=True), self.catalogue)
            if answers is not None:
                add_answers(engine, EVENT, answers)
            try:
                yield engine
            finally:
                engine.dispose()

    @contextmanager
    def scene(self, answers: pd.DataFrame) -> Iterator[Scene]:
        """A new store of a live event with these answers; clients find links and questionnaire in it."""
        with TemporaryDirectory(dir=self.folder) as fresh:
            engine = open_store(f"sqlite:///{fresh}/bench.db")
            scene = prepare(engine, Plan(viewers=0, cut=0), 0)
            add_answers(engine, EVENT, answers)
            try:
                yield scene
            finally:
                engine.dispose()


def cells_of(counts: JointCounts, names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The cells in which somebody is, one row each; `names` label the axes before the marks."""
    axes = {**names, **dict.fromkeys(MARKS, range(counts.points + 1))}
    cells = counts.cells.reshape([len(labels) for labels in axes.values()])
    at = np.nonzero(cells)
    rows = {name: np.array(labels, object)[i] for (name, labels), i in zip(axes.items(), at, strict=True)}
    return pd.DataFrame({**rows, "n": cells[at]})


def named(rows: pd.DataFrame, names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The same rows with texts where there are places in `names`."""
    numbered = {name for name in names if pd.api.types.is_integer_dtype(rows[name])}
    return rows.assign(**{name: np.array(names[name], object)[rows[name]] for name in numbered})


def rating_frame(cards: Cards, dimensions: Sequence[str] = (), complete: bool = True) -> pd.DataFrame:
    """The ratings, one row each, ready for pandas: person, dimensions, competency and marks.

    `complete` leaves out those without both marks.
    """
    person, competency = (at.ravel() for at in np.indices(cards.pairs.T.shape, np.int32))
    importance, level = np.divmod(cards.pairs.T.ravel(), cards.width)
    said = {d: cards.profile[d] for d in dimensions}
    frame = pd.DataFrame(
        {
            "person": person,
            **{d: pd.Categorical.from_codes(c.code[person], pd.Index(c.values)) for d, c in said.items()},
            "competency": pd.Categorical.from_codes(competency, pd.Index(cards.competencies)),
            "importance": importance.astype(np.int64 if complete else np.uint8),
            "level": level.astype(np.int64 if complete else np.uint8),
        }
    )
    return frame[(importance > 0) & (level > 0)].reset_index(drop=True) if complete else frame
