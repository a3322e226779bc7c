"""The disk is full, or the file is damaged: what a phone, a table and the organiser are told, and what they keep."""

import asyncio
import sys
from datetime import date

import pytest
from databases import of_sqlite
from room.conftest import JSON, ME, drafts, filled, standing
from sqlalchemy import event, text

from sctrain.room.opening import Opening
from sctrain.store.engine import writing

pytestmark = of_sqlite("its file and its disk")

ES = {"accept-language": "es"}


@pytest.fixture
def full(room):
    """The room, whose server's disk has no page left."""
    engine = room.office.engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages + 1}"))
    return room


def until_full(room, **more):
    """What the first phone hears that does not get its answer stored."""
    for k in range(400):
        heard = room.browser(**more).post(
            room.form, data=filled(f"K7QF2M9X4{k:03}".replace("0", "A").replace("1", "B"))
        )
        if heard.status_code != 303:
            return heard
    return None


def test_a_phone_without_script_gets_its_form_back_as_it_was_filled_in(full):
    heard = until_full(full, headers=ES)
    assert heard.status_code == 503
    assert "No se ha podido guardar; vuelva a intentarlo dentro de un momento, por favor." in heard.text
    assert "name=i0 value=5 checked" in heard.text
    assert "disk" not in heard.text  # why is for who runs the server


def test_a_phone_with_script_is_told_to_send_again_and_does_when_there_is_space(full):
    until_full(full)
    heard = full.browser().post(full.form, data=filled(), headers=JSON)
    assert (heard.status_code, heard.headers["retry-after"]) == (503, "2")
    assert "could not be stored" in heard.json()["error"]
    before = len(standing(full))
    full.office.engine.dispose()
    event.listen(full.office.engine, "connect", lambda c, _: c.execute("PRAGMA max_page_count = 100000"))
    assert full.browser().post(full.form, data=filled(), headers=JSON).json()["state"] == "kept"
    assert len(standing(full)) == before + 1
    assert len(drafts(full)) == before + 1


def test_the_organiser_sees_why_nothing_is_stored_and_others_do_not(full):
    assert "Nothing could be stored" not in full.browser("organiser").get("/o/live").text
    until_full(full)
    assert "Nothing could be stored just now: the disk is full" in full.browser("organiser").get("/o/live").text
    assert "disk" not in full.browser("presenter").get("/o/live").text


def test_a_table_without_script_gets_its_ranks_back(full):
    until_full(full)
    scribe = full.browser("table1")
    sent = {"part": "contents", "base": "0", "r.u": "2", "r.v": "1"}
    heard = scribe.post("/t/live/1", data=sent)
    while heard.status_code == 303:  # a small change may still find its place
        sent["base"] = str(int(sent["base"]) + 1)
        sent |= {"r.u": sent["r.v"], "r.v": sent["r.u"]}
        heard = scribe.post("/t/live/1", data=sent)
    assert heard.status_code == 503
    assert "could not be stored" in heard.text


def test_a_store_that_cannot_be_read_is_said_without_a_traceback(room):
    engine = room.office.engine
    engine.dispose()
    with open(engine.url.database, "r+b") as held:  # noqa: PTH123 - altered in place, as by a failing disk
        held.seek(4096)
        held.write(b"\xa5" * 400_000)
    for path, headers in ((room.form, {}), (room.form, ES), ("/o/live", JSON)):
        heard = room.browser().get(path, headers=headers)
        assert heard.status_code == 503
        assert "retry-after" in heard.headers
        said = "no puede acceder a sus datos" if headers is ES else "cannot get at its data"
        assert said in heard.text
        assert "sqlite" not in heard.text.lower()


def test_an_emptied_table_is_put_back_by_one_button(room):
    organiser, scribe = room.browser("organiser"), room.browser("table1")
    scribe.post("/t/live/1", data={"part": "contents", "base": "0", "r.u": "2", "r.v": "1"})
    assert "Put back" not in organiser.get("/o/live").text
    organiser.post("/o/live/do", data={"act": "reset:1"})
    assert 'value="back:1"' in organiser.get("/o/live").text
    assert organiser.post("/o/live/do", data={"act": "back:1"}).status_code == 303
    assert scribe.get("/t/live/1/state").json()["parts"]["contents"]["content"] == [["v"], ["u"]]
    assert "Put back" not in organiser.get("/o/live").text
    assert room.browser("presenter").post("/o/live/do", data={"act": "back:1"}).status_code == 403


def test_the_organiser_withdraws_for_somebody_who_gives_the_code(room):
    room.browser().post(room.form, data=filled())
    organiser = room.browser("organiser")
    act = {"act": "withdraw", "who": "k7qf-2m9x-4tqp"}
    assert room.browser("presenter").post("/o/live/do", data=act).status_code == 403
    assert len(standing(room)) == 1
    assert organiser.post("/o/live/do", data=act).status_code == 303
    assert standing(room) == []
    again = organiser.post("/o/live/do", data=act)
    assert again.status_code == 422
    assert "Nothing is stored under this personal code or id" in again.text
    assert room.browser().post(room.form, data=filled(ME, 2)).status_code == 410


def test_a_form_says_what_becomes_of_the_answers(room, change):
    change(retain_until=date(2027, 6, 30))
    assert "Kept until 30 June 2027." in room.browser().get(room.form).text
    change(at_end="anonymise")
    assert "Kept until 30 June 2027, then made anonymous." in room.browser().get(room.form).text
    assert "then made anonymous" in room.browser("organiser").get("/o/live").text


def events_left(room):
    with room.engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM event"))


@pytest.mark.parametrize(("seen", "left"), [("2020-01-03T00:00:00+00:00", 0), (None, 1)])
def test_a_server_ends_the_time_of_an_event_a_day_after_it_saw_that_it_is_over(room, change, monkeypatch, seen, left):
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)  # of this process, so of other tests
    change(retain_until=date(2020, 1, 1))
    if seen:
        with writing(room.engine) as connection:
            connection.execute(text("INSERT INTO setting VALUES ('due live', :seen)"), {"seen": seen})

    def is_done():
        with room.engine.connect() as connection:
            noted = connection.scalar(text("SELECT count(*) FROM setting WHERE name = 'due live'"))
        return noted != bool(seen)

    async def serve():
        async with Opening(lambda: "http://room").lifespan(None):
            for _ in range(200):
                await asyncio.sleep(0.05)
                if is_done():
                    return

    asyncio.run(serve())
    assert is_done()
    assert events_left(room) == left
