"""The page Data quality: for everybody past the gate, single answers for the organiser."""

import pytest
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event


@pytest.fixture
def room(tmp_path):
    """Fourteen people of whom six mark everything alike."""
    url = f"sqlite:///{tmp_path / 'room.db'}"
    engine, known = open_store(url), read_catalogue()
    items = len(known.codes)
    careful = [
        f"{1 + i % 5}{1 + i // 5}" + "".join(f"{1 + c % 5}{1 + c // 2 % 5}" for c in range(1, items)) for i in range(8)
    ]
    add_event(engine, NewEvent("room", "A room"), known)
    cards = [*careful, *["34" * items] * 6]
    add_answers(engine, "room", submissions(*((f"p{i}", "", card) for i, card in enumerate(cards))))
    return url


def organisers(app):
    return next(part for part in app.expander if part.label.startswith("For the organiser"))


def test_everybody_reads_how_many_people_mark_everything_alike(visit, room):
    app = visit("quality", url=room)
    assert app.title[0].value.startswith("To be looked at first: one mark for every importance, 6 of 14 people")
    (listed,) = (m.value for m in app.markdown if m.value.startswith("- "))
    assert "- One mark for every level: 6 of 14 people" in listed.splitlines()
    fast = next(line for line in listed.splitlines() if "half of the usual time" in line)
    assert fast.endswith("not known, since no file told how long it took")
    assert len(app.get("vega_lite_chart")) == 1
    assert "Open the organiser’s link" in " ".join(m.value for m in organisers(app).markdown)


def test_a_filter_changes_nothing(visit, demo_url):
    whole, part = (visit("quality", **query).title[0].value for query in ({}, {"role": "programme_manager"}))
    assert whole == part


def test_the_organiser_sees_which_answers_are_equal(visit, room, entered):
    entered("organiser", "room", room)
    app = visit("quality", url=room)
    review = organisers(app).dataframe[0].value
    assert len(review) == 6
    assert set(review["equal answers"]) == {1}
