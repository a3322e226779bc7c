"""Fixtures that many rooms share: a small catalogue, an empty store, submissions in one line."""

import os
from pathlib import Path

import pandas as pd
import pytest

from sctrain.catalogue import DIMENSIONS, Catalogue
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_event

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
REQUIRED = set(os.environ.get("SCTRAIN_REQUIRE", "").replace(",", " ").split())
"""What must be there (`browser`, `postgresql`): CI names them, so that a missing one fails instead of skipping."""


def missing(what: str, reason: str) -> None:
    """Skip the test, or fail it where `SCTRAIN_REQUIRE` names what is missing."""
    if what in REQUIRED:
        pytest.fail(f"SCTRAIN_REQUIRE asks for {what}: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def small() -> Catalogue:
    """Three competencies, two roles, an open country."""
    return Catalogue.model_validate(
        {
            "catalogue": {"code": "small", "title": "A small catalogue"},
            "competency": [{"code": c, "label": f"Competency {c.upper()}"} for c in ("a", "b", "c")],
            "dimension": [
                {
                    "code": "role",
                    "label": "Role",
                    "option": [{"code": r, "label": r.title()} for r in ("head", "officer")],
                },
                {"code": "country", "label": "Country", "open": True},
            ],
        }
    )


@pytest.fixture
def store(tmp_path, small):
    """An empty SQLite store with one event, `room`, that asks the small catalogue."""
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    add_event(engine, NewEvent("room", "A room"), small)
    yield engine
    engine.dispose()


def submissions(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """SUBMISSIONS of (person, role, ratings)."""
    frame = pd.DataFrame(rows, columns=["person", "role", "ratings"])
    blank = {name: "" for name in DIMENSIONS if name != "role"}
    return frame.assign(row=range(2, len(frame) + 2), submitted_at="", table_number=None, **blank)
