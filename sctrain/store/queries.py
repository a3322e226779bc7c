"""Every read from the store: events, catalogues, and the answers of a selection as `Cards`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Row, Select, Text, and_, case, cast, func, literal, not_, or_, select

from sctrain import replies as session
from sctrain.cards import Cards, Codes, decode
from sctrain.catalogue import DIMENSIONS, Catalogue, from_json
from sctrain.errors import StoreError
from sctrain.store import steps
from sctrain.store.schema import answer, catalogue, change, event, hidden, item, questionnaire

CHUNK = 50_000
"""Answers fetched as one row: their cards joined into one text, so that Python handles 20 rows, not 10^6."""


SURVEY, REPLIES, NOTES_TOPIC = "survey", "replies", "notes"
"""Topics that can be hidden like a ranked list: everybody's answers, only their replies, what tables wrote."""
PROFILE = (*DIMENSIONS, "table", "event")
"""What `cards` tells of an answer beside its ratings; where it is asked for, also the `step` it came with."""


@dataclass(frozen=True)
class Event:
    """An event as the pages name it. `answers` counts people whose answer is shown; 0 where the survey is hidden.

    `steps` says whether its numbers go on in steps of so many people as its threshold (`store.steps`).
    """

    code: str
    title: str
    held_on: date | None
    place: str
    catalogue: str
    threshold: int
    is_demo: bool
    answers: int
    steps: bool = False


def data_version(connection: Connection) -> int:
    """The number every committed change raises; 0 for an empty store."""
    return connection.scalar(select(func.max(change.c.version))) or 0


PEOPLE, TABLES = VOICES = ("people", "tables")
OF_TABLES = ("tables: ", "coding: ")
"""How the note of a change begins that alters what tables gave in, and nothing else."""


def heard(connection: Connection, voice: str) -> int:
    """The newest data version that may have altered what is shown of people's answers, or of the tables; 0 if none has.

    What waits for its step alters nothing yet, nor does how many wait.
    """
    versions = select(change.c.version).where(_alters(voice)).order_by(change.c.version.desc())
    if not (silent := _silent(connection, voice)):
        return connection.scalar(versions.limit(1)) or 0
    return next((version for version in connection.scalars(versions) if version not in silent), 0)


def heard_since(connection: Connection, voice: str, version: int) -> list[int]:
    """Every such data version after this one."""
    later = select(change.c.version).where(change.c.version > version, _alters(voice)).order_by(change.c.version)
    silent = _silent(connection, voice)
    return [version for version in connection.scalars(later) if version not in silent]


def _silent(connection: Connection, voice: str) -> set[int]:
    return steps.silent(connection) if voice == PEOPLE else set()


def _alters(voice: str) -> ColumnElement[bool]:
    of_tables = or_(*(change.c.note.startswith(note) for note in OF_TABLES))
    return not_(and_(change.c.kind == "answers", of_tables if voice == PEOPLE else not_(of_tables)))


def events(connection: Connection) -> list[Event]:
    """Every event, the latest first (by date, then by when it was made)."""
    standing = and_(answer.c.event == event.c.code, answer.c.replaced_in.is_(None))
    people = select(func.count()).select_from(answer).where(standing).scalar_subquery()
    hide = select(hidden.c.event).where(hidden.c.topic == SURVEY)
    counted = case((event.c.code.in_(hide), 0), else_=people)
    columns = (event.c[name] for name in ("code", "title", "held_on", "place", "catalogue", "threshold", "is_demo"))
    rows = connection.execute(select(*columns, counted)).all()
    stepping = steps.thresholds(connection, [row.code for row in rows])
    found = (Event(*tuple(row)) for row in rows)
    found = (_stepping(connection, one) if one.code in stepping else one for one in found)
    return sorted(found, key=lambda e: (e.held_on or date.min, e.code), reverse=True)


def catalogue_of(connection: Connection, code: str) -> Catalogue:
    """The catalogue stored under this code; StoreError if there is none."""
    body = connection.scalar(select(catalogue.c.body).where(catalogue.c.code == code))
    if body is None:
        raise StoreError(f"the store holds no catalogue {code!r}")
    return _parsed(body)


@lru_cache(16)
def _parsed(body: str) -> Catalogue:
    """Kept, since a phone's answer and a table's change read it each; a catalogue is frozen."""
    return from_json(body)


def answers_since(connection: Connection, codes: Sequence[str], version: int) -> int:
    """How many answers that are shown now were not at a data version, or others then; none of a hidden survey."""
    shown = _shown(connection, codes)
    before = steps.at(connection, shown, version)
    after = or_(*(_of(code, answer.c.version > before.get(code, version)) for code in shown))
    return _number(connection, after, _looked(connection, codes, None).stands) if shown else 0


