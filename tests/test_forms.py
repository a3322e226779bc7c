"""What a form sends becomes an answer, and an answer a form again; what it cannot mean is refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live import LIVE, row

from sctrain import forms
from sctrain.catalogue import BUILT_IN, read_catalogue
from sctrain.errors import InputError
from sctrain.forms import Filled, asked, fields_of, of_answer
from sctrain.load.text import slug

CODES = LIVE.codes


def read(fields):
    return forms.read(fields, LIVE, CODES, slug)


FULL = {
    "p.role": ["head"],
    "p.discipline": ["law", "it"],
    "p.country": ["Côte d'Ivoire"],
    "q.long": ["week"],
    "q.mix": ["size", "age"],
    "i0": ["5"],
    "l0": ["?"],
    "i2": ["1"],
    "l2": [""],
    "t": ["12"],
    "csrf": ["of no question"],
}


def test_the_fields_of_a_form_say_what_somebody_filled_in():
    filled = read(FULL)
    assert filled.profile == {"role": ("head",), "discipline": ("it", "law"), "country": ("cote_d_ivoire",)}
    assert filled.replies == {"long": ("week",), "mix": ("age", "size")}
    assert filled.marks == {("i", "a"): "5", ("l", "a"): "?", ("i", "c"): "1"}
    assert filled.table == 12


def test_an_answer_is_a_row_of_the_store_and_dont_know_is_no_mark():
    assert read(FULL).row(LIVE, CODES) == {
        "role": "head",
        "discipline": "it+law",
        "country": "cote_d_ivoire",
        "table_number": 12,
        "ratings": "5...1.",
        "replies": "dont_know_level=a;long=week;mix=age+size",
    }


@pytest.mark.parametrize("fields", [{}, {"i0": [""]}, {"p.country": [" "]}, {"t": ["4"]}, {"q.mix": []}])
def test_a_form_with_nothing_but_a_table_is_empty(fields):
    assert read(fields).is_empty


@pytest.mark.parametrize("fields", [{"i0": ["?"]}, {"p.role": ["head"]}, {"q.long": ["day"]}])
def test_a_form_with_anything_else_is_not(fields):
    assert not read(fields).is_empty


def test_what_a_slug_makes_nothing_of_is_not_said():
    assert forms.read({"p.country": ["?!"]}, LIVE, CODES, lambda text: "").is_empty


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"i0": ["6"]}, r"i0: '6' is not one of 1, 2, 3, 4, 5, \?"),
        ({"l2": ["."]}, r"l2: '\.' is not one of"),
        ({"l2": ["55"]}, "l2: '55'"),
        ({"p.role": ["king"]}, "p.role: 'king' is not one of head, officer"),
        ({"p.role": ["head", "officer"]}, "p.role: one answer is wanted, not 2"),
        ({"p.country": ["x" * 41]}, "Country: at most 40 characters, not 41"),
        ({"q.long": ["day", "week"]}, "q.long: one answer is wanted"),
        ({"q.long": ["day+week"]}, "q.long: 'day[+]week' is not one of day, week"),
        ({"q.mix": ["x" * 10_000]}, "q.mix: 'x{40}' is not one of"),
        ({"t": ["0"]}, "t: '0' is no table number from 1 to 99"),
        ({"t": ["100"]}, "t: '100'"),
        ({"t": ["1", "2"]}, "t: '1, 2' is no table number"),
        ({"t": ["١"]}, "t: '١'"),
    ],
)
def test_what_no_form_of_ours_sends_is_refused_with_field_value_and_choices(fields, said):
    with pytest.raises(InputError, match=said):
        read(fields)


def test_the_same_twice_is_said_once():
    assert read({"t": ["3", "3"], "p.role": ["head", "head"], "i0": ["4", "4"]}) == Filled(
        {"role": ("head",)}, {("i", "a"): "4"}, {}, 3
    )


def test_fields_of_other_competencies_and_questions_are_passed_over():
    assert read({"i3": ["5"], "x0": ["5"], "p.shoe": ["42"], "q.else": ["text"]}).is_empty


def test_questions_without_options_are_not_asked():
    assert [question.code for question in asked(LIVE)] == ["long", "mix"]


def some(options, most=9):
    return st.lists(st.sampled_from(options), unique=True, max_size=most).map(sorted).map(tuple)


FILLED = st.builds(
    lambda profile, marks, replies, table: Filled(
        {k: v for k, v in profile.items() if v}, row(marks), {k: v for k, v in replies.items() if v}, table
    ),
    st.fixed_dictionaries(
        {"role": some(["head", "officer"], 1), "discipline": some(["it", "law", "art"]), "country": some(["pt"], 1)}
    ),
    st.text("12345?.", min_size=6, max_size=6),
    st.fixed_dictionaries({"long": some(["day", "week"], 1), "mix": some(["sex", "age", "size"])}),
    st.none() | st.integers(1, 99),
)


@given(FILLED)
def test_through_a_form_and_through_the_store_everything_comes_back(filled):
    assert read(fields_of(filled, CODES)) == filled
    assert of_answer(filled.row(LIVE, CODES) | {"region": ""}, LIVE, CODES) == filled


@given(FILLED)
def test_an_answer_read_by_another_order_of_competencies_keeps_each_mark_with_its_own(filled):
    turned = CODES[::-1]
    assert forms.read(fields_of(filled, turned), LIVE, turned, slug) == filled


@given(
    st.dictionaries(
        st.sampled_from(["i0", "l1", "p.role", "p.discipline", "p.country", "q.long", "q.mix", "t"]),
        st.lists(st.text(max_size=4) | st.sampled_from(["5", "?", "head", "it", "day", "3"]), max_size=3),
    )
)
def test_whatever_is_sent_is_an_answer_or_is_refused(fields):
    try:
        filled = read(fields)
    except InputError:
        return
    assert of_answer(filled.row(LIVE, CODES), LIVE, CODES) == filled


def test_the_form_of_the_shipped_catalogue_comes_back_too():
    known = read_catalogue(BUILT_IN)
    filled = Filled(
        {name: (d.option[0].code,) for name, d in known.dimensions.items() if d.option},
        {(letter, code): "?" if letter == "l" else "3" for code in known.codes for letter in "il"},
        {question.code: (question.option[-1].code,) for question in asked(known)},
        7,
    )
    assert forms.read(fields_of(filled, known.codes), known, known.codes, slug) == filled
    assert of_answer(filled.row(known, known.codes), known, known.codes) == filled
