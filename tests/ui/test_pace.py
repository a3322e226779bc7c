"""Few open pages draw every data version; many draw no more of them than they can."""

import pytest
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import data, pace
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
