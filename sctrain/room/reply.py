"""How a route answers: a page in somebody's language, or why not."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from typing import Any

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from sctrain.errors import AccessError, InputError, StorageError
from sctrain.languages import SOURCE, translations
from sctrain.room.asking import is_script, language_of
from sctrain.room.office import HERE, words
from sctrain.room.writer import Busy


def N_(text: str) -> str:  # noqa: N802 - the usual name, by which the text is found for translation
    """A text that is said in somebody's language later."""
    return text


@cache
def stamp() -> str:
    """Changes with the style and the scripts, so that browsers may keep them for long."""
    files = sorted((HERE / "static").iterdir())
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=4).hexdigest()


def page(template: str, request: Request, status: int = 200, language: str = SOURCE, **values: Any) -> Response:
    """A template filled in, in a language."""
    text = words(language).get_template(template).render(stamp=stamp(), path=request.url.path, **values)
    return HTMLResponse(text, status)


def said(request: Request, status: int, text: str) -> Response:
    """One sentence, in the language of who asked if it is translated: as a page or, for a script, as JSON."""
    language = language_of(request)
    spoken = translations(language).gettext(text)
    if is_script(request):
        return JSONResponse({"error": spoken}, status)
    return page("said.html", request, status, language if spoken != text else SOURCE, text=spoken)


UNREADABLE = N_("The server cannot get at its data at the moment; what you have filled in stays on this device.")
"""What everybody is told where the store cannot be read; why is said to who runs the server."""
NOT_STORED = N_("This could not be stored; please try again in a moment.")
"""What `Busy` says where a transaction failed."""


async def refused(request: Request, error: Exception) -> Response:
    """Why something was not done: the handler of every SctrainError that a route raises."""
    kinds = ((AccessError, 403), (InputError, 422), (Busy, 503), (StorageError, 503))
    text = UNREADABLE if isinstance(error, StorageError) else sentence(error)
    response = said(request, next((code for kind, code in kinds if isinstance(error, kind)), 400), text)
    if isinstance(error, Busy | StorageError):
        response.headers["Retry-After"] = "2"
    return response


def sentence(error: Exception) -> str:
    """What an error says, as a sentence."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def day(when: date, language: str) -> str:
    """A day as people of this language write it."""
    return format_date(when, "long", locale="en_GB" if language == SOURCE else language)  # English as in Europe
