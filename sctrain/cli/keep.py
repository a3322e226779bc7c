"""Commands that keep what the store holds, or let it go."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from sqlalchemy import Engine
from tqdm import tqdm

from sctrain.errors import SelectionError, StorageError, StoreError
from sctrain.load.text import fold
from sctrain.store import access, desk, health, phones, queries, retention, trail, trash
from sctrain.store.backup import Copy, Restored, look_into
from sctrain.store.backup import backup as write_backup
from sctrain.store.backup import restore as read_backup
from sctrain.store.engine import connect, empty_log, open_store, revisions, store_url, writing
from sctrain.store.health import Finding

PLACE = click.Path(path_type=Path)


@click.command()
@click.argument("to", type=PLACE, metavar="FILE")
def backup(to: Path) -> None:
    """Copy the whole store to FILE, or into a folder, while it is in use; the copy is checked.

    It holds everything, links and single answers too: keep it as you keep the store.
    """
    engine = connect()  # as it is: a copy is made before a newer sctrain brings the store to its schema
    copy = write_backup(engine, to)
    if copy.schema == revisions()[0]:
        with writing(engine) as connection:
            trail.note(connection, "backup", n=copy.answers)
    click.echo(f"{_told(copy)}; every page and row was checked")


@click.command()
@click.argument("file", type=PLACE)
def restore(file: Path) -> None:
    """Put what a backup holds in the place of what the store holds, all of it or nothing.

    What the store held is kept beside it first. Who has withdrawn since the backup stays withdrawn.
    """
    click.echo("\n".join(_restored(read_backup(store_url(), file))))


def _told(copy: Copy) -> str:
    return f"{copy.file}: {copy.answers} answers, data version {copy.version}, last change {copy.changed_at or 'none'}"


def _restored(done: Restored) -> list[str]:
    said = [f"Restored from {_told(done.copy)}. The data version is {done.version} now."]
    if done.kept is not None:
        said.append(f"What was there before is kept in {done.kept}; delete it when all is well.")
    if done.damaged:
        said.append(
            "The store was damaged, so nobody can tell who had withdrawn since the backup: withdraw them again with "
            "`python -m sctrain withdraw`. Restart the server now, if one is running."
        )
    elif done.withdrawn:
        said.append(f"{done.withdrawn} people had withdrawn since the backup, and were erased again.")
    return said


@click.command()
@click.argument("file", required=False, type=PLACE)
def check(file: Path | None) -> None:
    """Say whether the store is whole, or a backup FILE; ends with 1 where it is not. Alters nothing."""
    if file is not None:
        copy = look_into(file)
        click.echo(f"{_told(copy)}; schema {copy.schema}: whole, and can be restored")
        return
    try:
        found = health.examine(connect())
    except StorageError as error:
        found = [Finding("file", False, str(error))]
    for one in found:
        mark = "ok " if one.holds else "see" if one.is_hint else "BAD"
        click.echo(f"{mark}  {one.what:<15} {one.said}")
    if any(one.is_fault for one in found):
        sys.exit(1)


@click.command()
@click.argument("who", required=False)
@click.option("--event", metavar="CODE", help="Only from this event; from every one if not given.")
@click.option("--ahead", is_flag=True, help="Also where nothing is stored yet: an import leaves this person out.")
def withdraw(who: str | None, event: str | None, ahead: bool) -> None:
    """Erase what somebody gave, at every data version: by personal code, or by the id of an imported file.

    It cannot be undone, and an import does not bring it back. Without WHO it is asked for, and not shown: what is
    typed after a command stays in the shell's history.
    """
    given = who or click.prompt("Personal code, or id in the imported file", hide_input=True)
    called, engine = (access.personal_code(given), fold(given)), open_store()
    with writing(engine) as connection:
        known = [one.code for one in queries.events(connection)]
        if event is not None and event not in known:
            raise SelectionError("event", event, known)
        events = [event] if event else known
        gone = [code for code in events if phones.withdraw_for(connection, code, called)]
        for code in events if ahead else []:
            phones.withdraw(connection, code, fold(given))
    empty_log(engine)
    if not gone and not ahead:
        raise StoreError("nothing is stored under this code or id; `--ahead` leaves the person out of later imports")
    click.echo(f"Erased at every data version: {', '.join(gone) or 'nothing was stored yet'}.")
    click.echo("Backups and bundles that were made before still hold it: delete them, or make new ones.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what is due, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(dry_run: bool, yes: bool) -> None:
    """Erase events that are past the day until which they are kept, or make them anonymous, as their set-up says.

    A server does so by itself, a day after it first sees that one is due. Nothing can undo it.
    """
    engine, now = open_store(), datetime.now(UTC)
    with engine.connect() as connection:
        found = retention.due(connection, now.date())
    for one in found:
        what = "to be erased" if one.at_end == "erase" else "to be made anonymous"
        click.echo(f"{one.event}: kept until {one.until}, {one.answers} answers, {what}")
    if not found:
        click.echo(f"No event is past its day (today is {now:%Y-%m-%d}).")
    if dry_run or (found and not yes and not click.confirm("Nothing can undo this. Go on?")):
        return
    done = retention.purge(engine, now)
    if done:
        click.echo(f"Done: {', '.join(one.event for one in done)}. Delete backups and bundles of before, too.")


@click.command()
@click.argument("code")
@click.option("--no-backup", is_flag=True, help="Keep no copy: then nothing can undo it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(code: str, no_backup: bool, yes: bool) -> None:
    """Erase an event with all that people and tables gave. A copy is kept beside the store first, for `undo`."""
    engine = open_store()
    if not yes:
        click.confirm(f"Erase event {code!r} and all its answers?", abort=True)
    file = trash.erase_event(engine, code, not no_backup)
    empty_log(engine)
    click.echo(f"{code}: erased" + (f"; kept in {file} for {trash.DAYS} days (undo)" if file else ", without a copy"))


@click.command()
@click.argument("number", required=False, type=int)
@click.option("--event", metavar="CODE", help="With --table: of which event.")
@click.option("--table", type=click.IntRange(1, access.TABLES), help="Put back all that was on an emptied table.")
def undo(number: int | None, event: str | None, table: int | None) -> None:
    """List what can be put back, or put it back: an erased event, a deleted view, an emptied table.

    A person's withdrawal cannot be undone.
    """
    engine = open_store()
    if event is not None and table is not None:
        access.ensure_key(engine)
        with writing(engine) as connection:
            token = access.standing_link(connection, "organiser", None)
            n = desk.put_back(connection, token, event, table)
        click.echo(f"{event}, table {table}: {n} parts are back" if n else "nothing there was emptied")
    elif number is not None:
        found = trash.put_back(engine, number)
        click.echo(f"{found.kind} {found.event} ({found.title}): is back")
    else:
        click.echo("\n".join(_to_undo(engine)) or "Nothing can be put back.")


def _to_undo(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        for one in trash.held(connection):
            yield f"{one.id:>4}  {one.at[:16].replace('T', ' ')}  {one.kind} {one.event}: {one.title}"
        for code in (held.code for held in queries.events(connection)):
            for table, parts in desk.progress(connection, code).items():
                emptied = [part for part in parts.values() if desk.is_emptied(part)]
                if emptied:
                    yield f"   –  {emptied[0].at[:16].replace('T', ' ')}  --event {code} --table {table}: was emptied"


@click.command("trail")
def trail_() -> None:
    """Print what was done to the store and when, without what anybody answered; the newest first."""
    with open_store().connect() as connection:
        for line in trail.lines(connection):
            n = "" if line.n is None else line.n
            click.echo(f"{line.at[:19].replace('T', ' ')}  {line.act:<12} {line.event or '(the store)'}  {n}".rstrip())


@click.command("kill-test")
@click.option("--times", default=200, show_default=True, type=click.IntRange(1), help="How often it is killed.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same moments.")
def kill_test(times: int, seed: int) -> None:
    """Kill a process that writes to a new store at random moments, and look whether anything was lost.

    Ends with 1 where it was. Your own store is not touched; for Linux and macOS.
    """
    from sctrain.rehearsal import kills  # it takes a second to load, which other commands need not wait

    with TemporaryDirectory() as folder, tqdm(total=times, unit=" kills", file=sys.stderr, leave=False) as bar:
        found = kills.run(times, Path(folder), seed, lambda n: bar.update(n - bar.n))
    click.echo(str(found))
    if not found.is_well:
        sys.exit(1)
