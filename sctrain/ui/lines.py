"""What tables wrote, as far as it may be read."""

from __future__ import annotations

from html import escape

import pandas as pd

from sctrain import numerals
from sctrain.cards import JOIN
from sctrain.notes import CONCLUSIONS, UNCODED, NoteRoom, lines_about
from sctrain.ui.base import Base

KINDS = ("challenge", "solution", "conclusion")
NOT_CLEARED = "not cleared for publication"


def base(room: NoteRoom) -> Base:
    """What a figure about lines stands on."""
    lines, tables = len(room.noted), room.noted["table_number"].nunique()
    event = room.event.title + " (demo)" * room.event.is_demo
    kinds = room.noted["kind"].value_counts()
    held = ", ".join(f"{kinds[kind]} {kind}{'s' * bool(kinds[kind] > 1)}" for kind in KINDS if kind in kinds)
    words = f"n = {lines} lines ({held}) · {numerals.tables(tables)} · {event} · data version {room.version}"
    facts = {"event": room.event.title, "lines": str(lines), "tables": str(tables), "data_version": str(room.version)}
    return Base(words, facts, lambda frame: frame)


def labels(room: NoteRoom) -> dict[str, dict[str, str]]:
    """Labels by code of challenges, solutions and competencies: they may share codes.

    A code that the catalogue no longer has is its own label.
    """
    known, odd = room.catalogue, {code: code for code in (*room.raised["code"], *room.flows["competency"]) if code}
    return {
        "labels": odd | {c.code: c.label for c in known.challenge},
        "solution_labels": odd | {s.code: s.label for s in known.solution},
        "competency_labels": odd | {c.code: c.brief for c in known.competency},
    }


def raised(room: NoteRoom) -> dict[str, str]:
    """What lines can be read by: challenges that a table raised, what is not coded, and conclusions."""
    rows = room.raised[(room.raised["kind"] == "challenge") & (room.raised["lines"] > 0) & (room.raised["code"] != "")]
    found = {code: labels(room)["labels"][code] for code in rows["code"]}
    more = {UNCODED: "Not coded, or for no challenge", CONCLUSIONS: "Conclusions"}
    return found | {code: label for code, label in more.items() if len(lines_about(room.coded, code))}


def about(room: NoteRoom, challenge: str) -> str:
    """The lines about a challenge with the solutions that answer them, as HTML."""
    rows = [_line(row, room) for _, row in lines_about(room.coded, challenge).iterrows()]
    return f'<ul class="lines">{"".join(rows)}</ul>'


def _line(row: pd.Series, room: NoteRoom) -> str:
    text = f"“{escape(row['text'])}”" if row["text"] else f"<i>{NOT_CLEARED}</i>"
    about = [labels(room)["competency_labels"].get(code, code) for code in row["competencies"].split(JOIN) if code]
    if row["kind"] == "solution":
        about = [labels(room)["solution_labels"].get(row["code"], "not coded"), *about]
    guess = " (suggested, not confirmed)" * ("machine" in (row["coded_by"], row["linked_by"]))
    return (
        f'<li class="{row["kind"]}"><b>Table {row["table_number"]}, {row["kind"]}:</b> {text}'
        f"<small>{escape(' · '.join(about))}{guess}</small></li>"
    )
