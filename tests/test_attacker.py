"""An attacker who asks for any views of a room, adds and subtracts their numbers, and learns of no few people.

What is shown is read from the frames that pages, files and commands show. Each number is one of a *line*: people, or
those who answered a competency, marked a pair of it, or chose an option. Within a line numbers of people add up.
"""

from collections import defaultdict
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from databases import address
from session import room_of
from support import submissions

from sctrain import differencing, moved, privacy, questions, views
from sctrain.cards import Cards, Codes
from sctrain.catalogue import Catalogue
from sctrain.charts.gaps import gaps_priority
from sctrain.charts.heat import gaps_heat
from sctrain.charts.who import who_mix
from sctrain.report.tables import to_csv
from sctrain.selection import Selection
from sctrain.store import queries, setup, steps
from sctrain.store.engine import open_store, writing
from sctrain.store.orderings import Orders
from sctrain.store.queries import PROFILE, Event
from sctrain.store.setup import Setup
from sctrain.store.write import NewEvent, add_answers
from sctrain.views import Room

K = 5
KNOWN = Catalogue.model_validate(
    {
        "catalogue": {"code": "attacked", "title": "Attacked"},
        "competency": [{"code": f"c{i}", "label": f"C{i}"} for i in range(2)],
        "dimension": [
            {"code": "role", "label": "Role", "multiple": True, "option": [{"code": c, "label": c} for c in "xyz"]},
            {
                "code": "city_size",
                "label": "City size",
                "ordered": True,
                "option": [{"code": c, "label": c} for c in "abcd"],
                "rollup": [
                    {"code": "ab", "label": "ab", "members": ["a", "b"]},
                    {"code": "cd", "label": "cd", "members": ["c", "d"]},
                ],
            },
            {"code": "country", "label": "Country", "open": True},
        ],
        "question": [{"code": "one", "label": "One?", "option": [{"code": c, "label": c} for c in "no"]}],
    }
)
CHOICES = {
    "role": ("x", "y", "z", "x+y", ""),
    "city_size": ("a", "b", "c", "d", ""),
    "country": ("ES", "PT", "FR", ""),
    "table": ("1", "2", "3"),
}
ODDS = {
    "role": (0.4, 0.3, 0.2, 0.05, 0.05),
    "city_size": (0.3, 0.3, 0.2, 0.15, 0.05),
    "country": (0.45, 0.3, 0.2, 0.05),
    "table": (0.4, 0.3, 0.3),
}


def codes(said):
    values, code = np.unique(np.array(said, object).astype(str), return_inverse=True)
    return Codes(tuple(map(str, values)), code.astype(np.int32))


