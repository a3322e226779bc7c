"""The command `report`: a file of the view a link shows, and refusals that write nothing."""

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from sctrain.__main__ import main
from sctrain.errors import SctrainError


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'cli.db'}")

    def told(*args):
        return CliRunner().invoke(main, [*map(str, args)], catch_exceptions=False, standalone_mode=False)

    told("demo")
    return told


def test_a_report_is_of_the_view_that_a_link_shows_and_overwrites_nothing_silently(run, tmp_path):
    out = tmp_path / "report.xlsx"
    done = run("report", "--format", "xlsx", "--out", out, "--link", "http://here/gaps?event=demo&by=role")
    assert "100%" in done.stderr
    facts = dict(row[:2] for row in load_workbook(out)["Report"].values)
    assert facts["Compared by"] == "Role"
    before = out.read_bytes()
    with pytest.raises(SctrainError, match="--force"):
        run("report", "--format", "xlsx", "--out", out)
    with pytest.raises(SctrainError, match="role “wizard”"):
        run("report", "--format", "xlsx", "--out", tmp_path / "other.xlsx", "--link", "?role=wizard")
    assert out.read_bytes() == before
    assert not (tmp_path / "other.xlsx").exists()
