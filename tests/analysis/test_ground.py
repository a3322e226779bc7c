"""What tables and people say of the common ground, from small tables of it."""

import numpy as np
import pandas as pd
import pytest

from sctrain.analysis import ground
from sctrain.catalogue import read_catalogue
from sctrain.frames import CODED, GAPS, RAISED, REPLIES, WHO_HERE

KNOWN = read_catalogue()
ROLES, DISCIPLINES = ["boss", "clerk", "guest"], ["ict", "law"]
LABELS = {
    "role": {"boss": "Boss", "clerk": "Clerk", "guest": "Guest"},
    "discipline": {"ict": "ICT", "law": "Law"},
    "challenge": {"silos": "Silos", "privacy": "Privacy", "procurement": "Procurement", "risk_aversion": "Risk"},
}


def who(n, hidden=()):
    table = np.array(n)
    whole = np.append(table, table.sum(0, keepdims=True), 0)
    whole = np.append(whole, whole.sum(1, keepdims=True), 1)
    veil = np.zeros(whole.shape, bool)
    for cell in hidden:
        veil[cell] = True
    return ground.who_here(whole, veil, ROLES, DISCIPLINES)


def replied(asked=20, **n):
    """REPLIES to one question: option=people, None for hidden."""
    rows = [
        {"question": "main_challenges", "option": o, "or_more": False, "n": c, "suppressed": c is None}
        | {"respondents": None if c is None else asked, "share": None if c is None else c / asked}
        | ({} if c is None else dict(zip(("share_low", "share_high"), interval(c, asked), strict=True)))
        for o, c in n.items()
    ]
    return pd.DataFrame(rows).reindex(columns=REPLIES.names)


def interval(n, of):
    low, high = ground.wilson(np.array([n]), of)
    return low[0], high[0]


def raised(**tables):
    rows = [("challenge", code, n, n, 0, 0, False) for code, n in tables.items()]
    return RAISED.check(pd.DataFrame(rows, columns=RAISED.names))


def voices(few=(), wrote=8, said=None, **n):
    codes = list(LABELS["challenge"])
    return ground.challenge_voices(replied(**n), few, raised(**(said or {})), wrote, codes)


def lines(*texts):
    """CODED of texts such as `1 challenge silos`, `1 solution >1 ppp+communication`; ? is only suggested."""
    rows, last = [], {}
    for text in texts:
        table, kind, *more = text.split()
        last[table] = last.get(table, 0) + 1
        answers = next((int(word[1:]) for word in more if word[0] == ">"), None)
        words = [word for word in more if word[0] != ">"]
        code = words.pop(0).rstrip("?") if kind == "challenge" and words else ""
        named = words[0].rstrip("?") if words else ""
        by = "machine" if text.endswith("?") else "person"
        rows.append((int(table), last[table], kind, text, code, named, "", answers, False, "person", by, None))
    frame = pd.DataFrame(rows, columns=CODED.names)
    return CODED.check(frame.astype({"answers": "Int64", "similarity": "float64"}))


def gaps(**values):
    """GAPS of everyone: competency=gap, None for hidden, the others unanswered."""
    frame = pd.DataFrame({"competency": KNOWN.codes}).reindex(columns=GAPS.names)
    of = frame["competency"].map(values)
    hidden = frame["competency"].isin([code for code, gap in values.items() if gap is None])
    n = of.notna().astype(int) * 30
    return frame.assign(gap=of, gap_low=of - 0.3, gap_high=of + 0.3, n=n.where(~hidden), suppressed=hidden)


def test_totals_are_rows_whose_role_or_discipline_is_missing():
    frame = who([[5, 0], [7, 6], [0, 0]])
    assert frame.loc[frame["role"].isna() & frame["discipline"].isna(), "n"].tolist() == [18]
    assert frame.loc[frame["discipline"].isna() & (frame["role"] == "clerk"), "n"].tolist() == [13]
    assert len(WHO_HERE.check(frame)) == 4 * 3


