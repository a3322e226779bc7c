"""What people say of the lines that tables wrote, in the store.

A *coding* names the catalogue entries a line speaks of, and whether everybody may read it. It belongs
to the text of the line within its event, not to a sheet, and is kept like one: replaced, never altered.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, bindparam, insert, or_, select, update

from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue, Entry
from sctrain.errors import SelectionError, StoreError
from sctrain.frames import NOTED
from sctrain.store.engine import writing
from sctrain.store.queries import OF_TABLES, catalogue_of
from sctrain.store.schema import coding
from sctrain.store.schema import event as events
from sctrain.store.sheets import sheets
from sctrain.store.write import Written, raise_version, version_of

FIELDS = ("code", "competencies", "practices", "cleared")
"""What a coding says of a line."""

SETTLED = {"code_settled": "code", "links_settled": "competencies"}
"""Of which field each says that a person has spoken."""

Said = dict[str, str | bool]
"""Value by field, as the store keeps it."""


@dataclass(frozen=True)
class Coding:
    """What somebody says of the line at this place of a table's sheet; None leaves a field as it is.

    An empty code or tuple says that there is none, whatever the sheet says. `mark`, where given, is the
    beginning of the mark of the text that was read: another text at this place is not coded unseen.
    """

    table_number: int
    line: int
    code: str | None = None
    competencies: tuple[str, ...] | None = None
    practices: tuple[str, ...] | None = None
    cleared: bool | None = None
    mark: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Table and line."""
        return self.table_number, self.line

    @property
    def said(self) -> Said:
        """The fields that are spoken of."""
        lists = _joined(self.competencies), _joined(self.practices)
        given = zip(FIELDS, (self.code, *lists, self.cleared), strict=True)
        return {field: value for field, value in given if value is not None}


@dataclass(frozen=True)
class _Line:
    kind: str
    note: str
    stands: Said


_Lines = Mapping[tuple[int, int], _Line]


def add_codings(engine: Engine, event: str, codings: Sequence[Coding], origin: str = "") -> Written:
    """Store what is said of lines that stand now, all or none; Written counts the codings given.

    A line of which nothing new is said is left alone; otherwise the new coding holds for every line
    of the event with the same text, and replaces an older one. When nothing changes, neither does
    the data version. StoreError if there is no such event or one text is coded in two ways;
    SelectionError for a table, line or code that there is not.
    """
    with writing(engine) as connection:
        catalogue = _catalogue(connection, event)
        lines = _lines(noted(connection, event))
        for given in codings:
            _check(given, lines, catalogue)
        texts = [lines[given.place].note for given in codings if not _stands(given, lines)]
        held = _held(connection, event)
        rows = _rows(codings, lines, held, dict.fromkeys(texts))
        if not rows:
            return Written(0, 0, len(codings), version_of(connection))
        version = raise_version(connection, "answers", OF_TABLES[1] + origin)
        _replace(connection, event, rows, version)
    corrected = sum(text in held for text in texts)
    return Written(len(texts) - corrected, corrected, len(codings) - len(texts), version)


def noted(connection: Connection, event: str, version: int | None = None) -> pd.DataFrame:
    """NOTED: the lines of an event that stood at a data version (None: now), as people had coded them by then.

    A line is cleared if it was then, and is now, and its text stands on a sheet now: who takes a clearance
    back, or corrects a line, does so in old versions too. *Settled* is what a person has said, if only that
    there is none.
    """
    notes = sheets(connection, event, version).notes
    held, now = _held(connection, event, version), _held(connection, event)
    own = notes[[*FIELDS[:-1]]].assign(cleared=False).to_dict("records")
    standing = set(_texts(notes if version is None else sheets(connection, event).notes))
    told = [
        _settled(sheet, said := held.get(text, {}))
        | {"cleared": bool(said.get("cleared") and now[text]["cleared"] and text in standing)}
        for text, sheet in zip(_texts(notes), own, strict=True)
    ]
    people = pd.DataFrame(told, columns=[*FIELDS, *SETTLED], index=notes.index)
    people = people.astype(dict.fromkeys(("cleared", *SETTLED), bool))
    return NOTED.check(notes.assign(**{name: people[name] for name in [*FIELDS, *SETTLED]}))


def _settled(sheet: Mapping[Any, Any], said: Said) -> dict[str, Any]:
    """What stands of a line, and of which fields a person has said it."""
    stands = {**sheet, **said}
    return stands | {name: bool(stands[field]) or field in said for name, field in SETTLED.items()}


