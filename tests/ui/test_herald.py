"""What open pages are told, in which order. That they draw it is a journey (tests/browser/test_live_journeys.py)."""

import pytest
from live import live_store
from support import submissions

from sctrain.catalogue import read_catalogue
from sctrain.errors import StoreError
from sctrain.selection import Selection
from sctrain.store import phones, stage
from sctrain.store.engine import open_store, writing
from sctrain.store.sheets import SheetRows, put_sheets
from sctrain.store.write import NewEvent, add_answers, add_event
from sctrain.ui import data, herald, live, presenting, progress
from sctrain.ui.herald import CROWD, SHARE, WHOLE, Herald
from sctrain.ui.live import BAR_EVERY, LINK, PAGE, PROGRESS, SINCE, Open
from sctrain.ui.titles import TITLES

ROOM = Selection(("room",))
CARD = "54" * 29


@pytest.fixture
def room(tmp_path, monkeypatch):
    """An event with six answers, and a function that has one more person answer."""
    url = f"sqlite:///{tmp_path / 'room.db'}"
    monkeypatch.setenv("SCTRAIN_DB", url)
    engine = open_store(url)
    add_event(engine, NewEvent("room", "The room"), read_catalogue())
    people = iter(range(1000))

    def answer(many=1, role="elected"):
        add_answers(engine, "room", submissions(*((f"p{next(people)}", role, CARD) for _ in range(many))))
        data.changed()
        return data.newest()

    answer(6)
    answer.engine = engine
    return answer


def opened(path, selection=ROOM, **how):
    now = Open(path, selection, data.newest(), **how)
    now.around = data.surroundings(selection, now.drawn) if selection else ()
    return now


@pytest.mark.parametrize("path", TITLES)
def test_while_the_data_stay_the_same_nothing_is_due(room, path):
    assert opened(path).due() is None


@pytest.mark.parametrize(
    ("path", "due"),
    [("overview", (LINK, PAGE)), ("gaps", (LINK, PAGE)), ("programme", WHOLE), ("tables", None), ("present", None)],
)
def test_an_answer_is_drawn_where_it_alters_something(room, path, due):
    now = opened(path)
    version = room()
    assert now.due() == due
    assert now.asked == (version if due == (LINK, PAGE) else 0)
    assert now.due() == due  # nobody has drawn it yet
    if due is None:
        assert now.drawn == version


def test_a_list_of_a_table_is_not_drawn_where_people_speak(room):
    people, tables = opened("gaps"), opened("tables")
    with writing(room.engine) as connection:
        put_sheets(connection, "room", {1: SheetRows({"members": 6, "mix": ""})}, "desk")
    data.changed()
    assert (people.due(), tables.due()) == (None, (LINK, PAGE))


def test_a_frozen_page_says_what_has_come_since_and_no_more(room):
    frozen = opened("gaps", Selection(("room",), version=data.newest()))
    room(6, role="citizen")  # another filter would be offered
    assert frozen.due() == (SINCE,)


def test_a_page_without_data_is_drawn_whole_as_they_come(room):
    nothing = opened("", None)
    assert nothing.due() is None
    room()
    assert nothing.due() == WHOLE


@pytest.mark.parametrize(
    ("many", "seconds", "due"),
    [(False, 0, WHOLE), (True, BAR_EVERY - 1, (LINK, PAGE)), (True, 2 * BAR_EVERY, WHOLE)],
)
def test_a_bar_that_offers_more_is_drawn_for_few_at_once_and_for_many_now_and_then(
    room, monkeypatch, many, seconds, due
):
    clock = [1000.0]
    monkeypatch.setattr(live, "monotonic", lambda: clock[0])
    monkeypatch.setattr(Herald, "are_many", lambda _: many)
    now = opened("gaps")
    room(6, role="citizen")
    clock[0] += seconds
    assert now.due() == due
    if many:  # it is owed, whether anybody answers or not
        now.drawn = data.newest()
        clock[0] += BAR_EVERY + 1
        assert now.due() == WHOLE


def test_the_bars_of_many_are_not_all_drawn_at_once(room):
    again = sorted(opened("gaps").bar_again for _ in range(50))
    assert again[-1] - again[0] > BAR_EVERY / 2


@pytest.fixture
def event(tmp_path, monkeypatch):
    """A live event, and a clock that is moved on by hand."""
    with live_store(tmp_path) as made:
        monkeypatch.setenv("SCTRAIN_DB", made.engine.url.render_as_string(hide_password=False))
        made.clock = [100.0]
        for module in (presenting, progress):
            monkeypatch.setattr(module, "monotonic", lambda: made.clock[0])
        yield made


LIVE_ROOM = Selection(("live",))


def test_who_follows_is_drawn_whole_where_the_presenter_has_gone_on(event):
    now, other = opened("methods", LIVE_ROOM, follows="live"), opened("methods", LIVE_ROOM)
    assert now.due() is None
    with writing(event.engine) as connection:
        view = stage.save_view(connection, "live", "gaps", "event=live", "Gaps")
        stage.show(connection, event.presenter, "live", view.code)
    assert now.due() is None  # all who follow share one look
    event.clock[0] += herald.MOMENT
    assert (now.due(), other.due()) == (WHOLE, None)
    now.followed = view.code
    assert now.due() is None


