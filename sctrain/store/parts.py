"""Parts of the answers, by their ids, as processes elsewhere read them: they get the store's address, not data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from sctrain.cards import Cards
from sctrain.errors import StoreError
from sctrain.store import queries
from sctrain.store.engine import connect
from sctrain.store.schema import answer

Span = tuple[int, int]
"""The first and the last id of a part; there may be nothing at either."""


@dataclass(frozen=True)
class Source:
    """Whose answers are read where: the store's address, events, data version, and the competencies to lay out by.

    `dimensions` are read of people beside their ratings.
    """

    url: str
    events: tuple[str, ...]
    version: int
    competencies: tuple[str, ...]
    dimensions: tuple[str, ...] = queries.PROFILE


def address(engine: Engine) -> str:
    """Where other processes find this store, its password included; StoreError where only this process has it."""
    url = engine.url
    if url.get_backend_name() != "sqlite":
        return url.render_as_string(hide_password=False)
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise StoreError(f"a store in memory ({url}) cannot be read by other processes")
    return f"sqlite:///{Path(url.database).absolute()}"


def spans(connection: Connection, size: int) -> list[Span]:
    """The ids of all answers, cut at the multiples of `size`; none where there are no answers."""
    # Two scalar subqueries over all answers are two look-ups, as in `queries`.
    ends = (select(end(answer.c.id)).scalar_subquery() for end in (func.min, func.max))
    first, last = connection.execute(select(*ends)).one()
    if last is None:
        return []
    return [(start, start + size - 1) for start in range(first // size * size, last + 1, size)]


def read(source: Source, span: Span) -> Cards:
    """The answers of a span, decoded, with their profile. StoreError that names the span where it cannot be read."""
    where = make_url(source.url)
    what = f"the answers {span[0]} to {span[1]} of {', '.join(source.events)} cannot be read from {where}"
    if where.get_backend_name() == "sqlite" and not Path(where.database or "").is_file():  # it would be made, and empty
        raise StoreError(f"{what}: there is no such file on this worker")
    engine = connect(source.url)
    try:
        with engine.connect() as connection:
            found = queries.cards(connection, source.events, source.version, source.dimensions, span)
    except (SQLAlchemyError, StoreError, ValueError) as error:
        reason = str(getattr(error, "orig", error)).strip()
        raise StoreError(f"{what}: {reason}") from None
    finally:
        engine.dispose()
    return found.laid_out(source.competencies)
