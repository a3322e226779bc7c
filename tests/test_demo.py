"""The made-up workshop keeps the contract, has the shares of a real room, and its planted needs can be found."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sctrain.catalogue import BUILT_IN, DIMENSIONS, Catalogue, read_catalogue
from sctrain.demo import DEMO_EVENT, SCARCE, demo, demo_batches, demo_sheets
from sctrain.demo.truth import EVERYWHERE
from sctrain.frames import NOTES, RANKINGS, SHEETS, SUBMISSIONS, Sheets


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(BUILT_IN)


@pytest.fixture(scope="module")
def room(catalogue) -> pd.DataFrame:
    return demo(catalogue)


@pytest.fixture(scope="module")
def crowd(catalogue) -> pd.DataFrame:
    return demo(catalogue, 20_000)


def ratings(frame: pd.DataFrame, catalogue: Catalogue) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Importance and level, one column a competency; NaN where not answered."""
    letters = np.array(list("".join(frame["ratings"]).encode())).reshape(len(frame), -1)
    marks = np.where(letters == ord("."), np.nan, letters - ord("0"))
    return tuple(pd.DataFrame(marks[:, i::2], frame.index, catalogue.codes) for i in (0, 1))


def mean_gap(frame: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    importance, level = ratings(frame, catalogue)
    return (importance - level).mean()


# The room


def test_one_seed_gives_one_room(catalogue, room):
    pd.testing.assert_frame_equal(demo(catalogue), room)
    assert not demo(catalogue, seed=1)["ratings"].equals(room["ratings"])


@pytest.mark.parametrize("participants", [1, 2, 7, 60])
def test_any_room_keeps_the_contract(catalogue, participants):
    frame = demo(catalogue, participants)
    assert len(SUBMISSIONS.check(frame)) == participants
    assert list(frame.columns) == SUBMISSIONS.names
    assert frame["ratings"].str.fullmatch(r"[1-5.]{58}").all()


def test_every_profile_code_is_one_of_the_catalogue(catalogue, room):
    for d, dimension in catalogue.dimensions.items():
        if not dimension.open:
            assert set(room[d]) <= {"", *(o.code for o in dimension.option)}
    assert (room["region"].str[:2] == room["country"]).all()


def test_sixty_people_sit_at_eight_tables(room):
    assert sorted(room["table_number"].value_counts()) == [7, 7, 7, 7, 8, 8, 8, 8]


def test_they_come_from_six_countries_through_four_partners(room):
    assert room["country"].nunique() == 6
    assert room["region"].nunique() == 12
    assert set(room["cluster"]) - {""} == {"seaside", "hillside", "lowland", "lakeside"}
    assert (room.groupby("country")["cluster"].agg(lambda c: len(set(c) - {""})) == 1).all()


def test_every_role_is_clearly_above_or_below_the_threshold(room):
    n = room["role"].value_counts()
    assert n.sum() == 60
    assert ((n >= 8) | (n <= 3)).all()
    assert (n >= 8).sum() == 5


def test_most_work_in_small_and_medium_cities(room):
    share = room["city_size"].isin(["town", "s", "m"]).mean()
    assert 0.65 <= share <= 0.8
    assert (room["city_size"] == "").sum() == 1


def test_answers_came_in_order_and_one_25_minutes_later(catalogue, room):
    at = pd.to_datetime(room["submitted_at"])
    assert at.is_monotonic_increasing
    assert {f"{t.date()}" for t in at} == {"2018-11-15"}
    assert at.iloc[-1] - at.iloc[-2] == pd.Timedelta(minutes=25)
    answered = ratings(room.tail(1), catalogue)[0].notna().iloc[0]
    assert answered[:9].any()
    assert not answered[9:].any()


def test_few_answers_are_skipped_and_more_towards_the_end(catalogue, room, crowd):
    importance, level = ratings(room, catalogue)
    assert 0.03 <= (importance.isna() | level.isna()).to_numpy().mean() <= 0.15
    skipped = ratings(crowd, catalogue)[0].isna().mean()
    assert skipped.iloc[:5].mean() < 0.02
    assert 0.05 < skipped.iloc[-5:].mean() < 0.12


def test_two_stop_half_way_and_two_mark_importance_only(catalogue, room):
    importance, level = ratings(room.iloc[:-1], catalogue)
    assert (importance.iloc[:, 14:].isna().all(axis=1) & level.iloc[:, 14:].isna().all(axis=1)).sum() == 2
    assert (level.isna().all(axis=1) & (importance.notna().mean(axis=1) > 0.8)).sum() == 2


def test_importance_is_high_level_moderate_and_gaps_differ(catalogue, room):
    importance, level = (marks.mean() for marks in ratings(room, catalogue))
    gap = mean_gap(room, catalogue)
    assert importance.between(3.2, 4.6).all()
    assert level.between(2, 3.9).all()
    assert gap.between(-0.35, 2.05).all()
    assert importance.mean() > 3.8
    assert (gap > 1.2).sum() >= 4
    assert (gap < 0.15).sum() >= 2


# The planted needs


def test_scarce_competencies_have_the_largest_needs(catalogue, crowd):
    assert set(mean_gap(crowd, catalogue).nlargest(len(SCARCE)).index) == set(SCARCE)


def test_a_larger_room_has_the_same_needs(catalogue, room, crowd):
    assert mean_gap(room, catalogue).corr(mean_gap(crowd, catalogue)) > 0.9


def test_small_and_medium_cities_lack_all_but_one_of_them_most(catalogue, crowd):
    small = crowd["city_size"].isin(["town", "s", "m"])
    large = crowd["city_size"].isin(["l", "xl", "xxl"])
    difference = mean_gap(crowd[small], catalogue) - mean_gap(crowd[large], catalogue)
    above_all = [code for code in SCARCE if code != EVERYWHERE]
    assert (difference[above_all] > 0.5).all()
    assert difference.drop(above_all).abs().max() < 0.15


def test_ict_people_master_technology_and_leaders_citizen_engagement(catalogue, crowd):
    level = ratings(crowd, catalogue)[1]
    technology = [c.code for c in catalogue.competency if c.aspect == "technology"]
    citizens = [c.code for c in catalogue.competency if c.discipline == "citizens"]
    lead = level[technology].mean(axis=1) - level[citizens].mean(axis=1)
    ict = crowd["discipline"] == "ict"
    leader = crowd["role"].isin(["programme_manager", "head_of_department", "elected"])
    assert lead[ict & ~leader].mean() > 0.3
    assert lead[~ict & leader].mean() < -0.8
    assert -0.8 < lead[~ict & ~leader].mean() < 0.3


def test_a_person_marks_alike_throughout(catalogue, crowd):
    level = ratings(crowd, catalogue)[1]
    first, second = level.iloc[:, 0::2].mean(axis=1), level.iloc[:, 1::2].mean(axis=1)
    assert 0.6 < first.corr(second) < 0.95


def test_a_large_room_has_the_same_shares(room, crowd):
    for d in ("role", "discipline", "city_size", "country"):
        small, large = room[d].value_counts(normalize=True), crowd[d].value_counts(normalize=True)
        assert (small.reindex(large.index) - large).abs().max() < 0.01
    assert crowd["person"].is_unique
    assert crowd["table_number"].max() == 40


# The correction


def test_one_person_corrects_one_mark(catalogue, room):
    first, second = demo_batches(catalogue)
    pd.testing.assert_frame_equal(first, room)
    assert len(second) == 1
    before, after = first.set_index("person").loc[second.loc[0, "person"]], second.loc[0]
    assert [after[d] for d in (*DIMENSIONS, "table_number")] == [before[d] for d in (*DIMENSIONS, "table_number")]
    assert sum(a != b for a, b in zip(after["ratings"], before["ratings"], strict=True)) == 1
    assert pd.Timestamp(after["submitted_at"]) - pd.Timestamp(before["submitted_at"]) == pd.Timedelta(minutes=4)
    SUBMISSIONS.check(second)


def test_even_a_single_person_can_correct(catalogue):
    first, second = demo_batches(catalogue, 1)
    assert len(first) == len(second) == 1
    assert first.loc[0, "ratings"] != second.loc[0, "ratings"]


# Other catalogues

PLAIN = {"catalogue": {"code": "plain", "title": "Plain"}, "competency": [{"code": "a", "label": "A"}]}


def test_a_catalogue_without_dimensions_leaves_the_profile_empty():
    frame = demo(Catalogue.model_validate(PLAIN), 200)
    assert (frame[list(DIMENSIONS)] == "").all(axis=None)
    assert frame["ratings"].str.len().eq(2).all()


@pytest.mark.parametrize(("low", "high", "mark"), [(1, 3, "[1-3.]"), (0, 10, "[0-9A.]"), (1, 7, "[1-7.]")])
def test_marks_fill_any_scale(low, high, mark):
    scale = {"low": low, "high": high}
    first, second = demo_batches(Catalogue.model_validate({**PLAIN, "scale": scale}), 3_000)
    assert pd.concat([first, second])["ratings"].str.fullmatch(mark * 2).all()
    assert len(set("".join(first["ratings"])) - {"."}) == high - low + 1


def test_unknown_options_are_shared_out_and_unknown_places_not_said():
    options = [{"code": c, "label": c} for c in ("captain", "sailor", "cook")]
    dimension = [
        {"code": "role", "label": "Role", "option": options},
        {"code": "country", "label": "Country", "option": [{"code": "ES", "label": "Spain"}]},
        {"code": "region", "label": "Region", "open": True},
        {"code": "discipline", "label": "Discipline", "open": True},
    ]
    frame = demo(Catalogue.model_validate({**PLAIN, "dimension": dimension}), 60)
    assert frame["role"].value_counts().to_dict() == {"captain": 20, "sailor": 20, "cook": 20}
    assert frame["country"].value_counts().to_dict() == {"": 42, "ES": 18}
    assert frame["region"].nunique() == 12
    assert set(frame["discipline"]) >= {"ict", "management", ""}


def test_an_empty_room_is_refused(catalogue):
    with pytest.raises(ValueError, match="at least one participant, not 0"):
        demo(catalogue, 0)


def test_the_demonstration_is_the_day_of_the_session():
    assert (DEMO_EVENT.code, DEMO_EVENT.held_on, DEMO_EVENT.threshold) == ("demo", date(2018, 11, 15), 5)
    assert DEMO_EVENT.title


# The tables


@pytest.fixture(scope="module")
def sheets(catalogue) -> Sheets:
    return demo_sheets(catalogue)


def lists(sheets: Sheets, topic: str) -> pd.DataFrame:
    """Options by tables: the place; missing where a table did not rank the option."""
    return sheets.rankings.query("topic == @topic").pivot(index="option", columns="table_number", values="position")


def test_one_seed_gives_one_set_of_tables(catalogue, sheets):
    again, other = demo_sheets(catalogue), demo_sheets(catalogue, seed=1)
    for name in ("sheets", "rankings", "notes"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(sheets, name))
    assert not other.rankings.equals(sheets.rankings)


@pytest.mark.parametrize("tables", [1, 8, 17, 40])
def test_any_number_of_tables_keeps_the_contracts(catalogue, tables):
    sheets = demo_sheets(catalogue, tables)
    for frame, contract in ((sheets.sheets, SHEETS), (sheets.rankings, RANKINGS), (sheets.notes, NOTES)):
        assert list(contract.check(frame).columns) == contract.names
        assert set(frame["table_number"]) == set(range(1, tables + 1))


@pytest.mark.parametrize("tables", [0, 41])
def test_no_tables_and_too_many_are_refused(catalogue, tables):
    with pytest.raises(ValueError, match="1 to 40 tables"):
        demo_sheets(catalogue, tables)


def test_tables_have_the_people_who_answered(sheets, room):
    assert sheets.sheets["members"].tolist() == room["table_number"].value_counts().sort_index().tolist()
    assert (sheets.sheets["mix"] == "").sum() == 1


def test_every_list_is_of_the_topic_and_skips_after_ties(catalogue, sheets):
    tied = 0
    for (_, topic), ranked in sheets.rankings.groupby(["table_number", "topic"]):
        assert set(ranked["option"]) <= set(catalogue.options_of(topic))
        assert ranked["position"].tolist() == ranked["position"].rank(method="min").tolist()
        tied += ranked["position"].duplicated().any()
    assert 3 <= tied <= 20


def test_one_table_ranked_three_contents_and_one_left_a_topic_out(sheets):
    sizes = sheets.rankings.groupby(["table_number", "topic"]).size().unstack(fill_value=0)
    assert (sizes["contents"] == 3).sum() == 1
    assert (sizes["contents"] >= 8).sum() == 7
    assert (sizes == 0).sum().sum() == 1


def test_tables_put_first_what_the_survey_shows_as_needed(catalogue, sheets, crowd):
    need = mean_gap(crowd, catalogue)
    points = (13 - lists(sheets, "contents")).reindex(catalogue.codes).fillna(0).mean(axis=1)
    assert points.corr(need, method="spearman") > 0.5
    assert len(set(points.nlargest(6).index) & set(SCARCE)) >= 4


def test_the_table_for_technology_and_the_one_against_it_agree_least(catalogue, sheets):
    places = lists(sheets, "contents").drop(columns=6).reindex(catalogue.codes).fillna(13)
    agreement = places.corr(method="kendall").stack()
    assert agreement.idxmin() == (2, 5)
    assert agreement.min() < 0 < agreement.median()


def test_notes_are_coded_and_answer_challenges_of_their_table(catalogue, sheets):
    notes = sheets.notes
    known = {"challenge": catalogue.challenge, "solution": catalogue.solution, "conclusion": ()}
    for kind, entries in known.items():
        assert set(notes.loc[notes["kind"] == kind, "code"]) <= {"", *(e.code for e in entries)}
        assert notes[notes["kind"] == kind].groupby("table_number").size().between(2, 5).all()
    assert set("+".join(notes["competencies"]).split("+")) <= {"", *catalogue.codes}
    assert set("+".join(notes["practices"]).split("+")) <= {"", *(p.code for p in catalogue.practice)}
    places = notes.set_index(["table_number", "line"])["kind"]
    answers = notes.dropna(subset="answers")
    assert {places[t, int(a)] for t, a in zip(answers["table_number"], answers["answers"], strict=True)} == {
        "challenge"
    }
    assert (answers["kind"] == "solution").all()
    assert (answers.groupby("table_number").size() >= 2).all()


def test_one_challenge_of_the_catalogue_is_raised_and_answered_by_nobody(sheets):
    raised = sheets.notes.query("kind == 'challenge' and code != ''")
    answered = sheets.notes.dropna(subset="answers")[["table_number", "answers"]]
    codes = raised.merge(answered, left_on=["table_number", "line"], right_on=["table_number", "answers"])["code"]
    assert set(raised["code"]) - set(codes) == {"privacy"}


def test_a_catalogue_without_topics_has_tables_without_lists():
    sheets = demo_sheets(Catalogue.model_validate(PLAIN), 3)
    assert sheets.rankings.empty
    assert set(sheets.notes["code"]) == {""}
