"""Real surveys, read with the mappings that ship and with small ones: known figures come back."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sctrain import cards
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.load.draft import draft_catalogue
from sctrain.load.mapping import Mapping, check_fit, read_mapping
from sctrain.load.survey import Loaded, load

ROOT = Path(__file__).parents[2]
MAPPINGS = ROOT / "data" / "mappings"
DATA = ROOT.parent / "shared" / "data"
shared = [pytest.mark.shared, pytest.mark.skipif(not DATA.exists(), reason="no ../shared/data")]


def shipped(name: str) -> tuple[Mapping, Catalogue]:
    mapping = read_mapping(MAPPINGS / f"{name}.toml")
    return mapping, read_catalogue(mapping.catalogue_file)


def marks(loaded: Loaded, catalogue: Catalogue) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Importance and level of each competency, one value a row, NaN where there is none."""
    low, high = catalogue.scale.low, catalogue.scale.high
    pairs = cards.decode("".join(loaded.submissions["ratings"]).encode(), len(catalogue.codes), low, high)
    sides = [np.where(side > 0, side + low - 1.0, np.nan) for side in np.divmod(pairs, high - low + 2)]
    return dict(zip(catalogue.codes, zip(*sides, strict=True), strict=True))


@pytest.mark.parametrize("name", ["jupyter-2020", "carpentries"])
def test_a_shipped_mapping_fits_its_catalogue_which_names_source_and_licence(name: str) -> None:
    mapping, catalogue = shipped(name)
    check_fit(mapping, catalogue)
    assert {rating.competency for rating in mapping.rating} == set(catalogue.codes)
    assert {rating.label for rating in mapping.rating} == set(catalogue.labels.values())
    assert "github.com" in catalogue.catalogue.source
    assert "CC" in catalogue.catalogue.source


class TestJupyter:
    pytestmark = shared

    @pytest.fixture(scope="class")
    def survey(self) -> tuple[Loaded, Catalogue]:
        mapping, catalogue = shipped("jupyter-2020")
        return load(DATA / "jupyter-2020" / "all_responses.csv", mapping, catalogue), catalogue

    def test_everyone_is_read(self, survey: tuple[Loaded, Catalogue]) -> None:
        loaded, catalogue = survey
        assert (loaded.report.read, loaded.report.kept, loaded.report.refused) == (1135, 1135, 0)
        assert (len(catalogue.codes), len(catalogue.dimensions["role"].option)) == (11, 14)
        assert loaded.submissions["person"].iloc[0] == "12390574951"

    def test_roles_are_counted_as_published(self, survey: tuple[Loaded, Catalogue]) -> None:
        roles = Counter(code for codes in survey[0].submissions["role"] for code in codes.split("+"))
        assert [roles[code] for code in ("data_scientist", "scientist", "student", "data_engineer")] == [
            *(538, 454, 190, 182)
        ]

    @pytest.mark.parametrize(
        ("task", "frequency", "expectation"),
        [
            ("visualising_data", 2.91, 2.79),
            ("preparing_data", 2.64, 2.76),
            ("building_models", 1.93, 2.72),
            ("documenting_research", 1.79, 2.51),
            ("running_pipelines", 1.67, 2.20),
            ("testing_software", 1.62, 1.92),
            ("writing_packages", 1.44, 1.83),
            ("developing_extensions", 0.52, 2.07),
        ],
    )
    def test_means_are_the_known_ones(
        self, survey: tuple[Loaded, Catalogue], task: str, frequency: float, expectation: float
    ) -> None:
        importance, level = marks(*survey)[task]
        assert np.nanmean(importance) - 1 == pytest.approx(frequency, abs=0.005)  # published on 0..4
        assert (np.nanmean(level) + 1) / 2 == pytest.approx(expectation, abs=0.005)  # published on 1..3

    def test_what_does_not_apply_is_missing(self, survey: tuple[Loaded, Catalogue]) -> None:
        with (DATA / "jupyter-2020" / "all_responses.csv").open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row[65:98:3] + row[66:98:3]]
        report = survey[0].report
        assert (report.no_opinion, report.blank) == (cells.count("Does not apply."), cells.count(""))
        _, level = marks(*survey)["developing_extensions"]
        assert np.isnan(level).sum() == 547 + 297


