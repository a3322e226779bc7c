"""The flow from challenges over solutions to competencies."""

from collections import Counter
from functools import cache

import pandas as pd
import plotly.graph_objects as go
import pytest

from sctrain.charts.flow import challenge_flow, challenge_flow_alt
from sctrain.charts.theme import DARK, LIGHT, contrast, mix, text_width
from sctrain.demo import demo_sheets
from sctrain.errors import FrameError
from sctrain.frames import FLOWS, RAISED

from .made import KNOWN

NAMES = {
    "labels": {c.code: c.label for c in KNOWN.challenge},
    "solution_labels": {s.code: s.label for s in KNOWN.solution},
    "competency_labels": {c.code: c.brief for c in KNOWN.competency},
}
AB = {
    "labels": {"a": "Apathy", "b": "Bad roads", "c": "Costs"},
    "solution_labels": {"x": "Exchange", "y": "Yearly talks"},
    "competency_labels": {"x": "Exchanging", "k": "Knowing"},
}
LOOKS = pytest.mark.parametrize("look", [LIGHT, DARK, LIGHT.larger(1.7)], ids=["light", "dark", "room"])


def flows(*rows):
    """FLOWS of (challenge, solution, competency, lines, suggested)."""
    frame = pd.DataFrame(rows, columns=["challenge", "solution", "competency", "lines", "suggested"])
    return FLOWS.check(frame.assign(tables=1))


def raised(*rows):
    """RAISED of (kind, code, lines, tables, suggested, answered, open)."""
    return RAISED.check(pd.DataFrame(rows, columns=RAISED.names))


def few():
    """a is answered by x, which takes two competencies; b by nothing; c by y, which nothing serves."""
    return flows(("a", "x", "x", 3, 1), ("a", "x", "k", 1, 0), ("c", "y", "", 1, 1), ("", "x", "", 1, 0))


def spoken():
    return raised(
        ("challenge", "a", 2, 2, 0, 3, False),
        ("challenge", "b", 2, 1, 1, 0, True),
        ("challenge", "c", 1, 1, 0, 1, False),
        ("challenge", "", 1, 1, 0, 1, False),
        ("solution", "x", 4, 2, 1, 3, False),
        ("solution", "y", 1, 1, 1, 0, True),
    )


@cache
def room():
    """FLOWS and RAISED of the made-up workshop, where one solution lost its competencies."""
    notes = demo_sheets(KNOWN).notes
    notes.loc[notes["code"] == "joint_investment", "competencies"] = ""
    problems = notes[notes["kind"] == "challenge"].set_index(["table_number", "line"])["code"]
    offered = notes[notes["kind"] == "solution"].assign(challenge=lambda f: list(map(_answered(problems), *_at(f))))
    long = offered.assign(competency=offered["competencies"].str.split("+")).explode("competency")
    long = long.rename(columns={"code": "solution"}).groupby(["challenge", "solution", "competency"])
    found = long["table_number"].agg(lines="size", tables="nunique").reset_index().assign(suggested=0)
    return FLOWS.check(found), RAISED.check(pd.concat([_raised(problems, offered), _offered(offered)]))


def _at(frame):
    return frame["table_number"], frame["answers"]


def _answered(problems):
    return lambda table, line: "" if pd.isna(line) else problems.get((table, line), "")


def _raised(problems, offered):
    found = problems.reset_index().groupby("code")["table_number"].agg(lines="size", tables="nunique").reset_index()
    answered = found["code"].map(offered["challenge"].value_counts()).fillna(0)
    return found.assign(kind="challenge", suggested=0, answered=answered, open=(answered == 0) & (found["code"] != ""))


def _offered(offered):
    found = offered.groupby("code")["table_number"].agg(lines="size", tables="nunique").reset_index()
    answered = found["code"].map(offered[offered["competencies"] != ""]["code"].value_counts()).fillna(0)
    return found.assign(kind="solution", suggested=0, answered=answered, open=(answered == 0) & (found["code"] != ""))


