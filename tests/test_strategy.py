"""What the evidence proposes for a strategy, what is hidden from it, and what has changed between two versions."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from support import submissions

from sctrain import notes, receipts, strategy
from sctrain.__main__ import main
from sctrain.analysis import strategy as analysis
from sctrain.analysis.agenda import Card
from sctrain.analysis.strategy import Called, Raised
from sctrain.catalogue import read_catalogue
from sctrain.demo import DEMO_EVENT, demo_batches, demo_sheets
from sctrain.frames import CHALLENGE_VOICES, PROPOSED, RAISED, VOICES
from sctrain.selection import Selection
from sctrain.store import access, setup, strategies
from sctrain.store.coding import Coding, add_codings
from sctrain.store.engine import open_store, writing
from sctrain.store.sheets import add_sheets
from sctrain.store.strategies import Item, Strategy
from sctrain.store.write import NewEvent, add_answers, add_event

CALLED = Called(
    {"silos": "Silos"},
    {"ask": "Ask"},
    {"a": "Ay", "b": "Be"},
    "survey",
    "replies",
    "notes",
    "contents",
    lambda page, anchor="", **rest: page,
)


def frame(contract, *rows):
    import pandas as pd

    blank = dict.fromkeys(contract.names)
    made = pd.DataFrame([blank | row for row in rows], columns=contract.names)
    counts = {c.name: "Int64" for c in contract.columns if c.kind == "count"}
    return contract.check(made.astype(counts))


def voiced(challenge, n, tables, raised_by, asked=10, wrote=4, suppressed=False):
    share = None if n is None else n / asked
    return {
        "challenge": challenge,
        "n": n,
        "asked": asked,
        "share": share,
        "suppressed": suppressed,
        "tables": tables,
        "wrote": wrote,
        "tables_share": tables / wrote,
        "raised_by": raised_by,
    }


def raised(kind, code, lines, tables, open_=False, suggested=0):
    return {"kind": kind, "code": code, "lines": lines, "tables": tables, "suggested": suggested} | {
        "answered": 0 if open_ else lines,
        "open": open_,
    }


def proposed(challenges=(), solutions=(), voices=(), cards=()):
    made = Raised(
        frame(CHALLENGE_VOICES, *challenges),
        frame(RAISED, *solutions),
        frame(VOICES, *voices) if voices else None,
        tuple(cards),
    )
    return analysis.proposed(made, CALLED)


def test_challenges_of_both_voices_come_first_then_those_with_more_of_people_and_tables():
    found = proposed(
        [
            voiced("one", 9, 0, "people only"),
            voiced("silos", 2, 1, "both"),
            voiced("two", 0, 2, "tables only"),
            voiced("never", 0, 0, "neither"),
            voiced("three", 4, 2, "both"),
        ]
    )
    assert found["code"].tolist() == ["three", "silos", "one", "two"]  # means .45, .225; then .45, .25
    assert found["rank"].tolist() == [1, 2, 3, 4]
    assert found["topic"].tolist() == ["replies+notes", "replies+notes", "replies", "replies+notes"]
    assert found.loc[1, "text"] == "Silos"
    assert found.loc[1, "reason"].startswith("Both voices raise it: 2 of 10 people chose it (20")


def test_how_many_people_chose_a_challenge_is_not_told_where_it_is_hidden():
    (row,) = proposed([voiced("silos", None, 2, "tables only", suppressed=True)]).to_dict("records")
    assert (row["reason"], row["topic"]) == ("Only tables raise it: 2 of 4 tables wrote it down.", "notes")
    assert row["share"] != row["share"]  # missing


def test_solutions_come_by_tables_and_say_what_is_only_suggested():
    found = proposed(solutions=[raised("solution", "ask", 3, 1, suggested=2), raised("solution", "b", 2, 2)])
    assert found["code"].tolist() == ["b", "ask"]
    assert found["reason"].tolist()[1] == "Written down at 1 table, 2 of 3 lines by suggestion only."


def test_priorities_are_those_of_a_core_and_the_foremost_of_a_voice():
    ranks = {"both": (7, 6), "tables only": (20, 6), "cannot tell": (5, 9), "neither": (6, 7)}
    rows = [
        {"competency": voice.replace(" ", "_"), "n": 30, "survey_rank": s, "table_rank": t, "ranked_by": 3}
        | {"voice": voice, "suppressed": False}
        for voice, (s, t) in ranks.items()
    ]
    found = proposed(voices=rows)
    assert found["code"].tolist() == ["both", "cannot_tell", "tables_only"]
    told = found["reason"].tolist()[0]
    assert told == "Both voices put it first: rank 7 in the survey (n = 30) and rank 6 at the tables (3 ranked it)."


def test_a_priority_of_one_voice_rests_on_that_voice_alone():
    silent = {"competency": "a", "n": None, "table_rank": 1, "ranked_by": 4, "voice": "tables only"}
    (row,) = proposed(voices=[silent | {"suppressed": True}]).to_dict("records")
    assert (row["topic"], row["text"]) == ("contents", "Ay")
    assert row["reason"] == "Only the tables put it first: rank 1 at the tables (4 ranked it)."


def test_what_is_disputed_and_what_stays_open_are_questions():
    card = Card("a", "Ay", "The greatest need.", "Place 1.", "Table 1 puts it first.", "Why?", "tables")
    open_ = [raised("challenge", "silos", 1, 1, True), raised("solution", "ask", 1, 1, True)]
    found = proposed(solutions=open_, cards=[card])
    questions = found[found["kind"] == "question"]
    assert questions["code"].tolist() == ["debate_a", "open_challenge_silos", "open_solution_ask"]
    assert questions["text"].tolist()[1:] == [
        "Silos: what can be done about it?",
        "Ask: which competencies does it take?",
    ]
    assert questions["reason"].tolist()[0] == "The greatest need. Table 1 puts it first."


def test_what_is_proposed_is_said_in_a_sentence():
    one = proposed([voiced("silos", 2, 1, "both")], [raised("solution", "ask", 1, 1, True)])
    assert strategy.proposed_told(one) == "The evidence proposes 1 challenge, 1 solution and 1 open question."
    assert strategy.proposed_told(PROPOSED.empty()) == "The evidence proposes nothing yet."


SILOS = Item("challenge_silos", "challenge", "Silos", "silos", "notes")
OWN = Item("own_1", "question", "Who pays?")


def test_an_item_of_a_proposal_is_no_longer_proposed():
    found = proposed([voiced("silos", 2, 1, "both"), voiced("two", 1, 1, "both")])
    made = strategy.item(found.iloc[0].to_dict())
    assert made == replace(SILOS, topic="replies+notes")
    assert strategy.open_proposals(found, Strategy((made,)))["code"].tolist() == ["two"]


def test_what_has_changed_is_said_item_by_item():
    after = (OWN, replace(SILOS, owner="The mayor’s office", status="doing", next_step="Meet"))
    assert strategy.changes_told(Strategy((SILOS, OWN)), Strategy(after)) == [
        "“Who pays?”: moved from place 2 to 1.",
        "“Silos”: owner from nothing to “The mayor’s office”, next step from nothing to “Meet” and status from “open” "
        "to “doing”.",
    ]
    assert strategy.changes_told(Strategy((SILOS,)), Strategy((OWN,))) == ["“Silos”: removed.", "“Who pays?”: added."]
    assert strategy.changes_told(Strategy((SILOS,)), Strategy((SILOS,))) == []


def test_how_far_it_is_is_counted_by_status():
    assert analysis.sentence(["open", "done", "open"], 2) == "The strategy has 3 items: 2 open and 1 done."
    assert analysis.sentence(["agreed"], 2) == "The strategy has 1 item: 1 agreed."
    assert analysis.sentence([], 4) == "Version 4 of the strategy has no items."


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo room in a store of its own; one line of each kind is cleared."""
    url = f"sqlite:///{tmp_path_factory.mktemp('strategy') / 'demo.db'}"
    engine, catalogue = open_store(url), read_catalogue()
    add_event(engine, NewEvent(**vars(DEMO_EVENT), is_demo=True), catalogue)
    for batch in demo_batches(catalogue):
        add_answers(engine, "demo", batch)
    add_sheets(engine, "demo", demo_sheets(catalogue))
    add_codings(engine, "demo", [Coding(1, 3, cleared=True)])
    yield engine, url
    engine.dispose()


