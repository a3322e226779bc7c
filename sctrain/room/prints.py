"""What is printed before an event, in black and white: table sheets, QR cards, the host's script."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import segno
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sctrain.languages import LANGUAGES, SOURCE
from sctrain.room import wording
from sctrain.room.asking import token_for
from sctrain.room.office import office, public_address
from sctrain.room.paper import LINES
from sctrain.room.reply import N_, day, page, said
from sctrain.store import access, setup

KINDS = ("sheets", "cards", "script")


async def show(request: Request) -> Response:
    """A page to print; `?lang=` speaks another language."""
    event, what = request.path_params["event"], request.path_params["what"]
    if what not in KINDS:
        return said(request, 404, N_("There is no such print."))

    def look(connection: Connection) -> dict[str, Any]:
        token_for(connection, request, "organiser", event)
        return _look(connection, event)

    values = await office().read(look)
    language = request.query_params.get("lang", SOURCE)
    language = language if language in LANGUAGES else SOURCE
    address, catalogue = public_address(str(request.base_url)), values.pop("catalogue")
    values["day"] = values["event"].held_on and day(values["event"].held_on, language)
    values["cards"] = [_card(address, *link) for link in values.pop("links")]
    values |= wording.sheet(catalogue, language) | {
        "handed": wording.handed(catalogue, language),
        "address": address,
        "lines": LINES,
    }
    return page(f"print_{what}.html", request, 200, language, **values)


def _look(connection: Connection, event: str) -> dict[str, Any]:
    how = setup.read(connection, event) or setup.Setup()
    now = datetime.now(UTC)
    held = [a for a in access.links(connection, event) if a.role in ("table", "participant") and not a.ended(now)]
    newest = {(link.role, link.table_number): link for link in held}.values()
    links = [(link, access.token_of(connection, link.jti)) for link in newest]
    found, catalogue = setup.event_row(connection, event), setup.catalogue_of_event(connection, event)
    return {"event": found, "numbers": range(1, how.tables + 1), "catalogue": catalogue, "links": links}


def _card(address: str, link: access.Access, token: str) -> dict[str, Any]:
    url = f"{address}/j/{token}" if link.role == "participant" else f"{address}/enter/{token}"
    return {"role": link.role, "table": link.table_number, "url": url, "qr": picture(url), "until": link.expires_at}


def picture(url: str) -> str:
    """A QR code as the address of an SVG."""
    return segno.make(url, error="m").svg_data_uri(scale=4, border=2, light="white")
