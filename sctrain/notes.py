"""From a selection to what tables wrote down: challenges, solutions and how they hang together.

What a line *says* is shown only where the organiser has cleared it; what it is *about* is a code, and public.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from sqlalchemy import Engine

from sctrain.analysis import challenges, coding
from sctrain.catalogue import Catalogue
from sctrain.frames import CODED
from sctrain.selection import OTHER_LINES, Selection
from sctrain.store import queries
from sctrain.store.coding import noted
from sctrain.store.queries import Event
from sctrain.views import choose, known_version


@dataclass(frozen=True, eq=False)
class NoteRoom:
    """What the tables of one event wrote down and people made of it, as it stood at a data version."""

    event: Event
    catalogue: Catalogue
    noted: pd.DataFrame
    version: int
    hidden: frozenset[str] = frozenset()
    """The topics of it that are hidden until they are revealed."""

    @cached_property
    def coded(self) -> pd.DataFrame:
        """CODED of all lines, their text only where it is cleared: this is the gate of free text."""
        lines = coding.coded(self.noted, self.catalogue)
        cleared = lines["cleared"].astype(bool)
        return CODED.check(lines.assign(text=lines["text"].where(cleared, "")))

    @cached_property
    def raised(self) -> pd.DataFrame:
        """RAISED: every challenge and solution of the catalogue."""
        return challenges.raised(self.coded, self.catalogue)

    @cached_property
    def flows(self) -> pd.DataFrame:
        """FLOWS from challenges over solutions to competencies."""
        return challenges.flows(self.coded)

    @cached_property
    def sentence(self) -> str:
        """What the presenter may say of it."""
        return challenges.sentence(self.raised, self.labels)

    @cached_property
    def coding_told(self) -> str:
        """How far the lines are coded; empty where people have coded all."""
        return challenges.coding_words(self.raised)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Label by code of a challenge or a solution."""
        return {entry.code: entry.label for entry in (*self.catalogue.solution, *self.catalogue.challenge)}

    @cached_property
    def suggested(self) -> pd.DataFrame:
        """SUGGESTED: what lines may be about that no person has coded, unlikely ones too: a person chooses."""
        return coding.suggestions(self.noted, self.catalogue, least=0)


UNCODED, CONCLUSIONS = OTHER_LINES
"""What else than a challenge lines can be read by."""


def read(engine: Engine, selection: Selection) -> NoteRoom:
    """The lines of the selection's first event, at the selection's data version."""
    with engine.connect() as connection:
        now = known_version(connection, selection)
        event = choose(queries.events(connection), selection.events)[0][0]
        return NoteRoom(
            event,
            queries.catalogue_of(connection, event.catalogue),
            noted(connection, event.code, selection.version),
            now if selection.version is None else selection.version,
            queries.hidden_topics(connection, [event.code]),
        )


def lines_about(coded: pd.DataFrame, challenge: str) -> pd.DataFrame:
    """CODED lines of a challenge and the solutions that answer them, each challenge before its solutions.

    UNCODED are challenges without a code with their solutions, and solutions for no challenge; CONCLUSIONS
    are conclusions. So every line is in one of these.
    """
    if challenge == CONCLUSIONS:
        return coded[coded["kind"] == "conclusion"].sort_values(["table_number", "line"], ignore_index=True)
    code = "" if challenge == UNCODED else challenge
    raised = coded[(coded["kind"] == "challenge") & (coded["code"] == code)]
    places = raised[["table_number", "line"]].rename(columns={"line": "answers"}).astype({"answers": "Int64"})
    solutions = coded[coded["kind"] == "solution"].astype({"answers": "Int64"})
    answers = solutions.merge(places, how="inner")
    alone = solutions[solutions["answers"].isna() & (challenge == UNCODED)]
    parts = [frame.assign(first=frame[by]) for frame, by in ((raised, "line"), (answers, "answers"), (alone, "line"))]
    ordered = pd.concat(parts).sort_values(["table_number", "first", "line"], ignore_index=True)
    return CODED.check(ordered.astype({"answers": "Int64"}))
