"""Each line opens its evidence: what the pages show, nothing that they hide, and what has become of it since."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live import LIVE, live_store, row

from sctrain import receipts, views
from sctrain.analysis import drafts
from sctrain.catalogue import Catalogue
from sctrain.frames import LINKS
from sctrain.frames.receipts import DRAFT_CHANGES, EVIDENCE, Shown
from sctrain.selection import Selection, from_query
from sctrain.store import desk, phones, programmes, setup
from sctrain.store.coding import Coding, add_codings
from sctrain.store.engine import open_store, writing
from sctrain.store.programmes import Draft, Line
from sctrain.ui.titles import TITLES

ROLES = {"head": (6, "52"), "officer": (5, "43"), "elected": (4, "33"), "citizen": (2, "51")}
"""How many people of a role there are, and the marks they give to competency a: two groups are too small to show."""
LOST, ASK, SECRET = "Nobody knows where the data are", "One list of all data", "Ana will not share hers"
KNOWN = Catalogue.model_validate(
    LIVE.model_dump()
    | {
        "dimension": [
            {"code": "role", "label": "Role", "option": [{"code": r, "label": r.title()} for r in ROLES]},
        ],
        "topic": [
            {"code": "contents", "label": "Contents", "options_from": "competency"},
            {"code": "duration", "label": "Duration", "option": [{"code": c, "label": c} for c in ("day", "week")]},
        ],
        "question": [
            {"code": "how_long", "label": "How long?", "option": [{"code": c, "label": c} for c in ("day", "week")]}
        ],
    }
)
MODULES = {"both": ("a", "b"), "last": ("c",)}
FORM = {"duration": "week"}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Seventeen people of four roles, two tables with lists and lines, of which one is not cleared; a saved line."""
    folder = tmp_path_factory.mktemp("receipts")
    with live_store(folder, catalogue=KNOWN) as live:
        fill(live)
        sources = receipts.read(live.engine, Selection(by="role"))
        kept = receipts.shown(evidence(sources))["both"]
        draft = Draft({}, (Line("both", "Mine", 6, evidence=kept),))
        programmes.save(live.engine, live.organiser, "live", draft, 0)
        with closing(sqlite3.connect(folder / "live.db")) as connection:
            connection.execute("VACUUM INTO ?", (str(folder / "kept.db"),))
        yield SimpleNamespace(live=live, sources=sources, kept=folder / "kept.db")


@pytest.fixture
def fresh(room, tmp_path):
    """A copy of that store to write to."""
    shutil.copy(room.kept, tmp_path / "own.db")
    engine = open_store(f"sqlite:///{tmp_path / 'own.db'}")
    yield SimpleNamespace(**vars(room.live) | {"engine": engine})
    engine.dispose()


def send(live, people, long="week"):
    """What people of a role mark: of competency b all importance 4 and level 4, of c nobody anything."""
    with writing(live.engine) as connection:
        form = phones.form_of(connection, "live")
        for me, (role, card) in people.items():
            filled = phones.Filled({"role": (role,)}, row(card), {"how_long": (long,)})
            edit = 1 if long == "week" else 2
            phones.send(connection, live.phone, form, me, edit, filled)


def fill(live):
    send(live, {f"{role}{i}": (role, f"{marks}44..") for role, (n, marks) in ROLES.items() for i in range(n)})
    lines = {1: ("challenge", LOST, ["a"]), 2: ("solution", ASK, ["a"]), 3: ("conclusion", SECRET, ["a"])}
    with writing(live.engine) as connection:
        for table, order in ((1, ["a", "b"]), (2, ["b", "a"])):
            token = getattr(live, f"table{table}")
            desk.save(connection, token, "live", table, desk.Change("contents", 0, [[c] for c in order]))
            desk.save(connection, token, "live", table, desk.Change("duration", 0, [["week"]]))
        for place, (kind, text, about) in lines.items():
            content = {"kind": kind, "text": text, "competencies": about, "answers": "", "place": place}
            content["answers"] = "line.1" if kind == "solution" else ""
            desk.save(connection, live.table1, "live", 1, desk.Change(f"line.{place}", 0, content))
    add_codings(live.engine, "live", [Coding(1, 1, "silos", cleared=True), Coding(1, 2, "ask", cleared=True)])


def evidence(sources, modules=MODULES, form=FORM):
    return receipts.evidence(sources, modules, form)


def of(frame, kind, about="a", line="both"):
    rows = frame[(frame["kind"] == kind) & (frame["about"] == about) & (frame["line"] == line)]
    return rows.set_index("what")


