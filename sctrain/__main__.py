"""The command line: every page has a twin here that prints the same numbers past the same gate."""

from __future__ import annotations

import sys

import click

from sctrain.cli import bring, tell
from sctrain.errors import SctrainError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """sctrain: a smart-city workshop's survey and tables, charted with n and uncertainty."""


@main.command()
@click.option("--participants", default=1_000_000, show_default=True, type=click.IntRange(100))
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(1))
def bench(participants: int, repeats: int) -> None:
    """Measure speed as ratios against named baselines, in one run."""
    from sctrain.bench import report, run  # its baselines need packages that only the bench has

    click.echo(report(run(participants, repeats, say=lambda line: click.echo(line, err=True))))


for module in (bring, tell):
    for command in vars(module).values():
        if isinstance(command, click.Command):
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
