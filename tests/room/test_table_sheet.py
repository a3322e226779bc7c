"""The sheet of a table, as HTTP sees it: with and without its script."""

import re

import pytest
from room.conftest import JSON, opened
from sqlalchemy import text

from sctrain.store import desk
from sctrain.store.engine import writing

SHEET = "/t/live/1"


def stands(room, table=1):
    with room.engine.connect() as connection:
        return {name: part.content for name, part in desk.read(connection, "live", table).items()}


def save(host, part="contents", content=None, base=0, device="one", edit=1, table=1):
    change = {"part": part, "base": base, "content": content, "device": device, "edit": edit}
    return host.post(f"/t/live/{table}/save", json=change, headers=JSON)


def typed(host, base=0, **ranks):
    return host.post(SHEET, data={"part": "contents", "base": str(base)} | {f"r.{o}": str(r) for o, r in ranks.items()})


def test_a_list_is_typed_as_ranks_where_equal_ones_tie_and_gaps_close(room):
    host = room.browser("table1")
    answer = typed(host, u=7, v=2, w=2, x="")
    assert (answer.status_code, answer.headers["location"]) == (303, "/t/live/1#contents")
    assert stands(room) == {"contents": [["v", "w"], ["u"]]}
    values = dict(re.findall(r'name="r\.(\w)" type="number" .*? value="(\d*)"', host.get(SHEET).text))
    assert values == {"u": "3", "v": "1", "w": "1", "x": "", "m": "", "n": ""}


def test_two_who_type_one_list_without_scripts_both_see_both(room):
    first, second = room.browser("table1"), room.browser("table1")
    typed(first, base=0, u=1, v=2)
    answer = typed(second, base=0, w=1)
    assert answer.status_code == 409
    assert stands(room) == {"contents": [["u"], ["v"]]}
    mine = re.search(r'<form method="post" action="/t/live/1" class="conflict">.*?</form>', answer.text, re.S)[0]
    assert re.findall(r'name="(r\.\w)" value="(\d)"', mine) == [("r.w", "1")]
    base = re.search(r'name="base" value="(\d)"', mine)[1]
    assert typed(second, base=base, w=1).status_code == 303
    assert stands(room) == {"contents": [["w"]]}


def test_of_a_line_that_two_change_without_scripts_both_texts_stand(room):
    first, second = room.browser("table1"), room.browser("table1")
    line = {"part": "line.one", "kind": "challenge", "place": "1"}
    first.post(SHEET, data=line | {"base": "0", "text": "silos"})
    first.post(SHEET, data=line | {"base": "1", "text": "silos everywhere"})
    answer = second.post(SHEET, data=line | {"base": "1", "text": "silos and money"})
    assert answer.status_code == 409
    assert "both texts are kept" in answer.text
    assert {content["text"] for content in stands(room).values()} == {"silos everywhere", "silos and money"}


@pytest.mark.parametrize("rank", ["0", "100", "1.5", "-1", "one", "١"])
def test_a_rank_that_is_no_number_from_1_to_99_is_named_and_what_was_typed_stays(room, rank):
    answer = typed(room.browser("table1"), u=rank, v=2)
    assert answer.status_code == 422
    assert "is no number from 1 to 99" in answer.text
    assert re.search(r'name="r\.v" [^>]* value="2"', answer.text)
    assert stands(room) == {}


@pytest.mark.parametrize(
    "data",
    [
        {"part": "contents", "base": "x", "r.u": "1"},
        {"part": "nothing", "base": "0"},
        {"part": "first.", "base": "0"},
        {"base": "0"},
        {"part": "people", "base": "0", "members": "many"},
        {"part": "people", "base": "0", "members": "3", "mix.role": "boss"},
        {"part": "line.a", "base": "0", "kind": "joke", "text": "x"},
        {"part": "line.a", "base": "0", "kind": "challenge", "text": "x", "competencies": "none"},
    ],
)
def test_what_a_sheet_of_ours_does_not_send_is_refused(room, data):
    assert room.browser("table1").post(SHEET, data=data).status_code == 422
    assert stands(room) == {}


def test_who_sits_there_is_kept_as_kinds_of_people(room):
    host = room.browser("table1")
    host.post(SHEET, data={"part": "people", "base": "0", "members": "7", "mix.role": ["head", "officer"]})
    assert stands(room) == {"people": {"members": 7, "mix": {"role": ["head", "officer"]}}}
    assert 'name="members" type="number" min="1" max="99" inputmode="numeric" value="7"' in host.get(SHEET).text


