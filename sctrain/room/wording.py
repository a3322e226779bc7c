"""What a catalogue asks, spoken in a language: for the form on a phone, the sheet of a table, and their prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sctrain import forms
from sctrain.catalogue import Catalogue, Dimension, Entry, Question, Topic
from sctrain.languages import countries, translations
from sctrain.load.text import slug

Speak = Callable[[str], str]
FEW = 12
"""Options that are shown one below the other; more become a menu."""


def speaker(language: str) -> Speak:
    """What says a message in this language."""
    return translations(language).gettext


def form(catalogue: Catalogue, codes: tuple[str, ...], language: str) -> dict[str, Any]:
    """What the form asks: profile, competencies by discipline with their scale, questions of the session."""
    scale, speak = catalogue.scale, speaker(language)
    return {
        "scale_marks": [str(mark) for mark in range(scale.low, scale.high + 1)],
        "importance": _anchors(scale.importance, scale.points, speak),
        "level": _anchors(scale.level, scale.points, speak),
        "dimensions": [_dimension(dimension, language) for dimension in catalogue.dimensions.values()],
        "sections": _sections(catalogue, codes, speak),
        "questions": [_question(question, speak) for question in forms.asked(catalogue)],
    }


def sheet(catalogue: Catalogue, language: str) -> dict[str, Any]:
    """What a sheet asks: topics with their options, competencies, who may sit there."""
    speak = speaker(language)
    few = (d for d in catalogue.dimensions.values() if d.option and len(d.option) <= FEW)
    return {
        "topics": [_topic(topic, catalogue, speak) for topic in catalogue.topic],
        "competencies": [(c.code, speak(c.label)) for c in catalogue.competency],
        "mixes": [{"code": d.code, "label": speak(d.label), "options": _options(d.option, speak)} for d in few],
    }


def handed(catalogue: Catalogue, language: str) -> dict[str, list[tuple[str, str]]]:
    """The challenges and possible solutions that are handed to tables: label and sentence."""
    speak = speaker(language)
    lists = {"challenge": catalogue.challenge, "solution": catalogue.solution}
    return {kind: [(speak(e.label), _told(e.sentence, speak)) for e in entries] for kind, entries in lists.items()}


def _told(sentence: str, speak: Speak) -> str:
    return speak(sentence) if sentence else ""  # gettext says its header where it is asked for nothing


def _options(entries: Iterable[Entry], speak: Speak) -> list[tuple[str, str]]:
    return [(entry.code, speak(entry.label)) for entry in entries]


def _anchors(given: tuple[str, ...], points: int, speak: Speak) -> list[str]:
    """A word for each point of a scale; only its ends where it has no more."""
    spoken = [speak(text) for text in given]
    return spoken if len(spoken) == points else [spoken[0], *[""] * (points - 2), spoken[-1]]


def _dimension(asked: Dimension, language: str) -> dict[str, Any]:
    speak = speaker(language)
    named = countries(language) if asked.code == "country" else {}
    options = [(code, named.get(code) or label) for code, label in _options(asked.option, speak)]
    if named:
        options.sort(key=lambda option: slug(option[1]))
    kind = "open" if asked.open and not options else "menu" if len(options) > FEW and not asked.multiple else "options"
    question = speak(asked.sentence or asked.label)
    return {"code": asked.code, "kind": kind, "several": asked.multiple, "sentence": question, "options": options}


def _question(asked: Question, speak: Speak) -> dict[str, Any]:
    texts = {"label": speak(asked.label), "sentence": _told(asked.sentence, speak)}
    return {"code": asked.code, **texts, "options": _options(asked.option, speak), "several": asked.kind == "multiple"}


def _topic(topic: Topic, catalogue: Catalogue, speak: Speak) -> dict[str, Any]:
    options = [(code, speak(label)) for code, label in catalogue.options_of(topic.code).items()]
    texts = {"label": speak(topic.label), "sentence": _told(topic.sentence, speak)}
    return {"code": topic.code, **texts, "options": options}


def _sections(catalogue: Catalogue, codes: tuple[str, ...], speak: Speak) -> list[dict[str, Any]]:
    """The competencies by discipline, each with its place in the questionnaire."""
    dimension = catalogue.dimensions.get("discipline")
    called = dict(_options(dimension.option, speak)) if dimension else {}
    sections: dict[str, list[dict[str, Any]]] = {}
    for place, code in enumerate(codes):
        if code in catalogue.codes:
            found = catalogue.find(code)
            entry = {"place": place, "label": speak(found.label), "sentence": _told(found.sentence, speak)}
            sections.setdefault(found.discipline, []).append(entry)
    other = speak(catalogue.catalogue.title)
    return [{"title": called.get(name, other), "competencies": entries} for name, entries in sections.items()]
