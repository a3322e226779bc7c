"""How carefully a survey was filled in: what is found, what is hidden, and who may look at single answers."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from support import submissions

from sctrain import quality, views
from sctrain.__main__ import main
from sctrain.analysis.quality import found, limit, sentence
from sctrain.analysis.quality import quality as checks
from sctrain.cards import Cards, Codes, decode
from sctrain.catalogue import Catalogue
from sctrain.errors import AccessError
from sctrain.selection import Selection
from sctrain.store import access
from sctrain.store.engine import open_store, writing
from sctrain.store.twins import twins
from sctrain.store.write import NewEvent, add_answers, add_event, bring_in

SIX = Catalogue.model_validate(
    {
        "catalogue": {"code": "six", "title": "Six"},
        "competency": [{"code": c, "label": c.upper()} for c in "abcdef"],
        "dimension": [
            {"code": "role", "label": "Role", "option": [{"code": r, "label": r} for r in ("head", "officer")]}
        ],
    }
)


def cards(*texts: str, roles: str = "") -> Cards:
    """Six competencies: importance and level of each, one text a person."""
    role = np.array([int(r) for r in roles or "0" * len(texts)], np.int32)
    pairs = decode("".join(texts).encode(), 6, 1, 5)
    return Cards(tuple("abcdef"), 1, 5, pairs, {"role": Codes(("head", "officer"), role)})


NONE = np.zeros(0, np.int64)
CAREFUL = cards(*["514243341524"] * 12)


def has(check: str, *texts: str, roles: str = "") -> list[bool]:
    return found(cards(*texts, roles=roles))[check].tolist()


def test_one_mark_throughout_is_found_on_each_side_where_five_are_given():
    texts = ("515253545152", "151515152515", "5.5.5.5.5...", "5.5.5.5.....", "............")
    assert has("same_importance", *texts) == [True, False, True, False, False]
    assert has("same_level", *texts) == [False, True, False, False, False]


def test_an_answer_is_again_the_same_where_marks_and_profile_are():
    one, other = "514243341524", "514243341525"
    assert has("again", one, other, one, one) == [False, False, True, True]
    assert has("again", one, one, one, roles="010") == [False, False, True]


def test_equal_answers_of_few_marks_say_nothing():
    assert has("again", "5152........", "5152........") == [False, False]


def test_fewer_than_half_of_the_marks_is_half_empty():
    assert has("half_empty", "515253......", "51525.......", "............") == [False, True, True]


def times(*groups):
    """Seconds of people, from (how many, how long)."""
    return np.array([took for n, took in groups for _ in range(n)], np.int64)


def test_who_took_less_than_half_of_the_middle_time_is_fast():
    few = checks(CAREFUL, 3, times((3, 249), (1, 250), (8, 500))).set_index("check").loc["fast"]
    assert (few["n"], few["people"], few["share"]) == (3, 12, 0.25)
    assert limit(times((3, 249), (1, 250), (8, 500))) == 250


def test_fast_is_hidden_where_few_are_and_not_known_where_few_times_are():
    hidden = checks(CAREFUL, 5, times((3, 100), (9, 500))).set_index("check").loc["fast"]
    assert (hidden["suppressed"], hidden["people"]) == (True, 12)
    assert hidden["n"] is pd.NA
    unknown = checks(CAREFUL, 5, times((4, 100), (5, 500))).set_index("check").loc["fast"]
    assert (unknown["suppressed"], unknown["people"]) == (False, 0)
    assert unknown["n"] is pd.NA


def test_counts_of_few_people_and_of_almost_all_are_hidden_and_none_is_shown():
    careful, lazy = "514243341524", "333333333333"
    few = checks(cards(*[careful] * 7, *[lazy] * 3), 5, NONE).set_index("check")
    assert few["suppressed"].to_dict() == {
        "again": True,
        "same_importance": True,
        "same_level": True,
        "half_empty": False,
        "fast": False,
    }
    assert few.loc["half_empty", "n"] == 0
    assert few["n"].isna().tolist() == [True, True, True, False, True]
    all_but_three = checks(cards(*[careful] * 3, *[lazy] * 9), 5, NONE).set_index("check")
    assert all_but_three.loc["same_level", "suppressed"]
    even = checks(cards(*[careful] * 5, *[lazy] * 5), 5, NONE).set_index("check")
    assert (even.loc["same_level", "n"], even.loc["same_level", "share"]) == (5, 0.5)
    assert even.loc["again", "suppressed"]  # eight have it, two do not


def test_the_sentence_names_what_most_people_have_or_that_nothing_stands_out():
    careful, lazy = "514243341524", "333333333333"
    told = sentence(checks(cards(*[careful] * 5, *[lazy] * 5), 5, NONE))
    assert told == "To be looked at first: one mark for every importance, 5 of 10 people; one more thing to look at."
    spread = [f"{i}{j}4243341524" for i in range(1, 6) for j in range(1, 6)]
    assert sentence(checks(cards(*spread), 5, NONE)) == "Nothing stands out in how the survey was filled in."
    hidden = sentence(checks(cards(*spread, lazy), 5, NONE))
    assert hidden == "Nothing stands out that can be shown in how the survey was filled in."


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Twelve people of whom two, and again three, answer the same; and another event with the same answers."""
    url = f"sqlite:///{tmp_path / 'room.db'}"
    monkeypatch.setenv("SCTRAIN_DB", url)
    engine = open_store(url)
    rows = [(f"p{i}", "head", f"5142433415{1 + i % 5}{1 + i // 5}") for i in range(7)]
    rows += [(f"t{i}", "head", "111213141525") for i in range(2)] + [
        (f"u{i}", "officer", "212223242535") for i in range(3)
    ]
    rows += [(f"o{i}", "", "............") for i in range(2)]
    for event in ("other", "room"):
        add_event(engine, NewEvent(event, event), SIX)
        add_answers(engine, event, submissions(*rows), "a file")
    return engine


