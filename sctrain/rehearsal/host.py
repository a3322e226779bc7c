"""The presenter, who has the panel open and reveals the lists; and a stranger, who tries to see them before."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlencode

from sctrain.rehearsal.plan import EVENT
from sctrain.rehearsal.scene import Scene
from sctrain.rehearsal.wire import Line, Lost

PANEL = 3.0
"""Seconds between two looks of the panel at itself."""
STRANGE = 5.0
"""Seconds between two rounds of a stranger."""


async def present(scene: Scene) -> None:
    """Look at the panel all the time, until cancelled."""
    line, cookie = Line(scene.network()), f"sct_presenter={scene.links.presenter}"
    while True:
        try:
            began = time.perf_counter()
            told = await line.ask("GET", f"/o/{EVENT}", cookie=cookie)
            scene.log.took("panel", time.perf_counter() - began)
            if told.status != 200:
                scene.log.errors[f"panel: {told.status}"] += 1
            _look_for(scene, "the panel", told.body)
        except Lost:
            scene.log.counts["looks lost"] += 1
        await asyncio.sleep(PANEL)


async def reveal(scene: Scene) -> None:
    """Reveal each list as the presenter does, when it is time."""
    await scene.until(scene.plan.reveal_at)
    line, cookie = Line(scene.network()), f"sct_presenter={scene.links.presenter}"
    form = "application/x-www-form-urlencoded"
    scene.revealed = scene.log.now
    for topic in scene.topics:
        while True:
            try:
                body = urlencode({"act": f"reveal:{topic}"}).encode()
                told = await line.ask("POST", f"/o/{EVENT}/do", body, cookie=cookie, content_type=form)
            except Lost:
                await asyncio.sleep(2)
                continue
            if told.status != 303:
                scene.log.errors[f"revealing: {told.status}"] += 1
            break
    line.close()


async def pry(scene: Scene) -> None:
    """Ask for what is hidden, without a link and with links for something else, until cancelled."""
    line, tables = Line(scene.network()), scene.links.tables
    foreign = {
        "nobody": "",
        "a phone": f"sct_table={scene.links.phone}",
        "another table": f"sct_table={tables[len(tables)]}" if len(tables) > 1 else "",
        "the presenter": f"sct_presenter={scene.links.presenter}; sct_table={scene.links.presenter}",
    }
    paths = (f"/t/{EVENT}/1", f"/t/{EVENT}/1/state", f"/j/{scene.links.presenter}", f"/o/{EVENT}/print/sheets")
    while True:
        for who, cookie in foreign.items():
            for path in paths:
                try:
                    told = await line.ask("GET", path, cookie=cookie)
                except Lost:
                    scene.log.counts["looks lost"] += 1
                    continue
                scene.log.counts["pried"] += 1
                if told.status < 400 and path.startswith("/t/"):
                    scene.log.leaks.append(f"{path} was open to {who}: {told.status}")
                _look_for(scene, f"{path} for {who}", told.body)
        await asyncio.sleep(STRANGE)


def _look_for(scene: Scene, where: str, body: bytes) -> None:
    if scene.secret.encode() in body:
        scene.log.leaks.append(f"{where}: a line of a table")
