"""The command that seats registered people at tables; it neither opens nor needs a store."""

from __future__ import annotations

from pathlib import Path

import click

from sctrain import seating
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.errors import SctrainError
from sctrain.load import registrations
from sctrain.report import namecards

WRITTEN = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tables", type=int, help="How many tables.")
@click.option("--seats", type=int, help="Or how many seats a table has at most.")
@click.option("--rounds", default=3, show_default=True, help="Rounds, each with other tables.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Another seed gives another plan.")
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(0, min_open=True), help="A round.")
@click.option("--title", default="Seating plan", show_default=True, help="What stands on each card.")
@click.option("--cards", type=WRITTEN, help="Write name cards and lists for the tables, as HTML to print.")
@click.option("--plan", type=WRITTEN, help="Write who sits where, as CSV.")
def seats(
    file: Path,
    tables: int | None,
    seats: int | None,
    rounds: int,
    seed: int,
    seconds: float,
    title: str,
    cards: Path | None,
    plan: Path | None,
) -> None:
    """Seat the people of a CSV or XLSX at tables, mixed by what they say of themselves (docs/seating.md).

    Names are in FILE and in what you write with --cards and --plan, and nowhere else.
    """
    if (tables is None) == (seats is None):
        raise click.UsageError("give either --tables or --seats")
    if any(out and out.resolve() == file.resolve() for out in (cards, plan)):
        raise SctrainError(f"{file}: --cards or --plan would overwrite the registrations: name another file")
    known = read_catalogue()
    given = registrations.read(file, catalogue=known)
    click.echo(str(given))
    wanted = tables if tables is not None else seating.tables_for(len(given.people), seats or 0)
    found = seating.seat(given.people, wanted, rounds, seed, seconds)
    click.echo(_told(found, known))
    if cards:
        cards.write_text(namecards.html(found, title), encoding="utf-8")
    if plan:
        plan.write_bytes(namecards.csv(found))


def _told(plan: seating.Plan, known: Catalogue) -> str:
    labels = {code: dimension.label for code, dimension in known.dimensions.items()} | {"overall": "All"}
    frame = seating.table(plan).drop(columns="why")
    shown = frame.assign(code=frame["code"].map(labels)).to_string(
        index=False, na_rep="–", float_format="{:.3f}".format
    )
    sizes = sorted(set(plan.sizes))
    head = f"{len(plan.people)} people, {len(plan.sizes)} tables of {' or '.join(map(str, sizes))}"
    return "\n".join([head, shown, *seating.sentences(plan)])
