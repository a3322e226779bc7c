"""The Regions page: the map, the own region, the change between events, and nothing that the gate hides."""

import json
from datetime import date

import pyarrow as pa
import pytest
from support import submissions

from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.demo import demo_batches
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

KNOWN = read_catalogue()


@pytest.fixture(scope="module")
def events_url(tmp_path_factory):
    """Two events of one questionnaire, one of too few people, one with another questionnaire."""
    url = f"sqlite:///{tmp_path_factory.mktemp('regions') / 'r.db'}"
    engine = open_store(url)
    for code, held_on, people, seed in (("then", date(2017, 11, 1), 90, 1), ("now", date(2018, 11, 15), 70, 2)):
        add_event(engine, NewEvent(code, f"Event {code}", held_on, is_demo=True), KNOWN)
        add_answers(engine, code, demo_batches(KNOWN, people, seed)[0])
    add_event(engine, NewEvent("few", "Event of three"), KNOWN)
    add_answers(engine, "few", demo_batches(KNOWN)[0].head(3))
    other = KNOWN.model_dump(mode="json") | {"catalogue": {"code": "other", "title": "Other"}}
    other["competency"] = other["competency"][:4]
    other["module"] = []
    add_event(engine, NewEvent("elsewhere", "Event elsewhere", date(2016, 1, 1)), Catalogue.model_validate(other))
    return url


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def drawn(app, place):
    chart = app.get("vega_lite_chart")[place]
    (rows,) = [pa.ipc.open_stream(data.data.data).read_all() for data in chart.proto.datasets]
    return rows.to_pylist()


def specs(app):
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_a_sentence_a_map_and_a_panel_for_each_area(visit, theme):
    app = visit("regions", theme=theme)
    assert app.title[0].value.startswith(("In ", "The gap", "Too few"))
    assert app.title[0].value.endswith(".")
    assert len(specs(app)) == 2
    assert all(len(chart.proto.alt) > 20 for chart in app.get("vega_lite_chart"))
    assert "Made with Natural Earth" in html(app)
    assert html(app).count("n = 60 people · everyone") == 2
    assert len(app.dataframe) == 3  # and the events of the store


def test_the_geometry_travels_once_and_the_rows_as_arrow(visit):
    spec = specs(visit("regions"))[0]
    shapes = [part for part in spec["layer"] if part["mark"]["type"] == "geoshape"]
    assert [part["data"]["values"]["type"] for part in shapes] == ["Topology"]
    assert spec["data"] == {"name": "rows"}


def test_regions_too_small_are_listed_and_never_drawn(visit):
    app = visit("regions")
    areas = {row["area"] for row in drawn(app, 1)}
    assert "ES51" in areas
    assert not {"PT15", "DK01", "BE25"} & areas
    assert {"PT", "DK", "BE"} <= areas
    why = "fewer than 5 people, or they could be worked out from their country’s total"
    assert f"Hidden (10 regions): {why}: Belgium (BE21, BE25); Denmark (DK01, DK04);" in html(app)
    assert "Where their country has enough people, it stands in for them." in html(app)


def test_the_own_region_is_first_and_outlined_and_a_small_one_is_its_country(visit):
    app = visit("regions", own="ES21")
    assert {row["area"] for row in drawn(app, 1) if row["own"]} == {"ES21"}
    assert [row["area"] for row in drawn(app, 0) if row["own"]] == ["ES"]
    app = visit("regions", own="PT15")
    assert {row["area"] for row in drawn(app, 1) if row["own"]} == {"PT"}
    assert [row["area"] for row in drawn(app, 0) if row["own"]] == ["PT"]


def test_a_region_nobody_is_from_is_said(visit):
    app = visit("regions", own="XX99")
    assert "Nobody here is from XX99; choose your region here." in html(app)


def test_another_competency_level_and_region_are_in_the_url(visit):
    app = visit("regions")
    app.selectbox(key="pick_competency").set_value("data_models").run()
    assert app.session_state["competency"] == "data_models"
    assert KNOWN.labels["data_models"] in app.title[0].value
    app.selectbox(key="pick_level").set_value("cluster").run()
    assert app.session_state["by"] == "cluster"
    assert {row["level"] for row in drawn(app, 1)} == {"cluster"}
    app.selectbox(key="pick_own").set_value("seaside").run()
    assert {row["area"] for row in drawn(app, 1) if row["own"]} == {"seaside"}
    assert not app.exception


def test_one_event_has_no_trend_and_says_which_could_be_added(visit, events_url):
    app = visit("regions", url=events_url)
    assert any("“Event then”" in m.value for m in app.markdown)
    assert not any("Since the earliest event" in m.value for m in app.markdown)
    listed = html(app)
    for line in (
        "Event now (now, 2018-11-15): 70 people, 29 competencies in common; looked at here",
        "Event then (then, 2017-11-01): 90 people, 29 competencies in common; can be added",
        "Event of three (few): fewer than 5 people",
        "4 competencies in common; asks other competencies",
    ):
        assert line in listed


def test_two_events_show_what_has_changed_for_all_or_for_the_own_region(visit, events_url):
    app = visit("regions", url=events_url, event="then.now")
    assert len(specs(app)) == 3
    assert any("may be the same" in m.value or "beyond chance" in m.value for m in app.markdown)
    assert any("count as different people" in caption.value for caption in app.caption)
    assert {row["event_name"] for row in drawn(app, 2)} == {"2017", "2018"}
    whole = max(int(row["people"]) for row in drawn(app, 2))
    own = visit("regions", url=events_url, event="then.now", own="ES51")
    assert max(int(row["people"]) for row in drawn(own, 2) if row["people"].isdecimal()) < whole / 2
    assert any("region: ES51" in caption.value for caption in own.caption)
    assert any(m.value.startswith("In ES51") and "among everyone, " in m.value for m in own.markdown)


def test_where_nobody_said_where_they_are_from_the_page_says_so(visit, tmp_path, small):
    url = f"sqlite:///{tmp_path / 'nowhere.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("held", "Held"), small)

    add_answers(engine, "held", submissions(*((f"p{i}", "head", "525252") for i in range(9))))
    app = visit("regions", url=url)
    assert app.title[0].value.startswith("Nobody said which region")
    assert not specs(app)
