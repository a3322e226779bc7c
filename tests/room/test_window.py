"""How often one device may do something: windows that move, of which none outlives its use."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from sctrain.room import window
from sctrain.room.window import SWEEP, Windows


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""
    times = [1000.0]
    monkeypatch.setattr(window, "monotonic", lambda: times[0])
    return times


def test_three_a_minute_are_three_in_any_minute_for_each_device(clock):
    limiter, three = MovingWindowRateLimiter(Windows()), parse("3/minute")

    def may(at, who="a phone"):
        clock[0] = 1000 + at
        return limiter.hit(three, "send", who)

    assert [may(0), may(20), may(59), may(59.5)] == [True, True, True, False]
    assert may(59.5, "another phone")
    assert [may(61), may(62)] == [True, False]  # the first is a minute ago; those of 20 and 59 s are not


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 40), max_size=40))
def test_no_window_ever_holds_more_than_its_limit(waits):
    with pytest.MonkeyPatch.context() as patch:
        times = [0.0]
        patch.setattr(window, "monotonic", lambda: times[0])
        windows, taken = Windows(), []
        for wait in waits:
            times[0] += wait
            before = sum(at >= times[0] - 60 for at in taken)
            assert windows.acquire_entry("key", 3, 60) == (before < 3)
            taken += [times[0]] * (before < 3)
        assert all(late - early > 60 for early, late in pairwise(taken[::3]))


def test_more_than_the_limit_at_once_is_refused_and_does_not_count(clock):
    windows = Windows()
    assert not windows.acquire_entry("key", 3, 60, amount=4)
    assert windows.acquire_entry("key", 3, 60, amount=3)


def test_nothing_is_kept_of_a_device_that_has_been_gone_for_its_window(clock):
    windows = Windows()
    for number in range(100):
        windows.acquire_entry(f"phone {number}", 3, 10)
    clock[0] += SWEEP + 1
    windows.acquire_entry("a late phone", 3, 10)
    assert set(windows._times) == set(windows._ends) == {"a late phone"}
