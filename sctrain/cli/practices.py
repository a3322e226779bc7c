"""The command that prints what the room says of the work practices, and a city's own check as a sheet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from sctrain import practices as working
from sctrain.cli.parts import formats, put, read, selecting
from sctrain.errors import SelectionError
from sctrain.report import practices as printed
from sctrain.report import tables as files


@click.command()
@selecting
@click.option(
    "--check", metavar="DIGITS", help="How often a city does each, in order: 1 never .. 5 always, 0 not said."
)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the check as a sheet to print.")
@formats
def practices(form: str, check: str | None, html: Path | None, **query: Any) -> None:
    """Print what Work practices shows: importance, level and gap; with --check a city's own marks beside them."""
    selection, room = read(query)
    known = room.catalogue
    if not known.practice:
        raise SelectionError("work practice in this catalogue", "", [])
    if html and check is None:
        raise click.UsageError("--html prints a check: give it with --check")
    labels, met = working.labels(known), working.read(room, selection)
    facts, told = files.facts(room, selection.people), {"sentence": met.sentence, "aspects": met.balance}
    if check is None:
        put(form, met.practices, labels, facts, told)
        return
    if not re.fullmatch(f"[0-5]{{{len(known.practice)}}}", check):
        order = ", ".join(labels.values())
        raise SelectionError("check", check, [f"{len(known.practice)} digits 0 to 5, for {order}"])
    found = working.answer(known, met, check)
    if html:
        html.write_text(printed.sheet(known, found.checked, found.sentence, found.first, facts), encoding="utf-8")
    put(form, found.checked, labels, facts, {"start": found.sentence, **told})
