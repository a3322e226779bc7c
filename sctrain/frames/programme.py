"""Frames about the training programme: what is needed how much, which modules cover it, and what more hours would buy.

A *module* covers its competencies; one that several chosen modules cover counts once. A *programme* is the set of
modules that covers most of the need within the hours, under its bounds: modules locked in or left out, modules that
come before others, the floor of each group, the balance of aspects. A *room* is one redraw of people and of tables.
"""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

CERTAINTIES = ("core", "likely", "contested", "out")
"""In how many of the redrawn rooms a module is chosen: 95 % or more, half or more, 5 % or more, fewer."""
CHANGES = ("falls off", "comes in", "together")

_GROUP = Column("group", "code", "group of the comparison; missing for everyone", missing=True)

PRIORITIES = Frame(
    "PRIORITIES",
    "competency and group",
    ("competency", "group"),
    (
        Column("competency", "code", "catalogue code of the competency"),
        _GROUP,
        Column("n", "count", "people who marked both importance and level", "people", 0, missing=True),
        Column(
            "need",
            "number",
            "need in the survey by the chosen measure over the greatest of this group; nothing where it is negative",
            "fraction",
            0,
            1,
            True,
        ),
        Column(
            "tables",
            "number",
            "Borda points of the tables over the most; of everyone only; missing where no table ranked any",
            "fraction",
            0,
            1,
            True,
        ),
        Column(
            "priority",
            "number",
            "how much it counts; of a group its own need",
            "fraction",
            0,
            1,
            True,
            (),
            "weight × need + (1 − weight) × tables; where one is missing, the other",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides the survey’s numbers"),
    ),
    "sctrain/analysis/programme.py",
)

MODULES = Frame(
    "MODULES",
    "module of the catalogue",
    ("module",),
    (
        Column("module", "code", "catalogue code of the module"),
        Column("hours", "number", "its hours", "hours", 0),
        Column("competencies", "text", "what is learnt, codes joined by +"),
        Column("disciplines", "text", "disciplines it mixes, codes joined by +"),
        Column("practices", "text", "work practices it serves, codes joined by +"),
        Column("method", "text", "option of the topic methodology; empty where it is not said"),
        Column("audience", "text", "roles it is meant for, codes joined by +; empty for all"),
        Column("requires", "text", "modules that come before it, codes joined by +"),
        Column("technology", "number", "share of its competencies whose aspect is technology", "fraction", 0, 1),
        Column("human", "number", "share of its competencies whose aspect is human", "fraction", 0, 1),
        Column("unknown", "count", "its competencies without a priority, as neither voice may be heard", "", 0),
        Column("priority", "number", "what it covers of the whole priority, by itself", "fraction", 0, 1, True),
        Column("survey", "number", "what it covers of the whole need in the survey", "fraction", 0, 1, True),
        Column("tables", "number", "what it covers of all the tables’ points", "fraction", 0, 1, True),
        Column(
            "adds",
            "number",
            "of a chosen one: what of the whole priority no other chosen module covers; of another: what it would add",
            "fraction",
            0,
            1,
            True,
        ),
        Column("chosen", "yes", "whether it is in the programme"),
        Column("locked", "yes", "whether it is locked in"),
        Column("left", "yes", "whether it is left out"),
        Column(
            "order",
            "count",
            "place in the programme: what comes before others first, then the greater priority",
            "place",
            1,
            None,
            True,
        ),
        Column(
            "rooms",
            "count",
            "redrawn rooms in which the bounds allow a programme; missing where none were drawn",
            "rooms",
            0,
            None,
            True,
        ),
        Column("share_chosen", "number", "share of these rooms whose programme has it", "fraction", 0, 1, True),
        Column(
            "certainty",
            "text",
            "core: in 95 % of the rooms or more; likely: in half; contested: in 5 %; out: in fewer",
            choices=CERTAINTIES,
            missing=True,
        ),
    ),
    "sctrain/analysis/programme.py",
)

CURVE = Frame(
    "CURVE",
    "hours and group",
    ("hours", "group"),
    (
        Column("hours", "number", "budget", "hours", 0),
        _GROUP,
        Column(
            "covered",
            "number",
            "share of the need that the programme within these hours covers: of everyone the priority, of a group its "
            "own need; missing where no programme keeps the bounds, or nothing is needed",
            "fraction",
            0,
            1,
            True,
        ),
        Column(
            "best",
            "number",
            "the most of it that any programme within these hours could cover, with the same modules locked in, left "
            "out and required, without floors and balance",
            "fraction",
            0,
            1,
            True,
        ),
        Column(
            "floor",
            "number",
            "the least the group must have covered; missing for everyone, and where a group has none",
            "fraction",
            0,
            1,
            True,
            (),
            "floor × best",
        ),
        Column("spent", "number", "hours of the programme’s modules", "hours", 0, None, True),
        Column("modules", "text", "the programme, codes joined by +; empty where there is none"),
    ),
    "sctrain/analysis/programme_curve.py",
)

FALLS = Frame(
    "FALLS",
    "module that another budget changes, and group",
    ("module", "group"),
    (
        Column("module", "code", "module; missing for the whole change", missing=True),
        _GROUP,
        Column("change", "text", "what happens to it", choices=CHANGES),
        Column("from_hours", "number", "budget before", "hours", 0),
        Column("to_hours", "number", "budget after", "hours", 0),
        Column("hours", "number", "hours of the module; of the whole change those spent more, or less", "hours"),
        Column(
            "effect",
            "number",
            "what the change adds to the share of the need that is covered, or takes from it; of a module, what "
            "no other module of its programme covers",
            "fraction",
            -1,
            1,
            True,
        ),
    ),
    "sctrain/analysis/programme_curve.py",
)

FORM = Frame(
    "FORM",
    "option of a topic or question about the form",
    ("topic", "option"),
    (
        Column("topic", "code", "topic that tables ranked, or question where tables ranked no such list"),
        Column("option", "code", "option of it"),
        Column("ranked_by", "count", "tables that ranked it", "tables", 0),
        Column("tables", "count", "tables that ranked something of this topic", "tables", 0),
        Column("table_rank", "count", "rank by Borda over the tables", "rank", 1, None, True),
        Column("rank_low", "count", "best rank in its 95 % interval", "rank", 1, None, True),
        Column("rank_high", "count", "worst rank in its 95 % interval", "rank", 1, None, True),
        Column("question", "code", "question of the session with the same options", missing=True),
        Column("n", "count", "people who chose it", "people", 0, missing=True),
        Column("respondents", "count", "people who replied", "people", 0, missing=True),
        Column("share", "number", "n over respondents", "fraction", 0, 1, True),
        Column("share_low", "number", "lower end of its 95 % interval", "fraction", 0, 1, True, (), "", "Wilson 1927"),
        Column("share_high", "number", "upper end of the interval", "fraction", 0, 1, True),
        Column(
            "reach",
            "number",
            "of a duration: share of those who replied who would take as long, or longer",
            "fraction",
            0,
            1,
            True,
        ),
        Column(
            "score",
            "number",
            "how much speaks for it; missing where nobody may be heard",
            "fraction",
            0,
            1,
            True,
            (),
            "weight × share over the greatest + (1 − weight) × Borda points over the most; where one is missing, the "
            "other",
        ),
        Column("chosen", "yes", "whether the draft takes it: the best score, and of target groups also each majority"),
        Column("kinder", "yes", "whether it is of the format that keeps most of the wish and shuts nobody out"),
        Column(
            "clashes",
            "text",
            "groups of people whom the format most people chose, which it is part of, does not suit: comparison.group "
            "joined by +",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides the people’s numbers"),
    ),
    "sctrain/analysis/programme_form.py",
)
