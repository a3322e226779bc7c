"""Which columns say who people are: ids, times, profile questions, consent; and which are never read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sctrain.catalogue import DIMENSIONS, Catalogue, Dimension, Question
from sctrain.languages import LANGUAGES, translations
from sctrain.load.answers import Column, options_of, said_nothing, separator_of, time_formats
from sctrain.load.asking import Asks
from sctrain.load.headings import alike, split
from sctrain.load.labels import TICKED, UNTICKED
from sctrain.load.mapping import Asked, Exclude
from sctrain.load.text import caseless, fold, number, slug
from sctrain.load.words import country, country_name, plain, words

UNUSED = "ignore"
MOST_OPTIONS = 40
"""Different answers above which a question is taken for one in people's own words."""
MOST_ASKED = 10
ENOUGH = 0.6
"""Share of a column's answers that must be read for a profile question to be proposed."""
Use = tuple[str, str, float]
_TEST = re.compile(r"test(\s*[-:#\d].*|\s+(submission|answer|entry|response|row))?")


@dataclass
class People:
    """What of a mapping is about people, and by heading what each column is, why, and the share explained."""

    keys: dict[str, Any] = field(default_factory=dict)
    profile: dict[str, Asked] = field(default_factory=dict)
    question: dict[str, Asked] = field(default_factory=dict)
    exclude: list[Exclude] = field(default_factory=list)
    uses: dict[str, Use] = field(default_factory=dict)


def bare(heading: str) -> str:
    """A heading as tools' own columns are looked up: without the code that LimeSurvey puts before it."""
    text = caseless(heading).rstrip(": ")
    return (
        text.partition(". ")[2]
        if text.split(". ")[0] in ("id", "submitdate", "startdate", "datestamp", "token")
        else text
    )


def system_columns(columns: Sequence[Column], rows: int, asks: Asks, forced: Mapping[str, str]) -> People:
    """The columns that tools add: whose row it is, when it was sent, and what is none of our business."""
    found, system, begun = People(), words().system, list[Column]()
    for one in columns:
        name, first = bare(one.heading), caseless(one.heading).split(". ")[0]
        use = forced.get(one.heading, "")
        if use == "respondent" or (not use and {name, first} & system["id"]):
            _respondent(one, rows, found)
        elif use == "submitted" or (not use and {name, first} & system["time"]):
            _submitted(one, asks, found)
        elif use == "duration" or (not use and {name, first} & system["duration"]):
            _duration(one, found)
        elif use == "started" or (not use and {name, first} & system["start"]):
            begun.append(one)
        elif not use and {name, first} & system["private"]:
            found.uses[one.heading] = UNUSED, "names and addresses are not read", 0.0
        elif not use and {name, first} & system["other"]:
            found.uses[one.heading] = UNUSED, "the tool’s own column", 0.0
        elif not one.cells:
            found.uses[one.heading] = UNUSED, "every cell is blank", 0.0
    for one in begun:  # last, since it may stand before the time that it is read as
        _started(one, found)
    return found


def _respondent(one: Column, rows: int, found: People) -> None:
    if "respondent" in found.keys or len(one.counts) != rows or one.cells != rows:
        reason = (
            "another column has the id already" if "respondent" in found.keys else "an id that is blank or there twice"
        )
        found.uses[one.heading] = UNUSED, reason, 0.0
        return
    found.keys["respondent"] = {"column": one.heading}
    found.uses[one.heading] = "respondent", "a tool’s id, never blank and never twice; stored as a hash only", 1.0


def _submitted(one: Column, asks: Asks, found: People) -> None:
    formats = time_formats(one)
    if "submitted" in found.keys or not formats:
        reason = "another column has the time already" if "submitted" in found.keys else "not every cell is a time"
        found.uses[one.heading] = UNUSED, reason, 0.0
        return
    choices = {form or "ISO": _shown(form) for form in formats}
    chosen = formats[0] or "ISO"
    if len(formats) > 1:
        chosen = asks.ask("time.order", f"How are the times of “{one.heading}” written?", choices, chosen, one.cells)
    form = "" if chosen == "ISO" else chosen
    found.keys["submitted"] = {"column": one.heading, "format": form}
    found.uses[one.heading] = "submitted", f"every cell is a time, {choices[chosen]}; taken as UTC", 1.0


