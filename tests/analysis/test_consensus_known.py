"""Rank aggregation against known answers: textbooks, R packages, PrefLib (Mattei & Walsh 2013)."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.stats import rankdata
from support import SHARED

from sctrain.analysis.agreement import agreement, concordance, mean_tau
from sctrain.analysis.ballots import Ballots, ballots, borda, copeland, pairwise, points
from sctrain.analysis.consensus import consensus
from sctrain.analysis.kemeny import kemeny, kemeny_optima
from sctrain.analysis.plackett_luce import worths

from .made import KNOWN, known

REFERENCE, PREFLIB = SHARED / "reference", SHARED / "data" / "preflib-dev"
shared = pytest.mark.shared
PROFILES = [
    *(("here", name) for name in ("tennessee", "schulze45", "tables_A")),
    *(pytest.param("shared", name, marks=shared) for name in ("netflix138", "education_courses")),
]


def there(path):
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


def orders(path, options):
    """Ballots of lines `count, A>B=C`; ties share a place, and what is not named is unranked."""
    rows = pd.read_csv(path, dtype=str)
    positions = np.zeros((len(rows), len(options)), int)
    for row, order in zip(positions, rows["order"], strict=True):
        place = 1
        for tied in (group.split("=") for group in order.split(">")):
            row[[options.index(option) for option in tied]] = place
            place += len(tied)
    return Ballots(tuple(options), positions, rows["count"].to_numpy(int))


def tables_a():
    rows = pd.read_csv(KNOWN / "tables_A.csv").rename(columns={"item": "option", "rank": "position"})
    rows["table_number"] = rows["table"].str[1:].astype(int)
    return ballots(rows.assign(topic="contents"), "contents", known("tables_A")["items"], range(1, 7))


def profile(where, name):
    data, answers = (KNOWN, KNOWN) if where == "here" else (REFERENCE / "data", REFERENCE / "expected")
    answer = json.loads(there(answers / f"{name}.json").read_text(encoding="utf-8"))
    return tables_a() if name == "tables_A" else orders(there(data / f"{name}.csv"), answer["items"]), answer


@pytest.mark.parametrize(("where", "name"), PROFILES)
def test_scores_of_known_profiles(where, name):
    given, answer = profile(where, name)
    weight = given.weight[None]
    assert given.n == answer["n_rankings"]
    assert_allclose(pairwise(given, weight)[0], answer["pairwise"])
    most = given.n * (len(given.options) - 1)
    assert_allclose(borda(points(given), weight)[0] * most, answer["borda_half_ties"])
    assert_allclose(copeland(pairwise(given, weight))[0], answer["copeland_win_minus_loss"])


@pytest.mark.parametrize(("where", "name"), PROFILES)
@pytest.mark.parametrize("unranked", ["last", "ignore"])
def test_kemeny_of_known_profiles(where, name, unranked):
    given, answer = profile(where, name)
    answer = answer if unranked == "last" else answer.get("unranked_ignored", answer)
    before = pairwise(given, given.weight[None], unranked)[0]
    if "pairwise" in answer:
        assert_allclose(before, answer["pairwise"])
    found = kemeny(before)
    assert found.agreement == answer["kemeny_agreement"]
    assert found.gap == 0
    assert kemeny_optima(before) == answer["kemeny_n_optima"]
    if "kemeny_orders" in answer:
        assert [given.options[k] for k in found.order] in answer["kemeny_orders"]


@pytest.mark.parametrize(("where", "name"), PROFILES)
def test_agreement_of_known_profiles(where, name):
    given, answer = profile(where, name)
    if "kendall_w" in answer:
        found = concordance(given, draws=99)
        assert_allclose(found.w, answer["kendall_w"]["W"])
        if given.n > 200:
            assert_allclose(found.p, answer["kendall_w"]["p"], rtol=1e-6)
    if "mean_tau_b" in answer:
        assert_allclose(mean_tau(given), answer["mean_tau_b"], rtol=1e-5)


def test_agreement_of_tables_a_with_and_without_those_who_left_something_out():
    given, answer = tables_a(), known("tables_A")
    complete, everyone = answer["kendall_w_complete_tables_only"], answer["kendall_w_unranked_tied_last"]
    row = agreement(given).iloc[0]
    assert (row["basis"], row["compared"]) == ("complete", complete["m"])
    assert_allclose([row["w"], row["tau"]], [complete["W"], complete["mean_tau_b"]], rtol=1e-5)
    assert_allclose(concordance(given).w, everyone["W"])
    assert_allclose(mean_tau(given), everyone["mean_tau_b"], rtol=1e-5)
    assert row["kemeny_optima"] == answer["kemeny_n_optima"]


def test_the_bootstrap_of_tables_a_is_known():
    answer = known("tables_A_bootstrap")
    frame = consensus(tables_a(), draws=4000).set_index("option").loc[answer["items"]]
    for column, key, near in (
        ("p_first", "p_first", 0.03),
        ("p_top3", "p_top3", 0.01),
        ("rank_low", "rank_2_5", 0),
        ("rank_high", "rank_97_5", 0),
    ):
        assert_allclose(frame[column].astype(float), [answer[key][item] for item in answer["items"]], atol=near)


@shared
def test_concordance_of_r_irr_anxiety():
    ratings = pd.read_csv(there(REFERENCE / "data" / "irr_anxiety.csv")).to_numpy().T
    given = Ballots(tuple(f"s{i:02}" for i in range(20)), rankdata(ratings, "min", axis=1))
    found = concordance(given).w
    assert_allclose(found, 0.539656875954)
    assert_allclose(3 * 19 * found, 30.76044193)


@shared
def test_worths_of_netflix_are_those_of_r_plackett_luce():
    given, _ = profile("shared", "netflix138")
    answer = json.loads((REFERENCE / "expected" / "netflix138_pl.json").read_text(encoding="utf-8"))
    assert_allclose(worths(given, given.weight[None], alpha=1e-10)[0], answer["R_npseudo0_worth"], atol=1e-6)


@shared
def test_worths_of_pairs_are_bradley_terry_abilities():
    rows = pd.read_csv(there(REFERENCE / "data" / "citations.csv")).query("cited != citing")
    options = ("Biometrika", "Comm Statist", "JASA", "JRSS-B")
    positions = [
        [{cited: 1, citing: 2}.get(o, 0) for o in options] for cited, citing in rows[["cited", "citing"]].values
    ]
    given = Ballots(options, np.array(positions), rows["count"].to_numpy())
    found = np.log(worths(given, given.weight[None], "ignore", alpha=1e-10)[0])
    answer = json.loads((REFERENCE / "expected" / "citations_bt.json").read_text(encoding="utf-8"))
    assert_allclose(found - found[0], answer["R"], atol=1e-6)


def preflib(path):
    """Ballots of a PrefLib file: `# ALTERNATIVE NAME 1: …`, then `count: 2,{1,3}`."""
    text = path.read_text(encoding="utf-8")
    names = dict(re.findall(r"^# ALTERNATIVE NAME (\d+): (.*?)\s*$", text, re.M))
    at = {number: k for k, number in enumerate(names)}
    positions, weight = [], []
    for count, order in re.findall(r"^(\d+): *(.*)$", text, re.M):
        row, place = [0] * len(at), 1
        for group in re.findall(r"\{[\d,]*\}|\d+", order):
            tied = re.findall(r"\d+", group)
            for number in tied:
                row[at[number]] = place
            place += len(tied)
        positions.append(row)
        weight.append(int(count))
    return Ballots(tuple(names.values()), np.array(positions), np.array(weight))


def preflib_files():
    values = SHARED / "data" / "reference_values.json"
    return json.loads(values.read_text(encoding="utf-8"))["preflib"] if values.exists() else {"absent": None}


@shared
@pytest.mark.parametrize(("name", "answer"), preflib_files().items(), ids=lambda x: x if isinstance(x, str) else "")
def test_preflib_files_have_their_known_scores(name, answer):
    given = preflib(there(next(PREFLIB.glob(f"*/{name}"), PREFLIB / name)))
    frame = consensus(given, draws=10).set_index("option")
    size = len(given.options)
    assert (given.n, size) == (answer["voters"], answer["alternatives"])
    won = frame["borda"] * given.n * (size - 1)
    halves = (frame["copeland"] + size - 1) / 2
    for scores, key in ((won, "borda_average_for_unranked"), (halves, "copeland_unranked_last")):
        assert_allclose([scores[option] for _, option in answer[key]], [score for score, _ in answer[key]])
    assert {o: frame["first"][o] for o, _ in answer["plurality"]} == dict(answer["plurality"])


@shared
def test_the_dots_are_put_in_their_true_order():
    given = preflib(there(PREFLIB / "00024-dots" / "00024-00000001.soc"))
    frame = consensus(given, draws=50).set_index("option")
    for method in ("borda_rank", "copeland_rank", "kemeny_rank", "worth_rank"):
        assert frame[method].to_dict() == {"200": 1, "203": 2, "206": 3, "209": 4}


@shared
def test_twenty_four_skaters_have_their_medallists_in_the_exact_kemeny_order():
    given = preflib(there(PREFLIB / "00006-skate" / "00006-00000002.toc"))
    order = consensus(given, draws=10).sort_values("kemeny_rank")["option"].tolist()
    assert order[:3] == ["Alexei Yagudin", "Evgeni Plushenko", "Philippe Candeloro"]
    assert agreement(given, draws=99)["kemeny_gap"].item() == 0
