"""The frame of cohort recipes: how many seats each group gets, what such a cohort teaches itself, and what not."""

from __future__ import annotations

from sctrain.frames.contract import Column, Frame
from sctrain.frames.peers import PEERS_COHORTS, VERDICTS

_OWN = ("n", "seats", "composition", "competencies", "taught", "taught_low", "taught_high")
_LESS = ("difference", "difference_low", "difference_high")
_COLUMNS = {column.name: column for column in PEERS_COHORTS.columns}


def _share(name: str, says: str) -> Column:
    return Column(name, "number", says, "fraction", 0, 1, True)


RECIPES = Frame(
    "RECIPES",
    "cohort recipe: one way of mixing people, and its best mix",
    ("by",),
    (
        Column(
            "place",
            "count",
            "1 = proposed first: those that teach more than the mix of the room, then by the difference",
            "",
            1,
        ),
        Column("by", "code", "comparison whose groups are mixed"),
        *(_COLUMNS[name] for name in _OWN),
        _share("random", "share taught in a cohort mixed as the room is, which picking at random gives on average"),
        _share("random_low", "lower end of its 95 % interval"),
        _share("random_high", "upper end of the interval"),
        *(_COLUMNS[name] for name in _LESS),
        Column(
            "verdict",
            "text",
            "whether it teaches more than the mix of the room",
            choices=(VERDICTS[0], VERDICTS[2]),
            formula="as in PEERS_COHORTS: cannot tell where the interval holds 0, or below 10 people",
        ),
        Column("learners", "code", "of the groups in it, the one that learns most from another; empty for none"),
        Column("teachers", "code", "the group it learns that from"),
        _share("learnt", "share of the learners' gap that these could teach, as in PEERS_PAIRS"),
        _share("learnt_low", "lower end of its 95 % interval"),
        _share("learnt_high", "upper end of the interval"),
        Column(
            "trainer",
            "code",
            "competencies that take a trainer, joined by +: nobody here can teach them, or more than half of the gap "
            "stays untaught in a cohort drawn from everyone; where there are none, the one of which most does",
        ),
        Column("suppressed", "yes", "always no: groups that the privacy gate hides are in no recipe"),
    ),
    "sctrain/analysis/cohorts.py",
)
