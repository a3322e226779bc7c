"""What the columns and answers of a survey file mean, as frozen values read from TOML.

A *mapping* finds columns by their *headings*, turns *labels* into codes and marks, and says which
answers hold no opinion. `docs/mapping.md` describes every key.
"""

from __future__ import annotations

import codecs
import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from sctrain.catalogue import DIMENSIONS, Catalogue, Code, Text
from sctrain.catalogue import Scale as CommonScale
from sctrain.errors import MappingError
from sctrain.load.text import caseless, fold, without_codes


def _encoding(name: str) -> str:
    try:
        known = name and codecs.lookup(name).name
    except LookupError as error:
        raise ValueError(f"{name!r} is no encoding; for example utf-8, cp1252, mac_roman") from error
    return "utf-8-sig" if known == "utf-8" else known  # which reads UTF-8 with or without its mark


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone; for example UTC or Europe/Brussels") from error
    return name


def _once(labels: Table[str, object]) -> Table[str, object]:
    twice = [label for label, n in Counter(map(caseless, labels)).items() if n > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} stands twice (upper and lower case are the same)")
    return labels


def _dimension(code: str) -> str:
    if code not in DIMENSIONS:
        raise ValueError(f"{code!r} is no profile dimension; there are: {', '.join(DIMENSIONS)}")
    return code


def _rows(given: object) -> object:
    return (given,) if isinstance(given, int) else given


def _downwards(rows: tuple[int, ...]) -> tuple[int, ...]:
    if rows[0] < 1 or list(rows) != sorted(set(rows)):
        raise ValueError("rows count from 1, the upper row first")
    return rows


HeadingRows = Annotated[
    tuple[int, ...], Field(min_length=1, max_length=2), BeforeValidator(_rows), AfterValidator(_downwards)
]
Dimension = Annotated[str, AfterValidator(_dimension)]
Heading = Annotated[str, AfterValidator(fold), Field(min_length=1)]
"""How a column is called in its heading row, white space folded."""
Codes = Annotated[dict[str, Code], AfterValidator(_once)]
Marks = Annotated[dict[str, int], AfterValidator(_once)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Value):
    """Where in the file the headings stand, and how it is written where that cannot be seen."""

    sheet: str = ""
    encoding: Annotated[str, AfterValidator(_encoding)] = ""
    delimiter: Annotated[str, Field(max_length=1)] = ""
    heading_row: HeadingRows = (1,)
    """The one or two rows that hold the headings, as a spreadsheet numbers them."""
    skip_rows: int = Field(0, ge=0)
    strip_codes: bool = False
    """Whether questions and answers end in codes such as ` (ID289)` that are no part of them."""
    fingerprint: str = ""
    """Of the headings of the file that the mapping was made for."""


class Event(_Value):
    """The event the answers belong to."""

    code: Code
    title: Text
    held_on: date | None = None
    place: str = ""


class Column(_Value):
    """One column of the file."""

    column: Heading


class Submitted(Column):
    """When an answer was sent: ISO 8601, or `format` as strptime reads it."""

    format: str = ""
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"


class Asked(_Value):
    """How a question was answered: in one column, or in one column per option."""

    column: Heading | None = None
    separator: str = ""
    labels: Codes = {}
    not_said: tuple[str, ...] = ()
    unknown: Code | None = None
    columns: dict[Heading, Code] = {}
    ticked: tuple[str, ...] | Literal["any"] = ()
    unticked: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.column) == bool(self.columns):
            raise ValueError("give either column or columns")
        other = {"ticked", "unticked"} if self.column else {"separator", "labels", "not_said", "unknown"}
        odd = sorted(other & self.model_fields_set)
        if odd:
            raise ValueError(f"{odd[0]}: does not go with {'column' if self.column else 'columns'}")
        return self


class Exclude(_Value):
    """Rows that are no answers: those with one of `values`, or all but those with one of `only`."""

    column: Heading
    values: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    reason: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.values) == bool(self.only):
            raise ValueError("give either values or only")
        return self


