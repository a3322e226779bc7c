"""Commands that print what a page shows, past the same gate."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import click
import pandas as pd

from sctrain import large, notes, tables, views, voices
from sctrain.analysis.compare import lens_sentence, sentence
from sctrain.analysis.findings import listed
from sctrain.catalogue import Catalogue
from sctrain.cli.parts import formats, named, put, read, rows, selecting
from sctrain.errors import SctrainError
from sctrain.frames import MEASURES
from sctrain.report import tables as files
from sctrain.selection import CROSSHAIRS, Selection
from sctrain.store import queries
from sctrain.store.coding import mark
from sctrain.store.engine import open_store

GAP_COLUMNS = [
    *("competency", "group", "n", "importance", "level", "gap", "gap_low", "gap_high"),
    *("mwds", "mwds_low", "mwds_high", "rds", "quadrant", "rank", "rank_low", "rank_high", "suppressed"),
]


@click.command()
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


def _both(query: dict[str, Any]) -> tuple[Selection, views.Room, tables.TableRoom]:
    """The people and the tables of one event."""
    if len(query["event"]) > 1:
        raise SctrainError("people and tables of one event are compared: name one")
    selection, room = read(query)
    table_room = tables.read(open_store(), selection)
    return voices.of_one_event(selection, table_room), room, table_room


@click.command()
@selecting
@click.option("--by", help="Compare by: city_size, city_size_band, discipline, role …")
@click.option("--measure", type=click.Choice(list(MEASURES)), default="mwds", show_default=True, help="Rank by this.")
@click.option("--cross", type=click.Choice(CROSSHAIRS), default="mean", show_default=True, help="Quadrant lines.")
@formats
def gaps(form: str, **query: Any) -> None:
    """Print what the Gaps page shows: each competency with n, gap, need, ranks and intervals."""
    selection, room = read(query, large.read)
    frame = views.gaps(room, selection)
    if form == "csv":
        table = files.labelled(frame, room, selection.by)
        sys.stdout.buffer.write(files.to_csv(table, files.facts(room, selection)))
    elif form == "json":
        told = {"selection": selection.query(), "version": room.version, "rows": rows(frame[GAP_COLUMNS])}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        click.echo(_text(frame, room.catalogue))


@click.command()
@selecting
@click.option("--by", required=True, help="Compare by: city_size, city_size_band, discipline, role …")
@click.option("--group", "groups", multiple=True, metavar="CODE", help="One or three: each with its rest; two: those.")
@click.option("--measure", type=click.Choice(list(MEASURES)), default="mwds", show_default=True, help="Rank by this.")
@formats
def compare(form: str, **query: Any) -> None:
    """Print what Compare shows: where the gaps of groups differ, and whose core a competency is in."""
    selection, room = read(query, large.read)
    met, frame = views.sides(room, selection), views.compare(room, selection)
    labels, groups = room.catalogue.labels, room.group_labels(query["by"])
    told = {"sentence": sentence(frame, labels, groups, room.catalogue.scale.points)}
    told["left_out"] = f"Not compared: {listed(met.left_out)}." if met.left_out else ""
    if met.reference:
        lens = views.lens(room, selection)
        told["core"] = lens_sentence(lens, labels, groups[met.groups[0]], groups[met.reference])
    put(form, frame, labels, files.facts(room, selection), told)
    if form == "table" and met.reference:
        click.echo(named(lens, labels))


def _text(frame: pd.DataFrame, catalogue: Catalogue) -> str:
    shown = frame[["competency", "group", "n", "gap", "gap_low", "gap_high", "mwds", "rank", "rank_low", "rank_high"]]
    state = frame["suppressed"].map({True: "hidden", False: ""}).where(frame["n"].ne(0), "no data")
    named = shown.assign(competency=shown["competency"].map(catalogue.labels), state=state)
    text = named.dropna(axis=1, how="all").to_string(index=False, na_rep="–", float_format="{:.2f}".format)
    return f"{text}\n(hidden: fewer people than the threshold, or told by subtraction)"


@click.command()
@click.option("--event", multiple=True, metavar="CODE", help="The newest if not given.")
@click.option("--data-version", "v", type=int, help="As the sheets stood then; now if not given.")
@click.option("--topic", default="contents", show_default=True, help="contents, methodology, duration, framework …")
@formats
def consensus(event: tuple[str, ...], v: int | None, topic: str, form: str) -> None:
    """Print what the Tables page shows: the tables' consensus on a topic, with rank intervals."""
    room = tables.read(open_store(), Selection(event, version=v))
    agreed = tables.agreed(room, topic)
    put(form, agreed.consensus, room.labels(topic), tables.facts(room, topic), {"sentence": agreed.sentence})