def draw(look=LIGHT):
    return challenge_flow(room()[0], look, raised=room()[1], **NAMES)


def drawn(frame=None, said=None, look=LIGHT):
    frame, said = few() if frame is None else frame, spoken() if said is None else said
    return challenge_flow(frame, look, raised=said, **AB)


def labels(figure):
    return [label.replace("<br>", " ") for label in figure.data[0].node.label]


def threads(figure):
    """Threads by the labels of their ends; together those that people coded and those only suggested."""
    names, link = labels(figure), figure.data[0].link
    found = Counter()
    for source, target, n in zip(link.source, link.target, link.value, strict=True):
        found[names[source], names[target]] += n
    return dict(found)


def columns(figure):
    """Of each column the nodes' labels, their middles in px from the top, and their sizes in threads."""
    node, link = figure.data[0].node, figure.data[0].link
    leaving, reaching = Counter(), Counter()
    for source, target, n in zip(link.source, link.target, link.value, strict=True):
        leaving[source] += n
        reaching[target] += n
    high = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    found = {}
    for i, (label, x, y) in enumerate(zip(node.label, node.x, node.y, strict=True)):
        found.setdefault(x, []).append((label, y * high, max(leaving[i], reaching[i])))
    return high, list(found.values())


def test_threads_run_from_challenge_to_solution_to_competency():
    assert threads(drawn()) == {
        ("Apathy", "Exchange"): 4,
        ("Challenge not named or not coded", "Exchange"): 1,
        ("Costs", "Yearly talks"): 1,
        ("Bad roads", "No solution offered"): 2,
        ("Exchange", "Exchanging"): 3,
        ("Exchange", "Knowing"): 1,
        ("Exchange", "No competency named"): 1,
        ("Yearly talks", "No competency named"): 1,
    }


def test_a_solution_and_a_competency_of_one_code_are_two_nodes():
    assert {"Exchange", "Exchanging"} <= set(labels(drawn()))


def test_what_is_open_has_a_fill_of_its_own_and_words():
    node = drawn().data[0].node
    dark = {label.replace("<br>", " ") for label, fill in zip(node.label, node.color, strict=True) if fill == LIGHT.gap}
    assert dark == {"Bad roads", "No solution offered", "Yearly talks", "No competency named"}


def test_what_has_no_code_is_hollow():
    node = drawn().data[0].node
    hollow = {label.replace("<br>", " ") for label, c in zip(node.label, node.color, strict=True) if c == "#FFFFFF"}
    assert hollow == {"Challenge not named or not coded", "No competency named"}


def test_suggested_threads_are_paler_and_say_so():
    link = drawn().data[0].link
    found = dict(zip(link.customdata, link.color, strict=True))
    found = {said.replace("<br>", " "): colour for said, colour in found.items()}
    strong, pale = found["Exchange → Exchanging: 2 lines"], found["Exchange → Exchanging: 1 line, only suggested"]
    assert float(pale.rstrip(")").split(",")[-1]) < float(strong.rstrip(")").split(",")[-1])
    assert "pale: only suggested" in drawn().layout.annotations[0].text


def test_nothing_is_said_of_suggestions_where_there_are_none():
    said = spoken().assign(suggested=0)
    assert "suggested" not in drawn(few().assign(suggested=0), said).to_json()


def test_a_node_says_its_lines_tables_and_answers():
    said = [text.replace("<br>", " ") for text in drawn().data[0].node.customdata]
    assert said[: len(said) // 2] == [
        "Apathy: 2 lines, at 2 tables; 3 solution lines for it",
        "Costs: 1 line, at 1 table; 1 solution line for it",
        "Challenge not named or not coded: 1 thread",
        "Bad roads: 2 lines, 1 of them only suggested, at 1 table; no solution offered",
        "Exchange: 4 lines, 1 of them only suggested, at 2 tables; a competency is named in 3",
    ]
    assert "Yearly talks: 1 line, only suggested, at 1 table; no competency named" in said


