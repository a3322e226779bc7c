"""Who may do what: links are signed, end, can be taken back, and hold for one role in one event."""

from datetime import UTC, datetime, timedelta

import pytest
from databases import address, elsewhere
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live import LIVE, live_store, undone

from sctrain.errors import AccessError, InputError, StoreError
from sctrain.forms import Filled
from sctrain.store import access, desk, phones, setup, stage
from sctrain.store.engine import open_store, writing
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent

LONG_AGO = timedelta(seconds=-1)


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path) as found:
        with writing(found.engine) as connection:
            setup.make_event(connection, NewEvent("other", "Another room"), LIVE, Setup(), ())
            found.other = access.make_link(connection, "organiser", "other")
            found.everywhere = access.make_link(connection, "organiser", None)
        yield found


def demand(live, token, role="table", event="live", table=1):
    with live.engine.connect() as connection:
        return access.demand(connection, token, role, event, table)


def test_a_link_allows_its_role_at_its_table_in_its_event(live):
    found = demand(live, live.table1)
    assert (found.role, found.event, found.table_number, found.revoked) == ("table", "live", 1, False)
    assert timedelta(days=13) < found.expires_at - datetime.now(UTC) <= timedelta(days=14)


@pytest.mark.parametrize(
    ("link", "role", "event", "table", "said"),
    [
        ("table1", "table", "live", 2, "table 1 of event 'live', not for table 2"),
        ("table1", "table", "other", 1, "not for table 1 of event 'other'"),
        ("table1", "presenter", "live", None, "not for the presenter"),
        ("presenter", "table", "live", 1, "is for the presenter of event 'live', not for table 1"),
        ("presenter", "organiser", "live", None, "not for the organiser"),
        ("phone", "presenter", "live", None, "is for the participant"),
        ("phone", "participant", "other", None, "not for the participant of event 'other'"),
        ("organiser", "organiser", "other", None, "not for the organiser of event 'other'"),
        ("organiser", "organiser", None, None, "not for the organiser of every event"),
        ("organiser", "participant", "live", None, "not for the participant"),
        ("other", "table", "live", 1, "is for the organiser of event 'other', not for table 1 of event 'live'"),
    ],
)
def test_a_link_allows_nothing_else_and_says_for_what_it_is(live, link, role, event, table, said):
    with pytest.raises(AccessError, match=said):
        demand(live, getattr(live, link), role, event, table)


@pytest.mark.parametrize(
    ("role", "table"), [("organiser", None), ("presenter", None), ("table", 1), ("table", 2), ("table", 99)]
)
def test_an_organiser_may_do_what_presenters_and_tables_do(live, role, table):
    assert demand(live, live.organiser, role, "live", table).role == "organiser"
    assert demand(live, live.everywhere, role, "other", table).event is None


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_altered_link_is_read(live, data):
    token = live.table1
    where = data.draw(st.integers(0, len(token) - 1))
    put = data.draw(st.characters() | st.sampled_from("._-= 0aZ") | st.just(""))
    altered = token[:where] + put + token[where + data.draw(st.integers(0, 1)) :]
    if altered == token:
        return
    with live.engine.connect() as connection, pytest.raises(AccessError, match="not one of ours"):
        access.read_link(connection, altered)


@pytest.mark.parametrize("token", ["", ".", "ABCDEFGH", "ABCDEFGH.x", "\ud800", "é.é", "x" * 10_000])
def test_what_was_never_a_link_is_refused_with_a_sentence(live, token):
    with live.engine.connect() as connection, pytest.raises(AccessError, match="not one of ours, or was altered"):
        access.read_link(connection, token)


def test_a_link_of_another_store_is_refused(live, tmp_path):
    (tmp_path / "second").mkdir()
    with live_store(tmp_path / "second") as second, pytest.raises(AccessError, match="not one of ours"):
        demand(second, live.table1)


def test_a_link_whose_row_is_gone_is_not_known(live):
    with live.engine.connect() as connection:
        token = access.token_of(connection, "AAAAAAAA")
        with pytest.raises(AccessError, match="not known here"):
            access.read_link(connection, token)


def test_a_store_without_links_reads_none_and_makes_its_key_with_the_first(tmp_path, small):
    engine = open_store(address(tmp_path, "bare"))
    with engine.connect() as connection, pytest.raises(AccessError, match="not one of ours"):
        access.read_link(connection, "ABCDEFGH.x")
    with writing(engine) as connection:
        token = access.make_link(connection, "organiser", None)
        assert access.read_link(connection, token).role == "organiser"
    access.ensure_key(engine)
    with engine.connect() as connection:
        assert access.read_link(connection, token).role == "organiser"
    engine.dispose()


def test_a_link_ends_at_its_time_and_says_when(live):
    with writing(live.engine) as connection:
        token = access.make_link(connection, "table", "live", 1, timedelta(hours=1))
        found = access.read_link(connection, token)
        access.read_link(connection, token, found.expires_at - timedelta(microseconds=1))
        with pytest.raises(AccessError, match=f"ended on {found.expires_at:%d %B %Y, %H:%M} UTC"):
            access.read_link(connection, token, found.expires_at)


def test_a_link_that_is_taken_back_allows_nothing_and_others_do(live):
    with writing(live.engine) as connection:
        access.revoke(connection, access.read_link(connection, live.table1).jti)
    with pytest.raises(AccessError, match="taken back"):
        demand(live, live.table1)
    assert demand(live, live.table2, table=2).table_number == 2


