"""Which columns are ratings of importance and level, of which item, on which scale.

A *block* is the columns of one question: they share a scale and a side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sctrain.catalogue import Catalogue
from sctrain.languages import LANGUAGES, translations
from sctrain.load.answers import Column, Scaled, scale_of, value_of
from sctrain.load.asking import Asks
from sctrain.load.guess_scales import scale_for
from sctrain.load.headings import SIDES, Heading, alike, split
from sctrain.load.mapping import Rating, Scale
from sctrain.load.text import caseless, number, slug
from sctrain.load.words import plain

Key = tuple[str, str, str]
"""What the columns of a block share: their question, their side, their kind of scale."""
UNUSED = "ignore"
MOST_ITEMS = 200
"""Items above which only equal ones are one: comparing each with each would take minutes."""
SHARED = 0.5
"""Share of the items that two blocks must have in common to be the two sides of one survey."""


@dataclass
class Block:
    """The columns of one question, with the side they are taken for and why."""

    question: str
    headings: list[Heading]
    columns: list[Column]
    scaled: Scaled
    side: str = ""
    why: str = ""
    keys: list[str] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """How many answers it has."""
        return sum(column.cells for column in self.columns)


@dataclass(frozen=True)
class Rated:
    """What of a file are ratings: for a mapping, and by heading what each column is, why, and the share explained."""

    ratings: tuple[Rating, ...]
    scales: dict[str, Scale]
    uses: dict[str, tuple[str, str, float]]
    own: bool


def blocks_of(columns: Sequence[Column], every: Sequence[str], forced: Mapping[str, str]) -> list[Block]:
    """The blocks of ratings among these columns of a file with these headings."""
    parts = {heading.text: heading for heading in split(every)}
    for heading, use in forced.items():
        if (side := use.partition(":")[0]) in SIDES:
            parts[heading] = replace(parts[heading], side=side, cue="")
    alone = {one.heading: scale_of([one]) for one in columns}
    groups: defaultdict[Key, list[Column]] = defaultdict(list)
    for one in columns:
        if (own := alone[one.heading]) is not None:
            part = parts[one.heading]
            kind = f"{own.kind} {own.name}" if own.kind == "words" or not part.question else own.kind
            groups[(part.question, part.side, kind)].append(one)
    scaled = {key: scale_of(some) for key, some in groups.items()}
    for one in columns:
        if alone[one.heading] is None and one.cells and (key := _like(one, parts[one.heading], scaled)):
            groups[key].append(one)
    place = {one.heading: i for i, one in enumerate(columns)}
    found = [_block(sorted(some, key=lambda one: place[one.heading]), parts) for some in groups.values()]
    return [block for block in found if block is not None]


def _like(one: Column, part: Heading, scaled: Mapping[Key, Scaled | None]) -> Key | None:
    """The block that a column with too few different answers belongs to: of its question or side, and its answers."""
    for (question, side, kind), block in scaled.items():
        is_near = (question or side) and (question, side) == (part.question, part.side)
        if is_near and block and one.share(block.marks) >= SHARED:
            return question, side, kind
    return None


def _block(columns: list[Column], parts: Mapping[str, Heading]) -> Block | None:
    scaled = scale_of(columns)
    if scaled is None:
        return None
    headings = [parts[one.heading] for one in columns]
    first = headings[0]
    why = f"“{first.cue}” stands in {'the question' if first.question else 'the heading'}" if first.cue else ""
    return Block(first.question, headings, columns, scaled, first.side, why, [h.key for h in headings])


def decide_sides(blocks: Sequence[Block], asks: Asks) -> None:
    """Say of each block whether it is importance or level, where no word told it: by what it is paired with."""
    told = [block for block in blocks if block.side]
    for block in blocks:
        if not block.side and (partner := next((b for b in told if _shared(block, b) >= SHARED), None)):
            other = SIDES[1 - SIDES.index(partner.side)]
            if not any(b.side == other and _shared(block, b) >= SHARED for b in blocks):
                block.side, block.why = other, f"the same items as “{_name(partner)}”, which is {partner.side}"
    if not any(block.side for block in blocks):
        _without_words(blocks)
    for block in blocks:
        if block not in told and (block.side or len(block.columns) > 1):
            _ask_side(block, asks)


def _without_words(blocks: Sequence[Block]) -> None:
    """Where no word tells anything: by the kind of scale, then the first of two equal lists is importance."""
    for block in blocks:
        if block.scaled.side:
            block.side, block.why = block.scaled.side, f"a scale of {block.scaled.name.replace('_', ' ')}"
    if any(block.side for block in blocks):
        return
    spoken = [block for block in blocks if any(number(one.heading) is None for one in block.columns)]
    largest = sorted(spoken, key=lambda b: -len(b.columns))
    if not largest or len(largest[0].columns) < 2:
        return
    first = largest[0]
    partner = next((b for b in largest[1:] if _shared(first, b) >= SHARED), None)
    for block, side in zip([b for b in blocks if b in (first, partner)], SIDES, strict=False):
        block.side, block.why = side, "nothing tells it: importance is usually asked first"


def _ask_side(block: Block, asks: Asks) -> None:
    place = sum(ask.code.startswith("side.") for ask in asks.asked) + 1
    choices = {
        "importance": "how important it is",
        "level": "how far people have come",
        UNUSED: "neither: leave it out",
    }
    why = f" ({block.why})" if block.why else ""
    columns = f"the {len(block.columns)} columns" if len(block.columns) > 1 else "the column"
    question = f"What do {columns} of “{_name(block)}” tell?{why}"
    taken = asks.ask(f"side.{place}", question, choices, block.side or UNUSED, block.cells)
    block.side = "" if taken == UNUSED else taken


def _name(block: Block) -> str:
    return (block.question or block.columns[0].heading)[:80]


def _shared(one: Block, other: Block) -> float:
    """Which share of the smaller block's items the other one has too."""
    small, large = sorted((set(one.keys), set(other.keys)), key=len)
    if one is other or not small:
        return 0.0
    return sum(key in large or alike(key, large) is not None for key in small) / len(small)


