"""What courses on offer cover of what is needed: which gaps have no course, and which courses meet no need."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.analysis.findings import FEWEST, named
from sctrain.analysis.gaps import Numbers
from sctrain.analysis.voices import FEWEST_TABLES, core
from sctrain.cards import JOIN
from sctrain.frames import GAPS, VOICES
from sctrain.frames.courses import COURSES, COVERAGE, OFFERED, STATES, VERDICTS
from sctrain.numerals import count, people
from sctrain.numerals import tables as tables_of

NO_COURSE, OFFER, OUTSIDE, OPEN = STATES
MEETS, NOBODY, CANNOT_TELL = VERDICTS
_TABLE = ("table_rank", "table_low", "table_high")


def coverage(gaps: pd.DataFrame, voices: pd.DataFrame | None, tables: int, offered: pd.DataFrame) -> pd.DataFrame:
    """COVERAGE of ungrouped GAPS, VOICES (None where no table ranked competencies) and OFFERED, in the order of GAPS.

    `tables` are how many ranked something.
    """
    rows = GAPS.check(gaps).reset_index(drop=True)
    ranks = {
        f"survey_{end}": rows[name] for end, name in (("rank", "rank"), ("low", "rank_low"), ("high", "rank_high"))
    }
    frame = rows[["competency", "n", "gap", "gap_low", "gap_high", "suppressed"]].assign(**ranks)
    heard = _heard(rows, voices)
    frame = frame.assign(**{name: heard[name].array for name in ("ranked_by", *_TABLE)})
    courses, hours = _supply(frame["competency"].tolist(), offered)
    needed, outside = _needed(frame, heard["voice"], tables)
    states = np.select([needed & (courses == 0), needed, outside], [NO_COURSE, OFFER, OUTSIDE], OPEN)
    return COVERAGE.check(frame.assign(courses=courses, hours=hours, state=states))


def _heard(rows: pd.DataFrame, voices: pd.DataFrame | None) -> pd.DataFrame:
    """What the tables say of each competency: nothing where there are none."""
    if voices is None:
        none = pd.array([None] * len(rows), dtype="Int64")
        return pd.DataFrame({"ranked_by": 0, **dict.fromkeys(_TABLE, none), "voice": OPEN}, index=rows.index)
    return VOICES.check(voices).set_index("competency").loc[rows["competency"]].reset_index()


def _needed(frame: pd.DataFrame, voice: pd.Series, tables: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """[competencies]: which are needed, and which neither voice puts into the core."""
    size, n = core(len(frame)), frame["n"].fillna(0).to_numpy(float)
    survey = _within(frame["survey_high"], size) & (n >= FEWEST) & (frame["gap"].fillna(0) > 0).to_numpy(bool)
    listed = _within(frame["table_high"], size) & (tables >= FEWEST_TABLES)
    told = voice.isin(["both", "tables only", "survey only"]).to_numpy(bool)
    outside = (voice == "neither").to_numpy(bool)
    return (told | survey | listed) & ~outside, outside


def _within(rank: pd.Series, size: int) -> NDArray[np.bool_]:
    return np.asarray(rank.fillna(size + 1).to_numpy(float) <= size)


def _supply(codes: list[str], offered: pd.DataFrame) -> tuple[NDArray[np.int64], Numbers]:
    """[competencies]: courses that teach each, and their hours, shared evenly over what a course teaches."""
    rows = OFFERED.check(offered)
    each = pd.DataFrame({"hours": rows["hours"], "competency": [text.split(JOIN) for text in rows["competencies"]]})
    each["share"] = each["hours"].astype(float) / [len(codes) for codes in each["competency"]]
    by = each.explode("competency").groupby("competency")["share"]
    found = pd.DataFrame({"courses": by.size(), "hours": by.sum(min_count=1)}).reindex(codes)
    courses = found["courses"].fillna(0).to_numpy(dtype=np.int64)
    return courses, np.where(courses == 0, 0.0, found["hours"].to_numpy(float))


def courses(offered: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """COURSES of OFFERED, each with what it meets of COVERAGE, in the list's order."""
    state = dict(zip(*(COVERAGE.check(coverage)[name] for name in ("competency", "state")), strict=True))
    frame = OFFERED.check(offered).reset_index(drop=True)
    taught = [[c for c in text.split(JOIN) if c in state] for text in frame["competencies"]]
    meets = [[c for c in codes if state[c] in (NO_COURSE, OFFER)] for codes in taught]
    spare = [bool(codes) and all(state[c] == OUTSIDE for c in codes) for codes in taught]
    verdict = [MEETS if met else NOBODY if none else CANNOT_TELL for met, none in zip(meets, spare, strict=True)]
    return COURSES.check(frame.assign(meets=[JOIN.join(codes) for codes in meets], verdict=verdict))


# In words


def sentence(coverage: pd.DataFrame, labels: Mapping[str, str], n: int | None, tables: int) -> str:
    """Which needs have no course: of COVERAGE, by the greatest need; `n` None where the number of people is hidden."""
    rows = COVERAGE.check(coverage)
    needed = rows[rows["state"].isin([NO_COURSE, OFFER])]
    base = f"({'too few people to say' if n is None else people(n)}, {tables_of(tables)})"
    if needed.empty:
        return f"It cannot be told which competencies are needed most, so neither which courses are missing {base}."
    bare = needed[needed["state"] == NO_COURSE].sort_values(["survey_rank", "table_rank"], kind="stable")
    of = f"the {count(len(needed))} competencies that survey or tables put first" if len(needed) > 1 else "the one need"
    if bare.empty:
        return (
            f"Each of {of} has a course on offer {base}." if len(needed) > 1 else f"Of {of}, there is a course {base}."
        )
    have = "has" if len(bare) == 1 else "have"
    return f"Of {of}, {count(len(bare))} {have} no course on offer: {named(bare['competency'], labels)} {base}."


def courses_sentence(courses: pd.DataFrame) -> str:
    """How many courses meet a need, teach what nobody puts first, or cannot be told."""
    rows = COURSES.check(courses)
    told = rows["verdict"].value_counts().reindex(list(VERDICTS), fill_value=0)
    said = [f"{count(told[MEETS])} of {count(len(rows))} courses teach something that is needed"]
    said += [f"{count(told[NOBODY])} only what neither survey nor tables put first"] * bool(told[NOBODY])
    said += [f"of {count(told[CANNOT_TELL])} it cannot be told"] * bool(told[CANNOT_TELL])
    return "; ".join(said) + "."
