"""What is being looked at: one value that is the URL, the filter, the cache key and the caption."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from sctrain.catalogue import DIMENSIONS, Catalogue
from sctrain.frames import MEASURES

SEPARATOR = "."
"""Between codes in a URL: it is safe there and occurs in no code."""
SORTS = ("need", "questionnaire")
SHOWN = ("ten", "all")
"""How many competencies a chart shows: those of the ten greatest needs, or all."""
SEATS = r"[4-9]|[1-5][0-9]|60"
"""How many people a cohort may have: 4 to 60."""
HOURS = r"[1-9][0-9]{0,3}"
"""How many hours a programme may have: 1 to 9999."""
PERCENT = r"[0-9]|[1-9][0-9]|100"
"""A whole number of hundredths: 0 to 100."""
PROGRAMME = ("hours", "weight", "floor", "balance", "lock", "left", "instead", "line")
"""What only a programme depends on."""
FORM = "form_"
"""What the code of a programme's line begins with where it is a choice of form and no module."""
CROSSHAIRS = ("mean", "midpoint", "median")
OTHER_LINES = ("not_coded", "conclusions")
"""What lines of tables can be read by, besides challenges."""
VIEW = (
    *("by", "groups", "measure", "sort", "competency", "cross", "show", "topic", "option", "challenge"),
    *("question", "own", "profile", "seats", "practice", "check"),
    *PROGRAMME,
)
NUMBERS = {"seats": SEATS, "hours": HOURS, "weight": PERCENT, "floor": PERCENT, "balance": PERCENT, "instead": HOURS}
"""Parameters that are whole numbers, each with its pattern."""
KEYS = ("event", *DIMENSIONS, *VIEW, "v")
"""The URL parameters, in the order a link writes them."""


