"""Pictures of replies to the questions of the session and of clashes: what is drawn, said and kept back."""

import json

import pandas as pd
import pytest

from sctrain.analysis.clashes import Counted, clashes, formats, without
from sctrain.analysis.questions import contrasts, replies
from sctrain.charts.clashes import formats_matrix, suited_dots
from sctrain.charts.questions import reach_dots, replies_heat, replies_shares, shares_alt
from sctrain.charts.theme import DARK, LIGHT
from sctrain.errors import FrameError
from sctrain.frames import CLASHES, CONTRASTS, FORMATS, REPLIES

from .made import check, np, svg, texts

LABELS = {"a": "Apples from a very long way off, and pears", "b": "Bread", "c": "Cheese", "unsure": "Not sure"}
GROUPS = {"x": "Small and medium cities", "y": "Large cities"}
DURATIONS, FORMS = (
    {"day": "One day", "week": "Up to one week"},
    {"yes": "Online", "no": "Together", "unsure": "Not sure"},
)
COLUMNS = (("a", False), ("b", False), ("c", False), ("unsure", False))
WIDTHS = pytest.mark.parametrize("width", [358, 1200])


def plain(text):
    return text.replace("\u202f", " ")


def told(n, respondents, groups=(None,), columns=COLUMNS, hidden=None):
    n = np.array(n).reshape(len(groups), len(columns))
    veil = np.zeros(n.shape, bool) if hidden is None else np.array(hidden, bool).reshape(n.shape)
    return replies("q", columns, groups, n, np.array(respondents), veil)


def everyone(hidden=(0, 0, 1, 0)):
    return told([8, 30, 4, 12], [54], hidden=hidden)


def ordered():
    return told([8, 30, 10, 6, 16], [54], columns=(*COLUMNS, ("c", True)))


def by_group():
    return told([4, 18, 3, 5, 25, 2, 1, 7], [30, 35], ("x", "y"), hidden=[0, 0, 1, 0, 0, 0, 1, 0])


def middle():
    return told([18, 5], [30, 35], ("x", "y"), columns=(("b", True),))


def against(frame):
    columns = tuple(dict.fromkeys(zip(frame["option"], frame["or_more"], strict=True)))
    n = frame.groupby(["option", "or_more"], sort=False)["n"].sum().to_numpy(int)
    return contrasts(frame, told(n, [65], columns=columns))


def coming():
    whole = Counted(None, (None,), *[np.array([40.0])] * 2, np.array([70.0]))
    nan = float("nan")
    sizes = Counted("city_size", ("x", "y", "z"), *map(np.array, ([2.0, nan, nan], [2.0, 4, nan], [15.0, 12, nan])))
    return clashes("week", "yes", whole, [sizes])


def grid(hidden=((0, 0, 0), (0, 0, 1))):
    return formats(DURATIONS, FORMS, np.array([[9, 0, 5], [22, 7, 4]]), np.array(hidden, bool))


NAMES = {("city_size", code): f"City {code}" for code in "xyz"}
CASES = {
    "shares": (lambda f, **o: replies_shares(f, LABELS, title="Which?", **o), everyone, REPLIES),
    "ordered": (lambda f, **o: replies_shares(f, LABELS, title="Which?", ordered=True, **o), ordered, REPLIES),
    "heat": (
        lambda f, **o: replies_heat(f, against(by_group()), LABELS, GROUPS, title="Which?", **o),
        by_group,
        REPLIES,
    ),
    "reach": (
        lambda f, **o: reach_dots(f, against(middle()), LABELS, GROUPS, title="Which?", everyone=0.35, **o),
        middle,
        REPLIES,
    ),
    "matrix": (lambda f, **o: formats_matrix(f, DURATIONS, FORMS, **o), grid, FORMATS),
    "come": (lambda f, **o: suited_dots(f, {"city_size": "City size"}, NAMES, title="A week.", **o), coming, CLASHES),
}
EVERY = pytest.mark.parametrize("name", CASES)


def drawn(name, **options):
    make, frame, _ = CASES[name]
    return make(frame(), **options)


def rows(name, key, **options):
    return {r[key]: r for r in drawn(name, **options).to_dict()["data"]["values"]}


@EVERY
def test_a_chart_is_valid_in_both_looks_and_tells_itself_in_a_sentence(name):
    for look in (LIGHT, DARK.larger(1.7)):
        chart = drawn(name, look=look)
        check(chart)
        says = chart.to_dict()["description"]
        assert says[0].isupper()
        assert says.endswith(".")
        assert "nan" not in says.lower()


@EVERY
@WIDTHS
def test_nothing_overlaps_and_nothing_leaves_the_picture(name, width):
    found = texts(svg(drawn(name), width))
    assert not [(a.line, b.line) for i, a in enumerate(found) for b in found[:i] if a.covers(b)]
    assert not [text.line for text in found if text.left < 0 or text.right > width]


@EVERY
def test_a_missing_column_stops_the_chart(name):
    make, frame, contract = CASES[name]
    for column in contract.names:
        with pytest.raises(FrameError, match=column):
            make(frame().drop(columns=column))


@EVERY
def test_hidden_numbers_never_reach_the_browser(name):
    make, frame, contract = CASES[name]
    numbers = [c.name for c in contract.columns if c.kind in ("count", "number")]
    veiled = frame().assign(suppressed=True)
    blank = veiled.assign(**{name: pd.array([pd.NA] * len(veiled), "Float64") for name in numbers})
    assert json.dumps(make(veiled).to_dict()) == json.dumps(make(blank).to_dict())


