"""The participant's form on a phone: shown, kept as a draft while it is filled in, and sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sctrain import forms
from sctrain.errors import AccessError, InputError
from sctrain.languages import LANGUAGES, name_of
from sctrain.load.text import slug
from sctrain.room import wording
from sctrain.room.asking import device, is_script, language_of, texts
from sctrain.room.office import office
from sctrain.room.reply import N_, day, page, refused, said, sentence
from sctrain.room.writer import Busy
from sctrain.store import access, phones, setup
from sctrain.store.phones import Form, Own, Receipt

Fields = Mapping[str, list[str]]
MOST_FIELDS = 600
DAMAGED = "this form is damaged: open it again from the link or the QR code"
HALF_A_YEAR = 60 * 60 * 24 * 183
STATUS = {"withdrawn": 410, "closed": 409}
WHY = {
    "withdrawn": N_("You have withdrawn your answers; begin anew with a new code."),
    "closed": N_("Answers are no longer taken."),
}


def routes() -> list[Route]:
    """The routes of the form."""
    return [Route("/j/{token}", show), Route("/j/{token}", take, methods=["POST"])]


@dataclass(frozen=True)
class Seen:
    """What a participant's page needs of the store."""

    form: Form
    event: setup.NewEvent
    how: setup.Setup
    own: Own


def see(connection: Connection, token: str, me: str) -> Seen:
    """What there is for the participant of this personal code; AccessError where the link is no participant's."""
    link = access.read_link(connection, token)
    if link.role != "participant" or link.event is None:
        raise AccessError("this link is not for participants")
    form = phones.form_of(connection, link.event)
    how = setup.read(connection, link.event) or setup.Setup()
    own = phones.own(connection, form, me) if me else Own("none", 0)
    return Seen(form, setup.event_row(connection, link.event), how, own)


def me_of(request: Request) -> str:
    """The personal code that this phone keeps; `` if it has none."""
    return access.personal_code(request.cookies.get("me", ""))


def remember(response: Response, request: Request, me: str = "", lang: str = "") -> Response:
    """The response, which leaves the personal code and the language on the phone, out of reach of scripts."""
    how: dict[str, Any] = {
        "max_age": HALF_A_YEAR,
        "samesite": "lax",
        "httponly": True,
        "secure": request.url.scheme == "https",
    }
    if me:
        response.set_cookie("me", me, path=f"/j/{request.path_params['token']}", **how)
    if lang:
        response.set_cookie("lang", lang, **how)
    return response


async def show(request: Request) -> Response:
    """The form, with what its sender has given so far."""
    token, here, me = request.path_params["token"], office(), me_of(request)
    seen = await here.read(lambda c: see(c, token, me))
    if seen.own.state == "sent" and not {"again", "lang"} & request.query_params.keys():
        return RedirectResponse(f"/j/{token}/thanks", 303)
    if not me or seen.own.state == "withdrawn":
        if not here.may("begin", device(request)):
            return said(request, 429, N_("Too many phones at once; please wait a minute."))
        me = access.code(access.CODE_LETTERS)
    return _form(request, seen, me, _given(seen))


def _form(
    request: Request, seen: Seen, me: str, fields: Mapping[str, Any], why: str = "", status: int = 200
) -> Response:
    language = language_of(request, seen.how.languages)
    values = {"fields": fields, "me": me, "edit": seen.own.edit, "said": why, "title": seen.event.title}
    values |= {"is_demo": seen.event.is_demo, "threshold": seen.event.threshold, "tables": seen.how.tables}
    values |= {"retain": seen.how.retain_until and day(seen.how.retain_until, language), "closed": seen.form.closed}
    values |= {"anonymous": seen.how.at_end == "anonymise"}
    values |= {"questionnaire": seen.form.questionnaire, "event": seen.form.event}
    values |= {"languages": [(code, name_of(code)) for code in seen.how.languages if code in LANGUAGES]}
    values |= {"thanks": f"/j/{request.path_params['token']}/thanks"}
    asked = wording.form(seen.form.catalogue, seen.form.codes, language)
    return remember(page("form.html", request, status, language, **values, **asked), request, me, language)


def _given(seen: Seen) -> Mapping[str, Any]:
    if seen.own.state == "open" and seen.own.draft:
        return dict(json.loads(seen.own.draft))
    return forms.fields_of(seen.own.answer, seen.form.codes) if seen.own.answer else {}


