"""The command line: every page has a twin here that prints the same numbers past the same gate."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pandas as pd
from tqdm import tqdm

from sctrain import tables, views
from sctrain.catalogue import DIMENSIONS, Catalogue, read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches, demo_sheets
from sctrain.errors import SctrainError, SelectionError
from sctrain.frames import MEASURES
from sctrain.load.draft import draft_catalogue
from sctrain.load.mapping import Mapping, read_mapping
from sctrain.load.sheets import load_sheets
from sctrain.load.survey import load
from sctrain.report import tables as files
from sctrain.selection import CROSSHAIRS, SEPARATOR, Selection, from_query
from sctrain.store import queries
from sctrain.store.engine import open_store
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, Written, bring_in

GAP_COLUMNS = [
    *("competency", "group", "n", "importance", "level", "gap", "gap_low", "gap_high"),
    *("mwds", "mwds_low", "mwds_high", "rds", "quadrant", "rank", "rank_low", "rank_high", "suppressed"),
]
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """sctrain: a smart-city workshop's survey and tables, charted with n and uncertainty."""


@main.command()
@click.option("--participants", default=60, show_default=True, type=click.IntRange(1), help="How many people.")
@click.option("--seed", default=2018, show_default=True, help="The same seed makes the same room.")
@click.option("--event", default=DEMO_EVENT.code, show_default=True, help="Code of the event to fill.")
@click.option("--if-empty", is_flag=True, help="Do nothing if the store holds an event already.")
def demo(participants: int, seed: int, event: str, if_empty: bool) -> None:
    """Make the demo workshop: a seeded, made-up room, marked as demo on every page."""
    engine = open_store()
    with engine.connect() as connection:
        held = {e.code: e for e in queries.events(connection)}
    if if_empty and held:
        return
    if event in held and not held[event].is_demo:
        raise SctrainError(f"event {event!r} holds real answers: the demo will not be mixed with them")
    if event in held and held[event].answers:
        click.echo(f"{event}: there already, {held[event].answers} people (another room: --event CODE)")
        return
    catalogue = read_catalogue()
    new = NewEvent(**vars(DEMO_EVENT) | {"code": event}, is_demo=True)
    for batch in demo_batches(catalogue, participants, seed):
        with _progress("storing", len(batch)) as tell:
            written = bring_in(engine, new, catalogue, batch, f"demo, seed {seed}", tell)
        click.echo(f"{event}: {_told(written)}")
    sheets = add_sheets(engine, event, demo_sheets(catalogue, seed=seed), f"demo, seed {seed}")
    click.echo(f"{event}, tables: {_told(sheets)}")


@main.command("import")
@click.argument("file", type=EXISTING)
@click.option("--mapping", "mapping_file", required=True, type=EXISTING, help="Which column is what (docs/mapping.md).")
@click.option("--event", help="Code of the event; else the mapping's, else the file's name.")
@click.option("--catalogue", "catalogue_file", type=click.Path(exists=True, path_type=Path), help="The survey's own.")
@click.option("--skip-bad", is_flag=True, help="Leave out rows that cannot be read, and list them.")
@click.option("--dry-run", is_flag=True, help="Read and report, store nothing.")
@click.option("--threshold", default=5, show_default=True, help="Hide numbers of fewer people (3..20), of a new event.")
def import_(
    file: Path,
    mapping_file: Path,
    event: str | None,
    catalogue_file: Path | None,
    skip_bad: bool,
    dry_run: bool,
    threshold: int,
) -> None:
    """Bring in a survey file (CSV or XLSX), all of it or nothing."""
    mapping = read_mapping(mapping_file)
    catalogue = read_catalogue(catalogue_file or mapping.catalogue_file)
    with _progress("reading", None) as tell:
        loaded = load(file, mapping, catalogue, skip_bad=skip_bad, progress=tell)
    click.echo(str(loaded.report))
    if dry_run:
        click.echo("Dry run: nothing was stored.")
        return
    new = _event(mapping, event, file, threshold)
    engine = open_store()
    with _progress("storing", len(loaded.submissions)) as tell:
        written = bring_in(engine, new, catalogue, loaded.submissions, file.name, tell)
    click.echo(f"{new.code}: {_told(written)}")


