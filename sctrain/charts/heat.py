"""The heat map of GAPS: a measure by competency and group, written in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

import pandas as pd

from sctrain.charts.gaps import MEASURES, about, by_need, hidden_words, of_all, sentence
from sctrain.charts.headings import Headings
from sctrain.charts.parts import (
    EDGE,
    WIDE,
    Drawing,
    Record,
    as_given,
    calculate,
    cell_words,
    choice,
    hidden_cells,
    label_of,
    layer,
    picked,
    pixel,
    records,
    words,
)
from sctrain.charts.rows import LABELS, Rows, Sign, first, hidden_sign
from sctrain.charts.theme import HIDDEN, LIGHT, SMALL_N, Look, hidden_for, ink
from sctrain.frames import GAPS
from sctrain.numerals import count, two_digits
from sctrain.privacy import THRESHOLD

CELL = 24


def gaps_heat(
    gaps_by_group: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    look: Look = LIGHT,
    *,
    measure: str = "gap",
    group_order: Sequence[str] = (),
    top: int | None = None,
    sort: str = "need",
    k: int = THRESHOLD,
    marked: str | None = None,
) -> Drawing:
    """A measure by competency (row) and group (column); hidden cells are hatched.

    One grey ramp runs from no need to the highest: where the level already reaches the
    importance a cell is as light as at no gap, and the sign stands in the cell. Cells of fewer
    than 10 people are smaller. Rows are sorted by the frame's rows for everyone (group missing),
    else by the mean over groups. The competency `marked` is outlined, and shown even beyond `top`.
    """
    gaps = GAPS.check(gaps_by_group)
    said = choice(MEASURES, "measure", measure)
    heat = _Heat(gaps, measure, tuple(group_order) or tuple(group_labels), sort)
    shown = first(heat.order, top, marked)
    names = [label_of(group_labels, g) for g in heat.groups]
    key = [Sign(f"smaller: n below {SMALL_N}", "square", fill=look.quiet)] if heat.has_small else []
    heads = Headings(look, names, counts=[HIDDEN if n is None else f"n {count(n)}" for n in heat.most])
    rows = Rows(
        look,
        [label_of(labels, c) for c in shown],
        key + [hidden_sign(look, k)] * heat.has_hidden,
        band=CELL,
        above=heads.heights,
        wide_from=max(WIDE, LABELS + 2 * EDGE + heads.needed),
    )
    placed = rows.place({"competency": c, "name": label_of(labels, c), "marked": c == marked} for c in shown)
    data = [
        {**row, **heat.cell(row["competency"], group, look, k), "group_name": name, "column": j}
        for row in placed
        for j, (group, name) in enumerate(zip(heat.groups, names, strict=True))
    ]
    return rows.draw(
        f"{said.title} ({said.unit}), by group" + of_all(shown, heat.order),
        heat.says(labels, group_labels, k, marked),
        data,
        [
            rows.names("datum.column === 0"),
            *_cells(look, said.heading),
            *rows.signs(),
            *heads.layers(rows),
            rows.outline("datum.column === 0"),
        ],
        ("competency", "group"),
        heads.signals,
    )


def heat_alt(
    gaps_by_group: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Mapping[str, str],
    *,
    measure: str = "gap",
    group_order: Sequence[str] = (),
    k: int = THRESHOLD,
    marked: str | None = None,
) -> str:
    """What `gaps_heat` shows, in a sentence."""
    choice(MEASURES, "measure", measure)
    heat = _Heat(GAPS.check(gaps_by_group), measure, tuple(group_order) or tuple(group_labels))
    return heat.says(labels, group_labels, k, marked)


@dataclass(frozen=True)
class _Heat:
    """The cells that are drawn, by competency and group, and the order of the rows."""

    frame: pd.DataFrame
    measure: str
    groups: tuple[str, ...]
    sort: str = "need"

    @cached_property
    def _records(self) -> list[Record]:
        return records(GAPS, self.frame, "n", self.measure, f"{self.measure}_low", f"{self.measure}_high")

    @cached_property
    def cells(self) -> dict[tuple[str, str], Record]:
        """The records of the groups drawn."""
        return {(r["competency"], r["group"]): r for r in self._records if r["group"] in self.groups}

    @cached_property
    def order(self) -> list[str]:
        """The competencies from the highest need down, or as the frame has them."""
        whole = {r["competency"]: r[self.measure] for r in self._records if r["group"] is None}
        means = []
        for code in dict.fromkeys(r["competency"] for r in self._records):
            over = [r[self.measure] for (c, _), r in self.cells.items() if c == code and r[self.measure] is not None]
            value = whole.get(code, fmean(over) if over else None)
            means.append({"competency": code, self.measure: value})
        return [r["competency"] for r in by_need(means, self.measure, self.sort)]

    @cached_property
    def most(self) -> list[int | None]:
        """The most people behind a cell of each group; None where nothing is shown because cells are hidden."""
        found: list[int | None] = []
        for group in self.groups:
            rows = [r for (_, g), r in self.cells.items() if g == group]
            most = max((r["n"] or 0 for r in rows), default=0)
            found.append(most if most or not any(r["suppressed"] for r in rows) else None)
        return found

    @cached_property
    def _peak(self) -> float:
        sign = MEASURES[self.measure].need
        return max((sign * r[self.measure] for r in self.cells.values() if r[self.measure] is not None), default=0)

    @property
    def has_small(self) -> bool:
        """Whether fewer than 10 people stand behind some cell."""
        return any(0 < (r["n"] or 0) < SMALL_N for r in self.cells.values())

    @property
    def has_hidden(self) -> bool:
        """Whether some cell is hidden."""
        return any(r["suppressed"] for r in self.cells.values())

    def says(self, labels: Mapping[str, str], group_labels: Mapping[str, str], k: int, marked: str | None) -> str:
        """The alternative text."""
        found = by_need(list(self.cells.values()), self.measure)
        known = [r for r in found if r[self.measure] is not None]
        says = f"{MEASURES[self.measure].name} of {len(self.order)} competencies in {len(self.groups)} groups"
        for word, r in zip(("highest", "lowest"), (known[0], known[-1]) if known else (), strict=False):
            where = f"{label_of(labels, r['competency'])}, {label_of(group_labels, r['group'])}"
            says += f"; {word} need {where}: {about(r, self.measure)}, n {count(r['n'])}"
        says += hidden_words(found, k)
        if marked is not None:
            own = [r for r in known if r["competency"] == marked]
            says += f"; marked {label_of(labels, marked)}: {self._range(own, group_labels)}"
        return sentence(says)

    def _range(self, known: Sequence[Record], group_labels: Mapping[str, str]) -> str:
        """One competency's number in the group of the highest need and in that of the lowest."""
        said = [f"{about(r, self.measure)} in {label_of(group_labels, r['group'])}" for r in known]
        return " to ".join(dict.fromkeys([*said[:1], *said[-1:]])) or "no number"

    def cell(self, competency: str, group: str, look: Look, k: int) -> Record:
        """How one cell is filled and what it says."""
        row = self.cells.get((competency, group), {"suppressed": False, self.measure: None, "n": None})
        value, hidden = row[self.measure], bool(row["suppressed"])
        known = {"group": group, "suppressed": hidden, "small": 0 < (row["n"] or 0) < SMALL_N}
        if value is None:
            said = hidden_for(k) if hidden else "no answers"
            text = HIDDEN if hidden else ""
            return {**known, "fill": "transparent", "ink": look.quiet, "value": text, "about": said, "people": said}
        fill = look.shade(MEASURES[self.measure].need * value / self._peak if self._peak > 0 else 0)
        told = {"value": two_digits(value), "about": about(row, self.measure), "people": count(row["n"])}
        return {**known, **told, "fill": fill, "ink": ink(fill)}


