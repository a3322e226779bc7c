"""People compared by the table or the event they sat at."""

from dataclasses import replace

import pandas as pd
import pytest
from sqlalchemy import text

from sctrain import privacy, views
from sctrain.catalogue import read_catalogue
from sctrain.demo import demo
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_answers, add_event

BOTH = Selection(("spring", "autumn"))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('two') / 'two.db'}")
    catalogue = read_catalogue()
    for code, n, seed in (("spring", 24, 1), ("autumn", 82, 2)):
        add_event(engine, NewEvent(code, f"The {code} workshop"), catalogue)
        add_answers(engine, code, demo(catalogue, n, seed))
    return engine


def gaps_by_hand(store, column):
    query = f"SELECT a.{column} AS cell, r.* FROM rating r JOIN answer a ON a.id = r.answer"
    with store.connect() as connection:
        pairs = pd.read_sql(text(query), connection).dropna(subset=["importance", "level"])
    return (pairs["importance"] - pairs["level"]).groupby([pairs["competency"], pairs["cell"]]).mean()


def test_the_gaps_of_each_event_are_those_of_plain_sql_and_pandas(store):
    room = views.read(store, BOTH)
    shown = views.gaps(room, replace(BOTH, by="event"), resampled=False)
    by_hand = gaps_by_hand(store, "event")
    assert set(shown["group"]) == {"spring", "autumn"}
    for row in shown.itertuples():
        assert row.gap == pytest.approx(by_hand[row.competency, row.group], abs=1e-9)


def test_tables_are_compared_by_number_and_small_ones_hidden(store):
    room = views.read(store, Selection(("autumn",)))
    shown = views.gaps(room, Selection(("autumn",), by="table"), resampled=False)
    assert list(dict.fromkeys(shown["group"])) == [str(number) for number in range(1, 12)]
    open_rows = shown[~shown["suppressed"].astype(bool)]
    assert len(open_rows)
    assert (open_rows["n"] >= room.threshold).all()
    assert room.group_labels("table")["10"] == "Table 10"


def test_one_event_alone_sets_nobody_apart(store):
    room = views.read(store, Selection(("spring",)))
    assert "event" not in room.compared_by
    assert room.members("event") == {}


def test_two_events_stand_beside_each_other_under_their_titles(store):
    room = views.read(store, BOTH)
    assert room.group_labels("event") == {"autumn": "The autumn workshop", "spring": "The spring workshop"}
    compared = views.compare(room, replace(BOTH, by="event"))
    assert compared["n"].notna().all()
    assert compared["n_reference"].notna().all()


def test_no_total_tells_a_hidden_table(store):
    event = Selection(("spring",))
    room = views.read(store, event)
    counts = views.counts(room, replace(event, by="table"))
    total = views.counts(room, event)
    for c in range(len(counts.competencies)):
        hidden, n = counts.hidden[:, c], counts.n[:, c]
        rest = int(total.n[0, c] - n[~hidden].sum())
        assert not privacy.small(pd.Series([rest]).to_numpy(), room.threshold)[0]
