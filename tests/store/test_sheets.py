"""Table sheets in the store: kept, corrected, never altered."""

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from support import submissions

from sctrain.errors import StoreError
from sctrain.frames import NOTES, RANKINGS, SHEETS, Sheets
from sctrain.store import queries
from sctrain.store.sheets import add_sheets, sheets
from sctrain.store.write import add_answers, raise_version


def given(*tables, first="a", line="Nobody knows where the data are"):
    """Sheets of these tables: each ranks two contents, one tied, and notes a challenge and a solution."""
    heads = [(t, 6, "", 1) for t in tables]
    ranked = [(t, "contents", o, p) for t in tables for o, p in ((first, 1), ("b", 2), ("c", 2))]
    notes = [
        row
        for t in tables
        for row in ((t, 1, "challenge", line, "silos", "a+b", "", None), (t, 2, "solution", "Ask", "", "", "vision", 1))
    ]
    return Sheets(
        SHEETS.check(pd.DataFrame(heads, columns=SHEETS.names)),
        RANKINGS.check(pd.DataFrame(ranked, columns=RANKINGS.names)),
        NOTES.check(pd.DataFrame(notes, columns=NOTES.names)),
    )


def read(store, version=None):
    with store.connect() as connection:
        return sheets(connection, "room", version)


def test_sheets_come_back_as_they_were_given(store):
    written = add_sheets(store, "room", given(3, 1))
    assert (written.added, written.corrected, written.unchanged) == (2, 0, 0)
    held = read(store)
    assert held.sheets["table_number"].tolist() == [1, 3]
    ours = held.rankings.sort_values(["table_number", "option"]).reset_index(drop=True)
    theirs = given(1, 3).rankings.sort_values(["table_number", "option"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)
    assert held.notes["text"].tolist() == given(1, 3).notes["text"].tolist()
    assert held.notes["answers"].fillna(0).tolist() == [0, 1, 0, 1]


def test_the_same_sheets_twice_add_nothing_and_another_replaces(store):
    first = add_sheets(store, "room", given(1, 2))
    again = add_sheets(store, "room", given(1, 2))
    assert (again.added, again.corrected, again.unchanged, again.version) == (0, 0, 2, first.version)
    changed = add_sheets(store, "room", given(2, 3, line="Another line"))
    assert (changed.added, changed.corrected) == (1, 1)
    assert read(store).sheets["table_number"].tolist() == [1, 2, 3]
    assert read(store, first.version).sheets["table_number"].tolist() == [1, 2]
    assert "Another line" not in read(store, first.version).notes["text"].tolist()


def test_a_table_that_ranked_and_wrote_nothing_is_kept(store):
    empty = Sheets(given(4).sheets, RANKINGS.empty(), NOTES.empty())
    add_sheets(store, "room", empty)
    held = read(store)
    assert held.sheets["table_number"].tolist() == [4]
    assert held.rankings.empty
    assert held.notes.empty


def test_sheets_of_an_unknown_event_are_refused(store):
    with pytest.raises(StoreError, match="no event 'nowhere'"):
        add_sheets(store, "nowhere", given(1))


@pytest.mark.parametrize(
    "change", ["ranking SET position = 9", "note SET text = 'other'", "sheet SET members = 1", "sheet SET mix = 'x'"]
)
def test_the_database_itself_refuses_to_alter_a_sheet(store, change):
    add_sheets(store, "room", given(1))
    with pytest.raises(IntegrityError, match="never altered"), store.begin() as connection:
        connection.execute(text(f"UPDATE {change}"))


def test_sheets_and_answers_share_the_data_version(store):
    with store.connect() as connection:
        before = queries.data_version(connection)
    assert add_sheets(store, "room", given(1)).version == before + 1


def test_a_change_of_sheets_leaves_what_people_answered_and_an_answer_leaves_the_sheets(store):
    def heard():
        with store.connect() as connection:
            return [queries.heard_since(connection, voice, 1) for voice in queries.VOICES], [
                queries.heard(connection, voice) for voice in queries.VOICES
            ]

    begun = heard()[1]
    by_tables = add_sheets(store, "room", given(1)).version
    assert heard()[1] == [begun[0], by_tables]
    by_people = add_answers(store, "room", submissions(("ann", "head", "54" * 3)), note="tables: a file").version
    assert heard()[1] == [by_people, by_tables]
    with store.begin() as connection:
        of_both = raise_version(connection, "event", "room: set-up")
    assert heard()[1] == [of_both, of_both]
    assert heard()[0][0][-2:] == [by_people, of_both]
    assert heard()[0][1][-2:] == [by_tables, of_both]
