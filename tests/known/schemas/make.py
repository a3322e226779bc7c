"""Write a store as a past version of sctrain made it, and print it as SQL. To be run in the tree of that version:

    git archive COMMIT | tar x -C /tmp/past && cd /tmp/past && python make.py > 000N.sql

It uses that version's own functions, so that the rows are as they were written then. Run once for each revision of
the schema; what it printed is kept here and never made anew.
"""

import sqlite3
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

import pandas as pd

from sctrain.catalogue import Catalogue
from sctrain.frames import SUBMISSIONS
from sctrain.store import engine as stores
from sctrain.store.write import NewEvent, add_answers, add_event

OPTIONS = {"role": ("head", "officer"), "discipline": ("it", "law"), "country": ()}
PEOPLE = (
    ("p1", "head", "it", "5142..", "long=day"),
    ("p2", "head", "law", "5251..", "long=week"),
    ("p3", "head", "it", "4133..", "long=day"),
    ("p4", "head", "it+law", "5122..", "long=day"),
    ("p5", "head", "law", "524411", "long=day"),
    ("p6", "officer", "it", "335515", "long=week"),
    ("p7", "officer", "law", "345424", "long=week"),
    ("p8", "officer", "law", "335334", "long=week"),
    ("p9", "officer", "it", "2255..", "long=week"),
    ("p10", "officer", "law", "33....", ""),
)
CORRECTED = ("p10", "officer", "law", "335411", "long=day")


def catalogue():
    """Three competencies, and of the rest what that version knows."""
    whole = {
        "catalogue": {"code": "past", "title": "A small catalogue"},
        "competency": [{"code": c, "label": f"Competency {c.upper()}"} for c in "abc"],
        "dimension": [
            {"code": "role", "label": "Role", "option": _options("role")},
            {"code": "discipline", "label": "Discipline", "multiple": True, "option": _options("discipline")},
            {"code": "country", "label": "Country", "open": True},
        ],
        "topic": [
            {"code": "contents", "label": "Contents", "option": [{"code": o, "label": o.upper()} for o in "uvw"]},
        ],
        "challenge": [{"code": "silos", "label": "Silos"}],
        "solution": [{"code": "ask", "label": "Ask", "challenges": ["silos"]}],
        "question": [
            {"code": "long", "label": "How long?", "option": [{"code": o, "label": o} for o in ("day", "week")]},
        ],
    }
    return Catalogue.model_validate({name: part for name, part in whole.items() if name in Catalogue.model_fields})


def _options(name):
    return [{"code": code, "label": code.title()} for code in OPTIONS[name]]


def submissions(*people):
    frame = pd.DataFrame(people, columns=["person", "role", "discipline", "ratings", "replies"])
    blank = dict.fromkeys((name for name in SUBMISSIONS.names if name not in frame), "")
    frame = frame.assign(**blank | {"row": range(2, len(frame) + 2), "table_number": None, "country": "PT"})
    return frame[list(SUBMISSIONS.names)]


def main(folder):
    engine = stores.open_store(f"sqlite:///{folder}/past.db")
    asked = catalogue()
    add_event(engine, NewEvent("room", "A room", threshold=3), asked)
    add_answers(engine, "room", submissions(*PEOPLE), "survey.csv")
    add_answers(engine, "room", submissions(CORRECTED), "survey.csv")
    revision = _revision(engine)
    if revision >= "0002":
        sheets(engine)
    if revision >= "0003":
        codings(engine)
    if revision >= "0005":
        live(engine, asked)
    if revision >= "0007":
        courses(engine)
    engine.dispose()


def _revision(engine):
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def sheets(engine):
    from sctrain.frames import NOTES, RANKINGS, SHEETS, Sheets
    from sctrain.store.sheets import add_sheets

    heads = pd.DataFrame({"table_number": [1, 2], "members": [6, 5], "mix": ["role=head", "role=officer"], "row": 1})
    ranked = [(1, "u", 1), (1, "v", 2), (1, "w", 3), (2, "v", 1), (2, "u", 2), (2, "w", 2)]
    rankings = pd.DataFrame(ranked, columns=["table_number", "option", "position"]).assign(topic="contents")
    notes = pd.DataFrame(
        [(1, 1, "challenge", "Silos everywhere", "silos", None), (1, 2, "solution", "Talk at lunch", "ask", 1)],
        columns=["table_number", "line", "kind", "text", "code", "answers"],
    ).assign(competencies="a", practices="")
    given = Sheets(
        heads.astype({"members": "Int64"})[list(SHEETS.names)],
        rankings[list(RANKINGS.names)],
        notes.astype({"answers": "Int64"})[list(NOTES.names)],
    )
    add_sheets(engine, "room", given, "tables.csv")


def codings(engine):
    from sctrain.store.coding import Coding, add_codings

    add_codings(engine, "room", [Coding(1, 1, cleared=True), Coding(1, 2, competencies=("a", "b"))], "by hand")


def live(engine, asked):
    from sctrain.forms import Filled
    from sctrain.store import access, desk, phones, setup, stage
    from sctrain.store.engine import writing

    places = [(letter, code) for code in asked.codes for letter in "il"]
    how = setup.Setup(tables=2, shortlist=("a", "b", "c"), round="before")
    with writing(engine) as connection:
        setup.make_event(connection, NewEvent("live", "A live room", threshold=3), asked, how, ["notes"])
        phone, table, organiser = (
            access.make_link(connection, role, "live", n)
            for role, n in (("participant", None), ("table", 1), ("organiser", None))
        )
        form = phones.form_of(connection, "live")
    for k, marks in enumerate(("51....", "52....", "41....", "5131..", "515151")):
        with writing(engine) as connection:
            given = {place: mark for place, mark in zip(places, marks, strict=True) if mark != "."}
            phones.send(connection, phone, form, f"phone{k}", 1, Filled(marks=given))
            phones.put_in_order(connection, phone, "live", f"phone{k}", ["a", "b", "c"])
    with writing(engine) as connection:
        phones.save_draft(connection, phone, form, "slow", 1, '{"i0": "5"}')
        phones.withdraw(connection, "live", "phone4")
        desk.save(connection, table, "live", 1, desk.Change("contents", 0, [["u"], ["v", "w"]]))
        desk.save(connection, table, "live", 1, desk.Change("line.x", 0, {"kind": "challenge", "text": "No time"}))
        view = stage.save_view(connection, "live", "gaps", "event=live", "Gaps")
        stage.add_to_deck(connection, organiser, view.code)
    if _revision(engine) >= "0006":
        from sctrain.store import revisions

        revisions.append(engine, organiser, "live", "strategy", 0, lambda _: '{"items": []}')


def courses(engine):
    from sctrain.frames.courses import OFFERED
    from sctrain.store.courses import put_courses

    frame = pd.DataFrame([("x", 12.0, "a+b"), ("y", None, "c")], columns=["course", "hours", "competencies"])
    blank = dict.fromkeys((name for name in OFFERED.names if name not in frame), "")
    put_courses(engine, "past", frame.assign(**blank)[list(OFFERED.names)].astype({"hours": "float"}), "courses.csv")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(folder)
        with sqlite3.connect(f"{folder}/past.db") as past:
            sys.stdout.write("\n".join(past.iterdump()) + "\n")
        past.close()
