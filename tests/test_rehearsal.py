"""A rehearsal holds a server to its word; and its checks fail where a store does not."""

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from live import live_store

from sctrain.errors import InputError
from sctrain.forms import Filled
from sctrain.rehearsal import Plan, report, run
from sctrain.rehearsal.ledger import Asked, Ledger, answer_of, check_answers, check_desks, check_sheets
from sctrain.rehearsal.log import Times
from sctrain.store import audit, desk, phones
from sctrain.store.desk import Change
from sctrain.store.engine import writing
from sctrain.store.sheets import sheets

ASKED = Asked(("a", "b", "c"))
ADA = {"p.role": ["head"], "t": ["2"], "i0": ["5"], "l0": ["3"], "i2": ["?"], "q.mix": ["age", "sex"]}
BOB = {"p.role": ["officer"], "i1": ["1"], "l1": ["2"]}
BOB_LATER = BOB | {"l1": ["4"]}
FILLED = {
    id(ADA): Filled(
        {"role": ("head",)}, {("i", "a"): "5", ("l", "a"): "3", ("i", "c"): "?"}, {"mix": ("age", "sex")}, 2
    ),
    id(BOB): Filled({"role": ("officer",)}, {("i", "b"): "1", ("l", "b"): "2"}),
    id(BOB_LATER): Filled({"role": ("officer",)}, {("i", "b"): "1", ("l", "b"): "4"}),
}


@pytest.fixture
def kept(tmp_path):
    """A store, its file, and a ledger of what was told: Ada answers, Bob answers and corrects, Cleo withdraws."""
    ledger, edits = Ledger(), count(1)
    with live_store(tmp_path) as store:
        with writing(store.engine) as connection:
            form = phones.form_of(connection, "live")
            for me, fields in (("ADA", ADA), ("BOB", BOB), ("BOB", BOB_LATER), ("CLEO", ADA)):
                edit = next(edits)
                told = phones.send(connection, store.phone, form, me, edit, FILLED[id(fields)])
                ledger.sent.setdefault(me, []).append(fields)
                ledger.answered(me, edit, fields, told.state, 0)
            phones.withdraw(connection, "live", "CLEO")
            ledger.withdrawn.add("CLEO")
            for edit, (part, content) in enumerate(GIVEN, 1):
                change = Change(part, 0, content, "pen", edit)
                told = desk.save(connection, store.table1, "live", 1, change)
                ledger.saved(1, part, edit, content, vars(told))
        yield store, tmp_path / "live.db", ledger


LINE = {"kind": "challenge", "text": "No data", "competencies": [], "answers": "", "place": 1}
GIVEN = (
    ("contents", [["u"], ["v", "w"]]),
    ("contents", [["v", "w"], ["u"]]),
    ("methods", [["n"]]),
    ("line.1", LINE),
    ("line.1", LINE | {"text": "No data at all"}),
)


def faults(kept):
    """Everything that the checks find."""
    store, _, ledger = kept
    with store.engine.connect() as connection:
        checks = [
            check_answers(connection, "live", ASKED, ledger),
            check_desks(connection, "live", ledger),
            check_sheets(sheets(connection, "live"), ledger, ("contents", "methods")),
        ]
    return [fault for check in checks for fault in check.faults]


