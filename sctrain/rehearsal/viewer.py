"""A browser with a page open: it follows the data as pages ask, and comes back after the connection is lost.

It speaks Streamlit's websocket protocol as the browser does: what the server has drawn anew by itself is taken in, the
timers that pages set are honoured whether or not a run is going on, large messages that it has are named, and widgets
that are bound to the address keep their values.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import parse_qs

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from sctrain.rehearsal.plan import EVENT
from sctrain.rehearsal.scene import Scene
from sctrain.rehearsal.wire import HOST, Line, Lost, Network
from sctrain.store import queries

VERSION = re.compile(rb"data version (\d+)")
TABLES = re.compile(rb"n = \d+ of \d+ tables")
"""What pages say of what they stand on; the second only where lists of tables are shown."""
PAGES = ("", "gaps", "tables", "who", "live")
"""What viewers look at, in turn; the first is the overview."""
COMPARED = ("", "", "", "&by=role", "&by=city_size_band")
KEPT_RUNS = 2
"""Runs for which a browser keeps a large message that was not used again."""


@dataclass
class _Run:
    """What is known of the session that is open now."""

    socket: ClientConnection
    asked: list[tuple[str, float]] = field(default_factory=list)
    began: float = 0.0
    is_running: bool = False
    shown: int = 0
    ready: float | None = None
    timers: dict[str, tuple[float, asyncio.Task[None]]] = field(default_factory=dict)


class Viewer:
    """One viewer; `page` is its path. With `clicks` they have the whole page run again, so many seconds after a run."""

    def __init__(self, scene: Scene, number: int, pages: tuple[str, ...] = PAGES, clicks: float | None = None) -> None:
        self._clicks = clicks
        self._scene, self._chance = scene, scene.plan.random("viewer", number)
        self._network: Network = scene.network()
        self.page = pages[number % len(pages)]
        self._query = f"event={EVENT}" + (self._chance.choice(COMPARED) if self.page != "tables" else "")
        self._hash, self._session, self._runs = "", "", 0
        self._cached: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self._seen = 0
        self.saw_tables: float | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        plan = self._scene.plan
        await self._scene.until(self._chance.uniform(0, min(20, plan.seconds / 6)))
        cut = asyncio.create_task(self._cut(plan.cut_at(self._chance, 5, plan.seconds)))
        attempt = 0
        try:
            while True:
                await self._network.up()
                attempt = 0 if await self._connect() else attempt + 1
                longest = min(4.0, 0.5 * 2 ** max(0, attempt - 1))  # as Streamlit's page waits
                await self._network.pause(self._chance.uniform(0.25 if attempt <= 1 else longest / 2, longest))
        finally:
            cut.cancel()

    async def _cut(self, at: float) -> None:
        if self._scene.plan.cut:
            await self._scene.until(at)
            await self._network.cut(self._scene.plan.cut)

    async def _connect(self) -> bool:
        """Look for as long as the connection lasts; whether there was one."""
        line = Line(self._network)
        try:
            await line.ask("GET", "/_stcore/health")
            if self._network.down:
                return False
            named = ["streamlit", "PLACEHOLDER_AUTH_TOKEN", *filter(None, [self._session])]
            async with connect(
                f"ws://{HOST}:{self._scene.port}/_stcore/stream",
                subprotocols=[Subprotocol(name) for name in named],
                origin=Origin(f"http://{HOST}:{self._scene.port}"),
                max_size=None,
                compression=None,
                ping_interval=None,
                close_timeout=1,
            ) as socket:
                await self._look(socket)
            return True
        except (Lost, OSError, TimeoutError, WebSocketException):
            self._scene.log.counts["connections lost"] += 1
            return False
        finally:
            line.close()

    async def _look(self, socket: ClientConnection) -> None:
        run, free = _Run(socket), self._network.hold(socket.transport.abort)
        self._scene.log.counts["connections"] += 1
        clicking = asyncio.create_task(self._click(run))
        try:
            await self._ask(run, "page")
            async for raw in socket:
                self._hear(run, raw if isinstance(raw, bytes) else raw.encode())
        finally:
            free()
            clicking.cancel()
            for _, timer in run.timers.values():
                timer.cancel()

    async def _click(self, run: _Run) -> None:
        while self._clicks is not None:
            await asyncio.sleep(self._clicks)
            if run.ready is not None and not run.asked:
                await self._ask(run, "click")

    async def _ask(self, run: _Run, what: str, fragment: str = "") -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = self._query, self._hash
        if not self._hash:
            asked.page_name = self.page
        asked.cached_message_hashes.extend(self._cached)
        asked.context_info.timezone, asked.context_info.locale = "Europe/Amsterdam", "en-GB"
        asked.context_info.color_scheme = "light"
        asked.context_info.url = f"http://{HOST}:{self._scene.port}/{self.page}?{self._query}"
        for name, text in self._texts.items():
            asked.widget_states.widgets.add(id=name, string_value=text)
        if fragment:
            asked.fragment_id, asked.is_auto_rerun = fragment, True
        run.asked.append((what, perf_counter()))
        await run.socket.send(message.SerializeToString())

    def _hear(self, run: _Run, raw: bytes) -> None:
        message = ForwardMsg()
        message.ParseFromString(raw)
        self._scene.log.counts["messages"] += 1
        kind = message.WhichOneof("type")
        if message.metadata.cacheable or kind == "ref_hash":
            self._cached[message.ref_hash if kind == "ref_hash" else message.hash] = self._runs
        if kind == "delta":
            self._draw(run, message.delta, raw)
        elif kind == "new_session":
            self._begin(run, message)
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self._set_timer(run, message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                if fragment in run.timers:
                    run.timers.pop(fragment)[1].cancel()
        elif kind == "script_finished":
            self._finish(run, message.script_finished)

    def _begin(self, run: _Run, message: ForwardMsg) -> None:
        if not run.asked:
            run.asked.append(("tick", perf_counter()))  # the server does it by itself
        run.is_running, run.began = True, perf_counter()
        self._session = message.new_session.initialize.session_id
        if not message.metadata.run.fragment_ids:
            for _, timer in run.timers.values():
                timer.cancel()
            run.timers.clear()
            self._texts.clear()

    def _draw(self, run: _Run, delta: Delta, raw: bytes) -> None:
        """Take in one element; what it says of data versions and tables is found in its bytes."""
        log, kind = self._scene.log, delta.new_element.WhichOneof("type")
        if kind == "exception":
            log.errors[f"{self.page or 'overview'}: {delta.new_element.exception.message[:90]}"] += 1
        elif kind == "text_input":
            box = delta.new_element.text_input
            self._texts[box.id] = box.value if box.set_value else self._bound(box.query_param_key) or box.default
        elif kind == "html":
            if found := VERSION.search(raw):
                run.shown = max(run.shown, int(found[1]))
            if self.saw_tables is None and TABLES.search(raw):
                self._see_tables()
        if self._scene.secret.encode() in raw:
            log.leaks.append(f"{self.page}: a line of a table")

    def _bound(self, parameter: str) -> str:
        return parse_qs(self._query).get(parameter, [""])[0] if parameter else ""

    def _see_tables(self) -> None:
        self.saw_tables = self._scene.log.now
        if self._scene.revealed is None:
            self._scene.log.leaks.append(f"{self.page}: the lists of tables")

    def _finish(self, run: _Run, how: int) -> None:
        run.is_running = False
        if how == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        now, log = perf_counter(), self._scene.log
        for what, since in [asked for asked in run.asked if asked[1] <= run.began]:
            log.took(what, now - (run.began if what == "tick" else since))
        run.asked = [asked for asked in run.asked if asked[1] > run.began]
        if run.shown > self._seen:
            committed = log.committed.get(queries.TABLES if self.page == "tables" else queries.PEOPLE, {})
            first = next((at for version, at in committed.items() if self._seen < version <= run.shown), None)
            if run.ready is not None and first is not None and first >= run.ready:
                log.took("seen", now - first)
            self._seen = run.shown
            self._runs += 1
            self._cached = {key: used for key, used in self._cached.items() if used >= self._runs - KEPT_RUNS}
        run.ready = run.ready or now

    def _set_timer(self, run: _Run, fragment: str, every: float) -> None:
        if fragment in run.timers:
            if run.timers[fragment][0] == every:
                return
            run.timers[fragment][1].cancel()
        run.timers[fragment] = every, asyncio.create_task(self._tick(run, fragment, every))

    async def _tick(self, run: _Run, fragment: str, every: float) -> None:
        at = perf_counter()
        while True:
            at += every
            await asyncio.sleep(max(0.0, at - perf_counter()))
            try:
                await self._ask(run, "tick", fragment)
            except WebSocketException:
                return
