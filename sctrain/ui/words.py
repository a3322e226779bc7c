"""Labels and choices for what charts and sentences call by code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sctrain import numerals, tables
from sctrain.analysis.findings import listed
from sctrain.catalogue import GATHERINGS
from sctrain.selection import Selection
from sctrain.tables import Agreed, TableRoom
from sctrain.ui import data, state
from sctrain.ui.base import Base
from sctrain.ui.shelf import of_shared
from sctrain.views import people

MOST_GROUPS = 14
"""Columns a heat map can hold on a phone."""


def comparison(selection: Selection) -> str | None:
    """What is compared: the bar's choice, else city size rolled up, else the first that was answered."""
    room = data.room(selection)
    return selection.by if selection.by in room.compared_by else room.usual_comparison


def seated_by(selection: Selection) -> str | None:
    """The same for groups of tables: by who sat there, so neither by table nor by event."""
    by = comparison(selection)
    usual = data.room(selection).usual_comparison
    return next((code for code in (by, usual) if code and code not in GATHERINGS), None)


def answers_below(selection: Selection, gaps: pd.DataFrame) -> str:
    """Where the answers to one competency are: the one clicked, else the greatest need."""
    label = state.catalogue().labels[selection.competency or greatest_need(gaps)]
    return f"[{label}, answer by answer ↓](#one) (click a row for another competency)"


@of_shared
def greatest_need(gaps: pd.DataFrame) -> str:
    """The competency that is ranked first."""
    return str(gaps.sort_values("rank", kind="stable")["competency"].iloc[0])


def groups(by: str, frame: pd.DataFrame) -> dict[str, str]:
    """Label by group code, in the catalogue's order: all, or the MOST_GROUPS with the most people.

    Open dimensions are called by their codes.
    """
    return _groups(frame, by)


@of_shared
def _groups(frame: pd.DataFrame, by: str) -> dict[str, str]:
    labels, people = data.room(state.current()).group_labels(by), frame.groupby("group", sort=False)["n"].max()
    largest = set(people.astype("Float64").fillna(-1).nlargest(MOST_GROUPS).index)
    return {code: labels.get(code, code) for code in people.index if code in largest}


def groups_left_out(by: str, frame: pd.DataFrame) -> str:
    """What to say where not all groups are shown; empty where they are."""
    shown, there = len(groups(by, frame)), _count(frame)
    return f"The {shown} groups with the most people, of {there}; the numbers have them all." if there > shown else ""


@of_shared
def _count(frame: pd.DataFrame) -> int:
    return int(frame["group"].nunique())


