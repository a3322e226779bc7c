"""One small survey as six tools export it, and in several languages: made by us, by the exports' rules, not copied.

Four people, three competencies. `None` is an answer left out. The gaps by hand: 10/4 of 4 people, 7/3 and -7/3 of 3.
"""

import csv
import io
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

Rows = list[list[object]]
CODES = ("systems_thinking", "stakeholder_mapping", "shared_vision")
ROLES = ("programme_manager", "municipal_officer", "programme_manager", "municipal_officer")
COUNTRIES = ("ES", "CH", "FR", "ES")
IMPORTANCE = ((5, 4, 3), (4, 5, None), (5, 3, 2), (4, None, 1))
LEVEL = ((2, 2, 4), (3, 1, 3), (1, 2, 5), (2, 3, 4))
GAPS = (10 / 4, 7 / 3, -7 / 3)
PAIRS = (4, 3, 3)

ITEMS = {
    "en": ("Seeing the city as one system", "Knowing whom to involve", "Shared vision and road map"),
    "es": ("Ver la ciudad como un solo sistema", "Saber a quién implicar", "Visión compartida y hoja de ruta"),
    "fr": ("Voir la ville comme un seul système", "Savoir qui associer", "Vision partagée et feuille de route"),
    "pt": ("Ver a cidade como um só sistema", "Saber quem envolver", "Visão partilhada e roteiro"),
}
ASKED = {  # importance, level, role, country
    "en": ("How important is it for you?", "What is your present level?", "Your role", "In which country do you work?"),
    "es": ("¿Qué importancia tiene?", "¿Cuál es su nivel?", "Su función", "¿En qué país trabaja?"),
    "fr": (
        "Quelle importance a-t-il ?",
        "Quel est votre niveau ?",
        "Votre fonction",
        "Dans quel pays travaillez-vous ?",
    ),
    "pt": ("Qual é a importância?", "Qual é o seu nível?", "A sua função", "Em que país trabalha?"),
}
WORDS = {
    "en": ("Not at all important", "Slightly important", "Moderately important", "Important", "Very important"),
    "es": ("Nada importante", "Poco importante", "Algo importante", "Importante", "Muy importante"),
    "fr": ("Pas du tout important", "Peu important", "Assez important", "Important", "Très important"),
    "pt": ("Nada importante", "Pouco importante", "Algo importante", "Importante", "Muito importante"),
}
CALLED = {
    "en": {"programme_manager": "Programme manager", "municipal_officer": "Municipal officer"},
    "es": {"programme_manager": "Responsable de programa", "municipal_officer": "Personal técnico municipal"},
    "fr": {"programme_manager": "Responsable de programme", "municipal_officer": "Agente ou agent de la ville"},
    "pt": {"programme_manager": "Responsável de programa", "municipal_officer": "Pessoal técnico municipal"},
}
LANDS = {
    "en": {"ES": "Spain", "CH": "Switzerland", "FR": "France"},
    "es": {"ES": "España", "CH": "Suiza", "FR": "Francia"},
    "fr": {"ES": "Espagne", "CH": "Suisse", "FR": "France"},
    "pt": {"ES": "Espanha", "CH": "Suíça", "FR": "França"},
}
STAMP = {"en": "Timestamp", "es": "Marca temporal", "fr": "Horodateur", "pt": "Carimbo de data/hora"}


def words(mark: int | None, language: str) -> str:
    return "" if mark is None else WORDS[language][mark - 1]


