"""The desks of tables: nothing that anybody wrote is lost, and what is hidden stays on the desk."""

import json

import pytest
from databases import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from live import LIVE, live_store, undone
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from sctrain.errors import InputError
from sctrain.store import desk, queries, setup
from sctrain.store.coding import noted
from sctrain.store.desk import Change, blank, checked
from sctrain.store.engine import writing
from sctrain.store.schema import ranking, sheet
from sctrain.store.sheets import sheets

OFTEN = settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ALL = ("contents", "methods", "notes")


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path) as found:
        yield found


@pytest.fixture
def writes(live):
    with writing(live.engine) as connection:
        yield connection


def line(text, kind="challenge", answers="", place=0, competencies=()):
    return {"kind": kind, "text": text, "competencies": list(competencies), "answers": answers, "place": place}


def put(connection, live, part, content, base=None, table=1, **more):
    """Save as the table itself; on what stands, unless a base is given."""
    stands = desk.read(connection, "live", table).get(part)
    base = base if base is not None else stands.revision if stands else 0
    token = live.table1 if table == 1 else live.table2
    return desk.save(connection, token, "live", table, Change(part, base, content, **more))


def texts(connection, table=1):
    """The texts of a desk's lines that are not empty, sorted."""
    parts = desk.read(connection, "live", table)
    return sorted(p.content["text"] for name, p in parts.items() if name.startswith("line.") and p.content["text"])


def ranked(connection, version=None):
    """Position by option, by table and topic, of the sheets."""
    found = {}
    for row in sheets(connection, "live", version).rankings.to_dict("records"):
        found.setdefault((row["table_number"], row["topic"]), {})[row["option"]] = row["position"]
    return found


# --- what stands -----------------------------------------------------------------------------------------------------


def test_a_change_is_a_new_revision_and_the_same_again_is_none(writes, live):
    assert put(writes, live, "contents", [["u"]]) == desk.Result("kept", "contents", 1)
    assert put(writes, live, "contents", [["u"]]) == desk.Result("same", "contents", 1)
    assert put(writes, live, "contents", [["u"], ["v"]]) == desk.Result("kept", "contents", 2)
    assert desk.read(writes, "live", 1)["contents"].content == [["u"], ["v"]]
    assert desk.read(writes, "live", 2) == {}


def test_of_two_scribes_with_the_same_base_the_second_is_told_what_the_first_made_of_it(writes, live):
    put(writes, live, "contents", [["u"]], base=0, device="one")
    told = put(writes, live, "contents", [["v"]], base=0, device="two")
    assert told == desk.Result("other", "contents", 1, [["u"]])
    assert desk.read(writes, "live", 1)["contents"].content == [["u"]]
    assert put(writes, live, "contents", [["u"], ["v"]], base=1, device="two").state == "kept"


def test_two_scribes_who_begin_the_same_line_both_keep_their_text(writes, live):
    put(writes, live, "line.k1", line("Data are in silos"), base=0, device="one")
    told = put(writes, live, "line.k1", line("Nobody shares"), base=0, device="two")
    assert (told.state, told.stands["text"], told.beside) == ("other", "Data are in silos", "line.k1~two0")
    assert texts(writes) == ["Data are in silos", "Nobody shares"]
    assert sheets(writes, "live").notes["text"].tolist() == ["Data are in silos", "Nobody shares"]


def test_a_text_beside_is_put_there_once_and_grows_where_it_comes_longer(writes, live):
    put(writes, live, "line.k1", line("Data are in silos"), base=0, device="one")
    for said in ("Nobody", "Nobody", "Nobody shares", "Nobody"):
        told = put(writes, live, "line.k1", line(said), base=0, device="two")
        assert (told.state, told.beside) == ("other", "line.k1~two0")
    assert texts(writes) == ["Data are in silos", "Nobody shares"]
    assert desk.read(writes, "live", 1)["line.k1~two0"].revision == 2


def test_a_change_that_comes_again_after_somebody_built_on_it_makes_no_second_line(writes, live):
    put(writes, live, "line.k1", line("Data"), base=0, device="one", edit=1)
    put(writes, live, "line.k1", line("Data are in silos"), base=1, device="two", edit=1)
    told = put(writes, live, "line.k1", line("Data"), base=0, device="one", edit=1)
    assert (told.state, told.stands["text"], told.beside) == ("other", "Data are in silos", "")
    assert texts(writes) == ["Data are in silos"]


