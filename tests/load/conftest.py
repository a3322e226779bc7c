"""A small catalogue, and a reader of a survey given as text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sctrain.catalogue import Catalogue
from sctrain.load.mapping import read_mapping
from sctrain.load.survey import Loaded, load


def option(code: str, label: str, *synonyms: str) -> dict[str, object]:
    return {"code": code, "label": label, "synonyms": synonyms}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Two competencies, one role each, several disciplines, any cluster; marks 1 to 5."""
    return Catalogue.model_validate(
        {
            "catalogue": {"code": "small", "title": "Small"},
            "competency": [{"code": "data", "label": "Data"}, {"code": "law", "label": "Law"}],
            "dimension": [
                {
                    "code": "role",
                    "label": "Role",
                    "option": [
                        option("officer", "Municipal officer", "Civil servant"),
                        option("mayor", "Mayor"),
                        option("other", "Other"),
                    ],
                },
                {
                    "code": "discipline",
                    "label": "Discipline",
                    "multiple": True,
                    "option": [option("ict", "ICT and data"), option("planning", "Planning, urban")],
                },
                {"code": "cluster", "label": "Cluster", "open": True},
            ],
        }
    )


Read = Callable[..., Loaded]


@pytest.fixture
def read(tmp_path: Path, catalogue: Catalogue) -> Read:
    """Loads a survey written as text, with a mapping written as text."""

    def read(survey: str | bytes, mapping: str, **options: object) -> Loaded:
        file, toml = tmp_path / "survey.csv", tmp_path / "map.toml"
        file.write_bytes(survey if isinstance(survey, bytes) else survey.encode())
        toml.write_text(mapping, encoding="utf-8")
        return load(file, read_mapping(toml), catalogue, **options)  # type: ignore[arg-type]

    return read
