"""Profiles of a selection: letters that stay while answers come in, and nothing told of few people."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support import submissions

from sctrain import profiles, views
from sctrain.analysis.profiles_choice import MOST
from sctrain.cards import Codes, encode
from sctrain.catalogue import Catalogue
from sctrain.frames import LETTERS
from sctrain.profiling import Scene, room
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.growth import growth
from sctrain.store.queries import Event
from sctrain.store.write import NewEvent, add_answers, add_event

ITEMS, THRESHOLD = 16, 10
SIZES = (19, 23, 11)
"""Of the second group five people come later: until then it is smaller than the first."""
LATE = 5
EVERYONE = Selection(("room",))
NOT_TOLD = {"n", "share", "share_low", "share_high"}


@pytest.fixture(scope="module")
def asked():
    option = [{"code": code, "label": code.title()} for code in ("head", "officer", "elected")]
    return Catalogue.model_validate(
        {
            "catalogue": {"code": "asked", "title": "Sixteen competencies"},
            "competency": [{"code": f"c{c:02}", "label": f"Competency {c}"} for c in range(ITEMS)],
            "dimension": [
                {"code": "role", "label": "Role", "option": option},
                {
                    "code": "city_size",
                    "label": "City size",
                    "ordered": True,
                    "option": [{"code": c, "label": c.upper()} for c in ("s", "m", "l")],
                    "rollup": [{"code": "small_medium", "label": "Small", "members": ["s", "m"]}],
                },
            ],
        }
    )


@pytest.fixture(scope="module")
def people():
    """SUBMISSIONS, those who come late last, and the planted group of each."""
    cards, group = room(Scene("letters", ITEMS, SIZES, 2.0, n=sum(SIZES)), 4)
    late = np.flatnonzero(group == 1)[-LATE:]
    order = np.append(np.setdiff1d(np.arange(cards.n), late), late)
    marks = np.array(np.divmod(cards.pairs.T[order], cards.width))
    marks[:, 0, 2:] = 0  # the first marks two competencies: too few to be grouped
    group = group[order]
    roles = np.where(group == 0, "head", np.where(np.arange(len(group)) % 9 == 0, "elected", "officer"))
    rows = [(f"p{i}", role, card) for i, (role, card) in enumerate(zip(roles, encode(*marks), strict=True))]
    sizes = np.array(["s", "m", "l"])[np.arange(len(rows)) % 3]
    return submissions(*rows).assign(city_size=sizes), group


@pytest.fixture(scope="module")
def store(tmp_path_factory, asked, people):
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('profiles') / 'store.db'}")
    add_event(engine, NewEvent("room", "A room", threshold=THRESHOLD), asked)
    frame, _ = people
    for part in (frame[:-LATE], frame[-LATE:]):
        add_answers(engine, "room", part.reset_index(drop=True))
    return engine


@pytest.fixture(scope="module")
def versions(store):
    with store.connect() as connection:
        return [version for version, _ in growth(connection, ["room"], 99)]


@pytest.fixture(scope="module")
def early(store, versions):
    selection = replace(EVERYONE, version=versions[0])
    held = views.read(store, selection)
    return held, profiles.find(held, selection, profiles.lineage(store, held, selection))


@pytest.fixture(scope="module")
def late(store):
    held = views.read(store, EVERYONE)
    return held, profiles.find(held, EVERYONE, profiles.lineage(store, held, EVERYONE))


def as_stored(held, people):
    """The place in SUBMISSIONS of each of the room's people: the store mixes those who come together."""
    at = {card: i for i, card in enumerate(people[0]["ratings"])}
    return np.array([at[card] for card in encode(*np.divmod(held.cards.pairs.T, held.cards.width))])


def letters(found, n):
    return np.array([profiles.of_person(found[0], EVERYONE, found[1], person) for person in range(n)])


def test_five_more_people_change_no_letter_though_they_change_the_order_of_sizes(early, late, people):
    n = len(people[0]) - LATE
    before, after = letters(early, n), letters(late, n)
    assert (before == after).mean() > 0.95
    sizes = [dict(zip(found.profiles["profile"], found.profiles["n"], strict=True)) for _, found in (early, late)]
    assert sizes[0]["A"] > sizes[0]["B"]
    assert sizes[1]["A"] < sizes[1]["B"]


def test_without_earlier_answers_the_largest_profile_is_a(late):
    held, _ = late
    alone = profiles._lettered(profiles._placed(held, EVERYONE, False, lambda: None), {})
    assert list(alone) == ["A", "B", "C"]


def test_letters_come_from_the_versions_that_first_had_20_30_and_45_answers(store, early, late, versions):
    held, _ = late
    assert [before.version for before in profiles.lineage(store, held, EVERYONE)] == versions[:1]
    assert profiles.lineage(store, early[0], replace(EVERYONE, version=versions[0])) == ()


