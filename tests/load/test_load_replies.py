"""Questions of the session: from the columns of a file to the replies of the room."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from databases import address

from sctrain import views
from sctrain.catalogue import Catalogue, read_catalogue
from sctrain.errors import ImportRefused, MappingError
from sctrain.load.draft import draft_catalogue
from sctrain.load.mapping import check_fit, read_mapping
from sctrain.load.survey import Loaded, load
from sctrain.selection import Selection
from sctrain.store.engine import open_store
from sctrain.store.write import NewEvent, bring_in

Read = Callable[..., Loaded]
QUESTIONS = [
    {
        "code": "how_long",
        "label": "How long?",
        "kind": "ordered",
        "option": [{"code": "day", "label": "One day"}, {"code": "week", "label": "One week", "synonyms": ["5 days"]}],
    },
    {
        "code": "mix",
        "label": "Which mix?",
        "kind": "multiple",
        "option": [{"code": "cultures", "label": "Cultures, schools"}, {"code": "domains", "label": "Domains"}],
    },
    {"code": "needed", "label": "Needed?", "option": [{"code": "yes", "label": "Yes"}, {"code": "no", "label": "No"}]},
    {"code": "words", "label": "Anything else?", "kind": "text"},
]
RATING = '\n[[rating]]\ncompetency = "data"\nlevel = "Data"\n'


@pytest.fixture(scope="session")
def catalogue(catalogue: Catalogue) -> Catalogue:
    """The small catalogue, which puts one question of each kind to everyone."""
    return Catalogue.model_validate(catalogue.model_dump() | {"question": QUESTIONS})


def replied(read: Read, mapping: str, *rows: str) -> list[str]:
    survey = "Data;A;B;C\n" + "".join(f"1;{row}\n" for row in rows)
    return read(survey, mapping + RATING).submissions["replies"].tolist()


def test_a_label_synonym_or_code_of_the_catalogue_needs_no_table(read: Read) -> None:
    rows = ["One day;;", "5\u00a0DAYS;;", "week;;", ";;"]
    expected = ["how_long=day", "how_long=week", "how_long=week", ""]
    assert replied(read, '[question.how_long]\ncolumn = "A"\n', *rows) == expected


def test_the_table_of_the_mapping_goes_before_the_catalogue(read: Read) -> None:
    keys = '[question.how_long]\ncolumn = "A"\nnot_said = ["?"]\nunknown = "week"\n'
    table = '[question.how_long.labels]\n"One week" = "day"\n'
    assert replied(read, keys + table, "One week;;", "?;;", "A while;;") == ["how_long=day", "", "how_long=week"]


def test_several_answers_stand_in_one_cell_or_in_a_column_each(read: Read) -> None:
    cell = '[question.mix]\ncolumn = "A"\nseparator = ", "\n'
    assert replied(read, cell, "Domains, Cultures, schools;;", "Cultures, schools;;") == [
        "mix=cultures+domains",
        "mix=cultures",
    ]
    ticks = '[question.mix.columns]\nA = "domains"\nB = "cultures"\n'
    assert replied(read, ticks, "x;1;", ";Cultures, schools;", "no;0;") == ["mix=cultures+domains", "mix=cultures", ""]


def test_all_questions_of_a_row_are_one_text_in_the_order_of_their_codes(read: Read) -> None:
    mapping = (
        '[question.needed]\ncolumn = "C"\n[question.how_long]\ncolumn = "A"\n[question.mix.columns]\nB = "domains"\n'
    )
    rows = ["day;x;Yes", ";x;No", "day;;", ";;", "day;x;YES"]
    full = "how_long=day;mix=domains;needed=yes"
    assert replied(read, mapping, *rows) == [full, "mix=domains;needed=no", "how_long=day", "", full]


def test_a_label_that_nobody_knows_is_refused_with_the_choices(read: Read) -> None:
    keys = '[question.how_long]\ncolumn = "A"\nlabels = { "5 minutes" = "day" }\n'
    with pytest.raises(ImportRefused, match="row 3, column 'A': 'Ever' is not one of: 5 minutes, One day, One week"):
        replied(read, keys, "day;;", "Ever;;")
    with pytest.raises(ImportRefused, match="row 2, column 'B': 'maybe' is neither a tick nor blank"):
        replied(read, '[question.mix.columns]\nB = "domains"\n', ";maybe;")


@pytest.mark.parametrize(("question", "cell"), [("how_long", "day,week"), ("needed", "yes,no")])
def test_several_answers_are_refused_where_the_question_takes_one(read: Read, question: str, cell: str) -> None:
    with pytest.raises(ImportRefused, match=rf"row 2, column 'A': .* several answers, and the {question} .* takes one"):
        replied(read, f'[question.{question}]\ncolumn = "A"\nseparator = ","\n', f"{cell};;")


@pytest.mark.parametrize(
    ("mapping", "key", "reason"),
    [
        ('[question.words]\ncolumn = "A"\n', "question.words", "own words"),
        ('[question.shoes]\ncolumn = "A"\n', "question.shoes", "how_long, mix, needed, words"),
        ('[question.mix.columns]\nA = "moons"\n', "question.mix.moons", "cultures, domains"),
        ('[question.mix]\ncolumn = "A"\nlabels = { x = "moons" }\n', "question.mix.moons", "cultures, domains"),
        ('[question.mix]\ncolumn = "A"\nunknown = "moons"\n', "question.mix.moons", "cultures, domains"),
        ('[question.mix]\ncolumn = "Z"\n', "question.mix.column", "no heading 'Z'"),
        ('[question.mix]\ncolumn = "A"\nticked = ["x"]\n', "question.mix", "does not go with column"),
        ('[question."a b"]\ncolumn = "A"\n', "question.a b", "letters, digits"),
    ],
)
def test_a_mapping_that_does_not_fit_the_questions_is_refused(read: Read, mapping: str, key: str, reason: str) -> None:
    with pytest.raises(MappingError) as refused:
        replied(read, mapping, ";;")
    assert refused.value.key == key
    assert reason in refused.value.reason


def test_a_draft_asks_what_the_mapping_reads(tmp_path: Path) -> None:
    mapping = tmp_path / "own.toml"
    table = '[question.how_long]\ncolumn = "A"\nlabels = { Day = "day", "24 hours" = "day" }\n'
    mapping.write_text(table + '[question.mix.columns]\n"Mix [all]" = "all"\n' + RATING, encoding="utf-8")
    (tmp_path / "c.toml").write_text(draft_catalogue(read_mapping(mapping)), encoding="utf-8")
    drafted = read_catalogue(tmp_path / "c.toml")
    check_fit(read_mapping(mapping), drafted)
    how_long, mix = drafted.question
    assert (how_long.kind, how_long.label, mix.kind) == ("single", "How long", "multiple")
    assert [(o.code, o.label, o.synonyms) for o in how_long.option] == [("day", "Day", ("24 hours",))]


# From the file to the room

MAPPING = """
[respondent]
column = "Id"
[profile.cluster]
column = "Id"
[question.how_long]
column = "A"
[question.mix.columns]
"B" = "cultures"
"C" = "domains"
[[rating]]
competency = "data"
level = "Data"
"""


class Survey:
    """Files of one mapping that come into one store, and what the room then replies."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder, self.catalogue = folder, catalogue
        self.engine = open_store(address(folder))
        (folder / "map.toml").write_text(MAPPING, encoding="utf-8")

    def bring(self, event: str, *rows: str, mapping: str = MAPPING) -> tuple[int, int, int, int]:
        (self.folder / "survey.csv").write_text("\n".join(("Id;Data;A;B;C", *rows)), encoding="utf-8")
        (self.folder / "map.toml").write_text(mapping, encoding="utf-8")
        loaded = load(self.folder / "survey.csv", read_mapping(self.folder / "map.toml"), self.catalogue)
        written = bring_in(self.engine, NewEvent(event, event, threshold=3), self.catalogue, loaded.submissions)
        return written.added, written.corrected, written.unchanged, written.version

    def replied(self, *events: str, version: int | None = None) -> dict[str, tuple[str, ...]]:
        """By person (whom the cluster names) the level, how long and which mix."""
        room = views.read(self.engine, Selection(events, version=version))
        replies = views.replies(self.engine, room)
        said = (room.cards.profile["cluster"], replies["how_long"], replies["mix"])
        who, *columns = (np.array(codes.values)[codes.code].tolist() for codes in said)
        level = (room.cards.pairs[0] % room.cards.width).tolist()
        return dict(zip(who, zip(level, *columns, strict=True), strict=True))


