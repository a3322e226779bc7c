"""Replies to the session's questions as one text per answer, and back."""

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sctrain.replies import lay_out, write, write_all

CODES = st.sampled_from(["a", "b", "ab", "A", "a_b", "_", "0", "x9"])
REPLIES = st.dictionaries(CODES, st.sets(CODES, max_size=3), max_size=3)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("replies", "text"),
    [
        ({}, ""),
        ({"how_long": []}, ""),
        ({"how_long": ["week"]}, "how_long=week"),
        ({"mix": ["domains", "cultures", "domains"], "how_long": ["week"]}, "how_long=week;mix=cultures+domains"),
    ],
)
def test_a_text_has_questions_and_options_sorted_and_once(replies, text):
    assert write(replies) == text


def test_a_question_s_name_within_another_is_not_it():
    texts = pa.chunked_array([["long=a;so_long=b", "so_long=c"], [""], ["long_ago=d;long=e"]])
    assert {q: [c.values[i] for i in c.code] for q, c in lay_out(texts, ["long", "so_long", "never"]).items()} == {
        "long": ["a", "", "", "e"],
        "so_long": ["b", "c", "", ""],
        "never": ["", "", "", ""],
    }


def test_no_answers_have_no_replies():
    codes = lay_out(pa.chunked_array([], pa.string()), ["long"])["long"]
    assert (codes.values, codes.code.size) == ((), 0)


@unhurried
@given(st.lists(REPLIES, max_size=4))
def test_what_is_written_is_what_is_read(rows):
    questions = sorted({q for row in rows for q in row})
    read = lay_out(pa.chunked_array([list(map(write, rows))], pa.string()), questions)
    for question, codes in read.items():
        given_options = [row.get(question, set()) for row in rows]
        assert [set(filter(None, codes.values[i].split("+"))) for i in codes.code] == given_options


@unhurried
@given(st.lists(REPLIES, max_size=4))
def test_all_at_once_are_the_texts_one_by_one(rows):
    texts = list(map(write, rows))
    questions = sorted({q for row in rows for q in row})
    read = lay_out(pa.chunked_array([texts], pa.string()), questions)
    assert write_all(len(rows), read) == texts