def mark(kind: str, text: str) -> str:
    """What a line is known by: the same for the same text, in hexadecimal digits."""
    return hashlib.blake2b(f"{kind}\n{text.strip()}".encode(), digest_size=16).hexdigest()


def _held(connection: Connection, event: str, version: int | None = None) -> dict[str, Said]:
    """What codings that stand, or stood at a data version, say, by text; what they leave to the sheet is not in it."""
    query = select(coding.c.note, *(coding.c[field] for field in FIELDS))
    rows = connection.execute(query.where(coding.c.event == event, *_standing(version)))
    told = ((note, zip(FIELDS, said, strict=True)) for note, *said in rows)
    return {note: {field: value for field, value in said if value is not None} for note, said in told}


def _joined(codes: tuple[str, ...] | None) -> str | None:
    return None if codes is None else JOIN.join(sorted(set(codes)))


def _standing(version: int | None = None) -> list[ColumnElement[bool]]:
    current = coding.c.replaced_in.is_(None)
    return [current] if version is None else [coding.c.version <= version, or_(current, coding.c.replaced_in > version)]


def _texts(notes: pd.DataFrame) -> Iterator[str]:
    for kind, text in zip(notes["kind"], notes["text"], strict=True):
        yield mark(kind, text)


def _catalogue(connection: Connection, event: str) -> Catalogue:
    found = connection.scalar(select(events.c.catalogue).where(events.c.code == event))
    if found is None:
        raise StoreError(f"there is no event {event!r}")
    return catalogue_of(connection, found)


def _lines(notes: pd.DataFrame) -> _Lines:
    return {
        (row["table_number"], row["line"]): _Line(row["kind"], text, {f: row[f] for f in (*FIELDS, *SETTLED)})
        for text, row in zip(_texts(notes), notes.to_dict("records"), strict=True)
    }


def _check(given: Coding, lines: _Lines, catalogue: Catalogue) -> None:
    table, number = given.place
    there = [line for t, line in lines if t == table]
    if not there:
        raise SelectionError(f"table with lines (for line {number})", str(table), sorted({t for t, _ in lines}))
    if number not in there:
        raise SelectionError(f"line of table {table}", str(number), there)
    kind = lines[given.place].kind
    if not lines[given.place].note.startswith(given.mark):
        raise StoreError(f"line {number} of table {table} has another text than was read: read it again, then code it")
    for what, codes, entries in _named(given, kind, catalogue):
        known = [entry.code for entry in entries]
        for odd in (code for code in codes if code not in known):
            raise SelectionError(f"{what} for the {kind} in line {number} of table {table}", odd, known)


def _named(given: Coding, kind: str, catalogue: Catalogue) -> Iterator[tuple[str, tuple[str, ...], tuple[Entry, ...]]]:
    """What is named, its codes, and the entries they may be; a conclusion has no code."""
    spoken_of = {"challenge": catalogue.challenge, "solution": catalogue.solution}.get(kind, ())
    yield "code", (given.code,) if given.code else (), spoken_of
    yield "competency", given.competencies or (), catalogue.competency
    yield "practice", given.practices or (), catalogue.practice


def _stands(given: Coding, lines: _Lines) -> bool:
    """Whether nothing new is said: "none" is new where nobody has said anything."""
    stands = lines[given.place].stands
    silent = {field for name, field in SETTLED.items() if not stands[name]}
    return given.said.items() <= stands.items() and not silent & given.said.keys()


def _rows(
    codings: Sequence[Coding], lines: _Lines, held: Mapping[str, Said], texts: Iterable[str]
) -> list[dict[str, str | bool | None]]:
    """For each of the texts what is now said of it, then what was; None is left to the sheet."""
    said: dict[str, Said] = defaultdict(dict)
    for given in codings:
        line = lines[given.place]
        _agree(given, said[line.note])
        said[line.note] |= given.said
    nothing = dict.fromkeys(FIELDS) | {"cleared": False}
    return [{"note": text, **nothing, **held.get(text, {}), **said[text]} for text in texts]


def _agree(given: Coding, said: Said) -> None:
    for field, value in given.said.items():
        if said.get(field, value) != value:
            raise StoreError(
                f"table {given.table_number}, line {given.line}: {field} is {value!r} here, "
                f"but {said[field]!r} in another coding of the same text"
            )


def _replace(connection: Connection, event: str, rows: Sequence[dict], version: int) -> None:
    old = update(coding).where(coding.c.event == event, coding.c.note == bindparam("text"), *_standing())
    connection.execute(old.values(replaced_in=version), [{"text": row["note"]} for row in rows])
    connection.execute(insert(coding), [{"event": event, "version": version, **row} for row in rows])
