"""What tests of many rooms share: where things are, what CI requires, submissions in one line."""

import os
from pathlib import Path

import pandas as pd
import pytest

from sctrain.catalogue import DIMENSIONS

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
REQUIRED = set(os.environ.get("SCTRAIN_REQUIRE", "").replace(",", " ").split())
"""What must be there (`browser`, `office`, `postgres`, `proxy`): CI names them, so a missing one fails, not skips."""


def missing(what: str, reason: str) -> None:
    """Skip the test, or fail it where `SCTRAIN_REQUIRE` names what is missing."""
    if what in REQUIRED:
        pytest.fail(f"SCTRAIN_REQUIRE asks for {what}: {reason}")
    pytest.skip(reason)


def submissions(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """SUBMISSIONS of (person, role, ratings)."""
    frame = pd.DataFrame(rows, columns=["person", "role", "ratings"])
    blank = {name: "" for name in DIMENSIONS if name != "role"}
    blank |= {"submitted_at": "", "replies": ""}
    return frame.assign(row=range(2, len(frame) + 2), seconds=None, table_number=None, **blank)
