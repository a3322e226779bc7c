"""The sheet of one table: five lists and short lines, for one or two scribes, each change kept as it is made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sctrain.catalogue import Catalogue
from sctrain.errors import InputError
from sctrain.room import wording
from sctrain.room.asking import is_script, language_of, text, texts, token_for
from sctrain.room.office import office
from sctrain.room.reply import N_, page, said, sentence
from sctrain.room.writer import Busy
from sctrain.store import access, desk, setup
from sctrain.store.desk import LINE, PEOPLE, Change, Part, Result

TOLD = {
    "list": N_("Somebody else changed this in the meantime. Theirs stands below; nothing of yours is lost yet."),
    "people": N_("Somebody else changed this in the meantime. Theirs stands below; look at it and save yours again."),
    "line": N_("Somebody else changed this line in the meantime; both texts are kept."),
    "locked": N_("The organiser has closed this sheet."),
}


def routes() -> list[Route]:
    """The routes of table hosts."""
    return [
        Route("/t/{event}/{table:int}", show),
        Route("/t/{event}/{table:int}", take, methods=["POST"]),
        Route("/t/{event}/{table:int}/save", save, methods=["POST"]),
        Route("/t/{event}/{table:int}/undo", undo, methods=["POST"]),
        Route("/t/{event}/{table:int}/state", state),
    ]


def _where(request: Request) -> tuple[str, int]:
    return request.path_params["event"], request.path_params["table"]


def _token(connection: Connection, request: Request) -> str:
    """The link of this browser that may write on this sheet."""
    event, table = _where(request)
    return token_for(connection, request, "table", event, table)


async def show(request: Request) -> Response:
    """The sheet as it stands."""
    return await _sheet(request)


async def _sheet(request: Request, why: str = "", status: int = 200, mine: Mapping[str, Any] | None = None) -> Response:
    """The sheet, with why something was not kept, and the list (`mine`) that was not."""
    event, table = _where(request)

    def look(connection: Connection) -> tuple[Any, ...]:
        _token(connection, request)
        found = setup.event_row(connection, event), setup.catalogue_of_event(connection, event)
        how, parts = setup.read(connection, event) or setup.Setup(), desk.read(connection, event, table)
        return *found, how, parts, desk.is_locked(connection, event, table)

    found, catalogue, how, parts, shut = await office().read(look)
    language = language_of(request, how.languages)
    values = wording.sheet(catalogue, language) | _stands(parts, catalogue)
    values |= {"event": found, "table": table, "shut": shut, "ends": how.ends_at, "mine": mine}
    values["base"] = f"/t/{event}/{table}"
    if mine and status in (422, 503):  # what was typed is put right in its place
        values["mine"] = None
        values["ranks"][mine["part"]] = mine["ranks"]
    values |= {"said": wording.speaker(language)(why) if why else "", "new_line": access.code(8).lower()}
    return page("sheet.html", request, status, language, **values)


def _stands(parts: Mapping[str, Part], catalogue: Catalogue) -> dict[str, Any]:
    """What stands on the desk, for the template."""
    held = {name: part for name, part in parts.items() if name.startswith(LINE) and part.content["text"]}
    lines = [{"part": name, "revision": part.revision, **part.content} for name, part in held.items()]
    return {
        "ranks": {t.code: ranks_of(parts[t.code].content if t.code in parts else []) for t in catalogue.topic},
        "lines": sorted(lines, key=lambda line: (line["place"], line["part"])),
        "next_place": 1 + max((line["place"] for line in lines), default=0),
        "people": parts[PEOPLE].content if PEOPLE in parts else desk.blank(PEOPLE),
        "revisions": {name: part.revision for name, part in parts.items()},
    }


def ranks_of(ranking: Sequence[Sequence[str]]) -> dict[str, int]:
    """The rank of each option of a list of ties: equal ranks share the better one, as in sports."""
    ranks: dict[str, int] = {}
    for tie in ranking:
        ranks |= dict.fromkeys(tie, len(ranks) + 1)
    return ranks


def ranking_of(typed: Mapping[str, int]) -> list[list[str]]:
    """The list that typed ranks make: equal ranks are a tie, gaps are closed, what has no rank is not ranked."""
    places = sorted(set(typed.values()))
    return [sorted(option for option, rank in typed.items() if rank == place) for place in places]


async def save(request: Request) -> Response:
    """One change of one part, from the script of the sheet; told only after it is committed."""
    event, table = _where(request)
    change = _change(await request.body())
    if not office().may("scribe", f"{event} {table} {change.device}"):
        return said(request, 429, N_("Too much at once; it is sent again in a moment."))
    result = await office().writer.do(lambda c: desk.save(c, _token(c, request), event, table, change))
    return _result(result)


def _change(body: bytes) -> Change:
    """The change that a script sent; InputError where it is none."""
    types: dict[str, type] = {"part": str, "base": int, "device": str, "edit": int}
    try:
        given = json.loads(body)
        kept = {name: given[name] for name in (*types, "content")}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError("this change is damaged: open the sheet again") from error
    for name, kind in types.items():
        if type(kept[name]) is not kind or (kind is str and not 0 < len(kept[name]) <= desk.LONGEST_PART):
            raise InputError(f"this change is damaged: {name}")
    return Change(**kept)


def _result(result: Result) -> Response:
    told = {"state": result.state, "part": result.part, "revision": result.revision}
    status = 423 if result.state == "locked" else 200
    return JSONResponse(told | {"stands": result.stands, "beside": result.beside}, status)


async def undo(request: Request) -> Response:
    """Set a part back, from the script or from a button without one."""
    event, table = _where(request)
    sent = await request.form(max_fields=400)
    part, device, edit = (text(sent, name) for name in ("part", "device", "edit"))
    number = _whole(edit, 0)

    def write(connection: Connection) -> Result:
        return desk.undo(connection, _token(connection, request), event, table, part, device, number)

    result = await office().writer.do(write)
    return _result(result) if is_script(request) else await _told(request, part, result)


async def state(request: Request) -> Response:
    """What stands on the desk now, for a sheet that is open."""
    event, table = _where(request)

    def look(connection: Connection) -> tuple[dict[str, Part], bool, str]:
        _token(connection, request)
        how = setup.read(connection, event) or setup.Setup()
        return desk.read(connection, event, table), desk.is_locked(connection, event, table), how.ends_at

    parts, shut, ends = await office().read(look)
    shown = {name: part for name, part in parts.items() if name != desk.FIRST}
    told = {name: {"revision": part.revision, "content": part.content} for name, part in shown.items()}
    return JSONResponse({"parts": told, "shut": shut, "ends": ends})


async def take(request: Request) -> Response:
    """A list, a line, or who sits there, from a form without script: typed ranks, one save a part."""
    event, table = _where(request)
    sent = await request.form(max_fields=400)
    part, mine = text(sent, "part"), _typed_ranks(sent)
    try:
        change = Change(part, _whole(text(sent, "base"), -1), _content(part, sent))
        result = await office().writer.do(lambda c: desk.save(c, _token(c, request), event, table, change))
    except (InputError, Busy) as error:
        return await _sheet(request, sentence(error), 503 if isinstance(error, Busy) else 422, _mine(part, mine))
    return await _told(request, part, result, mine)


async def _told(request: Request, part: str, result: Result, mine: Mapping[str, str] | None = None) -> Response:
    """Without script: on to the part that was changed, or the sheet once more with what came in between."""
    event, table = _where(request)
    if result.state == "locked":
        return await _sheet(request, TOLD["locked"], 423, _mine(part, mine))
    if result.state == "other":
        kind = "line" if part.startswith(LINE) else "list" if mine else "people"
        return await _sheet(request, TOLD[kind], 409, _mine(part, mine))
    return RedirectResponse(f"/t/{event}/{table}#{part if not part.startswith(LINE) else 'lines'}", 303)


def _mine(part: str, typed: Mapping[str, str] | None) -> dict[str, Any] | None:
    return {"part": part, "ranks": typed} if typed else None


def _content(part: str, sent: FormData) -> Any:
    """What the fields of a part say."""
    if part == PEOPLE:
        mix = {name[4:]: texts(sent, name) for name in sent if name.startswith("mix.")}
        members = text(sent, "members").strip()
        return {"members": count("people", members) if members else None, "mix": mix}
    if part.startswith(LINE):
        line = {name: text(sent, name) for name in ("kind", "text", "answers")}
        return line | {"competencies": texts(sent, "competencies"), "place": _whole(text(sent, "place"), 0)}
    return ranking_of({option: count(option, rank) for option, rank in _typed_ranks(sent).items()})


def _typed_ranks(sent: FormData) -> dict[str, str]:
    typed = {name[2:]: text(sent, name).strip() for name in sent if name.startswith("r.")}
    return {option: rank for option, rank in typed.items() if rank}


def _whole(typed: str, otherwise: int) -> int:
    """A whole number of at most 15 digits, else the other one."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else otherwise


def count(what: str, typed: str) -> int:
    """A number from 1 to 99 as it was typed; InputError names what it is of."""
    if not 1 <= _whole(typed, 0) <= 99:
        raise InputError(f"{what}: {typed[:20]!r} is no number from 1 to 99")
    return int(typed)