def options(mix: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Label by dimension and option."""
    room = data.room(state.current())
    return {(d, o): room.label(d, o) for d, o in zip(mix["dimension"], mix["option"], strict=True)}


@of_shared
def dimensions_answered(mix: pd.DataFrame) -> list[str]:
    """The profile questions that anybody answered."""
    said = mix[(mix["option"] != "") & ((mix["n"].fillna(0) > 0) | mix["suppressed"].astype(bool))]
    return list(dict.fromkeys(said["dimension"]))


@of_shared
def of(mix: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The rows of one profile question."""
    return mix[mix["dimension"] == dimension].reset_index(drop=True)


@of_shared
def mix_options(mix: pd.DataFrame, name: str) -> dict[str, Any]:
    """What the answers to one profile question are drawn with."""
    dimension = state.catalogue().dimensions[name]
    labels = {option: label for (_, option), label in options(of(mix, name)).items()}
    return {"labels": labels, "title": dimension.label, "ordered": dimension.ordered, "k": data.threshold()}


def map_options(selection: Selection) -> dict[str, Any]:
    """What the importance-level map is drawn on."""
    known = state.catalogue()
    lines = data.crosshair(selection)
    return {"crosshair": lines, "scale": known.scale, "aspects": known.aspects, "cross": selection.cross}


@of_shared
def who(mix: pd.DataFrame, selection: Selection) -> str:
    """How many people there are, and the largest group of the first question that can be told."""
    n, labels = people(data.room(selection), selection), options(mix)
    mix = mix[~mix["dimension"].isin([name for name, _ in selection.filters])]
    shown = mix[~mix["suppressed"].astype(bool) & (mix["option"] != "") & (mix["n"].fillna(0) > 0)]
    lead = f"{numerals.people(n)} answered" if n else "Nobody answered"
    if shown.empty:
        return f"{lead}."
    top = shown[shown["dimension"] == shown["dimension"].iloc[0]].sort_values("n").iloc[-1]
    part = f"{numerals.count(top.n)} of them ({numerals.percent(top.share, n or 0)})"
    return f"{lead}; {part} chose “{labels[(top.dimension, top.option)]}”."


@of_shared
def agreement(agreed: Agreed) -> str:
    """How far the tables agree, who moves the result and which two are furthest apart, by number."""
    told = agreed.agreement.iloc[0]
    if not told.tables:
        return "No table ranked this list."
    silent = f", {told.silent} left it out" * bool(told.silent)
    parts = [f"{told.tables} {'table' if told.tables == 1 else 'tables'} ranked this list{silent}"]
    if pd.notna(told.w):
        chance = "p < 0.001" if told.p < 0.001 else f"p = {told.p:.2g}"
        over = f"over the {told.options} options that any of them ranked"
        parts.append(f"{told.words} between them (Kendall’s W = {told.w:.2f}, {chance}, {over})")
    if pd.notna(told.moving_table) and told.moves:
        pairs = "pair of options" if told.moves == 1 else "pairs of options"
        parts.append(f"without table {told.moving_table} the order would change most ({told.moves} {pairs} would swap)")
    apart = agreed.distances.dropna(subset=["tau"]).sort_values("tau", kind="stable")
    apart = apart[apart["tau"] < 1]
    furthest = apart[apart["tau"] <= apart["tau"].min() + 1e-9]
    for table, other, tau in furthest[["table", "other", "tau"]].head(1).itertuples(index=False):
        more = len(furthest) - 1
        also = f", and {more} more {'pair' if more == 1 else 'pairs'}," if more else ""
        parts.append(f"tables {table:.0f} and {other:.0f}{also} are furthest apart (tau = {numerals.two_digits(tau)})")
    return "; ".join(parts) + ". An option that a table left out counts as tied after those it ranked."


@of_shared
def ranked_by(agreed: Agreed) -> int:
    """How many tables ranked the list."""
    return int(agreed.agreement["tables"].iloc[0])


@of_shared
def odd_lists(room: TableRoom, topic: str) -> str:
    """Which tables ranked one option only or tied all, and what is no longer counted; empty where all is ordinary."""
    ranked, forgotten = room.ranked(topic), room.forgotten(topic)
    lists = ranked.groupby("table_number")["position"].agg(["size", "nunique"])
    single = lists.index[lists["size"] == 1]
    tied = lists.index[(lists["size"] > 1) & (lists["nunique"] == 1)]
    said = [_tables_that(single, "ranked one option only"), _tables_that(tied, "tied all that they ranked")]
    said += [f"Left out: {forgotten} places given to options that the catalogue no longer has."] * bool(forgotten)
    return " ".join(filter(None, said))


def _tables_that(tables: pd.Index, did: str) -> str:
    if not len(tables):
        return ""
    return f"Table{'s' * (len(tables) > 1)} {listed([str(t) for t in tables])} {did}."


def tables_base(room: TableRoom, topic: str) -> Base:
    """What a figure about tables stands on."""
    facts, labels = tables.facts(room, topic), room.labels(topic)
    event = room.event.title + " (demo)" * room.event.is_demo
    told = [f"n = {facts['tables_that_ranked']} of {facts['tables']} tables", facts["topic"].lower(), event]
    words = " · ".join([*told, f"data version {room.version}"])
    return Base(words, facts, lambda frame: frame.assign(option_label=frame["option"].map(labels)))


@of_shared
def in_order(agreed: Agreed) -> list[str]:
    """The options, those that the tables agree on most first."""
    return agreed.consensus.sort_values("borda_rank", kind="stable", na_position="last")["option"].tolist()


def dont_know(answered: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Of which competency “don’t know” was said most often; empty where nobody could say so, or nobody did."""
    if not (most := _least_known(answered)):
        return ""
    competency, share, n = most
    people = numerals.people(n)
    return f"“Don’t know” was said most often of {labels[competency]}: by {numerals.percent(share, n)} of {people}."


@of_shared
def _least_known(answered: pd.DataFrame) -> tuple[str, float, int] | None:
    said = answered[answered["dont_know"].fillna(0) > 0].sort_values("dont_know", kind="stable")
    if not len(said):
        return None
    most = said.iloc[-1]
    return str(most["competency"]), float(most["dont_know"]), int(most["n"])
