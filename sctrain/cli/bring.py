"""Commands that bring something in: the demo, surveys, table sheets, and what people say of lines."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine
from tqdm import tqdm

from sctrain import importing, views
from sctrain.cards import JOIN
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.demo import DEMO_EVENT, EARLIER, NULL, WORKSHOP, Story, demo_batches, demo_orders, demo_sheets, shortlist
from sctrain.demo import demo as demo_answers
from sctrain.errors import SctrainError, SelectionError
from sctrain.load.draft import draft_catalogue
from sctrain.load.mapping import Mapping, read_mapping
from sctrain.load.sheets import load_sheets
from sctrain.load.survey import load
from sctrain.store import queries, setup
from sctrain.store.coding import Coding, add_codings, noted
from sctrain.store.engine import open_store, writing
from sctrain.store.orderings import add_orders
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, Written, bring_in

NOT_CLEARED = (7, 8)
"""Tables of the demo whose lines nobody has cleared, so that one sees what that looks like."""
MOST_ORDERING = 1_000
"""Of a larger demo nobody puts a short list in order: it is there to be large, and orders are stored one by one."""
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


BESIDE = {"earlier": EARLIER, "null": NULL}
"""Rooms that can be made beside the workshop."""


@click.command()
@click.option("--participants", default=60, show_default=True, type=click.IntRange(1), help="How many people.")
@click.option("--seed", default=2018, show_default=True, help="The same seed makes the same room.")
@click.option("--event", default=DEMO_EVENT.code, show_default=True, help="Code of the event to fill.")
@click.option(
    "--with",
    "beside",
    multiple=True,
    type=click.Choice([*BESIDE]),
    help="Also make the room of one year earlier, or the same room if nobody differed.",
)
@click.option("--if-empty", is_flag=True, help="Do nothing if the store holds an event already.")
def demo(participants: int, seed: int, event: str, beside: tuple[str, ...], if_empty: bool) -> None:
    """Make the demo workshop: a seeded, made-up room, marked as demo on every page."""
    engine = open_store()
    with engine.connect() as connection:
        held = {e.code: e for e in queries.events(connection)}
    if if_empty and held:
        return
    for story in (WORKSHOP, *(BESIDE[name] for name in dict.fromkeys(beside))):
        code = event + story.event.code.removeprefix(DEMO_EVENT.code)
        if code in held and not held[code].is_demo:
            raise SctrainError(f"event {code!r} holds real answers: the demo will not be mixed with them")
        if code in held and held[code].answers:
            click.echo(f"{code}: there already, {held[code].answers} people (another room: --event CODE)")
        else:
            _make(engine, story, code, max(1, round(participants * story.participants / WORKSHOP.participants)), seed)


def _make(engine: Engine, story: Story, code: str, participants: int, seed: int) -> None:
    """One made-up room; only the workshop has a correction and tables."""
    catalogue = read_catalogue()
    new = NewEvent(**vars(story.event) | {"code": code}, is_demo=True)
    note = f"demo, seed {seed}"
    workshop = story is WORKSHOP
    alone = [] if workshop else [demo_answers(catalogue, participants, seed, story)]
    for batch in alone or demo_batches(catalogue, participants, seed):
        with _progress("storing", len(batch)) as tell:
            written = bring_in(engine, new, catalogue, batch, note, tell)
        click.echo(f"{code}: {_told(written)}")
    if workshop:
        click.echo(f"{code}, tables: {_told(_session(engine, code, catalogue, participants, seed))}")
        cleared = add_codings(engine, code, _invented(engine, code), note)
        click.echo(f"{code}, lines cleared for all to read: {_told(cleared)}")


def _session(engine: Engine, code: str, catalogue: Catalogue, participants: int, seed: int) -> Written:
    """The tables' sheets, and both rounds of ordering a short list, which are of the same session."""
    sheets = add_sheets(engine, code, demo_sheets(catalogue, seed=seed), f"demo, seed {seed}")
    with writing(engine) as connection:
        # The sheets' change is the orders' too: the lines that are cleared next make a new data version.
        if sheets.added and participants <= MOST_ORDERING:
            add_orders(connection, code, demo_orders(catalogue, participants, seed), sheets.version)
            setup.put(connection, code, shortlist=shortlist(catalogue))
    return sheets


def _invented(engine: Engine, event: str) -> list[Coding]:
    """What the demo's tables wrote is made up, so all may read it, but for two tables that show how it is otherwise."""
    with engine.connect() as connection:
        places = noted(connection, event)[["table_number", "line"]].itertuples(index=False, name=None)
        return [Coding(table, line, cleared=True) for table, line in places if table not in NOT_CLEARED]


