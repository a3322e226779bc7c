"""The Compare page: who is set against whom, in the URL and in words, and nothing that the gate hides."""

import json
import math

import pyarrow as pa
import pytest
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

PLACES = {"lift", "wide", "narrow"}
"""Numbers of a drawn row that say where it stands, not what was answered."""
CORE = "For whom: the core of both, or of one only"


@pytest.fixture
def held(tmp_path, small):
    """A store with one event of the small catalogue, of (person, role, ratings)."""

    def made(*rows):
        url = f"sqlite:///{tmp_path / 'held.db'}"
        engine = open_store(url)
        add_event(engine, NewEvent("held", "Held"), small)
        add_answers(engine, "held", submissions(*rows))
        return url

    return made


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def drawn(chart):
    (rows,) = [pa.ipc.open_stream(data.data.data).read_all() for data in chart.proto.datasets]
    return rows.to_pylist()


def frames(app):
    return [table.value for table in app.dataframe]


def people(role, cards, n, start=0):
    return [(f"{role}{start + i}", role, cards[i % len(cards)]) for i in range(n)]


def test_the_page_opens_with_a_sentence_and_two_groups_have_two_charts(visit):
    app = visit("compare")
    assert app.title[0].value.startswith("“Small and medium cities")
    assert app.title[0].value.endswith(".")
    assert [h.value for h in app.header] == [CORE]
    assert len(charts(app)) == 2
    assert html(app).count("n = 60 people · everyone · compared by city size, rolled up") == 2
    assert all(len(chart.proto.alt) > 20 for chart in app.get("vega_lite_chart"))
    differences, lens = frames(app)
    assert set(zip(differences["group"], differences["reference"], strict=True)) == {("small_medium", "large")}
    assert len(differences) == len(lens) == len(read_catalogue().codes)
    assert html(app).count("<li>") == len(differences)


def test_without_a_choice_of_many_groups_the_largest_meets_its_rest(visit):
    app = visit("compare", by="discipline")
    (differences,) = frames(app)
    assert set(differences["group"]) == {"management"}
    assert set(differences["reference"]) == {""}
    assert "is set against the rest: everyone who is not in it" in html(app)
    assert not app.header


@pytest.mark.parametrize(
    ("groups", "compared", "reference"),
    [
        ("municipal_officer", ["municipal_officer"], ""),
        ("solution_provider.municipal_officer", ["municipal_officer"], "solution_provider"),
        (
            "solution_provider.municipal_officer.programme_manager",
            ["programme_manager", "municipal_officer", "solution_provider"],
            "",
        ),
    ],
)
def test_one_and_three_groups_meet_their_rest_and_two_each_other_in_the_catalogue_s_order(
    visit, groups, compared, reference
):
    app = visit("compare", by="role", groups=groups)
    differences = frames(app)[0]
    assert list(dict.fromkeys(differences["group"])) == compared
    assert set(differences["reference"]) == {reference}
    assert len(charts(app)) == (2 if reference else 1)
    assert ("are each set against their own rest" in html(app)) == (len(compared) == 3)
    assert ("are set against each other" in html(app)) == bool(reference)


def test_another_comparison_drops_the_groups_and_a_choice_of_groups_names_its_comparison(visit):
    app = visit("compare", by="role", groups="municipal_officer")
    app.selectbox(key="pick_by").set_value("discipline").run()
    assert app.session_state["groups"] == ""
    assert not app.info
    app = visit("compare")
    app.multiselect(key="pick_groups").set_value(["large"]).run()
    assert (app.session_state["by"], app.session_state["groups"]) == ("city_size_band", "large")
    assert set(frames(app)[0]["group"]) == {"large"}
    assert set(frames(app)[0]["reference"]) == {""}


def test_the_small_city_lens_is_one_click_away_and_not_offered_where_it_is_seen(visit):
    assert not [b for b in visit("compare").button if b.key == "small_city_lens"]
    app = visit("compare", by="role", groups="municipal_officer")
    app.button(key="small_city_lens").click().run()
    assert not app.exception
    assert app.session_state["groups"] == "small_medium.large"
    assert [h.value for h in app.header] == [CORE]
    assert not [b for b in app.button if b.key == "small_city_lens"]


def test_groups_that_are_unknown_too_small_or_too_many_are_said(visit):
    assert "groups “wizard”" in visit("compare", by="role", groups="wizard").info[0].value
    app = visit("compare", by="role", groups="elected.municipal_officer")
    assert "too few people are in it or outside it: Elected member or mayor&#x27;s office." in html(app)
    assert set(frames(app)[0]["group"]) == {"municipal_officer"}
    five = "cluster_organisation.head_of_department.municipal_officer.programme_manager.solution_provider"
    app = visit("compare", by="role", groups=five)
    assert "At most 3 groups are compared at once; left out: Cluster organisation and Solution provider." in html(app)
    assert frames(app)[0]["group"].nunique() == 3
    app = visit("compare", by="cluster", groups="<b>nowhere")
    assert "<b>nowhere" not in html(app)
    assert "&lt;b&gt;nowhere" in html(app)


def test_too_few_people_and_no_two_sides_are_designed_states(visit, held):
    assert "Fewer than 5 people" in visit("compare", discipline="law").title[0].value
    app = visit("compare", by="city_size_band", city_size="small_medium")
    assert app.title[0].value == "By city size, rolled up there are no two sides to compare"
    assert "Compare by something else above, or take off a filter." in app.markdown[-1].value
    assert not charts(app)
    app = visit("compare", url=held(*people("", ["54321."], 9)))
    assert app.title[0].value == "Nobody said what group they are in"
    assert not charts(app)


def test_a_person_of_two_roles_is_said_to_stand_on_both_sides(visit, held):
    url = held(
        *people("head", ["543211"], 9), *people("officer", ["514131"], 9), *people("head+officer", ["525252"], 6)
    )
    app = visit("compare", url=url, by="role")
    assert "a person may be in both groups" in html(app)
    assert frames(app)[0].loc[0, ["n", "n_reference"]].tolist() == [15, 15]
    assert "is never in the rest of their own" in html(visit("compare", url=url, by="role", groups="head"))
    assert "may be in" not in html(visit("compare"))


@pytest.mark.parametrize("groups", ["", "head", "officer", "head.officer"])
def test_what_gaps_hide_has_no_number_on_the_page(visit, held, groups):
    # Three of the nine heads marked competency b: hidden for them, and for the officers, who are the rest.
    url = held(*people("head", ["5432..", "54..11", "54..12"], 9), *people("officer", ["514131", "423122"], 12))
    app = visit("compare", url=url, by="role", groups=groups)
    for table in frames(app):
        hidden = table[table["competency"] == "b"]
        assert hidden["suppressed"].all()
        assert hidden.select_dtypes("number").isna().all(axis=None)
        assert not table.loc[table["competency"] != "b", "suppressed"].any()
    for row in [row for chart in app.get("vega_lite_chart") for row in drawn(chart) if row["competency"] == "b"]:
        told = {name for name, value in row.items() if isinstance(value, float) and not math.isnan(value)}
        assert told <= PLACES
        assert "fewer than 5" in row["people"]
    assert html(app).count("Too few people to show the gap in Competency B") == 1