def test_what_the_same_device_sent_before_and_arrives_late_changes_nothing(writes, live):
    put(writes, live, "line.k1", line("Data are in silos"), base=0, device="one", edit=3)
    assert put(writes, live, "line.k1", line("Data are"), base=0, device="one", edit=2).state == "older"
    put(writes, live, "line.k1", line("In silos"), base=1, device="two", edit=1)
    assert put(writes, live, "line.k1", line("Data"), base=0, device="one", edit=1).state == "older"
    assert texts(writes) == ["In silos"]


def test_a_device_that_has_not_heard_of_its_own_revision_goes_on_from_it(writes, live):
    put(writes, live, "contents", [["u"]], base=0, device="one", edit=1)
    assert put(writes, live, "contents", [["u"], ["v"]], base=0, device="one", edit=2).state == "kept"


def test_what_is_late_beside_a_line_does_not_undo_what_is_newer_there(writes, live):
    put(writes, live, "line.k1", line("Data"), base=0, device="one", edit=1)
    put(writes, live, "line.k1", line("Nobody shares"), base=0, device="two", edit=2)
    put(writes, live, "line.k1", line("Nobody"), base=0, device="two", edit=1)
    assert texts(writes) == ["Data", "Nobody shares"]


def test_an_empty_text_that_comes_too_late_takes_nothing_away(writes, live):
    put(writes, live, "line.k1", line("Data"), base=0, device="one")
    put(writes, live, "line.k1", line("Data are in silos"), base=1, device="one")
    told = put(writes, live, "line.k1", line(""), base=1, device="two")
    assert (told.state, told.beside) == ("other", "")
    assert texts(writes) == ["Data are in silos"]


def test_two_scribes_of_a_line_beside_a_line_keep_both_however_often(writes, live):
    part = "line.k1"
    for k in range(6):
        put(writes, live, part, line(f"first {k}"), base=0, device="one-of-the-tablets")
        part = put(writes, live, part, line(f"second {k}"), base=0, device="two-of-the-tablets").beside
        assert len(part) <= 60
        put(writes, live, part, blank("line."), device="one-of-the-tablets")
        assert put(writes, live, part, line(f"third {k}")).state == "kept"
        assert {f"first {k}", f"third {k}"} <= set(texts(writes))
        part = f"line.k{k + 2}" if k % 2 else part
        put(writes, live, part, blank("line."))


SCRIBES = st.lists(
    st.tuples(st.sampled_from(["one", "two", "three"]), st.sampled_from("abcdefgh"), st.integers(0, 3)), max_size=10
)


@OFTEN
@given(SCRIBES)
def test_no_text_that_a_scribe_wrote_is_lost(live, sent):
    """Each writes on what they last saw; whatever happens, their text stands, or somebody had it and changed it."""
    with undone(live.engine) as connection:
        for device, word, seen in sent:
            put(connection, live, "line.k1", line(word), base=seen, device=device)
            rows = [p for name in desk.read(connection, "live", 1) for p in desk._history(connection, "live", 1, name)]
            assert word in [p.content["text"] for p in rows]
        revisions = [p.revision for p in desk._history(connection, "live", 1, "line.k1")]
        assert revisions == list(range(1, len(revisions) + 1))


# --- undo ------------------------------------------------------------------------------------------------------------

EDITS = st.sampled_from([[], [["u"]], [["v"]], [["u", "v"]], [["u"], ["v"]]])
STEPS = st.lists(EDITS | st.sampled_from(["undo", "undo", "reset"]), max_size=16)


@OFTEN
@given(STEPS)
@example([[["u"]], [["v"]], "undo", [["u", "v"]], "undo", "undo", "undo", "undo"])
@example([[["u"]], "reset", "reset", "undo", "undo", "undo"])
def test_undo_walks_back_through_what_stood_like_a_stack(live, steps):
    stack = [[]]
    with undone(live.engine) as connection:
        for step in steps:
            if step == "undo":
                stack = stack[:-1] or stack
                desk.undo(connection, live.table1, "live", 1, "contents")
            elif step == "reset":
                assert desk.reset(connection, live.organiser, "live", 1) == (stack[-1] != [])
                stack += [[]] if stack[-1] else []
            else:
                stack += [step] if step != stack[-1] else []
                put(connection, live, "contents", step)
            stands = desk.read(connection, "live", 1).get("contents")
            assert (stands.content if stands else []) == stack[-1]
            options = {option for tie in stack[-1] for option in tie}
            assert set(ranked(connection).get((1, "contents"), {})) == options