def replaced(connection: Connection, codes: Sequence[str], version: int | None = None) -> int:
    """How many answers of these events were replaced by a correction; of a hidden survey none is told."""
    return _number(connection, _looked(connection, codes, version).each(_gone))


def waiting(connection: Connection, codes: Sequence[str], version: int | None = None) -> int:
    """How many people have answered or corrected at a data version (None: now) and wait for the next step."""
    at = steps.at(connection, _shown(connection, codes), version)
    return sum(steps.waiting(connection, code, step, version) for code, step in at.items())


def filling(connection: Connection, codes: Sequence[str], version: int | None = None) -> list[str]:
    """Those of these events that are shown at a data version as they stood at a step in the middle of being filled in.

    From step to step a part of the room may grow by one person: so of nobody it is told then to which part they belong.
    """
    return list(_looked(connection, codes, version).filling)


def _number(connection: Connection, *where: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(answer).where(*where)) or 0


def cards(
    connection: Connection,
    codes: Sequence[str],
    version: int | None = None,
    dimensions: Sequence[str] = PROFILE,
    between: tuple[int, int] | None = None,
) -> Cards:
    """The answers of these events that stood at a data version (None: now), decoded; of all ids or those `between`.

    Answers to older questionnaires of the same catalogue are laid out by competency; what they were
    not asked is "not answered". An event whose survey is hidden has no answers here. Of one that is `filling` nobody's
    profile is told, and each competency is as it stood at its own step (`store.lines`).
    Raises StoreError where the events ask different competencies or scales.
    """
    forms = _forms(connection, codes)
    if not forms:
        return Cards((), 1, 5, np.zeros((0, 0), np.uint8), {})
    scales = {(form.low, form.high) for form in forms}
    if len(scales) > 1 or len({form.catalogue for form in forms}) > 1:
        raise StoreError(f"the events {', '.join(codes)} ask different competencies or scales: choose one")
    (low, high) = scales.pop()
    newest = forms[-1].competencies
    names = newest + tuple(dict.fromkeys(c for form in forms for c in form.competencies if c not in newest))
    look = _looked(connection, codes, version)
    parts = [_part(connection, form, look, dimensions, between) for form in forms]
    pairs = np.concatenate([_laid_out(p, f, names) for (p, _), f in zip(parts, forms, strict=True)], axis=1)
    profile = {d: _codes([texts[d] for _, texts in parts]) for d in dimensions}
    pairs.setflags(write=False)
    return Cards(names, low, high, pairs, profile)


def replies(
    connection: Connection, codes: Sequence[str], version: int | None, questions: Iterable[str]
) -> dict[str, Codes]:
    """The replies to these questions, of the same answers in the same order as `cards`; none where they are hidden.

    Nor of events that are `filling`.
    """
    look = _looked(connection, codes, version)
    columns: list = [_veiled(answer.c.replies, [*_hiding(connection, REPLIES), *look.filling])]
    texts = [
        pc.split_pattern(pa.scalar(row[0]), ",").values
        for form in _forms(connection, codes)
        for row in _chunks(connection, form, look, columns)
    ]
    return session.lay_out(pa.chunked_array(texts, pa.string()), questions)


def seconds(connection: Connection, codes: Sequence[str], version: int | None = None) -> NDArray[np.int64]:
    """How long those took whose answers `cards` has, of whom it is known; in no order that tells who is who."""
    took = select(answer.c.seconds).where(_looked(connection, codes, version).stands, answer.c.seconds.is_not(None))
    return np.array(connection.scalars(took.order_by(answer.c.seconds)).all(), np.int64)


def cards_of(
    connection: Connection, codes: Sequence[str], version: int | None, event: str, person: str
) -> Cards | None:
    """`cards` of an event's participant (pseudonym) alone, of one person; None where there is no such answer."""
    found = _own(connection, codes, version, event, person)
    return None if found is None else cards(connection, codes, version, between=(found.id, found.id))


def _own(connection: Connection, codes: Sequence[str], version: int | None, event: str, person: str) -> Row | None:
    stands = _looked(connection, codes, version).stands
    own = select(answer.c.questionnaire_id, answer.c.id).where(stands, answer.c.event == event)
    return connection.execute(own.where(answer.c.person == person)).one_or_none()


def place_of(connection: Connection, codes: Sequence[str], version: int | None, event: str, person: str) -> int | None:
    """At which place of `cards` the answer of an event's participant (pseudonym) stands; None if it does not."""
    stands = [_looked(connection, codes, version).stands]
    found = _own(connection, codes, version, event, person)
    if found is None:
        return None
    before = and_(answer.c.questionnaire_id == found.questionnaire_id, answer.c.id < found.id)
    earlier = select(func.count()).select_from(answer).where(*stands)
    return connection.scalar(earlier.where(or_(answer.c.questionnaire_id < found.questionnaire_id, before)))


