"""Who withdraws is gone at every data version and does not come back; what is kept ends on its day."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from databases import POSTGRESQL, copied, everything, of_sqlite
from live import answer, live_store
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from support import submissions

from sctrain import views
from sctrain.errors import AccessError, SelectionError, StoreError
from sctrain.selection import Selection
from sctrain.store import access, desk, phones, queries, retention, setup, stage, trail, trash
from sctrain.store.coding import Coding, add_codings, noted
from sctrain.store.engine import connect, writing
from sctrain.store.health import examine
from sctrain.store.orderings import orders
from sctrain.store.schema import metadata
from sctrain.store.sheets import sheets
from sctrain.store.write import NewEvent, add_answers, add_event

PEOPLE = ("ann", "bob", "cyd", "dan", "eve")


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path) as found:
        yield found


def people(engine, code, version=None):
    with engine.connect() as connection:
        return queries.cards(connection, [code], version).n


def withdraw(engine, code, *called):
    with writing(engine) as connection:
        return phones.withdraw_for(connection, code, called)


def rows(*names, role="head", ratings="543.21"):
    return submissions(*((name, role, ratings) for name in names))


def shown(engine, version=None, by="role"):
    """n of competency a, by group that is shown, at a data version, as the page Gaps has it."""
    selection = Selection(("room",), by=by, version=version)
    frame = views.gaps(views.read(engine, selection), selection)
    frame = frame[(frame["competency"] == "a") & ~frame["suppressed"]]
    return dict(zip(frame["group"], frame["n"], strict=True))


def test_a_frozen_link_hides_a_cell_that_falls_below_the_threshold_through_a_withdrawal(store):
    """Five heads and six officers, where five must be; a head withdraws later: no data version shows the heads now."""
    add_answers(store, "room", pd.concat([rows(*PEOPLE), rows(*"uvwxyz", role="officer")]))
    frozen = add_answers(store, "room", rows("ann", ratings="111111")).version
    add_answers(store, "room", rows(*"opqrst", role="officer"))
    assert shown(store, frozen) == {"head": 5, "officer": 6}
    assert withdraw(store, "room", "bob")
    with store.connect() as connection:
        last = queries.data_version(connection)
    for version in (None, *range(1, last + 1)):
        assert "head" not in shown(store, version), version
    assert [people(store, "room", v) for v in (frozen - 1, frozen, last)] == [10, 10, 16]


def test_who_is_withdrawn_by_the_id_of_the_import_is_erased_and_only_a_hash_is_left(store):
    add_answers(store, "room", rows("mayor@example.org", "bob"))
    add_answers(store, "room", rows("mayor@example.org", ratings="111111"))
    assert withdraw(store, "room", "", "mayor@example.org")
    assert not withdraw(store, "room", "mayor@example.org")
    assert people(store, "room") == 1
    said = everything(store)
    assert "mayor" not in said
    assert "111111" not in said
    with store.connect() as connection:
        left = connection.execute(text("SELECT edit, state, content FROM draft")).all()
        assert [tuple(row) for row in left] == [(0, "withdrawn", "")]


def test_an_import_that_brings_back_who_has_withdrawn_lists_the_row_and_stores_nothing_of_it(store):
    add_answers(store, "room", rows(*PEOPLE))
    withdraw(store, "room", "cyd")
    with store.connect() as connection:
        before = queries.data_version(connection)
    again = add_answers(store, "room", rows(*PEOPLE))
    assert (again.added, again.corrected, again.unchanged, again.withdrawn) == (0, 0, 4, (4,))  # row 1 is the heading
    assert again.version == before
    more = add_answers(store, "room", rows("new", *PEOPLE, ratings="555555"))
    assert (more.added, more.corrected, more.withdrawn) == (1, 4, (5,))
    assert people(store, "room") == 5
    assert max(people(store, "room", v) for v in range(more.version)) == 4


@of_sqlite("its file and its log")
def test_what_was_withdrawn_stands_in_no_file_once_the_hour_is_over_while_the_server_runs(live):
    """The log beside the database keeps what was written; it is emptied with other connections open."""
    answer(live, "bob", profile={"country": ("Narnia",)})
    files = [Path(f"{live.engine.url.database}{ending}") for ending in ("", "-wal")]
    with live.engine.connect() as other:
        other.execute(text("SELECT 1 FROM answer"))
        other.rollback()
        withdraw(live.engine, "live", "bob")
        assert b"Narnia" in files[1].read_bytes()
        retention.keep_promises(live.engine, datetime.now(UTC))
        assert [b"Narnia" in file.read_bytes() for file in files] == [False, False]


def test_somebody_who_withdraws_by_code_from_a_live_event_stays_in_no_version_and_others_do(live):
    for me in PEOPLE:
        answer(live, me)
    answer(live, "bob", "11....", edit=2)
    assert withdraw(live.engine, "live", "bob", "somebody else")
    with live.engine.connect() as connection:
        last = queries.data_version(connection)
    assert max(people(live.engine, "live", v) for v in range(last + 1)) == 4
    assert answer(live, "bob", edit=3).state == "withdrawn"
    assert answer(live, "ann", "55....", edit=2).state == "kept"


def test_a_withdrawal_from_an_event_that_is_not_there_is_refused(store):
    with pytest.raises(StoreError, match="no event 'nowhere'"):
        withdraw(store, "nowhere", "ann")


def test_a_withdrawal_is_of_one_event(store, small):
    add_event(store, NewEvent("other", "Other"), small)
    for code in ("room", "other"):
        add_answers(store, code, rows(*PEOPLE))
    withdraw(store, "room", "ann")
    assert (people(store, "room"), people(store, "other")) == (4, 5)


# The end of an event's time

DAY = date(2026, 6, 30)
AFTER = datetime(2026, 7, 1, 9, tzinfo=UTC)
NOTE = {"kind": "challenge", "text": "Ann of the Porto office sleeps"}
OPEN = {"kind": "challenge", "text": "Silos"}


def end_on(engine, day, at_end, code="live"):
    with writing(engine) as connection:
        setup.put(connection, code, retain_until=day, at_end=at_end)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Five heads and one officer have answered, one of them twice; one has withdrawn, one has only a draft."""
    with live_store(tmp_path_factory.mktemp("made")) as live:
        fill(live)
        live.engine.dispose()
        yield live


