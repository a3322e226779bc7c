"""A live event for tests: a small catalogue with lists, questions and notes, its store, and links of every role."""

from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace

from databases import address

from sctrain.catalogue import Catalogue
from sctrain.store import access, phones, setup
from sctrain.store.engine import open_store, writing
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent

LIVE = Catalogue.model_validate(
    {
        "catalogue": {"code": "live", "title": "A live catalogue"},
        "competency": [{"code": c, "label": f"Competency {c.upper()}"} for c in ("a", "b", "c")],
        "dimension": [
            {"code": "role", "label": "Role", "option": [{"code": r, "label": r.title()} for r in ("head", "officer")]},
            {
                "code": "discipline",
                "label": "Discipline",
                "multiple": True,
                "option": [{"code": d, "label": d.upper()} for d in ("it", "law", "art")],
            },
            {"code": "country", "label": "Country", "open": True},
        ],
        "challenge": [{"code": "silos", "label": "Silos"}],
        "solution": [{"code": "ask", "label": "Ask", "challenges": ["silos"]}],
        "topic": [
            {"code": "contents", "label": "Contents", "option": [{"code": o, "label": o.upper()} for o in "uvwx"]},
            {"code": "methods", "label": "Methods", "option": [{"code": o, "label": o.upper()} for o in ("m", "n")]},
        ],
        "question": [
            {"code": "long", "label": "How long?", "option": [{"code": o, "label": o} for o in ("day", "week")]},
            {
                "code": "mix",
                "label": "Mixed how?",
                "kind": "multiple",
                "option": [{"code": o, "label": o} for o in ("sex", "age", "size")],
            },
            {"code": "else", "label": "Anything else?", "kind": "text"},
        ],
    }
)
EVENT = NewEvent("live", "A live room", threshold=3)


@contextmanager
def live_store(folder, hide=(), how=None, catalogue=LIVE):
    """A store with one live event, and tokens: `organiser`, `presenter`, `table1`, `table2`, `phone`."""
    engine = open_store(address(folder, "live"))
    with writing(engine) as connection:
        setup.make_event(connection, EVENT, catalogue, how or Setup(tables=3), hide)
        roles = {"organiser": None, "presenter": None, "table1": 1, "table2": 2, "participant": None}
        links = {name: access.make_link(connection, name.rstrip("12"), "live", n) for name, n in roles.items()}
    yield SimpleNamespace(engine=engine, phone=links.pop("participant"), **links)
    engine.dispose()


@contextmanager
def undone(engine):
    """A write transaction that is rolled back at its end: properties try much and leave nothing."""
    with engine.connect().execution_options(writes=True) as connection:
        yield connection
        connection.rollback()


@cache
def row(text):
    """A rating card as marks by letter and competency: `54.?..` is importance 5, level 4 of a; level of b unknown."""
    places = [(letter, code) for code in LIVE.codes for letter in "il"]
    return {place: mark for place, mark in zip(places, text, strict=True) if mark != "."}


def answer(store, me, text="54....", edit=1, **more):
    """Send an answer of this card in a transaction of its own; the receipt."""
    with writing(store.engine) as connection:
        form = phones.form_of(connection, "live")
        return phones.send(connection, store.phone, form, me, edit, phones.Filled(marks=row(text), **more))
