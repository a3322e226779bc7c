"""What is worked out once for all sessions."""

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from weakref import ref

import pandas as pd
import pyarrow as pa
import pytest

from sctrain.ui import menu, page, shelf
from sctrain.ui.shelf import Shelf, frame_number, kept, of_shared
from sctrain.ui.titles import TITLES


def test_who_asks_meanwhile_waits_instead_of_working_it_out_again():
    begun, go, asked = Event(), Event(), []

    @kept(4)
    def slow(of):
        asked.append(of)
        begun.set()
        assert go.wait(10)
        return of * 2

    with ThreadPoolExecutor(8) as sessions:
        first = sessions.submit(slow, 21)
        assert begun.wait(10)
        others = [sessions.submit(slow, 21) for _ in range(7)]
        go.set()
        assert [first.result(), *(other.result() for other in others)] == [42] * 8
    assert asked == [21]


def test_another_question_does_not_wait_for_it():
    begun, go = Event(), Event()

    @kept(4)
    def answer(of):
        if of == "slow":
            begun.set()
            assert go.wait(10)
        return of

    with ThreadPoolExecutor(1) as session:
        slow = session.submit(answer, "slow")
        assert begun.wait(10)
        assert answer("quick") == "quick"
        go.set()
        assert slow.result() == "slow"


def test_what_failed_is_tried_again():
    tries = []

    @kept(4)
    def twice(of):
        tries.append(of)
        if len(tries) == 1:
            raise ValueError("the first time")
        return of

    with pytest.raises(ValueError, match="the first time"):
        twice(1)
    assert twice(1) == 1


def test_only_the_newest_are_kept_and_one_that_is_asked_for_is_new_again():
    made = []

    @kept(2)
    def square(of):
        made.append(of)
        return of * of

    assert [square(of) for of in (1, 2, 1, 3, 1, 2)] == [1, 4, 1, 9, 1, 4]
    assert made == [1, 2, 3, 2]


def test_what_is_said_of_a_shared_frame_is_worked_out_once_and_of_an_equal_one_anew():
    said = []

    @of_shared
    def largest(frame, column):
        said.append(column)
        return frame[column].max()

    frame = pd.DataFrame({"gap": [1.0, 2.0], "level": [4, 3]})
    assert [largest(frame, "gap"), largest(frame, "gap"), largest(frame, "level")] == [2.0, 2.0, 4]
    assert said == ["gap", "level"]
    assert largest(frame.assign(gap=9.0), "gap") == 9.0


def test_what_is_said_of_a_frame_goes_with_it():
    class Result:
        pass

    @of_shared
    def made(_):
        return Result()

    frame = pd.DataFrame({"gap": [1.0]})
    gone = ref(made(frame))
    assert gone() is not None
    del frame
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("page", [page for page in TITLES if page != "profiles"])
def test_no_page_alters_what_all_sessions_share(visit, monkeypatch, page):
    made, put = [], Shelf._put

    def noted(self, key, value):
        made.append((value, value.copy())) if isinstance(value, pd.DataFrame) else None
        put(self, key, value)

    monkeypatch.setattr(Shelf, "_put", noted)
    shelf.clear()
    visit(page)
    for now, then in made:
        pd.testing.assert_frame_equal(now, then)


def test_what_is_forgotten_is_worked_out_anew():
    made = []

    @kept(1)
    def once():
        made.append(1)

    once()
    once()
    shelf.clear()
    once()
    assert len(made) == 2


def test_the_menus_hold_every_page_once(visit):
    visit("methods")
    shown = [page for pages in menu.menus().values() for page in pages]
    assert sorted(page.title for page in shown) == sorted(TITLES.values())


def test_a_kept_frame_has_a_number_of_its_own_and_no_other_frame_has_one():
    @kept(1)
    def frame(of):
        return pd.DataFrame({"of": [of]})

    first = frame(1)
    number = frame_number(first)
    assert number is not None
    assert frame_number(frame(1)) == number
    assert frame_number(first.copy()) is None
    second = frame(2)
    assert frame_number(second) not in (None, number)
    gone = ref(first)
    del first
    gc.collect()
    assert gone() is None
    assert frame_number(frame(1)) not in (None, number)


def test_rows_of_a_chart_travel_as_they_are():
    rows = [{"name": "a", "n": 3, "low": 0.5, "mark": True}, {"name": None, "n": 2.5, "low": float("nan")}]
    table = pa.ipc.open_stream(page._arrow(rows)).read_all()
    assert table.to_pylist() == [
        {"name": "a", "n": 3.0, "low": 0.5, "mark": True},
        {"name": None, "n": 2.5, "low": None, "mark": None},
    ]
