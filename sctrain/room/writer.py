"""One writer for everybody: what arrives while a transaction commits is written together in the next one.

SQLite takes one writer at a time, and a commit with `synchronous=FULL` waits for the disk. Joining what waits keeps
the answers of a whole room within one wait each; nobody is told "stored" before the commit that holds theirs.
"""

from __future__ import annotations

import asyncio
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import groupby
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from sctrain.errors import StorageError, StoreError
from sctrain.store.engine import writing

T = TypeVar("T")
A = TypeVar("A")
Work = Callable[[Connection], T]
Works = Callable[[Connection, Sequence[A]], Sequence[T | Exception]]
"""Work for several who ask for the same: what each is told, or why it was not done, in their order."""
Waiting = tuple["Work[Any] | Shared", "Future[Any]"]
Outcome = tuple[Any, Exception | None]
MOST, WAITING = 256, 5_000
"""Pieces of work in one transaction, and that may wait."""


class Busy(StoreError):
    """It was not stored, and may be if it is sent again in a moment."""


class Shared(NamedTuple):
    """What one of several asks for, who may be served together."""

    works: Works[Any, Any]
    given: Any


class Writer:
    """Writes to one store from one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._todo: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self.trouble = ""
        """Why the last transaction could not be stored, for organisers; `` where it was."""

    async def do(self, work: Work[T]) -> T:
        """What `work` returns, after the commit that holds what it wrote.

        Raises what it raised, and then nothing of it is stored; Busy where too much waits, or the commit failed.
        """
        return await self._put(work)

    async def share(self, works: Works[A, T], given: A) -> T:
        """The same for one of many: `works` is handed all that wait beside each other, of the same `works`, at once.

        Where it raises, each is tried alone.
        """
        return await self._put(Shared(works, given))

    async def _put(self, work: Work[Any] | Shared) -> Any:
        if self._todo.qsize() > WAITING:
            raise Busy("the room is busy; please try again in a moment")
        done: Future[Any] = Future()
        self._todo.put((work, done))
        self._run()
        return await asyncio.wrap_future(done)

    def _run(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
                self._thread.start()

    def _write(self) -> None:
        while True:
            batch = [self._todo.get()]
            while len(batch) < MOST and not self._todo.empty():
                batch.append(self._todo.get())
            self._together([(work, done) for work, done in batch if done.set_running_or_notify_cancel()])

    def _together(self, batch: Sequence[Waiting]) -> None:
        results: list[Outcome] = []
        try:
            with writing(self._engine) as connection:
                results = _all(connection, [work for work, _ in batch])
            self.trouble = ""
        except (SQLAlchemyError, StorageError) as error:
            failed = Busy("this could not be stored; please try again in a moment")
            failed.__cause__ = error
            results = [(None, failed)] * len(batch)
            self._tell(error)
        for (_, done), (result, why) in zip(batch, results, strict=True):
            if why is None:
                done.set_result(result)
            else:
                done.set_exception(why)

    def _tell(self, error: Exception) -> None:
        """Say once to who runs the server what is wrong; participants are told only that it was not stored."""
        said = str(error) if isinstance(error, StorageError) else f"nothing is stored: {type(error).__name__}"
        if said != self.trouble:
            print(f"sctrain: {said}", file=sys.stderr, flush=True)  # noqa: T201
        self.trouble = said


def _all(connection: Connection, batch: Sequence[Work[Any] | Shared]) -> list[Outcome]:
    results: list[Outcome] = []
    for works, asked in groupby(batch, lambda work: work.works if isinstance(work, Shared) else None):
        if works is None:
            results += [_alone(connection, work) for work in asked if not isinstance(work, Shared)]
        else:
            results += _at_once(connection, works, [work.given for work in asked if isinstance(work, Shared)])
    return results


def _at_once(connection: Connection, works: Works[Any, Any], given: Sequence[Any]) -> list[Outcome]:
    told, error = _alone(connection, lambda connection: works(connection, given))
    if error is None:
        return [(None, one) if isinstance(one, Exception) else (one, None) for one in told]
    if len(given) == 1:
        return [(None, error)]
    return [outcome for one in given for outcome in _at_once(connection, works, [one])]


def _alone(connection: Connection, work: Work[Any]) -> Outcome:
    """What the work returns, or the error that undid it; the rest of the transaction stays.

    Where the database itself failed nothing stays: StorageError is raised, and ends the transaction of all.
    """
    result, caught = None, _Caught()
    with caught, connection.begin_nested():
        result = work(connection)
    return result, caught.error


class _Caught:
    """Keeps the error that ends its block, for who asked for the work: their error, not the writer's."""

    error: Exception | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if (failed := _of_the_storage(error)) is not None and failed is not error:
            raise failed  # going back to before this work failed as well: the transaction is no more
        self.error = error if isinstance(error, Exception) and failed is None else None
        return self.error is not None


def _of_the_storage(error: BaseException | None) -> StorageError | None:
    """The fault of the database behind an error; None where there is none."""
    while error is not None and not isinstance(error, StorageError):
        error = error.__context__
    return error
