"""The worked example of docs/mapping.md is read as the page says."""

import re
from pathlib import Path

import pytest

from sctrain.catalogue import Catalogue
from sctrain.load.mapping import read_mapping
from sctrain.load.survey import load

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")


def question(code: str, kind: str, **options: str) -> dict[str, object]:
    return {"code": code, "label": code, "kind": kind, "option": [{"code": c, "label": o} for c, o in options.items()]}


@pytest.fixture
def catalogue() -> Catalogue:
    roles = [{"code": label.lower(), "label": label} for label in ("Planner", "Elected", "Officer")]
    return Catalogue.model_validate(
        {
            "catalogue": {"code": "c", "title": "C"},
            "competency": [{"code": code, "label": code} for code in ("data_protection", "procurement")],
            "dimension": [
                {"code": "role", "label": "Role", "multiple": True, "option": roles},
                {"code": "cluster", "label": "Cluster", "open": True},
            ],
            "question": [
                question("how_long", "ordered", week="One week", three_months="About three months"),
                question("mixing_kinds", "multiple", cultures="Cultures", domains="Domains"),
            ],
        }
    )


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_worked_example_reads_as_the_page_says(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "answers.csv").write_text(block("csv"), encoding="utf-8")
    (tmp_path / "answers.toml").write_text(block("toml"), encoding="utf-8")
    loaded = load(tmp_path / "answers.csv", read_mapping(tmp_path / "answers.toml"), catalogue)
    heads, _, *rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("|")][:4]
    assert heads[0] == "row"
    assert loaded.submissions[heads].astype(str).to_numpy().tolist() == rows
    assert loaded.report.excluded == (("no consent", 1),)
    assert loaded.report.no_opinion == 1


def test_the_page_names_the_mappings_that_ship() -> None:
    folder = Path(__file__).parents[2] / "data" / "mappings"
    mappings = {file.name for file in folder.glob("*.toml")} - {file.name for file in folder.glob("*.catalogue.toml")}
    assert mappings == set(re.findall(r"`([\w-]+\.toml)` \(", PAGE))