def _event(mapping: Mapping, code: str | None, file: Path, threshold: int) -> NewEvent:
    given = mapping.event
    if given is None:
        name = code or "".join(c if c.isascii() and c.isalnum() else "_" for c in file.stem)
        return NewEvent(name, file.stem, threshold=threshold)
    return NewEvent(code or given.code, given.title, given.held_on, given.place, threshold)


def _told(written: Written) -> str:
    parts = f"{written.added} added, {written.corrected} corrected, {written.unchanged} there already"
    return f"{parts}; data version {written.version}"


@main.command("import-tables")
@click.argument("file", type=EXISTING)
@click.option("--event", metavar="CODE", help="The event of the tables; the newest if not given.")
@click.option("--skip-bad", is_flag=True, help="Leave out lists and lines that cannot be read, and name them.")
@click.option("--dry-run", is_flag=True, help="Read and report, store nothing.")
def import_tables(file: Path, event: str | None, skip_bad: bool, dry_run: bool) -> None:
    """Bring in the sheets of World-Café tables (CSV, XLSX or TOML), all of them or nothing."""
    engine = open_store()
    with engine.connect() as connection:
        chosen = views.choose(queries.events(connection), (event,) if event else ())[0][0]
        catalogue = queries.catalogue_of(connection, chosen.catalogue)
    loaded = load_sheets(file, catalogue, skip_bad=skip_bad)
    click.echo(str(loaded.report))
    if dry_run:
        click.echo("Dry run: nothing was stored.")
        return
    click.echo(f"{chosen.code}, tables: {_told(add_sheets(engine, chosen.code, loaded, file.name))}")


@main.command("draft-catalogue")
@click.argument("mapping", type=EXISTING)
def draft_catalogue_(mapping: Path) -> None:
    """Print a catalogue drafted from a mapping, for a survey about other competencies."""
    click.echo(draft_catalogue(read_mapping(mapping)), nl=False)


@main.command()
def events() -> None:
    """List the events in the store, the newest first."""
    with open_store().connect() as connection:
        held_events = queries.events(connection)
        if not held_events:
            click.echo("no event yet: `python -m sctrain demo` makes one, `import` brings yours")
        for event in held_events:
            held = f"{event.held_on:%Y-%m-%d}" if event.held_on else "no date"
            demo_mark = ", made-up demo" if event.is_demo else ""
            click.echo(f"{event.code}: {event.title} ({held}; {event.answers} people{demo_mark})")


def _selecting(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say whose answers count, as the pages' URL does."""
    command = click.option("--data-version", "v", help="As the answers stood then; now if not given.")(command)
    for name in reversed(DIMENSIONS):
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, name, multiple=True, metavar="CODE", help=f"Only these ({name}).")(command)
    return click.option("--event", multiple=True, metavar="CODE", help="Event; the newest if not given.")(command)


