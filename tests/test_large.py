"""A room in partitions counts what the whole room counts, here and on a cluster whose workers die."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from databases import address
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from sctrain import large, partitions, profiles_large, views
from sctrain.analysis import lloyd, moments, parts, profiles_placed
from sctrain.analysis.counts import everyone, joint_counts
from sctrain.analysis.ranks import rank_intervals
from sctrain.catalogue import BUILT_IN, read_catalogue
from sctrain.cli.tell import gaps
from sctrain.demo import demo
from sctrain.differencing import STEP
from sctrain.errors import StaleError, StoreError
from sctrain.partitions import Cluster, ClusterError, Here
from sctrain.selection import Selection
from sctrain.store import parts as stored
from sctrain.store import setup
from sctrain.store.engine import open_store, writing
from sctrain.store.write import NewEvent, add_answers, add_event

ROOT = Path(__file__).parents[1]
PEOPLE = 480
QUIET = {"dashboard_address": ":0", "silence_logs": 50}
"""Of a cluster: any free port for its own pages, and no word of it in the log of the tests."""
FILTERED = Selection(("room",), (("role", ("municipal_officer", "programme_manager")),), by="city_size")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    catalogue = read_catalogue(BUILT_IN)
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('large') / 'large.db'}")
    add_event(engine, NewEvent("room", "A room", is_demo=True), catalogue)
    answers = demo(catalogue, PEOPLE)
    add_answers(engine, "room", answers)
    again = answers.iloc[:3].assign(ratings=answers["ratings"].iloc[7])  # three corrections: ids with nobody behind
    add_answers(engine, "room", again)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def whole(store):
    return views.read(store, FILTERED)


@pytest.fixture(scope="module")
def workers():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **QUIET) as started:
        yield started


@pytest.fixture(scope="module")
def cluster(workers) -> Iterator[Cluster]:
    reached = partitions.cluster(workers.scheduler_address)
    yield reached
    reached.client.close()


def same(one, other):
    assert (one.groups, one.competencies, one.low) == (other.groups, other.competencies, other.low)
    for name in ("cells", "people", "hidden"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@settings(max_examples=6)
@given(size=st.integers(40, 500), by=st.sampled_from([None, "city_size", "role", "table"]), filtered=st.booleans())
def test_partitions_of_any_size_add_up_to_the_whole_room(store, whole, size, by, filtered):
    asked = replace(FILTERED, by=by, filters=FILTERED.filters if filtered else ())
    room = large.in_partitions(store, asked, Here(), size)
    same(views.counts(room, asked), views.counts(whole, asked))
    assert room.offered == whole.offered
    assert room.compared_by == whole.compared_by
    assert views.people(room, asked) == views.people(whole, asked)


def test_every_frame_of_a_room_in_partitions_is_that_of_the_whole_room(store, whole):
    room = large.in_partitions(store, FILTERED, Here(), 200)
    for view in (views.gaps, views.mix, views.compare, partial(views.joint, competency=whole.catalogue.codes[0])):
        pd.testing.assert_frame_equal(view(room, FILTERED), view(whole, FILTERED))
    assert views.findings(room, FILTERED, "role") == views.findings(whole, FILTERED, "role")


def test_two_events_in_partitions_show_what_they_do_as_a_whole(tmp_path, small):
    engine = open_store(address(tmp_path))
    for code, n in (("one", 40), ("two", 170)):
        add_event(engine, NewEvent(code, code), small)
        made = demo(small, n).assign(
            role=["head", "officer"] * (n // 2), country=["PT", "", "PT", "DE", "FR"] * (n // 5)
        )
        add_answers(engine, code, made)
    asked = Selection(("one", "two"), (("role", ("head",)),), by="country")
    room, all_ = large.in_partitions(engine, asked, Here(), 64), views.read(engine, asked)
    same(views.counts(room, asked), views.counts(all_, asked))
    pd.testing.assert_frame_equal(views.gaps(room, asked), views.gaps(all_, asked))
    engine.dispose()


def test_numbers_that_went_on_in_steps_are_looked_at_beside_their_steps_in_partitions_too(tmp_path, small):
    engine = open_store(address(tmp_path))
    with writing(engine) as connection:
        setup.make_event(connection, NewEvent("room", "A room"), small, setup.Setup(steps=True), ())
    made = demo(small, 24).assign(role=["head"] * 7 + ["officer", "elected"] * 8 + ["officer"])
    for person in range(24):  # all heads but two came with the first step of five
        add_answers(engine, "room", made.iloc[[person]].reset_index(drop=True))
    with writing(engine) as connection:
        setup.close(connection, "room")
    asked = Selection(("room",), by="role")
    room, all_ = large.in_partitions(engine, asked, Here(), 10), views.read(engine, asked)
    assert len(all_.asked[STEP].values) > 1
    assert views.counts(all_, asked).hidden.any()
    assert not views._gated(all_, asked).hidden.all()  # it is the steps that hide
    same(views.counts(room, asked), views.counts(all_, asked))
    assert room.offered == all_.offered
    pd.testing.assert_frame_equal(views.mix(room, asked.people), views.mix(all_, asked.people))
    engine.dispose()


def test_products_add_up_exactly_however_people_are_cut():
    pairs = np.random.default_rng(1).integers(0, 36, (4, 500)).astype(np.uint8)
    importance, level = np.divmod(np.arange(36), 6)
    both = (importance > 0) & (level > 0)
    table = np.stack([both, importance * both, level * both]).astype(np.float32)
    by_hand = sum(np.outer(one, one) for one in table[:, pairs].reshape(12, -1).T.astype(int))
    cut = [moments.products(pairs[:, some], table) for some in (slice(0, 123), slice(123, 124), slice(124, None))]
    np.testing.assert_array_equal(sum(cut), by_hand)


def test_the_limit_of_means_from_products_is_that_of_the_people(whole):
    importance, level = np.divmod(np.arange(36), 6)
    both = (importance > 0) & (level > 0)
    table = np.stack([both, importance * both, level * both]).astype(np.float32)
    pairs = whole.cards.pairs[:5]
    means, spread = moments.limit(moments.products(pairs, table), 3)
    marks = np.where(both, np.stack([importance, level]), np.nan)[:, pairs].reshape(10, -1)
    off = np.nan_to_num(marks - np.nanmean(marks, axis=1, keepdims=True)) / (~np.isnan(marks)).sum(axis=1)[:, None]
    np.testing.assert_allclose(means.ravel(), np.nanmean(marks, axis=1), rtol=1e-12)
    np.testing.assert_allclose(spread, off @ off.T, atol=1e-12)


def test_ranks_of_a_large_group_do_not_depend_on_the_partitions(store, whole):
    gated = views.counts(whole, replace(FILTERED, by=None))
    asked = replace(FILTERED, by=None)

    def ranks(cards):
        room = replace(whole, cards=cards)
        return rank_intervals(cards, room.where(asked), None, gated, exact=100)

    one, many = (ranks(large.in_partitions(store, asked, Here(), size).cards) for size in (2000, 90))
    pd.testing.assert_frame_equal(one, many)
    here = ranks(whole.cards)
    assert (one[["rank_low", "rank_high"]] - here[["rank_low", "rank_high"]]).abs().max().max() <= 1


def test_profiles_in_partitions_are_those_scikit_learn_finds_in_all_people(store, whole, monkeypatch):
    monkeypatch.setattr(profiles_large, "FITTED", 40)
    cards = large.in_partitions(store, FILTERED, Here(), 130).cards
    of = profiles_large.sampled(Here(), cards.elsewhere.kept, cards, np.ones(cards.n, bool))
    assert of.some.n == 40
    model, start = profiles_large.centred(of, 3), lloyd.begun(of.some, 3)
    people, where = parts.Partition(whole.cards, np.zeros(whole.cards.n, np.int32)), np.ones(1, bool)
    theirs = KMeans(3, init=start[-1].cluster_centers_, n_init=1)
    theirs.fit(lloyd.points(people, start[:-1], where, of.asked))
    assert theirs.n_iter_ > 2
    np.testing.assert_allclose(model[-1].cluster_centers_, theirs.cluster_centers_, atol=1e-4)


def test_somebody_who_withdraws_meanwhile_is_told_of(store):
    room = large.in_partitions(store, FILTERED, Here(), 200)
    less = replace(room.cards.elsewhere, kept=room.cards.elsewhere.kept[:-1])
    with pytest.raises(StaleError, match="look again"):
        less.counted(everyone(room.cards.n), None)


def test_a_cluster_counts_to_the_last_count(store, whole, cluster):
    room = large.in_partitions(store, FILTERED, cluster, 70)
    same(views.counts(room, FILTERED), views.counts(whole, FILTERED))
    pd.testing.assert_frame_equal(views.gaps(room, FILTERED), views.gaps(whole, FILTERED))


def test_a_worker_killed_in_the_middle_of_a_query_changes_no_count(store, whole, cluster, tmp_path):
    room = large.in_partitions(store, FILTERED, cluster, 70)
    died = tmp_path / "died"

    def counted(part, groups, where):
        if part.row.size and not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return parts.counted(part, groups, where)

    before = set(cluster.client.nthreads())
    kept = room.cards.elsewhere.kept
    found = cluster.total(parts.add_counts, counted, kept, everyone(room.cards.n), room.where(FILTERED))
    assert died.exists()
    assert set(cluster.client.nthreads()) != before
    same(found, joint_counts(whole.cards, where=whole.where(FILTERED)))
    same(views.counts(room, FILTERED), views.counts(whole, FILTERED))  # what it had kept is read again


def test_profiles_of_a_cluster_outlive_a_worker_that_held_them(store, cluster, monkeypatch):
    for name, most in (("TRIED", 60), ("FITTED", 90)):
        monkeypatch.setattr(profiles_large, name, most)

    def placed(runner):
        room = large.in_partitions(store, FILTERED, runner, 130)
        return room, profiles_placed.placed(room.cards, room.where(FILTERED), 10, every=False)

    room, here = placed(Here())
    _, there = placed(cluster)
    assert here.k > 1
    assert there.sizes.tolist() == here.sizes.tolist()
    os.kill(next(iter(cluster.client.run(os.getpid).values())), signal.SIGKILL)
    codes = [str(i) for i in range(here.k)]
    same(there.counts(codes), here.counts(codes))
    for one, other in zip(*(of.given([room.cards.profile["role"]]) for of in (here, there)), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(here.sums, there.sums, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_a_partition_that_cannot_be_read_is_named(store, cluster):
    gone = stored.Source("sqlite:////nowhere/gone.db", ("room",), 2, ("a",))
    with pytest.raises(StoreError, match=r"answers 340 to 509 of room cannot be read from sqlite:////nowhere/gone\.db"):
        large.gathered(cluster, gone, [(340, 509)])


def test_the_pages_twin_prints_the_same_numbers_on_a_cluster(store, workers, cluster, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", stored.address(store))
    command = ["--by", "city_size", "--format", "json"]
    here = CliRunner().invoke(gaps, command, catch_exceptions=False).stdout
    monkeypatch.setenv("SCTRAIN_DASK", workers.scheduler_address)
    monkeypatch.setattr(large, "LARGE", 0)
    asked = []
    monkeypatch.setattr(Cluster, "total", lambda self, *of: asked.append(of[1]) or total(self, *of))
    assert json.loads(CliRunner().invoke(gaps, command, catch_exceptions=False).stdout) == json.loads(here)
    assert parts.counted in asked


total = Cluster.total


def test_a_cluster_that_cannot_be_used_is_said_in_bounded_time(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(partitions, "REACH", 0.5)
    monkeypatch.setattr(partitions, "PATIENCE", 0.5)
    monkeypatch.setattr(partitions, "LOOK", 0.2)
    for where, said in (
        ("here", "tcp://HOST:8786"),
        ("tcp://127.0.0.1:9", "no scheduler answers at tcp://127.0.0.1:9"),
    ):
        monkeypatch.setenv("SCTRAIN_DASK", where)
        with pytest.raises(ClusterError, match=said):
            partitions.chosen()
    with LocalCluster(n_workers=0, processes=False, protocol="tcp", **QUIET) as empty:
        monkeypatch.setenv("SCTRAIN_DASK", empty.scheduler_address)
        with pytest.raises(ClusterError, match="no worker"):
            partitions.chosen().total(parts.add_arrays, len, ["a"])
        before = partitions.chosen()
        before.client.close()
        assert partitions.chosen() is not before  # a connection that has ended is made anew
        partitions.chosen().client.close()


def test_what_is_missing_for_a_cluster_is_named(monkeypatch):
    monkeypatch.setenv("SCTRAIN_DASK", "tcp://127.0.0.1:8787")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"distributed is not installed: `pip install dask==\S+ distributed==\S+`"):
        partitions.chosen()


def test_without_an_address_all_is_read_here_and_dask_is_not_imported(store, tmp_path):
    script = (
        "import sys\nfrom sctrain import large, views\nfrom sctrain.selection import Selection\n"
        "from sctrain.store.engine import open_store\n"
        "room = large.read(open_store(sys.argv[1]), Selection(('room',)), 0)\n"
        "print(room.cards.elsewhere, room.cards.n, [m for m in ('dask', 'distributed') if m in sys.modules])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "SCTRAIN_DASK"}
    command = [sys.executable, "-c", script, stored.address(store)]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.split(maxsplit=2) == ["None", str(PEOPLE), "[]\n"]


def test_pages_count_on_the_cluster_what_they_count_here(store, workers, cluster, monkeypatch):
    from sctrain.ui import data

    monkeypatch.setenv("SCTRAIN_DB", stored.address(store))
    monkeypatch.setattr(large, "LARGE", 0)
    monkeypatch.setattr(data, "version", lambda: 4)
    asked = Selection(("room",), FILTERED.filters)
    here = data.gaps(asked, "role"), data.mix(asked), data.findings(asked, "role"), data.filters_offered(asked)
    monkeypatch.setenv("SCTRAIN_DB", stored.address(store).replace("/large.db", "/./large.db"))  # known from nowhere
    monkeypatch.setenv("SCTRAIN_DASK", workers.scheduler_address)
    there = data.gaps(asked, "role"), data.mix(asked), data.findings(asked, "role"), data.filters_offered(asked)
    for one, other in zip(here[:2], there[:2], strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert here[2:] == there[2:]
    assert data.room(asked).cards.elsewhere is not None
