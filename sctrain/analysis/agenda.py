"""What to put to the room: a card for each of the first options of the debate queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from sctrain.analysis.consensus import FEWEST
from sctrain.analysis.table_groups import named
from sctrain.frames import QUEUE
from sctrain.numerals import count, percent, two_digits

PLACES = ("first", "second", "third", "fourth", "fifth")


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
    view: Literal["tables", "groups"]


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
    tables' points. What has no label is called by its code.
    """
    rows = QUEUE.check(queue)
    return [
        Card(
            str(row.option),
            labels.get(str(row.option), str(row.option)),
            f"{_needed(row, of_people)}; {_disputed(row)}.",
            _place_told(row),
            *_split(row, group_labels, points),
        )
        for row in rows[rows["score"] > 0].head(most).itertuples()
    ]


def _needed(row: Any, of_people: bool) -> str:
    share, greatest = percent(row.need, row.n), row.need > 1 - 1e-9
    if of_people:
        return f"{'No need is greater' if greatest else f'Its need is {share} of the greatest'} (n = {count(row.n)})"
    had = "No option has more points" if greatest else f"It has {share} of the most points"
    return f"{had} ({_tables_in_words(row.n)})"


def _disputed(row: Any) -> str:
    """`6 tables are 61 % as far apart on it as they could be, groups of people 12 %`."""
    tables, groups = _tables_in_words(row.tables), "groups of people"
    far = {who: x for who, x in ((tables, row.between_tables), (groups, row.between_groups)) if x > 0}
    first, *rest = (f"{who}{' are' * (k == 0)} {percent(x, row.tables)}" for k, (who, x) in enumerate(far.items()))
    agree = [f"{tables} agree"] * (row.between_tables == 0)
    agree += [f"{groups} differ no more than by chance"] * (row.between_groups == 0)
    return ", ".join([f"{first} as far apart on it as they could be", *rest, *agree])


def _place_told(row: Any) -> str:
    if row.tables < FEWEST or pd.isna(row.rank_low):
        return f"With {_tables_in_words(row.tables)} its place in the queue cannot be told."
    if row.rank_low == row.rank_high:
        return f"In 95 % of the redrawn rooms it has place {row.rank} in the queue."
    return f"In 95 % of the redrawn rooms it has place {row.rank_low} to {row.rank_high} in the queue."


def _split(row: Any, groups: Mapping[str, str], points: int) -> tuple[str, str, Literal["tables", "groups"]]:
    """Who stands furthest apart, a question to them, and the view that shows it."""
    by_tables, by_groups = not pd.isna(row.table_for), not pd.isna(row.group_more)
    if by_groups and not (by_tables and row.between_tables >= row.between_groups):
        more, less = (groups.get(code, code) for code in (row.group_more, row.group_less))
        gap = f"gap {two_digits(row.gap_more)} of {points - 1} points (n = {count(row.n_more)})"
        apart = f"{more}: {gap}; {less}: {two_digits(row.gap_less)} (n = {count(row.n_less)})."
        question = f"{_short(more)}: what do you lack here? {_short(less)}: where did you learn it?"
        return apart, question, "groups"
    if not by_tables:
        return "No table lists it.", "Was it forgotten, or does it not belong on the list?", "tables"
    return *_two_tables(row), "tables"


def _short(label: str) -> str:
    """`Small and medium cities` of `Small and medium cities, under 250 000 (or not said)`."""
    return label.partition(" (")[0].partition(", ")[0]


def _two_tables(row: Any) -> tuple[str, str]:
    one, other, best = row.table_for, row.table_against, f"Table {row.table_for} puts it {_place(row.place_for)}"
    if pd.isna(row.place_against):
        return (
            f"{best}, table {other} leaves it out.",
            f"Table {one}, what would you tell table {other}, which left it out?",
        )
    there = f"{best}, table {other} {_place(row.place_against)}"
    if row.place_against > row.place_for:
        return f"{there}.", f"Table {one}, what do you see in it that table {other} does not?"
    return f"{there} but tied with more options.", f"Table {other}, which of the options you tied comes first?"


def _place(place: int) -> str:
    return PLACES[place - 1] if place <= len(PLACES) else f"at place {place}"


def _tables_in_words(n: int) -> str:
    return f"{count(n) if n else 'no'} {'table' if n < 2 else 'tables'}"


def sentence(queue: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What the presenter may say of QUEUE: which option is first to debate, as far as that can be told."""
    rows = QUEUE.check(queue)
    if rows.empty:
        return "Nothing to debate yet: that takes a need, and two tables or two groups of people to compare."
    rows = rows[rows["score"] > 0]
    if rows.empty:
        return "Nothing to debate yet: where there is a need, tables and groups of people do not differ."
    n, lead = int(rows["tables"].iloc[0]), rows[(rows[["rank", "rank_low"]] == 1).any(axis=1).to_numpy(bool)]
    tables, best = _tables_in_words(n), named(rows.loc[rows["rank"] == 1, "option"], labels)
    if n < FEWEST or 1 < len(lead) == len(rows):
        return f"With {tables} it cannot be told what to debate first; needed and disputed most: {best}."
    if len(lead) == 1:
        return f"First to debate: {best}, needed and disputed most ({tables})."
    return f"{named(lead['option'], labels)} come first: with {tables} their order cannot be told."
