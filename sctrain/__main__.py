"""The command line: every page has a twin here that prints the same numbers past the same gate."""

from __future__ import annotations

import sys
from functools import partial

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
@click.option("--participants", default=1_000_000, show_default=True, type=click.IntRange(100), help="Of speed.")
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(1), help="Of speed.")
@click.option("--rooms", type=click.IntRange(2), help="Of coverage (1000 if not given) and of profiles (100).")
def bench(what: str, participants: int, repeats: int, rooms: int | None) -> None:
    """Measure speed, how often 95 % intervals hold what they are to hold, or whether planted profiles are found."""
    say = partial(click.echo, err=True)
    if what == "coverage":
        click.echo(coverage.report(coverage.run(rooms or 1000, say=say)))
        return
    if what == "profiles":
        click.echo(profiling.report(profiling.run(rooms or 100, say=say)))
        return
    from sctrain.bench import report, run  # its baselines need packages that only the bench has

    click.echo(report(run(participants, repeats, say=say)))


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
