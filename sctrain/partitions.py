"""Where work on partitions runs: in this process, or on the cluster that `SCTRAIN_DASK` names.

A *partition* is a part of the answers that one process reads and keeps; what is worked out of each is added up.
The sums here are of whole numbers, so they are the same to the last count wherever they were made.
"""

from __future__ import annotations

import os
from asyncio import CancelledError
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any, Protocol, TypeVar

from sctrain.errors import SctrainError

T = TypeVar("T")
Add = Callable[[list[Any]], Any]
FAN = 8
"""Results added up at once: the last sum of any number of partitions is of so many at most."""
REACH, PATIENCE, LOOK = 5.0, 30.0, 1.0
"""Seconds to reach a cluster, to wait for a worker where there is none, and between two looks at that."""
INSTALL = "pip install dask==2026.8.0 distributed==2026.8.0"


class ClusterError(SctrainError):
    """The cluster cannot be used: not installed, not reached, without workers, or lost. Nothing was counted."""


class Runner(Protocol):
    """Somewhere to run: `keep` leaves what it makes where it was made, `total` brings one sum back."""

    def keep(self, work: Callable[..., Any], parts: Sequence[Any], *shared: Any) -> Sequence[Any]:
        """`work(part, *shared)` of each part, to be worked on further; in the order of the parts."""
        ...

    def total(self, add: Add, work: Callable[..., Any], kept: Sequence[Any], *shared: Any) -> Any:
        """The sum of `work(part, *shared)` over all that is kept, added up by `add(results)` in their order.

        What `work` raises is raised here; ClusterError where the cluster is lost.
        """
        ...

    def __hash__(self) -> int:
        """What was read with it can be kept by it."""
        ...


@dataclass(frozen=True)
class Here:
    """This process, one partition after the other."""

    def keep(self, work: Callable[..., T], parts: Sequence[Any], *shared: Any) -> list[T]:
        """As `Runner.keep`."""
        return [work(part, *shared) for part in parts]

    def total(self, add: Callable[[list[T]], T], work: Callable[..., T], kept: Sequence[Any], *shared: Any) -> T:
        """As `Runner.total`."""
        return _folded(add, [work(part, *shared) for part in kept])


def _folded(add: Callable[[list[Any]], Any], results: list[Any], level: Callable[..., Any] | None = None) -> Any:
    """One sum: FAN of them at a time, until one is left; `level` adds elsewhere."""
    make = level or add
    while len(results) > 1:
        results = [make(results[i : i + FAN]) for i in range(0, len(results), FAN)]
    return results[0]


@dataclass(frozen=True, eq=False)
class Cluster:
    """The workers of a dask cluster. Whatever a worker held that has died is made again by another."""

    client: Any

    def keep(self, work: Callable[..., Any], parts: Sequence[Any], *shared: Any) -> list[Any]:
        """As `Runner.keep`: futures, whose values stay in the workers' memory as long as somebody holds them."""
        args = self._shared(shared)
        return [self._submit(work, part, *args) for part in parts]

    def total(self, add: Add, work: Callable[..., Any], kept: Sequence[Any], *shared: Any) -> Any:
        """As `Runner.total`."""
        results = self.keep(work, kept, *shared)
        return self._awaited(_folded(add, results, lambda some: self._submit(add, some)))

    def _submit(self, work: Callable[..., Any], *args: Any) -> Any:
        # Impure: a key of its own for each, so that nothing large is hashed and no failure is remembered.
        return self.client.submit(work, *args, pure=False)

    def _shared(self, values: Sequence[Any]) -> list[Any]:
        """As a task of their own: sent once, handed on between workers, and made again where its holder has died."""
        return [self._submit(_same, value) for value in values]

    def _awaited(self, future: Any) -> Any:
        """Its value; ClusterError where no worker is left to make it, or the scheduler is gone."""
        from distributed import KilledWorker

        alone_since = None
        while True:
            try:
                return future.result(timeout=LOOK)
            except TimeoutError:
                alone_since = None if self._workers() else alone_since or monotonic()
            except KilledWorker as error:
                raise ClusterError(
                    f"several workers died over the same partition, so it was given up: {error}"
                ) from None
            except (CancelledError, OSError) as error:
                raise ClusterError(f"the cluster was lost ({error or type(error).__name__}); ask again") from None
            except (ImportError, RuntimeError) as error:
                raise ClusterError(f"the cluster cannot run sctrain; {STARTED} ({error})") from None
            if alone_since and monotonic() - alone_since > PATIENCE:
                future.cancel()
                raise ClusterError(f"the cluster has had no worker for {PATIENCE:g} s; start one and ask again")

    def _workers(self) -> int:
        try:
            return len(self.client.nthreads())
        except (CancelledError, OSError, TimeoutError):
            return 0


STARTED = "start scheduler and workers where sctrain and its packages are installed (docs/large.md)"


def _same(value: T) -> T:
    return value


def address() -> str | None:
    """`SCTRAIN_DASK`, or None where it is not set."""
    return os.environ.get("SCTRAIN_DASK") or None


def chosen() -> Runner | None:
    """The cluster that `SCTRAIN_DASK` names; None where it names none. ClusterError where it cannot be used."""
    where = address()
    return None if where is None else cluster(where)


def cluster(where: str) -> Cluster:
    """The cluster at an address such as `tcp://host:8786`; one connection a process. ClusterError as `chosen`."""
    found = _connected(where)
    if found.client.status not in ("running", "connecting"):
        _connected.cache_clear()
        found = _connected(where)
    return found


@lru_cache(4)
def _connected(where: str) -> Cluster:
    if not where.startswith(("tcp://", "tls://", "ws://", "wss://")):
        raise ClusterError(f"SCTRAIN_DASK is no address of a scheduler: {where!r}; one is tcp://HOST:8786")
    try:
        import dask
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ClusterError(f"SCTRAIN_DASK is set, but {error.name} is not installed: `{INSTALL}`") from None
    try:
        # What all partitions share is sent once, as a task; 10^7 answers have 12 MB of profiles.
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"})
        client = Client(where, timeout=REACH, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {where} within {REACH:g} s (SCTRAIN_DASK): {error}") from None
    return Cluster(client)
