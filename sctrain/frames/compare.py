"""Frames that set groups of people side by side."""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

LENS = ("common core", "first only", "second only", "neither", "cannot tell")
"""Where a competency stands for two groups; the core of a group are the first third of its needs."""

DIFFERENCES = Frame(
    "DIFFERENCES",
    "competency and group, against one reference",
    ("competency", "group"),
    (
        Column("competency", "code", "catalogue code of the competency"),
        Column("group", "code", "the group compared"),
        Column("reference", "code", "the group it is compared with; empty for the rest: everyone else"),
        Column("n", "count", "people of the group who marked both importance and level", "people", 0, missing=True),
        Column("n_reference", "count", "people of the reference who did", "people", 0, missing=True),
        Column("gap", "number", "mean gap of the group", "scale points", missing=True),
        Column("gap_reference", "number", "mean gap of the reference", "scale points", missing=True),
        Column("difference", "number", "gap of the group minus gap of the reference", "scale points", missing=True),
        Column(
            "difference_low",
            "number",
            "lower end of its 95 % interval; missing where either side has fewer than two answers",
            "scale points",
            missing=True,
            formula="Welch’s t with Satterthwaite’s degrees of freedom",
            cites="Welch 1947",
        ),
        Column("difference_high", "number", "upper end of the interval", "scale points", missing=True),
        Column(
            "pooled",
            "number",
            "the difference once both gaps are pulled to the mean of all groups, the more the fewer their answers",
            "scale points",
            missing=True,
            formula="μ + τ² / (τ² + v) · (gap − μ) of each, τ² between the groups of the comparison",
            cites="Paule & Mandel 1982; Efron & Morris 1975",
        ),
        Column(
            "delta",
            "number",
            "Cliff’s delta: how often one of the group has a larger gap than one of the reference, minus the reverse",
            "−1..1",
            -1,
            1,
            True,
            (),
            "2U / (n · n_reference) − 1",
            "Cliff 1993",
        ),
        Column(
            "effect",
            "text",
            "how large that is, whatever its sign",
            missing=True,
            choices=("negligible", "small", "medium", "large"),
            formula="from .147, .33, .474 on",
            cites="Romano et al. 2006",
        ),
        Column(
            "p",
            "number",
            "two-sided p of equal gaps; missing below five answers on either side or without any variation",
            "probability",
            0,
            1,
            True,
            (),
            "rank sums of the gaps, normal limit with ties and continuity",
            "Mann & Whitney 1947",
        ),
        Column(
            "p_adjusted",
            "number",
            "p adjusted over the page",
            "probability",
            0,
            1,
            True,
            (),
            "",
            "Benjamini & Hochberg 1995",
        ),
        Column(
            "differs",
            "yes",
            "whether both sides have ten answers, p_adjusted is at most .05 and the interval leaves out zero",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/compare.py",
)

CITY_LENS = Frame(
    "CITY_LENS",
    "competency, for two groups",
    ("competency",),
    (
        Column("competency", "code", "catalogue code of the competency"),
        *(
            Column(f"{side}_{end}", "count", f"{says} for the {side} group", "rank", 0, missing=True)
            for side in ("first", "second")
            for end, says in (
                ("n", "people"),
                ("rank", "rank of need"),
                ("low", "best rank in the 95 % interval"),
                ("high", "worst rank in the 95 % interval"),
            )
        ),
        Column(
            "lens",
            "text",
            "for whom it is in the core, the first third of all competencies",
            choices=LENS,
            formula="in where the whole rank interval lies in the first third, out where none of it does",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides either group’s numbers"),
    ),
    "sctrain/analysis/compare.py",
)
