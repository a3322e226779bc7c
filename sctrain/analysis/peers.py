"""What a cohort could teach itself: by who learns from whom, by how it is mixed, and by competency.

A *composition* is how many seats each group has; nobody is in two groups. Who left a competency out neither
lacks it nor teaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from sctrain.analysis.findings import FEWEST, listed, named
from sctrain.analysis.gaps import Numbers, whole
from sctrain.frames import PEERS_COHORTS, PEERS_PAIRS, PEERS_TAUGHT
from sctrain.frames.peers import COHORTS, VERDICTS
from sctrain.numerals import DASH, NARROW_SPACE
from sctrain.numerals import people as heads

SPLITS = 100
"""Halvings of the room: on one half the best mix is chosen, on the other it is assessed, and the other way round."""
COMPOSITIONS = 1_000
"""Most that are tried; where there are more, groups fill two seats at a time, or three …"""
BLOCKS = 100
"""Most parts of a group that the jackknife leaves out in turn: single people where they are no more."""
PLACES = 2
"""Shares are told to the whole percent: with more digits, cohorts of many sizes would add up to single marks."""


Groups = Mapping[str, NDArray[np.uint8]]
"""What the people of each group mark, by its code, as `marks` has it."""


def least_level(points: int) -> int:
    """The level from which one can teach, counted from 1: one below the top, and never the lowest."""
    return max(points - 1, 2)


def marks(pairs: NDArray[np.uint8 | np.uint16], points: int) -> NDArray[np.uint8]:
    """[people, 3, competencies] of pairs [competencies, people]: the gap of who cannot teach it, of who can, who can.

    People stand in an order that only their marks decide.
    """
    ordered = pairs[:, np.lexsort(pairs)] if len(pairs) else pairs
    importance, level = np.divmod(ordered.T, points + 1)
    complete = (importance > 0) & (level > 0)
    gap = np.where(complete & (importance > level), importance - level, 0).astype(np.uint8)
    teaches = complete & (level >= least_level(points))
    return np.stack([gap * ~teaches, gap * teaches, teaches], axis=1).astype(np.uint8)


def compositions(seats: int, available: Sequence[int], most: int = COMPOSITIONS) -> NDArray[np.intp]:
    """[compositions, groups] how `seats` can be filled, nobody twice.

    In steps of seats where there are more than `most` ways; seats that steps leave over go to the groups with
    most people to spare.
    """
    groups, limit = len(available), np.asarray(available)
    ways = (comb(seats // step + groups - 1, groups - 1) for step in range(1, seats + 1))
    step = next((s for s, n in enumerate(ways, 1) if n <= most), seats)
    units = seats // step
    bars = np.array(list(combinations(range(units + groups - 1), groups - 1)), int)
    bars = bars.reshape(comb(units + groups - 1, groups - 1), groups - 1)  # of one group: one way, without bars
    edges = np.pad(bars, ((0, 0), (1, 1)), constant_values=((0, 0), (-1, units + groups - 1)))
    found = (np.diff(edges, axis=1) - 1) * step
    for _ in range(seats - units * step):
        found[np.arange(len(found)), (limit - found).argmax(axis=1)] += 1
    return found[(found <= limit).all(axis=1)]


def in_proportion(seats: int, available: Sequence[int]) -> NDArray[np.intp]:
    """[groups] seats in proportion to how many are available, by largest remainder."""
    wanted = seats * np.asarray(available) / max(sum(available), 1)
    found = np.floor(wanted).astype(int)
    found[np.argsort(found - wanted, kind="stable")[: seats - found.sum()]] += 1
    return found


@dataclass(frozen=True, eq=False)
class Sums:
    """How many people each group has, and sums over them [groups, 3, competencies] as in `marks`.

    Others are drawn from a group without replacement, which makes every share a U-statistic: what a cohort
    of these people has on average is an unbiased guess of what one of other people like them has.
    """

    n: NDArray[np.intp]
    sums: Numbers
    seats: int

    @cached_property
    def nobody(self) -> Numbers:
        """[groups, seats + 1, competencies] chance that none of 0, 1 .. people of a group can teach it."""
        return self._nobody(self.n, self.sums[:, 2])

    @cached_property
    def untaught(self) -> Numbers:
        """[groups, seats + 1, competencies] mean gap of a member that none of 0, 1 .. others of the group can teach."""
        alone, able = np.moveaxis(self.sums[:, :2] / self.n[:, None, None], 1, 0)
        of_alone, of_able = (self._nobody(self.n - 1, self.sums[:, 2] - own) for own in (0, 1))
        return alone[:, None] * of_alone + able[:, None] * of_able

    @cached_property
    def lacked(self) -> Numbers:
        """[groups, competencies] mean gap of a member."""
        return self.sums[:, :2].sum(axis=1) / self.n[:, None]

    def _nobody(self, n: NDArray[np.intp], teachers: Numbers) -> Numbers:
        """C(n − teachers, drawn) / C(n, drawn) for 0 .. seats drawn, as a product."""
        left = (n[:, None] - np.arange(self.seats))[:, :, None]
        factors = (left - teachers[:, None]) / np.maximum(left, 1)
        chances = np.cumprod(np.clip(factors, 0, 1), axis=1)
        return np.concatenate([np.ones_like(chances[:, :1]), chances], axis=1)

    def cohorts(self, seats: NDArray[np.intp]) -> Numbers:
        """[compositions] share of the gap that is taught, of seats [compositions, groups]; NaN without a gap."""
        alone = [self.nobody[g][seats[:, g]] for g in range(len(self.n))]
        before, after = _products(alone), _products(alone[::-1])[::-1]
        missed = np.zeros(len(seats))
        for g in range(len(self.n)):
            own = self.untaught[g][np.maximum(seats[:, g] - 1, 0)]
            missed += seats[:, g] * np.einsum("nc,nc,nc->n", own, before[g], after[g])
        return _share(missed, seats @ self.lacked.sum(axis=1))

    def pairs(self, seats: NDArray[np.intp]) -> Numbers:
        """[learners · teachers] share of the gap that is taught where teachers fill `seats` [learners, teachers]."""
        missed = np.empty(seats.shape)
        for g, h in np.ndindex(seats.shape):
            by = self.untaught[g, seats[g, h]] if g == h else self.lacked[g] * self.nobody[h, seats[g, h]]
            missed[g, h] = by.sum()
        return _share(missed, self.lacked.sum(axis=1)[:, None]).ravel()


def _products(parts: Sequence[Numbers]) -> list[Numbers]:
    """The product of all parts before each."""
    found = [np.ones_like(parts[0])]
    for part in parts[:-1]:
        found.append(found[-1] * part)
    return found


def _share(missed: Numbers, whole: Numbers) -> Numbers:
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1 - missed / whole


@dataclass(frozen=True, eq=False)
class _Blocks:
    """One group in at most BLOCKS parts: how many people each has, and sums over them [blocks, 3, competencies]."""

    n: NDArray[np.intp]
    sums: Numbers

    def of(self, blocks: NDArray[np.intp] | slice) -> tuple[int, Numbers]:
        """People and sums of some of them."""
        return int(self.n[blocks].sum()), self.sums[blocks].sum(axis=0)

    @property
    def half(self) -> int:
        """People there are at least in half of the blocks."""
        return int(np.sort(self.n)[: len(self.n) // 2].sum())


def _blocks(marked: NDArray[np.uint8]) -> _Blocks:
    """At random, so that a block of many people is like the group."""
    people = np.random.default_rng(len(marked)).permutation(len(marked))
    parts = np.array_split(people, min(len(marked), BLOCKS))
    return _Blocks(
        np.array([len(part) for part in parts]), np.stack([marked[p].sum(axis=0, dtype=float) for p in parts])
    )


@dataclass(frozen=True, eq=False)
class _Room:
    """The groups' people, and how many seats a cohort has."""

    groups: tuple[_Blocks, ...]
    seats: int

    @cached_property
    def n(self) -> NDArray[np.intp]:
        return np.array([group.n.sum() for group in self.groups], int)

    @property
    def spare(self) -> NDArray[np.intp]:
        """People of each group that can be seated: one stays, or the jackknife would have too few."""
        return self.n - 1

    @cached_property
    def sums(self) -> Sums:
        return self.of([group.of(slice(None)) for group in self.groups])

    def of(self, groups: Sequence[tuple[int, Numbers]]) -> Sums:
        """The sums of these people of each group."""
        return Sums(np.array([n for n, _ in groups]), np.stack([sums for _, sums in groups]), self.seats)

    def halves(self, rng: np.random.Generator) -> tuple[Sums, Sums]:
        """The sums of one half of each group's people, and of the other."""
        parts = [np.array_split(rng.permutation(len(group.n)), 2) for group in self.groups]
        sides = ([group.of(part[side]) for group, part in zip(self.groups, parts, strict=True)] for side in (0, 1))
        one, other = map(self.of, sides)
        return one, other

    def spread(self, ask: Callable[[Sums], Numbers]) -> tuple[Numbers, Numbers]:
        """Standard error and degrees of freedom of each number that `ask` returns.

        Jackknife over the people of each group (Arvesen 1969, of U-statistics; Efron & Stein 1981: its
        variance errs upwards), degrees of freedom by Satterthwaite 1946.
        """
        parts, degrees = [], np.array([len(group.n) - 1 for group in self.groups])
        for g, group in enumerate(self.groups):
            left = np.stack([ask(self._without(g, block)) for block in range(len(group.n))])
            parts.append(degrees[g] * left.var(axis=0))
        variance = np.stack(parts)
        with np.errstate(invalid="ignore", divide="ignore"):
            df = variance.sum(axis=0) ** 2 / (variance**2 / degrees[:, None]).sum(axis=0)
        return np.sqrt(variance.sum(axis=0)), df

    def _without(self, g: int, block: int) -> Sums:
        sums, n = self.sums.sums.copy(), self.n.copy()
        sums[g] -= self.groups[g].sums[block]
        n[g] -= self.groups[g].n[block]
        return Sums(n, sums, self.seats)


