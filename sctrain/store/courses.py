"""The courses on offer, in the store: one list for each catalogue, kept whole, replaced by the next.

A list belongs to a catalogue's competencies and not to an event: every event that asks them sees it.
"""

from __future__ import annotations

import json

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, insert, or_, select, update

from sctrain.errors import StoreError
from sctrain.frames.courses import OFFERED
from sctrain.store.engine import writing
from sctrain.store.schema import catalogue, course_list
from sctrain.store.write import Written, raise_version, version_of


def put_courses(engine: Engine, code: str, offered: pd.DataFrame, origin: str = "") -> Written:
    """Make OFFERED the list of a catalogue; Written counts courses, by code.

    The same list again changes nothing, and no data version. StoreError if there is no such catalogue.
    """
    content = _to_json(OFFERED.check(offered))
    with writing(engine) as connection:
        if connection.scalar(select(catalogue.c.code).where(catalogue.c.code == code)) is None:
            raise StoreError(f"the store holds no catalogue {code!r}")
        standing = (course_list.c.catalogue == code) & course_list.c.replaced_in.is_(None)
        held = connection.scalar(select(course_list.c.content).where(standing))
        before = {row["course"]: row for row in json.loads(held or "[]")}
        now = {row["course"]: row for row in json.loads(content)}
        same = sum(before.get(course) == row for course, row in now.items())
        changed = sum(course in before for course in now) - same
        version = version_of(connection)
        if content != held:
            version = raise_version(connection, "catalogue", f"{code}: courses on offer")
            connection.execute(update(course_list).where(standing).values(replaced_in=version))
            row = {"catalogue": code, "content": content, "origin": origin, "version": version}
            connection.execute(insert(course_list).values(row))
        return Written(len(now) - same - changed, changed, same, version)


def courses(connection: Connection, code: str, version: int | None = None) -> tuple[pd.DataFrame, str]:
    """OFFERED of a catalogue as it stood at a data version (None: now), and where it came from; empty for none."""
    later: ColumnElement[bool] = course_list.c.replaced_in.is_(None)
    if version is not None:
        later = (course_list.c.version <= version) & or_(later, course_list.c.replaced_in > version)
    query = select(course_list.c.content, course_list.c.origin).where(course_list.c.catalogue == code, later)
    row = connection.execute(query).one_or_none()
    if row is None:
        return OFFERED.empty(), ""
    frame = pd.DataFrame(json.loads(row.content), columns=OFFERED.names)
    return OFFERED.check(frame.astype({"hours": "float"})), row.origin


def _to_json(offered: pd.DataFrame) -> str:
    rows = offered.astype(object).where(offered.notna(), None).to_dict("records")
    return json.dumps(rows, ensure_ascii=False)
