"""Every page says what its URL says, in every state it can be in."""

import json

import pytest
from support import ROOT, submissions

from sctrain.catalogue import read_catalogue
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui.titles import COMPARING, IMPORT, SECTIONS, TITLES

CHARTED = ["overview", "gaps", "who"]
"""The pages about people alone."""


def specs(app):
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", CHARTED)
def test_a_page_opens_with_a_sentence_and_every_chart_has_base_words_and_table(visit, page, theme):
    app = visit(page, theme=theme)
    assert app.title[0].value.endswith(".")
    charts = app.get("vega_lite_chart")
    assert charts
    assert len(app.dataframe) == len(charts)
    assert all(len(chart.proto.alt) > 20 for chart in charts)
    assert html(app).count("n = 60 people · everyone") == len(charts)
    assert "Demo: made-up answers" in " ".join(m.value for m in app.markdown)


def test_the_overview_says_up_to_five_things_and_draws_four_charts(visit):
    app = visit("overview")
    bullets = next(m.value for m in app.markdown if m.value.startswith("- ")).splitlines()
    assert 3 <= 1 + len(bullets) <= 5
    assert len(specs(app)) == 4


@pytest.mark.parametrize("page", CHARTED)
def test_a_page_shows_what_its_url_says(visit, page):
    app = visit(page, cluster="seaside", role="programme_manager.municipal_officer")
    assert "cluster partner: seaside; role: Municipal officer or Programme manager" in html(app)
    assert any(b.label.startswith("Cluster partner: seaside") for b in app.button)


def test_a_page_says_where_people_who_left_a_question_open_are_counted(visit):
    app = visit("gaps", city_size="small_medium")
    assert "city size: Small and medium cities, under 250\u202f000 (or not said)" in html(app)


@pytest.mark.parametrize("page", CHARTED)
def test_too_few_people_are_a_designed_state(visit, page):
    app = visit(page, discipline="law")
    assert "Fewer than 5 people" in app.title[0].value
    assert not specs(app)
    assert "5" in app.markdown[-2].value


def test_nobody_is_another_state(visit):
    app = visit("gaps", country="FI")
    assert app.title[0].value == "Nobody gave this combination of answers"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"role": "wizard"}, "role “wizard”"),
        ({"by": "shoes"}, "by “shoes”"),
        ({"event": "paris"}, "event “paris”"),
        ({"v": "9999"}, "data version 9999"),
    ],
)
def test_what_a_link_asks_for_and_is_unknown_is_said(visit, query, said):
    app = visit("gaps", **query)
    assert said in app.info[0].value
    assert specs(app)


def test_a_frozen_link_shows_the_older_answers(visit):
    now, then = visit("who"), visit("who", v="3")
    assert "data version 5" in html(now)
    assert "data version 3" in html(then)
    assert any("sent again" in m.value for m in now.markdown)
    assert not any("sent again" in m.value for m in then.markdown)


def test_the_measure_and_the_number_of_rows_are_in_the_url(visit):
    ten, everything = visit("gaps", measure="gap"), visit("gaps", measure="gap", show="all")
    assert ten.selectbox(key="pick_measure").value == "gap"
    assert "10 of 29" in json.dumps(specs(ten)[0])
    assert "10 of 29" not in json.dumps(specs(everything)[0])


def test_choosing_in_the_bar_changes_the_page(visit):
    app = visit("gaps")
    app.selectbox(key="pick_by").set_value("discipline").run()
    assert not app.exception
    assert "compared by discipline" in html(app)
    app.multiselect(key="pick_role").set_value(["programme_manager"]).run()
    assert "role: Programme manager" in html(app)


def test_a_link_to_a_competency_opens_its_answers(visit):
    app = visit("gaps", competency=read_catalogue().codes[-1])
    assert app.selectbox(key="pick_competency").value == read_catalogue().codes[-1]


def test_filters_offer_nobody_who_could_be_picked_out(visit):
    app = visit("gaps")
    offered = {m.key.removeprefix("pick_"): m.options for m in app.multiselect}
    assert "Law, procurement and data protection" not in offered["discipline"]
    assert len(offered["discipline"]) >= 4


def test_every_frame_and_every_competency_is_on_the_methods_page(visit):
    from sctrain.frames import FRAMES

    app = visit("methods")
    headers = [h.value for h in app.header]
    assert [f.name for f in FRAMES] == headers[1:]
    tables = [d.value for d in app.dataframe]
    assert len(tables[0]) == len(read_catalogue().codes)
    for frame, table in zip(FRAMES, tables[1:], strict=True):
        assert list(table["column"]) == frame.names


