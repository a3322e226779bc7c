"""The measure of coverage is itself true: its truth is that of a huge room, and it notices what is wrong."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sctrain import coverage
from sctrain.analysis.compare import differences
from sctrain.analysis.counts import joint_counts
from sctrain.analysis.gaps import gaps
from sctrain.coverage import CLOSE, HELD, MOST, NEED, SHIFT, Row, drawn, report, run, true_means, usual
from sctrain.frames import JointCounts

NAMES = [
    "gap: interval holds it",
    "mean weighted discrepancy score: interval holds it",
    "difference: interval holds it",
    "rank: interval holds it",
    "rank, needs five times as close: interval holds it",
    "no difference: called “differs”",
]


@pytest.fixture(scope="module")
def rows():
    return run(150, (12,), say=[].append)


@pytest.mark.parametrize("marks", [usual(NEED), usual(NEED) + SHIFT, usual(CLOSE)], ids=["usual", "moved", "close"])
def test_the_truth_is_what_a_huge_room_shows(marks):
    frame = gaps(joint_counts(*drawn(("all",), 100_000, marks, np.random.default_rng(1))))
    truth = true_means(marks)
    for name, most in (("gap", 0.02), ("mwds", 0.1)):
        assert_allclose(frame[name], getattr(truth, name), atol=most)


def test_people_mark_high_or_low_in_all_competencies_together():
    cards, _ = drawn(("all",), 20_000, usual(NEED), np.random.default_rng(2))
    for marks in (cards.pairs // cards.width, cards.pairs % cards.width):
        between = np.corrcoef(marks)[np.triu_indices(12, 1)]
        assert (between > 0.1).all()
    assert (cards.pairs // cards.width).min() >= 1
    assert cards.pairs.max() < cards.width**2


def test_the_needs_are_as_far_apart_as_the_docs_say():
    apart = -np.diff(true_means(usual(NEED)).gap)
    assert (apart.min().round(2), apart.max().round(2)) == (0.09, 0.17)
    close = -np.diff(true_means(usual(CLOSE)).gap)
    assert close.sum() == pytest.approx(apart.sum() / 5, rel=0.1)


def test_every_row_is_measured_and_most_keep_their_target(rows):
    assert [(row.what, row.n, row.rooms) for row in rows] == [(name, 12, 150) for name in NAMES]
    for row in rows:
        assert row.lowest <= row.share <= row.highest
    kept = dict(zip(NAMES, rows, strict=True))
    for name in NAMES[:3]:
        assert abs(kept[name].share - 0.95) < 4 * kept[name].se + 0.005
    assert kept[NAMES[4]].share < 0.93  # the bootstrap of nearly equal ranks is too sure of itself
    assert kept[NAMES[5]].met


def test_an_equal_seed_finds_the_same_and_another_does_not():
    one, same, other = (run(20, (12,), seed, say=[].append) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_an_interval_that_is_too_narrow_is_found_out(monkeypatch):
    def half(*given):
        frame = gaps(*given)
        return frame.assign(**{f"gap_{end}": (frame["gap"] + frame[f"gap_{end}"]) / 2 for end in ("low", "high")})

    monkeypatch.setattr(coverage, "gaps", half)
    narrow = run(40, (12,), say=[].append)[0]
    assert narrow.share < 0.8
    assert not narrow.met


def test_a_page_that_calls_everything_different_is_found_out(monkeypatch):
    monkeypatch.setattr(coverage, "differences", lambda *given: differences(*given).assign(differs=True))
    wrong = run(10, (12,), say=[].append)[-1]
    assert (wrong.share, wrong.met) == (1, False)


def test_the_intervals_of_a_room_are_the_same_on_a_page_of_all_rooms():
    every, rng = ("00000", "00001", "00002"), np.random.default_rng(5)
    of, to = (joint_counts(*drawn(every, n, usual(NEED), rng)) for n in (12, 24))
    truth = np.full(12, 0.3)
    alone = []
    for r in range(3):
        cells, people = (np.array([of.cells[r], to.cells[r]]), np.array([12, 24]))
        frame = differences(JointCounts(("a", "b"), of.competencies, 1, cells, people), ["a"], "b")
        frame = frame.sort_values("competency")
        alone.append((frame["difference_low"] <= 0.3) & (frame["difference_high"] >= 0.3))
    found = coverage._differences_hold(of, to, truth)
    assert_array_equal(found, np.array(alone))
    assert 0 < found.mean() < 1


@pytest.mark.parametrize(
    ("share", "target", "met"), [(0.93, HELD, True), (0.929, HELD, False), (0.98, HELD, False), (0.05, MOST, True)]
)
def test_a_target_is_a_range(share, target, met):
    assert Row("it", 12, 1000, share, 0.002, share, share, target).met == met


def test_the_report_says_the_share_with_its_error_and_whether_it_is_met(rows):
    text = report([Row("gap", 12, 1000, 0.948, 0.002, 0.93, 0.96), Row("rank", 12, 1000, 0.9, 0.002, 0.8, 0.96)])
    lines = [line.split() for line in text.splitlines()]
    assert lines[1] == ["gap", "12", "0.948", "±", "0.004", "0.930–0.960", "0.93–0.97", "yes"]
    assert lines[2][-1] == "no"
    assert text.endswith("1,000 rooms of 12 competencies; rank intervals by 200 draws.")
    assert all(row.what in report(rows) for row in rows)