@dataclass(frozen=True)
class _Form:
    id: int
    catalogue: str
    low: int
    high: int
    competencies: tuple[str, ...]


def _forms(connection: Connection, codes: Sequence[str]) -> list[_Form]:
    asked = select(event.c.catalogue).where(event.c.code.in_(codes))
    columns = (questionnaire.c[name] for name in ("id", "catalogue", "low", "high"))
    answered = select(answer.c.id).where(answer.c.questionnaire_id == questionnaire.c.id, answer.c.event.in_(codes))
    newest = select(func.max(questionnaire.c.id)).where(questionnaire.c.catalogue.in_(asked)).scalar_subquery()
    told = or_(questionnaire.c.id == newest, answered.exists())
    query = select(*columns).where(questionnaire.c.catalogue.in_(asked), told).order_by(questionnaire.c.id)
    rows = connection.execute(query).all()
    items = select(item.c.competency).order_by(item.c.position)
    return [
        _Form(
            row.id,
            row.catalogue,
            row.low,
            row.high,
            tuple(connection.scalars(items.where(item.c.questionnaire_id == row.id))),
        )
        for row in rows
    ]


def _part(
    connection: Connection,
    form: _Form,
    look: _Look,
    dimensions: Sequence[str],
    between: tuple[int, int] | None,
) -> tuple[NDArray[np.uint8 | np.uint16], dict[str, list[str]]]:
    texts: dict[str, list[str]] = {d: [] for d in dimensions}
    blocks = []
    columns = [_veiled(_column(connection, name, look), look.filling if name != "event" else ()) for name in dimensions]
    for row in _chunks(connection, form, look, columns, between):
        blocks.append(decode(row[-1].encode(), len(form.competencies), form.low, form.high))
        for name, text in zip(texts, row, strict=False):
            texts[name].append(text)
    none = decode(b"", len(form.competencies), form.low, form.high)
    pairs = np.concatenate([none, *blocks], axis=1)
    if look.filling:
        _put_late(connection, form, look, between, pairs)
    return pairs, texts


def _put_late(
    connection: Connection,
    form: _Form,
    look: _Look,
    between: tuple[int, int] | None,
    pairs: NDArray[np.uint8 | np.uint16],
) -> None:
    """In events that are filled in, show of each competency what stood at its own step."""
    stands = [look.stands, answer.c.questionnaire_id == form.id]
    stands += [answer.c.id.between(*between)] if between else []
    people = connection.execute(select(answer.c.event, answer.c.person).where(*stands).order_by(answer.c.id))
    places = {tuple(row): place for place, row in enumerate(people)}
    for code in look.filling:
        for (competency, person), marks in steps.late(connection, code, look.at[code]).items():
            if (code, person) in places and competency in form.competencies:
                where = form.competencies.index(competency), places[code, person]
                pairs[where] = decode(marks.encode(), 1, form.low, form.high)[0, 0]


def _chunks(
    connection: Connection,
    form: _Form,
    look: _Look,
    columns: Sequence[ColumnElement[str]],
    between: tuple[int, int] | None = None,
) -> Iterator[tuple[str, ...]]:
    """These columns of the answers that stand, each joined by commas, and last their cards, joined; all by id."""
    stands = [look.stands, answer.c.questionnaire_id == form.id]
    # Two scalar subqueries over all answers are two look-ups; with the condition they would be a scan.
    ends = (select(end(answer.c.id)).scalar_subquery() for end in (func.min, func.max))
    first, last = between or connection.execute(select(*ends)).one()
    for start in range(first or 0, (last or -1) + 1, CHUNK):
        some = [*stands, answer.c.id.between(start, min(start + CHUNK - 1, last))]
        row = connection.execute(_joined(connection.dialect.name, columns, some)).one()
        if row[-1] is not None:
            yield tuple(row)


def _joined(dialect: str, columns: Sequence[ColumnElement[str]], some: Sequence[ColumnElement[bool]]) -> Select:
    # Every aggregate of one SELECT sees the rows in one order; two reads (cards, replies) must have the same too.
    # SQLite walks a range of ids by id, and sorting would double its time. PostgreSQL may take any index.
    rows = select(*columns, answer.c.ratings).where(*some).order_by(answer.c.id)
    sort = dialect == "postgresql"
    *texts, ratings = rows.subquery().c if sort else rows.selected_columns
    joined: Select = select(*(func.aggregate_strings(c, ",") for c in texts), func.aggregate_strings(ratings, ""))
    return joined if sort else joined.where(*some)


