"""What a contract is: the grain, key, columns, units and ranges of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sctrain.errors import FrameError

Kind = Literal["code", "text", "count", "number", "yes"]


@dataclass(frozen=True)
class Column:
    """One column: its kind, unit, allowed range, whether it may be missing, its formula and source."""

    name: str
    kind: Kind
    says: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    missing: bool = False
    choices: tuple[str, ...] = ()
    formula: str = ""
    cites: str = ""


@dataclass(frozen=True)
class Frame:
    """A contract: one row per `grain`, identified by `key`."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    source: str = ""

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [c.name for c in self.columns]

    def empty(self) -> pd.DataFrame:
        """A frame without rows that keeps the contract."""
        return self.check(pd.DataFrame({name: [] for name in self.names}))

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame itself, its columns in order, if it keeps the contract; FrameError if not."""
        absent = [name for name in self.names if name not in frame.columns]
        if absent:
            raise FrameError(f"{self.name}: column {absent[0]!r} is missing; it has {list(frame.columns)}")
        if self.key and frame.duplicated(list(self.key)).any():
            raise FrameError(f"{self.name}: two rows share one key ({', '.join(self.key)})")
        for column in self.columns:
            _check_column(self.name, column, frame[column.name])
        return frame[self.names]


def _check_column(frame: str, column: Column, values: pd.Series) -> None:
    if not column.missing and values.isna().any():
        raise FrameError(f"{frame}.{column.name}: a value is missing")
    if column.choices and not (known := values.isin(column.choices)).all() and len(odd := values[~known].dropna()):
        raise FrameError(f"{frame}.{column.name}: {odd.iloc[0]!r} is not one of {', '.join(column.choices)}")
    if column.kind in ("count", "number") and (column.low is not None or column.high is not None):
        _check_range(frame, column, values.to_numpy(dtype=float, na_value=np.nan))


def _check_range(frame: str, column: Column, numbers: NDArray[np.float64]) -> None:
    low, high = np.fmin.reduce(numbers, initial=np.inf), np.fmax.reduce(numbers, initial=-np.inf)
    if column.low is not None and low < column.low - 1e-9:
        raise FrameError(f"{frame}.{column.name}: {low} is below {column.low}")
    if column.high is not None and high > column.high + 1e-9:
        raise FrameError(f"{frame}.{column.name}: {high} is above {column.high}")
