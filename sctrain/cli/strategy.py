"""Commands that print an event's strategy, and what a line of its programme stands on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
import pandas as pd

from sctrain import receipts, strategy, tables
from sctrain.catalogue import Catalogue
from sctrain.cli.parts import formats, put, read, selecting
from sctrain.errors import SelectionError
from sctrain.frames.receipts import ITEM_KINDS, STATUSES
from sctrain.receipts import Sources
from sctrain.report import tables as files
from sctrain.selection import Selection
from sctrain.store import strategies
from sctrain.store.engine import open_store
from sctrain.store.strategies import Revision


@click.command("strategy")
@click.option("--event", multiple=True, metavar="CODE", help="The newest if not given.")
@click.option("--number", type=int, help="This version of it; the one that stands if not given.")
@click.option("--proposed", is_flag=True, help="What the evidence proposes instead.")
@formats
def strategy_(event: tuple[str, ...], number: int | None, proposed: bool, form: str) -> None:
    """Print what Strategy shows: items with owner, next step and status; what is proposed where there is none."""
    engine = open_store()
    sources = receipts.read(engine, Selection(event[:1]))
    frame, code = strategy.propose(sources, strategy.debate(sources)), sources.table_room.event.code
    with engine.connect() as connection:
        found = strategies.read(connection, code, number)
        before = strategy.last_version(connection, code, found.head.number) if found else None
    facts = files.facts(sources.room, sources.selection)
    if found is None or proposed:
        shown = frame.drop(columns=["code", "topic", "link"]) if form == "table" else frame
        put(form, shown, {}, facts, {"sentence": strategy.proposed_told(frame)})
        return
    changed = strategy.changes_told(before.strategy, found.strategy) if before else []
    told = {"sentence": strategy.told(found), "changes": "\n".join(changed)}
    facts |= {"version": str(found.head.number), "saved": found.head.at}
    put(form, _rows(found, frame), {}, facts, told)


def _rows(found: Revision, proposed: pd.DataFrame) -> pd.DataFrame:
    """A row for each item, with the evidence as it is now."""
    why = strategy.reasons(proposed)
    rows = [
        {
            "part": ITEM_KINDS[one.kind],
            "item": one.text,
            "owner": one.owner,
            "next_step": one.next_step,
            "status": STATUSES[one.status],
            "evidence": why.get((one.kind, one.source), ("no longer there" if one.source else "",))[0],
        }
        for items in strategy.in_parts(found.strategy).values()
        for one in items
    ]
    return pd.DataFrame(rows, columns=["part", "item", "owner", "next_step", "status", "evidence"])


@click.command()
@selecting
@click.option("--by", help="The groups that are told apart: city_size, city_size_band, discipline, role …")
@click.option("--line", "lines", multiple=True, metavar="CODE", help="A module, or TOPIC=OPTION for a form; else all.")
@formats
def receipt(form: str, lines: tuple[str, ...], **query: Any) -> None:
    """Print what each module of a programme stands on: gaps, groups, table ranks, challenges, cleared quotes."""
    selection, room = read(query)
    asked, engine = _asked(room.catalogue, lines), open_store()
    one = receipts.of_one_event(selection, tables.read(engine, selection))
    sources = receipts.read(engine, replace(one, by=query["by"]))
    frame = receipts.evidence(sources, *asked)
    told = {line: _told(sources, frame, line) for line in dict.fromkeys(frame["line"])}
    if form == "table":  # a receipt is read, not scanned
        click.echo("\n".join(told.values()) or "Nothing speaks for it yet.")
    else:
        put(form, frame, {}, files.facts(sources.room, sources.selection), told)


def _asked(catalogue: Catalogue, lines: tuple[str, ...]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The modules and the choices of form that are named; every module if none is."""
    known = {module.code: module.competencies for module in catalogue.modules}
    chosen = dict(line.split("=", 1) for line in lines if "=" in line)
    topics = [topic.code for topic in catalogue.topic if topic.code in receipts.FORMS]
    for topic, option in chosen.items():
        if topic not in topics:
            raise SelectionError("topic of a form", topic, topics)
        if option not in (options := catalogue.options_of(topic)):
            raise SelectionError(f"option of {topic}", option, options)
    named = [line for line in lines if "=" not in line]
    for odd in (line for line in named if line not in known):
        raise SelectionError("module", odd, known)
    return {code: known[code] for code in (named or ([] if chosen else known))}, chosen


def _told(sources: Sources, frame: pd.DataFrame, line: str) -> str:
    """A line's receipt in words."""
    found = receipts.receipt(sources, frame, line)
    return "\n".join([f"{line}", *(f"  {text}" for text in (*found.sentences, *found.quotes))])
