"""A store from before there was a live room keeps all that it has, and can hold one."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from databases import EMPTY, address, at_revision
from live import LIVE, row
from sqlalchemy import text

from sctrain.forms import Filled
from sctrain.store import access, desk, phones, queries
from sctrain.store.engine import open_store, writing
from sctrain.store.schema import metadata
from sctrain.store.setup import put
from sctrain.store.setup import read as read_setup
from sctrain.store.sheets import sheets

OLDER = (
    "INSERT INTO change (version, at, kind) VALUES (1, '2018-11-15 00:00:00', 'answers'), "
    "(2, '2018-11-15 01:00:00', 'answers')",
    "INSERT INTO setting VALUES ('salt', '00112233445566778899aabbccddeeff')",
    "INSERT INTO catalogue VALUES ('live', :body)",
    "INSERT INTO questionnaire VALUES (1, 'live', 1, 1, 5, 3, '.12345')",
    "INSERT INTO item VALUES (1, 0, 'a'), (1, 1, 'b'), (1, 2, 'c')",
    "INSERT INTO event (code, title, catalogue) VALUES ('live', 'A room', 'live')",
    "INSERT INTO answer (event, questionnaire_id, person, ratings, replies, version, replaced_in) VALUES "
    "('live', 1, '0123456789abcdef', '53....', 'long=day', 1, 2), "
    "('live', 1, '0123456789abcdef', '54....', 'long=week', 2, NULL)",
    "INSERT INTO sheet (event, table_number, members, content, version) VALUES ('live', 4, 6, 'digest', 2)",
    "INSERT INTO ranking VALUES (1, 'contents', 'u', 1), (1, 'contents', 'v', 2)",
    "INSERT INTO note (sheet_id, line, kind, text) VALUES (1, 1, 'challenge', 'Silos')",
    "INSERT INTO coding (event, note, code, cleared, version) "
    "VALUES ('live', '0123456789abcdef0123456789abcdef', 'silos', true, 2)",
)


def older(url):
    """A store of revision 0004 with answers, a correction, a sheet and a coding; its rows by table."""
    with at_revision(url, "0004") as connection:
        for statement in OLDER:
            connection.execute(text(statement), {"body": LIVE.to_json()} if ":body" in statement else {})
        return contents(connection)


def contents(connection):
    tables = ("change", "setting", "catalogue", "questionnaire", "item", "event")
    tables += ("answer", "sheet", "ranking", "note", "coding", "rating")
    return {name: [tuple(r) for r in connection.execute(text(f"SELECT * FROM {name}"))] for name in tables}


def test_a_store_of_the_schema_before_keeps_every_row_and_its_versions(tmp_path):
    url = address(tmp_path, "old", EMPTY)
    before = older(url)
    assert all(before.values())
    engine = open_store(url)
    with engine.connect() as connection:
        now = contents(connection)
        assert {name: [row[: len(old[0])] for row in now[name]] for name, old in before.items()} == before
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        said = [queries.replies(connection, ["live"], v, ["long"])["long"].values for v in (1, 2, None)]
        assert said == [("day",), ("week",), ("week",)]
        assert sheets(connection, "live").rankings["option"].tolist() == ["u", "v"]
        assert queries.hidden_topics(connection, ["live"]) == frozenset()
        assert read_setup(connection, "live") is None
    engine.dispose()


def test_an_event_from_before_can_be_run_live(tmp_path):
    url = address(tmp_path, "old", EMPTY)
    older(url)
    engine = open_store(url)
    with writing(engine) as connection:
        phone, table = (access.make_link(connection, r, "live", n) for r, n in (("participant", None), ("table", 1)))
        form = phones.form_of(connection, "live")
        assert phones.send(connection, phone, form, "me", 1, Filled(marks=row("555555"))).state == "kept"
        assert desk.save(connection, table, "live", 1, desk.Change("contents", 0, [["w"]])).state == "kept"
        put(connection, "live", tables=5)
        assert queries.cards(connection, ["live"]).n == 2
        assert queries.cards(connection, ["live"], 1).n == 1
        assert sheets(connection, "live").rankings["option"].tolist() == ["u", "v", "w"]
    engine.dispose()