def _started(one: Column, found: People) -> None:
    submitted = found.keys.get("submitted")
    if "duration" in found.keys or "started" in found.keys or submitted is None:
        reason = "another column tells how long it took" if submitted else "no column has the time it was sent"
        found.uses[one.heading] = UNUSED, f"the tool’s own column; {reason}", 0.0
    elif submitted["format"] not in time_formats(one):
        found.uses[one.heading] = UNUSED, "not every cell is a time as the one it was sent at", 0.0
    else:
        found.keys["started"] = {"column": one.heading}
        found.uses[one.heading] = "started", "every cell is a time; tells how long it took", 1.0


def _duration(one: Column, found: People) -> None:
    is_number = one.cells and one.share(label for label in one.counts if number(label) is not None) == 1
    if "duration" in found.keys or not is_number:
        reason = "another column tells how long it took" if is_number else "not every cell is a number of seconds"
        found.uses[one.heading] = UNUSED, reason, 0.0
        return
    found.keys["duration"] = {"column": one.heading}
    found.uses[one.heading] = "duration", "every cell is a number; taken as seconds", 1.0


def _shown(form: str) -> str:
    names = {
        "%Y": "year",
        "%y": "year",
        "%m": "month",
        "%d": "day",
        "%H": "hour",
        "%I": "hour",
        "%M": "minute",
        "%S": "second",
        "%p": "am/pm",
    }
    for code, name in names.items():
        form = form.replace(code, name)
    return form or "as ISO 8601 has it"


