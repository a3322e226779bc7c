"""What the pages' tests share: the demo room, and a visit to a page by its URL."""

import pytest
from streamlit.testing.v1 import AppTest
from support import ROOT

from sctrain.catalogue import read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches, demo_sheets
from sctrain.store.access import ensure_key, standing_link
from sctrain.store.engine import open_store, writing
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import roles
from sctrain.ui.titles import TITLES


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory):
    """The demo room; nothing that a table wrote is cleared."""
    url = f"sqlite:///{tmp_path_factory.mktemp('pages') / 'demo.db'}"
    engine = open_store(url)
    catalogue = read_catalogue()
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), catalogue)
    for batch in demo_batches(catalogue):
        add_answers(engine, "demo", batch)
    add_sheets(engine, "demo", demo_sheets(catalogue))
    return url


@pytest.fixture
def visit(demo_url, monkeypatch):
    def opened(page, url=demo_url, theme="light", **query):
        monkeypatch.setenv("SCTRAIN_DB", url)
        app = AppTest.from_file(str(ROOT / "sctrain" / "ui" / "shell.py"), default_timeout=60)
        app.context = {"theme": theme}
        app.query_params.update(query)
        app.run()
        if page != next(iter(TITLES)):
            app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
        assert not app.exception
        return app

    return opened


@pytest.fixture
def entered(demo_url, monkeypatch):
    """Give this browser a real link of a role, as /enter/ does by a cookie; AppTest has no cookies."""

    def enter(role, event, url=demo_url):
        engine = open_store(url)
        ensure_key(engine)
        with writing(engine) as connection:
            token = standing_link(connection, role, event)
        monkeypatch.setattr(roles, "held", {role: token}.get)
        return token

    return enter