@pytest.mark.parametrize("page", [name for name in TITLES if name != IMPORT])
def test_an_empty_store_says_what_to_do(visit, page, tmp_path):
    app = visit(page, url=f"sqlite:///{tmp_path / 'empty.db'}")
    assert app.title[0].value == "No answers yet"
    assert "python -m sctrain demo" in app.code[0].value


@pytest.mark.parametrize("page", TITLES)
def test_an_event_without_answers_waits_for_them(visit, page, tmp_path):
    url = f"sqlite:///{tmp_path / 'waiting.db'}"
    add_event(open_store(url), NewEvent("soon", "Soon"), read_catalogue())
    app = visit(page, url=url)
    no_sheet = "No table has given in a sheet yet"
    waits = {"tables": no_sheet, "voices": no_sheet, "queue": no_sheet, "methods": "How every number here is made"}
    waits["challenges"] = "No table has written anything down yet"
    waits["live"] = "This event was brought in from a file: nobody answers it live"
    waits["present"] = "The presenter’s list is opened with a presenter’s or an organiser’s link"
    waits["bring_in"] = "Surveys are brought in with the organiser’s link"
    assert app.title[0].value == waits.get(page, "Nobody has answered yet")


@pytest.mark.parametrize("page", CHARTED)
def test_a_survey_with_no_profile_and_three_competencies_has_its_pages_too(visit, page, tmp_path, small):
    url = f"sqlite:///{tmp_path / 'small.db'}"
    engine = open_store(url)
    plain = small.model_copy(update={"dimension": ()})
    add_event(engine, NewEvent("plain", "Plain"), plain)
    add_answers(engine, "plain", submissions(*((f"p{i}", "", "54321." if i % 2 else "5.3344") for i in range(12))))
    app = visit(page, url=url)
    assert app.title[0].value


@pytest.mark.parametrize("page", CHARTED)
def test_a_survey_whose_profile_everybody_left_open_has_its_pages_too(visit, page, tmp_path, small):
    url = f"sqlite:///{tmp_path / 'open.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("open", "Open"), small)
    add_answers(engine, "open", submissions(*((f"p{i}", "", "54321." if i % 2 else "5.3344") for i in range(12))))
    assert visit(page, url=url).title[0].value
    assert visit(page, url=url, by="country").title[0].value


@pytest.mark.parametrize("page", CHARTED)
def test_people_enough_but_too_few_for_every_competency_have_their_pages_too(visit, page, tmp_path, small):
    url = f"sqlite:///{tmp_path / 'thin.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("thin", "Thin"), small)
    cards = ["54....", "..54..", "....54"]
    add_answers(engine, "thin", submissions(*((f"p{i}", "head", cards[i % 3]) for i in range(9))))
    assert visit(page, url=url).title[0].value


@pytest.mark.parametrize("topic", [entry.code for entry in read_catalogue().topic])
def test_the_tables_page_says_how_far_the_tables_agree_and_who_is_furthest_apart(visit, topic):
    app = visit("tables", topic=topic)
    said = " ".join(m.value for m in app.markdown)
    assert "furthest apart" in said
    assert "ranked this list" in said
    assert len(specs(app)) == 3
    assert "of 8 tables" in html(app)


def test_events_of_different_catalogues_are_never_merged(visit, tmp_path, small):
    url = f"sqlite:///{tmp_path / 'two.db'}"
    engine = open_store(url)
    for code, catalogue in (("one", small), ("two", read_catalogue())):
        add_event(engine, NewEvent(code, code.title()), catalogue)
    add_answers(engine, "one", submissions(*((f"p{i}", "head", "543211") for i in range(12))))
    app = visit("gaps", url=url, event="one.two")
    assert "Two" in app.info[0].value
    assert "as it asks other competencies" in app.info[0].value


def test_every_page_file_is_in_the_navigation_and_the_readme():
    files = {file.stem for file in (ROOT / "pages").glob("*.py")}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert files == set(TITLES)
    assert all(f"`{name}.py`" in readme for name in files)


def test_every_page_stands_once_in_the_menus():
    listed = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed) == sorted(TITLES)


@pytest.mark.parametrize("page", TITLES)
def test_the_bar_offers_a_comparison_only_where_the_page_compares(page):
    text = (ROOT / "pages" / f"{page}.py").read_text(encoding="utf-8")
    compares = any(word in text for word in ("words.comparison", "words.seated_by", "peers.mixed", "programme.groups"))
    assert (page in COMPARING) == compares, page
