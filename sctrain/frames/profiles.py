"""Frames about profiles: groups of participants who need the same, found in the survey itself.

A person's *leaning* towards a competency is the gap of it minus the mean of the person's own gaps: who marks
high throughout leans nowhere.
"""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame

LETTERS = "ABCDEFG"
"""What profiles are called in links; a name in words may change with the answers, a letter does not."""

PROFILES = Frame(
    "PROFILES",
    "profile",
    ("profile",),
    (
        Column("profile", "code", "letter of the profile, kept while answers come in", choices=tuple(LETTERS)),
        Column("name", "text", "the competencies that its people lean to most"),
        Column("n", "count", "people in the profile", "people", 0, missing=True),
        Column("share", "number", "n over all people that were grouped", "fraction", 0, 1, True),
        Column(
            "jaccard",
            "number",
            "how much of the profile is found again in rooms of people drawn anew",
            "fraction",
            0,
            1,
            True,
            (),
            "mean over rooms of the best |A ∩ B| / |A ∪ B|, each person drawn counted once",
            "Hennig 2007",
        ),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/profiles.py",
)

PROFILE_NEEDS = Frame(
    "PROFILE_NEEDS",
    "profile and competency",
    ("profile", "competency"),
    (
        Column("profile", "code", "letter of the profile", choices=tuple(LETTERS)),
        Column("competency", "code", "catalogue code of the competency"),
        Column("n", "count", "people of the profile who marked both importance and level", "people", 0, missing=True),
        Column("gap", "number", "mean gap of the profile’s people", "scale points", missing=True),
        Column("gap_low", "number", "lower end of its 95 % interval", "scale points", missing=True),
        Column("gap_high", "number", "upper end of the interval", "scale points", missing=True),
        Column(
            "leaning",
            "number",
            "mean leaning of the profile’s people minus that of everyone who was grouped",
            "scale points",
            missing=True,
        ),
        Column("leaning_low", "number", "lower end of its 95 % interval", "scale points", missing=True),
        Column("leaning_high", "number", "upper end of the interval", "scale points", missing=True),
        Column("rank", "count", "rank by gap within the profile, 1 = largest", "rank", 1, missing=True),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/profiles.py",
)

PROFILE_MIX = Frame(
    "PROFILE_MIX",
    "profile, profile dimension and option",
    ("profile", "dimension", "option"),
    (
        Column("profile", "code", "letter of the profile", choices=tuple(LETTERS)),
        Column("dimension", "code", "question about who people are"),
        Column("option", "code", "option, or roll-up of options where there are such; empty for “not said”"),
        Column("n", "count", "people of the profile who gave this option", "people", 0, missing=True),
        Column("share", "number", "n over all people of the profile", "fraction", 0, 1, True),
        Column("share_low", "number", "lower end of the 95 % Wilson interval", "fraction", 0, 1, True),
        Column("share_high", "number", "upper end of the 95 % Wilson interval", "fraction", 0, 1, True),
        Column("share_all", "number", "the option’s share among everyone who is looked at", "fraction", 0, 1, True),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/profiles_mix.py",
)

PROFILE_CHOICE = Frame(
    "PROFILE_CHOICE",
    "number of profiles tried",
    ("k",),
    (
        Column("k", "count", "number of profiles tried", "profiles", 2),
        Column(
            "stability",
            "number",
            "how alike two groupings of rooms drawn anew are: mean adjusted Rand index",
            "−1..1",
            -1,
            1,
            True,
            (),
            "over pairs of rooms, on the people of both",
            "Hubert & Arabie 1985",
        ),
        Column("stability_null", "number", "the same where there are no profiles at all", "−1..1", -1, 1, True),
        Column(
            "tight",
            "number",
            "share by which people of one profile are closer together than parts of one even cloud",
            "fraction",
            None,
            1,
            True,
            (),
            "1 − w / mean w of made-up clouds; w: share of all spread that is within profiles",
            "cluster index: Liu et al. 2008",
        ),
        Column(
            "tight_null",
            "number",
            "how far that goes by chance: 2.5 standard deviations of clouds",
            "fraction",
            0,
            missing=True,
        ),
        Column("jaccard", "number", "how much of its least stable profile is found again", "fraction", 0, 1, True),
        Column("silhouette", "number", "mean silhouette width", "−1..1", -1, 1, True, (), "", "Rousseeuw 1987"),
        Column("smallest", "count", "people in the smallest profile", "people", 0, missing=True),
        Column("reliable", "yes", "whether all of it is good enough to speak of profiles"),
    ),
    "sctrain/analysis/profiles_choice.py",
)

PROFILE_MAP = Frame(
    "PROFILE_MAP",
    "profile or competency on the map",
    ("kind", "code"),
    (
        Column("kind", "text", "what lies there", choices=("profile", "competency")),
        Column("code", "code", "letter of the profile, or catalogue code of the competency"),
        Column("n", "count", "people in the profile; missing for a competency", "people", 0, missing=True),
        Column("x", "number", "place on the first principal component: the centre, or the arrow’s tip", missing=True),
        Column("y", "number", "place on the second one", missing=True),
        Column("long", "number", "half of the longer axis of the ellipse that holds half of the people", missing=True),
        Column("short", "number", "half of its shorter axis", missing=True),
        Column("turn", "number", "angle from the first component to the longer axis", "radians", missing=True),
        Column("suppressed", "yes", "whether the privacy gate hides this row’s numbers"),
    ),
    "sctrain/analysis/profiles_map.py",
)
