"""The strategy's page: everybody reads it, the organiser edits it, and two who save at once lose nothing."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sctrain.errors import InputError
from sctrain.store import setup, strategies
from sctrain.store.engine import open_store, writing
from sctrain.store.strategies import Item, Strategy
from sctrain.ui.strategy import items, rows

SILOS = Item("challenge_silos", "challenge", "Break <b>silos</b>", "silos", "notes", "City hall", "Meet", "doing")
OWN = Item("own_1", "question", "Who pays?")


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def said(app):
    return " ".join(m.value for m in (*app.title, *app.markdown, *app.caption, *app.warning, *app.error))


@pytest.fixture(scope="module")
def copied(demo_url, tmp_path_factory):
    """A copy of the demo that these tests may write to."""
    copy = tmp_path_factory.mktemp("strategy") / "demo.db"
    with closing(sqlite3.connect(demo_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return copy


@pytest.fixture
def own_demo(copied):
    """The same without a strategy yet: what was worked out of the room is not worked out for each test."""
    with closing(sqlite3.connect(copied)) as connection, connection:
        connection.execute("DELETE FROM revision")
    return f"sqlite:///{copied}"


def keep(url, token, held, based_on):
    engine = open_store(url)
    strategies.save(engine, token, "demo", Strategy(tuple(held)), based_on)
    engine.dispose()


def read(url, number=None):
    engine = open_store(url)
    with engine.connect() as connection:
        found = strategies.read(connection, "demo", number)
    engine.dispose()
    return found


def test_where_there_is_no_strategy_what_the_evidence_proposes_is_shown_with_its_reasons(visit):
    app = visit("strategy")
    assert app.title[0].value == "There is no strategy yet"
    assert "The evidence proposes 11 challenges" in said(app)
    assert "Small cities lack qualified people" in html(app)
    assert "36 of 55 people chose it" in html(app)
    assert "ground?event=demo" in html(app)
    assert "n = 60 people and 8 tables · everyone" in html(app)


def test_without_the_organisers_link_nothing_can_be_edited(visit, own_demo, entered):
    entered("presenter", "demo", own_demo)
    app = visit("strategy", url=own_demo)
    assert "Open the organiser’s link" in said(app)
    assert "save_strategy" not in [button.key for button in app.button]


def test_the_organiser_takes_up_what_is_proposed_and_everybody_reads_it(visit, own_demo, entered):
    entered("organiser", None, own_demo)
    app = visit("strategy", url=own_demo)
    assert "never a person" in said(app)
    app.button(key="save_strategy").click().run()
    assert not app.exception
    assert app.title[0].value == "The strategy has 12 items: 12 open."
    held = read(own_demo)
    assert [item.kind for item in held.strategy.items] == sorted(
        (item.kind for item in held.strategy.items), key=["challenge", "solution", "priority", "question"].index
    )
    entered("participant", "demo", own_demo)
    reader = visit("strategy", url=own_demo)
    assert "Version 1, saved on" in said(reader)
    assert "Owner: <i>nobody yet</i>" in html(reader)
    assert "save_strategy" not in [button.key for button in reader.button]


def test_an_item_is_shown_escaped_with_owner_next_step_status_and_the_evidence_of_now(visit, own_demo, entered):
    token = entered("organiser", None, own_demo)
    keep(own_demo, token, [SILOS, OWN, replace(SILOS, id="gone", source="gone")], 0)
    shown = html(visit("strategy", url=own_demo))
    assert "Break &lt;b&gt;silos&lt;/b&gt;" in shown
    assert "Owner: City hall" in shown
    assert "Next: Meet" in shown
    assert "<b class='doing'>doing</b>" in shown
    assert "Both voices raise it: 21 of 55 people chose it" in shown
    assert "⚑ Its evidence is no longer there." in shown
    assert "Written by the organiser." in shown


def test_what_has_changed_since_the_last_version_is_said_and_an_earlier_one_can_be_restored(visit, own_demo, entered):
    token = entered("organiser", None, own_demo)
    keep(own_demo, token, [SILOS], 0)
    keep(own_demo, token, [replace(SILOS, status="done"), OWN], 1)
    app = visit("strategy", url=own_demo)
    assert "“Who pays?”: added." in html(app)
    assert "status from “doing” to “done”" in html(app)
    app.button(key="restore_strategy").click().run()
    assert not app.exception
    assert read(own_demo).strategy.items == (SILOS,)
    assert read(own_demo).head.kind == "restore"
    assert "“Who pays?”: removed." in html(app)


def test_items_that_rest_on_what_is_hidden_are_not_shown_and_that_is_said(visit, own_demo, entered):
    token = entered("organiser", None, own_demo)
    keep(own_demo, token, [SILOS, OWN], 0)
    engine = open_store(own_demo)
    with writing(engine) as connection:
        setup.set_hidden(connection, "demo", "notes", True)
    engine.dispose()
    app = visit("strategy", url=own_demo)
    assert "silos" not in html(app).lower()
    assert "1 item rests on what is hidden until it is revealed" in said(app)
    app.button(key="save_strategy").click().run()
    assert not app.exception
    engine = open_store(own_demo)
    with writing(engine) as connection:
        setup.set_hidden(connection, "demo", "notes", False)
    engine.dispose()
    assert read(own_demo).strategy.items == (SILOS, OWN)


def saving(token):
    """A script with one button, which saves one's own item on top of version 1."""
    import streamlit as st

    from sctrain.frames import PROPOSED
    from sctrain.store.strategies import Item, Strategy
    from sctrain.ui import strategy

    if st.button("save", key="save"):
        mine = strategy.rows(Strategy((Item("own_2", "question", "Who decides?"),)))
        strategy._save("demo", token, 1, mine, PROPOSED.empty())
    st.warning(st.session_state.get("strategy_told", ""))


