"""The page on cohorts: its recipes, its seats in the URL, its states."""

import pytest


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_a_sentence_and_a_card_for_each_recipe(visit, theme):
    app = visit("cohorts", theme=theme, seats="6")
    assert app.title[0].value.startswith(("A cohort of 6", "No mix can be told to teach a cohort of 6"))
    cards = html(app).count('<article class="card">')
    assert 1 <= cards <= 3
    assert html(app).count("Teaches itself ") == cards
    assert "cohorts of 6" in html(app)
    (chart,) = app.get("vega_lite_chart")
    assert len(chart.proto.alt) > 20
    assert len(app.dataframe[0].value) == cards


def test_seats_and_comparison_are_in_the_url(visit):
    app = visit("cohorts", seats="5", by="role")
    assert app.selectbox(key="pick_seats").value == "5"
    app.selectbox(key="pick_seats").set_value("4").run()
    assert not app.exception
    assert "cohorts of 4" in html(app)


def test_hidden_groups_are_in_no_card(visit):
    told = html(visit("cohorts", by="role", seats="6"))
    assert "Elected" not in told.split('<div class="cards">')[1]


def test_too_few_people_nobody_and_one_group_are_designed_states(visit):
    assert "Fewer than 5 people" in visit("cohorts", discipline="law").title[0].value
    assert visit("cohorts", country="FI").title[0].value == "Nobody gave this combination of answers"
    assert (
        visit("cohorts", discipline="ict").title[0].value.startswith(("No cohort can be", "No mix can be", "A cohort"))
    )