async def take(request: Request) -> Response:
    """Keep a draft, or take an answer; told only after it is committed."""
    token, here, sent = request.path_params["token"], office(), await _fields(request)
    me = access.personal_code(_first(sent, "me"))
    if not here.may("send", me or device(request)):
        return said(request, 429, N_("Too much at once; it is sent again in a moment."))
    try:
        receipt = await here.writer.share(_take, Asked(token, me, sent))
    except (InputError, Busy) as error:
        return await _once_more(request, me, sent, error)
    if is_script(request) and receipt.state not in STATUS:
        return JSONResponse({"state": receipt.state, "edit": receipt.edit})
    if receipt.state in STATUS:
        return said(request, STATUS[receipt.state], WHY[receipt.state])
    return remember(RedirectResponse(_next(request, token, sent), 303), request, me)


async def _once_more(request: Request, me: str, sent: Fields, error: InputError | Busy) -> Response:
    """The form once more, with what was sent in it, and what is wrong with it or that it could not be stored."""
    if is_script(request):
        return await refused(request, error)
    token, status = request.path_params["token"], 503 if isinstance(error, Busy) else 422
    seen = await office().read(lambda c: see(c, token, me))
    why = wording.speaker(language_of(request, seen.how.languages))(sentence(error))
    return _form(request, seen, me or access.code(access.CODE_LETTERS), sent, why, status)


def _next(request: Request, token: str, sent: Fields) -> str:
    if _first(sent, "act") == "send":
        return f"/j/{token}/thanks"
    to = request.query_params.get("to", "s0")
    return f"/j/{token}?again=1#{to if re.fullmatch('s[0-9]{1,2}', to) else 's0'}"


@dataclass(frozen=True)
class Asked:
    """What somebody asks to be kept: by which link, under which personal code, the fields of the form."""

    token: str
    me: str
    fields: Fields


def _take(connection: Connection, asked: Sequence[Asked]) -> list[Receipt | Exception]:
    """What becomes of each that was sent at the same time; what they share is read once."""
    told: dict[int, Receipt | Exception] = {}
    for token in dict.fromkeys(one.token for one in asked):
        these = {place: one for place, one in enumerate(asked) if one.token == token}
        try:
            form = phones.form_of(connection, access.read_link(connection, token).event or "")
        except AccessError as error:
            told |= dict.fromkeys(these, error)
        else:
            told |= _taken(connection, token, form, these)
    return [told[place] for place in range(len(asked))]


def _taken(
    connection: Connection, token: str, form: Form, asked: Mapping[int, Asked]
) -> dict[int, Receipt | Exception]:
    codes = cache(partial(phones.codes_of, connection))
    told: dict[int, Receipt | Exception] = {}
    good: dict[int, phones.Sent] = {}
    for place, one in asked.items():
        try:
            good[place] = _sent(one, form, codes)
        except InputError as error:
            told[place] = error
    return told | dict(zip(good, phones.take(connection, token, form, [*good.values()]), strict=True))


def _sent(one: Asked, form: Form, codes_of: Callable[[int], tuple[str, ...]]) -> phones.Sent:
    edit, asked = _first(one.fields, "edit"), _first(one.fields, "form")
    if not one.me or not re.fullmatch("[0-9]{1,15}", edit):
        raise InputError(DAMAGED)
    codes = codes_of(int(asked)) if re.fullmatch("[0-9]{1,9}", asked) else form.codes
    filled = forms.read(one.fields, form.catalogue, codes, slug)
    if _first(one.fields, "act") == "send":
        return phones.Sent(one.me, int(edit), filled)
    return phones.Sent(one.me, int(edit), draft=json.dumps(forms.fields_of(filled, form.codes)))


async def _fields(request: Request) -> Fields:
    """What was sent, by a script or by the form itself: every text by its field."""
    if "json" in request.headers.get("content-type", ""):
        return _of_script(await request.body())
    sent = await request.form(max_fields=MOST_FIELDS)
    return {name: found for name in sent if (found := texts(sent, name))}


def _of_script(body: bytes) -> Fields:
    """The fields as our script sends them, which are read in a tenth of the time; InputError where they are none."""
    try:
        sent = json.loads(body)
        given = [*chain.from_iterable(sent.values())]
        "".join(given).encode()  # half a sign, which JSON can name, is no text
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(DAMAGED) from error
    if {*map(type, sent.values())} - {list}:
        raise InputError(DAMAGED)
    if len(given) > MOST_FIELDS:
        raise HTTPException(400, f"At most {MOST_FIELDS} fields can be sent.")
    return {name: values for name, values in sent.items() if values}


def _first(sent: Fields, name: str) -> str:
    """The first text of a field; `` where it has none."""
    return next(iter(sent.get(name, ())), "")
