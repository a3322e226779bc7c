"""What a request says: which fields, in which language, by which link, from which device."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request

from sctrain.errors import AccessError
from sctrain.languages import LANGUAGES, SOURCE, choose
from sctrain.store import access

COOKIE = "sct_"
"""Before the role whose link a cookie holds."""


def text(sent: FormData, name: str) -> str:
    """The first text of a field; `` where it has none, or a file."""
    value = sent.get(name, "")
    return value if isinstance(value, str) else ""


def texts(sent: FormData, name: str) -> list[str]:
    """Every text of a field that is not empty."""
    return [value for value in sent.getlist(name) if isinstance(value, str) and value]


def is_script(request: Request) -> bool:
    """Whether a script of ours asks, which wants JSON."""
    return "json" in request.headers.get("accept", "")


def language_of(request: Request, offered: Sequence[str] = LANGUAGES) -> str:
    """The language to speak: the one asked for, the one chosen before, else what the browser prefers."""
    for asked in (request.query_params.get("lang"), request.cookies.get("lang")):
        if asked in offered:
            return str(asked)
    return choose(request.headers.get("accept-language", ""), tuple(offered) or (SOURCE,))


def device(request: Request) -> str:
    """The address that a request came from; a whole room may share one."""
    return request.client.host if request.client else "unknown"


def token_for(connection: Connection, request: Request, role: str, event: str | None, table: int | None = None) -> str:
    """The link that this browser was opened with and that allows this; AccessError says why there is none."""
    held = links(request)
    if not held:
        raise AccessError("this page opens by a link only: ask the organiser for it")
    token = next((token for token in held if allows(connection, token, role, event, table)), held[0])
    access.demand(connection, token, role, event, table)
    return token


def links(request: Request) -> list[str]:
    """The links that this browser was opened with, the one that may do most first."""
    kept = (request.cookies.get(f"{COOKIE}{name}") for name in ("organiser", "presenter", "table"))
    return [token for token in kept if token]


def demand(connection: Connection, request: Request, role: str, event: str | None) -> access.Access:
    """What that link allows."""
    return access.read_link(connection, token_for(connection, request, role, event))


def allows(connection: Connection, token: str, role: str, event: str | None, table: int | None = None) -> bool:
    """Whether a link holds and is for this."""
    try:
        return access.read_link(connection, token).allows(role, event, table)
    except AccessError:
        return False
