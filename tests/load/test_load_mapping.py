"""What a mapping may say, and how it is refused."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from sctrain.catalogue import Catalogue
from sctrain.errors import MappingError
from sctrain.load import mapping as module
from sctrain.load.mapping import Mapping, check_fit, read_mapping

DATA = '[[rating]]\ncompetency = "data"\nlevel = "Data"\n'
DOCS = Path(__file__).parents[2] / "docs" / "mapping.md"


def given(tmp_path: Path, text: str) -> Mapping:
    file = tmp_path / "map.toml"
    file.write_text(text, encoding="utf-8")
    return read_mapping(file)


def test_one_rating_is_a_mapping(tmp_path: Path) -> None:
    mapping = given(tmp_path, DATA)
    assert mapping.headings == (("rating.data.level", "Data"),)
    assert mapping.file.heading_row == (1,)
    assert mapping.source == str(tmp_path / "map.toml")


def test_headings_are_folded_and_the_catalogue_is_beside_the_mapping(tmp_path: Path) -> None:
    mapping = given(tmp_path, 'catalogue = "own.toml"\n[respondent]\ncolumn = "Your\u00a0 id\\n"\n' + DATA)
    assert mapping.headings[0] == ("respondent.column", "Your id")
    assert mapping.catalogue_file == tmp_path / "own.toml"


def test_a_mapping_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        given(tmp_path, DATA).level_scale = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("rating = []", "rating", "at least 1"),
        (DATA + 'weight = "x"', "rating.1.weight", "not permitted"),
        ('[[rating]]\ncompetency = "data"', "rating.1", "importance, of level"),
        (DATA + DATA.replace('"Data"', '"Other"'), "rating.data", "2 ratings name this competency"),
        (DATA + DATA.replace('"data"', '"law"'), "rating.law.level", "'Data' is already rating.data.level"),
        (DATA + 'importance = "Data"', "rating.data.level", "already rating.data.importance"),
        ('level_scale = "x"\n' + DATA, "level_scale", "no [scale.x]; there are: none"),
        ("[scale.s]\nreversed = true\n" + DATA, "scale.s", "either labels or from"),
        ("[scale.s]\nfrom = [5, 1]\n" + DATA, "scale.s", "reversed = true"),
        ("[scale.s]\nlabels = { Yes = 5, yes = 4 }\n" + DATA, "scale.s.labels", "'yes' stands twice"),
        ('[scale.s]\nlabels = { "9" = 5 }\nno_opinion = ["9.0"]\n' + DATA, "scale.s", "'9' has a mark"),
        ("[scale.s]\nlabels = { Yes = 5 }\nrescale = true\n" + DATA, "scale.s", "goes with from"),
        ('[profile.rule]\ncolumn = "x"\n' + DATA, "profile.rule", "'rule' is no profile dimension"),
        ("[profile.role]\n" + DATA, "profile.role", "either column or columns"),
        ('[profile.role]\nticked = ["x"]\ncolumn = "x"\n' + DATA, "profile.role", "ticked: does not go with column"),
        ('[profile.role]\nunknown = "a"\ncolumns = { x = "a" }\n' + DATA, "profile.role", "unknown: does not"),
        ('[profile.role]\ncolumn = "x"\nlabels = { x = "a b" }\n' + DATA, "profile.role.labels.x", "letters, digits"),
        ('[[exclude]]\ncolumn = "x"\n' + DATA, "exclude.1", "either values or only"),
        ('[file]\nencoding = "klingon"\n' + DATA, "file.encoding", "for example utf-8"),
        ("[file]\nheading_row = [2, 1]\n" + DATA, "file.heading_row", "upper row first"),
        ('[submitted]\ncolumn = "x"\ntimezone = "Mars"\n' + DATA, "submitted.timezone", "'Mars' is no time zone"),
        ('[started]\ncolumn = "x"\n' + DATA, "started", "only beside [submitted]"),
        ('[event]\ncode = "a b"\ntitle = "x"\n' + DATA, "event.code", "letters, digits"),
        ("[[rating]", "TOML", "line 1"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_with_its_key(
    tmp_path: Path, text: str, key: str, reason: str
) -> None:
    with pytest.raises(MappingError) as refused:
        given(tmp_path, text)
    assert (refused.value.source, refused.value.key) == (str(tmp_path / "map.toml"), key)
    assert reason in refused.value.reason


def test_a_mapping_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"none\.toml: file: No such file"):
        read_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        (DATA.replace('"data"', '"dat"'), "rating.dat", "there are: data, law"),
        ('[profile.country]\ncolumn = "x"\n' + DATA, "profile.country", "there are: role, discipline, cluster"),
        (
            '[profile.role]\ncolumn = "x"\nlabels = { x = "clerk" }\n' + DATA,
            "profile.role.clerk",
            "officer, mayor, other",
        ),
        ('[profile.role]\ncolumn = "x"\nunknown = "clerk"\n' + DATA, "profile.role.clerk", "officer, mayor, other"),
        ('[profile.role.columns]\nx = "clerk"\n' + DATA, "profile.role.clerk", "officer, mayor, other"),
        ("[scale.s]\nlabels = { Never = 0 }\n" + DATA, "scale.s.labels.Never", "mark 0 is not on"),
        ("[scale.s]\nfrom = [1, 7]\n" + DATA, "scale.s.from", "1..7 is not as long as the catalogue's scale 1..5"),
    ],
)
def test_a_mapping_must_fit_the_catalogue(
    tmp_path: Path, catalogue: Catalogue, text: str, key: str, reason: str
) -> None:
    with pytest.raises(MappingError) as refused:
        check_fit(given(tmp_path, text), catalogue)
    assert refused.value.key == key
    assert reason in refused.value.reason


def test_an_open_dimension_takes_any_code(tmp_path: Path, catalogue: Catalogue) -> None:
    check_fit(given(tmp_path, '[profile.cluster]\ncolumn = "x"\nlabels = { x = "new" }\n' + DATA), catalogue)


def test_every_key_of_a_mapping_is_documented() -> None:
    models = [m for m in vars(module).values() if isinstance(m, type) and issubclass(m, BaseModel)]
    own = [m for m in models if m.__module__ == module.__name__]
    keys = {field.alias or name for m in own for name, field in m.model_fields.items()}
    assert {"from", "heading_row", "unticked", "importance_scale"} <= keys
    documented = set(re.findall(r"`\[*(\w+)(?:\.NAME)?\]*`", DOCS.read_text(encoding="utf-8")))
    assert keys - documented == set()
