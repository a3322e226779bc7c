"""Backup, restore and check from the command line: what they say, and how they end."""

import sqlite3

import pytest
from click.testing import CliRunner

from sctrain.__main__ import main
from sctrain.errors import SelectionError, StoreError


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'keep.db'}")

    def go(*arguments, ends=0):
        result = CliRunner().invoke(main, [str(one) for one in arguments], standalone_mode=False)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == ends
        return result.output

    return go


def test_a_backup_is_made_looked_at_and_brought_back(run, tmp_path):
    run("demo", "--participants", 12)
    file = tmp_path / "kept.db"
    assert "13 answers, data version 6" in run("backup", file)  # one of them was corrected
    assert "whole, and can be restored" in run("check", file)
    run("demo", "--participants", 5, "--event", "more")
    said = run("restore", file)
    assert "Restored from" in said
    assert "before-restore-" in said
    assert "demo: " in run("events")
    assert "more" not in run("events")


def test_check_lists_what_it_looked_at_and_ends_with_one_where_something_is_broken(run, tmp_path):
    run("demo", "--participants", 12)
    said = run("check")
    assert "ok   synchronous     FULL" in said
    assert "BAD" not in said
    file = tmp_path / "keep.db"
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    file.write_bytes(file.read_bytes()[:8192] + b"\xa5" * 100_000)
    assert "BAD  file" in run("check", ends=1)


def test_a_file_that_is_no_backup_is_refused_with_a_sentence(run, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear mayor,")
    for command in ("check", "restore"):
        with pytest.raises(StoreError, match="no backup of a store"):
            run(command, tmp_path / "letter.txt")


MAPPING = """
[file]
[event]
code = "hall"
title = "Hall"
[respondent]
column = "id"
[[rating]]
competency = "systems_thinking"
importance = "imp"
level = "lev"
"""


def test_somebody_is_withdrawn_by_the_id_in_the_file_and_a_second_import_leaves_them_out(run, tmp_path):
    (tmp_path / "hall.toml").write_text(MAPPING)
    file = tmp_path / "hall.csv"
    file.write_text("id,imp,lev\nmayor ann,5,2\nbob,4,4\n")
    run("import", file, "--mapping", tmp_path / "hall.toml")
    assert "Erased at every data version: hall." in run("withdraw", "  mayor   ann ")
    with pytest.raises(StoreError, match="nothing is stored under this code or id"):
        run("withdraw", "mayor ann")
    said = run("import", file, "--mapping", tmp_path / "hall.toml")
    assert "0 added, 0 corrected, 1 there already" in said
    assert "not stored, as their people have withdrawn: 1 rows (2)" in said
    run("withdraw", "eve", "--ahead")
    file.write_text("id,imp,lev\neve,5,2\nbob,4,4\n")
    assert "have withdrawn: 1 rows (2)" in run("import", file, "--mapping", tmp_path / "hall.toml")


def test_an_event_is_erased_listed_and_put_back(run, tmp_path):
    run("demo", "--participants", 12)
    assert "demo: erased; kept in " in run("erase", "demo", "--yes")
    assert "no event yet" in run("events")
    listed = run("undo")
    assert "event demo: Demonstration" in listed
    assert "is back" in run("undo", listed.split()[0])
    assert "demo: Demonstration" in run("events")
    assert "Nothing can be put back" in run("undo")
    run("erase", "demo", "--no-backup", "--yes")
    assert "Nothing can be put back" in run("undo")
    assert not list(tmp_path.glob("erased-*"))
    with pytest.raises(SelectionError, match="no event called 'demo'"):
        run("erase", "demo", "--yes")
    acts = [line.split()[2:] for line in run("trail").splitlines()]
    assert acts[:4] == [
        ["erase", "demo", "13"],
        ["put", "back", "demo"],
        ["erase", "demo", "13"],
        ["import", "demo", "1"],
    ]


def test_an_event_past_its_day_is_purged_after_it_was_said(run):
    run("event", "new", "old", "--retain-until", "2020-01-01", "--at-end", "anonymise")
    assert "old: kept until 2020-01-01, 0 answers, to be made anonymous" in run("purge", "--dry-run")
    assert "see  retention       past their date, to be purged: old" in run("check")
    assert "Done: old." in run("purge", "--yes")
    assert "No event is past its day" in run("purge")
