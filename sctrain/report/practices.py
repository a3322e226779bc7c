"""A city's own check of the work practices as one sheet of paper: HTML that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from sctrain.catalogue import Catalogue, Practice
from sctrain.frames import CHECKED
from sctrain.frames.practices import OFTEN
from sctrain.numerals import DASH, count, two_digits

STYLE = """
@page {size: A4; margin: 16mm}
body {font: 11pt/1.4 "Liberation Sans", Arial, sans-serif; color: #000; background: #fff}
body {max-width: 180mm; margin: auto}
h1 {font-size: 17pt; margin: 0 0 4mm} h2 {font-size: 13pt; margin: 6mm 0 2mm} h3 {font-size: 11pt; margin: 3mm 0 1mm}
.fill span {display: inline-block; border-bottom: 0.3mm solid #000; width: 52mm; margin: 0 4mm 0 1mm}
table {border-collapse: collapse; width: 100%} caption {text-align: left; padding: 0 0 1mm}
th, td {border-bottom: 0.2mm solid #666; padding: 1.2mm 1.5mm; text-align: left; vertical-align: top}
thead th {border-bottom-width: 0.5mm} td.number {white-space: nowrap; font-variant-numeric: tabular-nums}
tr.start th, tr.start td {font-weight: bold} ul {list-style: none; padding: 0; margin: 0}
li::before {content: "\\2610\\00a0\\00a0"} footer {margin-top: 6mm; font-size: 9pt; border-top: 0.2mm solid #666}
tr, section {break-inside: avoid}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
BASE = ("event", "filters", "people", "data_version", "hidden_below", "retrieved", "source")
"""The facts that a check stands on."""
SAID = "1 never, 2 seldom, 3 sometimes, 4 often, 5 always"


def sheet(
    known: Catalogue, checked: pd.DataFrame, sentence: str, first: Sequence[str], based_on: Mapping[str, str]
) -> str:
    """CHECKED as an HTML page: own marks beside the room's, what to start with, activities of the `first` practices.

    It reads in black and white, and holds whatever the texts contain as text. `based_on` stands at its foot.
    """
    practices = {practice.code: practice for practice in known.practice}
    rows = "".join(_row(row, practices[str(row.practice)]) for row in CHECKED.check(checked).itertuples())
    activities = "".join(_activities(practices[code]) for code in first)
    scale = f"{known.scale.low} to {known.scale.high}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>Work practices: our own check</title>'
        f"<style>{STYLE}</style></head><body><h1>Work practices: our own check</h1>"
        f'<p class="fill">City <span></span> Date <span></span></p><p><b>{escape(sentence)}</b></p>'
        f"<table><caption>How often we follow each practice today ({SAID}), beside the means of the room on its "
        f"scale of {scale}, with 95 % intervals</caption><thead><tr><th>Work practice</th><th>We do this</th>"
        f"<th>Room: importance</th><th>Room: present level</th><th>n</th></tr></thead><tbody>{rows}</tbody></table>"
        f"{activities and f'<h2>What could come first</h2>{activities}'}{_foot(based_on)}</body></html>"
    )


def _row(row: Any, practice: Practice) -> str:
    own = "not said" if pd.isna(row.own) else f"{'■' * row.own}{'□' * (5 - row.own)} {row.own} {OFTEN[row.own - 1]}"
    hidden = "not shown" if row.suppressed else "no answers"
    told = [hidden if pd.isna(getattr(row, role)) else _interval(row, role) for role in ("importance", "level")]
    n = DASH if pd.isna(row.n) else count(row.n)
    may = pd.notna(row.start) and bool(row.start)
    cells = "".join(f'<td class="number">{escape(text)}</td>' for text in (own, *told, n))
    arrow = "→ " * may
    return f'<tr{" class=start" * may}><th scope="row">{arrow}{escape(practice.label)}</th>{cells}</tr>'


def _interval(row: Any, role: str) -> str:
    value, low, high = (getattr(row, f"{role}{end}") for end in ("", "_low", "_high"))
    return two_digits(value) if pd.isna(low) else f"{two_digits(value)} ({two_digits(low)}{DASH}{two_digits(high)})"


def _activities(practice: Practice) -> str:
    items = "".join(f"<li>{escape(activity)}</li>" for activity in practice.activities)
    return f"<section><h3>{escape(practice.label)}</h3><p>{escape(practice.sentence)}</p><ul>{items}</ul></section>"


def _foot(based_on: Mapping[str, str]) -> str:
    facts = {name.replace("_", " "): based_on[name] for name in BASE if based_on.get(name)}
    told = "; ".join(f"{name}: {escape(value)}" for name, value in facts.items())
    legend = "→ and bold: what to start with, by the room’s importance times what we fall short of “always”."
    return f"<footer><p>{legend}</p><p>The room’s numbers are based on: {told}.</p></footer>"
