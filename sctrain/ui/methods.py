"""The texts and tables of the Methods page, made from the contracts and the catalogue."""

from __future__ import annotations

import pandas as pd

from sctrain.catalogue import Catalogue
from sctrain.frames import Frame
from sctrain.selection import Selection
from sctrain.ui import data

RULES = """
- Every number stands with **n**, the people behind it, and with an interval. The thin line of a chart is the
  95 % interval, the thick one the 50 % interval.
- Only people who marked **both** importance and present level of a competency count for its gap. What was skipped,
  or answered with “no opinion”, is missing: never a low mark.
- **Ranks** are told as ranges. People are drawn with replacement 1 000 times, whole questionnaires at a time;
  the range holds the rank in 95 % of these rooms.
- **Small numbers are hidden**: a group of fewer than {threshold} people, and what would tell it by subtraction, has no
  numbers in any chart, table, file or filter. The same gate stands before every page and the command line.
- Mean weighted discrepancy, ranked discrepancy and quadrants can name different winners. They answer different
  questions: how large the weighted gap is, how many people have one, and where the competency lies among the others.
"""


def rules(selection: Selection) -> str:
    """What holds for every number, in words."""
    return RULES.format(threshold=data.room(selection).threshold)


def survey(known: Catalogue) -> str:
    """What people were asked and on which scale."""
    scale = known.scale
    anchors = "; ".join(
        f"{name} from {scale.low} ({words[0]}) to {scale.high} ({words[-1]})"
        for name, words in (("importance", scale.importance), ("present level", scale.level))
    )
    return f"{known.catalogue.title}: {len(known.codes)} competencies, each marked twice: {anchors}."


def competencies(known: Catalogue) -> pd.DataFrame:
    """One row a competency: what it is and where it is taken from; columns nobody filled are left out."""
    disciplines = known.dimensions["discipline"].labels if "discipline" in known.dimensions else {}
    practices = {p.code: p.label for p in known.practice}
    rows = [
        {
            "competency": c.label,
            "in a sentence": c.sentence,
            "discipline": disciplines.get(c.discipline, c.discipline),
            "aspect": c.aspect,
            "work practices": ", ".join(practices[p] for p in c.practices),
            "taken from": "; ".join(c.seeds),
            "code": c.code,
        }
        for c in known.competency
    ]
    table = pd.DataFrame(rows)
    return table.loc[:, (table != "").any()]


def columns(frame: Frame) -> pd.DataFrame:
    """One row a column of a contract."""
    rows = [(c.name, c.says, c.unit, c.formula, c.cites) for c in frame.columns]
    return pd.DataFrame(rows, columns=["column", "meaning", "unit", "formula", "source"])
