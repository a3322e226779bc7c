"""Frames about World-Café tables: their sheets, what they ranked, and how far they agree."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sctrain.frames.contract import Column, Frame

SHEETS = Frame(
    "SHEETS",
    "World-Café table",
    ("table_number",),
    (
        Column("table_number", "count", "number of the table", "", 1),
        Column("members", "count", "people at the table; missing where nobody counted", "people", 1, missing=True),
        Column(
            "mix",
            "text",
            "who they are, as options of profile dimensions: `city_size=s+m role=elected`; empty for not known",
        ),
        Column("row", "count", "row or sheet of the file it was read from", "", 0),
    ),
    "sctrain/load",
)

RANKINGS = Frame(
    "RANKINGS",
    "table, topic and option that it ranked",
    ("table_number", "topic", "option"),
    (
        Column("table_number", "count", "number of the table", "", 1),
        Column("topic", "code", "ranked topic of the catalogue"),
        Column("option", "code", "option of the topic; one that a table did not rank has no row"),
        Column(
            "position",
            "count",
            "place in the table's list, 1 = first; ties share a place, the next one skips",
            "place",
            1,
        ),
    ),
    "sctrain/load",
)

NOTES = Frame(
    "NOTES",
    "line a table wrote down",
    ("table_number", "line"),
    (
        Column("table_number", "count", "number of the table", "", 1),
        Column("line", "count", "place of the line on the table's sheet", "", 1),
        Column("kind", "text", "what it is", choices=("challenge", "solution", "conclusion")),
        Column("text", "text", "the line as written; never public by default"),
        Column("code", "code", "catalogue challenge or solution a person says it is; empty where nobody did"),
        Column("competencies", "code", "competencies it is about, joined by +; empty for none"),
        Column("practices", "code", "work practices it is about, joined by +; empty for none"),
        Column(
            "answers",
            "count",
            "line of the challenge this solution is for; missing where not said",
            "",
            1,
            missing=True,
        ),
    ),
    "sctrain/load",
)


@dataclass(frozen=True, eq=False)
class Sheets:
    """What the tables of one event brought: a SHEETS, a RANKINGS and a NOTES frame."""

    sheets: pd.DataFrame
    rankings: pd.DataFrame
    notes: pd.DataFrame


def _ranked(name: str, says: str, formula: str, cites: str) -> tuple[Column, ...]:
    low, high = ("rank_low", "rank_high") if name == "borda" else (f"{name}_low", f"{name}_high")
    redrawn = "2.5 % and 97.5 % quantile of the ranks in 1 000 rooms of tables drawn with replacement"
    return (
        Column(f"{name}_rank", "count", f"rank by {says}", "rank", 1, None, True, (), formula, cites),
        Column(low, "count", f"best rank by {says} in the 95 % interval", "rank", 1, missing=True, formula=redrawn),
        Column(high, "count", f"worst rank by {says} in the 95 % interval", "rank", 1, missing=True, formula=redrawn),
    )


CONSENSUS = Frame(
    "CONSENSUS",
    "option of a ranked topic",
    ("option",),
    (
        Column("option", "code", "option of the topic"),
        Column("ranked_by", "count", "tables that ranked it", "tables", 0),
        Column("first", "count", "tables that put it first, alone or tied", "tables", 0),
        Column(
            "mean_position",
            "number",
            "mean place among the tables that ranked it; ties share theirs",
            "place",
            1,
            None,
            True,
        ),
        Column(
            "borda",
            "number",
            "Borda points over the points that could be had; options left out are tied last",
            "fraction",
            0,
            1,
            True,
            (),
            "(wins + ½ ties) / comparisons",
            "Borda 1784",
        ),
        *_ranked("borda", "Borda", "competition ranks 1, 1, 3", "Borda 1784; intervals: Hall & Miller 2009"),
        Column("p_first", "number", "share of the resampled rooms in which it is first", "fraction", 0, 1, True),
        Column(
            "p_top3", "number", "share of the resampled rooms in which it ranks third or better", "fraction", 0, 1, True
        ),
        Column(
            "band",
            "count",
            "band of options whose order cannot be told, 1 = best",
            "",
            1,
            None,
            True,
            (),
            "a line where all above it beat all below it in 95 % of the rooms; none below 6 tables",
        ),
        Column(
            "copeland",
            "number",
            "options beaten by majority minus options lost to",
            "options",
            missing=True,
            cites="Copeland 1951",
        ),
        *_ranked("copeland", "Copeland", "competition ranks 1, 1, 3", "Copeland 1951"),
        *_ranked("kemeny", "Kemeny", "place in one optimal order; up to 30 options", "Kemeny 1959; Young 1988"),
        Column(
            "worth",
            "number",
            "Plackett–Luce worth, shares over the options that sum to 1",
            "fraction",
            0,
            1,
            True,
            (),
            "mode under a Gamma(1.1, 0.1) prior; ties after Breslow",
            "Plackett 1975; Hunter 2004; Caron & Doucet 2012",
        ),
        *_ranked("worth", "Plackett–Luce", "competition ranks 1, 1, 3", "Plackett 1975"),
    ),
    "sctrain/analysis/consensus.py",
)

AGREEMENT = Frame(
    "AGREEMENT",
    "ranked topic",
    (),
    (
        Column("tables", "count", "tables that ranked something", "tables", 0),
        Column("options", "count", "options of the topic that a table ranked: W and tau are over these", "options", 0),
        Column("silent", "count", "tables that ranked nothing", "tables", 0),
        Column(
            "basis",
            "text",
            "the tables that W and tau are over: those that ranked everything where they are 3 or more, else all",
            choices=("complete", "unranked last"),
        ),
        Column("compared", "count", "tables that W and tau are over", "tables", 0),
        Column(
            "w",
            "number",
            "Kendall’s coefficient of concordance, corrected for ties",
            "0..1",
            0,
            1,
            True,
            (),
            "spread of the rank sums over the most it could be",
            "Kendall & Babington Smith 1939",
        ),
        Column(
            "p",
            "number",
            "probability of a W as large if tables ranked by chance",
            "probability",
            0,
            1,
            True,
            (),
            "ranks permuted within tables; chi-squared above 200 tables",
        ),
        Column("tau", "number", "mean Kendall tau-b over pairs of tables", "−1..1", -1, 1, True, cites="Kendall 1945"),
        Column(
            "words",
            "text",
            "W in words",
            missing=True,
            choices=("strong agreement", "moderate agreement", "weak agreement", "no agreement"),
            formula="from .7, .5, .3 on; none where p > .05",
            cites="Schmidt 1997",
        ),
        Column("kemeny_optima", "count", "how many orders are optimal; up to 13 options", "orders", 1, missing=True),
        Column(
            "kemeny_gap",
            "number",
            "by what share Kemeny’s order could still be better; 0 = proven",
            "fraction",
            0,
            None,
            True,
        ),
        Column("moving_table", "count", "table without which most pairs swap in the Borda order", "", missing=True),
        Column("moves", "count", "pairs of options that swap without it", "pairs", 0, missing=True),
    ),
    "sctrain/analysis/agreement.py",
)

TABLE_DISTANCES = Frame(
    "TABLE_DISTANCES",
    "two tables",
    ("table", "other"),
    (
        Column("table", "count", "the lower table number"),
        Column("other", "count", "the higher table number"),
        Column(
            "tau",
            "number",
            "Kendall tau-b of their lists, unranked tied last; missing where one tied everything",
            "−1..1",
            -1,
            1,
            True,
            cites="Kendall 1945",
        ),
        Column("opposed", "count", "pairs of options they order oppositely", "pairs", 0),
    ),
    "sctrain/analysis/agreement.py",
)

GROUP_RANKS = Frame(
    "GROUP_RANKS",
    "option of a ranked topic and group of tables",
    ("option", "group"),
    (
        Column("option", "code", "option of the topic"),
        Column("group", "code", "group of tables: those whose sheet names one of the group's options; may overlap"),
        Column("tables", "count", "tables of the group that ranked something", "tables", 1),
        Column("ranked_by", "count", "tables of the group that ranked it", "tables", 0),
        Column("borda", "number", "Borda points over the points that could be had", "fraction", 0, 1, True),
        Column("rank", "count", "rank by Borda within the group", "rank", 1, missing=True, cites="Borda 1784"),
        Column(
            "rank_low",
            "count",
            "best rank in the 95 % interval; missing for fewer than 6 tables",
            "rank",
            1,
            missing=True,
            formula="2.5 % quantile of the ranks in 1 000 rooms of the group's tables drawn with replacement",
        ),
        Column("rank_high", "count", "worst rank in the 95 % interval", "rank", 1, missing=True),
    ),
    "sctrain/analysis/table_groups.py",
)
