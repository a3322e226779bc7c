"""What is hidden leaves the store by no way, at no data version; revealed, all of it is there again."""

import re
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from databases import address, elsewhere
from support import submissions

from sctrain import notes, questions, tables, views
from sctrain.__main__ import main
from sctrain.catalogue import read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches, demo_sheets
from sctrain.selection import Selection
from sctrain.store import coding, personal, phones, queries, setup
from sctrain.store.coding import Coding, add_codings
from sctrain.store.engine import open_store, writing
from sctrain.store.sheets import add_sheets, sheets
from sctrain.store.write import NewEvent, add_answers, add_event, pseudonyms

ALL = ("survey", "replies", "contents", "roles", "notes")
KNOWN = read_catalogue()


def made(folder):
    """A store with the demo event, and nobody in it yet."""
    engine = open_store(address(folder, "demo"))
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), KNOWN)
    return engine


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """The demo room with people, tables, a cleared line and a correction; tests leave all of it shown."""
    engine = made(tmp_path_factory.mktemp("full"))
    for batch in demo_batches(KNOWN):
        add_answers(engine, "demo", batch)
    add_sheets(engine, "demo", demo_sheets(KNOWN))
    add_codings(engine, "demo", [Coding(1, 1, cleared=True)])
    late = submissions(("late", "", "." * 2 * len(KNOWN.codes)))
    add_answers(engine, "demo", late)
    add_answers(engine, "demo", late.assign(ratings="5" * 2 * len(KNOWN.codes)))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The same event, where nobody has answered and no table has given in anything."""
    engine = made(tmp_path_factory.mktemp("bare"))
    yield engine
    engine.dispose()


@pytest.fixture
def hide(full):
    """Hides topics until the test ends."""
    topics = [topic for topic in setup.topics(KNOWN) if topic in ALL or topic in [t.code for t in KNOWN.topic]]

    def change(hidden, *chosen):
        with writing(full) as connection:
            for topic in chosen or topics:
                setup.set_hidden(connection, "demo", topic, hidden)

    yield lambda *chosen: change(True, *chosen)
    change(False)


def versions(engine):
    with engine.connect() as connection:
        return [None, *range(1, queries.data_version(connection) + 1)]


def counted(engine, version=None):
    """How many of everything that can be hidden is read at a data version."""
    selection = Selection(("demo",), version=version)
    room = views.read(engine, selection)
    replies = views.replies(engine, room)
    table_room, lines = tables.read(engine, selection), notes.read(engine, selection)
    with engine.connect() as connection:
        seconds = len(queries.seconds(connection, ["demo"], version))
    return SimpleNamespace(
        answers=room.cards.n,
        replaced=room.replaced,
        profile=sum(len(codes.options) for codes in room.cards.profile.values()),
        replies=sum(any(codes.values) for codes in replies.values()),
        seconds=seconds,
        rankings=len(table_room.sheets.rankings),
        lines=len(lines.noted),
        texts=int((lines.coded["text"] != "").sum()),
    )


def test_nothing_of_what_is_hidden_is_read_at_any_data_version_and_all_of_it_again_when_revealed(full, hide):
    before = {version: vars(counted(full, version)) for version in versions(full)}
    assert min(before[None].values()) > 0
    hide()
    for version in versions(full):
        assert set(vars(counted(full, version)).values()) == {0}, version
    with writing(full) as connection:
        for topic in setup.topics(KNOWN):
            setup.set_hidden(connection, "demo", topic, False)
    assert {version: vars(counted(full, version)) for version in before} == before


@pytest.mark.parametrize(
    ("topic", "gone"),
    [
        ("survey", {"answers", "replaced", "profile", "replies", "seconds"}),
        ("replies", {"replies"}),
        ("notes", {"lines", "texts"}),
    ],
)
def test_each_topic_hides_its_own_and_leaves_the_rest(full, hide, topic, gone):
    before = vars(counted(full))
    hide(topic)
    assert vars(counted(full)) == {name: 0 if name in gone else n for name, n in before.items()}


@pytest.mark.parametrize("topic", [topic.code for topic in KNOWN.topic])
def test_a_hidden_list_hides_its_own_places_and_no_other(full, hide, topic):
    ranked = {t.code: len(tables.read(full, Selection(("demo",))).ranked(t.code)) for t in KNOWN.topic}
    assert min(ranked.values()) > 0
    hide(topic)
    for version in versions(full):
        assert tables.read(full, Selection(("demo",), version=version)).ranked(topic).empty
    now = tables.read(full, Selection(("demo",)))
    assert {t.code: len(now.ranked(t.code)) for t in KNOWN.topic} == {**ranked, topic: 0}


def test_rooms_say_what_is_hidden_of_them(full, hide):
    chosen = Selection(("demo",))
    rooms = (views, tables, notes)
    assert [module.read(full, chosen).hidden for module in rooms] == [frozenset()] * 3
    hide("survey", "notes")
    assert [module.read(full, chosen).hidden for module in rooms] == [{"survey", "notes"}] * 3
    frozen = Selection(("demo",), version=1)
    assert [module.read(full, frozen).hidden for module in rooms] == [{"survey", "notes"}] * 3


def test_pages_of_a_hidden_survey_are_those_of_a_survey_that_nobody_answered(full, bare, hide):
    hide()
    chosen = Selection(("demo",))
    ours, theirs = views.read(full, chosen), views.read(bare, chosen)
    for view in (views.gaps, views.mix, views.answered):
        assert view(ours, chosen).equals(view(theirs, chosen)), view.__name__
    for by in KNOWN.comparisons:
        asked = Selection(("demo",), by=by)
        assert views.gaps(ours, asked).equals(views.gaps(theirs, asked)), by
    assert views.findings(ours, chosen, "role") == views.findings(theirs, chosen, "role")
    replied = [questions.replied(room, views.replies(e, room), chosen) for e, room in ((full, ours), (bare, theirs))]
    assert replied[0].equals(replied[1])


COMMANDS = [
    "events",
    "gaps --by role",
    "gaps --format json",
    "compare --by city_size_band",
    "regions",
    "regions --level country",
    "missing",
    "questions",
    "questions --by role",
    "ground --what who",
    "ground --what challenges",
    "ground --what parts",
    "ground --what links",
    "voices",
    "queue",
    "consensus",
    "challenges",
    "notes",
    "practices",
    "peers",
    "peers --what pairs",
]


def told(engine, command, monkeypatch):
    """What a command prints or refuses with; the data version is told apart in both stores, and left out."""
    monkeypatch.setenv("SCTRAIN_DB", str(engine.url))
    result = CliRunner().invoke(main, command.split())
    with engine.connect() as connection:
        now = queries.data_version(connection)
    said = result.output + str(result.exception or "")
    return result.exit_code, re.sub(rf"(?i)(version\W+){now}\b", r"\1V", said)


@elsewhere("the rest is what the commands print")
@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_line_tells_of_hidden_topics_what_it_tells_where_there_is_nothing(
    full, bare, hide, command, monkeypatch
):
    shown = told(full, command, monkeypatch)
    assert shown[0] == 0
    hide()
    assert told(full, command, monkeypatch) == told(bare, command, monkeypatch)
    assert told(full, command, monkeypatch) != shown


def test_a_frozen_version_on_the_command_line_tells_no_more(full, hide, monkeypatch):
    frozen = versions(full)[-1]
    shown = told(full, f"gaps --data-version {frozen} --format csv", monkeypatch)
    hide("survey")
    hidden = told(full, f"gaps --data-version {frozen} --format csv", monkeypatch)
    assert hidden != shown
    assert not re.search(r"[0-9]\.[0-9]", hidden[1])


def test_a_personal_link_finds_no_place_in_a_hidden_survey(full, hide):
    with full.connect() as connection:
        (person,) = pseudonyms(connection, "demo", ["late"])
        who = personal.Participant("demo", person)
        assert personal.place(connection, who, ("demo",), None) is not None
        assert personal.own(connection, who, ("demo",), None) is not None
    hide("survey")
    with full.connect() as connection:
        assert personal.place(connection, who, ("demo",), None) is None
        assert personal.own(connection, who, ("demo",), None) is None


def test_hidden_lines_cannot_be_coded(full, hide):
    hide("notes")
    with pytest.raises(Exception, match="no table with lines"):
        add_codings(full, "demo", [Coding(1, 1, cleared=True)])


def test_of_two_events_only_the_hidden_one_is_left_out(full, hide):
    second = NewEvent("second", "A second room", is_demo=True)
    add_event(full, second, KNOWN)
    card = "5" * 2 * len(KNOWN.codes)
    add_answers(full, "second", submissions(*((f"s{k}", "elected", card) for k in range(7))))
    both = ("demo", "second")
    with full.connect() as connection:
        assert queries.cards(connection, both).n == queries.cards(connection, ["demo"]).n + 7
    hide("survey", "replies")
    with full.connect() as connection:
        cards = queries.cards(connection, both)
        replies = queries.replies(connection, both, None, ["how_long"])["how_long"]
        assert (cards.n, cards.profile["event"].options, replies.code.size) == (7, ("second",), 7)
        assert {event.code: event.answers for event in queries.events(connection)} == {"demo": 0, "second": 7}
        assert queries.replaced(connection, both) == 0
        assert queries.answers_since(connection, both, 0) == 7


def test_replies_are_hidden_of_one_event_and_stay_in_step_with_the_cards(full, hide):
    with full.connect() as connection:
        people = queries.cards(connection, ["demo"]).n
    hide("replies")
    with full.connect() as connection:
        codes = queries.replies(connection, ["demo"], None, ["how_long"])["how_long"]
        assert (codes.values, codes.code.size) == (("",), people)


def test_only_the_organisers_own_count_tells_of_a_hidden_survey(full, hide):
    with full.connect() as connection:
        before = phones.counts(connection, "demo")["sent"]
        assert before == queries.cards(connection, ["demo"]).n
    hide("survey")
    with full.connect() as connection:
        assert phones.counts(connection, "demo")["sent"] == before


def test_every_way_out_of_the_store_is_tried_here():
    """A new function that reads answers or sheets has to be thought of: hide in it, and try it above."""
    reading = {name for name, f in vars(queries).items() if getattr(f, "__module__", "") == queries.__name__}
    public = {name for name in reading if name[0].islower() and not name.startswith("_")}
    assert public == {
        "data_version",
        "events",
        "catalogue_of",
        "catalogues",
        "replaced",
        "waiting",
        "filling",
        "answers_since",
        "heard",  # numbers of data versions, no more
        "heard_since",
        "cards",
        "replies",
        "seconds",
        "place_of",
        "cards_of",
        "hidden_topics",
    }
    assert sheets.__module__ == "sctrain.store.sheets"
    assert coding.noted.__module__ == "sctrain.store.coding"