def test_a_gap_is_that_of_the_marks_with_its_n_and_the_gaps_page_interval(room):
    found = of(evidence(room.sources), "gap").loc["a"]
    assert found["value"] == pytest.approx((6 * 3 + 5 * 1 + 4 * 0 + 2 * 4) / 17)
    assert found["n"] == 17
    page = views.gaps(room.sources.room, Selection(("live",), measure="gap")).set_index("competency").loc["a"]
    assert (found["low"], found["high"]) == (page["gap_low"], page["gap_high"])
    assert found["text"] == "Gap 1.8 of 4 points (95 % interval 1.1 to 2.6, n = 17)."


def test_score_and_rank_are_told_beside_it(room):
    found = evidence(room.sources)
    # importance 5 of eight people, 4 of five, 3 of four; times the gap
    assert of(found, "score").loc["a", "value"] == pytest.approx((8 * 5 + 5 * 4 + 4 * 3) / 17 * 31 / 17)
    assert of(found, "rank").loc["a", ["value", "n"]].tolist() == [1, 17]
    assert "Rank 1 of 3 in the survey by mean weighted discrepancy score" in of(found, "rank").loc["a", "text"]


def test_the_groups_that_need_it_most_and_least_are_named(room):
    found = evidence(room.sources)
    assert of(found, "group_most").loc["head", ["value", "n"]].tolist() == [3, 6]
    assert of(found, "group_least").loc["officer", ["value", "n"]].tolist() == [1, 5]
    assert of(found, "group_most").loc["head", "text"].startswith("Most in “Head”: gap 3.0 (")


def test_of_a_hidden_group_no_number_is_anywhere_and_that_it_is_hidden_is_said(room):
    found = evidence(room.sources)
    hidden = of(found, "group_hidden")
    assert sorted(hidden.index) == ["citizen", "elected"]
    assert hidden["suppressed"].all()
    assert hidden[["value", "low", "high", "n", "tables"]].isna().all().all()
    numbers = found[["value", "low", "high"]].to_numpy(float, na_value=float("nan"))
    groups = found["kind"].isin(["group_most", "group_least"])
    assert not groups[found["what"].isin(["citizen", "elected"])].any()
    assert 4.0 not in numbers[groups]  # the citizens' gap, and how many of the elected there are
    assert not found["n"].isin([2, 4]).any()
    assert not found["text"].str.contains(r"n = [24]\b").any()
    kept = receipts.shown(found)["both"]
    assert {one.n for one in kept} <= {"", "17", "6", "5"}


def test_a_competency_that_nobody_marked_says_so(room):
    found = of(evidence(room.sources), "gap", "c", "last").loc["c"]
    assert (found["n"], found["text"]) == (0, "Nobody marked both importance and level.")
    assert pd.isna(found["value"])


def test_the_tables_rank_it_and_that_none_did_is_said(room):
    found = evidence(room.sources)
    assert of(found, "tables").loc["a", "text"].endswith("; 2 of 2 tables ranked it.")
    assert of(found, "tables", "c", "last").loc["c", ["tables", "text"]].tolist() == [0, "None of 2 tables ranked it."]


def test_the_challenges_it_answers_and_the_solutions_it_takes_up_are_counted(room):
    found = evidence(room.sources)
    assert of(found, "challenge").loc["silos", ["value", "tables"]].tolist() == [2, 1]
    assert of(found, "solution").loc["ask", "text"] == "Takes up “Ask”: 1 line of 1 table."


def test_only_cleared_lines_are_quoted(room):
    told = receipts.receipt(room.sources, evidence(room.sources), "both")
    assert told.quotes == (f"Table 1, challenge: “{LOST}”", f"Table 1, solution: “{ASK}”")
    assert not evidence(room.sources).astype(str).apply(lambda column: column.str.contains("Ana")).any().any()


def test_no_word_of_a_table_is_kept_with_a_line(room):
    kept = repr(receipts.shown(evidence(room.sources)))
    assert "data" not in kept
    assert "quote" in kept


def test_a_choice_of_form_has_the_tables_and_the_replies(room):
    found = evidence(room.sources)
    assert of(found, "option", "week", "form_duration").loc["week", ["value", "tables"]].tolist() == [1, 2]
    reply = of(found, "reply", "week", "form_duration").loc["how_long"]
    assert reply["text"].startswith("17 of 17 people chose it (100")
    assert receipts.receipt(room.sources, found, "form_duration").sentences[0].startswith("week: Rank 1 of 2")


