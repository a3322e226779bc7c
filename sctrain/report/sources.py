"""What the chapters of a report are made from: each view of one selection, at one data version, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd
from sqlalchemy import Engine

from sctrain import missing, notes, questions, tables, views, voices
from sctrain.cards import Codes
from sctrain.catalogue import Catalogue, Question
from sctrain.missing import Missing
from sctrain.notes import NoteRoom
from sctrain.questions import Clash
from sctrain.report import base
from sctrain.report.base import Base
from sctrain.selection import Selection
from sctrain.store.queries import NOTES_TOPIC, REPLIES, SURVEY
from sctrain.tables import Agreed, TableRoom
from sctrain.views import Room
from sctrain.voices import Meeting

MOST_GROUPS = 8
"""Columns of a heat map that fit on a page of paper."""


@dataclass(frozen=True, eq=False)
class Sources:
    """The views of a selection that pages show, read when a chapter first asks for them.

    `selection` names its data version, so that all chapters are of one piece; `today` is the day on the title page.
    """

    engine: Engine
    selection: Selection
    room: Room
    today: date

    @property
    def known(self) -> Catalogue:
        """The catalogue of the events."""
        return self.room.catalogue

    @property
    def k(self) -> int:
        """From how many people on numbers are shown."""
        return self.room.threshold

    @cached_property
    def people(self) -> int | None:
        """How many people are selected; None where the gate hides them."""
        return views.people(self.room, self.selection)

    @cached_property
    def silence(self) -> str:
        """Why no number of people may be told, in a sentence; empty where some may."""
        if self.people:
            return ""
        if SURVEY in self.room.hidden:
            return "The survey is hidden until the presenter reveals it."
        if not self.room.cards.n:
            return "Nobody has answered yet."
        if self.people == 0:
            return "Nobody gave this combination of answers."
        return (
            f"Fewer than {self.k} people are in this selection, or would follow from it. So few could be recognised, "
            f"so no number about them is shown: numbers begin at {self.k} people."
        )

    @cached_property
    def by(self) -> str | None:
        """What people are compared by: what is asked for, else what is usual; as the pages do."""
        asked, compared = self.selection.by, self.room.compared_by
        return asked if asked in compared else self.room.usual_comparison

    @cached_property
    def groups(self) -> dict[str, str]:
        """Label by group of the comparison, those with the most people, in the catalogue's order."""
        if self.by is None:
            return {}
        labels, people = self.room.group_labels(self.by), self.grouped.groupby("group", sort=False)["n"].max()
        largest = set(people.astype("Float64").fillna(-1).nlargest(MOST_GROUPS).index)
        return {code: labels.get(code, code) for code in people.index if code in largest}

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """GAPS of everyone selected."""
        return views.gaps(self.room, self._numbers(None))

    @cached_property
    def grouped(self) -> pd.DataFrame:
        """GAPS by the comparison."""
        return views.gaps(self.room, self._numbers(self.by))

    @cached_property
    def mix(self) -> pd.DataFrame:
        """MIX of the selected people."""
        return views.mix(self.room, self.selection.people)

    @cached_property
    def answered(self) -> pd.DataFrame:
        """ANSWERED of the selected people."""
        return views.answered(self.room, self.selection.people, views.unsure(self.engine, self.room))

    @cached_property
    def findings(self) -> list[str]:
        """What can be said of the selected people, as Overview does."""
        grouped = self.grouped if self.by else None
        return views.told(self.room, self._numbers(self.by), self.by, self.gaps, grouped, self.mix)

    @cached_property
    def dimensions(self) -> list[str]:
        """The profile questions that anybody answered."""
        mix = self.mix
        said = mix[(mix["option"] != "") & ((mix["n"].fillna(0) > 0) | mix["suppressed"].astype(bool))]
        return list(dict.fromkeys(said["dimension"]))

    @cached_property
    def crosshair(self) -> tuple[float, float]:
        """(importance, level) where the importance–level map is divided."""
        return views.crosshair(self.room, replace(self.selection.people, cross=self.selection.cross))

    def _numbers(self, by: str | None) -> Selection:
        """What decides the numbers; how they are shown does not."""
        return replace(self.selection.people, by=by, measure=self.selection.measure, cross=self.selection.cross)

    # The tables

    @cached_property
    def table_room(self) -> TableRoom:
        """The sheets of the first event."""
        return tables.read(self.engine, self.selection)

    @cached_property
    def notes(self) -> NoteRoom:
        """What the tables of the first event wrote."""
        return notes.read(self.engine, self.selection)

    @cached_property
    def _agreed(self) -> dict[str, Agreed]:
        return {}

    def agreed(self, topic: str) -> Agreed:
        """What the tables agreed on about a topic."""
        if topic not in self._agreed:
            self._agreed[topic] = tables.agreed(self.table_room, topic)
        return self._agreed[topic]

    @cached_property
    def ranked(self) -> list[str]:
        """The topics that some table ranked and nobody hides."""
        room = self.table_room
        return [t.code for t in room.catalogue.topic if t.code not in room.hidden and len(room.ranked(t.code))]

    @cached_property
    def contents(self) -> str | None:
        """The topic whose options are the competencies, where tables ranked it."""
        topic = voices.contents(self.known)
        return topic if topic in self.ranked else None

    @cached_property
    def meeting(self) -> Meeting | None:
        """Survey and tables side by side; None where one of them is silent, or of several events."""
        if self.contents is None or not views.people(self.of_event, self._met):
            return None
        met = replace(self._met, measure=self.selection.measure, cross=self.selection.cross)
        return voices.meet(self.of_event, self.table_room, self.agreed(self.contents), met)

    @property
    def _met(self) -> Selection:
        return voices.of_one_event(self.selection, self.table_room).people

    @cached_property
    def of_event(self) -> Room:
        """The people of the tables' event alone."""
        one = self._met
        return self.room if one.events == self.selection.events else views.read(self.engine, one)

    # The session's questions

    @cached_property
    def replies(self) -> Mapping[str, Codes]:
        """What people replied to each question, in the order of the room."""
        return views.replies(self.engine, self.room)

    @cached_property
    def asked(self) -> dict[str, Question]:
        """The questions somebody replied to."""
        return questions.asked(self.room, self.replies)

    @cached_property
    def replied(self) -> pd.DataFrame:
        """REPLIES of the selected people."""
        return questions.replied(self.room, self.replies, self.selection.people)

    @cached_property
    def clash(self) -> Clash:
        """Whom the format chosen most often does not suit."""
        return questions.clash(self.room, self.replies, self.selection.people)

    @cached_property
    def missing(self) -> Missing | None:
        """Who is missing against the target; None where there is no target."""
        plain = replace(self.selection.people, measure=self.selection.measure, cross=self.selection.cross)
        return missing.meet(self.room, plain) if missing.targets(self.room) else None

    # What they stand on

    def of_people(self, by: str | None = None) -> Base:
        """The people of the selection."""
        return base.of_people(self.room, self.selection, by, self.today).on(self.today)

    def of_tables(self, topic: str) -> Base:
        """The tables that ranked a topic."""
        return base.of_tables(self.table_room, topic).on(self.today)

    def of_both(self) -> Base:
        """People and tables."""
        return base.of_both(self.of_event, self.table_room, self.selection, self.contents or "").on(self.today)

    def of_lines(self) -> Base:
        """The lines that tables wrote."""
        return base.of_lines(self.notes).on(self.today)

    @cached_property
    def veiled(self) -> list[str]:
        """What is hidden until the presenter reveals it, in words."""
        hidden = self.room.hidden | self.table_room.hidden | self.notes.hidden
        called = {t.code: f"the tables’ list “{t.label}”" for t in self.known.topic}
        called |= {
            SURVEY: "the survey",
            REPLIES: "replies to the session’s questions",
            NOTES_TOPIC: "what tables wrote",
        }
        return [label for code, label in called.items() if code in hidden]


def open_sources(engine: Engine, selection: Selection, today: date | None = None) -> Sources:
    """The sources of a selection as the store stands now, or stood at the selection's data version.

    Raises what `views.read` raises: SelectionError for an unknown event or data version, StoreError for no event.
    """
    with engine.connect() as connection:
        version = views.known_version(connection, selection) if selection.version is None else selection.version
    pinned = replace(selection, version=version)
    room = views.read(engine, Selection(pinned.events, version=version))
    pinned = replace(pinned, events=tuple(event.code for event in room.events))
    return Sources(engine, pinned, room, today or date.today())
