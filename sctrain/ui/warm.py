"""What the first visitor would wait for, done before a server opens: the code of every page, and a first chart."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import altair as alt
import pandas as pd
from threadpoolctl import threadpool_limits

from sctrain import analysis, charts, ui

SCRIPT = "shell"
"""What Streamlit runs, and nobody imports."""


def warm() -> None:
    """Load what pages draw with. It takes seconds of a core, during which a room would get no answer.

    Sums of matrices are kept to one thread: those of pages are small, and threads that wait for each other in a loop
    take the core from phones.
    """
    threadpool_limits(limits=1, user_api="blas")
    for package in (analysis, charts, ui):
        for module in iter_modules(package.__path__):
            if module.name != SCRIPT:
                import_module(f"{package.__name__}.{module.name}")
    nothing = pd.DataFrame({"x": [0.0], "y": ["a"]})
    alt.Chart(nothing).mark_point().encode(x="x:Q", y="y:N").to_dict()
