"""The command that prints what a cohort could teach itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from sctrain import peers as teaching
from sctrain.cli.parts import formats, put, read, selecting
from sctrain.report import tables as files


@click.command()
@selecting
@click.option("--by", help="Mix by: discipline (if not given), role, city_size_band …")
@click.option("--seats", type=click.IntRange(4, 60), default=teaching.SEATS, show_default=True, help="Of a cohort.")
@click.option(
    "--what",
    type=click.Choice(["cohorts", "pairs", "untaught"]),
    default="cohorts",
    show_default=True,
    help="Cohorts compared, who can teach whom, or what stays untaught.",
)
@formats
def peers(form: str, seats: int, what: str, **query: Any) -> None:
    """Print what Peer teaching shows: how much of its gap a cohort could teach itself, with intervals."""
    selection, room = read(query)
    met = teaching.read(room, replace(selection, seats=seats))
    labels = room.catalogue.labels | (room.group_labels(met.by) if met.by else {})
    frame = {"cohorts": met.cohorts, "pairs": met.pairs, "untaught": met.taught}[what]
    if form == "table":
        codes = {name: frame[name].map(labels) for name in ("group", "learners", "teachers") if name in frame}
        frame = frame.assign(**codes)
    told = {"sentence": met.sentence, "best": met.best, "untaught": met.untaught}
    put(form, frame, labels, files.facts(room, replace(selection, by=met.by)) | {"seats": str(met.seats)}, told)
