"""How many live viewers one core carries, while answers come in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sctrain.bench.looking import EMPTY
from sctrain.bench.pages import ROOM
from sctrain.bench.posting import Post, posts, send
from sctrain.bench.result import BenchError, Clock, Result, Side
from sctrain.bench.room import Bench
from sctrain.bench.serving import Host, drawn, hosted, leave, looking, run, until
from sctrain.rehearsal.conduct import watch
from sctrain.rehearsal.log import percentile
from sctrain.rehearsal.viewer import Viewer
from sctrain.rehearsal.wire import Line, Lost, Network

ARRIVES = 3.5
"""Seconds between two answers."""
LETS_IN = 0.06
"""Seconds between two viewers who come."""
SETTLES = 3.0
WITHIN = 1.0
"""Seconds that 95 % of ticks may take at most."""


@dataclass(frozen=True)
class Watched:
    """What so many viewers of a `page` saw (ours has no name).

    Seconds of their ticks, seconds from a commit to its being shown, and the share of the core that the server took.
    """

    page: str
    viewers: int
    ticks: tuple[float, ...]
    seen: tuple[float, ...]
    share: float

    @property
    def p95(self) -> float:
        """Seconds that 95 % of the ticks took at most."""
        return percentile(self.ticks, 0.95)


def rows(bench: Bench) -> Iterator[Result]:
    """For each number of viewers the ticks' 95th percentile and median, and what of the core they take."""
    bench.say(f"letting in up to {max(bench.viewers)} viewers")
    with bench.scene(bench.first(min(ROOM, bench.participants))) as scene, TemporaryDirectory(dir=bench.folder) as at:
        found: dict[str, list[Watched]] = {}
        for name in ("", EMPTY):
            with hosted(scene, Path(at), empty=bool(name)) as host:
                found[name] = run(_watch(bench, host, name, posts(scene, 1000) if not name else []))
    for mine, theirs in zip(*found.values(), strict=False):  # a busy machine may not carry all
        yield from _told(mine, theirs)


def _told(mine: Watched, theirs: Watched) -> Iterator[Result]:
    who = f"{mine.viewers} live viewers on one core"
    for share, within in ((0.5, None), (0.95, WITHIN)):
        ours, least = (_side(one, percentile(one.ticks, share)) for one in (mine, theirs))
        yield Result(f"{who}: tick p{share * 100:g} of {len(mine.ticks)}", ours, least, within=within)
    yield Result(f"{who}: seconds of it a second", _side(mine, mine.share), _side(theirs, theirs.share))
    if mine.seen:
        for share in (0.5, 0.95):
            shown = _side(mine, percentile(mine.seen, share))
            yield Result(f"{who}: from commit to shown, p{share * 100:g} of {len(mine.seen)}", shown)


def _side(one: Watched, value: float) -> Side:
    return Side(one.page, (Clock(value, one.share),))


async def _watch(bench: Bench, host: Host, page: str, answers: list[Post]) -> list[Watched]:
    """Let in more and more viewers, and measure each time."""
    viewers: list[asyncio.Task[None]] = []
    arriving = asyncio.create_task(_arrive(host, answers))
    watching = asyncio.create_task(watch(host.scene))
    found: list[Watched] = []
    for many in bench.viewers:
        more = [Viewer(host.scene, number) for number in range(len(viewers), many)]
        viewers += await looking(more, LETS_IN * len(more))
        try:
            await until(host.scene, lambda: drawn(host.scene) >= many, f"{many} viewers")  # noqa: B023
        except BenchError as error:
            if not found:
                raise
            bench.say(f"no more viewers: {error}")
            break
        await asyncio.sleep(SETTLES)
        found.append(await _measured(bench, host, page, many))
        if arriving.done():
            await arriving
    await leave([*viewers, arriving, watching])
    return found


async def _measured(bench: Bench, host: Host, page: str, many: int) -> Watched:
    log, began, before = host.scene.log, perf_counter(), host.used().cpu
    for what in ("tick", "seen"):
        log.times[what] = []
    await asyncio.sleep(bench.watched)
    share = (host.used().cpu - before) / (perf_counter() - began)
    if log.errors:
        raise BenchError(f"{many} viewers: {next(iter(log.errors))}")
    return Watched(page, many, tuple(log.times["tick"]), tuple(log.times["seen"]), share)


async def _arrive(host: Host, answers: list[Post]) -> None:
    """One answer after another, each from a phone of its own."""
    line = Line(Network(host.server.port))
    try:
        for answer in answers:
            with suppress(Lost):  # of a server that has more than it can do
                await send(line, answer)
            await asyncio.sleep(ARRIVES)
        await asyncio.Event().wait()
    finally:
        line.close()