def test_resetting_empties_a_desk_and_every_part_can_be_had_back(writes, live):
    put(writes, live, "contents", [["u"]])
    put(writes, live, "line.k1", line("Data"))
    put(writes, live, "people", {"members": 6, "mix": {"role": ["head"]}})
    put(writes, live, "contents", [["v"]], table=2)
    assert desk.reset(writes, live.organiser, "live", 1) == 3
    given_in = sheets(writes, "live")
    assert given_in.sheets[["table_number", "mix"]].values.tolist() == [[1, ""], [2, ""]]
    assert ranked(writes) == {(2, "contents"): {"v": 1}}
    assert given_in.notes.empty
    for part in ("contents", "line.k1", "people"):
        desk.undo(writes, live.table1, "live", 1, part)
    given_in = sheets(writes, "live")
    assert given_in.sheets["mix"].tolist() == ["role=head", ""]
    assert given_in.sheets["members"].fillna(0).tolist() == [6, 0]
    assert ranked(writes) == {(1, "contents"): {"u": 1}, (2, "contents"): {"v": 1}}
    assert given_in.notes["text"].tolist() == ["Data"]


def test_there_is_nothing_to_undo_on_an_empty_desk(writes, live):
    before = queries.data_version(writes)
    assert desk.undo(writes, live.table1, "live", 1, "contents").state == "same"
    assert desk.reset(writes, live.organiser, "live", 1) == 0
    assert queries.data_version(writes) == before
    assert desk.tables(writes, "live") == ()


def test_a_locked_desk_is_shut_for_its_table_and_open_for_an_organiser(writes, live):
    put(writes, live, "contents", [["u"]])
    desk.lock(writes, live.organiser, "live", 1, True)
    desk.lock(writes, live.organiser, "live", 1, True)
    assert put(writes, live, "contents", [["v"]]).state == "locked"
    assert desk.undo(writes, live.table1, "live", 1, "contents").state == "locked"
    assert put(writes, live, "contents", [["v"]], table=2).state == "kept"
    assert desk.read(writes, "live", 1)["contents"].content == [["u"]]
    assert desk.save(writes, live.organiser, "live", 1, Change("contents", 1, [["v"]])).state == "kept"
    desk.lock(writes, live.organiser, "live", 1, False)
    assert put(writes, live, "contents", [["u"]]).state == "kept"


def test_the_database_itself_refuses_to_alter_a_desk(live):
    with writing(live.engine) as connection:
        put(connection, live, "contents", [["u"]])
    for change in ("content = '[]'", "revision = 9", "kind = 'undo'", "device = 'x'"):
        with pytest.raises(IntegrityError, match="never altered"), live.engine.begin() as connection:
            connection.execute(text(f"UPDATE desk SET {change}"))


def test_a_table_has_sixty_lines_and_not_one_more_until_one_is_taken_away(writes, live):
    for k in range(60):
        put(writes, live, f"line.k{k}", line(f"Line {k}"))
    with pytest.raises(InputError, match="table 1 has 60 lines"):
        put(writes, live, "line.more", line("One more"))
    assert put(writes, live, "line.k3", line("Changed")).state == "kept"
    put(writes, live, "line.k4", line(""))
    assert put(writes, live, "line.more", line("One more")).state == "kept"
    assert put(writes, live, "line.k0", line("Of another table"), table=2).state == "kept"


def test_progress_tells_what_stands_on_every_desk(writes, live):
    put(writes, live, "contents", [["u"]])
    put(writes, live, "line.k1", line("Data"), table=2)
    told = {table: {name: part.revision for name, part in parts.items()} for table, parts in progress(writes).items()}
    assert told == {1: {"contents": 1}, 2: {"line.k1": 1}}


def progress(connection):
    return desk.progress(connection, "live")


# --- the published sheet ---------------------------------------------------------------------------------------------


def test_ties_share_a_position_and_the_next_one_counts_them(writes, live):
    put(writes, live, "contents", [["v"], ["x", "u"], ["w"]])
    assert ranked(writes) == {(1, "contents"): {"v": 1, "u": 2, "x": 2, "w": 4}}


