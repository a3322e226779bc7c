"""The Profiles page: worked out in a process of its own, told in words, and who holds a personal link is told more."""

import json
import time

import numpy as np
import pytest
from support import submissions

from sctrain.store.engine import open_store
from sctrain.store.personal import make_token
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import data, state
from sctrain.ui.titles import TITLES

PROMPT = 120
LOOKING = "Looking for groups of people who need the same …"


def card(gaps):
    """A card whose marks have these gaps, 0 to 4."""
    return "".join(f"{5 - (4 - int(gap)) // 2}{1 + (4 - int(gap)) - (4 - int(gap)) // 2}" for gap in gaps)


def cards(kinds, n, seed=1):
    """n cards; each person has the gaps of one kind, a point more or less here and there."""
    rng = np.random.default_rng(seed)
    usual = np.array(kinds)[np.arange(n) % len(kinds)]
    return [card(gaps) for gaps in (usual + rng.choice([-1, 0, 0, 1], usual.shape)).clip(0, 4)]


PLANTED = [(f"p{i}", ("head", "officer")[i % 2], text) for i, text in enumerate(cards([(4, 2, 0), (0, 2, 4)], 38))]
"""Nineteen heads need the first competency, as many officers the last."""
ALIKE = [(f"p{i}", "head", text) for i, text in enumerate(cards([(2, 2, 2)], 40))]


def stored(folder, small, people, threshold=15):
    """The address of a store with one event; with this threshold people can be in two groups at most: soon tried."""
    url = f"sqlite:///{folder / 'profiles.db'}"
    engine = open_store(url)
    add_event(engine, NewEvent("room", "A room", threshold=threshold), small)
    add_answers(engine, "room", submissions(*people))
    return url


@pytest.fixture(scope="module")
def planted(tmp_path_factory, small):
    return stored(tmp_path_factory.mktemp("planted"), small, PLANTED)


@pytest.fixture(scope="module")
def alike(tmp_path_factory, small):
    return stored(tmp_path_factory.mktemp("alike"), small, ALIKE)


@pytest.fixture
def profiles(visit):
    """The page, once the profiles are worked out."""

    def opened(url, **query):
        app = visit("profiles", url=url, **query)
        wait(app, lambda: app.title[0].value != LOOKING)
        return app

    return opened


def wait(app, true):
    """Run the page until this is so."""
    end = time.monotonic() + PROMPT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.3)
        app.run()
    assert not app.exception


def html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def specs(app):
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def drawn(app):
    return json.dumps(specs(app), ensure_ascii=False)


def said(app):
    return " ".join(
        str(e.value) for kind in (app.title, app.markdown, app.info, app.success, app.warning) for e in kind
    )


def frames(app):
    return [table.value for table in app.dataframe]


def link(url, person, event="room"):
    with open_store(url).connect() as connection:
        return make_token(connection, event, person)


def test_the_page_says_that_it_is_at_work_and_then_shows_what_it_found(visit, planted):
    app = visit("profiles", url=planted)
    assert app.title[0].value == LOOKING
    assert not specs(app)
    wait(app, lambda: app.title[0].value != LOOKING)
    assert app.title[0].value.startswith("Two groups of people need different things")


def test_planted_groups_are_shown_with_what_they_need_who_they_are_and_how_to_tell(profiles, planted):
    app = profiles(planted)
    assert [h.value for h in app.header] == [
        "How to tell your profile",
        "One profile: what it needs, and who is in it",
        "Which profiles are alike",
        "Why so many profiles",
    ]
    assert all(len(chart.proto.alt) > 40 for chart in app.get("vega_lite_chart"))
    needs = frames(app)[0].set_index(["profile", "competency"])["leaning"]
    assert {needs.loc[letter].idxmax() for letter in "AB"} == {"a", "c"}
    assert html(app).count("<article") == 2
    assert "profile A: n = 19 people · out of n = 38 people · everyone" in html(app)
    assert "Role: share of the 19 people of the profile" in json.dumps(specs(app))


def test_a_profile_is_chosen_in_the_url_and_the_charts_follow(profiles, planted):
    app = profiles(planted, profile="B")
    assert app.selectbox(key="pick_profile").value == "B"
    gaps = next(table for table in frames(app)[1:] if "gap" in table and "leaning" in table)
    assert set(gaps["profile"]) == {"B"}
    app.selectbox(key="pick_profile").set_value("A").run()
    assert not app.exception
    assert app.session_state["profile"] == "A"
    assert "profile A: n = 19 people" in html(app)


def test_a_letter_that_there_is_not_leaves_the_first(profiles, planted):
    assert profiles(planted, profile="G").selectbox(key="pick_profile").value == "A"


