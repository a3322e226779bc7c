"""The end of an event's time: past the day until which it is kept it is erased, or made anonymous.

*Erased*: the event and all that hangs on it is gone, as `trash.delete_event` has it, without a copy.

*Made anonymous* (`anonymise`): frozen links go on to show their numbers, and nothing leads to a person any more.
Answers keep their marks and chosen replies. They lose the person's hash (a random one takes its place, the same for
all that one person gave), when they came (the days of changes stay, and the order), replies in their own words, the
table where fewer than the threshold sat, and each option of a profile question that fewer than the threshold gave.
Drafts, personal codes, who has withdrawn, the desks' histories, lines of tables that nobody cleared for all to read,
and the links of participants and tables are gone. No answer is taken any more.
"""

from __future__ import annotations

import json
import random
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from sctrain import replies as session
from sctrain.cards import JOIN
from sctrain.catalogue import DIMENSIONS
from sctrain.store import access, coding, desk, setup, steps, trail, trash
from sctrain.store.bundle import of_event
from sctrain.store.engine import empty_log, writing
from sctrain.store.schema import access as links
from sctrain.store.schema import answer, change, draft, note, ordering, setting, sheet
from sctrain.store.schema import coding as codings
from sctrain.store.schema import desk as desks
from sctrain.store.schema import setup as setups
from sctrain.store.write import EVENT_KEY, raise_version