def test_the_script_saves_a_list_and_is_told_its_revision(room):
    host = room.browser("table1")
    assert save(host, content=[["u"], ["v", "w"]]).json() == {
        "state": "kept",
        "part": "contents",
        "revision": 1,
        "stands": None,
        "beside": "",
    }
    assert host.get(f"{SHEET}/state").json() == {
        "parts": {"contents": {"revision": 1, "content": [["u"], ["v", "w"]]}},
        "shut": False,
        "ends": "",
    }


def test_two_scripts_on_one_list_are_both_told_and_nothing_is_overwritten(room):
    one, two = room.browser("table1"), room.browser("table1")
    save(one, content=[["u"]], device="one")
    told = save(two, content=[["v"]], device="two").json()
    assert (told["state"], told["revision"], told["stands"]) == ("other", 1, [["u"]])
    assert stands(room) == {"contents": [["u"]]}


def test_a_change_that_is_sent_twice_is_one_change(room):
    host = room.browser("table1")
    assert [save(host, content=[["u"]]).json()["state"] for _ in range(2)] == ["kept", "same"]


def test_undo_takes_the_last_change_back_with_and_without_script(room):
    host = room.browser("table1")
    save(host, content=[["u"]], edit=1)
    save(host, content=[["v"]], base=1, edit=2)
    assert host.post(f"{SHEET}/undo", data={"part": "contents"}).headers["location"] == "/t/live/1#contents"
    assert stands(room) == {"contents": [["u"]]}
    told = host.post(f"{SHEET}/undo", data={"part": "contents", "device": "one", "edit": "3"}, headers=JSON).json()
    assert told["state"] == "kept"
    assert stands(room) == {"contents": []}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"not json",
        b"[" * 5000,
        b'{"part": "contents", "base": true, "content": [], "device": "d", "edit": 1}',
        b'{"part": "contents", "base": "0", "content": [], "device": "d", "edit": 1}',
        b'{"part": "contents", "base": -1, "content": [], "device": "d", "edit": 1}',
        b'{"part": "contents", "base": 0, "content": [["u", "u"]], "device": "d", "edit": 1}',
        b'{"part": "contents", "base": 0, "content": [["zzz"]], "device": "d", "edit": 1}',
        b'{"part": "contents", "base": 0, "content": {"u": 1}, "device": "d", "edit": 1}',
        b'{"part": "contents", "base": 0, "content": [], "device": "", "edit": 1}',
        b'{"part": "contents", "base": 0, "content": [], "device": "' + b"d" * 61 + b'", "edit": 1}',
        b'{"part": "contents", "base": 0, "content": [], "device": "d", "edit": 1e400}',
        b'{"part": "line.\\u0000", "base": 0, "content": [], "device": "d", "edit": 1}',
        b"\xff\xfe",
    ],
)
def test_a_damaged_change_is_refused_and_not_stored(room, body):
    answer = room.browser("table1").post(f"{SHEET}/save", content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert stands(room) == {}


def test_a_shut_sheet_says_so_and_keeps_what_was_typed_in_sight(room):
    with writing(room.engine) as connection:
        desk.lock(connection, room.organiser, "live", 1, True)
    host = room.browser("table1")
    assert save(host, content=[["u"]]).status_code == 423
    answer = typed(host, u=1)
    assert answer.status_code == 423
    assert "1 – U" in answer.text
    assert re.search(r'name="r\.u"[^>]* disabled', host.get(SHEET).text)
    assert stands(room) == {}
    assert save(room.browser("organiser"), content=[["u"]]).json()["state"] == "kept"


def test_a_scribe_cannot_flood_and_the_other_scribe_is_not_held_up(room):
    host = room.browser("table1")
    for _ in range(599):
        room.office.may("scribe", "live 1 one")
    assert [save(host, content=[["u"]]).status_code for _ in range(2)] == [200, 429]
    assert save(host, content=[["u"]], device="two").status_code == 200


def test_a_sheet_speaks_the_languages_of_the_event(room):
    page = room.browser("table1").get(f"{SHEET}?lang=fr").text
    assert '<html lang="fr">' in page
    assert "Every change is kept" not in page


def test_a_change_is_in_the_sheet_of_the_room_as_soon_as_it_is_acknowledged(room):
    save(room.browser("table1"), content=[["u"], ["v"]])
    with room.engine.connect() as connection:
        rows = connection.execute(text("SELECT topic, option, position FROM ranking ORDER BY position")).all()
    assert [tuple(row) for row in rows] == [("contents", "u", 1), ("contents", "v", 2)]


def test_a_hidden_list_stays_on_the_desk(tmp_path, monkeypatch):
    with opened(tmp_path, monkeypatch, hide=("contents",)) as room:
        save(room.browser("table1"), content=[["u"]])
        with room.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM ranking")) == 0
        assert stands(room) == {"contents": [["u"]]}
