"""What survey tools and people say, in several languages: data/words/*.toml, and countries from the Unicode CLDR.

Nothing of it decides anything: `guess` proposes what it finds, with the reason. A *step* is a place on a scale of
words, counted from its low end; a *cue* is a word in a heading that tells what a column is about.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.localedata import locale_identifiers

from sctrain.load.text import caseless, fold

FOLDER = Path(__file__).parents[2] / "data" / "words"
NEAR = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "pl", "sv", "da", "fi", "nb", "cs", "sk", "hu", "ro", "bg", "el", "hr"),
    *("sl", "et", "lv", "lt", "ru", "uk", "tr", "ca", "gl", "eu", "ga", "mt", "is", "sq", "mk", "sr"),
)
"""Languages whose names of countries are tried before those of all others, which take two seconds to load."""


@dataclass(frozen=True)
class WordScale:
    """A scale of words: `steps` has the place of each label, `language` the one it is said in."""

    name: str
    length: int
    side: str
    steps: dict[str, int]
    language: dict[str, str]

    def said_in(self, languages: set[str]) -> dict[str, int]:
        """The labels of these languages."""
        return {label: step for label, step in self.steps.items() if self.language[label] in languages}


@dataclass(frozen=True)
class Words:
    """All words of all languages, caseless: headings of tools by kind, cues by kind, answers by kind, scales."""

    system: dict[str, frozenset[str]]
    cues: dict[str, tuple[str, ...]]
    answers: dict[str, frozenset[str]]
    scales: tuple[WordScale, ...]

    def cue(self, kind: str, text: str) -> str:
        """The longest cue of a kind that stands in a text as whole words; `` for none."""
        spoken = f" {plain(text)} "
        found = [cue for cue in self.cues[kind] if f" {cue} " in spoken]
        return max(found, key=len, default="")


@cache
def words() -> Words:
    """The words of every file of data/words."""
    system, cues, answers = (defaultdict[str, list[str]](list) for _ in range(3))
    scales: dict[tuple[str, int], WordScale] = {}
    for file in sorted(FOLDER.glob("*.toml"), key=lambda f: (f.stem != "en", f.stem)):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        for kept, table in ((system, data["system"]), (cues, data["cues"]), (answers, data["answers"])):
            for kind, texts in table.items():
                kept[kind] += texts
        for given in data["scale"]:
            key = given["name"], len(given["steps"])
            scale = scales.setdefault(key, WordScale(*key, given.get("side", ""), {}, {}))
            for step, labels in enumerate(given["steps"]):
                for label in map(caseless, labels):
                    scale.steps.setdefault(label, step)
                    scale.language.setdefault(label, file.stem)
    return Words(
        {kind: frozenset(map(caseless, texts)) for kind, texts in system.items()},
        {kind: tuple(dict.fromkeys(map(plain, texts))) for kind, texts in cues.items()},
        {kind: frozenset(map(caseless, texts)) for kind, texts in answers.items()},
        tuple(scales.values()),
    )


def plain(text: str) -> str:
    """A text's words in lower case, without signs; `&` is `and`, and `camelCase` two words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", fold(text)).replace("&", " and ").casefold()
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", apart).replace("_", " ")))


@cache
def _countries(near: bool) -> dict[str, str]:
    """Code by caseless name, in the near languages or in all of them."""
    found: dict[str, str] = {}
    for language in NEAR if near else (code for code in locale_identifiers() if "_" not in code):
        for code, name in Locale.parse(language).territories.items():
            if re.fullmatch("[A-Z]{2}", code) and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"):
                found.setdefault(caseless(name), code)
    return found


USUAL = {"uk": "GB", "usa": "US", "united states of america": "US", "great britain": "GB", "england": "GB", "el": "GR"}
"""Names of countries that the CLDR does not list."""


def country(label: str, everywhere: bool = False) -> str | None:
    """The ISO 3166 code of a country named in any language, or by its code; None if it is none.

    `Spain / España` is one country. Languages beyond the near ones are tried only `everywhere`.
    """
    text = caseless(label)
    known = _countries(near=not everywhere)
    if text in known or text in USUAL:
        return known.get(text) or USUAL[text]
    if re.fullmatch("[A-Z]{2}", fold(label)) and fold(label) in known.values():
        return fold(label)
    parts = {country(part, everywhere) for part in re.split(r"[/|(),]", text) if part.strip()} if "/" in text else set()
    return parts.pop() if len(parts) == 1 else None


def country_name(code: str) -> str:
    """A country's English name."""
    return str(Locale("en").territories[code])
