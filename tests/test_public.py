"""An event as open data: a valid data package, the pages' numbers, and nothing that the pages hide."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from sctrain import public, tables, views
from sctrain.__main__ import main
from sctrain.catalogue import read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches, demo_sheets
from sctrain.errors import FrameError, SelectionError, StoreError
from sctrain.frames import MIX
from sctrain.report.package import LABELS, About, Table, package
from sctrain.selection import Selection
from sctrain.store.engine import open_store, writing
from sctrain.store.schema import hidden
from sctrain.store.sheets import add_sheets
from sctrain.store.write import NewEvent, add_answers, add_event
from tests.support import submissions

PROFILE = Path(__file__).parent / "known" / "tabular-data-package.json"
READ = {"string": "str", "integer": "Int64", "number": "float", "boolean": "boolean"}


class Read:
    """A package as somebody reads it who has nothing but the zip."""

    def __init__(self, data):
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        self.head = json.loads(self.zip.read("datapackage.json"))
        self.resources = {resource["name"]: resource for resource in self.head["resources"]}
        self._known = {}

    def __getitem__(self, name):
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name):
        schema = self.resources[name]["schema"]
        kinds = {field["name"]: READ[field["type"]] for field in schema["fields"]}
        raw = self.zip.read(self.resources[name]["path"])
        found = pd.read_csv(io.BytesIO(raw), dtype=kinds, keep_default_na=False, na_values=schema["missingValues"])
        assert list(found) == list(kinds)
        return found


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The demo workshop, with two of its lists: to agree on a list takes as long as all other files."""
    engine, known = open_store(f"sqlite:///{tmp_path_factory.mktemp('public') / 'demo.db'}"), read_catalogue()
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), known)
    for batch in demo_batches(known):
        add_answers(engine, "demo", batch.assign(table_number=None, region=""))  # two comparisons less
    given = demo_sheets(known)
    two = given.rankings[given.rankings["topic"].isin(["contents", "duration"])]
    add_sheets(engine, "demo", replace(given, rankings=two))
    return engine


@pytest.fixture(scope="module")
def made(store):
    return public.read(store, "demo", licence="CC-BY-4.0")


@pytest.fixture(scope="module")
def read(made):
    return Read(made.data)


@pytest.fixture(scope="module")
def room(store):
    return views.read(store, Selection(("demo",)))


def test_the_package_keeps_the_published_profile(read, room):
    jsonschema.Draft4Validator(json.loads(PROFILE.read_text())).validate(read.head)
    assert {f"data/{name}.csv" for name in read.resources} | {"datapackage.json"} == set(read.zip.namelist())
    assert read.head["licenses"][0]["name"] == "CC-BY-4.0"
    assert (read.head["hidden_below"], read.head["data_version"], read.head["people"]) == (5, room.version, 60)


def test_every_file_keeps_its_schema_when_it_is_read_back_with_types(read):
    for name, resource in read.resources.items():
        frame, key = read[name], resource["schema"].get("primaryKey", [])
        assert not key or not frame.duplicated(key).any(), name
        assert len(read.zip.read(resource["path"])) == resource["bytes"]
        for field in resource["schema"]["fields"]:
            values, limits = frame[field["name"]].dropna(), field.get("constraints", {})
            if limits.get("required") or field["name"] in key:
                assert len(values) == len(frame), (name, field["name"])
            assert set(values) <= set(limits.get("enum", values))
            if len(values) and field["type"] in ("integer", "number"):
                assert values.min() >= limits.get("minimum", -np.inf) - 1e-9
                assert values.max() <= limits.get("maximum", np.inf) + 1e-9


def test_the_dictionary_has_every_column_of_every_other_file(read):
    told = {tuple(row) for row in read["dictionary"][["file", "column"]].itertuples(index=False)}
    there = {
        (resource["path"], field["name"])
        for name, resource in read.resources.items()
        for field in resource["schema"]["fields"]
        if name != "dictionary"
    }
    assert told == there
    assert read["dictionary"]["meaning"].notna().all()