def propose(engine):
    sources = receipts.read(engine, Selection())
    return sources, strategy.propose(sources, strategy.debate(sources))


def test_the_demo_proposes_of_every_part_and_quotes_only_what_is_cleared(demo):
    sources, found = propose(demo[0])
    assert set(found["kind"]) == {"challenge", "solution", "priority", "question"}
    cleared = notes.read(demo[0], Selection()).noted.set_index(["table_number", "line"]).loc[(1, 3)]
    about = Item("challenge_x", "challenge", "x", cleared["code"])
    assert strategy.quotes(sources, about) == [f"Table 1: “{cleared['text']}”"]
    assert strategy.quotes(sources, OWN) == []
    every = [strategy.item(row) for row in found.to_dict("records")]
    told = {quote for one in every for quote in strategy.quotes(sources, one)}
    assert told == {f"Table 1: “{cleared['text']}”"}


def test_hidden_topics_propose_nothing(demo):
    engine, hide = demo[0], ("notes", "contents")
    for hidden in (True, False):
        with writing(engine) as connection:
            for topic in hide:
                setup.set_hidden(connection, "demo", topic, hidden)
        if hidden:
            found = propose(engine)[1]
    assert not found["topic"].str.split("+").map(lambda topics: bool({*hide} & {*topics})).any()
    assert set(found["kind"]) == {"challenge", "priority"}  # people's replies, and the survey
    assert set(found["topic"]) == {"replies", "survey"}