def test_answers_that_came_and_went_are_counted_by_version(store, versions, people):
    n = len(people[0])
    with store.connect() as connection:
        assert growth(connection, ["room"], 99) == [(versions[0], n - LATE), (versions[1], n)]
        assert growth(connection, ["room"], versions[0]) == [(versions[0], n - LATE)]
        assert growth(connection, ["other"], 99) == []


def test_planted_groups_are_named_counted_and_told(late, people):
    held, found = late
    assert found.profiles["profile"].tolist() == ["A", "B", "C"]
    assert (found.n, found.left_out) == (held.cards.n - 1, 1)
    assert found.profiles["n"].sum() == found.n
    assert found.sentence.startswith("Three groups of people need different things: A “Competency")
    assert "1 person marked fewer than a quarter" in found.told
    assert found.accuracy > found.profiles["share"].max()
    assert set(found.rules) == {"A", "B", "C"}
    place = as_stored(held, people)
    by_group = pd.crosstab(people[1][place], letters(late, held.cards.n))
    assert by_group.max(axis=1).sum() > 0.9 * found.n


def test_who_marked_too_little_is_in_no_profile(late, people):
    held, _ = late
    places, given = as_stored(held, people), letters(late, held.cards.n)
    assert [place for place, letter in zip(places, given, strict=True) if not letter] == [0]


def test_who_is_not_selected_is_in_no_profile(late):
    held, found = late
    only = EVERYONE.where("role", ["officer"])
    inside = held.where(only)
    given = [profiles.of_person(held, only, found, person) for person in range(held.cards.n)]
    assert not any(letter for letter, selected in zip(given, inside, strict=True) if not selected)
    assert sum(letter is None for letter in given) in (sum(~inside), sum(~inside) + 1)


def test_what_is_found_can_be_sent_to_another_process(late):
    _, found = late
    sent = pickle.loads(pickle.dumps(found))
    pd.testing.assert_frame_equal(sent.needs, found.needs)
    assert sent.rules == found.rules


def test_progress_is_told_step_by_step(early):
    held, _ = early
    heard = []
    profiles.find(held, EVERYONE, tell=lambda done, of: heard.append((done, of)))
    assert heard == [(i + 1, heard[0][1]) for i in range(len(heard))]
    assert heard[-1][0] == heard[-1][1]


def test_a_hidden_selection_has_no_profiles(late):
    held, _ = late
    hidden = EVERYONE.where("role", ["elected"])
    assert views.people(held, hidden) is None
    found = profiles.find(held, hidden)
    assert all(len(frame) == 0 for frame in (found.profiles, found.needs, found.mix, found.choice, found.map))
    assert (found.n, found.left_out, found.rules) == (0, 0, {})
    assert (found.place == -1).all()


def test_no_number_of_who_is_in_a_profile_tells_of_few(late):
    held, found = late
    sizes = dict(zip(found.profiles["profile"], found.profiles["n"], strict=True))
    everyone = views.mix(held, EVERYONE).set_index(["dimension", "option"])["n"]
    for row in found.mix.itertuples():
        told = [] if row.suppressed else [row.n, sizes[row.profile] - row.n]
        if not row.suppressed and (row.dimension, row.option) in everyone.dropna().index:
            told.append(everyone[(row.dimension, row.option)] - row.n)
        assert not any(0 < n < THRESHOLD for n in told)
    assert found.mix.loc[found.mix["suppressed"], sorted(NOT_TOLD)].isna().all(axis=None)
    assert not found.mix["suppressed"].all()
    assert set(found.mix.loc[found.mix["dimension"] == "city_size", "option"]) == {"small_medium"}


def test_all_answers_without_those_shown_by_profile_tell_of_nobody(late):
    held, found = late
    everyone = views.counts(held, EVERYONE)
    shown = found.needs.groupby("competency", sort=False)["n"].sum().reindex(held.cards.competencies)
    rest = everyone.n[0] - shown.to_numpy(int)
    # who marked two competencies would be told by theirs: there a profile is hidden
    assert found.needs.loc[found.needs["suppressed"], "competency"].nunique() == 2
    assert not ((rest > 0) & (rest < THRESHOLD)).any()


def test_a_room_without_profiles_says_so_and_shows_what_was_tried(asked):
    cards, _ = room(Scene("nothing in common", ITEMS, n=40), 1)
    event = Event("room", "A room", None, "", "asked", THRESHOLD, False, 40)
    blank = Codes(("",), np.zeros(40, np.int32))
    profile = dict.fromkeys((*asked.dimensions, "table", "event"), blank)
    cards = replace(cards, competencies=asked.codes, profile=profile)
    found = profiles.find(views.Room((event,), asked, cards, 1), EVERYONE)
    assert found.sentence.startswith("No reliable groups yet")
    assert len(found.profiles) == 0
    assert found.choice["k"].tolist() == [2, 3, 4]
    assert not found.choice["reliable"].any()


def test_letters_have_room_for_every_profile():
    assert len(LETTERS) == MOST
