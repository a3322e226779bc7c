"""Seating from the organiser's browser: names go through memory only."""

import csv
import io

import pytest
from databases import everything

PEOPLE = "name,role,apart\n" + "".join(
    f"Person {k},{'head' if k % 2 else 'officer'},{'firm' if k < 2 else ''}\n" for k in range(8)
)
CHOICES = {"tables": "2", "rounds": "2"}


def seat(browser, people=PEOPLE, name="people.csv", **more):
    return browser.post("/o/live/seats", data={**CHOICES, **more}, files={"file": (name, people.encode())})


def test_the_plan_seats_everybody_in_each_round_and_keeps_apart_who_is_to_be(room):
    reply = seat(room.browser("organiser"), give="plan")
    assert reply.status_code == 200
    rows = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert len(rows) == 8
    tables = {row["name"]: [row[key] for key in row if "ound" in key] for row in rows}
    assert all(a != b for a, b in zip(tables["Person 0"], tables["Person 1"], strict=True))


def test_the_cards_are_a_page_to_keep(room):
    reply = seat(room.browser("organiser"), give="cards")
    assert reply.headers["content-disposition"] == 'attachment; filename="name-cards-live.html"'
    assert all(f"Person {k}" in reply.text for k in range(8))


def test_no_name_is_stored(room):
    seat(room.browser("organiser"), give="cards")
    assert "Person" not in everything(room.engine)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"people": PEOPLE.replace("head", "wizard")}, "wizard"),
        ({"tables": "60"}, "no number from 2 to 50"),
        ({"people": "no,names\n1,2\n"}, "name"),
        ({"people": "%PDF-1.7", "name": "people.pdf"}, "a PDF"),
    ],
)
def test_what_cannot_be_read_is_said_on_the_page(room, sent, said):
    reply = seat(room.browser("organiser"), give="plan", **sent)
    assert reply.status_code == 422
    assert said in reply.text


@pytest.mark.parametrize("role", ["presenter", "table1"])
def test_only_an_organiser_seats_people(room, role):
    browser = room.browser(role)
    assert browser.get("/o/live/seats").status_code == 403
    assert seat(browser).status_code == 403