def damage(kept, *statements):
    """Change the store as no code of ours would: without its triggers, and without its unique indexes."""
    with sqlite3.connect(kept[1]) as connection:
        made = (
            "SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL AND (type = 'trigger' OR sql LIKE '%UNIQUE%')"
        )
        for kind, name in connection.execute(made).fetchall():
            if kind in ("trigger", "index"):
                connection.execute(f"DROP {kind} {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, statement
    connection.close()


def test_an_answer_is_put_together_anew_from_its_fields():
    told = answer_of(ADA, ASKED)
    assert (told["ratings"], told["table_number"], told["role"]) == ("53....", 2, "head")
    assert told["replies"] == {"mix": {"age", "sex"}, "dont_know_importance": {"c"}}


def test_a_store_that_kept_its_word_has_no_faults(kept):
    assert faults(kept) == []


COLUMNS = "event, questionnaire_id, person, table_number, role, discipline, city_size, country, region, cluster"
WHERE = "ratings = '53....'"


@pytest.mark.parametrize(
    ("done", "found"),
    [
        (f"DELETE FROM answer WHERE {WHERE}", "0 answers stand, not one"),
        (f"UPDATE answer SET ratings = '54....' WHERE {WHERE}", "what stands is not what was kept last"),
        (f"UPDATE answer SET role = 'officer' WHERE {WHERE}", "what stands is not what was kept last"),
        (f"UPDATE answer SET table_number = 3 WHERE {WHERE}", "what stands is not what was kept last"),
        (f"UPDATE answer SET replies = 'mix=age' WHERE {WHERE}", "what stands is not what was kept last"),
        (
            f"INSERT INTO answer ({COLUMNS}, ratings, replies, version) "
            f"SELECT {COLUMNS}, ratings, replies, version FROM answer WHERE {WHERE}",
            "2 answers stand, not one",
        ),
        ("DELETE FROM answer WHERE replaced_in IS NOT NULL", "an answer that was kept is there 0 times"),
        ("DELETE FROM answer WHERE ratings = '..14..'", "0 answers stand, not one"),
        (
            f"INSERT INTO answer ({COLUMNS}, ratings, replies, version) SELECT event, questionnaire_id, "
            f"'0123456789abcdef', 1, '', '', '', '', '', '', ratings, replies, version FROM answer WHERE {WHERE}",
            "an answer of nobody we know",
        ),
        ("DELETE FROM desk WHERE part = 'methods'", "table 1, methods: revision 1 is not there"),
        ("DELETE FROM desk WHERE part = 'contents' AND revision = 2", "contents: revision 2 is not there"),
        ("DELETE FROM desk WHERE part = 'line.1' AND revision = 1", "line.1: revision 1 is not there"),
        ("UPDATE desk SET content = '[[\"m\"]]' WHERE part = 'methods'", "revision 1 is another than was told"),
        (
            "INSERT INTO desk SELECT event, table_number, part, 3, content, kind, device, edit, at FROM desk "
            "WHERE part = 'contents' AND revision = 1",
            "contents: revision 3 stands, 2 is the newest that was told",
        ),
        ("DELETE FROM ranking WHERE topic = 'methods'", "methods: its sheet has another list"),
        ("UPDATE ranking SET position = 1 WHERE option = 'u'", "contents: its sheet has another list"),
    ],
)
def test_a_store_that_broke_its_word_is_found_out(kept, done, found):
    damage(kept, done)
    told = faults(kept)
    assert [fault for fault in told if found in fault], told


def test_what_was_withdrawn_and_is_there_is_found_out(kept):
    kept[2].withdrawn.add("BOB")
    assert faults(kept) == ["BOB: is there, though it was withdrawn"]


def test_an_old_answer_that_takes_the_place_of_a_newer_one_is_found_out(kept):
    kept[2].answered("ADA", 1, ADA, "kept", newest=9)
    assert [fault for fault in faults(kept) if "came late (1)" in fault]


def test_a_second_text_of_a_line_that_is_nowhere_is_found_out(kept):
    told = {"state": "other", "part": "line.1", "revision": 2, "beside": "line.1~pen0"}
    kept[2].saved(1, "line.1", 9, LINE | {"text": "Mine"}, told)
    kept[2].saved(1, "line.1", 8, LINE, told)  # late: the same device has put something newer there
    assert faults(kept) == ["table 1: the text beside another, line.1~pen0, is not there"]


def test_the_store_says_how_it_keeps(kept):
    assert audit.soundness(kept[0].engine) == audit.Soundness("ok", "FULL", "wal")
    assert not audit.Soundness("ok", "NORMAL", "wal").holds
    assert not audit.Soundness("row 1 missing from index uq_answer_current", "FULL", "wal").holds


def test_the_95_percentile_is_one_of_the_values():
    assert Times.of([n / 100 for n in range(1, 21)]) == Times(20, 0.1, 0.19, 0.2)


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"phones": 0}, "phones: 0 is not within 1..500"),
        ({"twice": 1.5}, "twice: 1.5 is not within 0..1"),
        ({"minutes": 1, "cut": 20}, "cut: 20 s is not within 0..12, a fifth of the time"),
    ],
)
def test_a_rehearsal_that_cannot_be_is_refused(odd, said):
    with pytest.raises(InputError, match=re.escape(said)):
        Plan(**odd)


def test_an_event_loses_and_doubles_nothing_though_the_server_is_killed():
    with ThreadPoolExecutor(1) as apart:  # in this thread a browser's loop may be running
        found = apart.submit(run, Plan(minutes=1, phones=80, tables=10, viewers=20, cut=8)).result()
    told = report(found)
    assert found.kept, told
    assert found.people + found.withdrawn == 80
    assert (found.answers.n >= 80, found.desks.n > 100, found.sheets.n > 30) == (True, True, True), told
    for sent in ("twice late", "twice at once", "retried"):
        assert found.log.counts[sent], told
    assert found.back_after is not None
    assert found.cuts == 80 + 15 + 20
    assert re.search(
        r"answers are there exactly once\s+\d+ told kept, 0 at fault; \d+ people, \d+ withdrew\s+all\s+yes", told
    )
    assert re.search(r"what tables gave in is there\s+\d+ told kept, 0 at fault\s+all\s+yes", told)
