"""How carefully an event's survey was filled in: past the gate for everybody, answer by answer for the organiser.

It is of the whole event: by filters, counts of a few people could be subtracted from one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine

from sctrain.analysis import quality as analysis
from sctrain.selection import Selection
from sctrain.store.access import demand
from sctrain.store.twins import Twin, twins
from sctrain.views import Room

SPEED = (
    "How fast somebody answered cannot be told: the store keeps when an answer was sent, not when it was begun. "
    "Rows that an import refused are not stored either; the import lists them."
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


def read(room: Room) -> Quality:
    """How carefully a room of one event answered."""
    # From step to step such a number may grow by one person: all but none and everybody are hidden till then.
    frame = analysis.quality(room.cards, room.cards.n if room.filling else room.threshold)
    return Quality(frame, analysis.sentence(frame))


def review(engine: Engine, token: str, event: str) -> list[Twin]:
    """The answers that are equal, for who has an organiser's link of this event; AccessError for others."""
    with engine.connect() as connection:
        demand(connection, token, "organiser", event)
        return twins(connection, event)


def review_here(engine: Engine, event: str) -> list[Twin]:
    """The same for the command line, where the whole store lies open."""
    with engine.connect() as connection:
        return twins(connection, event)