def _room(groups: Groups, seats: int) -> _Room:
    return _Room(tuple(map(_blocks, groups.values())), seats)


def pairs(groups: Groups, hidden: Sequence[str], seats: int) -> pd.DataFrame:
    """PEERS_PAIRS: a row for each two of the `groups`, and of those that the gate has `hidden`."""
    room = _room(groups, seats)
    codes = (*groups, *hidden)
    both = pd.MultiIndex.from_product([codes, codes], names=["learners", "teachers"])
    n = pd.Series({code: float(len(group)) for code, group in groups.items()}, dtype=float)
    frame = pd.DataFrame(index=both, columns=["seats", *_ends_of("taught")], dtype=float).reset_index()
    frame = frame.assign(**{f"n_{side}": frame[side].map(n) for side in ("learners", "teachers")})
    known = frame[["n_learners", "n_teachers"]].notna().all(axis=1)
    if known.any():
        others = np.minimum(seats - 1, room.spare - np.eye(len(groups), dtype=int))
        told = _told(room.sums.pairs(others), *room.spread(lambda sums: sums.pairs(others)))
        frame.loc[known, ["seats", *_ends_of("taught")]] = np.column_stack([others.ravel(), *told])
    counts = {name: whole(frame[name].to_numpy()) for name in ("n_learners", "n_teachers", "seats")}
    return PEERS_PAIRS.check(frame.assign(competencies=_competencies(groups), suppressed=~known, **counts))


