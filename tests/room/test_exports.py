"""What comes in over HTTP as a formula goes out in files as text."""

import io

import pandas as pd
import pytest
from openpyxl import load_workbook

from sctrain import notes, views
from sctrain.frames import GAPS
from sctrain.report import tables as files
from sctrain.selection import Selection

FORMULAS = ['=HYPERLINK("http://elsewhere.example","x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)"]


@pytest.mark.parametrize("payload", FORMULAS)
def test_a_formula_as_title_or_line_is_text_in_csv_and_xlsx(room, payload):
    host = room.browser("organiser", "table1")
    assert host.post("/o/live/setup", data={"title": payload, "threshold": "3", "tables": "3"}).status_code == 303
    line = {"part": "line.a", "base": "0", "kind": "challenge", "text": payload, "place": "1"}
    assert host.post("/t/live/1", data=line).status_code == 303
    selection = Selection(("live",))
    seen = views.read(room.engine, selection)
    facts, gaps = files.facts(seen, selection), views.gaps(seen, selection, resampled=False)
    lines = notes.read(room.engine, selection).noted
    assert facts["event"] == lines["text"].iloc[0] == payload  # stored as the text it is
    for frame, column in ((gaps, "event"), (lines, "text")):
        out = pd.read_csv(io.BytesIO(files.to_csv(frame, facts)), dtype=str)
        assert set(out[column]) == {"'" + payload}
    book = load_workbook(io.BytesIO(files.to_xlsx(gaps, facts, GAPS)))
    cell = next(row[1] for row in book["Based on"].iter_rows() if row[0].value == "event")
    assert (cell.value, cell.data_type) == (payload, "s")
