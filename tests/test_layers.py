"""Who may import whom (docs/architecture.md): read from the code, kept true."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VALUES = {"catalogue", "selection", "frames", "privacy", "errors", "cards", "numerals", "replies", "grids", "crosstab"}
VALUES |= {"forms", "languages", "differencing"}
MAY = {
    **dict.fromkeys(VALUES, VALUES),
    "demo": VALUES,
    "seating": VALUES,
    "load": VALUES | {"load", "seating"},
    "store": VALUES | {"store"},
    "analysis": VALUES | {"analysis"},
    "charts": VALUES | {"charts"},
    "places": VALUES | {"analysis"},
    "views": VALUES | {"places", "store", "analysis"},
    "partitions": VALUES,
    "large": VALUES | {"partitions", "profiles_large", "views", "store", "analysis"},
    "bench_partitions": VALUES | {"large", "partitions", "profiles_large", "views", "store", "analysis"},
    "profiles_large": VALUES | {"partitions", "analysis"},
    "tables": VALUES | {"views", "store", "analysis"},
    "notes": VALUES | {"views", "store", "analysis"},
    "voices": VALUES | {"views", "tables", "analysis"},
    "programme": VALUES | {"views", "tables", "voices", "questions", "analysis"},
    "regions": VALUES | {"places", "views", "store", "analysis"},
    "missing": VALUES | {"views", "store", "analysis"},
    "profiles": VALUES | {"places", "views", "store", "analysis"},
    "profiling": VALUES | {"analysis"},
    "peers": VALUES | {"views", "analysis"},
    "practices": VALUES | {"views", "analysis"},
    "questions": VALUES | {"views", "analysis"},
    "moved": VALUES | {"views", "questions", "store", "analysis"},
    "ground": VALUES | {"views", "notes", "questions", "analysis"},
    "receipts": VALUES | {"views", "tables", "notes", "voices", "questions", "ground", "store", "analysis"},
    "strategy": VALUES | {"receipts", "views", "tables", "notes", "voices", "store", "analysis"},
    "courses": VALUES | {"views", "tables", "voices", "store", "analysis"},
    "cohorts": VALUES | {"views", "peers", "analysis"},
    "importing": VALUES | {"load", "store", "analysis"},
    "quality": VALUES | {"views", "store", "analysis"},
    "public": VALUES | {"views", "tables", "notes", "voices", "questions", "practices", "report"},
    "report": VALUES
    | {"views", "tables", "notes", "voices", "questions", "missing", "programme", "receipts"}
    | {"store", "analysis", "charts", "report", "seating"},
    "bench": VALUES | {"views", "tables", "voices", "store", "load", "analysis", "demo", "rehearsal"},
    "room": VALUES | {"views", "store", "load", "seating", "report"},
    "ui": VALUES
    | {"regions", "missing", "views", "tables", "notes", "voices", "profiles", "store"}
    | {"analysis", "charts", "report", "questions", "ground", "peers", "practices", "moved"}
    | {"courses", "cohorts", "receipts", "strategy", "programme", "importing", "quality"}
    | {"large", "partitions"},
    "coverage": VALUES | {"analysis"},
    "rehearsal": VALUES | {"store"},
    "cli": VALUES
    | {"regions", "missing", "views", "tables", "notes", "voices", "profiles", "analysis"}
    | {"store", "load", "report", "demo", "questions", "ground", "peers", "practices", "moved", "seating", "rehearsal"}
    | {"courses", "cohorts", "public", "receipts", "strategy", "programme"}
    | {"importing", "quality", "large"},
    "__main__": VALUES | {"cli", "bench", "coverage", "profiling"},
    "pages": VALUES | {"ui", "analysis", "charts"},
    "app.py": {"room", "ui"},
}
FILES = [*ROOT.glob("sctrain/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]


def room_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return "app.py" if parts[0] == "app" else parts[0] if parts[0] == "pages" else parts[1]


def imported(file: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_room_imports_only_what_it_may(file):
    room = room_of(file)
    if room == "__init__":
        return
    ours = {m.split(".")[1] for m in imported(file) if m.startswith("sctrain.")} - {room}
    assert ours <= MAY[room], f"{room} may import {sorted(MAY[room])}"


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_only_the_interface_knows_streamlit(file):
    known = {m for m in imported(file) if m.split(".")[0] == "streamlit"}
    if room_of(file) == "rehearsal":  # its viewers speak the protocol as browsers do; they draw no page
        known = {m for m in known if not m.startswith("streamlit.proto.")}
    if known:
        assert room_of(file) in {"ui", "pages", "app.py"}


@pytest.mark.parametrize("file", [*ROOT.glob("pages/*.py")], ids=lambda f: f.stem)
def test_a_page_is_a_paragraph(file):
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) <= 40
    assert not {"pandas", "sqlalchemy", "altair", "plotly"} & {m.split(".")[0] for m in imported(file)}


def bodies() -> list[tuple[str, int]]:
    found = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body:
                    lines = (body[-1].end_lineno or 0) - body[0].lineno + 1
                    found.append((f"{file.name}:{node.name}", lines))
    return found


def test_functions_are_short():
    lengths = sorted(bodies(), key=lambda named: named[1])
    assert lengths[int(len(lengths) * 0.9)][1] <= 20
    assert lengths[-1][1] <= 40, lengths[-1]
