"""The command line: every page has a twin here that prints the same numbers past the same gate."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from sctrain import coverage, profiling
from sctrain.cli import (
    bring,
    bundle,
    cohorts,
    courses,
    event,
    ground,
    guess,
    keep,
    missing,
    moved,
    package,
    peers,
    personal,
    practices,
    profiles,
    programme,
    quality,
    questions,
    regions,
    rehearse,
    report,
    seats,
    strategy,
    tell,
)
from sctrain.errors import SctrainError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """sctrain: a smart-city workshop's survey and tables, charted with n and uncertainty."""


@main.command()
@click.argument("what", type=click.Choice(["speed", "coverage", "profiles"]), default="speed")
@click.option("--only", multiple=True, metavar="PART", help="Of speed: this part of it; may be given several times.")
@click.option("--participants", default=1_000_000, show_default=True, type=click.IntRange(100), help="Of speed.")
@click.option("--imported", default=100_000, show_default=True, type=click.IntRange(100), help="Of speed.")
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1), help="Of speed.")
@click.option(
    "--write", type=click.Path(dir_okay=False, path_type=Path), help="Of speed: a page to put the table into."
)
@click.option("--rooms", type=click.IntRange(2), help="Of coverage (1000 if not given) and of profiles (100).")
def bench(what: str, rooms: int | None, only: tuple[str, ...], write: Path | None, **how: int) -> None:
    """Measure speed, how often 95 % intervals hold what they are to hold, or whether planted profiles are found."""
    say = partial(click.echo, err=True)
    if what == "coverage":
        click.echo(coverage.report(coverage.run(rooms or 1000, say=say)))
        return
    if what == "profiles":
        click.echo(profiling.report(profiling.run(rooms or 100, say=say)))
        return
    from sctrain import bench as speed  # its baselines need packages that only the bench has

    results = speed.run(only, say=say, **how)
    if write is not None:
        speed.write(write, results)
    click.echo(speed.report(results))


for module in (
    bring,
    bundle,
    package,
    courses,
    cohorts,
    event,
    tell,
    questions,
    personal,
    regions,
    missing,
    moved,
    ground,
    guess,
    keep,
    peers,
    practices,
    profiles,
    quality,
    programme,
    seats,
    strategy,
    rehearse,
    report,
):
    commands = [command for command in vars(module).values() if isinstance(command, click.Command)]
    inner = [child for group in commands if isinstance(group, click.Group) for child in group.commands.values()]
    for command in commands:
        if command not in inner:
            main.add_command(command)


def run() -> None:
    """Entry point: errors a reader may see are printed as their message."""
    try:
        main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit("stopped")
    except SctrainError as error:
        sys.exit(f"sctrain: {error}")


if __name__ == "__main__":
    run()