@click.command("import")
@click.argument("file", type=EXISTING)
@click.option(
    "--mapping",
    "mapping_file",
    type=EXISTING,
    help="Which column is what; else a saved one that fits (docs/mapping.md).",
)
@click.option("--form", type=EXISTING, help="KoboToolbox: the code book (XLSForm) of a file that holds codes.")
@click.option("--event", help="Code of the event; else the mapping's, else the file's name.")
@click.option("--catalogue", "catalogue_file", type=click.Path(exists=True, path_type=Path), help="The survey's own.")
@click.option("--skip-bad", is_flag=True, help="Leave out rows that cannot be read, and list them.")
@click.option("--dry-run", is_flag=True, help="Read and report, store nothing.")
@click.option("--threshold", default=5, show_default=True, help="Hide numbers of fewer people (3..20), of a new event.")
def import_(
    file: Path,
    mapping_file: Path | None,
    form: Path | None,
    event: str | None,
    catalogue_file: Path | None,
    skip_bad: bool,
    dry_run: bool,
    threshold: int,
) -> None:
    """Bring in a survey file (CSV, XLSX or XLS), all of it or nothing."""
    opened = importing.opened(file, form)
    mapping, own = (read_mapping(mapping_file), None) if mapping_file else _saved(file, opened.path)
    catalogue = own or read_catalogue(catalogue_file or mapping.catalogue_file)
    with _progress("reading", None) as tell:
        loaded = load(opened.path, mapping, catalogue, skip_bad=skip_bad, progress=tell)
    click.echo("\n".join([*opened.told, str(loaded.report)]))
    if dry_run:
        click.echo("Dry run: nothing was stored.")
        return
    new = _event(mapping, event, file, threshold)
    engine = open_store()
    with _progress("storing", len(loaded.submissions)) as tell:
        refused = loaded.report.left_out
        written = bring_in(engine, new, catalogue, loaded.submissions, file.name, tell, refused=refused)
    click.echo(f"{new.code}: {_told(written)}")


def _saved(file: Path, opened: Path) -> tuple[Mapping, Catalogue | None]:
    """The saved mapping that fits a file, and its catalogue where it was drafted with it."""
    with open_store().connect() as connection:
        one = importing.fitting(opened, importing.saved(connection, file.parent))
    click.echo(f"{file}: read with the saved mapping {one.name}")
    return one.mapping, importing.catalogue_of(one)


def _event(mapping: Mapping, code: str | None, file: Path, threshold: int) -> NewEvent:
    given = mapping.event
    if given is None:
        name = code or "".join(c if c.isascii() and c.isalnum() else "_" for c in file.stem)
        return NewEvent(name, file.stem, threshold=threshold)
    return NewEvent(code or given.code, given.title, given.held_on, given.place, threshold)


def _told(written: Written) -> str:
    parts = f"{written.added} added, {written.corrected} corrected, {written.unchanged} there already"
    return f"{parts}; data version {written.version}{_without(written.withdrawn)}"


def _without(rows: tuple[int, ...]) -> str:
    """What is said of rows whose people have withdrawn."""
    if not rows:
        return ""
    some = ", ".join(map(str, rows[:20])) + (" …" if len(rows) > 20 else "")
    return f"; not stored, as their people have withdrawn: {len(rows)} rows ({some}). Take them out of the file as well"


@click.command("import-tables")
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


@click.command("draft-catalogue")
@click.argument("mapping", type=EXISTING)
def draft_catalogue_(mapping: Path) -> None:
    """Print a catalogue drafted from a mapping, for a survey about other competencies."""
    click.echo(draft_catalogue(read_mapping(mapping)), nl=False)


@click.command("code-note")
@click.argument("place", metavar="TABLE.LINE.MARK", nargs=-1, required=True)
@click.option("--event", metavar="CODE", help="The newest if not given.")
@click.option("--code", help="Challenge or solution it is; '' for none.")
@click.option("--competencies", help="What it is about, joined by +; '' for none.")
@click.option("--clear/--unclear", "cleared", default=None, help="Whether everybody may read it.")
def code_note(place: tuple[str, ...], event: str | None, cleared: bool | None, **said: str | None) -> None:
    """Say what lines are about, and whether all may read them. For the organiser.

    A line is called as `notes` lists it, such as 4.2.3f9a: table 4, line 2, and a mark of its text.
    """
    engine = open_store()
    with engine.connect() as connection:
        chosen = views.choose(queries.events(connection), (event,) if event else ())[0][0]
    about = None if said["competencies"] is None else tuple(filter(None, said["competencies"].split(JOIN)))
    given = [Coding(**_place(text), code=said["code"], competencies=about, cleared=cleared) for text in place]
    click.echo(f"{chosen.code}, lines: {_told(add_codings(engine, chosen.code, given, 'command line'))}")


def _place(text: str) -> dict[str, Any]:
    found = re.fullmatch(r"(\d{1,4})\.(\d{1,4})\.([0-9a-f]{4,32})", text)
    if not found:
        raise SelectionError("line", text, ["TABLE.LINE.MARK, such as 4.2.3f9a, as `python -m sctrain notes` lists it"])
    return {"table_number": int(found[1]), "line": int(found[2]), "mark": found[3]}


@contextmanager
def _progress(what: str, total: int | None) -> Any:
    """A progress bar on standard error, for work that takes longer than a moment."""
    with tqdm(total=total, desc=what, unit=" rows", delay=1.0, file=sys.stderr, leave=False) as bar:

        def tell(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        yield tell