def test_the_numbers_are_those_of_the_pages(read, room, store):
    shown = views.gaps(room, Selection(("demo",), by="role"))
    given = read["gaps-by-role"]
    assert given["gap"].to_numpy() == pytest.approx(shown["gap"].to_numpy(), nan_ok=True)
    assert given["n"].tolist() == shown["n"].tolist()
    assert given["rank_high"].tolist() == shown["rank_high"].tolist()
    agreed = tables.agreed(tables.read(store, Selection(("demo",))), "duration").consensus
    assert read["consensus-duration"]["borda"].to_numpy() == pytest.approx(agreed["borda"].to_numpy(), nan_ok=True)


def test_every_code_of_the_files_has_a_label(read):
    labels = read["labels"]
    called = {kind: set(rows["code"]) for kind, rows in labels.groupby("kind")}
    for name in read.resources:
        frame = read[name]
        if "competency" in frame:
            assert set(frame["competency"]) <= called["competency"]
        if "group" in frame:
            assert set(frame["group"]) <= called[name.partition("-by-")[2]], name
    for dimension, rows in read["who"].groupby("dimension"):
        assert set(rows["option"]) <= called[dimension]


def test_what_is_hidden_has_no_number(read):
    looked_at = 0
    for name in read.resources:
        frame = read[name]
        gone = frame[frame["suppressed"]] if "suppressed" in frame else frame.iloc[:0]
        numbers = gone.select_dtypes("number").drop(
            columns=read.resources[name]["schema"].get("primaryKey", []), errors="ignore"
        )
        own = [column for column in numbers if not column.startswith(("table_", "ranked_by", "competencies"))]
        assert numbers[own].isna().all(axis=None), name
        looked_at += len(gone)
    assert looked_at > 100


def test_no_number_of_people_is_below_the_threshold_anywhere(read):
    for name in (n for n in read.resources if n.startswith(("gaps", "who", "replies"))):
        n = read[name]["n"].dropna()
        assert ((n == 0) | (n >= 5)).all(), name


def test_who_adds_up_the_groups_recovers_no_hidden_one(read, room):
    """The total without the groups shown is nobody or enough, and is not the one group that is hidden."""
    total, attacked = read["gaps"].set_index("competency")["n"], 0
    for by in room.compared_by:
        if any("+" in value for value in room.cards.profile[room.catalogue.comparisons[by].dimension].values):
            continue  # people of several groups: sums tell nobody
        groups, held = room.groups(by), room.cards.pairs > 0
        codes = list(groups.codes)
        for competency, rows in read[f"gaps-by-{by}"].groupby("competency"):
            place = room.cards.competencies.index(competency)
            complete = held[place] & (room.cards.pairs[place] % room.cards.width > 0)
            complete &= room.cards.pairs[place] // room.cards.width > 0
            rest = int(total[competency]) - int(rows["n"].sum())
            assert rest == 0 or rest >= 5, (by, competency)
            gone = [g for g in rows.loc[rows["suppressed"], "group"] if (groups.holds(codes.index(g)) & complete).any()]
            if len(gone) == 1:
                assert int((groups.holds(codes.index(gone[0])) & complete).sum()) != rest, (by, competency)
            attacked += len(gone)
    assert attacked > 100


def test_who_adds_up_the_answers_about_people_recovers_no_hidden_one(read):
    people = read.head["people"]
    for dimension, rows in read["who"].groupby("dimension"):
        rest, gone = people - int(rows["n"].sum()), int(rows["suppressed"].sum())
        assert (rest <= 0 and not gone) or (rest >= 5 and gone > 1), dimension


def test_nothing_that_a_table_wrote_and_nobody_s_name_is_in_it(read, store):
    with store.connect() as connection:
        lines = connection.exec_driver_sql("SELECT text FROM note").scalars().all()
        people = connection.exec_driver_sql("SELECT person FROM answer").scalars().all()
    whole = b"".join(map(read.zip.read, read.zip.namelist())).decode()
    assert len(lines) > 20
    assert not [line for line in lines if line in whole]
    assert not [person for person in people if person in whole]