def test_the_review_list_has_the_equal_answers_of_one_event_and_deletes_nothing(room):
    with room.connect() as connection:
        listed = twins(connection, "room")
    assert sorted([twin.group for twin in listed].count(group) for group in (1, 2)) == [2, 3]
    assert {twin.note for twin in listed} == {"a file"}
    assert len({twin.person for twin in listed}) == 5
    assert views.read(room, Selection(("room",))).cards.n == 14


def test_only_the_organisers_link_opens_the_review_list(room):
    with writing(room) as connection:
        access._make_key(connection)
        organiser, presenter = (access.make_link(connection, role, "room") for role in ("organiser", "presenter"))
    assert len(quality.review(room, organiser, "room").twins) == 5
    with pytest.raises(AccessError):
        quality.review(room, organiser, "other")
    with pytest.raises(AccessError):
        quality.review(room, presenter, "room")


def test_filters_and_other_events_are_taken_off():
    selection = Selection(("a", "b"), filters=(("role", ("head",)),), by="role", version=3)
    assert quality.of_event(selection) == Selection(("a",), version=3)


def test_the_command_prints_what_the_page_shows(room):
    told = CliRunner().invoke(main, ["quality", "--event", "room"], catch_exceptions=False).output
    assert "the same in every answer as somebody before <NA>" in told
    assert "The usual time is the middle one" in told
    listed = CliRunner().invoke(main, ["quality", "--event", "room", "--review"], catch_exceptions=False).output
    assert len(listed.splitlines()) == 5


def test_the_review_has_the_fast_and_how_many_rows_were_refused_but_not_what_they_said(tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'room.db'}")
    engine = open_store()
    given = submissions(*((f"p{i}", "head", "5142433415" + f"1{1 + i % 5}") for i in range(12)))
    given["seconds"] = [100, 240, *[500] * 9, None]
    bring_in(engine, NewEvent("room", "A room"), SIX, given, "a file", refused=3)
    found = quality.review_here(engine, "room")
    assert ([one.seconds for one in found.fast], found.within) == ([100, 240], 250)
    assert [(line.act, line.n) for line in found.refused] == [("refused rows", 3)]
    listed = CliRunner().invoke(main, ["quality", "--review"], catch_exceptions=False).output
    assert "100 s, less than 250" in listed
    assert "3 rows refused by the import of" in listed
    assert quality.read(engine, views.read(engine, Selection(("room",)))).frame["people"].tolist()[-1] == 11
    again = given.assign(seconds=[600, *given["seconds"][1:]])
    assert add_answers(engine, "room", again).corrected == 1
    assert [one.seconds for one in quality.review_here(engine, "room").fast] == [240]
