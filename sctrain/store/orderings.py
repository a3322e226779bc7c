"""In which order people put the short list of an event, before and after the debate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, Text, and_, cast, func, insert, literal, or_, select

from sctrain.cards import JOIN
from sctrain.errors import StoreError
from sctrain.store import steps
from sctrain.store.queries import PROFILE, SURVEY, filling, hidden_topics
from sctrain.store.schema import answer, ordering
from sctrain.store.write import pseudonyms

BEFORE, AFTER = ROUNDS = ("before", "after")


@dataclass(frozen=True, eq=False)
class Orders:
    """Who put one short list in order: `options` are its codes, sorted.

    `people` has a row for each person: `before` and `after`, their orders as `a+b+c`, best first, each `` where
    they gave none; and their profile as codes, as `queries.cards` has it, each `` where they have no answer.
    """

    options: tuple[str, ...]
    people: pd.DataFrame

    @property
    def twice(self) -> pd.DataFrame:
        """Who put it in order in both rounds."""
        given = (self.people[BEFORE] != "") & (self.people[AFTER] != "")
        return self.people[given].reset_index(drop=True)


def orders(connection: Connection, event: str, version: int | None = None) -> Orders:
    """The orders of an event that stood at a data version (None: now), with the profile of the answer standing then.

    The list is the one that the newest order names; orders of another list are left out. The list that is set up
    has no version, and a frozen link must go on to show what it did. While the survey is hidden there are none.
    """
    none = Orders((), pd.DataFrame({name: pd.Series(dtype="str") for name in (*ROUNDS, *PROFILE)}))
    if SURVEY in hidden_topics(connection, [event]):
        return none
    rows = connection.execute(_standing(connection, event, version)).all()
    if not rows:
        return none
    newest = sorted(max(rows, key=lambda row: (row.version, row.id)).options.split(JOIN))
    same = [row._mapping for row in rows if sorted(row.options.split(JOIN)) == newest]
    return Orders(tuple(newest), _by_person(pd.DataFrame(same)))


def _by_person(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each person; in the order of their pseudonyms, which does not tell who came first."""
    given = rows.pivot(index="person", columns="round", values="options").reindex(columns=list(ROUNDS)).fillna("")
    profile = rows.drop_duplicates("person").set_index("person")[list(PROFILE)]
    return given.join(profile).sort_index().reset_index(drop=True).astype("str").rename_axis(columns=None)


def _standing(connection: Connection, event: str, version: int | None) -> Select:
    """Where numbers go on in steps, the orders of the last step, and of the profiles what was shown by then."""
    shown = steps.at(connection, [event], version, steps.ORDERS).get(event, version)
    told = steps.at(connection, [event], shown).get(event, shown)
    stands = [_at(ordering, shown), _at(answer, told)]
    same = and_(answer.c.event == ordering.c.event, answer.c.person == ordering.c.person, stands[1])
    own: dict[str, Any] = {"table": cast(answer.c.table_number, Text), "event": ordering.c.event}
    if filling(connection, [event], shown):
        own = dict.fromkeys(PROFILE, literal("")) | {"event": ordering.c.event}
    profile = [func.coalesce(own.get(name, answer.c.get(name)), "").label(name) for name in PROFILE]
    columns = [ordering.c[name] for name in ("id", "person", "round", "options", "version")]
    joined = select(*columns, *profile).select_from(ordering.outerjoin(answer, same))
    return joined.where(ordering.c.event == event, stands[0]).order_by(ordering.c.id)


def _at(table: Table, version: int | None) -> ColumnElement[bool]:
    """Which rows of a table that is never altered stood at a data version."""
    if version is None:
        return table.c.replaced_in.is_(None)
    return and_(table.c.version <= version, or_(table.c.replaced_in.is_(None), table.c.replaced_in > version))


def add_orders(connection: Connection, event: str, given: pd.DataFrame, version: int) -> None:
    """Store orders that came in together: `person`, `round` and `options` as `a+b+c`, of people who gave none yet.

    Within a write transaction; `version` is the newest change. StoreError for an unknown round.
    """
    for name in set(given["round"]) - set(ROUNDS):
        raise StoreError(f"there is no round {name!r} of ordering; there are: {', '.join(ROUNDS)}")
    if given.empty:
        return
    people = pseudonyms(connection, event, given["person"].tolist())
    rows = given[["round", "options"]].assign(event=event, person=people, version=version).sort_values("person")
    connection.execute(
        insert(ordering), [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]
    )