class Scale(_Value):
    """What the answers of a rating column are worth: labels with marks, or numbers from..to."""

    labels: Marks = {}
    span: tuple[float, float] | None = Field(None, alias="from")
    reversed: bool = False
    rescale: bool = False
    no_opinion: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.labels) == bool(self.span):
            raise ValueError("give either labels or from")
        if self.span and self.span[0] >= self.span[1]:
            raise ValueError("from: the low end comes first; say reversed = true if the scale runs backwards")
        if self.labels and self.rescale:
            raise ValueError("rescale: goes with from; labels have marks of the catalogue's scale already")
        both = set(map(caseless, self.labels)) & set(map(caseless, self.no_opinion))
        if both:
            raise ValueError(f"no_opinion: {both.pop()!r} has a mark in labels")
        return self


class Rating(_Value):
    """The columns of one competency; `label` is only for drafting a catalogue."""

    competency: Code
    label: str = ""
    importance: Heading | None = None
    level: Heading | None = None
    importance_scale: str = ""
    level_scale: str = ""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.importance or self.level):
            raise ValueError("name the column of importance, of level, or both")
        return self


class Mapping(_Value):
    """Everything needed to read one kind of survey file."""

    file: File = File()
    event: Event | None = None
    catalogue: Path | None = None
    respondent: Column | None = None
    submitted: Submitted | None = None
    started: Column | None = None
    """When an answer was begun, written as `submitted` is."""
    duration: Column | None = None
    """How many seconds it took."""
    table: Column | None = None
    profile: dict[Dimension, Asked] = {}
    question: dict[Code, Asked] = {}
    exclude: tuple[Exclude, ...] = ()
    scale: dict[str, Scale] = {}
    importance_scale: str = ""
    level_scale: str = ""
    rating: tuple[Rating, ...] = Field(min_length=1)
    _source: str = PrivateAttr("mapping")

    def model_post_init(self, context: Any) -> None:
        """Remember the file, so that errors can name it; `catalogue` is found beside it."""
        if context:
            self._source = str(context)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for problem in _problems(self):
            raise ValueError(problem)
        return self

    @property
    def source(self) -> str:
        """The file it was read from."""
        return self._source

    @property
    def catalogue_file(self) -> Path | None:
        """Where the survey's own catalogue is; None where the survey is about the usual one."""
        return self.catalogue and Path(self.source).parent / self.catalogue

    @property
    def headings(self) -> tuple[tuple[str, str], ...]:
        """(key, heading) of every column the mapping names, in its order."""
        return tuple(_headings(self))

    def scale_of(self, rating: Rating, side: str) -> Scale | None:
        """The scale of a rating's `importance` or `level`; None where cells hold the catalogue's marks."""
        return self.scale.get(getattr(rating, f"{side}_scale") or getattr(self, f"{side}_scale"))


def _headings(mapping: Mapping) -> Iterator[tuple[str, str]]:
    for key in ("respondent", "submitted", "started", "duration", "table"):
        if (column := getattr(mapping, key)) is not None:
            yield f"{key}.column", column.column
    for kind in ("profile", "question"):
        for code, asked in getattr(mapping, kind).items():
            if asked.column:
                yield f"{kind}.{code}.column", asked.column
            yield from ((f"{kind}.{code}.columns", heading) for heading in asked.columns)
    yield from ((f"exclude.{place}.column", rule.column) for place, rule in enumerate(mapping.exclude, 1))
    yield from _rated(mapping)


def _rated(mapping: Mapping) -> Iterator[tuple[str, str]]:
    for rating in mapping.rating:
        for side in ("importance", "level"):
            if heading := getattr(rating, side):
                yield f"rating.{rating.competency}.{side}", heading


