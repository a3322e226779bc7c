"""Saved views have short codes; the presenter lists them and shows one."""

import pytest
from live import LIVE, live_store

from sctrain.errors import InputError, StoreError
from sctrain.store import access, setup, stage
from sctrain.store.engine import writing
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent


@pytest.fixture
def stand(tmp_path):
    """A write transaction, the presenter's token, and the codes of three saved views and of one of another event."""
    with live_store(tmp_path) as live, writing(live.engine) as connection:
        setup.make_event(connection, NewEvent("other", "Another room"), LIVE, Setup(), ())
        made = [stage.save_view(connection, "live", "gaps", f"by={by}", by).code for by in ("role", "event", "table")]
        foreign = stage.save_view(connection, "other", "gaps", "by=role", "Theirs").code
        yield connection, live.presenter, made, foreign


def listed(connection, event="live"):
    return [view.code for view in stage.deck(connection, event)]


def test_two_equal_views_have_one_code_and_others_another(stand):
    connection, _, made, foreign = stand
    again = stage.save_view(connection, "live", "gaps", "by=role", "Another title")
    assert (again.code, again.title) == (made[0], "role")
    assert len({*made, foreign}) == 4


def test_a_view_is_found_by_its_code_in_small_letters_too(stand):
    connection, _, made, _ = stand
    found = stage.view(connection, made[0].lower())
    assert found.address == "/gaps?by=role"
    assert stage.view(connection, "NOSUCH") is None


def test_a_view_without_a_query_leads_to_its_page(stand):
    assert stage.save_view(stand[0], "live", "who", "", "Who").address == "/who"


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("//evil.example", ""),
        ("../x", ""),
        ("Gaps", ""),
        ("gaps", "x" * 2_001),
        ("gaps", "a=\r\nSet-Cookie: x"),
        ("gaps", "\ud800"),
    ],
)
def test_a_view_that_is_no_page_of_ours_is_refused(stand, page, query):
    with pytest.raises(InputError, match="a page and a query"):
        stage.save_view(stand[0], "live", page, query, "T")


def test_a_title_is_one_plain_line(stand):
    assert stage.save_view(stand[0], "live", "who", "x=1", " A\n\ttitle\x07 \ud800" + "x" * 300).title == (
        "A title " + "x" * 192
    )


def test_a_view_of_no_event_is_refused(stand):
    with pytest.raises(StoreError, match="no event 'nowhere'"):
        stage.save_view(stand[0], "nowhere", "gaps", "", "T")


def test_views_join_the_list_at_its_end_once_and_can_be_put_in_order(stand):
    connection, token, (one, two, three), _ = stand
    for code in (two, one, two):
        stage.add_to_deck(connection, token, code)
    assert listed(connection) == [two, one]
    stage.order_deck(connection, token, "live", [three, one.lower(), three])
    assert listed(connection) == [three, one]
    stage.add_to_deck(connection, token, two)
    assert listed(connection) == [three, one, two]
    stage.order_deck(connection, token, "live", [])
    assert listed(connection) == []
    assert stage.view(connection, one).position is None


def test_no_presenter_lists_or_shows_a_view_of_another_event(stand):
    connection, token, made, foreign = stand
    stage.order_deck(connection, token, "live", made)
    for code in (foreign, "NOSUCH"):
        with pytest.raises(StoreError, match=f"event 'live' has no saved view '{code}'"):
            stage.order_deck(connection, token, "live", [made[0], code])
        with pytest.raises(StoreError, match=f"no saved view '{code}'"):
            stage.show(connection, token, "live", code)
    with pytest.raises(StoreError, match="no saved view 'NOSUCH'"):
        stage.add_to_deck(connection, token, "NOSUCH")
    assert listed(connection) == made
    assert listed(connection, "other") == []


def test_what_is_shown_is_on_the_wall_until_something_else_is(stand):
    connection, token, (one, two, _), _ = stand
    assert stage.shown(connection, "live") is None
    stage.show(connection, token, "live", one.lower())
    assert stage.shown(connection, "live").code == one
    stage.show(connection, token, "live", two)
    assert stage.shown(connection, "live").code == two
    stage.show(connection, token, "live", "")
    assert stage.shown(connection, "live") is None
    assert stage.shown(connection, "other") is None


def test_a_forgotten_view_is_off_the_list_and_off_the_wall(stand):
    connection, token, (one, two, _), _ = stand
    stage.order_deck(connection, token, "live", [one, two])
    stage.show(connection, token, "live", one)
    stage.forget(connection, token, one)
    stage.forget(connection, token, one)
    assert listed(connection) == [two]
    assert stage.shown(connection, "live") is None


def test_a_code_has_signs_that_are_not_mistaken_for_each_other():
    drawn = {sign for _ in range(200) for sign in access.code(6)}
    assert drawn <= set(access.LETTERS)
    assert not drawn & set("01IO")
    assert len(access.code(6)) == 6
