"""From a selection to what each line of a programme stands on, past the gates of the pages it is seen on.

It is of one event, the selection's first. Filters choose people; tables speak whole. What tables wrote is quoted
only where the organiser has cleared it; what is hidden until it is revealed is evidence of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pandas as pd
from sqlalchemy import Engine

from sctrain import ground, notes, questions, tables, views, voices
from sctrain.analysis import drafts
from sctrain.analysis import ground as ground_analysis
from sctrain.analysis import receipts as analysis
from sctrain.analysis.drafts import Flag
from sctrain.analysis.programme_form import FORMS as FORMS
from sctrain.analysis.receipts import FORM, Heard, Names, Topics
from sctrain.cards import Codes
from sctrain.catalogue import Catalogue
from sctrain.frames import MEASURES
from sctrain.frames.receipts import EVIDENCE_KINDS, Shown
from sctrain.notes import NoteRoom
from sctrain.selection import PROGRAMME, Selection
from sctrain.store.coding import mark
from sctrain.store.programmes import Draft, Line
from sctrain.store.queries import NOTES_TOPIC, REPLIES, SURVEY
from sctrain.tables import Agreed, TableRoom
from sctrain.views import Room
from sctrain.voices import Meeting

SAME = {
    "duration": ("how_long", {}),
    "target": ("training_for", {}),
    "methodology": ("mainly_elearning", {"elearning": "yes", "elearning_hands_on": "yes", "classroom": "no"}),
}
"""The session's question about a topic, and its option for one of the topic, where the code is another."""


@dataclass(frozen=True, eq=False)
class Sources:
    """All that receipts of a selection are made of. `meeting` is None where tables rank no competency."""

    selection: Selection
    room: Room
    table_room: TableRoom
    notes: NoteRoom
    replies: pd.DataFrame
    """REPLIES of everyone selected."""
    challenges: pd.DataFrame
    """CHALLENGE_VOICES of everyone selected."""
    gaps: pd.DataFrame
    grouped: pd.DataFrame | None
    by: str | None
    agreed: Mapping[str, Agreed]
    meeting: Meeting | None

    @property
    def catalogue(self) -> Catalogue:
        """What the event asks."""
        return self.room.catalogue

    @property
    def hidden(self) -> frozenset[str]:
        """The topics that are hidden until they are revealed."""
        return self.room.hidden | self.table_room.hidden

    @property
    def contents(self) -> str:
        """The topic whose options are the competencies; `` where tables rank none."""
        return voices.contents(self.catalogue) or ""


@dataclass(frozen=True, eq=False)
class Receipt:
    """What one line stands on: its rows of EVIDENCE, in words, and the lines of tables that all may read."""

    line: str
    evidence: pd.DataFrame
    sentences: tuple[str, ...]
    quotes: tuple[str, ...]


def read(engine: Engine, selection: Selection) -> Sources:
    """The sources of a selection, read from the store."""
    table_room = tables.read(engine, selection)
    one = of_one_event(selection, table_room)
    room, written = views.read(engine, one), notes.read(engine, one)
    topics = [topic.code for topic in table_room.catalogue.topic]
    agreed = {topic: tables.agreed(table_room, topic) for topic in topics}
    contents = voices.contents(room.catalogue)
    met = voices.meet(room, table_room, agreed[contents], replace(one, by=None)) if contents else None
    return gather(room, table_room, written, views.replies(engine, room), agreed, met, one)


def of_one_event(selection: Selection, table_room: TableRoom) -> Selection:
    """The people of the tables' event, and what decides their numbers; nothing of a programme's own settings."""
    kept = Selection((table_room.event.code,), selection.filters, selection.by, measure=selection.measure)
    return replace(kept, cross=selection.cross, version=selection.version)


def gather(
    room: Room,
    table_room: TableRoom,
    written: NoteRoom,
    replies: Mapping[str, Codes],
    agreed: Mapping[str, Agreed],
    meeting: Meeting | None,
    selection: Selection,
) -> Sources:
    """The sources of a selection of one event, of what was read before; `replies` are in the order of the cards."""
    by = selection.by if selection.by in room.compared_by else room.usual_comparison
    everyone = replace(selection, by=None)
    grouped = views.gaps(room, replace(selection, by=by), resampled=False) if by else None
    return Sources(
        selection,
        room,
        table_room,
        written,
        questions.replied(room, replies, everyone),
        ground.challenge_voices(room, replies, written, everyone),
        views.gaps(room, everyone),
        grouped,
        by,
        agreed,
        meeting,
    )


