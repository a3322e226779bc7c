"""A live event from the command line: set up, cloned, its links listed and taken back."""

import re

import pytest
from click.testing import CliRunner

from sctrain.__main__ import main
from sctrain.errors import AccessError, SelectionError, StoreError
from sctrain.store import access, queries, setup
from sctrain.store.engine import open_store

PORTO = ("event", "new", "porto", "--title", "Porto", "--date", "2026-12-01", "--tables", "2")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'event.db'}")

    def go(*arguments):
        result = CliRunner().invoke(main, arguments, standalone_mode=False)
        if result.exception:
            raise result.exception
        return result.output

    return go


def held(code):
    with open_store().connect() as connection:
        return setup.event_row(connection, code), setup.read(connection, code)


def test_a_new_event_has_a_link_for_each_role_and_table_and_hides_what_tables_give_in(run):
    told = run(*PORTO, "--languages", "en+pt", "--retain-until", "2027-06-30")
    roles = re.findall(r"^\w{8}  (.{12}) (/\S+)", told, re.M)
    assert [role.strip() for role, _ in roles] == ["organiser", "presenter", "table 1", "table 2", "participant"]
    assert roles[-1][1].startswith("/j/")
    event, how = held("porto")
    assert (event.title, f"{event.held_on}", how.tables, how.languages) == ("Porto", "2026-12-01", 2, ("en", "pt"))
    with open_store().connect() as connection:
        hidden = queries.hidden_topics(connection, ["porto"])
    assert hidden == {"contents", "methodology", "duration", "framework", "target", "notes"}


def test_the_printed_link_is_the_one_that_opens_and_is_shut_once_taken_back(run):
    table = next(line for line in run(*PORTO).splitlines() if "table 2" in line).split()
    token = table[3].removeprefix("/enter/")
    with open_store().connect() as connection:
        assert access.read_link(connection, token).table_number == 2
    assert "taken back" in run("event", "revoke", table[0])
    with open_store().connect() as connection, pytest.raises(AccessError, match="taken back"):
        access.read_link(connection, token)
    assert table[0] not in run("event", "links", "porto")
    assert table[0] in run("event", "links", "porto", "--all")


def test_a_clone_has_the_set_up_of_the_last_event_but_its_own_date_and_links(run):
    run(*PORTO, "--shortlist", "ppp+systems_thinking", "--threshold", "7", "--place", "Hall")
    run("event", "new", "porto2", "--like", "last", "--date", "2026-12-02")
    (first, how), (second, cloned) = held("porto"), held("porto2")
    assert (second.title, second.place, second.threshold) == (first.title, first.place, first.threshold)
    assert (cloned.tables, cloned.shortlist) == (how.tables, how.shortlist)
    assert f"{second.held_on}" == "2026-12-02"


def test_that_numbers_go_on_in_steps_is_cloned_and_can_be_taken_back(run):
    run(*PORTO, "--steps")
    run("event", "new", "again", "--like", "porto")
    run("event", "new", "at_once", "--like", "porto", "--no-steps")
    assert [held(code)[1].steps for code in ("porto", "again", "at_once")] == [True, True, False]


def test_the_same_code_twice_is_refused(run):
    run(*PORTO)
    with pytest.raises(StoreError, match="already"):
        run(*PORTO)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--languages", "en+de"), "no language called 'de'; there are: en, es, fr, pt"),
        (("--shortlist", "ppp+magic"), "no competency called 'magic'"),
        (("--show", "weather"), "no topic called 'weather'"),
        (("--like", "rome"), "no event called 'rome'"),
    ],
)
def test_what_is_unknown_is_named_with_the_choices(run, more, said):
    with pytest.raises(SelectionError, match=re.escape(said)):
        run(*PORTO, *more)
    with open_store().connect() as connection:
        assert queries.events(connection) == []