def _cells(look: Look, heading: str) -> list[Record]:
    """The cells, where wide as high as their row, and what stands in them."""
    px = look.px
    inset, half = f"(datum.small ? {px(4)} : {px(1)})", px(CELL / 2)
    where = [
        calculate("left", f"begin + cell * datum.column + {inset}"),
        calculate("right", f"begin + cell * (datum.column + 1) - {inset}"),
        calculate("over", f"(wide ? datum.top : datum.y - {half}) + {inset}"),
        calculate("under", f"(wide ? datum.bottom : datum.y + {half}) - {inset}"),
    ]
    middle = calculate("x", "begin + cell * (datum.column + 0.5)")
    room = f"cell >= {px(26)}"
    at: Record = {"x": pixel("x"), "y": pixel("y")}
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    tip = {"name": "competency", "group_name": "group", "about": heading, "people": "people"}
    paint: Record = {"fill": as_given("fill"), "stroke": picked(look, look.grid)}
    value: Record = {"text": {"field": "told"}, "color": as_given("ink")}
    return [
        layer({"type": "rect", "cursor": "pointer"}, "rows", transform=where, tip=tip, **paint, **ends),
        hidden_cells(look, CELL - 8, [middle, {"filter": room}], **at),
        layer(words(look, align="center"), transform=[middle, {"filter": room}, cell_words(look)], **value, **at),
    ]
