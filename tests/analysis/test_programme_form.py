"""The form of a programme: tables and replies side by side, what is drafted of them, and what clashes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sctrain.analysis.ballots import Ballots
from sctrain.analysis.consensus import consensus
from sctrain.analysis.programme_form import Asked, form, lines, same_question, sentence
from sctrain.analysis.questions import replies
from sctrain.frames import CLASHES

LENGTHS = ("day", "week", "month")
TITLES = {"duration": "Duration", "elearning": "Online?"}
LABELS = {("duration", o): o.title() for o in LENGTHS} | {("elearning", o): o.title() for o in ("yes", "no", "unsure")}
NO_CLASH = CLASHES.empty()


def tables(*lists):
    """CONSENSUS of tables that each list some of the lengths, best first."""
    places = np.array([[one.index(o) + 1 if o in one else 0 for o in LENGTHS] for one in lists], np.int16)
    return consensus(Ballots(LENGTHS, places.reshape(len(lists), 3)), draws=50)


def people(n, hidden=(), question="how_long", options=LENGTHS):
    """REPLIES of everyone to a question."""
    columns = [(o, False) for o in options]
    veil = np.array([[o in hidden for o in options]])
    return replies(question, columns, [None], np.array([n]), np.array([sum(n)]), veil)


def drafted(asked, weight=50, clashes=NO_CLASH, kinder=NO_CLASH):
    frame = form(asked, clashes, kinder, weight, "how_long", "mainly_elearning")
    return frame.set_index("option")


def duration(lists=(("week", "day"), ("week", "month"), ("month", "week")), n=(10, 20, 10), hidden=()):
    return Asked("duration", LENGTHS, tables(*lists), len(lists), "how_long", people(n, hidden), ordered=True)


def test_tables_and_replies_stand_side_by_side_and_the_best_of_both_is_drafted():
    found = drafted([duration()])
    assert found["table_rank"].tolist() == [3, 1, 2]
    assert found["ranked_by"].tolist() == [1, 3, 2]
    assert found["share"].tolist() == [0.25, 0.5, 0.25]
    assert found["reach"].tolist() == [1, 0.75, 0.25]
    borda = tables(("week", "day"), ("week", "month"), ("month", "week")).set_index("option")["borda"]
    expected = (borda / borda.max() + pd.Series([0.5, 1, 0.5], index=LENGTHS)) / 2
    assert found["score"].tolist() == pytest.approx(expected.tolist())
    assert found["chosen"].tolist() == [False, True, False]


@pytest.mark.parametrize(("weight", "chosen"), [(0, "month"), (100, "day")])
def test_the_weight_says_whose_word_counts(weight, chosen):
    found = drafted([duration([("month", "week")] * 3, (30, 5, 5))], weight)
    assert found.index[found["chosen"]].tolist() == [chosen]


def test_what_may_not_be_shown_is_empty_and_the_tables_speak_for_it():
    found = drafted([duration(n=(2, 30, 8), hidden=("day", "month"))])
    assert found["suppressed"].tolist() == [True, False, True]
    assert found.loc[["day", "month"], ["n", "share", "reach"]].isna().all(axis=None)
    assert found["score"].notna().all()


def test_without_tables_the_replies_speak_alone_and_who_is_not_sure_rules_nothing():
    asked = Asked(
        "elearning",
        ("yes", "no", "unsure"),
        None,
        0,
        "mainly_elearning",
        people((9, 5, 20), (), "mainly_elearning", ("yes", "no", "unsure")),
    )
    found = drafted([asked])
    assert found["chosen"].tolist() == [True, False, False]
    assert found["table_rank"].isna().all()
    assert found["tables"].tolist() == [0, 0, 0]


def test_of_target_groups_each_majority_is_drafted():
    of = people((30, 25, 5))
    found = drafted([Asked("duration", LENGTHS, None, 0, "how_long", of.assign(share=[0.75, 0.6, 0.1]), several=True)])
    assert found["chosen"].tolist() == [True, True, False]


def test_where_nobody_says_anything_nothing_is_drafted():
    frame = form([Asked("duration", LENGTHS, tables(), 0)], NO_CLASH, NO_CLASH, 50, "how_long", "mainly_elearning")
    assert not frame["chosen"].any()
    assert sentence(frame, TITLES, LABELS) == (
        "Neither tables nor replies say in which form the training should be given."
    )
    assert lines(frame, TITLES, LABELS) == {}
    assert form([], NO_CLASH, NO_CLASH, 50, "how_long", "mainly_elearning").empty


def clash(length, kind, group, out):
    row = {
        "duration": length,
        "form": kind,
        "dimension": "role",
        "group": group,
        "n": 2,
        "n_high": 2,
        "respondents": 12,
    }
    row |= {"share": 0.2, "share_low": 0.1, "share_high": 0.4, "p": 0.01, "p_adjusted": 0.01}
    return row | {"shut_out": out, "suppressed": False}


def test_groups_that_a_format_shuts_out_are_named_at_its_length_and_at_its_form():
    online = Asked("elearning", ("yes", "no", "unsure"), None, 0, "mainly_elearning", None)
    shut = CLASHES.check(
        pd.DataFrame(
            [
                clash("month", "yes", "mayor", True),
                clash("month", "yes", "clerk", True),
                clash("month", "yes", "head", False),
            ]
        )
    )
    kind = CLASHES.check(pd.DataFrame([clash("day", "yes", "mayor", False)]))
    found = drafted([duration(), online], clashes=shut, kinder=kind)
    assert found["clashes"].to_dict() == {
        "day": "",
        "week": "",
        "month": "role.mayor+role.clerk",
        "yes": "role.mayor+role.clerk",
        "no": "",
        "unsure": "",
    }
    assert found.index[found["kinder"]].tolist() == ["day", "yes"]


def test_the_draft_is_said_with_what_it_stands_on():
    frame = form([duration([("week", "day", "month")] * 6)], NO_CLASH, NO_CLASH, 50, "how_long", "mainly_elearning")
    assert sentence(frame, TITLES, LABELS) == "Drafted from both voices: duration “Week”."
    assert lines(frame, TITLES, LABELS) == {
        "duration": "Duration: “Week” (rank 1 of 6 tables, 95\u202f%: 1–1; 50\u202f% of 40 people, 95\u202f%: "
        "35–65\u202f%; 75\u202f% would take as long, or longer)."
    }


def test_a_question_is_a_topics_where_most_of_its_options_are():
    questions = {"how_long": ["day", "week"], "training_for": ["mayor", "day", "clerk"], "empty": []}
    assert same_question(LENGTHS, questions) == "how_long"
    assert same_question(("mayor", "clerk"), questions) == "training_for"
    assert same_question(("elearning",), questions) is None
