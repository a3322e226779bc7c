"""Who sits where: the solver against every seating of a small room, the rules, and chance in a large one."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sctrain import seating
from sctrain.errors import SelectionError
from sctrain.seating import Plan, Registrant, SeatingRefused, seat


def people(**columns: str) -> list[Registrant]:
    """One person for each letter of a column; `.` is not said. `together` and `apart` are rules."""
    n = len(next(iter(columns.values())))
    cells = [{code: text[i].replace(".", "") for code, text in columns.items()} for i in range(n)]
    rules = [{rule: cell.pop(rule) for rule in ("together", "apart") if rule in cell} for cell in cells]
    return [Registrant(f"P{i}", cell, **rules[i], row=i + 2) for i, cell in enumerate(cells)]


def out_of_place(column: str, tables: tuple[int, ...]) -> float:
    """The score by the text of its definition: people over the ideal share, table by table, option by option."""
    known = [c for c in column if c != "."]
    over = 0.0
    for table, size in Counter(tables).items():
        here = Counter(c for c, t in zip(column, tables, strict=True) if t == table)
        over += sum(max(0.0, here[o] - many * size / len(column)) for o, many in Counter(known).items())
    return over / len(known)


def shared(tables: tuple[int, ...]) -> set[tuple[int, int]]:
    return {(i, j) for i, j in combinations(range(len(tables)), 2) if tables[i] == tables[j]}


def cost(columns: dict[str, str], tables: tuple[int, ...], earlier: list[tuple[int, ...]]) -> float:
    n = len(tables)
    mixed = [c for c in columns.values() if len(set(c) - {"."}) > 1 and len(set(c) - {"."}) < n - c.count(".")]
    met = sum(len(shared(tables) & shared(before)) for before in earlier)
    return sum(n * out_of_place(c, tables) for c in mixed) + 2 * met


def every_seating(n: int, tables: int) -> set[tuple[int, ...]]:
    return set(permutations([t + 1 for t in range(tables) for _ in range(n // tables + (t < n % tables))]))


# The score


def test_a_plan_is_scored_by_who_would_have_to_change_seats():
    plan = seat(people(role="aabb", city="aabb"), 2, 1)
    role = plan.attributes[0]
    assert (role.known, role.options, role.score, role.bound) == (4, 2, 0, 0)
    # Of the 6 seatings of 2 and 2 two set a and b apart; then one of each two has to change: 2 of 4.
    assert role.random_mean == pytest.approx(1 / 2 * 2 / 6, abs=0.05)
    assert plan.overall.score == 0


def test_three_of_a_kind_at_two_tables_cannot_be_mixed_perfectly():
    role = seat(people(role="aaabbb"), 2, 1).attributes[0]
    # The ideal is 1.5 of each; with 2 and 1 each table has half a person too many, of 6.
    assert role.score == pytest.approx(1 / 6)
    assert role.bound == pytest.approx(1 / 6)


def test_those_who_did_not_say_are_not_mixed_by():
    role = seat(people(role="aabb....", size="xyxyxyxy"), 2, 1).attributes[0]
    assert (role.known, role.score) == (4, 0)


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("aaaa", "all who said it chose the same option"),
        ("....", "nobody said it"),
        ("abcd", "no two people chose the same option"),
    ],
)
def test_what_cannot_be_mixed_is_said_and_not_scored(column, why):
    plan = seat(people(role=column, size="xxyy"), 2, 1)
    role = plan.attributes[0]
    assert role.why == why
    assert np.isnan(role.score)
    assert f"role cannot be mixed: {why}." in seating.sentences(plan)
    assert plan.overall.score == plan.attributes[1].score


def test_without_anything_to_mix_by_people_still_change_tables():
    plan = seat([Registrant(f"P{i}") for i in range(9)], 3, 4)
    assert plan.overall.why
    # Nine people can meet everybody in four rounds of three tables of three (Kirkman's affine plane of order 3).
    assert plan.meetings.bound == 0
    assert all(Counter(tables) == {1: 3, 2: 3, 3: 3} for tables in plan.tables)
    assert seating.sentences(plan)[0].startswith("There is nothing to mix by")


def test_somebody_with_two_options_counts_in_both():
    both = [Registrant("A", {"role": "a+b"}), Registrant("B", {"role": "a"}), Registrant("C", {"role": "b"})]
    role = seat([*both, Registrant("D", {"role": ""})], 2, 1).attributes[0]
    assert (role.known, role.options) == (3, 2)
    # A sits alone with D: one a and one b at each table.
    assert role.score == 0


# Against every seating


@settings(max_examples=15, deadline=None)
@given(st.data(), st.integers(4, 7), st.sampled_from([2, 3]))
def test_in_a_small_room_no_seating_is_better(data, n, tables):
    tables = min(tables, n // 2)
    columns = {code: data.draw(st.text("abc.", min_size=n, max_size=n)) for code in ("role", "size")}
    plan = seat(people(**columns), tables, 2)
    for number, found in enumerate(plan.solved):
        earlier = list(plan.tables[:number])
        best = min(cost(columns, seats, earlier) for seats in every_seating(n, tables))
        assert found.how == "proved"
        assert found.cost == pytest.approx(best, abs=1e-6)
        assert cost(columns, plan.tables[number], earlier) == pytest.approx(best, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.text("ab", min_size=6, max_size=6), st.text("abc.", min_size=6, max_size=6))
def test_the_bound_is_below_every_seating(role, size):
    plan = seat(people(role=role, size=size), 3, 1)
    for mixed, column in zip(plan.attributes, (role, size), strict=True):
        if not mixed.why:
            assert mixed.bound <= min(out_of_place(column, seats) for seats in every_seating(6, 3)) + 1e-9


@settings(max_examples=15, deadline=None)
@given(st.text("abc", min_size=8, max_size=8))
def test_kept_together_and_apart_as_well_as_any_seating_that_keeps_them(role):
    plan = seat(people(role=role, together="xx......", apart="..yyy..."), 4, 1)
    allowed = [s for s in every_seating(8, 4) if s[0] == s[1] and len({*s[2:5]}) == 3]
    best = min(cost({"role": role}, seats, []) for seats in allowed)
    assert plan.tables[0] in allowed
    assert plan.solved[0].cost == pytest.approx(best, abs=1e-6)


# The rules


@settings(max_examples=10, deadline=None)
@given(st.data(), st.integers(8, 30), st.integers(2, 6), st.integers(1, 3))
def test_every_plan_keeps_sizes_and_rules(data, n, tables, rounds):
    tables = min(tables, n // 3)
    role = data.draw(st.text("abcd.", min_size=n, max_size=n))
    together, apart = ["." * n] * 2
    together = "xx" + together[2:]
    apart = together[:3].replace("x", ".") + "y" * 2 + apart[5:]
    plan = seat(people(role=role, together=together, apart=apart), tables, rounds, seconds=2)
    assert max(plan.sizes) - min(plan.sizes) <= 1
    for seats in plan.tables:
        assert tuple(Counter(seats)[t] for t in range(1, tables + 1)) == plan.sizes
        assert seats[0] == seats[1]
        assert seats[3] != seats[4]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"together": "xxx..."}, r"rows 2, 3 and 4 are kept together \('x'\), and a table has 2 seats at most"),
        ({"apart": "yyyy.."}, r"rows 2, 3, 4 and 5 are kept apart \('y'\), and there are 3 tables"),
        ({"together": "xx....", "apart": "yy...."}, r"rows 2 and 3 are kept together \('x'\) and apart \('y'\)"),
    ],
)
def test_rules_that_contradict_each_other_are_explained(rules, says):
    with pytest.raises(SeatingRefused, match=says):
        seat(people(role="ababab", **rules), 3, 1)


def test_pairs_do_not_fill_tables_of_three():
    with pytest.raises(SeatingRefused, match=r"there is no seating .* at 2 tables of 3"):
        seat(people(role="ababab", together="xxyyzz"), 2, 1)


@pytest.mark.parametrize(
    ("n", "tables", "rounds", "says"),
    [
        (3, 2, 1, "4 to 400"),
        (401, 20, 1, "4 to 400"),
        (10, 1, 1, "2 to 50"),
        (120, 51, 1, "2 to 50"),
        (10, 6, 1, "2 to 5, so that nobody sits alone"),
        (10, 2, 5, "1 to 4"),
    ],
)
def test_numbers_out_of_range_are_refused_with_the_range(n, tables, rounds, says):
    with pytest.raises(SelectionError, match=says):
        seat([Registrant("x")] * n, tables, rounds)


def test_seats_give_the_number_of_tables():
    assert [seating.tables_for(60, seats) for seats in (8, 10, 7)] == [8, 6, 9]
    with pytest.raises(SelectionError, match="2 or more"):
        seating.tables_for(60, 1)


# Meetings


def test_few_tables_make_people_meet_again():
    plan = seat(people(role="aabbaabb"), 2, 2)
    # Four who sat together spread over two tables: at least two pairs of them stay together, for each of two tables.
    assert plan.meetings.bound == 4
    assert plan.meetings.repeated == len(shared(plan.tables[0]) & shared(plan.tables[1])) == 4


def test_those_kept_together_are_not_counted_as_meeting_again():
    plan = seat(people(role="aabbccdd", together="xx......"), 4, 3)
    again = Counter(pair for seats in plan.tables for pair in shared(seats))
    assert again[0, 1] == 3
    assert plan.meetings.repeated == sum(n > 1 for pair, n in again.items() if pair != (0, 1))


# A room as it comes


@pytest.fixture(scope="module")
def workshop() -> list[Registrant]:
    """60 people as unlike as in a workshop: some options are frequent, one in nine did not say the discipline."""
    rng = np.random.default_rng(2018)
    options = {"role": 9, "discipline": 6, "city_size": 7, "country": 12, "cluster": 5}
    shares = {code: (p := 1 / np.arange(1, k + 1) ** 0.7) / p.sum() for code, k in options.items()}
    drawn = {code: rng.choice(k, 60, p=shares[code]) for code, k in options.items()}
    found = [Registrant(f"P{i}", {c: f"{c}{drawn[c][i]}" for c in options}, row=i + 2) for i in range(60)]
    found = [replace(p, profile={**p.profile, "discipline": ""}) if i % 9 == 0 else p for i, p in enumerate(found)]
    found[3:5] = [replace(p, together="interpreter") for p in found[3:5]]
    found[10:16] = [replace(p, apart="one firm") for p in found[10:16]]
    return found


@pytest.fixture(scope="module")
def plan(workshop) -> Plan:
    return seat(workshop, 8, 3, seed=7, seconds=300)


def test_a_workshop_is_mixed_better_than_a_thousand_random_seatings(plan):
    assert plan.overall.score < plan.overall.random_best
    assert plan.share_better == 0
    assert plan.meetings.repeated < plan.meetings.random_best / 3
    # A good part of the way from chance to the bound, which no seating can pass.
    way = (plan.overall.random_mean - plan.overall.score) / (plan.overall.random_mean - plan.overall.bound)
    assert 0.6 < way <= 1
    assert all(mixed.score < mixed.random_mean for mixed in plan.attributes)


def test_its_score_is_what_the_definition_says(plan, workshop):
    for mixed in plan.attributes:
        codes = {
            option: chr(97 + i) for i, option in enumerate(sorted({p.profile[mixed.code] for p in workshop} - {""}))
        }
        column = "".join(codes.get(p.profile[mixed.code], ".") for p in workshop)
        assert mixed.score == pytest.approx(np.mean([out_of_place(column, seats) for seats in plan.tables]))
    again = Counter(pair for seats in plan.tables for pair in shared(seats))
    assert plan.meetings.repeated == sum(n > 1 for pair, n in again.items() if pair != (3, 4))


def test_its_rules_hold_in_every_round(plan):
    for seats in plan.tables:
        assert sorted(Counter(seats).values()) == [7, 7, 7, 7, 8, 8, 8, 8]
        assert seats[3] == seats[4]
        assert len({*seats[10:16]}) == 6


def test_the_same_seed_gives_the_same_plan_and_another_another(plan, workshop):
    assert {solved.how for solved in plan.solved} <= {"settled", "proved"}
    assert seat(workshop, 8, 1, seed=7, seconds=300).tables[0] == plan.tables[0]
    assert seat(workshop, 8, 1, seed=8, seconds=300).tables[0] != plan.tables[0]


def test_a_plan_out_of_time_is_a_plan_and_says_so(workshop):
    plan = seat(workshop, 8, 2, seconds=0.01)
    assert [solved.how for solved in plan.solved] == ["time", "time"]
    assert all(0 < solved.gap < 1 for solved in plan.solved)
    assert "the time was up" in seating.sentences(plan)[-1]
    assert len({*plan.tables[0][10:16]}) == 6
    assert plan.tables[0] != plan.tables[1]


def test_a_table_lists_its_people_by_name(plan, workshop):
    here = plan.seated(2, 5)
    assert [p.name for p in here] == sorted(p.name for p, t in zip(workshop, plan.tables[1], strict=True) if t == 5)
    assert sum(len(plan.seated(1, t)) for t in range(1, 9)) == 60
