"""The commands for courses on offer and cohorts print what the pages show."""

import json

import pytest
from click.testing import CliRunner
from support import ROOT

from sctrain.__main__ import main
from sctrain.errors import ImportRefused, SctrainError

EXAMPLE = str(ROOT / "data" / "courses" / "example.csv")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path_factory.mktemp('commands') / 'demo.db'}")
        yield lambda *args: CliRunner().invoke(main, args, catch_exceptions=False).output


@pytest.fixture(scope="module")
def demo(run):
    run("demo")
    return run


def test_a_dry_run_stores_nothing_and_the_same_list_again_changes_nothing(demo):
    assert "Dry run: nothing was stored." in demo("courses", EXAMPLE, "--dry-run")
    assert "12 added, 0 changed, 0 there already" in demo("courses", EXAMPLE)
    assert "0 added, 0 changed, 12 there already" in demo("courses", EXAMPLE)


def test_coverage_and_courses_are_printed_with_their_sentences(demo):
    demo("courses", EXAMPLE)
    told = json.loads(demo("courses", "--format", "json"))
    states = {row["competency"]: row["state"] for row in told["rows"]}
    assert states["innovative_procurement"] == "no course"
    assert "have no course on offer" in told["sentence"]
    listed = demo("courses", "--what", "courses", "--format", "csv").splitlines()
    assert listed[0].startswith("course,title")
    assert len(listed) == 13


def test_a_file_that_cannot_be_read_stores_nothing(demo, tmp_path):
    demo("courses", EXAMPLE)
    file = tmp_path / "bad.csv"
    file.write_text("code,title,competencies\nX,First,nothing\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match=r"bad\.csv: no course is stored"):
        demo("courses", str(file))
    assert "12 there already" in demo("courses", EXAMPLE)
    with pytest.raises(SctrainError, match="name one"):
        demo("courses", "--event", "demo", "--event", "other")


def test_cohorts_are_printed_with_three_reasons_each(demo):
    said = demo("cohorts", "--seats", "6")
    assert "1. Mixed by " in said
    assert said.count("   Teaches itself ") == said.count("   Brings together ") >= 1
    rows = json.loads(demo("cohorts", "--seats", "6", "--format", "json"))["rows"]
    assert [row["place"] for row in rows] == list(range(1, len(rows) + 1))