def test_who_is_slower_is_told_and_keeps_a_version_beside(visit, own_demo, entered, monkeypatch):
    token = entered("organiser", None, own_demo)
    keep(own_demo, token, [SILOS], 0)
    keep(own_demo, token, [SILOS, OWN], 1)
    monkeypatch.setenv("SCTRAIN_DB", own_demo)
    app = AppTest.from_function(saving, args=(token,)).run()
    app.button(key="save").click().run()
    assert not app.exception
    assert "version 2 of the strategy while you worked on version 1; yours is kept as version 3" in app.warning[0].value
    assert read(own_demo).strategy.items == (SILOS, OWN)
    assert [item.text for item in read(own_demo, 3).strategy.items] == ["Who decides?"]
    page = visit("strategy", url=own_demo)
    chosen = page.selectbox(key="strategy_version_demo_2")
    assert "kept beside, as somebody was faster" in chosen.options[0]
    assert "From version 3 to version 2" in html(page)
    page.button(key="restore_strategy").click().run()
    assert [item.text for item in read(own_demo).strategy.items] == ["Who decides?"]


def test_a_frozen_view_says_that_the_strategy_is_not(visit, own_demo, entered):
    token = entered("organiser", None, own_demo)
    keep(own_demo, token, [SILOS], 0)
    app = visit("strategy", url=own_demo, v="4")
    assert "“Frozen” holds the evidence, not the strategy." in said(app)
    assert "save_strategy" not in [button.key for button in app.button]


def test_filters_leave_the_strategy_as_it_is(visit):
    app = visit("strategy", role="programme_manager")
    assert "filters do not change it" in said(app)
    assert "36 of 55 people" in html(app)


def test_the_editor_has_a_row_for_each_item_and_gives_them_back(own_demo):
    made = Strategy((OWN, SILOS))
    table = rows(made)
    assert table["text"].tolist() == [SILOS.text, OWN.text]  # by part
    assert items(table) == (SILOS, OWN)
    assert items(rows(Strategy())) == ()


def test_an_edited_table_is_read_in_the_order_of_its_places():
    table = rows(Strategy((SILOS, OWN)))
    table.loc[0, ["place", "status", "owner"]] = [9, "done", None]
    new = pd.DataFrame([{"text": "Ask the library", "kind": "Solutions"}, {"place": 1.0}])
    first, second, third = items(pd.concat([table, new], ignore_index=True))
    assert first == OWN
    assert second == replace(SILOS, status="done", owner="")
    assert (third.kind, third.text, third.status, third.source) == ("solution", "Ask the library", "open", "")
    assert third.id.startswith("own_")


def test_an_address_in_the_table_is_refused():
    table = rows(Strategy((OWN,)))
    table.loc[0, "owner"] = "ana@city.example"
    with pytest.raises(InputError, match=r"owner: “ana@city\.example” has an e-mail address"):
        items(table)
