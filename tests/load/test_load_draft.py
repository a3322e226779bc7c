"""A catalogue drafted from a mapping."""

from pathlib import Path

import pytest

from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.load.draft import draft_catalogue
from sctrain.load.mapping import check_fit, read_mapping

MAPPINGS = Path(__file__).parents[2] / "data" / "mappings"
MAPPING = """
importance_scale = "words"
[event]
code = "e"
title = 'The "Café"'
[scale.words]
reversed = true
labels = { "Very \\\\ \\"much\\"" = 1, Somewhat = 2, "Not at all" = 4 }
[profile.role]
column = "Role"
unknown = "other"
labels = { Maire = "mayor", Burgemeester = "mayor", Clerk = "clerk" }
[profile.country]
column = "Country"
[profile.discipline.columns]
"2. ICT" = "ict"
[[rating]]
competency = "data"
label = "Data"
importance = "A"
[[rating]]
competency = "law"
importance = "B"
"""


def drafted(tmp_path: Path, text: str) -> Catalogue:
    mapping = tmp_path / "my survey.toml"
    mapping.write_text(text, encoding="utf-8")
    catalogue = tmp_path / "c.toml"
    catalogue.write_text(draft_catalogue(read_mapping(mapping)), encoding="utf-8")
    check_fit(read_mapping(mapping), read_catalogue(catalogue))
    return read_catalogue(catalogue)


def test_a_draft_holds_the_competencies_scale_and_options_of_the_mapping(tmp_path: Path) -> None:
    catalogue = drafted(tmp_path, MAPPING)
    assert (catalogue.code, catalogue.catalogue.title) == ("my_survey", 'The "Café"')
    assert catalogue.labels == {"data": "Data", "law": "law"}
    assert (catalogue.scale.low, catalogue.scale.high) == (1, 4)
    assert catalogue.scale.importance == ("Not at all", 'Very \\ "much"')
    role, discipline, country = catalogue.dimensions.values()
    assert {o.code: (o.label, o.synonyms) for o in role.option} == {
        "mayor": ("Maire", ("Burgemeester",)),
        "clerk": ("Clerk", ()),
        "other": ("Other", ()),
    }
    assert (role.multiple, discipline.multiple, country.open) == (False, True, True)


@pytest.mark.parametrize(
    ("scale", "ends"),
    [("from = [0, 10]", (0, 10)), ("from = [1, 7]", (1, 7)), ("from = [1, 7]\nrescale = true", (1, 5))],
)
def test_a_draft_takes_the_scale_of_the_numbers(tmp_path: Path, scale: str, ends: tuple[int, int]) -> None:
    rating = '[[rating]]\ncompetency = "a"\nlevel = "A"\n'
    catalogue = drafted(tmp_path, f'level_scale = "s"\n[scale.s]\n{scale}\n{rating}')
    assert (catalogue.scale.low, catalogue.scale.high) == ends


@pytest.mark.parametrize("name", ["jupyter-2020", "carpentries"])
def test_a_draft_of_a_shipped_mapping_asks_what_its_catalogue_asks(tmp_path: Path, name: str) -> None:
    shipped = read_catalogue(MAPPINGS / f"{name}.catalogue.toml")
    draft = drafted(tmp_path, (MAPPINGS / f"{name}.toml").read_text(encoding="utf-8"))
    assert draft.labels == shipped.labels
    assert draft.scale.points == shipped.scale.points
    for code, dimension in shipped.dimensions.items():
        assert [o.code for o in draft.dimensions[code].option] == [o.code for o in dimension.option]
        assert (draft.dimensions[code].open, draft.dimensions[code].multiple) == (dimension.open, dimension.multiple)