def test_the_room_live_is_drawn_as_somebody_begins(event):
    now = opened("live", LIVE_ROOM)
    assert now.due() == (PROGRESS,)  # it has not been drawn
    now.progress = progress.now("live")
    assert now.due() is None
    with writing(event.engine) as connection:
        phones.save_draft(connection, event.phone, phones.form_of(connection, "live"), "somebody", 1, "{}")
    assert now.due() is None
    event.clock[0] += progress.EVERY
    assert now.due() == (PROGRESS,)
    assert progress.now("live").begun == 1


class Told:
    """A page that is due until it has been told."""

    def __init__(self, view, due=("page",), order=1):
        self.view, self.due_now, self.order = view, due, order

    def due(self):
        return self.due_now


@pytest.fixture
def hall(monkeypatch):
    """A herald with pages by session, what it does, and which sessions are connected, known or drawing."""
    done, gone, away, busy = [], set(), set(), set()
    made = Herald(lambda: done.append("refresh"))
    made.clock = [1000.0]

    def run_anew(session, fragments, within, still):
        if session in busy or not still():
            return False
        done.append((session, fragments))
        if fragments != WHOLE:
            made._pages[session].due_now = None
        return True

    monkeypatch.setattr(herald, "_session", lambda name: None if name in away | gone else name)
    monkeypatch.setattr(herald, "_is_known", lambda name: name not in gone)
    monkeypatch.setattr(herald, "run_anew", run_anew)
    monkeypatch.setattr(herald, "monotonic", lambda: made.clock[0])
    made.done, made.gone, made.away, made.busy = done, gone, away, busy
    return made


def told(hall):
    """Run a round; who is told in it."""
    hall.done.clear()
    hall.round()
    return [one for one in hall.done if one != "refresh"]


def test_who_see_the_same_are_told_one_after_another_of_the_data_as_they_are_then(hall):
    for name, view in (("ann", "gaps"), ("ben", "who"), ("cem", "gaps")):
        hall._pages[name] = Told(view)
    hall.round()
    assert hall.done == ["refresh", ("ann", ("page",)), ("cem", ("page",)), "refresh", ("ben", ("page",))]
    hall.done.clear()
    hall.round()
    assert hall.done == ["refresh", "refresh"]


def test_many_pages_are_told_of_the_same_data_for_a_moment(hall, monkeypatch):
    monkeypatch.setattr(herald, "sleep", lambda _: None)
    hall._pages |= {str(n): Told(f"view {n}") for n in range(CROWD + 1)}
    hall.round()
    assert hall.done.count("refresh") == 1
    hall.round()
    assert hall.done.count("refresh") == 1
    hall.clock[0] += herald.FRESH
    hall.round()
    assert hall.done.count("refresh") == 2


def test_who_follows_the_presenter_is_told_first(hall):
    hall._pages |= {"ann": Told("gaps"), "ben": Told("who", order=0)}
    assert [name for name, _ in told(hall)] == ["ben", "ann"]


def test_who_is_away_is_told_when_they_are_back_and_who_has_left_is_forgotten(hall):
    hall._pages |= {"away": Told("gaps"), "gone": Told("gaps")}
    hall.away.add("away")
    hall.gone.add("gone")
    assert told(hall) == []
    assert set(hall._pages) == {"away"}
    hall.away.clear()
    assert told(hall) == [("away", ("page",))]


def test_a_page_that_was_left_meanwhile_is_not_told_for_the_next_one(hall):
    class Left(Told):
        def due(self):
            hall._pages["ann"] = Told("who", due=None)  # a choice of theirs was drawn while others were told
            return super().due()

    hall._pages["ann"] = Left("gaps")
    assert told(hall) == []


def test_one_that_cannot_be_told_keeps_nobody_else_from_it(hall, caplog):
    class Broken(Told):
        def due(self):
            raise ZeroDivisionError

    hall._pages |= {"ann": Broken("gaps"), "ben": Told("who")}
    assert told(hall) == [("ben", ("page",))]
    assert "could not be told" in caplog.text


def test_a_page_that_cannot_be_read_is_drawn_whole_to_say_so_and_not_over_and_over(hall):
    class Erased(Told):
        def due(self):
            raise StoreError("there is no event")

    hall._pages["ann"] = Erased("gaps")
    hall.busy.add("ann")
    assert told(hall) == []
    hall.busy.clear()
    assert told(hall) == [("ann", WHOLE)]
    assert told(hall) == []
    hall.clock[0] += herald.AGAIN
    assert told(hall) == [("ann", WHOLE)]
    hall._pages["ann"] = Told("gaps", due=WHOLE)  # a run that came through brings a page of its own
    assert told(hall) == [("ann", WHOLE)]


@pytest.mark.parametrize(("pages", "rests"), [(CROWD, 0), (CROWD + 1, CROWD + 1)])
def test_between_two_of_many_pages_phones_have_their_turn(hall, monkeypatch, pages, rests):
    slept, real = [], herald.run_anew

    def drawn_for_a_second(*args):
        hall.clock[0] += 1
        return real(*args)

    monkeypatch.setattr(herald, "sleep", slept.append)
    monkeypatch.setattr(herald, "run_anew", drawn_for_a_second)
    hall._pages |= {str(n): Told("gaps") for n in range(pages)}
    hall.round()
    assert slept == pytest.approx([1 / SHARE - 1] * rests)
