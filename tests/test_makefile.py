"""What `make test` runs."""

import re
import shlex

from support import ROOT


def files(part: str) -> set:
    return {file for word in part.split() for path in ROOT.glob(word) for file in within(path)}


def within(path):
    return path.rglob("test_*.py") if path.is_dir() else [path]


def test_every_test_is_in_one_part():
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    parts = shlex.split(re.search(r"^PARTS = (.*)$", makefile, re.M)[1])
    run = [file for part in parts for file in files(part)]
    assert sorted(run) == sorted((ROOT / "tests").rglob("test_*.py"))
