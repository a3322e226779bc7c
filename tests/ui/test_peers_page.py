"""The page on peer teaching: its URL, its states, and nothing that the gate hides."""

import json

import pyarrow as pa
import pytest
from support import submissions

from sctrain import peers, views
from sctrain.catalogue import read_catalogue
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

HEADERS = ["Who can teach whom", "What takes a trainer"]


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def drawn(chart):
    (rows,) = [pa.ipc.open_stream(data.data.data).read_all() for data in chart.proto.datasets]
    return rows.to_pylist()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_a_sentence_and_has_three_charts_with_base_and_numbers(visit, demo_url, theme):
    app = visit("peers", theme=theme)
    met = peers.read(views.read(open_store(demo_url), Selection()), Selection())
    assert app.title[0].value == met.sentence
    assert [h.value for h in app.header] == HEADERS
    assert len(charts(app)) == len(app.dataframe) == 3
    assert html(app).count("compared by discipline · Demonstration") == 2
    assert html(app).count("cohorts of 12") == 2
    assert all(len(chart.proto.alt) > 20 for chart in app.get("vega_lite_chart"))
    labels = app.dataframe[1].value["teachers_label"]
    assert "ICT and data" in set(labels)


def test_seats_and_comparison_are_in_the_url(visit):
    app = visit("peers", seats="7", by="city_size_band")
    assert app.selectbox(key="pick_seats").value == "7"
    assert "cohort of 7" in app.title[0].value
    assert set(app.dataframe[1].value["learners"]) == {"small_medium", "large"}
    app.selectbox(key="pick_seats").set_value("20").run()
    assert not app.exception
    assert "cohort of 20" in app.title[0].value


def test_more_seats_than_people_are_said_and_cut(visit):
    captions = " ".join(c.value for c in visit("peers", seats="60").caption)
    assert "seats, not for 60" in captions


def test_hidden_groups_have_no_numbers_in_charts_or_tables(visit):
    app = visit("peers", by="role")
    cells = [cell for cell in drawn(app.get("vega_lite_chart")[1]) if cell["suppressed"]]
    assert cells
    assert {cell.get("share") for cell in cells} == {None}
    assert {cell["value"] for cell in cells} == {""}
    table = app.dataframe[0].value
    assert table.loc[table["suppressed"], ["n", "taught", "difference"]].isna().all(axis=None)


def test_too_few_people_and_nobody_are_designed_states(visit):
    assert "Fewer than 5 people" in visit("peers", discipline="law").title[0].value
    assert visit("peers", country="FI").title[0].value == "Nobody gave this combination of answers"


def test_without_two_groups_the_page_says_why_and_still_shows_what_takes_a_trainer(visit):
    app = visit("peers", discipline="ict")
    assert "no two groups" in app.title[0].value
    assert [h.value for h in app.header] == HEADERS[1:]
    assert len(charts(app)) == 1
    assert any("may set groups apart" in c.value for c in app.caption)


def test_a_survey_without_profile_still_says_what_takes_a_trainer(visit, tmp_path):
    url = f"sqlite:///{tmp_path / 'plain.db'}"
    competencies = tuple(c.model_copy(update={"discipline": ""}) for c in read_catalogue().competency)
    bare = {"dimension": (), "topic": (), "module": (), "competency": competencies}
    engine, known = open_store(url), read_catalogue().model_copy(update=bare)
    add_event(engine, NewEvent("plain", "Plain"), known)
    cards = ["52" * len(known.codes), "44" * len(known.codes)]
    add_answers(engine, "plain", submissions(*((f"p{i}", "", cards[i % 2]) for i in range(14))))
    app = visit("peers", url=url)
    assert app.title[0].value.startswith("Nobody said what group they are in")
    assert len(charts(app)) == 1