def _column(connection: Connection, name: str, look: _Look) -> ColumnElement[str]:
    if name == "step":
        return _came(connection, look)
    if name == "table":
        return func.coalesce(cast(answer.c.table_number, Text), "")
    return answer.c[name]


def _came(connection: Connection, look: _Look) -> ColumnElement[str]:
    """At which step of its event an answer was first shown, by number; empty where there are no steps."""
    found = {
        code: [version for version in steps.all_steps(connection, code) if version <= step]
        for code, step in look.at.items()
    }
    numbered = [(code, version, f"{n}") for code, versions in found.items() for n, version in enumerate(versions, 1)]
    rules = [(_of(code, answer.c.version <= version), n) for code, version, n in numbered]
    return case(*rules, else_="") if rules else literal("")


def _veiled(column: ColumnElement[str], codes: Sequence[str]) -> ColumnElement[str]:
    """A column that is empty for these events."""
    return case((answer.c.event.in_(codes), ""), else_=column) if codes else column


def _hiding(connection: Connection, topic: str) -> list[str]:
    """The events that hide a topic."""
    return list(connection.scalars(select(hidden.c.event).where(hidden.c.topic == topic)))


def _shown(connection: Connection, codes: Sequence[str]) -> list[str]:
    """The events, but for those whose survey is hidden."""
    hide = _hiding(connection, SURVEY)
    return [code for code in codes if code not in hide]


def hidden_topics(connection: Connection, codes: Sequence[str]) -> frozenset[str]:
    """What is hidden of any of these events."""
    return frozenset(connection.scalars(select(hidden.c.topic).where(hidden.c.event.in_(codes))))


@dataclass(frozen=True)
class _Look:
    """What of some events is looked at: at which data version (None: now), and those with steps at which of them."""

    codes: Sequence[str]
    version: int | None
    at: Mapping[str, int]
    filling: Sequence[str]

    @property
    def stands(self) -> ColumnElement[bool]:
        """Which answers are shown."""
        return self.each(_stood)

    def each(self, rule: Callable[[int | None], ColumnElement[bool]]) -> ColumnElement[bool]:
        """A rule about answers at a data version, for events with steps at their step instead."""
        free = [code for code in self.codes if code not in self.at]
        rules = [_of(code, rule(step)) for code, step in self.at.items()]
        if free or not self.at:
            rules.insert(0, and_(answer.c.event.in_(free), rule(self.version)))
        return or_(*rules)


def _looked(connection: Connection, codes: Sequence[str], version: int | None) -> _Look:
    """What is shown of these events; nothing of those whose survey is hidden."""
    shown = _shown(connection, codes)
    at = steps.at(connection, shown, version)
    filling = [code for code, step in at.items() if step and not steps.is_whole(connection, code, step)]
    return _Look(shown, version, at, filling)


def _of(code: str, rule: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(answer.c.event == code, rule)


def _stood(version: int | None) -> ColumnElement[bool]:
    if version is None:
        return answer.c.replaced_in.is_(None)
    return and_(answer.c.version <= version, or_(answer.c.replaced_in.is_(None), answer.c.replaced_in > version))


def _gone(version: int | None) -> ColumnElement[bool]:
    return answer.c.replaced_in.is_not(None) if version is None else answer.c.replaced_in <= version


def _stepping(connection: Connection, one: Event) -> Event:
    """An event with what its steps show of it."""
    n = _number(connection, _looked(connection, [one.code], None).stands)
    return replace(one, answers=n, steps=True)


def _laid_out(
    pairs: NDArray[np.uint8 | np.uint16], form: _Form, names: tuple[str, ...]
) -> NDArray[np.uint8 | np.uint16]:
    if form.competencies == names:
        return pairs
    out = np.zeros((len(names), pairs.shape[1]), pairs.dtype)
    out[[names.index(c) for c in form.competencies]] = pairs
    return out


def _codes(parts: list[list[str]]) -> Codes:
    # Split and numbered by Arrow: at 10^6 answers Python's own strings would be half of the reading.
    blocks = [pc.split_pattern(pa.scalar(text), ",").values for part in parts for text in part]
    code, names = pd.factorize(pd.Series(pa.chunked_array(blocks, pa.string()), dtype="str"), sort=True)
    return Codes(tuple(map(str, names)), code.astype(np.int32))


def catalogues(connection: Connection) -> list[Catalogue]:
    """Every catalogue that the store holds, by its title."""
    bodies = connection.scalars(select(catalogue.c.body)).all()
    return sorted(map(from_json, bodies), key=lambda held: held.catalogue.title)
