"""What a figure stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Base:
    """What a figure stands on: a line under it, the facts in its files, and how its codes are labelled."""

    words: str
    facts: Mapping[str, str]
    labelled: Callable[[pd.DataFrame], pd.DataFrame]
