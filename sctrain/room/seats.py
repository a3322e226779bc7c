"""Seating registered people from the organiser's browser: a file in, a page of name cards to print out.

The file and the names pass through memory; nothing of them is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sctrain.catalogue import Catalogue
from sctrain.errors import SctrainError
from sctrain.room.asking import text, token_for
from sctrain.room.office import office
from sctrain.room.planning import whole
from sctrain.room.reply import page, sentence
from sctrain.store import setup
from sctrain.store.write import NewEvent

if TYPE_CHECKING:
    from sctrain.room.seated import Seated


def routes() -> list[Route]:
    """The routes of seating."""
    return [Route("/o/{event}/seats", show), Route("/o/{event}/seats", take, methods=["POST"])]


async def show(request: Request) -> Response:
    """The form that takes a file of registrations."""
    return await _page(request)


async def _page(request: Request, said: str = "", status: int = 200) -> Response:
    event, how, _ = await office().read(lambda c: _look(c, request))
    return page("seats.html", request, status, event=event, tables=how.tables or 8, said=said, code=event.code)


def _look(connection: Connection, request: Request) -> tuple[NewEvent, setup.Setup, Catalogue]:
    event = request.path_params["event"]
    token_for(connection, request, "organiser", event)
    how = setup.read(connection, event) or setup.Setup()
    return setup.event_row(connection, event), how, setup.catalogue_of_event(connection, event)


async def take(request: Request) -> Response:
    """Seat the people of the file: name cards and lists as a page to keep and print, or the plan as CSV."""
    event, _, catalogue = await office().read(lambda c: _look(c, request))
    async with request.form(max_files=1, max_fields=8) as sent:
        file = sent.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
        name = (file.filename or "") if isinstance(file, UploadFile) else ""
        wanted = text(sent, "tables"), text(sent, "rounds"), text(sent, "give")
    try:
        tables, rounds = whole("tables", wanted[0], 2, 50), whole("rounds", wanted[1], 1, 4)
        made = await run_in_threadpool(_seated, content, name, catalogue, tables, rounds)
    except SctrainError as error:
        return await _page(request, sentence(error), 422)
    if wanted[2] == "plan":
        return _file(made.plan(), "text/csv", f"seating-{event.code}.csv")
    return _file(made.cards(event.title), "text/html", f"name-cards-{event.code}.html")


def _seated(content: bytes, name: str, catalogue: Catalogue, tables: int, rounds: int) -> Seated:
    from sctrain.room import seated  # a server answers before a solver and spreadsheets are loaded

    return seated.seated(content, name, catalogue, tables, rounds)


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
