"""What is being looked at: one value that is the URL, the filter, the cache key and the caption."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sctrain.catalogue import DIMENSIONS, Catalogue
from sctrain.frames import MEASURES

SEPARATOR = "."
"""Between codes in a URL: it is safe there and occurs in no code."""
SORTS = ("need", "questionnaire")
SHOWN = ("ten", "all")
"""How many competencies a chart shows: those of the ten greatest needs, or all."""
CROSSHAIRS = ("mean", "midpoint", "median")
OTHER_LINES = ("not_coded", "conclusions")
"""What lines of tables can be read by, besides challenges."""
VIEW = ("by", "groups", "measure", "sort", "competency", "cross", "show", "topic", "option", "challenge")
KEYS = ("event", *DIMENSIONS, *VIEW, "v")
"""The URL parameters, in the order a link writes them."""


@dataclass(frozen=True)
class Selection:
    """Events, filters and view. Tuples are sorted and unique; `by` None compares nothing.

    `groups` are those of `by` that are set side by side; none for the usual ones.
    """

    events: tuple[str, ...] = ()
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    by: str | None = None
    groups: tuple[str, ...] = ()
    measure: str = "mwds"
    sort: str = "need"
    competency: str | None = None
    cross: str = "mean"
    show: str = "ten"
    topic: str | None = None
    option: str | None = None
    challenge: str | None = None
    version: int | None = None

    def __post_init__(self) -> None:
        filters = {d: tuple(sorted(set(codes))) for d, codes in self.filters if codes}
        object.__setattr__(self, "events", tuple(sorted(set(self.events))))
        object.__setattr__(self, "filters", tuple(sorted(filters.items())))
        object.__setattr__(self, "groups", tuple(sorted(set(self.groups))))

    def filter(self, dimension: str) -> tuple[str, ...]:
        """The codes chosen in a dimension; empty for all."""
        return dict(self.filters).get(dimension, ())

    def where(self, dimension: str, codes: Iterable[str]) -> Selection:
        """The same selection with this dimension's filter replaced."""
        return replace(self, filters=tuple({**dict(self.filters), dimension: tuple(codes)}.items()))

    @property
    def people(self) -> Selection:
        """Only what decides whose answers count: events, filters and data version."""
        return Selection(self.events, self.filters, version=self.version)

    def query(self) -> dict[str, str]:
        """URL parameters, one text each; what is not set is left out."""
        given = {
            "event": SEPARATOR.join(self.events),
            **{d: SEPARATOR.join(codes) for d, codes in self.filters},
            "by": self.by or "",
            "groups": SEPARATOR.join(self.groups),
            "measure": self.measure,
            "sort": self.sort,
            "competency": self.competency or "",
            "cross": self.cross,
            "show": self.show,
            "topic": self.topic or "",
            "option": self.option or "",
            "challenge": self.challenge or "",
            "v": "" if self.version is None else str(self.version),
        }
        return {key: given[key] for key in KEYS if given.get(key)}

    def words(self, catalogue: Catalogue) -> str:
        """The filters as a phrase: `role: mayor's office or citizen; country: Portugal`."""
        chosen = [(catalogue.dimensions[d], codes) for d, codes in self.filters if d in catalogue.dimensions]
        parts = [f"{d.label.lower()}: {' or '.join(map(d.label_of, codes))}" for d, codes in chosen]
        return "; ".join(parts) or "everyone"

    def slug(self) -> str:
        """A file name that tells the selection: `demo-role-mayor-by-city_size`."""
        parts = [*self.events, *(x for d, codes in self.filters for x in (d, *codes))]
        if self.by:
            parts += ["by", self.by, *self.groups]
        return re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(parts)) or "everyone"


def from_query(query: Mapping[str, str], catalogue: Catalogue, events: Iterable[str]) -> tuple[Selection, list[str]]:
    """The selection a URL asks for, and in words what of it is unknown and was dropped."""
    dropped: list[str] = []

    def known(key: str, choices: Iterable[str] | None) -> tuple[str, ...]:
        codes = [code for code in query.get(key, "").split(SEPARATOR) if code]
        allowed = codes if choices is None else list(choices)
        dropped.extend(f"{key} “{code}”" for code in codes if code not in allowed)
        return tuple(code for code in codes if code in allowed)

    def one(key: str, choices: Iterable[str], default: str | None) -> str | None:
        return next(iter(known(key, choices)), default)

    filters = []
    for d in DIMENSIONS:
        dimension = catalogue.dimensions.get(d)
        choices: Iterable[str] | None = dimension.labels if dimension else ()
        filters.append((d, known(d, None if dimension and dimension.open else choices)))
    version = query.get("v", "")
    if version and not re.fullmatch(r"[0-9]{1,9}", version):
        dropped.append(f"v “{version}”")
    topics = [t.code for t in catalogue.topic]
    topic = one("topic", topics, None)
    by = one("by", catalogue.comparisons, None)
    groups = (catalogue.comparisons[by].groups or None) if by else ()
    options = catalogue.options_of(topic or topics[0]) if topics else ()
    selection = Selection(
        events=known("event", events),
        filters=tuple(filters),
        by=by,
        groups=known("groups", groups),
        measure=one("measure", MEASURES, "mwds") or "mwds",
        sort=one("sort", SORTS, "need") or "need",
        competency=one("competency", catalogue.codes, None),
        cross=one("cross", CROSSHAIRS, "mean") or "mean",
        show=one("show", SHOWN, "ten") or "ten",
        topic=topic,
        option=one("option", options, None),
        challenge=one("challenge", [*(c.code for c in catalogue.challenge), *OTHER_LINES], None),
        version=int(version) if re.fullmatch(r"[0-9]{1,9}", version) else None,
    )
    return selection, dropped
