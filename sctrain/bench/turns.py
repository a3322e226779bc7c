"""How sides are compared: equal answers first, then turn and turn about."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pandas as pd

from sctrain.bench.result import BenchError, Clock, Side


def timed(work: Callable[[], object]) -> Clock:
    """How long this takes, once."""
    wall, cpu = perf_counter(), process_time()
    work()
    return Clock(perf_counter() - wall, process_time() - cpu)


def take_turns(repeats: int, sides: Mapping[str, Callable[[], Clock]]) -> list[Side]:
    """What each side tells, so many times; every second turn goes backwards, so that no side is always first."""
    clocks: dict[str, list[Clock]] = {name: [] for name in sides}
    for turn in range(repeats):
        for name in list(sides)[:: -1 if turn % 2 else 1]:
            clocks[name].append(sides[name]())
    return [Side(name, tuple(taken)) for name, taken in clocks.items()]


def compared(repeats: int, *sides: tuple[str, Callable[[], object]]) -> list[Side]:
    """How long each of these takes in turns; the first is ours, and has no name."""
    return take_turns(repeats, {name: _timing(work) for name, work in sides})


def _timing(work: Callable[[], object]) -> Callable[[], Clock]:
    return lambda: timed(work)


def must_equal(what: str, keys: Sequence[str], ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """BenchError unless both hold the same keys and, to nine decimals, the same numbers."""
    one, other = (f.astype(dict.fromkeys(keys, str)).set_index(list(keys)).sort_index() for f in (ours, theirs))
    if not one.index.equals(other.index):
        raise BenchError(f"{what}: our {len(one)} rows are not the {len(other)} rows of the baseline")
    same = np.isclose(one.astype(float), other[one.columns].astype(float), rtol=0, atol=1e-9, equal_nan=True)
    if not same.all():
        raise BenchError(f"{what}: {(~same).sum()} of {same.size} numbers differ from the baseline's")


def installed(module: str, called: str = "") -> Any:
    """A package that only the bench needs; BenchError says how to get it where it is absent."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise BenchError(f"{called or module} is not installed: `pip install -r tests/requirements.txt`") from None


@contextmanager
def environment(name: str, value: str) -> Iterator[None]:
    """A variable of this process, for a while."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before