def text(rows: list[list[object]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue()


def book(path: Path, rows: list[list[object]], sheet: str) -> Path:
    made = Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def saved(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def people(language: str):
    for place in range(4):
        role, land = CALLED[language][ROLES[place]], LANDS[language][COUNTRIES[place]]
        yield place, role, land, IMPORTANCE[place], LEVEL[place]


def google(folder: Path, language: str = "en") -> Path:
    """Grids as `Question [item]`, the system column in the owner's language, importance in words."""
    importance, level, role, country = ASKED[language]
    grids = [f"{q} [{item}]" for q in (importance, level) for item in ITEMS[language]]
    rows: list[list[object]] = [[STAMP[language], role, country, *grids]]
    for n, work, land, marks, levels in people(language):
        rows.append([f"2026/11/0{n + 2} 9:15:00 AM", work, land, *(words(m, language) for m in marks), *levels])
    return saved(folder / f"google_{language}.csv", text(rows))


def microsoft(folder: Path) -> Path:
    """A workbook with system columns, no-break spaces in headings, numbers as text, a trailing `;` in choices."""
    _importance, _level, role, country = ASKED["en"]
    heads = [f"{item}\u00a0[{side}]" for item in ITEMS["en"] for side in ("importance", "level")]
    rows: list[list[object]] = [["ID", "Start time", "Completion time", "Email", "Name", role, country, *heads]]
    for n, work, land, marks, levels in people("en"):
        sides = [str(m) if m else None for pair in zip(marks, levels, strict=True) for m in pair]
        when = datetime(2026, 11, 2 + n, 9, 0)
        rows.append([n + 1, when, when, "a@example.org", f"Person {n}", f"{work}\u00a0", land, *sides])
    return book(folder / "microsoft.xlsx", rows, "Form1")


def eusurvey(folder: Path) -> Path:
    """A workbook with three rows above the headings, codes behind questions and answers, ratings as `4/5`."""
    _importance, _level, role, country = ASKED["en"]
    ends = [f"{q}: {item} (ID{300 + n})" for q in ("Importance", "Present level") for n, item in enumerate(ITEMS["en"])]
    heads = [f"{role} (ID289)", f"{country} (ID290)", *ends, "Contribution ID", "Creation date"]
    rows: list[list[object]] = [["Alias", "city-skills"], ["Export Date", "2026-11-09"], [], heads]
    for n, work, land, marks, levels in people("en"):
        given = [f"{m}/5" if m else None for m in (*marks, *levels)]
        rows.append([f"{work} (ID{600 + n % 2})", f"{land} (ID{700 + n})", *given, f"c-{n}", "2026-11-05"])
    return book(folder / "eusurvey.xlsx", rows, "Content")


def limesurvey(folder: Path, language: str = "fr") -> Path:
    """Semicolons, a byte order mark, `code[part]. text` headings, words in another language, ranks beside them."""
    importance, level, role, country = ASKED[language]
    grids = [
        f"q{i}[SQ00{n}]. {q} [{item}]"
        for i, q in enumerate((importance, level))
        for n, item in enumerate(ITEMS[language])
    ]
    ranks = [f"top[{n}]. Top [Rank {n}]" for n in (1, 2)]
    rows: list[list[object]] = [
        ["id. Response ID", "submitdate. Date submitted", f"r. {role}", f"c. {country}", *grids, *ranks]
    ]
    for n, work, land, marks, levels in people(language):
        given = [*(words(m, language) for m in marks), *levels, "one thing", None]
        rows.append([n + 7, f"2026-11-0{n + 2} 10:00:00", work, land, *given])
    return saved(folder / f"limesurvey_{language}.csv", text(rows, ";", csv.QUOTE_ALL), "utf-8-sig")


def kobo(folder: Path) -> Path:
    """Semicolons, duplicate headings, a choice both as text and as 0/1 columns, 99 for no opinion, a test."""
    importance, level, role, country = ASKED["en"]
    ticks = [f"{role}/{label}" for label in CALLED["en"].values()]
    grids = [f"{q}/{item}" for q in (importance, level) for item in ITEMS["en"]]
    heads = [
        "start",
        "end",
        role,
        *ticks,
        "Other (specify)",
        country,
        importance,
        *grids,
        "Other (specify)",
        "_id",
        "_uuid",
    ]
    rows: list[list[object]] = [heads]
    for n, work, land, marks, levels in people("en"):
        ticked = [int(work == label) for label in CALLED["en"].values()]
        time = f"2022-11-08T10:3{n}:48.910-00:00"
        given = [99 if m is None else m for m in (*marks, *levels)]
        rows.append([time, time, work, *ticked, None, land, None, *given, None, 100 + n, f"u-{n}"])
    test = [*rows[1][:5], "test - seminar", *rows[1][6:-2], 999, "u-9"]
    return saved(folder / "kobo.csv", text([*rows, test], ";", csv.QUOTE_ALL))


def surveymonkey(folder: Path) -> Path:
    """Two rows of headings: the question stands over the first of its items only."""
    importance, level, role, country = ASKED["en"]
    upper = ["Respondent ID", "Collector ID", "End Date", role, country, importance, None, None, level, None, None]
    lower = [None, None, None, "Response", "Response", *ITEMS["en"], *ITEMS["en"]]
    rows: list[list[object]] = [list(upper), list(lower)]
    for n, work, land, marks, levels in people("en"):
        rows.append([9000 + n, 1, f"11/{20 + n}/2026 08:00", work, land, *(words(m, "en") for m in marks), *levels])
    return saved(folder / "surveymonkey.csv", text(rows))


# A form of KoboToolbox and its export with names and codes

SURVEY: Rows = [
    ["type", "name", "label::Español (es)", "label::English (en)"],
    ["start", "start", None, None],
    ["select_one role", "role", "Su función", "Your role"],
    ["select_one land", "land", "¿En qué país trabaja?", "In which country do you work?"],
    ["select_multiple why", "why", "¿Por qué?", "Why?"],
    ["begin_group", "imp", "¿Qué importancia tiene?", "How important is it for you?"],
    *[["select_one mark", f"i{n}", ITEMS["es"][n], ITEMS["en"][n]] for n in range(3)],
    ["end_group", None, None, None],
    ["begin group", "lev", "¿Cuál es su nivel?", "What is your present level?"],
    *[["integer", f"l{n}", ITEMS["es"][n], ITEMS["en"][n]] for n in range(3)],
    ["end group", None, None, None],
]
CHOICES: Rows = [
    ["list_name", "name", "label::Español (es)", "label::English (en)"],
    *[["role", code, CALLED["es"][code], CALLED["en"][code]] for code in CALLED["en"]],
    *[["land", code.lower(), LANDS["es"][code], LANDS["en"][code]] for code in LANDS["en"]],
    ["why", "own", "Interés", "Interest, mine"],
    ["why", "told", "Encargo", "I was told to"],
    *[["mark", f"m{n}", words(n, "es"), words(n, "en")] for n in range(1, 6)],
]


def sheets(path: Path, **named: Rows) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in named.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def coded(folder: Path) -> Path:
    """The survey of `exports` as KoboToolbox exports it with names and codes."""
    heads = ["start", "end", "role", "land", "why", "why/own", "why/told"]
    rows: Rows = [[*heads, *(f"{part}/{part[0]}{n}" for part in ("imp", "lev") for n in range(3)), "_id", "_uuid"]]
    for n, _work, _land, marks, levels in people("en"):
        given = [f"m{mark}" if mark else None for mark in marks]
        when = [f"2026-11-05T10:{minute}:00" for minute in (10 + n, 20 + 2 * n)]
        who = [ROLES[n], COUNTRIES[n].lower(), "own told", 1, 1]
        rows.append([*when, *who, *given, *levels, 100 + n, f"u-{n}"])
    return saved(folder / "coded.csv", text(rows, ";"))


def form(folder: Path, language: str = "") -> Path:
    """The form's code book, an XLSForm in two languages; `language` is the one it opens with."""
    return sheets(folder / "form.xlsx", survey=SURVEY, choices=CHOICES, settings=[["default_language"], [language]])


def repeats(folder: Path) -> Path:
    """A workbook with a repeat group: importance and level asked once for each competency."""
    main: Rows = [["start", "Your role", "_id", "_uuid", "_index"]]
    each: Rows = [["Competency", "Importance", "Present level", "_index", "_parent_index"]]
    for n, work, _land, marks, levels in people("en"):
        main.append([f"2026-11-05T10:{10 + n}:00", work, 100 + n, f"u-{n}", n + 1])
        each += [[item, m, v, len(each), n + 1] for item, m, v in zip(ITEMS["en"], marks, levels, strict=True)]
    return sheets(folder / "repeats.xlsx", form=main, each=each)
