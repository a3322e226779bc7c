"""Few open pages draw every data version; many draw no more of them than they can."""

import pytest
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import data, live, pace
from sctrain.ui.pace import CROWD, LONGEST, SHARE, WINDOW, Pace


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(pace, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("pages", "seconds", "waited", "may"),
    [
        (1, 4.0, 0.0, True),  # one visitor, who waited for a first drawing
        (CROWD, 10.0, 0.0, True),
        (CROWD + 1, 1.0, 0.0, False),
        (150, 0.6, 0.6 / SHARE - 0.1, False),
        (150, 0.6, 0.6 / SHARE + 0.1, True),
        (150, 100.0, LONGEST - 0.1, False),
        (150, 100.0, LONGEST + 0.1, True),
    ],
)
def test_the_next_version_waits_while_many_still_draw_the_last(clock, pages, seconds, waited, may):
    one = Pace()
    one.worked(seconds)
    clock[0] += waited
    for _ in range(pages):
        one.looked()
    assert one.may_go_on() == may
    one.went_on()
    assert one.may_go_on()


def test_pages_are_many_while_so_many_look_for_something_new(clock):
    one = Pace()
    for looks, later, many in ((CROWD, 0, False), (1, 0, True), (0, WINDOW + 0.1, False), (1, 0, False)):
        clock[0] += later
        for _ in range(looks):
            one.looked()
        assert one.are_many() == many


@pytest.mark.parametrize(("pages", "every"), [(1, 2.0), (100, 2.0), (150, 3.0), (300, 6.0)])
def test_pages_look_more_rarely_the_more_are_open(clock, pages, every):
    one = Pace()
    for _ in range(pages):
        one.looked()
    assert one.every() == pytest.approx(every)
    clock[0] += WINDOW + 0.1
    for _ in range(round(pages * WINDOW / every)):  # so many of them look in two seconds
        one.looked(every)
    assert one.pages() == pytest.approx(pages)
    assert one.every() == pytest.approx(every)


@pytest.mark.parametrize(
    ("offers", "many", "seconds", "due"),
    [
        ("the same", False, 100, False),
        ("more", False, 0, True),
        ("more", True, live.BAR_EVERY - 1, False),
        ("more", True, live.BAR_EVERY + 1, True),
    ],
)
def test_a_bar_that_offers_more_is_drawn_for_few_at_once_and_for_many_now_and_then(
    monkeypatch, offers, many, seconds, due
):
    session = {"surroundings": ("the same",), "bar_drawn": 1000.0}
    monkeypatch.setattr(live.st, "session_state", session)
    monkeypatch.setattr(live.data, "surroundings", lambda _: (offers,))
    monkeypatch.setattr(live.pace, "are_many", lambda: many)
    monkeypatch.setattr(live, "monotonic", lambda: 1000.0 + seconds)
    assert live._bar_is_due(Selection()) == due


def test_a_crowd_sees_a_new_answer_once_the_last_one_is_drawn(tmp_path, monkeypatch, clock):
    url = f"sqlite:///{tmp_path / 'room.db'}"
    monkeypatch.setenv("SCTRAIN_DB", url)
    engine = open_store(url)
    add_event(engine, NewEvent("room", "The room"), read_catalogue())
    one, seconds = Pace(), [50.0]
    for name in ("looked", "worked", "went_on", "may_go_on", "are_many"):
        monkeypatch.setattr(pace, name, getattr(one, name))
    monkeypatch.setattr(data, "monotonic", lambda: seconds[0])
    card = "15" * len(read_catalogue().codes)
    before = data.newest()
    pace.worked(2.5)
    for _ in range(CROWD + 5):
        pace.looked()
    add_answers(engine, "room", submissions(("ann", "elected", card)))
    seconds[0] += 1
    assert data.newest() == before
    clock[0] += 2.5 / SHARE + 0.1
    for _ in range(CROWD + 5):
        pace.looked()
    seconds[0] += 1
    assert data.newest() == before + 1
    data.changed()  # who has written sees it, whatever the crowd
    assert data.newest() == before + 1