@EVERY
def test_a_frame_without_rows_is_a_chart_without_rows(name):
    make, _, contract = CASES[name]
    chart = make(contract.empty())
    assert chart.to_dict()["data"]["values"] == []
    assert svg(chart, 358)


@EVERY
def test_it_says_how_many_people_it_rests_on(name):
    layers = drawn(name).to_dict()["layer"]
    assert "people" in [field["title"] for layer in layers for field in layer["encoding"].get("tooltip", ())]


def test_options_go_from_the_largest_share_down_and_not_sure_stands_last():
    assert list(rows("shares", "option")) == ["b", "a", "c", "unsure"]
    assert list(rows("ordered", "option")) == ["a", "b", "c", "unsure"]


def test_a_bar_says_share_interval_and_n():
    found = rows("shares", "option")
    assert (plain(found["b"]["value"]), found["b"]["people"]) == ("56 %", "30")
    assert plain(found["b"]["about"]) == "56 % (95 %: 42 % to 68 %)"
    assert (found["c"]["note"], found["c"]["value"]) == ("hidden to protect fewer than 5", "")


def test_the_options_that_a_middle_takes_together_are_shaded():
    assert [r["reached"] for r in rows("ordered", "option").values()] == [False, False, True, True]
    said = {plain(text.whole) for text in texts(svg(drawn("ordered"), 1200))}
    assert "shaded, together: 30 % (19–43 %)" in said


def test_a_cell_says_its_share_its_interval_and_the_rest():
    found = {(r["option"], r["group"]): r for r in drawn("heat").to_dict()["data"]["values"]}
    cell = found["b", "x"]
    assert (plain(cell["value"]), plain(cell["range"]), cell["people"], cell["rest"]) == (
        "60 %",
        "42–75 %",
        "18 of 30",
        "2 of 35",
    )
    assert cell["differs"]
    assert not found["unsure", "x"]["differs"]
    assert (found["c", "x"]["value"], found["c", "x"]["suppressed"]) == ("", True)


@pytest.mark.parametrize(("name", "key", "strong"), [("reach", "group", ["x", "y"]), ("come", "group", ["x"])])
def test_what_stands_out_does_so_by_shape_and_colour(name, key, strong):
    found = rows(name, key)
    assert [code for code, r in found.items() if r["shape"] == "diamond"] == strong
    assert {r["fill"] for code, r in found.items() if code in strong} == {LIGHT.level}


def test_a_number_known_only_to_be_small_has_its_interval_and_no_dot():
    y = rows("come", "group")["y"]
    assert (y["share"], plain(y["value"]), y["people"]) == (None, "<42 %", "<5 of 12")
    assert y["share_high"] == pytest.approx(0.6094, abs=1e-4)
    assert "z" not in rows("come", "group")


def test_where_no_group_may_be_shown_the_title_says_so():
    chart = CASES["come"][0](coming().assign(suppressed=lambda frame: frame["group"].notna()))
    assert "all 3 groups are hidden to protect fewer than 5 people" in chart.to_dict()["description"] + str(
        chart.to_dict()["title"]["text"]
    )


def test_the_title_says_the_order_of_the_groups():
    title = str(drawn("come").to_dict()["title"]["text"])
    assert "groups it does not suit first, then the smallest share; 2 of 3" in title.replace("', '", " ")


def test_a_format_chosen_most_often_whose_number_is_hidden_is_outlined_and_has_none():
    frame = grid()
    cells = (frame["chosen"]).to_numpy().reshape(2, 3)
    chart = formats_matrix(without(frame, cells), DURATIONS, FORMS).to_dict()
    assert [(r["chosen"], r["value"]) for r in chart["data"]["values"] if r["suppressed"]] == [(True, ""), (False, "")]
    assert "chosen most often: Up to one week, Online;" in chart["description"]


def test_what_most_people_chose_is_outlined():
    cells = drawn("matrix").to_dict()["data"]["values"]
    assert [(r["duration"], r["form"], r["value"]) for r in cells if r["chosen"]] == [("week", "yes", "22")]
    assert [r["value"] for r in cells if not r["chosen"]] == ["9", "", "5", "7", ""]


def test_the_sentence_of_a_chart_names_most_and_fewest_and_what_is_hidden():
    assert plain(shares_alt(everyone(), LABELS, title="Which?")) == (
        "Which? 54 people, 4 answers; most chose Bread: 56 % (95 %: 42 % to 68 %), n 30; fewest chose "
        "Apples from a very long way off, and pears: 15 % (95 %: 8 % to 27 %), n 8; "
        "1 hidden to protect fewer than 5 people."
    )


def test_one_question_is_drawn_at_a_time_and_groups_are_not_everyone():
    two = pd.concat([everyone(), everyone().assign(question="other")], ignore_index=True)
    with pytest.raises(FrameError, match=r"REPLIES.question: one is drawn at a time"):
        replies_shares(two, LABELS, title="Which?")
    with pytest.raises(FrameError, match="groups are drawn here"):
        replies_heat(everyone(), CONTRASTS.empty(), LABELS, GROUPS, title="Which?")


def test_a_code_without_label_stops_the_chart():
    for make in (replies_shares, shares_alt):
        with pytest.raises(FrameError, match="no label for"):
            make(everyone(), {"x": "X"}, title="Which?")
