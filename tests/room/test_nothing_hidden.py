"""What is hidden is served to nobody before it is revealed: every route and every command, searched for it.

The planted room has a list with one option of a telling name in it, a line, replies, and marks; what is searched for
is what only an answer, a rank or a line can tell.
"""

import re
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from databases import elsewhere
from room.conftest import ME, filled, opened
from starlette.routing import Route

from sctrain import tables, views
from sctrain.__main__ import main
from sctrain.room import doors
from sctrain.selection import Selection
from sctrain.store import access, queries, setup
from sctrain.store.engine import writing
from sctrain.store.sheets import sheets

MARKER = "xyzzy plugh"
HIDDEN = ("survey", "replies", "contents", "methods", "notes")


def plant(room):
    """Two tables that agree on one list, a line with the marker, and four answers."""
    for n in (1, 2):
        host = room.browser(f"table{n}")
        host.post(f"/t/live/{n}", data={"part": "contents", "base": "0", "r.w": "1", "r.u": "2"})
        line = {"part": f"line.p{n}", "base": "0", "kind": "challenge", "text": f"{MARKER} {n}", "place": "1"}
        host.post(f"/t/live/{n}", data=line)
    for n in range(4):
        me = access.code(12)
        room.browser().post(
            room.form, data=filled(me, i0="5", l0="1", p_role="head", q_long="week", p_country=f"plugh{n}")
        )


@pytest.fixture
def hush(tmp_path, monkeypatch):
    with opened(tmp_path, monkeypatch, hide=HIDDEN) as room:
        plant(room)
        yield room


def addresses(room):
    """A path of every route that can be read, with all that can stand in it."""
    fills = {
        "token": [room.phone, room.presenter, room.table2, room.table1[::-1]],
        "code": ["AAAAAA"],
        "name": ["room.css", "form.js", "sheet.js", "panel.js", "print.css", "x"],
        "event": ["live"],
        "table:int": ["1", "2", "3"],
        "what": ["sheets", "cards", "script"],
    }
    for route in [*doors.routes, *doors.doors]:
        assert isinstance(route, Route)
        if "GET" not in route.methods:
            continue
        paths = [route.path]
        for name, values in fills.items():
            paths = [path.replace("{" + name + "}", value) for path in paths for value in values]
        yield from dict.fromkeys(paths)


def crawl(browser, room):
    """Every answer on every route, and on every link and form of these pages that stays on this server."""
    todo, seen = list(addresses(room)), {}
    while todo:
        path = todo.pop()
        if path in seen or path.startswith(("/gaps", "/live", "/present")):
            continue
        answer = browser.get(path, headers={"accept": "text/html"})
        seen[path] = answer
        found = [*re.findall(r'(?:href|src)="(/[^"#]*)', answer.text), answer.headers.get("location", "")]
        todo += [urlsplit(link.replace("&amp;", "&"))._replace(scheme="", netloc="").geturl() for link in found if link]
    return seen


WHO = {"anonymous": (), "participant": (), "foreign table": ("table2",), "presenter": ("presenter",)}


@pytest.mark.parametrize("who", WHO)
def test_no_byte_of_any_route_tells_what_is_hidden(hush, who):
    browser = hush.browser(*WHO[who])
    if who == "participant":
        browser.get(hush.form)
        browser.post(hush.form, data=filled(ME, i1="3"))
        browser.post(f"{hush.form}/me", data={"code": ME})
    seen = crawl(browser, hush)
    assert len(seen) > 30
    own = {"/t/live/2", "/t/live/2/state"} if who == "foreign table" else set()
    for path, answer in seen.items():
        body = answer.text + str(answer.headers)
        assert MARKER + " 1" not in body, path
        assert "plugh0" not in body, path
        if path not in own:
            assert MARKER not in body, path
            assert not re.search(r'name="r\.w"[^>]* value="\d', body), path
    if who == "participant":
        page = seen[f"{hush.form}/me"].text
        assert "as soon as the presenter reveals them" in page
        assert re.findall(r'Competency B(?:<td class="n"[^>]*>([^<\n]*))', page) == ["3"]
        assert "4.0" not in page  # the room's gap of the first competency
    if who == "foreign table":
        assert MARKER + " 2" in seen["/t/live/2"].text  # the crawl does find what it looks for


def test_a_refused_post_does_not_tell_what_is_hidden_either(hush):
    for who in ((), ("table2",), ("presenter",)):
        browser = hush.browser(*who)
        for path in ("/t/live/1", "/t/live/1/undo", "/t/live/1/save", "/o/live/do", "/o/live/paper/1", "/o/live/setup"):
            data = {"part": "contents", "base": "0", "r.u": "1", "act": "reveal:nothing"}
            assert MARKER not in browser.post(path, data=data).text


def test_what_pages_read_of_the_room_holds_nothing_hidden(hush):
    selection = Selection(("live",))
    room, table_room = views.read(hush.engine, selection), tables.read(hush.engine, selection)
    assert room.hidden == set(HIDDEN)
    assert room.cards.n == 0
    assert len(table_room.sheets.rankings) == len(table_room.sheets.notes) == 0
    assert views.gaps(room, selection, resampled=False)["n"].sum() == 0
    with hush.engine.connect() as connection:
        assert [event.answers for event in queries.events(connection)] == [0]
        assert len(sheets(connection, "live").notes) == 0


COMMANDS = [
    ["events"],
    ["gaps", "--format", "json"],
    ["compare", "--by", "role"],
    ["consensus", "--topic", "contents"],
    ["consensus", "--topic", "methods"],
    ["challenges"],
    ["notes", "--all"],
    ["voices"],
    ["queue"],
    ["questions"],
    ["ground", "--what", "who"],
]


@elsewhere("the rest is what the commands print")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_command_line_does_not_tell_it_either(hush, command):
    told = CliRunner().invoke(main, command)
    assert MARKER not in told.output
    assert "plugh" not in told.output
    assert not re.search(r"\b4\.0\b", told.output)  # the gap


def test_an_older_data_version_does_not_tell_what_is_hidden_now(tmp_path, monkeypatch):
    with opened(tmp_path, monkeypatch) as room:
        plant(room)
        with room.engine.connect() as connection:
            version = queries.data_version(connection)
        frozen = Selection(("live",), version=version)
        assert len(tables.read(room.engine, frozen).sheets.notes) == 2
        with writing(room.engine) as connection:
            for topic in HIDDEN:
                setup.set_hidden(connection, "live", topic, True)
        assert len(tables.read(room.engine, frozen).sheets.notes) == 0
        assert views.read(room.engine, frozen).cards.n == 0


def test_as_soon_as_it_is_revealed_it_is_all_there(hush):
    presenter = hush.browser("presenter")
    for topic in HIDDEN:
        presenter.post("/o/live/do", data={"act": f"reveal:{topic}"})
    selection = Selection(("live",))
    assert views.read(hush.engine, selection).cards.n == 4
    assert set(tables.read(hush.engine, selection).sheets.notes["text"]) == {f"{MARKER} 1", f"{MARKER} 2"}
    assert len(tables.read(hush.engine, selection).sheets.rankings) == 4
    assert "4.0" in CliRunner().invoke(main, ["gaps", "--format", "json"]).output
    assert MARKER in CliRunner().invoke(main, ["notes", "--all"]).output