def test_an_event_of_nobody_proposes_nothing(tmp_path):
    engine = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    add_event(engine, NewEvent("soon", "Soon"), read_catalogue())
    assert propose(engine)[1].empty
    engine.dispose()


def test_a_survey_without_lists_or_challenges_has_no_debate(tmp_path, small):
    engine = open_store(f"sqlite:///{tmp_path / 'plain.db'}")
    add_event(engine, NewEvent("plain", "Plain"), small)
    add_answers(engine, "plain", submissions(*((f"p{i}", "head", "543211") for i in range(12))))
    sources, found = propose(engine)
    assert strategy.debate(sources) is None
    assert found.empty
    assert set(receipts.evidence(sources, {"m": ("a",)})["kind"]) == {"gap", "score", "rank"}
    engine.dispose()


def test_the_command_prints_the_strategy_what_has_changed_and_what_is_proposed(demo, monkeypatch):
    engine, url = demo
    monkeypatch.setenv("SCTRAIN_DB", url)
    run = CliRunner()
    access.ensure_key(engine)
    with writing(engine) as connection:
        token = access.standing_link(connection, "organiser", None)
    silos = replace(SILOS, owner="City hall")
    strategies.save(engine, token, "demo", Strategy((silos,)), 0)
    strategies.save(engine, token, "demo", Strategy((replace(silos, status="done"), OWN)), 1)
    told = run.invoke(main, ["strategy"], catch_exceptions=False).output
    assert "City hall" in told
    assert "The strategy has 2 items: 1 open and 1 done." in told
    assert "“Silos”: status from “open” to “done”." in told
    assert "Both voices raise it" in told
    proposed = run.invoke(main, ["strategy", "--proposed", "--format", "json"], catch_exceptions=False).output
    assert json.loads(proposed)["sentence"].startswith("The evidence proposes 11 challenges")


def test_the_command_prints_a_receipt_and_names_what_there_is_not(demo, monkeypatch):
    monkeypatch.setenv("SCTRAIN_DB", demo[1])
    run = CliRunner()
    module = read_catalogue().modules[0]
    lines = ["--line", module.code, "--line", "duration=week"]
    held = json.loads(run.invoke(main, ["receipt", *lines, "--format", "json"], catch_exceptions=False).output)
    assert {row["line"] for row in held["rows"]} == {module.code, "form_duration"}
    assert held["form_duration"].startswith("form_duration\n  Up to one week: Rank ")
    for line, said in (("nix", "no module called 'nix'"), ("duration=nix", "no option of duration called 'nix'")):
        assert said in str(run.invoke(main, ["receipt", "--line", line]).exception)