def fill(live):
    for me in PEOPLE:
        answer(live, me, profile={"role": ("head",), "country": ("PT",)})
    answer(live, "ann", "11....", edit=2, profile={"role": ("head",), "country": ("PT",)})
    answer(live, "fay", profile={"role": ("officer",), "country": ("AD",)}, replies={"long": ("day",)})
    answer(live, "gus")
    with writing(live.engine) as connection:
        form = phones.form_of(connection, "live")
        setup.put(connection, "live", shortlist="a+b", round="before")
        phones.put_in_order(connection, live.phone, "live", "ann", ["b", "a"])
        phones.save_draft(connection, live.phone, form, "slow", 1, '{"p.country": "Narnia"}')
        phones.withdraw(connection, "live", "gus")
        for name, content in (("contents", [["u"], ["v"]]), ("line.x", NOTE), ("line.y", OPEN)):
            desk.save(connection, live.table1, "live", 1, desk.Change(name, 0, content, device="ipad7"))
    with live.engine.connect() as connection:
        lines = noted(connection, "live")
    place = lines.loc[lines["text"] == "Silos", "line"].item()
    add_codings(live.engine, "live", [Coding(1, int(place), code="silos", cleared=True)])


@pytest.fixture
def full(made, tmp_path):
    """A copy of that store, for one test."""
    engine = connect(copied(str(made.engine.url), tmp_path, "live"))
    yield SimpleNamespace(**vars(made) | {"engine": engine})
    engine.dispose()


def test_an_event_that_is_to_be_erased_is_gone_with_all_that_hangs_on_it(full):
    end_on(full.engine, DAY, "erase")
    (done,) = retention.purge(full.engine, AFTER)
    assert (done.event, done.at_end, done.answers) == ("live", "erase", 7)
    with full.engine.connect() as connection:
        left = {name for name in metadata.tables if connection.scalar(text(f"SELECT count(*) FROM {name}"))}
    assert left == {"change", "setting", "catalogue", "questionnaire", "item", "trail"}
    assert [one for one in examine(full.engine) if one.is_fault] == []
    full.engine.dispose()
    if not POSTGRESQL:  # which says nothing of free space: docs/server.md
        assert b"Porto office" not in Path(full.engine.url.database).read_bytes()  # secure_delete


