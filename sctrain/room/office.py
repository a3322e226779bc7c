"""What the routes of one server share: the store, its writer, the limits, and the words of each language."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from limits import RateLimitItem, parse
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Connection, Engine
from starlette.concurrency import run_in_threadpool

from sctrain.languages import SOURCE, translations
from sctrain.room.window import Windows
from sctrain.room.writer import Writer
from sctrain.store.access import ensure_key
from sctrain.store.engine import open_store, store_url

HERE = Path(__file__).parent
T = TypeVar("T")
LIMITS = {
    "send": parse("120/minute"),  # a phone saves after each mark, at most about once a second
    "scribe": parse("600/minute"),
    "guess": parse("20/minute"),
    "begin": parse("600/10 minutes"),  # one address may be a whole room behind one router
}
"""How often one device may do what."""


@dataclass(frozen=True)
class Office:
    """The store of this server and who writes to it."""

    engine: Engine
    writer: Writer
    limiter: MovingWindowRateLimiter

    async def read(self, look: Callable[[Connection], T]) -> T:
        """What `look` reads, in a thread of its own."""

        def reading() -> T:
            with self.engine.connect() as connection:
                return look(connection)

        return await run_in_threadpool(reading)

    def may(self, what: str, who: str) -> bool:
        """Whether this device may do this once more now."""
        item: RateLimitItem = LIMITS[what]
        return self.limiter.hit(item, what, who)


def office() -> Office:
    """The office of the store that the environment names, opened once."""
    return _office(store_url())


@cache
def _office(url: str) -> Office:
    engine = open_store(url)
    ensure_key(engine)
    return Office(engine, Writer(engine), MovingWindowRateLimiter(Windows()))


def public_address(base: str) -> str:
    """The address that links and QR codes begin with: `SCTRAIN_URL`, else the one that was asked."""
    return (os.environ.get("SCTRAIN_URL") or base).rstrip("/")


@cache
def words(language: str = SOURCE) -> Environment:
    """The templates, speaking this language."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["language"] = language
    return made
