"""The command that brings in a list of courses on offer, and prints what it covers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sctrain import courses as offering
from sctrain import tables, voices
from sctrain.cli.parts import formats, put, read, selecting
from sctrain.errors import SctrainError
from sctrain.frames import MEASURES
from sctrain.load.courses import load_courses
from sctrain.report import tables as files
from sctrain.store.courses import put_courses
from sctrain.store.engine import open_store
from sctrain.voices import contents, of_one_event


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@selecting
@click.option("--dry-run", is_flag=True, help="Read the file and report, store nothing.")
@click.option("--measure", type=click.Choice(list(MEASURES)), default="mwds", show_default=True, help="Rank by this.")
@click.option("--what", type=click.Choice(["coverage", "courses"]), default="coverage", show_default=True)
@formats
def courses(file: Path | None, dry_run: bool, what: str, form: str, **query: Any) -> None:
    """Make FILE (CSV or XLSX) the list of courses on offer; without it print what Courses on offer shows.

    The list takes the place of the one before, all of it or nothing, and is for every event with these competencies.
    """
    if len(query["event"]) > 1:
        raise SctrainError("courses are set beside the people and tables of one event: name one")
    selection, room = read(query)
    if file is not None:
        loaded = load_courses(file, room.catalogue)
        click.echo(str(loaded))
        if dry_run:
            click.echo("Dry run: nothing was stored.")
            return
        done = put_courses(open_store(), room.catalogue.code, loaded.offered, file.name)
        parts = f"{done.added} added, {done.corrected} changed, {done.unchanged} there already"
        click.echo(f"{room.catalogue.code}: {parts}; data version {done.version}")
        return
    table_room = tables.read(open_store(), selection)
    selection = of_one_event(selection, table_room)
    topic = contents(room.catalogue)
    heard = topic if offering.tables_that_ranked(table_room) else None
    met = voices.meet(room, table_room, tables.agreed(table_room, heard), selection) if heard else None
    found = offering.cover(room, table_room, met, selection, offering.read(open_store(), room))
    frame = found.coverage if what == "coverage" else found.courses
    put(
        form,
        frame,
        room.catalogue.labels,
        files.facts(room, selection),
        {"sentence": found.sentence, "told": found.told},
    )