def test_an_event_that_is_to_be_anonymous_shows_its_numbers_on_and_leads_to_nobody(full):
    with full.engine.connect() as connection:
        last = queries.data_version(connection)
        old = set(connection.scalars(text("SELECT person FROM answer")))
        before = [(queries.cards(connection, ["live"], v).n, _pairs(connection, v)) for v in range(1, last + 1)]
    end_on(full.engine, DAY, "anonymise")
    retention.purge(full.engine, AFTER)
    with full.engine.connect() as connection:
        assert [(queries.cards(connection, ["live"], v).n, _pairs(connection, v)) for v in range(1, last + 1)] == before
        new = set(connection.scalars(text("SELECT person FROM answer")))
        assert len(new) == len(old) == 6
        assert not new & old
        times = connection.scalars(text("SELECT at FROM change JOIN answer USING (version)"))
        hours = {str(at)[11:19] for at in times}
        assert hours == {"00:00:00"}
        assert set(connection.execute(text("SELECT submitted_at, seconds FROM answer"))) == {("", None)}
        assert phones.own(connection, phones.form_of(connection, "live"), "ann").state == "none"
        assert {link.role for link in access.links(connection, "live")} == {"organiser", "presenter"}
    said = everything(full.engine, "answer", "draft", "desk", "note", "coding", "sheet", "ordering", "trail")
    for gone in (*old, "Narnia", "Porto office", "ipad7", "officer", "AD"):
        assert gone not in said
    assert "Silos" in said
    assert [one for one in examine(full.engine) if one.is_fault] == []


def _pairs(connection, version):
    return np.sort(queries.cards(connection, ["live"], version).pairs, axis=1).tolist()


def test_an_option_that_fewer_gave_than_the_threshold_is_not_kept_and_the_others_are(full):
    end_on(full.engine, DAY, "anonymise")
    retention.purge(full.engine, AFTER)
    with full.engine.connect() as connection:
        standing = text("SELECT role, country, replies FROM answer WHERE replaced_in IS NULL ORDER BY role")
        rows = [tuple(row) for row in connection.execute(standing)]
    assert rows == [("", "", "long=day"), *[("head", "PT", "")] * 5]


def test_one_person_s_answers_and_order_stay_together_under_the_new_name(full):
    end_on(full.engine, DAY, "anonymise")
    retention.purge(full.engine, AFTER)
    with full.engine.connect() as connection:
        same = "SELECT count(DISTINCT answer.id) FROM answer JOIN ordering USING (event, person)"
        assert connection.scalar(text(same)) == 2  # ann's answer and its correction
        found = orders(connection, "live")
    assert found.people["before"].tolist() == ["b+a"]
    assert found.people["role"].tolist() == ["head"]


def test_what_is_anonymous_takes_no_more_answers_by_phone_or_file_and_cannot_be_opened_again(full):
    end_on(full.engine, DAY, "anonymise")
    retention.purge(full.engine, AFTER)
    with pytest.raises(AccessError):
        answer(full, "new")
    for refused in (
        lambda: add_answers(full.engine, "live", rows("new", ratings="......")),
        lambda: _put(full.engine, closed=False),
    ):
        with pytest.raises(StoreError, match="was made anonymous on 2026-07-01, at the end of its time"):
            refused()
    assert retention.purge(full.engine, AFTER) == []
    assert people(full.engine, "live") == 6


def _put(engine, **values):
    with writing(engine) as connection:
        setup.put(connection, "live", **values)


def test_nothing_ends_before_its_day_is_over(full):
    end_on(full.engine, DAY, "erase")
    assert retention.purge(full.engine, datetime(2026, 6, 30, 23, 59, tzinfo=UTC)) == []
    end_on(full.engine, None, "erase")
    assert retention.purge(full.engine, AFTER) == []
    assert people(full.engine, "live") == 6


def test_a_server_whose_clock_jumps_ahead_for_less_than_a_day_erases_nothing(full):
    end_on(full.engine, DAY, "erase")
    now, ahead, hour = datetime(2026, 3, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC), timedelta(hours=1)
    jumped = [now, ahead, ahead + hour, ahead + 23 * hour, now + 24 * hour, now + 48 * hour, ahead - hour]
    assert [retention.keep_promises(full.engine, when) for when in jumped] == [[]] * len(jumped)
    assert people(full.engine, "live") == 6
    assert retention.keep_promises(full.engine, AFTER) == []
    (done,) = retention.keep_promises(full.engine, AFTER + 24 * hour)
    assert done.event == "live"


def test_the_trail_tells_what_was_done_and_nothing_of_what_anybody_said(full):
    end_on(full.engine, DAY, "anonymise")
    retention.purge(full.engine, AFTER)
    with full.engine.connect() as connection:
        found = [(line.act, line.event, line.n) for line in trail.lines(connection)]
    assert found == [("anonymise", "live", 7), ("withdrawal", "live", 1)]
    for change in ("UPDATE trail SET n = 0", "DELETE FROM trail"):
        with pytest.raises(IntegrityError, match="only added to"), full.engine.begin() as connection:
            connection.execute(text(change))


