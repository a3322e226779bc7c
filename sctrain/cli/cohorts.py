"""The command that proposes cohorts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from sctrain import cohorts as proposing
from sctrain import peers
from sctrain.cli.parts import formats, put, read, selecting
from sctrain.report import tables as files


@click.command()
@selecting
@click.option("--by", help="Also mix by this, first; else by discipline, role and size of city.")
@click.option("--seats", type=click.IntRange(4, 60), default=peers.SEATS, show_default=True, help="Of a cohort.")
@formats
def cohorts(form: str, seats: int, **query: Any) -> None:
    """Print what Cohorts shows: up to three mixes, each with what it teaches itself and what takes a trainer."""
    selection, room = read(query)
    met = proposing.propose(room, replace(selection, seats=seats))
    told = {"sentence": met.sentence, "why": "\n".join(met.why)}
    lines = [
        f"{i}. Mixed by {r.called}\n" + "\n".join(f"   {line}" for line in r.reasons) for i, r in enumerate(met.told, 1)
    ]
    told["recipes"] = "\n".join(lines)
    put(
        form,
        met.recipes,
        room.compared_by,
        files.facts(room, replace(selection, by=None)) | {"seats": str(seats)},
        told,
    )
