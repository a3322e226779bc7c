"""What people say of table lines: it belongs to the text, is replaced, never altered, and public only by choice."""

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from sctrain.catalogue import Catalogue
from sctrain.errors import SelectionError, StoreError
from sctrain.frames import NOTED, NOTES, RANKINGS, SHEETS, Sheets
from sctrain.store import queries
from sctrain.store.coding import FIELDS, Coding, add_codings, mark, noted
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_event, version_of

LOST, ASK = "Nobody knows where the data are", "Ask the people"


@pytest.fixture
def told(store, small):
    """The store with an event `cafe`: two tables wrote one challenge in the same words, one of them a solution."""
    entries = {
        "practice": [{"code": "vision", "label": "Vision"}],
        "challenge": [{"code": c, "label": c.title()} for c in ("silos", "privacy")],
        "solution": [{"code": "lab", "label": "Lab"}],
    }
    cafe = Catalogue.model_validate(small.model_dump() | entries | {"catalogue": {"code": "cafe", "title": "Café"}})
    add_event(store, NewEvent("cafe", "A café"), cafe)
    add_sheets(store, "cafe", wrote((1, 1, "challenge", LOST), (2, 1, "challenge", LOST), (1, 2, "solution", ASK)))
    return store


def wrote(*lines):
    """Sheets of lines (table, line, kind, text, code and competencies on the sheet)."""
    rows = [(*line, *[""] * (7 - len(line)), None) for line in lines]
    heads = [(table, None, "", 1) for table in sorted({line[0] for line in lines})]
    return Sheets(
        SHEETS.check(pd.DataFrame(heads, columns=SHEETS.names)),
        RANKINGS.empty(),
        NOTES.check(pd.DataFrame(rows, columns=NOTES.names)),
    )


def read(store, version=None, event="cafe"):
    """{(table, line): (code, competencies, practices, cleared)} as it stood."""
    with store.connect() as connection:
        frame = noted(connection, event, version)
    assert list(frame.columns) == NOTED.names
    return {(row["table_number"], row["line"]): tuple(row[f] for f in FIELDS) for row in frame.to_dict("records")}


def version(store):
    with store.connect() as connection:
        return queries.data_version(connection)


def counts(written):
    return written.added, written.corrected, written.unchanged


def test_a_line_that_nobody_coded_is_as_its_sheet_says_and_not_cleared(told):
    add_sheets(told, "cafe", wrote((3, 1, "challenge", "Coded on the sheet", "privacy", "a+c", "vision")))
    assert read(told)[1, 1] == ("", "", "", False)
    assert read(told)[3, 1] == ("privacy", "a+c", "vision", False)


def test_an_event_without_sheets_has_no_lines(told):
    assert read(told, event="room") == {}


def test_a_coding_takes_the_place_of_what_the_sheet_says(told):
    written = add_codings(told, "cafe", [Coding(1, 2, "lab", ("c", "a", "c"), ("vision",), True)])
    assert counts(written) == (1, 0, 0)
    assert read(told)[1, 2] == ("lab", "a+c", "vision", True)


def test_a_field_that_is_not_spoken_of_stays_as_it_stood(told):
    add_sheets(told, "cafe", wrote((3, 1, "challenge", "Mine", "privacy", "a")))
    add_codings(told, "cafe", [Coding(3, 1, practices=("vision",))])
    assert read(told)[3, 1] == ("privacy", "a", "vision", False)
    assert counts(add_codings(told, "cafe", [Coding(3, 1, cleared=True)])) == (0, 1, 0)
    assert read(told)[3, 1] == ("privacy", "a", "vision", True)


def test_none_of_these_overrides_the_sheet(told):
    add_sheets(told, "cafe", wrote((3, 1, "challenge", "Mine", "privacy", "a")))
    add_codings(told, "cafe", [Coding(3, 1, code="", competencies=())])
    assert read(told)[3, 1] == ("", "", "", False)


def test_lines_with_the_same_text_share_a_coding(told):
    add_codings(told, "cafe", [Coding(2, 1, "silos", cleared=True)])
    assert read(told)[1, 1] == read(told)[2, 1] == ("silos", "", "", True)
    assert read(told)[1, 2] == ("", "", "", False)


def test_the_same_text_of_another_kind_or_in_other_case_is_another_line(told):
    add_sheets(told, "cafe", wrote((3, 1, "conclusion", LOST), (3, 2, "challenge", LOST.upper())))
    add_codings(told, "cafe", [Coding(1, 1, cleared=True)])
    assert [read(told)[place][3] for place in ((1, 1), (3, 1), (3, 2))] == [True, False, False]


def test_spaces_around_a_text_make_no_other_line(told):
    add_sheets(told, "cafe", wrote((3, 1, "challenge", f" {LOST} ")))
    add_codings(told, "cafe", [Coding(1, 1, "silos")])
    assert read(told)[3, 1][0] == "silos"


