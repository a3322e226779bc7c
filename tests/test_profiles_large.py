"""The profiles of a room in partitions: those of the page, the same however people are cut, and told by sums alone."""

import json
import pickle
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from numpy.testing import assert_allclose
from support import submissions

from sctrain import large, partitions, profiles, profiles_large, views
from sctrain.__main__ import main
from sctrain.analysis import lloyd
from sctrain.cards import encode
from sctrain.catalogue import Catalogue
from sctrain.errors import StaleError
from sctrain.partitions import Here
from sctrain.profiling import Scene, room
from sctrain.selection import Selection
from sctrain.store import personal
from sctrain.store.engine import open_store
from sctrain.store.parts import address
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import data, jobs

ITEMS, PEOPLE, THRESHOLD = 12, 240, 20
"""With so many people in a profile at least, three profiles of the samples here are tried at most."""
FEW, LATE = 85, 130
EVERYONE, SOME = Selection(("room",)), Selection(("few",))
SMALLER = ("city_size", ["small_medium"])
FRAMES = ("profiles", "needs", "mix", "choice", "map")


@pytest.fixture(scope="module")
def asked():
    option = [{"code": code, "label": code.title()} for code in ("head", "officer", "elected")]
    return Catalogue.model_validate(
        {
            "catalogue": {"code": "asked", "title": "Twelve competencies"},
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
    """SUBMISSIONS of two planted groups; the first three marked too little to be grouped."""
    cards, group = room(Scene("large", ITEMS, (130, 110), 2.5, n=PEOPLE), 3)
    marks = np.array(np.divmod(cards.pairs.T, cards.width))
    marks[:, :3, 2:] = 0
    roles = np.where(np.arange(PEOPLE) % 50 == 7, "elected", np.where(np.arange(PEOPLE) % 4 == 0, "head", "officer"))
    rows = [(f"p{i}", role, card) for i, (role, card) in enumerate(zip(roles, encode(*marks), strict=True))]
    return submissions(*rows).assign(city_size=np.array(["s", "m", "l"])[(np.arange(PEOPLE) + group) % 3])


@pytest.fixture(scope="module")
def store(tmp_path_factory, asked, people):
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('profiles') / 'large.db'}")
    add_event(engine, NewEvent("room", "A room", threshold=THRESHOLD), asked)
    for part in (people[:-LATE], people[-LATE:]):
        add_answers(engine, "room", part.reset_index(drop=True))
    add_event(engine, NewEvent("few", "The first of them", threshold=THRESHOLD), asked)
    add_answers(engine, "few", people[:FEW])
    yield engine
    engine.dispose()


@pytest.fixture
def small_sample(monkeypatch):
    """Samples that leave most people out."""
    for name, most in (("TRIED", 70), ("FITTED", 150)):
        monkeypatch.setattr(profiles_large, name, most)


def read(engine, selection, size, runner=None):
    return large.in_partitions(engine, selection, runner or Here(), size)


def found_in(engine, selection, size, runner=None):
    return profiles.find(read(engine, selection, size, runner), selection)


def same(one, other):
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), rtol=1e-9)
    for name in ("sentence", "told", "rules", "accuracy", "n", "left_out"):
        assert getattr(one, name) == getattr(other, name)


@pytest.mark.parametrize("selection", [EVERYONE, EVERYONE.where(*SMALLER)], ids=["everyone", "some"])
def test_one_two_or_five_partitions_have_the_same_profiles_to_the_last_count(store, selection, small_sample):
    one, two, five = (found_in(store, selection, size) for size in (1000, 125, 50))
    assert len(one.profiles) == 2
    assert one.n > profiles_large.FITTED  # so that those beyond the sample move the centres
    same(two, one)
    same(five, one)


@pytest.mark.parametrize("selection", [SOME, SOME.where(*SMALLER)], ids=["everyone", "some"])
def test_a_room_that_is_its_own_sample_has_the_profiles_and_hides_the_numbers_of_one_process(store, selection):
    here, there = profiles.find(views.read(store, selection), selection), found_in(store, selection, 70)
    assert (len(here.profiles), here.left_out) == (2, 3 if selection == SOME else 2)
    assert here.needs["suppressed"].any()  # of ten competencies some would tell of the three who marked two
    assert 0 < here.mix["suppressed"].sum() < len(here.mix)
    same(there, here)


@dataclass(frozen=True)
class Heard(Here):
    """Hears all that comes back from the partitions."""

    heard: list = field(default_factory=list)

    def total(self, add, work, kept, *shared):
        found = super().total(add, work, kept, *shared)
        self.heard.append(found)
        return found