def test_few_who_chose_a_form_are_hidden(fresh):
    send(fresh, dict.fromkeys(("head0", "head1"), ("head", "5244..")), "day")
    found = evidence(receipts.read(fresh.engine, Selection()), {}, {"duration": "day"})
    (row,) = found[found["kind"] == "reply"].to_dict("records")
    assert row["suppressed"]
    assert pd.isna(row["value"])
    assert "is hidden" in row["text"]


def test_each_piece_links_to_a_page_and_a_selection_that_shows_it(room):
    for link in set(evidence(room.sources)["link"]):
        address = urlsplit(link)
        assert address.path in TITLES
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        selection, dropped = from_query(query, KNOWN, ["live"])
        assert dropped == []
        assert selection.events == ("live",)
    link = of(evidence(room.sources), "group_most").loc["head", "link"]
    assert "by=role" in link
    assert "competency=a" in link


def test_a_filter_is_in_the_numbers_and_in_the_link(room):
    sources = receipts.read(room.live.engine, Selection(filters=(("role", ("head",)),)))
    found = of(evidence(sources), "gap").loc["a"]
    assert (found["value"], found["n"]) == (3, 6)
    assert "role=head" in found["link"]


@pytest.mark.parametrize(
    ("topic", "kinds"),
    [
        ("survey", {"gap", "score", "rank", "group_most", "group_least", "group_hidden", "methods"}),
        ("contents", {"tables", "methods"}),
        ("notes", {"challenge", "solution", "quote"}),
        ("replies", {"reply"}),
        ("duration", {"option"}),
    ],
)
def test_a_hidden_topic_is_evidence_of_nothing(room, fresh, topic, kinds):
    before = set(evidence(room.sources)["kind"])
    with writing(fresh.engine) as connection:
        setup.set_hidden(connection, "live", topic, True)
    found = evidence(receipts.read(fresh.engine, Selection(by="role")))
    assert not kinds & set(found["kind"])
    assert set(found["kind"]) >= before - kinds - ({"reply"} if topic == "survey" else set())
    assert not found["topic"].str.split("+").map(lambda topics: topic in topics).any()


def flagged(live):
    sources = receipts.read(live.engine, Selection(by="role"))
    with live.engine.connect() as connection:
        (line,) = programmes.read(connection, "live").draft.lines
    assert (line.text, line.hours) == ("Mine", 6)
    found = receipts.flags(sources, [line], evidence(sources)).get("both", [])
    return {(flag.kind, flag.about): flag for flag in found}


def test_nothing_is_flagged_while_nothing_has_changed(fresh):
    assert flagged(fresh) == {}


def test_new_answers_are_flagged_with_what_was_and_what_is(fresh):
    send(fresh, {f"new{i}": ("head", "51....") for i in range(3)})
    flags = flagged(fresh)
    found = flags["gap", "a"]
    assert found.state == "changed"
    assert found.text == "evidence changed: gap of “Competency A” 1.8 → 2.1, n 17 → 20"  # (31 + 3 x 4) / 20
    assert flags["group_most", "a"].text.endswith("(“Head”) 3.0 → 3.3, n 6 → 9")


def test_who_withdraws_flags_the_line_and_is_not_told_by_the_number_before(fresh):
    with writing(fresh.engine) as connection:
        phones.withdraw(connection, "live", "head0")
    found = flagged(fresh)["gap", "a"]
    assert found.text == (
        "evidence changed: gap of “Competency A”, now 1.8, now n 16; fewer people are behind it than then"
    )
    assert "17" not in found.text


def test_a_group_that_has_become_too_small_is_flagged_without_a_number(fresh):
    with writing(fresh.engine) as connection:
        for i in range(3):
            phones.withdraw(connection, "live", f"officer{i}")
    texts = [flag.text for flag in flagged(fresh).values()]
    assert not [text for text in texts if "1.0" in text]
    assert any("Officer" in text and ("deleted" in text or "new evidence" in text) for text in texts)


def test_a_competency_whose_numbers_are_hidden_by_now_is_flagged_so(fresh):
    with writing(fresh.engine) as connection:
        for role, (people, _) in ROLES.items():
            for i in range(people):
                if (role, i) not in (("head", 0), ("head", 1)):
                    phones.withdraw(connection, "live", f"{role}{i}")
    found = flagged(fresh)["gap", "a"]
    assert (found.state, found.text) == (
        "hidden",
        "evidence hidden: gap of “Competency A”, as too few people are behind it now",
    )