def _problems(mapping: Mapping) -> Iterator[str]:
    if mapping.started and not mapping.submitted:
        yield "started: when an answer was begun tells how long it took only beside [submitted]"
    if mapping.started and mapping.duration:
        yield "duration: how long an answer took is told by [started] already; name one of the two"
    for code, n in Counter(rating.competency for rating in mapping.rating).items():
        if n > 1:
            yield f"rating.{code}: {n} ratings name this competency; each has one"
    taken: dict[str, str] = {}
    for key, heading in _rated(mapping):
        if heading in taken:
            yield f"{key}: the column {heading!r} is already {taken[heading]}"
        taken[heading] = key
    for key, name in _scale_names(mapping):
        if name and name not in mapping.scale:
            yield f"{key}: there is no [scale.{name}]; there are: {', '.join(mapping.scale) or 'none'}"


def _scale_names(mapping: Mapping) -> Iterator[tuple[str, str]]:
    for side in ("importance_scale", "level_scale"):
        yield side, getattr(mapping, side)
        yield from ((f"rating.{r.competency}.{side}", getattr(r, side)) for r in mapping.rating)


def read_mapping(path: Path | str) -> Mapping:
    """The mapping in a TOML file. Raises MappingError naming the file, the key and the reason."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise MappingError(str(path), "file", error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise MappingError(str(path), "TOML", str(error)) from error
    return mapping_of(text, path)


def mapping_of(text: str, source: Path | str) -> Mapping:
    """The mapping that a TOML text holds; `source` is what errors call it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(str(source), "TOML", str(error)) from error
    try:
        return Mapping.model_validate(data, context=source)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"] if part != "[key]")
        reason = first["msg"].removeprefix("Value error, ")
        if not key:  # a rule between entries: the message itself begins with the key
            key, _, reason = reason.partition(": ")
        raise MappingError(str(source), key, reason) from error


def fingerprint(headings: Iterable[str]) -> str:
    """What two files share that have the same headings in the same order, codes and case aside."""
    text = "\0".join(caseless(without_codes(heading)) for heading in headings)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def check_fit(mapping: Mapping, catalogue: Catalogue) -> None:
    """MappingError if the mapping names a competency, code or mark the catalogue does not have."""
    for key, reason in _misfits(mapping, catalogue):
        raise MappingError(mapping.source, key, reason)


def _misfits(mapping: Mapping, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    codes = (rating.competency for rating in mapping.rating)
    yield from _unknown("rating", "competency", codes, catalogue.codes)
    yield from _unknown("profile", "dimension", mapping.profile, catalogue.dimensions)
    for name, asked in mapping.profile.items():
        if not (dimension := catalogue.dimensions[name]).open:
            yield from _unknown(f"profile.{name}", "option", _given(asked), [o.code for o in dimension.option])
    yield from _question_misfits(mapping, catalogue)
    for name, scale in mapping.scale.items():
        yield from _out_of_scale(f"scale.{name}", scale, catalogue.scale)


def _question_misfits(mapping: Mapping, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    questions = {question.code: question for question in catalogue.question}
    yield from _unknown("question", "question", mapping.question, questions)
    for name, asked in mapping.question.items():
        if questions[name].kind == "text":
            yield f"question.{name}", "is answered in people's own words, and the store keeps none; leave it out"
        yield from _unknown(f"question.{name}", "option", _given(asked), [o.code for o in questions[name].option])


def _given(asked: Asked) -> list[str]:
    return [*asked.labels.values(), *asked.columns.values(), *filter(None, [asked.unknown])]


def _unknown(key: str, what: str, given: Iterable[Any], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    choices = list(known)
    for code in given:
        if code not in choices:
            yield f"{key}.{code}", f"no {what} has this code; there are: {', '.join(choices) or 'none'}"


def _out_of_scale(key: str, scale: Scale, common: CommonScale) -> Iterator[tuple[str, str]]:
    marks = f"{common.low}..{common.high}"
    for label, mark in scale.labels.items():
        if not common.low <= mark <= common.high:
            yield f"{key}.labels.{label}", f"the mark {mark} is not on the catalogue's scale {marks}"
    if scale.span and not scale.rescale and scale.span[1] - scale.span[0] != common.high - common.low:
        low, high = scale.span
        reason = f"{low:g}..{high:g} is not as long as the catalogue's scale {marks}"
        yield f"{key}.from", f"{reason}; rescale = true stretches it and rounds to the nearest mark"