def test_a_solution_points_at_the_line_of_its_challenge_in_the_order_of_the_places(writes, live):
    put(writes, live, "line.s", line("Ask", "solution", answers="line.c", place=3, competencies=["b", "a", "b"]))
    put(writes, live, "line.z", line("", place=1))
    put(writes, live, "line.c", line("Silos", place=2))
    put(writes, live, "line.e", line("All in all", "conclusion", answers="line.c", place=9))
    put(writes, live, "line.t", line("Wait", "solution", answers="line.gone", place=7))
    put(writes, live, "line.o", line("Try", "solution", answers="line.s", place=8))
    notes = sheets(writes, "live").notes
    told = notes[["line", "kind", "text", "competencies"]].values.tolist()
    assert told == [
        [1, "challenge", "Silos", ""],
        [2, "solution", "Ask", "a+b"],
        [3, "solution", "Wait", ""],
        [4, "solution", "Try", ""],
        [5, "conclusion", "All in all", ""],
    ]
    assert notes["answers"].fillna(0).tolist() == [0, 1, 0, 0, 0]


def test_a_line_that_is_emptied_leaves_the_sheet_and_its_solution_stays_without_it(writes, live):
    put(writes, live, "line.c", line("Silos", place=1))
    put(writes, live, "line.s", line("Ask", "solution", answers="line.c", place=2))
    put(writes, live, "line.c", line(""))
    notes = sheets(writes, "live").notes
    assert notes["text"].tolist() == ["Ask"]
    assert notes["answers"].isna().all()


def test_a_change_of_one_table_leaves_the_sheets_of_others_as_they_are(writes, live):
    put(writes, live, "contents", [["u"]], table=2)
    ids = list(writes.scalars(select(sheet.c.id)))
    put(writes, live, "contents", [["u"]], table=1)
    assert list(writes.scalars(select(sheet.c.id).where(sheet.c.table_number == 2))) == ids


PLAIN = [
    "<script>alert(1)</script>",
    "'; DROP TABLE desk; --",
    "=1+1",
    "@SUM(A1)",
    "% é 漢 🎉",
    "a\u202eb",
    "{{ 7*7 }}",
]


@pytest.mark.parametrize("said", PLAIN)
def test_a_line_is_plain_text_whatever_it_looks_like(writes, live, said):
    put(writes, live, "line.k1", line(said))
    assert desk.read(writes, "live", 1)["line.k1"].content["text"] == said
    assert sheets(writes, "live").notes["text"].tolist() == [said]


def test_a_line_is_one_line_without_signs_that_no_spreadsheet_can_hold(writes, live):
    put(writes, live, "line.k1", line(" two\n\tlines\x00\x07\x1b\x9f\ufffe\uffff end "))
    assert texts(writes) == ["two lines end"]


# --- what is hidden --------------------------------------------------------------------------------------------------


def stored_topics(connection):
    return set(connection.scalars(select(ranking.c.topic).distinct()))


def test_a_hidden_list_gets_into_no_row_of_the_store_and_is_published_at_one_version_when_revealed(tmp_path):
    with live_store(tmp_path, hide=ALL) as live, writing(live.engine) as connection:
        before = queries.data_version(connection)
        for table in (1, 2):
            put(connection, live, "contents", [["u"], ["v"]], table=table)
            put(connection, live, "methods", [["m"]], table=table)
            put(connection, live, "line.k1", line("Silos"), table=table)
        assert queries.data_version(connection) == before
        assert stored_topics(connection) == set()
        assert sheets(connection, "live").sheets.empty
        desk.reveal(connection, "live", "contents", False)
        assert ranked(connection) == {(t, "contents"): {"u": 1, "v": 2} for t in (1, 2)}
        assert stored_topics(connection) == {"contents"}
        assert noted(connection, "live").empty
        assert len(set(connection.scalars(select(sheet.c.version)))) == 1
        desk.reveal(connection, "live", "notes", False)
        assert noted(connection, "live")["text"].tolist() == ["Silos", "Silos"]
        standing = select(sheet.c.version).where(sheet.c.replaced_in.is_(None))
        assert len(set(connection.scalars(standing))) == 1


