"""Choices and words of the page on peer teaching."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from sctrain.analysis.findings import listed
from sctrain.analysis.peers import least_level
from sctrain.catalogue import Scale
from sctrain.peers import SEATS, Peers
from sctrain.selection import Selection
from sctrain.ui import data, state
from sctrain.ui.base import Base
from sctrain.ui.controls import QUIET
from sctrain.ui.page import of_people

SIZES = (4, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60)
"""Of cohorts that are offered; a link may ask for any other."""
CODES = ("group", "learners", "teachers")
"""Columns that hold codes of groups."""


def seats(selection: Selection) -> None:
    """How many people a cohort has."""
    sizes = {str(n): f"Cohorts of {n} people" for n in sorted({*SIZES, selection.seats or SEATS})}
    state.choose_one("seats", "Seats", sizes, str(SEATS), width=230, **QUIET)


def shown(competencies: int) -> None:
    """How many competencies are shown."""
    state.choose_one("show", "Show", {"ten": "Show ten", "all": f"Show all {competencies}"}, "ten", width=150, **QUIET)


def explained(met: Peers, scale: Scale, labels: dict[str, str]) -> str:
    """What counts as taught, and what is not in the sums."""
    level = scale.low + least_level(scale.points) - 1
    can = f" (“{scale.level[level - scale.low]}”)" if len(scale.level) == scale.points else ""
    said = [f"A gap counts as taught where somebody else in the cohort marked a level of {level}{can} or more."]
    said += [f"Left out as too few people of a group answered: {listed([labels[c] for c in met.skipped])}."] * bool(
        met.skipped
    )
    return " ".join(said)


def mixed(met: Peers, selection: Selection) -> str:
    """By what people are mixed, who is not, and whether there are people for all seats."""
    if met.why or not met.by:
        return "Another question about people, at “Compare by” above, may set groups apart; or take off a filter."
    labels = data.room(selection).group_labels(met.by)
    said = [
        f"Mixed by {state.catalogue().comparisons[met.by].label.lower()}; “Compare by” above mixes by something else."
    ]
    asked = selection.seats or SEATS
    said += [f"There are people for {met.seats} seats, not for {asked}."] * (met.seats < asked)
    left_out = listed([labels[code] for code in met.left_out])
    said += [f"Only the largest groups are mixed; left out: {left_out}."] * bool(left_out)
    if met.hidden:
        n, of = met.people
        base = f"{n} of {of} people" if of else f"{n} people"
        without = listed([labels[code] for code in met.hidden])
        said.append(f"Without {without}, hidden to protect fewer than {data.threshold()} people: {base} are mixed.")
    return " ".join(said)


def labels(met: Peers, selection: Selection) -> dict[str, str]:
    """Label by group code."""
    return data.room(selection).group_labels(met.by) if met.by else {}


def base(met: Peers, selection: Selection) -> Base:
    """What a figure about cohorts stands on."""
    whole = of_people(selection, met.by)
    names = labels(met, selection)
    return replace(
        whole,
        words=f"{whole.words} · cohorts of {met.seats}",
        facts={**whole.facts, "seats": str(met.seats)},
        labelled=lambda frame: _labelled(whole.labelled(frame), names),
    )


def _labelled(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    found = frame.copy()
    for code in CODES:
        if code in found and f"{code}_label" not in found:
            found.insert(list(found).index(code) + 1, f"{code}_label", found[code].map(names).fillna(""))
    return found
