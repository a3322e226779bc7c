"""What organisers threw away, and how to have it back: saved views, and whole events.

An erased event is kept as a bundle beside the store, its links in the trash: a bundle does not carry links, and
the printed ones are to open again. A person's withdrawal is never here. After `DAYS` days, or at the end of an
event's time if that is sooner, the trash is emptied, and the bundle deleted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, delete, insert, select

from sctrain.errors import SelectionError, StoreError
from sctrain.store import bundle, trail
from sctrain.store.engine import kept_files, writing
from sctrain.store.health import database_file
from sctrain.store.schema import access, event, metadata, saved_view, setting, setup, trash
from sctrain.store.write import EVENT_KEY, raise_version

DAYS = 30
"""For how many days what was thrown away can be put back."""


@dataclass(frozen=True)
class Thrown:
    """Something that can be put back: its number, when it was thrown away, whether a view or an event, its title."""

    id: int
    at: str
    kind: str
    event: str
    title: str


def keep(
    connection: Connection, kind: Literal["view", "event"], code: str, title: str, content: Mapping[str, Any]
) -> None:
    """Keep what is about to be deleted. Within that write transaction."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps(dict(content), ensure_ascii=False)
    connection.execute(insert(trash).values(at=at, kind=kind, event=code, title=title, content=text))


def held(connection: Connection) -> list[Thrown]:
    """All that can be put back, the newest first."""
    columns = [trash.c[name] for name in Thrown.__dataclass_fields__]
    return [Thrown(**row._mapping) for row in connection.execute(select(*columns).order_by(trash.c.id.desc()))]


def erase_event(engine: Engine, code: str, keep_copy: bool = True) -> Path | None:
    """Delete an event and all that hangs on it; where its bundle is, with which `put_back` undoes it.

    Without a copy nothing can undo it. StoreError if there is no such event. Nothing is deleted before the bundle is
    whole and on the disk.
    """
    with writing(engine) as connection:  # nobody else writes meanwhile: what is erased is what is in the bundle
        known = list(connection.scalars(select(event.c.code)))
        if code not in known:
            raise SelectionError("event", code, known)
        file = _bundled(engine, connection, code) if keep_copy else None
        delete_event(connection, code)
    return file


def _bundled(engine: Engine, connection: Connection, code: str) -> Path:
    file = _free(engine, code)
    try:
        bundle.bundle(engine, code, file)
    except OSError as error:
        raise StoreError(f"{file} cannot be written, so nothing was erased: {error.strerror or error}") from error
    title = connection.execute(select(event.c.title).where(event.c.code == code)).scalar_one()
    until = connection.scalar(select(setup.c.retain_until).where(setup.c.event == code))
    links = [dict(row._mapping) for row in connection.execute(select(access).where(access.c.event == code))]
    keep(connection, "event", code, title, {"file": str(file), "links": links, "until": f"{until or ''}"})
    return file


def _free(engine: Engine, code: str) -> Path:
    store = database_file(engine.url)
    folder = store.parent if store else kept_files()
    stem = f"erased-{code}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    names = (folder / f"{stem}{extra}.zip" for extra in ("", *(f"-{n}" for n in range(2, 999))))
    return next(name for name in names if not name.exists())


def delete_event(connection: Connection, code: str) -> int:
    """Delete an event and all that hangs on it, at every data version; how many answers it had. For a write."""
    answers = 0
    for table in reversed([t for t in metadata.sorted_tables if t.name in (*bundle.CARRIED, "access")]):
        gone = connection.execute(delete(table).where(bundle.of_event(table, code))).rowcount
        answers = gone if table.name == "answer" else answers
    connection.execute(delete(setting).where(setting.c.name == f"{EVENT_KEY}{code}"))
    raise_version(connection, "event", f"{code}: erased")
    trail.note(connection, "erase", code, answers)
    return answers


def put_back(engine: Engine, number: int) -> Thrown:
    """Put back what was thrown away under this number; SelectionError where there is none.

    StoreError where it cannot be: its bundle is gone or damaged, or something has taken its place.
    """
    with engine.connect() as connection:
        known = {one.id: one for one in held(connection)}
        content = connection.scalar(select(trash.c.content).where(trash.c.id == number))
    if content is None:
        raise SelectionError("number in the trash", str(number), sorted(known))
    found, kept = known[number], json.loads(content)

    def rest(connection: Connection) -> None:
        for row in kept.get("links", ()):
            connection.execute(insert(access).values(**row))
        connection.execute(delete(trash).where(trash.c.id == number))
        trail.note(connection, "put back", found.event)

    if found.kind == "event":
        bundle.unbundle(engine, Path(kept["file"]), rest)
        Path(kept["file"]).unlink(missing_ok=True)
        return found
    with writing(engine) as connection:
        _put_back_view(connection, kept)
        rest(connection)
    return found


def _put_back_view(connection: Connection, kept: Mapping[str, Any]) -> None:
    if connection.scalar(select(event.c.code).where(event.c.code == kept["event"])) is None:
        raise StoreError(f"the event {kept['event']!r} of this view is not there any more")
    if connection.scalar(select(saved_view.c.code).where(saved_view.c.code == kept["code"])) is not None:
        raise StoreError(f"another view has taken the short link {kept['code']}")
    connection.execute(insert(saved_view).values(**kept))


def empty(engine: Engine, now: datetime) -> int:
    """Throw away for good what is older than `DAYS` days, or whose event's time is over; how many things that was."""
    with writing(engine) as connection:
        rows = connection.execute(select(trash.c.id, trash.c.at, trash.c.kind, trash.c.content)).all()
        over = [(row, json.loads(row.content)) for row in rows if _is_over(row.at, json.loads(row.content), now)]
        for row, kept in over:
            if row.kind == "event":
                Path(kept["file"]).unlink(missing_ok=True)
            connection.execute(delete(trash).where(trash.c.id == row.id))
    return len(over)


def _is_over(at: str, kept: Mapping[str, Any], now: datetime) -> bool:
    until = str(kept.get("until", ""))
    ended = until != "" and date.fromisoformat(until) < now.date()
    return ended or datetime.fromisoformat(at) < now - timedelta(days=DAYS)
