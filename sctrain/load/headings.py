"""What a heading says: the question, the item of a grid, and whether it is about importance or level.

Tools write a grid as `Question [item]`, `item. - question`, `Question - item`, `code[part]. text` or `Question/item`.
The part that many columns share is the question, the other one the item.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sctrain.load.text import fold
from sctrain.load.words import plain, words

SIDES = ("importance", "level")
ALIKE = 0.9
"""Similarity from which two items are one: `and` and `&`, a plural, a full stop."""
MOST_COMPARED = 400
"""Items that one is compared with; of more, each would be compared with each for minutes."""
_BRACKET = re.compile(r"(.*?)\s*(?:\[([^\[\]]+)\]|\(([^()]+)\))\s*")
_CODE = re.compile(
    r"^\[?(?:\w{0,12}\d\w{0,8}(?:-\w{1,3})?|[A-Za-z]\w{0,15}(?=\[))(?:\[\w+\])?\]?[.:)\]]\s*(?:_\.\s*)?(?=\S)"
)


@dataclass(frozen=True)
class Heading:
    """A heading in its parts; `side` is `` where no word tells it."""

    text: str
    question: str
    item: str
    side: str = ""
    cue: str = ""

    @property
    def key(self) -> str:
        """What two columns about the same item share."""
        return plain(self.item)


def split(headings: Sequence[str]) -> list[Heading]:
    """Every heading in its parts, told apart by what many headings share."""
    options = {heading: list(_ways(heading)) for heading in headings}
    shared = Counter(part for ways in options.values() for pair in dict.fromkeys(ways) for part in set(pair))
    return [_parted(heading, options[heading], shared) for heading in headings]


def side_of(text: str, first: bool = False) -> tuple[str, str]:
    """The side that the words of a text tell, and the word: both `` where none is named, or both are.

    With `first`, of two sides the one that is named first. Abbreviations such as `IM` tell only where they stand alone.
    """
    found = {side: words().cue(side, text) for side in SIDES}
    said = [side for side in SIDES if len(found[side]) > 2 or (found[side] and found[side] == plain(text))]
    if first and len(said) == 2:
        said = [min(said, key=lambda side: f" {plain(text)} ".index(f" {found[side]} "))]
    return (said[0], found[said[0]]) if len(said) == 1 else ("", "")


def alike(item: str, others: Iterable[str]) -> str | None:
    """The one of these keys that is most like this one, if it is like enough; of very many, only the same."""
    best, found, known = ALIKE, None, list(others)
    if item in known or len(known) > MOST_COMPARED:
        return item if item in known else None
    for other in known:
        match = SequenceMatcher(None, item, other, autojunk=False)
        if match.real_quick_ratio() >= best and match.quick_ratio() >= best and (ratio := match.ratio()) >= best:
            best, found = ratio, other
    return found


def _ways(heading: str) -> Iterator[tuple[str, str]]:
    text = re.sub(r"#\d+$", "", heading)
    if found := _BRACKET.fullmatch(text):
        yield fold(_CODE.sub("", found[1])) or found[1], fold(found[2] or found[3])
    for between in (" - ", " – ", ": ", "/"):
        left, there, right = text.partition(between)
        if there and left.strip() and right.strip():
            yield fold(_CODE.sub("", left)), fold(right)


def _parted(heading: str, ways: list[tuple[str, str]], shared: Counter[str]) -> Heading:
    for first, second in ways:
        for question, item in ((first, second), (second, first)):
            side, cue = side_of(question)
            if side and plain(question) == cue:  # `Data protection [importance]`
                return Heading(heading, question, _without_code(item), side, cue)
    best = max(ways, key=lambda pair: max(shared[pair[0]], shared[pair[1]]), default=None)
    if best and max(shared[part] for part in best) > 1:
        question, item = best if shared[best[0]] >= shared[best[1]] else best[::-1]
        return Heading(heading, question, _without_code(item), *side_of(question))
    text = _without_code(re.sub(r"#\d+$", "", heading))
    side, cue = side_of(text, first=True)
    rest = f" {plain(text)} ".replace(f" {cue} ", " ", 1).strip() if cue else text
    return Heading(heading, "", rest.capitalize() if cue and rest else rest or text, side, cue)


def _without_code(text: str) -> str:
    return fold(_CODE.sub("", text)).rstrip(" .:") or text