def test_nothing_but_the_sample_and_sums_comes_back(store, small_sample):
    heard = {}
    for selection in (EVERYONE, SOME):
        runner = Heard()
        room_ = read(store, selection, 50, runner)
        runner.heard.clear()
        found = profiles.find(room_, selection)
        assert len(found.profiles) == 2
        samples = [one for one in runner.heard if isinstance(one, lloyd.Sample)]
        assert [one.pairs.shape for one in samples] == [(ITEMS, min(found.n, profiles_large.FITTED))]
        sums = [one for one in runner.heard if not isinstance(one, lloyd.Sample)]
        heard[selection] = {len(pickle.dumps(one)) for one in sums}
    assert max(heard[EVERYONE]) == max(heard[SOME])  # three times as many people


def test_letters_are_handed_on_from_the_earlier_versions_of_a_room_in_partitions(store):
    whole = views.read(store, EVERYONE)
    in_one = profiles.lineage(store, whole, EVERYONE)
    parted = partial(large.in_partitions, runner=Here(), size=70)
    in_parts = profiles.lineage(store, parted(store, EVERYONE), EVERYONE, parted)
    assert [one.version for one in in_parts] == [one.version for one in in_one]
    assert [one.cards.heads() for one in in_parts] == [PEOPLE - LATE]
    letters = [
        profiles._lettered(profiles._placed(one, EVERYONE, False, lambda: None), {}) for (one,) in (in_one, in_parts)
    ]
    assert list(letters[0]) == list(letters[1]) == ["A", "B"]
    for letter in letters[0]:
        assert_allclose(letters[0][letter], letters[1][letter], rtol=1e-9)


def test_the_holder_of_a_link_is_told_the_same_from_their_own_answers_alone(store, people, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", address(store))
    monkeypatch.setattr(data, "version", lambda: 6)
    selection = SOME.where(*SMALLER)
    with store.connect() as connection:
        tokens = [personal.make_token(connection, "few", f"p{i}") for i in range(12)]
        tokens.append(personal.make_token(connection, "room", "p100"))

    def told():
        found = profiles.find(data.room(selection), selection)
        holders = [data.holder(selection, token)[1] for token in tokens]
        return [own is not None and profiles.of_person(data.room(selection), selection, found, own) for own in holders]

    here = told()
    monkeypatch.setattr(partitions, "chosen", Here)
    monkeypatch.setattr(large, "LARGE", 0)
    monkeypatch.setenv("SCTRAIN_DB", address(store).replace("/large.db", "/./large.db"))  # known from nowhere
    assert told() == here
    assert data.room(selection).cards.elsewhere is not None
    assert here[12] is False
    assert {*here[:12]} == {None, "A", "B"}
    assert here[:3] == [None] * 3  # they marked too little


def test_who_withdraws_meanwhile_is_told_of(store, small_sample):
    room_ = read(store, EVERYONE, 50)
    ratings = room_.cards.elsewhere
    placed = profiles._placed(room_, EVERYONE, False, lambda: None)
    fewer = replace(placed, crowds=placed.crowds[1:])
    for asked in (lambda: fewer.counts("AB"), lambda: fewer.given([room_.cards.profile["role"]])):
        with pytest.raises(StaleError, match="look again"):
            asked()
    cards = replace(room_.cards, elsewhere=replace(ratings, kept=ratings.kept[1:]))
    with pytest.raises(StaleError, match="look again"):
        profiles.find(replace(room_, cards=cards), EVERYONE)


def test_a_room_in_partitions_without_profiles_says_so(store):
    hidden = SOME.where("role", ["elected"])
    assert found_in(store, hidden, 50).sentence == "Fewer people than may be shown."


def test_the_page_s_process_and_its_twin_count_in_partitions_what_they_count_here(store, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", address(store))
    command = ["profiles", "--event", "few", "--city-size", "small_medium", "--format", "json"]
    here = json.loads(CliRunner().invoke(main, command, catch_exceptions=False).stdout)
    monkeypatch.setattr(partitions, "chosen", Here)
    monkeypatch.setattr(large, "LARGE", 0)
    monkeypatch.setattr(views, "whole", None)  # nobody reads all answers here
    there = json.loads(CliRunner().invoke(main, command, catch_exceptions=False).stdout)
    found = jobs.profiles_of(address(store), replace(SOME.where(*SMALLER), version=6))
    assert found.closest is not None
    for name in ("sentence", "told", "rules", "accuracy", "n", "left_out", "profiles", "mix", "choice", "map"):
        assert there[name] == here[name]
    assert [row["n"] for row in there["needs"]] == [row["n"] for row in here["needs"]]
    assert (found.sentence, found.n) == (here["sentence"], here["n"])
    monkeypatch.setattr(large, "in_partitions", None)  # another filter reads nothing anew
    assert jobs.profiles_of(address(store), replace(SOME.where("role", ["elected"]), version=6)).n == 0
