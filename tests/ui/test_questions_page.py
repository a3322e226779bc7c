"""The page Session questions in every state it can be in."""

import json

import numpy as np
import pytest
from support import submissions

from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def alts(app):
    return [chart.proto.alt for chart in app.get("vega_lite_chart")]


@pytest.fixture(scope="module")
def replied_url(tmp_path_factory):
    """Sixty people of towns and large cities; towns have a week, large cities three months."""
    engine = open_store(url := f"sqlite:///{tmp_path_factory.mktemp('replies') / 'one.db'}")
    catalogue = read_catalogue()
    add_event(engine, NewEvent("day", "The day"), catalogue)
    frame = submissions(*((f"p{i}", ["elected", "academic"][i % 2], "54" * len(catalogue.codes)) for i in range(60)))
    town = np.arange(60) < 20
    texts = [
        f"how_long={'week' if t else 'three_months'};mainly_elearning=yes;training_for=elected+programme_manager"
        for t in town
    ]
    add_answers(engine, "day", frame.assign(city_size=np.where(town, "town", "l"), replies=texts))
    return url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_the_clash_and_every_chart_has_base_words_and_table(visit, replied_url, theme):
    app = visit("questions", url=replied_url, theme=theme)
    assert app.title[0].value.startswith("“About three months, part time”, “Yes, mainly online")
    assert "but none of the 20 people of “Town" in app.title[0].value
    assert app.selectbox(key="pick_question").value == "how_long"
    assert len(alts(app)) == len(app.dataframe) == html(app).count("n = 60 people · everyone") == 4
    assert all(len(alt) > 40 for alt in alts(app))
    assert any("would suit more groups: 60 of 60 people" in m.value for m in app.markdown)


def test_another_question_has_its_own_sentence_and_address(visit, replied_url):
    app = visit("questions", url=replied_url, question="training_for", by="role")
    assert app.title[0].value.startswith("60 of 60 people (100")
    assert "chose “Programme managers”, and 60 chose “Elected members" in app.title[0].value
    assert app.title[0].value.endswith("”.")
    assert "compared by role" in html(app)
    app.selectbox(key="pick_question").set_value("how_long").run()
    assert not app.exception
    assert app.title[0].value.startswith("“About three months")


def test_an_ordered_question_is_compared_at_its_middle(visit, replied_url):
    app = visit("questions", url=replied_url, question="how_long", by="city_size")
    assert any("by group; Town" in alt and "differs" in alt for alt in alts(app))
    assert any("0 of 20 (0" in m.value and "of everyone else 40 of 40" in m.value for m in app.markdown)


def test_a_single_number_of_formats_is_told_and_not_drawn(visit, tmp_path):
    engine = open_store(url := f"sqlite:///{tmp_path / 'few.db'}")
    catalogue = read_catalogue()
    add_event(engine, NewEvent("day", "The day"), catalogue)
    frame = submissions(*((f"p{i}", "", "54" * len(catalogue.codes)) for i in range(32)))
    texts = [f"how_long={'month' if i < 30 else 'week'};mainly_elearning=yes" for i in range(32)]
    add_answers(engine, "day", frame.assign(replies=texts))
    app = visit("questions", url=url)
    told = " ".join(m.value for m in app.markdown)
    assert "Which format is chosen most often cannot be shown." in told
    assert "How many people chose each duration with each form is not drawn: " in told
    assert not any("duration and form" in alt for alt in alts(app))


def test_ten_groups_are_shown_and_all_if_asked_for(visit, tmp_path):
    engine = open_store(url := f"sqlite:///{tmp_path / 'many.db'}")
    catalogue = read_catalogue()
    add_event(engine, NewEvent("day", "The day"), catalogue)
    frame = submissions(*((f"p{i}", "", "54" * len(catalogue.codes)) for i in range(240)))
    places = [f"P{i % 12}" for i in range(240)]
    texts = [f"how_long={'week' if i < 120 else 'month'};mainly_elearning=yes" for i in range(240)]
    add_answers(engine, "day", frame.assign(region=places, replies=texts))
    assert "10 of 12" in title(visit("questions", url=url))
    assert "of 12" not in title(visit("questions", url=url, show="all"))


def title(app):
    return str(json.loads(app.get("vega_lite_chart")[-1].proto.spec)["title"]["text"])


def test_a_survey_without_replies_says_how_they_come_in(visit, tmp_path):
    engine = open_store(url := f"sqlite:///{tmp_path / 'one.db'}")
    catalogue = read_catalogue()
    add_event(engine, NewEvent("day", "The day"), catalogue)
    add_answers(engine, "day", submissions(*((f"p{i}", "", "54" * len(catalogue.codes)) for i in range(12))))
    app = visit("questions", url=url)
    assert "Nobody has replied to the questions" in app.title[0].value
    assert any("[question.training_needed]" in block.value for block in app.code)
    assert not alts(app)


def test_a_catalogue_without_questions_says_so(visit, tmp_path):
    engine = open_store(url := f"sqlite:///{tmp_path / 'one.db'}")
    catalogue = Catalogue.model_validate({**read_catalogue().model_dump(), "question": ()})
    add_event(engine, NewEvent("day", "The day"), catalogue)
    add_answers(engine, "day", submissions(*((f"p{i}", "", "54" * len(catalogue.codes)) for i in range(12))))
    assert visit("questions", url=url).title[0].value == "This survey has no questions of the session"


def test_too_few_people_have_no_charts(visit, replied_url):
    app = visit("questions", url=replied_url, city_size="town", role="citizen")
    assert not alts(app)


def test_the_demo_has_the_page(visit):
    app = visit("questions")
    assert app.title[0].value.endswith(".")
    assert alts(app)
