"""A connection to a server that can be cut, as venue wifi does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread


class Relay:
    """Passes bytes on to a port of this machine; `down` says whether it does not at the moment."""

    def __init__(self, to: int) -> None:
        self._to, self.port, self.down = to, 0, False
        self._loop, self._there = asyncio.new_event_loop(), Event()
        self._phones: set[asyncio.StreamWriter] = set()
        self._server: set[asyncio.StreamWriter] = set()

    def run(self) -> None:
        """Pass on until stopped."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._there.set()
        self._loop.run_forever()

    def cut(self) -> None:
        """Break every connection, and let no new one come about; the server does not notice."""
        self.down = True
        self._loop.call_soon_threadsafe(self._break, self._phones)

    def mend(self) -> None:
        """Pass on again."""
        self.down = False

    def stop(self) -> None:
        """Break everything, and end."""
        self.cut()
        self._loop.call_soon_threadsafe(self._break, self._server)
        self._loop.call_soon_threadsafe(self._loop.call_later, 0.2, self._loop.stop)

    def _break(self, writers: set[asyncio.StreamWriter]) -> None:
        for writer in writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._phones.add(writer)
        self._server.add(back)
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while some := await reader.read(65536):
                if not writer.is_closing():  # what is sent to a phone that is gone is lost
                    writer.write(some)
                    await writer.drain()
        if not self.down:
            writer.close()


@contextmanager
def relay(to: int) -> Iterator[Relay]:
    """A relay to this port, in a thread of its own."""
    made = Relay(to)
    thread = Thread(target=made.run, daemon=True)
    thread.start()
    made._there.wait()
    yield made
    made.stop()
    thread.join()
