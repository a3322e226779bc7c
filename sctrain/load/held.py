"""Bytes that the readers of files take for a path, so that an upload need not be written to a disk."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO, cast


class Held:
    """A file in memory: what of a path the readers ask for, and its name."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self.name = data, name
        self.stem = name.rpartition(".")[0] or name

    def open(self, _mode: str = "rb") -> BinaryIO:
        """The bytes as an open file."""
        return io.BufferedReader(io.BytesIO(self._data))

    def stat(self) -> SimpleNamespace:
        """How large it is."""
        return SimpleNamespace(st_size=len(self._data))

    def is_dir(self) -> bool:
        """Whether it is a folder: never."""
        return False

    def __str__(self) -> str:
        return self.name


def held(data: bytes, name: str) -> Path:
    """Bytes where a path is asked for; `name` is how messages call it."""
    return cast("Path", Held(data, name))
