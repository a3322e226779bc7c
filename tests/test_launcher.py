"""What the launcher sets before the first browser comes, and what it loads before and after it opens."""

import importlib
import subprocess
import sys
import threading

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from streamlit.runtime.app_session import AppSession

from sctrain.room.office import _office
from sctrain.room.opening import Opening

FOR_PAGES = {"altair", "scipy", "sklearn"}
FOR_FILES = {"alembic", "docx", "openpyxl", "pptx", "vl_convert"}
"""What only takes something in or along; most servers never load it."""


def test_no_files_are_watched_for_a_browser_that_comes_back():
    importlib.import_module("app")
    assert AppSession.register_file_watchers(None) is None  # Streamlit's own would look for a watcher in it


def test_what_pages_draw_with_is_loaded_after_a_server_has_opened():
    code = f"""
import sys, app
print(sorted({FOR_PAGES | FOR_FILES} & set(sys.modules)))
app.warm()
print(sorted({FOR_PAGES | FOR_FILES} & set(sys.modules)))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == ["[]", str(sorted(FOR_PAGES))]


@pytest.fixture
def server(tmp_path, monkeypatch):
    """An application that opens as ours does, and the moment at which what it loads is loaded."""
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)  # of this process, so of other tests
    moment = threading.Event()
    opening = Opening(lambda: "http://room", moment.wait)

    async def phone(_):
        return PlainTextResponse("kept")

    async def page(socket):
        await socket.accept()
        await socket.send_text("drawn")
        await socket.close()

    app = Starlette(
        routes=[Route("/j", phone), WebSocketRoute("/page", page)],
        middleware=opening.middleware,
        lifespan=opening.lifespan,
    )
    with TestClient(app) as client:
        yield client, moment
        moment.set()
    _office.cache_clear()


def test_phones_are_answered_while_pages_wait_for_what_draws_them(server):
    client, moment = server
    seen = []

    def look():
        with client.websocket_connect("/page") as socket:
            seen.append(socket.receive_text())

    looking = threading.Thread(target=look)
    looking.start()
    assert [client.get("/j").text for _ in range(3)] == ["kept"] * 3
    looking.join(0.3)
    assert seen == []
    moment.set()
    looking.join(20)
    assert seen == ["drawn"]


def test_pages_do_not_wait_for_ever_for_what_cannot_be_loaded(tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)
    opening = Opening(lambda: "http://room", lambda: importlib.import_module("sctrain.no_such_module"))

    async def page(socket):
        await socket.accept()
        await socket.send_text("let in")
        await socket.close()

    app = Starlette(routes=[WebSocketRoute("/page", page)], middleware=opening.middleware, lifespan=opening.lifespan)
    with TestClient(app) as client, client.websocket_connect("/page") as socket:
        assert socket.receive_text() == "let in"
    _office.cache_clear()
