"""Who scribes at a table: lists are moved about, lines are written, and each change is sent until it is settled.

It does what `room/static/sheet.js` does: the newest content of each part waits in an outbox, one request at a time;
where somebody was faster, theirs or one's own is chosen.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

from sctrain.rehearsal.plan import EVENT
from sctrain.rehearsal.scene import Scene
from sctrain.rehearsal.wire import Line, Lost

PAUSE = (1.5, 6.0)
"""Seconds between two changes."""
LOOK = 4.0
"""Seconds between two looks at what others changed."""
MOST_LINES = 12
"""Lines that one scribe writes."""


@dataclass(frozen=True)
class Todo:
    """The newest content of a part, and its edit."""

    content: Any
    edit: int


class Scribe:
    """One device at a table; `number` tells the scribes of one table apart."""

    def __init__(self, scene: Scene, table: int, number: int) -> None:
        self._scene, self._table = scene, table
        self._chance = scene.plan.random("scribe", table, number)
        self._network = scene.network()
        self._line, self._other = Line(self._network), Line(self._network)
        self._path, self._cookie = f"/t/{EVENT}/{table}", f"sct_table={scene.links.tables[table]}"
        self._device = f"{self._chance.getrandbits(64):016x}"
        self._revisions: dict[str, int] = {}
        self._here: dict[str, Any] = {}
        self._outbox: dict[str, Todo] = {}
        self._mine: list[str] = []
        self._edit, self._news, self._empty = 0, asyncio.Event(), asyncio.Event()
        self.done = False

    async def run(self) -> None:
        """Write all the time, but the last seconds."""
        plan = self._scene.plan
        cut = asyncio.create_task(self._cut(plan.cut_at(self._chance, 5, plan.seconds * 0.9)))
        await self._scene.until(self._chance.uniform(0.5, 5))
        helpers = [asyncio.create_task(work) for work in (self._push(), self._look())]
        try:
            while self._scene.log.now < 0.95 * plan.seconds:
                await asyncio.sleep(self._chance.uniform(*PAUSE))
                self._change()
            while self._outbox:
                self._empty.clear()
                await self._empty.wait()
            self.done = True
        finally:
            for helper in helpers:
                helper.cancel()
            await cut
            self._line.close()
            self._other.close()

    async def _cut(self, at: float) -> None:
        if self._scene.plan.cut:
            await self._scene.until(at)
            await self._network.cut(self._scene.plan.cut)

    def _change(self) -> None:
        kind = self._chance.random()
        if kind < 0.65:
            topic = self._chance.choice(self._scene.topics)
            self._put(topic, self._moved(topic))
        elif kind < 0.95:
            self._write()
        else:
            self._put("people", {"members": self._chance.randint(3, 9), "mix": {}})

    def _moved(self, topic: str) -> list[list[str]]:
        """The list with one option put elsewhere, sometimes beside another."""
        option = self._chance.choice([*self._scene.catalogue.options_of(topic)])
        ties = [[o for o in tie if o != option] for tie in self._here.get(topic, [])]
        ties = [tie for tie in ties if tie]
        place = self._chance.randint(0, len(ties))
        if place < len(ties) and self._chance.random() < 0.2:
            ties[place] = sorted([*ties[place], option])
        else:
            ties.insert(place, [option])
        return ties

    def _write(self) -> None:
        """A new line, or another word in one of one's own or of the others."""
        lines = [part for part in self._here if part.startswith("line.")]
        if lines and (len(self._mine) >= MOST_LINES or self._chance.random() < 0.5):
            part = self._chance.choice(lines)
            text = f"{self._here[part]['text'][:400]} {self._chance.choice(('more', 'data', 'skills'))}"
            self._put(part, self._here[part] | {"text": text})
            return
        self._mine.append(f"line.{self._chance.getrandbits(40):010x}")
        kind = self._chance.choice(("challenge", "solution", "conclusion"))
        text = f"{self._scene.secret} says table {self._table}, {len(self._mine)}"
        blank = {"competencies": [], "answers": "", "place": len(self._mine)}
        self._put(self._mine[-1], {"kind": kind, "text": text} | blank)

    def _put(self, part: str, content: Any) -> None:
        self._edit = max(int(time.time() * 1000), self._edit + 1)
        self._here[part] = content
        self._outbox[part] = Todo(content, self._edit)
        self._news.set()

    async def _push(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await asyncio.sleep(0.25)
            while self._outbox:
                part, todo = next(iter(self._outbox.items()))
                if not await self._post(part, todo):
                    await self._network.pause(self._chance.uniform(2, 4))
            self._empty.set()

    async def _post(self, part: str, todo: Todo) -> bool:
        """Whether the server has dealt with it."""
        log, twice = self._scene.log, self._chance.random() < self._scene.plan.twice
        change = {"part": part, "base": self._revisions.get(part, 0), "content": todo.content}
        change |= {"device": self._device, "edit": todo.edit}
        log.counts["requests"] += 1
        if twice:
            later = self._chance.choice((0.0, self._scene.plan.late(self._chance, log.now)))
            self._scene.double(self._again(change, later))
        try:
            began = time.perf_counter()
            told = await self._exchange(self._line, change)
        except Lost:
            log.counts["retried"] += 1
            return False
        if told is None:
            return False
        log.took("sheet", time.perf_counter() - began)
        if self._outbox.get(part) is todo:
            del self._outbox[part]
        if told:
            self._settle(part, todo, told)
        return True

    def _settle(self, part: str, todo: Todo, told: dict[str, Any]) -> None:
        self._revisions[part] = max(told["revision"], self._revisions.get(part, 0))
        if told["state"] != "other" or told["beside"] or part in self._outbox:
            return
        if self._chance.random() < 0.5 or part == "people":
            self._here[part] = told["stands"]
        else:
            self._put(part, todo.content)

    async def _exchange(self, line: Line, change: dict[str, Any]) -> dict[str, Any] | None:
        """What became of a change; None where it is to be sent again, nothing where it was refused."""
        body, kind = json.dumps(change).encode(), "application/json"
        told = await line.ask("POST", f"{self._path}/save", body, content_type=kind, accept=kind, cookie=self._cookie)
        if told.status == 429 or told.status >= 500:
            self._scene.log.counts[f"told {told.status}"] += 1
            return None
        if told.status != 200:
            self._scene.log.errors[f"sheet: {told.status} {told.body[:80]!r}"] += 1
            return {}
        said: dict[str, Any] = json.loads(told.body)
        self._scene.log.counts[f"sheet {said['state']}"] += 1
        self._scene.ledger.saved(self._table, change["part"], change["edit"], change["content"], said)
        return said

    async def _again(self, change: dict[str, Any], later: float) -> None:
        await asyncio.sleep(later)
        for _ in range(30):
            try:
                if await self._exchange(self._other, change) is not None:
                    self._scene.log.counts["twice at once" if not later else "twice late"] += 1
                    return
            except Lost:
                pass
            await self._network.pause(self._chance.uniform(2, 4))

    async def _look(self) -> None:
        """Take over what others changed, but where one's own change is under way."""
        line = Line(self._network)
        while True:
            try:
                told = await line.ask("GET", f"{self._path}/state", accept="application/json", cookie=self._cookie)
                for part, stands in json.loads(told.body)["parts"].items() if told.status == 200 else ():
                    if part not in self._outbox and stands["revision"] > self._revisions.get(part, 0):
                        self._revisions[part], self._here[part] = stands["revision"], stands["content"]
            except Lost:
                self._scene.log.counts["looks lost"] += 1
            await asyncio.sleep(LOOK)
