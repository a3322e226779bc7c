"""What the evidence proposes for a strategy: challenges of both voices, solutions, priorities, what stays open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sctrain.analysis.agenda import Card
from sctrain.analysis.findings import listed
from sctrain.cards import JOIN
from sctrain.frames import CHALLENGE_VOICES, RAISED, VOICES
from sctrain.frames.receipts import ITEM_KINDS, PROPOSED, STATUSES
from sctrain.numerals import count, percent, tables

FOREMOST = 5
"""Rank to which a competency is proposed where it cannot be told which voice puts it into its core."""
VOICE = {
    "both": "Both voices put it first",
    "tables only": "Only the tables put it first",
    "survey only": "Only the survey puts it first",
    "neither": "Neither voice puts it first",
    "cannot tell": "Whether both voices put it first cannot be told",
}
RAISED_BY = {
    "both": "Both voices raise it",
    "people only": "Only people raise it",
    "tables only": "Only tables raise it",
    "cannot tell": "Who else raises it cannot be told",
}


@dataclass(frozen=True, eq=False)
class Raised:
    """What both voices raised, each frame past its gate; `cards` are of the debate queue."""

    challenges: pd.DataFrame
    solutions: pd.DataFrame
    voices: pd.DataFrame | None
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Called:
    """What things are called, the topics they come from, and where each is seen."""

    challenges: Mapping[str, str]
    solutions: Mapping[str, str]
    competencies: Mapping[str, str]
    survey: str
    replies: str
    notes: str
    contents: str
    link: Callable[..., str]


def proposed(raised: Raised, called: Called) -> pd.DataFrame:
    """PROPOSED: the items that the evidence proposes, those of a kind in the order of how much speaks for them."""
    parts = {
        "challenge": list(_challenges(raised.challenges, called)),
        "solution": list(_solutions(raised.solutions, called)),
        "priority": list(_priorities(raised.voices, called)),
        "question": [*_debated(raised.cards, called), *_open(raised.solutions, called)],
    }
    rows = [{"kind": kind, "rank": at, **row} for kind, found in parts.items() for at, row in enumerate(found, 1)]
    frame = pd.DataFrame(rows, columns=PROPOSED.names)
    texts = dict.fromkeys(("kind", "code", "topic", "text", "reason", "link"), "str")
    return PROPOSED.check(frame.astype({**texts, "rank": "int64", "share": "float64", "n": "Int64", "tables": "Int64"}))


def _challenges(frame: pd.DataFrame, called: Called) -> Iterator[dict[str, Any]]:
    """Those that both voices raise first, then by the mean of the shares of people and of tables."""
    rows = CHALLENGE_VOICES.check(frame)
    rows = rows[rows["raised_by"].isin([*RAISED_BY]) & ((rows["tables"] > 0) | rows["n"].fillna(0).gt(0))]
    weight = (rows["share"].fillna(0) + rows["tables_share"].fillna(0)) / 2
    order = rows.assign(both=rows["raised_by"] == "both", weight=weight)
    for row in _rows(order.sort_values(["both", "weight"], ascending=False, kind="stable")):
        shown = not row.suppressed and pd.notna(row.n)
        told = []
        if shown:
            told.append(f"{count(row.n)} of {count(row.asked)} people chose it ({percent(row.share, row.asked)})")
        if row.tables:
            told.append(f"{count(row.tables)} of {tables(row.wrote)} wrote it down")
        topics = [called.replies] * shown + [called.notes] * bool(row.tables)
        yield {
            "code": row.challenge,
            "topic": JOIN.join(topics),
            "n": row.n if shown else None,
            "share": row.share if shown else None,
            "tables": row.tables,
            "text": called.challenges.get(row.challenge, row.challenge),
            "reason": f"{RAISED_BY[row.raised_by]}: {listed(told)}." if told else f"{RAISED_BY[row.raised_by]}.",
            "link": called.link("ground", "challenges"),
        }


def _solutions(frame: pd.DataFrame, called: Called) -> Iterator[dict[str, Any]]:
    """By how many tables wrote them down, then by lines."""
    rows = RAISED.check(frame)
    rows = rows[(rows["kind"] == "solution") & (rows["lines"] > 0) & (rows["code"] != "")]
    for row in _rows(rows.sort_values(["tables", "lines"], ascending=False, kind="stable")):
        guess = f", {count(row.suggested)} of {count(row.lines)} lines by suggestion only" * bool(row.suggested)
        yield {
            "code": row.code,
            "topic": called.notes,
            "tables": row.tables,
            "text": called.solutions.get(row.code, row.code),
            "reason": f"Written down at {tables(row.tables)}{guess}.",
            "link": called.link("challenges", "flow"),
        }


def _priorities(frame: pd.DataFrame | None, called: Called) -> Iterator[dict[str, Any]]:
    """Competencies of a core, or of the FOREMOST of a voice; those of both cores first, then by the sum of ranks."""
    if frame is None:
        return
    rows, last = VOICES.check(frame), len(frame) + 1
    ranks = rows[["survey_rank", "table_rank"]].astype("Float64").fillna(last)
    cored = rows["voice"].isin(["both", "tables only", "survey only"])
    order = rows.assign(both=rows["voice"] == "both", sum=ranks.sum(axis=1))[cored | (ranks.min(axis=1) <= FOREMOST)]
    for row in _rows(order.sort_values(["both", "sum"], ascending=[False, True], kind="stable")):
        told, topics = [], []
        if pd.notna(row.survey_rank):
            told.append(f"rank {row.survey_rank} in the survey (n = {count(row.n)})")
            topics.append(called.survey)
        if pd.notna(row.table_rank):
            told.append(f"rank {row.table_rank} at the tables ({count(row.ranked_by)} ranked it)")
            topics.append(called.contents)
        yield {
            "code": row.competency,
            "topic": JOIN.join(topics),
            "n": row.n if pd.notna(row.survey_rank) else None,
            "tables": row.ranked_by,
            "text": called.competencies.get(row.competency, row.competency),
            "reason": f"{VOICE[row.voice]}: {listed(told)}.",
            "link": called.link("voices", ""),
        }


def _debated(cards: Iterable[Card], called: Called) -> Iterator[dict[str, Any]]:
    for card in cards:
        yield {
            "code": f"debate_{card.option}",
            "topic": JOIN.join((called.survey, called.contents)),
            "text": f"{card.title}: how much of it, and for whom?",
            "reason": f"{card.sentence} {card.apart}",
            "link": called.link("queue", ""),
        }


def _open(frame: pd.DataFrame, called: Called) -> Iterator[dict[str, Any]]:
    """Challenges that no table has a solution for, and solutions that no competency serves."""
    asked = {
        "challenge": ("{}: what can be done about it?", "no table linked a solution to it", called.challenges),
        "solution": ("{}: which competencies does it take?", "no line of it names a competency", called.solutions),
    }
    rows = RAISED.check(frame)
    for row in _rows(rows[rows["open"].astype(bool)]):
        text, why, labels = asked[row.kind]
        yield {
            "code": f"open_{row.kind}_{row.code}",
            "topic": called.notes,
            "tables": row.tables,
            "text": text.format(labels.get(row.code, row.code)),
            "reason": f"Written down at {tables(row.tables)}, and {why}.",
            "link": called.link("challenges", ""),
        }


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples(index=False))


def sentence(statuses: Iterable[str], number: int) -> str:
    """How far a strategy is, by the statuses of its items and the number of its version."""
    given = list(statuses)
    if not given:
        return f"Version {number} of the strategy has no items."
    held = [(given.count(status), said) for status, said in STATUSES.items()]
    parts = [f"{count(n)} {said}" for n, said in held if n]
    return f"The strategy has {count(len(given))} {'item' if len(given) == 1 else 'items'}: {listed(parts)}."


def proposed_told(frame: pd.DataFrame) -> str:
    """What is proposed, by part, in a sentence."""
    kinds = PROPOSED.check(frame)["kind"].value_counts()
    parts = [f"{count(kinds[kind])} {_singular(kind, kinds[kind])}" for kind in ITEM_KINDS if kind in kinds]
    return f"The evidence proposes {listed(parts)}." if parts else "The evidence proposes nothing yet."


def _singular(kind: str, n: int) -> str:
    name = ITEM_KINDS[kind].lower()
    return {"priorities": "priority"}.get(name, name.removesuffix("s")) if n == 1 else name