def test_the_same_text_at_another_event_is_coded_for_itself(told):
    add_sheets(told, "room", wrote((1, 1, "challenge", LOST)))
    assert counts(add_codings(told, "cafe", [Coding(1, 1, "silos")])) == (1, 0, 0)
    assert read(told, event="room")[1, 1] == ("", "", "", False)
    assert counts(add_codings(told, "room", [Coding(1, 1, cleared=True)])) == (1, 0, 0)
    assert read(told)[1, 1] == ("silos", "", "", False)


def test_a_twin_that_its_sheet_codes_is_not_emptied(told):
    add_sheets(told, "cafe", wrote((3, 1, "challenge", LOST, "privacy")))
    add_codings(told, "cafe", [Coding(1, 1, cleared=True)])
    assert read(told)[3, 1] == ("privacy", "", "", True)
    assert read(told)[1, 1] == ("", "", "", True)


def test_a_coding_stays_when_the_sheet_is_corrected_and_the_text_is_not(told):
    add_codings(told, "cafe", [Coding(1, 2, "lab", cleared=True)])
    corrected = wrote((1, 1, "challenge", "Another challenge"), (1, 5, "solution", ASK, "", "b"))
    assert counts(add_sheets(told, "cafe", corrected)) == (0, 1, 0)
    assert read(told)[1, 5] == ("lab", "b", "", True)  # the coding said nothing of competencies


def test_a_coding_goes_when_the_text_changes_and_comes_back_with_it(told):
    add_codings(told, "cafe", [Coding(1, 2, "lab", cleared=True)])
    add_sheets(told, "cafe", wrote((1, 2, "solution", f"{ASK} again")))
    assert read(told)[1, 2] == ("", "", "", False)
    add_sheets(told, "cafe", wrote((1, 2, "solution", ASK)))
    assert read(told)[1, 2] == ("lab", "", "", True)


def test_older_data_versions_show_the_older_coding(told):
    first = add_codings(told, "cafe", [Coding(1, 1, "silos")])
    second = add_codings(told, "cafe", [Coding(1, 1, "privacy", cleared=True)])
    assert counts(second) == (0, 1, 0)
    assert second.version == first.version + 1 == version(told)
    assert read(told, first.version - 1)[1, 1] == ("", "", "", False)
    assert read(told, first.version)[1, 1] == ("silos", "", "", False)
    assert read(told, second.version)[1, 1] == read(told)[1, 1] == ("privacy", "", "", True)


def test_each_coding_is_replaced_by_the_next(told):
    first, second, third = (
        add_codings(told, "cafe", [Coding(1, 1, code)]).version for code in ("silos", "privacy", "silos")
    )
    with told.connect() as connection:
        kept = connection.execute(text("SELECT version, replaced_in FROM coding ORDER BY id")).all()
    assert kept == [(first, second), (second, third), (third, None)]


def test_many_codings_make_one_data_version(told):
    before = version(told)
    written = add_codings(told, "cafe", [Coding(1, 1, "silos"), Coding(1, 2, "lab")], "ann")
    assert (counts(written), written.version) == ((2, 0, 0), before + 1)
    again = add_codings(told, "cafe", [Coding(1, 1, "privacy"), Coding(1, 2, "lab"), Coding(2, 1, "privacy")])
    assert counts(again) == (0, 2, 1)
    with told.connect() as connection:
        notes = connection.scalars(text("SELECT note FROM change ORDER BY version DESC LIMIT 2")).all()
    assert notes == ["coding: ", "coding: ann"]


@pytest.mark.parametrize(
    "given",
    [
        [],
        [Coding(1, 1)],
        [Coding(1, 2, practices=(), cleared=False)],
        [Coding(1, 1, "silos", ("a", "b"), cleared=True)],
        [Coding(2, 1, competencies=("b", "a", "b"))],
    ],
)
def test_what_stands_already_changes_nothing(told, given):
    first = add_codings(told, "cafe", [Coding(1, 1, "silos", ("b", "a"), cleared=True)])
    before = read(told)
    again = add_codings(told, "cafe", given)
    assert (counts(again), again.version) == ((0, 0, len(given)), first.version)
    assert (read(told), version(told)) == (before, first.version)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (Coding(9, 4), r"no table .*\(for line 4\) called '9'; there are: 1, 2"),
        (Coding(1, 7), "no line of table 1 called '7'; there are: 1, 2, 3"),
        (Coding(1, 1, "lab"), "no code for the challenge in line 1 of table 1 called 'lab'; there are: silos, privacy"),
        (Coding(1, 2, "silos"), "no code for the solution in line 2 of table 1 called 'silos'; there are: lab"),
        (Coding(1, 3, "silos"), "no code for the conclusion in line 3 of table 1 called 'silos'; there are: none"),
        (Coding(1, 1, competencies=("a", "z")), "no competency .* called 'z'; there are: a, b, c"),
        (Coding(1, 1, practices=("a",)), "no practice .* called 'a'; there are: vision"),
    ],
)
def test_what_is_not_there_is_refused_with_the_choices_and_nothing_is_stored(told, bad, says):
    lines = ((1, 1, "challenge", LOST), (1, 2, "solution", ASK), (1, 3, "conclusion", "Act"))
    before = add_sheets(told, "cafe", wrote(*lines)).version
    with pytest.raises(SelectionError, match=says):
        add_codings(told, "cafe", [Coding(1, 2, "lab", cleared=True), bad])
    assert read(told)[1, 2] == ("", "", "", False)
    assert version(told) == before


