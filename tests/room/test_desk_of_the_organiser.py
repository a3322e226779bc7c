"""The organiser's desk, as HTTP sees it: set-up, links, progress, what is revealed, prints, paper."""

import asyncio
import re
from datetime import UTC, datetime
from html import unescape

import pytest
import segno
from databases import EMPTY, address
from room.conftest import filled, opened
from sqlalchemy import text
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.room.office import _office
from sctrain.room.opening import Opening
from sctrain.room.paper import differences, read_entry, read_list, typed_list
from sctrain.room.table import ranking_of, ranks_of
from sctrain.store import access, desk, queries, setup
from sctrain.store.engine import writing
from sctrain.store.write import add_answers

NEW = {
    "code": "spring_27",
    "title": "Spring room",
    "held_on": "2027-04-12",
    "place": "Ghent",
    "tables": "2",
    "languages": ["en", "pt"],
    "threshold": "5",
    "retain_until": "2028-04-12",
    "hide": ["contents", "notes"],
}


def seen(room, code="live"):
    with room.engine.connect() as connection:
        return (
            setup.event_row(connection, code),
            setup.read(connection, code),
            queries.hidden_topics(connection, [code]),
        )


def stands(room, table=1):
    with room.engine.connect() as connection:
        return {name: part.content for name, part in desk.read(connection, "live", table).items()}


def do(browser, act, **more):
    return browser.post("/o/live/do", data={"act": act} | more)


def test_an_organiser_sets_up_an_event_with_a_link_for_each_table(room):
    organiser = room.browser("everywhere")
    assert organiser.post("/o/new", data=NEW).headers["location"] == "/o/spring_27"
    event, how, hide = seen(room, "spring_27")
    assert (event.title, event.place, f"{event.held_on}", event.threshold) == ("Spring room", "Ghent", "2027-04-12", 5)
    assert (how.tables, how.languages, f"{how.retain_until}") == (2, ("en", "pt"), "2028-04-12")
    assert how.at_end == "erase"
    organiser.post("/o/spring_27/setup", data=NEW | {"at_end": "anonymise"})
    assert seen(room, "spring_27")[1].at_end == "anonymise"
    assert hide == {"contents", "notes"}
    with room.engine.connect() as connection:
        roles = [(link.role, link.table_number) for link in access.links(connection, "spring_27")]
    assert sorted(roles, key=str) == [("participant", None), ("presenter", None), ("table", 1), ("table", 2)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"code": "two words"}, "is not made of"),
        ({"code": "new"}, "or is the word new"),
        ({"title": "  "}, "Title: it has 1 to 200 characters"),
        ({"held_on": "12 April"}, "Date: '12 April' is no day such as"),
        ({"tables": "100"}, "Tables: '100' is no number from 0 to 99"),
        ({"threshold": "2"}, "Privacy threshold: '2' is no number from 3 to 20"),
        ({"threshold": "٣"}, "is no number from 3 to 20"),
        ({"retain_until": "2027-01-01"}, "is before the event"),
        ({"at_end": "sell"}, "After that day: 'sell' is not one of erase, anonymise"),
        ({"shortlist": ["ppp"]}, "Short list: it has 2 to 7 competencies, not 1"),
        ({"shortlist": ["ppp", "none_such"]}, "'none_such' is no competency"),
    ],
)
def test_a_set_up_that_cannot_be_is_shown_again_with_its_fault_and_what_was_typed(room, wrong, said):
    answer = room.browser("everywhere").post("/o/new", data=NEW | wrong)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert 'name="place" value="Ghent"' in answer.text
    with room.engine.connect() as connection:
        assert [event.code for event in queries.events(connection)] == ["live"]


def test_a_code_that_there_is_already_is_refused(room):
    answer = room.browser("everywhere").post("/o/new", data=NEW | {"code": "live"})
    assert answer.status_code == 400
    assert "There is an event 'live' already" in unescape(answer.text)


