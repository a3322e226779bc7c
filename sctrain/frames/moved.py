"""Frames about what moved: in which order people put a short list before the debate, and after it.

A *place* is a rank in somebody's order, 1 for what they put first. The *shift* of an option is its mean place
before minus its mean place after, of people who put the list in order twice: positive where it moved up. Places of
one order add up to the same sum, so where one option moves up others move down.
"""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

MOVES = ("up", "down", "cannot tell")
MANY = 300
"""People from whom on numbers are rounded to a hundredth of a place, not to a tenth.

Of few people an exact mean and interval would tell the sum of their shifts and of their squares, and these often
how very few moved something. Rounded, they seldom do; where they do all the same, the gate hides them.
"""
_ROUNDED = "rounded to a tenth; from 300 people on to a hundredth"
MOVED_SAYS = "up or down where n is at least 10, p at most .05 and the interval leaves out zero"


def _shift(of: str = "") -> tuple[Column, ...]:
    return (
        Column("shift", "number", f"mean place before minus mean place after{of}, {_ROUNDED}", "places", missing=True),
        Column(
            "shift_low",
            "number",
            "lower end of its 95 % interval, rounded outwards; missing below three people",
            "places",
            missing=True,
            formula="mean ± t(n − 1) · s / √n of each person’s own shift (paired t)",
            cites="Student 1908",
        ),
        Column("shift_high", "number", "upper end of the interval", "places", missing=True),
    )


def _tested(over: str) -> tuple[Column, ...]:
    return (
        Column(
            "p_at_most",
            "number",
            f"p that people move it up as far as down, adjusted over {over} and rounded up to .001, .01, .05, .1 or 1; "
            "missing below five people",
            "probability",
            0,
            1,
            True,
            (),
            "signed rank of each person’s own shift, zeros dropped, normal limit with ties",
            "Wilcoxon 1945; Benjamini & Hochberg 1995",
        ),
        Column("moved", "text", MOVED_SAYS, missing=True, choices=MOVES),
    )


def _share(name: str, says: str) -> tuple[Column, ...]:
    fraction = ("fraction", 0, 1, True)
    return (
        Column(name, "number", f"share of them who {says}; missing also where it would tell of few", *fraction),
        Column(f"{name}_low", "number", "lower end of its 95 % interval", *fraction, (), "", "Wilson 1927"),
        Column(f"{name}_high", "number", "upper end of the interval", *fraction),
    )


_SUPPRESSED = Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers")
_BORDA = "the mean place orders options as Borda’s count does"

MOVED = Frame(
    "MOVED",
    "option of the short list",
    ("option",),
    (
        Column("option", "code", "code of the option"),
        Column("n", "count", "people who put the list in order before and after", "people", 0, missing=True),
        Column("before", "number", f"mean place before the debate, 1 is first; {_ROUNDED}", "places", 1, missing=True),
        Column("after", "number", "mean place after it, rounded the same way", "places", 1, missing=True),
        *_shift(),
        Column("shift_low50", "number", "lower end of the 50 % interval", "places", missing=True),
        Column("shift_high50", "number", "upper end of it", "places", missing=True),
        *_tested("all options"),
        Column(
            "rank_before",
            "count",
            "rank by mean place before, of the options shown",
            "rank",
            1,
            None,
            True,
            (),
            _BORDA,
            "Borda 1781",
        ),
        Column("rank_after", "count", "rank by mean place after, of the options shown", "rank", 1, missing=True),
        *_share("up", "moved it up"),
        *_share("same", "left it at its place"),
        *_share("down", "moved it down"),
        _SUPPRESSED,
    ),
    "sctrain/analysis/moved.py",
)

MOVED_ORDER = Frame(
    "MOVED_ORDER",
    "short list",
    (),
    (
        Column("n", "count", "people who put the list in order before and after", "people", 0, missing=True),
        Column("options", "count", "options of the list", "options", 0),
        Column("shown", "count", "options whose mean places may be shown", "options", 0),
        Column(
            "tau",
            "number",
            "how far the order of the shown options is the same, by mean place; 1 is the same",
            "−1..1",
            -1,
            1,
            True,
            (),
            "tau-b of the mean places before and after",
            "Kendall 1945",
        ),
        Column("swapped", "count", "pairs of shown options of which another one is ahead afterwards", "pairs", 0),
        _SUPPRESSED,
    ),
    "sctrain/analysis/moved.py",
)

MOVED_GROUPS = Frame(
    "MOVED_GROUPS",
    "option and group",
    ("option", "group"),
    (
        Column("option", "code", "code of the option"),
        Column("group", "code", "group of people"),
        Column(
            "n", "count", "people of the group who put the list in order before and after", "people", 0, missing=True
        ),
        *_shift(" of the group"),
        *_tested("all options and groups"),
        Column(
            "difference",
            "number",
            "shift of the group minus that of everyone else, rounded the same way",
            "places",
            missing=True,
        ),
        Column(
            "difference_low",
            "number",
            "lower end of its 95 % interval, rounded outwards",
            "places",
            None,
            None,
            True,
            (),
            "Welch’s t with Satterthwaite’s degrees of freedom",
            "Welch 1947",
        ),
        Column("difference_high", "number", "upper end of the interval", "places", missing=True),
        Column("differs", "yes", "whether it moved otherwise than among everyone else, as in DIFFERENCES"),
        _SUPPRESSED,
    ),
    "sctrain/analysis/moved.py",
)