def test_a_line_whose_quote_is_no_longer_cleared_is_flagged(fresh):
    add_codings(fresh.engine, "live", [Coding(1, 1, cleared=False)])
    found = flagged(fresh)["quote", "a"]
    assert (found.state, found.text) == ("deleted", "evidence deleted: line that a table wrote of “Competency A”")
    assert LOST not in found.text


def test_what_is_hidden_since_is_not_flagged_as_it_is_not_read(fresh):
    with writing(fresh.engine) as connection:
        setup.set_hidden(connection, "live", "notes", True)
    assert not [kind for kind, _ in flagged(fresh) if kind in ("challenge", "solution", "quote")]


ONE = Draft({"hours": "40"}, (Line("x", "X", 6), Line("y", note="?"), Line("z", locked=True)))
LABELS = {"x": "Ex", "y": "Why", "z": "Zed", "w": "Double"}


def test_two_versions_are_compared_line_by_line():
    gap = Shown("gap", "a", "a", "survey", "1.6", n="58")
    other = Draft({"hours": "32"}, (Line("z", "Z"), Line("x", "Y", 8, evidence=(gap,)), Line("w")))
    frame = receipts.changes(ONE, other, LABELS)
    assert list(frame.columns) == DRAFT_CHANGES.names
    assert {(row.line, row.field): (row.before, row.after) for row in frame.itertuples()} == {
        ("y", "removed"): ("Why", ""),
        ("w", "added"): ("", "Double"),
        ("z", "order"): ("3", "1"),
        ("z", "text"): ("", "Z"),
        ("z", "lock"): ("locked", ""),
        ("x", "text"): ("X", "Y"),
        ("x", "hours"): ("6", "8"),
        ("x", "evidence"): ("", "gap"),
        ("hours", "settings"): ("40", "32"),
    }
    assert receipts.changes_told(frame, LABELS) == [
        "“Why”: removed.",
        "“Double”: added.",
        "“Zed”: moved from place 3 to 1, text from nothing to “Z” and lock from “locked” to nothing.",
        "“Ex”: text from “X” to “Y”, hours from “6” to “8” and its evidence was saved anew (gap).",
        "Setting “hours”: from “40” to “32”.",
    ]


def test_a_version_does_not_differ_from_itself():
    assert receipts.changes(ONE, ONE, LABELS).empty
    assert receipts.changes_told(receipts.changes(ONE, ONE, LABELS), LABELS) == []


@given(st.permutations(range(6)))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_what_has_moved_is_as_little_as_can_be(order):
    before, after = [str(i) for i in range(6)], [str(i) for i in order]
    moved = drafts.moved(before, after)
    assert [c for c in before if c not in moved] == [c for c in after if c not in moved]
    # another road: the longest run of rising numbers, by trying all subsets
    rising = [s for s in range(64) if (p := [x for i, x in enumerate(order) if s >> i & 1]) == sorted(p)]
    assert len(moved) == 6 - max(s.bit_count() for s in rising)


SHOWN = st.builds(
    Shown,
    st.just("gap"),
    st.sampled_from("abc"),
    st.just("x"),
    st.just("survey"),
    st.sampled_from(["", "1.6", "2.0"]),
    n=st.sampled_from(["9", "58", "1\u202f000"]),
    suppressed=st.booleans(),
)


@given(st.lists(SHOWN, unique_by=lambda one: one.key), st.lists(SHOWN, unique_by=lambda one: one.key))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_a_number_of_then_is_told_only_where_no_fewer_people_are_behind_it_now(then, now):
    found = drafts.flags(then, now, lambda one: one.about)
    by = {one.key: one for one in now}
    told = {(flag.kind, flag.about, flag.what): flag for flag in found}
    for one in then:
        flag, other = told.get(one.key), by.get(one.key)
        assert (flag is None) == (other is not None and replace(other) == one)
        if flag and "→" in flag.text:
            assert not other.suppressed
            assert int(other.n.replace("\u202f", "")) >= int(one.n.replace("\u202f", ""))
    assert {flag.state for flag in drafts.flags([], now, str)} == set()


def test_the_frames_are_as_promised(room):
    assert list(evidence(room.sources).columns) == EVIDENCE.names
    assert evidence(room.sources, {}, {}).empty
    assert set(LINKS.key) <= set(room.sources.notes.flows.columns) | {"kind", "code"}