def test_a_new_event_like_the_last_has_all_but_its_code_and_its_days(room):
    organiser = room.browser("everywhere")
    organiser.post("/o/new", data=NEW)
    page = organiser.get("/o/new?like=spring_27").text
    assert re.search(r'name="code" value=""', page)
    assert re.search(r'name="title" value="Spring room"', page)
    assert re.search(r'name="held_on" type="date" value=""', page)
    assert re.search(r'name="tables" [^>]*value="2"', page)
    assert re.findall(r'name="languages" value="(\w+)" checked', page) == ["en", "pt"]


def test_numbers_go_on_in_steps_where_that_is_ticked_and_closing_says_what_it_shows(room):
    organiser = room.browser("everywhere")
    sent = NEW | {"threshold": "3", "steps": "on"}
    organiser.post("/o/new", data=sent)
    assert seen(room, "spring_27")[1].steps
    assert 'name="steps" value="on" checked' in organiser.get("/o/new?like=spring_27").text
    for person in range(5):
        add_answers(room.engine, "spring_27", submissions((f"p{person}", "", ".." * len(read_catalogue().codes))))
    page = organiser.get("/o/spring_27").text
    assert "<b>2</b> people wait for the next" in page
    assert "can then tell apart what these 2 answered" in page
    with room.engine.connect() as connection:
        assert queries.cards(connection, ["spring_27"]).n == 3
    organiser.post("/o/spring_27/do", data={"act": "close"})
    assert "people wait" not in organiser.get("/o/spring_27").text
    with room.engine.connect() as connection:
        assert queries.cards(connection, ["spring_27"]).n == 5
    organiser.post("/o/spring_27/setup", data=NEW | {"threshold": "3"})
    assert not seen(room, "spring_27")[1].steps


def test_a_change_of_the_set_up_reveals_what_is_ticked_off_and_keeps_the_rest(room, change):
    change(round="before")
    sent = {"title": "Renamed", "threshold": "4", "tables": "4", "languages": "fr", "hide": ["methods"]}
    assert room.browser("organiser").post("/o/live/setup", data=sent).status_code == 303
    event, how, hide = seen(room)
    assert (event.title, event.threshold, how.tables, how.languages, how.round) == ("Renamed", 4, 4, ("fr",), "before")
    assert hide == {"methods"}


def test_the_panel_tells_how_much_each_table_has_and_never_what(tmp_path, monkeypatch):
    with opened(tmp_path, monkeypatch, hide=("contents",)) as room:
        host = room.browser("table2")
        host.post("/t/live/2", data={"part": "contents", "base": "0", "r.v": "1", "r.x": "2"})
        line = {"part": "line.a", "base": "0", "kind": "challenge", "text": "a secret line", "place": "1"}
        host.post("/t/live/2", data=line)
        host.post("/t/live/2", data={"part": "people", "base": "0", "members": "6"})
        page = room.browser("presenter").get("/o/live").text
    row = re.search(r'<tr><th scope="row">2<td(.*?)<tr>', page, re.S)[1]
    assert re.findall(r'class="n( miss)?">([^<]*)', "<td" + row) == [
        ("", "6"),
        ("", "2"),
        (" miss", "–"),
        ("", "1"),
        ("", "1 of 3"),
    ]
    assert "a secret line" not in page


def test_a_presenter_reveals_and_hides_and_opens_the_minute_but_does_not_empty_close_or_hand_out_links(room):
    presenter = room.browser("presenter")
    assert do(presenter, "hide:contents").status_code == 303
    assert seen(room)[2] == {"contents"}
    assert do(presenter, "reveal:contents").status_code == 303
    assert seen(room)[2] == set()
    assert do(presenter, "round:after").status_code == 303
    assert seen(room)[1].round == "after"
    refused = ["reset:1", "lock:1", "unlock:1", "close", "open", "clock", "link:presenter", "revoke:x"]
    assert {do(presenter, act).status_code for act in refused} == {403}


