"""Answers of an event that are the same in every mark and all of the profile: for the organiser to look at.

Nothing here deletes: two people may well agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from sctrain.catalogue import DIMENSIONS
from sctrain.store.schema import answer, change

MOST = 200
"""Groups that are listed; more are for a script."""


@dataclass(frozen=True)
class Twin:
    """One answer among its equals: the group's number, the person's pseudonym, when it came, and with which change."""

    group: int
    person: str
    submitted_at: str
    version: int
    note: str


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
