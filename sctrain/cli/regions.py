"""The command that prints what the Regions page shows."""

from __future__ import annotations

from typing import Any

import click

from sctrain import regions as places
from sctrain.analysis import regions as analysis
from sctrain.cli.parts import formats, named, put, read, selecting
from sctrain.errors import SelectionError
from sctrain.frames import LEVELS
from sctrain.report import tables as files
from sctrain.store.engine import open_store


@click.command()
@selecting
@click.option("--level", type=click.Choice(LEVELS), help="Kind of area; the first that was answered if not given.")
@click.option("--competency", help="The one whose gap is told; the largest gap if not given.")
@click.option(
    "--own", metavar="CODE", help="Your region: changes between events are of its people, if they are enough."
)
@formats
def regions(form: str, level: str | None, **query: Any) -> None:
    """Print what Regions shows: gaps by area, what changed between events, and which events there are."""
    selection, room = read(query)
    levels = places.levels(room)
    if not levels or (level and level not in levels):
        raise SelectionError("level with answers", level or "any", levels)
    level = level or next(iter(levels))
    areas, labels = places.areas(room, selection), room.catalogue.labels
    names = analysis.Names(labels, places.labels(room), room.catalogue.scale.points)
    competency = places.usual_competency(room, selection)
    small = analysis.hidden(areas, level)
    told = {
        "sentence": analysis.sentence(areas, competency, level, names),
        "own": places.own_words(room, selection, areas),
        "too_few_people": f"Too few people: {', '.join(small)}." if small else "",
    }
    trend = places.trend(room, selection)
    if trend is not None:
        told["trend"] = places.trend_words(room, selection, trend)
    put(form, areas[areas["level"] == level], labels, files.facts(room, selection), told)
    if form == "table":
        click.echo(places.events(open_store(), room).drop(columns="suppressed").to_string(index=False, na_rep="hidden"))
        if trend is not None:
            click.echo(named(trend, labels))