def test_a_presenter_sees_no_links_to_hand_out(room):
    assert "/enter/" not in room.browser("presenter").get("/o/live").text
    assert "/enter/" in room.browser("organiser").get("/o/live").text


def test_an_organiser_shuts_opens_and_empties_a_sheet_and_the_table_can_undo_it(room):
    host, organiser = room.browser("table1"), room.browser("organiser")
    host.post("/t/live/1", data={"part": "contents", "base": "0", "r.u": "1"})
    do(organiser, "lock:1")
    assert host.post("/t/live/1", data={"part": "contents", "base": "1", "r.v": "1"}).status_code == 423
    do(organiser, "unlock:1")
    do(organiser, "reset:1")
    assert stands(room) == {"contents": []}
    host.post("/t/live/1/undo", data={"part": "contents"})
    assert stands(room) == {"contents": [["u"]]}


def test_the_clock_is_set_and_taken_away(room):
    organiser, before = room.browser("organiser"), datetime.now(UTC)
    do(organiser, "clock", minutes="40")
    left = (datetime.fromisoformat(seen(room)[1].ends_at) - before).total_seconds() / 60
    assert left == pytest.approx(40, abs=0.5)
    assert "Tables end at" in organiser.get("/o/live").text
    do(organiser, "clock", minutes="0")
    assert seen(room)[1].ends_at == ""
    assert do(organiser, "clock", minutes="601").status_code == 422


def test_answers_are_no_longer_taken_and_taken_again(room):
    organiser, phone = room.browser("organiser"), room.browser()
    do(organiser, "close")
    assert phone.post(room.form, data=filled()).status_code == 409
    do(organiser, "open")
    assert phone.post(room.form, data=filled()).status_code == 303


def test_a_link_is_made_and_taken_back(room):
    organiser = room.browser("organiser")
    do(organiser, "link:table-3")
    page = organiser.get("/o/live").text
    (token,) = re.findall(r"table 3<td class=\"url\"><a href=\"http://room/enter/([^\"]+)\"", page)
    third = room.browser()
    assert third.get(f"/enter/{token}").headers["location"] == "/t/live/3"
    jti = token.partition(".")[0]
    do(organiser, f"revoke:{jti}")
    assert third.get("/t/live/3").status_code == 403
    assert "this link was taken back" in organiser.get("/o/live").text


@pytest.mark.parametrize(
    "act",
    [
        "",
        "explode",
        "link:king",
        "link:table-0",
        "link:table-x",
        "revoke:other",
        "lock:0",
        "hide:nothing",
        "round:never",
    ],
)
def test_an_act_that_is_none_is_refused_and_changes_nothing(room, act):
    before = seen(room)
    assert do(room.browser("organiser"), act).status_code in (400, 422)
    assert seen(room) == before


@pytest.mark.parametrize(
    "back", ["//elsewhere.example", "https://elsewhere.example", "/gaps\\@x", "/a/b", "javascript:x", ""]
)
def test_after_an_act_nobody_is_led_out_of_the_house(room, back):
    assert do(room.browser("organiser"), "close", back=back).headers["location"] == "/o/live"


def test_after_an_act_the_presenter_is_led_back_to_the_page(room):
    answer = do(room.browser("presenter"), "reveal:contents", back="/present?event=live&at=ABC")
    assert answer.headers["location"] == "/present?event=live&at=ABC"


