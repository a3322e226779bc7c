"""Suggestions: what a line is most like, how often that is right, and that what people said stands above it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.analysis.coding import LEAST, coded, suggestions
from sctrain.catalogue import BUILT_IN, Catalogue, read_catalogue
from sctrain.demo import demo_sheets
from sctrain.frames import CODED, NOTED, SUGGESTED

from .made import quick

PLACE = ["table_number", "line"]
few = settings(quick, max_examples=12)


def entry(code, label, sentence=""):
    return {"code": code, "label": label, "sentence": sentence}


def catalogue_of(**entries):
    head = {"catalogue": {"code": "test", "title": "Test"}}
    return Catalogue.model_validate({**head, "competency": [entry("cooking", "Cooking")], **entries})


KITCHEN = catalogue_of(
    challenge=[entry("hunger", "Hungry guests", "The kitchen is late."), entry("noise", "Noisy neighbours")],
    solution=[entry("bread", "Bread for everyone"), entry("walls", "Thicker walls")],
    competency=[entry("cooking", "Cooking for guests"), entry("building", "Building thick walls")],
)


def noted(*rows):
    """NOTED of (table, line, kind, text, code, competencies)."""
    frame = pd.DataFrame(rows, columns=["table_number", "line", "kind", "text", "code", "competencies"])
    frame = frame.assign(practices="", answers=pd.array([None] * len(rows), "Int64"), cleared=False)
    return NOTED.check(settled(frame))


def settled(lines):
    """People have settled what they filled in."""
    return lines.assign(code_settled=lines["code"] != "", links_settled=lines["competencies"] != "")


def offered(noted_, catalogue, column="code", **how):
    found = suggestions(noted_, catalogue, **how)
    return found.loc[found["column"] == column, "entry"].tolist()


# Who is offered what


def test_a_line_is_offered_what_its_words_are_most_like():
    rows = noted(
        (1, 1, "challenge", "Our guests were hungry", "", ""),
        (1, 2, "solution", "More bread", "", ""),
        (2, 1, "conclusion", "Learn to build walls", "", ""),
    )
    found = suggestions(rows, KITCHEN, 1, 0.1)
    assert found[[*PLACE, "column", "entry", "rank"]].to_numpy().tolist() == [
        [1, 1, "code", "hunger", 1],
        [1, 1, "competencies", "cooking", 1],
        [1, 2, "code", "bread", 1],
        [2, 1, "competencies", "building", 1],
    ]


def test_what_people_have_said_gets_no_suggestion():
    rows = noted(
        (1, 1, "challenge", "Hungry guests", "noise", ""),
        (1, 2, "challenge", "Hungry guests", "", "building"),
        (1, 3, "conclusion", "Hungry guests", "", "cooking+building"),
    )
    found = suggestions(rows, KITCHEN, least=0)
    assert set(zip(found["line"], found["column"], strict=True)) == {(1, "competencies"), (2, "code")}


def test_an_entry_that_shares_no_piece_of_a_word_is_never_offered():
    assert suggestions(noted((1, 1, "challenge", "Zzz!", "", "")), KITCHEN, least=0).empty


def test_an_entry_and_its_own_words_are_wholly_alike():
    found = suggestions(noted((1, 1, "solution", "THICKER, walls…", "", "building")), KITCHEN)
    assert found[["entry", "rank", "similarity"]].to_numpy().tolist() == [["walls", 1, 1.0]]


def test_of_two_entries_with_equal_words_the_catalogues_first_comes_first():
    twins = catalogue_of(challenge=[entry("z", "Late trains"), entry("a", "Late trains")])
    assert offered(noted((1, 1, "challenge", "trains are late", "", "cooking")), twins) == ["z", "a"]


def test_no_more_than_asked_for_and_nothing_less_alike_than_asked_for():
    many = catalogue_of(challenge=[entry(f"c{i}", "Late trains " + "and more delay " * i) for i in range(5)])
    rows = noted((1, 1, "challenge", "trains are late", "", "cooking"))
    found = suggestions(rows, many, most=99, least=0)
    assert found["entry"].tolist() == ["c0", "c1", "c2", "c3", "c4"]
    assert found["similarity"].is_monotonic_decreasing
    assert offered(rows, many, most=2, least=0) == ["c0", "c1"]
    assert offered(rows, many, most=99, least=found["similarity"][2]) == ["c0", "c1", "c2"]


# Learning


def test_a_line_that_people_coded_teaches_words_that_the_entry_lacks():
    asked = (2, 1, "challenge", "Drums forever", "", "building")
    assert offered(noted(asked), KITCHEN, least=0) == []
    taught = noted((1, 1, "challenge", "Those drums upstairs", "noise", "building"), asked)
    assert offered(taught, KITCHEN, least=0) == ["noise"]


def test_each_line_that_people_coded_makes_the_entry_more_alike():
    def similarity(lessons):
        known = [(1, i, "challenge", "Those drums upstairs", "noise", "building") for i in range(1, lessons + 1)]
        rows = noted(*known, (2, 1, "challenge", "Drums forever", "", "building"))
        return suggestions(rows, KITCHEN, least=0)["similarity"].tolist()

    assert [] == similarity(0) < similarity(1) < similarity(2) < similarity(4)


def test_the_same_said_at_another_table_is_offered_what_people_coded_there():
    taught = (1, 1, "challenge", "Those drummers live upstairs", "noise", "building")
    rows = noted(taught, (2, 1, "challenge", "The drummers, they live upstairs!", "", "building"))
    found = suggestions(rows, KITCHEN)
    assert found["entry"].tolist() == ["noise"]
    assert found["similarity"][0] > 0.5


def test_a_link_is_learned_from_every_kind_of_line():
    taught = (1, 1, "challenge", "Those drummers live upstairs", "noise", "building+cooking")
    rows = noted(taught, (2, 1, "conclusion", "The drummers, they live upstairs!", "", ""))
    assert offered(rows, KITCHEN, "competencies") == ["cooking", "building"]


def test_a_challenge_is_not_learned_from_a_solution_of_the_same_code():
    both = catalogue_of(challenge=[entry("noise", "Noise")], solution=[entry("noise", "Noise")])
    rows = noted(
        (1, 1, "solution", "A drummer lives upstairs", "noise", "cooking"),
        (2, 1, "challenge", "The drummer plays at night", "", "cooking"),
    )
    assert offered(rows, both, least=0) == []


# Any language, any room


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Öffentliche Beschaffung", "Die BESCHAFFUNGSREGELN passen nicht"),
        ("Πρόσβαση στα δεδομένα", "Δεν έχουμε δεδομένα"),
        ("डेटा की सुरक्षा", "सुरक्षा नहीं है"),
        ("城市数据平台", "每个部门都有自己的数据平台"),
        ("البيانات المفتوحة", "لا نشارك البيانات"),
    ],
)
def test_lines_in_any_script_are_offered_their_like(label, text):
    words = catalogue_of(challenge=[entry("other", "Other 其他 غير ذلك άλλο"), entry("right", label)])
    assert offered(noted((1, 1, "challenge", text, "", "cooking")), words, least=0.1) == ["right"]


@pytest.mark.parametrize("texts", [[], [""], ["?!", "…", " — "]])
def test_rooms_without_words_have_no_suggestions(texts):
    rows = noted(*((1, i, "challenge", text, "", "") for i, text in enumerate(texts, 1)))
    assert suggestions(rows, KITCHEN, least=0).empty
    assert SUGGESTED.check(suggestions(rows, KITCHEN)).dtypes.astype(str).tolist()[:2] == ["int64", "int64"]
    assert coded(rows, KITCHEN)["coded_by"].tolist() == [""] * len(texts)


def test_a_catalogue_whose_labels_are_no_words_offers_nothing():
    dots = catalogue_of(challenge=[entry("dots", "…")], competency=[entry("dash", "—")])
    assert suggestions(noted((1, 1, "challenge", "…", "", ""), (1, 2, "challenge", "words", "", "")), dots).empty


def test_a_catalogue_without_challenges_offers_competencies_only():
    rows = noted((1, 1, "challenge", "Cooking is hard", "", ""), (1, 2, "solution", "Cooking", "", ""))
    assert set(suggestions(rows, catalogue_of())["column"]) == {"competencies"}


# Coded


def test_a_line_is_coded_by_a_person_else_by_suggestion_else_by_nobody():
    rows = noted(
        (2, 1, "challenge", "A loud band", "noise", "building"),
        (1, 2, "challenge", "Hungry guests", "", ""),
        (1, 1, "conclusion", "Qqq", "", ""),
        (1, 3, "solution", "Zzz", "gone", "lost+cooking"),
    )
    frame = coded(rows, KITCHEN)
    assert frame[["code", "competencies", "coded_by", "linked_by"]].to_numpy().tolist() == [
        ["noise", "building", "person", "person"],
        ["hunger", "cooking", "machine", "machine"],
        ["", "", "", ""],
        ["gone", "lost+cooking", "person", "person"],
    ]
    assert frame["similarity"].notna().tolist() == [False, True, False, False]


WORDS = st.lists(st.sampled_from(["hungry", "guests", "noisy", "walls", "bread", "?", "drum"]), max_size=4).map(
    " ".join
)


@st.composite
def rooms(draw):
    tables = draw(st.lists(st.integers(0, 4), min_size=1, max_size=4))
    rows = []
    for table, lines in enumerate(tables, 1):
        for line in range(1, lines + 1):
            kind = draw(st.sampled_from(["challenge", "solution", "conclusion"]))
            codes = {"challenge": ["", "hunger", "noise", "gone"], "solution": ["", "bread"], "conclusion": [""]}[kind]
            links = draw(st.sampled_from(["", "", "cooking", "building+cooking"]))
            rows.append((table, line, kind, draw(WORDS), draw(st.sampled_from(codes)), links))
    return noted(*rows)


@few
@given(rooms(), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter_and_they_stay_as_they_are(room, random):
    order = random.sample(range(len(room)), len(room))
    mixed, before = room.iloc[order], room.copy()
    pd.testing.assert_frame_equal(suggestions(mixed, KITCHEN, least=0), suggestions(room, KITCHEN, least=0))
    pd.testing.assert_frame_equal(coded(mixed, KITCHEN), coded(room, KITCHEN).iloc[order])
    pd.testing.assert_frame_equal(room, before)


@few
@given(rooms(), st.integers(0, 3), st.sampled_from([0, LEAST, 0.6]))
def test_suggestions_keep_their_bounds_and_code_lines_as_offered(room, most, least):
    found = suggestions(room, KITCHEN, most, least)
    ranks = found.groupby([*PLACE, "column"])["rank"].agg(list)
    assert all(given_ == list(range(1, len(given_) + 1)) and len(given_) <= most for given_ in ranks)
    assert (found["similarity"] >= least).all()
    frame = CODED.check(coded(room, KITCHEN, least))
    first = suggestions(room, KITCHEN, 1, least)
    for column, by in (("code", "coded_by"), ("competencies", "linked_by")):
        said = room[column] != ""
        assert (frame[column][said] == room[column][said]).all()
        assert ((frame[by] == "person") == said).all()
        guessed = frame[frame[by] == "machine"].set_index(PLACE)[column].sort_index()
        assert guessed.to_dict() == first[first["column"] == column].set_index(PLACE)["entry"].to_dict()


# How often it is right


@pytest.fixture(scope="module")
def workshop():
    catalogue = read_catalogue(BUILT_IN)
    return catalogue, settled(demo_sheets(catalogue).notes.assign(cleared=False))


def measured(notes, offered_):
    """Rank of the first right entry and similarity of the first, for each code and link that people gave."""
    firsts = offered_[offered_["rank"] == 1].set_index([*PLACE, "column"])["similarity"].to_dict()
    rows = []
    for column in ("code", "competencies"):
        said = notes[notes[column] != ""]
        right = {(t, i): set(text.split("+")) for t, i, text in said[[*PLACE, column]].to_numpy()}
        given_ = offered_[offered_["column"] == column]
        for place, answers in right.items():
            mine = given_[(given_["table_number"] == place[0]) & (given_["line"] == place[1])]
            rank = mine.loc[mine["entry"].isin(answers), "rank"].min()
            rows.append((column, rank, firsts.get((*place, column), 0.0)))
    return pd.DataFrame(rows, columns=["column", "rank", "similarity"])


@pytest.fixture(scope="module")
def left_out(workshop):
    """Each line of the workshop, offered what the others teach."""
    catalogue, notes = workshop
    found = []
    for i, place in notes.loc[(notes["code"] != "") | (notes["competencies"] != ""), PLACE].iterrows():
        hidden = notes.copy()
        hidden.loc[i, ["code", "competencies"]] = ""
        offered_ = suggestions(settled(hidden), catalogue, 99, 0)
        found.append(offered_[(offered_[PLACE] == place).all(axis=1)])
    return measured(notes, pd.concat(found))


def test_learning_from_people_makes_more_suggestions_right(workshop, left_out):
    catalogue, notes = workshop
    untaught = suggestions(settled(notes.assign(code="", competencies="")), catalogue, 99, 0)
    alone = measured(notes, untaught)
    assert len(alone) == len(left_out) == 83
    assert (alone["rank"] == 1).sum() == 33
    assert (left_out["rank"] == 1).sum() == 37
    assert (left_out["rank"] <= 3).sum() == 51


def test_from_the_threshold_on_a_suggestion_is_more_likely_right_than_wrong(left_out):
    right, given_ = left_out["rank"] == 1, left_out["similarity"] >= LEAST
    assert (right[given_].sum(), given_.sum()) == (13, 20)
    assert right[~given_].mean() < 0.5
    assert (right & given_).groupby(left_out["column"]).sum().gt(given_.groupby(left_out["column"]).sum() / 2).all()


def test_the_workshop_shows_lines_coded_by_people_by_suggestion_and_by_nobody(workshop):
    catalogue, notes = workshop
    frame = coded(notes, catalogue)
    assert (
        set(frame["coded_by"]) == set(frame.loc[frame["kind"] != "conclusion", "coded_by"]) == {"person", "machine", ""}
    )
    machine = frame[frame["coded_by"] == "machine"]
    assert machine["code"].tolist() == ["unclear_models", "ppp"]
    assert (machine["similarity"] >= LEAST).all()


def test_a_person_who_says_that_it_is_none_gets_no_suggestion():
    rows = noted((1, 1, "challenge", "Our guests were hungry", "", ""))
    assert offered(rows, KITCHEN, least=0.1) == ["hunger"]
    none = rows.assign(code_settled=True, links_settled=True)
    assert suggestions(none, KITCHEN, least=0).empty
    line = coded(none, KITCHEN, least=0).iloc[0]
    assert (line["code"], line["coded_by"], line["competencies"], line["linked_by"]) == ("", "person", "", "person")
