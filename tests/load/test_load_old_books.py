"""Old workbooks (`.xls`), as EUSurvey exports them: read as an XLSX workbook is, and refused in a sentence."""

from pathlib import Path

import pytest
from support import ROOT

from sctrain import importing
from sctrain.catalogue import read_catalogue
from sctrain.errors import ImportRefused
from sctrain.load import old_books
from sctrain.load.held import held
from sctrain.load.records import sheet_names, sheet_records
from tests import exports

OLD = ROOT / "tests" / "known" / "eusurvey.xls"


def test_an_old_workbook_has_the_cells_of_the_new_one_it_was_saved_from(tmp_path: Path) -> None:
    new = exports.eusurvey(tmp_path)
    (sheet,) = sheet_names(new)
    assert [*sheet_records(OLD, sheet)] == [*sheet_records(new, sheet)]


def test_every_kind_of_cell_is_read_as_text() -> None:
    assert sheet_names(OLD) == ["Content", "kinds"]
    _, row = sheet_records(OLD, "kinds")
    assert row == [
        *("2018-11-15T16:30:00", "2018-11-15T00:00:00", "16:30:00", "True", "4", "2.5", "café – 漢字", "#DIV/0!"),
    ]


def test_an_old_workbook_gives_the_gaps_of_the_survey() -> None:
    proposed = importing.proposal(OLD, read_catalogue())
    assert proposed.look.tool == "EUSurvey"
    found = importing.preview(OLD, proposed).gaps.set_index("competency")
    for code, gap, n in zip(exports.CODES, exports.GAPS, exports.PAIRS, strict=True):
        assert (found.loc[code, "gap"], found.loc[code, "n"]) == (pytest.approx(gap), n)


@pytest.mark.parametrize("size", [8, 600, 5000])
def test_an_old_workbook_that_is_cut_off_is_refused(size: int) -> None:
    with pytest.raises(ImportRefused, match=r"a\.xls: this is no whole workbook, or a protected one"):
        importing.seen(held(OLD.read_bytes()[:size], "a.xls"))


def test_an_old_workbook_may_not_be_larger_than_the_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_books, "MOST", 1 << 10)
    with pytest.raises(ImportRefused, match=r"an old workbook \(\.xls\) may have 0 MB"):
        sheet_names(OLD)
