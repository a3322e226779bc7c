"""Who gets in: every link that must not open a door, and every request that must not pass the guard."""

from datetime import timedelta
from html import unescape

import pytest
from room.conftest import JSON, drafts, filled, standing
from sqlalchemy import text

from sctrain.room import doors, guard
from sctrain.store import access, stage
from sctrain.store.engine import writing
from sctrain.ui.titles import TITLES

TABLE1 = ["/t/live/1", "/t/live/1/state"]
ORGANISERS = [
    "/o/new",
    "/o/live/setup",
    "/o/live/paper",
    "/o/live/paper/1",
    "/o/live/print/cards",
    "/o/live/print/sheets",
]
PRESENTERS = ["/o/", "/o/live"]
WRITES = [
    ("/t/live/1", {"part": "contents", "base": "0", "r.u": "1"}),
    ("/t/live/1/undo", {"part": "contents"}),
    ("/o/new", {"code": "n", "title": "N", "threshold": "3"}),
    ("/o/live/setup", {"title": "N", "threshold": "3"}),
    ("/o/live/do", {"act": "reset:1"}),
    ("/o/live/do", {"act": "close"}),
    ("/o/live/do", {"act": "link:presenter"}),
    ("/o/live/paper/1", {"t.contents": "1"}),
]


def counted(room):
    with room.engine.connect() as connection:
        tables = ("answer", "draft", "desk", "access", "event", "sheet", "ordering")
        return {t: connection.scalar(text(f"SELECT count(*) FROM {t}")) for t in tables}


def linked(room, token):
    """A browser with this link as if it had entered by it, whatever it is."""
    browser = room.browser()
    for role in ("organiser", "presenter", "table"):
        browser.cookies.set(f"sct_{role}", token)
    return browser


@pytest.mark.parametrize("path", [*TABLE1, *ORGANISERS, *PRESENTERS])
def test_without_a_link_no_door_opens(room, path):
    answer = room.browser().get(path)
    assert answer.status_code == 403
    assert "opens by a link only" in answer.text


@pytest.mark.parametrize(("path", "data"), WRITES)
@pytest.mark.parametrize("who", ["nobody", "phone", "table2", "presenter"])
def test_nobody_writes_what_is_not_theirs(room, path, data, who):
    before = counted(room)
    browser = room.browser() if who == "nobody" else linked(room, getattr(room, who))
    assert browser.post(path, data=data).status_code == 403
    assert counted(room) == before


def test_a_foreign_table_reads_and_writes_nothing_of_this_one(room):
    browser = room.browser("table2")
    change = {"part": "contents", "base": 0, "content": [["u"]], "device": "d", "edit": 1}
    assert [browser.get(path).status_code for path in TABLE1] == [403, 403]
    answer = browser.post("/t/live/1/save", json=change, headers=JSON)
    assert answer.status_code == 403
    assert "for table 2" in answer.json()["error"]
    assert counted(room)["desk"] == 0
    assert browser.post("/t/live/2/save", json=change, headers=JSON).status_code == 200


@pytest.mark.parametrize("path", [*TABLE1, *ORGANISERS, *PRESENTERS])
def test_a_participants_link_opens_no_page_of_tables_and_organisers(room, path):
    assert linked(room, room.phone).get(path).status_code == 403


@pytest.mark.parametrize("path", ORGANISERS)
def test_a_presenter_does_not_set_up_print_or_type_paper(room, path):
    assert room.browser("presenter").get(path).status_code == 403


def test_an_organiser_of_one_event_makes_and_runs_no_other(room):
    with writing(room.engine) as connection:
        token = access.make_link(connection, "organiser", "live")
    browser = linked(room, token)
    assert browser.get("/o/live/setup").status_code == 200
    assert browser.get("/o/new").status_code == 403
    assert browser.get("/o/other").status_code == 403


@pytest.mark.parametrize("role", ["organiser", "presenter", "table1", "phone"])
def test_an_altered_link_opens_nothing(room, role):
    token = getattr(room, role)
    for altered in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[1:], token + "x", token.replace(".", "")):
        assert room.browser().get(f"/enter/{altered}").status_code == 403
        assert room.browser().get(f"/j/{altered}").status_code == 403
        assert room.browser().post(f"/j/{altered}", data=filled()).status_code == 403
        assert linked(room, altered).get("/o/live").status_code == 403
        assert linked(room, altered).get("/t/live/1").status_code == 403
    assert standing(room) == drafts(room) == []


