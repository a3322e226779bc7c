"""Pictures of the format chosen most often: how many choose each, and what share of each group it would suit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sctrain.charts.dots import Dots
from sctrain.charts.gaps import hidden_words, of_all, sentence
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
    one,
    picked,
    pixel,
    records,
    words,
)
from sctrain.charts.questions import HATCHED, hatched
from sctrain.charts.rows import LABELS, Rows, Sign
from sctrain.charts.theme import LIGHT, SMALL_N, Look, hidden_for, ink, interval
from sctrain.frames import CLASHES, FORMATS
from sctrain.numerals import count, people, percent
from sctrain.privacy import THRESHOLD

CELL = 26
Labels = Mapping[tuple[str, str], str]
"""Of groups, by comparison and group."""


def formats_matrix(
    formats: pd.DataFrame,
    durations: Mapping[str, str],
    forms: Mapping[str, str],
    look: Look = LIGHT,
    *,
    k: int = THRESHOLD,
) -> Drawing:
    """How many people chose each duration (row) with each form (column); what is chosen most often is outlined.

    Zero is blank, a hidden cell hatched.
    """
    grid = _Matrix(formats, durations, forms, k)
    heads = Headings(look, list(grid.columns.values()))
    wide = max(WIDE, LABELS + 2 * EDGE + heads.needed)
    rows = Rows(look, list(grid.rows.values()), grid.key(look), band=CELL, above=heads.heights, wide_from=wide)
    placed = rows.place({"duration": code, "name": name} for code, name in grid.rows.items())
    data = [
        {**row, **grid.cell(row["duration"], form, look), "form_name": name, "column": j}
        for row in placed
        for j, (form, name) in enumerate(grid.columns.items())
    ]
    return rows.draw(
        f"How long, and in which form: {people(grid.base)} who replied to both"
        if grid.base
        else "How long, in which form",
        grid.says(),
        data,
        [rows.names("datum.column === 0"), *_cells(look), *rows.signs(), *heads.layers(rows)],
        ("duration", "form"),
        heads.signals,
    )


@dataclass(frozen=True)
class _Matrix:
    """The counts by duration and form."""

    frame: pd.DataFrame
    durations: Mapping[str, str]
    forms: Mapping[str, str]
    k: int

    @cached_property
    def cells(self) -> dict[tuple[str, str], Record]:
        """FORMATS by duration and form."""
        given = FORMATS.check(self.frame)
        found = zip(records(FORMATS, given, "n", "respondents"), given["chosen"], strict=True)
        # What is chosen most often may be named where its number is hidden.
        return {(r["duration"], r["form"]): {**r, "chosen": bool(chosen)} for r, chosen in found}

    @property
    def rows(self) -> dict[str, str]:
        """Label by duration, in their order."""
        return {code: label_of(self.durations, code) for code in dict.fromkeys(d for d, _ in self.cells)}

    @property
    def columns(self) -> dict[str, str]:
        """Label by form, in their order."""
        return {code: label_of(self.forms, code) for code in dict.fromkeys(f for _, f in self.cells)}

    @cached_property
    def base(self) -> int:
        """How many people replied to both; 0 where nothing is shown."""
        return max((r["respondents"] or 0 for r in self.cells.values()), default=0)

    def key(self, look: Look) -> list[Sign]:
        """What the outline and the hatching mean, where they are."""
        chosen = any(r["chosen"] for r in self.cells.values())
        hidden = any(r["suppressed"] for r in self.cells.values())
        return [Sign("chosen most often", "square", stroke=look.text, weight=look.px(2))] * chosen + [
            Sign(hidden_for(self.k), HATCHED, stroke=look.hatch)
        ] * hidden

    def cell(self, duration: str, form: str, look: Look) -> Record:
        """How one cell is filled and what it says."""
        r = self.cells[duration, form]
        hidden, n = bool(r["suppressed"]), r["n"] or 0
        peak = max((c["n"] or 0 for c in self.cells.values()), default=0) or 1
        fill = look.shade(0.08 + 0.92 * n / peak) if n else look.background
        said = hidden_for(self.k) if hidden else f"{count(n)} of {count(self.base)}"
        told = {"form": form, "suppressed": hidden, "chosen": bool(r["chosen"]), "people": said}
        return {**told, "value": count(n) if n and not hidden else "", "fill": fill, "ink": ink(fill)}

    def says(self) -> str:
        """The alternative text."""
        says = f"people by duration and form, {count(self.base)} who replied to both"
        for (duration, form), r in self.cells.items():
            if r["chosen"]:
                said = f"{label_of(self.durations, duration)}, {label_of(self.forms, form)}"
                says += f"; chosen most often: {said}" + ("" if r["n"] is None else f": {count(r['n'])}")
        return sentence(says + hidden_words(list(self.cells.values()), self.k))


def _cells(look: Look) -> list[Record]:
    px = look.px
    half = px(CELL / 2)
    where = [
        calculate("left", f"begin + cell * datum.column + {px(1)}"),
        calculate("right", f"begin + cell * (datum.column + 1) - {px(1)}"),
        calculate("over", f"(wide ? datum.top : datum.y - {half}) + {px(1)}"),
        calculate("under", f"(wide ? datum.bottom : datum.y + {half}) - {px(1)}"),
    ]
    middle = calculate("x", "begin + cell * (datum.column + 0.5)")
    ends: Record = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("over"), "y2": {"field": "under"}}
    tip = {"name": "duration", "form_name": "form", "people": "people"}
    paint: Record = {"fill": as_given("fill"), "stroke": picked(look, look.grid)}
    bold = {"expr": "datum.chosen ? 'bold' : 'normal'"}
    edges = [
        {"type": "rect", "filled": False, "stroke": colour, "strokeWidth": px(weight)}
        for colour, weight in ((look.background, 5), (look.text, 2.5))
    ]
    value = words(look, align="center", fontWeight=bold)
    return [
        layer({"type": "rect", "cursor": "pointer"}, "rows", transform=where, tip=tip, **paint, **ends),
        *hatched(look, [middle], "datum.y"),
        *(layer(edge, transform=[{"filter": "datum.chosen"}, *where], **ends) for edge in edges),
        layer(value, transform=[middle], x=pixel("x"), y=pixel("y"), text={"field": "value"}, color=as_given("ink")),
    ]


def suited_dots(
    clashes: pd.DataFrame,
    labels: Mapping[str, str],
    group_labels: Labels,
    look: Look = LIGHT,
    *,
    title: str,
    top: int | None = 10,
    k: int = THRESHOLD,
) -> Drawing:
    """Of each group (row) the share that one format would suit, those shut out first, then the smallest shares.

    `labels` name the comparisons. A diamond is a group it shuts out; the line is the share of everyone. Groups that are
    hidden or empty are not drawn: the title says how many there are.
    """
    given = one(CLASHES, one(CLASHES, CLASHES.check(clashes), "duration"), "form")
    found = records(CLASHES, given, "n", "n_high", "respondents", "share", "share_low", "share_high", "shut_out")
    everyone = next((r["share"] for r in found if r["group"] is None), None)
    groups = [r for r in found if r["group"] is not None and (r["suppressed"] or r["respondents"])]
    known = sorted((_suited_words(r, labels, group_labels, k) for r in groups if not r["suppressed"]), key=_first)
    dots = Dots(look, known[:top], "does not suit", "everyone", everyone, ("dimension", "group"))
    says = f"{title} {len(groups)} groups"
    for r in [r for r in known if r["strong"]] or known[:1]:
        says += f"; {'does not suit' if r['strong'] else 'smallest share'}: {r['name']}: {r['about']}, {r['people']}"
    kept = (
        f"; all {len(groups)} groups are {hidden_for(k)} people"
        if groups and not known
        else of_all(known[:top], groups)
    )
    order = "; groups it does not suit first, then the smallest share" if len(known) > 1 else ""
    shown = f"{title} Share it would suit{order}{kept}"
    return dots.draw(shown, sentence(says + hidden_words(groups, k)))


def _first(row: Record) -> tuple[bool, float]:
    return not row["strong"], row["share"] if row["share"] is not None else row["share_high"]


def _suited_words(row: Record, labels: Mapping[str, str], group_labels: Labels, k: int) -> Record:
    n = f"fewer than {k}" if row["n"] is None else count(row["n"])
    label = group_labels.get((row["dimension"], row["group"]), row["group"])
    of = row["respondents"]
    ends = (percent(row[end], of) for end in ("share", "share_low", "share_high"))
    about = f"{n} of {count(of)}" if row["n"] is None else interval(*ends)
    return {
        **row,
        "name": f"{label} ({label_of(labels, row['dimension']).lower()})",
        "strong": bool(row["shut_out"]),
        "value": percent(row["share"], of) if row["n"] is not None else f"<{percent(k / of, of)}",
        "people": f"{f'<{k}' if row['n'] is None else count(row['n'])} of {count(of)}",
        "about": about,
        "note": "",
        "faint": of < SMALL_N,
    }