def _competencies(groups: Groups) -> int:
    return next((group.shape[2] for group in groups.values()), 0)


def _ends_of(name: str) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"]


def _told(share: Numbers, se: Numbers, df: Numbers, level: float = 0.95, least: float = 0.0) -> tuple[Numbers, ...]:
    """Numbers and their t intervals to the whole percent, in least..1; an interval's ends are rounded outwards.

    It reaches half a percent at least: where all is taught whoever stays out, the jackknife sees no error at all.
    """
    grid = 10**PLACES
    with np.errstate(invalid="ignore"):
        reach = np.maximum(np.where(se > 0, stdtrit(df, (1 + level) / 2) * se, 0), 0.5 / grid)
    low, high = np.floor((share - reach) * grid) / grid, np.ceil((share + reach) * grid) / grid
    return tuple(np.clip(ends, least, 1) for ends in (share.round(PLACES), low, high))


@dataclass(frozen=True, eq=False)
class _Cohort:
    """One cohort of PEERS_COHORTS; `mixes` [some, groups] are what its share is the mean of."""

    kind: str
    group: str
    seats: NDArray[np.intp]
    mixes: NDArray[np.intp]
    weight: Numbers
    share: float | None = None
    """Where that is not the mean of the whole room's."""


def cohorts(groups: Groups, hidden: Sequence[str], seats: int, seed: int) -> pd.DataFrame:
    """PEERS_COHORTS of the `groups` and of those that the gate has `hidden`: mixes first, then each group alone.

    Without two groups there is no mix. A group without one person more than there are seats fills fewer of
    them, and is not compared. The best mix is one of those that take at most half of a group's people.
    """
    room = _room(groups, seats)
    given = _given(room, tuple(groups), seed)
    names = [*_ends_of("taught"), *_ends_of("difference"), "verdict"]
    frame = pd.DataFrame(_numbers(room, given), columns=names)
    frame = frame.assign(
        cohort=[one.kind for one in given],
        group=[one.group for one in given],
        n=[len(groups[one.group]) if one.group else int(room.n.sum()) for one in given],
        seats=[int(one.seats.sum()) for one in given],
        composition=[_composed(groups, one.seats) for one in given],
    )
    frame = pd.concat([frame, pd.DataFrame({"cohort": COHORTS[2], "group": list(hidden), "composition": ""})])
    kinds = dict.fromkeys(("n", "seats"), "Int64") | dict.fromkeys(names[:-1], "float") | {"verdict": "str"}
    frame = frame.astype(kinds).reset_index(drop=True)
    return PEERS_COHORTS.check(frame.assign(competencies=_competencies(groups), suppressed=frame["n"].isna()))