GRACE = timedelta(days=1)
"""How long a server waits after it first sees that an event is due: a clock that jumped ahead destroys nothing."""
SEEN = "due "
"""Before the code of an event, in the name of a setting: when a server first saw that it is due."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """An event whose time is over: until when it was kept, what is to become of it, how many answers it has."""

    event: str
    until: date
    at_end: str
    answers: int


def due(connection: Connection, today: date) -> list[Due]:
    """The events that were to be kept until a day before this one, and are still as they were."""
    n = select(func.count()).select_from(answer).where(answer.c.event == setups.c.event).scalar_subquery()
    rows = select(setups.c.event, setups.c.retain_until, setups.c.at_end, n)
    over = rows.where(setups.c.retain_until < today, setups.c.ended_on.is_(None))
    return [Due(*row) for row in connection.execute(over.order_by(setups.c.event))]


def purge(engine: Engine, now: datetime, events: Sequence[str] | None = None) -> list[Due]:
    """End the time of every event that is due (or of those named that are); each in a transaction of its own.

    What was thrown away too long ago goes as well.
    """
    with engine.connect() as connection:
        found = [one for one in due(connection, now.date()) if events is None or one.event in events]
    done = []
    for one in found:
        with writing(engine) as connection:
            if one.event not in {still.event for still in due(connection, now.date())}:
                continue  # another process of this server was quicker
            done.append(one)
            if one.at_end == "erase":
                trash.delete_event(connection, one.event)
            else:
                anonymise(connection, one.event, now.date())
            connection.execute(delete(setting).where(setting.c.name == f"{SEEN}{one.event}"))
    trash.empty(engine, now)
    empty_log(engine)
    return done


def keep_promises(engine: Engine, now: datetime) -> list[Due]:
    """What a server does every hour: `purge`, but of each event only a day after it was first seen to be due.

    It empties the trash and the database's log all the same: what was withdrawn stands in the log until then.
    """
    ripe = []
    with writing(engine) as connection:
        for one in due(connection, now.date()):
            name = f"{SEEN}{one.event}"
            held = connection.scalar(select(setting.c.value).where(setting.c.name == name))
            seen = datetime.fromisoformat(held) if held else None
            if seen is not None and seen <= now - GRACE:
                ripe.append(one.event)
            elif seen is None or seen > now:  # a note from the future is of a clock that was wrong
                connection.execute(delete(setting).where(setting.c.name == name))
                connection.execute(insert(setting).values(name=name, value=now.isoformat()))
    return purge(engine, now, ripe)


def anonymise(connection: Connection, code: str, today: date) -> int:
    """Make an event anonymous, as this module says; how many answers it has. For a write transaction."""
    threshold = setup.event_row(connection, code).threshold
    versions = _versions(connection, code)
    names = _Names()
    steps.keep(connection, code)
    n = _answers(connection, code, threshold, names)
    _orders(connection, code, names)
    _tables(connection, code)
    connection.execute(delete(draft).where(draft.c.event == code))
    connection.execute(delete(setting).where(setting.c.name == f"{EVENT_KEY}{code}"))
    for link in access.links(connection, code):
        if link.role in ("participant", "table"):
            connection.execute(delete(links).where(links.c.jti == link.jti))
    _forget_times(connection, versions)
    setup.put(connection, code, closed=True, round="", ended_on=today)
    raise_version(connection, "event", f"{code}: made anonymous")
    trail.note(connection, "anonymise", code, n)
    return n


class _Names(dict[str, str]):
    """A random name for each pseudonym, the same wherever the person is met; it is forgotten with this value."""

    def __missing__(self, person: str) -> str:
        self[person] = secrets.token_hex(8)
        return self[person]


def _answers(connection: Connection, code: str, threshold: int, names: _Names) -> int:
    """Put answers that lead to nobody in the place of those that are there, in an order that tells nothing."""
    rows = [dict(row._mapping) for row in connection.execute(select(answer).where(answer.c.event == code))]
    standing = [row for row in rows if row["replaced_in"] is None]
    kept = {name: _frequent((row[name].split(JOIN) for row in standing), threshold) for name in DIMENSIONS}
    seats = _frequent(([row["table_number"]] for row in standing), threshold)
    asked = setup.catalogue_of_event(connection, code).question
    chosen = {question.code for question in asked if question.kind != "text"}
    random.SystemRandom().shuffle(rows)
    for row in rows:
        del row["id"]
        row |= {name: JOIN.join(o for o in row[name].split(JOIN) if o in kept[name]) for name in DIMENSIONS}
        row |= {
            "person": names[row["person"]],
            "submitted_at": "",
            "seconds": None,
            "replies": _chosen(row["replies"], chosen),
        }
        row["table_number"] = row["table_number"] if row["table_number"] in seats else None
    connection.execute(delete(answer).where(answer.c.event == code))
    if rows:
        connection.execute(insert(answer), rows)
    return len(rows)


def _frequent(given: Iterable[Iterable[Any]], threshold: int) -> set[Any]:
    """The options that at least so many people gave."""
    counted = Counter(option for options in given for option in set(options))
    return {option for option, n in counted.items() if n >= threshold}


def _chosen(replies: str, questions: set[str]) -> str:
    """The replies to these questions, of one answer."""
    parts = (reply for reply in replies.split(session.NEXT) if reply.partition(session.IS)[0] in questions)
    return session.NEXT.join(parts)


def _orders(connection: Connection, code: str, names: _Names) -> None:
    rows = [dict(row._mapping) for row in connection.execute(select(ordering).where(ordering.c.event == code))]
    connection.execute(delete(ordering).where(ordering.c.event == code))
    for row in sorted(rows, key=lambda row: names[row["person"]]):
        del row["id"]
        connection.execute(insert(ordering).values(**row | {"person": names[row["person"]]}))


def _tables(connection: Connection, code: str) -> None:
    """Of desks only what stands on lists is left; of lines their words only where everybody may read them."""
    lists = {
        (table, name): part.content
        for table, parts in desk.progress(connection, code).items()
        for name, part in parts.items()
        if not name.startswith((desk.LINE, desk.FIRST))
    }
    connection.execute(delete(desks).where(desks.c.event == code))
    for (table, name), content in lists.items():
        row = {"event": code, "table_number": table, "part": name, "revision": 1, "kind": "edit", "at": ""}
        connection.execute(insert(desks).values(**row, content=json.dumps(content, sort_keys=True, ensure_ascii=False)))
    _lines(connection, code)


def _lines(connection: Connection, code: str) -> None:
    """Lines that are not cleared lose their words and keep what people said they are about."""
    held = connection.execute(select(codings).where(codings.c.event == code, codings.c.replaced_in.is_(None)))
    said = {row.note: row for row in held}
    standing = of_event(note, code) & note.c.sheet_id.in_(select(sheet.c.id).where(sheet.c.replaced_in.is_(None)))
    texts = connection.execute(select(note.c.kind, note.c.text).where(standing))
    public = {m for m in (coding.mark(row.kind, row.text) for row in texts) if m in said and said[m].cleared}
    rows = [dict(row._mapping) for row in connection.execute(select(note).where(of_event(note, code)))]
    connection.execute(delete(note).where(of_event(note, code)))
    for row in rows:
        mark = coding.mark(row["kind"], row["text"])
        if mark not in public:
            told = said[mark]._mapping if mark in said else {}
            row |= {name: told[name] for name in ("code", "competencies", "practices") if told.get(name) is not None}
            row["text"] = ""
    if rows:
        connection.execute(insert(note), rows)
    connection.execute(delete(codings).where(codings.c.event == code, codings.c.note.not_in(public)))


def _versions(connection: Connection, code: str) -> set[int]:
    """The changes in which answers and orders of an event came or went."""
    found = set()
    for table in (answer, ordering):
        for column in (table.c.version, table.c.replaced_in):
            found |= set(
                connection.scalars(select(column).where(table.c.event == code, column.is_not(None)).distinct())
            )
    return found


def _forget_times(connection: Connection, versions: set[int]) -> None:
    """Leave the day of each change, and not the hour."""
    for version in sorted(versions):
        at = connection.scalar(select(change.c.at).where(change.c.version == version))
        if at is not None:
            day = datetime(at.year, at.month, at.day, tzinfo=UTC)
            connection.execute(update(change).where(change.c.version == version).values(at=day))
