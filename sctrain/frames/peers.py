"""Frames about peer teaching: what the members of a cohort could teach each other.

A *cohort* is a number of people who are trained together, in *seats*. Somebody can *teach* a competency
whose present level of it is one below the scale's top, or the top. A person's gap in a competency is
*taught* where another member can teach it.
"""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

COHORTS = ("best mix", "mix of the room", "one group")
"""What a cohort can be: the mix of groups that teaches most, all groups as they are in the room, or one group only."""
VERDICTS = ("more", "less", "cannot tell")
UNBIASED = "1 − C(N−1−T, s) / C(N−1, s) for s others of N−1 people, T of whom can teach it"


def _share(name: str, says: str, formula: str = "", cites: str = "") -> tuple[Column, ...]:
    ends = (("low", "lower end of its 95 % interval"), ("high", "upper end of the interval"))
    return (
        Column(name, "number", says, "fraction", 0, 1, True, (), formula, cites),
        *(Column(f"{name}_{end}", "number", told, "fraction", 0, 1, True) for end, told in ends),
    )


PEERS_PAIRS = Frame(
    "PEERS_PAIRS",
    "group of learners and group of teachers",
    ("learners", "teachers"),
    (
        Column("learners", "code", "group whose people learn"),
        Column("teachers", "code", "group that fills the other seats; the same as the learners’ for one group only"),
        Column("n_learners", "count", "people of the learners’ group", "people", 0, missing=True),
        Column("n_teachers", "count", "people of the teachers’ group", "people", 0, missing=True),
        Column(
            "seats", "count", "seats they fill: all but the learner’s, or as many as they can", "seats", 0, missing=True
        ),
        Column("competencies", "count", "competencies whose gaps are summed", "competencies", 0),
        *_share(
            "taught",
            "share of the learners’ gap that would be taught, to the whole percent",
            f"Σ gap × ({UNBIASED}) / Σ gap, over people and competencies with importance above level",
            "Hoeffding 1948 (U-statistic); interval by jackknife over people, Arvesen 1969",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/peers.py",
)

PEERS_COHORTS = Frame(
    "PEERS_COHORTS",
    "cohort that is compared",
    ("cohort", "group"),
    (
        Column("cohort", "text", "what kind of cohort it is", choices=COHORTS),
        Column("group", "code", "the group of a cohort of one group only; empty for a mix"),
        Column("n", "count", "people it is drawn from", "people", 0, missing=True),
        Column("seats", "count", "seats filled: as asked for, or one fewer than people", "seats", 0, missing=True),
        Column("composition", "text", "seats of each group: `ict 5 + planning 4`"),
        Column("competencies", "count", "competencies whose gaps are summed", "competencies", 0),
        *_share(
            "taught",
            "share of the cohort’s gap that its members could teach each other, to the whole percent",
            "expected gap that is taught over expected gap, of all cohorts of this composition. For the best mix: mean "
            "over 100 halves of the people of the mix that teaches most there, in the other half",
            "Hoeffding 1948; interval by jackknife over people, Arvesen 1969",
        ),
        Column(
            "difference", "number", "taught minus that of the mix of the room, to the whole percent", "", -1, 1, True
        ),
        Column(
            "difference_low",
            "number",
            "lower end of its interval, 95 % for all differences together",
            "",
            -1,
            1,
            True,
            (),
            "jackknife of the difference, Bonferroni",
        ),
        Column("difference_high", "number", "upper end of the interval", "", -1, 1, True),
        Column(
            "verdict",
            "text",
            "whether it teaches more or less than the mix of the room; missing where it fills fewer seats",
            missing=True,
            choices=VERDICTS,
            formula="cannot tell where the interval holds 0, or below 10 people",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/peers.py",
)

PEERS_TAUGHT = Frame(
    "PEERS_TAUGHT",
    "competency",
    ("competency",),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("n", "count", "people who marked both importance and level", "people", 0, missing=True),
        Column("teachers", "count", "of these, people who can teach it", "people", 0, missing=True),
        *_share("share", "teachers over n", "Wilson interval", "Wilson 1927"),
        Column("gap", "number", "mean gap, as in GAPS", "scale points", missing=True),
        *_share(
            "untaught",
            "share of the gap that stays untaught in a cohort drawn from everyone, to the whole percent",
            f"1 − taught, with {UNBIASED}; its interval is (1 − share)^s at the ends of the Wilson interval",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/peers.py",
)
