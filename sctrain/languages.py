"""The languages that participants and table hosts can choose: gettext catalogues in `data/locale/`.

A *message* is the English text itself. `catalogue.po` holds what the shipped catalogue of competencies says,
`room.po` what the forms and sheets say around it. What a language lacks stays English.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from sctrain.catalogue import Catalogue, Dimension, Question, Topic

FOLDER = Path(__file__).parents[1] / "data" / "locale"
SOURCE = "en"
LANGUAGES = (SOURCE, *sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))
"""The codes of every language there is, English first."""


def name_of(language: str) -> str:
    """What a language calls itself, such as `Português`."""
    return (Locale(language).get_display_name(language) or language).capitalize()


def choose(accepted: str, offered: tuple[str, ...] = LANGUAGES) -> str:
    """The one of the offered languages that an Accept-Language header wants most, else the first offered."""
    parts = (part.partition(";") for part in accepted.lower().split(","))
    weighed = [(_weight(rest), name.strip()) for name, _, rest in parts]
    asked = [name for weight, name in sorted(weighed, key=lambda one: -one[0]) if weight > 0]
    return negotiate_locale(asked, offered, sep="-") or offered[0]


def _weight(parameters: str) -> float:
    """How much a language is wanted, from 0 to 1 (RFC 9110, 12.4.2); what is not said is 1, what is no number 0."""
    found = re.search(r"q\s*=\s*([^;]*)", parameters)
    if found is None:
        return 1
    return float(found[1]) if re.fullmatch(r"[01](\.[0-9]{0,3})?\s*", found[1]) else 0


@cache
def translations(language: str) -> gettext.NullTranslations:
    """What says a message in this language: `.gettext(text)`, `.ngettext(one, many, n)`."""
    found = gettext.NullTranslations()
    for file in sorted((FOLDER / language).glob("*.po")) if language != SOURCE else ():
        compiled = io.BytesIO()
        with file.open("rb") as source:
            write_mo(compiled, read_po(source, locale=language))
        compiled.seek(0)
        spoken = gettext.GNUTranslations(compiled)
        spoken.add_fallback(found)
        found = spoken
    return found


def countries(language: str) -> dict[str, str]:
    """What countries are called, by ISO 3166 code, as the Unicode CLDR has it."""
    return dict(Locale(language).territories)


def messages(catalogue: Catalogue) -> Iterator[str]:
    """Every text of a catalogue that participants or table hosts read, in its order; countries come from the CLDR."""
    yield from (text for c in catalogue.competency for text in (c.label, c.sentence) if text)
    yield from (*catalogue.scale.importance, *catalogue.scale.level)
    asked: tuple[Dimension | Topic | Question, ...] = (
        *catalogue.dimensions.values(),
        *catalogue.topic,
        *catalogue.question,
    )
    for question in asked:
        yield from filter(None, (question.label, question.sentence))
        yield from (o.label for o in question.option if question.code != "country")
    for entry in (*catalogue.challenge, *catalogue.solution):
        yield from filter(None, (entry.label, entry.sentence))