@pytest.mark.parametrize(
    ("role", "table"), [("organiser", None), ("presenter", None), ("table", 1), ("participant", None)]
)
def test_a_link_that_ended_or_was_taken_back_opens_nothing_more(room, role, table):
    with writing(room.engine) as connection:
        ended = access.make_link(connection, role, "live", table, lasts=timedelta(seconds=-1))
        taken = access.make_link(connection, role, "live", table)
        access.revoke(connection, access.read_link(connection, taken).jti)
    for token, why in ((ended, "ended on"), (taken, "taken back")):
        for answer in (
            room.browser().get(f"/enter/{token}"),
            room.browser().get(f"/j/{token}"),
            room.browser().post(f"/j/{token}", data=filled()),
            linked(room, token).get("/o/live"),
            linked(room, token).get("/t/live/1"),
        ):
            assert (answer.status_code, why in answer.text) == (403, True)
    assert standing(room) == []


def test_a_link_that_is_taken_back_while_the_page_is_open_ends_at_the_next_write(room):
    host = room.browser("table1")
    with writing(room.engine) as connection:
        access.revoke(connection, access.read_link(connection, room.table1).jti)
    assert host.post("/t/live/1", data={"part": "contents", "base": "0", "r.u": "1"}).status_code == 403


def test_who_has_a_table_s_link_and_an_organiser_s_may_do_what_either_allows(room):
    both = room.browser("organiser", "table1")
    assert [both.get(f"/t/live/{n}").status_code for n in (1, 2)] == [200, 200]
    assert both.get("/o/live/setup").status_code == 200


def test_a_link_of_a_role_is_kept_out_of_reach_of_scripts_and_other_sites(room):
    cookie = room.browser().get(f"/enter/{room.table1}").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


def test_a_participant_who_enters_by_the_other_door_is_led_to_the_form(room):
    assert room.browser().get(f"/enter/{room.phone}").headers["location"] == room.form


def test_the_first_page_is_found_by_its_name_too(room):
    assert next(iter(TITLES)) == doors.FIRST
    for query in ("", "?event=live&follow=1"):
        assert room.browser().get(f"/{doors.FIRST}{query}").headers["location"] == f"/{query}"


def test_a_short_link_leads_to_its_view_and_never_out_of_the_house(room):
    with writing(room.engine) as connection:
        code = stage.save_view(connection, "live", "gaps", "role=head&v=3", "Heads").code
    assert room.browser().get(f"/v/{code}").headers["location"] == "/gaps?role=head&v=3"
    assert room.browser().get("/v/NOTHING").status_code == 404


FORM = [
    ("/j/{phone}", filled()),
    ("/t/live/1", {"part": "contents", "base": "0", "r.u": "1"}),
    ("/o/live/do", {"act": "close"}),
]


@pytest.mark.parametrize(("path", "data"), FORM)
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "http://room.elsewhere.example"},
        {"origin": "http://room:8080"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://room", "sec-fetch-site": "cross-site"},
    ],
)
def test_what_another_site_sends_is_not_taken(room, path, data, headers):
    before = counted(room)
    browser = room.browser("organiser", "table1")
    assert browser.post(path.format(phone=room.phone), data=data, headers=headers).status_code == 403
    assert counted(room) == before


@pytest.mark.parametrize("headers", [{"origin": "http://room"}, {"sec-fetch-site": "same-origin"}, {}])
def test_what_our_own_pages_send_is_taken(room, headers):
    assert room.browser().post(room.form, data=filled(), headers=headers).status_code == 303


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_do_nothing(room, method):
    assert room.browser("organiser").request(method, "/o/live/do").status_code == 405


def _in_pieces(total):
    for _ in range(total // 1000):
        yield b"x" * 1000


@pytest.mark.parametrize("path", ["/j/{phone}", "/t/live/1", "/t/live/1/save", "/o/live/do", "/o/new", "/j/{phone}/me"])
def test_ten_megabytes_are_refused_whether_their_length_is_told_or_not(room, path):
    browser, before = room.browser("organiser", "table1"), counted(room)
    path = path.format(phone=room.phone)
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post(path, content=b"x" * 10_000_000, headers=form).status_code == 413
    assert browser.post(path, content=_in_pieces(10_000_000), headers=form).status_code == 413
    assert browser.post(path, content=b"x", headers=form | {"content-length": "-1"}).status_code == 413
    assert counted(room) == before


def test_ten_megabytes_as_a_file_are_refused(room):
    answer = room.browser().post(room.form, data=filled(), files={"i1": ("x", b"x" * 10_000_000)})
    assert answer.status_code == 413
    assert drafts(room) == []


def test_a_path_of_the_room_that_leads_nowhere_says_so(room):
    answer = room.browser().get("/j/nothing/of/ours", headers={"accept-language": "fr"})
    assert (answer.status_code, answer.headers["content-security-policy"]) == (404, guard.STRICT)
    assert "Cette page n’existe pas" in answer.text


def test_a_form_with_too_many_fields_is_refused(room):
    answer = room.browser().post(room.form, data=filled() | {f"x{n}": "1" for n in range(700)})
    assert answer.status_code == 400
    assert drafts(room) == []


@pytest.mark.parametrize(
    "path", ["/j/{phone}", "/j/{phone}/thanks", "/t/live/1", "/o/live", "/o/nothing", "/v/NOTHING"]
)
def test_every_page_of_the_room_is_closed_to_other_sites_and_kept_by_no_cache(room, path):
    headers = room.browser("organiser", "table1").get(path.format(phone=room.phone)).headers
    assert headers["content-security-policy"] == guard.STRICT
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "part", ["script-src 'self';", "style-src 'self';", "default-src 'none'", "frame-ancestors 'none'"]
)
def test_pages_of_the_room_run_nothing_that_stands_in_them(part):
    assert part in guard.STRICT
    assert "unsafe" not in guard.STRICT