def test_servers_of_one_store_that_end_an_event_at_the_same_time_end_it_once(full):
    end_on(full.engine, DAY, "anonymise")
    done = []
    servers = [threading.Thread(target=lambda: done.extend(retention.purge(full.engine, AFTER))) for _ in range(2)]
    with writing(full.engine) as connection:  # both find it due, and wait
        connection.execute(text("SELECT 1"))
        for one in servers:
            one.start()
        time.sleep(0.3)
    for one in servers:
        one.join()
    assert [one.event for one in done] == ["live"]
    with full.engine.connect() as connection:
        assert [line.act for line in trail.lines(connection)].count("anonymise") == 1


# What organisers threw away


def test_a_wrong_table_that_was_emptied_is_back_at_once_but_for_what_was_written_since(full):
    with writing(full.engine) as connection:
        before = desk.read(connection, "live", 1)
        assert desk.reset(connection, full.organiser, "live", 1) == 3
        desk.save(connection, full.table1, "live", 1, desk.Change("contents", 2, [["w"]]))
        assert desk.put_back(connection, full.organiser, "live", 1) == 2
        after = desk.read(connection, "live", 1)
        assert (after["line.x"].content, after["line.y"].content) == (
            before["line.x"].content,
            before["line.y"].content,
        )
        assert after["contents"].content == [["w"]]
        assert desk.put_back(connection, full.organiser, "live", 1) == 0
        assert sheets(connection, "live").notes["text"].tolist() == [NOTE["text"], OPEN["text"]]
        with pytest.raises(AccessError):
            desk.put_back(connection, full.table1, "live", 1)


def test_an_event_that_was_erased_by_mistake_is_back_with_its_links(full):
    with writing(full.engine) as connection:
        view = stage.save_view(connection, "live", "gaps", "event=live", "Gaps")
    cards = people(full.engine, "live")
    file = trash.erase_event(full.engine, "live")
    assert file.exists()
    with full.engine.connect() as connection:
        assert queries.events(connection) == []
        (thrown,) = trash.held(connection)
        with pytest.raises(AccessError):
            access.read_link(connection, full.phone)
    assert trash.put_back(full.engine, thrown.id).title == "A live room"
    assert people(full.engine, "live") == cards
    assert not file.exists()
    with full.engine.connect() as connection:
        assert access.read_link(connection, full.phone).event == "live"  # the printed codes open again
        assert stage.view(connection, view.code).address == "/gaps?event=live"
        assert trash.held(connection) == []
    assert answer(full, "gus", edit=2).state == "withdrawn"
    assert answer(full, "ann", "55....", edit=3).state == "kept"


def test_an_event_is_not_erased_where_its_copy_cannot_be_written(full, monkeypatch):
    monkeypatch.setattr(trash, "_free", lambda engine, code: Path("/nowhere/at/all.zip"))
    with pytest.raises(StoreError, match="cannot be written, so nothing was erased"):
        trash.erase_event(full.engine, "live")
    assert people(full.engine, "live") == 6


def test_an_event_whose_code_was_taken_by_another_is_not_put_back_into_it(full, small):
    trash.erase_event(full.engine, "live")
    add_event(full.engine, NewEvent("live", "Another"), small)
    with full.engine.connect() as connection:
        (thrown,) = trash.held(connection)
    with pytest.raises(StoreError, match="there is an event 'live' here already"):
        trash.put_back(full.engine, thrown.id)
    with full.engine.connect() as connection:
        assert access.links(connection, "live") == []
        assert trash.held(connection) == [thrown]


def test_a_view_that_was_deleted_is_back_under_its_short_link(full):
    with writing(full.engine) as connection:
        view = stage.save_view(connection, "live", "gaps", "event=live", "Gaps")
        stage.add_to_deck(connection, full.presenter, view.code)
        stage.forget(connection, full.presenter, view.code)
        assert stage.view(connection, view.code) is None
        (thrown,) = trash.held(connection)
    trash.put_back(full.engine, thrown.id)
    with full.engine.connect() as connection:
        assert [one.code for one in stage.deck(connection, "live")] == [view.code]
    with pytest.raises(SelectionError, match="no number in the trash called '99'"):
        trash.put_back(full.engine, 99)


@pytest.mark.parametrize(("until", "now"), [(DAY, AFTER), (None, datetime.now(UTC) + timedelta(days=31))])
def test_the_trash_is_emptied_in_time_and_the_copy_goes_with_it(full, until, now):
    end_on(full.engine, until, "erase")
    file = trash.erase_event(full.engine, "live")
    assert trash.empty(full.engine, datetime(2026, 6, 30, tzinfo=UTC)) == 0
    assert trash.empty(full.engine, now) == 1
    assert not file.exists()
    with full.engine.connect() as connection:
        assert trash.held(connection) == []