def test_a_server_says_where_the_organiser_enters_and_the_same_at_each_start(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SCTRAIN_DB", address(tmp_path, "new", EMPTY))

    async def start():
        async with Opening(lambda: "http://127.0.0.1:8501").lifespan(None):
            pass

    links = []
    for _ in range(2):
        asyncio.run(start())
        links += re.findall(r"http://127\.0\.0\.1:8501(/enter/\S+)", capsys.readouterr().out)
        _office.cache_clear()
    assert len(links) == 2
    assert links[0] == links[1]


# ---- prints


def test_cards_carry_links_that_open_and_qr_codes_of_just_them(room):
    room.browser("organiser").post("/o/live/do", data={"act": "link:table-3"})
    page = room.browser("organiser").get("/o/live/print/cards").text
    urls = re.findall(r'class="url">(http://room/\S+?)<', page)
    paths = [url.removeprefix("http://room") for url in urls]
    homes = [room.browser().get(path) for path in paths]
    assert [answer.status_code for answer in homes] == [303, 303, 303, 200]
    assert [answer.headers.get("location") for answer in homes[:3]] == [f"/t/live/{n}" for n in (1, 2, 3)]
    codes = [unescape(code) for code in re.findall(r'<img src="(data:[^"]+)"', page)]
    assert codes == [segno.make(url, error="m").svg_data_uri(scale=4, border=2, light="white") for url in urls]


def test_a_link_that_was_taken_back_is_on_no_card(room):
    with writing(room.engine) as connection:
        access.revoke(connection, access.read_link(connection, room.table2).jti)
    assert room.table2 not in room.browser("organiser").get("/o/live/print/cards").text


def test_each_table_has_its_sheet_with_every_option_in_the_order_of_its_number(room):
    page = room.browser("organiser").get("/o/live/print/sheets").text
    articles = re.findall(r"<article.*?</article>", page, re.S)
    assert [re.search("<h1>(.*?)</h1>", a)[1] for a in articles] == ["Table 1", "Table 2", "Table 3"]
    lists = re.findall(r"<ol.*?</ol>", articles[0], re.S)
    assert [re.sub("<[^>]+>|_|\\s", "", one) for one in lists] == ["UVWX", "MN"]


@pytest.mark.parametrize("what", ["sheets", "cards", "script"])
@pytest.mark.parametrize("language", ["es", "fr", "pt"])
def test_prints_speak_the_languages_of_the_form(room, what, language):
    organiser = room.browser("organiser")
    page = organiser.get(f"/o/live/print/{what}?lang={language}").text
    assert f'<html lang="{language}">' in page
    assert page != organiser.get(f"/o/live/print/{what}").text
    assert organiser.get(f"/o/live/print/{what}?lang=xx").status_code == 200


def test_there_is_no_print_of_what_there_is_none(room):
    assert room.browser("organiser").get("/o/live/print/money").status_code == 404


# ---- paper


def paper(browser, act="enter", **typed):
    given = {name.replace("_", "."): value for name, value in typed.items()}
    return browser.post("/o/live/paper/1", data={"act": act} | given)


def test_a_sheet_that_is_typed_twice_alike_is_stored(room):
    organiser = room.browser("organiser")
    assert "first time" in organiser.get("/o/live/paper/1").text
    sheet = {"members": "7", "t_contents": "3 1=2", "t_methods": "2", "kind1": "solution", "text1": "ask  them"}
    assert paper(organiser, **sheet).headers["location"] == "/o/live/paper"
    assert stands(room).keys() == {"first."}
    assert "typed once" in organiser.get("/o/live/paper").text
    assert "second time" in organiser.get("/o/live/paper/1").text
    assert "ask" not in organiser.get("/o/live/paper/1").text  # nobody copies
    paper(organiser, **sheet | {"t_contents": " 3, 2 = 1 "})
    line = {"kind": "solution", "text": "ask them", "competencies": [], "answers": "", "place": 1}
    assert stands(room) == {
        "first.": {},
        "contents": [["w"], ["u", "v"]],
        "methods": [["n"]],
        "people": {"members": 7, "mix": {}},
        "line.paper1": line,
    }
    assert "typed twice, stored" in organiser.get("/o/live/paper").text


def test_where_the_two_times_differ_both_are_shown_and_settled_by_hand(room):
    organiser = room.browser("organiser")
    paper(organiser, members="7", t_contents="3 1", text1="a first line", text2="only once")
    answer = paper(organiser, members="8", t_contents="1 3", text1="a first line")
    assert answer.status_code == 409
    rows = re.findall(r'<tr><th scope="row">(.*?)<td>(.*?)<td>(.*?)(?=<)', answer.text)
    assert rows == [
        ("People at the table", "7", "8"),
        ("Contents", "3 1", "1 3"),
        ("Line 2", "challenge: only once", "nothing"),
    ]
    assert 'name="t.contents" value="1 3"' in answer.text
    assert stands(room).keys() == {"first."}
    paper(organiser, "settle", members="7", t_contents="1 3", text1="a first line")
    assert stands(room)["contents"] == [["u"], ["w"]]
    assert stands(room)["people"]["members"] == 7
    assert "line.paper2" not in stands(room)


def test_a_first_time_can_be_typed_anew(room):
    organiser = room.browser("organiser")
    paper(organiser, t_contents="1")
    assert paper(organiser, "again", t_contents="2").status_code == 303
    paper(organiser, t_contents="2")
    assert stands(room)["contents"] == [["v"]]


def test_a_sheet_typed_anew_later_takes_the_lines_back_that_it_lacks(room):
    organiser = room.browser("organiser")
    for sheet in ({"text1": "one", "text2": "two"}, {"text1": "one"}):
        for _ in range(2):
            paper(organiser, **sheet)
    assert [content["text"] for name, content in sorted(stands(room).items()) if name.startswith("line.")] == [
        "one",
        "",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"t_contents": "5"}, "Contents: '5' is no number on this list; there are 1 to 4"),
        ({"t_contents": "1 2 1"}, "Contents: 1 stands on the list twice"),
        ({"t_contents": "1=="}, "Contents: '' is no number"),
        ({"t_contents": "one"}, "Contents: 'one' is no number"),
        ({"members": "0"}, "People: '0' is no number from 1 to 99"),
        ({"members": "100"}, "People: '100' is no number from 1 to 99"),
    ],
)
def test_a_slip_is_named_and_what_was_typed_stays(room, typed, said):
    answer = paper(room.browser("organiser"), **{"text1": "a line"} | typed)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert 'value="a line"' in answer.text
    assert stands(room) == {}


