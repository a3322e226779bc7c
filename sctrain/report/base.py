"""What a figure or table stands on: the line under it, the facts in its files, and how its codes are labelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from sctrain import numerals, views
from sctrain import tables as listing
from sctrain.notes import NoteRoom
from sctrain.report import tables
from sctrain.selection import Selection
from sctrain.tables import TableRoom
from sctrain.views import Room
from sctrain.voices import of_one_event

KINDS = ("challenge", "solution", "conclusion")
"""What tables write down."""


@dataclass(frozen=True)
class Base:
    """What a figure stands on: a line under it, the facts in its files, and how its codes are labelled."""

    words: str
    facts: Mapping[str, str]
    labelled: Callable[[pd.DataFrame], pd.DataFrame]

    def on(self, day: date) -> Base:
        """The same, with the day it was drawn in its line: for what leaves the house."""
        return replace(self, words=f"{self.words} · {day.day} {day:%B %Y}")

    def labelling(self, labelled: Callable[[pd.DataFrame], pd.DataFrame]) -> Base:
        """The same with other labels."""
        return replace(self, labelled=labelled)


def of_people(room: Room, selection: Selection, by: str | None, today: date | None = None) -> Base:
    """The people of a selection: n, filters, comparison, event and data version."""
    n = views.people(room, selection)
    parts = [f"hidden to protect fewer than {room.threshold} people" if n is None else f"n = {numerals.people(n)}"]
    parts.append(selection.words(room.catalogue, room.label))
    if by:
        parts.append(f"compared by {room.catalogue.comparisons[by].label.lower()}")
    parts += [room.title + " (demo)" * room.is_demo, f"data version {room.version}", *waiting(room)]
    facts = tables.facts(room, replace(selection, by=by), today)
    return Base(" · ".join(parts), facts, lambda frame: tables.labelled(frame, room, by))


def waiting(room: Room) -> list[str]:
    """What is in and not shown yet, where a room goes on in steps; nothing where nothing waits."""
    if not room.waiting:
        return []
    are = "answer is" if room.waiting == 1 else "answers are"
    more = "more " if room.cards.n else ""
    then = f"from {room.threshold} on" if len(room.events) == 1 else "at the next step"
    return [f"{numerals.count(room.waiting)} {more}{are} in, shown {then}"]


def of_tables(room: TableRoom, topic: str) -> Base:
    """The tables of an event that ranked a list."""
    facts, labels = listing.facts(room, topic), room.labels(topic)
    event = room.event.title + " (demo)" * room.event.is_demo
    told = [f"n = {facts['tables_that_ranked']} of {facts['tables']} tables", facts["topic"].lower(), event]
    words = " · ".join([*told, f"data version {room.version}"])
    return Base(words, facts, lambda frame: frame.assign(option_label=frame["option"].map(labels)))


def of_both(room: Room, table_room: TableRoom, selection: Selection, topic: str, by: str | None = None) -> Base:
    """The people of the tables' event, and the tables that ranked a list."""
    facts, labels = listing.facts(table_room, topic), table_room.labels(topic)
    one = of_one_event(selection, table_room)
    n = views.people(room, one)
    who = "too few people to say" if n is None else numerals.people(n)
    facts |= tables.facts(room, one) | {"compared_by": by or ""}
    event = table_room.event.title + " (demo)" * table_room.event.is_demo
    ranked = numerals.tables(int(facts["tables_that_ranked"]))
    told = [f"n = {who} and {ranked}", facts["filters"], facts["topic"].lower()]
    if by:
        told.append(f"people compared by {table_room.catalogue.comparisons[by].label.lower()}")
    words = " · ".join([*told, event, f"data version {table_room.version}", *waiting(room)])
    return Base(words, facts, lambda frame: _named(frame, labels))


def _named(frame: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    column = "competency" if "competency" in frame else "option"
    return frame.assign(**{f"{column}_label": frame[column].map(labels)})


def of_lines(room: NoteRoom) -> Base:
    """The lines that the tables of an event wrote down."""
    lines, wrote = len(room.noted), room.noted["table_number"].nunique()
    event = room.event.title + " (demo)" * room.event.is_demo
    kinds = room.noted["kind"].value_counts()
    held = ", ".join(f"{kinds[kind]} {kind}{'s' * bool(kinds[kind] > 1)}" for kind in KINDS if kind in kinds)
    words = f"n = {lines} lines ({held}) · {numerals.tables(wrote)} · {event} · data version {room.version}"
    facts = {"event": room.event.title, "lines": str(lines), "tables": str(wrote), "data_version": str(room.version)}
    return Base(words, facts, lambda frame: frame)
