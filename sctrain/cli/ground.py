"""The command that prints what the page Common ground shows, past the same gate."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
import pandas as pd

from sctrain import notes, views
from sctrain.cli.parts import formats, read, rows, selecting
from sctrain.errors import SctrainError
from sctrain.ground import Ground, common_ground, labels
from sctrain.report import tables as files
from sctrain.store.engine import open_store

FRAMES = {"who": "who", "challenges": "voices", "parts": "parts", "links": "links"}
"""What can be printed, and what it is called in `Ground`."""


@click.command("ground")
@selecting
@click.option("--what", type=click.Choice(list(FRAMES)), default="challenges", show_default=True, help="Which table.")
@formats
def ground_(form: str, what: str, **query: Any) -> None:
    """Print what Common ground shows: who is here, the main challenges, the parts and what joins them."""
    if len(query["event"]) > 1:
        raise SctrainError("people and tables of one event are put together: name one")
    selection, room = read(query)
    engine = open_store()
    met = common_ground(room, views.replies(engine, room), notes.read(engine, selection), selection)
    facts = files.facts(room, selection)
    if form == "csv":
        sys.stdout.buffer.write(files.to_csv(frame(met, what), facts))
    elif form == "json":
        told = {name: rows(frame(met, name)) for name in FRAMES}
        click.echo(json.dumps({**facts, "sentence": met.sentence, **told}, ensure_ascii=False, indent=1))
    else:
        click.echo(_text(frame(met, what), labels(room.catalogue)))
        click.echo(met.sentence)


def frame(met: Ground, what: str) -> pd.DataFrame:
    """The frame that is called so on the command line."""
    found: pd.DataFrame = getattr(met, FRAMES[what])
    return found


def _text(frame: pd.DataFrame, names: dict[str, dict[str, str]]) -> str:
    """A frame as text, with labels for codes, "all" for totals, and what is hidden said so."""
    shown = frame.drop(columns="suppressed", errors="ignore").dropna(axis=1, how="all").astype(object)
    for column in [name for name in names if name in frame]:
        shown[column] = [names[column].get(code, "all") for code in frame[column]]
    if "kind" in frame:
        shown["code"] = [names[kind][code] for kind, code in zip(frame["kind"], frame["code"], strict=True)]
    if "suppressed" in frame:
        shown["state"] = frame["suppressed"].map({True: "hidden", False: ""})
    text: str = shown.to_string(index=False, na_rep="–", float_format="{:.2f}".format)
    return text