def excluded(columns: Sequence[Column], rows: int, asks: Asks, found: People) -> None:
    """Rows that may be no answers: without consent, tests."""
    no = words().answers["no"]
    agreed = no | words().answers["yes"]
    for one in columns:
        if (
            words().cue("consent", one.heading)
            and one.share(label for label in one.counts if caseless(label) in agreed) > 0.95
        ):
            against = tuple(label for label in one.counts if caseless(label) in no)
            _exclude(one, against, "no consent", "with a no to", asks, found)
        tests = tuple(label for label in one.counts if _TEST.fullmatch(label.casefold()))
        if one.share(tests) > 0 and sum(one.counts[t] for t in tests) <= max(3, rows // 20):
            _exclude(one, tests, "a test", "with a test in", asks, found)


def _exclude(one: Column, values: tuple[str, ...], reason: str, what: str, asks: Asks, found: People) -> None:
    if not values:
        return
    n = sum(one.counts[value] for value in values)
    code = f"exclude.{slug(reason)}.{sum(rule.reason == reason for rule in found.exclude) + 1}"
    choices = {"leave_out": "leave these rows out, and list how many", "keep": "keep them"}
    if (
        asks.ask(code, f"{n} row{'s' * (n > 1)} {what} “{one.heading[:60]}”: an answer?", choices, "leave_out", n)
        == "leave_out"
    ):
        found.exclude.append(Exclude(column=one.heading, values=values, reason=reason))
        found.uses.setdefault(one.heading, ("exclude", reason, 1.0))


def profile(
    columns: Sequence[Column], given: Catalogue, own: bool, asks: Asks, forced: Mapping[str, str], found: People
) -> None:
    """The profile questions among these columns, and the questions of the session that the catalogue asks."""
    free = {one.heading: one for one in columns if one.heading not in found.uses}
    for name, asked, why, share in _ticked(free, given, own, found):
        found.profile[name] = asked
        found.uses |= dict.fromkeys(asked.columns, (f"profile.{name}", why, share))
    for dimension in DIMENSIONS:
        if dimension in found.profile or (not own and dimension not in given.dimensions):
            continue
        for one in _likely(dimension, free.values(), given, own, forced):
            if one.heading not in found.uses and (made := _asked(one, dimension, given, own, asks)):
                found.profile[dimension], found.uses[one.heading] = made
                break
    if not own:
        _questions(free, given, asks, found)


def _likely(name: str, columns: Any, given: Catalogue, own: bool, forced: Mapping[str, str]) -> Iterator[Column]:
    """Columns that may be this dimension: said to be, then by their heading, then by their answers."""
    options = {} if own else _spoken(given.dimensions[name])
    said = [one for one in columns if forced.get(one.heading) == f"profile.{name}"]
    rest = [one for one in columns if one.heading not in forced]
    cued = [one for one in rest if words().cue(name, one.heading)]
    read = [one for one in rest if one not in cued and _reads(one, name, options)]
    yield from (*said, *sorted(cued, key=lambda one: len(one.heading)), *read)


def _reads(one: Column, name: str, options: Mapping[str, str]) -> bool:
    if name == "country":
        return 2 <= len(one.counts) <= 300 and one.share(label for label in one.counts if country(label)) >= 0.9
    return len(options) > 0 and one.share(label for label in one.counts if caseless(label) in options) >= 0.8


def _asked(one: Column, name: str, given: Catalogue, own: bool, asks: Asks) -> tuple[Asked, Use] | None:
    """How a column answers a profile question; None where too little of it is read."""
    cue = words().cue(name, one.heading)
    why = f"“{cue}” stands in the heading" if cue else "its answers"
    if name == "country":
        return _country(one, why, asks)
    between = separator_of(one)
    if own:
        return _own(one, name, between, why)
    dimension = given.dimensions[name]
    if dimension.open:
        if 2 * len(one.counts) > one.cells > MOST_OPTIONS:
            return None  # people's own words
        return Asked(column=one.heading, not_said=_silent(one.counts)), (
            f"profile.{name}",
            f"{why}; all are taken",
            1.0,
        )
    if between and not dimension.multiple:
        between = ""
    return _known(one, name, _spoken(dimension), {o.code for o in dimension.option}, between, why, asks, "profile")


def _country(one: Column, why: str, asks: Asks) -> tuple[Asked, Use] | None:
    if len(one.counts) > 2000:
        return None
    found = {label: country(label) for label in one.counts}
    if one.share(label for label, code in found.items() if code) >= ENOUGH:
        found |= {label: country(label, everywhere=True) for label, code in found.items() if not code}
    read = {label: code for label, code in found.items() if code}
    if one.share(read) < ENOUGH:
        return None
    labels = {country_name(code): code for code in sorted(set(read.values()))}
    labels |= {label: code for label, code in read.items() if caseless(label) not in set(map(caseless, labels))}
    unread = [label for label, code in found.items() if not code]
    rest = _ask_rest(one, "profile.country", unread, {}, asks)
    asked = Asked(column=one.heading, labels=_once(labels), not_said=tuple(unread) if rest == "not_said" else ())
    named = f"{why}; {len(set(read.values()))} countries, in any language"
    return asked, ("profile.country", named, one.share([*read, *_silent(one.counts)]))


def _own(one: Column, name: str, between: str, why: str) -> tuple[Asked, Use] | None:
    """Options of a catalogue that is drafted from this file."""
    options = options_of(one, between)
    agreed = words().answers["yes"] | words().answers["no"]
    said = [label for label in options if caseless(label) not in agreed and number(label) is None]
    if len(options) > MOST_OPTIONS or 2 * len(options) > one.cells or len(said) < 2:
        return None
    silent = _silent(options)
    labels = _once({label: slug(label)[:48] for label in options if label not in silent})
    asked = Asked(column=one.heading, separator=between, labels=labels, not_said=silent)
    several = f", several between “{between.strip()}”" if between else ""
    return asked, (f"profile.{name}", f"{why}; {len(labels)} options{several}", 1.0)


def _known(
    one: Column, name: str, spoken: Mapping[str, str], codes: set[str], between: str, why: str, asks: Asks, kind: str
) -> tuple[Asked, Use] | None:
    """Options that the catalogue has, in any of its languages; what it lacks is asked about."""
    options = options_of(one, between)
    silent = _silent(options)
    read = {label: code for label in options if (code := _option(label, spoken))}
    unread = [label for label in options if label not in read and label not in silent]
    explained = sum(options[label] for label in (*read, *silent)) / max(1, sum(options.values()))
    if explained < ENOUGH or len(unread) > 200:
        return None
    rest = _ask_rest(one, f"{kind}.{name}", unread, {"other": "other"} if "other" in codes else {}, asks)
    unknown = {"unknown": "other"} if rest == "other" else {}
    given = {"column": one.heading, "separator": between, "labels": _once(read), **unknown}
    asked = Asked(**given, not_said=(*silent, *(unread if rest == "not_said" else ())))
    return asked, (f"{kind}.{name}", f"{why}; {len(set(read.values()))} options of the catalogue", explained)


def _ask_rest(one: Column, code: str, unread: Sequence[str], more: Mapping[str, str], asks: Asks) -> str:
    """What answers stand for that nothing explains."""
    if not unread:
        return "not_said"
    shown = ", ".join(f"“{fold(label)[:40]}”" for label in unread[:MOST_ASKED]) + (
        "" if len(unread) <= MOST_ASKED else " …"
    )
    cells = sum(one.counts.get(label, 0) for label in unread)
    choices = {"not_said": "nothing: the question was not answered", "refuse": "a mistake: refuse such rows"}
    choices |= {key: f"the option “{label}”" for key, label in more.items()}
    return asks.ask(
        f"{code}.rest",
        f"What do these answers to “{one.heading[:60]}” stand for: {shown}?",
        choices,
        next(iter(more), "not_said"),
        cells,
    )


def _option(label: str, spoken: Mapping[str, str]) -> str | None:
    text = caseless(label)
    return spoken[text] if text in spoken else spoken.get(alike(text, spoken) or "")


def _spoken(asked: Dimension | Question) -> dict[str, str]:
    """Code by what an option is called, in every language of the forms."""
    found: dict[str, str] = {}
    for option in asked.option:
        for text in (option.label, *option.synonyms, option.code):
            found.setdefault(caseless(text), option.code)
            for language in LANGUAGES if text == option.label else ():
                found.setdefault(caseless(translations(language).gettext(text)), option.code)
    return found


def _questions(free: Mapping[str, Column], given: Catalogue, asks: Asks, found: People) -> None:
    """Questions of the session, by how the catalogue words them in any language."""
    for question in given.question:
        if question.kind == "text":
            continue
        texts = [
            translations(language).gettext(text)
            for language in LANGUAGES
            for text in (question.label, question.sentence)
            if text
        ]
        spoken = {plain(text) for text in texts}
        for one in free.values():
            if one.heading in found.uses or alike(plain(one.heading), spoken) is None:
                continue
            between = separator_of(one) if question.kind == "multiple" else ""
            codes = {option.code for option in question.option}
            if made := _known(one, question.code, _spoken(question), codes, between, "its wording", asks, "question"):
                found.question[question.code], found.uses[one.heading] = made
                break


def _ticked(
    free: Mapping[str, Column], given: Catalogue, own: bool, found: People
) -> Iterator[tuple[str, Asked, str, float]]:
    """Questions with a column for each option: the cell is a tick, yes or no, or the option's own text."""
    groups: defaultdict[str, list[tuple[Column, str]]] = defaultdict(list)
    for heading in split(list(free)):
        one = free[heading.text]
        if heading.question and _is_tick(one, heading.item):
            groups[heading.question].append((one, heading.item))
    for question, members in groups.items():
        name = next((d for d in DIMENSIONS if words().cue(d, question)), None)
        if name is None or name in found.profile or not 2 <= len(members) <= MOST_OPTIONS or name == "country":
            continue
        joined = free.get(question)
        if not own:
            spoken = (
                _spoken(given.dimensions[name]) if name in given.dimensions and given.dimensions[name].multiple else {}
            )
            codes = {one.heading: code for one, item in members if (code := _option(item, spoken))}
        else:
            codes = {one.heading: slug(item)[:48] for one, item in members}
        if len(codes) >= max(2, len(members) // 2):
            no = words().answers["no"]
            asked = Asked(columns=codes, ticked="any", unticked=tuple(sorted(no)))
            if joined is not None:
                found.uses[joined.heading] = (
                    UNUSED,
                    "its options have columns of their own, which are counted once",
                    0.0,
                )
            yield name, asked, f"a column for each of {len(codes)} options of “{question[:50]}”", 1.0


def _is_tick(one: Column, item: str) -> bool:
    known = {caseless(text) for text in (*TICKED, *UNTICKED)} | words().answers["yes"] | words().answers["no"]
    labels = {caseless(label) for label in one.counts}
    return bool(labels) and (labels <= known or labels == {caseless(item)})


def _silent(labels: Any) -> tuple[str, ...]:
    return tuple(label for label in labels if said_nothing(label))


def _once(labels: dict[str, str]) -> dict[str, str]:
    return {spoken: labels[spoken] for spoken in {caseless(label): label for label in reversed(labels)}.values()}