def _given(room: _Room, codes: Sequence[str], seed: int) -> list[_Cohort]:
    """The best mix if it can be told, the mix of the room if there are two groups, then each group alone."""
    one = np.eye(len(codes), dtype=int)
    alone = [
        (COHORTS[2], code, one[g] * min(room.seats, n))
        for g, (code, n) in enumerate(zip(codes, room.spare, strict=True))
    ]
    mixed = [(COHORTS[1], "", in_proportion(room.seats, room.spare.tolist()))] * (len(codes) > 1)
    given = [_Cohort(*named, named[2][None], np.ones(1)) for named in (*mixed, *alone)]
    best = _best(room, seed) if mixed else None
    return [best, *given] if best else given


def _best(room: _Room, seed: int) -> _Cohort | None:
    """The mix that teaches most: its share is that of mixes chosen on one half of the people, in the other half.

    None where two halves of the room cannot each fill a mixed cohort.
    """
    mixes = compositions(room.seats, [group.half for group in room.groups])
    mixes = mixes[(mixes > 0).sum(axis=1) > 1]
    if not len(mixes) or not room.sums.lacked.any():
        return None
    rng, shares, chosen = np.random.default_rng([seed]), [], []
    for _ in range(SPLITS // 2):
        both = room.halves(rng)
        for own, other in (both, both[::-1]):
            chosen.append(_most(own.cohorts(mixes)))
            shares.append(other.cohorts(mixes[chosen[-1:]])[0])
    used, often = np.unique(chosen, return_counts=True)
    winner = mixes[_most(room.sums.cohorts(mixes))]
    return _Cohort(COHORTS[0], "", winner, mixes[used], often / often.sum(), float(np.nanmean(shares)))


def _most(shares: Numbers) -> int:
    return int(np.nan_to_num(shares, nan=-1).argmax())


def _numbers(room: _Room, given: Sequence[_Cohort]) -> list[tuple[Any, ...]]:
    """Each cohort's share with its interval, what it has more than the mix of the room, and the verdict."""
    if not given:
        return []
    mixes = np.concatenate([one.mixes for one in given])
    weight = np.zeros((len(given), len(mixes)))
    weight[np.repeat(np.arange(len(given)), [len(one.mixes) for one in given]), np.arange(len(mixes))] = np.concatenate(
        [one.weight for one in given]
    )
    usual = next((i for i, one in enumerate(given) if one.kind == COHORTS[1]), 0)

    def ask(sums: Sums) -> Numbers:
        share = weight @ sums.cohorts(mixes)
        return np.concatenate([share, share - share[usual]])

    share, (se, df), cut = ask(room.sums), room.spread(ask), len(given)
    for i, one in enumerate(given):
        if one.share is not None:
            share[[i, cut + i]] += one.share - share[i]
    against = [_compared(one, given[usual], room) for one in given]
    level = 1 - 0.05 / max(sum(against), 1)
    told = _told(share[:cut], se[:cut], df[:cut])
    more = np.where(against, _told(share[cut:], se[cut:], df[cut:], level, -1), np.nan)
    rows = zip(given, *told, *more, strict=True)
    return [(*numbers, _verdict(one, room, *numbers[-2:])) for one, *numbers in rows]


def _compared(one: _Cohort, usual: _Cohort, room: _Room) -> bool:
    """Whether a cohort is set against the mix of the room: of as many seats, and not that mix itself."""
    return usual.kind == COHORTS[1] and one is not usual and int(one.seats.sum()) == room.seats


def _verdict(one: _Cohort, room: _Room, low: float, high: float) -> str | None:
    """Below FEWEST people it cannot be told. A mix chosen on half of the people is never told to teach less."""
    if np.isnan(low):
        return None
    if room.n[one.seats > 0].sum() < FEWEST:
        return VERDICTS[2]
    less = high < 0 and one.kind != COHORTS[0]
    return VERDICTS[0] if low > 0 else VERDICTS[1] if less else VERDICTS[2]


def _composed(groups: Groups, seats: NDArray[np.intp]) -> str:
    return " + ".join(f"{code} {n}" for code, n in zip(groups, seats, strict=True) if n)


# Competency by competency


def taught(gaps: pd.DataFrame, marked: NDArray[np.uint8], seats: int, hidden: NDArray[np.bool_]) -> pd.DataFrame:
    """PEERS_TAUGHT from the GAPS of everyone and their `marks`, in the order of GAPS; `hidden` rows tell nothing."""
    marked = marked if len(marked) else np.zeros((1, *marked.shape[1:]), np.uint8)
    people, _, competencies = marked.shape
    room = _Room((_blocks(marked),), max(min(seats, people), 1))
    others = room.seats - 1
    rows = gaps[["competency", "n", "gap", "suppressed"]].reset_index(drop=True)
    n = rows["n"].to_numpy(float, na_value=np.nan)
    teachers = room.sums.sums[0, 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        untaught = room.sums.untaught[0, others] / room.sums.lacked[0]
    low, high = _wilson(teachers, np.full(competencies, float(people)))
    share = (teachers / np.where(n > 0, n, np.nan), *_wilson(teachers, np.where(n > 0, n, np.nan)))
    ends = np.floor((1 - high) ** others * 100) / 100, np.ceil((1 - low) ** others * 100) / 100
    found = [untaught.round(PLACES), *(np.where(np.isnan(untaught), np.nan, end) for end in ends)]
    columns = {"teachers": teachers, **dict(zip(_ends_of("share"), share, strict=True))}
    columns |= dict(zip(_ends_of("untaught"), found, strict=True))
    gone = hidden | rows["suppressed"].to_numpy(bool)
    shown = {name: np.where(gone | ~(n > 0), np.nan, values) for name, values in columns.items()}
    frame = rows.assign(**shown, suppressed=gone)
    frame.loc[gone, ["n", "gap"]] = np.nan
    return PEERS_TAUGHT.check(frame.assign(teachers=whole(shown["teachers"])))


def _wilson(successes: Numbers, n: Numbers) -> tuple[Numbers, Numbers]:
    """95 % score interval of a share (Wilson 1927); NaN where n is."""
    z2 = ndtri(0.975) ** 2
    middle = (successes + z2 / 2) / (n + z2)
    reach = np.sqrt(z2 * (successes * (n - successes) / n + z2 / 4)) / (n + z2)
    return np.clip(middle - reach, 0, 1), np.clip(middle + reach, 0, 1)


# In words


def sentence(cohorts: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What may be said of PEERS_COHORTS: how much a mix could teach itself, and whether one group alone could less."""
    rows = PEERS_COHORTS.check(cohorts)
    mixed = rows[rows["cohort"] == COHORTS[1]]
    if mixed.empty or mixed["taught"].isna().all():
        return "Nobody lacks anything that is asked about, or too few people can be shown to mix."
    usual: Any = next(mixed.itertuples())
    if usual.n < FEWEST:
        return f"With {heads(usual.n)} we cannot tell how much a cohort could teach itself."
    mix = f"mixed like the {heads(usual.n)} who can be shown" if rows["suppressed"].any() else "mixed as the room is"
    lead = f"In a cohort of {usual.seats}, {mix}, people could teach each other {_size(usual)}"
    return f"{lead} of what they lack{_alone(rows[rows['cohort'] == COHORTS[2]], labels, usual.seats)} (n = {usual.n})."


def _alone(rows: pd.DataFrame, labels: Mapping[str, str], seats: int) -> str:
    """How groups alone compare with the mix of the room, as the end of a sentence."""
    told = rows[rows["verdict"].notna()].sort_values("taught", ascending=False, kind="stable")
    if told.empty:
        return "; no group has so many people that it could fill the seats alone"
    by = {verdict: told[told["verdict"] == verdict] for verdict in VERDICTS}
    if len(by["less"]) == len(told):
        top: Any = next(told.itertuples())
        return f"; people of one group alone less, at most {_size(top)}: {labels[top.group]}"
    said = [f"{which} in {_names(by[v], labels)} alone" for v, which in zip(VERDICTS, ("more", "less"), strict=False)
            if len(by[v])]  # fmt: skip
    open_ = by[VERDICTS[2]]
    if len(open_):
        whom = "none" if len(open_) == len(told) else f"{_names(open_, labels)} alone"
        can = "can be shown to teach less" if whom == "none" else "cannot be shown to teach less or more"
        large = f"of the groups large enough to fill {seats} seats, " if whom == "none" else ""
        said.append(f"{large}{whom} {can}")
    return f"; {'; '.join(said)}"


def _names(rows: pd.DataFrame, labels: Mapping[str, str]) -> str:
    return listed([labels[code] for code in rows["group"]])


def _size(row: Any, name: str = "taught") -> str:
    """`74 % (66–81 %)`."""
    value, low, high = (100 * getattr(row, end) for end in _ends_of(name))
    return f"{value:.0f}{NARROW_SPACE}% ({low:.0f}{DASH}{high:.0f}{NARROW_SPACE}%)"


def best_sentence(cohorts: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """What may be said of the best mix: its seats, how it was assessed, and whether it beats the mix of the room."""
    best = PEERS_COHORTS.check(cohorts)
    best = best[(best["cohort"] == COHORTS[0]) & best["taught"].notna()]
    if best.empty:
        return "Which mix teaches most cannot be told: half of the people here could not fill a cohort."
    row: Any = next(best.itertuples())
    seats = listed([f"{n} {labels[code]}" for code, n in (part.split() for part in row.composition.split(" + "))])
    check = f"it would teach {_size(row)} (tested on people who were not used to choose the mix)"
    if row.verdict == VERDICTS[0]:
        return f"A mix that teaches more than the mix of the room: {seats}; {check}."
    return f"No mix can be told to teach more than the mix of the room. The one that seems best: {seats}; {check}."


def taught_sentence(taught: pd.DataFrame, labels: Mapping[str, str], threshold: int) -> str:
    """What may be said of PEERS_TAUGHT: what nobody can teach, few can, and what mostly stays untaught."""
    rows = PEERS_TAUGHT.check(taught)
    shown = rows[rows["n"].fillna(0) >= FEWEST]
    if shown.empty:
        return f"With fewer than {FEWEST} answers we cannot tell what nobody here can teach."
    nobody = shown[shown["teachers"] == 0]
    most = shown[(shown["untaught_low"] > 0.5) & (shown["teachers"] > 0)].sort_values("untaught", ascending=False)
    hidden = int(rows["suppressed"].sum())
    said = [f"Nobody here can teach {named(nobody['competency'], labels)}: it takes a trainer."] * bool(len(nobody))
    said += [f"More than half of the gap stays untaught in {named(most['competency'], labels)}."] * bool(len(most))
    if not said and shown["untaught"].notna().any():
        top: Any = next(shown.sort_values("untaught", ascending=False, kind="stable").itertuples())
        some = "Every competency shown has somebody here who can teach it"
        said = [f"{some}; in this room most stays untaught in {labels[top.competency]}: {_size(top, 'untaught')}."]
    few = "One competency is hidden" if hidden == 1 else f"{hidden} competencies are hidden"
    said += [f"{few}: fewer than {threshold} people can teach it, or cannot."] * bool(hidden)
    return " ".join(said)
