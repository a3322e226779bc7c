"""Real exports, with no mapping for them: each is imported or refused in a sentence; known figures come back."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sctrain import cards
from sctrain.catalogue import read_catalogue
from sctrain.errors import SctrainError
from sctrain.load.guess import propose
from sctrain.load.survey import Loaded, load

DATA = Path(__file__).parents[2] / "shared" / "data"
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not DATA.exists(), reason="no ../shared/data")]
LARGE = 400_000
"""Bytes above which a workbook takes longer than all the other files together; there are two, one also as a CSV."""
FILES = sorted(f for f in DATA.rglob("*") if f.is_file() and (f.suffix != ".xlsx" or f.stat().st_size < LARGE))
USUAL = read_catalogue()


def loaded(name: str, **said: str) -> tuple[Loaded, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """What is proposed and read of the file with such a name, and importance and level by competency, 0 for none."""
    proposed = propose(next(DATA.glob(name)), USUAL, {code.replace("__", "."): answer for code, answer in said.items()})
    read = load(proposed.look.path, proposed.mapping, proposed.catalogue)
    codes, scale = proposed.catalogue.codes, proposed.catalogue.scale
    pairs = cards.decode("".join(read.submissions["ratings"]).encode(), len(codes), scale.low, scale.high)
    return read, dict(zip(codes, zip(*np.divmod(pairs, scale.points + 1), strict=True), strict=True))


def counted(file: Path) -> str:
    """`` where a file is read, and every row of it is kept or listed; else the sentence it is refused with."""
    try:
        proposed = propose(file, USUAL)
        report = load(file, proposed.mapping, proposed.catalogue, skip_bad=True).report
    except SctrainError as error:
        return str(error)
    assert report.read == report.kept + report.left_out + sum(n for _, n in report.excluded), file
    assert report.refused >= report.left_out == len({refusal.row for refusal in report.refusals}), file
    return ""


def test_every_file_is_imported_or_refused_in_a_sentence_and_no_row_is_lost() -> None:
    told = {file: counted(file) for file in FILES}
    assert len(told) > 70
    for file, sentence in told.items():
        if sentence:
            assert sentence.startswith(f"{file}: "), sentence
            assert "\n" not in sentence
            assert len(sentence) < len(str(file)) + 250
    read = {file.relative_to(DATA).parts[0] for file, sentence in told.items() if not sentence}
    assert read == {
        *("automotive-limesurvey", "carpentries", "dask-surveys", "empirical-se-google-forms-xlsx", "giveadam-kobo"),
        *("jupyter-2020", "onet-skills", "r-community-2019", "rse-international-limesurvey"),
    }


def test_words_of_a_google_form_are_counted_as_its_authors_did() -> None:
    _, marks = loaded("dask-surveys/2019*")
    critical = {code: int((importance == 5).sum()) for code, (importance, _) in marks.items()}
    assert (critical["better_numpy_pandas_support"], critical["ease_of_deployment"]) == (157, 109)
    assert (critical["improve_scaling"], critical["managing_many_users"]) == (105, 42)


def test_frequency_and_expectation_of_a_task_are_paired_and_give_the_published_means() -> None:
    _, marks = loaded("jupyter-2020/*.csv")
    assert len(marks) == 11
    frequency, expectation = marks["cleaning_and_preparing_data"]
    assert frequency[frequency > 0].mean() - 1 == pytest.approx(2.64, abs=0.005)  # published on 0..4
    assert (expectation[expectation > 0].mean() + 1) / 2 == pytest.approx(2.76, abs=0.005)  # and on 1..3


def test_two_languages_of_a_survey_and_its_workbook_have_the_same_marks() -> None:
    german, english, book = (
        loaded(f"automotive-limesurvey/{name}")[0] for name in ("*survey.csv", "*ed.csv", "*.xlsx")
    )
    assert german.submissions["ratings"].equals(english.submissions["ratings"])
    assert german.submissions["ratings"].equals(book.submissions["ratings"])
    assert set(Counter("".join(german.submissions["ratings"]))) == set("12345.")


def test_importance_and_level_on_two_scales_are_paired() -> None:
    _, marks = loaded("onet-skills/*.csv", scale__level__ends="0..7")
    assert len(marks) == 35
    # Chief Executives: importance 4.12 and 4.00, level 4.88 and 4.75 of 7: 1 + 4x/7
    listening, learning = marks["active_listening"], marks["active_learning"]
    assert (listening[0][0], listening[1][0], learning[0][0], learning[1][0]) == (4, 4, 4, 4)


def test_a_kobo_export_leaves_out_its_test_and_who_did_not_consent() -> None:
    report = loaded("giveadam-kobo/Dam*")[0].report
    assert (report.read, report.kept) == (138, 136)
    assert sum(n for reason, n in report.excluded if reason == "a test") == 1


def test_countries_of_two_languages_are_the_same_codes() -> None:
    spanish, english = (loaded(f"r-community-2019/2019 {language}*.csv")[0] for language in ("Spanish", "English"))
    assert spanish.submissions["country"].value_counts().index[0] in ("AR", "ES", "CL", "MX")
    assert english.submissions["country"].value_counts().index[0] == "US"
