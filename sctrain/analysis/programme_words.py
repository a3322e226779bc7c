"""What may be said of a programme: what it covers and how sure that is, what falls off, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sctrain.analysis.findings import listed
from sctrain.analysis.programme_clash import Bound
from sctrain.analysis.programme_robust import Robust
from sctrain.frames import CURVE, FALLS, MODULES
from sctrain.numerals import DASH, count, percent

NAMED = 3
"""Most modules that a sentence names; the rest are counted."""
Labels = Mapping[str, str]


def hours(number: float) -> str:
    """`1 hour`, `6.5 hours`."""
    text = count(number) if number % 1 == 0 else f"{number:.1f}"
    return f"{text} hour{'' if number == 1 else 's'}"


def share(given: float) -> str:
    """A share of a need as a whole percentage."""
    return percent(given, 1)


def names(codes: Sequence[str], labels: Labels, most: int = NAMED) -> str:
    """`“A”, “B” and 2 more`, in the order given."""
    told = [f"“{labels.get(code, code)}”" for code in codes[:most]]
    return listed([*told, *[f"{count(len(codes) - most)} more"] * (len(codes) > most)])


def sentence(covered: pd.DataFrame, modules: pd.DataFrame, labels: Labels, found: Robust | None = None) -> str:
    """What the programme covers, of CURVE at its hours and MODULES; with redrawn rooms, how sure that is.

    Empty where there is no programme.
    """
    row = CURVE.check(covered)[covered["group"].isna()].iloc[0]
    chosen = MODULES.check(modules)[modules["chosen"]].sort_values("order")
    if pd.isna(row["spent"]):
        return ""
    if pd.isna(row["covered"]):
        return f"Within {hours(row['hours'])} nothing can be weighed: neither survey nor tables name a need."
    if chosen.empty:
        return f"Within {hours(row['hours'])} no module can be given."
    sure = ""
    if found and found.covered[0] == found.covered[0]:
        low, high = min(found.covered[0], row["covered"]), max(found.covered[1], row["covered"])
        sure = f" ({share(low).removesuffix('%').strip()}{DASH}{share(high)} over {count(found.drawn)} redrawn rooms)"
    takes = f"{count(len(chosen))} module{'' if len(chosen) == 1 else 's'} of {hours(row['spent'])} together"
    text = f"Within {hours(row['hours'])} the programme covers {share(row['covered'])} of the need{sure}: {takes}."
    return f"{text} {certainty(modules, labels, found)}".rstrip() if found else text


def certainty(modules: pd.DataFrame, labels: Labels, found: Robust) -> str:
    """Which modules nearly every redrawn room chooses, which are contested, and which are chosen more often instead."""
    if not found.rooms:
        return "In no redrawn room does a programme keep the bounds."
    by = modules.sort_values(["share_chosen", "order"], ascending=[False, True], kind="stable")
    core = by.loc[by["certainty"].eq("core") & by["chosen"], "module"].tolist()
    contested = by.loc[by["certainty"].isin(["contested", "out"]) & by["chosen"], "module"].tolist()
    others = by.loc[by["certainty"].isin(["core", "likely"]) & ~by["chosen"], "module"].tolist()
    said = [f"{names(core, labels)} {_are(core)} in nearly every room’s programme"] if core else []
    said += [f"{names(contested, labels)} {_are(contested)} contested"] if contested else []
    said += [f"{names(others, labels)} {_are(others)} not chosen here, though in most rooms"] if others else []
    text = "; ".join(said) or "No module is in nearly every room’s programme, and none of it is contested"
    less = f" In {count(found.without)} rooms no programme keeps the bounds." if found.without else ""
    return f"{text}.{less}"


def _are(codes: Sequence[str]) -> str:
    return "is" if len(codes) == 1 else "are"


def falls_sentence(falls: pd.DataFrame, labels: Labels, groups: Labels) -> str:
    """What falls off or comes in with another budget, and the group that it hurts, or helps, most."""
    if FALLS.check(falls).empty:
        return "There is no programme to compare within one of the two budgets."
    first = falls.iloc[0]
    lead = f"With {hours(first['to_hours'])} instead of {hours(first['from_hours'])}"
    moved = {
        kind: list(dict.fromkeys(falls.loc[falls["change"] == kind, "module"])) for kind in ("falls off", "comes in")
    }
    if not any(moved.values()):
        return f"{lead} the programme stays the same."
    verbs = {"falls off": ("falls off", "fall off"), "comes in": ("comes in", "come in")}
    said = [f"{names(codes, labels)} {verbs[kind][len(codes) > 1]}" for kind, codes in moved.items() if codes]
    return f"{lead}, {' and '.join(said)}{_effect(falls[falls['module'].isna()], groups)}."


def _effect(together: pd.DataFrame, groups: Labels) -> str:
    whole = float(together.loc[together["group"].isna(), "effect"].iloc[0])
    if not round(whole, 3):
        return "" if np.isnan(whole) else ": what is covered of the need stays the same"
    less = whole < 0
    text = (
        f": {share(abs(whole))} of the need is no longer covered"
        if less
        else f": {share(whole)} more of the need is covered"
    )
    rows = together[together["group"].notna() & together["effect"].notna()]
    effects = rows["effect"].to_numpy(float)
    if len(np.unique(effects.round(2))) < 2:
        return text
    at = int(effects.argmin() if less else effects.argmax())
    verb = "hurts" if less else "helps"
    return f"{text}; it {verb} “{groups[rows['group'].iloc[at]]}” most ({share(abs(effects[at]))} of its need)"


def why(bounds: Sequence[Bound], labels: Labels, groups: Labels) -> str:
    """Which bounds collide, with their numbers; empty where none do."""
    if not bounds:
        return ""
    told = [_bound(bound, labels, groups) for bound in bounds]
    if len(told) == 1:
        return f"No programme is possible: {told[0]}."
    spared = "either" if len(told) == 2 else "any one of them"
    return f"No programme keeps these bounds together: {'; '.join(told)}. Without {spared} there would be one."


def _bound(bound: Bound, labels: Labels, groups: Labels) -> str:
    about, before = labels.get(bound.about, bound.about), labels.get(bound.before, bound.before)
    return {
        "hours": f"at most {hours(bound.number)}",
        "locked": f"“{about}” is locked in ({hours(bound.number)})",
        "left": f"“{about}” is left out",
        "requires": f"“{about}” needs “{before}” before it",
        "floor": f"at least {share(bound.number)} of the need of “{groups.get(bound.about, bound.about)}”",
        "balance": f"at least {share(bound.number)} of the hours on {_ASPECT.get(bound.about, bound.about)}",
    }[bound.kind]


_ASPECT = {"technology": "technology", "human": "how people lead, work and learn"}


def notes(survey: bool, tables: bool, unheard: Sequence[str], unknown: int, groups: Labels) -> tuple[str, ...]:
    """Which voice is missing, which groups have no floor, and how many competencies have no priority."""
    said = []
    if not survey:
        said.append("The survey’s needs may not be shown, or there are none: only the tables speak.")
    if not tables:
        said.append("No table has ranked a competency: only the survey speaks.")
    if unheard:
        verb = "has" if len(unheard) == 1 else "have"
        said.append(f"{names(unheard, groups)} {verb} no floor, as too few people’s needs may be shown.")
    if unknown:
        of = "1 competency has" if unknown == 1 else f"{count(unknown)} competencies have"
        said.append(f"{of} no priority, as neither voice may be heard there.")
    return tuple(said)