def test_challenges_fall_by_size_and_what_is_open_stands_last():
    _, found = columns(draw())
    sizes = [n for label, _, n in found[0] if "named" not in label and "Privacy" not in label]
    assert sizes == sorted(sizes, reverse=True)
    assert [column[-1][0] for column in found] == [
        "Privacy is<br>at stake",
        "No solution<br>offered",
        "No competency<br>named",
    ]


def test_a_solution_stands_beside_the_challenge_it_is_for():
    frame = flows(*((c, s, "k", n, 0) for c, s, n in (("a", "y", 3), ("b", "x", 2))))
    said = raised(
        *(
            (kind, code, 1, 1, 0, 1, False)
            for kind, code in [*zip(["challenge"] * 2, "ab", strict=True), *zip(["solution"] * 2, "xy", strict=True)]
        )
    )
    assert labels(drawn(frame, said)) == ["Apathy", "Bad roads", "Yearly talks", "Exchange", "Knowing"]


@LOOKS
def test_no_label_and_no_node_covers_another_of_its_column(look):
    high, found = columns(draw(look))
    for column in found:
        below = 0.0
        for label, middle, n in column:
            half = look.px(max(9 * n, 17 * (label.count("<br>") + 1))) / 2
            assert middle - half >= below - 0.01
            below = middle + half
        assert below <= high + 0.01


@LOOKS
def test_plotly_draws_a_thread_as_thick_as_planned(look):
    figure = draw(look)
    high, found = columns(figure)
    pad = figure.data[0].node.pad
    # d3-sankey: the scale at which the fullest column, with its padding, is as high as the picture
    scale = min((high - (len(column) - 1) * pad) / sum(n for *_, n in column) for column in found)
    assert scale == pytest.approx(look.px(9))


def test_on_a_phone_labels_have_room_beside_each_other():
    _, found = columns(draw())
    middle, room = draw().data[0].node.x[len(found[0])] * 338, 338 - 2 * 9
    wide = [[(y, max(0.9 * text_width(line, 13) for line in label.split("<br>"))) for label, y, _ in c] for c in found]
    assert max(width for _, width in wide[0]) <= middle - 9
    close = [(a, b) for y, a in wide[1] for z, b in wide[2] if abs(y - z) < 34]
    assert close
    assert max(a + b for a, b in close) <= room - middle


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_labels_can_be_read_over_threads_and_nodes_are_seen(look):
    assert all(contrast(look.text, mix(look.background, hue, 0.4)) >= 4.5 for hue in (look.tables, look.gap))
    figure = draw(look)
    assert {figure.data[0].textfont.color, figure.layout.paper_bgcolor} == {look.text, look.background}
    assert all(contrast(fill, look.background) >= 3 for fill in figure.data[0].node.color if fill != look.background)
    assert contrast(figure.data[0].node.line.color, look.background) >= 3
    assert figure.layout.font.family.startswith('"Source Sans"')


def test_a_halo_stands_all_round_a_label():
    for look in (LIGHT, DARK):
        font = challenge_flow(few(), look, raised=spoken(), **AB).data[0].textfont
        shadows = [shadow.split() for shadow in font.shadow.split(", ")]
        assert {shadow[-1] for shadow in shadows} == {look.background}
        ways = {
            (x.startswith("-"), x == "0px" or x == "0", y.startswith("-"), y == "0px" or y == "0")
            for x, y, *_ in shadows
        }
        assert len(ways) == 9  # eight ways, and the blur in the middle


def test_every_label_is_whole():
    frame, said = room()
    shown = set(labels(draw()))
    codes = set(said.query("kind == 'challenge' and code != ''")["code"])
    assert {NAMES["labels"][code] for code in codes} <= shown
    assert {NAMES["solution_labels"][code] for code in frame["solution"] if code} <= shown
    assert {NAMES["competency_labels"][code] for code in frame["competency"] if code} <= shown


