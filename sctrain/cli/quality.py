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
from sctrain.store.twins import Fast, Twin


@click.command()
@click.option("--event", multiple=True, metavar="CODE", help="Event; the newest if not given.")
@click.option("--data-version", "v", help="As the answers stood then; now if not given.")
@click.option("--review", is_flag=True, help="List equal and fast answers, and refused rows. For the organiser.")
@formats
def quality(review: bool, form: str, **query: Any) -> None:
    """Print what Data quality shows: equal answers, one mark throughout, half-empty forms, fast ones."""
    selection, room = read(query)
    selection = carefully.of_event(selection)
    if review:
        _list(carefully.review_here(open_store(), selection.events[0]))
        return
    if len(room.events) > 1:
        room = views.read(open_store(), replace(selection, version=room.version))
    found = carefully.read(open_store(), room)
    told = {"sentence": found.sentence, "told": carefully.CANNOT, "speed": carefully.SPEED}
    put(form, found.frame, CHECKS, files.facts(room, selection), told)


def _list(found: carefully.Review) -> None:
    """Equal answers by group, then fast ones, then how many rows imports left out."""
    for twin in found.twins:
        click.echo(f"{twin.group}: {twin.person}, {_came(twin)}")
    for one in found.fast:
        click.echo(f"{one.seconds} s, less than {found.within:.0f}: {one.person}, {_came(one)}")
    for line in found.refused:
        click.echo(f"{line.n} rows refused by the import of {line.at}")


def _came(one: Twin | Fast) -> str:
    return f"sent {one.submitted_at or 'at an unknown time'}, data version {one.version} ({one.note})"
