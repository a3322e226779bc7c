"""Sheets that were filled in on paper: typed by keyboard, twice, and stored where both times say the same.

Each option has the number that is printed beside it. A list is typed as `7 3 12=5 1`: the first is 7, then 3, then
12 and 5 tied, then 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sctrain.catalogue import Catalogue
from sctrain.errors import InputError
from sctrain.room.asking import text, token_for
from sctrain.room.office import office
from sctrain.room.reply import page, sentence
from sctrain.room.table import count
from sctrain.store import desk, setup
from sctrain.store.desk import KINDS, LINE, PEOPLE, Change

LINES = 10
"""Lines on a printed sheet: with them a sheet is both sides of one paper."""
PAPER = f"{LINE}paper"
"""Before the number of a printed line, in the name of its part."""
Entry = dict[str, Any]
"""What was typed, by part: rankings by topic, `people` a number or None, `line.paper3` its kind and text."""


def routes() -> list[Route]:
    """The routes of the paper twin."""
    return [
        Route("/o/{event}/paper", choose),
        Route("/o/{event}/paper/{table:int}", show),
        Route("/o/{event}/paper/{table:int}", take, methods=["POST"]),
    ]


def numbers(catalogue: Catalogue, topic: str) -> dict[str, int]:
    """The number printed beside each option of a list."""
    return {code: place for place, code in enumerate(catalogue.options_of(topic), 1)}


def read_list(typed: str, catalogue: Catalogue, topic: str) -> list[list[str]]:
    """The ranking that a typed list means; InputError names what is not a number on the sheet, or stands twice."""
    codes = {str(place): code for code, place in numbers(catalogue, topic).items()}
    ties = [tie.split("=") for tie in re.sub(r"\s*=\s*", "=", typed.strip()).replace(",", " ").split()]
    label = next(t.label for t in catalogue.topic if t.code == topic)
    named = [number for tie in ties for number in tie]
    for odd in (number for number in named if number not in codes):
        raise InputError(f"{label}: {odd[:20]!r} is no number on this list; there are 1 to {len(codes)}, a tie is 12=5")
    for twice in (number for number in named if named.count(number) > 1):
        raise InputError(f"{label}: {twice} stands on the list twice")
    return [sorted(codes[number] for number in tie) for tie in ties]


def typed_list(ranking: Sequence[Sequence[str]], catalogue: Catalogue, topic: str) -> str:
    """How a ranking is typed."""
    places = numbers(catalogue, topic)
    return " ".join("=".join(str(n) for n in sorted(places[code] for code in tie)) for tie in ranking)


def differences(first: Entry, second: Entry, catalogue: Catalogue) -> list[tuple[str, str, str]]:
    """Where the two times say something else: the part as the sheet calls it, and both as they are typed."""
    known = (PEOPLE, *(topic.code for topic in catalogue.topic), *(f"{PAPER}{n}" for n in range(1, LINES + 1)))
    parts = [name for name in known if first.get(name) != second.get(name)]
    told = [[_said(name, time.get(name), catalogue) for name in parts] for time in (first, second)]
    return list(zip([_called(name, catalogue) for name in parts], *told, strict=True))


def _called(part: str, catalogue: Catalogue) -> str:
    if part.startswith(PAPER):
        return f"Line {part.removeprefix(PAPER)}"
    return next((topic.label for topic in catalogue.topic if topic.code == part), "People at the table")


def _said(part: str, content: Any, catalogue: Catalogue) -> str:
    if not content:
        return "nothing"
    if part.startswith(PAPER):
        return ": ".join(content)
    return str(content) if part == PEOPLE else typed_list(content, catalogue, part)


async def choose(request: Request) -> Response:
    """Which table's sheet is entered, and how far each is."""
    event = request.path_params["event"]

    def look(connection: Connection) -> dict[str, Any]:
        token_for(connection, request, "organiser", event)
        how, standing = setup.read(connection, event) or setup.Setup(), desk.progress(connection, event)
        once = {n for n, parts in standing.items() if desk.paper_first(parts)}
        done = {n for n, parts in standing.items() if any(part.kind == "paper" for part in parts.values())} - once
        return {"tables": range(1, how.tables + 1), "once": once, "done": done}

    values = await office().read(look)
    return page("paper.html", request, event=event, **values)


