"""The command that proposes a mapping: the Import page's twin."""

from __future__ import annotations

from pathlib import Path

import click

from sctrain import importing
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.errors import InputError
from sctrain.importing import Preview
from sctrain.load.draft import draft_catalogue
from sctrain.load.guess import Proposal
from sctrain.load.keep import comments, to_toml
from sctrain.numerals import two_digits

NEEDS = 10
"""Of the preview's competencies, how many are printed."""


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the mapping as this TOML file.")
@click.option(
    "--say",
    "said",
    multiple=True,
    metavar="CODE=ANSWER",
    help="Answer what it asks, or say what a column is; repeat it.",
)
@click.option("--catalogue", "catalogue_file", type=click.Path(exists=True, path_type=Path), help="The survey's own.")
@click.option("--form", type=click.Path(exists=True, path_type=Path), help="KoboToolbox: the code book (XLSForm).")
@click.option("--title", default="", help="What the event is called; else the file's name.")
def guess(
    file: Path, out: Path | None, said: tuple[str, ...], catalogue_file: Path | None, form: Path | None, title: str
) -> None:
    """Propose what the columns and answers of a survey file mean, with reasons, and the gaps that would come of it.

    Nothing is stored. `--say column.7=level:law` says what a column is; the codes of questions are printed.
    """
    given = read_catalogue(catalogue_file)
    proposed = importing.proposal(file, given, dict(map(_pair, said)), title, form)
    _tell(proposed)
    _preview(importing.preview(proposed.look.path, proposed), proposed.catalogue)
    if out is not None:
        _save(proposed, out, catalogue_file)
        book = f" --form {form}" if form else ""
        click.echo(f"saved {out}; next: python -m sctrain import {file} --mapping {out}{book}")


def _pair(text: str) -> tuple[str, str]:
    code, there, answer = text.partition("=")
    if not there:
        raise InputError(f"--say {text!r}: write CODE=ANSWER, such as scale.level.reversed=yes")
    return code.strip(), answer.strip()


def _tell(proposed: Proposal) -> None:
    for line in proposed.look.told:
        click.echo(line)
    click.echo(f"explains {importing.shares(proposed):.0%} of the cells that are not blank")
    click.echo("\ncolumn  share  is … since …")
    for found in proposed.found:
        is_used = found.use != "ignore"
        share = f"{found.share:.0%}" if is_used else "–"
        what = f"{found.use if is_used else 'not used'} ({found.reason})"
        click.echo(f"{found.place:>6}  {share:>5}  {found.heading[:60]!r}: {what}")
    if proposed.asks:
        click.echo("\nNot sure. Answer with --say CODE=ANSWER:")
    for ask in proposed.asks:
        click.echo(f"  {ask}")


def _preview(preview: Preview, catalogue: Catalogue) -> None:
    click.echo("")
    if preview.report is None:
        click.echo(f"It would be refused. {preview.refused}")
        return
    click.echo(str(preview.report))
    pairs = preview.gaps[preview.gaps["n"] > 0]
    click.echo(
        f"\ngaps (of {len(pairs)} competencies with both marks)"
        if len(pairs)
        else "\nno competency has both marks, so there is no gap"
    )
    for row in pairs.head(NEEDS).to_dict("records"):
        numbers = ", ".join(f"{name} {two_digits(row[name])}" for name in ("importance", "level", "gap"))
        click.echo(f"  {catalogue.labels[row['competency']]}: {numbers} (n = {row['n']})")


def _save(proposed: Proposal, out: Path, catalogue_file: Path | None) -> None:
    """The mapping, and beside it the catalogue that was drafted with it."""
    mapping = proposed.mapping
    if proposed.own:
        beside = out.with_name(f"{out.name.removesuffix('.toml')}.catalogue.toml")
        beside.write_text(draft_catalogue(mapping), encoding="utf-8")
        mapping = mapping.model_copy(update={"catalogue": Path(beside.name)})
        click.echo(f"saved {beside}, a draft: finish its labels, source and licence")
    elif catalogue_file is not None:
        mapping = mapping.model_copy(update={"catalogue": catalogue_file.resolve()})
    out.write_text(to_toml(mapping, comments(proposed)), encoding="utf-8")
