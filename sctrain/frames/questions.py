"""Frames about the questions of the session: what people reply, where groups differ, whom a format shuts out.

A *reply* is what one participant chose of a question; a *format* is a duration with a form, such as three months
mainly online. A format *suits* a participant who chose its form, or was not sure about one, if it takes no
longer than the duration they chose.
"""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

WILSON = ("fraction", 0, 1, True, (), "", "Wilson 1927")
_QUESTION = (
    Column("question", "code", "question of the session"),
    Column("option", "code", "option of the question"),
    Column("or_more", "yes", "whether those who chose a later option of an ordered question are counted with it"),
)
_SUPPRESSED = Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers")

REPLIES = Frame(
    "REPLIES",
    "question, option and group",
    ("question", "option", "or_more", "group"),
    (
        *_QUESTION,
        Column("group", "code", "profile group; missing for everyone", missing=True),
        Column("n", "count", "people of the group who chose it", "people", 0, missing=True),
        Column(
            "respondents",
            "count",
            "people of the group who chose anything; of several options too, so that shares may add to more than 1",
            "people",
            0,
            missing=True,
        ),
        Column("share", "number", "n over respondents", "fraction", 0, 1, True),
        Column("share_low", "number", "lower end of its 95 % interval", *WILSON),
        Column("share_high", "number", "upper end of the interval", *WILSON),
        _SUPPRESSED,
    ),
    "sctrain/analysis/questions.py",
)

CONTRASTS = Frame(
    "CONTRASTS",
    "question, option and group set against everyone else who replied",
    ("question", "option", "or_more", "group"),
    (
        *_QUESTION,
        Column("group", "code", "profile group"),
        Column("n", "count", "people of the group who chose it", "people", 0, missing=True),
        Column("respondents", "count", "people of the group who chose anything", "people", 0, missing=True),
        Column("n_rest", "count", "people outside the group who chose it", "people", 0, missing=True),
        Column("respondents_rest", "count", "people outside it who chose anything", "people", 0, missing=True),
        Column("difference", "number", "the group’s share minus that of the rest", "fraction", -1, 1, True),
        Column(
            "difference_low",
            "number",
            "lower end of its 95 % interval",
            "fraction",
            -1,
            1,
            True,
            (),
            "from both Wilson intervals",
            "Newcombe 1998, method 10",
        ),
        Column("difference_high", "number", "upper end of the interval", "fraction", -1, 1, True),
        Column(
            "p",
            "number",
            "chance of so great a difference if the group replies as the rest does; missing below 5 people a side",
            "probability",
            0,
            1,
            True,
            (),
            "Fisher’s exact test, two-sided; of an ordered question at its middle: the median test",
            "Fisher 1935; Mood 1950",
        ),
        Column(
            "p_adjusted",
            "number",
            "p, adjusted for all rows of this comparison",
            "probability",
            0,
            1,
            True,
            (),
            "",
            "Benjamini & Hochberg 1995",
        ),
        Column("differs", "yes", "p_adjusted at most 0.05, with 10 people or more on either side"),
        _SUPPRESSED,
    ),
    "sctrain/analysis/questions.py",
)

_FORMAT = (
    Column("duration", "code", "option of the question how long it should take"),
    Column("form", "code", "option of the question in which form"),
)

FORMATS = Frame(
    "FORMATS",
    "duration and form",
    ("duration", "form"),
    (
        *_FORMAT,
        Column("n", "count", "people who chose both", "people", 0, missing=True),
        Column("respondents", "count", "people who replied to both questions", "people", 0, missing=True),
        Column("chosen", "yes", "whether more people chose it than any other format"),
        _SUPPRESSED,
    ),
    "sctrain/analysis/clashes.py",
)

CLASHES = Frame(
    "CLASHES",
    "format and group of people",
    ("duration", "form", "dimension", "group"),
    (
        *_FORMAT,
        Column("dimension", "code", "what people are compared by; missing for everyone", missing=True),
        Column("group", "code", "group of the comparison; missing for everyone", missing=True),
        Column(
            "n",
            "count",
            "people of the group whom it suits; missing also where it is known only that they are fewer than shown",
            "people",
            0,
            missing=True,
        ),
        Column("n_high", "count", "the most they can be: n, or one below the threshold", "people", 0, missing=True),
        Column("respondents", "count", "people of the group who replied to both questions", "people", 0, missing=True),
        Column("share", "number", "n over respondents", "fraction", 0, 1, True),
        Column("share_low", "number", "lower end of its 95 % interval; 0 where n is not shown", *WILSON),
        Column("share_high", "number", "upper end of the interval, of n_high", *WILSON),
        Column(
            "p",
            "number",
            "chance of n_high or fewer if it suited the group as it does the rest; missing below 10 people a side",
            "probability",
            0,
            1,
            True,
            (),
            "Fisher’s exact test, one-sided, against everyone who is not in the group",
            "Fisher 1935",
        ),
        Column(
            "p_adjusted",
            "number",
            "p, adjusted for all groups of all comparisons",
            "probability",
            0,
            1,
            True,
            (),
            "step-up over the chances of a p as small in each group",
            "Heyse 2011",
        ),
        Column(
            "shut_out",
            "yes",
            "p_adjusted at most 0.05 and share_high below one half, of 10 people or more",
        ),
        _SUPPRESSED,
    ),
    "sctrain/analysis/clashes.py",
)