async def show(request: Request) -> Response:
    """The keyboard screen, empty: nobody copies what was typed before."""
    return await _screen(request, {})


async def _screen(
    request: Request, fields: Mapping[str, str], said: str = "", differ: Sequence[Any] = (), status: int = 200
) -> Response:
    event, table = request.path_params["event"], request.path_params["table"]

    def look(connection: Connection) -> tuple[Catalogue, bool]:
        token_for(connection, request, "organiser", event)
        is_second = desk.paper_first(desk.read(connection, event, table)) is not None
        return setup.catalogue_of_event(connection, event), is_second

    catalogue, is_second = await office().read(look)
    topics = [(t.code, t.label, catalogue.options_of(t.code).values()) for t in catalogue.topic]
    values = {"event": event, "table": table, "fields": fields, "said": said, "lines": LINES, "kinds": KINDS}
    return page("paper_sheet.html", request, status, second=is_second, topics=topics, differ=differ, **values)


async def take(request: Request) -> Response:
    """Keep the first time; with the second, store what both say, or show where they differ."""
    event, table = request.path_params["event"], request.path_params["table"]
    sent = await request.form(max_fields=200)
    fields = {name: text(sent, name) for name in sent}

    def write(connection: Connection) -> list[tuple[str, str, str]]:
        token, catalogue = token_for(connection, request, "organiser", event), _catalogue(connection, event)
        given, act = read_entry(fields, catalogue), fields.get("act")
        first = desk.paper_first(desk.read(connection, event, table))
        if first is None or act == "again":
            desk.keep_paper_first(connection, event, table, given)
            return []
        differ = differences(first, given, catalogue) if act != "settle" else []
        if not differ:
            _store(connection, token, event, table, given)
        return differ

    try:
        differ = await office().writer.do(write)
    except InputError as error:
        return await _screen(request, fields, sentence(error), status=422)
    if differ:
        return await _screen(request, fields, "", differ, 409)
    return RedirectResponse(f"/o/{event}/paper", 303)


def _catalogue(connection: Connection, event: str) -> Catalogue:
    return setup.catalogue_of_event(connection, event)


def read_entry(fields: Mapping[str, str], catalogue: Catalogue) -> Entry:
    """What was typed on the screen; InputError names the part, what it holds and what it may."""
    given: Entry = {t.code: read_list(fields.get(f"t.{t.code}", ""), catalogue, t.code) for t in catalogue.topic}
    members = fields.get("members", "").strip()
    given[PEOPLE] = count("people", members) if members else None
    for place in range(1, LINES + 1):
        if line := " ".join(fields.get(f"text{place}", "").split()):
            given[f"{PAPER}{place}"] = [fields.get(f"kind{place}", KINDS[0]), line]
    return given


def _store(connection: Connection, token: str, event: str, table: int, given: Entry) -> None:
    """Put both times' sheet on the table's desk, in place of what was typed of paper before."""
    parts = desk.read(connection, event, table)
    gone = {name: None for name in parts if name.startswith(PAPER) and name not in given}
    for name, content in (given | gone).items():
        base = parts[name].revision if name in parts else 0
        stands = parts[name].content if name in parts else desk.blank(name)
        full = _content(name, content, stands)
        desk.save(connection, token, event, table, Change(name, base, full, kind="paper"))
    desk.keep_paper_first(connection, event, table, {})


def _content(part: str, content: Any, stands: Any) -> Any:
    """The content of a part: paper does not say what a line is about, nor who exactly sits there; that stays."""
    if part == PEOPLE:
        return stands | {"members": content}
    if not part.startswith(PAPER):
        return content
    kind, line = content or (KINDS[0], "")
    return stands | {"kind": kind, "text": line, "place": int(part.removeprefix(PAPER))}
