"""What is planted in the made-up rooms can be found again: kinds of people, replies, a year before, and nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from sctrain.catalogue import BUILT_IN, Catalogue, read_catalogue
from sctrain.demo import DEMO_EVENT, EARLIER, KINDS, NULL, SCARCE, demo, demo_batches, demo_kinds
from sctrain.demo.truth import NEEDS
from sctrain.frames import SUBMISSIONS

PLAIN = {"catalogue": {"code": "plain", "title": "Plain"}, "competency": [{"code": "a", "label": "A"}]}
SMALL, LARGE = ["town", "s", "m"], ["l", "xl", "xxl"]
LONG = ["three_months", "six_months", "year"]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(BUILT_IN)


def with_replies(frame: pd.DataFrame) -> pd.DataFrame:
    """A column more per question; `` where there is no reply."""
    said = [dict(reply.split("=") for reply in text.split(";") if reply) for text in frame["replies"]]
    return frame.join(pd.DataFrame(said, frame.index).fillna(""))


@pytest.fixture(scope="module")
def room(catalogue) -> pd.DataFrame:
    return with_replies(demo(catalogue))


@pytest.fixture(scope="module")
def crowd(catalogue) -> pd.DataFrame:
    return with_replies(demo(catalogue, 20_000).assign(kind=demo_kinds(catalogue, 20_000)))


@pytest.fixture(scope="module")
def null_crowd(catalogue) -> pd.DataFrame:
    made = demo(catalogue, 20_000, story=NULL)
    return with_replies(made.assign(kind=demo_kinds(catalogue, 20_000, story=NULL)))


def gaps(frame: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    letters = np.array(list("".join(frame["ratings"]).encode())).reshape(len(frame), -1)
    marks = np.where(letters == ord("."), np.nan, letters - ord("0"))
    return pd.DataFrame(marks[:, ::2] - marks[:, 1::2], frame.index, catalogue.codes)


def centred(frame: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Each person's gaps less their mean, of those who marked half of them; a missing one is the room's."""
    given = gaps(frame, catalogue)
    given = given[given.notna().sum(axis=1) > len(catalogue.codes) / 2]
    less = given.sub(given.mean(axis=1), axis=0)
    return less.fillna(less.mean())


def ticks(replies: pd.Series) -> pd.DataFrame:
    """Whether each option is ticked, of those who replied."""
    return replies[replies != ""].str.get_dummies("+")


# Kinds of people


def test_kinds_share_out_the_competencies_and_the_room(catalogue):
    named = [code for codes in NEEDS.values() for code in codes]
    assert sorted(named) == sorted(catalogue.codes)
    assert pd.Series(demo_kinds(catalogue)).value_counts().to_dict() == {"data": 26, "money": 20, "people": 14}


def test_three_groups_of_centred_gaps_are_the_kinds(catalogue, room):
    people = centred(room, catalogue)
    found = KMeans(3, n_init=20, random_state=0).fit_predict(people)
    kinds = pd.Series(demo_kinds(catalogue))[people.index]
    assert adjusted_rand_score(kinds, found) >= 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_lacks_its_third_by_more_than_a_point(catalogue, crowd, kind):
    given = gaps(crowd, catalogue)
    of = crowd["kind"] == kind
    more = given[of].mean() - given[~of].mean()
    assert 1.1 <= more[list(NEEDS[kind])].mean() <= 1.5
    assert more.drop(list(NEEDS[kind])).mean() < 0


def test_kinds_go_with_disciplines_but_are_not_the_same(crowd):
    seen = pd.crosstab(crowd["discipline"], crowd["kind"], normalize="index")
    assert seen.loc["ict", "people"] > 0.4
    assert seen.loc["citizens", "data"] > 0.6
    assert adjusted_rand_score(crowd["discipline"], crowd["kind"]) < 0.2
    size = pd.crosstab(crowd["city_size"].isin(SMALL), crowd["kind"], normalize="index")
    assert (size.loc[True] - size.loc[False]).abs().max() < 0.03


# What they reply


def test_replies_are_options_of_the_catalogue_and_some_pass_over(catalogue, room):
    for question in catalogue.question:
        said = room[question.code]
        options = {o.code for o in question.option}
        assert {code for text in said if text for code in text.split("+")} <= options
        assert 2 <= (said == "").sum() <= 12
        if question.kind != "multiple":
            assert not said.str.contains("+", regex=False).any()


