"""The command that prints what the Profiles page shows."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
import pandas as pd

from sctrain import large
from sctrain import profiles as found_from
from sctrain.cli.parts import formats, read, rows, selecting
from sctrain.profiles import Found
from sctrain.report import tables as files
from sctrain.store.engine import open_store

FIRST = 5
"""Competencies of a profile in the table."""


@click.command()
@selecting
@formats
def profiles(form: str, **query: Any) -> None:
    """Print what Profiles shows: who needs the same, how sure that is, and a short rule for each profile."""
    selection, room = read(query, large.read)
    found = found_from.find(room, selection, found_from.lineage(open_store(), room, selection, large.read))
    facts, labels = files.facts(room, selection), room.catalogue.labels
    if form == "csv":
        sys.stdout.buffer.write(files.to_csv(found.needs, facts))
    elif form == "json":
        click.echo(json.dumps({**facts, **_all(found)}, ensure_ascii=False, indent=1))
    else:
        click.echo("\n\n".join([found.sentence, *_each(found, labels), found.told, _text(found.choice)]))


def _all(found: Found) -> dict[str, Any]:
    frames = {name: rows(getattr(found, name)) for name in ("profiles", "needs", "mix", "choice", "map")}
    told = {"sentence": found.sentence, "told": found.told, "rules": found.rules, "accuracy": found.accuracy}
    return {**told, "n": found.n, "left_out": found.left_out, **frames}


def _each(found: Found, labels: dict[str, str]) -> list[str]:
    """A paragraph for each profile: its name, its rule and its largest gaps."""
    paragraphs = []
    for profile in found.profiles.itertuples():
        needs = found.needs[found.needs["profile"] == profile.profile].sort_values("rank").head(FIRST)
        named = needs.assign(competency=needs["competency"].map(labels))
        table = _text(named[["competency", "n", "gap", "gap_low", "gap_high", "leaning"]])
        lines = " ".join(found.rules[str(profile.profile)])
        paragraphs.append(f"{profile.profile}  {profile.name} ({profile.n} people)\n{lines}\n{table}")
    return paragraphs


def _text(frame: pd.DataFrame) -> str:
    return frame.to_string(index=False, na_rep="–", float_format="{:.2f}".format) if len(frame) else ""
