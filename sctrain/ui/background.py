"""Long work in a process of its own, so that the pages of other visitors stay quick.

A *job* is a function that can be pickled, and what it is given; it is worked out once for all who ask for its key.
The process is a Python of its own. (One that `multiprocessing` spawns begins by running `__main__`, and in a
Streamlit server that is the page that was drawn last.)
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Lock, Thread
from typing import IO, Any

from sctrain.errors import SctrainError

COMMAND = (sys.executable, "-c", "from sctrain.ui.background import work; work()")
KEPT = 16
"""How many jobs are remembered."""
PATIENCE = 30.0
"""Seconds after which a job that nobody asks for any more gives way, and one that failed is tried again."""
IDLE = 300.0
"""Seconds after which the process ends if there is nothing to do; its imports take three of them."""
TELLING = 0.2
"""Seconds from one word of progress to the next."""
SIZE = 8
"""Bytes that say how long a task is."""


class _Process:
    """The process: begun when there is work, and anew where it has ended."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def hear(self, task: bytes) -> Iterator[tuple[str, Any]]:
        """What it says about a task, to the last; the last thing it says is its exit code if it ends."""
        child = self._begun()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(len(task).to_bytes(SIZE, "big") + task)
            child.stdin.flush()
            yield from _messages(child.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):  # also in the middle of a message
            yield "ended", child.wait()

    def _begun(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.end()
            found_here = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self._child = subprocess.Popen(COMMAND, env={**os.environ, **found_here}, **pipes)
        return self._child

    def kill(self) -> None:
        """End it in the middle of its work."""
        if self._child is not None:
            self._child.kill()

    def end(self) -> None:
        """End it and forget it."""
        if self._child is not None:
            self._child.kill()
            with self._child:  # waits for it and closes its pipes
                self._child = None


def _messages(stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """What a process says, up to its result or refusal."""
    kind = ""
    while kind not in ("result", "refused"):
        kind, told = pickle.load(stream)
        yield kind, told


@dataclass(eq=False)
class Job:
    """A function being worked out; `progress` is how many steps are done, of how many (0 where not told yet)."""

    task: bytes
    asked: float = 0.0
    progress: tuple[int, int] = (0, 0)
    _future: Future = field(default_factory=Future)
    _process: _Process | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def done(self) -> bool:
        """Whether `result` has an answer, if only that it failed."""
        return self._future.done()

    @property
    def waiting(self) -> bool:
        """Whether other jobs come before this one."""
        return not self._future.running() and not self.done

    @property
    def failed(self) -> bool:
        """Whether it came to no result."""
        return self.done and (self._future.cancelled() or self._future.exception() is not None)

    def result(self, timeout: float | None = None) -> Any:
        """What the function returned; waits for it. SctrainError where it was refused or stopped."""
        try:
            return self._future.result(timeout)
        except CancelledError as error:
            raise SctrainError("The computation was stopped before its end, as it had not begun.") from error

    def stop(self) -> None:
        """Work on it no longer."""
        with self._lock:
            if not self._future.cancel() and self._process and not self.done:
                self._process.kill()

    def run(self, process: _Process) -> None:
        """Have it worked out, unless it was stopped before."""
        if not self._future.set_running_or_notify_cancel():
            return
        self._process = process
        for kind, told in process.hear(self.task):
            if kind == "progress":
                self.progress = told
            else:
                self._finish(kind, told)

    def _finish(self, kind: str, told: Any) -> None:
        stopped = f"The computation was stopped before its end (exit code {told}); the server’s log may say why."
        with self._lock:
            self.asked = time.monotonic()  # who waits for it has time to come for it
            if kind == "result":
                self._future.set_result(told)
            else:
                self._future.set_exception(SctrainError(told if kind == "refused" else stopped))


class Background:
    """The jobs of a server: one is worked on at a time, the results of the last ones are kept."""

    def __init__(self, kept: int = KEPT, patience: float = PATIENCE, idle: float = IDLE) -> None:
        self._kept, self._patience, self._idle = kept, patience, idle
        self._jobs: dict[Hashable, Job] = {}
        self._lock, self._queue = Lock(), Queue[Job]()
        Thread(target=self._work, daemon=True, name="background").start()

    def ask(self, key: Hashable, function: Callable[..., Any], *args: Any) -> Job:
        """The job of this key, begun if nobody asked for it before: `function(*args, tell=…)`.

        `tell(done, of)` is for the function to call. To ask is also to keep it alive.
        """
        with self._lock:
            now = time.monotonic()
            self._give_way(key, now)
            job = self._jobs.pop(key, None)
            if job is None:
                job = Job(pickle.dumps((function, args)))
                self._queue.put(job)
            job.asked, self._jobs[key] = now, job
            return job

    def finished(self) -> list[tuple[Any, Job]]:
        """The results that are kept, with their keys."""
        with self._lock:
            return [(key, job) for key, job in self._jobs.items() if job.done and not job.failed]

    def _give_way(self, asked: Hashable, now: float) -> None:
        """Stop what nobody else waits for, forget what failed some time ago and what is older than the last ones."""
        for key, job in list(self._jobs.items()):
            late = now - job.asked > self._patience
            if late and (job.failed or (not job.done and key != asked)):
                job.stop()
                del self._jobs[key]
        for key in [key for key, job in self._jobs.items() if job.done and key != asked][: -self._kept]:
            del self._jobs[key]

    def _work(self) -> None:
        process = _Process()
        while True:
            try:
                self._queue.get(timeout=self._idle).run(process)
            except Empty:
                process.end()


def work() -> None:
    """What the process does: jobs from standard input, one after the other; what it has to say to standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed goes to the server's log
    if hasattr(os, "nice"):
        os.nice(5)
    tasks: Queue[bytes] = Queue()
    Thread(target=_take, args=(tasks,), daemon=True).start()

    def say(kind: str, told: Any) -> None:
        pickle.dump((kind, told), out)
        out.flush()

    while True:
        function, args = pickle.loads(tasks.get())
        try:
            result = function(*args, tell=_now_and_then(lambda *steps: say("progress", steps)))
        except SctrainError as error:
            say("refused", str(error))
        else:
            say("result", result)


def _take(tasks: Queue[bytes]) -> None:
    """Take tasks from standard input, and end with the server: also in the middle of a job."""
    while True:
        tasks.put(_exactly(int.from_bytes(_exactly(SIZE), "big")))


def _exactly(size: int) -> bytes:
    # not by sys.stdin: a thread that waits in there may not be left behind
    found = b""
    while len(found) < size:
        some = os.read(0, size - len(found))
        if not some:
            os._exit(1)
        found += some
    return found


def _now_and_then(tell: Callable[[int, int], None]) -> Callable[[int, int], None]:
    last = 0.0

    def told(done: int, of: int) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= TELLING:
            last = now
            tell(done, of)

    return told
