"""A visitor's session on a real server: until the first page is there, clicks, and the memory it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from sctrain.bench.pages import ROOM
from sctrain.bench.result import Clock, Result, Side
from sctrain.bench.room import Bench
from sctrain.bench.serving import Host, first, hosted, leave, looking, run, until
from sctrain.bench.turns import take_turns
from sctrain.rehearsal.scene import Scene
from sctrain.rehearsal.viewer import Viewer

OVERVIEW, GAPS = "", "gaps"
CLICKS, PAUSE = 10, 0.05
"""Clicks in a turn, and seconds between two."""
COLD, RESIDENT = 5.0, 400.0
"""Seconds until a server is there, and MB that it may hold."""
EMPTY = "an empty Streamlit page"
MB = 1024


def rows(bench: Bench) -> Iterator[Result]:
    """Cold start, clicks and memory: of the demo room, and of the largest one."""
    bench.say("starting servers")
    with bench.scene(bench.first(min(ROOM, bench.participants))) as scene:
        yield from _session(bench, scene, f"{ROOM} answers", clicks=True)
    if bench.participants > ROOM:
        answers = bench.answers
        bench.say(f"starting servers of {bench.participants:,} answers")
        with bench.scene(answers) as scene:
            yield from _session(bench, scene, f"{bench.participants:,} answers")


def _session(bench: Bench, scene: Scene, room: str, clicks: bool = False) -> Iterator[Result]:
    taken: dict[str, list[tuple[Clock, Clock, tuple[Clock, Clock]]]] = {"": [], EMPTY: []}

    def visit(name: str) -> Callable[[], Clock]:
        def once() -> Clock:
            with TemporaryDirectory(dir=bench.folder) as fresh, hosted(scene, Path(fresh), empty=bool(name)) as host:
                page = run(first(host, (OVERVIEW,)))
                run(first(host, (GAPS,)))
                taken[name].append((host.healthy, page, memory(host.server.pid)))
            return page

        return once

    ours, theirs = take_turns(min(2, bench.repeats), {name: visit(name) for name in taken})
    up, up_empty = (Side(name, tuple(one[0] for one in taken[name])) for name in taken)
    yield Result(f"cold start, {room}: process to health", up, up_empty, within=COLD)
    yield Result(f"cold start, {room}: process to the Overview drawn", ours, theirs, within=COLD)
    for what, at, most in (("resident", 0, RESIDENT), ("peak", 1, None)):
        held, least = (Side(name, tuple(one[2][at] for one in taken[name])) for name in taken)
        yield Result(f"memory {what}, {room}, Overview and Gaps drawn", held, least, within=most, unit="MB")
    if clicks:
        yield _clicks(bench, scene, room)


def memory(pid: int) -> tuple[Clock, Clock]:
    """Resident memory of a process in MB, now and at its peak."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    now, peak = (int(lines[name].split()[0]) / MB for name in ("VmRSS", "VmHWM"))
    return Clock(now), Clock(peak)


def _clicks(bench: Bench, scene: Scene, room: str) -> Result:
    """The whole page run again for a click, through the websocket; the server's own time as CPU."""
    with TemporaryDirectory(dir=bench.folder) as fresh, ExitStack() as stack:
        (Path(fresh) / "ours").mkdir()
        hosts = {"": stack.enter_context(hosted(scene, Path(fresh) / "ours"))}
        hosts[EMPTY] = stack.enter_context(hosted(scene, Path(fresh), empty=True))
        ours, theirs = run(_clicking(hosts, bench.repeats))
    return Result(f"rerun of the Gaps page by a click, {room}", ours, theirs, within=0.06, of_cpu=True)


async def _clicking(hosts: dict[str, Host], repeats: int) -> list[Side]:
    """Every click of every turn; only whose turn it is clicks."""
    clocks: dict[str, list[Clock]] = {name: [] for name in hosts}
    for turn in range(repeats + 1):
        for name in list(hosts)[:: -1 if turn % 2 else 1]:
            scene = hosts[name].scene
            tasks = await looking([Viewer(scene, 0, (GAPS,), clicks=PAUSE)])
            await until(scene, lambda: len(scene.log.times.get("click", [])) >= 2, "a click")  # noqa: B023
            scene.log.times["click"].clear()
            before = hosts[name].used().cpu
            await until(scene, lambda: len(scene.log.times["click"]) >= CLICKS, "clicks")  # noqa: B023
            cpu = (hosts[name].used().cpu - before) / CLICKS
            if turn:  # in the first turn all is worked out
                clocks[name] += [Clock(wall, cpu) for wall in scene.log.times["click"][:CLICKS]]
            await leave(tasks)
    return [Side(name, tuple(taken)) for name, taken in clocks.items()]
