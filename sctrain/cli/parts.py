"""What commands share: the options that select, and how a frame is printed."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
import pandas as pd
from sqlalchemy import Engine

from sctrain import views
from sctrain.catalogue import DIMENSIONS, Catalogue
from sctrain.errors import SctrainError, SelectionError
from sctrain.report import tables as files
from sctrain.selection import SEPARATOR, Selection, from_query
from sctrain.store import queries
from sctrain.store.engine import open_store


def selecting(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say whose answers count, as the pages' URL does."""
    command = click.option("--data-version", "v", help="As the answers stood then; now if not given.")(command)
    for name in reversed(DIMENSIONS):
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, name, multiple=True, metavar="CODE", help=f"Only these ({name}).")(command)
    return click.option("--event", multiple=True, metavar="CODE", help="Event; the newest if not given.")(command)


formats = click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
"""How a frame is printed."""


def put(form: str, frame: pd.DataFrame, labels: dict[str, str], facts: dict[str, str], told: dict[str, str]) -> None:
    """A frame with its labels and what is said of it."""
    if form == "csv":
        sys.stdout.buffer.write(files.to_csv(frame, facts))
    elif form == "json":
        click.echo(json.dumps({**facts, **told, "rows": rows(frame)}, ensure_ascii=False, indent=1))
    else:
        click.echo(named(frame, labels))
        click.echo("\n".join(filter(None, told.values())))


def named(frame: pd.DataFrame, labels: dict[str, str]) -> str:
    """A frame as text, its first column of codes by label, columns without any value left out."""
    first = next((name for name in ("competency", "option", "code") if name in frame), str(frame.columns[0]))
    rank = [name for name in ("borda_rank", "survey_rank") if name in frame]
    frame = frame.sort_values(rank, kind="stable") if rank else frame
    named = frame.assign(**{first: frame[first].map(lambda code: labels.get(code, code) or "(not coded)")})
    shown = named.drop(columns="suppressed", errors="ignore").dropna(axis=1, how="all")
    return shown.to_string(index=False, na_rep="–", float_format="{:.2f}".format)


def read(
    query: dict[str, Any], room: Callable[[Engine, Selection], views.Room] = views.read
) -> tuple[Selection, views.Room]:
    """The selection of the options, refused where one is unknown, and its room as `room` reads it."""
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
    return selection, room(engine, selection)


def _choices(catalogue: Catalogue) -> list[str]:
    return [
        f"{d.code}: {' '.join(d.labels) or 'any code'}" for d in catalogue.dimensions.values() if len(d.labels) < 60
    ]


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as JSON can hold them: what is missing is None."""
    columns = {str(name): frame[name].tolist() for name in frame}
    return [dict(zip(columns, map(_plain, row), strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value
