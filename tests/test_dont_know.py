""" "Don't know" is an answer of its own: not a mark, and not the same as leaving out."""

import numpy as np
import pandas as pd
from live import answer, live_store

from sctrain import views
from sctrain.frames import ANSWERED
from sctrain.selection import Selection
from sctrain.store import access
from sctrain.ui.words import dont_know


def answered(engine, **filters):
    selection = Selection(("live",), tuple((name, (code,)) for name, code in filters.items()))
    room = views.read(engine, selection)
    return views.answered(room, selection, views.unsure(engine, room)).set_index("competency")


def test_who_does_not_know_is_told_apart_from_who_left_it_out(tmp_path):
    cards = [
        "54?...",
        "54.?..",
        "5?....",
        "54....",
        "54....",
        "54....",
    ]  # of b: importance or level not known, or nothing
    with live_store(tmp_path) as live:
        for card in cards:
            answer(live, access.code(12), card)
        frame = answered(live.engine)
    assert frame["dont_know"].round(3).to_dict() == {"a": 0.167, "b": 0.333, "c": 0}
    assert frame.loc["b", "neither"] == 1
    assert frame.loc["a", "importance_only"] == np.float64(1 / 6)


def test_the_filter_chooses_whose_it_is(tmp_path):
    with live_store(tmp_path) as live:
        for k in range(14):
            role = "head" if k < 8 else "officer"
            answer(live, access.code(12), "5?...." if k < 4 else "54....", profile={"role": (role,)})
        heads, officers = answered(live.engine, role="head"), answered(live.engine, role="officer")
    assert (heads.loc["a", "dont_know"], officers.loc["a", "dont_know"]) == (0.5, 0)


def test_where_nobody_could_say_so_nothing_is_said(tmp_path):
    with live_store(tmp_path) as live:
        for _ in range(4):
            answer(live, access.code(12))
        frame = answered(live.engine)
    assert frame["dont_know"].isna().all()


def test_the_page_says_of_what_it_was_said_most_often():
    shares = {"both": 0.5, "importance_only": 0.5, "level_only": 0.0, "neither": 0.0, "suppressed": False}
    rows = [{"competency": c, "n": 40, "dont_know": d, **shares} for c, d in (("a", 0.1), ("b", 0.3), ("c", np.nan))]
    frame = ANSWERED.check(pd.DataFrame(rows)[ANSWERED.names].astype({"n": "Int64"}))
    said = dont_know(frame, {"a": "A", "b": "B", "c": "C"})
    assert said == "“Don’t know” was said most often of B: by 30\u202f% of 40 people."
    assert dont_know(frame.assign(dont_know=np.nan), {}) == ""
