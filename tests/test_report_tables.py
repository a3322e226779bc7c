"""Tables as files: what somebody wrote stays a text there, and never becomes a formula."""

import csv
import io

import pandas as pd
import pytest
from live import LIVE, live_store
from openpyxl import load_workbook

from sctrain import notes
from sctrain.frames import CODED
from sctrain.report.tables import to_csv, to_xlsx
from sctrain.selection import Selection
from sctrain.store.coding import Coding, add_codings
from sctrain.store.desk import Change, save
from sctrain.store.engine import writing

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil.example","x")']


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_is_quoted_in_csv(text):
    data = to_csv(pd.DataFrame({"text": [text, "plain"], "n": [-1, 2]}), {"event": text})
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    quoted = "'" + text.replace("\r", "\n")
    assert [row["text"] for row in rows] == [quoted, "plain"]
    assert [row["event"] for row in rows] == [quoted] * 2
    assert [row["n"] for row in rows] == ["-1", "2"]  # a number is no formula


@pytest.mark.parametrize("text", ["a\r=1", "a\r\n=1", "a\n=1", 'a"\r=1', "a,\r=1"])
def test_no_text_begins_a_row_of_its_own_in_csv(text):
    data = to_csv(pd.DataFrame({"text": [text], "n": [1]}), {})
    assert b"\r" not in data
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert rows == [["text", "n"], [text.replace("\r\n", "\n").replace("\r", "\n"), "1"]]


@pytest.mark.parametrize("text", [text for text in FORMULAS if not text.startswith("\r")])
def test_a_text_that_looks_like_a_formula_is_a_text_in_xlsx(text):
    book = load_workbook(io.BytesIO(to_xlsx(pd.DataFrame({"text": [text], "n": [-1]}), {"event": text}, CODED)))
    cell, number = book["Numbers"]["A2"], book["Numbers"]["B2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert (number.value, number.data_type) == (-1, "n")
    assert (book["Based on"]["B2"].value, book["Based on"]["B2"].data_type) == (text, "s")


def test_cleared_lines_from_a_table_are_texts_in_both_files(tmp_path):
    """From the scribe's tablet to the file, signs that XLSX cannot hold included."""
    said = [*FORMULAS, "bell \x07 and \x00 nothing \uffff"]
    with live_store(tmp_path) as live:
        with writing(live.engine) as connection:
            for k, text in enumerate(said):
                line = {"kind": "challenge", "text": text, "place": k}
                save(connection, live.table1, "live", 1, Change(f"line.k{k}", 0, line))
        add_codings(live.engine, "live", [Coding(1, k + 1, cleared=True) for k in range(len(said))])
        coded = notes.read(live.engine, Selection(("live",))).coded
    # A tab or a line's end before it is no part of a line.
    kept = [*FORMULAS[:4], "=1", "=1", FORMULAS[6], "bell and nothing"]
    assert coded["text"].tolist() == kept
    rows = csv.DictReader(io.StringIO(to_csv(coded, {"event": LIVE.code}).decode(), newline=""))
    assert [row["text"] for row in rows] == [f"'{text}" for text in kept[:-1]] + kept[-1:]
    sheet = load_workbook(io.BytesIO(to_xlsx(coded, {}, CODED)))["Numbers"]
    column = [cell.value for cell in sheet[1]].index("text") + 1
    cells = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
    assert [cell.value for cell in cells] == kept
    assert {cell.data_type for cell in cells} == {"s"}
