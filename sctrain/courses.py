"""From a selection to what the courses on offer cover of what its people and tables need."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import Engine

from sctrain import views
from sctrain.analysis import courses as analysis
from sctrain.selection import Selection
from sctrain.store import courses as kept
from sctrain.tables import TableRoom
from sctrain.views import Room
from sctrain.voices import Meeting, contents


@dataclass(frozen=True, eq=False)
class Offer:
    """The courses on offer for a catalogue (OFFERED), and the file that they came from."""

    offered: pd.DataFrame
    origin: str


@dataclass(frozen=True, eq=False)
class Covered:
    """COVERAGE of the competencies, COURSES, and what may be said of both."""

    coverage: pd.DataFrame
    courses: pd.DataFrame
    sentence: str
    told: str


def read(engine: Engine, room: Room) -> Offer:
    """The courses on offer for what the room asks, as they were listed at its data version."""
    with engine.connect() as connection:
        return Offer(*kept.courses(connection, room.catalogue.code, room.version))


def tables_that_ranked(room: TableRoom) -> int:
    """How many tables ranked competencies; 0 where tables rank none."""
    topic = contents(room.catalogue)
    return int(room.ranked(topic)["table_number"].nunique()) if topic else 0


def cover(room: Room, table_room: TableRoom, met: Meeting | None, selection: Selection, offer: Offer) -> Covered:
    """What the courses cover; `met` is where both voices meet, None where no table ranked competencies."""
    tables, one = tables_that_ranked(table_room), replace(selection, by=None)
    gaps = views.gaps(room, one)
    coverage = analysis.coverage(gaps, met.voices if met else None, tables, offer.offered)
    courses = analysis.courses(offer.offered, coverage)
    told = analysis.sentence(coverage, room.catalogue.labels, views.people(room, one), tables)
    return Covered(coverage, courses, told, analysis.courses_sentence(courses))
