"""Real servers, ours and one with an empty page, each kept to one core; and what their clients see."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import uvloop

from sctrain.bench.result import BenchError, Clock
from sctrain.errors import SctrainError
from sctrain.rehearsal.log import Log
from sctrain.rehearsal.scene import Scene
from sctrain.rehearsal.server import Server, Usage, usage
from sctrain.rehearsal.viewer import Viewer

EMPTY = """import streamlit as st

@st.fragment(run_every=2)
def text():
    st.write("Nothing")

text()
"""
"""The least that a live page can be: one text, looked at again every two seconds."""
EMPTY_APP = """import streamlit as st

app = st.App("empty.py")
"""
WAITED = 60.0
"""Seconds since a rehearsal began after which its viewers come at once."""
LONGEST = 300.0
"""Seconds a page may take until it is drawn."""


@dataclass(frozen=True, eq=False)
class Host:
    """A server that runs, what its clients know of it, and how long it took until it was healthy."""

    server: Server
    scene: Scene
    began: float
    healthy: Clock

    def used(self) -> Usage:
        """What its process has used so far; BenchError where it has ended."""
        found = usage(self.server.pid)
        if found is None:
            raise BenchError("the server has ended, or the system does not say what it uses")
        return found

    def since_start(self) -> Clock:
        """How long ago it was started, and what it has used."""
        return Clock(perf_counter() - self.began, self.used().cpu)


@contextmanager
def hosted(scene: Scene, folder: Path, empty: bool = False) -> Iterator[Host]:
    """A server on the store of a scene, or one with an empty page; started, healthy, and ended after."""
    server = Server(folder, str(scene.engine.url), str(_empty_app(folder)) if empty else "app.py")
    began = perf_counter()
    try:
        with kept_to(min(os.sched_getaffinity(0))):
            server.start()
        uvloop.run(_healthy(server))
        taken = usage(server.pid)
        healthy = Clock(perf_counter() - began, taken.cpu if taken else 0.0)
        yield Host(
            server, replace(scene, port=server.port, log=Log(perf_counter() - WAITED), networks=[]), began, healthy
        )
    finally:
        server.stop()


async def _healthy(server: Server) -> None:
    try:
        await server.ready("/_stcore/health")
    except SctrainError as error:
        raise BenchError(str(error)) from error


def _empty_app(folder: Path) -> Path:
    (folder / "empty.py").write_text(EMPTY, encoding="utf-8")
    (folder / "empty_app.py").write_text(EMPTY_APP, encoding="utf-8")
    return folder / "empty_app.py"


@contextmanager
def kept_to(core: int) -> Iterator[None]:
    """This thread, and every process it starts, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """The clients' side, on the other cores where there are any."""
    cores = os.sched_getaffinity(0)
    with kept_to(max(cores)):
        return uvloop.run(work)


async def looking(viewers: list[Viewer], over: float = 0.0) -> list[asyncio.Task[None]]:
    """Let viewers in, one after another within so many seconds."""
    tasks = []
    for viewer in viewers:
        tasks.append(asyncio.create_task(viewer.run()))
        await asyncio.sleep(over / len(viewers))
    return tasks


async def leave(tasks: list[asyncio.Task[None]]) -> None:
    """End what viewers do; what went wrong with one is raised."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def until(scene: Scene, there: Callable[[], bool], what: str) -> None:
    """Wait for something; BenchError where it does not come, or a page says that something went wrong."""
    began = perf_counter()
    while not there():
        if scene.log.errors:
            raise BenchError(f"{what}: {next(iter(scene.log.errors))}")
        if perf_counter() - began > LONGEST:
            raise BenchError(f"{what}: not within {LONGEST:g} s")
        await asyncio.sleep(0.01)


def drawn(scene: Scene) -> int:
    """How many pages have been drawn for the first time."""
    return len(scene.log.times.get("page", []))


async def first(host: Host, pages: tuple[str, ...]) -> Clock:
    """Draw these pages once, each for a visitor of its own; since the server's start."""
    before = drawn(host.scene)
    viewers = [Viewer(host.scene, number, pages) for number in range(len(pages))]
    tasks = await looking(viewers)
    await until(host.scene, lambda: drawn(host.scene) >= before + len(pages), "the first page")
    taken = host.since_start()
    await leave(tasks)
    return taken
