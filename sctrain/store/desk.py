"""The desks of tables: every change of a part of a sheet, as it comes in from who scribes.

A *part* is one of the ranked lists (its topic), one written line (`line.` and a random code), or `people`. A change
is a new *revision* of a part, never an alteration: two scribes who change the same revision cannot both be the next,
and every earlier text can be had back. What stands on a desk becomes the table's sheet (`sheets.py`) where its topic
is not hidden; what is hidden stays on the desk until it is revealed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlalchemy import Connection, delete, func, insert, select, tuple_

from sctrain.cards import JOIN
from sctrain.catalogue import DIMENSIONS, Catalogue
from sctrain.errors import InputError
from sctrain.store import setup, trail
from sctrain.store.access import TABLES, demand
from sctrain.store.queries import NOTES_TOPIC, hidden_topics
from sctrain.store.schema import desk, locked
from sctrain.store.sheets import SheetRows, put_sheets, tables_with_sheets

PEOPLE, LINE, FIRST = "people", "line.", "first."
"""Parts that are no lists; `first.` is a paper sheet that was typed once, until it is typed again."""
KINDS = ("challenge", "solution", "conclusion")
LONGEST = 500
"""Characters of a written line."""
MOST_LINES = 60
"""Written lines of one table."""
LONGEST_PART = 60
"""Characters of the name of a part."""
LINE_NAME = re.compile(r"line\.[A-Za-z0-9_~-]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
"""Signs that neither PostgreSQL nor XLSX can hold, and nobody can read."""
FURTHEST = 2**53
"""Whole numbers that JavaScript tells apart."""
T = TypeVar("T", bound=BaseModel)
Content = Any
"""What a part holds: a list of lists of options (a tie shares a list); or what `_line`, `_people` allow."""


@dataclass(frozen=True)
class Part:
    """What stands on a part of a table's desk."""

    revision: int
    content: Content
    kind: str
    device: str
    at: str
    edit: int = 0


@dataclass(frozen=True)
class Change:
    """What a scribe wants a part to be, and which revision of it they had before them.

    `edit` grows with every change on one device, which may send one twice or late.
    """

    part: str
    base: int
    content: Content
    device: str = ""
    edit: int = 0
    kind: Literal["edit", "undo", "reset", "paper"] = "edit"


@dataclass(frozen=True)
class Result:
    """What became of a change: `kept` as this revision, `same` as what stands, or `other`: somebody was faster.

    `older` came late: the same device has since put something newer in its place.

    Where somebody was faster, `stands` is their part; of a written line both are kept, and `beside` is the part
    that holds the second text.
    """

    state: Literal["kept", "same", "older", "other", "locked"]
    part: str
    revision: int
    stands: Content = None
    beside: str = ""


def save(connection: Connection, token: str, event: str, table: int, change: Change) -> Result:
    """Put a change on a desk. For a write transaction.

    AccessError where the link is not this table's (or an organiser's), InputError where the content is not one
    that the part can hold, or there are MOST_LINES lines already.
    """
    found = demand(connection, token, "table", event, table)
    if not 1 <= table <= TABLES or not 0 <= change.base <= FURTHEST or not 0 <= change.edit <= FURTHEST:
        counted = f"table {table}, revision {change.base}, edit {change.edit}"
        raise InputError(f"{counted}: a table is from 1 to {TABLES}, the others from 0 to {FURTHEST}")
    catalogue = setup.catalogue_of_event(connection, event)
    content = checked(change.part, change.content, catalogue)
    if found.role != "organiser" and is_locked(connection, event, table):
        return Result("locked", change.part, change.base)
    stands = _newest(connection, event, table, change.part)
    held = stands.revision if stands else 0
    if content == (stands.content if stands else blank(change.part)):
        return Result("same", change.part, held)
    own = stands is not None and stands.device == _device(change) != ""
    if own and stands and change.edit and change.edit <= stands.edit:
        return Result("older", change.part, held, stands.content)
    if change.base != held and not own:
        return _both(connection, event, table, change, content, stands)
    if change.part.startswith(LINE) and stands is None:
        _has_room(connection, event, table)
    _append(connection, event, table, change, content, held + 1)
    publish(connection, event, [table], [change.part])
    return Result("kept", change.part, held + 1)


