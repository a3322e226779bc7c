"""The organiser's panel of an event: what each table has given in, never what; links, time, what is revealed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sctrain.catalogue import Catalogue
from sctrain.errors import InputError
from sctrain.load.text import fold
from sctrain.room import prints
from sctrain.room.asking import text, token_for
from sctrain.room.office import office, public_address
from sctrain.room.planning import whole
from sctrain.room.reply import page
from sctrain.store import access, desk, phones, queries, setup
from sctrain.store.setup import Setup

MINUTES = 40
"""That tables usually have."""


def routes() -> list[Route]:
    """The routes of organisers, and of presenters where they may write."""
    return [
        Route("/o/{event}", panel),
        Route("/o/{event}/do", act, methods=["POST"]),
        Route("/o/{event}/print/{what}", prints.show),
    ]


async def panel(request: Request) -> Response:
    """What each table has given in, without telling what; time, links, what is revealed."""
    event, address = request.path_params["event"], public_address(str(request.base_url))

    def look(connection: Connection) -> dict[str, Any]:
        found = access.read_link(connection, token_for(connection, request, "presenter", event))
        is_organiser = found.role == "organiser"
        held = access.links(connection, event) if is_organiser else []
        links = [_link(connection, link, address) for link in held]
        return {"is_organiser": is_organiser, "links": links, **_panel(connection, event)}

    values = await office().read(look)
    values["trouble"] = office().writer.trouble if values["is_organiser"] else ""
    return page("panel.html", request, code=event, minutes=MINUTES, address=address, **values)


def _panel(connection: Connection, event: str) -> dict[str, Any]:
    how, catalogue = setup.read(connection, event) or Setup(), setup.catalogue_of_event(connection, event)
    hide, standing = queries.hidden_topics(connection, [event]), desk.progress(connection, event)
    numbers = sorted({*range(1, how.tables + 1), *standing})
    tables = [
        table_progress(n, standing.get(n, {}), catalogue) | {"shut": desk.is_locked(connection, event, n)}
        for n in numbers
    ]
    return {
        "how": how,
        "event": setup.event_row(connection, event),
        "counts": phones.counts(connection, event),
        "waiting": queries.waiting(connection, [event]),
        "topics": [(code, label, code in hide) for code, label in setup.topics(catalogue).items()],
        "lists": [(topic.code, topic.label) for topic in catalogue.topic],
        "tables": tables,
        "shortlist": [catalogue.labels.get(code, code) for code in how.shortlist],
    }


def table_progress(number: int, parts: Mapping[str, desk.Part], catalogue: Catalogue) -> dict[str, Any]:
    """How far a table is: per list how many options it has ranked, how many lines; never what."""
    ranked = {t.code: sum(map(len, parts[t.code].content)) if t.code in parts else 0 for t in catalogue.topic}
    lines = sum(bool(part.content["text"]) for name, part in parts.items() if name.startswith(desk.LINE))
    members = parts[desk.PEOPLE].content["members"] if desk.PEOPLE in parts else None
    missing = [*ranked.values(), lines].count(0)
    last = max((part.at for part in parts.values()), default="")
    emptied = any(map(desk.is_emptied, parts.values()))
    told = {"number": number, "ranked": ranked, "lines": lines, "members": members, "missing": missing}
    return told | {"last": last, "emptied": emptied}


def _link(connection: Connection, found: access.Access, address: str) -> dict[str, Any]:
    token = access.token_of(connection, found.jti)
    path = f"/j/{token}" if found.role == "participant" else f"/enter/{token}"
    ended = found.ended(datetime.now(UTC))
    return {"link": found, "url": f"{address}{path}", "ended": ended}


@dataclass(frozen=True)
class _Act:
    """What somebody wants done to an event: `about` is the table, topic or link that it is done to."""

    connection: Connection
    token: str
    event: str
    about: str
    sent: FormData

    @property
    def table(self) -> int:
        return whole("table", self.about, 1, access.TABLES)


async def act(request: Request) -> Response:
    """One act of the organiser, or of the presenter where it is theirs; the button's value says which."""
    event, sent = request.path_params["event"], await request.form()
    what, _, about = text(sent, "act").partition(":")
    if what not in ACTS:
        raise InputError(f"there is nothing called {what[:40]!r} to do")
    role, do = ACTS[what]

    def write(connection: Connection) -> None:
        token = token_for(connection, request, role, event)
        setup.event_row(connection, event)
        do(_Act(connection, token, event, about, sent))

    await office().writer.do(write)
    back = text(sent, "back")
    return RedirectResponse(back if re.fullmatch(r"/[a-z_]{0,40}(\?[\w=&.%+-]*)?", back) else f"/o/{event}", 303)


def _reveal(it: _Act) -> None:
    desk.reveal(it.connection, it.event, it.about, hide=False)


def _hide(it: _Act) -> None:
    desk.reveal(it.connection, it.event, it.about, hide=True)


def _lock(it: _Act) -> None:
    desk.lock(it.connection, it.token, it.event, it.table, shut=True)


def _unlock(it: _Act) -> None:
    desk.lock(it.connection, it.token, it.event, it.table, shut=False)


def _reset(it: _Act) -> None:
    desk.reset(it.connection, it.token, it.event, it.table)


def _put_back(it: _Act) -> None:
    desk.put_back(it.connection, it.token, it.event, it.table)


def _close(it: _Act) -> None:
    setup.close(it.connection, it.event)


def _open(it: _Act) -> None:
    setup.put(it.connection, it.event, closed=False)


def _round(it: _Act) -> None:
    setup.put(it.connection, it.event, round=it.about)


def _clock(it: _Act) -> None:
    minutes = whole("minutes", text(it.sent, "minutes"), 0, 600)
    ends = datetime.now(UTC) + timedelta(minutes=minutes)
    setup.put(it.connection, it.event, ends_at=ends.isoformat(timespec="seconds") if minutes else "")


def _new_link(it: _Act) -> None:
    role, _, table = it.about.partition("-")
    if role == "table":
        access.make_link(it.connection, "table", it.event, whole("table", table, 1, access.TABLES))
    elif role == "presenter":
        access.make_link(it.connection, "presenter", it.event)
    elif role == "participant":
        access.make_link(it.connection, "participant", it.event)
    else:
        raise InputError(f"link: {role[:40]!r} is not one of presenter, participant, table")


def _revoke(it: _Act) -> None:
    if it.about not in [found.jti for found in access.links(it.connection, it.event)]:
        raise InputError("this link is not one of this event")
    access.revoke(it.connection, it.about)


def _withdraw(it: _Act) -> None:
    given = text(it.sent, "who")
    if not phones.withdraw_for(it.connection, it.event, (access.personal_code(given), fold(given))):
        raise InputError("nothing is stored under this personal code or id")


ACTS: dict[str, tuple[str, Callable[[_Act], None]]] = {
    "reveal": ("presenter", _reveal),
    "hide": ("presenter", _hide),
    "round": ("presenter", _round),
    "lock": ("organiser", _lock),
    "unlock": ("organiser", _unlock),
    "reset": ("organiser", _reset),
    "back": ("organiser", _put_back),
    "close": ("organiser", _close),
    "open": ("organiser", _open),
    "clock": ("organiser", _clock),
    "link": ("organiser", _new_link),
    "revoke": ("organiser", _revoke),
    "withdraw": ("organiser", _withdraw),
}
"""What can be done, and whose it is; an organiser may do what a presenter may."""
