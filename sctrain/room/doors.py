"""The doors: links of a role, short links to views, files of the pages; and the routes of the room together."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from sctrain.errors import SctrainError
from sctrain.room import host, paper, personal, phone, planning, seats, table
from sctrain.room.asking import COOKIE
from sctrain.room.guard import Guard, is_ours
from sctrain.room.office import HERE, office
from sctrain.room.reply import N_, refused, said
from sctrain.store import access, stage

FIRST = "overview"
"""The page that `/` leads to."""
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


async def first(request: Request) -> Response:
    """The first page by its name; Streamlit has it under `/` alone, and says of its name that there is no such page."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/", 307)


async def file(request: Request) -> Response:
    """A script or the style of the room's pages."""
    path = HERE / "static" / request.path_params["name"]
    if path.suffix not in TYPES or path.parent != HERE / "static" or not path.is_file():
        return said(request, 404, N_("There is no such file."))
    return FileResponse(path, media_type=TYPES[path.suffix], headers={"Cache-Control": "public, max-age=31536000"})


async def nowhere(request: Request, _: Exception) -> Response:
    """What is told where there is no such page of the room."""
    return said(request, 404, N_("There is no such page."))


handlers = {SctrainError: refused}
"""How an error that a route raises is said."""
routes = [Route(f"/{FIRST}", first)]
"""What is answered among the pages that Streamlit draws, for `st.App` and for tests."""
doors = [
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
"""Every route of the live room."""
room = ExceptionMiddleware(Router(doors), {**handlers, 404: nowhere})
"""The live room, as an application of its own."""


class Fork:
    """ASGI middleware: what belongs to the room is answered by it, without passing through what Streamlit needs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        answering = room if scope["type"] == "http" and is_ours(scope["path"]) else self._app
        await answering(scope, receive, send)


middleware = [Middleware(Guard), Middleware(GZipMiddleware, minimum_size=1000), Middleware(Fork)]
"""What every request passes."""
