"""The command that rehearses an event: phones, tables and viewers against a real server."""

from __future__ import annotations

import sys
from functools import partial

import click


@click.command()
@click.option("--minutes", default=5.0, show_default=True, help="How long people send and look.")
@click.option("--phones", default=80, show_default=True, help="People who answer.")
@click.option("--tables", default=10, show_default=True, help="Tables; every second one has two scribes.")
@click.option("--viewers", default=150, show_default=True, help="Open pages.")
@click.option("--cut", default=60.0, show_default=True, help="Seconds for which each client is cut off once.")
@click.option("--twice", default=0.3, show_default=True, help="Share of requests that are sent twice.")
@click.option("--kill/--no-kill", default=True, show_default=True, help="Kill the server in the middle.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same people.")
@click.option("--store", default="", help="Address of a store to rehearse in; else a new one that is thrown away.")
@click.option("--keep", is_flag=True, help="Keep the folder with the new store and what the server printed.")
def rehearse(store: str, keep: bool, **numbers: float) -> None:
    """Rehearse an event against a real server, and say whether every promise was held.

    Ends with 1 where one was not. It takes the minutes given, and about half a minute more.
    """
    from sctrain.rehearsal import Plan, report, run  # it takes a second to load, which other commands need not wait

    found = run(Plan(**numbers), store, keep, partial(click.echo, err=True))  # type: ignore[arg-type]
    click.echo(report(found))
    if not (found.kept and found.quick):
        sys.exit(1)