def rate(
    columns: Sequence[Column], every: Sequence[str], given: Catalogue, asks: Asks, forced: Mapping[str, str]
) -> Rated:
    """The ratings among these columns. `forced` has what somebody said a column is, such as `level:law`."""
    blocks = blocks_of(columns, every, forced)
    decide_sides(blocks, asks)
    uses = {one.heading: (UNUSED, _left_out(block), 0.0) for block in blocks if not block.side for one in block.columns}
    blocks = [block for block in blocks if block.side]
    items = _items(blocks)
    codes, own = _codes(items, given, forced)
    catalogue_scale = given.scale
    scales: dict[str, Scale] = {}
    sides: dict[str, dict[str, str]] = {}
    for block in blocks:
        name = _scale_name(block, scales)
        scales[name] = scale_for(block.scaled, block.columns, catalogue_scale, name, asks)
        for key, column in zip(block.keys, block.columns, strict=True):
            uses[column.heading] = _use(block, key, column, name, scales[name], codes, items, sides, forced)
    kept = {name: scale for name, scale in scales.items() if any(name in side.values() for side in sides.values())}
    ratings = tuple(Rating(competency=code, **given) for code, given in sides.items())
    return Rated(ratings, kept, uses, own)


def _left_out(block: Block) -> str:
    return f"answers on a scale ({block.scaled.name.replace('_', ' ')}), but nothing tells importance or level"


def _items(blocks: Sequence[Block]) -> dict[str, str]:
    """The label of each item by its key; items that are alike share the first's."""
    found: dict[str, str] = {}
    for block in blocks:
        own = set(block.keys)
        before = (
            [key for key in found if key not in own] if len(own) <= MOST_ITEMS else []
        )  # two items of one block are two, however alike
        for place, heading in enumerate(block.headings):
            same = heading.key if heading.key in found else alike(heading.key, before)
            block.keys[place] = same or heading.key
            found.setdefault(block.keys[place], heading.item)
    return found


def _codes(items: Mapping[str, str], given: Catalogue, forced: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """The competency of each item: of the catalogue where half of the items are there, else a code of its own."""
    known = spoken_labels(given)
    near = list(known) if len(items) <= MOST_ITEMS else []
    met = {key: known[same] for key in items if (same := key if key in known else alike(key, near))}
    named = [use for use in forced.values() if use.partition(":")[2] in given.codes]
    if named or 2 * len(met) >= len(items) > 0:
        return met, False
    made: dict[str, str] = {}
    for key, item in items.items():
        code = first = slug(item)[:48].strip("_")
        again = 1
        while code in made:
            again += 1
            code = f"{first}_{again}"
        made[code] = key
    return {key: code for code, key in made.items()}, True


def spoken_labels(given: Catalogue) -> dict[str, str]:
    """Code by what a competency is called, in every language of the forms."""
    found: dict[str, str] = {}
    for competency in given.competency:
        texts = filter(None, (competency.label, competency.short, competency.code))
        for text in texts:
            found.setdefault(plain(text), competency.code)
            for language in LANGUAGES:
                found.setdefault(plain(translations(language).gettext(text)), competency.code)
    return found


def _scale_name(block: Block, scales: Mapping[str, Scale]) -> str:
    name = (
        block.side
        if block.scaled.kind == "numbers"
        else f"{block.side}_{block.scaled.name}".replace("importance_importance", "importance")
    )
    return name if name not in scales else f"{name}_{sum(s.startswith(name) for s in scales) + 1}"


def _use(
    block: Block,
    key: str,
    column: Column,
    scale_name: str,
    scale: Scale,
    codes: Mapping[str, str],
    items: Mapping[str, str],
    sides: dict[str, dict[str, str]],
    forced: Mapping[str, str],
) -> tuple[str, str, float]:
    """What a column is, why, and the share of its cells that the scale reads; kept in `sides` where it is used."""
    side, _, said = forced.get(column.heading, f"{block.side}:{codes.get(key, '')}").partition(":")
    if side not in SIDES:
        return UNUSED, "said to be left out", 0.0
    code = said or codes.get(key, "")
    if not code:
        return UNUSED, f"no competency of the catalogue is called “{items[key]}”", 0.0
    taken = sides.setdefault(code, {"label": items[key]})
    if side in taken:
        return UNUSED, f"another column has the {side} of “{items[key]}” already", 0.0
    taken |= {side: column.heading, f"{side}_scale": scale_name}
    why = block.why if column.heading not in forced else "as you said"
    return f"{side}:{code}", f"{why}; {_told(block.scaled)}", _explained(column, scale)


def _told(scaled: Scaled) -> str:
    kind = {"words": f"{scaled.steps} steps of {scaled.name.replace('_', ' ')}", "labelled": "numbers with words"}
    return kind.get(scaled.kind, f"numbers {scaled.low:g} to {scaled.high:g}")


def _explained(column: Column, scale: Scale) -> float:
    known = {caseless(label) for label in (*scale.labels, *scale.no_opinion)}
    span = scale.span
    read = [label for label in column.counts if caseless(label) in known or (span and _within(label, span))]
    return column.share(read)


def _within(label: str, span: tuple[float, float]) -> bool:
    value = value_of(label)
    return value is not None and span[0] <= value <= span[1]
