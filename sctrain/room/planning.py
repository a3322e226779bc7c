"""The organiser's list of events, and the form that sets one up: new, like another one, or changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.errors import InputError
from sctrain.languages import LANGUAGES, name_of
from sctrain.room.asking import allows, demand, links, text, texts
from sctrain.room.office import office
from sctrain.room.reply import page, sentence
from sctrain.store import access, desk, queries, setup
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent

SHORTLIST = 7
"""Competencies of a short list that can be put in order in a minute."""
SEVERAL = ("languages", "shortlist", "hide")


def routes() -> list[Route]:
    """The routes of events and their set-up."""
    return [
        Route("/o/", index),
        Route("/o/new", new),
        Route("/o/new", make, methods=["POST"]),
        Route("/o/{event}/setup", edit),
        Route("/o/{event}/setup", change, methods=["POST"]),
    ]


async def index(request: Request) -> Response:
    """The events that this browser's links are for."""

    def look(connection: Connection) -> tuple[list[Any], bool]:
        held = [event for event in queries.events(connection) if _may(connection, request, "presenter", event.code)]
        if not held:
            demand(connection, request, "organiser", None)
        return [(e, setup.read(connection, e.code)) for e in held], _may(connection, request, "organiser", None)

    held, everywhere = await office().read(look)
    return page("events.html", request, held=held, everywhere=everywhere)


def _may(connection: Connection, request: Request, role: str, event: str | None) -> bool:
    return any(allows(connection, token, role, event) for token in links(request))


async def new(request: Request) -> Response:
    """The form of a new event, filled in like another one where it is cloned (`?like=CODE`)."""
    like = request.query_params.get("like", "")

    def look(connection: Connection) -> dict[str, Any]:
        demand(connection, request, "organiser", None)
        return _blank(connection, like)

    values = await office().read(look)
    return page("setup.html", request, is_new=True, said="", event="", **values)


def _blank(connection: Connection, like: str) -> dict[str, Any]:
    if like in [e.code for e in queries.events(connection)]:
        found, how = setup.event_row(connection, like), setup.read(connection, like) or Setup(tables=8)
        catalogue = setup.catalogue_of_event(connection, like)
    else:
        found, how, catalogue = NewEvent("new", " "), Setup(tables=8, languages=LANGUAGES), read_catalogue()
    fields = _fields(found, how, setup.usually_hidden(catalogue))
    # Another day, and so another end of keeping: neither is the last one's.
    fields |= {"code": "", "title": found.title.strip(), "held_on": "", "retain_until": ""}
    return {"fields": fields, **_choices(connection, catalogue)}


def _choices(connection: Connection, first: Catalogue) -> dict[str, Any]:
    """What the form offers; its lists and competencies are those of the first catalogue."""
    held = [first, read_catalogue(), *queries.catalogues(connection)]
    return {
        "catalogues": list({c.code: c.catalogue.title for c in held}.items()),
        "topics": setup.topics(first),
        "languages": [(code, name_of(code)) for code in LANGUAGES],
        "competencies": [(c.code, c.label) for c in first.competency],
    }


def _fields(event: NewEvent, how: Setup, hide: Iterable[str]) -> dict[str, Any]:
    return {
        "code": event.code,
        "title": event.title,
        "held_on": f"{event.held_on or ''}",
        "place": event.place,
        "threshold": event.threshold,
        "tables": how.tables,
        "languages": how.languages,
        "retain_until": f"{how.retain_until or ''}",
        "at_end": how.at_end,
        "shortlist": how.shortlist,
        "steps": "on" * how.steps,
        "hide": tuple(hide),
        "catalogue": "",
    }


async def make(request: Request) -> Response:
    """Set up a new event."""
    sent = await request.form(max_fields=300)

    def write(connection: Connection) -> str:
        demand(connection, request, "organiser", None)
        event, how = read_setup(sent, text(sent, "code"), Setup())
        catalogue = _catalogue(connection, text(sent, "catalogue"))
        _known(how.shortlist, catalogue)
        setup.make_event(connection, event, catalogue, how, texts(sent, "hide"))
        access.make_links(connection, event.code, how.tables)
        return event.code

    return await _written(request, sent, write)


async def change(request: Request) -> Response:
    """Change how an event is set up."""
    sent, event = await request.form(max_fields=300), request.path_params["event"]

    def write(connection: Connection) -> str:
        demand(connection, request, "organiser", event)
        found, how = read_setup(sent, event, setup.read(connection, event) or Setup())
        catalogue = setup.catalogue_of_event(connection, event)
        _known(how.shortlist, catalogue)
        setup.change_event(connection, found, how)
        access.make_links(connection, event, how.tables)
        for topic in setup.topics(catalogue):
            desk.reveal(connection, event, topic, topic in texts(sent, "hide"))
        return event

    return await _written(request, sent, write)