def _both(connection: Connection, event: str, table: int, change: Change, mine: Content, stands: Part | None) -> Result:
    """Somebody was faster: of a written line both texts are kept, of anything else theirs stands and both are told."""
    held, content = (stands.revision, stands.content) if stands else (0, None)
    history = _history(connection, event, table, change.part)
    # What has been on the line since then came twice, and they have changed it knowingly.
    if not change.part.startswith(LINE) or not mine["text"] or mine in [p.content for p in history[change.base :]]:
        return Result("other", change.part, held, content)
    if _is_late(change, history):
        return Result("older", change.part, held, content)
    beside = _beside(change)
    kept = _history(connection, event, table, beside)
    if mine not in [part.content for part in kept] and not _is_late(change, kept):
        _append(connection, event, table, replace(change, part=beside), mine, len(kept) + 1)
        publish(connection, event, [table], [beside])
    return Result("other", change.part, held, content, beside)


def _is_late(change: Change, history: Sequence[Part]) -> bool:
    """Whether the same device has put something newer there."""
    own = [part.edit for part in history if part.device == _device(change) != ""]
    return change.edit > 0 and max(own, default=0) >= change.edit


def _beside(change: Change) -> str:
    """Where the second text of a line goes: the same place for the same scribe and revision."""
    name = f"{change.part}~{_device(change)[:8]}{change.base}"
    if len(name) <= LONGEST_PART:
        return name
    return f"{change.part[:40]}~{hashlib.blake2b(name.encode(), digest_size=8).hexdigest()}"


def _device(change: Change) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", change.device)[:16]


def _has_room(connection: Connection, event: str, table: int) -> None:
    held = [
        name for name, part in read(connection, event, table).items() if name.startswith(LINE) and part.content["text"]
    ]
    if len(held) >= MOST_LINES:
        raise InputError(f"table {table} has {MOST_LINES} lines, and can have no more: change one, or take one away")


def undo(
    connection: Connection, token: str, event: str, table: int, part: str, device: str = "", edit: int = 0
) -> Result:
    """Set a part back to what it was before its last change that still holds. For a write transaction."""
    demand(connection, token, "table", event, table)
    rows, held = _history(connection, event, table, part), [blank(part)]
    for row in rows:
        if row.kind != "undo":
            held.append(row.content)
        elif len(held) > 1:
            held.pop()
    before = held[-2] if len(held) > 1 else blank(part)
    return save(connection, token, event, table, Change(part, len(rows), before, device, edit, "undo"))


def reset(connection: Connection, token: str, event: str, table: int) -> int:
    """Empty all parts of a desk; how many there were. For an organiser's write.

    Each can be had back by `undo`, all of them by `put_back`.
    """
    demand(connection, token, "organiser", event)
    held = read(connection, event, table).items()
    parts = [(name, part) for name, part in held if name != FIRST and part.content != blank(name)]
    for name, part in parts:
        change = Change(name, part.revision, blank(name), kind="reset")
        _append(connection, event, table, change, change.content, part.revision + 1)
    publish(connection, event, [table], [name for name, _ in parts])
    trail.note(connection, "empty table", event, table)
    return len(parts)


def put_back(connection: Connection, token: str, event: str, table: int) -> int:
    """Set every part that was emptied and not written on since back to what it was before; how many those are.

    What was written after the desk was emptied stands. For an organiser's write.
    """
    demand(connection, token, "organiser", event)
    parts = [name for name, part in read(connection, event, table).items() if is_emptied(part)]
    for name in parts:
        undo(connection, token, event, table, name)
    if parts:
        trail.note(connection, "put back", event, table)
    return len(parts)


def is_emptied(part: Part) -> bool:
    """Whether the last that happened to a part was that the organiser emptied its desk."""
    return part.kind == "reset"


def lock(connection: Connection, token: str, event: str, table: int, shut: bool) -> None:
    """Shut a desk, so that only an organiser writes on it, or open it again. For an organiser's write."""
    demand(connection, token, "organiser", event)
    setup.event_row(connection, event)
    here = (locked.c.event == event) & (locked.c.table_number == table)
    connection.execute(delete(locked).where(here))
    if shut:
        connection.execute(insert(locked).values(event=event, table_number=table))


def is_locked(connection: Connection, event: str, table: int) -> bool:
    """Whether a desk is shut."""
    here = (locked.c.event == event) & (locked.c.table_number == table)
    return connection.scalar(select(locked.c.event).where(here)) is not None


def read(connection: Connection, event: str, table: int) -> dict[str, Part]:
    """What stands on a desk, by part; a line that was taken away stands with an empty text."""
    return {name: part for (_, name), part in _standing(connection, event, [table]).items()}


