"""The form on a phone: shown, kept, sent, sent again, corrected, withdrawn; in every language the same codes."""

import json
import re
from html.parser import HTMLParser

import pytest
from room.conftest import JSON, ME, drafts, filled, opened, standing
from sqlalchemy import text

from sctrain.catalogue import read_catalogue
from sctrain.languages import LANGUAGES

SENT = {"content-type": "application/json"}


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


class Inputs(HTMLParser):
    """Every input of a page, whether it stands in a label (or has an aria-label), and what the buttons send."""

    def __init__(self, html):
        super().__init__()
        self.lang, self.inputs, self.unlabelled, self.sends, self._labels = "", {}, [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "html":
            self.lang = given["lang"]
        if tag == "label":
            self._labels += 1
        if tag == "button":
            self.sends.append(given.get("value"))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.inputs.setdefault(given["name"], []).append(given.get("value"))
            if not self._labels and "aria-label" not in given:
                self.unlabelled.append(given["name"])

    def handle_endtag(self, tag):
        if tag == "label":
            self._labels -= 1


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The event with the shipped catalogue."""
    folder, catalogue = tmp_path_factory.mktemp("shipped"), read_catalogue()
    with pytest.MonkeyPatch.context() as patch, opened(folder, patch, catalogue=catalogue) as there:
        yield there


def test_who_opens_the_link_fills_in_the_form_and_is_thanked_with_a_code(room):
    phone = room.browser()
    form = phone.get(room.form).text
    me = hidden(form, "me")
    sent = phone.post(room.form, data=filled(me, hidden(form, "edit"), i0="5", l0="2", i1="?", p_role="head"))
    assert (sent.status_code, sent.headers["location"]) == (303, f"{room.form}/thanks")
    assert f"{me[:4]}-{me[4:8]}-{me[8:]}" in phone.get(f"{room.form}/thanks").text
    assert standing(room) == [("52....", "head", "", "dont_know_importance=b")]


def test_a_phone_keeps_its_code_out_of_reach_of_scripts_and_other_sites(room):
    cookie = next(c for c in room.browser().get(room.form).headers.get_list("set-cookie") if c.startswith("me="))
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    secure = room.browser()
    secure.base_url = "https://room"
    assert "Secure" in secure.get(room.form).headers["set-cookie"]


def test_the_same_form_sent_again_is_acknowledged_and_stored_once(room):
    phone = room.browser()
    told = [phone.post(room.form, data=filled(), headers=JSON).json() for _ in range(3)]
    assert told == [{"state": "kept", "edit": 1}, *[{"state": "same", "edit": 1}] * 2]
    assert len(standing(room)) == 1


def test_an_old_form_that_comes_after_its_correction_is_not_taken(room):
    phone = room.browser()
    for edit, mark in ((1, "5"), (2, "3")):
        phone.post(room.form, data=filled(edit=edit, i0=mark))
    assert phone.post(room.form, data=filled(edit=1, i0="5"), headers=JSON).json() == {"state": "older", "edit": 2}
    assert [row[0] for row in standing(room)] == ["3....."]


def test_a_draft_is_kept_for_this_phone_alone_and_counts_for_nobody(room):
    phone = room.browser()
    me = hidden(phone.get(room.form).text, "me")
    assert phone.post(room.form, data=filled(me, act="draft", p_role="head"), headers=JSON).json()["state"] == "kept"
    sent = filled(me, edit=2, act="draft", p_role="head", i0="4", l0="?", t="2")
    phone.post(room.form, data=sent)
    again = phone.get(room.form).text
    assert re.findall(r"name=(\S+) value=(\S+) checked", again) == [("p.role", "head"), ("i0", "4"), ("l0", '"?"')]
    assert 'inputmode="numeric" value="2"' in again
    assert " checked" not in room.browser().get(room.form).text
    assert standing(room) == []


def test_without_scripts_each_section_saves_and_leads_to_the_next(room):
    phone = room.browser()
    me = hidden(phone.get(room.form).text, "me")
    saved = phone.post(f"{room.form}?to=s1", data=filled(me, act="draft", p_role="head"))
    assert saved.headers["location"] == f"{room.form}?again=1#s1"
    odd = phone.post(f"{room.form}?to=//elsewhere", data=filled(me, edit=2, act="draft", p_role="head"))
    assert odd.headers["location"] == f"{room.form}?again=1#s0"
    assert f"{hidden(phone.get(room.form).text, 'edit')}" == "3"


def test_an_empty_form_is_shown_again_with_what_is_missing(room):
    phone = room.browser()
    answer = phone.post(room.form, data={"me": ME, "edit": "1", "form": "1", "act": "send", "t": "2"})
    assert answer.status_code == 422
    assert "The form is empty" in answer.text
    assert 'name="t" type="number" min="1" max="3" inputmode="numeric" value="2"' in answer.text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"i0": "9"}, "'9' is not one of"),
        ({"i0": "½"}, "is not one of"),
        ({"p_role": "boss"}, "'boss' is not one of"),
        ({"t": "100"}, "is no table number"),
        ({"me": "short"}, "damaged"),
        ({"edit": "-1"}, "damaged"),
        ({"edit": "9" * 15}, ""),
    ],
)
def test_what_a_form_of_ours_does_not_send_is_refused_by_name(room, more, said):
    answer = room.browser().post(
        room.form, data=filled(i1="4") | {k.replace("_", "."): v for k, v in more.items()}, headers=JSON
    )
    if said:
        assert answer.status_code == 422
        assert said in answer.json()["error"]
        assert standing(room) == drafts(room) == []
    else:  # the highest number that is one
        assert answer.json()["state"] == "kept"


def as_script(given):
    """The same fields as `form.js` sends them."""
    return {"content": json.dumps({name: [value] for name, value in given.items()}), "headers": JSON | SENT}


def test_what_the_script_sends_is_taken_as_what_the_form_sends(room):
    given = filled(p_role="head", i0="5", l3="?") | {"q.how_long": "", "p.country": "FR"}
    assert room.browser().post(room.form, **as_script(given)).json() == {"state": "kept", "edit": 1}
    scripted = standing(room)
    assert room.browser().post(room.form, data=given | {"me": "AAAABBBBCCCC"}).status_code == 303
    assert standing(room) == scripted * 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("", 422),
        ("[]", 422),
        ("[" * 60_000, 422),
        ('{"me": "K7QF2M9X4TQP", "edit": ["1"]}', 422),
        ('{"me": ["K7QF2M9X4TQP"], "edit": [1]}', 422),
        ('{"me": [["K7QF2M9X4TQP"]], "edit": ["1"]}', 422),
        ('{"me": ["K7QF2M9X4TQP"], "edit": ["1"], "i0": [null]}', 422),
        ('{"me": ["K7QF2M9X4TQP"], "edit": ["1"], "i0": ["\\ud800"], "act": ["send"]}', 422),
        ('{"me": ["\\ud800"], "edit": ["1"], "i0": ["4"], "act": ["send"]}', 422),
        ('{"me": ["K7QF2M9X4TQP"], "edit": ["1"], "p.country": ["\\u0000\\udfff"]}', 422),
        (b"\xff\xfe{", 422),
        (json.dumps({f"x{n}": ["1"] for n in range(700)}), 400),
    ],
)
def test_what_no_script_of_ours_sends_is_refused_and_stored_nowhere(room, sent, status):
    answer = room.browser().post(room.form, content=sent, headers=JSON | SENT)
    assert answer.status_code == status
    assert standing(room) == drafts(room) == []


def test_json_without_a_script_shows_the_form_once_more_as_a_form_would(room):
    answer = room.browser().post(room.form, content='{"me": [], "t": [], "act": ["send"]}', headers=SENT)
    assert answer.status_code == 422
    assert "damaged" in answer.text


def test_a_file_in_place_of_a_text_is_no_answer(room):
    answer = room.browser().post(room.form, data=filled(), files={"i0": ("x.txt", b"5")}, headers=JSON)
    assert answer.status_code == 200
    assert [row[0] for row in standing(room)] == ["52...."]


def test_a_closed_event_takes_no_answers_and_says_so(room, change):
    change(closed=True)
    phone = room.browser()
    assert "no longer taken" in phone.get(room.form).text
    assert phone.post(room.form, data=filled(), headers=JSON).status_code == 409
    assert phone.post(room.form, data=filled()).status_code == 409
    assert standing(room) == []


def test_what_is_wrong_is_said_in_the_language_of_the_phone(room, change):
    change(closed=True)
    spanish = room.browser(headers={"accept-language": "es-ES,es;q=0.9"})
    page = spanish.post(room.form, data=filled())
    assert '<html lang="es">' in page.text
    assert "no longer taken" not in page.text
    assert spanish.post(room.form, data=filled(), headers=JSON).json()["error"] in page.text


def test_another_phone_with_the_code_sees_corrects_and_withdraws(room):
    room.browser().post(room.form, data=filled(p_role="head"))
    other = room.browser()
    assert other.post(f"{room.form}/me", data={"code": " k7qf-2m9x 4tqp "}).headers["location"] == f"{room.form}/me"
    assert "Where I stand" in other.get(f"{room.form}/me").text
    form = other.get(f"{room.form}?again=1").text
    assert "name=p.role value=head checked" in form
    other.post(room.form, data=filled(hidden(form, "me"), hidden(form, "edit"), p_role="officer"))
    assert [row[1] for row in standing(room)] == ["officer"]
    assert "are erased" in other.post(f"{room.form}/withdraw").text
    assert standing(room) == []


def test_what_a_phone_still_sends_after_a_withdrawal_is_refused(room):
    phone = room.browser()
    phone.get(room.form)
    phone.post(room.form, data=filled())
    phone.cookies.clear()
    phone.post(f"{room.form}/me", data={"code": ME})
    phone.post(f"{room.form}/withdraw")
    assert phone.post(room.form, data=filled(edit=9), headers=JSON).status_code == 410
    assert standing(room) == []
    assert hidden(phone.get(room.form).text, "me") != ME  # whoever goes on does so under another code


def test_a_change_after_sending_that_was_not_sent_is_pointed_out(room):
    phone = room.browser()
    me = hidden(phone.get(room.form).text, "me")
    phone.post(room.form, data=filled(me, i0="5"))
    phone.post(room.form, data=filled(me, edit=2, act="draft", i0="4"))
    thanks = phone.get(f"{room.form}/thanks").text
    assert "your answers have arrived" in thanks
    assert "not sent it yet" in thanks
    assert [row[0] for row in standing(room)] == ["5....."]


@pytest.mark.parametrize("code", ["", "K7QF", "K7QF-2M9X-4TQ0", "AAAA-AAAA-AAAA", "'; DROP TABLE answer; --"])
def test_a_code_that_nobody_has_opens_nothing(room, code):
    room.browser().post(room.form, data=filled())
    assert room.browser().post(f"{room.form}/me", data={"code": code}).status_code == 404


def test_codes_cannot_be_guessed_at_speed(room):
    phone = room.browser()
    statuses = [phone.post(f"{room.form}/me", data={"code": "AAAA-AAAA-AAAA"}).status_code for _ in range(25)]
    assert statuses == [404] * 20 + [429] * 5


def test_one_phone_cannot_flood_the_room_and_others_are_not_held_up_by_it(room):
    phone = room.browser()
    statuses = {phone.post(room.form, data=filled(edit=n), headers=JSON).status_code for n in range(1, 130)}
    assert statuses == {200, 429}
    assert phone.post(room.form, data=filled("AAAABBBBCCCC"), headers=JSON).status_code == 200


def test_where_i_stand_shows_own_marks_beside_the_room_from_the_threshold_on(room):
    phones = [room.browser() for _ in range(3)]
    for n, phone in enumerate(phones):
        me = hidden(phone.get(room.form).text, "me")
        phone.post(room.form, data=filled(me, i0="5", l0=str(n + 1), i1="4"))
        page = phone.get(f"{room.form}/me").text
        assert ("Fewer than 3 people" in page) == (n < 2)
    row = re.search(r'<th scope="row">Competency A(.*?)<tr', page, re.S)[1]
    cells = re.findall(r'<td class="n"[^>]*>([^<\n]*)', row)
    assert cells[:3] == ["5", "3", "2"]  # importance, level, gap of the third phone
    assert cells[3].startswith("3.0 (")  # gaps 4, 3, 2
    assert cells[4] == "3"


def test_an_own_gap_below_zero_has_a_minus(room):
    phone = room.browser()
    phone.post(room.form, data=filled(hidden(phone.get(room.form).text, "me"), i0="1", l0="4"))
    assert '<td class="n" data-what="My gap">−3' in phone.get(f"{room.form}/me").text


def test_the_short_list_is_put_in_order_where_a_round_is_open(room, change):
    phone = room.browser()
    assert "No short list is open" in phone.get(f"{room.form}/order").text
    change(round="before")
    assert "Fill in the form first" in phone.get(f"{room.form}/order").text
    assert phone.post(f"{room.form}/order", data={"r.a": "1", "r.b": "2", "r.c": "3"}).status_code == 403
    phone.get(room.form)
    assert "What should be trained first" in phone.get(f"{room.form}/order").text
    assert "is kept" in phone.post(f"{room.form}/order", data={"r.a": "2", "r.b": "3", "r.c": "1"}).text
    change(round="after")
    phone.post(f"{room.form}/order", data={"r.a": "1", "r.b": "3", "r.c": "2"})
    with room.engine.connect() as connection:
        kept = connection.execute(text("SELECT round, options FROM ordering ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [("before", "c+a+b"), ("after", "a+c+b")]


@pytest.mark.parametrize(
    "ranks", [{"r.a": "1", "r.b": "1", "r.c": "2"}, {"r.a": "1", "r.b": "2"}, {"r.a": "1", "r.b": "x", "r.c": "2"}, {}]
)
def test_an_order_names_each_once_or_is_asked_for_again(room, change, ranks):
    change(round="before")
    phone = room.browser()
    phone.get(room.form)
    answer = phone.post(f"{room.form}/order", data=ranks)
    assert answer.status_code == 422
    assert "a rank of its own" in answer.text
    if ranks.get("r.b") == "1":
        assert "<option selected>1" in answer.text


def test_an_order_after_the_minute_is_over_is_not_kept(room):
    phone = room.browser()
    phone.get(room.form)
    assert phone.post(f"{room.form}/order", data={"r.a": "1", "r.b": "2", "r.c": "3"}).status_code == 409


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_is_whole_without_scripts_and_read_out_well(shipped, language):
    page = shipped.browser().get(f"{shipped.form}?lang={language}").text
    found, catalogue = Inputs(page), read_catalogue()
    assert found.lang == language
    assert found.unlabelled == []
    for place in range(len(catalogue.codes)):
        assert found.inputs[f"i{place}"] == found.inputs[f"l{place}"] == ["1", "2", "3", "4", "5", "?"]
    assert {f"p.{name}" for name in catalogue.dimensions} <= found.inputs.keys()
    sections = len(re.findall("<section ", page))
    assert found.sends == ["draft"] * (sections - 1) + ["send"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_with_style_and_script_weighs_less_than_30_kb_as_sent(shipped, language, record_property):
    phone = shipped.browser(headers={"accept-encoding": "gzip"})
    page = phone.get(f"{shipped.form}?lang={language}")
    paths = re.findall(r'(?:src|href)="(/room/[^"]+)"', page.text)
    assert len(paths) == 2
    parts = [page, *(phone.get(path) for path in paths)]
    assert all(part.headers["content-encoding"] == "gzip" for part in parts)
    sizes = [int(part.headers["content-length"]) for part in parts]
    record_property("raw", sum(len(part.content) for part in parts))
    record_property("sent", sum(sizes))
    assert sum(sizes) < 30_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_in_any_language_land_on_the_same_codes(shipped, language):
    phone = shipped.browser()
    page = phone.get(f"{shipped.form}?lang={language}").text
    found, given = Inputs(page), {}
    for name, values in found.inputs.items():
        listed = [value for value in values if value]
        if listed and name != "t":
            given[name] = listed[-1]
    country = re.search(r'<select name="p.country">(.*?)</select>', page, re.S)
    if country:
        given["p.country"] = "DE" if 'value="DE"' in country[1] else re.findall('value="([^"]+)"', country[1])[0]
    me, edit = hidden(page, "me"), hidden(page, "edit")
    sent = phone.post(
        shipped.form, data=filled(me, edit, form=hidden(page, "form"), **{}) | given | {"form": hidden(page, "form")}
    )
    assert sent.status_code == 303
    with shipped.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM answer ORDER BY id")).mappings().all()
    known = {"id", "person", "version", "submitted_at"}
    assert len({tuple((k, v) for k, v in row.items() if k not in known) for row in rows}) == 1


def test_static_files_are_served_by_name_only(room):
    phone = room.browser()
    assert phone.get("/room/form.js").headers["content-type"].startswith("text/javascript")
    for odd in ("..%2foffice.py", "office.py", "%2e%2e%2fdoors.py", "nothing.css"):
        assert phone.get(f"/room/{odd}").status_code == 404
