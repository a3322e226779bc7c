"""An event on its way to another server: what comes along, what stays, and that its bytes do not change."""

import hashlib
import json
import stat
import zipfile

import numpy as np
import pytest
from click.testing import CliRunner
from databases import address
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from sctrain import views
from sctrain.__main__ import main
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.errors import SelectionError, StoreError
from sctrain.selection import Selection
from sctrain.store import access, phones, setup, stage
from sctrain.store.bundle import CARRIED, LEFT, SHARED, bundle, unbundle
from sctrain.store.engine import open_store, writing
from sctrain.store.queries import data_version
from sctrain.store.schema import (
    answer,
    change,
    coding,
    desk,
    draft,
    hidden,
    locked,
    metadata,
    ordering,
    questionnaire,
    revision,
    saved_view,
    sheet,
    step,
)
from sctrain.store.write import NewEvent, add_answers, add_event
from tests.support import submissions

AT = "2026-11-30T10:00:00+00:00"


def empty(folder, name):
    return open_store(address(folder, name))


def add_room(engine, small, code="room", people=("ann", "bob")):
    add_event(engine, NewEvent(code, code.title()), small)
    return add_answers(engine, code, submissions(*((name, "head", "544332") for name in people))).version


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A store with the demo workshop, and of everything that an event can have at least one row."""
    folder = tmp_path_factory.mktemp("full")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCTRAIN_DB", address(folder, "full"))
        for args in (["demo", "--event", "before"], ["demo"]):  # so numbers do not begin at 1
            CliRunner().invoke(main, args, catch_exceptions=False)
        engine = open_store()
    access.ensure_key(engine)
    with writing(engine) as connection:
        now = data_version(connection)
        setup.put(connection, "demo", tables=8, languages="en+es", stage="ABCDEF")
        access.make_links(connection, "demo", 2)
        demo = {"event": "demo"}
        connection.execute(insert(hidden).values(**demo, topic="notes"))
        connection.execute(insert(locked).values(**demo, table_number=3))
        connection.execute(insert(step).values(**demo, what="answers", version=now))
        row = {"person": "f" * 16, "edit": 7, "state": "open", "content": "Ärger, “ja”\n"}
        connection.execute(insert(draft).values(**demo, **row))
        for number in (1, 2):
            part = {"table_number": 4, "part": "contents", "revision": number, "kind": "edit", "at": AT}
            connection.execute(insert(desk).values(**demo, **part, content="[]"))
        view = {"page": "gaps", "query": f"event=demo&v={now}", "title": "Frozen"}
        connection.execute(insert(saved_view).values(**demo, **view, code="ABCDEF", position=1))
        kept = {"document": "strategy", "number": 1, "based_on": 0, "kind": "edit", "content": "{}", "at": AT}
        connection.execute(insert(revision).values(**demo, **kept, version=now))
    return engine


@pytest.fixture(scope="module")
def moved(full, tmp_path_factory):
    file = tmp_path_factory.mktemp("moved") / "demo.zip"
    bundle(full, "demo", file)
    return file


def test_somebody_decided_of_every_table_whether_a_bundle_carries_it():
    decided = [*CARRIED, *SHARED, *LEFT]
    assert sorted(decided) == sorted(set(decided))
    assert sorted(set(metadata.tables) - set(decided)) == [], "say in sctrain/store/bundle.py what becomes of these"


def test_the_full_event_has_something_in_every_table(moved):
    with zipfile.ZipFile(moved) as held:
        parts = json.loads(held.read("manifest.json"))["parts"]
    assert sorted(name for name, part in parts.items() if not part["rows"]) == []
    assert {f"{name}.jsonl" for name in CARRIED} < set(parts)


def test_the_same_event_gives_the_same_bytes_from_an_empty_store_and_from_a_full_one(full, moved, tmp_path, small):
    again = tmp_path / "again.zip"
    bundle(full, "demo", again)
    assert again.read_bytes() == moved.read_bytes()
    for name, others in (("empty", 0), ("used", 2)):
        other = empty(tmp_path, name)
        for i in range(others):
            add_room(other, small, f"room{i}")
        unbundle(other, moved)
        bundle(other, "demo", again)
        assert again.read_bytes() == moved.read_bytes(), name


def test_the_moved_event_shows_the_same_numbers(full, moved, tmp_path, small):
    other = empty(tmp_path, "other")
    add_room(other, small)
    unbundle(other, moved)
    for selection in (Selection(("demo",), by="role"), Selection(("demo",), measure="gap")):
        here, there = (views.gaps(views.read(e, selection), selection) for e in (full, other))
        assert here.equals(there)


def test_a_frozen_short_link_shows_what_it_did(full, moved, tmp_path, small):
    other = empty(tmp_path, "other")
    add_room(other, small)
    unbundle(other, moved)
    with full.connect() as one, other.connect() as two:
        here, there = (stage.view(connection, "abcdef") for connection in (one, two))
    assert here.query != there.query  # the numbers of two stores
    last = int(there.query.partition("v=")[2])
    with other.connect() as connection:
        assert last == data_version(connection)
    add_answers(other, "demo", submissions(("late", "elected", "54" * len(read_catalogue().codes))))
    now, frozen = (views.read(other, Selection(("demo",), version=version)) for version in (None, last))
    assert (frozen.cards.n, now.cards.n) == (60, 61)
    assert views.read(full, Selection(("demo",))).cards.n == 60


def test_corrections_keep_their_order_and_their_versions(full, moved, tmp_path):
    other = empty(tmp_path, "other")
    unbundle(other, moved)
    with other.connect() as connection:
        (corrected,) = connection.scalars(select(answer.c.replaced_in).where(answer.c.replaced_in.is_not(None)))
    rooms = [views.read(other, Selection(("demo",), version=v)) for v in (corrected - 1, corrected)]
    assert [room.replaced for room in rooms] == [0, 1]
    assert not np.array_equal(*(np.sort(room.cards.pairs.sum(axis=0)) for room in rooms))
    with full.connect() as one, other.connect() as two:
        for table in (answer, sheet, coding, ordering):
            ours, theirs = (
                c.execute(
                    select(table.c.replaced_in.is_(None)).where(table.c.event == "demo").order_by(table.c.id)
                ).all()
                for c in (one, two)
            )
            assert ours == theirs


def test_a_person_is_known_again_by_the_personal_code_and_by_the_survey_s_id(small, tmp_path):
    old, new = empty(tmp_path, "old"), empty(tmp_path, "new")
    add_room(new, small, "other")  # so that the new store has a salt of its own
    add_room(old, small)
    file = tmp_path / "room.zip"
    bundle(old, "room", file)
    unbundle(new, file)
    with new.connect() as connection:
        own = phones.own(connection, phones.form_of(connection, "room"), "ann")
        nobody = phones.own(connection, phones.form_of(connection, "other"), "eve")
    assert (own.state, nobody.state) == ("sent", "none")
    written = add_answers(new, "room", submissions(("ann", "officer", "544332"), ("bob", "head", "544332")))
    assert (written.added, written.corrected, written.unchanged) == (0, 1, 1)


def test_the_key_of_one_event_opens_no_other(small, tmp_path):
    old = empty(tmp_path, "old")
    add_room(old, small)
    add_room(old, small, "other")
    with old.connect() as connection:
        salt = connection.exec_driver_sql("SELECT value FROM setting WHERE name = 'salt'").scalar_one()
    file = tmp_path / "room.zip"
    bundle(old, "room", file)
    with zipfile.ZipFile(file) as held:
        whole = b"".join(map(held.read, held.namelist())).decode()
    assert salt not in whole
    assert "other" not in whole


def test_links_are_not_carried_and_the_command_makes_new_ones(full, moved, tmp_path, monkeypatch):
    with full.connect() as connection:
        secrets = [link.jti for link in access.links(connection, "demo")]
    assert len(secrets) == 4
    whole = moved.read_bytes().decode("utf-8", "replace")
    assert not [jti for jti in secrets if jti in whole]
    monkeypatch.setenv("SCTRAIN_DB", address(tmp_path, "new"))
    said = CliRunner().invoke(main, ["unbundle", str(moved)], catch_exceptions=False).output
    assert "demo (" in said
    assert "event links demo" in said
    with open_store().connect() as connection:
        roles = [link.role for link in access.links(connection, "demo")]
    assert sorted(set(roles)) == ["participant", "presenter", "table"]


def test_an_event_that_is_there_already_is_not_merged(full, moved):
    with pytest.raises(StoreError, match="there is an event 'demo' here already"):
        unbundle(full, moved)


def test_another_catalogue_of_the_same_code_is_refused(small, tmp_path):
    old, new = empty(tmp_path, "old"), empty(tmp_path, "new")
    add_room(old, small)
    other = small.model_copy(update={"competency": tuple(reversed(small.competency))})
    add_room(new, other, "other")
    bundle(old, "room", tmp_path / "room.zip")
    with pytest.raises(StoreError, match="catalogue 'small' is here already and is another one"):
        unbundle(new, tmp_path / "room.zip")
    with new.connect() as connection:
        assert list(connection.scalars(select(answer.c.event).distinct())) == ["other"]


def test_an_older_questionnaire_that_comes_in_is_not_what_is_asked_from_now_on(small, tmp_path):
    old, new = empty(tmp_path, "old"), empty(tmp_path, "new")
    fourth = small.competency[0].model_copy(update={"code": "d"})
    longer = small.model_copy(update={"competency": (*small.competency, fourth)})
    add_room(old, small)  # asked three competencies, then the catalogue grew
    add_event(old, NewEvent("later", "Later"), longer)
    add_event(new, NewEvent("fresh", "Fresh"), longer)  # the new store never asked only three
    file, again = tmp_path / "room.zip", tmp_path / "again.zip"
    bundle(old, "room", file)
    unbundle(new, file)
    with new.connect() as connection:
        assert phones.form_of(connection, "room").codes == ("a", "b", "c", "d")
        assert connection.scalar(select(questionnaire.c["items"]).order_by(questionnaire.c.id.desc())) == 4
    bundle(new, "room", again)
    assert again.read_bytes() == file.read_bytes()


def test_an_event_without_people_moves_without_a_key(small, tmp_path):
    old, new = empty(tmp_path, "old"), empty(tmp_path, "new")
    add_event(old, NewEvent("plan", "A plan"), small)
    add_room(new, small, "other")
    file, again = tmp_path / "plan.zip", tmp_path / "again.zip"
    bundle(old, "plan", file)
    unbundle(new, file)
    bundle(new, "plan", again)
    assert again.read_bytes() == file.read_bytes()
    with zipfile.ZipFile(file) as held:
        assert held.read("key.jsonl") == b""


def rezipped(file, to, **parts):
    """The bundle with other contents in these parts."""
    with zipfile.ZipFile(file) as held, zipfile.ZipFile(to, "w") as out:
        for name in held.namelist():
            content = parts.pop(name.partition(".")[0], held.read(name))
            if content is not None:
                out.writestr(name, content)
        for name, content in parts.items():
            out.writestr(name, content)
    return to


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"setup": b"{}\n"}, "setup.jsonl"),
        ({"answer": None}, "answer.jsonl"),
        ({"more": b"x"}, "more"),
        ({"manifest": b"{}"}, "no bundle"),
    ],
)
def test_what_was_altered_is_refused_and_named(moved, tmp_path, parts, named):
    engine = empty(tmp_path, "new")
    with pytest.raises(StoreError, match=named):
        unbundle(engine, rezipped(moved, tmp_path / "altered.zip", **parts))
    with engine.connect() as connection:
        assert data_version(connection) == 0


def test_a_manifest_that_was_altered_is_refused(moved, tmp_path):
    with zipfile.ZipFile(moved) as held:
        manifest = held.read("manifest.json").replace(b'"event": "demo"', b'"event": "demp"')
    with pytest.raises(StoreError, match=r"altered or damaged since it was made: manifest\.json"):
        unbundle(empty(tmp_path, "new"), rezipped(moved, tmp_path / "altered.zip", manifest=manifest))


@pytest.fixture(scope="module")
def small_bundle(tmp_path_factory):
    made = Catalogue.model_validate(
        {"catalogue": {"code": "tiny", "title": "Tiny"}, "competency": [{"code": "a", "label": "A"}]}
    )
    folder = tmp_path_factory.mktemp("small")
    engine = empty(folder, "old")
    add_event(engine, NewEvent("room", "A room"), made)
    add_answers(engine, "room", submissions(("ann", "", "54"), ("bob", "", "33")))
    bundle(engine, "room", folder / "room.zip")
    return folder / "room.zip", engine


def contents(file):
    with zipfile.ZipFile(file) as held:
        return {name: held.read(name) for name in held.namelist()}


@settings(max_examples=50, deadline=None, derandomize=True)
@example(where=0.005, flip=23)  # its size: more than there is
@given(where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_damaged_byte_is_found_unless_only_the_zip_itself_uses_it(small_bundle, where, flip):
    file, engine = small_bundle  # the event is there: nothing else can be the reason once a bundle is found sound
    data = bytearray(file.read_bytes())
    data[int(where * len(data))] ^= flip
    damaged = file.with_name("damaged.zip")
    damaged.write_bytes(bytes(data))
    with pytest.raises(StoreError) as refused:
        unbundle(engine, damaged)
    if "here already" in str(refused.value):
        assert contents(damaged) == contents(file)


@pytest.mark.parametrize(("schema", "said"), [("0005", "earlier sctrain"), ("9999", "later sctrain")])
def test_a_bundle_of_another_schema_is_refused_with_what_to_do(moved, tmp_path, schema, said):
    with zipfile.ZipFile(moved) as held:
        manifest = json.loads(held.read("manifest.json")) | {"schema": schema}
    del manifest["sha256"]
    line = json.dumps(manifest, ensure_ascii=False, separators=(",", ":")) + "\n"
    manifest["sha256"] = hashlib.sha256(line.encode()).hexdigest()
    made = rezipped(moved, tmp_path / "made.zip", manifest=json.dumps(manifest))
    with pytest.raises(StoreError, match=f"{said} .schema {schema}; this one has"):
        unbundle(empty(tmp_path, "new"), made)


def test_a_file_that_is_no_bundle_is_refused(tmp_path):
    other = tmp_path / "other.zip"
    other.write_bytes(b"PK no")
    with pytest.raises(StoreError, match="is no bundle, or not all of one"):
        unbundle(empty(tmp_path, "new"), other)


def test_an_unknown_event_is_refused_with_the_choices_and_leaves_no_file(full, tmp_path):
    with pytest.raises(SelectionError, match="there are: before, demo"):
        bundle(full, "nowhere", tmp_path / "nowhere.zip")
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_on_the_machine_may_read_a_bundle(moved):
    assert stat.S_IMODE(moved.stat().st_mode) == 0o600


def test_another_event_s_changes_are_not_told(full, moved):
    with zipfile.ZipFile(moved) as held:
        lines = held.read("change.jsonl").decode().splitlines()
    with full.connect() as connection:
        assert 0 < len(lines) < len(connection.scalars(select(change.c.version)).all())
    assert not [line for line in lines if "before" in line]