async def _written(request: Request, sent: FormData, write: Callable[[Connection], str]) -> Response:
    """On to the event's panel; the form once more, as it was filled in, where something in it is wrong."""
    try:
        event = await office().writer.do(write)
    except InputError as error:
        return await _once_more(request, sent, sentence(error))
    return RedirectResponse(f"/o/{event}", 303)


async def _once_more(request: Request, sent: FormData, said: str) -> Response:
    event = request.path_params.get("event", "")
    names = _fields(NewEvent("n", "n"), Setup(), ())
    given = {name: texts(sent, name) if name in SEVERAL else text(sent, name) for name in names}

    def look(connection: Connection) -> dict[str, Any]:
        asked = text(sent, "catalogue")
        first = setup.catalogue_of_event(connection, event) if event else _catalogue(connection, asked)
        return _choices(connection, first)

    choices = await office().read(look)
    return page("setup.html", request, 422, is_new=not event, said=said, event=event, fields=given, **choices)


async def edit(request: Request) -> Response:
    """How an event is set up, to be changed."""
    event = request.path_params["event"]

    def look(connection: Connection) -> dict[str, Any]:
        demand(connection, request, "organiser", event)
        how, hide = setup.read(connection, event) or Setup(), queries.hidden_topics(connection, [event])
        fields = _fields(setup.event_row(connection, event), how, hide)
        return {"fields": fields, **_choices(connection, setup.catalogue_of_event(connection, event))}

    values = await office().read(look)
    return page("setup.html", request, is_new=False, said="", event=event, **values)


def read_setup(sent: FormData, code: str, before: Setup) -> tuple[NewEvent, Setup]:
    """What a set-up form says; InputError names the field, what it holds and what it may."""
    event = NewEvent(
        _code(code),
        _plain("title", text(sent, "title"), 1),
        _day("date", text(sent, "held_on")),
        _plain("place", text(sent, "place"), 0),
        whole("privacy threshold", text(sent, "threshold"), 3, 20),
    )
    retain, shortlist = _day("kept until", text(sent, "retain_until")), tuple(texts(sent, "shortlist"))
    if retain and event.held_on and retain < event.held_on:
        raise InputError(f"kept until: {retain} is before the event, {event.held_on}")
    if len(shortlist) > SHORTLIST or len(shortlist) == 1:
        raise InputError(f"short list: it has 2 to {SHORTLIST} competencies, not {len(shortlist)}")
    languages = tuple(name for name in LANGUAGES if name in texts(sent, "languages")) or LANGUAGES[:1]
    at_end = text(sent, "at_end") or before.at_end
    if at_end not in setup.ENDS:
        raise InputError(f"after that day: {at_end[:40]!r} is not one of {', '.join(setup.ENDS)}")
    tables = whole("tables", text(sent, "tables") or "0", 0, access.TABLES)
    how = replace(before, tables=tables, languages=languages, shortlist=shortlist)
    return event, replace(how, retain_until=retain, at_end=at_end, steps=bool(text(sent, "steps")))


def _known(shortlist: tuple[str, ...], catalogue: Catalogue) -> None:
    for odd in (code for code in shortlist if code not in catalogue.codes):
        raise InputError(f"short list: {odd[:40]!r} is no competency of {catalogue.catalogue.title}")


def _code(typed: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]{1,40}", typed) or typed == "new":
        raise InputError(f"code: {typed[:40]!r} is not made of 1 to 40 letters, digits and _, or is the word new")
    return typed


def _plain(what: str, typed: str, least: int) -> str:
    """One line of text, without the signs that nobody can read."""
    line = " ".join(desk.CONTROL.sub(" ", typed).split())
    if not least <= len(line) <= 200:
        raise InputError(f"{what}: it has {least} to 200 characters, not {len(line)}")
    return line


def _day(what: str, typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise InputError(f"{what}: {typed[:40]!r} is no day such as 2018-11-15") from error


def whole(what: str, typed: str, low: int, high: int) -> int:
    """A whole number as it was typed; InputError names what it is of, and its limits."""
    if not re.fullmatch("[0-9]{1,6}", typed) or not low <= int(typed) <= high:
        raise InputError(f"{what}: {typed[:40]!r} is no number from {low} to {high}")
    return int(typed)


def _catalogue(connection: Connection, code: str) -> Catalogue:
    shipped = read_catalogue()
    return shipped if code in ("", shipped.code) else queries.catalogue_of(connection, code)