@click.command("voices")
@selecting
@click.option("--measure", type=click.Choice(list(MEASURES)), default="mwds", show_default=True, help="Rank by this.")
@formats
def voices_(form: str, **query: Any) -> None:
    """Print what Two voices shows: survey and tables side by side, and the methods that agree."""
    selection, room, table_room = _both(query)
    agreed = tables.agreed(table_room, voices.contents(room.catalogue) or "")
    met = voices.meet(room, table_room, agreed, selection)
    told = {"sentence": met.sentence, "agreement": met.told, "robust": met.robust_told}
    put(
        form,
        met.voices,
        room.catalogue.labels,
        files.facts(room, selection) | tables.facts(table_room, voices.contents(room.catalogue) or ""),
        told,
    )
    if form == "table":
        click.echo(named(met.robust, room.catalogue.labels))


@click.command()
@selecting
@click.option("--measure", type=click.Choice(list(MEASURES)), default="mwds", show_default=True, help="Rank by this.")
@click.option("--by", help="Compare people by: city_size, city_size_band, discipline, role …")
@click.option("--topic", default="contents", show_default=True, help="contents, methodology, duration, framework …")
@formats
def queue(form: str, topic: str, **query: Any) -> None:
    """Print the debate queue: what is needed, and where tables and groups are furthest apart."""
    selection, room, table_room = _both(query)
    by = query["by"] or room.usual_comparison
    debate = voices.queue(room, table_room, tables.agreed(table_room, topic), selection, topic, by)
    cards = [f"{i}. {c.title}: {c.sentence} {c.apart} {c.question}" for i, c in enumerate(debate.cards, 1)]
    told = {"sentence": debate.sentence, "cards": "\n".join(cards)}
    facts = files.facts(room, replace(selection, by=by)) | tables.facts(table_room, topic)
    put(form, debate.queue, table_room.labels(topic), facts, told)


@click.command()
@click.option("--event", multiple=True, metavar="CODE", help="The newest if not given.")
@click.option("--data-version", "v", type=int, help="As the sheets stood then; now if not given.")
@formats
def challenges(event: tuple[str, ...], v: int | None, form: str) -> None:
    """Print what Challenges shows: what was raised, how far it is answered, and what stays open."""
    room = notes.read(open_store(), Selection(event, version=v))
    facts = {"event": room.event.title, "data_version": str(room.version)}
    put(form, room.raised, room.labels, facts, {"sentence": room.sentence})


@click.command("notes")
@click.option("--event", multiple=True, metavar="CODE", help="The newest if not given.")
@click.option("--all", "everything", is_flag=True, help="Coded lines too; else those nobody has coded.")
def notes_(event: tuple[str, ...], everything: bool) -> None:
    """List the lines that tables wrote, as written, with what they may be about. For the organiser."""
    room = notes.read(open_store(), Selection(event))
    offered = dict(list(room.suggested.groupby(["table_number", "line"])))
    for row in room.noted.itertuples():
        found = offered.get((row.table_number, row.line))
        if found is None and not everything:
            continue
        said = " ".join(filter(None, (str(row.code), str(row.competencies), "[all may read it]" * bool(row.cleared))))
        known = mark(str(row.kind), str(row.text))[:4]
        click.echo(f"{row.table_number}.{row.line}.{known} {row.kind}: {row.text}  {said}".rstrip())
        for guess in () if found is None else found.itertuples():
            click.echo(f"     {guess.column}: {guess.entry} ({guess.similarity:.2f})")
