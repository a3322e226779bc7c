"""Colours that can be read in both themes, numbers with two digits, names in whole words."""

import colorsys
from dataclasses import fields

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sctrain.charts.theme import DARK, FADED, LIGHT, channels, contrast, ink, interval, mix, wrap
from sctrain.numerals import count, percent, tables, two_digits

LOOKS = pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
TEXTS = ("text", "quiet")
MARKS = ("importance", "level", "gap", "tables", "survey", "technology", "human", "hatch")


def hue(colour):
    return 360 * colorsys.rgb_to_hls(*channels(colour))[0]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#FFFFFF", 21), ("#FFFFFF", "#FFFFFF", 1), ("#777777", "#FFFFFF", 4.48), ("#FF0000", "#0000FF", 2.15)],
)
def test_contrast_is_that_of_the_guidelines(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@LOOKS
@pytest.mark.parametrize("role", TEXTS)
def test_text_reads_on_the_page_and_on_a_band(look, role):
    assert min(contrast(getattr(look, role), ground) for ground in (look.background, look.band)) >= 4.5


@LOOKS
@pytest.mark.parametrize("role", MARKS)
def test_a_mark_stands_out_from_the_page_and_from_a_band(look, role):
    assert min(contrast(getattr(look, role), ground) for ground in (look.background, look.band)) >= 3


@LOOKS
def test_every_group_stands_out_and_no_two_are_alike(look):
    assert min(contrast(colour, look.band) for colour in look.groups) >= 3
    assert len(set(look.groups)) == 4


@LOOKS
def test_a_faded_gap_still_stands_out(look):
    assert contrast(mix(look.background, look.gap, FADED), look.background) >= 3


def test_the_roles_have_the_colours_of_the_house():
    assert (LIGHT.importance, LIGHT.level, LIGHT.gap) == ("#0072B2", "#D55E00", "#333333")
    assert (LIGHT.tables, LIGHT.survey, DARK.gap) == ("#7A4EAB", "#00796B", "#DDDDDD")


@pytest.mark.parametrize("role", ["importance", "level", "tables", "survey"])
def test_a_role_keeps_its_hue_in_the_dark(role):
    assert hue(getattr(LIGHT, role)) == pytest.approx(hue(getattr(DARK, role)), abs=2)


@LOOKS
@given(share=st.floats(-1, 2))
def test_a_number_reads_on_every_shade(look, share):
    assert contrast(ink(look.shade(share)), look.shade(share)) >= 4.5


@LOOKS
def test_shades_run_from_the_page_to_the_highest_need(look):
    steps = [contrast(look.shade(share / 10), look.background) for share in range(11)]
    assert steps == sorted(steps)
    assert steps[0] < 1.2
    assert steps[-1] > 9
    assert look.shade(-3) == look.shade(0)


def test_a_larger_look_differs_in_its_type_only():
    larger = LIGHT.larger(1.7)
    assert [f.name for f in fields(LIGHT) if getattr(LIGHT, f.name) != getattr(larger, f.name)] == ["scale"]
    assert larger.px(13) == 22.1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.649, "1.6"),
        (0.434, "0.43"),
        (0.0449, "0.04"),
        (-0.004, "0"),
        (-1.26, "−1.3"),
        (9.96, "10"),
        (10.24, "10"),
        (99.6, "100"),
        (123.4, "120"),
        (-47.3, "−47"),
        (0, "0"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_numbers_have_two_digits(value, text):
    assert two_digits(value) == text


@pytest.mark.parametrize(
    ("share", "n", "text"),
    [
        (0.474, 47, "47 %"),
        (0.045, 47, "4 %"),
        (0.045, 900, "4.5 %"),
        (0.474, 900, "47 %"),
        (0.002, 47, "<1 %"),
        (0, 47, "0 %"),
        (1, 900, "100 %"),
        (None, 9, "–"),
    ],
)
def test_percentages_have_no_decimals_below_200_people(share, n, text):
    assert percent(share, n).replace("\u202f", " ") == text


def test_counts_and_intervals_are_written_as_in_print():
    assert count(12345) == "12\u202f345"
    assert (tables(1), tables(0), tables(1400)) == ("1 table", "0 tables", "1\u202f400 tables")
    assert interval("1.6", "1.2", "2.0") == "1.6 (95\u202f%: 1.2 to 2.0)"


@example("Judging infrastructure investment as technology changes")
@given(st.text(st.sampled_from("abc "), max_size=90))
def test_a_name_breaks_between_words_and_loses_none(name):
    lines = wrap(name)
    assert " ".join(lines).split() == name.split()
    assert all(len(line) <= 34 or " " not in line for line in lines)


def test_the_lines_of_a_name_are_about_equally_long():
    assert wrap("Judging infrastructure investment as technology changes") == (
        "Judging infrastructure",
        "investment as technology changes",
    )
    assert wrap("Leading teams of many disciplines") == ("Leading teams of many disciplines",)
