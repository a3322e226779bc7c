"""Every write to the store. Each is one transaction, and each raises the data version by one."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, func, insert, select, update

from sctrain import cards
from sctrain.catalogue import DIMENSIONS, Catalogue, from_json
from sctrain.errors import StoreError
from sctrain.frames import SUBMISSIONS
from sctrain.store import trail
from sctrain.store.engine import writing
from sctrain.store.faults import told
from sctrain.store.queries import OF_TABLES
from sctrain.store.schema import answer, catalogue, change, draft, event, item, questionnaire, setting, setup

CHUNK = 50_000
MANY = 1_000
"""From so many new answers on PostgreSQL is told to look at them anew, to plan its reads."""
CONTENT = ("submitted_at", "seconds", "table_number", *DIMENSIONS, "ratings", "replies")
"""What a person may correct; the rest of an answer says whose it is and when it came."""
NUMBERS = ("seconds", "table_number")
"""Of these the numbers, which may be missing."""
EVENT_KEY = "key "
"""Before the code of an event, in the name of a setting: what its people are hashed with."""


@dataclass(frozen=True)
class NewEvent:
    """What an event is called and how its small numbers are protected."""

    code: str
    title: str
    held_on: date | None = None
    place: str = ""
    threshold: int = 5
    is_demo: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_]+", self.code):
            raise StoreError(f"the event code {self.code!r} may have only letters, digits and _ (it stands in links)")
        if not 3 <= self.threshold <= 20:
            raise StoreError(f"the privacy threshold {self.threshold} is not within 3..20")


@dataclass(frozen=True)
class Written:
    """What a batch of submissions did: counts of people, and the data version after it.

    `withdrawn` are the rows of the file whose people have withdrawn from the event; nothing of them was stored.
    """

    added: int
    corrected: int
    unchanged: int
    version: int
    withdrawn: tuple[int, ...] = ()


def register(connection: Connection, given: Catalogue) -> int:
    """The id of the questionnaire this catalogue asks, made if it is new.

    Labels are replaced by the given ones; another list of competencies makes a new questionnaire
    version, and old answers keep theirs. StoreError where the scale is another: marks of two
    scales cannot stand in one room.
    """
    body = given.to_json()
    known = connection.scalar(select(catalogue.c.body).where(catalogue.c.code == given.code))
    if known == body:
        return newest_questionnaire(connection, given.code)
    if known is not None and _ends(from_json(known)) != _ends(given):
        raise StoreError(
            f"the catalogue {given.code!r} is in the store with another scale: give the new one a code of its own"
        )
    raise_version(connection, "catalogue", given.code)
    if known is None:
        connection.execute(insert(catalogue).values(code=given.code, body=body))
    else:
        connection.execute(update(catalogue).where(catalogue.c.code == given.code).values(body=body))
        if from_json(known).codes == given.codes:
            return newest_questionnaire(connection, given.code)
    return _new_questionnaire(connection, given)


def _ends(given: Catalogue) -> tuple[int, int]:
    return given.scale.low, given.scale.high


def newest_questionnaire(connection: Connection, code: str) -> int:
    """The id of the newest questionnaire of a catalogue."""
    query = select(func.max(questionnaire.c.id)).where(questionnaire.c.catalogue == code)
    return connection.execute(query).scalar_one()


def _new_questionnaire(connection: Connection, given: Catalogue) -> int:
    versions = select(func.max(questionnaire.c.version)).where(questionnaire.c.catalogue == given.code)
    low, high = given.scale.low, given.scale.high
    row = insert(questionnaire).values(
        catalogue=given.code,
        version=(connection.scalar(versions) or 0) + 1,
        low=low,
        high=high,
        items=len(given.codes),
        marks=cards.marks(low, high),
    )
    made = connection.execute(row.returning(questionnaire.c.id)).scalar_one()
    items = [{"questionnaire_id": made, "position": p, "competency": c} for p, c in enumerate(given.codes)]
    connection.execute(insert(item), items)
    return made


def add_event(engine: Engine, new: NewEvent, given: Catalogue) -> int:
    """Make the event if there is none of this code; the id of the questionnaire it asks.

    StoreError if the event asks another catalogue, or is a demo where this is none, or the reverse.
    """
    with writing(engine) as connection:
        return new_event(connection, new, given)


def new_event(connection: Connection, new: NewEvent, given: Catalogue) -> int:
    """The same within a write transaction."""
    query = select(event.c.catalogue, event.c.is_demo).where(event.c.code == new.code)
    held = connection.execute(query).one_or_none()
    if held is not None and held.catalogue != given.code:
        raise StoreError(
            f"event {new.code!r} asks the competencies of {held.catalogue!r}, this survey those of {given.code!r}: "
            "give it an event of its own with --event"
        )
    if held is not None and held.is_demo != new.is_demo:
        kind = "made-up" if held.is_demo else "real"
        raise StoreError(f"event {new.code!r} holds {kind} answers: real and made-up ones are not mixed")
    questionnaire_id = register(connection, given)
    if held is None:
        raise_version(connection, "event", new.code)
        connection.execute(insert(event).values(catalogue=given.code, **vars(new)))
    return questionnaire_id


def bring_in(
    engine: Engine,
    new: NewEvent,
    given: Catalogue,
    submissions: pd.DataFrame,
    note: str = "",
    progress: Callable[[int, int], None] | None = None,
    before: Callable[[Connection], object] | None = None,
    refused: int = 0,
) -> Written:
    """Catalogue, event and SUBMISSIONS in one transaction: all of it or nothing.

    `before` is called first within it; what it raises stores nothing. Of the file's rows so many were `refused`.
    """
    with writing(engine) as connection:
        if before is not None:
            before(connection)
        questionnaire_id = new_event(connection, new, given)
        if refused:
            trail.note(connection, "refused rows", new.code, refused)
        return _answers(connection, new.code, questionnaire_id, submissions, note, progress)


def add_answers(
    engine: Engine,
    code: str,
    submissions: pd.DataFrame,
    note: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Written:
    """Store SUBMISSIONS of an event, all or none; their cards answer its newest questionnaire.

    A person who is there already with the same content is left alone; with other content, the new
    answer replaces the old. When nothing changes, neither does the data version.
    """
    with writing(engine) as connection:
        found = connection.scalar(select(event.c.catalogue).where(event.c.code == code))
        if found is None:
            raise StoreError(f"there is no event {code!r}")
        return _answers(connection, code, newest_questionnaire(connection, found), submissions, note, progress)


def _answers(
    connection: Connection,
    code: str,
    questionnaire_id: int,
    submissions: pd.DataFrame,
    note: str,
    progress: Callable[[int, int], None] | None,
) -> Written:
    SUBMISSIONS.check(submissions)
    still_kept(connection, code)
    # In the order of the pseudonyms: the index grows at its end (10^6 answers: 1 s less), and the
    # order in the store does not tell who came first.
    people = pseudonyms(connection, code, submissions["person"].tolist())
    rows = submissions.assign(person=people).sort_values("person")
    rows, withdrawn = _without_withdrawn(connection, code, rows)
    new, corrected = _compare(connection, code, rows)
    todo = pd.concat([new, corrected])
    before = version_of(connection)
    told = note if not note.startswith(OF_TABLES) else f"answers: {note}"
    version = raise_version(connection, "answers", told) if len(todo) else before
    _replace(connection, code, corrected["person"], version)
    _insert(connection, code, questionnaire_id, todo, version, progress)
    if len(todo):
        trail.note(connection, "import", code, len(todo))
    return Written(len(new), len(corrected), len(rows) - len(todo), version, withdrawn)


def still_kept(connection: Connection, code: str) -> None:
    """StoreError where an event's time is over: what was made anonymous takes no more answers."""
    ended = connection.scalar(select(setup.c.ended_on).where(setup.c.event == code))
    if ended is not None:
        raise StoreError(
            f"event {code!r} was made anonymous on {ended}, at the end of its time: it takes no more answers"
        )


