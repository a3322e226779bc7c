"""How fast the product is, as ratios to named baselines measured in the same run.

A *side* is one way to an answer. The sides of a row must give equal answers, cell by cell, before any is timed; then
they take turns and their medians are compared. Rows come in parts, one module each; `PARTS` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sctrain.bench import counting, looking, pages, posting, ranking, storing, viewing
from sctrain.bench.result import BenchError, Result, report, write
from sctrain.bench.room import Bench

__all__ = ["PARTS", "Bench", "BenchError", "Result", "report", "run", "write"]
Part = Callable[[Bench], Iterator[Result]]
PARTS: dict[str, Part] = {
    "viewers": viewing.rows,
    "answers": posting.rows,
    "session": looking.rows,
    "counts": counting.rows,
    "storing": storing.storing,
    "import": storing.importing,
    "page": pages.rows,
    "voices": pages.both_voices,
    "ranking": ranking.rows,
}
"""What can be measured, by name. Servers come first: this process holds no million answers beside them then."""


def run(only: Sequence[str] = (), say: Callable[[str], None] = print, **how: int | tuple[int, ...]) -> list[Result]:
    """Every row of the report, or those of some parts; `how` is what `Bench` takes beside its folder.

    Raises BenchError where a package of a baseline is not installed, two sides give different answers, or there is
    no such part.
    """
    for odd in (name for name in only if name not in PARTS):
        raise BenchError(f"there is no part {odd!r} of the bench; there are: {', '.join(PARTS)}")
    with TemporaryDirectory(prefix="sctrain-bench-") as folder:
        bench = Bench(Path(folder), say=say, **how)  # type: ignore[arg-type]
        return [row for name, part in PARTS.items() if not only or name in only for row in part(bench)]
