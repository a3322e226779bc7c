"""The made-up room as a store, and the report of it, made once for all tests."""

from datetime import date

import pytest

from sctrain.catalogue import read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches, demo_sheets
from sctrain.report import contents
from sctrain.report.sources import open_sources
from sctrain.selection import Selection
from sctrain.store.coding import Coding, add_codings
from sctrain.store.engine import open_store
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event

TODAY = date(2026, 11, 30)


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory):
    """The demo room with the first line of table 1 cleared, and no other."""
    url = f"sqlite:///{tmp_path_factory.mktemp('report') / 'demo.db'}"
    engine, catalogue = open_store(url), read_catalogue()
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), catalogue)
    for batch in demo_batches(catalogue):
        add_answers(engine, "demo", batch)
    add_sheets(engine, "demo", demo_sheets(catalogue))
    add_codings(engine, "demo", [Coding(1, 1, cleared=True)])
    return url


@pytest.fixture(scope="session")
def sources(demo_url):
    return open_sources(open_store(demo_url), Selection(("demo",), by="role"), TODAY)


@pytest.fixture(scope="session")
def report(sources):
    return contents.compose(sources)
