"""What was worked out once for all sessions: looked up in microseconds, computed by one who asks while others wait.

`st.cache_data` hashes its arguments and copies what it returns, 0.2 ms a look-up; a page makes sixty.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from itertools import count
from threading import Lock
from typing import Generic, TypeVar, cast
from weakref import WeakSet, WeakValueDictionary, ref

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Kept = TypeVar("Kept")

_shelves: WeakSet[Shelf[object]] = WeakSet()


class Shelf(Generic[Kept]):
    """The newest `size` values by key."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()
        self._making: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()
        _shelves.add(cast("Shelf[object]", self))

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """The value of a key; who asks first makes it, who asks meanwhile waits. What `make` raises is not kept."""
        if key not in self._kept:
            with self._lock:
                making = self._making.setdefault(key, Lock())
            with making:
                if key not in self._kept:
                    self._put(key, make())
                return self._found(key, make)
        return self._found(key, make)

    def _found(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        return make()  # it was pushed off between the two looks

    def _put(self, key: Hashable, value: Kept) -> None:
        with self._lock:
            if isinstance(value, pd.DataFrame):
                _number(value)
            self._kept[key] = value
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


Function = TypeVar("Function", bound=Callable[..., object])


def kept(size: int, saying: str = "") -> Callable[[Function], Function]:
    """Keep the newest `size` results of a function of hashable arguments, for all sessions.

    They are shared, frames too: who wants to alter one takes a copy. `saying` is told in the page while a
    result is worked out.
    """

    def decorate(function: Function) -> Function:
        shelf: Shelf[object] = Shelf(size)

        @wraps(function)
        def look_up(*key: Hashable) -> object:
            return shelf.get(key, lambda: _told(function, key, saying))

        return cast(Function, look_up)

    return decorate


def _told(function: Callable[..., object], key: tuple[Hashable, ...], saying: str) -> object:
    if not saying or get_script_run_ctx(suppress_warning=True) is None:  # the herald draws nothing
        return function(*key)
    with st.spinner(saying):
        return function(*key)


_numbers: dict[int, tuple[ref[pd.DataFrame], int]] = {}
_next = count(1)


def _number(frame: pd.DataFrame) -> None:
    known = id(frame)
    _numbers[known] = ref(frame, lambda _: _numbers.pop(known, None)), next(_next)


def frame_number(frame: pd.DataFrame) -> int | None:
    """A number that only this frame ever has, if it is kept on a shelf; None for other frames."""
    held, number = _numbers.get(id(frame), (lambda: None, None))
    return number if held() is frame else None


def of_shared(function: Function) -> Function:
    """Keep what a function of a shared frame or room, and of hashable arguments, returned; as long as that lives."""
    known: dict[tuple[Hashable, ...], tuple[ref[object], object]] = {}

    @wraps(function)
    def look_up(shared: object, *rest: Hashable) -> object:
        key = (id(shared), *rest)
        if (found := known.get(key)) and found[0]() is shared:
            return found[1]
        result = function(shared, *rest)
        known[key] = (ref(shared, lambda _: known.pop(key, None)), result)
        return result

    return cast(Function, look_up)


def clear() -> None:
    """Forget everything that is kept, as if nobody had looked yet."""
    for shelf in list(_shelves):
        shelf.clear()
