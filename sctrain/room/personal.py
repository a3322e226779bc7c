"""After the form: the personal code and what it is good for: where I stand, correct, withdraw, one list in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sctrain.errors import InputError
from sctrain.room import wording
from sctrain.room.asking import device, language_of, text
from sctrain.room.office import office
from sctrain.room.phone import STATUS, WHY, Seen, me_of, remember, see
from sctrain.room.reply import N_, page, said
from sctrain.store import access, phones
from sctrain.store.phones import Receipt

if TYPE_CHECKING:
    from sctrain.room.standing import Standing

OVER = N_("This minute is over.")


def routes() -> list[Route]:
    """The routes of who has filled in the form."""
    return [
        Route("/j/{token}/thanks", thanks),
        Route("/j/{token}/me", me_page),
        Route("/j/{token}/me", identify, methods=["POST"]),
        Route("/j/{token}/withdraw", withdraw, methods=["POST"]),
        Route("/j/{token}/order", order_page),
        Route("/j/{token}/order", order, methods=["POST"]),
    ]


def grouped(me: str) -> str:
    """A personal code as people read it: `K7QF-2M9X-4TQP`."""
    return "-".join(me[start : start + 4] for start in range(0, len(me), 4))


async def _see(request: Request, me: str) -> Seen:
    token = request.path_params["token"]
    return await office().read(lambda c: see(c, token, me))


def _page(template: str, request: Request, seen: Seen, status: int = 200, **values: Any) -> Response:
    """A page of this event, in a language of its form."""
    language = language_of(request, seen.how.languages)
    values |= {"title": seen.event.title, "base": f"/j/{request.path_params['token']}"}
    return page(template, request, status, language, **values)


def _labels(request: Request, seen: Seen) -> dict[str, str]:
    speak = wording.speaker(language_of(request, seen.how.languages))
    return {c.code: speak(c.label) for c in seen.form.catalogue.competency}


async def thanks(request: Request) -> Response:
    """The personal code, and what it is good for."""
    me = me_of(request)
    seen = await _see(request, me)
    is_sent, unsent = seen.own.answer is not None, seen.own.state == "open"
    return _page("thanks.html", request, seen, code=grouped(me), is_sent=is_sent, unsent=unsent, round=seen.how.round)


async def me_page(request: Request) -> Response:
    """Where somebody stands against the room."""
    seen = await _see(request, me_of(request))
    found = await run_in_threadpool(_standing, seen)
    is_sent, labels = seen.own.answer is not None, _labels(request, seen)
    return _page("me.html", request, seen, labels=labels, is_sent=is_sent, standing=found, k=seen.event.threshold)


def _standing(seen: Seen) -> Standing:
    from sctrain.room import standing  # a server answers before the analysis is loaded

    return standing.read(office().engine, seen.form, seen.own)


async def identify(request: Request) -> Response:
    """Take a personal code that was written down, on any phone."""
    me = access.personal_code(text(await request.form(), "code"))
    if not office().may("guess", device(request)):
        return said(request, 429, N_("Too many codes were tried; please wait a minute."))
    seen = await _see(request, me)
    if not me or seen.own.state in ("none", "withdrawn"):
        return said(request, 404, N_("This code is not known here. It has twelve letters and digits."))
    return remember(RedirectResponse(f"/j/{request.path_params['token']}/me", 303), request, me)


async def withdraw(request: Request) -> Response:
    """Erase all that was sent under this personal code."""
    token, me = request.path_params["token"], me_of(request)

    def erase(connection: Connection) -> bool:
        seen = see(connection, token, me)
        return bool(me) and phones.withdraw(connection, seen.form.event, me)

    gone = await office().writer.do(erase)
    response = _page("withdrawn.html", request, await _see(request, ""), gone=gone)
    response.delete_cookie("me", path=f"/j/{token}")
    return response


async def order_page(request: Request) -> Response:
    """The short list to be put in order, where a round is open."""
    return await _order(request, {})


async def _order(request: Request, ranks: dict[str, str], why: str = "", status: int = 200) -> Response:
    me = me_of(request)
    seen = await _see(request, me)
    labels = _labels(request, seen)
    values = {"round": seen.how.round, "listed": [(code, labels.get(code, code)) for code in seen.how.shortlist]}
    return _page("order.html", request, seen, status, said=why, is_known=bool(me), ranks=ranks, **values)


async def order(request: Request) -> Response:
    """Take the order of a short list, as a rank for each entry."""
    token, me, sent = request.path_params["token"], me_of(request), await request.form()
    ranks = {name[2:]: text(sent, name) for name in sent if name.startswith("r.")}
    if not me:
        return said(request, 403, N_("Fill in the form first, or give your personal code."))
    if not office().may("send", me):
        return said(request, 429, N_("Too much at once; it is sent again in a moment."))
    if sorted(ranks.values()) != sorted(str(place) for place in range(1, len(ranks) + 1)):
        return await _order(request, ranks, N_("Give each entry a rank of its own, from 1 on."), 422)

    def write(connection: Connection) -> Receipt:
        link = access.read_link(connection, token)
        ordered = sorted(ranks, key=lambda code: int(ranks[code]))
        return phones.put_in_order(connection, token, link.event or "", me, ordered)

    try:
        receipt = await office().writer.do(write)
    except InputError:  # the list was changed while it was filled in
        return await _order(request, {}, N_("Give each entry a rank of its own, from 1 on."), 422)
    if receipt.held:
        return said(request, 200, N_("Thank you: your order is kept."))
    return said(request, STATUS[receipt.state], WHY["withdrawn"] if receipt.state == "withdrawn" else OVER)