def evidence(
    sources: Sources, modules: Mapping[str, Sequence[str]], form: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """EVIDENCE of modules (competencies by code) and of choices of form (option by topic of FORMS)."""
    return analysis.evidence(modules, form or {}, _heard(sources), _names(sources))


def receipt(sources: Sources, frame: pd.DataFrame, line: str) -> Receipt:
    """What one line of EVIDENCE stands on, in words."""
    rows = frame[frame["line"] == line].reset_index(drop=True)
    known = sources.catalogue
    labels = known.labels
    if line.startswith(FORM) and line.removeprefix(FORM) in {topic.code for topic in known.topic}:
        labels = known.options_of(line.removeprefix(FORM))
    quotes = rows.loc[rows["kind"] == "quote", "text"]
    return Receipt(line, rows, analysis.sentences(rows, labels), tuple(dict.fromkeys(quotes)))


def shown(frame: pd.DataFrame) -> dict[str, tuple[Shown, ...]]:
    """EVIDENCE by line as it is shown: what an edited line is saved with."""
    return analysis.shown(frame)


def flags(sources: Sources, lines: Sequence[Line], frame: pd.DataFrame) -> dict[str, list[Flag]]:
    """What has become of the evidence that each line was saved with, by its code; EVIDENCE is how it is now.

    Lines that nothing has become of are left out.
    """
    now = shown(frame)
    found = {line.code: drafts.flags(line.evidence, now.get(line.code, ()), _Called(sources)) for line in lines}
    return {code: told for code, told in found.items() if told}


def changes(one: Draft, other: Draft, labels: Mapping[str, str]) -> pd.DataFrame:
    """DRAFT_CHANGES from one version of a programme to another; `labels` are of its lines."""
    kept = tuple({line.code: line.evidence for line in draft.lines} for draft in (one, other))
    held = tuple({line.code: _fields(line, labels) for line in draft.lines} for draft in (one, other))
    return drafts.changes(held[0], held[1], (one.settings, other.settings), (kept[0], kept[1]))


def changes_told(frame: pd.DataFrame, labels: Mapping[str, str]) -> list[str]:
    """DRAFT_CHANGES in sentences, one for each line and setting."""
    return drafts.words(frame, labels)


def address(selection: Selection, page: str, anchor: str = "", **parameters: str) -> str:
    """Page and query at which something of a selection is seen; an empty parameter is left out."""
    kept = {key: value for key, value in selection.query().items() if key not in PROGRAMME}
    query = {key: value for key, value in (kept | parameters).items() if value}
    return f"{page}?{urlencode(query)}{'#' * bool(anchor)}{anchor}"


def _fields(line: Line, labels: Mapping[str, str]) -> dict[str, str]:
    hours = "" if line.hours is None else f"{line.hours:g}"
    held = {"text": line.text, "hours": hours, "lock": "locked" * line.locked, "note": line.note}
    return {"label": labels.get(line.code, line.code), **held}


def _heard(sources: Sources) -> Heard:
    known, met, coded = sources.catalogue, sources.meeting, sources.notes.coded
    return Heard(
        Topics(SURVEY, REPLIES, NOTES_TOPIC, sources.contents),
        sources.gaps,
        sources.grouped,
        {topic: found.consensus for topic, found in sources.agreed.items()},
        {topic: int(found.agreement["tables"].iloc[0]) for topic, found in sources.agreed.items()},
        met.robust if met else None,
        met.top_five if met else None,
        ground_analysis.links(coded, known),
        coded,
        [mark(kind, text) for kind, text in zip(coded["kind"], coded["text"], strict=True)],
        sources.replies,
        _same,
        known.scale.points,
        sources.selection.measure,
    )


def _same(topic: str, option: str) -> tuple[str, str] | None:
    """The question and option of the session that mean this option of a topic."""
    if topic not in SAME:
        return None
    question, options = SAME[topic]
    return (question, options.get(option, option)) if not options or option in options else None


def _names(sources: Sources) -> Names:
    known, room = sources.catalogue, sources.room
    return Names(
        known.labels,
        room.group_labels(sources.by) if sources.by else {},
        {entry.code: entry.label for entry in known.challenge},
        {entry.code: entry.label for entry in known.solution},
        MEASURES,
        lambda page, anchor="", **parameters: address(sources.selection, page, anchor, **parameters),
        sources.by,
        sources.hidden,
    )


class _Called:
    """What a piece of evidence is called in a flag."""

    def __init__(self, sources: Sources) -> None:
        names, known = _names(sources), sources.catalogue
        self._of = {topic.code: known.options_of(topic.code) for topic in known.topic}
        self._about = names.competencies
        self._what = {
            "challenge": names.challenges,
            "solution": names.solutions,
            **dict.fromkeys(("group_most", "group_least", "group_hidden"), names.groups),
        }

    def __call__(self, shown: Shown) -> str:
        about = self._about.get(shown.about) or self._of.get(shown.topic, {}).get(shown.about, shown.about)
        told = f"{EVIDENCE_KINDS[shown.kind]} of “{about}”"
        what = self._what.get(shown.kind, {}).get(shown.what, "")
        return f"{told} (“{what}”)" if what else told
