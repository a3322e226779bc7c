"""What a survey and its tables may speak of, as frozen values read from TOML.

A *catalogue* holds the *competencies* people rate on one common *scale*, the profile
*dimensions* with their *options*, and the lists that tables rank. It is one TOML file, or a
folder whose `*.toml` files are read as one. `SCTRAIN_CATALOGUE` names another organisation's.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from sctrain.errors import CatalogueError

BUILT_IN = Path(__file__).parents[1] / "data" / "catalogue"
MOST_OPTIONS = 62
"""Of a ranked topic: sets of options are whole numbers of 64 bits."""
DIMENSIONS = ("role", "discipline", "city_size", "country", "region", "cluster")
"""The profile dimensions an answer has a column for, in the order they are offered."""
USUAL_HOURS = 4.0
"""Of a module, where a catalogue gives none and each competency is one."""
GATHERINGS = {"table": "Table", "event": "Event"}
"""Where people sat: they are compared by it, but do not choose it."""


def _code(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]+", value):
        raise ValueError("a code has only letters, digits and _ (it stands in links)")
    return value


Code = Annotated[str, AfterValidator(_code)]
Text = Annotated[str, Field(min_length=1)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Value):
    """Anything with a stable code and a label that may change."""

    code: Code
    label: Text
    sentence: str = ""
    seeds: tuple[str, ...] = ()
    """Where it is taken from: `000: technology trends` is a phrase of seed document 000."""


class Scale(_Value):
    """The common ordered scale of importance and level: integers `low`..`high`, with anchors."""

    low: int = Field(1, ge=0, le=1)
    high: int = Field(5, ge=2, le=35)
    importance: tuple[str, ...] = ("not important", "essential")
    level: tuple[str, ...] = ("no knowledge", "expert")

    @property
    def points(self) -> int:
        """How many marks a rating can have."""
        return self.high - self.low + 1


class Competency(Entry):
    """One thing a programme manager should be able to do."""

    short: str = ""
    discipline: str = ""
    aspect: Literal["technology", "human", ""] = ""
    levels: tuple[str, ...] = ()
    """What each point of the level scale looks like for this competency."""
    practices: tuple[str, ...] = ()

    @property
    def brief(self) -> str:
        """The short label, for crowded pictures; the label where there is none."""
        return self.short or self.label


class Option(Entry):
    """One answer to a profile question. `population` is [at least, below) for city sizes."""

    synonyms: tuple[str, ...] = ()
    population: tuple[int, int] | None = None


class Rollup(Entry):
    """A named union of options, offered beside them as a filter."""

    members: tuple[str, ...]


class Dimension(Entry):
    """A profile question. `ordered` options keep their order; `open` ones take any code."""

    code: Literal["role", "discipline", "city_size", "country", "region", "cluster"]
    ordered: bool = False
    multiple: bool = False
    open: bool = False
    option: tuple[Option, ...] = ()
    rollup: tuple[Rollup, ...] = ()
    target: dict[Code, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    """Weight by option of whom the answers should speak for; options without one are outside of it."""
    target_source: str = ""

    @property
    def target_shares(self) -> dict[str, float]:
        """The target as fractions that sum to 1; empty where there is none."""
        total = sum(self.target.values())
        return {code: weight / total for code, weight in self.target.items()}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Label of every option and roll-up by code, in the catalogue's order."""
        return {entry.code: entry.label for entry in (*self.option, *self.rollup)}

    def label_of(self, code: str) -> str:
        """The label of a code; the code itself where the dimension is open."""
        return self.labels.get(code, code)

    def members(self, code: str) -> tuple[str, ...]:
        """The options a code stands for: itself, or the members of a roll-up."""
        return next((r.members for r in self.rollup if r.code == code), (code,))

    def option_for(self, population: int) -> Option | None:
        """The option whose population class holds this many people; None where no class does."""
        for option in self.option:
            if option.population and option.population[0] <= population < option.population[1]:
                return option
        return None


