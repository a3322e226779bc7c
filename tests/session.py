"""Rooms whose people reply to the questions of the session, made from a table of one row a person."""

import numpy as np

from sctrain.cards import Cards, Codes
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.store.queries import Event
from sctrain.views import Room

KNOWN = read_catalogue()
DURATIONS = ("day", "week", "month", "three_months", "six_months", "year")


def codes(values):
    distinct, code = np.unique(np.array(values, object).astype(str), return_inverse=True)
    return Codes(tuple(map(str, distinct)), code.astype(np.int32))


def room_of(catalogue: Catalogue, profile, replies, threshold=5):
    """A room of people by profile dimension, and their replies by question; `` for neither said nor replied."""
    n = len(next(iter(profile.values())))
    every = {name: [""] * n for name in ("role", "discipline", "city_size", "country", "region", "cluster", "table")}
    held = {name: codes(values) for name, values in {**every, "event": ["e"] * n, **profile}.items()}
    cards = Cards(catalogue.codes, 1, 5, np.zeros((len(catalogue.codes), n), np.uint8), held)
    event = Event("e", "E", None, "", catalogue.code, threshold, False, n)
    given = {q.code: codes(replies.get(q.code, [""] * n)) for q in catalogue.question}
    return Room((event,), catalogue, cards, 1), given


def drawn(people=60, seed=0, shut_out=False):
    """Sizes and roles that have nothing to do with replies, unless towns have a day or a week only."""
    rng = np.random.default_rng(seed)
    sizes = rng.choice(["town", "s", "m", "l"], people, p=[0.3, 0.2, 0.2, 0.3])
    roles = rng.choice(["programme_manager", "municipal_officer", "head_of_department", "elected"], people)
    usual, short = (0.03, 0.07, 0.15, 0.45, 0.2, 0.1), (0.6, 0.4, 0, 0, 0, 0)
    durations = [rng.choice(DURATIONS, p=short if shut_out and size == "town" else usual) for size in sizes]
    forms = rng.choice(["yes", "half", "no", "unsure"], people, p=[0.6, 0.15, 0.15, 0.1])
    replies = {"how_long": durations, "mainly_elearning": forms}
    return room_of(KNOWN, {"city_size": sizes, "role": roles}, replies)
