"""Challenges and solutions: how they are counted and joined, what stays open, and what is said of it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain.analysis.challenges import coding_words, flows, raised, sentence
from sctrain.catalogue import Catalogue
from sctrain.frames import CODED, FLOWS, RAISED

from .made import quick

LABELS = {"silos": "Silos", "noise": "Noise and dust", "hunger": "Hunger", "bread": "Bread", "walls": "Walls"}
ROOM = Catalogue.model_validate(
    {
        "catalogue": {"code": "test", "title": "Test"},
        "competency": [{"code": c, "label": c} for c in ("cooking", "building")],
        "challenge": [{"code": c, "label": LABELS[c]} for c in ("silos", "noise", "hunger")],
        "solution": [{"code": c, "label": LABELS[c]} for c in ("bread", "walls")],
    }
)
few = settings(quick, max_examples=15)
BY = {"": "", "?": "machine"}


def coded(*rows):
    """CODED of (table, line, kind, code, competencies, answers); what begins with `?` is only suggested."""
    frame = pd.DataFrame(rows, columns=["table_number", "line", "kind", "code", "competencies", "answers"])
    for column, by in (("code", "coded_by"), ("competencies", "linked_by")):
        frame[by] = [BY.get(text[:1], "person") for text in frame[column]]
        frame[column] = [text.removeprefix("?") for text in frame[column]]
    frame["similarity"] = [0.5 if by == "machine" else None for by in frame["coded_by"]]
    frame = frame.astype({"answers": "Int64", "similarity": "float64", "code": "str", "competencies": "str"})
    return CODED.check(frame.assign(text="", practices="", cleared=False))


TWO_TABLES = coded(
    (1, 1, "challenge", "silos", "cooking", None),
    (1, 2, "challenge", "noise", "", None),
    (1, 3, "solution", "bread", "cooking+building", 1),
    (1, 4, "solution", "?bread", "building", 1),
    (1, 5, "conclusion", "", "cooking", None),
    (2, 1, "challenge", "?silos", "", None),
    (2, 2, "challenge", "", "", None),
    (2, 3, "solution", "bread", "?cooking", 1),
    (2, 4, "solution", "", "", 2),
    (2, 5, "solution", "walls", "", None),
    (2, 6, "challenge", "noise", "", None),
    (2, 7, "challenge", "noise", "", None),
)


# Flows


def test_a_solution_line_flows_from_its_challenge_to_each_of_its_competencies():
    assert flows(TWO_TABLES).to_numpy().tolist() == [
        ["", "", "", 1, 1, 0],
        ["", "walls", "", 1, 1, 0],
        ["silos", "bread", "building", 2, 1, 1],
        ["silos", "bread", "cooking", 2, 2, 1],
    ]


@pytest.mark.parametrize(
    ("challenge", "code", "link"), [("?noise", "walls", "building"), ("noise", "walls", "?building")]
)
def test_a_flow_is_suggested_where_any_of_its_parts_is(challenge, code, link):
    frame = flows(coded((1, 1, "challenge", challenge, "", None), (1, 2, "solution", code, link, 1)))
    assert frame.to_numpy().tolist() == [["noise", "walls", "building", 1, 1, 1]]


def test_a_solution_answers_a_line_of_its_own_table_only():
    frame = flows(coded((1, 1, "challenge", "noise", "", None), (2, 1, "solution", "walls", "", None)))
    assert frame["challenge"].tolist() == [""]
    frame = coded((1, 1, "challenge", "noise", "", None), (2, 1, "solution", "walls", "", 1))
    assert flows(frame)["challenge"].tolist() == [""]


# Raised


def test_lines_tables_suggestions_and_answers_are_counted_in_the_catalogues_order():
    frame = raised(TWO_TABLES, ROOM)
    assert frame.to_numpy().tolist() == [
        ["challenge", "silos", 2, 2, 1, 3, False],
        ["challenge", "noise", 3, 2, 0, 0, True],
        ["challenge", "hunger", 0, 0, 0, 0, False],
        ["challenge", "", 1, 1, 0, 1, False],
        ["solution", "bread", 3, 2, 1, 3, False],
        ["solution", "walls", 1, 1, 0, 0, True],
        ["solution", "", 1, 1, 0, 0, False],
    ]


def test_a_challenge_is_closed_by_one_solution_at_any_table_coded_or_not():
    rows = [(table, 1, "challenge", "noise", "", None) for table in (1, 2)]
    assert raised(coded(*rows), ROOM).query("open")["code"].tolist() == ["noise"]
    assert not raised(coded(*rows, (2, 2, "solution", "", "", 1)), ROOM)["open"].any()


@pytest.mark.parametrize(("link", "open_"), [("", ["walls"]), ("building", []), ("?building", [])])
def test_a_solution_is_closed_by_a_competency_named_or_suggested(link, open_):
    rows = [(1, 1, "solution", "walls", "", None), (1, 2, "solution", "walls", link, None)]
    assert raised(coded(*rows), ROOM).query("open")["code"].tolist() == open_


def test_codes_that_the_catalogue_lacks_are_counted_after_its_own():
    frame = raised(coded((1, 1, "challenge", "zeal", "", None), (1, 2, "challenge", "", "", None)), ROOM)
    assert frame.loc[frame["kind"] == "challenge", "code"].tolist() == ["silos", "noise", "hunger", "zeal", ""]
    assert frame.query("open")["code"].tolist() == ["zeal"]


def test_nothing_written_has_every_entry_and_no_line():
    frame = raised(CODED.empty(), ROOM)
    assert frame["code"].tolist() == ["silos", "noise", "hunger", "bread", "walls"]
    assert not frame[["lines", "tables", "suggested", "answered", "open"]].any(axis=None)
    assert flows(CODED.empty()).empty


def test_a_catalogue_without_challenges_and_solutions_has_no_rows():
    bare = Catalogue.model_validate(
        {"catalogue": {"code": "bare", "title": "Bare"}, "competency": [{"code": "a", "label": "A"}]}
    )
    frame = raised(CODED.empty(), bare)
    assert frame.empty
    assert sentence(frame, {}) == "No table wrote down a challenge."


# What holds in any room


@st.composite
def rooms(draw):
    rows = []
    for table in range(1, draw(st.integers(1, 4)) + 1):
        for line in range(1, draw(st.integers(0, 5)) + 1):
            kind = draw(st.sampled_from(["challenge", "solution", "conclusion"]))
            codes = {
                "challenge": ["", "silos", "?silos", "noise", "gone"],
                "solution": ["", "bread", "?bread", "walls"],
                "conclusion": [""],
            }
            link = draw(st.sampled_from(["", "cooking", "?building", "building+cooking", "cooking+cooking"]))
            answers = draw(st.one_of(st.none(), st.integers(1, 6))) if kind == "solution" else None
            rows.append((table, line, kind, draw(st.sampled_from(codes[kind])), link, answers))
    return coded(*rows)


@few
@given(rooms())
def test_every_challenge_and_solution_line_is_counted_once(room):
    frame = RAISED.check(raised(room, ROOM))
    for kind in ("challenge", "solution"):
        of, lines = frame[frame["kind"] == kind], room[room["kind"] == kind]
        assert of["lines"].sum() == len(lines)
        assert of["suggested"].sum() == (lines["coded_by"] == "machine").sum()
    assert (frame["tables"] <= frame["lines"]).all()
    assert (frame["suggested"] <= frame["lines"]).all()
    served = frame[frame["kind"] == "solution"]
    assert (served["answered"] <= served["lines"]).all()
    assert (frame["open"] == ((frame["lines"] > 0) & (frame["answered"] == 0) & (frame["code"] != ""))).all()


@few
@given(rooms())
def test_every_flow_is_of_solution_lines_and_every_solution_line_flows(room):
    """Counted line by line."""
    frame = FLOWS.check(flows(room)).set_index(list(FLOWS.key))
    code_at = {
        (t, i): c for t, i, k, c in room[["table_number", "line", "kind", "code"]].to_numpy() if k == "challenge"
    }
    expected = {}
    for row in room[room["kind"] == "solution"].itertuples():
        challenge = "" if pd.isna(row.answers) else code_at.get((row.table_number, row.answers), "")
        for competency in set(row.competencies.split("+")):
            expected.setdefault((challenge, row.code, competency), []).append(row.table_number)
    assert frame["lines"].to_dict() == {key: len(tables) for key, tables in expected.items()}
    assert frame["tables"].to_dict() == {key: len(set(tables)) for key, tables in expected.items()}
    assert (frame["suggested"] <= frame["lines"]).all()


@few
@given(rooms(), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter_and_they_stay_as_they_are(room, random):
    before = room.copy()
    mixed = room.iloc[random.sample(range(len(room)), len(room))]
    pd.testing.assert_frame_equal(flows(mixed), flows(room))
    pd.testing.assert_frame_equal(raised(mixed, ROOM), raised(room, ROOM))
    pd.testing.assert_frame_equal(room, before)


@few
@given(rooms())
def test_the_sentence_names_what_is_open_and_four_at_most(room):
    frame = raised(room, ROOM)
    text = sentence(frame, LABELS)
    assert text.endswith(".")
    assert text.count("“") <= 4
    named = {label for code, label in LABELS.items() if f"“{label}”" in text}
    assert named <= {LABELS.get(code) for code in frame.query("open")["code"]}
    assert ("suggestion" in coding_words(frame)) == (frame["suggested"].sum() > 0)


# The sentence


SENTENCES = [
    ([], "No table wrote down a challenge."),
    (
        [(1, 1, "solution", "walls", "", None)],
        "No table wrote down a challenge; no competency is named yet for “Walls”.",
    ),
    (
        [(1, 1, "challenge", "", "", None), (2, 1, "challenge", "", "", None)],
        "Tables wrote down 2 lines about challenges, none of them coded.",
    ),
    (
        [(1, 1, "challenge", "silos", "", None), (1, 2, "solution", "bread", "cooking", 1)],
        "1 challenge was raised at 1 table.",
    ),
    (
        [(1, 1, "challenge", "silos", "", None), (2, 1, "challenge", "noise", "", None)],
        "2 challenges were each raised at 1 table; no table linked a solution to “Silos” and “Noise and dust”.",
    ),
    (
        [(1, i, "challenge", code, "", None) for i, code in enumerate(["silos", "noise", "hunger", "gone"], 1)],
        "4 challenges were each raised at 1 table; no table linked a solution to “Silos”, “Noise and dust” and 2 more.",
    ),
]


@pytest.mark.parametrize(("rows", "said"), SENTENCES)
def test_the_sentence_says_what_was_raised_and_what_is_open(rows, said):
    assert sentence(raised(coded(*rows), ROOM), LABELS) == said


def test_the_sentence_says_how_far_lines_are_coded():
    assert sentence(raised(TWO_TABLES, ROOM), LABELS) == (
        "2 challenges were each raised at 2 tables; no table linked a solution to “Noise and dust”; "
        "no competency is named yet for “Walls”."
    )
    assert coding_words(raised(TWO_TABLES, ROOM)) == (
        "Of 11 lines about challenges and solutions, 2 are coded by suggestion only and 2 are not coded yet."
    )
    assert coding_words(raised(coded((1, 1, "challenge", "silos", "", None)), ROOM)) == ""


def test_what_has_no_label_is_called_by_its_code():
    frame = raised(coded((1, 1, "challenge", "gone", "", None)), ROOM)
    assert "“gone”" in sentence(frame, {})
