"""Cohort recipes: for each way of mixing people the mix that teaches itself most, against a random one, with reasons.

The mix and its assessment are those of peer teaching: chosen on one half of the people, tested on the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sctrain.analysis.findings import FEWEST, listed
from sctrain.cards import JOIN
from sctrain.frames import PEERS_COHORTS, PEERS_PAIRS, PEERS_TAUGHT
from sctrain.frames.cohorts import RECIPES
from sctrain.frames.peers import COHORTS, VERDICTS
from sctrain.numerals import DASH, MINUS, NARROW_SPACE

BEST, RANDOM, _ = COHORTS
MORE, _LESS, CANNOT_TELL = VERDICTS
NAMED = 3
"""Most competencies that a reason names."""
_ENDS = ("", "_low", "_high")


@dataclass(frozen=True, eq=False)
class Mixed:
    """One way of mixing people: by what, PEERS_COHORTS and PEERS_PAIRS of its groups, PEERS_TAUGHT of everyone."""

    by: str
    cohorts: pd.DataFrame
    pairs: pd.DataFrame
    taught: pd.DataFrame


def recipes(ways: Sequence[Mixed]) -> pd.DataFrame:
    """RECIPES of these ways of mixing, the one to propose first at the top; no row where a way has no best mix.

    A way whose best mix seems to teach no more than the mix of the room is left out, unless all are such.
    """
    rows = [row for way in ways if (row := _recipe(way))]
    rows.sort(key=lambda row: (row["verdict"] != MORE, -row["difference"]))
    rows = [row for row in rows if row["difference"] > 0] or rows[:1]
    frame = pd.DataFrame([{"place": i, **row} for i, row in enumerate(rows, 1)], columns=RECIPES.names)
    return RECIPES.check(frame.astype(dict.fromkeys(("place", "n", "seats", "competencies"), "Int64")))


def _recipe(way: Mixed) -> dict[str, Any] | None:
    known: dict[str, Any] = {row["cohort"]: row for row in PEERS_COHORTS.check(way.cohorts).to_dict("records")}
    best, usual = known.get(BEST), known.get(RANDOM)
    if best is None or usual is None or pd.isna(best["taught"]):
        return None
    row = {name: best[name] for name in RECIPES.names if name in best}
    row |= {f"random{end}": usual[f"taught{end}"] for end in _ENDS}
    verdict = MORE if best["verdict"] == MORE else CANNOT_TELL
    pair = _pair(way.pairs, list(seats_of(best["composition"])))
    return {
        **row,
        **pair,
        "by": way.by,
        "verdict": verdict,
        "trainer": JOIN.join(_trainer(way.taught)),
        "suppressed": False,
    }


def seats_of(composition: str) -> dict[str, int]:
    """Seats by group of `ict 5 + planning 4`."""
    return {code: int(n) for code, n in (part.rsplit(" ", 1) for part in composition.split(" + ") if part)}


def _pair(pairs: pd.DataFrame, groups: Sequence[str]) -> dict[str, Any]:
    """Which of these groups learns most from another of them."""
    rows = PEERS_PAIRS.check(pairs)
    both = rows["learners"].isin(groups) & rows["teachers"].isin(groups) & (rows["learners"] != rows["teachers"])
    told = rows[both & rows["taught"].notna()].sort_values("taught", ascending=False, kind="stable")
    if told.empty:
        return {"learners": "", "teachers": "", **dict.fromkeys(f"learnt{end}" for end in _ENDS)}
    top = told.iloc[0]
    return {
        "learners": top["learners"],
        "teachers": top["teachers"],
        **{f"learnt{e}": top[f"taught{e}"] for e in _ENDS},
    }


def _trainer(taught: pd.DataFrame) -> list[str]:
    """What mostly stays untaught, that first which nobody can teach; else what stays untaught most."""
    rows = PEERS_TAUGHT.check(taught)
    shown = rows[(rows["n"].fillna(0) >= FEWEST) & rows["untaught"].notna()]
    shown = shown.sort_values("untaught", ascending=False, kind="stable")
    most = shown[_mostly(shown)]
    return [str(code) for code in (most if len(most) else shown.head(1))["competency"]]


def _mostly(rows: pd.DataFrame) -> pd.Series:
    """Of which rows of PEERS_TAUGHT more than half stays untaught, or nobody can teach it."""
    return (rows["untaught_low"] > 0.5) | (rows["teachers"] == 0)


# In words


def sentence(recipes: pd.DataFrame, called: Mapping[str, str]) -> str:
    """Whether a recipe teaches more than the mix of the room; `called` is the label of a comparison."""
    rows = RECIPES.check(recipes)
    if rows.empty:
        return "No cohort can be proposed: no two groups of people are large enough to be mixed and tested."
    top: Any = next(rows.itertuples())
    whole = f"{_share(top, 'taught')} of what its members lack (n = {top.n})"
    if top.verdict == MORE:
        by = called[top.by].lower()
        return f"A cohort of {top.seats} mixed by {by} could teach itself {whole}, more than one mixed as the room is."
    return (
        f"No mix can be told to teach a cohort of {top.seats} more than a mix as the room is; "
        f"the one that seems best could teach itself {whole}."
    )


def reasons(
    row: Any, labels: Mapping[str, str], groups: Mapping[str, str], taught: pd.DataFrame
) -> tuple[str, str, str]:
    """Three lines about a row of RECIPES: what it teaches itself, whom it brings together, what takes a trainer.

    `labels` are the competencies', `groups` those of the comparison; `taught` is PEERS_TAUGHT.
    """
    return _teaches(row), _together(row, groups), _takes(row, labels, taught)


def _teaches(row: Any) -> str:
    known = (
        f"Teaches itself {_share(row, 'taught')} of what its members lack; mixed as the room is, as picking at random "
    )
    known += f"gives on average, it would be {_share(row, 'random')}"
    told = f"{_points(row)} more" if row.verdict == MORE else f"whether it is more cannot be told, {_points(row)}"
    return f"{known}: {told} (n = {row.n})."


def _together(row: Any, groups: Mapping[str, str]) -> str:
    seats = listed([f"{n} × {groups[code]}" for code, n in seats_of(row.composition).items()])
    if not row.learners:
        return f"Brings together {seats}."
    pair = f"{groups[row.learners]} would learn most from {groups[row.teachers]}, {_share(row, 'learnt')} of their gap"
    return f"Brings together {seats}; {pair}."


def _takes(row: Any, labels: Mapping[str, str], taught: pd.DataFrame) -> str:
    codes = [code for code in row.trainer.split(JOIN) if code]
    known = PEERS_TAUGHT.check(taught).set_index("competency")
    if not codes:
        return f"What takes a trainer cannot be told: fewer than {FEWEST} answers, or nobody lacks anything."
    said = [
        f"{labels[c]} ({_share(known.loc[c], 'untaught')} of the gap untaught, n = {known.loc[c, 'n']})" for c in codes
    ]
    if not _mostly(known.loc[codes]).all():
        return f"Nothing can be told to take a trainer; most stays untaught in {said[0]}."
    more = len(said) - NAMED
    return f"Still takes a trainer: {listed([*said[:NAMED], *[f'{more} more'] * (more > 0)])}."


def _share(row: Any, name: str) -> str:
    """`74 % (66–81 %)`."""
    value, low, high = (100 * float(getattr(row, f"{name}{end}")) for end in _ENDS)
    return f"{value:.0f}{NARROW_SPACE}% ({low:.0f}{DASH}{high:.0f}{NARROW_SPACE}%)"


def _points(row: Any) -> str:
    """`+4 points (+1 to +7)`."""
    value, low, high = (round(100 * float(getattr(row, f"difference{end}"))) for end in _ENDS)
    return f"{_signed(value)} point{'' if abs(value) == 1 else 's'} ({_signed(low)} to {_signed(high)})"


def _signed(points: int) -> str:
    return f"{points:+d}".replace("-", MINUS) if points else "0"