@main.command()
@_selecting
@click.option("--by", help="Compare by: city_size, city_size_band, discipline, role …")
@click.option("--measure", type=click.Choice(list(MEASURES)), default="mwds", show_default=True, help="Rank by this.")
@click.option("--cross", type=click.Choice(CROSSHAIRS), default="mean", show_default=True, help="Quadrant lines.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
def gaps(form: str, **query: Any) -> None:
    """Print what the Gaps page shows: each competency with n, gap, need, ranks and intervals."""
    selection, room = _read(query)
    frame = views.gaps(room, selection)
    if form == "csv":
        table = files.labelled(frame, room, selection.by)
        sys.stdout.buffer.write(files.to_csv(table, files.facts(room, selection)))
    elif form == "json":
        told = {"selection": selection.query(), "version": room.version, "rows": _rows(frame[GAP_COLUMNS])}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        click.echo(_text(frame, room.catalogue))


def _read(query: dict[str, Any]) -> tuple[Selection, views.Room]:
    """The selection of the options, refused where one is unknown, and its room."""
    given = {k: SEPARATOR.join(v) if isinstance(v, tuple) else v or "" for k, v in query.items()}
    engine = open_store()
    with engine.connect() as connection:
        held = queries.events(connection)
        chosen, left_out = views.choose(held, tuple(query["event"]))
        catalogue = queries.catalogue_of(connection, chosen[0].catalogue)
    if left_out:
        code = left_out[0].code
        raise SctrainError(f"{code!r} asks other competencies or has too few people: look at one event at a time")
    selection, dropped = from_query(given, catalogue, [event.code for event in held])
    if dropped:
        choices = [*catalogue.comparisons] if query.get("by") and dropped[0].startswith("by") else _choices(catalogue)
        raise SelectionError("value", ", ".join(dropped), choices)
    selection = replace(selection, events=tuple(event.code for event in chosen))
    return selection, views.read(engine, selection)


def _choices(catalogue: Catalogue) -> list[str]:
    return [
        f"{d.code}: {' '.join(d.labels) or 'any code'}" for d in catalogue.dimensions.values() if len(d.labels) < 60
    ]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns = {str(name): frame[name].tolist() for name in frame}
    return [dict(zip(columns, map(_plain, row), strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def _text(frame: pd.DataFrame, catalogue: Catalogue) -> str:
    shown = frame[["competency", "group", "n", "gap", "gap_low", "gap_high", "mwds", "rank", "rank_low", "rank_high"]]
    state = frame["suppressed"].map({True: "hidden", False: ""}).where(frame["n"].ne(0), "no data")
    named = shown.assign(competency=shown["competency"].map(catalogue.labels), state=state)
    text = named.dropna(axis=1, how="all").to_string(index=False, na_rep="–", float_format="{:.2f}".format)
    return f"{text}\n(hidden: fewer people than the threshold, or told by subtraction)"


@main.command()
@click.option("--event", multiple=True, metavar="CODE", help="The newest if not given.")
@click.option("--data-version", "v", type=int, help="As the sheets stood then; now if not given.")
@click.option("--topic", default="contents", show_default=True, help="contents, methodology, duration, framework …")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
def consensus(event: tuple[str, ...], v: int | None, topic: str, form: str) -> None:
    """Print what the Tables page shows: the tables' consensus on a topic, with rank intervals."""
    room = tables.read(open_store(), Selection(event, version=v))
    agreed, labels = tables.agreed(room, topic), room.labels(topic)
    if form == "csv":
        sys.stdout.buffer.write(files.to_csv(agreed.consensus, tables.facts(room, topic)))
    elif form == "json":
        told = {"event": room.event.code, "topic": topic, "version": room.version, "sentence": agreed.sentence}
        click.echo(json.dumps(told | {"rows": _rows(agreed.consensus)}, ensure_ascii=False, indent=1))
    else:
        named = agreed.consensus.assign(option=agreed.consensus["option"].map(labels))
        click.echo(named.to_string(index=False, na_rep="–", float_format="{:.2f}".format))
        click.echo(agreed.sentence)


@main.command()
@click.option("--participants", default=1_000_000, show_default=True, type=click.IntRange(100))
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(1))
def bench(participants: int, repeats: int) -> None:
    """Measure speed as ratios against named baselines, in one run."""
    from sctrain.bench import report, run  # its baselines need packages that only the bench has

    click.echo(report(run(participants, repeats, say=lambda line: click.echo(line, err=True))))


@contextmanager
def _progress(what: str, total: int | None) -> Any:
    """A progress bar on standard error, for work that takes longer than a moment."""
    with tqdm(total=total, desc=what, unit=" rows", delay=1.0, file=sys.stderr, leave=False) as bar:

        def tell(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        yield tell


def run() -> None:
    """Entry point: errors a reader may see are printed as their message."""
    try:
        main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit("stopped")
    except SctrainError as error:
        sys.exit(f"sctrain: {error}")


if __name__ == "__main__":
    run()