@pytest.fixture
def survey(tmp_path: Path, catalogue: Catalogue) -> Survey:
    return Survey(tmp_path, catalogue)


def test_replies_stand_beside_the_marks_of_the_same_people(survey: Survey) -> None:
    survey.bring("one", "a;1;day;x;x", "b;2;;;", "c;3;5 days;;x", "d;4;day;;")
    expected = {"a": (1, "day", "cultures+domains"), "b": (2, "", ""), "c": (3, "week", "domains"), "d": (4, "day", "")}
    assert survey.replied("one") == expected


def test_the_same_file_again_changes_nothing(survey: Survey) -> None:
    rows = ("a;1;day;x;x", "b;2;;;", "c;3;week;;x")
    *first, version = survey.bring("one", *rows)
    assert first == [3, 0, 0]
    assert survey.bring("one", *rows) == (0, 0, 3, version)


def test_a_changed_reply_corrects_and_the_older_version_keeps_the_old_one(survey: Survey) -> None:
    *_, older = survey.bring("one", "a;1;day;;", "b;2;week;;x", "c;3;day;x;")
    assert survey.bring("one", "a;1;week;;", "b;2;week;;x", "c;3;day;x;") == (0, 1, 2, older + 1)
    expected = {"a": (1, "week", ""), "b": (2, "week", "domains"), "c": (3, "day", "cultures")}
    assert survey.replied("one") == expected
    assert survey.replied("one", version=older) == expected | {"a": (1, "day", "")}