def test_more_nodes_make_a_higher_picture():
    assert draw().layout.height > drawn().layout.height
    assert 400 < draw().layout.height < 1000


def test_markup_in_a_label_is_text():
    names = AB | {"labels": {**AB["labels"], "a": "R&D <b>"}}
    node = challenge_flow(few(), raised=spoken(), **names).data[0].node
    assert node.label[0] == "R&amp;D &lt;b&gt;"
    assert node.customdata[0].startswith("R&amp;D &lt;b&gt;: 2 lines")


def test_nothing_written_is_a_picture_that_says_so():
    figure = challenge_flow(FLOWS.empty(), raised=RAISED.empty(), **AB)
    assert isinstance(figure, go.Figure)
    assert not figure.data
    assert "No challenge and no solution is written down yet." in figure.layout.annotations[0].text
    alt = challenge_flow_alt(FLOWS.empty(), raised=RAISED.empty(), **AB)
    assert alt == "No challenge and no solution is written down yet."


def test_one_challenge_without_a_solution_stands_at_both_ends():
    figure = drawn(FLOWS.empty(), raised(("challenge", "b", 1, 1, 0, 0, True)))
    assert threads(figure) == {("Bad roads", "No solution offered"): 1}
    assert list(figure.data[0].node.x) == [0.001, 0.999]
    assert [said.text for said in figure.layout.annotations[1:]] == ["challenge", "solution"]


def test_what_nobody_coded_is_one_thread_of_three_nodes():
    frame, said = (
        flows(("", "", "", 4, 0)),
        raised(("challenge", "", 3, 2, 0, 4, False), ("solution", "", 4, 2, 0, 0, True)),
    )
    assert labels(drawn(frame, said)) == [
        "Challenge not named or not coded",
        "Solution not coded",
        "No competency named",
    ]
    alt = challenge_flow_alt(frame, raised=said, **AB)
    assert alt == "Lines are written down, and none is coded yet."


@LOOKS
def test_one_solution_for_all_challenges_is_one_node(look):
    codes = list(NAMES["labels"])
    frame = flows(*((code, "ppp", "ppp", 1, 0) for code in codes))
    said = raised(("solution", "ppp", 11, 3, 0, 11, False), *(("challenge", c, 1, 1, 0, 1, False) for c in codes))
    figure = challenge_flow(frame, look, raised=said, **NAMES)
    _, found = columns(figure)
    assert [len(column) for column in found] == [11, 1, 1]
    assert found[1][0][2] == 11


@pytest.mark.parametrize("column", FLOWS.names)
def test_a_missing_column_stops_the_picture(column):
    with pytest.raises(FrameError, match=f"FLOWS: column '{column}' is missing"):
        drawn(few().drop(columns=column))


def test_what_does_not_belong_together_stops_the_picture():
    with pytest.raises(FrameError, match="RAISED: column 'open' is missing"):
        drawn(said=spoken().drop(columns="open"))
    with pytest.raises(FrameError, match="RAISED: no row for the challenge 'c', which FLOWS has"):
        drawn(said=spoken().query("code != 'c'"))
    with pytest.raises(FrameError, match="no label for 'k'"):
        challenge_flow(few(), raised=spoken(), **AB | {"competency_labels": {"x": "X"}})


def test_the_frames_are_left_as_they_were():
    frame, said = few(), spoken()
    before = frame.copy(deep=True), said.copy(deep=True)
    drawn(frame, said)
    pd.testing.assert_frame_equal(frame, before[0])
    pd.testing.assert_frame_equal(said, before[1])


def test_the_sentence_tells_what_is_named_most_and_what_is_open():
    assert challenge_flow_alt(few(), raised=spoken(), **AB) == (
        "Flow from 3 challenges to 2 solutions to 2 competencies; 3 lines for Exchanging, the most; no solution "
        "offered: Bad roads; no competency named: Yearly talks."
    )