def test_hiding_again_hides_every_data_version_and_revealing_shows_them_again(writes, live):
    put(writes, live, "contents", [["u"]])
    put(writes, live, "line.k1", line("Silos"))
    first = queries.data_version(writes)
    put(writes, live, "contents", [["v"]])
    desk.reveal(writes, "live", "contents", True)
    desk.reveal(writes, "live", "notes", True)
    versions = range(1, queries.data_version(writes) + 1)
    assert [ranked(writes, v) for v in versions] == [{}] * len(versions)
    assert all(noted(writes, "live", v).empty for v in versions)
    put(writes, live, "contents", [["w"]])
    put(writes, live, "methods", [["m"]])
    assert ranked(writes) == {(1, "methods"): {"m": 1}}
    desk.reveal(writes, "live", "contents", False)
    desk.reveal(writes, "live", "notes", False)
    assert ranked(writes) == {(1, "methods"): {"m": 1}, (1, "contents"): {"w": 1}}
    assert ranked(writes, first) == {(1, "contents"): {"u": 1}}
    assert noted(writes, "live", first)["text"].tolist() == ["Silos"]


def test_a_table_of_which_nothing_may_be_seen_is_not_even_named(tmp_path):
    with live_store(tmp_path, hide=ALL) as live, writing(live.engine) as connection:
        put(connection, live, "contents", [["u"]], table=1)
        put(connection, live, "methods", [["m"]], table=2)
        desk.reveal(connection, "live", "methods", False)
        assert sheets(connection, "live").sheets["table_number"].tolist() == [2]


HIDING = st.lists(
    st.tuples(st.sampled_from(["hide", "reveal"]), st.sampled_from(ALL))
    | st.tuples(st.sampled_from([1, 2]), st.sampled_from(["contents", "methods", "line.k1"]), st.sampled_from("mnuv")),
    max_size=12,
)


@OFTEN
@given(HIDING)
def test_however_it_is_hidden_and_revealed_only_what_is_not_hidden_is_read_and_all_of_that(live, steps):
    shown, desks = set(ALL), {}
    with undone(live.engine) as connection:
        for verb, what, *rest in steps:
            if rest:
                word = rest[0]
                option = word if what == "methods" and word in "mn" else {"contents": "u", "methods": "m"}.get(what)
                content = line(word) if what == "line.k1" else [[option]]
                put(connection, live, what, content, table=verb)
                desks[verb, what] = word if what == "line.k1" else option
            else:
                desk.reveal(connection, "live", what, verb == "hide")
                (shown.discard if verb == "hide" else shown.add)(what)
            open_ = {key: said for key, said in desks.items() if (key[1] if key[1] in ALL else "notes") in shown}
            held = sheets(connection, "live")
            seen = {(r["table_number"], r["topic"]): r["option"] for r in held.rankings.to_dict("records")}
            seen |= {(r["table_number"], "line.k1"): r["text"] for r in held.notes.to_dict("records")}
            assert seen == open_
        for version in range(1, queries.data_version(connection) + 1):
            old = sheets(connection, "live", version)
            assert set(old.rankings["topic"]) <= shown
            assert old.notes.empty or "notes" in shown


# --- what a part can hold --------------------------------------------------------------------------------------------

