"""Commands that move an event to another server. For who may read the database: a bundle holds single answers."""

from __future__ import annotations

from pathlib import Path

import click

from sctrain.store import access, setup
from sctrain.store.bundle import Moved, unbundle
from sctrain.store.bundle import bundle as write_bundle
from sctrain.store.engine import open_store, writing

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--event", required=True, metavar="CODE", help="The event to write to a file.")
@click.option("--out", required=True, type=FILE, help="Where to; a file that is there is replaced.")
def bundle(event: str, out: Path) -> None:
    """Write all that the store holds of an event to one file, to move it to another server.

    It holds single answers: keep it as you keep the database, and delete it when the event has arrived.
    """
    click.echo(f"{out}: {_told(write_bundle(open_store(), event, out))}")


@click.command("unbundle")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def unbundle_(file: Path) -> None:
    """Bring in the event of a bundle, all of it or nothing; its links are made anew."""
    engine = open_store()
    moved = unbundle(engine, file)
    access.ensure_key(engine)
    with writing(engine) as connection:
        how = setup.read(connection, moved.event)
        if how is not None:
            access.make_links(connection, moved.event, how.tables)
    click.echo(f"{_told(moved)}; data version {moved.version}")
    if how is not None:
        click.echo(f"Links of the old server do not open here: python -m sctrain event links {moved.event}")


def _told(moved: Moved) -> str:
    counts = (f"{n} {name.replace('_', ' ')}" for name, n in moved.rows.items() if n and name != "event")
    return f"{moved.event} ({moved.title}), rows: {', '.join(counts)}"
