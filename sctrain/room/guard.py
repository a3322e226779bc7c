"""What stands before every route: security headers, a limit on what is sent, and no writing from other sites."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024
"""Of what a form or a sheet may send."""
OURS = ("/j/", "/t/", "/o/", "/v/", "/enter/", "/room/")
"""Where the paths of the live room begin; all others are Streamlit's."""
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)


def _inline() -> Iterator[bytes]:
    """The scripts that may stand in a page: the shell's own small ones, and the one in Streamlit's empty page."""
    yield from (script.read_bytes() for script in sorted((Path(__file__).parents[1] / "ui").glob("*.js")))
    found = find_spec("streamlit")
    if found and found.origin:
        page = (Path(found.origin).parent / "static" / "index.html").read_bytes()
        yield from re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)


HASHES = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in _inline())
STREAMLIT = (
    f"default-src 'self'; script-src 'self' {HASHES} 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "frame-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""Vega compiles expressions: `unsafe-eval`. No other inline script runs than these."""
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def is_ours(path: str) -> bool:
    """Whether a path belongs to the live room."""
    return path.startswith(OURS)


class Guard:
    """ASGI middleware; pure, so that it does not hold back websockets or streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through with headers on its answer, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ours, headers = is_ours(scope["path"]), Headers(scope=scope)
        refusal = _refusal(scope["method"], headers) if ours else None
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send, ours))
            return
        if not ours:
            await self._app(scope, receive, _with_headers(send, ours))
            return
        try:
            await self._app(scope, _at_most(receive), _with_headers(send, ours))
        except TooLong:
            await TOO_LONG(scope, receive, _with_headers(send, ours))


TOO_LONG = PlainTextResponse(f"At most {MOST_BYTES // 1024} kB can be sent at once.", 413)


def _refusal(method: str, headers: Headers) -> PlainTextResponse | None:
    if method in ("GET", "HEAD", "OPTIONS"):
        return None
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    foreign = origin is not None and urlsplit(origin).netloc != headers.get("host")
    if foreign or site in ("cross-site", "same-site"):
        return PlainTextResponse("This was sent from another site, and was not taken.", 403)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return TOO_LONG
    return None


class TooLong(Exception):
    """More was sent than was said."""


def _at_most(receive: Receive) -> Receive:
    """The same stream of what is sent, which ends with TooLong where it goes on too long."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST_BYTES:
            raise TooLong
        return message

    return limited


def _with_headers(send: Send, ours: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in COMMON.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", STRICT if ours else STREAMLIT)
            if ours:
                headers.setdefault("X-Frame-Options", "DENY")
                headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