def test_who_is_not_here_and_who_is_here_with_too_few():
    frame = who([[5, 0], [2, 1], [0, 0]], [(1, 0), (1, 1), (1, 2), (0, 0)])
    assert (ground.nobody_with(frame, "role"), ground.hidden_with(frame, "role")) == (["guest"], ["clerk"])
    assert (ground.nobody_with(frame, "discipline"), ground.hidden_with(frame, "discipline")) == ([], [])
    assert frame.loc[frame["suppressed"], "n"].isna().all()


def test_a_voice_raises_what_enough_people_or_any_table_name():
    frame = voices(
        silos=9, privacy=6, procurement=None, risk_aversion=0, said={"silos": 2, "procurement": 3}, few=["procurement"]
    )
    assert frame["raised_by"].tolist() == ["both", "people only", "tables only", "neither"]
    assert frame["n"].tolist()[:2] == [9, 6]
    assert (frame["tables"] / 8 == frame["tables_share"]).all()


def test_what_is_hidden_and_not_known_to_be_few_cannot_be_told():
    frame = voices(silos=9, privacy=None, said={"privacy": 1})
    assert frame.set_index("challenge").loc["privacy", "raised_by"] == "cannot tell"


def test_without_replies_only_tables_are_told_and_without_tables_only_people():
    frame = ground.challenge_voices(REPLIES.empty(), (), raised(silos=2), 8, ["silos", "privacy"])
    assert frame["asked"].isna().all()
    assert not frame["suppressed"].any()
    assert frame["raised_by"].tolist() == ["cannot tell", "neither"]
    frame = voices(silos=9, wrote=0)
    assert frame["tables_share"].isna().all()
    assert frame["raised_by"].tolist()[0] == "people only"


def test_a_line_joins_a_challenge_with_the_competencies_it_names_and_so_do_its_answers():
    found = ground.links(
        lines("1 challenge silos systems_thinking", "1 solution >1 ppp+systems_thinking", "2 challenge silos ppp?"),
        KNOWN,
    )
    said = found[found["kind"] == "challenge"].set_index("competency")
    assert said.loc["systems_thinking", ["code", "lines", "tables", "suggested"]].tolist() == ["silos", 2, 1, 0]
    assert said.loc["ppp", ["code", "lines", "tables", "suggested"]].tolist() == ["silos", 2, 2, 1]


def test_what_no_challenge_is_named_for_joins_nothing():
    found = ground.links(
        lines("1 challenge", "1 solution >1 ppp", "1 solution communication", "1 conclusion ppp"), KNOWN
    )
    assert not (found["kind"] == "challenge").any()


def test_every_competency_is_joined_with_its_practices_and_its_discipline():
    found = ground.links(CODED.empty(), KNOWN).groupby("competency")["code"].agg(set)
    assert found.to_dict() == {c.code: {*c.practices, c.discipline} for c in KNOWN.competency}


def test_a_part_counts_a_line_once_whatever_it_names():
    found = ground.parts(lines("1 challenge silos ppp+data_protection", "2 solution ppp"), gaps(), KNOWN)
    found = found.set_index(["kind", "code"])[["lines", "tables"]]
    assert found.loc[("discipline", "law")].tolist() == [2, 2]
    assert found.loc[("competency", "ppp")].tolist() == [2, 2]
    assert found.loc[("challenge", "silos")].tolist() == [1, 1]


def test_competencies_come_by_tables_or_gap_and_what_nobody_speaks_of_has_no_place():
    found = ground.parts(
        lines("1 conclusion ppp", "2 conclusion ppp", "2 conclusion communication"),
        gaps(systems_thinking=2.0, ppp=1.0),
        KNOWN,
    )
    place = found.dropna(subset="place").sort_values("place")["code"].tolist()
    assert place == ["ppp", "systems_thinking", "communication"]
    assert found.loc[found["kind"] != "competency", "place"].isna().all()


