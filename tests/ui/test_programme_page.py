"""The Programme page: its URL, its states, its receipts, and the organiser's versions."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from html import escape

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from support import submissions

from sctrain import numerals, programme, receipts, tables, views
from sctrain.catalogue import read_catalogue
from sctrain.errors import AccessError
from sctrain.selection import Selection
from sctrain.store import programmes, queries, setup
from sctrain.store.engine import open_store, writing
from sctrain.store.programmes import Draft, Line
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import data, drafting, state
from sctrain.ui import programme as ui

KNOWN = read_catalogue()
HEADERS = ["What more hours buy, and what falls off with fewer", "In which form", "The receipt of one line"]
DEMO = Selection(("demo",))


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def said(app):
    kinds = (app.title, app.markdown, app.caption, app.info, app.warning, app.error)
    return " ".join(element.value for kind in kinds for element in kind)


def labels(app):
    return [button.label for button in app.button]


def drawn(app, place=0):
    (rows,) = [pa.ipc.open_stream(d.data.data).read_all() for d in app.get("vega_lite_chart")[place].proto.datasets]
    return rows.to_pylist()


@pytest.fixture(scope="module")
def copied(demo_url, tmp_path_factory):
    """A copy of the demo that these tests may write to."""
    copy = tmp_path_factory.mktemp("programme") / "demo.db"
    with closing(sqlite3.connect(demo_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    return copy


@pytest.fixture
def own_demo(copied):
    """The same without a saved programme."""
    with closing(sqlite3.connect(copied)) as connection, connection:
        connection.execute("DELETE FROM revision")
    return f"sqlite:///{copied}"


def standing(url, number=None):
    engine = open_store(url)
    with engine.connect() as connection:
        found = programmes.read(connection, "demo", number)
    engine.dispose()
    return found


def keep(url, token, lines, based_on, **settings):
    engine = open_store(url)
    programmes.save(engine, token, "demo", Draft(settings, tuple(lines)), based_on)
    engine.dispose()


def alone(folder, people=(), catalogue=KNOWN):
    """The address of a store with one event, these people, and no tables."""
    url = f"sqlite:///{folder / 'alone.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("own", "Own"), catalogue)
    if people:
        add_answers(engine, "own", submissions(*people))
    engine.dispose()
    return url


def evidence_of(url):
    engine = open_store(url)
    found = programme.evidence(views.read(engine, DEMO), tables.read(engine, DEMO), DEMO)
    engine.dispose()
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_what_the_programme_covers_and_has_its_charts_with_base_and_numbers(visit, demo_url, theme):
    app = visit("programme", theme=theme)
    expected = programme.read(evidence_of(demo_url), DEMO)
    assert app.title[0].value == expected.sentence
    assert [h.value for h in app.header] == HEADERS
    assert len(app.get("vega_lite_chart")) == 4
    assert len(app.dataframe) == 5
    assert html(app).count("n = 60 people and 8 tables · everyone · 40 hours, survey 50 %, floor 60 %") == 5
    assert all(len(chart.proto.alt) > 20 for chart in app.get("vega_lite_chart"))
    assert [r["line"] for r in drawn(app) if r["chosen"]] == list(expected.chosen)
    assert "The programme is chosen anew in 1 000 redrawn rooms" in " ".join(p.proto.text for p in app.get("progress"))


def test_a_moved_slider_is_in_the_url_and_chooses_anew(visit, demo_url):
    app = visit("programme", weight="100")
    assert app.slider(key="pick_weight").value == 100
    app.slider(key="pick_hours").set_value(24).run()
    assert not app.exception
    assert app.session_state["hours"] == "24"
    expected = programme.read(evidence_of(demo_url), replace(DEMO, hours=24, weight=100))
    assert app.title[0].value == expected.sentence
    assert html(app).count("24 hours, survey 100 %") == 5


def test_modules_are_locked_in_and_left_out_by_the_url_the_menu_and_the_buttons_of_a_line(visit):
    app = visit("programme", lock="plain_words", left="business_models", line="plain_words")
    words = {row["line"]: (row["word"], row["chosen"]) for row in drawn(app)}
    assert words["plain_words"] == ("locked in", True)
    assert app.multiselect(key="pick_left").value == ["business_models"]
    assert [button for button in labels(app) if "it" in button.split()] == ["Unlock it", "Leave it out"]
    app.button(key="line_left").click().run()
    assert (app.session_state["lock"], app.session_state["left"]) == ("", "business_models.plain_words")
    assert {r["line"] for r in drawn(app) if r["chosen"]}.isdisjoint({"plain_words", "business_models"})
    app.button(key="usual_rules").click().run()
    assert app.session_state["left"] == ""


def test_bounds_that_collide_are_said_with_a_button_for_each_that_would_be_enough(visit):
    app = visit("programme", hours="8", lock="city_as_system.agile_delivery")
    assert app.title[0].value.startswith("No programme keeps these bounds together: at most 8 hours")
    assert {"Give 12 hours", "Unlock “The city as one system”"} <= set(labels(app))
    assert len(app.get("vega_lite_chart")) == 3  # nothing falls off where there is nothing
    app.button(key="way_0").click().run()
    assert not app.exception
    assert app.session_state["hours"] == "12"
    assert app.title[0].value.startswith("Within 12 hours the programme covers")


def test_a_floor_that_cannot_be_kept_is_lowered_by_as_little_as_it_takes(visit, demo_url):
    app = visit("programme", hours="20", floor="100")
    (button,) = [label for label in labels(app) if label.startswith("Lower the floor to")]
    floor = int(button.split()[-2])
    found = evidence_of(demo_url)
    assert programme.read(found, replace(DEMO, hours=20, floor=floor)).feasible
    assert not programme.read(found, replace(DEMO, hours=20, floor=floor + 1)).feasible


def test_how_sure_a_module_is_stands_beside_it_once_rooms_are_redrawn(visit, demo_url, monkeypatch):
    engine = open_store(demo_url)
    room, heard = views.read(engine, DEMO), tables.read(engine, DEMO)
    rooms = programme.robust(room, heard, programme.evidence(room, heard, DEMO), DEMO, draws=40)
    monkeypatch.setattr(data, "redrawn_before", lambda _: rooms)  # worked out in a process of its own elsewhere
    app = visit("programme")
    expected = programme.with_rooms(programme.read(evidence_of(demo_url), DEMO), rooms)
    assert app.title[0].value == expected.sentence
    assert not app.get("progress")
    sure = dict(zip(expected.modules["module"], expected.modules["certainty"], strict=True))
    assert {row["line"]: row["word"] for row in drawn(app)} == {row["line"]: sure[row["line"]] for row in drawn(app)}
    assert "Core: chosen in 95 %" in said(app)


@pytest.fixture
def at(own_demo, monkeypatch):
    """Look at the demo at a data version without a page."""
    monkeypatch.setenv("SCTRAIN_DB", own_demo)
    monkeypatch.setattr(state, "catalogue", lambda: KNOWN)

    def looked(version, asked, selection=DEMO):
        with monkeypatch.context() as here:
            here.setattr(data, "version", lambda: version)
            return asked(selection)

    return looked


def test_until_rooms_are_redrawn_the_page_shows_the_certainty_of_the_data_version_before(
    visit, own_demo, entered, monkeypatch, at
):
    keep(own_demo, entered("organiser", None, own_demo), [Line("joined_data")], 0)
    then = standing(own_demo).head.version
    rooms = at(then, data.redrawn).result(120)  # in a process of its own
    add_answers(open_store(own_demo), "demo", submissions(("late", "elected", "52" * len(KNOWN.codes))))
    monkeypatch.undo()
    entered("organiser", None, own_demo)
    app = visit("programme", url=own_demo)
    sure = programme.with_certainty(programme.read(evidence_of(own_demo), DEMO), rooms)
    certain = dict(zip(sure.modules["module"], sure.modules["certainty"], strict=True))
    assert app.title[0].value == sure.sentence  # which has no interval of rooms of other answers
    assert {row["line"]: row["word"] for row in drawn(app)} == {row["line"]: certain[row["line"]] for row in drawn(app)}
    told = f"Certainty of data version {then}"
    assert said(app).count(f"{told}, being worked out anew.") == 2  # of the page, and of the saved programme
    assert html(app).count(told.lower()) == 1  # under the one figure that shows it
    chosen = round(rooms.shares[rooms.codes.index("joined_data")] * 1000)
    assert f"chosen in {numerals.count(chosen)} of 1\u202f000 redrawn rooms" in html(app)
    assert len(app.get("progress")) == 1
    app.slider(key="pick_hours").set_value(24).run()
    assert f"{told}." in said(app)  # of the saved programme: the page has other rules now
    assert f"{told}, being" not in said(app)
    assert {row["word"] for row in drawn(app)}.isdisjoint(certain.values())


def test_rooms_of_earlier_answers_tell_nothing_of_a_frozen_view_or_of_what_is_hidden_since(own_demo, at):
    version = _version(own_demo)
    shares = at(version, data.redrawn).result(120).shares.tolist()
    assert at(version, ui.certainty).earlier is None
    _hide(own_demo, "survey", True)
    assert at(version + 1, data.redrawn_earlier)[0] == version
    assert at(version + 1, ui.certainty) is None
    _hide(own_demo, "survey", False)
    later = at(version + 2, ui.certainty)
    assert (later.earlier, later.rooms.shares.tolist()) == (version, shares)
    assert at(version + 2, ui.certainty, replace(DEMO, version=version + 2)) is None
    assert at(version + 2, ui.certainty, replace(DEMO, hours=24)) is None


def _version(url):
    engine = open_store(url)
    with engine.connect() as connection:
        found = queries.data_version(connection)
    engine.dispose()
    return found


def test_other_hours_beside_the_chosen_ones_say_what_falls_off_and_whom_that_hurts(visit, demo_url):
    app = visit("programme", instead="20", by="role")
    told = programme.falls(programme.evidence(*_rooms(demo_url), replace(DEMO, by="role")), DEMO, 20)
    assert told.sentence in said(app)
    assert "With 20 hours instead of 40 hours" in told.sentence
    assert "Without a line or a floor, as too few people’s needs may be shown: Elected member" in said(app)
    colours = {r["group"] for r in drawn(app, 1)}
    assert len(colours) == 5  # everyone and four


def _rooms(url):
    engine = open_store(url)
    return views.read(engine, DEMO), tables.read(engine, DEMO)


def test_the_receipt_of_a_line_is_its_evidence_with_links(visit, demo_url):
    app = visit("programme", line="governing_with_data")
    shown, heard = html(app), tables.read(open_store(demo_url), DEMO)
    sources = data._sources(demo_url, app.session_state["version"], receipts.of_one_event(DEMO, heard))
    module = next(one for one in KNOWN.modules if one.code == "governing_with_data")
    frame = receipts.evidence(sources, {module.code: module.competencies})
    for text in frame.loc[frame["kind"] == "gap", "text"]:
        assert text in shown
    assert shown.count("see it") == (frame["kind"] != "quote").sum() > 10
    assert all(f"<a href='{escape(link)}'>" in shown for link in frame["link"])
    assert "after Collecting and reading data" in shown


def test_the_form_is_drafted_with_what_clashes_and_what_would_hurt_fewer(visit):
    app = visit("programme", line="form_duration")
    assert "Training duration: “About three months, part time” (rank 1 of 7 tables" in html(app)
    assert "Whom that shuts out: " in html(app)
    assert "What would hurt fewer: " in html(app)
    assert app.selectbox(key="pick_line").value == "form_duration"
    assert [row["name"] for row in drawn(app, 3) if row["chosen"]] == ["About three months, part time"]
    app.selectbox(key="pick_topic").set_value("target").run()
    assert [row["name"] for row in drawn(app, 3) if row["chosen"]] == ["Programme manager", "Head of department"]


def test_without_tables_only_the_survey_speaks_and_that_is_said(visit, tmp_path):
    card = "52" * len(KNOWN.codes)
    app = visit("programme", url=alone(tmp_path, [(f"p{i}", "elected", card) for i in range(12)]))
    assert "No table has ranked a competency: only the survey speaks." in said(app)
    assert {row["tables"] for row in drawn(app)} == {None}
    assert app.title[0].value.startswith("Within 40 hours the programme covers")


def test_nobody_a_catalogue_without_modules_and_what_is_hidden_are_designed_states(visit, own_demo, tmp_path, small):
    assert visit("programme", url=alone(tmp_path)).title[0].value == "Nobody has answered yet"
    (tmp_path / "small").mkdir()
    app = visit("programme", url=alone(tmp_path / "small", [(f"p{i}", "head", "524252") for i in range(9)], small))
    assert "3 modules of 12 hours" in app.title[0].value  # each competency is one
    assert {row["name"] for row in drawn(app)} == set(small.labels.values())
    _hide(own_demo, "survey", True)
    app = visit("programme", url=own_demo)
    assert "only the tables speak" in said(app)
    assert {row["survey"] for row in drawn(app)} == {None}
    _hide(own_demo, "contents", True)
    assert visit("programme", url=own_demo).title[0].value == "This is hidden until the presenter reveals it"
    _hide(own_demo, "survey", False)
    _hide(own_demo, "contents", False)


def _hide(url, topic, is_hidden):
    engine = open_store(url)
    with writing(engine) as connection:
        setup.set_hidden(connection, "demo", topic, is_hidden)
    engine.dispose()


def test_without_the_organisers_link_the_saved_programme_is_read_and_not_edited(visit, own_demo, entered):
    token = entered("organiser", None, own_demo)
    line = Line("joined_data", "Data, <b>joined</b>", 12.5, True, "With the library")
    keep(own_demo, token, [line, Line("form_duration")], 0, hours="24", lock="joined_data")
    entered("presenter", "demo", own_demo)
    app = visit("programme", url=own_demo)
    assert [h.value for h in app.header] == [*HEADERS, "The saved programme"]
    assert "<b>Joined-up data</b> · 12.5 hours · locked in<p>Data, &lt;b&gt;joined&lt;/b&gt;</p>" in html(app)
    assert "<p>About three months, part time</p>" in html(app)
    assert "Open the organiser’s link" in said(app)
    assert "save_programme" not in [button.key for button in app.button]
    app.button(key="saved_rules").click().run()
    assert (app.session_state["hours"], app.session_state["lock"]) == ("24", "joined_data")
    assert "saved_rules" not in [button.key for button in app.button]


def test_the_organiser_saves_the_drafted_programme_with_its_rules_and_evidence(visit, own_demo, entered):
    entered("organiser", None, own_demo)
    app = visit("programme", url=own_demo, hours="24", lock="joined_data")
    chosen = [row["line"] for row in drawn(app) if row["chosen"]]
    app.button(key="save_programme").click().run()
    assert not app.exception
    draft = standing(own_demo).draft
    forms = [f"form_{topic}" for topic in ("duration", "methodology", "framework", "target")]
    assert [line.code for line in draft.lines][: len(chosen)] == chosen
    assert {line.code for line in draft.lines} == {*chosen, *forms}
    assert {(line.text, line.hours, line.note) for line in draft.lines} == {("", None, "")}
    assert [line.code for line in draft.lines if line.locked] == ["joined_data"]
    assert (draft.settings["hours"], draft.settings["lock"]) == ("24", "joined_data")
    assert all(line.evidence for line in draft.lines)
    assert "Its evidence stands." in said(app)


def test_an_edited_table_is_kept_in_the_order_of_its_places_and_what_is_left_as_drafted_is_not_written_down(
    visit, own_demo, monkeypatch
):
    app = visit("programme", url=own_demo)
    monkeypatch.setattr(state, "catalogue", lambda: KNOWN)
    monkeypatch.setattr(data, "version", lambda: app.session_state["version"])
    found, form = data.programme_of(DEMO), data.programme_form(DEMO)
    table = drafting.rows(None, DEMO, found, form)
    kept = table["keep"].sum()
    assert list(table["code"][:6]) == list(found.chosen)
    table.loc[0, ["text", "hours", "locked"]] = ["Mine", 9.0, True]
    table.loc[1, "place"] = 0.5
    table.loc[2, "keep"] = False
    made = drafting.draft(table, DEMO, form, (Line("form_hidden", "stays"),))
    assert len(made.lines) == kept - 1 + 1
    assert [line.code for line in made.lines[:2]] == [found.chosen[1], found.chosen[0]]
    first = made.lines[1]
    assert (first.text, first.hours, first.locked) == ("Mine", 9.0, True)
    assert made.lines[-1] == Line("form_hidden", "stays")
    assert made.settings["lock"] == found.chosen[0]
    again = drafting.rows(made, DEMO, found, form)
    assert again.loc[again["keep"], "code"].tolist() == [line.code for line in made.lines[:-1]]
    assert again.loc[1, ["text", "hours"]].tolist() == ["Mine", 9.0]
    table.loc[0, "text"] = "x" * 501
    assert "500 at most" in drafting.draft(table, DEMO, form)


def test_a_line_whose_evidence_changed_is_flagged_and_what_was_written_stays(visit, own_demo, entered):
    entered("organiser", None, own_demo)
    visit("programme", url=own_demo).button(key="save_programme").click().run()
    held = standing(own_demo)
    engine = open_store(own_demo)
    older = [
        replace(
            line, text="Mine", evidence=tuple(replace(e, value="9.9") if e.kind == "gap" else e for e in line.evidence)
        )
        for line in held.draft.lines[:2]
    ]
    programmes.save(engine, entered("organiser", None, own_demo), "demo", Draft(held.draft.settings, tuple(older)), 1)
    engine.dispose()
    app = visit("programme", url=own_demo, line=older[0].code)
    assert "pieces of evidence changed since" in said(app)
    assert html(app).count(f"⚑ evidence changed: gap of “{KNOWN.labels[KNOWN_OF[older[0].code][0]]}” 9.9 →") == 2
    assert "<p>Mine</p>" in html(app)


KNOWN_OF = {module.code: module.competencies for module in KNOWN.modules}


def test_versions_are_compared_and_an_earlier_one_is_restored(visit, own_demo, entered):
    token = entered("organiser", None, own_demo)
    keep(own_demo, token, [Line("joined_data")], 0, hours="24")
    keep(own_demo, token, [Line("joined_data", hours=10), Line("plain_words")], 1, hours="30")
    app = visit("programme", url=own_demo)
    assert "“Plain words”: added." in html(app)
    assert "“Joined-up data”: hours from nothing to “10”." in html(app)
    app.button(key="restore_programme").click().run()
    assert not app.exception
    assert standing(own_demo).head.kind == "restore"
    assert [line.code for line in standing(own_demo).draft.lines] == ["joined_data"]


def saving(token):
    """Somebody who has edited since there was no version, and a button that saves."""
    import streamlit as st

    from sctrain.store.programmes import Draft, Line
    from sctrain.ui import drafting

    st.session_state.setdefault("programme_begun_demo", 0)
    st.session_state["programme_lines_demo_0_"] = {"edited_rows": {0: {"note": "Mine"}}}
    _, begun = drafting._begun("demo")
    if st.button("save", key="save"):
        drafting._save("demo", token, begun, Draft({}, (Line("joined_data"),)))
    st.info(st.session_state.get("programme_told", ""))


def test_where_the_rules_choose_other_modules_than_the_saved_ones_these_can_be_taken_over(visit, own_demo, entered):
    token = entered("organiser", None, own_demo)
    keep(own_demo, token, [Line("business_models", "Mine"), Line("plain_words", hours=3)], 0)
    app = visit("programme", url=own_demo, hours="14")
    assert "2 modules of 11 hours together." in said(app)
    (toggle,) = [t for t in app.toggle if t.label.startswith("The rules above also choose")]
    assert "leave out Plain words: take that over" in toggle.label
    toggle.set_value(True).run()
    app.button(key="save_programme").click().run()
    lines = {line.code: line.text for line in standing(own_demo).draft.lines if not line.code.startswith("form_")}
    assert list(lines) == [row["line"] for row in drawn(app) if row["chosen"]]
    assert lines["business_models"] == "Mine"
    assert "plain_words" not in lines


def test_who_saves_on_top_of_an_older_version_is_told_and_keeps_a_version_beside(own_demo, entered, monkeypatch):
    token = entered("organiser", None, own_demo)
    keep(own_demo, token, [Line("plain_words")], 0)
    monkeypatch.setenv("SCTRAIN_DB", own_demo)
    app = AppTest.from_function(saving, args=(token,)).run()
    assert app.warning[0].value.startswith("Somebody has saved version 1 while you edit version 0.")
    app.button(key="save").click().run()
    assert not app.exception
    assert "Somebody saved version 1 of the programme while you worked on version 0" in app.info[0].value
    assert [line.code for line in standing(own_demo).draft.lines] == ["plain_words"]
    assert [line.code for line in standing(own_demo, 2).draft.lines] == ["joined_data"]


def test_who_has_no_organisers_link_cannot_save_by_any_road(own_demo, entered):
    presenter = entered("presenter", "demo", own_demo)
    with pytest.raises(AccessError):
        keep(own_demo, presenter, [Line("plain_words")], 0)
    assert standing(own_demo) is None


def test_a_frozen_view_cannot_be_edited(visit, own_demo, entered):
    entered("organiser", None, own_demo)
    app = visit("programme", url=own_demo, v="4")
    assert "Take “Frozen” off above to edit the programme." in said(app)
    assert json.loads(app.get("vega_lite_chart")[0].proto.spec)
