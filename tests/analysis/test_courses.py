"""What courses cover: small tables by hand, and what is said only where it can be told."""

import numpy as np
import pandas as pd
import pytest

from sctrain.analysis.courses import courses, courses_sentence, coverage, sentence
from sctrain.frames import GAPS, VOICES
from sctrain.frames.courses import OFFERED

CODES = tuple("abcdefghi")
LABELS = {code: f"Competency {code.upper()}" for code in CODES}


def gaps(low, high, n=40, gap=1.0):
    """GAPS of nine competencies, so that the core is three, with these ends of their rank intervals."""
    frame = pd.DataFrame({"competency": CODES, "group": None, "n": n, "gap": gap, "suppressed": False})
    frame = frame.assign(gap_low=frame["gap"] - 0.3, gap_high=frame["gap"] + 0.3, rank=range(1, 10))
    frame = frame.assign(rank_low=low, rank_high=high).reindex(columns=GAPS.names)
    return GAPS.check(frame.astype(dict.fromkeys(("n", "rank", "rank_low", "rank_high"), "Int64")))


def voices(said, table_high=None):
    frame = pd.DataFrame({"competency": CODES, "n": 40, "voice": said, "ranked_by": 8, "suppressed": False})
    ends = {f"survey_{end}": range(1, 10) for end in ("rank", "low", "high")}
    high = table_high or [9] * 9
    frame = frame.assign(**ends, table_rank=range(1, 10), table_low=1, table_high=high)
    whole = [c for c in VOICES.names if c.endswith(("_rank", "_low", "_high")) or c in ("n", "ranked_by")]
    return VOICES.check(frame.reindex(columns=VOICES.names).astype(dict.fromkeys(whole, "Int64")))


def offered(*rows):
    frame = pd.DataFrame(rows, columns=["course", "hours", "competencies"]).astype({"hours": "float"})
    return OFFERED.check(frame.assign(title="T", provider="", language="", method="", link=""))


WIDE = gaps([1] * 9, [9] * 9)
NONE = OFFERED.empty()


@pytest.mark.parametrize(
    ("voice", "taught", "state"),
    [
        ("both", False, "no course"),
        ("tables only", False, "no course"),
        ("survey only", True, "on offer"),
        ("neither", True, "outside the core"),
        ("neither", False, "outside the core"),
        ("cannot tell", True, "cannot tell"),
    ],
)
def test_a_competency_s_state_follows_from_both_voices_and_its_courses(voice, taught, state):
    offer = offered(("x", 5, "a")) if taught else NONE
    found = coverage(WIDE, voices([voice] + ["cannot tell"] * 8), 8, offer)
    assert found["state"].iloc[0] == state


def test_one_voice_with_its_whole_interval_in_the_core_is_a_need():
    survey = gaps([1, 1, 2, *[3] * 6], [2, 3, 4, *[9] * 6])
    assert coverage(survey, None, 0, NONE)["state"].tolist()[:4] == ["no course", "no course", *["cannot tell"] * 2]
    listed = coverage(WIDE, voices(["cannot tell"] * 9, [3, 4, *[9] * 7]), 8, NONE)
    assert listed["state"].tolist()[:2] == ["no course", "cannot tell"]


@pytest.mark.parametrize(("n", "gap", "tables"), [(9, 1.0, 8), (40, -0.2, 8), (40, 1.0, 5)])
def test_too_few_people_or_tables_or_no_gap_make_no_need(n, gap, tables):
    survey = gaps([1] * 9, [2] * 9 if tables == 8 else [9] * 9, n, gap)
    found = coverage(survey, voices(["cannot tell"] * 9, [2 if tables == 5 else 9] * 9), tables, NONE)
    assert set(found["state"]) == {"cannot tell"}


def test_without_tables_nothing_is_outside_the_core():
    found = coverage(gaps([7] * 9, [9] * 9), None, 0, NONE)
    assert set(found["state"]) == {"cannot tell"}
    assert found["table_rank"].isna().all()


def test_hours_are_shared_over_what_a_course_teaches():
    found = coverage(WIDE, None, 0, offered(("x", 12, "a+b"), ("y", 10, "a"), ("z", None, "b"), ("w", None, "c")))
    assert found["courses"].tolist()[:4] == [2, 2, 1, 0]
    assert found["hours"].tolist()[:2] == [16, 6]
    assert np.isnan(found["hours"].iloc[2])  # nobody says how long
    assert found["hours"].iloc[3] == 0


def test_all_hours_on_offer_are_found_again():
    offer = offered(("x", 12, "a+b+c"), ("y", 10, "i"), ("z", 7, "d+e"))
    assert coverage(WIDE, None, 0, offer)["hours"].sum() == pytest.approx(29)


def test_a_course_is_said_to_be_for_nobody_only_where_all_it_teaches_is_outside():
    said = ["both", "neither", "neither", *["cannot tell"] * 6]
    offer = offered(("x", 1, "a+b"), ("y", 1, "b+c"), ("z", 1, "b+d"), ("w", 1, ""), ("v", 1, "gone"))
    found = courses(offer, coverage(WIDE, voices(said), 8, offer))
    assert found["verdict"].tolist() == [
        "meets a need",
        "nobody puts it first",
        "cannot tell",
        "cannot tell",
        "cannot tell",
    ]
    assert found["meets"].tolist() == ["a", "", "", "", ""]
    assert courses_sentence(found) == (
        "1 of 5 courses teach something that is needed; 1 only what neither survey nor tables put first; "
        "of 3 it cannot be told."
    )


def test_the_sentence_names_needs_without_a_course_and_what_it_stands_on():
    found = coverage(WIDE, voices(["both"] * 3 + ["neither"] * 6), 8, offered(("x", 1, "b")))
    assert sentence(found, LABELS, 60, 8) == (
        "Of the 3 competencies that survey or tables put first, 2 have no course on offer: Competency A and "
        "Competency C (60 people, 8 tables)."
    )
    all_of_them = coverage(WIDE, voices(["both"] * 3 + ["neither"] * 6), 8, offered(("x", 1, "a+b+c")))
    assert sentence(all_of_them, LABELS, None, 8).startswith("Each of the 3 competencies")
    assert "too few people to say" in sentence(all_of_them, LABELS, None, 8)
    assert sentence(coverage(WIDE, None, 0, NONE), LABELS, 60, 0).startswith("It cannot be told which")