def test_where_everybody_needs_the_same_there_are_no_groups_and_the_page_says_why(profiles, alike):
    app = profiles(alike)
    assert [h.value for h in app.header] == ["What was tried"]
    assert "More answers help where there are groups" in said(app)
    assert len(specs(app)) == 1
    assert "none is reliable" in app.get("vega_lite_chart")[0].proto.alt
    assert not frames(app)[0]["reliable"].any()
    assert not [box for box in app.selectbox if box.key == "pick_profile"]


def test_too_few_to_look_for_groups_is_said(profiles, tmp_path, small):
    app = profiles(stored(tmp_path, small, PLANTED[:12], threshold=5))
    assert "oo few people" in app.title[0].value
    assert not specs(app)
    assert not app.header


def test_too_few_to_be_shown_is_said_as_on_every_page(visit, planted, tmp_path, small):
    app = visit("profiles", url=stored(tmp_path, small, PLANTED[:3], threshold=5))
    assert "Fewer than 5 people" in app.title[0].value
    assert not specs(app)


def test_a_filter_has_profiles_of_its_own(profiles, planted):
    app = profiles(planted, role="head")
    assert "oo few people" in app.title[0].value
    assert not specs(app)


def test_a_computation_that_was_stopped_is_said_and_the_page_lives_on(visit, tmp_path, small):
    app = visit("profiles", url=stored(tmp_path, small, PLANTED))
    assert app.title[0].value == LOOKING
    for job in data._background()._jobs.values():
        while not job.progress[1]:  # one that has not begun is only forgotten
            time.sleep(0.01)
        job.stop()
    wait(app, lambda: app.title[0].value != LOOKING)
    assert app.title[0].value == "The profiles could not be worked out"
    assert "stopped before its end" in app.error[0].value


# Personal links


@pytest.mark.parametrize("person", ["p0", "p1"])
def test_the_holder_of_a_link_is_told_which_profile_is_theirs(profiles, planted, person):
    app = profiles(planted, me=link(planted, person))
    (told,) = [e.value for e in app.success]
    needs = frames(app)[0].set_index(["profile", "competency"])["leaning"]
    letter = told.partition("closest to profile ")[2][0]
    assert needs.loc[letter].idxmax() == {"p0": "a", "p1": "c"}[person]
    assert app.selectbox(key="pick_profile").value == letter
    assert "yours" in html(app)
    assert "· yours" in drawn(app)


def test_without_a_link_nothing_is_anybody_s(profiles, planted):
    app = profiles(planted)
    assert not app.success
    assert not [text for text in ("· yours", "(yours)", ", yours") if text in html(app) + drawn(app)]


def test_the_token_stays_through_clicks_and_is_in_no_link_that_the_page_makes(profiles, planted):
    token = link(planted, "p0")
    app = profiles(planted, me=token)
    app.selectbox(key="pick_profile").set_value("B").run()
    app.selectbox(key="pick_show").set_value("all").run()
    assert app.success
    assert app.text_input(key="me").value == token
    assert "me" not in state.KEYS
    links = [code.value for code in app.code]
    assert links
    assert not [text for text in [*links, html(app)] if token in text]


@pytest.mark.parametrize("token", ["nonsense", "WyJyb29tIiwiMDEyMzQ1Njc4OWFiY2RlZiJd.c2lnbmVk"])
def test_a_token_that_was_altered_is_said(profiles, planted, token):
    app = profiles(planted, me=token)
    assert "This personal link was altered" in app.warning[0].value
    assert not app.success
    assert specs(app)


def test_who_is_filtered_out_is_told_to_take_the_filter_off(profiles, planted):
    app = profiles(planted, me=link(planted, "p1"), role="head")
    assert "The filter above leaves your answers out" in app.info[0].value


def test_who_is_in_no_group_is_told_why(profiles, alike):
    app = profiles(alike, me=link(alike, "p1"))
    assert "There is no profile yet" in app.info[0].value


def test_while_later_answers_are_worked_in_the_older_profiles_stay_and_frozen_ones_for_good(visit, profiles, planted):
    then = profiles(planted)
    version = html(then).partition("data version ")[2].split("<")[0]
    add_answers(open_store(planted), "room", submissions(("late", "head", card((4, 2, 0)))))
    now = visit("profiles", url=planted)
    assert f"data version {version}" in html(now)
    assert now.title[0].value == then.title[0].value
    token = link(planted, "late")
    assert f"At data version {version} you had not answered yet." in said(profiles(planted, v=version, me=token))
    wait(now, lambda: f"data version {version}" not in html(now))
    assert "n = 39 people" in html(now)
    assert "closest to profile" in said(profiles(planted, me=token))


def test_the_page_is_in_the_navigation():
    assert TITLES["profiles"] == "Profiles"