class Practice(Entry):
    """One of the work practices that move a city, with a few concrete activities."""

    activities: tuple[str, ...] = ()


class Topic(Entry):
    """A list that each World-Café table ranks."""

    options_from: Literal["competency", "role", ""] = ""
    option: tuple[Option, ...] = ()


class Solution(Entry):
    """A possible way to overcome challenges."""

    challenges: tuple[str, ...] = ()


class Question(Entry):
    """A question of the session that is put to everyone."""

    kind: Literal["single", "multiple", "ordered", "text"] = "single"
    option: tuple[Option, ...] = ()


class Module(Entry):
    """What is taught as one piece of a training programme: one or more competencies, in so many hours."""

    competencies: tuple[Code, ...] = Field(min_length=1)
    hours: float = Field(gt=0, le=400, multiple_of=0.5)
    """Contact time, in whole or half hours."""
    method: str = ""
    """An option of the topic `methodology`; empty where it is not said."""
    audience: tuple[str, ...] = ()
    """Roles, or roll-ups of roles, whom it is meant for; empty for all."""
    requires: tuple[str, ...] = ()
    """Modules without which it is not given."""


class Comparison(_Value):
    """A way to split the room: groups in their order, each with the options it stands for."""

    code: str
    label: str
    dimension: str
    groups: dict[str, str]
    """Label by group code; empty where the dimension is open and the data name the groups."""
    members: dict[str, tuple[str, ...]]


class Head(_Value):
    """Which catalogue this is."""

    code: Code
    title: Text
    version: int = 1
    source: str = ""
    """Whose survey it is, and its licence: shown wherever its figures are."""


class Catalogue(_Value):
    """Everything a survey and its tables may speak of."""

    catalogue: Head
    scale: Scale = Scale()
    competency: tuple[Competency, ...] = Field(min_length=1)
    dimension: tuple[Dimension, ...] = ()
    practice: tuple[Practice, ...] = ()
    challenge: tuple[Entry, ...] = ()
    solution: tuple[Solution, ...] = ()
    topic: tuple[Topic, ...] = ()
    question: tuple[Question, ...] = ()
    module: tuple[Module, ...] = Field((), max_length=MOST_OPTIONS)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for problem in _problems(self):
            raise ValueError(problem)
        return self

    @property
    def code(self) -> str:
        """The catalogue's own code."""
        return self.catalogue.code

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The competency codes in questionnaire order."""
        return tuple(c.code for c in self.competency)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Competency label by code."""
        return {c.code: c.label for c in self.competency}

    @cached_property
    def aspects(self) -> dict[str, str]:
        """Competency aspect by code: technology, human, or `` where it is not said."""
        return {c.code: c.aspect for c in self.competency}

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """What a programme is put together from: where no modules are given, each competency is one."""
        usual = (
            Module(code=c.code, label=c.label, sentence=c.sentence, competencies=(c.code,), hours=USUAL_HOURS)
            for c in self.competency[:MOST_OPTIONS]
        )
        return self.module or tuple(usual)

    def disciplines_of(self, module: Module) -> tuple[str, ...]:
        """The disciplines that a module mixes, in the order of its competencies."""
        return tuple(dict.fromkeys(d for code in module.competencies if (d := self.find(code).discipline)))

    def practices_of(self, module: Module) -> tuple[str, ...]:
        """The work practices that a module serves, in the catalogue's order."""
        served = {practice for code in module.competencies for practice in self.find(code).practices}
        return tuple(practice.code for practice in self.practice if practice.code in served)

    def share_of(self, module: Module, aspect: str) -> float:
        """What fraction of a module's competencies is of an aspect."""
        return sum(self.aspects[code] == aspect for code in module.competencies) / len(module.competencies)

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        """Profile dimension by code, in the order they are offered."""
        return {d.code: d for d in sorted(self.dimension, key=lambda d: DIMENSIONS.index(d.code))}

    @cached_property
    def comparisons(self) -> dict[str, Comparison]:
        """What `by` may be: each dimension, `<dimension>_band` where it has roll-ups, table and event."""
        found: dict[str, Comparison] = {}
        for d in self.dimensions.values():
            options = {o.code: o.label for o in d.option}
            found[d.code] = Comparison(
                code=d.code, label=d.label, dimension=d.code, groups=options, members={o: (o,) for o in options}
            )
            if d.rollup:
                found[f"{d.code}_band"] = Comparison(
                    code=f"{d.code}_band",
                    label=f"{d.label}, rolled up",
                    dimension=d.code,
                    groups={r.code: r.label for r in d.rollup},
                    members={r.code: r.members for r in d.rollup},
                )
        return found | {
            code: Comparison(code=code, label=label, dimension=code, groups={}, members={})
            for code, label in GATHERINGS.items()
        }

    def find(self, code: str) -> Competency:
        """The competency with this code; KeyError if there is none."""
        return {c.code: c for c in self.competency}[code]

    def entries_of(self, topic: str) -> tuple[Entry, ...]:
        """What a table may put on the list of a topic; KeyError if there is no such topic."""
        found = {t.code: t for t in self.topic}[topic]
        if found.options_from == "competency":
            return self.competency
        if found.options_from:
            return tuple(o for d in self.dimension if d.code == found.options_from for o in d.option)
        return found.option

    def options_of(self, topic: str) -> dict[str, str]:
        """Label by code of what a table may put on the list of a topic, in the catalogue's order.

        Empty where the catalogue lacks the dimension that the topic takes its options from;
        KeyError if there is no such topic.
        """
        return {entry.code: entry.label for entry in self.entries_of(topic)}

    def to_json(self) -> str:
        """One canonical text for a catalogue, as the store keeps it."""
        return json.dumps(self.model_dump(mode="json", exclude_defaults=True), sort_keys=True)


