"""One client's way to the server: requests over HTTP/1.1, and being cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter

import h11

HOST = "127.0.0.1"
"""Rehearsals stay on this machine."""
IDLE = 4.0
"""Seconds after which a connection is not used again: servers close theirs after five."""
LIMIT = 10.0
"""Seconds after which scripts of our pages give a request up."""


class Lost(Exception):
    """A request of which nobody knows whether it arrived."""


@dataclass(frozen=True)
class Answer:
    """What came back: a status, headers by lower-case name, a body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Network:
    """What one client has of the network: nothing while it is cut off."""

    port: int
    down: bool = False
    cuts: int = 0
    _open: set[Callable[[], None]] = field(default_factory=set)
    _up: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._up.set()

    def hold(self, abort: Callable[[], None]) -> Callable[[], None]:
        """Have a connection cut off with the rest; what to call when it is closed."""
        self._open.add(abort)
        return lambda: self._open.discard(abort)

    async def up(self) -> None:
        """Wait for the network."""
        await self._up.wait()

    async def pause(self, seconds: float) -> None:
        """Wait as scripts do before they try again: so long, or until the network is back."""
        if self.down:
            await self.up()
        else:
            await asyncio.sleep(seconds)

    async def cut(self, seconds: float) -> None:
        """Cut this client off for so long; what is under way is lost."""
        self.down, self.cuts = True, self.cuts + 1
        self._up.clear()
        for abort in [*self._open]:
            abort()
        await asyncio.sleep(seconds)
        self.down = False
        self._up.set()


class Line:
    """One connection, kept alive; one request at a time."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._turn = asyncio.Lock()
        self._http = h11.Connection(h11.CLIENT)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0
        self._free: Callable[[], None] = lambda: None

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """The answer to a request; Lost where there is none."""
        async with self._turn:
            if self._network.down:
                raise Lost("cut off")
            try:
                async with asyncio.timeout(LIMIT):
                    return await self._exchange(method, path, body, headers)
            except (OSError, TimeoutError, h11.ProtocolError, EOFError) as error:
                self.close()
                raise Lost(repr(error)) from error
            except asyncio.CancelledError:
                self.close()
                raise

    async def _exchange(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        reader, writer = await self._opened()
        named = {"host": f"{HOST}:{self._network.port}", "content-length": str(len(body))}
        named |= {name.replace("_", "-"): value for name, value in headers.items() if value}
        request = h11.Request(method=method, target=path, headers=list(named.items()))
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(self._http.send(event) or b"")
        answer = await self._read(reader)
        self._used = perf_counter()
        if self._http.our_state is self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self.close()
        return answer

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams and (self._streams[0].at_eof() or perf_counter() - self._used > IDLE):
            self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._network.port)
            self._http = h11.Connection(h11.CLIENT)
            self._free = self._network.hold(self._streams[1].transport.abort)
        return self._streams

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        status, headers, body = 0, dict[str, str](), bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Response):
                status, headers = event.status_code, {k.decode(): v.decode() for k, v in event.headers}
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return Answer(status, headers, bytes(body))
            elif isinstance(event, h11.ConnectionClosed):
                raise EOFError("the connection was closed")

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._free()
            self._streams[1].close()
            self._streams = None
