"""The command that makes personal links."""

from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from support import submissions

from sctrain.cli.personal import personal_link
from sctrain.errors import SelectionError
from sctrain.store.engine import open_store
from sctrain.store.personal import read_token
from sctrain.store.write import NewEvent, add_answers, add_event


@pytest.fixture
def engine(tmp_path, monkeypatch, small):
    """Two events; the same id answered both."""
    monkeypatch.setenv("SCTRAIN_DB", url := f"sqlite:///{tmp_path / 'links.db'}")
    engine = open_store(url)
    for event in ("autumn", "spring"):
        add_event(engine, NewEvent(event, event.title()), small)
        add_answers(engine, event, submissions(("ann", "head", "514131")))
    return engine


def run(*args):
    return CliRunner().invoke(personal_link, args, catch_exceptions=False, standalone_mode=False).output.strip()


@pytest.mark.parametrize("event", ["autumn", "spring"])
def test_the_link_opens_the_profiles_of_the_event_and_its_token_is_the_participant_s(engine, event):
    address = urlsplit(run("ann", "--event", event))
    query = {key: values[0] for key, values in parse_qs(address.query).items()}
    assert address.path == "/profiles"
    assert query["event"] == event
    with engine.connect() as connection:
        assert read_token(connection, query["me"]).event == event


def test_without_an_event_it_is_the_newest(engine):
    assert run("ann") == run("ann", "--event", "spring")


def test_an_id_that_nobody_has_is_refused(engine):
    with pytest.raises(SelectionError, match="no participant of 'spring' called 'bob'"):
        run("bob")
