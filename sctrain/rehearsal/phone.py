"""A phone with the form open: it saves what is marked, sends, and sends again what may not have arrived.

It does what `room/static/form.js` does: the newest is kept until it is acknowledged, one request at a time.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from sctrain.rehearsal.scene import Scene
from sctrain.rehearsal.wire import Line, Lost

STEP = 3.0
"""Seconds between two savings, about: a mark or two."""
CORRECTS, WITHDRAWS, LEAVES_OUT, UNSURE = 0.25, 0.06, 0.08, 0.05
"""Shares: of people who change their answer later or withdraw, of marks that are left out or "don't know"."""
AT_ONCE = 0.5
"""Of what is sent twice: the share that is sent at once; the rest comes late."""
JSON = "application/json"


@dataclass(frozen=True)
class Todo:
    """What a phone has to send: a draft or an answer."""

    act: str
    edit: int
    fields: dict[str, list[str]]


def body(todo: Todo, me: str, form: str) -> bytes:
    """It as `form.js` sends it, from the holder of a personal code, about a questionnaire."""
    sent = {**todo.fields, "me": [me], "form": [form], "edit": [str(todo.edit)], "act": [todo.act]}
    return json.dumps(sent, separators=(",", ":")).encode()


class Phone:
    """One participant."""

    def __init__(self, scene: Scene, number: int) -> None:
        self._scene, self._chance = scene, scene.plan.random("phone", number)
        self._network = scene.network()
        self._line, self._other = Line(self._network), Line(self._network)
        self._path, self._me, self._form, self._edit = f"/j/{scene.links.phone}", "", "", 0
        self._todo: Todo | None = None
        self._news, self._settled = asyncio.Event(), asyncio.Event()
        self._leaving = False
        self.done = False

    async def run(self) -> None:
        """Answer, as one of the room."""
        plan = self._scene.plan
        opens, takes = plan.phone_times(self._chance)
        cut = asyncio.create_task(self._cut(plan.cut_at(self._chance, opens, opens + takes)))
        await self._scene.until(opens)
        await self._open()
        pushing = asyncio.create_task(self._push())
        try:
            await self._fill(opens + takes)
            await self._afterwards()
            self.done = True
        finally:
            pushing.cancel()
            await cut
            self._line.close()
            self._other.close()

    async def _cut(self, at: float) -> None:
        if self._scene.plan.cut:
            await self._scene.until(at)
            await self._network.cut(self._scene.plan.cut)

    async def _open(self) -> None:
        text = (await self._get(self._path)).decode()
        found = {name: re.search(f'name="{name}" value="([^"]+)"', text) for name in ("me", "form", "edit")}
        self._me, self._form, edit = (match[1] if match else "" for match in found.values())
        self._edit = int(edit or 0)

    async def _get(self, path: str) -> bytes:
        while True:
            try:
                began = time.perf_counter()
                told = await self._line.ask("GET", path, cookie=f"me={self._me}" if self._me else "")
                if told.status in (200, 303):
                    self._scene.log.took("form", time.perf_counter() - began)
                    return told.body
                self._scene.log.errors[f"GET of the form: {told.status}"] += 1
            except Lost:
                self._scene.log.counts["retried"] += 1
            await self._network.pause(self._chance.uniform(1, 3))

    async def _fill(self, ends: float) -> None:
        """Mark one thing after another until `ends`, or until all is marked; then send."""
        marks = [*filled(self._scene, self._chance).items()]
        steps = max(4, min(len(marks), round((ends - self._scene.log.now) / STEP)))
        begins, fields = self._scene.log.now, dict[str, list[str]]()
        for step in range(1, steps):
            fields |= dict(marks[: len(marks) * step // steps])
            self._save("draft", fields)
            await self._scene.until(begins + (ends - begins) * (step + self._chance.uniform(-0.3, 0.3)) / steps)
        await self._send(fields | dict(marks))
        self._last = fields | dict(marks)

    async def _afterwards(self) -> None:
        """A look at the personal code; some change their answer, some take it back."""
        await self._get(f"{self._path}/thanks")
        seconds, kind = self._scene.plan.seconds, self._chance.random()
        if kind < CORRECTS + WITHDRAWS:
            await asyncio.sleep(self._chance.uniform(0.02, 0.12) * seconds)
        if kind < CORRECTS:
            self._last = self._last | {"i0": [self._other_mark("i0")], "l3": [self._other_mark("l3")]}
            self._save("draft", self._last)
            await asyncio.sleep(1.5)
            await self._send(self._last)
        elif kind < CORRECTS + WITHDRAWS:
            await self._withdraw()

    def _other_mark(self, field: str) -> str:
        return self._chance.choice([mark for mark in "12345" if [mark] != self._last.get(field)])

    async def _send(self, fields: dict[str, list[str]]) -> None:
        self._scene.ledger.sent.setdefault(self._me, []).append(fields)
        self._save("send", fields)
        await self._settled.wait()

    async def _withdraw(self) -> None:
        self._leaving = True
        while True:
            try:
                told = await self._line.ask("POST", f"{self._path}/withdraw", cookie=f"me={self._me}")
                if told.status == 200:
                    self._scene.ledger.withdrawn.add(self._me)
                    return
                self._scene.log.errors[f"withdrawing: {told.status}"] += 1
            except Lost:
                self._scene.log.counts["retried"] += 1
            await self._network.pause(self._chance.uniform(2, 5))

    def _save(self, act: str, fields: dict[str, list[str]]) -> None:
        self._edit = max(int(time.time() * 1000), self._edit + 1)
        self._todo = Todo(act, self._edit, dict(fields))
        self._settled.clear()
        self._news.set()

    async def _push(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while (todo := self._todo) is not None:
                if not await self._post(todo):
                    await self._network.pause(self._chance.uniform(2, 5))
                elif self._todo is todo:
                    self._todo = None
                    self._settled.set()

    async def _post(self, todo: Todo) -> bool:
        """Whether the server has dealt with it."""
        log, twice = self._scene.log, self._chance.random() < self._scene.plan.twice
        log.counts["requests"] += 1
        if twice and self._chance.random() < AT_ONCE:
            self._scene.double(self._again(todo, 0))
            twice = False
        try:
            began = time.perf_counter()
            settled = await self._exchange(self._line, todo)
        except Lost:
            log.counts["retried"] += 1
            return False
        if settled:
            log.took(todo.act, time.perf_counter() - began)
        if settled and twice:
            self._scene.double(self._again(todo, self._scene.plan.late(self._chance, log.now)))
        return settled

    async def _exchange(self, line: Line, todo: Todo) -> bool:
        newest = self._scene.ledger.newest(self._me)
        sent = body(todo, self._me, self._form)
        told = await line.ask("POST", self._path, sent, content_type=JSON, accept=JSON)
        if told.status == 429 or told.status >= 500:
            self._scene.log.counts[f"told {told.status}"] += 1
            return False
        if told.status == 410 and self._leaving:
            return True
        if told.status != 200:
            self._scene.log.errors[f"{todo.act}: {told.status} {told.body[:80]!r}"] += 1
            return True
        state = json.loads(told.body)["state"]
        self._scene.log.counts[f"{todo.act} {state}"] += 1
        if todo.act == "send":
            self._scene.ledger.answered(self._me, todo.edit, todo.fields, state, newest)
        elif state == "kept" and todo.edit < newest:
            self._scene.ledger.odd.append(f"a draft that came late took the place of an answer ({todo.edit})")
        return True

    async def _again(self, todo: Todo, later: float) -> None:
        """Send something a second time, at once or late, as a network does that delivers twice."""
        await asyncio.sleep(later)
        for _ in range(30):
            try:
                if await self._exchange(self._other, todo):
                    self._scene.log.counts["twice at once" if not later else "twice late"] += 1
                    return
            except Lost:
                pass
            await self._network.pause(self._chance.uniform(2, 5))


def filled(scene: Scene, chance: Random) -> dict[str, list[str]]:
    """All that somebody marks, by field, in the order of the form."""
    return dict(_fields(scene, chance))


def _fields(scene: Scene, chance: Random) -> Iterator[tuple[str, list[str]]]:
    for dimension in scene.catalogue.dimensions.values():
        options = [option.code for option in dimension.option]
        yield f"p.{dimension.code}", [chance.choice(options[:4] or ["north", "south"])]
    yield "t", [str(chance.randint(1, scene.plan.tables))]
    for place in range(len(scene.asked.codes)):
        for letter in "il":
            if chance.random() > LEAVES_OUT:
                yield f"{letter}{place}", ["?" if chance.random() < UNSURE else chance.choice("12345")]
    for question in scene.catalogue.question:
        options = [option.code for option in question.option]
        if options and question.kind != "text":
            several = chance.randint(1, 2) if question.kind == "multiple" else 1
            yield f"q.{question.code}", sorted(chance.sample(options, several))
