"""What groups of tables put first: the rank of each option within each group, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sctrain.charts.consensus import CELL, NOT_RANKED, SPOT
from sctrain.charts.gaps import of_all, sentence
from sctrain.charts.headings import Headings
from sctrain.charts.parts import (
    EDGE,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    label_of,
    layer,
    picked,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import LABELS, Rows, Sign
from sctrain.charts.theme import LIGHT, Look, ink, interval, mix
from sctrain.errors import FrameError
from sctrain.frames import GROUP_RANKS
from sctrain.numerals import count, tables

SMALL = "M-0.6,-0.6L0.6,-0.6L0.6,0.6L-0.6,0.6Z"


def group_ranks_heat(
    group_ranks: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    order: Sequence[str],
    top: int | None = 10,
    fewest: int = 6,
) -> Drawing:
    """The rank of each option (row, in this order) within each group of tables (column).

    The first rank stands out most; what no table of a group ranked is a dot. Where a group has no
    rank intervals, which takes `fewest` tables, its cells are smaller and its numbers light, not bold.
    """
    heat = _Heat(group_ranks, tuple(order), tuple(group_labels), fewest)
    shown = heat.order[:top]
    names = [label_of(labels, option) for option in shown]
    notes = [f"n = {tables(n)}" for n in heat.groups.values()]
    heads = Headings(look, [label_of(group_labels, g) for g in heat.groups], notes)
    wide = max(WIDE, LABELS + 2 * EDGE + heads.needed)
    rows = Rows(look, names, heat.key(look, shown), band=CELL, above=heads.heights, wide_from=wide)
    placed = rows.place({"option": o, "name": name} for o, name in zip(shown, names, strict=True))
    data = [
        {**row, **heat.cell(row["option"], group, look), "group_name": name, "column": j}
        for row in placed
        for j, (group, name) in enumerate(zip(heat.groups, heads.names, strict=True))
    ]
    return rows.draw(
        "Rank by Borda points within groups of tables" + of_all(shown, heat.order),
        heat.says(labels, group_labels),
        data,
        [rows.names("datum.column === 0"), *_cells(look), *rows.signs(), *heads.layers(rows)],
        ("option", "group"),
        heads.signals,
    )


def group_ranks_alt(
    group_ranks: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    *,
    order: Sequence[str],
    fewest: int = 6,
) -> str:
    """What `group_ranks_heat` shows, in a sentence."""
    return _Heat(group_ranks, tuple(order), tuple(group_labels), fewest).says(labels, group_labels)


@dataclass(frozen=True)
class _Heat:
    """The ranks by option and group, options and groups in the orders given."""

    frame: pd.DataFrame
    order: tuple[str, ...]
    known: tuple[str, ...]
    fewest: int

    @cached_property
    def _records(self) -> list[Record]:
        frame = GROUP_RANKS.check(self.frame).assign(suppressed=False)
        found = records(GROUP_RANKS, frame, "tables", "ranked_by", "rank", "rank_low", "rank_high")
        for name, there in (("option", self.order), ("group", self.known)):
            odd = next((r[name] for r in found if r[name] not in there), None)
            if odd is not None:
                raise FrameError(f"GROUP_RANKS.{name}: {odd!r} is not one of {', '.join(there)}")
        return found

    @cached_property
    def groups(self) -> dict[str, int]:
        """How many tables are in each group that has some."""
        found = {r["group"]: r["tables"] for r in self._records}
        return {group: found[group] for group in self.known if group in found}

    @cached_property
    def ranked(self) -> dict[tuple[str, str], Record]:
        """What some table of the group ranked, by option and group."""
        # the frame may give a rank to what all tables left out
        found = [r for r in self._records if r["ranked_by"] and r["rank"] is not None]
        return {(r["option"], r["group"]): r for r in found}

    @cached_property
    def unsure(self) -> list[str]:
        """The groups of too few tables for rank intervals."""
        sure = {r["group"] for r in self._records if r["rank_low"] is not None}
        return [group for group in self.groups if group not in sure]

    @property
    def _why(self) -> str:
        return f"fewer than {self.fewest} tables: order cannot be told"

    @cached_property
    def last(self) -> int:
        """The last rank in any group, at least 2."""
        return max(2, max((r["rank"] for r in self.ranked.values()), default=2))

    def key(self, look: Look, shown: Sequence[str]) -> list[Sign]:
        """First and last rank; what is not ranked and small groups, where there are any."""
        key = [
            Sign("first", "square", fill=look.tables),
            Sign(f"rank {count(self.last)}", "square", fill=look.band, stroke=look.quiet),
        ]
        if any((option, group) not in self.ranked for option in shown for group in self.groups):
            key.append(Sign(NOT_RANKED, SPOT, fill=look.quiet))
        if self.unsure:
            key.append(Sign(self._why, SMALL, fill=look.tables))
        return key

    def cell(self, option: str, group: str, look: Look) -> Record:
        """How one cell is filled and what it says."""
        n, row = self.groups[group], self.ranked.get((option, group))
        told = {"group": group, "few": group in self.unsure, "tables": count(n)}
        if row is None:
            blank = {"fill": "transparent", "ink": look.quiet, "value": "", "blank": True}
            return {**told, **blank, "about": NOT_RANKED, "asked": f"0 of {count(n)}"}
        fill = mix(look.tables, look.band, (row["rank"] - 1) / (self.last - 1))
        value = {"fill": fill, "ink": ink(fill), "value": count(row["rank"]), "blank": False}
        return {**told, **value, "about": self._about(row), "asked": f"{count(row['ranked_by'])} of {count(n)}"}

    def says(self, labels: Mapping[str, str], group_labels: Mapping[str, str]) -> str:
        """The alternative text."""
        says = f"rank of {len(self.order)} options within {len(self.groups)} groups of tables"
        for group, n in self.groups.items():
            firsts = [label_of(labels, o) for o in self.order if self._rank(o, group) == 1]
            says += f"; {label_of(group_labels, group)}, {tables(n)}: {_first(firsts)}"
        if self.unsure:
            few = [label_of(group_labels, group) for group in self.unsure]
            says += f"; fewer than {self.fewest} tables, order cannot be told: {', '.join(few)}"
        return sentence(says)

    def _rank(self, option: str, group: str) -> int | None:
        row = self.ranked.get((option, group))
        return row["rank"] if row else None

    def _about(self, row: Record) -> str:
        """The rank with its interval in words, or why it has none."""
        rank, low, high = row["rank"], row["rank_low"], row["rank_high"]
        if low is not None and high is not None:
            return interval(count(rank), count(low), count(high))
        return f"{count(rank)}; {self._why}" if row["group"] in self.unsure else count(rank)


def _first(names: Sequence[str]) -> str:
    """Which options are first, in words; names may hold commas and "and" themselves."""
    quoted = [f"“{name}”" for name in names]
    if len(quoted) < 2:
        return f"first {quoted[0]}" if quoted else "nothing ranked"
    return f"tied first {', '.join(quoted[:-1])} and {quoted[-1]}"


def _cells(look: Look) -> list[Record]:
    """The cells, where wide as high as their row, and what stands in them."""
    px = look.px
    inset, half = f"(datum.few ? {px(4)} : {px(1)})", px(CELL / 2)
    where = [
        calculate("left", f"begin + cell * datum.column + {inset}"),
        calculate("right", f"begin + cell * (datum.column + 1) - {inset}"),
        calculate("over", f"(wide ? datum.top : datum.y - {half}) + {inset}"),
        calculate("under", f"(wide ? datum.bottom : datum.y + {half}) - {inset}"),
    ]
    middle = calculate("x", "begin + cell * (datum.column + 0.5)")
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    tip = {"name": "option", "group_name": "group", "about": "rank", "asked": "ranked by tables"}
    cell = {"type": "rect", "cursor": "pointer"}
    spot = {"type": "point", "shape": SPOT, "size": px(11) ** 2, "fill": look.quiet, "stroke": None}
    weight = {"fontWeight": {"expr": "datum.few ? 'normal' : 'bold'"}, "opacity": {"expr": f"cell < {px(20)} ? 0 : 1"}}
    return [
        layer(cell, "rows", transform=where, tip=tip, fill=as_given("fill"), stroke=picked(look), **ends),
        layer(spot, transform=[middle, {"filter": "datum.blank"}], **at),
        layer(
            words(look, align="center", **weight),
            transform=[middle],
            text={"field": "value"},
            color=as_given("ink"),
            **at,
        ),
    ]