def test_a_challenge_that_the_foremost_leave_out_gets_its_competency_early():
    codes = KNOWN.codes
    needs = {code: 3 - i / 10 for i, code in enumerate(codes[:12])}
    found = ground.parts(
        lines(f"1 challenge privacy {codes[11]}", f"2 conclusion {codes[0]}", f"3 conclusion {codes[0]}"),
        gaps(**needs),
        KNOWN,
    )
    order = found.dropna(subset="place").sort_values("place")["code"].tolist()
    assert order.index(codes[11]) <= ground.FOREMOST


def test_a_hidden_gap_has_no_place_by_need_and_no_number():
    found = ground.parts(lines(), gaps(ppp=None, communication=1.0), KNOWN).set_index("code")
    assert found.loc["ppp", "suppressed"]
    assert found.loc["ppp", ["gap", "n", "place"]].isna().all()


def told(frame, answers, n=18):
    return ground.sentence(frame, answers, n, 5, LABELS)


def test_the_sentence_names_the_challenge_that_stands_out():
    said = told(who([[5, 0], [7, 6], [0, 0]]), voices(silos=19, privacy=6))
    assert said == (
        "Who is here so far: 18 people in 2 roles; 18 of them work in “ICT” or “Law”. "
        "The challenge chosen most often is “Silos” (95\u202f% of 20 people; 95\u202f%: 76–99\u202f%)."
    )


@pytest.mark.parametrize(
    ("few", "start"), [((), "Of the challenges that may be shown, the one"), (["privacy"], "The challenge")]
)
def test_what_is_hidden_may_be_chosen_more_often_unless_it_is_known_to_be_few(few, start):
    frame = who([[5, 0], [7, 6], [0, 0]])
    said = told(frame, voices(few, silos=14, procurement=5, privacy=None))
    assert f"{start} chosen most often is “Silos” (70\u202f% of 20 people; " in said


def test_several_roles_are_no_role_of_their_own():
    whole = np.array([[6, 0, 6], [5, 6, 11], [6, 0, 6], [17, 6, 23]])
    frame = ground.who_here(whole, np.zeros(whole.shape, bool), ["boss", "clerk", ground.SEVERAL], DISCIPLINES)
    assert told(frame, voices(silos=None), 23).startswith("Who is here so far: 23 people in 2 roles;")
    assert ground.SEVERAL not in ground.nobody_with(frame, "role") + ground.hidden_with(frame, "role")


@pytest.mark.parametrize(
    ("n", "end"),
    [
        (
            {"silos": 12, "privacy": 10},
            "“Silos” (60\u202f%) and “Privacy” (50\u202f%): which comes first cannot be told.",
        ),
        (
            {"silos": 12, "privacy": 10, "procurement": 11, "risk_aversion": 12},
            "“Silos” (60\u202f%), “Risk” (60\u202f%) and 2 more: which comes first cannot be told.",
        ),
        ({"silos": None}, "work in “ICT” or “Law”."),
    ],
)
def test_the_sentence_says_no_more_than_the_intervals_allow(n, end):
    assert told(who([[5, 0], [7, 6], [0, 0]]), voices(**n)).endswith(end)


def test_a_role_that_is_hidden_is_here_all_the_same_and_a_hidden_discipline_is_not_named():
    frame = who([[9, 0], [2, 1], [0, 0]], [(1, 0), (1, 1), (1, 2), (3, 1), (0, 0), (0, 1)])
    assert told(frame, voices(silos=None), 12) == "Who is here so far: 12 people in 2 roles; 11 of them work in “ICT”."


def test_the_first_answers_wait_and_say_for_what():
    nothing = voices(silos=None)
    assert told(WHO_HERE.empty(), nothing, None) == "The first answers are in: numbers appear from 5 people on."
    assert told(WHO_HERE.empty(), nothing, 0) == "Nobody has answered yet"


def test_no_question_about_who_people_are_leaves_their_number():
    assert told(WHO_HERE.empty(), voices(silos=None), 12) == "Who is here so far: 12 people."
