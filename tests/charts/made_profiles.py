"""Frames about profiles to draw, made up for the catalogue that ships."""

from functools import cache

import numpy as np
import pandas as pd

from sctrain.frames import PROFILE_CHOICE, PROFILE_MAP, PROFILE_MIX, PROFILE_NEEDS, PROFILES

from .made import KNOWN

PEOPLE = {"A": 31, "B": 22, "C": 14, "D": 9}
NAMES = {
    "A": "Data governance and ICT architecture",
    "B": "Public–private partnerships and innovative procurement",
    "C": "Citizen participation and change management",
    "D": "Energy efficiency",
}


def profiles(letters="ABC"):
    """PROFILES; D has fewer people than ten."""
    n = [PEOPLE[letter] for letter in letters]
    rows = {"profile": list(letters), "name": [NAMES[letter] for letter in letters], "n": n}
    share = [one / sum(n) for one in n]
    return PROFILES.check(pd.DataFrame(rows).assign(share=share, jaccard=0.8, suppressed=False))


@cache
def needs(letters="ABC", hidden=(("A", 3), ("B", 3), ("C", 3), ("B", 7))):
    """PROFILE_NEEDS in which each profile leans to its own few; some cells hidden."""
    rng, rows = np.random.default_rng(4), []
    for p, letter in enumerate(letters):
        leaning = rng.normal(0, 0.12, len(KNOWN.codes))
        leaning[p * 5 : p * 5 + 4] += (1.3, 0.9, 0.7, 0.45)
        leaning -= leaning.mean()
        gaps = leaning + rng.normal(1.3, 0.3, len(leaning))
        ranks = pd.Series(gaps).rank(ascending=False).astype(int)
        for c, code in enumerate(KNOWN.codes):
            known = {"profile": letter, "competency": code, "suppressed": (letter, c) in hidden}
            if not known["suppressed"]:
                gap, leaned = _interval("gap", gaps[c], 0.4), _interval("leaning", leaning[c], 0.3)
                known |= {"n": PEOPLE[letter] - (c == 6), "rank": int(ranks[c]), **gap, **leaned}
            rows.append(known)
    return PROFILE_NEEDS.check(_frame(PROFILE_NEEDS, rows))


def mix(letter="B"):
    """PROFILE_MIX of one profile by role; the last options are hidden."""
    options = list(KNOWN.dimensions["role"].labels)[:6]
    shares = (0.5, 0.23, 0.18, 0.09, None, None)
    rows = []
    for i, (option, share) in enumerate(zip(options, shares, strict=True)):
        known = {"profile": letter, "dimension": "role", "option": option, "suppressed": share is None}
        if share is not None:
            ends = {"share_low": max(0, share - 0.17), "share_high": share + 0.19, "share_all": 0.28 - 0.05 * i}
            known |= {
                "n": round(share * PEOPLE[letter]),
                "share": round(share * PEOPLE[letter]) / PEOPLE[letter],
                **ends,
            }
        rows.append(known)
    return PROFILE_MIX.check(_frame(PROFILE_MIX, rows))


def choice(reliable=True):
    """PROFILE_CHOICE of 2 to 6; three profiles are reliable, or none."""
    rows = {
        "k": range(2, 7),
        "stability": [0.62, 0.84, 0.55, 0.41, 0.37] if reliable else [0.31, 0.28, 0.22, 0.2, 0.18],
        "stability_null": [0.3, 0.27, 0.24, 0.22, 0.21],
        "tight": [0.31, 0.38, 0.2, None, None] if reliable else [0.06, None, None, None, None],
        "tight_null": [0.11, 0.1, 0.1, None, None] if reliable else [0.1, None, None, None, None],
        "jaccard": [0.7, 0.82, 0.5, 0.4, 0.35],
        "silhouette": [0.12, 0.19, 0.11, 0.08, 0.06],
        "smallest": [33, 14, 6, None, None],
        "reliable": [False, reliable, False, False, False],
    }
    return PROFILE_CHOICE.check(pd.DataFrame(rows).astype({"smallest": "Int64"}))


@cache
def map_(letters="ABC", seed=4):
    """PROFILE_MAP: profiles round the middle, competencies in all directions."""
    rng, rows = np.random.default_rng(seed), []
    for i, letter in enumerate(letters):
        turn = 2 * np.pi * i / len(letters) + 0.4
        place = {"x": 1.6 * np.cos(turn), "y": 1.1 * np.sin(turn), "long": 1.1, "short": 0.6, "turn": turn}
        rows.append({"kind": "profile", "code": letter, "n": PEOPLE[letter], **place, "suppressed": False})
    for i, code in enumerate(KNOWN.codes):
        turn, far = rng.uniform(0, 2 * np.pi), 0.9 if i % 5 == 0 else rng.uniform(0.1, 0.6)
        rows.append(
            {"kind": "competency", "code": code, "x": far * np.cos(turn), "y": far * np.sin(turn), "suppressed": False}
        )
    return PROFILE_MAP.check(_frame(PROFILE_MAP, rows))


def _frame(contract, rows):
    frame = pd.DataFrame(rows).reindex(columns=contract.names)
    counts = {c.name: "Int64" for c in contract.columns if c.kind == "count"}
    return frame.astype({name: kind for name, kind in counts.items() if name in frame})


def _interval(name, value, half):
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}
