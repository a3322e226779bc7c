"""Commands about the target: who is missing against it, and another target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sctrain import missing as targets
from sctrain import views
from sctrain.cli.parts import formats, named, put, read, selecting
from sctrain.errors import SctrainError
from sctrain.frames import MEASURES
from sctrain.numerals import percent
from sctrain.report import tables as files
from sctrain.store import queries
from sctrain.store.engine import open_store


@click.command()
@selecting
@click.option("--measure", type=click.Choice(list(MEASURES)), default="mwds", show_default=True, help="Rank by this.")
@formats
def missing(form: str, **query: Any) -> None:
    """Print what Who is missing shows: the mix against the target, and the order weighted to it."""
    selection, room = read(query)
    if not targets.targets(room):
        raise SctrainError("nobody has said whom the answers should speak for: `python -m sctrain target FILE.toml`")
    met = targets.meet(room, selection)
    options = {code: label for d in targets.targets(room).values() for code, label in d.labels.items()}
    told = {"sentence": met.sentence, "weighted": met.told}
    put(form, met.missing, options, files.facts(room, selection), told)
    if form == "table":
        click.echo(named(met.weighted.sort_values("rank_weighted"), room.catalogue.labels))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--event", metavar="CODE", help="The newest if not given.")
def target(file: Path, event: str | None) -> None:
    """Say whom the answers should speak for: weights by option, for every event of the same catalogue.

    FILE is TOML: `[city_size]` with lines such as `s = 50`; `source = "whose numbers they are"` above it.
    """
    engine = open_store()
    with engine.connect() as connection:
        chosen = views.choose(queries.events(connection), (event,) if event else ())[0][0]
    kept = targets.store_target(engine, chosen.code, file)
    for dimension, shares in kept.items():
        told = ", ".join(f"{option} {percent(share, 1)}" for option, share in shares.items())
        click.echo(f"{chosen.catalogue}, {dimension}: {told}")
    click.echo("kept" if kept else f"{chosen.catalogue}: no target any more")
