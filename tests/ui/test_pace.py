"""Few open pages draw every data version; many draw no more of them than they can."""

import pytest
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import data, live, pace
from sctrain.ui.pace import CROWD, LONGEST, SHARE, Pace


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(pace, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("drawn", "seconds", "waited", "may"),
    [
        (1, 4.0, 0.0, True),  # one visitor, who waited for a first drawing
        (CROWD, 0.5, 0.0, True),
        (CROWD + 1, 0.05, 0.0, False),
        (150, 0.02, 150 * 0.02 / SHARE - 0.1, False),
        (150, 0.02, 150 * 0.02 / SHARE + 0.1, True),
        (150, 1.0, LONGEST - 0.1, False),
        (150, 1.0, LONGEST + 0.1, True),
    ],
)
def test_the_next_version_waits_while_many_still_draw_the_last(clock, drawn, seconds, waited, may):
    one = Pace()
    for _ in range(drawn):
        one.worked(seconds)
    clock[0] += waited
    assert one.may_go_on() == may
    one.went_on()
    assert one.may_go_on()


def test_pages_are_many_until_a_version_is_drawn_by_few(clock):
    one = Pace()
    for drawings, many in ((CROWD, False), (CROWD + 1, True), (1, True), (1, False)):
        for _ in range(drawings):
            one.worked(0.01)
        assert one.are_many() == many
        one.went_on()


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
    for name in ("worked", "went_on", "may_go_on", "is_crowded"):
        monkeypatch.setattr(pace, name, getattr(one, name))
    monkeypatch.setattr(data, "monotonic", lambda: seconds[0])
    card = "15" * len(read_catalogue().codes)
    before = data.newest()
    for _ in range(CROWD + 5):
        pace.worked(0.1)
    add_answers(engine, "room", submissions(("ann", "elected", card)))
    seconds[0] += 1
    assert data.newest() == before
    clock[0] += (CROWD + 5) * 0.1 / SHARE + 0.1
    seconds[0] += 1
    assert data.newest() == before + 1
    data.changed()  # who has written sees it, whatever the crowd
    assert data.newest() == before + 1
