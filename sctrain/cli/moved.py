"""The command that prints what moved between two rounds of ordering."""

from __future__ import annotations

from typing import Any

import click

from sctrain import moved as moving
from sctrain import views
from sctrain.cli.parts import formats, put, read, selecting
from sctrain.errors import SelectionError
from sctrain.report import tables as files
from sctrain.store.engine import open_store

WHAT = {"options": "moved", "order": "order", "groups": "groups"}


@click.command()
@selecting
@click.option("--by", help="Also for whom: city_size, city_size_band, discipline, role …")
@click.option(
    "--what",
    type=click.Choice([*WHAT]),
    help="Each option, the order as a whole, or options by group. With --by it is groups, else options.",
)
@formats
def moved(form: str, what: str | None, **query: Any) -> None:
    """Print what Minds moved shows: how far each option of a short list moved after the debate, and for whom."""
    selection, room = read(query)
    selection = moving.one_event(room, selection)
    twice = moving.read(open_store(), room if len(room.events) == 1 else views.read(open_store(), selection))
    if what == "groups" and selection.by is None:
        raise SelectionError("comparison", "none", [f"--by {by}" for by in room.compared_by])
    found = moving.moved(twice, selection)
    frame = getattr(found, WHAT[what or ("groups" if selection.by else "options")])
    told = {
        "sentence": found.sentence,
        "order": found.order_sentence,
        "shares": found.shares_sentence,
        "groups": found.group_sentence,
    }
    if form == "table" and "group" in frame:
        frame = frame.assign(group=frame["group"].map(twice.room.group_labels(selection.by or "")))
    put(form, frame, twice.labels, files.facts(twice.room, selection), told)