def test_who_did_not_come_to_the_end_replies_nothing(catalogue, room):
    last = gaps(room, catalogue).iloc[:, 15:].isna().all(axis=1) & (room["ratings"].str[30::2].str.strip(".") == "")
    assert last.sum() == 3
    assert (room.loc[last, "replies"] == "").all()


def test_most_want_three_months_or_more_and_mainly_online(room):
    long = room.loc[room["how_long"] != "", "how_long"]
    assert long.mode().tolist() == ["three_months"]
    assert long.isin(LONG).mean() > 0.5
    online = room.loc[room["mainly_elearning"] != "", "mainly_elearning"]
    assert (online == "yes").mean() > 0.5
    formats = room[(room["how_long"] != "") & (room["mainly_elearning"] != "")]
    assert formats.groupby(["how_long", "mainly_elearning"]).size().idxmax() == ("three_months", "yes")


def test_nobody_in_a_town_can_spare_more_than_a_week(room, crowd):
    for frame in (room, crowd):
        by = frame[frame["how_long"] != ""]
        assert set(by.loc[by["city_size"] == "town", "how_long"]) == {"day", "week"}
        ordinary = by[by["role"] != "elected"]
        assert ordinary.loc[ordinary["city_size"].isin(LARGE), "how_long"].isin(LONG).all()
        assert by.loc[by["city_size"].isin(SMALL), "how_long"].isin(LONG).mean() < 0.5
        assert set(by.loc[by["role"] == "elected", "how_long"]) <= {"day", "week"}


def test_small_cities_lack_people_and_large_ones_work_in_silos(room, crowd):
    for frame in (room, crowd):
        ticked = ticks(frame["main_challenges"])
        small, large = (ticked[frame["city_size"].isin(size)[ticked.index]].mean() for size in (SMALL, LARGE))
        assert ticked["scarce_people"].mean() == ticked.mean().max()
        assert small["scarce_people"] > large["scarce_people"] + 0.25
        assert large["silos"] > small["silos"] + 0.15


def test_kinds_meet_the_challenges_they_lack_the_means_for(crowd):
    ticked = ticks(crowd["main_challenges"]).groupby(crowd["kind"]).mean()
    most = ticked[["scattered_data", "missing_leadership", "procurement"]].idxmax()
    assert most.to_dict() == {"scattered_data": "data", "missing_leadership": "people", "procurement": "money"}


def test_most_see_a_benefit_in_mixing_and_who_sees_none_wants_no_mix(room, crowd):
    benefit = room.loc[room["mixing_benefit"] != "", "mixing_benefit"]
    assert benefit.isin(["much", "great"]).mean() > 0.6
    both = crowd[(crowd["mixing_benefit"] != "") & (crowd["mixing_kinds"] != "")]
    unwilling = both["mixing_benefit"].isin(["none", "little"])
    assert (both.loc[unwilling, "mixing_kinds"] == "none").all()
    assert not both.loc[~unwilling, "mixing_kinds"].str.contains("none").any()


def test_a_correction_keeps_the_replies(catalogue):
    first, second = demo_batches(catalogue)
    assert first.set_index("person").loc[second.loc[0, "person"], "replies"] == second.loc[0, "replies"]


# Other catalogues


def test_a_catalogue_without_questions_has_no_replies():
    assert (demo(Catalogue.model_validate(PLAIN), 30)["replies"] == "").all()


def test_a_question_that_is_not_known_here_is_answered_evenly_and_words_are_not_made_up():
    options = [{"code": c, "label": c} for c in ("red", "blue")]
    questions = [
        {"code": "colour", "label": "Colour", "option": options},
        {"code": "how_long", "label": "How long?", "kind": "ordered", "option": options},
        {"code": "colours", "label": "Colours", "kind": "multiple", "option": options},
        {"code": "why", "label": "Why?", "kind": "text"},
    ]
    frame = with_replies(demo(Catalogue.model_validate({**PLAIN, "question": questions}), 2_000))
    assert "why" not in frame
    for question in ("colour", "how_long"):
        assert frame.loc[frame[question] != "", question].value_counts(normalize=True).max() < 0.53
    assert ticks(frame["colours"]).to_numpy().mean() > 0.3


