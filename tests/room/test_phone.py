"""The form on a phone, as HTTP sees it."""

import re

from room.conftest import fields
from sqlalchemy import text

ME = "K7QF2M9X4TQP"


def standing(room):
    """Card, role and replies of each standing answer."""
    with room.engine.connect() as connection:
        query = text("SELECT ratings, role, replies FROM answer WHERE replaced_in IS NULL ORDER BY id")
        return [tuple(row) for row in connection.execute(query)]


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def test_who_opens_the_link_fills_in_the_form_and_is_thanked_with_a_code(room):
    phone = room.browser()
    form = phone.get(room.form)
    me = hidden(form.text, "me")
    sent = phone.post(room.form, data=fields(me, hidden(form.text, "edit"), i0="5", l0="2", i1="?", p_role="head"))
    assert (sent.status_code, sent.headers["location"]) == (303, f"{room.form}/thanks")
    thanks = phone.get(f"{room.form}/thanks").text
    assert f"{me[:4]}-{me[4:8]}-{me[8:]}" in thanks
    assert standing(room) == [("52....", "head", "dont_know_importance=b")]


def test_a_presenter_sees_the_panel_without_the_links(room):
    page = room.browser("presenter").get("/o/live")
    assert page.status_code == 200
    assert "/enter/" not in page.text
    assert "/enter/" in room.browser("organiser").get("/o/live").text