def test_one_text_coded_in_two_ways_is_refused_and_nothing_is_stored(told):
    before = version(told)
    with pytest.raises(StoreError, match="table 2, line 1: code is 'privacy' here, but 'silos' in another coding"):
        add_codings(told, "cafe", [Coding(1, 1, "silos"), Coding(2, 1, "privacy")])
    assert (read(told)[1, 1][0], version(told)) == ("", before)


def test_two_codings_of_one_text_that_agree_are_joined(told):
    add_codings(told, "cafe", [Coding(1, 1, "silos"), Coding(2, 1, "silos", cleared=True)])
    assert read(told)[1, 1] == ("silos", "", "", True)


def test_codings_of_an_unknown_event_are_refused(told):
    with pytest.raises(StoreError, match="no event 'nowhere'"):
        add_codings(told, "nowhere", [Coding(1, 1, "silos")])


@pytest.mark.parametrize(
    "change",
    ["event = 'room'", "note = ''", "code = 'x'", "competencies = 'b'", "practices = 'x'", "cleared = true", "id = 9"],
)
def test_the_database_itself_refuses_to_alter_a_coding(told, change):
    add_codings(told, "cafe", [Coding(1, 1, "silos")])
    with pytest.raises(DBAPIError, match="never altered"), told.begin() as connection:
        connection.execute(text(f"UPDATE coding SET {change}"))


@pytest.mark.parametrize(
    ("digest", "replaced_in", "says"),
    [("short", "NULL", "note_is_hashed"), ("f" * 32, "1", "replaced"), ("f" * 32, "NULL", "(?i)unique")],
)
def test_the_database_itself_refuses_a_coding_that_is_none(told, digest, replaced_in, says):
    row = f"INSERT INTO coding (event, note, version, replaced_in) VALUES ('cafe', '{digest}', 2, {replaced_in})"
    with told.begin() as connection:
        connection.execute(
            text("INSERT INTO coding (event, note, version) VALUES ('cafe', :note, 1)"), {"note": "f" * 32}
        )
    with pytest.raises(IntegrityError, match=says), told.begin() as connection:
        connection.execute(text(row))


def test_the_database_clears_no_line_by_itself(told):
    with told.begin() as connection:
        connection.execute(
            text("INSERT INTO coding (event, note, version) VALUES ('cafe', :note, 1)"), {"note": "f" * 32}
        )
        assert connection.scalar(text("SELECT cleared FROM coding")) == 0


def test_a_clearance_taken_back_is_taken_back_in_older_versions_too(told):
    add_codings(told, "cafe", [Coding(1, 1, cleared=True)])
    with told.connect() as connection:
        then = noted(connection, "cafe")["cleared"].sum()
        version = version_of(connection)
    add_codings(told, "cafe", [Coding(1, 1, cleared=False)])
    with told.connect() as connection:
        assert then
        assert not noted(connection, "cafe", version)["cleared"].any()
    add_codings(told, "cafe", [Coding(1, 1, cleared=True)])
    with told.connect() as connection:
        assert noted(connection, "cafe", version)["cleared"].sum() == then
        assert not noted(connection, "cafe", version - 1)["cleared"].any()


def test_none_is_something_to_say_where_nobody_has_spoken(told):
    assert counts(add_codings(told, "cafe", [Coding(1, 2, "", ())])) == (1, 0, 0)
    assert counts(add_codings(told, "cafe", [Coding(1, 2, "", ())])) == (0, 0, 1)
    with told.connect() as connection:
        line = noted(connection, "cafe").set_index(["table_number", "line"]).loc[(1, 2)]
    assert line["code_settled"]
    assert line["links_settled"]


def test_a_text_that_was_not_read_is_not_coded(told):
    seen = mark("challenge", LOST)
    assert counts(add_codings(told, "cafe", [Coding(1, 1, cleared=True, mark=seen[:4])])) == (1, 0, 0)
    before = add_sheets(told, "cafe", wrote((1, 1, "challenge", "Jane Doe is to blame."))).version
    with pytest.raises(StoreError, match="line 1 of table 1 has another text than was read"):
        add_codings(told, "cafe", [Coding(1, 1, cleared=True, mark=seen)])
    assert version(told) == before


def test_a_corrected_line_is_hidden_in_older_versions_too(told):
    written = add_codings(told, "cafe", [Coding(1, 1, cleared=True)])
    add_sheets(told, "cafe", wrote((1, 1, "challenge", "Nothing of the kind."), (2, 1, "challenge", "Nor here.")))
    with told.connect() as connection:
        assert not noted(connection, "cafe", written.version)["cleared"].any()
