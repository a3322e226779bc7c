"""What all clients of a rehearsal share: the event and its links, what they were told, what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Engine

from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.rehearsal.ledger import Asked, Ledger
from sctrain.rehearsal.log import Log
from sctrain.rehearsal.plan import EVENT, Plan
from sctrain.rehearsal.wire import Network
from sctrain.store import access, phones, setup
from sctrain.store.engine import writing
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent


@dataclass(frozen=True)
class Links:
    """Tokens: of phones, the presenter, and each table by its number."""

    phone: str
    presenter: str
    tables: Mapping[int, str]


@dataclass
class Scene:
    """One rehearsal under way. `secret` stands in every line that a table writes, and nowhere else."""

    plan: Plan
    port: int
    engine: Engine
    catalogue: Catalogue
    asked: Asked
    links: Links
    secret: str = field(default_factory=lambda: f"zq{token_hex(6)}")
    ledger: Ledger = field(default_factory=Ledger)
    log: Log = field(default_factory=Log)
    networks: list[Network] = field(default_factory=list)
    revealed: float | None = None
    _doubles: set[asyncio.Task[None]] = field(default_factory=set)

    def network(self) -> Network:
        """The network of one more client."""
        self.networks.append(Network(self.port))
        return self.networks[-1]

    async def until(self, at: float) -> None:
        """Wait until so many seconds after the beginning."""
        await asyncio.sleep(max(0.0, at - self.log.now))

    def double(self, work: Any) -> None:
        """Have something sent a second time, beside all else."""
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._doubles.add(task)
        task.add_done_callback(self._doubles.discard)

    async def doubled(self) -> None:
        """Wait for all that is sent a second time."""
        while self._doubles:
            await asyncio.gather(*self._doubles)

    @property
    def topics(self) -> tuple[str, ...]:
        """The lists that tables rank."""
        return tuple(topic.code for topic in self.catalogue.topic)


def prepare(engine: Engine, plan: Plan, port: int) -> Scene:
    """Set up the event as organisers do: all that tables give in is hidden, the survey is not.

    StoreError where the store has an event of this code already.
    """
    catalogue = read_catalogue()
    new = NewEvent(EVENT, "A rehearsal", datetime.now(UTC).date(), is_demo=True)
    with writing(engine) as connection:
        setup.make_event(connection, new, catalogue, Setup(tables=plan.tables), setup.usually_hidden(catalogue))
        codes = phones.form_of(connection, EVENT).codes
        links = Links(
            access.make_link(connection, "participant", EVENT),
            access.make_link(connection, "presenter", EVENT),
            {table: access.make_link(connection, "table", EVENT, table) for table in range(1, plan.tables + 1)},
        )
    return Scene(plan, port, engine, catalogue, Asked(codes), links)
