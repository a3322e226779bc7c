"""Run a rehearsal from beginning to end."""

from __future__ import annotations

import asyncio
import gc
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import uvloop
from sqlalchemy import Connection

from sctrain.rehearsal import host
from sctrain.rehearsal.ledger import Checked, check_answers, check_desks, check_sheets
from sctrain.rehearsal.phone import Phone
from sctrain.rehearsal.plan import EVENT, WITH_TWO, Plan
from sctrain.rehearsal.result import Cost, Rehearsal
from sctrain.rehearsal.scene import Scene, prepare
from sctrain.rehearsal.scribe import Scribe
from sctrain.rehearsal.server import Server, usage
from sctrain.rehearsal.viewer import Viewer
from sctrain.store import audit, queries
from sctrain.store.engine import open_store
from sctrain.store.sheets import sheets

WATCH = 0.1
"""Seconds between two looks at the store's data version."""


def run(plan: Plan, url: str = "", keep: bool = False, say: Callable[[str], None] = lambda _: None) -> Rehearsal:
    """Rehearse an event on the store `url`, or on a new SQLite file that is thrown away after, unless it is kept.

    SctrainError where the server does not serve, or the store has an event of this name. `say` is told what happens.
    """
    with _folder(keep, say) as folder:
        where = url or f"sqlite:///{folder / 'rehearsal.db'}"
        engine = open_store(where)
        server = Server(folder, where)
        try:
            scene = prepare(engine, plan, server.port)
            conducted = uvloop.run(_conduct(scene, server, say))
            say("reading the store")
            return _judged(scene, conducted)
        finally:
            server.stop()
            engine.dispose()


@contextmanager
def _folder(keep: bool, say: Callable[[str], None]) -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="sctrain-rehearsal-"))
    try:
        yield folder
    finally:
        if keep:
            say(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass
class _Conducted:
    """What came of it beside ledger and log."""

    phones: list[Phone] = field(default_factory=list)
    scribes: list[Scribe] = field(default_factory=list)
    viewers: list[Viewer] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)
    back_after: float | None = None


async def _conduct(scene: Scene, server: Server, say: Callable[[str], None]) -> _Conducted:
    plan, path = scene.plan, f"/j/{scene.links.phone}"
    server.start()
    say(f"the server serves after {await server.ready(path):.1f} s")
    made = _Conducted(
        [Phone(scene, number) for number in range(plan.phones)],
        [Scribe(scene, t, n) for t in range(1, plan.tables + 1) for n in range(2 if t % WITH_TWO == 0 else 1)],
        [Viewer(scene, number) for number in range(plan.viewers)],
    )
    scene.log.began = time.perf_counter()
    gc.freeze()  # what is here stays; collecting it again and again would show as slow answers
    beside = [host.present(scene), host.pry(scene), watch(scene), _measure(server, made.cost)]
    others = [asyncio.create_task(work) for work in (*beside, *(viewer.run() for viewer in made.viewers))]
    ones = [*(phone.run() for phone in made.phones), *(scribe.run() for scribe in made.scribes)]
    acts = [asyncio.create_task(work) for work in (*ones, host.reveal(scene), _strike(scene, server, made, say))]
    try:
        await _acted(scene, acts, say)
    finally:
        for task in (*acts, *others):
            task.cancel()
        for ended in await asyncio.gather(*acts, *others, return_exceptions=True):
            if isinstance(ended, Exception):
                scene.log.errors[f"the rehearsal itself: {ended!r}"] += 1
    return made


async def _acted(scene: Scene, acts: list[asyncio.Task[None]], say: Callable[[str], None]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(scene.plan.patience):
            await asyncio.gather(*acts)
            say("all has been acknowledged; the last of what is sent twice is on its way")
            await scene.doubled()
            await scene.until(scene.plan.seconds + 3)  # viewers are to see the last of it


async def _strike(scene: Scene, server: Server, made: _Conducted, say: Callable[[str], None]) -> None:
    """Kill the server in the middle, and start it again at once, as whoever watches over it does."""
    if not scene.plan.kill:
        return
    await scene.until(scene.plan.kill_at)
    server.kill()
    server.start()
    made.back_after = await server.ready(f"/j/{scene.links.phone}")
    say(f"killed in the middle, it serves again after {made.back_after:.1f} s")


async def watch(scene: Scene) -> None:
    """Note when each data version is there, for those who look at what it may alter."""
    known = 0
    while True:
        with scene.engine.connect() as connection:
            newest = queries.data_version(connection)
            heard = {voice: queries.heard_since(connection, voice, known) for voice in queries.VOICES}
        now = time.perf_counter()
        for voice, versions in heard.items():
            scene.log.committed.setdefault(voice, {}).update(dict.fromkeys(versions, now))
        known = newest
        await asyncio.sleep(WATCH)


async def _measure(server: Server, cost: Cost) -> None:
    """Note what the server uses, second by second, and what this program does."""
    pid, before, at = 0, None, 0.0
    own, began = time.process_time(), time.perf_counter()
    while True:
        now, found = time.perf_counter(), usage(server.pid)
        if found and before and pid == server.pid:
            cost.shares.append((found.cpu - before.cpu) / (now - at))
        if found:
            cost.rss = max(cost.rss, found.rss)
        pid, before, at = server.pid, found, now
        cost.own = (time.process_time() - own) / max(now - began, 1e-9)
        late = time.perf_counter() + 1
        await asyncio.sleep(1)
        cost.late.append(time.perf_counter() - late)


def _judged(scene: Scene, made: _Conducted) -> Rehearsal:
    sound = audit.soundness(scene.engine)
    with scene.engine.connect() as connection:
        checks = _checks(connection, scene)
    away = [f"phone {n} was never acknowledged" for n, phone in enumerate(made.phones) if not phone.done]
    away += [f"a scribe ({n}) was never acknowledged" for n, scribe in enumerate(made.scribes) if not scribe.done]
    lookers = [viewer for viewer in made.viewers if viewer.page == "tables"]
    return Rehearsal(
        scene.plan,
        **checks,
        acknowledged=Checked(len(made.phones) + len(made.scribes), tuple(away)),
        hidden=Checked(scene.log.counts["pried"], tuple(dict.fromkeys(scene.log.leaks))),
        revealed=(sum(viewer.saw_tables is not None for viewer in lookers), len(lookers)),
        people=len(scene.ledger.answers.keys() - scene.ledger.withdrawn),
        withdrawn=len(scene.ledger.withdrawn),
        sound=sound,
        back_after=made.back_after,
        cost=made.cost,
        log=scene.log,
        cuts=sum(network.cuts for network in scene.networks),
    )


def _checks(connection: Connection, scene: Scene) -> dict[str, Checked]:
    return {
        "answers": check_answers(connection, EVENT, scene.asked, scene.ledger),
        "desks": check_desks(connection, EVENT, scene.ledger),
        "sheets": check_sheets(sheets(connection, EVENT), scene.ledger, scene.topics),
    }
