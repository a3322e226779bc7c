"""The command that makes personal links."""

from __future__ import annotations

import click

from sctrain import views
from sctrain.store import queries
from sctrain.store.engine import open_store
from sctrain.store.personal import make_token


@click.command("personal-link")
@click.argument("person")
@click.option("--event", metavar="CODE", help="The newest if not given.")
def personal_link(person: str, event: str | None) -> None:
    """Print the link with which a participant, by the id in the survey file, sees which profile is closest.

    Put it behind the address of your sctrain, and give it to nobody else.
    """
    with open_store().connect() as connection:
        chosen = views.choose(queries.events(connection), (event,) if event else ())[0][0]
        click.echo(f"/profiles?me={make_token(connection, chosen.code, person)}&event={chosen.code}")
