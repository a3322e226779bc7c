"""Commands that keep what the store holds, or let it go."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from tqdm import tqdm

from sctrain.errors import SelectionError, StorageError, StoreError
from sctrain.load.text import fold
from sctrain.store import access, health, phones, queries
from sctrain.store.backup import Copy, Restored, look_into
from sctrain.store.backup import backup as write_backup
from sctrain.store.backup import restore as read_backup
from sctrain.store.engine import open_store, store_url, writing
from sctrain.store.health import Finding

PLACE = click.Path(path_type=Path)


@click.command()
@click.argument("to", type=PLACE, metavar="FILE")
def backup(to: Path) -> None:
    """Copy the whole store to FILE, or into a folder, while it is in use; the copy is checked.

    It holds everything, links and single answers too: keep it as you keep the store.
    """
    click.echo(f"{_told(write_backup(open_store(), to))}; every page and row was checked")


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
        found = health.examine(open_store())
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
    if not gone and not ahead:
        raise StoreError("nothing is stored under this code or id; `--ahead` leaves the person out of later imports")
    click.echo(f"Erased at every data version: {', '.join(gone) or 'nothing was stored yet'}.")
    click.echo("Backups and bundles that were made before still hold it: delete them, or make new ones.")


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
