"""An edited programme is kept in versions: nothing that anybody saved is lost, and nothing hidden is read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from databases import EMPTY, address, at_revision
from hypothesis import given, settings
from hypothesis import strategies as st
from live import live_store
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sctrain.errors import AccessError, InputError, SelectionError, StaleError, StoreError
from sctrain.frames.receipts import Shown, digest
from sctrain.store import access, programmes, queries, revisions, setup
from sctrain.store import engine as stores
from sctrain.store.engine import writing
from sctrain.store.programmes import Draft, Line
from sctrain.store.schema import metadata

GAP = Shown("gap", "a", "a", "survey", "1.6", "1.2", "2.0", "58")
RANK = Shown("tables", "a", "a", "contents", "2", "1", "4", tables="6")
METHODS = Shown("methods", "a", "a", "survey+contents", "5", high="6")
FIRST = Draft({"hours": "40", "lock": "ppp"}, (Line("ppp", "Partners", 6.5, True, "as in Porto", (GAP, RANK)),))


@pytest.fixture
def live(tmp_path):
    with live_store(tmp_path) as found:
        yield found


def read(live, number=None):
    with live.engine.connect() as connection:
        return programmes.read(connection, "live", number)


def save(live, draft, based_on):
    return programmes.save(live.engine, live.organiser, "live", draft, based_on)


def hide(live, topic, hidden=True):
    with writing(live.engine) as connection:
        setup.set_hidden(connection, "live", topic, hidden)


def test_there_is_no_programme_until_one_is_saved(live):
    assert read(live) is None
    with live.engine.connect() as connection:
        assert programmes.history(connection, "live") == []
    with pytest.raises(SelectionError, match="no version of the programme called '1'; there are: none"):
        read(live, 1)


def test_a_programme_comes_back_as_it_was_saved_with_time_and_data_version_and_no_name(live):
    with live.engine.connect() as connection:
        version = queries.data_version(connection)
    head = save(live, FIRST, 0)
    found = read(live)
    assert (found.head, found.draft) == (head, FIRST)
    assert (head.number, head.based_on, head.kind, head.version) == (1, 0, "edit", version)
    assert head.at.endswith("+00:00")
    with live.engine.connect() as connection:
        assert queries.data_version(connection) == version


def test_every_version_can_be_read_again_and_restored_as_a_new_one(live):
    save(live, FIRST, 0)
    save(live, replace(FIRST, lines=()), 1)
    assert read(live).draft.lines == ()
    assert read(live, 1).draft == FIRST
    head = programmes.restore(live.engine, live.organiser, "live", 1, 2)
    assert (head.number, head.based_on, head.kind) == (3, 2, "restore")
    assert read(live).draft == FIRST


def test_of_two_who_save_at_once_the_second_is_told_and_both_are_kept(live):
    save(live, FIRST, 0)
    mine, theirs = Draft({"hours": "30"}), Draft({"hours": "20"})
    save(live, theirs, 1)
    with pytest.raises(StaleError, match=r"version 2 of the programme .* kept as version 3"):
        save(live, mine, 1)
    assert read(live).draft == theirs
    assert read(live, 3).draft == mine
    with live.engine.connect() as connection:
        assert [(h.number, h.kind) for h in programmes.history(connection, "live")] == [
            (3, "beside"),
            (2, "edit"),
            (1, "edit"),
        ]
    programmes.restore(live.engine, live.organiser, "live", 3, 2)
    assert read(live).draft == mine


def test_a_first_programme_beside_another_first_one_is_kept_too(live):
    save(live, FIRST, 0)
    with pytest.raises(revisions.OutdatedError) as told:
        save(live, Draft(), 0)
    assert (told.value.number, told.value.stands) == (2, 1)
    assert read(live).draft == FIRST


@pytest.mark.parametrize("link", ["presenter", "table1", "phone", "ended", "revoked", "other"])
def test_only_an_organiser_of_the_event_saves_or_restores(live, link):
    save(live, FIRST, 0)
    with writing(live.engine) as connection:
        live.ended = access.make_link(connection, "organiser", "live", lasts=timedelta(days=-1))
        live.revoked = access.make_link(connection, "organiser", "live")
        access.revoke(connection, access.read_link(connection, live.revoked).jti)
        live.other = "x" + live.organiser
    token = getattr(live, link)
    for write in (
        lambda: programmes.save(live.engine, token, "live", Draft(), 1),
        lambda: programmes.restore(live.engine, token, "live", 1, 1),
    ):
        with pytest.raises(AccessError, match="this link"):
            write()
    assert read(live).head.number == 1


def test_what_cannot_be_based_on_or_restored_is_named(live):
    save(live, FIRST, 0)
    with pytest.raises(SelectionError, match="no version of the programme called '7'; there are: 1"):
        save(live, Draft(), 7)
    with pytest.raises(SelectionError, match="called '9'"):
        programmes.restore(live.engine, live.organiser, "live", 9, 1)
    with writing(live.engine) as connection:
        everywhere = access.make_link(connection, "organiser", None)
    with pytest.raises(StoreError, match="no event 'nowhere'"):
        programmes.save(live.engine, everywhere, "nowhere", Draft(), 0)
    assert read(live).head.number == 1


def test_evidence_of_a_hidden_topic_does_not_leave_the_store_at_any_version(live):
    lines = (replace(FIRST.lines[0], evidence=(GAP, RANK, METHODS)),)
    save(live, replace(FIRST, lines=lines), 0)
    save(live, FIRST, 1)
    hide(live, "contents")
    assert read(live, 1).draft.lines[0].evidence == (GAP,)
    hide(live, "survey")
    assert read(live).draft.lines[0].evidence == ()
    assert read(live).draft.lines[0].text == "Partners"
    hide(live, "survey", False)
    hide(live, "contents", False)
    assert read(live, 1).draft.lines[0].evidence == (GAP, RANK, METHODS)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Line("p p"), "'p p' is no code of a line"),
        (lambda: Line("ppp", hours=0), "ppp: 0 hours are not more than 0"),
        (lambda: Line("ppp", hours=float("nan")), "ppp: nan hours"),
        (lambda: Line("ppp", hours=2_001), "at most 2000"),
        (lambda: Line("ppp", "x" * 501), "ppp, text: 501 characters, of 500 at most"),
        (lambda: Line("ppp", note="x" * 1_001), "ppp, note: 1001 characters"),
        (lambda: Line("ppp", evidence=(replace(GAP, kind="rumour"),)), "'rumour' about 'a' is no piece of evidence"),
        (lambda: Line("ppp", evidence=(replace(GAP, value="9" * 81),)), "'gap' about 'a' is no piece"),
        (lambda: Line("ppp", evidence=(GAP,) * 601), "601 pieces of evidence, of 600 at most"),
        (lambda: Draft({"Hours": "3"}), "'Hours' is no name of a setting"),
        (lambda: Draft({"hours": "x" * 2_001}), "hours: 2001 characters"),
        (lambda: Draft({}, (Line("ppp"), Line("ppp"))), "the line 'ppp' stands 2 times"),
        (lambda: Draft({}, tuple(Line(f"m{i}") for i in range(121))), "at most 120 lines"),
    ],
)
def test_what_a_programme_cannot_hold_is_refused_in_words(make, said):
    with pytest.raises(InputError, match=said):
        make()


def test_free_text_is_plain_text(live):
    save(live, Draft({}, (Line("ppp", " <b>Bold</b>\x00\n=1+1 ", note="a\tb"),)), 0)
    (line,) = read(live).draft.lines
    assert (line.text, line.note) == ("<b>Bold</b> =1+1", "a b")


def test_a_version_is_never_altered_even_by_hand(live):
    save(live, FIRST, 0)
    with pytest.raises(IntegrityError, match="never altered"), writing(live.engine) as connection:
        connection.execute(text("UPDATE revision SET content = '{}'"))


LINES = st.builds(
    Line,
    st.from_regex("[a-z0-9_]{1,8}", fullmatch=True),
    st.text(max_size=20),
    st.none() | st.floats(0.5, 100),
    st.booleans(),
    st.text(max_size=20),
)


@given(st.lists(LINES, unique_by=lambda line: line.code, max_size=5), st.dictionaries(st.just("hours"), st.text()))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_whatever_was_edited_is_read_back_as_it_was(lines, values):
    draft = Draft(values, tuple(lines))
    assert programmes._from_json(programmes._to_json(draft)) == draft


def test_a_digest_knows_other_values_and_not_another_order():
    assert digest((GAP, RANK)) == digest((RANK, GAP))
    assert digest((GAP, RANK)) != digest((replace(GAP, n="61"), RANK)) != digest((GAP,))


def test_a_store_from_before_keeps_its_rows_and_gets_the_table(tmp_path):
    url = address(tmp_path, "old", EMPTY)
    with at_revision(url, "0005") as connection:
        connection.execute(text("INSERT INTO setting VALUES ('salt', '00')"))
    newer = stores.open_store(url)
    with newer.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(text("SELECT * FROM setting")).all() == [("salt", "00")]
        assert connection.execute(text("SELECT * FROM revision")).all() == []
    newer.dispose()