def _problems(catalogue: Catalogue) -> Iterable[str]:
    for kind in ("competency", "dimension", "practice", "challenge", "solution", "topic", "question", "module"):
        yield from _twice(kind, [e.code for e in getattr(catalogue, kind)])
    for kind in ("topic", "question"):
        for entry in getattr(catalogue, kind):
            yield from _twice(f"{kind}.{entry.code}", [o.code for o in entry.option])
    for question in catalogue.question:
        if question.kind == "ordered" and (n := len(question.option)) < 2:
            yield f"question.{question.code}.option: an ordered question has 2 options or more, not {n}"
    for dimension in catalogue.dimension:
        yield from _dimension_problems(dimension)
    yield from _scale_problems(catalogue.scale)
    yield from _competency_problems(catalogue)
    for topic in catalogue.topic:
        if len(catalogue.options_of(topic.code)) > MOST_OPTIONS:
            yield f"topic.{topic.code}: more than {MOST_OPTIONS} options; tables cannot rank so many"
    challenges = {c.code for c in catalogue.challenge}
    for s in catalogue.solution:
        yield from _unknown(f"solution.{s.code}.challenges", s.challenges, challenges)
    yield from _module_problems(catalogue)


def _module_problems(catalogue: Catalogue) -> Iterable[str]:
    methods = {o.code for t in catalogue.topic if t.code == "methodology" for o in t.option}
    roles = {code for d in catalogue.dimension if d.code == "role" for code in d.labels}
    before = {module.code: module.requires for module in catalogue.module}
    for module in catalogue.module:
        key = f"module.{module.code}"
        yield from _twice(f"{key}.competencies", list(module.competencies))
        yield from _unknown(f"{key}.competencies", module.competencies, set(catalogue.codes))
        yield from _unknown(f"{key}.method", [module.method] * bool(module.method), methods)
        yield from _unknown(f"{key}.audience", module.audience, roles)
        yield from _unknown(f"{key}.requires", module.requires, set(before))
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        yield f"module.{error.args[1][0]}.requires: goes round in a circle: {' → '.join(error.args[1])}"


