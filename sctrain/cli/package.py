"""The command that gives an event's numbers to everybody."""

from __future__ import annotations

from pathlib import Path

import click

from sctrain import public
from sctrain.report.package import LICENCES
from sctrain.store.engine import open_store


@click.command()
@click.option("--event", metavar="CODE", help="The newest if not given.")
@click.option("--data-version", "version", type=int, help="As the answers stood then; now if not given.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip to write.")
@click.option(
    "--licence", type=click.Choice(list(LICENCES)), help="Under which it is given away; none is claimed else."
)
def package(event: str | None, version: int | None, out: Path, licence: str | None) -> None:
    """Write what the pages show of an event as open data: CSV files with a data dictionary (Frictionless Data Package).

    Small numbers are hidden as on the pages; nothing that people or tables wrote is in it.
    """
    found = public.read(open_store(), event, version, licence)
    out.write_bytes(found.data)
    click.echo(f"{out}: {len(found.tables) + 1} tables of {found.about.title}, data version {found.about.version}")
    if licence is None:
        click.echo("No licence is stated, so nobody may reuse it yet: --licence CC-BY-4.0 or another would say so.")