class TestCarpentries:
    pytestmark = shared

    @pytest.fixture(scope="class")
    def survey(self) -> tuple[Loaded, Catalogue]:
        mapping, catalogue = shipped("carpentries")
        return load(DATA / "carpentries" / "instructor_training_post_2018.csv", mapping, catalogue), catalogue

    def test_everyone_is_read_equal_rows_too(self, survey: tuple[Loaded, Catalogue]) -> None:
        loaded, _ = survey
        assert (loaded.report.read, loaded.report.kept, loaded.report.refused) == (967, 967, 0)
        assert loaded.submissions["person"].str.endswith("-1").sum() == 3

    def test_knowledge_is_counted_as_published(self, survey: tuple[Loaded, Catalogue]) -> None:
        _, level = marks(*survey)["formative_assessment"]
        assert Counter(level[~np.isnan(level)]) == {3: 162, 5: 60, 1: 15}

    def test_events_are_as_many_as_published_and_the_unlisted_is_not_said(
        self, survey: tuple[Loaded, Catalogue]
    ) -> None:
        sites = survey[0].submissions["cluster"].value_counts()
        assert sites[""] == 51 + 129
        assert len(sites) - 1 == 81 - 1
        assert sites["aug_28_29_online"] == 22
        assert survey[0].report.notes == ("730 rows kept hold no rating; they count among the people asked",)

    def test_times_are_read(self, survey: tuple[Loaded, Catalogue]) -> None:
        times = survey[0].submissions["submitted_at"]
        assert (times.min(), times.max()) == ("2016-06-09T10:36:00Z", "2018-09-08T15:29:00Z")


TWO_LANGUAGES = """
level_scale = "often"
[file]
heading_row = [1, 2]
[profile.discipline]
ticked = ["Ja"]
unticked = ["Nein"]
[profile.discipline.columns]
"column 1" = "mechanics"
"column 2" = "electronics"
"column 3" = "informatics"
[scale.often.labels]
"gar nicht" = 1
"not at all" = 1
"selten" = 2
"rarely" = 2
"eher selten" = 3
"rather rarely" = 3
"eher häufig" = 4
"rather often" = 4
"sehr häufig" = 5
"very often" = 5
[[rating]]
competency = "communication"
level = "column 8"
[[rating]]
competency = "documentation"
level = "column 9"
[[rating]]
competency = "analysis"
level = "column 11"
"""


class TestAutomotive:
    """A LimeSurvey export with two heading rows, in German, translated, and as a workbook."""

    pytestmark = shared

    def read(self, tmp_path: Path, name: str, text: str = TWO_LANGUAGES) -> pd.DataFrame:
        (tmp_path / "m.toml").write_text(text, encoding="utf-8")
        mapping = read_mapping(tmp_path / "m.toml")
        (tmp_path / "c.toml").write_text(draft_catalogue(mapping), encoding="utf-8")
        return load(DATA / "automotive-limesurvey" / name, mapping, read_catalogue(tmp_path / "c.toml")).submissions

    def test_workbook_and_csv_are_the_same_people_with_the_same_answers(self, tmp_path: Path) -> None:
        text, book = self.read(tmp_path, "results-survey.csv"), self.read(tmp_path, "results-survey.xlsx")
        assert len(text) == 45
        assert text.equals(book)

    def test_two_languages_give_one_result(self, tmp_path: Path) -> None:
        german, english = (self.read(tmp_path, f"results-survey{end}.csv") for end in ("", "-translated"))
        assert german.drop(columns="person").equals(english.drop(columns="person"))
        marks = Counter("".join(german["ratings"]))
        assert marks["1"] > 0
        assert set(marks) <= set("12345.")

    def test_the_two_heading_rows_are_joined(self, tmp_path: Path) -> None:
        heading = "How often are such informal diagrams used for the following purposes? - Documentation"
        by_heading = self.read(
            tmp_path, "results-survey-translated.csv", TWO_LANGUAGES.replace('"column 9"', f'"{heading}"')
        )
        assert by_heading.equals(self.read(tmp_path, "results-survey-translated.csv"))


class TestOnet:
    """Occupations as respondents, importance 1..5 and level 0..7, both with decimals."""

    pytestmark = shared

    def test_two_scales_of_other_lengths_are_stretched_to_one(self) -> None:
        skills = {"listening": "Active Listening", "reading": "Reading Comprehension", "thinking": "Critical Thinking"}
        ratings = [
            {"competency": code, "importance": f"{label} [IM]", "level": f"{label} [LV]"}
            for code, label in skills.items()
        ]
        scales = {"im": {"from": (1, 5), "rescale": True}, "lv": {"from": (0, 7), "rescale": True}}
        names = {"importance_scale": "im", "level_scale": "lv", "respondent": {"column": "O*NET-SOC Code"}}
        entries = [{"code": code, "label": label} for code, label in skills.items()]
        catalogue = Catalogue.model_validate({"catalogue": {"code": "onet", "title": "O*NET"}, "competency": entries})
        mapping = Mapping.model_validate({**names, "scale": scales, "rating": ratings})
        loaded = load(DATA / "onet-skills" / "skills_wide_967x70.csv", mapping, catalogue)
        assert loaded.report.kept == 967
        # Urban and Regional Planners: 4.00/4.00, 4.00/4.38, 3.88/4.25; a level x becomes 1 + 4x/7
        cards = loaded.submissions.set_index("person")["ratings"]
        assert cards["19-3051.00"] == "434443"
