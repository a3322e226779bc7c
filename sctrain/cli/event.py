"""Commands that set up a live event and give out its links."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Connection, Engine

from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.errors import SelectionError
from sctrain.languages import LANGUAGES
from sctrain.store import access, queries, setup
from sctrain.store.engine import open_store, writing
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def event() -> None:
    """Set up a live event, list its links, take one back."""


@event.command()
@click.argument("code")
@click.option("--title", help="Shown on every page; the last event's where it is cloned.")
@click.option("--date", "held_on", type=DAY, help="When, such as 2018-11-15.")
@click.option("--place", help="Where.")
@click.option("--tables", type=click.IntRange(0, 99), help="How many World-Café tables (8 if not given).")
@click.option("--languages", help=f"Of the form, joined by + (all of {'+'.join(LANGUAGES)} if not given).")
@click.option("--threshold", type=click.IntRange(3, 20), help="Hide numbers of fewer people (5 if not given).")
@click.option("--steps/--no-steps", default=None, help="Numbers go on in steps of as many people as the threshold.")
@click.option("--retain-until", type=DAY, help="Until when answers are kept.")
@click.option("--at-end", type=click.Choice(setup.ENDS), help="What becomes of it after that day (erase).")
@click.option("--shortlist", help="2 to 7 competencies, joined by +, to be put in order before and after the debate.")
@click.option("--show", multiple=True, metavar="TOPIC", help="Do not hide this until it is revealed.")
@click.option("--like", metavar="CODE", help="Clone this event's set-up; `last` for the newest.")
def new(code: str, like: str | None, show: tuple[str, ...], **given: Any) -> None:
    """Set up a live event, and print its links. What tables give in is hidden until it is revealed."""
    engine = open_store()
    access.ensure_key(engine)
    with writing(engine) as connection:
        found, how, catalogue = _like(connection, like)
        chosen = {name: _day(value) for name, value in given.items() if value is not None}
        fresh: dict[str, Any] = {"code": code, "is_demo": False, "held_on": None}
        made = replace(found, **fresh | _part(chosen, NewEvent))
        how = replace(how, **_part(chosen, Setup))
        for odd in (c for c in how.shortlist if c not in catalogue.codes):
            raise SelectionError("competency", odd, catalogue.codes)
        hide = [topic for topic in setup.usually_hidden(catalogue) if topic not in show]
        for odd in (topic for topic in show if topic not in setup.topics(catalogue)):
            raise SelectionError("topic", odd, setup.topics(catalogue))
        setup.make_event(connection, made, catalogue, how, hide)
        access.make_links(connection, code, how.tables)
    _print(engine, code)


def _like(connection: Connection, like: str | None) -> tuple[NewEvent, Setup, Catalogue]:
    held = [e.code for e in queries.events(connection)]
    if like is None:
        return NewEvent("new", "A workshop"), Setup(tables=8, languages=LANGUAGES), read_catalogue()
    if like not in held and not (like == "last" and held):
        raise SelectionError("event", like, ["last", *held])
    code = held[0] if like == "last" else like
    before = setup.read(connection, code) or Setup(tables=8, languages=LANGUAGES)
    how = Setup(before.tables, before.languages, shortlist=before.shortlist, at_end=before.at_end, steps=before.steps)
    return setup.event_row(connection, code), how, setup.catalogue_of_event(connection, code)


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _part(chosen: dict[str, Any], kind: type) -> dict[str, Any]:
    """The options that this value has, its lists taken apart."""
    lists = ("languages", "shortlist")
    names = kind.__dataclass_fields__  # type: ignore[attr-defined]
    found = {name: value for name, value in chosen.items() if name in names}
    for odd in (x for x in found.get("languages", "").split("+") if x and x not in LANGUAGES):
        raise SelectionError("language", odd, LANGUAGES)
    return found | {name: tuple(found[name].split("+")) for name in lists if name in found}


@event.command()
@click.argument("code", required=False)
@click.option("--all", "ended", is_flag=True, help="Also those that have ended or were taken back.")
def links(code: str | None, ended: bool) -> None:
    """Print the links of an event (the newest if not given), and the organiser's."""
    engine = open_store()
    access.ensure_key(engine)
    with engine.connect() as connection:
        held = [e.code for e in queries.events(connection)]
    if code is not None and code not in held:
        raise SelectionError("event", code, held)
    _print(engine, code or (held[0] if held else None), ended)


@event.command()
@click.argument("link", metavar="NUMBER")
def revoke(link: str) -> None:
    """Take a link back, by its number as `event links` lists it. Who uses it is shut out at once."""
    engine = open_store()
    with writing(engine) as connection:
        known = [a.jti for e in queries.events(connection) for a in access.links(connection, e.code)]
        known += [a.jti for a in access.links(connection, None)]
        if link not in known:
            raise SelectionError("link", link, known)
        access.revoke(connection, link)
    click.echo(f"{link}: taken back")


def _print(engine: Engine, code: str | None, ended: bool = False) -> None:
    with writing(engine) as connection:
        access.standing_link(connection, "organiser", None)
        found = [*access.links(connection, None), *(access.links(connection, code) if code else [])]
        told = [(link, access.path_of(connection, link), _why(link)) for link in found]
    for link, path, why in told:
        if ended or not why:
            who = f"{link.role} {link.table_number or ''}".strip()
            click.echo(f"{link.jti}  {who:<12} {path}  {why or f'until {link.expires_at:%Y-%m-%d}'}")
    click.echo("Put the address of your sctrain before each, such as http://127.0.0.1:8501")


def _why(link: access.Access) -> str:
    return link.ended(datetime.now(link.expires_at.tzinfo))
