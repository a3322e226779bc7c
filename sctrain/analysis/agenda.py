"""What to put to the room: a card for each of the first options of the debate queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pandas as pd

from sctrain.analysis.consensus import FEWEST as FEWEST_TABLES
from sctrain.analysis.findings import FEWEST, named
from sctrain.cards import JOIN
from sctrain.frames import QUEUE
from sctrain.numerals import NARROW_SPACE, count, people, percent, tables, two_digits

PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
GREATEST = 1 - 1e-9
"""Need above which it is the greatest, whatever the last bits say."""
FAR = 1
"""Marks between two mean gaps that are called far apart."""
View = Literal["tables", "groups"]


@dataclass(frozen=True)
class Card:
    """One option to debate, and the view that shows who is apart.

    `sentence` says why, `apart` who stands furthest apart, `question` what to ask the room, and `place`
    how far its place in the queue can be told.
    """

    option: str
    title: str
    sentence: str
    place: str
    apart: str
    question: str
    view: View


class Turn(NamedTuple):
    """Of one card: the tables that speak for the option and against it, and who of them is asked."""

    high: str
    low: str
    asked: tuple[str, ...]


def cards(
    queue: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    points: int,
    most: int = 5,
    of_people: bool = True,
) -> list[Card]:
    """Cards of the first `most` options of QUEUE that are needed and disputed, in their order.

    `points` are the marks on the scale; `of_people` says that need is from the survey, not from the
    tables' points. What has no label is called by its code. Of equal tables, a card asks one that no
    card before it asked.
    """
    rows = QUEUE.check(queue)
    first = list(rows[rows["score"] > 0].head(most).itertuples())
    alone = int((rows["need"] > GREATEST).sum()) == 1
    return [
        Card(
            str(row.option),
            labels.get(str(row.option), str(row.option)),
            f"{_needed(row, of_people, alone)}{_disputed(row)}.",
            _place_told(row, len(rows), of_people),
            *(_two_tables(row, turn) if _view(row) == "tables" else _two_groups(row, group_labels, points)),
            _view(row),
        )
        for row, turn in zip(first, _turns(first), strict=True)
    ]


def _view(row: Any) -> View:
    """Where the split is wider, of those whose ends can be named."""
    if pd.isna(row.table_for):
        return "groups"
    return "groups" if not pd.isna(row.group_more) and row.between_groups > row.between_tables else "tables"


def _needed(row: Any, of_people: bool, alone: bool) -> str:
    """`alone` says that no other option has as great a need."""
    share = percent(row.need, row.n)
    share = f">99{NARROW_SPACE}%" if share.startswith("100") else share
    if of_people:
        greatest = "The greatest need of all" if alone else "No need is greater"
        return f"{greatest if row.need > GREATEST else f'{share} of the greatest need'} (n = {count(row.n)})"
    greatest = "More points than any other option" if alone else "No option has more points"
    return f"{greatest if row.need > GREATEST else f'{share} of the most points'} ({tables(row.n)})"


def _disputed(row: Any) -> str:
    """`; 6 of 8 tables list it, from first to fifth place`, or that groups are apart."""
    if _view(row) == "groups":
        far = "far " if row.gap_more - row.gap_less >= FAR else ""
        unlisted = "; no table lists it" if row.tables and not row.listed_by else ""
        return f", and groups of people are {far}apart on it{unlisted}"
    first, last = _ordinal(row.place_first), _ordinal(row.place_last)
    places = f"in {first} place" if first == last else f"from {first} to {last} place"
    some = f"{count(row.listed_by)} of {tables(row.tables)} {'lists' if row.listed_by == 1 else 'list'} it"
    every = "both tables list it" if row.tables == 2 else f"all {tables(row.tables)} list it"
    return f"; {every if row.listed_by == row.tables else some}, {places}"


def _ordinal(place: int) -> str:
    """`first` to `tenth`, `11th`, `22nd`."""
    if place <= len(PLACES):
        return PLACES[place - 1]
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def _place_told(row: Any, of: int, of_people: bool) -> str:
    few = _too_few(row.tables, row.n, of_people)
    if few or pd.isna(row.rank_low):
        return f"With {few or tables(row.tables)} its place cannot be told."
    if row.rank_low == row.rank_high:
        return f"Place {row.rank} of {of} in the queue."
    return f"Place {row.rank_low} to {row.rank_high} of {of} in the queue (95 % interval)."


def _too_few(n_tables: int, n: float, of_people: bool) -> str:
    """What there is too little of to tell an order; empty where there is enough."""
    if n_tables < FEWEST_TABLES:
        return tables(n_tables) if n_tables else "no table"
    return people(n) if of_people and n < FEWEST else ""


def _two_groups(row: Any, labels: Mapping[str, str], points: int) -> tuple[str, str]:
    """The groups furthest apart, and a question to them."""
    if pd.isna(row.group_more):
        apart = f"No group is named: that takes two that differ, each of {FEWEST} people or more."
        return apart, "Who lacks it, and who has learned it already?"
    both = [labels.get(code, code) for code in (row.group_more, row.group_less)]
    (more, less), (one, other) = _cut(both, " ("), _cut(_cut(both, " ("), ", ")
    gap = f"gap {two_digits(row.gap_more)} of {points - 1} points (n = {count(row.n_more)})"
    apart = f"{more}: {gap}; {less}: {two_digits(row.gap_less)} (n = {count(row.n_less)})."
    return apart, f"{one}: what do you lack here? {other}: where did you learn it?"


def _cut(labels: list[str], at: str) -> list[str]:
    """`Small cities` of `Small cities, under 250 000`, where that still tells the labels apart."""
    short = [label.partition(at)[0] for label in labels]
    return short if len(set(short)) == len(labels) else labels


def _turns(rows: Iterable[Any]) -> Iterator[Turn]:
    """Who speaks on each card: those asked least on the cards before, and of the two only who was not asked yet."""
    before: Counter[str] = Counter()
    for row in rows:
        high, low = (min(side.split(JOIN), key=before.__getitem__) for side in (row.ask_for, row.ask_against))
        both = sorted((table for table in (high, low) if table), key=before.__getitem__)
        asked = [table for table in both if not before[table]] or both[:1]
        if _view(row) == "groups" or _doubtful(row):
            asked = []
        before.update(asked)
        yield Turn(high, low, tuple(asked))


def _doubtful(row: Any) -> bool:
    """Whether even its best place is in the lower half of what tables ranked."""
    return bool(row.place_first > (row.options + 1) / 2)


def _two_tables(row: Any, turn: Turn) -> tuple[str, str]:
    """The tables furthest apart, and a question to them, or about the option."""
    asked = [_why_high(row, turn.high)] * (turn.high in turn.asked) + [_why_low(row, turn.low)] * (
        turn.low in turn.asked
    )
    if len(asked) == 1:
        asked.append("Who sees it differently?")
    return f"{_high(row, turn.high)}{_low(row, turn.low)}.", " ".join(asked) or "Does it belong on the list at all?"


def _high(row: Any, table: str) -> str:
    others = row.shares_for - 1
    along = {0: "", 1: " together with one other"}.get(others, f" together with {others} others")
    return f"Table {table} puts it {_ordinal(row.place_for)}{along}"


def _low(row: Any, table: str) -> str:
    if row.left_out:
        out = row.left_out.split(JOIN)
        who = f"table {out[0]} leaves" if len(out) == 1 else f"tables {named(out, {})} leave"
        return f"; {who} it out"
    tied = " but tied with more options" if row.place_against <= row.place_for else ""
    return f", table {table} {_ordinal(row.place_against)}{tied}"


def _why_high(row: Any, table: str) -> str:
    if row.shares_for > 1:
        return f"Table {table}, which of the {row.shares_for} options you tied comes first?"
    return f"Table {table}, why do you put it {_ordinal(row.place_for)}?"


def _why_low(row: Any, table: str) -> str:
    if pd.isna(row.place_against):
        return f"Table {table}, why is it not on your list?"
    if row.place_against <= row.place_for:
        return f"Table {table}, which of the options you tied comes first?"
    return f"Table {table}, why do you put it only {_ordinal(row.place_against)}?"


def sentence(queue: pd.DataFrame, labels: Mapping[str, str], of_people: bool = True) -> str:
    """What the presenter may say of QUEUE: which option is first to debate, as far as that can be told.

    `of_people` says that need is from the survey, so that its n are people.
    """
    rows = QUEUE.check(queue)
    if rows.empty:
        return "Nothing to debate here yet: that takes a need, and two tables or two groups of people to compare."
    rows = rows[rows["score"] > 0]
    if rows.empty:
        return "Nothing to debate here yet: where there is a need, those that can be compared do not differ."
    lead = rows[(rows[["rank", "rank_low"]] == 1).any(axis=1).to_numpy(bool)]
    n, names = int(rows["tables"].iloc[0]), named(lead["option"], labels)
    few = _too_few(n, lead["n"].min(), of_people)
    if few or 1 < len(lead) == len(rows):
        best = named(rows.loc[rows["rank"] == 1, "option"], labels)
        how = "needed and disputed most" if of_people else "high on the lists and disputed most"
        return f"With {few or tables(n)} it cannot be told what to debate first; {how}: {best}."
    if len(lead) == 1:
        asked = f"{people(lead['n'].iloc[0])}, " if of_people else ""
        return f"Debate first: {names} ({asked}{tables(n)})."
    order = "which of the two comes first" if len(lead) == 2 else "their order"
    return f"Debate {names} first; {order} cannot be told from {tables(n)}."