def test_a_refusal_of_the_guard_has_the_headers_too(room):
    answer = room.browser().post(room.form, data=filled(), headers={"origin": "https://elsewhere.example"})
    assert answer.headers["content-security-policy"] == guard.STRICT


def test_one_address_cannot_begin_without_end(room):
    for _ in range(598):
        room.office.may("begin", "testclient")  # the address of each of these browsers
    assert [room.browser().get(room.form).status_code for _ in range(4)] == [200, 200, 429, 429]
    assert room.browser(client=("10.0.0.7", 5)).get(room.form).status_code == 200


LONG = "x" * 10_000
PAYLOADS = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "'; DROP TABLE answer; --",
    '=HYPERLINK("http://elsewhere.example","x")',
    "+1+cmd|' /C calc'!A0",
    "{{ 7*7 }}{% for x in y %}",
    "%(k)s %s %d {0}",
    '"><svg onload=alert(1)>',
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_title_and_place_are_plain_text_on_every_page(room, payload):
    organiser = room.browser("organiser", "table1")
    sent = {"title": f"T{payload}", "place": payload, "threshold": "3", "tables": "3", "languages": "en"}
    assert organiser.post("/o/live/setup", data=sent).status_code == 303
    phone = room.browser()
    phone.get(room.form)
    phone.post(room.form, data=filled())
    pages = ["/o/", "/o/live", "/o/live/setup", "/o/new?like=live", "/t/live/1", room.form, f"{room.form}/thanks"]
    pages += [f"/o/live/print/{what}" for what in ("sheets", "cards", "script")]
    for path in pages:
        html = (phone if path.startswith("/j") else organiser).get(path).text
        assert "<script>alert" not in html, path
        assert "onerror=alert(1)>" not in html, path
        assert "<svg" not in html, path
        assert "49{" not in html, path
    assert f"<h1>T{payload}</h1>" in unescape(organiser.get("/o/live").text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_line_is_stored_and_shown_as_the_text_it_is(room, payload):
    host = room.browser("table1")
    line = {"part": "line.one", "base": "0", "kind": "challenge", "text": payload, "place": "1"}
    assert host.post("/t/live/1", data=line).status_code == 303
    with room.engine.connect() as connection:
        assert connection.scalar(text("SELECT text FROM note")) == payload
    html = host.get("/t/live/1").text
    assert "<script>alert" not in html
    assert "<svg" not in html


@pytest.mark.parametrize("payload", [*PAYLOADS, LONG])
def test_an_open_profile_question_holds_a_code_and_nothing_else(room, payload):
    answer = room.browser().post(room.form, data=filled(i0="5") | {"p.country": payload}, headers=JSON)
    if len(payload) > 40:
        assert answer.status_code == 422
        assert drafts(room) == []
    else:
        assert answer.status_code == 200
        assert all(sign.isalnum() or sign == "_" for sign in standing(room)[0][2])


def test_ten_kilobytes_of_text_in_a_line_or_a_title_are_refused_by_name(room):
    host = room.browser("organiser", "table1")
    line = {"part": "line.one", "base": "0", "kind": "challenge", "text": LONG, "place": "1"}
    assert host.post("/t/live/1", data=line).status_code == 422
    setup = host.post("/o/live/setup", data={"title": LONG, "threshold": "3"})
    assert setup.status_code == 422
    assert "1 to 200 characters" in setup.text
    place = host.post("/o/live/setup", data={"title": "T", "place": LONG, "threshold": "3"})
    assert "0 to 200 characters" in place.text
    assert counted(room)["desk"] == 0


def test_an_event_that_is_not_there_is_said_to_be_none(room):
    answer = room.browser("everywhere").get("/o/nothing")
    assert answer.status_code == 400
    assert "There is no event" in answer.text


def test_the_path_to_an_event_is_escaped_where_it_is_said(room):
    assert "&lt;b&gt;" in room.browser("everywhere").get("/o/%3Cb%3E").text
