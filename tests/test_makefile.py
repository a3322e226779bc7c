"""What `make test` runs."""

import re

from support import ROOT

MAKEFILE = (ROOT / "Makefile").read_text().replace("\\\n", " ")


def words(variable: str) -> list[str]:
    return re.search(rf"^{variable} = (.*)$", MAKEFILE, re.M)[1].split()


def files(part: str) -> set:
    return {file for word in words(part) for path in ROOT.glob(word) for file in within(path)}


def within(path):
    return path.rglob("test_*.py") if path.is_dir() else [path]


def test_every_test_is_in_a_part():
    run = {file for part in words("PARTS") for file in files(part)}
    assert sorted(run) == sorted((ROOT / "tests").rglob("test_*.py"))


def test_every_test_of_the_store_is_tried_on_postgresql_too():
    stores = set((ROOT / "tests" / "store").rglob("test_*.py"))
    assert stores <= files("postgresql")
    assert re.search("^test-postgresql: export SCTRAIN_ON = postgresql$", MAKEFILE, re.M)
