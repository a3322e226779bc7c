"""How a server opens: for phones and tables at once, for pages as soon as what draws them is loaded."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from sctrain.errors import SctrainError
from sctrain.room.office import office, public_address
from sctrain.store import access, retention

HOUR = 3600
SWITCH = 0.001
"""Seconds for which one thread may keep the others waiting; by default five times as long, and phones feel it."""
PAGE = 0.08
"""Seconds from one waiting page to the next: to draw one takes about as much of a core, and phones are in between."""


class Opening:
    """One server's opening: `lifespan` and `middleware` for `st.App`.

    It opens the store, says where the organiser enters, and answers from then on; `load` goes on in a thread, and the
    websockets of pages wait for its end. So a room whose server is started again is answered in half the time.
    """

    def __init__(self, own_address: Callable[[], str], load: Callable[[], None] = lambda: None) -> None:
        self._own_address, self._load = own_address, load
        self._loaded = asyncio.Event()
        self.middleware = [Middleware(_Waiting, self._loaded)]

    @asynccontextmanager
    async def lifespan(self, _: Any) -> AsyncIterator[None]:
        """What a server does before it answers, and beside it as long as it does."""
        sys.setswitchinterval(SWITCH)
        path = await office().writer.do(organiser_path)
        address = public_address(self._own_address())
        print(f"\n  The organiser’s link (keep it to yourself):\n  {address}{path}\n", flush=True)  # noqa: T201
        beside = [asyncio.create_task(self._loading()), asyncio.create_task(_keeping())]
        yield
        for task in beside:
            task.cancel()

    async def _loading(self) -> None:
        try:
            await run_in_threadpool(self._load)
        finally:
            self._loaded.set()  # where something is missing, the page that needs it says so


class _Waiting:
    """ASGI middleware: websockets wait for an event, and those who did are let in one after another."""

    def __init__(self, app: ASGIApp, loaded: asyncio.Event) -> None:
        self._app, self._loaded, self._door = app, loaded, asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through; a websocket not before its time."""
        if scope["type"] == "websocket" and not self._loaded.is_set():
            await self._loaded.wait()
            async with self._door:
                await asyncio.sleep(PAGE)
        await self._app(scope, receive, send)


def organiser_path(connection: Connection) -> str:
    """The path of the organiser's link of this server. For a write transaction."""
    return f"/enter/{access.standing_link(connection, 'organiser', None)}"


async def _keeping() -> None:
    """Once an hour, end the time of events that are past the day until which they are kept."""
    while True:
        try:
            done = await run_in_threadpool(retention.keep_promises, office().engine, datetime.now(UTC))
            for one in done:
                print(f"sctrain: {one.event} was kept until {one.until}: {one.at_end}d", flush=True)  # noqa: T201
        except SctrainError as error:
            print(f"sctrain: {error}", file=sys.stderr, flush=True)  # noqa: T201
        await asyncio.sleep(HOUR)