def test_a_mapping_that_reads_more_of_the_file_corrects_what_was_there(survey: Survey) -> None:
    rows = ("a;1;day;;", "b;2;;;x", "c;3;;;")
    less = MAPPING.replace('[question.how_long]\ncolumn = "A"\n', "")
    survey.bring("one", *rows, mapping=less)
    assert {long for _, long, _ in survey.replied("one").values()} == {""}
    assert survey.bring("one", *rows)[:3] == (0, 1, 2)
    assert survey.replied("one")["a"] == (1, "day", "")


def test_two_events_are_pooled_row_by_row_after_corrections_and_a_grown_catalogue(survey: Survey) -> None:
    survey.bring("one", *(f"a{i};{1 + i % 5};{('day', 'week')[i % 2]};;{'x' * (i % 3 == 0)}" for i in range(40)))
    more = survey.catalogue.model_dump()
    more["competency"] = [{"code": "new", "label": "New"}, *more["competency"]]
    survey.catalogue = Catalogue.model_validate(more)
    survey.bring("two", *(f"b{i};{1 + i % 4};{('week', '')[i % 2]};x;" for i in range(20)))
    survey.bring("one", *(f"a{i};{1 + i % 5};day;x;" for i in range(0, 40, 5)))  # as answers to the grown catalogue
    told = survey.replied("one", "two")
    assert len(told) == 60
    assert survey.replied("two").items() <= told.items()
    for i in range(40):
        said = ("day", "cultures") if i % 5 == 0 else (("day", "week")[i % 2], "domains" * (i % 3 == 0))
        assert told[f"a{i}"][1:] == said
    room = views.read(survey.engine, Selection(("one", "two")))
    data = room.cards.pairs[room.cards.competencies.index("data")] % room.cards.width
    who = np.array(room.cards.profile["cluster"].values)[room.cards.profile["cluster"].code]
    assert all(level == 1 + int(name[1:]) % (5 if name[0] == "a" else 4) for name, level in zip(who, data, strict=True))


def test_a_room_without_replies_replies_nothing(survey: Survey) -> None:
    unasked = MAPPING.partition("[question")[0] + RATING
    survey.bring("one", "a;1;day;x;", "b;2;;;", "c;3;;;", mapping=unasked)
    room = views.read(survey.engine, Selection(("one",)))
    replies = views.replies(survey.engine, room)
    assert list(replies) == [question.code for question in survey.catalogue.question]
    assert {codes.values for codes in replies.values()} == {("",)}