def paper_first(parts: Mapping[str, Part]) -> Content:
    """What was typed of a paper sheet the first time; None where that is yet to be done."""
    return (parts[FIRST].content or None) if FIRST in parts else None


def keep_paper_first(connection: Connection, event: str, table: int, given: Content) -> None:
    """Keep what was typed of a paper sheet the first time; an empty one forgets it. For an organiser's write."""
    stands = _newest(connection, event, table, FIRST)
    _append(
        connection, event, table, Change(FIRST, 0, given, kind="paper"), given, stands.revision + 1 if stands else 1
    )


def tables(connection: Connection, event: str) -> tuple[int, ...]:
    """The tables that have put anything on their desk."""
    rows = connection.scalars(select(desk.c.table_number).where(desk.c.event == event).distinct())
    return tuple(sorted(rows))


def progress(connection: Connection, event: str) -> dict[int, dict[str, Part]]:
    """What stands on every desk of an event, by table and part."""
    found: dict[int, dict[str, Part]] = {}
    for (table, name), part in _standing(connection, event, tables(connection, event)).items():
        found.setdefault(table, {})[name] = part
    return found


def reveal(connection: Connection, event: str, topic: str, hide: bool) -> None:
    """Hide a topic, or show it: then what the desks hold of it goes into the sheets. For a write transaction."""
    if setup.set_hidden(connection, event, topic, hide) and not hide:
        publish(connection, event, tables(connection, event))


def publish(connection: Connection, event: str, numbers: Sequence[int], parts: Iterable[str] | None = None) -> None:
    """Make sheets of what stands on these desks and is not hidden, where one of the parts (None: any) is not hidden.

    A table of which nothing is to be seen, and never was, has no sheet: nobody is told that it has begun.
    """
    hide, catalogue = hidden_topics(connection, [event]), setup.catalogue_of_event(connection, event)
    seen = [part for part in parts or () if topic_of(part) not in hide]
    if not numbers or (parts is not None and not seen):
        return
    standing = _standing(connection, event, numbers)
    desks: dict[int, dict[str, Content]] = {number: {} for number in numbers}
    for (number, name), part in standing.items():
        if topic_of(name) not in hide:
            desks[number][name] = part.content
    there = tables_with_sheets(connection, event)
    given = {number: _sheet(held, catalogue) for number, held in desks.items()}
    told = {number: sheet for number, sheet in given.items() if number in there or not sheet.is_empty}
    put_sheets(connection, event, told, "from tables")


def topic_of(part: str) -> str:
    """Which topic has to be revealed for a part to be seen; who sat there is seen with any."""
    return NOTES_TOPIC if part.startswith(LINE) else part


def blank(part: str) -> Content:
    """What a part holds where nothing was given in."""
    if part == PEOPLE:
        return {"members": None, "mix": {}}
    return (
        {"kind": KINDS[0], "text": "", "competencies": [], "answers": "", "place": 0} if part.startswith(LINE) else []
    )


def checked(part: str, content: Content, catalogue: Catalogue) -> Content:
    """The content of a part in its one form; InputError names what it cannot hold."""
    if part == PEOPLE:
        return _people(content, catalogue)
    if len(part) <= LONGEST_PART and LINE_NAME.fullmatch(part):
        return _line(content, catalogue)
    known = [topic.code for topic in catalogue.topic]
    if part not in known:
        raise InputError(f"{part[:40]!r} is no part of a sheet; there are: {', '.join(known)}, people, line.…")
    return _ranking(part, content, catalogue.options_of(part))


def _ranking(topic: str, content: Content, options: Mapping[str, str]) -> Content:
    if not isinstance(content, list) or not all(isinstance(tie, list) and tie for tie in content):
        raise InputError(f"{topic}: a ranking is a list of ties, each a list of options")
    named = [option for tie in content for option in tie]
    for odd in (option for option in named if not isinstance(option, str)):
        raise InputError(f"{topic}: an option is a text, not a {type(odd).__name__}")
    for odd in (option for option in named if option not in options):
        raise InputError(f"{topic}: {odd[:40]!r} is not one of {', '.join(options)}")
    if len(set(named)) < len(named):
        raise InputError(f"{topic}: an option stands on the list twice")
    return [sorted(tie) for tie in content]