def test_all_links_of_an_event_are_listed_by_role_and_table_taken_back_or_not(live):
    with writing(live.engine) as connection:
        access.revoke(connection, access.read_link(connection, live.table2).jti)
        listed = [(a.role, a.table_number, a.revoked) for a in access.links(connection, "live")]
    rest = [("presenter", None, False), ("table", 1, False), ("table", 2, True), ("participant", None, False)]
    assert listed == [("organiser", None, False), *rest]


def test_a_standing_link_is_shown_again_until_it_ends_or_is_taken_back(live):
    with writing(live.engine) as connection:
        assert access.standing_link(connection, "table", "live", 1) == live.table1
        assert access.standing_link(connection, "organiser", None) == live.everywhere
        access.revoke(connection, access.read_link(connection, live.table1).jti)
        renewed = access.standing_link(connection, "table", "live", 1)
        assert renewed != live.table1
        assert access.standing_link(connection, "table", "live", 1) == renewed
        later = datetime.now(UTC) + timedelta(days=15)
        assert access.standing_link(connection, "table", "live", 1, later) != renewed


def test_a_link_names_the_events_it_is_for(live):
    with live.engine.connect() as connection:
        here = access.read_link(connection, live.organiser)
        all_ = access.read_link(connection, live.everywhere)
        assert access.events_of(connection, here) == ["live"]
        assert sorted(access.events_of(connection, all_)) == ["live", "other"]


@pytest.mark.parametrize(
    ("role", "event", "table", "said"),
    [
        ("king", "live", None, "no role 'king'; there are: organiser, presenter"),
        ("presenter", None, None, "is for one event"),
        ("table", "live", None, "from 1 to 99, not for None"),
        ("table", "live", 0, "from 1 to 99, not for 0"),
        ("table", "live", 100, "not for 100"),
        ("presenter", "live", 3, "is for no table"),
        ("organiser", "nowhere", None, "no event 'nowhere'"),
    ],
)
def test_a_link_that_cannot_be_is_not_made(live, role, event, table, said):
    with undone(live.engine) as connection, pytest.raises(StoreError, match=said):
        access.make_link(connection, role, event, table)


def view_of(connection):
    return stage.save_view(connection, "live", "gaps", "by=role", "Gaps").code


WRITES = {
    "desk.save": ("table", lambda c, t, f: desk.save(c, t, "live", 1, desk.Change("contents", 0, [["u"]]))),
    "desk.undo": ("table", lambda c, t, f: desk.undo(c, t, "live", 1, "contents")),
    "desk.reset": ("organiser", lambda c, t, f: desk.reset(c, t, "live", 1)),
    "desk.put_back": ("organiser", lambda c, t, f: desk.put_back(c, t, "live", 1)),
    "desk.lock": ("organiser", lambda c, t, f: desk.lock(c, t, "live", 1, True)),
    "stage.add_to_deck": ("presenter", lambda c, t, f: stage.add_to_deck(c, t, view_of(c))),
    "stage.order_deck": ("presenter", lambda c, t, f: stage.order_deck(c, t, "live", [view_of(c)])),
    "stage.forget": ("presenter", lambda c, t, f: stage.forget(c, t, view_of(c))),
    "stage.show": ("presenter", lambda c, t, f: stage.show(c, t, "live", view_of(c))),
    "phones.take": ("participant", lambda c, t, f: phones.take(c, t, f, [phones.Sent("me", 1, draft="x")])),
    "phones.save_draft": ("participant", lambda c, t, f: phones.save_draft(c, t, f, "me", 1, "x")),
    "phones.send": ("participant", lambda c, t, f: phones.send(c, t, f, "me", 1, Filled({"role": ("head",)}))),
    "phones.put_in_order": ("participant", lambda c, t, f: phones.put_in_order(c, t, "live", "me", [])),
}
MAY = {
    "table1": {"table"},
    "presenter": {"presenter"},
    "phone": {"participant"},
    "organiser": {"organiser", "presenter", "table"},
    "everywhere": {"organiser", "presenter", "table"},
    "other": set(),
    "table2": set(),
    "revoked": set(),
    "ended": set(),
    "altered": set(),
}


@elsewhere("the rest is what each role may do")
@pytest.mark.parametrize("link", MAY)
@pytest.mark.parametrize("name", WRITES)
def test_each_writing_function_asks_for_the_role_itself(live, link, name):
    needed, write = WRITES[name]
    with undone(live.engine) as connection:
        form = phones.form_of(connection, "live")
        live.ended = access.make_link(connection, "organiser", None, lasts=LONG_AGO)
        live.revoked = access.make_link(connection, "organiser", "live")
        access.revoke(connection, access.read_link(connection, live.revoked).jti)
        live.altered = "B" + live.organiser[1:] if live.organiser[0] == "A" else "A" + live.organiser[1:]
        if needed in MAY[link]:
            write(connection, getattr(live, link), form)
        else:
            with pytest.raises(AccessError, match="this link"):
                write(connection, getattr(live, link), form)


def test_every_function_that_takes_a_token_is_among_those_tried():
    taking = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in (desk, stage, phones)
        for name, function in vars(module).items()
        if not name.startswith("_") and getattr(function, "__module__", "") == module.__name__
        if "token" in getattr(getattr(function, "__code__", None), "co_varnames", ())
    }
    assert taking == set(WRITES)


def test_an_unknown_event_is_named_not_written(live):
    with undone(live.engine) as connection:
        with pytest.raises(StoreError, match="no event 'nowhere'"):
            desk.lock(connection, live.everywhere, "nowhere", 1, True)
        with pytest.raises(StoreError, match="no event 'nowhere'"):
            desk.save(connection, live.everywhere, "nowhere", 1, desk.Change("contents", 0, []))
        with pytest.raises(InputError, match="table 0"):
            desk.save(connection, live.everywhere, "live", 0, desk.Change("contents", 0, []))
