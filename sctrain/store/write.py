"""Every write to the store. Each is one transaction, and each raises the data version by one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, func, insert, select, update

from sctrain import cards
from sctrain.catalogue import DIMENSIONS, Catalogue, from_json
from sctrain.errors import StoreError
from sctrain.frames import SUBMISSIONS
from sctrain.store.engine import writing
from sctrain.store.schema import answer, catalogue, change, event, item, questionnaire, setting

CHUNK = 50_000
CONTENT = ("submitted_at", "table_number", *DIMENSIONS, "ratings")
"""What a person may correct; the rest of an answer says whose it is and when it came."""


@dataclass(frozen=True)
class NewEvent:
    """What an event is called and how its small numbers are protected."""

    code: str
    title: str
    held_on: date | None = None
    place: str = ""
    threshold: int = 5
    is_demo: bool = False


@dataclass(frozen=True)
class Written:
    """What a batch of submissions did: counts of people, and the data version after it."""

    added: int
    corrected: int
    unchanged: int
    version: int


def register(engine: Engine, given: Catalogue) -> int:
    """The id of the questionnaire this catalogue asks, made if it is new.

    Labels are replaced by the given ones; another list of competencies or another scale makes a
    new questionnaire version, and old answers keep theirs.
    """
    with writing(engine) as connection:
        body = given.to_json()
        known = connection.scalar(select(catalogue.c.body).where(catalogue.c.code == given.code))
        if known == body:
            return _newest_questionnaire(connection, given.code)
        _raise_version(connection, "catalogue", given.code)
        if known is None:
            connection.execute(insert(catalogue).values(code=given.code, body=body))
        else:
            connection.execute(update(catalogue).where(catalogue.c.code == given.code).values(body=body))
            if _asks_the_same(from_json(known), given):
                return _newest_questionnaire(connection, given.code)
        return _new_questionnaire(connection, given)


def _asks_the_same(one: Catalogue, other: Catalogue) -> bool:
    return one.codes == other.codes and (one.scale.low, one.scale.high) == (other.scale.low, other.scale.high)


def _newest_questionnaire(connection: Connection, code: str) -> int:
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


def add_event(engine: Engine, new: NewEvent, given: Catalogue) -> None:
    """Make the event if there is none of this code; StoreError if one asks another catalogue."""
    register(engine, given)
    with writing(engine) as connection:
        asks = connection.scalar(select(event.c.catalogue).where(event.c.code == new.code))
        if asks is None:
            _raise_version(connection, "event", new.code)
            connection.execute(insert(event).values(catalogue=given.code, **vars(new)))
        elif asks != given.code:
            raise StoreError(
                f"event {new.code!r} asks the competencies of {asks!r}, this survey those of {given.code!r}: "
                "give it an event of its own with --event"
            )


def add_answers(
    engine: Engine,
    code: str,
    submissions: pd.DataFrame,
    note: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Written:
    """Store SUBMISSIONS of an event, all or none.

    A person who is there already with the same content is left alone; with other content, the new
    answer replaces the old. When nothing changes, neither does the data version.
    """
    SUBMISSIONS.check(submissions)
    with writing(engine) as connection:
        found = connection.scalar(select(event.c.catalogue).where(event.c.code == code))
        if found is None:
            raise StoreError(f"there is no event {code!r}")
        # In the order of the pseudonyms: the index grows at its end (10^6 answers: 1 s less), and the
        # order in the store does not tell who came first.
        people = _pseudonyms(connection, code, submissions["person"].tolist())
        rows = submissions.assign(person=people).sort_values("person")
        new, corrected = _compare(connection, code, rows)
        todo = pd.concat([new, corrected])
        before = _version(connection)
        version = _raise_version(connection, "answers", note) if len(todo) else before
        _replace(connection, code, corrected["person"], version)
        _insert(connection, code, _newest_questionnaire(connection, found), todo, version, progress)
    unchanged = len(submissions) - len(todo)
    return Written(len(new), len(corrected), unchanged, version)


def _pseudonyms(connection: Connection, code: str, people: list[str]) -> list[str]:
    salt = connection.scalar(select(setting.c.value).where(setting.c.name == "salt"))
    if salt is None:
        salt = secrets.token_hex(16)
        connection.execute(insert(setting).values(name="salt", value=salt))
    key = hashlib.blake2b(code.encode(), key=bytes.fromhex(salt)).digest()
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
    table = pd.to_numeric(frame["table_number"]).fillna(0).astype("int64")
    return frame.assign(table_number=table, submitted_at=frame["submitted_at"].fillna(""))


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
    statement = insert(answer).compile(connection, column_keys=names)
    order = statement.positiontup or names
    cursor = connection.connection.cursor()
    for start in range(0, len(rows), CHUNK):
        part = filled.iloc[start : start + CHUNK]
        values = zip(*(_cells(part[name]) for name in order), strict=True)
        # The compiled text and the driver's own cursor: binding 10^6 rows by `execute` costs three times as much.
        given: Any = values if statement.positional else (dict(zip(order, row, strict=True)) for row in values)
        try:
            cursor.executemany(str(statement), given)
        except connection.dialect.loaded_dbapi.IntegrityError as error:
            raise StoreError(f"the store refuses these answers, and keeps none of them: {error}") from error
        if progress:
            progress(min(start + CHUNK, len(rows)), len(rows))
    cursor.close()


def _cells(values: pd.Series) -> list[object]:
    cells = values.tolist()
    return [cell or None for cell in cells] if values.name == "table_number" else cells


def _version(connection: Connection) -> int:
    return connection.scalar(select(func.max(change.c.version))) or 0


def _raise_version(connection: Connection, kind: str, note: str) -> int:
    version = _version(connection) + 1
    connection.execute(insert(change).values(version=version, at=datetime.now(UTC), kind=kind, note=note))
    return version