class _Line(BaseModel):
    """A written line; `answers` is the part with the challenge that a solution is for."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["challenge", "solution", "conclusion"]
    text: Annotated[str, StringConstraints(max_length=LONGEST)] = ""
    competencies: list[str] = []
    answers: Annotated[str, StringConstraints(max_length=60)] = ""
    place: Annotated[int, Field(ge=-FURTHEST, le=FURTHEST)] = 0


class _People(BaseModel):
    """Who sits at a table: how many, and options by profile dimension."""

    model_config = ConfigDict(extra="forbid")
    members: Annotated[int, Field(ge=1, le=99)] | None = None
    mix: dict[str, list[str]] = {}


def _line(content: Content, catalogue: Catalogue) -> Content:
    line = _valid(_Line, "a line", content)
    for odd in (code for code in line.competencies if code not in catalogue.codes):
        raise InputError(f"a line: {odd[:40]!r} is no competency of this catalogue")
    about = sorted(set(line.competencies))
    return line.model_dump() | {"text": " ".join(CONTROL.sub(" ", line.text).split()), "competencies": about}


def _people(content: Content, catalogue: Catalogue) -> Content:
    people = _valid(_People, "the people at a table", content)
    for name, options in people.mix.items():
        known = [o.code for o in catalogue.dimensions[name].option] if name in catalogue.dimensions else []
        for odd in (option for option in options if option not in known):
            raise InputError(f"{name[:40]}: {odd[:40]!r} is not one of {', '.join(known) or 'nothing'}")
    mix = {name: sorted(set(people.mix[name])) for name in DIMENSIONS if people.mix.get(name)}
    return {"members": people.members, "mix": mix}


def _valid(model: type[T], what: str, content: Content) -> T:
    try:
        return model.model_validate(content, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))[:LONGEST_PART].encode("ascii", "backslashreplace").decode()
        raise InputError(f"{what}: {where or 'all of it'}: {first['msg']}") from error


def _sheet(parts: Mapping[str, Content], catalogue: Catalogue) -> SheetRows:
    """The sheet that these parts of a desk make."""
    people = parts.get(PEOPLE, blank(PEOPLE))
    mix = " ".join(f"{name}={JOIN.join(options)}" for name, options in people["mix"].items())
    ranked = [row for topic in catalogue.topic for row in _ranked(topic.code, parts.get(topic.code, []))]
    notes = _notes({name: content for name, content in parts.items() if name.startswith(LINE)})
    return SheetRows({"members": people["members"], "mix": mix}, ranked, notes)


def _ranked(topic: str, ties: Content) -> Iterable[dict[str, Any]]:
    position = 1
    for tie in ties:
        for option in tie:
            yield {"topic": topic, "option": option, "position": position}
        position += len(tie)


def _notes(lines: Mapping[str, Content]) -> list[dict[str, Any]]:
    written = sorted((line["place"], name) for name, line in lines.items() if line["text"])
    places = {name: place for place, (_, name) in enumerate(written, 1)}
    rows = []
    for name, place in places.items():
        line = lines[name]
        answers = line["answers"] if line["kind"] == "solution" else ""
        row = {"line": place, "kind": line["kind"], "text": line["text"], "code": ""}
        about = {"competencies": JOIN.join(line["competencies"]), "practices": ""}
        is_challenge = answers in places and lines[answers]["kind"] == "challenge"
        rows.append(row | about | {"answers": places[answers] if is_challenge else None})
    return rows


def _append(connection: Connection, event: str, table: int, change: Change, content: Content, revision: int) -> None:
    row = {"event": event, "table_number": table, "part": change.part, "revision": revision, "kind": change.kind}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(insert(desk).values(**row, content=text, device=_device(change), edit=change.edit, at=at))


def _newest(connection: Connection, event: str, table: int, part: str) -> Part | None:
    return _standing(connection, event, [table], part).get((table, part))


def _history(connection: Connection, event: str, table: int, part: str) -> list[Part]:
    here = (desk.c.event == event) & (desk.c.table_number == table) & (desk.c.part == part)
    return [_part(row) for row in connection.execute(select(desk).where(here).order_by(desk.c.revision))]


def _standing(
    connection: Connection, event: str, numbers: Sequence[int], part: str | None = None
) -> dict[tuple[int, str], Part]:
    key = (desk.c.table_number, desk.c.part)
    here = (desk.c.event == event) & desk.c.table_number.in_(numbers)
    here &= desk.c.part == part if part is not None else True
    newest = select(*key, func.max(desk.c.revision)).where(here).group_by(*key)
    rows = select(desk).where(here, tuple_(*key, desk.c.revision).in_(newest)).order_by(*key)
    return {(row.table_number, row.part): _part(row) for row in connection.execute(rows)}


def _part(row: Any) -> Part:
    return Part(row.revision, json.loads(row.content), row.kind, row.device, row.at, row.edit)