def rooms(tmp_path, name, small):
    """A store with twelve people; each store has a salt of its own, and so another order of the answers."""
    engine = open_store(f"sqlite:///{tmp_path / name}.db")
    add_event(engine, NewEvent("room", "A room"), small)
    rng = np.random.default_rng(1)
    cards = ["".join(rng.choice(list("12345"), 6)) for _ in range(12)]
    add_answers(engine, "room", submissions(*((f"p{i}", "head", card) for i, card in enumerate(cards))))
    return engine


def test_the_same_answers_give_the_same_bytes_from_whatever_store(made, small, tmp_path):
    one, other = (public.read(rooms(tmp_path, name, small), "room") for name in ("one", "other"))
    assert one.data == other.data
    assert package(tuple(reversed(one.tables)), one.about) == one.data
    with zipfile.ZipFile(io.BytesIO(one.data)) as held:
        assert {info.date_time for info in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_of_a_hidden_survey_nothing_is_published(small, tmp_path):
    engine = rooms(tmp_path, "room", small)
    assert [table.name for table in public.read(engine, "room").tables][:2] == ["labels", "gaps"]
    with writing(engine) as connection:
        connection.execute(insert(hidden).values(event="room", topic="survey"))
    with pytest.raises(StoreError, match="nothing that may be shown"):
        public.read(engine, "room")


def test_unknown_events_and_licences_are_refused_with_the_choices(store):
    with pytest.raises(SelectionError, match="there are: demo"):
        public.read(store, "nowhere")
    with pytest.raises(SelectionError, match=r"licence called 'mine'; there are: CC0-1\.0"):
        public.read(store, "demo", licence="mine")


def labels(*codes):
    return pd.DataFrame({"kind": "role", "code": codes, "label": [f"Role {code}" for code in codes]})


ABOUT = About("Sct Demo", "A room", "Of nobody.", 3)


def test_a_key_that_is_empty_or_not_unique_is_refused_and_a_blank_gets_its_word():
    for codes in (("a", ""), ("a", "a")):
        with pytest.raises(FrameError):
            package([Table("labels", "Labels", labels(*codes), LABELS)], ABOUT)
    found = Read(package([Table("labels", "Labels", labels("a", ""), LABELS, blank={"code": "not_said"})], ABOUT))
    assert found["labels"]["code"].tolist() == ["a", "not_said"]
    assert (found.head["name"], found.head["version"]) == ("sct-demo", "3.0.0")
    assert "licenses" not in found.head


def test_a_text_that_a_spreadsheet_would_run_is_marked_as_text():
    frame = labels("a").assign(label="=HYPERLINK(1)")
    assert Read(package([Table("labels", "Labels", frame, LABELS)], ABOUT))["labels"]["label"].tolist() == [
        "'=HYPERLINK(1)"
    ]


def test_units_ranges_and_choices_stand_in_the_schema():
    frame = MIX.empty()
    fields = Read(package([Table("who", "Who", frame, MIX)], ABOUT)).resources["who"]["schema"]["fields"]
    share = next(field for field in fields if field["name"] == "share")
    assert (share["type"], share["unit"], share["constraints"]) == ("number", "fraction", {"minimum": 0, "maximum": 1})
    assert next(f for f in fields if f["name"] == "suppressed")["constraints"] == {"required": True}


def test_the_command_writes_the_package_and_says_where_no_licence_is_stated(small, tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'room.db'}")
    engine = open_store()
    add_event(engine, NewEvent("room", "A room"), small)
    add_answers(engine, "room", submissions(*((f"p{i}", "head", "544332") for i in range(8))))
    said = CliRunner().invoke(main, ["package", "--out", str(tmp_path / "room.zip")], catch_exceptions=False).output
    assert "data version 3" in said
    assert "No licence is stated" in said
    assert Read((tmp_path / "room.zip").read_bytes())["gaps"]["n"].tolist() == [8, 8, 8]
