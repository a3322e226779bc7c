"""What of an event may be given to everybody: the frames that its pages show, as files of a data package.

Each comes from the view that the page calls, without filters, past the same gate: who has the package has no number
that the pages do not show. Nothing that people or tables wrote is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import Engine

from sctrain import notes, practices, questions, tables, views, voices
from sctrain.errors import SelectionError, StoreError
from sctrain.frames import (
    ACCORD,
    AGREEMENT,
    ANSWERED,
    CONSENSUS,
    GAPS,
    MIX,
    PRACTICES,
    RAISED,
    REPLIES,
    ROBUST,
    TOP_FIVE,
    VOICES,
)
from sctrain.report.package import LABELS, LICENCES, About, Table, package
from sctrain.selection import Selection
from sctrain.tables import Agreed, TableRoom
from sctrain.views import Room

NOT_SAID = "not_said"
"""What stands for “not said” where a key must not be empty."""


@dataclass(frozen=True, eq=False)
class Public:
    """The files of a data package, and what it is of."""

    tables: tuple[Table, ...]
    about: About

    @property
    def data(self) -> bytes:
        """The zip; the same answers at the same data version give the same bytes."""
        return package(self.tables, self.about)


def read(engine: Engine, event: str | None = None, version: int | None = None, licence: str | None = None) -> Public:
    """What may be published of an event (the newest if none is named), as it stood at a data version.

    SelectionError for an unknown event, data version or licence; StoreError where nothing of it may be shown.
    """
    if licence is not None and licence not in LICENCES:
        raise SelectionError("licence", licence, LICENCES)
    asked = Selection((event,) if event else (), version=version)
    room, table_room, note_room = (of.read(engine, asked) for of in (views, tables, notes))
    selection = Selection((room.events[0].code,), version=version)
    people = bool(views.people(room, selection))
    topics = (topic.code for topic in room.catalogue.topic)
    agreed = {topic: tables.agreed(table_room, topic) for topic in topics if len(table_room.ranked(topic))}
    found = [
        *(_survey(engine, room, selection) if people else ()),
        *_lists(table_room, agreed),
        *(_met(room, table_room, agreed, selection) if people else ()),
        *_written(note_room),
    ]
    if not found:
        raise StoreError(f"of event {selection.events[0]!r} there is nothing that may be shown: too few, or all hidden")
    return Public((_labels(room, table_room), *found), _about(room, table_room, selection, licence))


def _survey(engine: Engine, room: Room, selection: Selection) -> Iterator[Table]:
    yield Table("gaps", "Gaps of everyone", views.gaps(room, selection), GAPS, ("group",))
    yield Table("who", "Who answered", views.mix(room, selection), MIX, blank={"option": NOT_SAID})
    answered = views.answered(room, selection, views.unsure(engine, room))
    yield Table("answered", "How completely people answered", answered, ANSWERED)
    met = practices.read(room, selection)
    if len(met.practices):
        yield Table("practices", "Work practices", met.practices, PRACTICES)
    for by, label in room.compared_by.items():
        frame = views.gaps(room, replace(selection, by=by))
        if frame["group"].notna().all():
            yield Table(f"gaps-by-{by}", f"Gaps by {label.lower()}", frame, GAPS)
    yield from _replies(room, selection, views.replies(engine, room))


def _replies(room: Room, selection: Selection, given: questions.Replies) -> Iterator[Table]:
    whole = questions.replied(room, given, selection)
    if whole.empty:
        return
    yield Table("replies", "Replies to the session’s questions", whole, REPLIES, ("group",))
    for by, label in room.compared_by.items():
        frame = questions.replied(room, given, replace(selection, by=by))
        if len(frame) and frame["group"].notna().all():
            yield Table(f"replies-by-{by}", f"Replies by {label.lower()}", frame, REPLIES)


def _lists(room: TableRoom, agreed: Mapping[str, Agreed]) -> Iterator[Table]:
    """What the tables ranked; a list that is hidden, or that none ranked, is left out."""
    for topic in (topic for topic in room.catalogue.topic if topic.code in agreed):
        found = agreed[topic.code]
        yield Table(f"consensus-{topic.code}", f"Tables: {topic.label}", found.consensus, CONSENSUS)
        yield Table(f"agreement-{topic.code}", f"How far tables agree: {topic.label}", found.agreement, AGREEMENT)


def _met(room: Room, table_room: TableRoom, agreed: Mapping[str, Agreed], selection: Selection) -> Iterator[Table]:
    topic = voices.contents(room.catalogue)
    if topic is None or topic not in agreed:
        return
    met = voices.meet(room, table_room, agreed[topic], selection)
    yield Table("voices", "Survey and tables side by side", met.voices, VOICES)
    yield Table("accord", "How far survey and tables agree", met.accord, ACCORD)
    yield Table("top-five", "The first five by each method", met.top_five, TOP_FIVE)
    yield Table("robust", "Which of them are first by whatever method", met.robust, ROBUST)


def _written(room: notes.NoteRoom) -> Iterator[Table]:
    """What the lines of the tables are about: counts by code, no text."""
    if len(room.noted):
        raised = room.raised
        yield Table(
            "challenges", "Challenges and solutions that tables wrote", raised, RAISED, blank={"code": "not_coded"}
        )


def _labels(room: Room, table_room: TableRoom) -> Table:
    known = room.catalogue
    named = {"competency": known.labels, "comparison": room.compared_by, "work practice": practices.labels(known)}
    named |= {by: room.group_labels(by) for by in room.compared_by}
    named |= _options(room)
    named["question"] = {question.code: question.label for question in known.question}
    named |= {f"question {q.code}": {o.code: o.label for o in q.option} for q in known.question}
    named |= {f"list {topic.code}": table_room.labels(topic.code) for topic in known.topic}
    named["challenge"] = {entry.code: entry.label for entry in known.challenge}
    named["solution"] = {entry.code: entry.label for entry in known.solution}
    rows = [(kind, code, label) for kind, labels in named.items() for code, label in labels.items()]
    return Table("labels", "What the codes are called", pd.DataFrame(rows, columns=LABELS.names), LABELS)


def _options(room: Room) -> dict[str, dict[str, str]]:
    """The options of each question about people, as they stand in `who`."""
    found = views.mix(room, Selection())
    return {
        str(name): {code or NOT_SAID: room.label(str(name), code) for code in rows["option"]}
        for name, rows in found.groupby("dimension")
    }


def _about(room: Room, table_room: TableRoom, selection: Selection, licence: str | None) -> About:
    event, k = room.events[0], room.threshold
    n = views.people(room, selection)
    made_up = "Made-up demo data. " if room.is_demo else ""
    description = (
        f"{made_up}What a workshop's survey and World-Café tables say, as its pages show it: every number with the "
        f"people behind it and its interval. Numbers of fewer than {k} people, and what would tell them by "
        "subtraction, are hidden: `suppressed` is true and the number is missing. `dictionary` has every column with "
        "its formula."
    )
    facts = {
        "event": event.code,
        "held_on": event.held_on.isoformat() if event.held_on else None,
        "is_demo": room.is_demo,
        "people": n,
        "tables": len(table_room.tables),
        "data_version": room.version,
        "hidden_below": k,
        "catalogue": room.catalogue.code,
    }
    sources = tuple(filter(None, (room.catalogue.catalogue.source, event.title)))
    return About(f"sctrain-{event.code}", event.title, description, room.version, licence, sources, facts)
