"""The command that tells how carefully a survey was filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from sctrain import quality as carefully
from sctrain import views
from sctrain.cli.parts import formats, put, read
from sctrain.frames.quality import CHECKS
from sctrain.report import tables as files
from sctrain.store.engine import open_store


@click.command()
@click.option("--event", multiple=True, metavar="CODE", help="Event; the newest if not given.")
@click.option("--data-version", "v", help="As the answers stood then; now if not given.")
@click.option("--review", is_flag=True, help="List the answers that are equal. For the organiser.")
@formats
def quality(review: bool, form: str, **query: Any) -> None:
    """Print what Data quality shows: equal answers, one mark throughout, half-empty forms."""
    selection, room = read(query)
    selection = carefully.of_event(selection)
    if review:
        for twin in carefully.review_here(open_store(), selection.events[0]):
            sent = twin.submitted_at or "at an unknown time"
            click.echo(f"{twin.group}: {twin.person}, sent {sent}, data version {twin.version} ({twin.note})")
        return
    if len(room.events) > 1:
        room = views.read(open_store(), replace(selection, version=room.version))
    found = carefully.read(room)
    told = {"sentence": found.sentence, "told": carefully.CANNOT, "speed": carefully.SPEED}
    put(form, found.frame, CHECKS, files.facts(room, selection), told)