BAD = [
    ("contents", [["nothing"]], "'nothing' is not one of u, v, w, x"),
    ("contents", [["m"]], "'m' is not one of u"),
    ("contents", [["u"], ["v", "u"]], "stands on the list twice"),
    ("contents", [["u", "u"]], "twice"),
    ("contents", ["u"], "a list of ties"),
    ("contents", [[]], "a list of ties"),
    ("contents", None, "a list of ties"),
    ("contents", {"u": 1}, "a list of ties"),
    ("contents", [[1]], "a text, not a int"),
    ("contents", [[None]], "a text, not a NoneType"),
    ("contents", [[["u"]]], "a text, not a list"),
    ("contents", [[{}]], "a text, not a dict"),
    ("food", [], "'food' is no part of a sheet; there are: contents, methods, people"),
    ("line.", line("x"), "no part of a sheet"),
    ("line.a b", line("x"), "no part of a sheet"),
    ("line." + "x" * 56, line("x"), "no part of a sheet"),
    ("line.\ud800", line("x"), "no part of a sheet"),
    ("line.k", line("x" * 10_000), "a line: text: .*at most 500"),
    ("line.k", line(5), "a line: text"),
    ("line.k", line(None), "a line: text"),
    ("line.k", line("\ud800"), "a line: text"),
    ("line.k", line("x", "rant"), "a line: kind"),
    ("line.k", line("x", place="1"), "a line: place"),
    ("line.k", line("x", place=True), "a line: place"),
    ("line.k", line("x", place=10**30), "a line: place"),
    ("line.k", line("x", competencies=["z"]), "'z' is no competency"),
    ("line.k", line("x", competencies=[1]), "a line: competencies.0"),
    ("line.k", line("x") | {"cleared": True}, "a line: cleared"),
    ("line.k", {"text": "x"}, "a line: kind"),
    ("line.k", "x", "a line: all of it"),
    ("people", {"members": 0}, "members"),
    ("people", {"members": 100}, "members"),
    ("people", {"members": 2.0}, "members"),
    ("people", {"mix": {"role": ["king"]}}, "role: 'king' is not one of head, officer"),
    ("people", {"mix": {"shoe": ["42"]}}, "shoe: '42' is not one of nothing"),
    ("people", {"mix": {"role": "head"}}, "mix.role"),
    ("people", {"names": ["Ann"]}, "names"),
    ("people", [], "all of it"),
]


@pytest.mark.parametrize(("part", "content", "said"), BAD)
def test_what_a_part_cannot_hold_is_refused_with_a_sentence_and_leaves_the_desk_alone(
    writes, live, part, content, said
):
    with pytest.raises(InputError, match=said):
        put(writes, live, part, content, base=0)
    assert desk.read(writes, "live", 1) == {}


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.sampled_from(["u", "role"])
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
)
NEARLY = st.one_of(
    JSON,
    st.lists(st.lists(st.sampled_from("uvwx") | JSON, max_size=3), max_size=4),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(desk.KINDS) | JSON},
        optional={
            "text": st.text() | JSON,
            "competencies": st.lists(st.sampled_from("abcz")) | JSON,
            "answers": st.text(max_size=80) | JSON,
            "place": st.integers() | JSON,
            "more": JSON,
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "members": st.integers(-1, 120) | JSON,
            "mix": JSON | st.dictionaries(st.sampled_from(["role", "discipline"]), st.just(["head"]) | JSON),
        },
    ),
)
PARTS = st.sampled_from(["contents", "methods", "people", "line.k1"]) | st.text(max_size=12).map("line.".__add__)


@settings(OFTEN, max_examples=examples(300))
@given(PARTS | st.text(max_size=12), NEARLY)
def test_whatever_is_sent_is_stored_in_its_one_form_or_refused(live, part, content):
    try:
        held = checked(part, content, LIVE)
    except InputError as error:
        str(error).encode()
        return
    assert checked(part, held, LIVE) == held
    json.dumps(held, allow_nan=False, ensure_ascii=False).encode()
    with undone(live.engine) as connection:
        put(connection, live, part, content)
        stands = desk.read(connection, "live", 1).get(part)
        assert (stands.content if stands else blank(part)) == held
        sheets(connection, "live")


@settings(OFTEN, max_examples=examples(40))
@given(st.text(max_size=20), st.integers(-2, 2**70), st.integers(-2, 2**70))
def test_whatever_a_device_calls_itself_and_counts_its_change_is_stored_or_refused(live, device, base, edit):
    with undone(live.engine) as connection:
        put(connection, live, "line.k1", line("Data"), device="other")
        try:
            told = put(connection, live, "line.k1", line("Mine"), base=base, device=device, edit=edit)
        except InputError:
            assert min(base, edit) < 0 or max(base, edit) > 2**53
            return
        assert told.state == ("kept" if base == 1 else "other")
        assert "Mine" in texts(connection)


def test_a_part_without_anything_is_what_it_says(writes, live):
    for part in ("contents", "people", "line.k1"):
        assert checked(part, blank(part), LIVE) == blank(part)
        assert put(writes, live, part, blank(part)).state == "same"


def test_what_may_be_hidden_is_what_a_part_belongs_to():
    names = {part: desk.topic_of(part) for part in ("contents", "line.k1", "people")}
    assert names == {"contents": "contents", "line.k1": "notes", "people": "people"}
    assert "people" not in setup.topics(LIVE)