# The room in which nobody differs


def test_the_null_room_has_the_people_and_the_means_of_the_workshop(catalogue, room, crowd, null_crowd):
    profile = ["person", "table_number", "role", "discipline", "city_size", "country", "region", "cluster"]
    null = demo(catalogue, story=NULL)
    pd.testing.assert_frame_equal(null[profile], room[profile])
    difference = gaps(null_crowd, catalogue).mean() - gaps(crowd, catalogue).mean()
    assert difference.abs().max() < 0.15
    assert set(gaps(null_crowd, catalogue).mean().nlargest(len(SCARCE)).index) == set(SCARCE)


@pytest.mark.parametrize("by", ["kind", "role", "discipline", "city_size"])
def test_no_group_of_the_null_room_differs_in_marks_or_replies(catalogue, null_crowd, by):
    groups = null_crowd[by].value_counts().loc[lambda n: n > 900].index
    some = null_crowd[null_crowd[by].isin(groups)]
    means = gaps(some, catalogue).groupby(some[by]).mean()
    assert (means.max() - means.min()).max() < 0.25  # 0.5 and more between groups of the workshop
    long = some[some["how_long"] != ""]
    shares = long["how_long"].isin(LONG).groupby(long[by]).mean()
    assert shares.max() - shares.min() < 0.08
    ticked = ticks(some["main_challenges"]).groupby(some[by]).mean()
    assert (ticked.max() - ticked.min()).max() < 0.08


def test_the_null_room_has_no_kinds_to_find(catalogue):
    people = centred(demo(catalogue, story=NULL), catalogue)
    found = KMeans(3, n_init=20, random_state=0).fit_predict(people)
    assert adjusted_rand_score(pd.Series(demo_kinds(catalogue))[people.index], found) < 0.15


def test_the_null_room_replies_as_the_whole_workshop_does(crowd, null_crowd):
    for question in ("how_long", "mainly_elearning"):
        shares = [f.loc[f[question] != "", question].value_counts(normalize=True) for f in (crowd, null_crowd)]
        assert (shares[0] - shares[1]).abs().max() < 0.03


# The room of one year before


def test_the_earlier_room_is_smaller_and_of_fewer_places(catalogue):
    earlier = SUBMISSIONS.check(demo(catalogue, story=EARLIER))
    assert len(earlier) == 36
    assert (earlier["country"].nunique(), earlier["region"].nunique()) == (3, 6)
    assert {text[:10] for text in earlier["submitted_at"]} == {"2017-11-16"}


def test_three_gaps_have_closed_since_and_one_has_opened(catalogue, crowd):
    earlier = gaps(demo(catalogue, 20_000, story=EARLIER), catalogue).mean()
    closed = (earlier - gaps(crowd, catalogue).mean()).sort_values()
    assert set(closed.index[-3:]) == {"technology_trends", "citizen_participation", "agile_management"}
    assert closed.iloc[-3:].min() > 0.7
    assert closed.index[0] == "data_protection"
    assert closed.iloc[0] < -0.8
    assert closed.iloc[1:-3].abs().max() < 0.1


def test_the_change_shows_in_rooms_of_the_usual_size(catalogue, room):
    closed = gaps(demo(catalogue, story=EARLIER), catalogue).mean() - gaps(room, catalogue).mean()
    assert closed[["technology_trends", "citizen_participation", "agile_management"]].min() > 0.7
    assert closed["data_protection"] < -0.7


def test_the_workshop_is_the_newest_of_the_made_up_rooms():
    assert DEMO_EVENT.held_on > NULL.event.held_on > EARLIER.event.held_on
    assert {story.event.code for story in (NULL, EARLIER)} == {"demo_null", "demo_2017"}


@pytest.mark.parametrize("story", [NULL, EARLIER], ids=["null", "earlier"])
def test_one_seed_gives_one_room_of_each_story(catalogue, story):
    pd.testing.assert_frame_equal(demo(catalogue, story=story), demo(catalogue, story=story))
    other = demo(catalogue, seed=7, story=story)
    assert not other["ratings"].equals(demo(catalogue, story=story)["ratings"])