def test_a_slip_in_what_a_line_is_is_found_when_it_is_stored(room):
    organiser = room.browser("organiser")
    for status in (303, 422):
        assert paper(organiser, kind1="joke", text1="x").status_code == status
    assert stands(room).keys() == {"first."}


def test_a_list_reads_as_it_is_typed():
    catalogue = read_catalogue()
    for topic in catalogue.topic:
        options = list(catalogue.options_of(topic.code))
        ranking = [[options[2]], sorted(options[:2]), [options[-1]]]
        assert read_list(typed_list(ranking, catalogue, topic.code), catalogue, topic.code) == ranking


def test_two_times_that_say_the_same_do_not_differ():
    catalogue = read_catalogue()
    entry = read_entry({"members": "3", f"t.{catalogue.topic[0].code}": "1=2 3"}, catalogue)
    again = read_entry({"members": " 3 ", f"t.{catalogue.topic[0].code}": "2=1, 3"}, catalogue)
    assert differences(entry, again, catalogue) == []


def test_ranks_are_those_of_sports():
    assert ranks_of([["a", "b"], ["c"]]) == {"a": 1, "b": 1, "c": 3}
    assert ranking_of({"c": 9, "a": 4, "b": 4}) == [["a", "b"], ["c"]]


def test_what_was_typed_first_is_on_no_sheet_and_in_no_table(room):
    paper(room.browser("organiser"), t_contents="3 1", text1="a first line")
    assert "first." not in room.browser("table1").get("/t/live/1/state").text
    with room.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sheet")) == 0
