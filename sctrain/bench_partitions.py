"""What a room in partitions costs: `python -m sctrain.bench_partitions ADDRESS-OF-A-STORE`, reported in docs/large.md.

Each step runs in this process and on clusters of some workers of this machine, on the same answers; the counts must be
equal before any figure is told.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

import click
import numpy as np
import pandas as pd

from sctrain import large, partitions, views
from sctrain.analysis.lloyd import Sums
from sctrain.analysis.ranks import rank_intervals
from sctrain.errors import SctrainError
from sctrain.frames import JointCounts
from sctrain.large import Ratings
from sctrain.partitions import Here, Runner
from sctrain.profiles_large import begun, sampled
from sctrain.selection import Selection
from sctrain.store import queries
from sctrain.store.engine import open_store
from sctrain.views import Room

BY, K = "city_size", 4


@dataclass(frozen=True)
class Step:
    """What was done where: seconds on the wall, of processor time there and here, and bytes that came back.

    `peak` is the most memory that any worker, or this process where there is none, has ever had, in MB.
    """

    what: str
    where: str
    wall: float
    there: float
    here: float
    back: int
    peak: int


class Meter:
    """Times steps on a runner: the processor time of all workers is asked before and after."""

    def __init__(self, runner: Runner, where: str) -> None:
        self.runner, self._where, self.steps = runner, where, list[Step]()

    def time(self, what: str, work: Callable[[], Any]) -> Any:
        """What the work gives, once its cost is written down."""
        there, here, start = self._there(), process_time(), perf_counter()
        found = work()
        wall, here = perf_counter() - start, process_time() - here
        back = len(pickle.dumps(found)) if isinstance(found, JointCounts | Sums) else 0
        self.steps.append(Step(what, self._where, wall, self._there() - there, here, back, self._peak()))
        click.echo(self.steps[-1], err=True)
        return found

    def _there(self) -> float:
        client = getattr(self.runner, "client", None)
        return sum(client.run(process_time).values()) if client else 0.0

    def _peak(self) -> int:
        client = getattr(self.runner, "client", None)
        return max(client.run(_peak).values()) if client else _peak()


def _peak() -> int:
    return getrusage(RUSAGE_SELF).ru_maxrss // 1024


def measured(url: str, runner: Runner, where: str) -> tuple[list[Step], JointCounts]:
    """The steps of a room of the newest event, and its counts by city size."""
    engine, meter, asked = open_store(url), Meter(runner, where), Selection(by=BY)
    room: Room = meter.time("read, decode, keep", lambda: large.in_partitions(engine, asked, runner))
    ratings, groups = room.cards.elsewhere, room.groups(BY)
    assert isinstance(ratings, Ratings)
    counts: JointCounts = meter.time("counts by city size", lambda: ratings.counted(groups, None))
    meter.time("people by profile who answered", lambda: ratings.given([(0, np.arange(room.cards.width**2))]))
    meter.time("the page's gaps, gate included", lambda: views.gaps(room, asked, resampled=False))
    gated = views.counts(room, Selection())
    meter.time("rank intervals, 1000 rooms", lambda: rank_intervals(room.cards, None, None, gated))
    of = meter.time("a sample", lambda: sampled(runner, ratings.kept, room.cards, np.ones(room.cards.n, bool)))
    model, step = meter.time(f"{K} profiles of the sample", lambda: begun(of, K))
    meter.time("everybody's place, first step", lambda: step(model[-1].cluster_centers_))
    meter.time("each further step", lambda: step(model[-1].cluster_centers_))
    engine.dispose()
    return meter.steps, counts


def everywhere(url: str, workers: tuple[int, ...]) -> Iterator[Step]:
    """The steps on clusters of so many workers, 0 for this process; SctrainError where two of them count otherwise."""
    known = None
    for n in workers:
        steps, counts = _on_cluster(url, n) if n else measured(url, Here(), "this process")
        known = known or counts
        if (counts.cells != known.cells).any() or (counts.people != known.people).any():
            raise SctrainError(f"{n} workers count otherwise than {workers[0]}")
        yield from steps


def _on_cluster(url: str, n: int) -> tuple[list[Step], JointCounts]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as cluster:
        runner = partitions.cluster(cluster.scheduler_address)
        found = measured(url, runner, f"{n} workers")
        runner.client.close()
    return found


@click.command()
@click.argument("address")
@click.option("--workers", multiple=True, type=click.IntRange(0), default=(0, 1, 2), show_default=True)
def main(address: str, workers: tuple[int, ...]) -> None:
    """Measure the newest event of the store at ADDRESS, on so many workers of this machine; 0 is this process."""
    with open_store(address).connect() as connection:
        n = queries.events(connection)[0].answers
    table = pd.DataFrame([vars(step) for step in everywhere(address, workers)])
    table["there, per 10^6"], table["here, per 10^6"] = (table[name] * 1e6 / n for name in ("there", "here"))
    click.echo(f"{n:,} answers\n{table.round(3).to_string(index=False)}")


if __name__ == "__main__":
    main()