def _without_withdrawn(connection: Connection, code: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """The rows but for those of people who have withdrawn, and the places of these in the file.

    A withdrawal leaves nothing but the person's pseudonym: enough to know somebody again who is given, too little to
    find out who it was.
    """
    gone = select(draft.c.person).where(draft.c.event == code, draft.c.state == "withdrawn")
    is_gone = rows["person"].isin(list(connection.scalars(gone)))
    return rows[~is_gone], tuple(sorted(rows.loc[is_gone, "row"].tolist()))


def pseudonyms(connection: Connection, code: str, people: list[str]) -> list[str]:
    """What the people of an event are called in the store: a salted hash each, keyed for the event.

    Makes the store's salt if there is none yet; `known_pseudonym` does not, and is for reads.
    """
    key = event_key(connection, code)
    if key is None:
        salt = secrets.token_hex(16)
        connection.execute(insert(setting).values(name="salt", value=salt))
        key = _derived(salt, code)
    return _hashed(key, people)


def known_pseudonym(connection: Connection, code: str, person: str) -> str | None:
    """What somebody of an event is called in the store; None where the store holds nobody yet."""
    key = event_key(connection, code)
    return _hashed(key, [person])[0] if key else None


def event_key(connection: Connection, code: str) -> bytes | None:
    """What the people of an event are hashed with; None where the store holds nobody yet.

    An event that came from another store has brought its own, or nobody of it would be known again; of others it
    is made of the store's salt.
    """
    known = select(setting.c.name, setting.c.value).where(setting.c.name.in_(("salt", f"{EVENT_KEY}{code}")))
    found = {row.name: row.value for row in connection.execute(known)}
    if brought := found.get(f"{EVENT_KEY}{code}"):
        return bytes.fromhex(brought)
    return _derived(found["salt"], code) if "salt" in found else None


def keep_event_key(connection: Connection, code: str, key: bytes) -> None:
    """Hash the people of an event from now on as the store did that it comes from. For a write transaction."""
    connection.execute(insert(setting).values(name=f"{EVENT_KEY}{code}", value=key.hex()))


def _derived(salt: str, code: str) -> bytes:
    return hashlib.blake2b(code.encode(), key=bytes.fromhex(salt)).digest()


def _hashed(key: bytes, people: list[str]) -> list[str]:
    return [hashlib.blake2b(person.encode(), digest_size=8, key=key).hexdigest() for person in people]


def _compare(connection: Connection, code: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    columns = [answer.c.person, *(answer.c[name] for name in CONTENT)]
    query = select(*columns).where(answer.c.event == code, answer.c.replaced_in.is_(None))
    if connection.scalar(select(answer.c.id).where(answer.c.event == code).limit(1)) is None:
        return rows, rows.iloc[:0]
    stored = pd.DataFrame(connection.execute(query).all(), columns=["person", *CONTENT])
    known = rows["person"].isin(stored["person"])
    both = rows[known].merge(_comparable(stored), on="person", how="left", suffixes=("", "_stored"))
    ours = _comparable(both)
    differs = pd.Series(False, index=both.index)
    for name in CONTENT:
        differs |= ours[name] != both[f"{name}_stored"]
    return rows[~known], both.loc[differs, list(rows.columns)]


def _comparable(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = {name: pd.to_numeric(frame[name]).fillna(0).astype("int64") for name in NUMBERS}
    return frame.assign(**numbers, submitted_at=frame["submitted_at"].fillna(""))


def _replace(connection: Connection, code: str, people: pd.Series, version: int) -> None:
    for start in range(0, len(people), 500):
        some = people.iloc[start : start + 500].tolist()
        same = (answer.c.event == code) & answer.c.person.in_(some) & answer.c.replaced_in.is_(None)
        connection.execute(update(answer).where(same).values(replaced_in=version))


def _insert(
    connection: Connection,
    code: str,
    questionnaire_id: int,
    rows: pd.DataFrame,
    version: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    names = ["event", "questionnaire_id", "person", *CONTENT, "version"]
    filled = _comparable(rows).assign(event=code, questionnaire_id=questionnaire_id, version=version)
    put = _by_copy if connection.dialect.name == "postgresql" else _by_insert
    driver = connection.dialect.loaded_dbapi
    for start in range(0, len(rows), CHUNK):
        try:
            put(connection, filled.iloc[start : start + CHUNK], names)
        except (driver.IntegrityError, driver.DataError) as error:
            raise StoreError(f"the store refuses these answers, and keeps none of them: {error}") from error
        except driver.DatabaseError as error:
            if (fault := told(error, str(connection.engine.url.database))) is None:  # past SQLAlchemy, so done here
                raise
            raise fault from error
        if progress:
            progress(min(start + CHUNK, len(rows)), len(rows))
    if put is _by_copy and len(rows) >= MANY:
        # Until PostgreSQL looks by itself, a minute later, it takes the table for empty and reads every part of it
        # through the wrong index: 10^6 answers in 9 s of its time, not in 1.4 s.
        connection.exec_driver_sql("ANALYZE answer")


def _by_insert(connection: Connection, part: pd.DataFrame, names: list[str]) -> None:
    """The compiled text and the driver's own cursor: binding 10^6 rows by `execute` costs three times as much."""
    statement = insert(answer).compile(connection, column_keys=names)
    values = zip(*(_cells(part[name]) for name in statement.positiontup or names), strict=True)
    with closing(connection.connection.cursor()) as cursor:
        cursor.executemany(str(statement), values)  # type: ignore[arg-type]


def _by_copy(connection: Connection, part: pd.DataFrame, names: list[str]) -> None:
    """PostgreSQL's own road for many rows, past the same checks, keys and triggers.

    https://www.postgresql.org/docs/current/sql-copy.html
    """
    raw: Any = connection.connection.driver_connection
    columns = ", ".join(f'"{name}"' for name in names)
    with raw.cursor() as cursor, cursor.copy(f"COPY answer ({columns}) FROM STDIN") as copy:
        for row in zip(*(_cells(part[name]) for name in names), strict=True):
            copy.write_row(row)


def _cells(values: pd.Series) -> list[object]:
    cells = values.tolist()
    return [cell or None for cell in cells] if values.name in NUMBERS else cells


def version_of(connection: Connection) -> int:
    """The data version within this transaction."""
    return connection.scalar(select(func.max(change.c.version))) or 0


def raise_version(connection: Connection, kind: str, note: str) -> int:
    """Note a change and return the data version it makes; once in a transaction."""
    version = version_of(connection) + 1
    connection.execute(insert(change).values(version=version, at=datetime.now(UTC), kind=kind, note=note))
    return version