def _dimension_problems(dimension: Dimension) -> Iterable[str]:
    key, known = f"dimension.{dimension.code}", {o.code for o in dimension.option}
    yield from _twice(key, [e.code for e in (*dimension.option, *dimension.rollup)])
    for rollup in dimension.rollup:
        yield from _unknown(f"{key}.{rollup.code}.members", rollup.members, known)
    if not dimension.open:
        yield from _unknown(f"{key}.target", dimension.target, known)
    if dimension.target and not sum(dimension.target.values()):
        yield f"{key}.target: every weight is 0"


def _scale_problems(scale: Scale) -> Iterable[str]:
    for ask, anchors in (("importance", scale.importance), ("level", scale.level)):
        if len(anchors) not in (2, scale.points):
            yield f"scale.{ask}: {len(anchors)} anchors for {scale.points} points; give both ends or every point"


def _competency_problems(catalogue: Catalogue) -> Iterable[str]:
    disciplines = {o.code for d in catalogue.dimension if d.code == "discipline" for o in d.option}
    practices = {p.code for p in catalogue.practice}
    for c in catalogue.competency:
        yield from _unknown(f"competency.{c.code}.discipline", [c.discipline] * bool(c.discipline), disciplines)
        yield from _unknown(f"competency.{c.code}.practices", c.practices, practices)
        if c.levels and len(c.levels) != catalogue.scale.points:
            yield f"competency.{c.code}.levels: {len(c.levels)} anchors for {catalogue.scale.points} points"


def _twice(key: str, codes: list[str]) -> Iterable[str]:
    return (f"{key}: the code {code!r} is used twice" for code, n in Counter(codes).items() if n > 1)


def _unknown(key: str, given: Iterable[str], known: set[str]) -> Iterable[str]:
    return (
        f"{key}: {code!r} is not one of {', '.join(sorted(known)) or 'none'}" for code in given if code not in known
    )


def read_catalogue(path: Path | str | None = None) -> Catalogue:
    """The catalogue at `path`, else at `SCTRAIN_CATALOGUE`, else the one that ships.

    Raises CatalogueError naming the file, the key and the reason.
    """
    where = Path(path or os.environ.get("SCTRAIN_CATALOGUE") or BUILT_IN)
    files = sorted(where.glob("*.toml")) if where.is_dir() else [where]
    if not files:
        raise CatalogueError(str(where), "file", "no *.toml file in this folder")
    merged: dict[str, Any] = {}
    origin: dict[str, Path] = {}
    for file in files:
        for key, value in _parse(file).items():
            if key in merged:
                raise CatalogueError(str(file), key, f"stands already in {origin[key]}")
            merged[key], origin[key] = value, file
    return _build(merged, lambda key: str(origin.get(key, where)))


def from_json(text: str) -> Catalogue:
    """The catalogue that `Catalogue.to_json` wrote."""
    return _build(json.loads(text), lambda _: "store")


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(str(file), "file", error.strerror or "cannot be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(str(file), "TOML", str(error)) from error


def _build(data: dict[str, Any], source: Any) -> Catalogue:
    try:
        return Catalogue.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = _place(data, first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        if not key:  # a rule between entries: the message itself begins with the key
            key, _, reason = reason.partition(": ")
        raise CatalogueError(source(key.split(".")[0]), key, reason) from error


def _place(data: Any, steps: Iterable[int | str]) -> str:
    """The dotted key of a fault, with an entry of a list named by its code where it has one."""
    names = []
    for step in steps:
        data = data[step] if isinstance(step, int) else data.get(step) if isinstance(data, dict) else None
        code = data.get("code") if isinstance(step, int) and isinstance(data, dict) else None
        names.append(str(code or step))
    return ".".join(names)
