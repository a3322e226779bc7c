"""The pages of the second voice: tables, challenges, where survey and tables meet, and what to debate."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from support import submissions

from sctrain import notes
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.frames import NOTES, RANKINGS, SHEETS, Sheets
from sctrain.selection import Selection, from_query
from sctrain.store.coding import Coding, add_codings, noted
from sctrain.store.engine import open_store
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui.lines import raised
from sctrain.ui.organiser import _codings, _rows
from sctrain.ui.titles import TITLES

SECOND = ["tables", "challenges", "voices", "queue"]


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def alts(app):
    return [chart.proto.alt for kind in ("vega_lite_chart", "plotly_chart") for chart in app.get(kind)]


def everything(app):
    """All that the page sends to a browser, as one text."""
    frames = " ".join(frame.value.to_csv() for frame in app.dataframe)
    charts = [c.proto for kind in ("vega_lite_chart", "plotly_chart") for c in app.get(kind)]
    sent = b" ".join(proto.SerializeToString() for proto in charts).decode("utf-8", "replace")
    said = " ".join(str(e.value) for kind in (app.markdown, app.title, app.info, app.caption) for e in kind)
    return " ".join((html(app), said, frames, sent))


def told(*tables, notes=()):
    """Sheets of tables, each a text of options from first to last, those joined by = sharing a place."""
    rows, heads = [], []
    for number, text in enumerate(tables, 1):
        heads.append((number, 6, "", number))
        place = 1
        for tied in text.split():
            rows += [(number, "contents", option, place) for option in tied.split("=")]
            place += len(tied.split("="))
    sheets = pd.DataFrame(heads, columns=SHEETS.names).astype({"members": "Int64"})
    lines = pd.DataFrame(notes, columns=NOTES.names).astype({"answers": "Int64"})
    return Sheets(sheets, RANKINGS.check(pd.DataFrame(rows, columns=RANKINGS.names)), NOTES.check(lines))


def event(folder, sheets=None, catalogue=None, people=0):
    """The address of a store with one event."""
    url = f"sqlite:///{folder / 'one.db'}"
    engine, catalogue = open_store(url), catalogue or read_catalogue()
    add_event(engine, NewEvent("cafe", "Café"), catalogue)
    if people:
        card = "".join("54" if i % 2 else "43" for i in range(len(catalogue.codes)))
        add_answers(engine, "cafe", submissions(*((f"p{i}", "", card) for i in range(people))))
    if sheets:
        add_sheets(engine, "cafe", sheets)
    return url


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", SECOND)
def test_a_page_opens_with_a_sentence_and_says_what_it_stands_on(visit, page, theme):
    app = visit(page, theme=theme)
    assert app.title[0].value.endswith(".")
    assert "8 tables" in html(app)
    assert "data version 5" in html(app)
    assert all(len(alt) > 40 for alt in alts(app))
    assert len(app.dataframe) == max(1, len(alts(app)))


@pytest.mark.parametrize("page", ["voices", "queue"])
def test_a_filter_chooses_people_and_leaves_the_tables_whole(visit, page):
    app = visit(page, role="programme_manager.municipal_officer")
    assert "n = 23 people and 8 tables · role: Municipal officer or Programme manager" in html(app)


def test_too_few_people_leave_the_tables_to_speak(visit):
    assert "Fewer than 5 people" in visit("voices", discipline="law").title[0].value
    assert visit("queue", discipline="law").title[0].value.startswith("Nothing to debate here yet")
    assert "told from 7 tables" in visit("queue", discipline="law", topic="duration").title[0].value
    assert "share the top" in visit("tables", discipline="law").title[0].value


# Challenges


def test_nothing_that_is_not_cleared_leaves_the_server(visit, demo_url):
    with open_store(demo_url).connect() as connection:
        lines = noted(connection, "demo")["text"]
    for page in TITLES:
        sent = everything(visit(page))
        assert not [text for text in lines if text in sent]
    assert "not cleared for publication" in html(visit("challenges"))


def test_a_cleared_line_can_be_read_with_its_challenge(visit, tmp_path):
    notes = [
        (1, 1, "challenge", "Nobody shares <b>data</b>.", "scattered_data", "", "", None),
        (1, 2, "solution", "One list for all.", "strategic_data_unit", "data_management", "", 1),
        (2, 1, "challenge", "Each office has its own system.", "scattered_data", "", "", None),
    ]
    url = event(tmp_path, told("data_models ppp", "ppp", notes=notes))
    add_codings(open_store(url), "cafe", [Coding(1, 1, cleared=True), Coding(1, 2, cleared=True)])
    shown = html(visit("challenges", url=url, challenge="scattered_data"))
    assert "“Nobody shares &lt;b&gt;data&lt;/b&gt;.”" in shown
    assert "“One list for all.”" in shown
    assert "Data management" in shown
    assert "Each office" not in shown


def test_every_line_can_be_read_under_one_heading(demo_url):
    room = notes.read(open_store(demo_url), Selection())
    found = [notes.lines_about(room.coded, one) for one in raised(room)]
    places = [place for rows in found for place in zip(rows["table_number"], rows["line"], strict=True)]
    assert sorted(places) == sorted(zip(room.noted["table_number"], room.noted["line"], strict=True))


def test_what_is_only_suggested_is_called_so(visit):
    shown = html(visit("challenges", challenge="unclear_models"))
    assert "(suggested, not confirmed)" in shown


def test_without_an_organisers_link_nobody_can_code(visit):
    app = visit("challenges")
    assert "Open the organiser’s link" in " ".join(m.value for m in app.markdown)
    assert "Our tenders" not in everything(app)


@pytest.mark.parametrize(("role", "event", "opens"), [("organiser", None, True), ("presenter", "demo", False)])
def test_the_organisers_link_opens_the_lines_and_another_one_does_not(visit, entered, role, event, opens):
    entered(role, event)
    app = visit("challenges")
    assert ("Our tenders describe a product" in everything(app)) == opens


def test_frozen_lines_are_not_coded(visit, entered):
    entered("organiser", None)
    app = visit("challenges")
    editor = app.dataframe[-1].proto
    assert editor.HasField("placeholder")
    assert not editor.placeholder  # an empty cell is empty, not "None"
    assert "older data version" in visit("challenges", v="5").info[0].value


def test_the_organisers_table_turns_changes_into_codings(demo_url):
    room = notes.read(open_store(demo_url), Selection())
    before = _rows(room)
    assert len(before) == len(room.noted)
    assert before["suggested"].iloc[0] != ""
    assert list(_codings(before, before, room.suggested)) == []
    after = before.copy()
    at = after.index[(after["table_number"] == 7) & (after["line"] == 5)][0]
    after.loc[at, ["confirm", "cleared"]] = True
    other = after.index[(after["table_number"] == 1) & (after["line"] == 1)][0]
    after.at[other, "competencies"] = ["ppp"]
    none = after.index[(after["table_number"] == 7) & (after["line"] == 2)][0]
    after.loc[none, "none"] = True
    found = {given.place: replace(given, mark="") for given in _codings(before, after, room.suggested)}
    assert found == {
        (7, 5): Coding(7, 5, code="ppp", cleared=True),
        (7, 2): Coding(7, 2, code="", competencies=()),
        (1, 1): Coding(1, 1, competencies=("ppp",)),
    }
    assert all(given.mark for given in _codings(before, after, room.suggested))


# Two voices


def test_the_lists_name_what_the_chart_shows(visit):
    shown = html(visit("voices"))
    assert "Both voices (4)" in shown
    assert "Tables only (1)" in shown
    assert "Working across departments" in shown
    assert "it depends on whether the survey or the tables are asked" in shown


def test_two_voices_of_several_events_are_those_of_the_first(visit, tmp_path):
    url = event(tmp_path, told("ppp data_models"), people=12)
    engine = open_store(url)
    add_event(engine, NewEvent("other", "Other"), read_catalogue())
    add_answers(engine, "other", submissions(*((f"q{i}", "", "54" * len(read_catalogue().codes)) for i in range(20))))
    app = visit("voices", url=url, event="cafe.other")
    assert "Tables speak for one event; this is Café." in [i.value for i in app.info]
    assert "n = 12 people and 1 table ·" in html(app)


# The queue


def links(app):
    return [part.split('"')[0].replace("&amp;", "&") for part in html(app).split('href="')[1:]]


def test_every_card_has_a_sentence_a_question_and_a_link_that_opens_its_chart(visit):
    app = visit("queue", by="role", role="programme_manager.municipal_officer.head_of_department")
    assert html(app).count('<article class="card">') == len(links(app)) == 5
    assert html(app).count('class="question"') == 5
    for link in links(app):
        address = urlsplit(link)
        assert address.path in TITLES
        query = {key: value[0] for key, value in parse_qs(address.query).items()}
        selection, dropped = from_query(query, read_catalogue(), ["demo"])
        assert dropped == []
        assert selection.filter("role") == ("head_of_department", "municipal_officer", "programme_manager")
        target = visit(address.path, **query)
        told = selection.option if address.path == "tables" else selection.competency
        assert any("marked" in alt and read_catalogue().labels[told] in alt for alt in alts(target))


def test_another_topic_has_its_own_queue(visit):
    app = visit("queue", topic="duration")
    assert "months" in app.title[0].value
    assert all("topic=duration" in link for link in links(app))


# Tables that are no ordinary ones


def test_a_table_that_ranked_nothing_one_thing_or_tied_all_is_shown_as_what_it_is(visit, tmp_path):
    ordinary = ["data_models ppp communication"] * 3
    url = event(tmp_path, told(*ordinary, "", "ppp", "ppp=data_models=communication"), people=12)
    app = visit("tables", url=url)
    said = " ".join(m.value for m in app.markdown)
    assert "5 tables ranked this list, 1 left it out" in said
    assert "Table 5 ranked one option only. Table 6 tied all that they ranked." in said
    for page in ("voices", "queue"):
        assert visit(page, url=url).title[0].value


@pytest.mark.parametrize("page", SECOND)
@pytest.mark.parametrize("sheet", ["", "ppp", "ppp=data_models"])
def test_one_table_alone_has_its_pages(visit, tmp_path, page, sheet):
    url = event(tmp_path, told(sheet), people=12)
    assert visit(page, url=url).title[0].value


@pytest.mark.parametrize("page", SECOND)
def test_tables_without_a_survey_have_their_pages(visit, tmp_path, page):
    url = event(tmp_path, told("data_models ppp", "ppp", "communication data_models"))
    assert visit(page, url=url).title[0].value


@pytest.mark.parametrize("page", SECOND)
def test_a_catalogue_without_topics_or_challenges_has_the_pages_too(visit, tmp_path, page, small):
    notes = [(1, 1, "challenge", "Something", "", "", "", None), (1, 2, "conclusion", "That", "", "a", "", None)]
    url = event(tmp_path, told("", notes=notes), catalogue=small, people=12)
    assert visit(page, url=url).title[0].value


def test_topics_that_are_not_about_competencies_leave_the_survey_alone(visit, tmp_path, small):
    lists = [{"code": "duration", "label": "Duration", "option": [{"code": c, "label": c} for c in ("day", "week")]}]
    catalogue = Catalogue.model_validate(small.model_dump() | {"topic": lists})
    sheets = told("", "")
    rankings = pd.DataFrame([(1, "duration", "day", 1), (2, "duration", "week", 1)], columns=RANKINGS.names)
    url = event(tmp_path, Sheets(sheets.sheets, RANKINGS.check(rankings), sheets.notes), catalogue, people=12)
    assert visit("voices", url=url).title[0].value == "The tables of this event rank no competencies"
    assert visit("tables", url=url).title[0].value
    assert "2 tables" in html(visit("queue", url=url))


def test_a_click_on_another_topic_takes_the_mark_off(visit):
    app = visit("tables", option="ppp")
    assert any("marked Public–private partnerships" in alt for alt in alts(app))
    app.selectbox(key="pick_topic").set_value("duration").run()
    assert not app.exception
    assert not app.info
    assert not any("marked" in alt for alt in alts(app))


def test_groups_of_tables_are_by_who_sat_there_whatever_people_are_compared_by(visit):
    app = visit("tables", by="table")
    assert not app.exception
    told = " ".join(block.value for block in app.markdown)
    assert "City size, rolled up:" in told
