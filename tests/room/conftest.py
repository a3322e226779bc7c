"""The live room over plain HTTP: its routes behind its guard, on a store of one live event."""

from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
from live import live_store
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sctrain.room import doors
from sctrain.room.office import _office
from sctrain.store.engine import writing
from sctrain.store.setup import Setup

APP = Starlette(routes=doors.routes, middleware=doors.middleware, exception_handlers=doors.handlers)
HOW = Setup(tables=3, languages=("en", "es", "fr", "pt"), shortlist=("a", "b", "c"))


@contextmanager
def opened(folder, monkeypatch, **more):
    """A live event and its routes: `browser()` is a new device, `browser("table1")` one that entered by that link."""
    with live_store(folder, how=more.pop("how", HOW), **more) as store:
        monkeypatch.setenv("SCTRAIN_DB", str(store.engine.url))
        store.office, clients = _office(str(store.engine.url)), []

        def browser(role="", **how):
            client = TestClient(APP, "http://room", follow_redirects=False, **how)
            clients.append(client)
            if role:
                assert client.get(f"/enter/{getattr(store, role)}").status_code == 303
            return client

        yield SimpleNamespace(**vars(store), browser=browser, form=f"/j/{store.phone}")
        for client in clients:
            client.close()
        _office.cache_clear()


@pytest.fixture
def room(tmp_path, monkeypatch):
    """All of it shown."""
    with opened(tmp_path, monkeypatch) as there:
        yield there


@pytest.fixture
def change(room):
    """Change the set-up: `change(round="before")`."""
    from sctrain.store import setup

    def put(**values):
        with writing(room.engine) as connection:
            setup.put(connection, "live", **values)

    return put


def fields(me, edit=1, act="send", **more):
    """What a phone sends: all marks of a and b, unless it is said."""
    given = {"me": me, "edit": str(edit), "form": "1", "act": act}
    return given | ({name.replace("_", "."): value for name, value in more.items()} if more else {"i0": "5", "l0": "2"})


__all__ = ["HOW", "fields", "opened", "replace"]
