"""The real server in a process group of its own, to be killed and started again; what it costs."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from sctrain.errors import SctrainError
from sctrain.rehearsal.wire import HOST, Line, Lost, Network

ROOT = Path(__file__).parents[2]
LONGEST = 120
"""Seconds a server may take until it serves."""
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


@dataclass(frozen=True)
class Usage:
    """CPU seconds since a process began, and its resident memory in MB now."""

    cpu: float
    rss: float


def usage(pid: int) -> Usage | None:
    """What a process has used; None where there is none, or no /proc to tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    pages = int(stat[21]) * os.sysconf("SC_PAGE_SIZE")
    return Usage((int(stat[11]) + int(stat[12])) / TICKS, pages / 2**20)


class Server:
    """One server on one port; its store is `url`, what it prints goes into `folder`. `app` is what it serves."""

    def __init__(self, folder: Path, url: str, app: str = "app.py") -> None:
        self.port, self._app = free_port(), app
        self._log = folder / "server.log"
        self._environment = os.environ | {"SCTRAIN_DB": url, "MALLOC_ARENA_MAX": "1"}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process that serves now."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it as `make run` does."""
        command = [sys.executable, "-m", "streamlit", "run", self._app, "--server.port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    async def ready(self, path: str) -> float:
        """Wait until it is healthy and answers this path, too; how many seconds that took. SctrainError if never."""
        line, began = Line(Network(self.port)), perf_counter()
        while perf_counter() - began < LONGEST:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                told = [await line.ask("GET", asked) for asked in ("/_stcore/health", path)]
            except Lost:
                await asyncio.sleep(0.05)
                continue
            if all(answer.status == 200 for answer in told):
                line.close()
                return perf_counter() - began
            await asyncio.sleep(0.05)
        raise SctrainError(f"the server did not serve:\n{self._log.read_text()[-2000:]}")

    def kill(self) -> None:
        """Kill it and all its processes: it cannot write another byte."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it politely, or else not."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None
