"""How carefully an event's survey was filled in: past the gate for everybody, answer by answer for the organiser.

It is of the whole event: by filters, counts of a few people could be subtracted from one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, Engine

from sctrain.analysis import quality as analysis
from sctrain.selection import Selection
from sctrain.store import queries, trail
from sctrain.store.access import demand
from sctrain.store.twins import Fast, Twin, fast, twins
from sctrain.views import Room

SPEED = (
    f"The usual time is the middle one of those that are known, of {analysis.TIMED} people or more. Files of "
    "LimeSurvey, Microsoft Forms, KoboToolbox and SurveyMonkey tell when a form was begun; phones are not asked, since "
    "people put them aside."
)
CANNOT = (
    f"Equal marks are looked for among people who gave {analysis.LEAST} or more of them, "
    "equal answers among people who gave half of all marks."
)


@dataclass(frozen=True, eq=False)
class Quality:
    """QUALITY of the first event of a selection, and the sentence the page opens with."""

    frame: pd.DataFrame
    sentence: str


def of_event(selection: Selection) -> Selection:
    """The whole first event of a selection."""
    return Selection(selection.events[:1], version=selection.version)


@dataclass(frozen=True)
class Review:
    """What an organiser looks at, answer by answer: those that are equal, those filled in `within` few seconds.

    `refused` has when an import left rows out, and how many. `within` is None where the usual time is not known.
    """

    twins: list[Twin]
    fast: list[Fast]
    within: float | None
    refused: list[trail.Line]


def read(engine: Engine, room: Room) -> Quality:
    """How carefully a room of one event answered."""
    with engine.connect() as connection:
        seconds = queries.seconds(connection, [event.code for event in room.events], room.version)
    # From step to step such a number may grow by one person: all but none and everybody are hidden till then.
    frame = analysis.quality(room.cards, room.cards.n if room.filling else room.threshold, seconds)
    return Quality(frame, analysis.sentence(frame))


def review(engine: Engine, token: str, event: str) -> Review:
    """What there is to review, for who has an organiser's link of this event; AccessError for others."""
    with engine.connect() as connection:
        demand(connection, token, "organiser", event)
        return _review(connection, event)


def review_here(engine: Engine, event: str) -> Review:
    """The same for the command line, where the whole store lies open."""
    with engine.connect() as connection:
        return _review(connection, event)


def _review(connection: Connection, event: str) -> Review:
    within = analysis.limit(queries.seconds(connection, [event]))
    refused = [line for line in trail.lines(connection) if (line.act, line.event) == ("refused rows", event)]
    return Review(twins(connection, event), fast(connection, event, within or 0), within, refused)
