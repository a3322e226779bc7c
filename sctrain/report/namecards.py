"""A seating plan to print, A4 in black and white: name cards, a list for each table, and the plan as CSV."""

from __future__ import annotations

from html import escape

import pandas as pd

from sctrain.report import tables as files
from sctrain.seating import Plan, Registrant

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
@page {size: A4; margin: 12mm}
body {font: 11pt/1.35 "Liberation Sans", Arial, sans-serif; color: #000; background: #fff}
body {max-width: 186mm; margin: auto}
h1 {font-size: 16pt; margin: 0 0 3mm} h2 {font-size: 20pt; margin: 0 0 3mm} h1, h2, .name {overflow-wrap: anywhere}
.cards {display: grid; grid-template-columns: 1fr 1fr; border: 0.2mm dashed #666; border-width: 0.2mm 0 0 0.2mm}
.card {box-sizing: border-box; height: 52mm; padding: 5mm; border: 0.2mm dashed #666; border-width: 0 0.2mm 0.2mm 0}
.card {break-inside: avoid; overflow: hidden; display: flex; flex-direction: column}
.name {font-size: 22pt; line-height: 1.1; font-weight: bold; margin: 0} .long {font-size: 15pt}
.longest {font-size: 11pt}
.event {font-size: 8pt; margin: 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis}
.rounds {display: flex; gap: 2mm; list-style: none; padding: 0; margin: auto 0 2mm}
.rounds li {flex: 1; border: 0.3mm solid #000; text-align: center; font-size: 8pt; padding: 1mm 0}
.rounds b {font-size: 18pt; line-height: 1; padding-left: 0.7mm} .rounds li {white-space: nowrap}
.door {break-before: page} .list {break-inside: avoid; margin-bottom: 9mm}
table {border-collapse: collapse; width: 100%; table-layout: fixed} th, td {text-align: left; vertical-align: top}
th, td {border-bottom: 0.2mm solid #666; padding: 1mm 2mm 1mm 0; overflow-wrap: anywhere}
thead th {border-bottom: 0.5mm solid #000} footer {font-size: 9pt; border-top: 0.2mm solid #666; margin-top: 6mm}
"""
KEPT = (
    "Names stand in the organiser’s file, in memory while the plan was made, and on this paper. "
    "They are not put in the store: no name here is kept with any answer."
)
LONG, LONGEST = 28, 60
"""Letters from which a name is set smaller, so that it stays on its card."""


def html(plan: Plan, title: str = "Seating plan") -> str:
    """The plan as one HTML page that needs nothing from elsewhere: cards by name, then a list for each table.

    It holds whatever names and title contain as text. The foot says where names are kept.
    """
    order = sorted(range(len(plan.people)), key=lambda i: plan.people[i].name.casefold())
    cards = "".join(_card(plan, i, title) for i in order)
    lists = "".join(_list(plan, table) for table in range(1, len(plan.sizes) + 1))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{escape(title)}</title>'
        f'<style>{STYLE}</style></head><body><main><h1 dir="auto">{escape(title)}: name cards</h1>'
        f'<div class="cards">{cards}</div><div class="door"><h1 dir="auto">{escape(title)}: tables</h1>{lists}</div>'
        f"</main><footer><p>{KEPT}</p></footer></body></html>"
    )


def csv(plan: Plan) -> bytes:
    """The plan as UTF-8 CSV: name, row in the file, the table in each round. A formula in a name is made harmless."""
    rounds = {f"round_{r}": tables for r, tables in enumerate(plan.tables, 1)}
    names, rows = [p.name for p in plan.people], [p.row for p in plan.people]
    return files.to_csv(pd.DataFrame({"name": names, "row": rows, **rounds}), {})


def _card(plan: Plan, person: int, title: str) -> str:
    name = plan.people[person].name
    size = " longest" if len(name) >= LONGEST else " long" if len(name) >= LONG else ""
    tables = "".join(f"<li>Round {r}<br>Table<b>{of[person]}</b></li>" for r, of in enumerate(plan.tables, 1))
    return (
        f'<section class="card"><p class="name{size}" dir="auto">{escape(name)}</p>'
        f'<ul class="rounds">{tables}</ul><p class="event" dir="auto">{escape(title)}</p></section>'
    )


def _list(plan: Plan, table: int) -> str:
    """Who sits at a table, a column for each round."""
    columns = [plan.seated(r, table) for r in range(1, len(plan.tables) + 1)]
    heads = "".join(f'<th scope="col">Round {r}</th>' for r in range(1, len(columns) + 1))
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in zip(*columns, strict=True))
    return (
        f'<section class="list"><h2>Table {table}</h2><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def _cell(person: Registrant) -> str:
    return f'<td dir="auto">{escape(person.name)}</td>'
