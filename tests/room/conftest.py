"""The live room over plain HTTP: its routes behind its guard, on a store of one live event."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from databases import copied
from live import live_store
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sctrain.room import doors
from sctrain.room.office import _office
from sctrain.store import access, setup
from sctrain.store.engine import open_store, writing
from sctrain.store.setup import Setup

APP = Starlette(routes=doors.routes, middleware=doors.middleware, exception_handlers=doors.handlers)
HOW = Setup(tables=3, languages=("en", "es", "fr", "pt"), shortlist=("a", "b", "c"))
ME = "K7QF2M9X4TQP"
JSON = {"accept": "application/json"}


@contextmanager
def opened(folder, monkeypatch, **more):
    """A live event and its routes: `browser()` is a new device, `browser("table1")` one that entered by that link."""
    with live_store(folder, how=more.pop("how", HOW), **more) as store:
        with writing(store.engine) as connection:
            store.everywhere = access.make_link(connection, "organiser", None)
        with serving(store, monkeypatch) as there:
            yield there


@contextmanager
def serving(store, monkeypatch):
    """The routes on a store that there is."""
    monkeypatch.setenv("SCTRAIN_DB", str(store.engine.url))
    clients = []

    def browser(*roles, **how):
        client = TestClient(APP, "http://room", follow_redirects=False, **how)
        clients.append(client)
        for role in roles:
            assert client.get(f"/enter/{getattr(store, role)}").status_code == 303
        return client

    here = _office(str(store.engine.url))
    yield SimpleNamespace(**vars(store), browser=browser, form=f"/j/{store.phone}", office=here)
    for client in clients:
        client.close()
    here.engine.dispose()
    _office.cache_clear()


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A store with the event, to be copied: a new one costs half a second."""
    with pytest.MonkeyPatch.context() as patch, opened(tmp_path_factory.mktemp("made"), patch) as there:
        there.engine.dispose()
        there.office.engine.dispose()
        yield there


@pytest.fixture
def room(made, tmp_path, monkeypatch):
    """All of it shown."""
    engine = open_store(copied(str(made.engine.url), tmp_path, "live"))
    links = ("organiser", "everywhere", "presenter", "table1", "table2", "phone")
    with serving(SimpleNamespace(engine=engine, **{name: getattr(made, name) for name in links}), monkeypatch) as there:
        yield there
    engine.dispose()


@pytest.fixture
def change(room):
    """Change the set-up: `change(round="before")`."""

    def put(**values):
        with writing(room.engine) as connection:
            setup.put(connection, "live", **values)

    return put


def filled(me=ME, edit=1, act="send", **more):
    """What a phone sends: importance 5 and level 2 of the first competency, unless it is said; `p_role` is `p.role`."""
    given = {name.replace("_", "."): value for name, value in more.items()} or {"i0": "5", "l0": "2"}
    return {"me": me, "edit": str(edit), "form": "1", "act": act} | given


def standing(room):
    """Card, role, country and replies of each standing answer."""
    query = "SELECT ratings, role, country, replies FROM answer WHERE replaced_in IS NULL ORDER BY id"
    with room.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def drafts(room):
    """State and edit of each phone."""
    with room.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT state, edit FROM draft ORDER BY person"))]
