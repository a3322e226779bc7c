"""The command `seats` and what it prints: cards, lists, the plan; and that no name goes anywhere else."""

import csv
import io
import re
from html import unescape

import click
import pytest
from click.testing import CliRunner

from sctrain.__main__ import main
from sctrain.errors import ImportRefused, SctrainError, SelectionError
from sctrain.report import namecards
from sctrain.seating import Registrant, seat
from sctrain.store import queries
from sctrain.store.engine import open_store

ROOM = "name,role,city size,mail\n" + "".join(
    f"Person {i:02},{('elected', 'academic', 'citizen')[i % 3]},{'SML'[i % 3]},p{i}@example.org\n" for i in range(24)
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "room.csv").write_text(ROOM, encoding="utf-8")

    def told(*args):
        return CliRunner().invoke(main, [*map(str, args)], catch_exceptions=False, standalone_mode=False).output

    return told


def test_an_organiser_seats_a_room_and_prints_it(run, tmp_path):
    told = run("seats", "room.csv", "--seats", 6, "--rounds", 2, "--cards", "cards.html", "--plan", "plan.csv")
    assert told.startswith("room.csv: 24 people\n  columns not read: mail\n24 people, 4 tables of 6\n")
    assert "City size" in told
    assert "pairs meet more than once" in told
    page = (tmp_path / "cards.html").read_text(encoding="utf-8")
    plan = [*csv.DictReader(io.StringIO((tmp_path / "plan.csv").read_text(encoding="utf-8")))]
    assert [row["name"] for row in plan] == [f"Person {i:02}" for i in range(24)]
    assert {row["round_2"] for row in plan} == {"1", "2", "3", "4"}
    for row in plan:
        card = re.search(rf">{row['name']}</p><ul class=\"rounds\">(.*?)</ul>", page)[1]
        assert re.findall(r"<b>(\d+)</b>", card) == [row["round_1"], row["round_2"]]
    assert "example.org" not in page


def test_no_name_reaches_the_store(run, tmp_path):
    run("demo", "--participants", 20)
    before = (tmp_path / "store.db").read_bytes()
    with open_store().connect() as connection:
        version = queries.data_version(connection)
    run("seats", "room.csv", "--tables", 4, "--cards", "cards.html")
    with open_store().connect() as connection:
        assert queries.data_version(connection) == version
    assert (tmp_path / "store.db").read_bytes() == before
    assert b"Person 0" not in before


def test_it_needs_no_store(run, tmp_path):
    run("seats", "room.csv", "--tables", 4, "--rounds", 1)
    assert [file.name for file in tmp_path.iterdir()] == ["room.csv"]


@pytest.mark.parametrize(
    ("args", "error", "says"),
    [
        ((), click.UsageError, "either --tables or --seats"),
        (("--tables", 4, "--seats", 6), click.UsageError, "either --tables or --seats"),
        (("--tables", 13), SelectionError, "2 to 12, so that nobody sits alone"),
        (("--seats", 0), SelectionError, "2 or more"),
        (("--tables", 4, "--rounds", 9), SelectionError, "1 to 4"),
        (("--tables", 4, "--plan", "room.csv"), SctrainError, "would overwrite the registrations"),
    ],
)
def test_what_cannot_be_is_refused(run, tmp_path, args, error, says):
    with pytest.raises(error, match=says):
        run("seats", "room.csv", *args)
    assert (tmp_path / "room.csv").read_text(encoding="utf-8") == ROOM


def test_a_value_unknown_to_the_catalogue_seats_nobody(run, tmp_path):
    (tmp_path / "odd.csv").write_text("name,role\nAnna,wizard\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match="row 2, column 'role': 'wizard' is not one of"):
        run("seats", "odd.csv", "--tables", 2, "--cards", "cards.html")
    assert not (tmp_path / "cards.html").exists()


# The printed page


@pytest.fixture(scope="module")
def plan():
    names = ["<script>alert('x')</script>", "=cmd|' /C calc'!A0", '"Q" & Söhne', "-1+1", "Bo", "محمد"]
    return seat([Registrant(name, {"role": "ab"[i % 2]}, row=i + 2) for i, name in enumerate(names)], 2, 2)


def test_names_are_text_and_never_markup(plan):
    page = namecards.html(plan, "<img src=x> & more")
    assert "<script" not in page
    assert "<img" not in page
    assert unescape(page).count("<script>alert('x')</script>") == 3  # its card, and a list in each round
    assert page.count("&lt;img src=x&gt; &amp; more") == 1 + 2 + 6  # the title, two headings, six cards


def test_the_page_needs_nothing_from_elsewhere_and_says_where_names_are_kept(plan):
    page = namecards.html(plan)
    assert not re.search(r"https?:|//|\bsrc=|\bhref=|@import|url\(", page)
    assert "default-src 'none'" in page
    assert "They are not put in the store" in page.split("<footer>")[1]


def test_each_table_has_a_list_with_a_column_for_each_round(plan):
    lists = namecards.html(plan).split('<section class="list">')[1:]
    assert len(lists) == 2
    for table, text in enumerate(lists, 1):
        cells = [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", text)]
        assert f"<h2>Table {table}</h2>" in text
        assert cells[::2] == [p.name for p in plan.seated(1, table)]
        assert cells[1::2] == [p.name for p in plan.seated(2, table)]


def test_formulas_in_the_plan_are_made_harmless(plan):
    rows = [*csv.DictReader(io.StringIO(namecards.csv(plan).decode("utf-8")))]
    assert [row["name"] for row in rows[1:4]] == ["'=cmd|' /C calc'!A0", '"Q" & Söhne', "'-1+1"]
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
    assert [int(row["round_1"]) for row in rows] == [*plan.tables[0]]


@pytest.mark.parametrize(("letters", "size"), [(27, "name"), (28, "name long"), (60, "name longest")])
def test_a_long_name_is_set_smaller(letters, size):
    plan = seat([Registrant("x" * letters)] * 4, 2, 1)
    assert f'<p class="{size}" dir="auto">' in namecards.html(plan)
