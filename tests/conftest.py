"""Fixtures that many rooms share: a small catalogue and an empty store."""

import os

import pytest
from databases import POSTGRESQL, address, let_go
from hypothesis import HealthCheck, settings

from sctrain.catalogue import Catalogue
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, add_event

# The same examples in every run, so that what fails on one machine fails on all;
# `SCTRAIN_EXAMPLES=new` looks for others, and for twice as many.
IS_NEW = os.environ.get("SCTRAIN_EXAMPLES") == "new"
# How fast examples are made says nothing on a busy machine.
BUSY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ours", derandomize=not IS_NEW, max_examples=100 if IS_NEW else 50, **BUSY)
settings.load_profile("ours")


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


if POSTGRESQL:

    @pytest.fixture(autouse=True)
    def _own_databases():
        """What a test made goes with it; fixtures of more than one test are made before."""
        with let_go():
            yield


@pytest.fixture
def store(tmp_path, small):
    """An empty store with one event, `room`, that asks the small catalogue."""
    engine = open_store(address(tmp_path))
    add_event(engine, NewEvent("room", "A room"), small)
    yield engine
    engine.dispose()
