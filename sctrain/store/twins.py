"""Single answers for the organiser to look at: those that equal others in every mark and all of the profile, fast ones.

Nothing here deletes: two people may well agree, and somebody may know what they think.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from sctrain.catalogue import DIMENSIONS
from sctrain.store.schema import answer, change

MOST = 200
"""Groups, and fast answers, that are listed; more are for a script."""


@dataclass(frozen=True)
class Twin:
    """One answer among its equals: the group's number, the person's pseudonym, when it came, and with which change."""

    group: int
    person: str
    submitted_at: str
    version: int
    note: str


@dataclass(frozen=True)
class Fast:
    """One answer that was filled in fast: by whom (pseudonym), in how many seconds, when it came, with which change."""

    person: str
    seconds: int
    submitted_at: str
    version: int
    note: str


def fast(connection: Connection, event: str, within: float) -> list[Fast]:
    """The answers that stand and took less than so many seconds, the fastest first."""
    columns = (answer.c.person, answer.c.seconds, answer.c.submitted_at, answer.c.version, change.c.note)
    query = select(*columns).join(change, change.c.version == answer.c.version)
    query = query.where(answer.c.event == event, answer.c.replaced_in.is_(None), answer.c.seconds < within)
    return [Fast(*row) for row in connection.execute(query.order_by(answer.c.seconds, answer.c.person).limit(MOST))]


def twins(connection: Connection, event: str) -> list[Twin]:
    """The answers that stand and are equal, group by group; answers without any mark are left out."""
    content = [answer.c.ratings, *(answer.c[name] for name in DIMENSIONS), func.coalesce(answer.c.table_number, 0)]
    stands = [answer.c.event == event, answer.c.replaced_in.is_(None)]
    marked = func.replace(answer.c.ratings, ".", "") != ""
    several = select(func.min(answer.c.id).label("first")).where(*stands, marked).group_by(*content)
    several = several.having(func.count() > 1).order_by("first").limit(MOST)
    found = []
    for group, first in enumerate(connection.scalars(several).all(), 1):
        one = connection.execute(select(*content).where(answer.c.id == first)).one()
        same = [column == value for column, value in zip(content, one, strict=True)]
        columns = (answer.c.person, answer.c.submitted_at, answer.c.version, change.c.note)
        query = select(*columns).join(change, change.c.version == answer.c.version).where(*stands, *same)
        found += [Twin(group, *row) for row in connection.execute(query.order_by(answer.c.id))]
    return found