@dataclass(frozen=True)
class Selection:
    """Events, filters and view. Tuples are sorted and unique; `by` None compares nothing.

    `groups` are those of `by` that are set side by side; none for the usual ones. `own` is the region
    of who looks, `profile` the letter of one, `seats` the size of a cohort, `check` how often a city
    follows each work practice: a digit each, in the catalogue's order, 0 for not said.

    Of a programme: `hours` is its budget, `weight` the survey's part of a priority beside the tables', `floor` what
    each group gets of its own best programme at least, `balance` the least part of the hours on each aspect (all in
    percent, None for the usual), `lock` and `left` the modules that are locked in and left out. `instead` are other
    hours that it is set beside, `line` the module, or choice of form, whose evidence is read.
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
    question: str | None = None
    own: str | None = None
    profile: str | None = None
    seats: int | None = None
    practice: str | None = None
    check: str | None = None
    hours: int | None = None
    weight: int | None = None
    floor: int | None = None
    balance: int | None = None
    lock: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    instead: int | None = None
    line: str | None = None
    version: int | None = None

    def __post_init__(self) -> None:
        filters = {d: tuple(sorted(set(codes))) for d, codes in self.filters if codes}
        object.__setattr__(self, "events", tuple(sorted(set(self.events))))
        object.__setattr__(self, "filters", tuple(sorted(filters.items())))
        for several in ("groups", "lock", "left"):
            object.__setattr__(self, several, tuple(sorted(set(getattr(self, several)))))

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
            "question": self.question or "",
            "own": self.own or "",
            "profile": self.profile or "",
            "practice": self.practice or "",
            "check": self.check or "",
            "lock": SEPARATOR.join(self.lock),
            "left": SEPARATOR.join(self.left),
            "line": self.line or "",
            **{key: "" if (n := getattr(self, key)) is None else str(n) for key in NUMBERS},
            "v": "" if self.version is None else str(self.version),
        }
        return {key: given[key] for key in KEYS if given.get(key)}

    def words(self, catalogue: Catalogue, called: Callable[[str, str], str] | None = None) -> str:
        """The filters as a phrase: `role: mayor's office or citizen; country: Portugal`.

        `called(dimension, option)` is what an option is called; the catalogue's label if not given.
        """
        known = catalogue.dimensions
        label = called or (lambda name, code: known[name].label_of(code))
        chosen = [(name, codes) for name, codes in self.filters if name in known]
        parts = [f"{known[d].label.lower()}: {' or '.join(label(d, code) for code in codes)}" for d, codes in chosen]
        return "; ".join(parts) or "everyone"

    def slug(self) -> str:
        """A file name that tells the selection: `demo-role-mayor-by-city_size`."""
        parts = [*self.events, *(x for d, codes in self.filters for x in (d, *codes))]
        if self.by:
            parts += ["by", self.by, *self.groups]
        return re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(parts)) or "everyone"


def from_query(query: Mapping[str, str], catalogue: Catalogue, events: Iterable[str]) -> tuple[Selection, list[str]]:
    """The selection a URL asks for, and in words what of it is unknown and was dropped."""
    asked = _Asked(query)
    topics = [t.code for t in catalogue.topic]
    topic = asked.one("topic", topics)
    by = asked.one("by", catalogue.comparisons)
    groups = (catalogue.comparisons[by].groups or None) if by else ()
    options = catalogue.options_of(topic or topics[0]) if topics else ()
    version, modules = asked.like("v", r"[0-9]{1,9}"), [module.code for module in catalogue.modules]
    selection = Selection(
        events=asked.many("event", events),
        filters=tuple((d, asked.many(d, _choices(catalogue, d))) for d in DIMENSIONS),
        by=by,
        groups=asked.many("groups", groups),
        measure=asked.one("measure", MEASURES) or "mwds",
        sort=asked.one("sort", SORTS) or "need",
        competency=asked.one("competency", catalogue.codes),
        cross=asked.one("cross", CROSSHAIRS) or "mean",
        show=asked.one("show", SHOWN) or "ten",
        topic=topic,
        option=asked.one("option", options),
        challenge=asked.one("challenge", [*(c.code for c in catalogue.challenge), *OTHER_LINES]),
        question=asked.one("question", [q.code for q in catalogue.question]),
        own=asked.like("own", r"[A-Za-z0-9_]{1,40}"),
        profile=asked.like("profile", "[A-Z]"),
        practice=asked.one("practice", [p.code for p in catalogue.practice]),
        check=asked.like("check", f"[0-5]{{{len(catalogue.practice)}}}"),
        lock=asked.many("lock", modules),
        left=asked.many("left", modules),
        line=asked.one("line", [*modules, *(f"{FORM}{topic}" for topic in topics)]),
        version=int(version) if version else None,
        **{key: int(text) for key, pattern in NUMBERS.items() if (text := asked.like(key, pattern))},
    )
    return selection, asked.dropped


def _choices(catalogue: Catalogue, d: str) -> Iterable[str] | None:
    dimension = catalogue.dimensions.get(d)
    if dimension is None:
        return ()
    return None if dimension.open else dimension.labels


class _Asked:
    """What a query asks for; what is not known of it is gathered in `dropped`, in words."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query
        self.dropped: list[str] = []

    def many(self, key: str, choices: Iterable[str] | None) -> tuple[str, ...]:
        """The codes that are among the choices; None for any."""
        codes = [code for code in self._query.get(key, "").split(SEPARATOR) if code]
        allowed = codes if choices is None else list(choices)
        self.dropped.extend(f"{key} “{code}”" for code in codes if code not in allowed)
        return tuple(code for code in codes if code in allowed)

    def one(self, key: str, choices: Iterable[str]) -> str | None:
        """The first of them."""
        return next(iter(self.many(key, choices)), None)

    def like(self, key: str, pattern: str) -> str | None:
        """The whole text, if it is of this pattern."""
        given = self._query.get(key, "")
        if given and not re.fullmatch(pattern, given):
            self.dropped.append(f"{key} “{given}”")
            return None
        return given or None
