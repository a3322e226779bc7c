"""The doors: links of a role, short links to views, files of the pages; and the routes of the room together."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from sctrain.errors import SctrainError
from sctrain.room import host, paper, personal, phone, planning, seats, table
from sctrain.room.asking import COOKIE
from sctrain.room.guard import Guard
from sctrain.room.office import HERE, office, public_address
from sctrain.room.reply import N_, refused, said
from sctrain.store import access, retention, stage

HOUR = 3600
SWITCH = 0.001
"""Seconds for which one thread may keep the others waiting; by default five times as long, and phones feel it."""
TYPES = {".css": "text/css", ".js": "text/javascript"}


async def enter(request: Request) -> Response:
    """Take a link of a role: from now on this browser has it, out of reach of scripts."""
    token = request.path_params["token"]
    found = await office().read(lambda c: access.read_link(c, token))
    response = RedirectResponse(_home(found, token), 303)
    if found.role != "participant":
        secure, ends = request.url.scheme == "https", found.expires_at
        response.set_cookie(f"{COOKIE}{found.role}", token, expires=ends, httponly=True, samesite="lax", secure=secure)
    return response


def _home(found: access.Access, token: str) -> str:
    homes = {
        "organiser": f"/o/{found.event}" if found.event else "/o/",
        "presenter": f"/o/{found.event}",
        "table": f"/t/{found.event}/{found.table_number}",
        "participant": f"/j/{token}",
    }
    return homes[found.role]


async def short(request: Request) -> Response:
    """A saved view by its short code."""
    code = request.path_params["code"]
    found = await office().read(lambda c: stage.view(c, code))
    if found is None:
        return said(request, 404, N_("There is no view under this short link."))
    return RedirectResponse(found.address, 302)


async def file(request: Request) -> Response:
    """A script or the style of the room's pages."""
    path = HERE / "static" / request.path_params["name"]
    if path.suffix not in TYPES or path.parent != HERE / "static" or not path.is_file():
        return said(request, 404, N_("There is no such file."))
    return FileResponse(path, media_type=TYPES[path.suffix], headers={"Cache-Control": "public, max-age=31536000"})


routes = [
    Route("/enter/{token}", enter),
    Route("/v/{code}", short),
    Route("/room/{name}", file),
    *phone.routes(),
    *personal.routes(),
    *table.routes(),
    *paper.routes(),
    *planning.routes(),
    *seats.routes(),
    *host.routes(),
]
"""Every route of the live room, for `st.App` and for tests."""
middleware = [Middleware(Guard), Middleware(GZipMiddleware, minimum_size=1000)]
"""What every request passes."""
handlers = {SctrainError: refused}
"""How an error that a route raises is said."""


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


def opening(
    own_address: Callable[[], str], warm: Callable[[], None] = lambda: None
) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """What a server does as it opens: loads what takes time, opens the store, says where the organiser enters."""

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        sys.setswitchinterval(SWITCH)
        warm()
        path = await office().writer.do(organiser_path)
        address = public_address(own_address())
        print(f"\n  The organiser’s link (keep it to yourself):\n  {address}{path}\n", flush=True)  # noqa: T201
        keeping = asyncio.create_task(_keeping())
        yield
        keeping.cancel()

    return lifespan
