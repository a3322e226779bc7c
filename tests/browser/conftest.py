"""The server and the browser of the journeys; skipped without Chromium unless CI requires it."""

from types import SimpleNamespace

import pytest
from browser.server import CHROMIUM, chromium, organiser, serving
from support import missing

from sctrain.store.engine import open_store


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    if not CHROMIUM.exists():
        missing("browser", f"there is no {CHROMIUM}")
    with serving(tmp_path_factory.mktemp("served"), ["demo"]) as where:
        yield where


@pytest.fixture(scope="session")
def hall(tmp_path_factory):
    """A server whose demo room may be altered: its address, folder and store, and the organiser's path."""
    if not CHROMIUM.exists():
        missing("browser", f"there is no {CHROMIUM}")
    folder = tmp_path_factory.mktemp("hall")
    with serving(folder, ["demo"]) as where:
        engine = open_store(f"sqlite:///{folder / 'browser.db'}")
        yield SimpleNamespace(address=where, folder=folder, engine=engine, organiser=organiser(folder))
        engine.dispose()


@pytest.fixture(scope="session")
def browser(address):
    with chromium() as driven:
        yield driven


@pytest.fixture(scope="session")
def window(browser):
    """A browser context of a size, which keeps Streamlit's scripts: to load them anew costs as much as a page."""
    made = {}

    def of(size):
        if size not in made:
            made[size] = browser.new_context(viewport=dict(zip(("width", "height"), size, strict=True)))
        return made[size]

    yield of
    for context in made.values():
        context.close()


@pytest.fixture
def visit(address, window):
    """Open a path in a page of its own; afterwards, no request may have left the machine."""
    outside, pages = [], []

    def opened(path, size=(1280, 720)):
        pages.append(page := window(size).new_page())
        page.on(
            "request", lambda r: outside.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None
        )
        page.goto(f"{address}/{path}")
        return page

    yield opened
    for page in pages:
        page.close()
    assert outside == []
