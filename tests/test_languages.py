"""Every language says everything, with the same blanks to fill; a browser gets the language that it asks for."""

import importlib.util
import re
from collections import Counter

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from support import ROOT

from sctrain import languages
from sctrain.catalogue import BUILT_IN, read_catalogue
from sctrain.languages import LANGUAGES, choose, countries, messages, name_of, translations

OTHERS = LANGUAGES[1:]
BLANK = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{[^{}]*\}|<[^<>]+>")
"""What is put into a message: named, unnamed, in braces; and tags."""


def update():
    """The script that finds the messages there are."""
    spec = importlib.util.spec_from_file_location("update_locale", ROOT / "data" / "locale" / "update.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TEMPLATES = update().templates()


def held(language, name):
    with (languages.FOLDER / language / f"{name}.po").open("rb") as source:
        return read_po(source, locale=language)


def texts(value):
    return [value] if isinstance(value, str) else list(value)


def blanks(text):
    return Counter(match[0] for match in BLANK.finditer(text))


def test_there_is_english_and_a_name_for_every_language():
    assert LANGUAGES[0] == "en"
    assert [name_of(language) for language in LANGUAGES] == ["English", "Español", "Français", "Português"]


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("language", OTHERS)
def test_no_message_is_missing_or_empty_or_unsure(language, name):
    spoken = {message.id: message for message in held(language, name) if message.id}
    wanted = {message.id for message in TEMPLATES[name] if message.id}
    assert sorted(map(str, wanted - spoken.keys())) == []
    assert [m.id for m in spoken.values() if m.id in wanted and not all(s.strip() for s in texts(m.string))] == []
    assert [m.id for m in spoken.values() if m.fuzzy] == []


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_blanks_and_tags_of_its_message(language, name):
    for message in held(language, name):
        if not message.id:
            continue
        one, *many = texts(message.id)
        for said in filter(None, texts(message.string)):
            # "one person" may leave out the number; the other forms may not.
            assert blanks(said) in [blanks(text) for text in (one, *many)], (message.id, said)


@pytest.mark.parametrize("language", OTHERS)
def test_a_plural_has_as_many_forms_as_the_language(language):
    forms = Locale(language).plural_form.tags | {"other"}
    for message in held(language, "room"):
        if message.id and message.pluralizable:
            assert len(message.string) == len(forms), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_said_of_the_catalogue_is_not_left_english(language):
    spoken = translations(language)
    same = {text for text in messages(read_catalogue(BUILT_IN)) if spoken.gettext(text) == text}
    assert len(same) <= 3, same  # some words are the same in both


def test_what_a_language_lacks_stays_english():
    for language in LANGUAGES:
        assert translations(language).gettext("No such message") == "No such message"


def test_messages_are_what_people_read_and_countries_are_not_among_them():
    told = list(messages(read_catalogue(BUILT_IN)))
    known = read_catalogue(BUILT_IN)
    assert {c.label for c in known.competency} <= set(told)
    assert {o.label for o in known.dimensions["role"].option} <= set(told)
    assert {o.label for q in known.question for o in q.option} <= set(told)
    assert "Portugal" not in told
    assert all(told)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Germany"), ("fr", "Allemagne"), ("es", "Alemania"), ("pt", "Alemanha")]
)
def test_countries_are_called_as_the_cldr_has_it(language, said):
    assert countries(language)["DE"] == said == Locale(language).territories["DE"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("fr", "fr"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("PT-br", "pt"),
        ("de-DE,de;q=0.9,es;q=0.5", "es"),
        ("en;q=0.1, fr;q=0.9", "fr"),
        ("en; q=0.1 , fr ; q=0.2", "fr"),
        ("fr;q=0, es;q=0.1", "es"),
        ("fr;q=0", "en"),
        ("fr;q=zero, es;q=0.1", "es"),
        ("fr, es", "fr"),
        ("de, zh-Hant-TW;q=0.8", "en"),
        (";;,,;q=,", "en"),
    ],
)
def test_a_browser_gets_the_language_it_wants_most(accepted, language):
    assert choose(accepted) == language


def test_only_offered_languages_are_chosen_else_the_first_of_them():
    assert choose("fr, pt;q=0.5", ("en", "pt")) == "pt"
    assert choose("fr", ("pt", "en")) == "pt"


@given(st.text(max_size=30) | st.text("frpten-;q=0.19, *", max_size=30))
def test_whatever_a_browser_sends_it_gets_an_offered_language(accepted):
    assert choose(accepted) in LANGUAGES