def random_room(seed, events=1, people=(60, 150), threshold=K):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(*people)) * events
    profile = {d: codes(rng.choice(CHOICES[d], n, p=ODDS[d])) for d in CHOICES}
    profile["event"] = codes([f"e{i % events}" for i in range(n)])
    marks = rng.choice([0, 8, 9, 14, 35], (2, n), p=[0.1, 0.3, 0.2, 0.2, 0.2]).astype(np.uint8)
    asked = tuple(Event(f"e{i}", f"E{i}", None, "", "attacked", threshold, False, n // events) for i in range(events))
    return Room(asked, KNOWN, Cards(("c0", "c1"), 1, 5, marks, profile), 1)


def selections(room, seed, many=400):
    """Filters of one, two or three questions, each for one, two or three options; half of them compare."""
    rng = np.random.default_rng(seed)
    found = [Selection(by=by) for by in (None, *room.compared_by)]
    for _ in range(many):
        asked = rng.permutation([d for d in CHOICES if room.offered.get(d)])[: rng.choice([1, 2, 2, 3])]
        filters = [(d, tuple(rng.permutation(room.offered[d])[: rng.integers(1, 4)])) for d in asked]
        by = rng.choice([*room.compared_by]) if rng.random() < 0.5 else None
        found.append(Selection(filters=tuple((str(d), tuple(map(str, c))) for d, c in filters), by=by and str(by)))
    return list(dict.fromkeys(found))


def shown(room, selections, apart=70):
    """By line the people behind each number that is shown [sets, people], and that the number is of just these.

    Every page begins with the counts past the gate; of some selections, so many `apart`, all frames are read as well.
    """
    lines = defaultdict(dict)

    def note(line, people, n):
        assert n == people.sum()
        if n:
            lines[line][np.packbits(people).tobytes()] = people

    for i, selection in enumerate(selections):
        counted(room, selection, note)
        if i % apart == 0:
            compared(room, selection, note)
            frames(room, selection, note)
        if i % apart % 9 == 0:
            joints(room, selection, note)
    return {line: np.array(list(sets.values())) for line, sets in lines.items()}


def counted(room, selection, note):
    where, counts, held = room.where(selection), views.counts(room, selection), groups_of(room, selection.by)
    for (g, c), hidden in np.ndenumerate(counts.hidden):
        if not hidden:
            note(counts.competencies[c], where & held[counts.groups[g]] & room._answered(c), counts.n[g, c])
            note("people", where & held[counts.groups[g]], counts.people[g])
    if (n := views.people(room, selection)) is not None:
        note("people", where, n)


def compared(room, selection, note):
    where, held = room.where(selection), groups_of(room, selection.by)
    answered = {code: room._answered(c) for c, code in enumerate(room.cards.competencies)}
    gaps = views.gaps(room, selection, resampled=False)
    for row in gaps[gaps["n"].notna()].itertuples():
        note(row.competency, where & held[none(row.group)] & answered[row.competency], row.n)
    for row in views.compare(room, selection).dropna(subset=["n_reference"]).itertuples() if selection.by else ():
        other = held[row.reference] if none(row.reference) else ~held[row.group]
        note(row.competency, where & held[row.group] & answered[row.competency], row.n)
        note(row.competency, where & other & answered[row.competency], row.n_reference)


def frames(room, selection, note):
    where, mix = room.where(selection), views.mix(room, selection)
    for row in mix[mix["n"].notna()].itertuples():
        note("people", where & room.cards.profile[row.dimension].holds((row.option,)), row.n)
    for n in set(views.answered(room, selection)["n"].dropna()):
        note("people", where, n)


def joints(room, selection, note):
    where, joint = room.where(selection), views.joint(room, selection, "c0")
    for row in joint[joint["n"].notna()].itertuples():
        pair = room.cards.pairs[0] == row.importance * room.cards.width + row.level
        note(f"c0 {row.importance} {row.level}", where & pair, row.n)


def none(text):
    return None if pd.isna(text) or text == "" else text


def groups_of(room, by):
    groups = room.groups(by) if by else None
    every = {None: np.ones(room.cards.n, bool)}
    return every | ({code: groups.holds(i) for i, code in enumerate(groups.codes)} if groups else {})


def told_by_pairs(sets, threshold=K):
    """How many pairs were tried, and the few people that a difference of two tells of."""
    sizes, common = sets.sum(axis=1), sets.astype(float) @ sets.T
    inside = common == sizes[:, None]  # [i, j]: all of i are in j
    apart = sizes[None, :] - sizes[:, None]
    return len(sets) * (len(sets) - 1) // 2, int((inside & (apart > 0) & (apart < threshold)).sum())


def told_by_triples(sets, seed, many=20_000):
    """The same of random triples: one without two others, two without a third."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.integers(0, len(sets), (3, many))
    found = 0
    of = sets.astype(np.int8)
    for sums in (of[a] - of[b] - of[c], of[a] + of[b] - of[c]):
        few = sums.sum(axis=1)
        found += int(((few > 0) & (few < K) & (sums >= 0).all(axis=1)).sum())
    return many, found


def told_by_all(sets, seed, named=(), many=2000, threshold=K):
    """How many single people, random twos, and few people of `named` sets some sum of all numbers tells of."""
    values, vectors = np.linalg.eigh(sets.T.astype(float) @ sets)
    there = sets.any(axis=0)
    free = vectors[there][:, values < 1e-9 * values.max()]
    first, second = np.random.default_rng(seed).integers(0, len(free), (2, many))
    twos = free[first[first != second]] + free[second[first != second]]
    few = np.array([people[there] for people in named if 0 < (people & there).sum() < threshold]).reshape(-1, len(free))
    return sum(int((np.abs(of).max(axis=1, initial=0) < 1e-7).sum()) for of in (free, twos, few @ free))


def names(room):
    """Each group of each comparison, and each two at once."""
    groups = [held for by in room.compared_by for held in list(groups_of(room, by).values())[1:]]
    return [*groups, *(a & b for a, b in combinations(groups, 2))]


def attack(rooms):
    """(pairs tried, few people told of by pairs, by triples, by all numbers together)."""
    pairs = told = triples = together = 0
    for seed, room in enumerate(rooms):
        few = names(room)
        for sets in shown(room, selections(room, seed)).values():
            tried, found = told_by_pairs(sets)
            pairs, told = pairs + tried, told + found
            triples += told_by_triples(sets, seed, 60 * len(sets))[1]
            together += told_by_all(sets, seed, few)
    return pairs, told, triples, together


def test_no_pair_no_triple_and_no_sum_of_all_views_tells_of_few_people():
    pairs, *told = attack([*map(random_room, range(10)), random_room(13, events=2)])
    assert pairs >= 100_000
    assert told == [0, 0, 0]


def everything(_, parts, rows):
    return np.ones((rows, len(parts[-1].held)), bool)


def test_without_the_rule_for_several_views_the_attacker_finds_the_people(monkeypatch):
    monkeypatch.setattr(differencing.Guard, "may", everything)
    pairs, *told = attack(map(random_room, range(2)))
    assert pairs > 10_000
    assert min(told) > 0


def test_without_complements_single_views_tell_of_few_too(monkeypatch):
    monkeypatch.setattr(differencing.Guard, "may", everything)
    monkeypatch.setattr(privacy, "hide_groups", lambda people, member, k, also=None: privacy.small(member @ people, k))
    monkeypatch.setattr(privacy, "hide_split", lambda people, split, k, also: also)
    found = 0
    for seed in range(4):
        room = random_room(seed)
        for sets in shown(room, [Selection(by=by) for by in (None, *room.compared_by)]).values():
            found += told_by_all(sets, seed, names(room))
    assert found > 0


def test_all_numbers_that_a_small_room_has_by_one_or_two_filters_tell_of_nobody():
    room = random_room(30, people=(30, 50))
    options = [(d, (o,)) for d, offered in room.offered.items() for o in offered]
    filters = [(), *combinations(options, 1), *(two for two in combinations(options, 2) if two[0][0] != two[1][0])]
    every = [Selection(filters=some, by=by) for some in filters for by in (None, *room.compared_by)]
    for sets in shown(room, every).values():
        assert told_by_all(sets, 0, names(room)) == 0


def told_by_replies(seed):
    """How many numbers of replies a room shows, and how many few people they tell of."""
    rng = np.random.default_rng(seed)
    profile = {d: rng.choice(CHOICES[d], 120, p=ODDS[d]).tolist() for d in CHOICES}
    room, replies = room_of(KNOWN, profile, {"one": rng.choice(["n", "o", ""], 120, p=[0.5, 0.4, 0.1]).tolist()})
    lines = defaultdict(list)
    for selection in selections(room, seed, many=25):
        where, held = room.where(selection), groups_of(room, selection.by)
        for row in questions.replied(room, replies, selection).dropna(subset=["n"]).itertuples():
            people = where & held[none(row.group)] & replies["one"].holds((row.option,))
            assert row.n == people.sum()
            lines[row.option].append(people)
    of = {option: np.array(sets) for option, sets in lines.items()}
    told = [told_by_pairs(sets)[1] + told_by_all(sets, seed, names(room)) for sets in of.values()]
    return sum(map(len, of.values())), sum(told)


@pytest.mark.parametrize("seed", range(3))
def test_with_a_higher_threshold_no_group_and_no_part_of_one_with_fewer_people_is_told(seed):
    room = random_room(seed, threshold=9)
    for sets in shown(room, selections(room, seed, many=150)).values():
        assert told_by_all(sets, seed, names(room), threshold=9) == 0
        assert told_by_pairs(sets, threshold=9)[1] == 0


@pytest.mark.parametrize("seed", range(2))
def test_replies_to_a_question_tell_of_no_few_people_either(seed):
    numbers, told = told_by_replies(seed)
    assert numbers > 10
    assert told == 0


def test_replies_tell_of_few_people_where_views_are_not_looked_at_together(monkeypatch):
    monkeypatch.setattr(differencing.Guard, "may", everything)
    assert told_by_replies(0)[1] > 0


def test_who_put_a_list_in_order_twice_is_told_in_no_few_people():
    rng = np.random.default_rng(3)
    people = pd.DataFrame({d: rng.choice(CHOICES[d], 90, p=ODDS[d]) for d in CHOICES})
    people["event"] = "e"
    for name in ("before", "after"):
        people[name] = ["+".join(rng.permutation(["c0", "c1"])) for _ in range(90)]
    given = people.reindex(columns=["before", "after", *PROFILE], fill_value="")
    twice = moved.twice_of(Orders(("c0", "c1"), given), random_room(5))
    sets = []
    for selection in selections(twice.room, 3, many=10):
        found, where = moved.moved(twice, selection), twice.room.where(selection)
        if found.n:
            assert found.n == where.sum()
            sets.append(where)
        for row in found.groups.dropna(subset=["n"]).itertuples():
            sets.append(where & groups_of(twice.room, selection.by)[row.group])
            assert row.n == sets[-1].sum()
    assert len(sets) > 15
    assert told_by_pairs(np.array(sets))[1] == told_by_all(np.array(sets), 3, names(twice.room)) == 0


def few_of_two_sizes(of_c, of_d):
    """20 and 15 people of two sizes, 3 and 4 of two others, who marked c0 as given."""
    sizes = ["a"] * 20 + ["b"] * 15 + ["c"] * 3 + ["d"] * 4
    marks = np.array([[8] * 20 + [14] * 15 + [of_c] * 3 + [of_d] * 3 + [8], [9] * 42], np.uint8)
    profile = {"role": codes(["x"] * 42), "city_size": codes(sizes), "country": codes(["ES"] * 42)}
    profile |= {"table": codes([""] * 42), "event": codes(["e"] * 42)}
    event = Event("e", "E", None, "", "attacked", K, False, 42)
    return Room((event,), KNOWN, Cards(("c0", "c1"), 1, 5, marks, profile), 1)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(by="city_size"),
        Selection(by="city_size_band"),
        Selection(filters=(("city_size", ("c",)),)),
        Selection(filters=(("city_size", ("a", "b", "c")),)),
        Selection(filters=(("city_size", ("cd",)),), by="city_size"),
    ],
)
def test_what_is_drawn_and_written_is_the_same_whatever_the_hidden_people_marked(selection):
    """Three of one hidden group and three of another change their marks with each other: no sum that is shown moves."""
    drawn = []
    for room in (few_of_two_sizes(35, 9), few_of_two_sizes(9, 35)):
        gaps = views.gaps(room, selection, resampled=False)
        labels = room.catalogue.labels
        total = views.gaps(room, replace(selection, by=None), resampled=False)
        charts = [gaps_priority(total, labels, measure="gap"), *heat_of(room, gaps, selection, labels)]
        mix = views.mix(room, selection)
        charts.append(who_mix(mix[mix["dimension"] == "city_size"], dict(zip("abcd", "abcd", strict=True)), title="C"))
        files = [to_csv(frame, {}) for frame in (gaps, mix, views.joint(room, selection, "c0"))]
        drawn.append(([chart.to_json() for chart in charts], files))
    assert drawn[0] == drawn[1]
    assert len(drawn[0][0][0]) > 500


def heat_of(room, gaps, selection, labels):
    if selection.by is None or gaps["group"].isna().all():
        return []
    return [gaps_heat(gaps, labels, group_labels=room.group_labels(selection.by), measure="gap")]


@pytest.mark.parametrize("codes_", [("c",), ("a", "b", "c"), ("d",), ("a", "b", "d")])
def test_a_filter_typed_by_hand_for_few_people_shows_nothing(codes_):
    room, selection = few_of_two_sizes(35, 9), Selection(filters=(("city_size", codes_),))
    assert "c" not in room.offered["city_size"]
    assert views.people(room, selection) is None
    assert views.gaps(room, selection)["n"].isna().all()
    assert views.mix(room, selection)["n"].isna().all()
    assert views.joint(room, selection, "c0")["n"].fillna(0).eq(0).all()


def test_ict_in_portugal_is_not_shown_beside_ict_in_portugal_or_spain():
    # 8 of ICT in Portugal, 3 in Spain, 9 in France; as many others everywhere.
    people = [("x", "PT")] * 8 + [("x", "ES")] * 3 + [("x", "FR")] * 9 + [("y", c) for c in ("PT", "ES", "FR")] * 9
    role, country = zip(*people, strict=True)
    room, _ = room_of(KNOWN, {"role": role, "country": country}, {})
    narrow = Selection(filters=(("role", ("x",)), ("country", ("PT",))))
    wide = narrow.where("country", ["PT", "ES"])
    assert {views.people(room, narrow), views.people(room, wide)} - {None} in ({8}, {11}, set())
    assert views.people(room, narrow.where("role", [])) == 17


# Over time


def filled(folder, seed, stepping, people=43, first=0):
    """A store whose event was filled in by one person after the other, and closed; its data versions.

    So many who came `first` are all there are of one role.
    """
    rng = np.random.default_rng(seed)
    engine = open_store(address(folder, f"s{stepping}{seed}"))
    with writing(engine) as connection:
        setup.make_event(connection, NewEvent("e0", "E", threshold=K), KNOWN, Setup(steps=stepping), ())
    for person in range(people):
        marks = "".join(rng.choice(["..", "12", "13", "24"], 2, p=[0.15, 0.35, 0.25, 0.25]))
        row = submissions((f"p{person:02}", "", marks))
        said = {d: str(rng.choice(CHOICES[d], p=ODDS[d])) for d in ("role", "city_size", "country")}
        said |= {"role": "z" if person < first else "xy"[person % 2]} if first else {}
        add_answers(engine, "e0", row.assign(**said, replies=f"one={rng.choice(['n', 'o'])}"))
    with writing(engine) as connection:
        setup.close(connection, "e0")
        return engine, range(1, queries.data_version(connection) + 1)


def over_time(engine, versions, people=43, many=24):
    """By line all people behind numbers at these data versions; of each the first so many who came."""
    lines, asked = defaultdict(dict), selections(views.read(engine, Selection(("e0",))), 1, many)
    for version in versions:
        room = views.read(engine, Selection(("e0",), version=version))
        for line, sets in shown(room, asked, apart=12).items():
            for some in np.pad(sets, ((0, 0), (0, people - sets.shape[1]))):
                lines[line][np.packbits(some).tobytes()] = some
    return {line: np.array(list(sets.values())) for line, sets in lines.items()}


@pytest.mark.parametrize("seed", range(2))
def test_no_two_moments_of_a_room_that_goes_on_in_steps_tell_of_few_people(seed, tmp_path):
    engine, versions = filled(tmp_path, seed, stepping=True)
    with engine.connect() as connection:
        at = {steps.at(connection, ["e0"], version)["e0"] for version in versions}
    lines = over_time(engine, sorted(at - {0}))
    assert [len(at), *sorted(map(len, lines.values()))[-3:]] > [7, 8, 8, 8]
    assert {line: told_by_pairs(sets)[1] for line, sets in lines.items() if told_by_pairs(sets)[1]} == {}
    few = names(views.read(engine, Selection(("e0",))))
    assert [told_by_all(lines[line], seed, few) for line in ("people", "c0", "c1")] == [0, 0, 0]
    engine.dispose()


def told_once_closed(folder, name):
    """Of how many few people two views tell, of all moments of a room that all but two of a role began."""
    folder.joinpath(name).mkdir()
    engine, _ = filled(folder / name, 0, stepping=True, first=7)
    with engine.connect() as connection:
        found = [*steps.steps(connection, "e0", K)]
    lines = over_time(engine, [found[0], found[-1]])
    engine.dispose()
    return told_by_pairs(lines["people"])[1]


def test_groups_that_are_shown_at_the_end_are_looked_at_beside_the_steps_before(tmp_path, monkeypatch):
    assert told_once_closed(tmp_path, "with") == 0
    monkeypatch.setattr(Room, "_came", lambda room: replace(room._asked("role"), held=np.zeros((0, 4), bool)))
    assert told_once_closed(tmp_path, "without") > 0


def test_where_each_answer_is_shown_at_once_two_moments_tell_of_single_people(tmp_path):
    engine, versions = filled(tmp_path, 0, stepping=False)
    lines = over_time(engine, versions[-4:])
    assert told_by_pairs(lines["people"])[1] > 0
    assert told_by_pairs(lines["c0"])[1] > 0
    engine.dispose()
