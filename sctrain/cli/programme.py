"""The command that prints what the page Programme shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
import pandas as pd

from sctrain import programme as drafting
from sctrain import tables, views
from sctrain.cli.parts import formats, named, put, read, selecting
from sctrain.errors import SctrainError, SelectionError
from sctrain.frames import MEASURES
from sctrain.programme import Evidence, Programme
from sctrain.report import tables as files
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.tables import TableRoom
from sctrain.views import Room
from sctrain.voices import of_one_event

WHAT = ("modules", "priorities", "curve", "falls", "form")
SHOWN = ["module", "hours", "priority", "adds", "chosen", "order", "share_chosen", "certainty"]
"""Columns of the table of modules."""


@click.command()
@selecting
@click.option("--by", help="Whose needs have a floor: city_size_band (if not given), role, discipline …")
@click.option("--measure", type=click.Choice(list(MEASURES)), default="mwds", show_default=True, help="Need by this.")
@click.option("--hours", type=click.IntRange(1, 9999), help=f"Budget; {drafting.USUAL.hours} if not given.")
@click.option("--weight", type=click.IntRange(0, 100), help="Percent of the survey beside the tables; else 50.")
@click.option("--floor", type=click.IntRange(0, 100), help="Percent of its own best programme for each group; else 60.")
@click.option("--balance", type=click.IntRange(0, 100), help="Least percent of the hours on each aspect; else 0.")
@click.option("--lock", multiple=True, metavar="MODULE", help="In the programme, whatever it covers.")
@click.option("--leave", "left", multiple=True, metavar="MODULE", help="Not in the programme.")
@click.option("--what", type=click.Choice(WHAT), default="modules", show_default=True, help="Which table.")
@click.option(
    "--to", type=click.IntRange(1, 9999), help="Of falls: the other budget; a day of 8 hours less if not given."
)
@click.option("--rooms", type=click.IntRange(0), default=1000, show_default=True, help="Redrawn rooms; 0 for none.")
@formats
def programme(
    form: str, what: str, to: int | None, rooms: int, lock: tuple[str, ...], left: tuple[str, ...], **query: Any
) -> None:
    """Print what Programme shows: the modules that cover most of the need within the hours, and how sure that is."""
    selection, room, table_room = _asked(query, lock, left)
    found = drafting.evidence(room, table_room, selection)
    facts = files.facts(room, replace(selection, by=found.by)) | _rules(selection)
    if what == "form":
        _put_form(form, room, table_room, selection, facts)
        return
    drafted = drafting.read(found, selection)
    if rooms and drafted.feasible:
        drafted = drafting.with_rooms(drafted, drafting.robust(room, table_room, found, selection, draws=rooms))
    labels = room.catalogue.labels | found.labels
    told = {"sentence": drafted.sentence or drafted.why, "notes": " ".join(drafted.told)}
    if what == "falls":
        fallen = drafting.falls(found, selection, to or max(drafted.rules.hours - drafting.DAY, 1))
        put(form, fallen.frame, labels, facts, {**told, "falls": fallen.sentence})
    elif what == "modules" and form == "table":
        _print(drafted, told)
    else:
        put(form, _frame(what, found, drafted, selection), labels, facts, told)


def _frame(what: str, found: Evidence, drafted: Programme, selection: Selection) -> pd.DataFrame:
    if what == "curve":
        return drafting.curve(found, selection)
    return drafted.priorities if what == "priorities" else drafted.modules


def _asked(query: dict[str, Any], lock: tuple[str, ...], left: tuple[str, ...]) -> tuple[Selection, Room, TableRoom]:
    """The selection, and the people and the tables of its one event."""
    if len(query["event"]) > 1:
        raise SctrainError("people and tables of one event are brought together: name one")
    selection, room = read({k: str(v) if isinstance(v, int) else v for k, v in query.items()})
    known = [module.code for module in room.catalogue.modules]
    for code in (*lock, *left):
        if code not in known:
            raise SelectionError("module", code, known)
    table_room = tables.read(open_store(), selection)
    of_it = replace(of_one_event(selection, table_room), by=selection.by, lock=lock, left=left)
    return of_it, room, table_room


def _rules(selection: Selection) -> dict[str, str]:
    asked = drafting.rules(selection)
    given = {"budget_hours": asked.hours, "weight": asked.weight, "floor": asked.floor, "balance": asked.balance}
    return {name: str(number) for name, number in given.items()} | {
        "locked": " ".join(asked.locked),
        "left_out": " ".join(asked.left),
    }


def _print(drafted: Programme, told: dict[str, str]) -> None:
    rows = drafted.modules.sort_values(["order", "priority"], ascending=[True, False], na_position="last")
    modules = rows[SHOWN].assign(module=rows["module"].map(drafted.labels))
    click.echo(named(modules, {}))
    click.echo(named(drafted.covered.drop(columns="modules").assign(group=_groups(drafted)), {}))
    click.echo("\n".join(filter(None, told.values())))


def _groups(drafted: Programme) -> list[str]:
    return [drafted.groups.get(str(group), "everyone") for group in drafted.covered["group"]]


def _put_form(form: str, room: Room, table_room: TableRoom, selection: Selection, facts: dict[str, str]) -> None:
    told = drafting.form(room, table_room, views.replies(open_store(), room), selection)
    frame = told.frame
    if form == "table":
        keys = zip(frame["topic"], frame["option"], strict=True)
        frame = frame.assign(option=[told.labels[topic, option] for topic, option in keys])
    said = {"sentence": told.sentence, "lines": " ".join(told.lines.values())}
    put(form, frame, {}, facts, said | {"clash": told.clash, "alternative": told.alternative})
