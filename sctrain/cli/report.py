"""The command that writes the report of a selection: the page Documents' twin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import click
from tqdm import tqdm

from sctrain.cli.parts import read, selecting
from sctrain.errors import SctrainError
from sctrain.frames import MEASURES
from sctrain.report import contents, figures
from sctrain.report.formats import FORMATS, HALF, make
from sctrain.report.sources import open_sources
from sctrain.selection import CROSSHAIRS, Selection, from_query
from sctrain.store import queries
from sctrain.store.engine import open_store
from sctrain.views import choose

SINGLE = ("svg", "png")


@click.command("report")
@click.option("--format", "form", required=True, type=click.Choice([*FORMATS, *SINGLE]), help="What is written.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where it is written.")
@click.option("--figure", help="Of svg and png: which figure; the first if not given.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--link", metavar="LINK", help="A link of a page, or what stands in it after the ?: that view’s report.")
@selecting
@click.option("--by", help="Compare by: city_size, city_size_band, discipline, role …")
@click.option("--measure", type=click.Choice(list(MEASURES)), default="mwds", show_default=True, help="Rank by this.")
@click.option("--cross", type=click.Choice(CROSSHAIRS), default="mean", show_default=True, help="Quadrant lines.")
def report_(form: str, out: Path, figure: str | None, force: bool, link: str | None, **query: Any) -> None:
    """Write the report of a selection as DOCX, PPTX, XLSX or HTML, its figures as ZIP, or one figure as SVG or PNG."""
    if out.exists() and not force:
        raise SctrainError(f"{out} is there already: give another name, or --force to write over it")
    if figure and form not in SINGLE:
        raise SctrainError(f"--figure is for svg and png; a {form} holds every figure")
    selection = of_link(link) if link is not None else read(query)[0]
    with tqdm(total=2 * HALF, desc=form, unit="", bar_format="{desc} {percentage:3.0f}% |{bar}| {elapsed}") as bar:

        def tell(done: int, of: int) -> None:
            bar.update(done * 2 * HALF // of - bar.n)

        data = _single(selection, figure, form, tell) if form in SINGLE else make(open_store(), selection, form, tell)
        bar.update(bar.total - bar.n)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise SctrainError(f"{out} cannot be written: {error.strerror}") from error
    click.echo(f"{out}: {len(data):,} bytes", err=True)


def _single(selection: Selection, name: str | None, form: str, tell: Any) -> bytes:
    document = contents.compose(open_sources(open_store(), selection), tell)
    return figures.one(figures.chosen(document, name), form)


def of_link(link: str) -> Selection:
    """The selection that a page's link asks for; SctrainError where a part of it is unknown."""
    query = dict(parse_qsl(urlsplit(link).query or link.lstrip("?")))
    with open_store().connect() as connection:
        held = queries.events(connection)
        asked = tuple(code for code in query.get("event", "").split(".") if code)
        chosen, _ = choose(held, asked)
        known = queries.catalogue_of(connection, chosen[0].catalogue)
    selection, dropped = from_query(query, known, [event.code for event in held])
    if dropped:
        raise SctrainError(f"the link asks for {', '.join(dropped)}, which is not known here")
    return replace(selection, events=tuple(event.code for event in chosen))
